"""The verbs that chapters call: load, fetch, card, names."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd

from . import download, store
from .cards import Card
from .catalogue import Entry, catalogue
from .download import DataUnavailable
from .loaders import LOADERS

_failed: dict[str, str] = {}  # data set -> why its download failed: `load` tries once a process, `fetch` always


def names() -> list[str]:
    """Return the names that `load` knows.

    Examples
    --------
    >>> names()[:3]
    ['ryegrass', 'dnase', 'puromycin']
    """
    return list(catalogue())


def is_real_available(name: str) -> bool:
    """Return whether the real data are at hand: shipped, in BIOML_DATA_DIR or in the cache. Nothing is downloaded.

    Raises
    ------
    ValueError
        If there is no data set of that name.

    Examples
    --------
    >>> is_real_available("ryegrass")
    True
    """
    entry = _entry(name)
    try:
        return entry.at_hand or not store.locate(entry)[1]
    except store.DataFolderError:
        return False


def fetch(name: str, *, quiet: bool = False, downloader: download.Downloader | None = None) -> dict[str, Path]:
    """Make sure that the real files are at hand, and return where they are.

    Files are looked for in BIOML_DATA_DIR and in the cache; what is missing (or damaged) is downloaded into the cache
    over https with a progress bar. Size and sha256 are checked after the download. A download that breaks is
    started over, and says so; addresses are tried in the catalogue's order.

    Parameters
    ----------
    name : str
        One of `names`.
    quiet : bool
        No progress bar and no sentences.
    downloader : callable, optional
        Takes ``(url, path, None)`` and writes the file, as pooch's downloaders do (for other protocols, and for tests).

    Returns
    -------
    dict of str to pathlib.Path
        File name -> path. Empty for a data set that ships in the package or comes inside a library.

    Raises
    ------
    DataUnavailable
        If they cannot be had; the message says why and names the three ways out.
    DataFolderError
        If BIOML_DATA_DIR is no folder, or holds a file with the wrong content.
    ValueError
        If there is no data set of that name.

    Examples
    --------
    >>> fetch("ryegrass")
    {}
    """
    entry = _entry(name)
    if entry.at_hand:
        return {}
    paths = download.fetch_files(entry, quiet=quiet, downloader=downloader)
    _failed.pop(name, None)
    return paths


def load(name: str, *, stand_in: bool = False, quiet: bool = False) -> tuple[Any, Card]:
    """Load a data set: the real one where it can be had, else its stand-in, and one line that says so.

    Parameters
    ----------
    name : str
        One of `names`.
    stand_in : bool
        Give the simulated stand-in even where the real data are at hand.
    quiet : bool
        Print nothing (the card still tells).

    Returns
    -------
    table : pandas.DataFrame
        One row an observation; the card names columns and units.
    card : Card
        What these data are; ``card.level`` is ``"real"``, ``"library"`` or ``"stand-in"``. What could not be read
        is left out and named in ``card.known_problems`` and ``table.attrs["unreadable"]``; one line says how many.

    Raises
    ------
    DataFolderError
        If BIOML_DATA_DIR is no folder, or holds a file with the wrong content.
    ValueError
        If there is no data set of that name.

    Examples
    --------
    >>> table, card = load("ryegrass")
    >>> table.shape, card.level
    ((24, 2), 'real')
    >>> load("dnase", stand_in=True)[1].label
    'stand-in data'
    """
    entry = _entry(name)
    if stand_in:
        return _simulated(entry)
    try:
        paths = _files_at_hand(entry, quiet=quiet)
    except DataUnavailable as error:
        _failed[name] = error.reason
        if not quiet:
            print(_notice(entry, error.reason))
        return _simulated(entry)
    return _real(entry, paths, quiet=quiet)


def card(name: str) -> Card:
    """Return the card of what `load` would give now, without a download.

    Raises
    ------
    ValueError
        If there is no data set of that name.

    Examples
    --------
    >>> card("ryegrass").rows
    24
    """
    entry = _entry(name)
    if not is_real_available(name):
        return _simulated(entry)[1]
    return _real(entry, {} if entry.at_hand else store.locate(entry)[0], quiet=True)[1]


def _entry(name: str) -> Entry:
    known = catalogue()
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"name: expected one of {', '.join(map(repr, known))}, got {name!r}.")
    return known[name]


def _files_at_hand(entry: Entry, *, quiet: bool) -> dict[str, Path]:
    if entry.at_hand:
        return {}
    found, missing = store.locate(entry)
    if missing and entry.name in _failed and not store.offline():
        raise DataUnavailable(entry, missing, _failed[entry.name])
    return found if not missing else download.fetch_files(entry, quiet=quiet, in_haste=True)


def _real(entry: Entry, paths: dict[str, Path], *, quiet: bool) -> tuple[Any, Card]:
    loader = LOADERS[entry.name]
    table = loader.read(paths, quiet=quiet) if loader.slow else loader.read(paths)
    unreadable = table.attrs.get("unreadable", [])
    if len(table) + len(unreadable) != entry.rows:
        raise ValueError(f"{entry.name}: expected {entry.rows} rows, got {len(table) + len(unreadable)}.")
    if unreadable and not quiet:
        print(f"{entry.name}: {_left_out(entry, unreadable)}; data.card({entry.name!r}) names them.")
    return table, _card(entry, table, level="library" if entry.library else "real")


def _left_out(entry: Entry, unreadable: list) -> str:
    return f"{len(unreadable)} of {entry.rows:,} rows cannot be read and are left out"


def _simulated(entry: Entry) -> tuple[Any, Card]:
    table = LOADERS[entry.name].stand_in()
    return table, _card(entry, table, level="stand-in")


def _card(entry: Entry, table: Any, *, level: str) -> Card:
    real = level != "stand-in"
    problems = list(entry.known_problems)
    if unreadable := table.attrs.get("unreadable", []):
        named = "; ".join(f"row {row} ({name}: {text})" for row, name, text in unreadable)
        problems.append(f"{_left_out(entry, unreadable)}, counted from 0 in the file: {named}.")
    return Card(
        name=entry.name,
        title=entry.title,
        level=level,
        source=entry.source if real else f"simulated by {entry.stand_in}",
        licence=entry.licence if real else "our own simulation",
        citation=list(entry.citation),
        checksum=_checksum(entry) if real else "",
        rows=len(table),
        balance=_balance(table, entry.balance),
        known_problems=problems if real else ["These are not measurements: conclude nothing from them about biology."],
        units=dict(entry.units),
        columns=dict(entry.columns),
        how_to_get=_how_to_get(entry),
        row=entry.row,
        made=entry.made if real else "Drawn by a generator with known parameters, in the shape of the real table.",
    )


def _checksum(entry: Entry) -> str:
    """The one file's sha256, nothing for a library's; of several, the sha256 of their list."""
    if len(entry.files) <= 1:
        return "".join(file.sha256 for file in entry.files)
    return hashlib.sha256("".join(f"{file.sha256}  {file.name}\n" for file in entry.files).encode()).hexdigest()


def _balance(table: pd.DataFrame, column: str) -> str:
    """Counts of the groups, for example ``12 treated, 11 untreated``."""
    if not column:
        return ""
    if table[column].dtype == bool:
        return f"{table[column].sum()} {column}, {(~table[column]).sum()} not"
    counts = table[column].value_counts(sort=False)
    if len(counts) > 4 and counts.nunique() == 1:
        return f"{len(counts)} values of {column}, {counts.iloc[0]} rows each"
    return ", ".join(f"{count} {value}" for value, count in counts.items())


def _how_to_get(entry: Entry) -> str:
    if entry.shipped:
        return "It ships with the package."
    if entry.library:
        return f"It comes inside {entry.library}."
    where = entry.path_of(entry.files[0])
    more = f" and {len(entry.files) - 1} more files" if len(entry.files) > 1 else ""
    return (
        f"connect and run data.fetch({entry.name!r}), or put {where}{more} into the folder data.cache_folder(), "
        "or set BIOML_DATA_DIR to a folder that holds it"
    )


def _notice(entry: Entry, reason: str) -> str:
    return (
        f"{entry.name}: the real data are not at hand ({reason}), so simulated stand-in data are used; "
        f"to get the real ones {_how_to_get(entry)}."
    )
