"""Real biological data: catalogue, fetching, cards, encodings, simulators.

``load(name)`` gives a table and its card. It looks at what ships with the package, then into the folder that
BIOML_DATA_DIR names, then into the cache, then downloads; where all of that fails it says so in one line and gives
simulated data with known truth, marked as a stand-in.
"""

from __future__ import annotations

from . import encode, families, molecules, sequences, simulate, splits, structures, validate
from .access import card, fetch, is_real_available, load, names
from .cards import Card
from .catalogue import CatalogueError
from .download import DataUnavailable
from .store import DataFolderError, cache_folder

__all__ = [
    "Card",
    "CatalogueError",
    "DataFolderError",
    "DataUnavailable",
    "cache_folder",
    "card",
    "encode",
    "families",
    "fetch",
    "is_real_available",
    "load",
    "molecules",
    "names",
    "sequences",
    "simulate",
    "splits",
    "structures",
    "validate",
]
