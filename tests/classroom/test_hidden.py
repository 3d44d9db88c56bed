"""The hidden test: other inputs than the visible check, the same verdicts for the right answer."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest

from bioml_helpers import learning
from bioml_helpers.classroom import hidden
from bioml_helpers.learning.judge_functions import cases_of
from bioml_helpers.learning.registry import UnknownExercise, find
from bioml_helpers.neuron import exercises

SEEDS = (1, 2, 77, 2**32 - 1)


def sigmoid_neuron(X, w, b):
    return 1 / (1 + np.exp(-(X @ w + b)))


def shuffled(X, y, seed):
    return X, np.random.default_rng(seed).permutation(y)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("identity", "answer"), [("neuron.3", sigmoid_neuron), ("neuron.9", shuffled)])
def test_a_right_function_is_right_with_every_seed(identity, answer, seed):
    assert hidden.judge(identity, answer, seed=seed).is_right


def test_the_same_seed_gives_the_same_inputs_and_another_seed_others():
    one, again, other = (repr(hidden.other_cases(exercises.forward, seed)) for seed in (5, 5, 6))
    assert one == again != other


def test_after_a_hidden_test_the_visible_inputs_are_what_they_were():
    before = repr(cases_of(exercises.forward))
    hidden.judge("neuron.3", sigmoid_neuron, seed=3)
    assert repr(cases_of(exercises.forward)) == before
    assert np.random.default_rng(1).random() == pytest.approx(0.5118216247)


def test_a_known_mistake_is_named_in_the_hidden_test_too():
    verdict = hidden.judge("neuron.3", lambda X, w, b: sigmoid_neuron(X, w, b)[:1], seed=2)
    assert (verdict.status, verdict.mistake) == ("mistake", "only the first example")


def test_demand_says_what_was_wrong():
    with pytest.raises(hidden.Failed, match=r"neuron\.2: mistake\. no bias\. Your outputs"):
        hidden.demand("neuron.2", [1, -1, 0], seed=2)


def test_shares_stay_shares_where_written_down_cases_are_varied():
    share = learning.FunctionExercise("hiddentest.share", "Odds", lambda p: p / (1 - p), [(0.5,), (0.9,)])
    varied = [case[0] for case in hidden.other_cases(share, 4)[2:]]
    assert len(varied) == 6 and all(0 < one < 0.9 for one in varied)


@pytest.mark.parametrize("seed", [0, -1, 2**32, 1.5, "x"])
def test_a_seed_that_is_none_is_refused(seed):
    with pytest.raises(ValueError, match="seed: expected a whole number"):
        hidden.judge("neuron.3", sigmoid_neuron, seed=seed)


def test_an_exercise_that_does_not_exist_is_told():
    with pytest.raises(UnknownExercise):
        hidden.judge("neuron.nowhere", 1)


def test_exercises_with_their_own_inputs_only_exist():
    for topic in {identity.split(".")[0] for identity in hidden.SAME_INPUTS}:
        package = importlib.import_module(f"bioml_helpers.{topic}")
        for path in Path(package.__path__[0]).glob("*exercises.py"):
            importlib.import_module(f"{package.__name__}.{path.stem}")  # registers them
    assert all(find(identity) for identity in hidden.SAME_INPUTS)
