"""What chapter 9 trains: the window network of 1988, in many ways; and a test set that counts who looks."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import nn

from bioml_helpers import data, evaluation
from bioml_helpers.data import validate
from bioml_helpers.data.windows import STATES, Windows, windows
from bioml_helpers.practice.layers import Dropout
from bioml_helpers.training import EarlyStopping, History, TrainingDiverged, train

VALIDATION_SHARE = 0.2  # of the training chains
COIL = STATES.index("C")

# ---------------------------------------------------------------- the data, and a sealed test part


class SealedTest:
    """A test set that gives scores and no data, and counts how often it was asked.

    Chapter 9, section *Use*. A choice made by looking at test scores turns the test set into a second validation set.

    Parameters
    ----------
    test : bioml_helpers.data.windows.Windows

    Attributes
    ----------
    reads : int
        How often a score was asked for.
    log : list of str
        What each reading was for.

    Examples
    --------
    >>> sealed = SealedTest(Windows(np.eye(2, dtype="float32"), np.array([0, 1]), np.array([0, 0])))
    >>> sealed.score(torch.nn.Identity(), "the final model"), sealed.reads
    (1.0, 1)
    """

    def __init__(self, test: Windows):
        def answer(model):
            return probabilities(model, test.X).argmax(axis=1), test.y, test.chain

        self._answer = answer
        self._log: list[str] = []

    @property
    def reads(self) -> int:
        """How often a score was asked for."""
        return len(self._log)

    @property
    def log(self) -> list[str]:
        """What each reading was for."""
        return list(self._log)

    def score(self, model: nn.Module, reason: str = "") -> float:
        """Return the share of test residues that `model` names right; the reading is counted."""
        said, y, _ = self._answer(model)
        self._log.append(reason)
        return evaluation.q3(y, said)

    def interval(self, model: nn.Module, reason: str = "") -> evaluation.Interval:
        """Return the score with a 95 % interval by chain; the reading is counted."""
        said, y, chain = self._answer(model)
        self._log.append(reason)
        return evaluation.bootstrap_interval(evaluation.q3, y, said, groups=chain, n=500)

    def __repr__(self) -> str:
        return f"<sealed test set, read {self.reads} time{'s' * (self.reads != 1)}>"


@dataclass(frozen=True)
class Task:
    """The residues of 1988 in three parts; no chain lies in two of them.

    Attributes
    ----------
    train, validation : bioml_helpers.data.windows.Windows
        ``X`` of shape (residues, 273), ``y`` 0 helix, 1 strand, 2 coil, ``chain``.
    card : bioml_helpers.data.Card
    chains : dict of str to int
        Number of chains in each part.
    """

    train: Windows
    validation: Windows
    card: data.Card = field(repr=False)
    chains: dict[str, int]
    _test: Windows = field(repr=False)

    def seal(self) -> SealedTest:
        """Return the test part, sealed, with its counter at 0."""
        return SealedTest(self._test)

    def smaller(self, chains: int) -> Task:
        """Return the same task with the first so many training chains only."""
        chains = int(validate.number("chains", chains, low=1, high=self.chains["train"], integer=True))
        rows = self.train.chain < chains
        fewer = Windows(self.train.X[rows], self.train.y[rows], self.train.chain[rows])
        return replace(self, train=fewer, chains={**self.chains, "train": chains})

    @property
    def baseline(self) -> float:
        """Accuracy on the validation part of always saying what is commonest in the training part."""
        return float((self.validation.y == np.bincount(self.train.y).argmax()).mean())

    @property
    def guess(self) -> float:
        """Lowest cross-entropy on the training part without looking at the inputs: the entropy of the labels."""
        shares = np.bincount(self.train.y) / len(self.train.y)
        return float(-(shares * np.log(shares)).sum())


def structure_task(*, seed: int = 0, quiet: bool = False) -> Task:
    """Load the chains of 1988: of the training chains four fifths train and one fifth chooses; the test chains judge.

    Examples
    --------
    >>> task = structure_task(quiet=True)
    >>> task.train.X.shape[1]
    273
    """
    chains, card = data.load("secondary_structure", quiet=quiet)
    mine, test = (chains[chains["split"] == split].reset_index(drop=True) for split in ("train", "test"))
    residues = np.repeat(np.arange(len(mine)), mine["residues"].str.len())
    rows = data.splits.grouped_split(residues, (1 - VALIDATION_SHARE, VALIDATION_SHARE), seed=seed)
    data.splits.assert_no_group_overlap(*(residues[part] for part in rows))
    fitted, chosen = (mine.iloc[np.unique(residues[part])] for part in rows)
    counts = {"train": len(fitted), "validation": len(chosen), "test": len(test)}
    return Task(windows(fitted), windows(chosen), card, counts, windows(test))


# ---------------------------------------------------------------- training


@dataclass(frozen=True)
class Run:
    """A trained network, its history and its settings.

    Attributes
    ----------
    network : torch.nn.Module
    history : bioml_helpers.training.History
        Its metric ``accuracy`` is that on the validation part, after each epoch.
    settings : dict
    """

    network: nn.Module
    history: History
    settings: dict[str, Any]

    @property
    def best_epoch(self) -> int:
        """The epoch with the lowest validation loss, counted from 1."""
        return int(np.argmin(self.history.validation_loss)) + 1

    @property
    def best_loss(self) -> float:
        """The lowest validation loss of the run; infinite if training never got through one epoch."""
        return min(self.history.validation_loss, default=float("inf"))


def make_network(
    hidden_size: int = 200, *, dropout: float = 0.0, num_inputs: int = 273, seed: int = 0
) -> nn.Sequential:
    """Return inputs → hidden ReLUs → 3 logits, with our own dropout on the hidden layer where it is wanted.

    Examples
    --------
    >>> make_network(40, dropout=0.5)
    Sequential(
      (0): Linear(in_features=273, out_features=40, bias=True)
      (1): ReLU()
      (2): Dropout(p=0.5)
      (3): Linear(in_features=40, out_features=3, bias=True)
    )
    """
    hidden_size = int(validate.number("hidden_size", hidden_size, low=1, integer=True))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        first, last = nn.Linear(num_inputs, hidden_size), nn.Linear(hidden_size, len(STATES))
    return nn.Sequential(first, nn.ReLU(), *([Dropout(dropout)] if dropout else []), last)


def _accuracy(y_hat, y):
    return (y_hat.argmax(dim=1) == y).float().mean()


def train_network(
    task: Task,
    *,
    hidden_size: int = 200,
    learning_rate: float = 3e-3,
    dropout: float = 0.0,
    weight_decay: float = 0.0,
    num_epochs: int = 15,
    patience: int | None = None,
    keep: str = "last",
    labels: np.ndarray | None = None,
    batch_size: int = 512,
    seed: int = 0,
    nudge: float = 0.0,
    progress: bool = False,
) -> Run:
    """Train one network on the training part; the validation part watches, the test part is not touched.

    Parameters
    ----------
    task : Task
    hidden_size, learning_rate, dropout, weight_decay, num_epochs, batch_size, seed
        `weight_decay` as in AdamW: each step multiplies the weights by 1 − learning_rate · weight_decay.
    patience : int, optional
        Stop after so many epochs without a new best, and go back to the best weights.
    keep : {"last", "best"}
        Without `patience`: the weights of the last epoch, or those of the lowest validation loss.
    labels : numpy.ndarray, optional
        Other training labels in place of the real ones, such as shuffled ones.
    nudge : float
        Change every starting weight by about this share: what the rounding of another device does to a run.
    progress : bool

    Returns
    -------
    Run
        A run that diverged holds the sound epochs.

    Raises
    ------
    ValueError
        If an argument does not fit.
    """
    validate.one_of("keep", keep, ["last", "best"])
    y = task.train.y if labels is None else np.asarray(labels)
    if len(y) != len(task.train.y):
        raise ValueError(f"labels: expected one for each of {len(task.train.y)} training residues, got {len(y)}.")
    network = make_network(hidden_size, dropout=dropout, num_inputs=task.train.X.shape[1], seed=seed)
    if nudge:
        nudged(network, nudge)
    optimizer = torch.optim.AdamW(network.parameters(), lr=learning_rate, weight_decay=weight_decay)
    if patience is None and keep == "best":
        patience = num_epochs  # never stops, and still goes back to the best
    try:
        history = train(
            network,
            (task.train.X, y),
            loss_fn=nn.CrossEntropyLoss(),
            validation_data=(task.validation.X, task.validation.y),
            optimizer=optimizer,
            num_epochs=num_epochs,
            batch_size=batch_size,
            early_stopping=EarlyStopping(patience) if patience else None,
            seed=seed,
            progress=progress,
            metrics={"accuracy": _accuracy},
        )
    except TrainingDiverged as diverged:
        history = diverged.history
    settings = {
        "hidden_size": hidden_size,
        "learning_rate": learning_rate,
        "dropout": dropout,
        "weight_decay": weight_decay,
        "num_epochs": num_epochs,
        "seed": seed,
    }
    return Run(network, history, settings)


@torch.no_grad()
def probabilities(network: nn.Module, X: np.ndarray) -> np.ndarray:
    """Return the probabilities of the classes, shape (rows, classes), with dropout switched off.

    Examples
    --------
    >>> probabilities(nn.Identity(), np.zeros((1, 2), dtype="float32"))
    array([[0.5, 0.5]], dtype=float32)
    """
    was = network.training
    network.eval()
    logits = network(torch.as_tensor(X))
    network.train(was)
    return logits.softmax(dim=1).numpy()


def accuracy(network: nn.Module, part: Windows, labels: np.ndarray | None = None) -> float:
    """Return the share of residues of a part that a network names right.

    Examples
    --------
    >>> accuracy(nn.Identity(), Windows(np.eye(2, dtype="float32"), np.array([0, 0]), np.array([0, 0])))
    0.5
    """
    y = part.y if labels is None else labels
    return float((probabilities(network, part.X).argmax(axis=1) == y).mean())


def shuffled_labels(part: Windows, seed: int = 0) -> np.ndarray:
    """Return the labels of a part in random order: the same shares of states, and nothing to be learned.

    Examples
    --------
    >>> sorted(shuffled_labels(Windows(np.zeros((4, 1)), np.array([0, 0, 1, 2]), np.zeros(4)), seed=1).tolist())
    [0, 0, 1, 2]
    """
    return np.random.default_rng(seed).permutation(part.y)


# ---------------------------------------------------------------- which neurons are missed


@torch.no_grad()
def knock_out(network: nn.Sequential, part: Windows) -> pd.DataFrame:
    """Switch off one hidden neuron at a time in a trained network, and measure what changes.

    Parameters
    ----------
    network : torch.nn.Sequential
        As `make_network` returns it, trained.
    part : bioml_helpers.data.windows.Windows

    Returns
    -------
    pandas.DataFrame
        One row a neuron: ``changed``, the share of residues that get another state, and ``moved``, by how much
        probability moves from one state to another, on average over the residues.

    Raises
    ------
    TypeError
        If the network has not one hidden layer.

    Examples
    --------
    >>> knock_out(make_network(5, seed=1), Windows(np.ones((2, 273), dtype="float32"), np.zeros(2), np.zeros(2))).shape
    (5, 2)
    """
    linear = [layer for layer in network if isinstance(layer, nn.Linear)] if isinstance(network, nn.Sequential) else []
    if len(linear) != 2:
        raise TypeError("network: expected one hidden layer, as practice.make_network returns it.")
    first, last = linear
    hidden = torch.relu(first(torch.as_tensor(part.X)))  # (residues, hidden)
    logits = last(hidden)
    before, said = logits.softmax(dim=1), logits.argmax(dim=1)
    rows = []
    for neuron in range(hidden.shape[1]):
        without = logits - hidden[:, neuron, None] * last.weight[:, neuron]
        moved = (without.softmax(dim=1) - before).abs().sum(dim=1).mean().item() / 2
        rows.append(((without.argmax(dim=1) != said).float().mean().item(), moved))
    return pd.DataFrame(rows, columns=["changed", "moved"])


# ---------------------------------------------------------------- what a run was


def weights_hash(network: nn.Module) -> str:
    """Return a short fingerprint of all weights: the same eight characters only if every bit is the same.

    Examples
    --------
    >>> weights_hash(make_network(4, seed=0)) == weights_hash(make_network(4, seed=0))
    True
    >>> weights_hash(make_network(4, seed=0)) == weights_hash(make_network(4, seed=1))
    False
    """
    digest = hashlib.sha256()
    for name, value in network.state_dict().items():
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:8]


def manifest(run: Run, card: data.Card) -> pd.Series:
    """Return what someone needs to repeat a run: settings, seed, versions, device, and the hash of the data.

    Examples
    --------
    >>> run = Run(make_network(4), History(train_loss=[1.0], validation_loss=[1.1]), {"seed": 0})
    >>> manifest(run, data.card("ryegrass"))["seed"]
    0
    """
    facts = {
        **run.settings,
        "data": card.name + (" (stand-in)" if card.is_stand_in else ""),
        "data sha256": card.checksum[:16],
        "Python": platform.python_version(),
        "torch": torch.__version__,
        "NumPy": np.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
        "device": str(next(run.network.parameters()).device),
        "threads": torch.get_num_threads(),
        "validation loss": round(run.history.validation_loss[-1], 3),
        "weights": weights_hash(run.network),
    }
    return pd.Series(facts, name="this run")


def nudged(network: nn.Module, by: float = 1e-7, seed: int = 0) -> nn.Module:
    """Change every weight by about `by` of its size, in place: what another device's rounding does to a run.

    Examples
    --------
    >>> network = make_network(4)
    >>> before = network[0].weight.detach().clone()
    >>> bool(torch.allclose(nudged(network)[0].weight, before, rtol=1e-5, atol=0))
    True
    """
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in network.parameters():
            weight *= 1 + by * torch.randn(weight.shape, generator=draw)
    return network
