"""The bug zoo: ten training scripts, each with one mistake that is often made, and the tests that tell them apart.

Each script is a function ``script(X, y, steps)`` that makes a network, trains it for `steps` steps on X and y, and
returns the network and the losses it saw. `examine` runs a script on one example, on a small batch and on a training
set, and watches.
"""

from __future__ import annotations

import copy
import inspect
import math
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import pairwise

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.optimizer import register_optimizer_step_pre_hook

from bioml_helpers import data
from bioml_helpers.data.encode import one_hot
from bioml_helpers.data.windows import windows

# ---------------------------------------------------------------- three small tasks


@dataclass(frozen=True)
class Habitat:
    """A small task on which scripts are examined.

    Attributes
    ----------
    name : str
    one, batch, train, validation : (X, y)
        One example, a few with different labels, and the two parts.
    steps : dict of str to int
        Steps that a healthy script needs at most, for ``"one"``, ``"batch"`` and ``"train"``.
    threshold, chance : float
        Least score on the validation part of a repaired script, and the score of a guess.
    enough : float
        A loss below this is "about zero".
    kind : {"classes", "yes or no", "number"}
    stand_in : bool
    """

    name: str
    one: tuple[Tensor, Tensor] = field(repr=False)
    batch: tuple[Tensor, Tensor] = field(repr=False)
    train: tuple[Tensor, Tensor] = field(repr=False)
    validation: tuple[Tensor, Tensor] = field(repr=False)
    steps: Mapping[str, int]
    threshold: float
    chance: float
    enough: float
    kind: str
    stand_in: bool

    def loss(self, y_hat: Tensor, y: Tensor) -> float:
        """Return the loss of what a returned network gives: raw scores, or probabilities where it gives these."""
        if self.kind == "number":
            return (y_hat.reshape(len(y)) - y).square().mean().item()
        if self.kind == "yes or no":
            y_hat = y_hat.reshape(len(y))
            if bool(((y_hat >= 0) & (y_hat <= 1)).all()):
                return functional.binary_cross_entropy(y_hat, y).item()
            return functional.binary_cross_entropy_with_logits(y_hat, y).item()
        if bool((y_hat >= 0).all()) and torch.allclose(y_hat.sum(dim=1), torch.ones(len(y)), atol=1e-4):
            return functional.nll_loss(y_hat.clamp_min(1e-12).log(), y).item()
        return functional.cross_entropy(y_hat, y).item()

    def score(self, y_hat: Tensor, y: Tensor) -> float:
        """Return the accuracy, or for numbers R², the share of the variance that is explained."""
        if self.kind == "number":
            return float(1 - (y_hat.reshape(len(y)) - y).square().mean() / y.var(correction=0))
        if self.kind == "yes or no":
            y_hat = y_hat.reshape(len(y))
            middle = 0.5 if bool(((y_hat >= 0) & (y_hat <= 1)).all()) else 0.0
            return float(((y_hat > middle) == (y > 0.5)).float().mean())
        return float((y_hat.argmax(dim=1) == y).float().mean())


@cache
def structure() -> Habitat:
    """Return residues of the 1988 chains, as many helix as strand as coil: a guess is right in a third."""
    chains, card = data.load("secondary_structure", quiet=True)
    mine = chains[chains["split"] == "train"].reset_index(drop=True)
    order = np.random.default_rng(0).permutation(len(mine))
    cut = len(order) // 5
    train = _balanced(windows(mine.iloc[order[cut:]]), 150, seed=0)
    X, y = train
    few = torch.cat([(y == state).nonzero()[:2, 0] for state in (0, 1, 2)])
    few = few[torch.tensor([0, 2, 4, 1, 3, 5])]  # helix, strand, coil, helix, strand, coil
    return Habitat(
        "secondary structure, 3 classes",
        one=(X[few[2:3]], y[few[2:3]]),
        batch=(X[few], y[few]),
        train=train,
        validation=_balanced(windows(mine.iloc[order[:cut]]), 200, seed=1),
        steps={"one": 150, "batch": 60, "train": 40},
        threshold=0.41,
        chance=1 / 3,
        enough=0.02,
        kind="classes",
        stand_in=card.is_stand_in,
    )


