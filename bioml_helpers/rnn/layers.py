"""From scratch: three recurrent cells, the loop that carries them along a sequence, masks, and the way back.

A recurrent cell sees one entry of the sequence and what it kept from the entries before, its hidden state:

    h⁽ᵗ⁾ = cell(x⁽ᵗ⁾, h⁽ᵗ⁻¹⁾),   h⁽⁰⁾ = 0

The same weights work at every step, so a sequence of any length needs the same number of them.  A sequence is a table
with one row a step: X has the shape (batch, length, n_in).  Here a weight matrix has a row for each input and a column
for each neuron; PyTorch keeps the same matrix turned on its side.  Chapter 5 builds all of this.

References: Elman 1990, "Finding structure in time" (the simple cell);
Hochreiter & Schmidhuber 1997, https://doi.org/10.1162/neco.1997.9.8.1735 (LSTM);
Cho and colleagues 2014, https://doi.org/10.48550/arXiv.1406.1078 (GRU).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bioml_helpers.data import validate


def sigmoid(z):
    """Return 1 / (1 + exp(−z)), written so that no number gets too large.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z, dtype=float)))


# ---------------------------------------------------------------- cells


class Cell:
    """What the three cells share: weights from the entry, weights from the hidden state, and a first state of zeros.

    Parameters
    ----------
    n_in : int
        Numbers in each entry; 4 for a one-hot base.
    hidden_size : int
        Numbers in the hidden state.
    seed : int
        Fixes the starting weights: uniform between −1/√hidden_size and 1/√hidden_size, as in PyTorch.

    Attributes
    ----------
    W_x : numpy.ndarray of shape (n_in, blocks · hidden_size)
        From the entry; a GRU has three such blocks side by side, an LSTM four.
    W_h : numpy.ndarray of shape (hidden_size, blocks · hidden_size)
        From the hidden state.
    b_x, b_h : numpy.ndarray of shape (blocks · hidden_size,)
        PyTorch keeps a bias for each of the two, and so do we.
    """

    blocks = 1
    names: tuple[str, ...] = ()

    def __init__(self, n_in: int, hidden_size: int, *, seed: int = 0):
        self.n_in = validate.number("n_in", n_in, low=1, integer=True)
        self.hidden_size = validate.number("hidden_size", hidden_size, low=1, integer=True)
        rng = np.random.default_rng(seed)
        bound, width = self.hidden_size**-0.5, self.blocks * self.hidden_size
        self.W_x = rng.uniform(-bound, bound, (self.n_in, width))
        self.W_h = rng.uniform(-bound, bound, (self.hidden_size, width))
        self.b_x = rng.uniform(-bound, bound, width)
        self.b_h = rng.uniform(-bound, bound, width)

    @property
    def parameters(self) -> list[np.ndarray]:
        """Weights and biases, in the order W_x, W_h, b_x, b_h; changing one of these arrays changes the cell."""
        return [self.W_x, self.W_h, self.b_x, self.b_h]

    def start(self, batch: int):
        """Return the state before the first entry: zeros of shape (batch, hidden_size)."""
        return np.zeros((batch, self.hidden_size))

    def hidden(self, state) -> np.ndarray:
        """Return the part of the state that others see, shape (batch, hidden_size)."""
        return state

    def step(self, x, state):
        """Take one entry and the state before it, return the state after it.

        Parameters
        ----------
        x : array_like of shape (batch, n_in)
        state : as `start` returns it
        """
        raise NotImplementedError

    def _columns(self, x, h):
        """What entry and hidden state say to each block: two lists of arrays, (batch, hidden_size) each."""
        from_x = x @ self.W_x + self.b_x  # (batch, blocks · hidden_size)
        from_h = h @ self.W_h + self.b_h
        return np.split(from_x, self.blocks, axis=1), np.split(from_h, self.blocks, axis=1)


class RNNCell(Cell):
    """The simple cell: h′ = tanh(x Wₓ + bₓ + h Wₕ + bₕ); see `Cell` for parameters and attributes.

    Examples
    --------
    >>> cell = RNNCell(4, 3)
    >>> cell.step(np.eye(4)[:2], cell.start(2)).shape
    (2, 3)
    """

    def step(self, x, state):
        """Return the new hidden state, shape (batch, hidden_size)."""
        (from_x,), (from_h,) = self._columns(x, state)
        return np.tanh(from_x + from_h)


