"""From scratch: a broken line written as a sum of ReLUs, and how such a sum learns by gradient descent.

One hidden layer of ReLU neurons computes, for one number x,

    f(x) = c + v₁·ReLU(w₁·x + b₁) + … + vₙ·ReLU(wₙ·x + bₙ)

Chapter 1 builds it twice: by hand from knots (`knots_to_relu`, `relu_sum`), and by training
(`forward`, `gradients`, `descend`).  References: Cybenko 1989, https://doi.org/10.1007/BF02551274;
Leshno et al. 1993, https://doi.org/10.1016/S0893-6080(05)80131-5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bioml_helpers.data import validate


def relu(z):
    """Return `z` where it is positive and 0 elsewhere.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    return np.maximum(0.0, validate.array("z", z))


def relu_sum(x, w, b, c=0.0):
    """Return c + Σᵢ wᵢ·ReLU(x + bᵢ): a broken line that bends at x = −bᵢ.

    Parameters
    ----------
    x : array_like of any shape
        Places at which to compute the sum.
    w, b : array_like of shape (n,)
        `w` holds the change of slope at each bend, `b` where it is (bend i is at −bᵢ).
    c : float
        Value to the left of every bend.

    Returns
    -------
    numpy.ndarray of the shape of `x`

    Raises
    ------
    ValueError
        If `w` and `b` differ in length or anything is not a finite number.

    Examples
    --------
    >>> relu_sum([0, 1, 3], w=[2, -2], b=[-1, -2], c=5)
    array([5., 5., 7.])
    """
    x = validate.array("x", x)
    w = validate.array("w", w, ndim=1)
    b = validate.array("b", b, ndim=1, length=len(w))
    terms = w * relu(x[..., None] + b)  # (*x.shape, n)
    return validate.number("c", c) + terms.sum(axis=-1)  # x.shape


def knots_to_relu(knots, values):
    """Turn a broken line, given by its knots, into the weights of a sum of ReLUs.

    A line bends where its slope changes, so each weight is the *change* of slope at a knot.

    Parameters
    ----------
    knots : array_like of shape (n + 1,)
        Ascending x of the knots.
    values : array_like of shape (n + 1,)
        Height of the line at each knot.

    Returns
    -------
    w : numpy.ndarray of shape (n,)
        Change of slope at each knot but the last; the line is flat before the first.
    b : numpy.ndarray of shape (n,)
        Minus the knots.
    c : float
        Height at the first knot.

    Raises
    ------
    ValueError
        If there are fewer than two knots, they do not ascend, or the lengths differ.

    Notes
    -----
    ``relu_sum(x, w, b, c)`` equals ``np.interp(x, knots, values)`` up to the last knot. Beyond it the
    sum goes on along the last piece, for ever.

    Examples
    --------
    >>> w, b, c = knots_to_relu([0, 1, 3], [5, 5, 9])
    >>> w, b, c
    (array([0., 2.]), array([-0., -1.]), 5.0)
    """
    knots = validate.array("knots", knots, ndim=1, at_least=2)
    values = validate.array("values", values, ndim=1, length=len(knots))
    if (np.diff(knots) <= 0).any():
        raise ValueError(f"knots: expected ascending values, got {knots.tolist()}.")
    slopes = np.diff(values) / np.diff(knots)  # (n,) one slope a piece
    changes = np.diff(slopes, prepend=0.0)  # (n,) the line arrives flat, so the first change is the first slope
    return changes, -knots[:-1], float(values[0])


def noise_floor(dose, response) -> float:
    """Return the smallest residual sum of squares that any function of `dose` can reach on these data.

    Replicates share one dose, and a function gives one value for one dose; the best value is their mean.

    Parameters
    ----------
    dose : array_like of shape (n,)
        Values that are equal count as replicates.
    response : array_like of shape (n,)
        In any unit; the result is in that unit squared.

    Examples
    --------
    >>> noise_floor([1, 1, 2], [4.0, 6.0, 9.0])  # (4 − 5)² + (6 − 5)² + 0
    2.0
    """
    dose = validate.array("dose", dose, ndim=1)
    response = validate.array("response", response, ndim=1, length=len(dose))
    _, group = np.unique(dose, return_inverse=True)
    means = np.bincount(group, response) / np.bincount(group)  # (n_doses,)
    return float(((response - means[group]) ** 2).sum())


