"""Checks of what comes in: each failure is one sentence that says what came and what was expected."""

from __future__ import annotations

from typing import Any

import numpy as np


def array(
    name: str,
    value: Any,
    *,
    ndim: int | None = None,
    length: int | None = None,
    at_least: int = 1,
    finite: bool = True,
    integer: bool = False,
) -> np.ndarray:
    """Return `value` as a NumPy array of numbers, or say in one sentence why it is not one.

    Parameters
    ----------
    name : str
        The argument's name, as the caller wrote it; it begins the message.
    value : array_like
        A list, a NumPy array, a pandas column or a torch tensor (gradients are cut off).
    ndim : int, optional
        Number of dimensions expected.
    length : int, optional
        Exact length of the first dimension.
    at_least : int, optional
        Fewest values accepted (default 1, so an empty array is an error).
    finite : bool, optional
        Refuse NaN and infinity (default).
    integer : bool, optional
        Return ``int64`` and refuse numbers with a fractional part; otherwise return ``float64``.

    Returns
    -------
    numpy.ndarray
        A ``float64`` (or ``int64``) array; a new one whenever a conversion was needed.

    Raises
    ------
    TypeError
        If the values are not numbers.
    ValueError
        If the number of dimensions, the length, or the values themselves are not as expected.

    Examples
    --------
    >>> array("dose", [0, 1, 2], ndim=1)
    array([0., 1., 2.])
    >>> array("dose", [[0, 1]], ndim=1)
    Traceback (most recent call last):
    ...
    ValueError: dose: expected 1 dimension(s), got shape (1, 2).
    """
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = value.float() if str(value.dtype) == "torch.bfloat16" else value  # NumPy has no bfloat16
    try:
        raw = np.asarray(value)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name}: expected numbers of one regular shape, got {_kind(value)} ({error}).") from None
    if raw.dtype == object or raw.dtype.kind not in "biuf":
        raise TypeError(f"{name}: expected numbers, got {_kind(value)} with values of type {raw.dtype}.")
    if ndim is not None and raw.ndim != ndim:
        raise ValueError(f"{name}: expected {ndim} dimension(s), got shape {raw.shape}.")
    if raw.size < at_least:
        raise ValueError(f"{name}: expected at least {at_least} value(s), got {raw.size}.")
    if length is not None and (raw.ndim == 0 or raw.shape[0] != length):
        raise ValueError(f"{name}: expected length {length}, got shape {raw.shape}.")
    if finite and raw.dtype.kind == "f" and not np.isfinite(raw).all():
        where = np.argwhere(~np.isfinite(raw))[0].tolist()
        bad = raw[tuple(where)]
        raise ValueError(
            f"{name}: expected finite numbers, got {bad} at position {where} ({(~np.isfinite(raw)).sum()} in all)."
        )
    if not integer:
        return raw.astype(np.float64)
    if raw.dtype.kind == "f" and not np.equal(np.mod(raw, 1), 0).all():
        raise ValueError(f"{name}: expected whole numbers, got values such as {raw[np.mod(raw, 1) != 0].flat[0]}.")
    return raw.astype(np.int64)


def number(
    name: str, value: Any, *, low: float | None = None, high: float | None = None, integer: bool = False
) -> float:
    """Return `value` as one float (or int), within [`low`, `high`] where those are given.

    Raises
    ------
    TypeError, ValueError
        If `value` is not one finite number in the range; the message names `name`, what came and the range.

    Examples
    --------
    >>> number("pieces", 8, low=1, high=64, integer=True)
    8
    """
    if integer and type(value) is int:
        result = value  # the usual case, and layers ask in each step
    else:
        one = array(name, value, integer=integer)
        if one.size != 1:
            raise ValueError(f"{name}: expected one number, got {one.size} values of shape {one.shape}.")
        result = one.reshape(()).item()
    if (low is not None and result < low) or (high is not None and result > high):
        bounds = (
            f"at least {low}" if high is None else f"at most {high}" if low is None else f"between {low} and {high}"
        )
        raise ValueError(f"{name}: expected a number {bounds}, got {result}.")
    return result


def one_of(name: str, value: Any, choices) -> Any:
    """Return `value` if it is among `choices`; otherwise raise a ``ValueError`` that lists them.

    Examples
    --------
    >>> one_of("placement", "even", ["even", "best"])
    'even'
    """
    choices = list(choices)
    try:
        known = value in choices
    except ValueError:  # an array: its comparison has no single truth
        known = False
    if not known:
        raise ValueError(f"{name}: expected one of {', '.join(map(repr, choices))}, got {value!r}.")
    return value


def _kind(value: Any) -> str:
    return f"a {type(value).__name__}"
