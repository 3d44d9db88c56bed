"""The catalogue: what each data set is, where its files come from, and what they must look like.

``data/catalogue.toml`` holds one table a data set. Keys of a table:

=================  ===================================================================================================
``title``          What the learner reads first.
``row``            What one row (or image, or sequence) is.
``rows``           How many there are; a loader that finds another number stops.
``columns``        A table: column -> ``{unit, meaning}``.
``folder``         Folder inside ``BIOML_DATA_DIR`` and inside the cache.
``source``         Whom the files come from, in words.
``licence``        As stated at the source; what is unknown is said to be unknown.
``citation``       A list; with DOI where it was confirmed.
``made``           How the data came about.
``known_problems`` A list of sentences.
``stand_in``       What is used where the real files cannot be had.
``balance``        Optional: the column whose counts the card shows.
``shipped``        Optional, ``true``: the values are in the package itself, no file is needed.
``library``        Optional: the library of the course that holds the values; no file is needed.
``files``          A list of ``{name, sha256, bytes, urls}``: URLs in order, https only.
``manifest``       For folders of many files, instead of ``files``: a text file beside the catalogue with one
                   ``sha256  bytes  name`` a line, each file to be had at ``base_urls`` + name.
``archive``        With ``manifest`` or ``files`` without ``urls``: ``{urls, max_bytes, strip}``; the files are taken
                   out of this zip or tar archive (``strip`` is its leading folder, or a list of folders of which one
                   holds the file) and checked one by one, because code hosts pack archives anew and their own hash
                   may change.
``packed``         With ``manifest``: a tar archive that may lie in the folder instead of the loose files; what it
                   holds under the catalogue's names is taken out into the cache, and each file is checked.
=================  ===================================================================================================
"""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]
_REQUIRED = ("title", "row", "rows", "columns", "folder", "source", "licence", "citation", "made", "known_problems")
_OPTIONAL = ("stand_in", "balance", "shipped", "library", "files", "manifest", "base_urls", "archive", "packed")


class CatalogueError(ValueError):
    """The catalogue itself is wrong; the message names file, table and key."""


@dataclass(frozen=True)
class File:
    """One file: its name inside the folder (with ``/``), its hash, its size and where it can be had."""

    name: str
    sha256: str
    bytes: int
    urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Archive:
    """A zip or tar archive that holds the files of a data set."""

    urls: tuple[str, ...]
    max_bytes: int
    strip: tuple[str, ...] = ("",)


@dataclass(frozen=True)
class Entry:
    """One data set of the catalogue."""

    name: str
    title: str
    row: str
    rows: int
    units: dict[str, str]
    columns: dict[str, str]
    folder: str
    source: str
    licence: str
    citation: tuple[str, ...]
    made: str
    known_problems: tuple[str, ...]
    stand_in: str = ""
    balance: str = ""
    shipped: bool = False
    library: str = ""
    files: tuple[File, ...] = ()
    archive: Archive | None = field(default=None)
    packed: str = ""

    @property
    def at_hand(self) -> bool:
        """Whether no file is needed: the values are in the package itself, or in a library it needs anyway."""
        return self.shipped or bool(self.library)

    def path_of(self, file: File) -> str:
        """Where the file lies inside a data folder, for example ``rdatasets_curves/datasets_DNase.csv``."""
        return f"{self.folder}/{file.name}"


def catalogue_folder() -> Path:
    """Return the folder that holds ``catalogue.toml``: inside an installed package, else beside it in the clone."""
    installed = PACKAGE / "_data"
    return installed if (installed / "catalogue.toml").is_file() else PACKAGE.parent / "data"


@functools.cache
def catalogue() -> dict[str, Entry]:
    """Return the course's catalogue, data-set name -> `Entry` (read once)."""
    return read_catalogue(catalogue_folder() / "catalogue.toml")


def read_catalogue(path: str | Path) -> dict[str, Entry]:
    """Read and check a catalogue.

    Parameters
    ----------
    path : path
        A TOML file with one table a data set.

    Returns
    -------
    dict of str to Entry
        In the order of the file.

    Raises
    ------
    CatalogueError
        If the file is missing, is not TOML, or a table is wrong; the message names the table and the key.

    Examples
    --------
    >>> list(read_catalogue(catalogue_folder() / "catalogue.toml"))[:1]
    ['ryegrass']
    """
    path = Path(path)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(f"{path}: the catalogue cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: expected TOML in UTF-8 ({error}).") from None
    return {name: _entry(_Table(path, name, table)) for name, table in tables.items()}


