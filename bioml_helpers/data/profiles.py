"""Profiles of chapter 8: methylation of tumours, counts of messenger RNA in single blood cells, an enzyme family."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from .families import GAP, relatives
from .genes import read_fasta

Paths = dict[str, Path]

_SAMPLE = re.compile(r"GSM\d+")
_COPY = re.compile(r"(GSM\d+)\.+\d+")
_SYNTHETIC = re.compile(r"\d+")

COUNTS_FOR = 10_000  # the table of blood cells was scaled to so many counts a cell before its logarithm was taken


def read_methylation(paths: Paths) -> pd.DataFrame:
    """Return the 523 measured tumours: sample, subgroup, beta (array of 399).

    The file holds 387 rows more, which are no measurements. ``attrs["probes"]`` names the 399 CpGs,
    ``attrs["copied"]`` the row of the tumour that each left-out copy repeats, ``attrs["synthetic"]`` how many rows
    were made up.
    """
    table = _read_r(paths["Data1.RData"])["Data1"]
    names = table.index.astype(str)
    measured = np.array([bool(_SAMPLE.fullmatch(name)) for name in names])
    copies = [_COPY.fullmatch(name) for name in names]
    synthetic = sum(bool(_SYNTHETIC.fullmatch(name)) for name in names)
    if measured.sum() + synthetic + sum(map(bool, copies)) != len(names):
        raise ValueError("methylation: expected rows named GSM and digits, copies of these, or numbers; got others.")
    real = table[measured]
    row = {name: number for number, name in enumerate(real.index.astype(str))}
    beta = real.drop(columns="subgroup").astype(np.float32)
    result = pd.DataFrame(
        {"sample": list(row), "subgroup": real["subgroup"].astype(str).to_numpy(), "beta": list(beta.to_numpy())}
    )
    result.attrs = {
        "probes": list(beta.columns.astype(str)),
        "copied": [row[found[1]] for found in copies if found],
        "synthetic": synthetic,
    }
    return result


def read_blood_cells_rna(paths: Paths) -> pd.DataFrame:
    """Return the 700 blood cells of scanpy's table: cell, cell_type, channel, total_counts, counts (array of 765).

    The table holds log(1 + counts / total · 10,000) to three decimals; from that and the total the counts are computed
    back. ``attrs["genes"]`` names the 765 genes.
    """
    import scanpy

    found = scanpy.datasets.pbmc68k_reduced()
    total = found.obs["n_counts"].to_numpy(dtype=float)
    counts = counts_of(found.raw.X.toarray(), total)
    table = pd.DataFrame(
        {
            "cell": found.obs_names.astype(str).to_numpy(),
            "cell_type": found.obs["bulk_labels"].astype(str).to_numpy(),
            "channel": [int(name.rsplit("-", 1)[1]) for name in found.obs_names],
            "total_counts": total.round().astype(np.int64),
            "counts": list(counts),
        }
    )
    table.attrs = {"genes": found.raw.var_names.astype(str).tolist()}
    return table


def counts_of(logs: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Compute counts back from log(1 + counts / total · 10,000).

    Parameters
    ----------
    logs : array_like of shape (cells, genes)
        Natural logarithms, rounded to three decimals or better.
    total : array_like of shape (cells,)
        All counts of each cell, those of other genes too.

    Returns
    -------
    numpy.ndarray of shape (cells, genes), int32

    Raises
    ------
    ValueError
        If what comes out are no whole numbers (to 2 %): then the table was made in another way.

    Examples
    --------
    >>> counts_of([[0.0, 1.609]], [2500.0])  # log(1 + 1 / 2500 · 10,000) = log 5
    array([[0, 1]], dtype=int32)
    """
    logs, total = np.asarray(logs, dtype=float), np.asarray(total, dtype=float)
    raw = np.expm1(logs) * total[:, None] / COUNTS_FOR
    counts = np.round(raw)
    apart = np.abs(raw - counts) / np.maximum(counts, 1)
    if apart.max() > 0.02:
        at = np.unravel_index(apart.argmax(), apart.shape)
        raise ValueError(f"logs: expected logarithms of scaled whole counts, got {raw[at]:.3f} counts at {at}.")
    return counts.astype(np.int32)


def read_chorismate_mutase(paths: Paths) -> pd.DataFrame:
    """Return the 1,259 aligned chorismate mutases: name, sequence (96 columns, - for a gap), group, weight.

    One letter of one sequence is X, unknown; it becomes a gap.
    """
    names, sequences = zip(*read_fasta(paths["CM_130530_MC.fasta"]), strict=True)
    sequences = [one.replace("X", GAP) for one in sequences]
    weight, group = relatives(sequences)
    short = [name.split(" >")[0] for name in names]
    return pd.DataFrame({"name": short, "sequence": sequences, "group": group, "weight": weight})


def _read_r(path: Path) -> dict:
    """Return what an R data file holds; nothing in it is executed."""
    import rdata

    return rdata.read_rda(path)