@dataclass
class Weights:
    """Parameters of one hidden layer of `n` ReLU neurons with one input and one output.

    Attributes
    ----------
    w, b, v : numpy.ndarray of shape (n,)
        Weight and bias into each neuron, weight out of it.
    c : float
        Bias of the output.
    """

    w: np.ndarray
    b: np.ndarray
    v: np.ndarray
    c: float

    @classmethod
    def random(cls, n: int, seed: int) -> Weights:
        """Return random starting values: into a neuron from −1 to 1, out of it from −1/√n to 1/√n."""
        n = validate.number("n", n, low=1, integer=True)
        rng = np.random.default_rng(seed)
        small = n**-0.5
        return cls(
            rng.uniform(-1, 1, n), rng.uniform(-1, 1, n), rng.uniform(-small, small, n), rng.uniform(-small, small)
        )

    def as_list(self) -> list:
        """Return the four parameters in the order w, b, v, c."""
        return [self.w, self.b, self.v, self.c]


def forward(x, weights: Weights) -> np.ndarray:
    """Return the network's output f(x) for each x.

    Parameters
    ----------
    x : array_like of shape (n_examples,)
    weights : Weights

    Returns
    -------
    numpy.ndarray of shape (n_examples,)

    Examples
    --------
    >>> forward([0.0, 2.0], Weights(w=np.array([1.0]), b=np.array([-1.0]), v=np.array([3.0]), c=0.5))
    array([0.5, 3.5])
    """
    x = validate.array("x", x, ndim=1)
    hidden = relu(x[:, None] * weights.w + weights.b)  # (n_examples, n)
    return hidden @ weights.v + weights.c  # (n_examples,)


def gradients(x, y, weights: Weights) -> tuple[float, Weights]:
    """Return the mean squared error and its derivative by each parameter, by the chain rule.

    Parameters
    ----------
    x, y : array_like of shape (n_examples,)
    weights : Weights

    Returns
    -------
    loss : float
        Mean squared error, in the unit of `y` squared.
    slopes : Weights
        For each parameter, how fast the loss grows when that parameter grows.

    Examples
    --------
    >>> loss, slopes = gradients([2.0], [1.0], Weights(np.array([1.0]), np.array([0.0]), np.array([1.0]), 0.0))
    >>> loss, slopes.c
    (1.0, 2.0)
    """
    x = validate.array("x", x, ndim=1)
    y = validate.array("y", y, ndim=1, length=len(x))
    before = x[:, None] * weights.w + weights.b  # (n_examples, n)
    hidden = np.maximum(0.0, before)  # (n_examples, n)
    error = hidden @ weights.v + weights.c - y  # (n_examples,)
    # 1 how the loss changes with each output
    d_output = 2 * error / len(x)  # (n_examples,)
    # 2 how it changes with each neuron before its ReLU: nothing passes where the neuron is off
    d_before = d_output[:, None] * weights.v * (before > 0)  # (n_examples, n)
    # 3 collect over the examples
    slopes = Weights(
        w=(d_before * x[:, None]).sum(axis=0),
        b=d_before.sum(axis=0),
        v=hidden.T @ d_output,
        c=float(d_output.sum()),
    )
    return float((error**2).mean()), slopes


def descend(x, y, weights: Weights, *, learning_rate=0.01, momentum=0.9, num_steps=2000):
    """Train by gradient descent with momentum; return the new weights and the loss at each step.

    Parameters
    ----------
    x, y : array_like of shape (n_examples,)
    weights : Weights
        The start; it is not changed.
    learning_rate : float
        Length of a step along the slope.
    momentum : float in [0, 1)
        Part of the last step that is taken again: a ball that keeps rolling.
    num_steps : int

    Returns
    -------
    weights : Weights
    losses : numpy.ndarray of shape (num_steps,)

    Raises
    ------
    FloatingPointError
        If the loss stops being a finite number; the message says at which step and what to change.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 21)
    >>> _, losses = descend(x, np.abs(x), Weights.random(10, seed=0))
    >>> bool(losses[-1] < losses[0] / 10)
    True
    """
    learning_rate = validate.number("learning_rate", learning_rate, low=0)
    momentum = validate.number("momentum", momentum, low=0, high=1)
    now = [np.array(p, dtype=float) for p in weights.as_list()]
    velocity = [np.zeros_like(p) for p in now]
    losses = np.empty(validate.number("num_steps", num_steps, low=1, integer=True))
    for step in range(len(losses)):
        with np.errstate(over="ignore", invalid="ignore"):  # the sentence below says it better
            losses[step], slopes = gradients(x, y, Weights(*now))
        if not np.isfinite(losses[step]):
            raise FloatingPointError(
                f"The loss became {losses[step]} at step {step}; try a learning_rate below {learning_rate:g}."
            )
        velocity = [momentum * v - learning_rate * s for v, s in zip(velocity, slopes.as_list(), strict=True)]
        now = [p + v for p, v in zip(now, velocity, strict=True)]
    return Weights(*now[:3], float(now[3])), losses
