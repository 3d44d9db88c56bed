"""Proteins as nodes and as graphs, for chapter 7's companion: the yeast interactome, and 150 small chains."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from . import structures, validate

Paths = dict[str, Path]


def read_yeast_interactome(paths: Paths) -> pd.DataFrame:
    """Return the 5,093 proteins: name, whether essential, row numbers of the partners, expression at 36 times."""
    pairs = pd.read_csv(paths["DIP_data.csv"], usecols=["Protein A", "Protein B"])
    essential = set(pd.read_csv(paths["extracted_essential_protein.csv"])["SystematicName"])
    measured = pd.read_csv(paths["filtered_GE_matrix.csv"]).drop(columns=["mean", "std"])
    measured = measured.groupby("ID_REF").mean()  # some genes were measured by two probes
    proteins = sorted(set(pairs["Protein A"]) | set(pairs["Protein B"]))
    row_of = {protein: row for row, protein in enumerate(proteins)}
    edges = np.stack([pairs[column].map(row_of) for column in pairs], axis=1)
    return pd.DataFrame(
        {
            "protein": proteins,
            "is_essential": [protein in essential for protein in proteins],
            "partners": partners_of(edges, len(proteins)),
            "expression": list(measured.reindex(proteins).to_numpy(dtype=float)),
        }
    )


def read_small_chains(paths: Paths) -> pd.DataFrame:
    """Return the 150 chains: name, sequence, coordinates of the alpha and beta carbons in Å, B factors in Å²."""
    rows = []
    for file in sorted(paths):
        chain = structures.read_pdb(paths[file])
        rows.append((Path(file).stem, chain.sequence, chain.ca, chain.cb, chain.b))
    return pd.DataFrame(rows, columns=["name", "sequence", "ca", "cb", "b_factor"])


def partners_of(edges: np.ndarray, num_nodes: int) -> list[np.ndarray]:
    """Return for each node the sorted nodes that it has an edge with.

    Parameters
    ----------
    edges : array_like of int, shape (E, 2)
        Each edge once, either way round.
    num_nodes : int

    Returns
    -------
    list of numpy.ndarray

    Raises
    ------
    ValueError
        If an edge names a node that is not there.

    Examples
    --------
    >>> [some.tolist() for some in partners_of([[0, 1], [2, 0]], 3)]
    [[1, 2], [0], [0]]
    """
    pairs = validate.array("edges", edges, ndim=2, integer=True)
    if pairs.min() < 0 or pairs.max() >= num_nodes:
        raise ValueError(f"edges: expected nodes from 0 to {num_nodes - 1}, got {pairs.min()} to {pairs.max()}.")
    both = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
    starts = np.searchsorted(both[:, 0], np.arange(1, num_nodes))
    return np.split(both[:, 1], starts)


def edges_of(partners: Sequence[np.ndarray]) -> np.ndarray:
    """Return each edge once, smaller node first, sorted: the way back from `partners_of`.

    Parameters
    ----------
    partners : sequence of arrays
        For each node the nodes that it has an edge with.

    Returns
    -------
    numpy.ndarray of int64, shape (E, 2)

    Examples
    --------
    >>> edges_of([[1, 2], [0], [0]]).tolist()
    [[0, 1], [0, 2]]
    """
    here = np.repeat(np.arange(len(partners)), [len(some) for some in partners])
    there = np.concatenate([np.asarray(some, dtype=np.int64) for some in partners])
    return np.stack([here, there], axis=1)[here < there]
