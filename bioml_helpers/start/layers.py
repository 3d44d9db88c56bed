"""The mathematics of chapter 0: a dose-response curve and its slope, shapes read aloud, profiles without names."""

from __future__ import annotations

import numpy as np

from bioml_helpers.data import validate


def hill(x, ec50, n):
    """Return the Hill function, the share of the full effect at concentration `x`.

    Works on numbers, NumPy arrays and torch tensors, so autograd can go through it. Chapter 0, section *Build*.

    Parameters
    ----------
    x : number, array or tensor
        Concentration, at least 0.
    ec50 : number or tensor
        Concentration of half the effect, in the unit of `x`.
    n : number or tensor
        Hill coefficient, no unit: how steep the curve is.

    Returns
    -------
    same type as `x`
        From 0 to 1.

    Examples
    --------
    >>> hill(3.0, ec50=3.0, n=2)
    0.5
    """
    return x**n / (ec50**n + x**n)


def hill_slope(x, ec50, n):
    """Return the slope of :func:`hill` by the rules of calculus, for comparison with autograd.

    Examples
    --------
    >>> hill_slope(3.0, ec50=3.0, n=2)  # n / (4 · ec50) at the EC50
    0.16666666666666666
    """
    return n * x ** (n - 1) * ec50**n / (ec50**n + x**n) ** 2


def slope_at_ec50(ec50, n):
    """Return the slope of the Hill function at its EC50, by autograd.

    Parameters
    ----------
    ec50 : float
        Above 0.
    n : float
        Hill coefficient.

    Returns
    -------
    float
        Effect per unit of concentration.

    Raises
    ------
    ValueError
        If `ec50` is not above 0.

    Examples
    --------
    >>> slope_at_ec50(2.0, 4.0)
    0.5
    """
    import torch

    x = torch.tensor(validate.number("ec50", ec50, low=1e-300), dtype=torch.float64, requires_grad=True)
    effect = hill(x, float(ec50), float(n))
    effect.backward()
    return x.grad.item()


def mean_squared_error(prediction, y) -> float:
    """Return the mean squared difference, number by number, whatever columns or rows the two come as.

    Parameters
    ----------
    prediction, y : array_like of shape (n,) or (n, 1)

    Raises
    ------
    ValueError
        If the two do not hold equally many numbers.

    Examples
    --------
    >>> mean_squared_error([[1.0], [2.0]], [1.0, 4.0])
    2.0
    """
    prediction = np.asarray(prediction, float).reshape(-1)  # (n,)
    y = validate.array("y", np.asarray(y, float).reshape(-1), ndim=1, length=len(prediction))
    return float(((prediction - y) ** 2).mean())


def read_aloud(shape, names: str) -> str:
    """Say a shape in words, with the name of each axis.

    Parameters
    ----------
    shape : sequence of int
    names : str
        One name an axis, with blanks between, such as ``"batch channels length"``.

    Raises
    ------
    ValueError
        If there are more or fewer names than axes.

    Examples
    --------
    >>> read_aloud((32, 4, 57), "batch channels length")
    'batch 32, channels 4, length 57'
    """
    words, shape = names.split(), tuple(shape)
    if len(words) != len(shape):
        raise ValueError(
            f"names: expected one name an axis, got {len(words)} names for the {len(shape)} axes of {shape}."
        )
    return ", ".join(f"{word} {size}" for word, size in zip(words, shape, strict=True))


def variants_needed(num_people: int, seed: int = 0, most: int = 60) -> int:
    """Return after how many common variants no two of `num_people` have the same genotypes, without any name.

    Each variant is common (frequency one half) and inherited independently of the others, so a person has 0, 1 or 2
    copies with chances of one quarter, one half and one quarter. Chapter 0, section *Caution*.

    Raises
    ------
    ValueError
        If `most` variants do not suffice.

    Examples
    --------
    >>> variants_needed(1000)
    15
    """
    rng = np.random.default_rng(seed)
    group = np.zeros(num_people, dtype=np.int64)  # who still looks the same shares a number
    for count in range(1, most + 1):
        genotype = rng.binomial(2, 0.5, num_people)
        _, group = np.unique(3 * group + genotype, return_inverse=True)
        if group.max() + 1 == num_people:
            return count
    raise ValueError(f"most: {most} variants do not tell {num_people} people apart.")
