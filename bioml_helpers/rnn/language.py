"""A language model of proteins in miniature: which residue comes next, and what the hidden state knows besides.

Nobody labels anything: the chain itself says which residue comes next. UniRep did this with about 24 million
sequences (Alley and colleagues 2019, https://doi.org/10.1038/s41592-019-0598-1); here it is a thousand chains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from bioml_helpers import data
from bioml_helpers.data import validate
from bioml_helpers.data.encode import PROTEIN

END, BEGIN, NONE = 20, 21, -1  # besides the 20 amino acids: the end of a chain, what stands before it, no residue
STATES = "HEC"
FEWEST, MOST = 40, 200  # residues of the chains that are used
PRIOR = 1000  # residues; chosen so that triplets do their best
WINDOW = 9  # the residue and the eight before it: what a state that reads from the left may know


def residue_numbers(sequences: Sequence[str], length: int | None = None) -> np.ndarray:
    """Return chains as numbers 0 to 19, padded with −1; an unknown residue is −1 too.

    Parameters
    ----------
    sequences : sequence of str
    length : int, optional
        Chains are cut or padded to it; by default the longest chain's.

    Returns
    -------
    numpy.ndarray of shape (batch, length)

    Examples
    --------
    >>> residue_numbers(["ACX", "D"])
    array([[ 0,  1, -1],
           [ 2, -1, -1]])
    """
    sequences = list(sequences)
    length = max(map(len, sequences)) if length is None else length
    numbers = np.full((len(sequences), length), NONE)
    for row, one in enumerate(sequences):
        here = data.encode.integers(one[:length], PROTEIN, unknown="extra")
        numbers[row, : len(here)] = np.where(here < len(PROTEIN), here, NONE)
    return numbers


def pieces(sequences: Sequence[str], length: int = 100, fewest: int = 20) -> list[str]:
    """Cut chains into pieces of `length`; a last piece of fewer than `fewest` residues is dropped.

    Examples
    --------
    >>> [len(piece) for piece in pieces(["A" * 230, "A" * 205])]
    [100, 100, 30, 100, 100]
    """
    cut = [one[start : start + length] for one in sequences for start in range(0, len(one), length)]
    return [piece for piece in cut if len(piece) >= fewest]


@dataclass(frozen=True)
class Chains:
    """Chains for a language model; no residue is labelled for training it.

    Attributes
    ----------
    unlabelled : pandas.DataFrame
        Training chains: only their sequence is used.
    labelled : pandas.DataFrame
        Other chains (the published validation part), from which a probe may take a few labelled residues.
    test : pandas.DataFrame
        The published test part: no chain is similar to a training chain.
    card : bioml_helpers.data.Card
    """

    unlabelled: pd.DataFrame
    labelled: pd.DataFrame
    test: pd.DataFrame
    card: data.Card


def chains(n: int = 1000, *, quiet: bool = False, seed: int = 0) -> Chains:
    """Return chains of 40 to 200 residues out of the data set "netsurfp".

    Parameters
    ----------
    n : int
        Training chains, drawn at random.
    quiet : bool
    seed : int
        Same seed, same chains.

    Returns
    -------
    Chains
    """
    table, card = data.load("netsurfp", quiet=quiet)
    table = table[table["sequence"].str.len().between(FEWEST, MOST)]
    parts = {part: table[table["part"] == part].reset_index(drop=True) for part in ("train", "validation", "test")}
    n = min(validate.number("n", n, low=1, integer=True), len(parts["train"]))
    chosen = np.random.default_rng(seed).permutation(len(parts["train"]))[:n]
    return Chains(parts["train"].iloc[np.sort(chosen)], parts["validation"], parts["test"], card)


# ---------------------------------------------------------------- the model


class NextResidue(torch.nn.Module):
    """A GRU that guesses the next residue from all residues before it.

    Parameters
    ----------
    hidden_size : int
    seed : int
        Fixes the starting weights.

    Examples
    --------
    >>> model = NextResidue(8)
    >>> model(torch.tensor([[0, 5, 9]])).shape, model.states(torch.tensor([[0, 5, 9]])).shape
    (torch.Size([1, 3, 21]), torch.Size([1, 3, 8]))
    """

    def __init__(self, hidden_size: int = 64, *, seed: int = 0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.letters = torch.nn.Embedding(BEGIN + 1, 24)
            self.gru = torch.nn.GRU(24, hidden_size, batch_first=True)
            self.out = torch.nn.Linear(hidden_size, END + 1)

    def forward(self, residues: torch.Tensor) -> torch.Tensor:
        """Return logits (batch, length, 21) of each residue, made from those before it; the 21st is the end."""
        before = torch.cat([torch.full_like(residues[:, :1], BEGIN), residues[:, :-1]], dim=1)
        return self.out(self._read(before))

    def states(self, residues: torch.Tensor) -> torch.Tensor:
        """Return the hidden state after each residue has been read, (batch, length, hidden_size)."""
        begun = torch.cat([torch.full_like(residues[:, :1], BEGIN), residues], dim=1)
        return self._read(begun)[:, 1:]

    def _read(self, letters):
        outputs, _ = self.gru(self.letters(torch.where(letters < 0, END, letters)))
        return outputs


def train_language(
    sequences: Sequence[str],
    *,
    hidden_size: int = 64,
    num_epochs: int = 4,
    batch_size: int = 64,
    learning_rate: float = 5e-3,
    length: int = 100,
    end: bool = False,
    seed: int = 0,
) -> NextResidue:
    """Train a model to guess each residue from those before it.

    Parameters
    ----------
    sequences : sequence of str
        Longer ones are cut into pieces of `length`.
    end : bool
        Teach it where a sequence ends, too (for sequences that are shorter than `length`).
    hidden_size, num_epochs, batch_size, learning_rate, seed

    Returns
    -------
    NextResidue
    """
    y = with_end(sequences, length) if end else torch.tensor(residue_numbers(pieces(sequences, length), length))
    model = NextResidue(hidden_size, seed=seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(validate.number("num_epochs", num_epochs, low=1, integer=True)):
        for rows in torch.randperm(len(y), generator=generator).split(batch_size):
            optimizer.zero_grad()
            _loss(model, y[rows]).backward()
            optimizer.step()
    return model.eval()


def with_end(sequences: Sequence[str], length: int) -> torch.Tensor:
    """Return sequences as numbers, each followed by the sign for its end; shape (batch, length + 1).

    Examples
    --------
    >>> with_end(["AC", "D"], 3)
    tensor([[ 0,  1, 20, -1],
            [ 2, 20, -1, -1]])
    """
    numbers = residue_numbers(sequences, length + 1)
    numbers[np.arange(len(numbers)), [min(len(one), length) for one in sequences]] = END
    return torch.tensor(numbers)


def _loss(model, residues):
    """Mean cross-entropy over the residues that exist; what is not known counts for nothing."""
    return functional.cross_entropy(model(residues).flatten(0, 1), residues.flatten(), ignore_index=NONE)


# ---------------------------------------------------------------- perplexity


def perplexity(log_probabilities) -> float:
    """Return exp(− mean log-probability of what came): among how many equally likely residues the model is torn.

    Parameters
    ----------
    log_probabilities : array_like
        Natural logarithms, one for each residue that came.

    Examples
    --------
    >>> round(perplexity(np.log([0.05] * 7)), 6)
    20.0
    """
    return float(np.exp(-np.mean(validate.array("log_probabilities", log_probabilities))))


def log_probabilities(model: NextResidue, sequences: Sequence[str]) -> np.ndarray:
    """Return the log-probability that a model gave to each residue that came, over all sequences, shape (residues,)."""
    residues = torch.tensor(residue_numbers(sequences))
    with torch.no_grad():
        logits = model(residues)[..., : len(PROTEIN)]  # given that the chain goes on
        said = torch.log_softmax(logits, dim=2)
    known = residues >= 0
    return said[known].gather(1, residues[known][:, None])[:, 0].double().numpy()


class Counts:
    """Guess the next residue by counting: how often it followed the `order` residues before it.

    Counts of longer contexts are filled up with the next shorter one, as if each context had been seen `PRIOR` times more.

    Parameters
    ----------
    order : int
        0 for the composition alone, 1 for pairs, 2 for triplets.

    Examples
    --------
    >>> model = Counts(1).fit(["ACAC"])
    >>> bool(model.table[0, 1] > model.table[0, 2])
    True
    """

    def __init__(self, order: int = 0):
        self.order = validate.number("order", order, low=0, high=2, integer=True)

    def fit(self, sequences: Sequence[str]) -> Counts:
        """Count, and return the model; ``table`` holds the probabilities, the last axis is what comes."""
        numbers = residue_numbers(sequences)
        table = np.full(len(PROTEIN), 1 / len(PROTEIN))
        for order in range(self.order + 1):
            words = _words(numbers, order)
            seen = np.zeros((len(PROTEIN),) * (order + 1))
            np.add.at(seen, tuple(words.T), 1)
            seen += PRIOR * table  # table of one order less: it lacks the first axis
            table = seen / seen.sum(axis=-1, keepdims=True)
        self.table = table
        return self

    def log_probabilities(self, sequences: Sequence[str]) -> np.ndarray:
        """Return the log-probability of each residue that has `order` residues before it, shape (residues,)."""
        return np.log(self.table[tuple(_words(residue_numbers(sequences), self.order).T)])


def _words(numbers, order):
    """Every word of order + 1 known residues, shape (words, order + 1)."""
    width = numbers.shape[1] - order
    words = np.stack([numbers[:, i : i + width] for i in range(order + 1)], axis=2).reshape(-1, order + 1)
    return words[(words >= 0).all(axis=1)]


def perplexities(found: Chains, model: NextResidue) -> pd.DataFrame:
    """Return the perplexity on the test chains: nothing known, composition, pairs, triplets, the GRU.

    Returns
    -------
    pandas.DataFrame
        Columns ``model``, ``sees``, ``perplexity``.
    """
    known, new = list(found.unlabelled["sequence"]), list(found.test["sequence"])
    rows = [("every residue alike", "nothing", float(len(PROTEIN)))]
    for order, (name, sees) in enumerate(
        (("composition", "nothing"), ("pairs", "1 residue before"), ("triplets", "2 residues before"))
    ):
        rows.append((name, sees, perplexity(Counts(order).fit(known).log_probabilities(new))))
    rows.append(("GRU", "all residues before", perplexity(log_probabilities(model, new))))
    return pd.DataFrame(rows, columns=["model", "sees", "perplexity"])


# ---------------------------------------------------------------- the probe


@dataclass(frozen=True)
class Residues:
    """Residues of known state, each with what a probe may look at.

    Attributes
    ----------
    X : dict of str to numpy.ndarray of shape (residues, features)
    y : numpy.ndarray of shape (residues,)
        0 helix, 1 strand, 2 coil.
    chain : numpy.ndarray of shape (residues,)
    """

    X: dict[str, np.ndarray]
    y: np.ndarray
    chain: np.ndarray


def residues_of(table: pd.DataFrame, models: dict[str, NextResidue]) -> Residues:
    """Return every residue that the structure shows, with its letter, its window, and the state of each model there.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``sequence``, ``states``, ``resolved``.
    models : dict of str to NextResidue
        Frozen: nothing in them changes.

    Returns
    -------
    Residues
        Its ``X`` holds "one-hot" (20 numbers), "one-hot window" (9 × 20) and one entry a model.
    """
    numbers = residue_numbers(table["sequence"])
    batch, length = numbers.shape
    seen = np.zeros((batch, length), dtype=bool)
    y = np.zeros((batch, length), dtype=np.int64)
    for row, (states, resolved) in enumerate(zip(table["states"], table["resolved"], strict=True)):
        seen[row, : len(states)] = np.array(list(resolved)) == "1"
        y[row, : len(states)] = [STATES.index(state) for state in states]
    letters = np.eye(len(PROTEIN) + 1, len(PROTEIN), dtype=np.float32)[numbers]  # row −1 stays 0: (batch, length, 20)
    padded = np.concatenate([np.zeros((batch, WINDOW - 1, len(PROTEIN)), np.float32), letters], axis=1)
    window = np.concatenate([padded[:, i : i + length] for i in range(WINDOW)], axis=2)
    X = {"one-hot": letters[seen], "one-hot window": window[seen]}
    with torch.no_grad():
        X |= {name: model.states(torch.tensor(numbers)).numpy()[seen] for name, model in models.items()}
    return Residues(X, y[seen], np.nonzero(seen)[0])


def probe(labelled: Residues, test: Residues, *, labels: Sequence[int] = (20, 50, 200), draws: int = 10):
    """Fit a linear probe on a few labelled residues, and judge it on all test residues.

    The features are scaled as in all labelled chains, whose states are not looked at for that. The probe is logistic
    regression; one-hot letters, of which one in twenty is 1, get a weaker penalty than the states of a model.

    Parameters
    ----------
    labelled, test : Residues
    labels : sequence of int
        How many labelled residues a probe may see.
    draws : int
        How often that many are drawn anew, at least 2.

    Returns
    -------
    pandas.DataFrame
        One row a kind of feature and number of labels: columns ``features``, ``labels``, ``Q3`` (mean), ``deviation``
        (standard deviation over the draws), ``values`` (of each draw).
    """
    draws = validate.number("draws", draws, low=2, integer=True)
    rows = []
    for name, X in labelled.X.items():
        letters = name.startswith("one-hot")
        mean, spread = (0.0, 1.0) if letters else (X.mean(axis=0), X.std(axis=0) + 1e-6)
        ours, theirs = (X - mean) / spread, (test.X[name] - mean) / spread
        for count in labels:
            count = validate.number("labels", count, low=5, high=len(X), integer=True)
            values = [_one_probe(ours, labelled.y, theirs, test.y, count, letters, seed) for seed in range(draws)]
            rows.append((name, count, float(np.mean(values)), float(np.std(values, ddof=1)), values))
    return pd.DataFrame(rows, columns=["features", "labels", "Q3", "deviation", "values"])


def _one_probe(X, y, X_test, y_test, count, letters, seed) -> float:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(seed)
    rows = rng.choice(len(X), count, replace=False)
    while len(np.unique(y[rows])) < len(STATES):  # each state at least once
        rows = rng.choice(len(X), count, replace=False)
    fitted = LogisticRegression(C=1.0 if letters else 0.02, max_iter=500).fit(X[rows], y[rows])
    return float((fitted.predict(X_test) == y_test).mean())
