"""Outputs side by side: brought to one plain form, compared within a tolerance, described in few characters.

A right answer may come as a list, a tuple, a NumPy array of any dtype, a torch tensor with gradients or a pandas
column. So both sides become plain first: NumPy arrays for whatever is regular and numeric, tuples and dictionaries of
plain values otherwise.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

# Single and half precision can't be held to a tolerance made for double precision.
_TOLERANCE_OF_WIDTH = {4: 2e-5, 2: 1e-2}
_DEEPEST = 20


@dataclass(frozen=True)
class Strange:
    """Something that has no plain form, such as a generator or an object; only named, never consumed."""

    kind: str


def plain(value: Any, _depth: int = 0) -> Any:
    """Return `value` as an array, a text, None, ``...``, or tuples and dictionaries of those; a copy in any case."""
    if value is None or value is ... or isinstance(value, str):
        return value
    if _depth > _DEEPEST:
        return Strange("a very deeply nested list")
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        return _from_tensor(value)
    if isinstance(value, Mapping):
        return {key: plain(item, _depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | range | type({}.keys()) | type({}.values())):
        return _from_sequence(value, _depth)
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    if isinstance(value, bool | int | float | complex | np.generic | np.ndarray) or hasattr(value, "__array__"):
        return _from_array(np.array(value), _depth)
    if inspect.iscoroutine(value):
        value.close()  # else Python warns that it was never awaited
    return Strange(kind_of(value))


def _from_tensor(tensor: Any) -> np.ndarray:
    tensor = tensor.detach().cpu()
    if "bfloat16" in str(tensor.dtype):  # NumPy has none; half precision is as wide
        tensor = tensor.float()
        return np.array(tensor.numpy()).astype(np.float16 if float(tensor.abs().max()) < 6e4 else np.float32)
    return np.array(tensor.resolve_conj().numpy())


def _from_sequence(values: Any, depth: int) -> Any:
    items = [plain(item, depth + 1) for item in values]
    arrays = all(isinstance(item, np.ndarray) for item in items)
    if arrays and (not isinstance(values, tuple) or all(item.ndim == 0 for item in items)):
        if len({item.shape for item in items}) <= 1:
            return np.array(items) if items else np.array([], dtype=float)
    return tuple(items)


def _from_array(values: np.ndarray, depth: int) -> Any:
    if values.dtype.kind != "O":
        return values
    if values.ndim == 0:
        item = values.item()
        return Strange(kind_of(item)) if not isinstance(item, int | float) else np.array(float(item))
    return _from_sequence(list(values), depth)


def holds_blank(value: Any) -> bool:
    """Whether a plain value is, or holds, a ``...`` that was left in place."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        return any(holds_blank(item) for item in value)
    return value is ...


def difference(expected: Any, came: Any, tolerance: float) -> str | None:
    """Return None where two plain values agree; otherwise say what was expected and what came."""
    if isinstance(expected, np.ndarray):
        if isinstance(came, tuple):
            came = _stacked(came)
        return _arrays_differ(expected, came, tolerance)
    if isinstance(expected, tuple):
        return _tuples_differ(expected, came, tolerance)
    if isinstance(expected, Mapping):
        return _mappings_differ(expected, came, tolerance)
    if type(expected) is type(came) and expected == came:
        return None
    return f"expected {short(expected)}, came {described(came)}"


def _stacked(items: tuple) -> Any:
    if items and all(isinstance(i, np.ndarray) for i in items) and len({i.shape for i in items}) == 1:
        return np.array(items)
    return items


def _tuples_differ(expected: tuple, came: Any, tolerance: float) -> str | None:
    if isinstance(came, np.ndarray) and came.ndim:
        came = tuple(came)
    if not isinstance(came, tuple):
        return f"expected {len(expected)} things (a tuple), came {described(came)}"
    if len(came) != len(expected):
        return f"expected {len(expected)} things (a tuple), came {len(came)}"
    for n, (one, other) in enumerate(zip(expected, came, strict=True), 1):
        reason = difference(one, np.asarray(other) if isinstance(other, np.generic) else other, tolerance)
        if reason:
            return f"in item {n} of {len(expected)}: {reason}"
    return None