class GRUCell(Cell):
    """The gated recurrent unit, with PyTorch's order of blocks: reset r, update z, new n.

        r = σ(x Wₓʳ + bₓʳ + h Wₕʳ + bₕʳ)
        z = σ(x Wₓᶻ + bₓᶻ + h Wₕᶻ + bₕᶻ)
        n = tanh(x Wₓⁿ + bₓⁿ + r · (h Wₕⁿ + bₕⁿ))
        h′ = (1 − z) · n + z · h

    The update gate z says how much of the old state is kept.  See `Cell` for parameters and attributes.

    Examples
    --------
    >>> cell = GRUCell(4, 3)
    >>> cell.step(np.eye(4)[:2], cell.start(2)).shape, cell.W_x.shape
    ((2, 3), (4, 9))
    """

    blocks = 3
    names = ("reset", "update")

    def gates(self, x, state) -> dict[str, np.ndarray]:
        """Return what each gate lets through, between 0 and 1, by name: arrays of shape (batch, hidden_size)."""
        (r_x, z_x, _), (r_h, z_h, _) = self._columns(x, state)
        return {"reset": sigmoid(r_x + r_h), "update": sigmoid(z_x + z_h)}

    def step(self, x, state):
        """Return the new hidden state, shape (batch, hidden_size)."""
        (r_x, z_x, n_x), (r_h, z_h, n_h) = self._columns(x, state)
        r, z = sigmoid(r_x + r_h), sigmoid(z_x + z_h)
        n = np.tanh(n_x + r * n_h)  # the gate acts after the linear map of h, bias included
        return (1 - z) * n + z * state


class Memory(NamedTuple):
    """The state of an LSTM: what others see, and what it keeps to itself; both of shape (batch, hidden_size)."""

    h: np.ndarray
    c: np.ndarray


class LSTMCell(Cell):
    """Long short-term memory, with PyTorch's order of blocks: input i, forget f, candidate g, output o.

        i, f, o = σ(…),   g = tanh(…),   each of x Wₓ + bₓ + h Wₕ + bₕ with its own block of weights
        c′ = f · c + i · g
        h′ = o · tanh(c′)

    Its state is a `Memory`: the hidden state h, and the cell state c, which is only ever scaled and added to.
    See `Cell` for parameters and attributes.

    Examples
    --------
    >>> cell = LSTMCell(4, 3)
    >>> cell.step(np.eye(4)[:2], cell.start(2)).c.shape
    (2, 3)
    """

    blocks = 4
    names = ("input", "forget", "output")

    def start(self, batch: int) -> Memory:
        """Return a `Memory` of zeros, each part of shape (batch, hidden_size)."""
        return Memory(np.zeros((batch, self.hidden_size)), np.zeros((batch, self.hidden_size)))

    def hidden(self, state) -> np.ndarray:
        """Return h, shape (batch, hidden_size)."""
        return state[0]

    def gates(self, x, state) -> dict[str, np.ndarray]:
        """Return what each gate lets through, between 0 and 1, by name: arrays of shape (batch, hidden_size)."""
        i, f, _, o = (a + b for a, b in zip(*self._columns(x, state[0]), strict=True))
        return {"input": sigmoid(i), "forget": sigmoid(f), "output": sigmoid(o)}

    def step(self, x, state) -> Memory:
        """Return the new `Memory`."""
        h, c = state
        i, f, g, o = (a + b for a, b in zip(*self._columns(x, h), strict=True))
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return Memory(sigmoid(o) * np.tanh(c), c)


CELLS: dict[str, type[Cell]] = {"rnn": RNNCell, "gru": GRUCell, "lstm": LSTMCell}


def count_parameters(kind: str, n_in: int, hidden_size: int, *, both: bool = False) -> int:
    """Return the number of weights and biases of a recurrent layer; no length of a sequence enters it.

    Parameters
    ----------
    kind : {"rnn", "gru", "lstm"}
    n_in, hidden_size : int
    both : bool
        One cell for each direction.

    Examples
    --------
    >>> count_parameters("rnn", 4, 8), count_parameters("gru", 4, 8), count_parameters("lstm", 4, 8, both=True)
    (112, 336, 896)
    """
    blocks = CELLS[validate.one_of("kind", kind, CELLS)].blocks
    return (1 + both) * blocks * hidden_size * (n_in + hidden_size + 2)


# ---------------------------------------------------------------- along the sequence


