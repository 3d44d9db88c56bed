"""What two processes say to each other that do not trust each other: JSON in frames, never a pickle.

Plain values travel as copies. A function or an object stays where it is; the other side gets a `Far` that asks for
each call. Both sides work alike, but what may be asked of them is theirs to decide (`Party.may_lend`, `Party.public`).
"""

from __future__ import annotations

import base64
import builtins
import inspect
import json
import os
import select
import struct
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

LONGEST = 64 * 2**20  # bytes of one message
_KINDS = "biufcUS"  # kinds of numbers and letters; an array of objects travels item by item
_PLAIN = (bool, int, float, str)


class Ended(Exception):
    """The other side is gone, was too slow, or sent what is no message."""


class TravelError(TypeError):
    """A value that can't travel as a copy and may not be lent."""


class Pipe:
    """Frames over two file descriptors: four bytes of length, then JSON."""

    def __init__(self, inward: int, outward: int):
        self.inward, self.outward = inward, outward

    def send(self, message: dict) -> None:
        body = json.dumps(message).encode()
        if len(body) > LONGEST:
            raise TravelError(f"a message of {len(body)} bytes; at most {LONGEST} may be sent.")
        left = memoryview(struct.pack(">I", len(body)) + body)
        try:
            while left:
                left = left[os.write(self.outward, left) :]
        except OSError as error:
            raise Ended("the other side is gone") from error

    def receive(self, until: float | None = None) -> dict:
        """Return the next message; `until` is a time of ``time.monotonic``."""
        (length,) = struct.unpack(">I", self._bytes(4, until))
        if length > LONGEST:
            raise Ended(f"a message of {length} bytes was announced")
        try:
            message = json.loads(self._bytes(length, until))
        except (ValueError, RecursionError) as error:
            raise Ended("what came is no message") from error
        if not isinstance(message, dict):
            raise Ended("what came is no message")
        return message

    def _bytes(self, count: int, until: float | None) -> bytes:
        parts, have = [], 0
        while have < count:
            if until is not None:
                ready, _, _ = select.select([self.inward], [], [], max(until - time.monotonic(), 0))
                if not ready:
                    raise Ended("too slow")
            part = os.read(self.inward, min(count - have, 2**20))
            if not part:
                raise Ended("the other side is gone")
            parts.append(part)
            have += len(part)
        return b"".join(parts)

    def close(self) -> None:
        for descriptor in (self.inward, self.outward):
            os.close(descriptor)


