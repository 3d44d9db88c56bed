"""From scratch: one artificial neuron, its loss, its gradient, and two ways of learning.

A neuron with n inputs computes, for one example x,

    y = σ(w₁·x₁ + … + wₙ·xₙ + b)

and here learns by gradient descent on the binary cross-entropy (`gradient`, `descend`) or by Rosenblatt's rule
(`Perceptron`).  Chapter 2 builds each of them.  References: McCulloch and Pitts 1943,
https://doi.org/10.1007/BF02478259; Rosenblatt 1958, https://doi.org/10.1037/h0042519.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bioml_helpers.data import validate


def sigmoid(z):
    """Return 1 / (1 + exp(−z)): 0.5 at z = 0, towards 0 on the left and 1 on the right.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    z = np.asarray(z, dtype=float)
    small = np.exp(-np.abs(z))  # never overflows, whichever side z is on
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def step(z):
    """Return 1 where `z` is positive and 0 elsewhere.

    Examples
    --------
    >>> step([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    return (np.asarray(z, dtype=float) > 0).astype(float)


def relu(z):
    """Return `z` where it is positive and 0 elsewhere.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    return np.maximum(0.0, np.asarray(z, dtype=float))


ACTIVATIONS = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": relu,
    "step": step,
    "none": lambda z: np.asarray(z, dtype=float),
}


def neuron_forward(X, w, b, activation="sigmoid"):
    """Return one number an example: the activation of its weighted sum.

    Parameters
    ----------
    X : array_like of shape (batch, n)
        One example a row.
    w : array_like of shape (n,)
        One weight an input.
    b : float
        Bias.
    activation : {"sigmoid", "tanh", "relu", "step", "none"}

    Returns
    -------
    numpy.ndarray of shape (batch,)

    Raises
    ------
    ValueError
        If the number of weights is not the number of inputs, or anything is not a finite number.

    Examples
    --------
    >>> neuron_forward([[1, 0], [1, 1]], w=[8, -8], b=-4).round(2)
    array([0.98, 0.02])
    """
    X = validate.array("X", X, ndim=2)
    w = validate.array("w", w, ndim=1, length=X.shape[1])
    z = X @ w + validate.number("b", b)  # (batch,)
    return ACTIVATIONS[validate.one_of("activation", activation, ACTIVATIONS)](z)


@dataclass
class Neuron:
    """One artificial neuron: any number of inputs, one output.

    Parameters
    ----------
    n : int
        Number of inputs.
    activation : {"sigmoid", "tanh", "relu", "step", "none"}
    seed : int
        The starting weights are drawn between −1/√n and 1/√n; the bias starts at 0.

    Attributes
    ----------
    w : numpy.ndarray of shape (n,)
    b : float

    Examples
    --------
    >>> neuron = Neuron(2)
    >>> neuron.w, neuron.b = np.array([8.0, -8.0]), -4.0
    >>> float(neuron([1, 0]).round(2)), neuron([[1, 0], [1, 1]]).shape
    (0.98, (2,))
    """

    n: int
    activation: str = "sigmoid"
    seed: int = 0

    def __post_init__(self):
        self.n = validate.number("n", self.n, low=1, integer=True)
        validate.one_of("activation", self.activation, ACTIVATIONS)
        self.w = np.random.default_rng(self.seed).uniform(-1, 1, self.n) * self.n**-0.5
        self.b = 0.0

    def __call__(self, X):
        """Return one number for one example (n,), or an array (batch,) for several (batch, n)."""
        X = validate.array("X", X)
        if X.ndim not in (1, 2) or X.shape[-1] != self.n:
            raise ValueError(f"X: expected shape ({self.n},) or (batch, {self.n}), got {X.shape}.")
        y = neuron_forward(np.atleast_2d(X), self.w, self.b, self.activation)  # (batch,)
        return y[0] if X.ndim == 1 else y


def bce(p, y):
    """Return the binary cross-entropy: the mean of −ln of the probability given to what was true.

    Parameters
    ----------
    p : array_like of shape (batch,)
        Predicted probabilities of class 1. 0 and 1 are moved inwards by 1e-12, since ln(0) is not a number.
    y : array_like of shape (batch,)
        Labels, 0 or 1.

    Examples
    --------
    >>> round(bce([0.5, 0.5], [0, 1]), 3), round(bce([0.1, 0.9], [0, 1]), 3), round(bce([0.9, 0.1], [0, 1]), 3)
    (0.693, 0.105, 2.303)
    """
    p = validate.array("p", p, ndim=1)
    y = labels("y", y, len(p))
    if (p < 0).any() or (p > 1).any():
        raise ValueError(f"p: expected probabilities between 0 and 1, got values from {p.min():g} to {p.max():g}.")
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())


