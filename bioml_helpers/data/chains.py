"""Protein chains of chapter 5 with the state of each residue: the set of NetSurfP-2.0, and CB513."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd

Paths = dict[str, Path]

# The usual reduction of DSSP's eight states: helices of all kinds, strands and bridges, all else.
STATE_OF_DSSP = {"H": "H", "G": "H", "I": "H", "E": "E", "B": "E", "T": "C", "S": "C", "C": "C"}


def read_netsurfp(paths: Paths) -> pd.DataFrame:
    """Return the 11,156 chains: name, sequence, states, resolved (1 or 0 a residue), part."""
    with zipfile.ZipFile(paths["splits.zip"]) as archive:
        sequences, resolved, states = (
            _records(archive.read(f"splits/{name}.fasta").decode("ascii")) for name in ("sequences", "mask", "sampled")
        )
    rows = []
    for header, letters in states.items():
        name, kind, validation = header.split()
        part = "test" if kind == "SET=test" else "validation" if validation == "VALIDATION=True" else "train"
        rows.append((name, sequences[name], letters, resolved[name], part))
    return _checked(pd.DataFrame(rows, columns=["name", "sequence", "states", "resolved", "part"]))


def read_cb513(paths: Paths) -> pd.DataFrame:
    """Return the 511 rows: name, sequence, states, resolved (1 where a residue counts: resolved and of CB513)."""
    table = pd.read_csv(paths["CB513_HHblits.csv"], skipinitialspace=True, dtype="str")
    cells = {name: [text.split() for text in table[name]] for name in table.columns}
    counts = [
        "".join("1" if float(a) and float(b) else "0" for a, b in zip(ordered, inside, strict=True))
        for ordered, inside in zip(cells["disorder"], cells["cb513_mask"], strict=True)
    ]
    return _checked(
        pd.DataFrame(
            {
                "name": [f"CB{number:03d}" for number in range(1, len(table) + 1)],
                "sequence": ["".join(row) for row in cells["input"]],
                "states": ["".join(STATE_OF_DSSP[state] for state in row) for row in cells["dssp8"]],
                "resolved": counts,
            }
        )
    )


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    """One state and one mark a residue, or the file is not what it says."""
    for row in table.itertuples():
        if not len(row.sequence) == len(row.states) == len(row.resolved):
            raise ValueError(
                f"{row.name}: expected {len(row.sequence)} states and marks, one a residue, "
                f"got {len(row.states)} and {len(row.resolved)}."
            )
    return table


def _records(text: str) -> dict[str, str]:
    """FASTA records, header -> letters (a letter may be a digit)."""
    blocks = (block.split("\n", 1) for block in text.split(">") if block.strip())
    return {header.strip(): letters.replace("\n", "").strip() for header, letters in blocks}
