"""Sequence data of chapters 2 and 3: promoters, a protein's fitness landscape, secondary structure."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd

from . import r_files

# Position of each of a promoter's 57 letters relative to the start of transcription, +1; there is no position 0.
PROMOTER_POSITIONS = tuple(range(-50, 0)) + tuple(range(1, 8))

# The four sites of protein G's domain B1, numbered in the domain, and their amino acids in the wild type.
GB1_SITES = ("V39", "D40", "G41", "V54")
GB1_WILD_TYPE = "VDGV"

STATES = {"H": "helix", "E": "strand", "C": "coil"}
_STATE_OF = {"h": "H", "e": "E", "_": "C"}

Paths = dict[str, Path]


def read_promoters(paths: Paths) -> pd.DataFrame:
    """Return the 106 sequences: name, sequence (57 capital letters), whether it is a promoter."""
    frame = r_files.read_data_frame(paths["promotergene.rda"], "promotergene")
    letters = frame.drop(columns="Class").to_numpy(dtype=object)  # (106, 57)
    return pd.DataFrame(
        {
            "name": [f"P{number:03d}" for number in range(1, len(frame) + 1)],
            "sequence": ["".join(row).upper() for row in letters],
            "is_promoter": frame["Class"].to_numpy() == "+",
        }
    )


def read_gb1(paths: Paths) -> pd.DataFrame:
    """Return the 149,361 variants: four letters, number of mutations, fitness, read counts, FLIP's choice."""
    names = {
        "Variants": "variant",
        "HD": "mutations",
        "Fitness": "fitness",
        "Count input": "count_input",
        "Count selected": "count_selected",
        "keep": "in_flip",
    }
    with zipfile.ZipFile(paths["four_mutations_full_data.csv.zip"]) as archive:
        with archive.open("four_mutations_full_data.csv") as stream:
            # the full construct stands in each of 46 million bytes' rows; only these columns are read
            table = pd.read_csv(stream, usecols=list(names))
    return table[list(names)].rename(columns=names)


def read_secondary_structure(paths: Paths) -> pd.DataFrame:
    """Return the 128 chains: name, split (train or test), residues, states (one letter a residue), length."""
    chains = [
        (f"{split} {number:03d}", split, residues, states, len(residues))
        for split in ("train", "test")
        for number, (residues, states) in enumerate(_chains(paths[f"protein-secondary-structure.{split}"]), start=1)
    ]
    return pd.DataFrame(chains, columns=["chain", "split", "residues", "states", "length"])


def _chains(path: Path) -> list[tuple[str, str]]:
    """Each ``<>`` opens a chain; ``<end>`` is missing after some, so it closes nothing."""
    chains: list[list[tuple[str, str]]] = []
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), start=1):
        match line.split():
            case ["<>"]:
                chains.append([])
            case ["<end>"] | []:
                pass
            case [residue, state] if state in _STATE_OF and chains:
                chains[-1].append((residue, _STATE_OF[state]))
            case _:
                raise ValueError(f"{path.name}: line {number}: expected a residue and h, e or _, got {line!r}.")
    return [tuple(map("".join, zip(*chain, strict=True))) for chain in chains]