class _Table:
    """A table that knows its own address, so that each complaint can name it."""

    def __init__(self, path: Path, where: str, values: Any) -> None:
        self.path, self.where, self.values = path, where, values
        if not isinstance(values, dict):
            raise CatalogueError(f"{path}: [{where}]: expected a table, got {values!r}.")

    def wrong(self, key: str, expected: str) -> CatalogueError:
        came = repr(self.values[key]) if key in self.values else "nothing"
        return CatalogueError(f"{self.path}: [{self.where}] {key}: expected {expected}, got {came}.")

    def get(self, key: str, kind: type, default: Any = None) -> Any:
        """Return the value if it is of the kind; `default` None makes the key required."""
        if key not in self.values and default is not None:
            return default
        value = self.values.get(key)
        empty = kind in (str, list, dict) and not value
        # bool is an int in Python, but `rows = true` is a slip
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)) or (default is None and empty):
            words = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}
            raise self.wrong(key, words[kind] + (" that is not empty" if kind in (str, list, dict) else ""))
        return value

    def texts(self, key: str, default: Any = None) -> tuple[str, ...]:
        values = self.get(key, list, default)
        if not all(isinstance(value, str) and value for value in values):
            raise self.wrong(key, "a list of texts")
        return tuple(values)

    def urls(self, key: str = "urls", default: Any = None) -> tuple[str, ...]:
        urls = self.texts(key, default)
        if not all(url.startswith("https://") for url in urls):
            raise self.wrong(key, "addresses that begin with https://")
        return urls

    def count(self, key: str) -> int:
        value = self.get(key, int)
        if value < 1:
            raise self.wrong(key, "at least 1")
        return value

    def only(self, known: tuple[str, ...]) -> None:
        for key in self.values:
            if key not in known:
                raise CatalogueError(f"{self.path}: [{self.where}] {key}: not a key; known are {', '.join(known)}.")

    def inner(self, key: str, value: Any) -> _Table:
        return _Table(self.path, f"{self.where}.{key}", value)


def _entry(table: _Table) -> Entry:
    table.only(_REQUIRED + _OPTIONAL)
    described = {column: _column(table, column, about) for column, about in table.get("columns", dict).items()}
    archive = _archive(table.inner("archive", table.get("archive", dict))) if "archive" in table.values else None
    shipped, library = table.get("shipped", bool, False), table.get("library", str, "")
    entry = Entry(
        name=table.where,
        **{key: table.get(key, str) for key in ("title", "row", "source", "licence", "made")},
        rows=table.count("rows"),
        units={column: unit for column, (unit, _) in described.items()},
        columns={column: meaning for column, (_, meaning) in described.items()},
        folder=_relative(table, "folder"),
        citation=table.texts("citation"),
        known_problems=table.texts("known_problems"),
        stand_in=table.get("stand_in", str, ""),
        balance=table.get("balance", str, ""),
        shipped=shipped,
        library=library,
        files=() if library else _files(table, from_archive=archive is not None),
        archive=archive,
        packed=_relative(table, "packed") if "packed" in table.values else "",
    )
    if entry.balance and entry.balance not in entry.columns:
        raise table.wrong("balance", f"one of the columns {', '.join(entry.columns)}")
    if not entry.at_hand and not entry.stand_in:
        raise table.wrong("stand_in", "what is used where the real files cannot be had")
    return entry


def _column(table: _Table, column: str, about: Any) -> tuple[str, str]:
    inner = table.inner(f"columns.{column}", about)
    inner.only(("unit", "meaning"))
    return inner.get("unit", str, ""), inner.get("meaning", str)


def _files(table: _Table, *, from_archive: bool) -> tuple[File, ...]:
    if "manifest" in table.values:
        return _manifest(table, from_archive=from_archive)
    files = []
    for number, values in enumerate(table.get("files", list), start=1):
        file = table.inner(f"files {number}", values)
        file.only(("name", "sha256", "bytes", "urls"))
        urls = file.urls(default=[] if from_archive else None)
        files.append(File(_relative(file, "name"), _sha256(file, "sha256"), file.count("bytes"), urls))
    names = [file.name for file in files]
    for name in names:
        if names.count(name) > 1:
            raise CatalogueError(f"{table.path}: [{table.where}] files: the name {name!r} comes twice.")
    return tuple(files)


def _manifest(table: _Table, *, from_archive: bool) -> tuple[File, ...]:
    path = table.path.parent / _relative(table, "manifest")
    bases = table.urls("base_urls", default=[] if from_archive else None)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{table.path}: [{table.where}] manifest: {path} cannot be read ({error}).") from None
    files = []
    for number, line in enumerate(lines, start=1):
        parts = line.split(maxsplit=2)
        if not parts or line.startswith("#"):
            continue
        if len(parts) != 3 or not parts[1].isdigit():
            raise CatalogueError(f"{path}: line {number}: expected 'sha256  bytes  name', got {line!r}.")
        values = {"sha256": parts[0], "bytes": int(parts[1]), "name": parts[2]}
        row = _Table(path, f"line {number}", values)
        name = _relative(row, "name")
        files.append(File(name, _sha256(row, "sha256"), row.count("bytes"), tuple(base + name for base in bases)))
    if not files:
        raise CatalogueError(f"{path}: expected at least one line 'sha256  bytes  name', got none.")
    return tuple(files)


def _archive(table: _Table) -> Archive:
    table.only(("urls", "max_bytes", "strip"))
    several = isinstance(table.values.get("strip"), list)
    strip = table.texts("strip") if several else (table.get("strip", str, ""),)
    return Archive(table.urls(), table.count("max_bytes"), strip)


def _relative(table: _Table, key: str) -> str:
    """A path below a data folder: it may not climb out of it."""
    value = table.get(key, str)
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or "\\" in value or ":" in value or str(path) != value:
        raise table.wrong(key, "a plain relative path with '/' and without '..'")
    return value


def _sha256(table: _Table, key: str) -> str:
    value = table.get(key, str)
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise table.wrong(key, "64 hexadecimal digits in lower case")
    return value