def unroll(cell: Cell, X, mask=None, *, reverse: bool = False):
    """Carry one cell along each sequence, and return its hidden state at every step and its last state.

    Parameters
    ----------
    cell : Cell
        The very same one at every step.
    X : array_like of shape (batch, length, n_in)
    mask : array_like of shape (batch, length), optional
        True where a sequence has an entry, False in the padding behind its end. At a padded step the state is carried
        on unchanged, and the output is 0.
    reverse : bool
        Read from the last entry to the first; the outputs still stand in the order of the sequence.

    Returns
    -------
    outputs : numpy.ndarray of shape (batch, length, hidden_size)
    state
        After the last entry read; its shape is that of ``cell.start``.

    Raises
    ------
    ValueError
        If the entries do not fit the cell, or a mask does not fit `X` or has a gap.

    Examples
    --------
    >>> outputs, last = unroll(RNNCell(4, 3), np.zeros((2, 10, 4)))
    >>> outputs.shape, bool((outputs[:, -1] == last).all())
    ((2, 10, 3), True)
    """
    X, mask = _sequences(cell, X, mask)
    batch, length, _ = X.shape
    state, outputs = cell.start(batch), np.zeros((batch, length, cell.hidden_size))
    for t in reversed(range(length)) if reverse else range(length):
        here = mask[:, t, None]  # (batch, 1)
        state = _where(here, cell.step(X[:, t], state), state)
        outputs[:, t] = np.where(here, cell.hidden(state), 0.0)
    return outputs, state


def unroll_both(forward: Cell, backward: Cell, X, mask=None) -> np.ndarray:
    """Read each sequence from both ends with a cell for each direction, and put the hidden states side by side.

    Parameters
    ----------
    forward, backward : Cell
        Two cells with weights of their own.
    X, mask
        As in `unroll`.

    Returns
    -------
    numpy.ndarray of shape (batch, length, forward.hidden_size + backward.hidden_size)

    Examples
    --------
    >>> unroll_both(GRUCell(4, 3), GRUCell(4, 3, seed=1), np.zeros((2, 10, 4))).shape
    (2, 10, 6)
    """
    return np.concatenate([unroll(forward, X, mask)[0], unroll(backward, X, mask, reverse=True)[0]], axis=2)


def unroll_untied(cells: Sequence[Cell], X) -> np.ndarray:
    """Do what `unroll` must not: use another cell, with weights of its own, at each step.

    Parameters
    ----------
    cells : sequence of Cell
        One a step.
    X : array_like of shape (batch, length, n_in)

    Returns
    -------
    numpy.ndarray of shape (batch, length, hidden_size)

    Raises
    ------
    ValueError
        If a sequence is longer than there are cells: nothing was ever learnt for that step.

    Examples
    --------
    >>> cells = [RNNCell(4, 3, seed=step) for step in range(10)]
    >>> unroll_untied(cells, np.zeros((2, 11, 4)))
    Traceback (most recent call last):
    ...
    ValueError: X: expected at most 10 steps, as many as there are cells, got 11: step 11 has no weights.
    """
    X = validate.array("X", X, ndim=3)
    if X.shape[1] > len(cells):
        raise ValueError(
            f"X: expected at most {len(cells)} steps, as many as there are cells, got {X.shape[1]}: "
            f"step {len(cells) + 1} has no weights."
        )
    state, outputs = cells[0].start(len(X)), []
    for t in range(X.shape[1]):
        state = cells[t].step(X[:, t], state)
        outputs.append(cells[t].hidden(state))
    return np.stack(outputs, axis=1)


# ---------------------------------------------------------------- sequences of different lengths


def mask_of(lengths, length: int | None = None) -> np.ndarray:
    """Return where sequences of these lengths have an entry, once padded to a common length.

    Parameters
    ----------
    lengths : array_like of shape (batch,)
    length : int, optional
        Of the padded sequences; the longest one by default.

    Returns
    -------
    numpy.ndarray of bool, shape (batch, length)

    Raises
    ------
    ValueError
        If a sequence is empty, or longer than `length`.

    Examples
    --------
    >>> mask_of([1, 3]).astype(int)
    array([[1, 0, 0],
           [1, 1, 1]])
    """
    lengths = validate.array("lengths", lengths, ndim=1, integer=True)
    length = int(lengths.max() if length is None else length)
    if lengths.min() < 1 or lengths.max() > length:
        raise ValueError(f"lengths: expected 1 to {length}, got {lengths.min()} to {lengths.max()}.")
    return np.arange(length) < lengths[:, None]


def masked_mean(outputs, mask) -> np.ndarray:
    """Return the mean over the steps that exist: one vector a sequence, whatever its length and its padding.

    Parameters
    ----------
    outputs : array_like of shape (batch, length, hidden_size)
    mask : array_like of shape (batch, length)

    Returns
    -------
    numpy.ndarray of shape (batch, hidden_size)

    Raises
    ------
    ValueError
        If the mask does not fit, or a sequence has no entry at all.

    Examples
    --------
    >>> masked_mean([[[1.0], [3.0], [100.0]]], [[True, True, False]])
    array([[2.]])
    """
    outputs = validate.array("outputs", outputs, ndim=3)
    mask = _mask(mask, outputs)
    return np.where(mask[..., None], outputs, 0.0).sum(axis=1) / mask.sum(axis=1, keepdims=True)