def _balanced(cut, each, seed):
    draw = np.random.default_rng(seed)
    rows = np.concatenate([draw.permutation(np.flatnonzero(cut.y == state))[:each] for state in (0, 1, 2)])
    rows = draw.permutation(rows)
    return torch.tensor(cut.X[rows]), torch.tensor(cut.y[rows])


@cache
def promoters() -> Habitat:
    """Return the promoters of chapter 2 as yes or no: every fourth sequence chooses, the others train."""
    table, card = data.load("promoters", quiet=True)
    X = torch.tensor(one_hot(table["sequence"].tolist(), unknown="zeros")).flatten(1)
    y = torch.tensor(table["is_promoter"].to_numpy(), dtype=torch.float32)
    order = torch.tensor(np.random.default_rng(0).permutation(len(y)))
    X, y = X[order], y[order]
    held = torch.arange(len(y)) % 4 == 0
    train, validation = (X[~held], y[~held]), (X[held], y[held])
    yes, no = ((train[1] == value).nonzero()[:3, 0] for value in (1, 0))
    few = torch.stack([yes, no], dim=1).flatten()
    return Habitat(
        "promoters, yes or no",
        one=(train[0][yes[:1]], train[1][yes[:1]]),
        batch=(train[0][few], train[1][few]),
        train=train,
        validation=validation,
        steps={"one": 60, "batch": 60, "train": 40},
        threshold=0.7,
        chance=0.5,
        enough=0.02,
        kind="yes or no",
        stand_in=card.is_stand_in,
    )


@cache
def roots() -> Habitat:
    """Return the root lengths of chapter 1: log dose in, centimetres out; one root a dose chooses, the others train."""
    table, card = data.load("ryegrass", quiet=True)
    dose, length = (table[name].to_numpy() for name in ("dose_mM", "root_length_cm"))
    x = np.log(np.maximum(dose, 0.3))  # dose 0 stands at 0.3 mM, as in chapter 1
    X = torch.tensor((x - x.mean()) / x.std(), dtype=torch.float32).reshape(-1, 1)
    y = torch.tensor(length, dtype=torch.float32)
    nth = table.groupby("dose_mM").cumcount().to_numpy()
    first, held = (torch.tensor(np.flatnonzero(nth == n)) for n in (0, 1))
    rest = torch.tensor(np.flatnonzero(nth != 1))
    return Habitat(
        "root lengths, a number",
        one=(X[first[-1:]], y[first[-1:]]),
        batch=(X[first], y[first]),
        train=(X[rest], y[rest]),
        validation=(X[held], y[held]),
        steps={"one": 100, "batch": 300, "train": 150},
        threshold=0.8,
        chance=0.0,
        enough=0.02,
        kind="number",
        stand_in=card.is_stand_in,
    )


# ---------------------------------------------------------------- the ten scripts


def network(*sizes: int) -> nn.Sequential:
    """Return linear layers of these sizes with ReLUs between them, always from the same start.

    Examples
    --------
    >>> network(273, 16, 3)[0].out_features
    16
    """
    torch.manual_seed(0)
    layers = [nn.Linear(n_in, n_out) for n_in, n_out in pairwise(sizes)]
    return nn.Sequential(*[part for layer in layers for part in (layer, nn.ReLU())][:-1])


def loop(model: nn.Module, optimizer: torch.optim.Optimizer, X: Tensor, y: Tensor, steps: int) -> list[float]:
    """Train with cross-entropy on all of X and y at each step, as specimen b1 writes it out; return the losses.

    Examples
    --------
    >>> model = network(2, 3)
    >>> len(loop(model, torch.optim.SGD(model.parameters(), lr=0.1), torch.zeros(4, 2), torch.tensor([0, 1, 2, 0]), 5))
    5
    """
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def b1(X, y, steps):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(273, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(dim=1))
    optimizer, losses = torch.optim.Adam(model.parameters(), lr=1e-2), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses


