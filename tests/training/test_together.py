"""Two real processes that share each batch train the network that one process trains."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from bioml_helpers.training import Team, together
from tests.support import skips
from tests.training import together_run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> dict:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return together_run.everything(tmp_path_factory.mktemp("alone"), Team())
    finally:
        torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> list[dict]:
    """What each of two processes found that torchrun started; they talk over the loopback only."""
    if not torch.distributed.is_available():
        skips.skip_or_fail("this PyTorch was built without torch.distributed")
    folder = tmp_path_factory.mktemp("two")
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    variables = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": path}
    if sys.platform.startswith("linux"):
        variables["GLOO_SOCKET_IFNAME"] = "lo"
    launcher = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--nnodes=1"]
    launcher += ["--rdzv-backend=c10d", "--rdzv-endpoint=127.0.0.1:0", "--local-addr=127.0.0.1"]
    command = [*launcher, str(Path(together_run.__file__)), str(folder)]
    for _ in range(3):
        done = subprocess.run(command, capture_output=True, text=True, env=variables, timeout=300)
        if "SIGABRT" not in done.stderr:  # gloo itself aborted, as in https://github.com/pytorch/gloo/issues/514:
            break  # that says nothing of our loop, and no Python code could catch it
        warnings.warn(f"gloo aborted a process; started again. It had said:\n{done.stderr}", stacklevel=1)
    assert done.returncode == 0, done.stderr
    found = [json.loads((folder / f"rank{rank}of2.json").read_text(encoding="utf-8")) for rank in range(2)]
    found[0]["printed"] = done.stdout
    return found


def assert_close(one, other, within=1e-5) -> None:
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(np.array(a), np.array(b), rtol=within, atol=within)


def test_two_half_batches_give_the_gradient_of_the_full_batch(alone, two):
    for process in two:
        assert_close(process["one full batch"]["gradient"], alone["one full batch"]["gradient"], 1e-6)


@pytest.mark.parametrize("way", ["one full batch", "small batches", "early stopping"])
def test_the_history_and_the_weights_are_those_of_one_process(alone, two, way):
    for process in two:
        assert_close(process[way]["losses"], alone[way]["losses"])
        assert_close(process[way]["validation"], alone[way]["validation"])
        assert_close(process[way]["weights"], alone[way]["weights"])
        assert process[way]["best_epoch"] == alone[way]["best_epoch"]
        assert process[way]["metrics"].keys() == alone[way]["metrics"].keys()


@pytest.mark.parametrize("way", ["small batches", "other weights in each process", "dropout, whole"])
def test_all_processes_hold_the_same_weights_bit_for_bit(two, way):
    assert two[0][way]["weights"] == two[1][way]["weights"]


def test_weights_drawn_differently_become_those_of_the_first_process(alone, two):
    assert_close(two[1]["other weights in each process"]["weights"], alone["other weights in each process"]["weights"])


def test_metrics_are_computed_on_all_examples_in_each_process(two):
    for process in two:
        assert process["metrics on the training data"]["metrics"] == {"examples": [together_run.NUM_EXAMPLES] * 2}


def test_a_resumed_run_of_two_with_dropout_is_the_uninterrupted_one_bit_for_bit(two):
    for process in two:
        assert process["dropout, resumed"]["weights"] == process["dropout, whole"]["weights"]
        assert process["dropout, resumed"]["losses"] == process["dropout, whole"]["losses"]


def test_dropout_falls_differently_in_each_process(alone, two):
    assert two[0]["dropout, whole"]["losses"] != alone["dropout, whole"]["losses"]


def test_a_loss_that_is_no_number_in_one_process_stops_both(two):
    assert [process["diverged"] for process in two] == [True, True]


def test_a_loader_that_would_give_both_the_same_is_refused(two):
    assert "DistributedSampler" in two[0]["loader"]


def test_the_first_process_alone_speaks(two):
    assert two[0]["printed"].count("Stopped early") == 1


def test_started_alone_it_stays_alone(monkeypatch):
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    with together() as team:
        assert team == Team(rank=0, size=1) and team.first


def test_shares_hold_every_row_once():
    rows = torch.arange(11)
    parts = [Team(rank, 4).share_of(rows) for rank in range(4)]
    assert torch.cat(parts).tolist() == rows.tolist()
    assert {len(part) for part in parts} == {2, 3}
