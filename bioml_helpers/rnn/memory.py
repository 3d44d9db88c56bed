"""What gates are for: a base to be remembered, the gates while it is, and how far back a gradient reaches.

References: Bengio, Simard & Frasconi 1994, https://doi.org/10.1109/72.279181 (why gradients vanish);
Hochreiter & Schmidhuber 1997, https://doi.org/10.1162/neco.1997.9.8.1735 (LSTM);
Cho and colleagues 2014, https://doi.org/10.3115/v1/D14-1179 (GRU).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from bioml_helpers import data
from bioml_helpers.data import simulate, validate
from bioml_helpers.rnn import layers, models

KINDS = ("rnn", "gru", "lstm")
NAMES = {"rnn": "simple RNN", "gru": "GRU", "lstm": "LSTM"}
N_IN = 5  # four bases and the flag
KEEPING = {"gru": slice(1, 2), "lstm": slice(1, 2)}  # the block of weights that says how much of the past is kept


def encode_flagged(table: pd.DataFrame) -> torch.Tensor:
    """Return flagged sequences as numbers: the base as one-hot, and 1 in the fifth place where the flag stands.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``simulate.flagged_bases`` returns it.

    Returns
    -------
    torch.Tensor of shape (batch, length, 5)

    Examples
    --------
    >>> encode_flagged(simulate.flagged_bases(3, length=8, gap=(2, 2)))[0, 5]
    tensor([1., 0., 0., 0., 1.])
    """
    return torch.tensor(data.encode.flagged(table["sequence"], table["flag"]))


class Reporter(torch.nn.Module):
    """Read a sequence to its end, then say which base was flagged: one recurrent layer, one linear layer.

    Parameters
    ----------
    kind : {"rnn", "gru", "lstm"}
    hidden_size : int
    seed : int
        Fixes the starting weights.

    Examples
    --------
    >>> Reporter("gru")(torch.zeros(2, 24, 5)).shape
    torch.Size([2, 4])
    """

    def __init__(self, kind: str, hidden_size: int = 16, *, seed: int = 0):
        super().__init__()
        self.kind = validate.one_of("kind", kind, KINDS)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.layer = models.make_layer(N_IN, hidden_size, kind=kind)
            self.out = torch.nn.Linear(hidden_size, 4)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Return the logits of the four bases, shape (batch, 4)."""
        outputs, _ = self.layer(X)
        return self.out(outputs[:, -1])  # only the last state reports


def train_reporter(
    kind: str, *, gap: Sequence[int] = (1, 20), hidden_size: int = 16, steps: int = 400, seed: int = 0
) -> Reporter:
    """Train a network to report the flagged base; each step draws 64 new sequences.

    Parameters
    ----------
    kind : {"rnn", "gru", "lstm"}
    gap : (int, int)
        Fewest and most bases between the flag and the end, mixed: the short gaps show the way to the long ones.
    hidden_size, steps, seed : int

    Returns
    -------
    Reporter
    """
    steps = validate.number("steps", steps, low=1, integer=True)
    reporter = Reporter(kind, hidden_size, seed=seed)
    optimizer = torch.optim.Adam(reporter.parameters(), lr=1e-2)
    table = simulate.flagged_bases(64 * steps, length=max(gap) + 4, gap=gap, seed=seed)
    X, y = encode_flagged(table), torch.tensor(data.encode.integers(list(table["base"]))[:, 0])
    for rows in torch.arange(len(X)).split(64):
        optimizer.zero_grad()
        functional.cross_entropy(reporter(X[rows]), y[rows]).backward()
        optimizer.step()
    return reporter.eval()