def gradient(X, y, w, b):
    """Return the derivative of the mean binary cross-entropy of a sigmoid neuron by each weight and by the bias.

    The slope of the sigmoid cancels against the slope of the logarithm, so only p − y is left (chapter 2, *Build*).

    Parameters
    ----------
    X : array_like of shape (batch, n)
    y : array_like of shape (batch,)
        Labels, 0 or 1.
    w : array_like of shape (n,)
    b : float

    Returns
    -------
    d_w : numpy.ndarray of shape (n,)
    d_b : float

    Examples
    --------
    >>> gradient([[2.0], [-2.0]], [1, 0], w=[0.0], b=0.0)
    (array([-1.]), 0.0)
    """
    p = neuron_forward(X, w, b)  # (batch,)
    error = p - labels("y", y, len(p))  # (batch,)
    return validate.array("X", X, ndim=2).T @ error / len(error), float(error.mean())


def numeric_gradient(function, at, *, width=1e-5):
    """Return the derivative of `function` by each entry of `at`, by central differences.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of `at`, returns one number.
    at : array_like of shape (n,)
    width : float
        Half the distance between the two places compared.

    Examples
    --------
    >>> numeric_gradient(lambda v: v[0] ** 2 + 3 * v[1], [2.0, 5.0]).round(6)
    array([4., 3.])
    """
    at = validate.array("at", at, ndim=1)
    small = width * np.eye(len(at))  # one row an entry
    return np.array([(function(at + row) - function(at - row)) / (2 * width) for row in small])


def descend(X, y, *, learning_rate=0.5, num_steps=1000, penalty=0.0):
    """Train a sigmoid neuron from weights 0 by gradient descent; return weights, bias and the loss at each step.

    Parameters
    ----------
    X : array_like of shape (batch, n)
    y : array_like of shape (batch,)
        Labels, 0 or 1.
    learning_rate : float
    num_steps : int
    penalty : float
        Adds penalty/2 · Σw² to the loss, so that weights stay small. scikit-learn's ``C`` is 1 / (penalty · batch).

    Returns
    -------
    w : numpy.ndarray of shape (n,)
    b : float
    losses : numpy.ndarray of shape (num_steps,)
        Binary cross-entropy, without the penalty.

    Raises
    ------
    FloatingPointError
        If the loss stops being a finite number; the message says at which step and what to change.

    Examples
    --------
    >>> w, b, losses = descend([[-2.0], [-1.0], [1.0], [2.0]], [0, 0, 1, 1], num_steps=100)
    >>> bool(w[0] > 1), bool(losses[-1] < losses[0])
    (True, True)
    """
    X = validate.array("X", X, ndim=2)
    y = labels("y", y, len(X))
    learning_rate = validate.number("learning_rate", learning_rate, low=0)
    penalty = validate.number("penalty", penalty, low=0)
    w, b = np.zeros(X.shape[1]), 0.0
    losses = np.empty(validate.number("num_steps", num_steps, low=1, integer=True))
    for number in range(len(losses)):
        with np.errstate(over="ignore", invalid="ignore"):  # the sentence below says it better
            p = sigmoid(X @ w + b)  # (batch,)
            losses[number] = bce(p, y) if np.isfinite(p).all() else np.nan
            w = w - learning_rate * (X.T @ (p - y) / len(y) + penalty * w)
            b = b - learning_rate * (p - y).mean()
        if not np.isfinite(losses[number]) or not np.isfinite(w).all():
            raise FloatingPointError(
                f"The weights left the finite numbers at step {number}; try a learning_rate below {learning_rate:g}."
            )
    return w, float(b), losses


