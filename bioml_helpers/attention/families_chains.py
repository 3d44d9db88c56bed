"""A masked-residue model of unrelated chains, and how honestly a probe of it is judged (companion 06b).

Here are no columns to rely on: who listens to whom is told by the distance along the chain, and by what stands there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional

from bioml_helpers import evaluation
from bioml_helpers.data import encode, validate
from bioml_helpers.data.encode import PROTEIN
from bioml_helpers.training import train

UNKNOWN = len(PROTEIN)
NONE = -1  # no residue
REACH = 12  # residues to either side whose distance is told apart; beyond, "before" and "after"
LENGTH = 100  # chains are cut into pieces of so many residues for training
ROWS_AT_ONCE = 32  # a map a head and a chain: memory grows with the square of the length


class ChainReader(nn.Module):
    """One block of attention over a chain; each residue is told from all *others*.

    The query of a place is the same everywhere: "what stands one before me, two after me …". So a score is the sum of
    a number for the distance and a number for the residue there. No residue looks at itself, which hides each in turn.

    Shapes: residues (batch, length), 0 to 19, −1 where there is none → logits (batch, length, 20).

    Parameters
    ----------
    width, heads : int
    seed : int
        Fixes the starting weights.

    Examples
    --------
    >>> model = ChainReader(16, heads=2)
    >>> model(torch.tensor([[0, 5, 9, -1]])).shape, model.states(torch.tensor([[0, 5, 9, -1]])).shape
    (torch.Size([1, 4, 20]), torch.Size([1, 4, 32]))
    """

    def __init__(self, width: int = 64, *, heads: int = 4, seed: int = 0):
        super().__init__()
        if width % heads:
            raise ValueError(f"heads: expected a divisor of width {width}, got {heads}.")
        self.heads = heads
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.letters = nn.Embedding(UNKNOWN + 1, width)
            self.distance = nn.Parameter(2 * torch.randn(heads, 2 * REACH + 3))
            self.worth = nn.Linear(width, heads)
            self.value, self.mix = nn.Linear(width, width, bias=False), nn.Linear(width, width)
            self.norm = nn.LayerNorm(width)
            self.think = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
            self.last_norm, self.out = nn.LayerNorm(width), nn.Linear(width, len(PROTEIN))

    def around(self, residues: torch.Tensor) -> torch.Tensor:
        """Return what the others say of each residue, (batch, length, width)."""
        batch, length = residues.shape
        X = self.letters(torch.where(residues < 0, UNKNOWN, residues))  # (batch, length, width)
        places = torch.arange(length)
        apart = (places[None] - places[:, None]).clamp(-REACH - 1, REACH + 1) + REACH + 1
        scores = self.distance[:, apart] + self.worth(X).permute(0, 2, 1)[:, :, None]  # (batch, heads, length, length)
        others = (residues >= 0)[:, None, None] & ~torch.eye(length, dtype=torch.bool)
        weights = torch.softmax(scores.masked_fill(~others, -1e9), dim=-1)
        values = self.value(X).view(batch, length, self.heads, -1).transpose(1, 2)
        said = (weights @ values).transpose(1, 2).reshape(batch, length, -1)
        X = self.mix(said)
        return self.last_norm(X + self.think(self.norm(X)))

    def forward(self, residues: torch.Tensor) -> torch.Tensor:
        """Return logits of each residue, told from the others."""
        return self.out(self.around(residues))

    def states(self, residues: torch.Tensor) -> torch.Tensor:
        """Return the features of each residue, (batch, length, 2 × width): what the others say, and what it is."""
        own = self.letters(torch.where(residues < 0, UNKNOWN, residues))
        around = torch.cat([self.around(some) for some in residues.split(ROWS_AT_ONCE)])
        return torch.cat([around, own], dim=2)


def train_chain_reader(
    sequences: Sequence[str], *, num_epochs: int = 4, learning_rate: float = 5e-3, batch_size: int = 64, seed: int = 0,
    progress: bool = True,
) -> ChainReader:  # fmt: skip
    """Train a `ChainReader` on chains of which nothing but the sequence is known.

    Parameters
    ----------
    sequences : sequence of str
        Longer ones are cut into pieces of 100 residues.
    num_epochs, learning_rate, batch_size, seed, progress

    Returns
    -------
    ChainReader
        In ``eval()`` mode.
    """
    X = torch.tensor(_pieces(sequences))
    model = ChainReader(seed=seed)
    train(
        model, (X, X), loss_fn=_hidden_residue_loss, learning_rate=learning_rate, num_epochs=num_epochs,
        batch_size=batch_size, seed=seed, progress=progress,
    )  # fmt: skip
    return model


def _pieces(sequences):
    pieces = [one[start : start + LENGTH] for one in sequences for start in range(0, len(one), LENGTH)]
    pieces = [piece for piece in pieces if len(piece) >= 20]
    numbers = np.full((len(pieces), LENGTH), NONE)
    for row, piece in enumerate(pieces):
        here = encode.integers(piece, PROTEIN, unknown="extra")
        numbers[row, : len(here)] = np.where(here < UNKNOWN, here, NONE)
    return numbers


def _hidden_residue_loss(logits, residues):
    return functional.cross_entropy(logits.flatten(0, 1), residues.flatten(), ignore_index=NONE)


# ---------------------------------------------------------------- a probe, judged by chain


def probe_predictions(labelled, new, *, labels: int = 1000, seed: int = 0) -> dict[str, np.ndarray]:
    """Fit logistic regression on a few labelled residues for each kind of feature, and tell the state of new residues.

    Parameters
    ----------
    labelled, new : object
        With ``X`` (dict of name to array of shape (residues, features)) and ``y`` (states as numbers), as
        ``rnn.language.residues_of`` gives them.
    labels : int
        Labelled residues, drawn at random from `labelled`.
    seed : int

    Returns
    -------
    dict of str to numpy.ndarray of shape (residues,)
        The state told for each residue of `new`, by name of the feature.
    """
    from sklearn.linear_model import LogisticRegression

    rows = np.random.default_rng(seed).choice(len(labelled.y), min(labels, len(labelled.y)), replace=False)
    told = {}
    for name, X in labelled.X.items():
        letters = name.startswith("one-hot")  # one in twenty is 1: left as it is, and held back less
        mean, spread = (0.0, 1.0) if letters else (X.mean(axis=0), X.std(axis=0) + 1e-6)
        fitted = LogisticRegression(C=1.0 if letters else 0.02, max_iter=500)
        fitted.fit((X[rows] - mean) / spread, labelled.y[rows])
        told[name] = fitted.predict((new.X[name] - mean) / spread)
    return told


def probe_table(told: dict[str, np.ndarray], new, *, against: str = "one-hot window", draws: int = 300) -> pd.DataFrame:
    """Return Q3 of each feature and its gain over another, both with intervals by chain.

    Parameters
    ----------
    told : dict of str to numpy.ndarray
        From `probe_predictions`.
    new : object
        With ``y`` and ``chain`` (the chain of each residue).
    against : str
        Name of the baseline.
    draws : int

    Returns
    -------
    pandas.DataFrame
        Columns ``features``, ``Q3``, ``low``, ``high``, ``gain``, ``gain low``, ``gain high``.
    """
    validate.one_of("against", against, list(told))
    base = (told[against] == new.y).astype(float)
    rows = []
    for name, states in told.items():
        right = (states == new.y).astype(float)
        q3 = evaluation.mean_interval(right, groups=new.chain, n=draws)
        gain = evaluation.mean_interval(right - base, groups=new.chain, n=draws)
        rows.append((name, *q3, *gain))
    return pd.DataFrame(rows, columns=["features", "Q3", "low", "high", "gain", "gain low", "gain high"])
