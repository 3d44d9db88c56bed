"""What chapter 5 trains on DNA: binding at each base, any length into 32 numbers, promoters; and its networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional

from bioml_helpers import data, evaluation
from bioml_helpers.data import validate
from bioml_helpers.rnn import layers
from bioml_helpers.training import History, train

KINDS = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}

# ---------------------------------------------------------------- recurrent networks in torch


def make_layer(n_in: int, hidden_size: int, *, kind: str = "gru", both: bool = False):
    """Return torch's recurrent layer; sequences are (batch, length, n_in).

    Examples
    --------
    >>> make_layer(4, 24, both=True)(torch.zeros(2, 60, 4))[0].shape
    torch.Size([2, 60, 48])
    """
    validate.one_of("kind", kind, KINDS)
    return KINDS[kind](n_in, hidden_size, batch_first=True, bidirectional=both)


def copy_into_torch(cell: layers.Cell, layer, *, reverse: bool = False):
    """Give torch's layer the weights of a cell of ours, each matrix turned on its side; return the layer.

    Parameters
    ----------
    cell : layers.Cell
    layer : torch.nn.RNN, GRU or LSTM
        Of the same sizes; it becomes double precision.
    reverse : bool
        Into its backward direction.

    Examples
    --------
    >>> layer = copy_into_torch(layers.GRUCell(4, 3), make_layer(4, 3))
    >>> layer.weight_ih_l0.shape, layer.weight_ih_l0.dtype
    (torch.Size([9, 4]), torch.float64)
    """
    layer.double()
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    with torch.no_grad():
        for name, parameter in zip(names, cell.parameters, strict=True):
            getattr(layer, name + "_reverse" * reverse).copy_(torch.tensor(parameter.T))
    return layer


def copy_from_torch(layer) -> layers.Cell:
    """Return a cell of ours with the weights of torch's one-layer, one-directional RNN, GRU or LSTM.

    Examples
    --------
    >>> cell = copy_from_torch(make_layer(4, 3))
    >>> type(cell).__name__, cell.W_x.shape
    ('GRUCell', (4, 9))
    """
    cell = layers.CELLS[layer.mode[:3].lower() if layer.mode.startswith("RNN") else layer.mode.lower()](
        layer.input_size, layer.hidden_size
    )
    weights = (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0)
    cell.W_x, cell.W_h, cell.b_x, cell.b_h = (one.detach().double().numpy().T.copy() for one in weights)
    return cell


def lengths_of(X: torch.Tensor) -> torch.Tensor:
    """Return how long each sequence is: padding is an entry of zeros behind the last that is not, shape (batch,).

    Examples
    --------
    >>> lengths_of(torch.tensor([[[1.0], [0.0], [1.0], [0.0]]])).tolist()
    [3]
    """
    there = (X != 0).any(dim=2)  # (batch, length)
    places = torch.arange(1, X.shape[1] + 1)
    return (there * places).amax(dim=1).clamp(min=1)


def turned(X: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Return each sequence from its last entry to its first; the padding stays behind the end.

    Examples
    --------
    >>> turned(torch.tensor([[[1.0], [2.0], [0.0]]]), torch.tensor([2])).flatten().tolist()
    [2.0, 1.0, 0.0]
    """
    places = torch.arange(X.shape[1])
    index = torch.where(places < lengths[:, None], lengths[:, None] - 1 - places, places)  # (batch, length)
    return X.gather(1, index[..., None].expand(-1, -1, X.shape[2]))