class Party:
    """One end of a conversation: sends, asks, answers.

    Parameters
    ----------
    pipe : Pipe
    may_lend : callable
        ``may_lend(thing)``: whether the other side may call this one of ours.
    data_too : bool
        Whether the other side may read attributes of what it was lent, or only call methods.
    """

    def __init__(self, pipe: Pipe, may_lend: Callable[[Any], bool], *, data_too: bool):
        self.pipe, self.may_lend, self.data_too = pipe, may_lend, data_too
        self.until: float | None = None
        self.waiting = False  # stays True where an answer never came
        self._lent: dict[int, Any] = {}

    # --- asking

    def ask(self, message: dict) -> Any:
        """Send one request and return its answer; requests of the other side are served meanwhile."""
        self.waiting = True
        self.pipe.send(message)
        while True:
            answer = self.pipe.receive(self.until)
            if "asks" in answer:
                self.pipe.send(self._served(answer))
                continue
            self.waiting = False
            if "raised" in answer:
                raise self._error(answer)
            return answer

    def call(self, number: int, name: str, arguments: tuple, named: Mapping) -> Any:
        """Call a thing of the other side (its method `name`, or itself where that is empty)."""
        packed = {"arguments": self.pack(tuple(arguments)), "named": self.pack(dict(named))}
        return self.unpack(self.ask({"asks": "call", "number": number, "name": name, **packed})["value"])

    def get(self, number: int, name: str) -> Any:
        """Read an attribute of a thing of the other side."""
        return self.unpack(self.ask({"asks": "get", "number": number, "name": name})["value"])

    def _error(self, answer: dict) -> BaseException:
        kind = getattr(builtins, str(answer["raised"]), None)
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            name = "".join(letter for letter in str(answer["raised"]) if letter.isalnum() or letter == "_")[:60]
            kind = type(name or "Error", (RuntimeError,), {})
        try:
            return kind(str(answer.get("says", ""))[:2000])
        except Exception:  # some errors want more than a text, such as UnicodeDecodeError
            return RuntimeError(str(answer.get("says", ""))[:2000])

    # --- answering

    def _served(self, request: dict) -> dict:
        try:
            thing = self._lent[int(request["number"])]
            name = str(request.get("name", ""))
            if name.startswith("_"):
                raise AttributeError(f"{name} is not public.")
            thing = getattr(thing, name) if name else thing
            if request["asks"] == "get":
                if not (self.data_too or callable(thing)):
                    raise AttributeError(f"{name} can't be read from here.")
                return {"value": self.pack(thing)}
            arguments, named = self.unpack(request["arguments"]), self.unpack(request["named"])
            return {"value": self.pack(self.run(thing, arguments, named))}
        except Ended:
            raise
        except BaseException as error:
            return {"raised": type(error).__name__, "says": said(error)}

    def run(self, thing: Callable, arguments: tuple, named: dict) -> Any:
        """Call one of our own things for the other side."""
        return thing(*arguments, **named)

    # --- values

    def pack(self, value: Any) -> Any:
        """Return a value as JSON: plain data as copies, anything else lent."""
        if value is None or type(value) in _PLAIN:
            return value
        if value is ...:
            return {"t": "blank"}
        if type(value) is complex:
            return {"t": "complex", "v": [value.real, value.imag]}
        if isinstance(value, list | tuple | set | frozenset):
            kind = next(one for one in (list, tuple, set, frozenset) if isinstance(value, one))
            return {"t": kind.__name__, "v": [self.pack(item) for item in value]}
        if isinstance(value, range):
            return {"t": "range", "v": [value.start, value.stop, value.step]}
        if isinstance(value, slice):
            return {"t": "slice", "v": [self.pack(one) for one in (value.start, value.stop, value.step)]}
        if isinstance(value, Mapping):
            return {"t": "dict", "v": [[self.pack(key), self.pack(item)] for key, item in value.items()]}
        if isinstance(value, np.generic) and value.dtype.kind in _KINDS:
            return {**_array(np.asarray(value)), "t": "scalar"}
        if isinstance(value, np.ndarray):
            if value.dtype.kind in _KINDS:
                return _array(value)
            if value.dtype.kind == "O":
                return {"t": "objects", "shape": value.shape, "v": [self.pack(item) for item in value.ravel()]}
        if isinstance(value, np.random.Generator):
            return {"t": "rng", "v": self.pack(value.bit_generator.state)}
        if isinstance(value, Far) and value._party is self:
            return {"t": "yours", "number": value._number}
        torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
        if torch is not None and isinstance(value, torch.Tensor) and value.dtype is not torch.bfloat16:
            grad = bool(value.requires_grad) and value.is_leaf
            return {**_array(value.detach().cpu().numpy()), "t": "tensor", "grad": grad}
        if pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series | pandas.Index):
            return self._table(value, pandas)
        return self._lend(value)

    def _table(self, value: Any, pandas: Any) -> dict:
        if isinstance(value, pandas.Index):
            return {"t": "index", "v": self.pack(value.to_numpy()), "name": self.pack(value.name)}
        index = self._table(value.index, pandas)
        if isinstance(value, pandas.Series):
            return {"t": "series", "v": self.pack(value.to_numpy()), "index": index, "name": self.pack(value.name)}
        columns = [self.pack(value.iloc[:, place].to_numpy()) for place in range(value.shape[1])]
        return {"t": "frame", "v": columns, "index": index, "names": self._table(value.columns, pandas)}

    def _lend(self, value: Any) -> dict:
        if inspect.ismodule(value) or not self.may_lend(value):
            raise TravelError(f"a {type(value).__name__} can't be handed over.")
        number = next((known for known, one in self._lent.items() if one is value), len(self._lent))
        self._lent[number] = value
        lent = {"t": "mine", "number": number, "kind": type(value).__name__, "calls": callable(value)}
        if callable(value):
            lent["takes"] = _parameters(value)
        return lent

    def unpack(self, packed: Any) -> Any:
        """Return the value; raises Ended where it is no packed value."""
        try:
            return self._unpack(packed)
        except Ended:
            raise
        except Exception as error:
            raise Ended(f"what came is no value ({type(error).__name__})") from error

    def _unpack(self, packed: Any) -> Any:
        if packed is None or type(packed) in _PLAIN:
            return packed
        kind, inside = packed["t"], packed.get("v")
        if kind in ("list", "tuple", "set", "frozenset"):
            made = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[kind]
            return made(self._unpack(item) for item in inside)
        if kind == "dict":
            return {self._unpack(key): self._unpack(item) for key, item in inside}
        if kind in ("array", "scalar", "tensor"):
            return _unpacked_array(packed)
        simple = {
            "blank": lambda: ...,
            "complex": lambda: complex(*inside),
            "range": lambda: range(*map(int, inside)),
            "slice": lambda: slice(*map(self._unpack, inside)),
            "objects": lambda: _objects([self._unpack(item) for item in inside], packed["shape"]),
            "rng": lambda: _generator(self._unpack(inside)),
            "yours": lambda: self._lent[int(packed["number"])],
            "mine": lambda: far(self, packed),
        }
        if kind in simple:
            return simple[kind]()
        return self._unpacked_table(packed)

    def _unpacked_table(self, packed: dict) -> Any:
        import pandas as pd

        if packed["t"] == "index":
            return pd.Index(self._unpack(packed["v"]), name=self._unpack(packed["name"]))
        index = self._unpack(packed["index"])
        if packed["t"] == "series":
            return pd.Series(self._unpack(packed["v"]), index=index, name=self._unpack(packed["name"]))
        if packed["t"] != "frame":
            raise ValueError(packed["t"])
        table = pd.DataFrame({place: self._unpack(column) for place, column in enumerate(packed["v"])}, index=index)
        table.columns = self._unpack(packed["names"])
        return table


