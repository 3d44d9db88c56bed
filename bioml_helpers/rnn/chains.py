"""Secondary structure in chapter 5: whole chains, padded, read from both ends, beside the window of 1988."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from bioml_helpers import data
from bioml_helpers.rnn.models import Tagger, Trained
from bioml_helpers.training import train

STATES = "HEC"  # helix, strand, coil: class 0, 1, 2
RESIDUES = data.encode.PROTEIN + "X"  # any other letter is written X
NOT_COUNTED = -100  # padding, and residues whose state nobody saw; torch's cross-entropy passes over it


@dataclass(frozen=True)
class Chains:
    """Protein chains, padded to a common length.

    Attributes
    ----------
    X : numpy.ndarray of shape (chains, longest, 21)
        One-hot residues, zeros in the padding.
    y : numpy.ndarray of shape (chains, longest)
        0 helix, 1 strand, 2 coil; −100 where nothing is counted.
    """

    X: np.ndarray
    y: np.ndarray

    @property
    def counted(self) -> np.ndarray:
        """Where a state is known, (chains, longest)."""
        return self.y != NOT_COUNTED

    @property
    def chain(self) -> np.ndarray:
        """The number of the chain of each counted residue."""
        return np.nonzero(self.counted)[0]

    @property
    def truth(self) -> np.ndarray:
        """The state of each counted residue."""
        return self.y[self.counted]


def chains_of(table: pd.DataFrame) -> Chains:
    """Encode and pad the chains of a table.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``sequence`` (or ``residues``) and ``states``; optionally ``resolved``, 1 where a residue counts.

    Examples
    --------
    >>> table = pd.DataFrame({"sequence": ["ACDB", "GG"], "states": ["HEEC", "CC"], "resolved": ["1101", "11"]})
    >>> chains_of(table).y.tolist()
    [[0, 1, -100, 2], [2, 2, -100, -100]]
    """
    sequences = table["sequence" if "sequence" in table else "residues"].tolist()
    longest = max(map(len, sequences))
    X = np.zeros((len(sequences), longest, len(RESIDUES)), dtype=np.float32)
    y = np.full((len(sequences), longest), NOT_COUNTED)
    counts = table["resolved"] if "resolved" in table else [None] * len(table)
    for row, (sequence, states, resolved) in enumerate(zip(sequences, table["states"], counts, strict=True)):
        known = "".join(letter if letter in RESIDUES else "X" for letter in sequence)
        X[row, : len(known)] = data.encode.one_hot(known, RESIDUES, channels_first=False)
        seen = np.ones(len(known), dtype=bool) if resolved is None else np.array([mark == "1" for mark in resolved])
        y[row, : len(known)] = np.where(seen, [STATES.index(state) for state in states], NOT_COUNTED)
    return Chains(X, y)


class WindowNet(torch.nn.Module):
    """The network of 1988, for whole chains: each residue with eight neighbours on either side, 40 hidden neurons.

    Examples
    --------
    >>> WindowNet()(torch.zeros(2, 50, 21)).shape
    torch.Size([2, 50, 3])
    """

    def __init__(self, *, window: int = 17, hidden_size: int = 40, seed: int = 0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.hidden = torch.nn.Conv1d(len(RESIDUES), hidden_size, window, padding=window // 2)
            self.head = torch.nn.Conv1d(hidden_size, len(STATES), 1)

    def forward(self, X):
        """Return logits, (batch, length, 3)."""
        return self.head(torch.relu(self.hidden(X.transpose(1, 2)))).transpose(1, 2)


def residue_loss(logits, y):
    """Cross-entropy over the residues that count; logits (batch, length, 3), y (batch, length)."""
    return functional.cross_entropy(logits.transpose(1, 2), y, ignore_index=NOT_COUNTED)


def train_on_chains(
    fitted: Chains,
    *,
    recurrent: bool,
    kind: str = "lstm",
    hidden_size: int = 40,
    seed: int = 0,
    num_epochs: int | None = None,
    learning_rate: float = 5e-3,
    batch_size: int = 32,
) -> Trained:
    """Train a bidirectional LSTM, or the window network, to name the state of each residue.

    Parameters
    ----------
    fitted : Chains
    recurrent : bool
        The LSTM (or another kind); False for the window network.
    kind : {"lstm", "gru", "rnn"}
        Torch computes an LSTM twice as fast as a GRU on a processor without a graphics card.
    hidden_size : int
        In each direction.
    seed, num_epochs, learning_rate, batch_size
        The number of epochs is fixed beforehand, not chosen on the test chains.
    """
    if recurrent:
        network = Tagger(len(RESIDUES), hidden_size, len(STATES), kind=kind, both=True, seed=seed)
    else:
        network = WindowNet(seed=seed)
    history = train(
        network,
        (fitted.X, fitted.y),
        loss_fn=residue_loss,
        learning_rate=learning_rate,
        num_epochs=num_epochs or 6,
        batch_size=batch_size,
        seed=seed,
        progress=False,
    )
    return Trained(network, history)


def states_of(network: torch.nn.Module, chains: Chains) -> np.ndarray:
    """Return the most likely state of each counted residue."""
    with torch.no_grad():
        logits = torch.cat([network(part) for part in torch.tensor(chains.X).split(64)])
    return logits.argmax(dim=2).numpy()[chains.counted]
