"""A run whose process is really killed, at any step, ends bit for bit where an undisturbed one ends."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("killed_run.py")
STEPS_AN_EPOCH, EPOCHS = 7, 8

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here, which Windows cannot")


@pytest.fixture(scope="module")
def run():
    """``run(checkpoint, result, where)`` trains until `where`, is killed there, and says what became of it."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    variables = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": path}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, SCRIPT], env=variables, **pipes) as runner:

        def ordered(checkpoint, result, where) -> str:
            runner.stdin.write(json.dumps([checkpoint and str(checkpoint), str(result), str(where)]) + "\n")
            runner.stdin.flush()
            return runner.stdout.readline().strip()

        yield ordered
        runner.stdin.close()


@pytest.fixture(scope="module")
def undisturbed(run, tmp_path_factory) -> dict:
    result = tmp_path_factory.mktemp("whole") / "result.json"
    assert run(None, result, "never") == "ended"
    return json.loads(result.read_text(encoding="utf-8"))


@pytest.fixture
def places(tmp_path):
    return tmp_path / "run.pt", tmp_path / "result.json"


def finish(run, checkpoint, result) -> dict:
    assert not result.exists()
    assert run(checkpoint, result, "never") == "ended"
    return json.loads(result.read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", range(4))
def test_a_run_killed_again_and_again_at_random_steps_ends_as_if_nothing_had_happened(seed, run, undisturbed, places):
    draw = random.Random(seed)
    for _ in range(4):  # each counts its own steps, and gets an epoch done at least, so that the next begins further on
        assert run(*places, draw.randint(STEPS_AN_EPOCH + 1, 2 * STEPS_AN_EPOCH)) == "killed"
    assert finish(run, *places) == undisturbed


@pytest.mark.parametrize("step", range(1, EPOCHS * STEPS_AN_EPOCH + 1))
def test_no_step_is_an_exception(step, run, undisturbed, places):
    assert run(*places, step) == "killed"
    assert places[0].exists() == (step > STEPS_AN_EPOCH)
    assert finish(run, *places) == undisturbed


def test_a_run_killed_while_it_writes_keeps_the_checkpoint_before_and_leaves_nothing_beside_it(
    run, undisturbed, places, tmp_path
):
    assert run(*places, "writing") == "killed"
    assert len(list(tmp_path.iterdir())) == 2  # the second checkpoint, and the third that is not there yet
    assert finish(run, *places) == undisturbed
    assert {path.name for path in tmp_path.iterdir()} == {"run.pt", "result.json"}