def _mappings_differ(expected: Mapping, came: Any, tolerance: float) -> str | None:
    if not isinstance(came, Mapping):
        return f"expected a dictionary with the keys {_keys(expected)}, came {described(came)}"
    if set(came) != set(expected):
        return f"expected a dictionary with the keys {_keys(expected)}, came one with {_keys(came)}"
    for key in expected:
        reason = difference(expected[key], came[key], tolerance)
        if reason:
            return f"at the key {key!r}: {reason}"
    return None


def _keys(mapping: Mapping) -> str:
    return ", ".join(repr(key) for key in list(mapping)[:8]) or "(none)"


def _arrays_differ(expected: np.ndarray, came: Any, tolerance: float) -> str | None:
    if not isinstance(came, np.ndarray):
        return f"expected {described(expected)}, came {described(came)}"
    numeric = expected.dtype.kind in "biufc"
    if numeric != (came.dtype.kind in "biufc"):
        return f"expected {described(expected)}, came {described(came)}"
    if expected.shape != came.shape:
        return _shapes_differ(expected, came, tolerance)
    same = close(expected, came, tolerance) if numeric else expected == came
    if np.all(same):
        return None
    one, other = two_short(expected, came)
    if expected.ndim == 0:
        return f"expected {one}, came {other}"
    where = np.argwhere(~np.asarray(same))[0]
    position = ", ".join(str(int(i)) for i in where)
    first = two_short(expected[tuple(where)], came[tuple(where)])
    return (
        f"expected {one}, came {other}; they first differ at index [{position}]: expected {first[0]}, came {first[1]}"
    )


def _shapes_differ(expected: np.ndarray, came: np.ndarray, tolerance: float) -> str:
    sentence = f"expected {_shape(expected)}, came {_shape(came)}"
    if expected.dtype.kind in "biufc" and expected.size == came.size and expected.size:
        if np.all(close(expected.ravel(), came.ravel(), tolerance)):
            return f"{sentence}; the numbers agree, only the shape does not"
    return sentence


def _shape(value: np.ndarray) -> str:
    return "one number (shape ())" if value.ndim == 0 else f"shape {value.shape}"


def close(expected: np.ndarray, came: np.ndarray, tolerance: float) -> np.ndarray:
    """Return where two numeric arrays of one shape agree (NaN agrees with NaN)."""
    finite = np.abs(expected[np.isfinite(expected)])
    scale = float(finite.max()) if finite.size else 1.0
    absolute = tolerance * (min(scale, 1.0) or 1.0)  # relative to what is there: 1e-9 is not "about 0" among 1e-9s
    for values in (expected, came):
        if values.dtype.kind in "fc":
            width = values.dtype.itemsize // (2 if values.dtype.kind == "c" else 1)
            coarse = _TOLERANCE_OF_WIDTH.get(width, 0.0)
            if coarse > tolerance:
                tolerance, absolute = coarse, max(absolute, coarse * (scale or 1.0))
    expected, came = (v.astype(complex if v.dtype.kind == "c" else float) for v in (expected, came))
    with np.errstate(all="ignore"):
        return np.isclose(came, expected, rtol=tolerance, atol=absolute, equal_nan=True)


def kind_of(value: Any) -> str:
    """Name the kind of a value for a sentence: "a number", "a text", "a function"."""
    if value is None:
        return "nothing (None)"
    if isinstance(value, bool | np.bool_):
        return "True or False"
    if isinstance(value, int | float | complex | np.number):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if inspect.isgenerator(value):
        return "a generator (its values can be read only once: return a list or an array)"
    if inspect.isfunction(value) or inspect.isbuiltin(value) or inspect.ismethod(value):
        return "a function"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def described(value: Any) -> str:
    """Kind and short form of a plain value."""
    if isinstance(value, Strange):
        return value.kind
    if value is None:
        return "nothing (None)"
    if isinstance(value, str):
        return f"the text {short(value)}"
    if isinstance(value, Mapping):
        return f"a dictionary with the keys {_keys(value)}"
    if isinstance(value, tuple):
        return f"{len(value)} thing{'' if len(value) == 1 else 's'} of different kinds or lengths"
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "biufc":
            return f"values that are no numbers: {short(value)}"
        return f"the number {short(value)}" if value.ndim == 0 else f"numbers of shape {value.shape}: {short(value)}"
    return short(value)


