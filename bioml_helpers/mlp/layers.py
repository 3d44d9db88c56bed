"""From scratch: a multilayer perceptron, its losses, its backward pass, and two ways to move its weights.

A layer multiplies by a matrix, adds a bias and bends:

    h⁽ˡ⁾ = σ(h⁽ˡ⁻¹⁾ W⁽ˡ⁾ + b⁽ˡ⁾),   h⁽⁰⁾ = X,   logits = h⁽ᴸ⁻¹⁾ W⁽ᴸ⁾ + b⁽ᴸ⁾

The last layer does not bend: its numbers, the logits, go into a loss.  Here a weight matrix has a row for each input
and a column for each neuron; PyTorch keeps the same matrix turned on its side.  Chapter 3 builds all of this.

References: Rumelhart, Hinton & Williams 1986, https://doi.org/10.1038/323533a0 (the backward pass);
Kingma & Ba 2014, https://doi.org/10.48550/arXiv.1412.6980, algorithm 1 (Adam).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from bioml_helpers.data import validate


def relu(z):
    """Return `z` where it is positive and 0 elsewhere.

    Examples
    --------
    >>> relu([-2.0, 3.0])
    array([0., 3.])
    """
    return np.maximum(0.0, validate.array("z", z))


def sigmoid(z):
    """Return 1 / (1 + exp(−z)), written so that no number gets too large.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    z = validate.array("z", z)
    small = np.exp(-np.abs(z))  # never above 1
    return np.where(z >= 0, 1.0, small) / (1 + small)


def softmax(logits):
    """Turn each row of logits into probabilities that add up to 1.

    Parameters
    ----------
    logits : array_like of shape (batch, classes)

    Examples
    --------
    >>> softmax([[1000.0, 1000.0], [0.0, np.log(3.0)]])
    array([[0.5 , 0.5 ],
           [0.25, 0.75]])
    """
    logits = validate.array("logits", logits, ndim=2)
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))  # the same row moved down: the shares stay
    return raised / raised.sum(axis=1, keepdims=True)


# σ(z), and its slope told from z and σ(z)
ACTIVATIONS: dict[str, tuple[Callable, Callable]] = {
    "relu": (relu, lambda z, h: z > 0),
    "sigmoid": (sigmoid, lambda z, h: h * (1 - h)),
    "tanh": (np.tanh, lambda z, h: 1 - h**2),
    "none": (lambda z: z, lambda z, h: np.ones_like(z)),
}


def count_parameters(sizes: Sequence[int]) -> int:
    """Return the number of weights and biases of a fully connected network.

    Parameters
    ----------
    sizes : sequence of int
        Neurons in each layer, the inputs first: ``(273, 40, 3)``.

    Raises
    ------
    ValueError
        If there are fewer than two layers, or a layer is empty.

    Examples
    --------
    >>> count_parameters((273, 40, 3))
    11083
    """
    return sum(n_in * n_out + n_out for n_in, n_out in pairwise(_sizes(sizes)))