def accuracy_by_gap(reporter: Reporter, gaps: Sequence[int], *, n: int = 400, seed: int = 1000) -> np.ndarray:
    """Return how often the right base is reported, for each gap on `n` new sequences; a guess scores 0.25.

    Examples
    --------
    >>> accuracy_by_gap(Reporter("rnn"), [5, 10], n=8).shape
    (2,)
    """
    scores = []
    for gap in gaps:
        table = simulate.flagged_bases(n, length=gap + 4, gap=(gap, gap), seed=seed)
        with torch.no_grad():
            said = reporter(encode_flagged(table)).argmax(dim=1).numpy()
        scores.append(np.mean(said == data.encode.integers(list(table["base"]))[:, 0]))
    return np.array(scores)


# ---------------------------------------------------------------- the gates, step by step


@dataclass(frozen=True)
class Trace:
    """What one network did while it read one sequence.

    Attributes
    ----------
    kind : str
    sequence : str
    flag : int
        Where the flag stands.
    gates : dict of str to numpy.ndarray of shape (length, hidden_size)
        Between 0 (shut) and 1 (open).
    kept : numpy.ndarray of shape (length, hidden_size)
        The state that is carried along: h of a GRU, c of an LSTM.
    """

    kind: str
    sequence: str
    flag: int
    gates: dict[str, np.ndarray]
    kept: np.ndarray

    @property
    def written(self) -> np.ndarray:
        """How far the door for new content stands open: 1 − z in a GRU, i in an LSTM; (length, hidden_size)."""
        return 1 - self.gates["update"] if self.kind == "gru" else self.gates["input"]

    @property
    def carried(self) -> np.ndarray:
        """Which share of the state is carried on: z in a GRU, f in an LSTM; (length, hidden_size)."""
        return self.gates["update"] if self.kind == "gru" else self.gates["forget"]


def gates_along(cell: layers.Cell, X) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Unroll a cell, and keep what each gate let through at each step.

    Parameters
    ----------
    cell : GRUCell or LSTMCell
    X : array_like of shape (batch, length, n_in)

    Returns
    -------
    gates : dict of str to numpy.ndarray of shape (batch, length, hidden_size)
    kept : numpy.ndarray of shape (batch, length, hidden_size)
        The state that is carried along: h of a GRU, c of an LSTM.

    Raises
    ------
    TypeError
        If the cell has no gates.

    Examples
    --------
    >>> gates, kept = gates_along(layers.LSTMCell(4, 3), np.zeros((2, 7, 4)))
    >>> sorted(gates), kept.shape
    (['forget', 'input', 'output'], (2, 7, 3))
    """
    if not hasattr(cell, "gates"):
        raise TypeError(f"cell: expected a GRUCell or LSTMCell, got a {type(cell).__name__}, which has no gates.")
    X = validate.array("X", X, ndim=3)
    state, gates, kept = cell.start(len(X)), [], []
    for x in X.swapaxes(0, 1):  # (batch, n_in), one step after the other
        gates.append(cell.gates(x, state))
        state = cell.step(x, state)
        kept.append(getattr(state, "c", state))
    return {name: np.stack([one[name] for one in gates], axis=1) for name in cell.names}, np.stack(kept, axis=1)


def trace(reporter: Reporter, *, gap: int = 20, seed: int = 7) -> Trace:
    """Let a trained GRU or LSTM read one new sequence, and return what its gates did.

    Examples
    --------
    >>> seen = trace(Reporter("gru"), gap=12)
    >>> seen.written.shape, seen.sequence[seen.flag] in "ACGT"
    ((18, 16), True)
    """
    table = simulate.flagged_bases(1, length=gap + 6, gap=(gap, gap), seed=seed)
    gates, kept = gates_along(models.copy_from_torch(reporter.layer), encode_flagged(table).double().numpy())
    row = table.iloc[0]
    return Trace(
        reporter.kind, row["sequence"], int(row["flag"]), {name: one[0] for name, one in gates.items()}, kept[0]
    )


# ---------------------------------------------------------------- how far back the gradient reaches


def gradient_by_distance(network: torch.nn.Module, X: torch.Tensor) -> np.ndarray:
    """Measure how strongly the last state depends on the entry `distance` steps earlier.

    For each sequence and each step: the length (norm) of the gradient of the sum of the last hidden state with respect
    to that entry; then the mean over the sequences.

    Parameters
    ----------
    network : torch.nn.RNN, GRU or LSTM
        With ``batch_first=True``.
    X : torch.Tensor of shape (batch, length, n_in)

    Returns
    -------
    numpy.ndarray of shape (length,)
        Distance 0, the last entry, first.

    Examples
    --------
    >>> gradient_by_distance(torch.nn.RNN(4, 3, batch_first=True), torch.ones(2, 6, 4)).shape
    (6,)
    """
    X = X.detach().clone().requires_grad_(True)
    outputs, _ = network(X)
    (slopes,) = torch.autograd.grad(outputs[:, -1].sum(), X)  # (batch, length, n_in)
    return slopes.norm(dim=2).mean(dim=0).flip(0).numpy()


def fresh_layer(kind: str, hidden_size: int = 16, *, keep: float = 0.0, n_in: int = 4, seed: int = 0):
    """Return an untrained layer of torch whose keeping gate is pushed open or shut.

    Parameters
    ----------
    kind : {"rnn", "gru", "lstm"}
    hidden_size : int
    keep : float
        Added to the bias of the gate that keeps the past: z of a GRU, f of an LSTM; a simple RNN has none.
    n_in, seed : int

    Returns
    -------
    torch.nn.RNN, GRU or LSTM
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layer = models.make_layer(n_in, hidden_size, kind=kind)
    if kind in KEEPING:
        with torch.no_grad():
            layer.bias_ih_l0.view(-1, hidden_size)[KEEPING[kind]] += keep
    return layer