def two_short(expected: Any, came: Any) -> tuple[str, str]:
    """Both values in few characters, with as many digits as it takes to see that they differ."""
    for digits in (4, 7, 10, 13, 17):
        one, other = short(expected, digits), short(came, digits)
        if one != other:
            break
    return one, other


def short(value: Any, digits: int = 4, longest: int = 6) -> str:
    """Return a value in few characters: "[0, 0.5, 1, …, 30] (shape (40,))".

    Examples
    --------
    >>> short([0.123456, 2])
    '[0.1235, 2]'
    """
    if hasattr(value, "detach") or isinstance(value, np.generic | list | tuple | range):
        value = plain(value)
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return _number(value.item(), digits)
        more = value.shape[0] > longest or (value.ndim > 1 and value.size > 3 * longest)
        return _rows(value, digits, longest) + (f" (shape {value.shape})" if more else "")
    if isinstance(value, tuple):
        items = [short(item, digits, longest) for item in value[:longest]]
        return f"({', '.join(items)}{', …' if len(value) > longest else ''})"
    if isinstance(value, Mapping):
        items = [f"{k!r}: {short(v, digits, longest)}" for k, v in list(value.items())[:longest]]
        return f"{{{', '.join(items)}{', …' if len(value) > longest else ''}}}"
    if isinstance(value, bool | int | float | complex):
        return _number(value, digits)
    if isinstance(value, Strange):
        return value.kind
    if callable(value):
        return getattr(value, "__name__", "a function")
    text = repr(value) if not isinstance(value, str) else f"'{value}'"
    if " at 0x" in text:  # an address says nothing and changes from run to run
        text = kind_of(value)
    return text if len(text) <= 60 else text[:57] + "…" + text[-1]


def _rows(values: np.ndarray, digits: int, longest: int) -> str:
    def one(item: Any) -> str:
        return _rows(item, digits, longest) if isinstance(item, np.ndarray) and item.ndim else _number(item, digits)

    if len(values) <= longest:
        return "[" + ", ".join(one(item) for item in values) + "]"
    head = ", ".join(one(item) for item in values[:3])
    return f"[{head}, …, {one(values[-1])}]"


def _number(value: Any, digits: int) -> str:
    value = value.item() if isinstance(value, np.generic | np.ndarray) else value
    if isinstance(value, bool | int):
        return str(value) if len(str(value)) < 40 else f"{str(value)[:10]}… ({len(str(value))} digits)"
    if isinstance(value, float):
        return "NaN" if value != value else f"{value + 0.0:.{digits}g}"
    if isinstance(value, complex):
        return f"{value:.{digits}g}"
    return repr(value)


def size_of(value: Any) -> int:
    """Count the single values in an input, to find the smallest case."""
    if isinstance(value, Mapping):
        return 1 + sum(size_of(item) for item in value.values())
    if isinstance(value, list | tuple):
        return 1 + sum(size_of(item) for item in value)
    if isinstance(value, str):
        return len(value)
    size = getattr(value, "size", None)
    if callable(size):  # torch
        size = value.numel()
    return int(size) if isinstance(size, int | np.integer) else 1


def identical(one: Any, other: Any) -> bool:
    """Whether two inputs still hold exactly the same values."""
    one, other = plain(one), plain(other)
    if isinstance(one, Strange) or isinstance(other, Strange):
        return True  # nothing can be said
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        if one.shape != other.shape:
            return False
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(identical, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return list(one) == list(other) and all(identical(one[key], other[key]) for key in one)
    return type(one) is type(other) and one == other
