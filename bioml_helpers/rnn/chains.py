"""Secondary structure in chapter 5: whole chains, padded, read from both ends, beside the window of 1988."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from bioml_helpers import data, evaluation
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
    group : numpy.ndarray of int, shape (chains,)
        Rows of the same sequence share a number: CB513 holds some chains once for each of their domains.
    """

    X: np.ndarray
    y: np.ndarray
    group: np.ndarray

    @property
    def counted(self) -> np.ndarray:
        """Where a state is known, (chains, longest)."""
        return self.y != NOT_COUNTED

    @property
    def chain(self) -> np.ndarray:
        """The number of the chain (its `group`) of each counted residue."""
        return self.group[np.nonzero(self.counted)[0]]

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
    counts = table["resolved"] if "resolved" in table else ["1" * len(sequence) for sequence in sequences]
    X, y = [], []
    for sequence, states, resolved in zip(sequences, table["states"], counts, strict=True):
        known = "".join(letter if letter in RESIDUES else "X" for letter in sequence)
        X.append(data.encode.one_hot(known, RESIDUES, channels_first=False))
        seen = np.array([mark == "1" for mark in resolved])
        y.append(np.where(seen, [STATES.index(state) for state in states], NOT_COUNTED))
    padded, _ = data.encode.pad_sequences(X)
    labels, _ = data.encode.pad_sequences(y, value=NOT_COUNTED)
    return Chains(padded, labels, pd.factorize(pd.Series(sequences))[0])


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
    learning_rate: float | None = None,
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
    seed, num_epochs, batch_size : int
        The number of epochs is fixed beforehand, not chosen on the test chains.
    learning_rate : float, optional
        0.02 for a recurrent network, 0.005 for the window.
    """
    if recurrent:
        network = Tagger(len(RESIDUES), hidden_size, len(STATES), kind=kind, both=True, seed=seed)
    else:
        network = WindowNet(seed=seed)
    history = train(
        network,
        (fitted.X, fitted.y),
        loss_fn=residue_loss,
        learning_rate=learning_rate or (0.02 if recurrent else 0.005),
        num_epochs=num_epochs or 6,
        batch_size=batch_size,
        seed=seed,
        progress=False,
    )
    return Trained(network, history)


class ChainTask(NamedTuple):
    """Chains to learn from, and two sets of chains to judge by."""

    fitted: Chains
    netsurfp: Chains
    cb513: Chains
    card: data.Card


LONGEST = 200  # residues; longer chains of NetSurfP are left out


def chain_task(count: int = 1500, *, seed: int = 0, quiet: bool = False) -> ChainTask:
    """Load short training chains of NetSurfP-2.0, its short test chains, and CB513 as the set nobody tuned on.

    Chains of CB513 that share three tenths of their words of six residues with a chain learned from are left out.

    Parameters
    ----------
    count : int
        Training chains drawn; fewer where there are fewer.
    seed : int
        Of the draw.
    quiet : bool
    """
    table, card = data.load("netsurfp", quiet=quiet)
    judge, _ = data.load("cb513", quiet=quiet)
    short = table[table["sequence"].str.len() <= LONGEST]
    fitted = short[short["part"] == "train"]
    fitted = fitted.sample(min(count, len(fitted)), random_state=seed)
    near = data.splits.similar_to(judge["sequence"].tolist(), fitted["sequence"].tolist(), k=6, threshold=0.3)
    return ChainTask(chains_of(fitted), chains_of(short[short["part"] == "test"]), chains_of(judge[~near]), card)


def q3_by_chain(chains: Chains, predicted, *, n: int = 1000) -> evaluation.Interval:
    """Return Q3 with its interval; what is drawn anew are whole chains, since residues of one chain are alike.

    Parameters
    ----------
    chains : Chains
    predicted : array_like of shape (counted residues,)
    n : int
        Draws.

    Examples
    --------
    >>> two = chains_of(pd.DataFrame({"sequence": ["ACDE", "GG"], "states": ["HHHH", "CC"]}))
    >>> round(q3_by_chain(two, [0, 0, 0, 0, 0, 0]).estimate, 3)
    0.667
    """
    right = np.asarray(predicted) == chains.truth
    counts, rights = np.bincount(chains.chain), np.bincount(chains.chain, weights=right)
    there = counts > 0  # a chain of which no residue counts is no unit to draw
    return evaluation.bootstrap_interval(lambda y, score: np.sum(score) / np.sum(y), counts[there], rights[there], n=n)


def states_of(network: torch.nn.Module, chains: Chains) -> np.ndarray:
    """Return the most likely state of each counted residue."""
    with torch.no_grad():
        logits = torch.cat([network(part) for part in torch.tensor(chains.X).split(64)])
    return logits.argmax(dim=2).numpy()[chains.counted]