def gradient_table(
    layers_by_name: dict[str, Sequence[torch.nn.Module]], *, length: int = 41, n: int = 64, seed: int = 0
) -> pd.DataFrame:
    """Return `gradient_by_distance` for several networks a name: the geometric mean, the smallest and the largest.

    The sequences are random bases; where a network has a fifth input, it is 0 (no flag).

    Returns
    -------
    pandas.DataFrame
        Columns ``name``, ``distance``, ``norm``, ``low``, ``high``; norms are relative to distance 0.
    """
    bases = torch.eye(4)[torch.tensor(np.random.default_rng(seed).integers(4, size=(n, length)))]
    rows = []
    for name, several in layers_by_name.items():
        norms = []
        for layer in several:
            X = torch.zeros(n, length, layer.input_size)
            X[..., :4] = bases
            norm = gradient_by_distance(layer, X)
            norms.append(np.maximum(norm, 1e-30) / norm[0])
        norms = np.array(norms)
        mean = np.exp(np.log(norms).mean(axis=0))
        ends = norms.min(axis=0), norms.max(axis=0)
        rows += [(name, d, *three) for d, three in enumerate(zip(mean, *ends, strict=True))]
    return pd.DataFrame(rows, columns=["name", "distance", "norm", "low", "high"])


def gradient_to_the_flag(layer: torch.nn.Module, gaps: Sequence[int], *, n: int = 64, seed: int = 5) -> pd.DataFrame:
    """Measure how strongly the last state depends on the flagged base, and on the base in the middle after it.

    Parameters
    ----------
    layer : torch.nn.RNN, GRU or LSTM
        With five inputs, as in a `Reporter`.
    gaps : sequence of int
        Steps from the flag to the end, at least 2.

    Returns
    -------
    pandas.DataFrame
        Columns ``gap``, ``flagged`` and ``unflagged``: norms of gradients, mean over `n` new sequences.
    """
    rows = []
    for gap in gaps:
        gap = validate.number("gaps", gap, low=2, integer=True)
        table = simulate.flagged_bases(n, length=gap + 4, gap=(gap, gap), seed=seed)
        norm = gradient_by_distance(layer, encode_flagged(table))
        rows.append((gap, float(norm[gap]), float(norm[gap // 2])))
    return pd.DataFrame(rows, columns=["gap", "flagged", "unflagged"])
