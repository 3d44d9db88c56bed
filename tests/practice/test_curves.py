"""The recorded curves show what their diagnoses say, and stopping on them is the course's early stopping."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from bioml_helpers import training
from bioml_helpers.practice import curves

READ = {name: curves.recorded("reading")[letter] for letter, name in curves.KEY.items()}
SLOPE = np.arange(15)


def test_each_letter_has_one_diagnosis_and_each_diagnosis_one_letter():
    assert sorted(curves.KEY.values()) == sorted(curves.DIAGNOSES)
    assert list(curves.KEY) == list("ABCDEFGH")


def _shows(name):
    train, validation = (np.array(one) for one in (READ[name].train, READ[name].validation))
    guess = curves.guess()
    settled = abs(train[-1] - train[-4]) < 0.01
    return {
        "healthy": settled and validation[-1] < 0.87 * guess and validation[-1] - validation.min() < 0.02,
        "overfitting": train[-1] < 0.3 and validation.min() < 0.85 * guess and validation[-1] > validation.min() + 0.1,
        "too simple": settled and 0.85 * guess < train[-1] < 0.95 * guess and validation[-1] - validation.min() < 0.02,
        "rate too small": (np.diff(train) < 0).all()
        and (np.diff(validation) < 0).all()
        and validation[-1] > 0.95 * guess,
        "rate too large": np.abs(np.diff(validation)).max() > 1 and train.min() > 1.5 * guess,
        "input ignored": np.abs(train[1:] - guess).max() < 0.01 and np.abs(validation - guess).max() < 0.05,
        "labels shuffled": train[-1] < 0.5 and validation.min() > guess and validation[-1] > 1.3,
        "dropout": (train > validation + 0.01).all()
        and train[-1] < 0.9 * guess
        and validation[-1] - validation.min() < 0.01,
    }


@pytest.mark.parametrize("name", curves.DIAGNOSES)
def test_each_recorded_curve_shows_what_its_diagnosis_says(name):
    shown = _shows(name)
    assert [diagnosis for diagnosis, true in shown.items() if true] == [name]


@pytest.mark.parametrize("patience", [1, 2, 3, 5])
@pytest.mark.parametrize("name", [*curves.STOPPING, "ties", "nan"])
def test_stopping_on_a_curve_is_what_the_courses_early_stopping_does(name, patience):
    own = {"ties": [0.5, 0.5, 0.5, 0.4, 0.4, 0.6], "nan": [math.nan, 0.5, math.nan, 0.4, math.nan, math.nan, 0.3]}
    losses = own.get(name) or curves.recorded("stopping")[name].validation
    stopping, model = training.EarlyStopping(patience), torch.nn.Linear(1, 1)
    for epoch, loss in enumerate(losses, start=1):
        torch.nn.init.constant_(model.weight, epoch)
        if stopping.update(epoch, loss, model):
            break
    stopping.restore(model)
    found = curves.stop(losses, patience)
    assert (found.stop, found.kept or None, found.loss) == (epoch, stopping.best_epoch, stopping.best_loss)
    assert model.weight[0, 0].item() == (found.kept or epoch)
    assert found.stopped == (epoch < len(losses))


def test_what_the_chapter_says_of_the_four_runs_is_so():
    runs = curves.recorded("stopping")
    kept = {name: [curves.stop(run.validation, patience) for patience in range(1, 11)] for name, run in runs.items()}
    assert len({one.kept for one in kept["smooth"]}) == 1
    assert kept["two dips"][0].loss > kept["two dips"][1].loss + 0.01
    assert kept["noisy"][0].loss > kept["noisy"][-1].loss + 0.1
    assert not any(one.stopped for one in kept["still falling"])