class MLP:
    """A multilayer perceptron in NumPy: every neuron sees all neurons of the layer before.

    Parameters
    ----------
    sizes : sequence of int
        Neurons in each layer: inputs, hidden layers, outputs.
    activation : {"relu", "sigmoid", "tanh", "none"}
        Of the hidden layers; the output layer has none.
    seed : int
        Fixes the starting weights: uniform between −1/√n and 1/√n for a neuron with n inputs, as ``torch.nn.Linear``.

    Attributes
    ----------
    W : list of numpy.ndarray
        One matrix of shape (n_in, n_out) a layer.
    b : list of numpy.ndarray
        One vector of shape (n_out,) a layer.
    before, after : list of numpy.ndarray
        What the last `forward` computed: each layer's numbers before and after its activation; ``after[0]`` is X.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, or the activation is unknown.

    Examples
    --------
    >>> network = MLP((12, 4, 1))
    >>> network.forward(np.zeros((5, 12))).shape
    (5, 1)
    """

    def __init__(self, sizes: Sequence[int], *, activation: str = "relu", seed: int = 0):
        self.sizes = _sizes(sizes)
        validate.one_of("activation", activation, ACTIVATIONS)
        self._bend, self._slope = ACTIVATIONS[activation]
        rng = np.random.default_rng(seed)
        self.W = [rng.uniform(-1, 1, (n_in, n_out)) * n_in**-0.5 for n_in, n_out in pairwise(self.sizes)]
        self.b = [rng.uniform(-1, 1, n_out) * n_in**-0.5 for n_in, n_out in pairwise(self.sizes)]
        self.before: list[np.ndarray] = []
        self.after: list[np.ndarray] = []

    @property
    def parameters(self) -> list[np.ndarray]:
        """All weights and biases, layer by layer; changing one of these arrays changes the network."""
        return [array for layer in zip(self.W, self.b, strict=True) for array in layer]

    def forward(self, X) -> np.ndarray:
        """Return the logits for each example, and keep what each layer computed.

        Parameters
        ----------
        X : array_like of shape (batch, n_in)

        Returns
        -------
        numpy.ndarray of shape (batch, n_out)

        Raises
        ------
        ValueError
            If `X` has not as many columns as the network has inputs.
        """
        X = validate.array("X", X, ndim=2)
        if X.shape[1] != self.sizes[0]:
            raise ValueError(f"X: expected {self.sizes[0]} features a row, got {X.shape[1]}.")
        self.before, self.after = [], [X]
        for W, b in zip(self.W, self.b, strict=True):
            z = self.after[-1] @ W + b  # (batch, n_out)
            is_last = len(self.before) == len(self.W) - 1
            self.before.append(z)
            self.after.append(z if is_last else self._bend(z))
        return self.after[-1]

    def backward(self, d_logits) -> list[np.ndarray]:
        """Return how the loss changes with each parameter, by the chain rule, from the last layer to the first.

        Parameters
        ----------
        d_logits : array_like of shape (batch, n_out)
            How the loss changes with each logit of the last `forward`; the losses below give it.

        Returns
        -------
        list of numpy.ndarray
            In the order and shapes of `parameters`.

        Raises
        ------
        RuntimeError
            If nothing has been computed forward yet.
        ValueError
            If `d_logits` has not the shape of the last logits.
        """
        if not self.before:
            raise RuntimeError("backward: call forward first; the backward pass needs what each layer computed.")
        d_before = validate.array("d_logits", d_logits, ndim=2)
        if d_before.shape != self.before[-1].shape:
            raise ValueError(f"d_logits: expected shape {self.before[-1].shape}, got {d_before.shape}.")
        slopes: list[np.ndarray] = []
        for layer in reversed(range(len(self.W))):
            # a weight's slope: what came in through it, times what is wanted behind it
            slopes = [self.after[layer].T @ d_before, d_before.sum(axis=0), *slopes]
            if layer > 0:
                d_after = d_before @ self.W[layer].T  # (batch, n_in): blame goes back along the same weights
                d_before = d_after * self._slope(self.before[layer - 1], self.after[layer])
        return slopes


# ---------------------------------------------------------------- losses: (logits, y) → loss, d_logits


def squared_error(logits, y) -> tuple[float, np.ndarray]:
    """Return the mean squared error and its slope: for a number that is measured.

    Parameters
    ----------
    logits, y : array_like of shape (batch, outputs)

    Examples
    --------
    >>> squared_error([[3.0]], [[1.0]])
    (4.0, array([[4.]]))
    """
    logits = validate.array("logits", logits, ndim=2)
    gap = logits - _same_shape("y", y, logits)
    return float((gap**2).mean()), 2 * gap / gap.size


def binary_cross_entropy(logits, y) -> tuple[float, np.ndarray]:
    """Return the mean binary cross-entropy over the labels that are known, and its slope.

    Each output is a yes-or-no question of its own; NaN means that nobody has measured it, and counts for nothing.

    Parameters
    ----------
    logits : array_like of shape (batch, tasks)
    y : array_like of shape (batch, tasks)
        0, 1 or NaN.

    Returns
    -------
    loss : float
    d_logits : numpy.ndarray of shape (batch, tasks)
        (probability − label) / number of known labels; exactly 0 where the label is missing.

    Raises
    ------
    ValueError
        If no label is known, or one is neither 0 nor 1.

    Examples
    --------
    >>> loss, slope = binary_cross_entropy([[0.0, 5.0]], [[1.0, np.nan]])
    >>> round(loss, 3), slope
    (0.693, array([[-0.5,  0. ]]))
    """
    logits = validate.array("logits", logits, ndim=2)
    y = _same_shape("y", y, logits, finite=False)
    known = ~np.isnan(y)
    if not known.any():
        raise ValueError(f"y: expected at least one known label, got {y.size} missing ones.")
    y = np.where(known, y, 0.0)
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"y: expected 0, 1 or NaN, got {y[~np.isin(y, (0, 1))][0]}.")
    # log(1 + exp(z)) − y·z, with the larger of 0 and z taken out of the logarithm
    losses = np.maximum(logits, 0) + np.log1p(np.exp(-np.abs(logits))) - y * logits
    d_logits = np.where(known, sigmoid(logits) - y, 0.0) / known.sum()
    return float(losses[known].mean()), d_logits