class Far:
    """A thing of the other side: calls and public attributes are asked for there."""

    def __init__(self, party: Party, number: int, kind: str, calls: bool):
        self._party, self._number, self._kind, self._calls = party, number, kind, calls

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if not self._calls:
            raise TypeError(f"{self._kind!r} object is not callable")
        return self._party.call(self._number, "", arguments, named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._party.get(self._number, name)

    def __repr__(self) -> str:
        return f"<a {self._kind} of another process>"


def far(party: Party, packed: dict) -> Any:
    """Return a thing of the other side: a real function with its own parameters where it is callable."""
    thing = Far(party, int(packed["number"]), str(packed["kind"])[:60], bool(packed["calls"]))
    if not thing._calls or packed["kind"] not in ("function", "method", "builtin_function_or_method", "partial"):
        return thing

    def asked(*arguments: Any, **named: Any) -> Any:
        return thing(*arguments, **named)

    if packed.get("takes") is not None:
        kinds = list(inspect._ParameterKind)
        parameters = [
            inspect.Parameter(str(name), kinds[int(kind)], default=None if optional else inspect.Parameter.empty)
            for name, kind, optional in packed["takes"]
        ]
        asked.__signature__ = inspect.Signature(parameters)
    return asked


def said(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:  # a learner's own class of errors may be broken too
        return ""


def _parameters(function: Callable) -> list | None:
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return [[one.name, int(one.kind), one.default is not inspect.Parameter.empty] for one in found]


def _array(value: np.ndarray) -> dict:
    data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
    return {"t": "array", "dtype": value.dtype.str, "shape": list(value.shape), "v": data}


def _unpacked_array(packed: dict) -> Any:
    dtype = np.dtype(str(packed["dtype"]))
    if dtype.kind not in _KINDS:
        raise ValueError(dtype)
    array = np.frombuffer(base64.b64decode(packed["v"]), dtype=dtype).reshape(packed["shape"]).copy()
    if packed["t"] == "scalar":
        return array[()]
    if packed["t"] == "tensor":
        import torch

        return torch.from_numpy(array).requires_grad_(bool(packed["grad"]))
    return array


def _objects(items: list, shape: list) -> np.ndarray:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array.reshape(shape)


def _generator(state: dict) -> np.random.Generator:
    kinds = {"PCG64": np.random.PCG64, "MT19937": np.random.MT19937, "Philox": np.random.Philox}
    made = kinds[state["bit_generator"]]()
    made.state = state
    return np.random.Generator(made)
