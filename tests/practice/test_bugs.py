"""The ten specimens of the bug zoo leave the fingerprints that the chapter teaches."""

from __future__ import annotations

import ast
import math
import textwrap
from pathlib import Path

import pytest
import torch

from bioml_helpers import practice, training
from bioml_helpers.practice import bugs

MASTER = Path(__file__).parents[2] / "chapters" / "source" / "09_training.py"

# one example about zero, batch about zero, validation above the threshold, what else is seen
FINGERPRINTS = {
    "b1": (False, False, True, "nothing"),
    "b2": (False, False, True, "nothing"),
    "b3": (True, False, False, "nothing"),
    "b4": (True, False, False, "nothing"),
    "b5": (True, True, False, "nothing"),
    "b6": (False, False, False, "no weight moved"),
    "b7": (False, False, False, "a loss below zero"),
    "b8": (False, False, False, "nothing"),
    "b9": (True, True, True, "old gradients in the step"),
    "b10": (True, True, True, "two answers to one question"),
}


@pytest.fixture(scope="module")
def zoo():
    return practice.examine()


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_each_specimen_has_its_fingerprint(zoo, name):
    row = zoo.loc[name]
    found = (bool(row["one ok"]), bool(row["batch ok"]), row["validation"] >= row["needed"], row["also seen"])
    assert found == FINGERPRINTS[name]


def test_plateaus_are_those_of_theory(zoo):
    assert zoo.loc["b1", "one example"] == pytest.approx(math.log(1 + 2 / math.e), abs=0.002)
    assert zoo.loc["b2", "one example"] == pytest.approx(math.log(1 + 1 / math.e), abs=0.001)
    half_and_half = (math.log(1 + 1 / math.e) + math.log(2)) / 2
    assert zoo.loc["b2", "batch"] == pytest.approx(half_and_half, abs=0.003)
    assert zoo.loc["b3", "batch"] == pytest.approx(bugs.roots().batch[1].var(correction=0).item(), rel=0.02)
    assert zoo.loc["b4", "batch"] == pytest.approx(math.log(3), abs=0.001)
    assert zoo.loc["b7", "batch"] < 0


def test_each_test_has_its_blind_spots(zoo):
    only_one = zoo.index[zoo["one ok"].astype(bool) & ~zoo["batch ok"].astype(bool)]
    both = zoo.index[zoo["one ok"].astype(bool) & zoo["batch ok"].astype(bool)]
    assert list(only_one) == ["b3", "b4"]
    assert list(both) == ["b5", "b9", "b10"]
    assert zoo.loc["b5", "validation"] < zoo.loc["b5", "guess"] + 0.06


def test_the_courses_own_test_names_the_plateaus():
    X, y = bugs.structure().one
    body = bugs.network(273, 16, 3)
    healthy = training.overfit_one(body, (X, y), torch.nn.CrossEntropyLoss())
    twice = training.overfit_one(
        torch.nn.Sequential(body, torch.nn.Softmax(dim=1)), (X, y), torch.nn.CrossEntropyLoss()
    )
    assert healthy and healthy.steps < 60
    assert twice.cause == "softmax before cross-entropy"
    too_simple = torch.nn.Sequential(torch.nn.Linear(273, 1), torch.nn.ReLU(), torch.nn.Flatten(0))
    assert not training.overfit_one(too_simple, (X, -torch.ones(1)), torch.nn.MSELoss())


def test_small_batches_have_different_labels():
    assert bugs.structure().batch[1].tolist() == [0, 1, 2, 0, 1, 2]
    assert bugs.promoters().batch[1].tolist() == [1, 0, 1, 0, 1, 0]
    assert len(set(bugs.roots().batch[1].tolist())) == 7


def test_training_and_validation_residues_come_from_different_chains():
    train, validation = (
        {tuple(row.nonzero().flatten().tolist()) for row in part[0]}
        for part in (bugs.structure().train, bugs.structure().validation)
    )
    assert len(train & validation) < 20  # of some 450; a few chains of 1988 are relatives of one another


def test_a_watch_sees_every_optimizer_and_goes_away():
    model = bugs.network(273, 16, 3)
    X, y = bugs.structure().batch
    with bugs._Watch(3).looking() as watch:
        for kind in (torch.optim.SGD, torch.optim.Adam):
            bugs.loop(model, kind(model.parameters(), lr=0.01), X, y, 1)
        assert watch.steps == 2
        with pytest.raises(bugs.TooManySteps):
            bugs.loop(model, torch.optim.SGD(model.parameters(), lr=0.01), X, y, 5)
    bugs.loop(model, torch.optim.SGD(model.parameters(), lr=0.01), X, y, 5)
    assert watch.steps == 4


@pytest.mark.parametrize("empty", ["before the loss", "after the step", "model", "none"])
def test_gradients_may_be_emptied_in_any_way(empty):
    model = bugs.network(273, 16, 3)
    X, y = bugs.structure().batch
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with bugs._Watch(9).looking() as watch:
        for _ in range(4):
            if empty == "before the loss":
                optimizer.zero_grad()
            if empty == "model":
                model.zero_grad(set_to_none=False)
            torch.nn.functional.cross_entropy(model(X), y).backward()
            optimizer.step()
            if empty == "after the step":
                optimizer.zero_grad()
    assert watch.left_over == (empty == "none")


def _stub(name: str) -> ast.AST:
    """Return the student's script as the master holds it: solutions out, stubs in."""
    text = MASTER.read_text(encoding="utf-8")
    lines, inside, keep = [], False, False
    for line in text[text.index(f"def {name}(X, y, steps)") :].splitlines():
        if line.startswith(("check(", "def ", "# %%")) and lines:
            break
        mark = line.strip()
        if mark == "# BEGIN SOLUTION":
            inside, keep = True, False
        elif mark == "# STUB":
            keep = True
        elif mark == "# END SOLUTION":
            inside = False
        elif not inside:
            lines.append(line)
        elif keep:
            lines.append(line.replace("# ", "", 1))
    return ast.parse(textwrap.dedent("\n".join(lines)))


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_the_students_script_is_the_packages_specimen(name):
    assert ast.unparse(_stub(name)) == ast.unparse(ast.parse(bugs.source_of(name)))