def cross_entropy(logits, classes) -> tuple[float, np.ndarray]:
    """Return the mean cross-entropy of one class out of several, and its slope.

    Parameters
    ----------
    logits : array_like of shape (batch, classes)
    classes : array_like of shape (batch,)
        The number of the right class, counted from 0.

    Raises
    ------
    ValueError
        If a class number is not among the columns of `logits`.

    Examples
    --------
    >>> loss, slope = cross_entropy([[0.0, 0.0]], [1])
    >>> round(loss, 3), slope
    (0.693, array([[ 0.5, -0.5]]))
    """
    logits = validate.array("logits", logits, ndim=2)
    classes = validate.array("classes", classes, ndim=1, length=len(logits), integer=True)
    if classes.min() < 0 or classes.max() >= logits.shape[1]:
        raise ValueError(f"classes: expected 0 to {logits.shape[1] - 1}, got {classes.min()} to {classes.max()}.")
    rows = np.arange(len(logits))
    moved = logits - logits.max(axis=1, keepdims=True)
    log_probabilities = moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))  # (batch, classes)
    d_logits = np.exp(log_probabilities)
    d_logits[rows, classes] -= 1
    return float(-log_probabilities[rows, classes].mean()), d_logits / len(logits)


# ---------------------------------------------------------------- moving the weights


class SGD:
    """Gradient descent: each step goes `learning_rate` down the slope.

    Parameters
    ----------
    parameters : list of numpy.ndarray
        Changed in place.
    learning_rate : float

    Examples
    --------
    >>> weight = np.array([1.0])
    >>> SGD([weight], learning_rate=0.1).step([np.array([2.0])])
    >>> weight
    array([0.8])
    """

    def __init__(self, parameters: list[np.ndarray], learning_rate: float = 0.1):
        self.parameters = parameters
        self.learning_rate = validate.number("learning_rate", learning_rate, low=0)

    def step(self, slopes: list[np.ndarray]) -> None:
        """Move each parameter against its slope."""
        for parameter, slope in zip(self.parameters, slopes, strict=True):
            parameter -= self.learning_rate * slope


class Adam:
    """Steps of about the same length for every weight, whatever the size of its slopes (Kingma & Ba 2014, algorithm 1).

    Parameters
    ----------
    parameters : list of numpy.ndarray
        Changed in place.
    learning_rate : float
        About how far a weight moves in one step.
    decay : (float, float)
        How much of the running means of slopes and of squared slopes is kept at each step.

    Examples
    --------
    >>> weight = np.array([1.0])
    >>> Adam([weight], learning_rate=0.1).step([np.array([200.0])])
    >>> weight.round(3)
    array([0.9])
    """

    def __init__(self, parameters: list[np.ndarray], learning_rate: float = 1e-3, decay=(0.9, 0.999)):
        self.parameters = parameters
        self.learning_rate = validate.number("learning_rate", learning_rate, low=0)
        self.decay = decay
        self.mean = [np.zeros_like(p) for p in parameters]
        self.square = [np.zeros_like(p) for p in parameters]
        self.steps = 0

    def step(self, slopes: list[np.ndarray]) -> None:
        """Move each parameter against the running mean of its slopes, divided by their usual size."""
        self.steps += 1
        keep, keep_square = self.decay
        for parameter, slope, mean, square in zip(self.parameters, slopes, self.mean, self.square, strict=True):
            mean += (1 - keep) * (slope - mean)
            square += (1 - keep_square) * (slope**2 - square)
            # both means start at 0 and are too small at first; these divisions undo that
            size = np.sqrt(square / (1 - keep_square**self.steps)) + 1e-8
            parameter -= self.learning_rate * mean / (1 - keep**self.steps) / size