class Recurrent(torch.nn.Module):
    """Torch's recurrent layer, in one direction or in both, over sequences padded with zeros.

    What torch does with `pack_padded_sequence`, done without packing, which is quicker: the forward reader meets the
    padding only after the last entry, and the backward reader gets each sequence turned round within its own length.

    Parameters
    ----------
    n_in, hidden_size : int
    kind : {"rnn", "gru", "lstm"}
    both : bool
        Read from both ends.

    Examples
    --------
    >>> outputs, mask = Recurrent(4, 24, both=True)(torch.ones(2, 60, 4))
    >>> outputs.shape, mask.shape
    (torch.Size([2, 60, 48]), torch.Size([2, 60]))
    """

    def __init__(self, n_in: int, hidden_size: int, *, kind: str = "gru", both: bool = False):
        super().__init__()
        self.ahead = make_layer(n_in, hidden_size, kind=kind)
        self.back = make_layer(n_in, hidden_size, kind=kind) if both else None

    def forward(self, X):
        """Return outputs (batch, length, hidden), 0 in the padding, and the mask (batch, length)."""
        lengths = lengths_of(X)
        mask = torch.arange(X.shape[1]) < lengths[:, None]
        outputs = self.ahead(X)[0]
        if self.back is not None:
            behind = turned(self.back(turned(X, lengths))[0], lengths)
            outputs = torch.cat([outputs, behind], dim=2)  # (batch, length, 2 · hidden_size)
        return outputs * mask[..., None], mask


