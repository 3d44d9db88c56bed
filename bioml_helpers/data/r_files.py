"""Read a data frame out of an R file (``.rda``, XDR format): whole numbers, numbers, texts and factors.

The format is R's own serialisation (R Internals, section 1.8): each item begins with a word of 32 bits whose lowest
byte is the item's kind, and whose bits 9 and 10 say whether attributes and a tag follow. Nothing is ever executed.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

_SYMBOL, _PAIRS, _CHARACTERS, _LOGICAL, _INTEGER, _REAL, _STRINGS, _LIST = 1, 2, 9, 10, 13, 14, 16, 19
_NULL, _SEEN = 254, 255
_OPENERS = {b"BZ": bz2.open, b"\x1f\x8b": gzip.open, b"\xfd7": lzma.open}


class Vector(list):
    """A list of R, with its attributes (names, class, levels)."""

    attributes: dict[str, Any]


def read_data_frame(path: str | Path, name: str) -> pd.DataFrame:
    """Return the data frame called `name` that an ``.rda`` file holds; a factor becomes a column of texts.

    Raises
    ------
    ValueError
        If the file is not an R file of this format, or holds no data frame of that name.
    """
    path = Path(path)
    content = path.read_bytes()
    opener = _OPENERS.get(content[:2])
    if opener:
        with opener(path) as stream:
            content = stream.read()
    if not content.startswith(b"RDX2\nX\n"):
        raise ValueError(f"{path.name}: expected an R file that begins with RDX2, got {content[:7]!r}.")
    found = _Reader(content, start=7 + 12).item()  # twelve bytes tell versions
    if not isinstance(found, dict) or not isinstance(found.get(name), Vector):
        raise ValueError(
            f"{path.name}: expected a data frame named {name!r}, got {found if found is None else list(found)}."
        )
    frame = found[name]
    return pd.DataFrame(
        {column: _column(values) for column, values in zip(frame.attributes["names"], frame, strict=True)}
    )


def _column(values: Vector) -> np.ndarray:
    levels = values.attributes.get("levels")
    if levels is None:
        return np.array(values)
    return np.array(levels, dtype=object)[np.array(values) - 1]  # R counts from 1


class _Reader:
    """Walks through the bytes, item by item."""

    def __init__(self, content: bytes, start: int) -> None:
        self.content, self.at = content, start
        self.symbols: list[str] = []

    def numbers(self, code: str, count: int = 1) -> tuple:
        values = struct.unpack_from(f">{count}{code}", self.content, self.at)
        self.at += struct.calcsize(f">{count}{code}")
        return values

    def item(self) -> Any:
        (flags,) = self.numbers("I")
        kind, attributes = flags & 0xFF, bool(flags & 0x200)
        if kind == _NULL:
            return None
        if kind == _SEEN:
            return self.symbols[(flags >> 8) - 1]
        if kind == _SYMBOL:
            self.symbols.append(self.item())
            return self.symbols[-1]
        if kind == _CHARACTERS:
            return self.characters()
        if kind == _PAIRS:
            return self.pairs(flags)
        return self.vector(kind, attributes)

    def characters(self) -> str | None:
        (length,) = self.numbers("i")
        if length < 0:
            return None
        self.at += length
        return self.content[self.at - length : self.at].decode("utf-8")

    def pairs(self, flags: int) -> dict:
        """A pair list: tag and value, then the rest of the list in its place."""
        found = {}
        while flags & 0xFF == _PAIRS:
            if flags & 0x200:
                self.item()
            tag = self.item() if flags & 0x400 else None
            found[tag] = self.item()
            (flags,) = self.numbers("I")
        return found

    def vector(self, kind: int, attributes: bool) -> Vector:
        (length,) = self.numbers("i")
        if kind in (_STRINGS, _LIST):
            values = Vector(self.item() for _ in range(length))
        elif kind in (_INTEGER, _LOGICAL):
            values = Vector(self.numbers("i", length))
        elif kind == _REAL:
            values = Vector(self.numbers("d", length))
        else:
            raise ValueError(f"R file: expected vectors, texts and lists, got an item of kind {kind}.")
        values.attributes = (self.item() or {}) if attributes else {}
        return values