def fit(network: MLP, X, y, loss_fn: Callable, optimizer, *, num_epochs: int, batch_size: int = 32, seed: int = 0):
    """Train in mini-batches: forward, loss, backward, step; the whole of what training is.

    Parameters
    ----------
    network : MLP
        Trained in place.
    X : array_like of shape (examples, n_in)
    y : array_like of length (examples)
    loss_fn : callable
        One of the losses of this module.
    optimizer : SGD or Adam
        Made with ``network.parameters``.
    num_epochs, batch_size, seed : int

    Returns
    -------
    numpy.ndarray of shape (num_epochs,)
        Mean loss of each epoch.

    Examples
    --------
    >>> X = np.linspace(-1, 1, 64)[:, None]
    >>> network = MLP((1, 8, 1))
    >>> losses = fit(network, X, X**2, squared_error, Adam(network.parameters, 0.01), num_epochs=100)
    >>> bool(losses[-1] < 0.1 * losses[0])
    True
    """
    X = validate.array("X", X, ndim=2)
    y = validate.array("y", y, length=len(X), finite=False)
    rng = np.random.default_rng(seed)
    losses = np.zeros(validate.number("num_epochs", num_epochs, low=1, integer=True))
    for epoch in range(len(losses)):
        shuffled = rng.permutation(len(X))
        for batch in np.split(shuffled, range(batch_size, len(X), batch_size)):
            loss, d_logits = loss_fn(network.forward(X[batch]), y[batch])
            optimizer.step(network.backward(d_logits))
            losses[epoch] += loss * len(batch) / len(X)
    return losses


# ---------------------------------------------------------------- one hidden layer, written out: what the exercises ask


def two_layer_forward(X, W1, b1, W2, b2) -> np.ndarray:
    """Return the logits of a network with one hidden layer of ReLU neurons.

    Parameters
    ----------
    X : array_like of shape (batch, n_in)
    W1, b1 : array_like of shape (n_in, hidden_size) and (hidden_size,)
    W2, b2 : array_like of shape (hidden_size, n_out) and (n_out,)

    Examples
    --------
    >>> two_layer_forward([[1.0, 2.0]], W1=[[1.0, -1.0], [1.0, -1.0]], b1=[0.0, 0.0], W2=[[2.0], [5.0]], b2=[0.5])
    array([[6.5]])
    """
    X, W1, W2 = (validate.array(name, one, ndim=2) for name, one in (("X", X), ("W1", W1), ("W2", W2)))
    hidden = relu(X @ W1 + b1)  # (batch, hidden_size)
    return hidden @ W2 + b2  # (batch, n_out)


def two_layer_gradients(X, y, W1, b1, W2, b2):
    """Return the slope of the mean binary cross-entropy by each of the four parameters.

    Parameters
    ----------
    X, y : array_like of shape (batch, n_in) and (batch, n_out)
    W1, b1, W2, b2 : array_like
        As in `two_layer_forward`.

    Returns
    -------
    d_W1, d_b1, d_W2, d_b2 : numpy.ndarray
        In the shapes of the parameters.

    Examples
    --------
    >>> slopes = two_layer_gradients([[1.0]], [[1.0]], [[2.0]], [0.0], [[1.0]], [-2.0])
    >>> [slope.tolist() for slope in slopes]
    [[[-0.5]], [-0.5], [[-1.0]], [-0.5]]
    """
    X, W1, W2 = (validate.array(name, one, ndim=2) for name, one in (("X", X), ("W1", W1), ("W2", W2)))
    before = X @ W1 + b1  # (batch, hidden_size)
    hidden = relu(before)
    logits = hidden @ W2 + b2  # (batch, n_out)
    # 1 how the loss changes with each logit
    d_logits = (sigmoid(logits) - validate.array("y", y, ndim=2)) / logits.size  # (batch, n_out)
    # 2 with each hidden neuron: back along its outgoing weights, and nothing where it is off
    d_before = (d_logits @ W2.T) * (before > 0)  # (batch, hidden_size)
    # 3 with each weight: what came in, times what is wanted behind
    return X.T @ d_before, d_before.sum(axis=0), hidden.T @ d_logits, d_logits.sum(axis=0)


def _sizes(sizes) -> tuple[int, ...]:
    sizes = validate.array("sizes", list(sizes), ndim=1, at_least=2, integer=True)
    if (sizes < 1).any():
        raise ValueError(f"sizes: expected at least one neuron in each layer, got {sizes.tolist()}.")
    return tuple(sizes.tolist())


def _same_shape(name, value, logits, *, finite: bool = True) -> np.ndarray:
    value = validate.array(name, value, finite=finite)
    if value.shape != logits.shape:
        raise ValueError(f"{name}: expected the shape of the logits, {logits.shape}, got {value.shape}.")
    return value