class Tagger(torch.nn.Module):
    """An answer at every step: one recurrent layer, then the same small linear layer at each step.

    Parameters
    ----------
    n_in, hidden_size, n_out : int
        Numbers an entry, in the hidden state of each direction, and logits a step.
    kind : {"rnn", "gru", "lstm"}
    both : bool
        Read from both ends.
    seed : int
        Fixes the starting weights.

    Examples
    --------
    >>> Tagger(4, 24, both=True)(torch.ones(2, 60, 4)).shape
    torch.Size([2, 60])
    """

    def __init__(self, n_in: int, hidden_size: int, n_out: int = 1, *, kind="gru", both=False, seed: int = 0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.recurrent = Recurrent(n_in, hidden_size, kind=kind, both=both)
            self.head = torch.nn.Linear(hidden_size * (1 + both), n_out)

    def forward(self, X):
        """Return logits, (batch, length) for one output a step, else (batch, length, n_out)."""
        hidden, _ = self.recurrent(X)  # (batch, length, hidden)
        return self.head(hidden).squeeze(-1)


class Summariser(torch.nn.Module):
    """A sequence of any length becomes `hidden_size` numbers, and a small MLP reads those.

    Parameters
    ----------
    n_in, hidden_size, n_out : int
    masked : bool
        Leave the padding out; False is the mistake that the chapter shows.
    kind, seed
        As in `Tagger`.

    Examples
    --------
    >>> network = Summariser(4)
    >>> network.summary(torch.ones(1, 20, 4)).shape, network.summary(torch.ones(1, 500, 4)).shape
    (torch.Size([1, 32]), torch.Size([1, 32]))
    """

    def __init__(self, n_in: int, hidden_size: int = 32, n_out: int = 1, *, masked=True, kind="gru", seed: int = 0):
        super().__init__()
        self.masked = masked
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.recurrent = Recurrent(n_in, hidden_size, kind=kind)
            self.mlp = torch.nn.Sequential(
                torch.nn.Linear(hidden_size, 16), torch.nn.ReLU(), torch.nn.Linear(16, n_out)
            )

    def summary(self, X):
        """Return the mean of the hidden states over the entries, (batch, hidden_size)."""
        if not self.masked:
            return self.recurrent.ahead(X)[0].mean(dim=1)
        hidden, mask = self.recurrent(X)  # (batch, length, hidden)
        return hidden.sum(dim=1) / mask.sum(dim=1, keepdim=True)

    def forward(self, X):
        """Return logits, (batch,) for one output, else (batch, n_out)."""
        return self.mlp(self.summary(X)).squeeze(-1)


def probabilities_of(network: torch.nn.Module, X, *, batch_size: int = 500) -> np.ndarray:
    """Return the network's probabilities for X, in batches and without learning from them."""
    X = torch.as_tensor(np.asarray(X, dtype=np.float32))
    with torch.no_grad():
        return np.concatenate([torch.sigmoid(network(part)).double().numpy() for part in X.split(batch_size)])


# ---------------------------------------------------------------- the small network of panel 4c

STOP = "TGA"


@dataclass(frozen=True)
class StepByStep:
    """A recurrent network with a cell for all steps, or one with a cell a step: has a base just completed TGA?

    Attributes
    ----------
    cells : list of layers.RNNCell
        One, or one a step.
    v : numpy.ndarray of shape (hidden_size,)
    c : float
        The probability at a step is σ(h · v + c), the same v and c at each step.
    """

    cells: list[layers.RNNCell]
    v: np.ndarray
    c: float

    @property
    def tied(self) -> bool:
        """Whether one cell works at every step."""
        return len(self.cells) == 1

    def probabilities(self, X) -> np.ndarray:
        """Return the probability at each step, shape (batch, length)."""
        if self.tied:
            hidden, _ = layers.unroll(self.cells[0], X)
        else:
            hidden = layers.unroll_untied(self.cells, X)
        return layers.sigmoid(hidden @ self.v + self.c)


def ends_of_stop(X) -> np.ndarray:
    """Return 1 at each base that completes TGA, else 0; X is one-hot, (batch, length, 4).

    Examples
    --------
    >>> ends_of_stop(data.encode.one_hot(["ATGATGA"], channels_first=False)).astype(int).tolist()
    [[0, 0, 0, 1, 0, 0, 1]]
    """
    letters = np.asarray(X).argmax(axis=2)  # (batch, length)
    wanted = data.encode.integers(STOP)
    found = np.ones(letters.shape, dtype=bool)
    for back, letter in enumerate(wanted[::-1]):
        here = np.zeros_like(found)
        here[:, back:] = letters[:, : letters.shape[1] - back] == letter
        found &= here
    return found.astype(float)


def random_dna(n: int, length: int, *, seed: int = 0) -> np.ndarray:
    """Return random one-hot sequences, (n, length, 4), in which about every eighth triplet is TGA.

    Examples
    --------
    >>> random_dna(2, 10).shape
    (2, 10, 4)
    """
    rng = np.random.default_rng(seed)
    letters = rng.integers(0, 4, (n, length))
    for start in range(0, length - len(STOP) + 1):
        rows = rng.random(n) < 0.1
        letters[rows, start : start + len(STOP)] = data.encode.integers(STOP)
    return np.eye(4)[letters]


def small_networks(
    *, length: int = 8, hidden_size: int = 3, n: int = 400, num_steps: int = 300, seed: int = 0
) -> dict[str, StepByStep]:
    """Train the network of panel 4c twice on the same short sequences: one cell for all steps, and one cell a step.

    Returns
    -------
    dict
        ``"tied"`` and ``"untied"``, each a `StepByStep`.
    """
    X = torch.tensor(random_dna(n, length, seed=seed))
    y = torch.tensor(ends_of_stop(X))
    found = {}
    for name, count in (("tied", 1), ("untied", length)):
        cells = [layers.RNNCell(4, hidden_size, seed=seed + step) for step in range(count)]
        own = [[torch.tensor(one, requires_grad=True) for one in cell.parameters] for cell in cells]
        v, c = torch.full((hidden_size,), 0.5, dtype=torch.double, requires_grad=True), torch.zeros(1).double()
        c.requires_grad_(True)
        optimizer = torch.optim.Adam([v, c, *(p for cell in own for p in cell)], 0.05)
        for _ in range(num_steps):
            h, logits = torch.zeros(n, hidden_size, dtype=torch.double), []
            for t in range(length):
                W_x, W_h, b_x, b_h = own[t if count > 1 else 0]
                h = torch.tanh(X[:, t] @ W_x + b_x + h @ W_h + b_h)
                logits.append(h @ v + c)
            optimizer.zero_grad()
            functional.binary_cross_entropy_with_logits(torch.stack(logits, dim=1), y).backward()
            optimizer.step()
        for cell, parameters in zip(cells, own, strict=True):
            cell.W_x, cell.W_h, cell.b_x, cell.b_h = (one.detach().numpy() for one in parameters)
        found[name] = StepByStep(cells, v.detach().numpy(), float(c.detach()))
    return found


def on_longer_sequences(network: StepByStep, length: int, *, n: int = 400, seed: int = 1) -> float:
    """Return the AUPRC at each base of longer sequences than were trained on; past its last cell nothing is said.

    An untied network has no weights beyond the length it was trained on: there it can only say the share that it saw.
    """
    X = random_dna(n, length, seed=seed)
    y = ends_of_stop(X)
    known = length if network.tied else min(length, len(network.cells))
    said = np.full(y.shape, y[:, :known].mean())
    said[:, :known] = network.probabilities(X[:, :known])
    return evaluation.auprc(y.ravel(), said.ravel())


# ---------------------------------------------------------------- binding at each base

SITE, FRACTION = "TGACTCA", 0.6


@dataclass(frozen=True)
class Binding:
    """Sequences in which a transcription factor may bind, and where it does.

    Attributes
    ----------
    sequences : list of str
    X : numpy.ndarray of shape (n, length, 4)
        One-hot.
    y : numpy.ndarray of shape (n, length)
        1 at each base of a site, else 0.
    start : numpy.ndarray of shape (n,)
        Where the site begins, counted from 0; −1 for none.
    """

    sequences: list[str]
    X: np.ndarray = field(repr=False)
    y: np.ndarray = field(repr=False)
    start: np.ndarray = field(repr=False)


def binding_sites(n: int = 1500, *, length: int = 60, seed: int = 0) -> Binding:
    """Simulate random DNA, 60 % of it with the AP-1 site TGACTCA somewhere.

    Examples
    --------
    >>> found = binding_sites(5)
    >>> found.X.shape, found.y.shape
    ((5, 60, 4), (5, 60))
    """
    table = data.simulate.bound_sites(n, length=length, site=SITE, fraction=FRACTION, seed=seed)
    sequences = table["sequence"].tolist()
    X = data.encode.one_hot(sequences, channels_first=False)
    y = np.array([[float(mark) for mark in row] for row in table["bound"]])
    return Binding(sequences, X, y, table["start"].to_numpy())


@dataclass(frozen=True)
class Trained:
    """A trained network and how its training went."""

    network: torch.nn.Module
    history: History

    def probabilities(self, X) -> np.ndarray:
        """Return the probability of each answer, in the shape of the network's logits."""
        return probabilities_of(self.network, X)


# Epochs that are enough for either, in batches of 128 with steps of 0.02.
EPOCHS = {False: 20, True: 12}


def train_tagger(
    sites: Binding,
    *,
    both: bool,
    kind: str = "gru",
    hidden_size: int = 24,
    seed: int = 0,
    num_epochs: int | None = None,
) -> Trained:
    """Train a network that gives the probability of binding at each base.

    Parameters
    ----------
    sites : Binding
    both : bool
        Read from both ends.
    kind, hidden_size, seed
        As in `Tagger`.
    num_epochs : int, optional
        20 for one direction, 12 for both.
    """
    network = Tagger(4, hidden_size, kind=kind, both=both, seed=seed)
    history = train(
        network,
        (sites.X, sites.y),
        loss_fn=torch.nn.BCEWithLogitsLoss(),
        learning_rate=0.02,
        num_epochs=num_epochs or EPOCHS[both],
        batch_size=128,
        seed=seed,
        progress=False,
    )
    return Trained(network, history)


def along_the_site(probabilities, start, *, width: int = len(SITE)) -> np.ndarray:
    """Return the mean probability at the first, second, … base of a true site, shape (width,).

    Examples
    --------
    >>> along_the_site([[0.0, 0.5, 1.0, 0.0]], [1], width=2)
    array([0.5, 1. ])
    """
    probabilities = validate.array("probabilities", probabilities, ndim=2)
    start = validate.array("start", start, ndim=1, length=len(probabilities), integer=True)
    rows = np.flatnonzero(start >= 0)
    return probabilities[rows[:, None], start[rows, None] + np.arange(width)].mean(axis=0)


def evidence(prior: float, matches: int) -> float:
    """Return the probability of a site after `matches` of its bases have matched, by Bayes' rule.

    A base of the site is there for certain; a random base matches one time in four.

    Parameters
    ----------
    prior : float
        That a site begins at this very base.
    matches : int

    Examples
    --------
    >>> [round(evidence(0.6 / 54, k), 2) for k in range(1, 8)]
    [0.04, 0.15, 0.42, 0.74, 0.92, 0.98, 0.99]
    """
    site = prior * 1.0**matches
    chance = (1 - prior) * 0.25**matches
    return site / (site + chance)


def posterior(sequence: str, *, site: str = SITE, fraction: float = FRACTION, whole: bool = False) -> np.ndarray:
    """Return the exact probability that each base is bound, by Bayes' rule, for one who knows how the data were made.

    There are length − width + 1 places where a site may begin, all equally likely, and the chance that there is none.
    Each place is weighed by how much better it explains the bases read so far than random DNA does: a matching base is
    four times as likely in a site, and one base that differs rules the place out.

    Parameters
    ----------
    sequence : str
        Of A, C, G, T; at least as long as the site.
    site : str
    fraction : float
        Share of the sequences with a site.
    whole : bool
        True: all bases are known at every step, as to a reader from both ends. False: only those up to this one.

    Returns
    -------
    numpy.ndarray of shape (length,)

    Raises
    ------
    ValueError
        If the sequence is shorter than the site, or a letter is not a base.

    Examples
    --------
    >>> posterior("TGACTCA" + "C" * 53).round(2)[:7]
    array([0.04, 0.15, 0.42, 0.75, 0.92, 0.98, 0.99])
    """
    letters, wanted = data.encode.integers(sequence), data.encode.integers(site)
    length, width = len(letters), len(wanted)
    if length < width:
        raise ValueError(f"sequence: expected at least {width} bases, as the site has, got {length}.")
    begins = np.arange(length - width + 1)
    weight = np.full(len(begins), fraction / len(begins))  # of each place, before a base is read
    found = np.zeros((length, length))  # what is said of base t once base s has been read: found[s, t]
    for t, letter in enumerate(letters):
        inside = (begins <= t) & (t < begins + width)
        weight[inside] *= np.where(wanted[t - begins[inside]] == letter, 4.0, 0.0)
        covers = (begins[:, None] <= np.arange(length)) & (np.arange(length) < begins[:, None] + width)
        found[t] = weight @ covers / (weight.sum() + 1 - fraction)
    return found[-1] if whole else found.diagonal().copy()


# ---------------------------------------------------------------- any length into 32 numbers


class Mixed(NamedTuple):
    """Sequences of different lengths, padded with zeros, and whether each holds a site."""

    X: np.ndarray
    y: np.ndarray
    lengths: np.ndarray


def sites_of_any_length(n: int = 1500, *, shortest: int = 20, longest: int = 60, seed: int = 0) -> Mixed:
    """Simulate sequences of different lengths, half of them with an AP-1 site, padded with zeros to the longest.

    Examples
    --------
    >>> found = sites_of_any_length(4, seed=1)
    >>> found.X.shape, bool((lengths_of(torch.tensor(found.X)).numpy() == found.lengths).all())
    ((4, 60, 4), True)
    """
    rng = np.random.default_rng(seed)
    lengths = rng.integers(shortest, longest + 1, n)
    letters, wanted = rng.integers(0, 4, (n, longest)), data.encode.integers(SITE)
    y = (rng.random(n) < 0.5).astype(float)
    for row in np.flatnonzero(y):
        start = rng.integers(0, lengths[row] - len(wanted) + 1)
        letters[row, start : start + len(wanted)] = wanted
    X = np.eye(4, dtype=np.float32)[letters] * layers.mask_of(lengths, longest)[..., None]
    return Mixed(X, y, lengths)


def shuffled(sequences: Mixed, *, seed: int = 0) -> Mixed:
    """Return the same sequences with the letters of each put into a random order; its composition stays.

    Examples
    --------
    >>> before = sites_of_any_length(4)
    >>> after = shuffled(before)
    >>> bool((after.X.sum(axis=1) == before.X.sum(axis=1)).all()), bool((after.X == before.X).all())
    (True, False)
    """
    rng = np.random.default_rng(seed)
    X = sequences.X.copy()
    for row, length in enumerate(sequences.lengths):
        X[row, :length] = X[row, rng.permutation(length)]
    return sequences._replace(X=X)


def train_summariser(sequences: Mixed, *, seed: int = 0, num_epochs: int = 12, masked: bool = True) -> Trained:
    """Train a network that turns each sequence into 32 numbers and says whether it holds a site."""
    network = Summariser(4, masked=masked, seed=seed)
    history = train(
        network,
        (sequences.X, sequences.y),
        loss_fn=torch.nn.BCEWithLogitsLoss(),
        learning_rate=0.02,
        num_epochs=num_epochs,
        batch_size=128,
        seed=seed,
        progress=False,
    )
    return Trained(network, history)


def composition_auroc(fitted: Mixed, test: Mixed) -> float:
    """Return the AUROC of logistic regression on the share of each base and the length: order plays no part."""
    from sklearn.linear_model import LogisticRegression

    def inputs(one):
        return np.column_stack([one.X.sum(axis=1) / one.lengths[:, None], one.lengths / 60])

    model = LogisticRegression(max_iter=1000).fit(inputs(fitted), fitted.y)
    return evaluation.auroc(test.y, model.decision_function(inputs(test)))


# ---------------------------------------------------------------- several networks side by side


class SideBySide(torch.nn.Module):
    """Several small GRU classifiers of one size, trained at once: one batched product where each had its own.

    Each reads its own sequences, keeps the largest value that each hidden number ever had, and gives a logit. One
    network is nothing but a `torch.nn.GRU` and a linear layer; side by side they only share the computer's time.

    Parameters
    ----------
    networks, n_in, hidden_size : int
    both : bool
    seed : int

    Examples
    --------
    >>> SideBySide(10, 4, 16)(torch.zeros(10, 95, 57, 4)).shape
    torch.Size([10, 95])
    """

    def __init__(self, networks: int, n_in: int, hidden_size: int, *, both: bool = False, seed: int = 0):
        super().__init__()
        self.hidden_size, self.ways = hidden_size, 1 + both
        generator = torch.Generator().manual_seed(seed)
        bound, width = hidden_size**-0.5, 3 * hidden_size

        def uniform(*shape):
            return torch.nn.Parameter((2 * torch.rand(shape, generator=generator) - 1) * bound)

        ways = networks * self.ways  # a direction is one more GRU, over the sequence turned round
        self.W_x, self.W_h = uniform(ways, n_in, width), uniform(ways, hidden_size, width)
        self.b_x, self.b_h = uniform(ways, 1, width), uniform(ways, 1, width)
        self.v, self.c = uniform(networks, self.ways * hidden_size, 1), uniform(networks, 1, 1)

    def hidden(self, X):
        """Return the hidden states, (ways · networks, batch, length, hidden_size), in the order that each was read."""
        X = torch.cat([X, X.flip(2)]) if self.ways == 2 else X  # (ways · networks, batch, length, n_in)
        ways, batch, length, n_in = X.shape
        from_x = torch.baddbmm(self.b_x, X.reshape(ways, batch * length, n_in), self.W_x)
        from_x = from_x.view(ways, batch, length, -1).permute(2, 0, 1, 3).contiguous()  # (length, ways, batch, 3 h)
        size = self.hidden_size
        gates_x, new_x = from_x[..., : 2 * size].unbind(0), from_x[..., 2 * size :].unbind(0)
        h, states = X.new_zeros(ways, batch, size), []
        for t in range(length):
            from_h = torch.baddbmm(self.b_h, h, self.W_h)  # (ways, batch, 3 h)
            r, z = torch.sigmoid(gates_x[t] + from_h[..., : 2 * size]).chunk(2, dim=-1)
            n = torch.tanh(torch.addcmul(new_x[t], r, from_h[..., 2 * size :]))
            h = torch.lerp(n, h, z)  # (1 − z) n + z h
            states.append(h)
        return torch.stack(states, dim=2)

    def forward(self, X):
        """Return logits of shape (networks, batch); X is (networks, batch, length, n_in)."""
        largest = self.hidden(X).amax(dim=2)  # (ways · networks, batch, hidden_size)
        largest = torch.cat(largest.chunk(self.ways), dim=2)  # (networks, batch, ways · hidden_size)
        return torch.baddbmm(self.c, largest, self.v)[..., 0]


def folds_of(rows: int, folds: int = 10, *, seed: int = 0) -> list[np.ndarray]:
    """Return the rows of each test fold: every row in exactly one, sizes differing by at most one.

    Examples
    --------
    >>> [len(fold) for fold in folds_of(106, 10)]
    [11, 11, 11, 11, 11, 11, 10, 10, 10, 10]
    """
    rows = validate.number("rows", rows, low=2, integer=True)
    folds = validate.number("folds", folds, low=2, high=rows, integer=True)
    order = np.random.default_rng(seed).permutation(rows)
    return [np.sort(order[fold::folds]) for fold in range(folds)]


def gru_errors(sequences: Sequence[str], y, folds: Sequence[np.ndarray], *, seed: int = 0, num_epochs=40) -> np.ndarray:
    """Return whether a GRU errs on each sequence when its fold was left out; all folds are trained side by side.

    Parameters
    ----------
    sequences : sequence of str
        DNA of one length.
    y : array_like of shape (n,)
        Labels, 0 or 1.
    folds : sequence of arrays
        The test rows of each fold; every row in exactly one.
    seed, num_epochs : int

    Returns
    -------
    numpy.ndarray of bool, shape (n,)

    Raises
    ------
    ValueError
        If a row is in no fold or in two.
    """
    X = torch.tensor(data.encode.one_hot(list(sequences), channels_first=False))  # (n, length, 4)
    y = torch.tensor(validate.array("y", y, ndim=1, length=len(X)), dtype=torch.float32)
    if sorted(np.concatenate(folds).tolist()) != list(range(len(X))):
        raise ValueError(f"folds: expected each of the {len(X)} rows in exactly one fold, got {_counted(folds)}.")
    fitted = [np.setdiff1d(np.arange(len(X)), fold) for fold in folds]
    longest = max(map(len, fitted))
    rows = np.stack([np.resize(one, longest) for one in fitted])  # the shorter ones see a row or two twice
    counted = torch.tensor(np.stack([np.arange(longest) < len(one) for one in fitted]), dtype=torch.float32)
    network = SideBySide(len(folds), 4, 16, both=True, seed=seed)
    optimizer = torch.optim.AdamW(network.parameters(), 0.02, weight_decay=0.01)
    X_fitted, y_fitted = X[rows], y[rows]
    for _ in range(num_epochs):
        optimizer.zero_grad()
        losses = functional.binary_cross_entropy_with_logits(network(X_fitted), y_fitted, reduction="none")
        ((losses * counted).sum(dim=1) / counted.sum(dim=1)).sum().backward()
        optimizer.step()
    wrong = np.zeros(len(X), dtype=bool)
    with torch.no_grad():
        said = network(X.expand(len(folds), *X.shape)) > 0  # (folds, n)
    for fold, answers in zip(folds, said, strict=True):
        wrong[fold] = (answers[fold] != (y[fold] > 0.5)).numpy()
    return wrong


def neuron_errors(sequences: Sequence[str], y, folds: Sequence[np.ndarray]) -> np.ndarray:
    """Return whether one neuron (logistic regression on the same one-hot letters) errs, on the same folds."""
    from sklearn.linear_model import LogisticRegression

    X = data.encode.one_hot(list(sequences), channels_first=False).reshape(len(sequences), -1)
    y = validate.array("y", y, ndim=1, length=len(X))
    wrong = np.zeros(len(X), dtype=bool)
    for fold in folds:
        fitted = np.setdiff1d(np.arange(len(X)), fold)
        wrong[fold] = LogisticRegression(max_iter=1000).fit(X[fitted], y[fitted]).predict(X[fold]) != y[fold]
    return wrong


def _counted(folds) -> str:
    rows = np.concatenate(folds)
    return f"{len(rows)} row numbers, {len(np.unique(rows))} of them different"