def last_state(outputs, mask) -> np.ndarray:
    """Return the output at each sequence's own last entry, not at the end of the padding.

    Parameters
    ----------
    outputs, mask
        As in `masked_mean`.

    Returns
    -------
    numpy.ndarray of shape (batch, hidden_size)

    Examples
    --------
    >>> last_state([[[1.0], [3.0], [100.0]]], [[True, True, False]])
    array([[3.]])
    """
    outputs = validate.array("outputs", outputs, ndim=3)
    mask = _mask(mask, outputs)
    last = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)  # (batch,)
    return outputs[np.arange(len(outputs)), last]


# ---------------------------------------------------------------- the way back


def bptt_gradients(cell: RNNCell, X, d_outputs) -> list[np.ndarray]:
    """Return how a loss changes with each parameter of a simple cell: backpropagation through time.

    The loop runs from the last step to the first. At each step the blame comes from two sides, from that step's own
    output and from the step after it; and since the weights are shared, the slopes of all steps are added.

    Parameters
    ----------
    cell : RNNCell
    X : array_like of shape (batch, length, n_in)
    d_outputs : array_like of shape (batch, length, hidden_size)
        How the loss changes with each output of ``unroll(cell, X)``.

    Returns
    -------
    list of numpy.ndarray
        In the order and shapes of ``cell.parameters``.

    Raises
    ------
    TypeError
        If the cell is not a simple one.
    ValueError
        If `d_outputs` has not the shape of the outputs.

    Examples
    --------
    >>> cell = RNNCell(4, 3)
    >>> [slope.shape for slope in bptt_gradients(cell, np.ones((2, 5, 4)), np.ones((2, 5, 3)))]
    [(4, 3), (3, 3), (3,), (3,)]
    """
    if not isinstance(cell, RNNCell):
        raise TypeError(f"cell: expected a RNNCell, got a {type(cell).__name__}.")
    X, _ = _sequences(cell, X, None)
    outputs, _ = unroll(cell, X)
    d_outputs = validate.array("d_outputs", d_outputs, ndim=3)
    if d_outputs.shape != outputs.shape:
        raise ValueError(f"d_outputs: expected shape {outputs.shape}, got {d_outputs.shape}.")
    d_W_x, d_W_h, d_b = np.zeros_like(cell.W_x), np.zeros_like(cell.W_h), np.zeros_like(cell.b_x)
    from_later = np.zeros_like(outputs[:, 0])  # (batch, hidden_size)
    for t in reversed(range(X.shape[1])):
        before = outputs[:, t - 1] if t > 0 else np.zeros_like(from_later)
        d_h = d_outputs[:, t] + from_later
        d_z = d_h * (1 - outputs[:, t] ** 2)  # through tanh
        d_W_x += X[:, t].T @ d_z
        d_W_h += before.T @ d_z
        d_b += d_z.sum(axis=0)
        from_later = d_z @ cell.W_h.T  # one more step back: the same weights again
    return [d_W_x, d_W_h, d_b, d_b.copy()]


# ---------------------------------------------------------------- what comes in


def _sequences(cell, X, mask):
    X = validate.array("X", X, ndim=3)
    if X.shape[2] != cell.n_in:
        raise ValueError(f"X: expected {cell.n_in} numbers an entry (the last axis), got shape {X.shape}.")
    return X, np.ones(X.shape[:2], dtype=bool) if mask is None else _mask(mask, X)


def _mask(mask, X) -> np.ndarray:
    mask = validate.array("mask", mask, ndim=2).astype(bool)
    if mask.shape != X.shape[:2]:
        raise ValueError(f"mask: expected shape {X.shape[:2]}, one mark a step, got {mask.shape}.")
    if not mask[:, 0].all():
        row = int(np.flatnonzero(~mask[:, 0])[0])
        raise ValueError(f"mask: expected an entry at the first step of each sequence, row {row} has none.")
    if (mask[:, 1:] & ~mask[:, :-1]).any():
        row = int(np.flatnonzero((mask[:, 1:] & ~mask[:, :-1]).any(axis=1))[0])
        raise ValueError(f"mask: expected padding only behind the end of a sequence, row {row} has a gap.")
    return mask


def _where(here, new, old):
    if isinstance(new, Memory):
        return Memory(*(np.where(here, a, b) for a, b in zip(new, old, strict=True)))
    return np.where(here, new, old)
