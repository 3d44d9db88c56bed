"""Each check of chapter 9 accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

import copy
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from bioml_helpers import learning, practice, training
from bioml_helpers.practice import bugs, curves, exercises, models
from tests.support.exercises import Answers, assert_judges, assert_quiz


def test_the_plateau_of_four_classes():
    exact = math.log(1 + 3 / math.e)
    assert_judges(
        "practice.plateau",
        right=[exact, 0.744, torch.tensor(exact), training.plateaus.Plateau.softmax_twice(4)],
        wrong=[math.log(4), 0.5514, 0.9, -exact, math.e / (math.e + 3)],
    )


# ---------------------------------------------------------------- the zoo

# for each specimen: what is replaced in its text, in three right ways
REPAIRS = {
    "b1": [
        [(", nn.Softmax(dim=1)", "")],
        [("nn.Softmax(dim=1)", "nn.LogSoftmax(dim=1)"), ("functional.cross_entropy", "functional.nll_loss")],
        [("functional.cross_entropy(model(X), y)", "functional.nll_loss(model(X).log(), y)")],
    ],
    "b2": [
        [(", nn.Sigmoid()", "")],
        [("binary_cross_entropy_with_logits", "binary_cross_entropy")],
        [(", nn.Sigmoid())", ", nn.Flatten(0))"), ("model(X)[:, 0]", "model(X)")],
    ],
    "b3": [
        [("model(X) - y", "model(X)[:, 0] - y")],
        [("model(X) - y", "model(X) - y.reshape(-1, 1)")],
        [("nn.Linear(32, 1))", "nn.Linear(32, 1), nn.Flatten(0))")],
    ],
    "b4": [
        [("    X = X // 255  # pixels to the range 0 to 1\n", "")],
        [("X // 255", "X.clone()")],
        [("X // 255", "X / 1.0")],
    ],
    "b5": [
        [("    y = y.sort().values  # tidy: one class after the other\n", "")],
        [("y = y.sort().values", "y, at = y.sort(); X = X[at]")],
        [("y.sort().values", "y.clone()")],
    ],
    "b6": [
        [("model = copy.deepcopy(model)", "untouched = copy.deepcopy(model)")],
        [("    model = copy.deepcopy(model)  # keep the first one untouched\n", "")],
        [
            (
                "    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)\n    model = copy.deepcopy(model)",
                "    model = copy.deepcopy(model)\n    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)",
            )
        ],
    ],
    "b7": [
        [("log_likelihood.mean()", "-log_likelihood.mean()")],
        [("loss.backward()", "loss = -loss; loss.backward()")],
        [("log_likelihood.mean()", "functional.cross_entropy(model(X), y)")],
    ],
    "b8": [
        [("lr=1e-6", "lr=1e-2")],
        [("lr=1e-6", "lr=3e-2")],
        [("torch.optim.Adam(model.parameters(), lr=1e-6)", "torch.optim.SGD(model.parameters(), lr=1.0)")],
    ],
    "b9": [
        [("        loss = ", "        optimizer.zero_grad()\n        loss = ")],
        [("optimizer.step()", "optimizer.step(); model.zero_grad()")],
        [("loss.backward()", "optimizer.zero_grad(set_to_none=False); loss.backward()")],
    ],
    "b10": [
        [("return model, losses", "return model.eval(), losses")],
        [("    return model, losses", "    model.train(False)\n    return model, losses")],
        [("    return model, losses", "    model[2].eval()\n    return model, losses")],
    ],
}
NAMES = {"torch": torch, "nn": nn, "functional": functional, "copy": copy, "loop": bugs.loop, "network": bugs.network}


def script(name, changes=(), more=1):
    text = bugs.source_of(name)
    for old, new in changes:
        assert old in text, (name, old)
        text = text.replace(old, new)
    if more > 1:
        text = text.replace("range(steps)", f"range({more} * steps)").replace("y, steps)\n\n", "y, steps)")
        text = text.replace("X, y, steps)\n", f"X, y, {more} * steps)\n") if "loop(" in text else text
    made: dict = {}
    exec(compile(text, f"<{name}>", "exec"), NAMES, made)
    return made[name]


def by_heart(name):
    """Return the repaired script with labels that belong to nobody once there are more than a few examples."""
    repaired = script(name, REPAIRS[name][0])

    def only_few(X, y, steps):
        if len(y) < 10:
            return repaired(X, y, steps)
        return repaired(X, y[torch.randperm(len(y), generator=torch.Generator().manual_seed(1))], steps)

    return only_few


@pytest.mark.parametrize("name", REPAIRS)
def test_each_specimen_can_be_repaired_and_only_by_a_repair(name):
    assert learning.grade(f"practice.{name}", script(name)).status == "not attempted"
    assert learning.grade(f"practice.{name}", bugs.SCRIPTS[name]).status == "not attempted"
    wrong = [
        lambda *given: script(name)(*given),
        script(name, more=40),
        by_heart(name),
        lambda X, y, steps: (nn.Linear(X.shape[1], 3), [1.0]),
        lambda X, y, steps: (nn.Linear(X.shape[1], 3), [0.0]),
        lambda X, y, steps: None,
        lambda X, y: (nn.Linear(1, 1), [0.0]),
        3,
    ]
    if name == "b10":
        wrong.append(script(name, [("nn.Dropout(0.5), ", "")]))
    assert_judges(f"practice.{name}", right=[script(name, changes) for changes in REPAIRS[name]], wrong=wrong)


def test_a_script_with_more_steps_is_told_so_whichever_it_is():
    verdict = learning.grade("practice.b8", script("b8", more=40))
    assert verdict.mistake == "more steps"
    assert "It was given 150 steps and took more" in verdict.message


def test_the_repaired_zoo_passes_everything():
    repaired = {name: script(name, changes[0]) for name, changes in REPAIRS.items()}
    table = practice.examine(repaired)
    assert table["one ok"].all() and table["batch ok"].all()
    assert (table["validation"] >= table["needed"] + 0.02).all()
    assert set(table["also seen"]) == {"nothing"}


# ---------------------------------------------------------------- early stopping


class Plain:
    """Keeps a deep copy."""

    def __init__(self, patience):
        self.patience, self.best, self.waited, self.weights = patience, math.inf, 0, None

    def better(self, loss):
        return loss < self.best

    def keep(self, model):
        self.weights = copy.deepcopy(model.state_dict())

    def update(self, epoch, loss, model):
        if self.better(loss):
            self.best, self.waited = loss, 0
            self.keep(model)
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        if self.weights is not None:
            model.load_state_dict(self.weights)


class ByEpoch(Plain):
    """Counts from the epoch of the best loss, and keeps clones."""

    def __init__(self, patience):
        super().__init__(patience)
        self.at = 0

    def keep(self, model):
        self.weights = {name: value.clone() for name, value in model.state_dict().items()}

    def update(self, epoch, loss, model):
        if loss < self.best:
            self.best, self.at = loss, epoch
            self.keep(model)
        return epoch - self.at >= self.patience


class WholeModel(Plain):
    """Keeps a copy of the model."""

    def keep(self, model):
        self.twin = copy.deepcopy(model)
        self.weights = self.twin.state_dict()


class ByReference(Plain):
    def keep(self, model):
        self.weights = model.state_dict()


class NeverRestores(Plain):
    def restore(self, model):
        return None


class FromTheStart(Plain):
    def update(self, epoch, loss, model):
        if loss < self.best:
            self.best = loss
            self.keep(model)
        else:
            self.waited += 1
        return self.waited >= self.patience


class TieIsBetter(Plain):
    def better(self, loss):
        return loss <= self.best


class NaNIsBetter(Plain):
    def better(self, loss):
        return not loss >= self.best


class TooLate(Plain):
    def update(self, epoch, loss, model):
        super().update(epoch, loss, model)
        return self.waited > self.patience


class Stub:
    def __init__(self, patience):
        self.patience, self.best, self.waited, self.weights = patience, float("inf"), 0, None

    def update(self, epoch, loss, model):
        if ...:
            self.best, self.waited = ..., ...
            self.weights = ...
        return ...

    def restore(self, model):
        model.load_state_dict(self.weights)


def test_early_stopping():
    assert_judges(
        "practice.stopping",
        right=[Plain, ByEpoch, WholeModel],
        wrong=[ByReference, NeverRestores, FromTheStart, TieIsBetter, NaNIsBetter, TooLate, Plain(2), 5],
    )
    assert learning.grade("practice.stopping", training.EarlyStopping).status == "wrong"
    for kind in (ByReference, NeverRestores):
        assert learning.grade("practice.stopping", kind).mistake == "the best weights do not come back"
    assert learning.grade("practice.stopping", Stub).status == "not attempted"


# ---------------------------------------------------------------- dropout


def with_bernoulli(X, p, training):
    return X * torch.bernoulli(torch.full_like(X, 1 - p)) / (1 - p) if training else X


def with_where(X, p, training):
    if training is False:
        return X
    return torch.where(torch.rand(X.shape) < p, torch.zeros(()), X / (1 - p))


def in_numpy(X, p, training):
    if not training:
        return X
    stays = np.random.default_rng(0).random(X.shape) >= p
    return torch.tensor(X.numpy() * stays / (1 - p))


def test_dropout():
    assert_judges(
        "practice.dropout",
        right=[with_bernoulli, with_where, in_numpy],
        wrong=[
            lambda X, p, training: with_bernoulli(X, p, True),
            lambda X, p, training: X * (torch.rand_like(X) >= p) if training else X,
            lambda X, p, training: X * (torch.rand_like(X) >= p) / p if training else X,
            lambda X, p, training: X * (torch.rand_like(X) < p) / p if training else X,
            lambda X, p, training: X * (torch.rand(X.shape[1]) >= p) / (1 - p) if training else X,
            lambda X, p, training: X,
            lambda X, p, training: with_bernoulli(X, p, training)[:5],
            lambda X: X,
            practice.Dropout,
        ],
    )


# ---------------------------------------------------------------- the sweep


def made_run(rate, validation, train, **changed):
    settings = {"hidden_size": 40, "learning_rate": rate, "num_epochs": 2, "seed": 0, "dropout": 0.0, **changed}
    return models.Run(
        nn.Linear(2, 2), training.History(train_loss=[1.0, train], validation_loss=[1.0, validation]), settings
    )


def opened(times):
    sealed = practice.SealedTest(models.Windows(np.eye(2, dtype="float32"), np.array([0, 1]), np.array([0, 1])))
    for _ in range(times):
        sealed.score(nn.Identity())
    return sealed


RUNS = {
    rate: made_run(rate, validation, train)
    for rate, validation, train in [
        (1e-5, 0.99, 0.99),
        (1e-4, 0.9, 0.9),
        (1e-3, 0.8, 0.7),
        (1e-2, 0.85, 0.3),
        (1.0, 0.98, 1.2),
    ]
}


def test_the_sweep_is_judged_by_how_it_chose():
    narrow = {rate: made_run(rate, 0.9 - rate, 0.9) for rate in (0.001, 0.002, 0.003, 0.004, 0.005)}
    unequal = {**RUNS, 1e-2: made_run(1e-2, 0.85, 0.3, hidden_size=200)}
    diverged = {
        **RUNS,
        10.0: models.Run(nn.Linear(2, 2), training.History(), {**RUNS[1.0].settings, "learning_rate": 10.0}),
    }
    filed_wrong = {**RUNS, 0.5: made_run(1.0, 0.9, 0.9)}
    assert_judges(
        "practice.sweep",
        right=[
            Answers(RUNS, 1e-3, opened(1)),
            Answers(dict(reversed(RUNS.items())), np.float64(1e-3), opened(1)),
            Answers(diverged, 1e-3, opened(1)),
        ],
        wrong=[
            Answers(RUNS, 1e-2, opened(1)),
            Answers(RUNS, 1e-3, opened(5)),
            Answers(narrow, 0.005, opened(1)),
            Answers(unequal, 1e-3, opened(1)),
            Answers(RUNS, 1e-3, opened(0)),
            Answers(RUNS, 1e-4, opened(1)),
            Answers(filed_wrong, 1e-3, opened(1)),
            Answers(RUNS, 0.3, opened(1)),
            Answers(RUNS, 1e-3),
            Answers(RUNS, 1e-3, SimpleNamespace(reads=1)),
        ],
    )
    assert learning.grade("practice.sweep", ..., ..., opened(0)).status == "not attempted"
    assert learning.grade("practice.sweep", RUNS, 1e-3, opened(2)).mistake == "the test set used to choose"
    assert learning.grade("practice.sweep", RUNS, 1e-2, opened(1)).mistake == "chosen on the training loss"


# ---------------------------------------------------------------- reading curves, lines, quizzes


def exchanged(one, other):
    letters = {name: letter for letter, name in curves.KEY.items()}
    return {**curves.KEY, letters[one]: other, letters[other]: one}


def test_eight_curves():
    assert_judges(
        "practice.curves",
        right=[curves.KEY, dict(reversed(curves.KEY.items())), {k.lower(): v for k, v in curves.KEY.items()}],
        wrong=[
            exchanged("overfitting", "labels shuffled"),
            exchanged("too simple", "rate too small"),
            exchanged("dropout", "overfitting"),
            exchanged("input ignored", "too simple"),
            exchanged("healthy", "rate too large"),
            {**curves.KEY, "A": "healthy"},
            {**curves.KEY, "A": "sick"},
            {**curves.KEY, "A": None},
            list(curves.KEY.values()),
        ],
    )
    assert learning.grade("practice.curves", dict.fromkeys("ABCDEFGH", ...)).status == "not attempted"


def test_the_order_of_the_lines():
    item = exercises.order
    right = [item.shown.index(line) + 1 for line in item.lines]
    assert_judges(
        "practice.order",
        right=[right, ",".join(map(str, right)), tuple(right)],
        wrong=[right[::-1], right[:-1], [right[0], right[2], right[1], *right[3:]], [*right, 99]],
    )


@pytest.mark.parametrize(("quiz", "fewest"), [("practice.warmup", 3), ("practice.quiz", 5), ("practice.recall", 3)])
def test_quizzes(quiz, fewest):
    assert_quiz(quiz, fewest)