def rosenblatt_step(w, b, x, y):
    """Return weights and bias after the perceptron has seen one example: unchanged if it was right.

    Parameters
    ----------
    w, x : array_like of shape (n,)
    b : float
    y : int
        The truth, 0 or 1.

    Examples
    --------
    >>> rosenblatt_step([0.0, 0.0], 0.0, [2.0, -1.0], 1)
    (array([ 2., -1.]), 1.0)
    """
    x = validate.array("x", x, ndim=1)
    w = validate.array("w", w, ndim=1, length=len(x))
    b = validate.number("b", b)
    error = float(labels("y", [y], 1)[0]) - float(x @ w + b > 0)  # 1: too low, −1: too high, 0: right
    return w + error * x, b + error


class Perceptron:
    """A neuron with a step, taught by Rosenblatt's rule: after each mistake, move the weights by the example.

    Parameters
    ----------
    num_epochs : int
        Most passes over the data; it stops after the first pass without a mistake.
    seed : int
        Order of the examples in each pass.

    Attributes
    ----------
    w : numpy.ndarray of shape (n,)
    b : float
    mistakes : list of int
        Mistakes in each pass.

    Examples
    --------
    >>> X = [[0, 0], [1, 0], [0, 1], [1, 1]]
    >>> Perceptron().fit(X, [0, 0, 0, 1]).predict(X)
    array([0., 0., 0., 1.])
    """

    def __init__(self, num_epochs: int = 100, seed: int = 0):
        self.num_epochs = validate.number("num_epochs", num_epochs, low=1, integer=True)
        self.seed = seed

    def fit(self, X, y):
        """Learn from examples X of shape (batch, n) and labels y of shape (batch,), 0 or 1; return the perceptron."""
        X = validate.array("X", X, ndim=2)
        y = labels("y", y, len(X))
        rng = np.random.default_rng(self.seed)
        self.w, self.b, self.mistakes = np.zeros(X.shape[1]), 0.0, []
        for _ in range(self.num_epochs):
            wrong = 0
            for i in rng.permutation(len(X)):
                error = y[i] - (X[i] @ self.w + self.b > 0)  # 1: too low, −1: too high, 0: right
                if error:
                    self.w += error * X[i]
                    self.b += error
                    wrong += 1
            self.mistakes.append(wrong)
            if not wrong:
                break
        return self

    def predict(self, X):
        """Return 0 or 1 for each row of X."""
        return neuron_forward(X, self.w, self.b, "step")


def leaky_integrate_and_fire(current, *, step_ms=0.1, time_constant_ms=20.0, threshold_mv=15.0, resistance=10.0):
    """Return the membrane potential over time and the times of the spikes of a leaky integrate-and-fire neuron.

    The membrane charges with the current and leaks; at the threshold it fires and starts again from rest.

    Parameters
    ----------
    current : array_like of shape (steps,)
        Input current in nA at each time step.
    step_ms : float
        Length of a time step in ms.
    time_constant_ms : float
        How fast the membrane leaks: the larger, the slower.
    threshold_mv : float
        Potential above rest at which it fires.
    resistance : float
        Of the membrane, in MΩ; MΩ times nA is mV.

    Returns
    -------
    potential : numpy.ndarray of shape (steps,)
        In mV above rest.
    spikes : numpy.ndarray
        Times in ms.

    Examples
    --------
    >>> potential, spikes = leaky_integrate_and_fire(np.full(2000, 1.0))  # 200 ms at 1 nA: never reaches 15 mV
    >>> len(spikes), round(float(potential.max()), 1)
    (0, 10.0)
    >>> len(leaky_integrate_and_fire(np.full(2000, 3.0))[1])
    14
    """
    current = validate.array("current", current, ndim=1)
    step_ms = validate.number("step_ms", step_ms, low=1e-6)
    time_constant_ms = validate.number("time_constant_ms", time_constant_ms, low=step_ms)
    potential, spikes, now = np.empty(len(current)), [], 0.0
    for i, one in enumerate(current):
        now += step_ms / time_constant_ms * (resistance * one - now)
        potential[i] = now
        if now >= threshold_mv:
            spikes.append(i * step_ms)
            now = 0.0
    return potential, np.array(spikes)


def labels(name, y, length):
    """Return `y` as an array of 0 and 1, or say what else it holds.

    Examples
    --------
    >>> labels("y", [True, False], 2)
    array([1., 0.])
    """
    y = validate.array(name, y, ndim=1, length=length)
    other = np.setdiff1d(y, [0.0, 1.0])
    if len(other):
        raise ValueError(f"{name}: expected labels 0 and 1, got {other[0]:g}.")
    return y