def b2(X, y, steps):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(X.shape[1], 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
    optimizer, losses = torch.optim.Adam(model.parameters(), lr=1e-2), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(model(X)[:, 0], y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses


def b3(X, y, steps):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 32), nn.ReLU(), nn.Linear(32, 1))
    optimizer, losses = torch.optim.Adam(model.parameters(), lr=3e-2), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses


def b4(X, y, steps):
    model = network(273, 16, 3)
    X = X // 255  # pixels to the range 0 to 1
    return model, loop(model, torch.optim.Adam(model.parameters(), lr=1e-2), X, y, steps)


def b5(X, y, steps):
    model = network(273, 16, 3)
    y = y.sort().values  # tidy: one class after the other
    return model, loop(model, torch.optim.Adam(model.parameters(), lr=1e-2), X, y, steps)


def b6(X, y, steps):
    model = network(273, 16, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    model = copy.deepcopy(model)  # keep the first one untouched
    return model, loop(model, optimizer, X, y, steps)


def b7(X, y, steps):
    model, losses = network(273, 16, 3), []
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(steps):
        optimizer.zero_grad()
        log_likelihood = model(X).log_softmax(dim=1)[range(len(y)), y]
        loss = log_likelihood.mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses


def b8(X, y, steps):
    model = network(273, 16, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-6)
    return model, loop(model, optimizer, X, y, steps)


def b9(X, y, steps):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(273, 16), nn.ReLU(), nn.Linear(16, 3))
    optimizer, losses = torch.optim.Adam(model.parameters(), lr=1e-2), []
    for _ in range(steps):
        loss = functional.cross_entropy(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses


def b10(X, y, steps):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(273, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 3))
    optimizer, losses = torch.optim.Adam(model.parameters(), lr=1e-2), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses


HABITATS: dict[str, Callable[[], Habitat]] = {
    "b1": structure,
    "b2": promoters,
    "b3": roots,
    **dict.fromkeys(("b4", "b5", "b6", "b7", "b8", "b9", "b10"), structure),
}
SCRIPTS: dict[str, Callable] = {one.__name__: one for one in (b1, b2, b3, b4, b5, b6, b7, b8, b9, b10)}


# ---------------------------------------------------------------- the examination


class TooManySteps(Exception):
    """A script took more steps than it was given."""


@dataclass
class Trial:
    """What one run of a script showed.

    Attributes
    ----------
    told : float
        The last loss that the script itself reports.
    true : float
        The loss of the returned network on what the script was given.
    score : float
        The score of the returned network on the validation part.
    steps : int
    moved : bool
        Whether the weights of the returned network are among those that the optimizer moved.
    left_over : bool
        Whether a step was taken with gradients of earlier steps still in them.
    random : bool
        Whether the returned network answers the same question twice in two ways.
    """

    told: float
    true: float
    score: float
    steps: int
    moved: bool
    left_over: bool
    random: bool
    model: nn.Module = field(repr=False)


class _Watch:
    """Sees every optimizer step in a ``with`` block: how many, of which weights, with which gradients."""

    def __init__(self, most: int):
        self.most, self.steps, self.left_over = most, 0, False
        self.weights: dict[int, Tensor] = {}
        self._fresh: dict[int, Tensor] = {}

    def before_step(self, optimizer, args, kwargs) -> None:
        self.steps += 1
        if self.steps > self.most:
            raise TooManySteps
        for weight in (p for group in optimizer.param_groups for p in group["params"]):
            if id(weight) not in self.weights:
                self.weights[id(weight)] = weight
                weight.register_hook(partial(self._arrived, id(weight)))
            elif weight.grad is not None and id(weight) in self._fresh:
                fresh = self._fresh.pop(id(weight))
                if not torch.allclose(fresh, weight.grad, rtol=1e-3, atol=1e-7):
                    self.left_over = True

    def _arrived(self, at, gradient):
        before = self._fresh.get(at)
        self._fresh[at] = gradient.clone() if before is None else before + gradient

    @contextmanager
    def looking(self):
        handle = register_optimizer_step_pre_hook(self.before_step)
        try:
            yield self
        finally:
            handle.remove()


def run(script: Callable, habitat: Habitat, part: str) -> Trial:
    """Run a script on a part of a habitat, ``"one"``, ``"batch"`` or ``"train"``, and return what was seen.

    Raises
    ------
    TooManySteps
        If the script takes more steps than it is given.
    TypeError
        If it does not return a network and its losses.

    Examples
    --------
    >>> trial = run(b1, structure(), "one")
    >>> round(trial.told, 2), trial.steps
    (0.55, 150)
    """
    X, y = getattr(habitat, part)
    steps = habitat.steps[part]
    with torch.random.fork_rng(devices=[]), _Watch(steps).looking() as watch:
        returned = script(X.clone(), y.clone(), steps)
    if not (isinstance(returned, tuple) and len(returned) == 2 and isinstance(returned[0], nn.Module)):
        raise TypeError("a script returns (model, losses)")
    model, losses = returned
    if len(losses) > steps:
        raise TooManySteps
    if len(losses) == 0:
        raise TypeError("a script returns (model, losses), one loss a step; the list is empty")
    with torch.no_grad():
        first, second = model(X), model(X)
        answers = model(habitat.validation[0])
    return Trial(
        told=float(losses[-1]),
        true=habitat.loss(first, y),
        score=habitat.score(answers, habitat.validation[1]),
        steps=watch.steps,
        moved=any(id(weight) in watch.weights for weight in model.parameters()),
        left_over=watch.left_over,
        random=not torch.equal(first, second),
        model=model,
    )


def is_zero(loss: float, habitat: Habitat) -> bool:
    """Return whether a loss is about zero: below what counts as enough, and not below zero.

    Examples
    --------
    >>> is_zero(0.001, structure()), is_zero(0.5514, structure()), is_zero(-3.0, structure())
    (True, False, False)
    """
    return math.isfinite(loss) and -1e-6 <= loss < habitat.enough


def examine(scripts: Mapping[str, Callable] | None = None) -> pd.DataFrame:
    """Run scripts on one example, on a small batch and on a training set, and return their fingerprints.

    Parameters
    ----------
    scripts : mapping of str to callable, optional
        ``"b1"`` to ``"b10"``; by default the ten broken ones.

    Returns
    -------
    pandas.DataFrame
        One row a script: the last loss it reports on one example and on the batch, whether each is about zero, the
        validation score beside the guess and the threshold, and what else was seen.

    Examples
    --------
    >>> examine({"b7": b7}).loc["b7", "also seen"]
    'a loss below zero'
    """
    rows = {}
    for name, script in (SCRIPTS if scripts is None else scripts).items():
        habitat = HABITATS[name]()
        try:
            one, batch, train = (run(script, habitat, part) for part in ("one", "batch", "train"))
        except Exception as error:  # a learner's script may raise anything; the table goes on
            rows[name] = {"also seen": f"it stopped: {type(error).__name__}"}
            continue
        rows[name] = {
            "one example": one.told,
            "batch": batch.told,
            "one ok": is_zero(one.told, habitat),
            "batch ok": is_zero(batch.told, habitat),
            "validation": train.score,
            "guess": habitat.chance,
            "needed": habitat.threshold,
            "also seen": _also_seen(one, batch),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _also_seen(one: Trial, batch: Trial) -> str:
    seen = []
    if batch.told < 0 or one.told < 0:
        seen.append("a loss below zero")
    if not batch.moved:
        seen.append("no weight moved")
    if batch.left_over:
        seen.append("old gradients in the step")
    if batch.random:
        seen.append("two answers to one question")
    return ", ".join(seen) or "nothing"


def source_of(name: str) -> str:
    """Return the text of a broken script, as the notebook shows it.

    Examples
    --------
    >>> source_of("b8").splitlines()[0]
    'def b8(X, y, steps):'
    """
    return inspect.getsource(SCRIPTS[name])
