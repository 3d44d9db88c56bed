"""Protein structures: residues out of a PDB file, distances between them, who touches whom."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from . import validate

LETTER_OF = {
    "ALA": "A", "ARG": "R", "ASN": "N", "ASP": "D", "CYS": "C", "GLN": "Q", "GLU": "E", "GLY": "G", "HIS": "H",
    "ILE": "I", "LEU": "L", "LYS": "K", "MET": "M", "MSE": "M", "PHE": "F", "PRO": "P", "SER": "S", "THR": "T",
    "TRP": "W", "TYR": "Y", "VAL": "V",
}  # fmt: skip

CUTOFF = 8.0  # Å between beta carbons: the usual meaning of "contact" in structure prediction
SEPARATION = 6  # residues; nearer along the chain, residues touch whatever the fold


@dataclass(frozen=True)
class Chain:
    """One chain of a structure.

    Attributes
    ----------
    name : str
        The chain's letter in the file (one blank where it has none).
    sequence : str
        One letter a residue that the structure shows; X for one that is no common amino acid.
    numbers : tuple of str
        The residues' numbers in the file, with the insertion letter where there is one; they may skip.
    ca, cb : numpy.ndarray of shape (residues, 3)
        Coordinates in Å of the alpha and of the beta carbon; for glycine (and wherever the beta carbon is missing) the
        alpha carbon stands in ``cb`` too.
    b : numpy.ndarray of shape (residues,)
        B factor of the alpha carbon in Å²: how much it is smeared out. NaN where the file gives none.
    """

    name: str
    sequence: str
    numbers: tuple[str, ...]
    ca: np.ndarray
    cb: np.ndarray
    b: np.ndarray


def read_pdb(path: str | Path, chain: str | None = None) -> Chain:
    """Read one chain of a PDB file: the first model, and of alternative positions the first.

    Residues without an alpha carbon (and water, ions, ligands) are left out. Used by chapters 6 and 7.

    Parameters
    ----------
    path : path
        A file in the PDB format.
    chain : str, optional
        The chain's letter; by default the first chain.

    Returns
    -------
    Chain

    Raises
    ------
    ValueError
        If a coordinate cannot be read, or there is no residue (of that chain); the message names the chains there are.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "two.pdb"
    >>> _ = path.write_text(
    ...     "ATOM      1  CA  GLY A   7      11.000   2.000   3.000  1.00 20.00           C\\n"
    ...     "ATOM      2  CA  ALA A   8      12.000   2.000   3.000  1.00 20.00           C\\n"
    ...     "ATOM      3  CB  ALA A   8      12.000   3.500   3.000  1.00 20.00           C\\n"
    ... )
    >>> chain = read_pdb(path)
    >>> chain.sequence, chain.numbers, chain.cb.tolist()
    ('GA', ('7', '8'), [[11.0, 2.0, 3.0], [12.0, 3.5, 3.0]])
    """
    path = Path(path)
    chains: dict[str, dict[str, tuple[str, dict[str, tuple[float, ...]]]]] = {}
    for number, line in enumerate(path.read_text(encoding="latin-1").splitlines(), start=1):
        if line.startswith("ENDMDL"):
            break
        kind = line[17:20].strip()
        if not (line.startswith("ATOM") or (line.startswith("HETATM") and kind == "MSE")):
            continue
        try:
            place = tuple(float(line[at : at + 8]) for at in (30, 38, 46))
        except ValueError:
            raise ValueError(f"{path.name}: line {number}: expected three coordinates, got {line[30:54]!r}.") from None
        try:
            smeared = float(line[60:66].strip() or "nan")
        except ValueError:
            raise ValueError(f"{path.name}: line {number}: expected a B factor, got {line[60:66]!r}.") from None
        residues = chains.setdefault(line[21], {})
        _, atoms = residues.setdefault(line[22:27].strip(), (LETTER_OF.get(kind, "X"), {}))
        atoms.setdefault(line[12:16].strip(), (*place, smeared))
    name = next(iter(chains), "") if chain is None else chain
    whole = {key: found for key, found in chains.get(name, {}).items() if "CA" in found[1]}
    if not whole:
        raise ValueError(f"{path.name}: expected residues of chain {name!r}, got chains {sorted(chains)}.")
    ca = np.array([atoms["CA"] for _, atoms in whole.values()])  # (residues, 4): x, y, z, B factor
    cb = np.array([atoms.get("CB", atoms["CA"]) for _, atoms in whole.values()])
    letters = "".join(letter for letter, _ in whole.values())
    return Chain(name, letters, tuple(whole), ca[:, :3], cb[:, :3], ca[:, 3])


def distances(coordinates: np.ndarray) -> np.ndarray:
    """Return the distance of every two points.

    Parameters
    ----------
    coordinates : array_like of shape (residues, 3)
        In Å.

    Returns
    -------
    numpy.ndarray of shape (residues, residues)
        In Å; 0 on the diagonal.

    Examples
    --------
    >>> distances([[0, 0, 0], [3, 4, 0]]).tolist()
    [[0.0, 5.0], [5.0, 0.0]]
    """
    places = validate.array("coordinates", coordinates, ndim=2)
    if places.shape[1] != 3:
        raise ValueError(f"coordinates: expected three a residue, got shape {places.shape}.")
    return np.linalg.norm(places[:, None] - places[None], axis=-1)


def contact_map(coordinates: np.ndarray, *, cutoff: float = CUTOFF, separation: int = SEPARATION) -> np.ndarray:
    """Return which residues touch: nearer than `cutoff`, and at least `separation` apart along the chain.

    Parameters
    ----------
    coordinates : array_like of shape (residues, 3)
        Of the beta carbons, in Å.
    cutoff : float
        In Å.
    separation : int
        In residues.

    Returns
    -------
    numpy.ndarray of shape (residues, residues), bool
        Symmetric.

    Raises
    ------
    ValueError
        If `coordinates` has another shape, or a number is out of range.

    Examples
    --------
    >>> contact_map([[0, 0, 0], [4, 0, 0], [8, 0, 0]], separation=1).astype(int).tolist()
    [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    """
    cutoff = validate.number("cutoff", cutoff, low=0)
    separation = validate.number("separation", separation, low=1, integer=True)
    apart = distances(coordinates)
    places = np.arange(len(apart))
    return (apart < cutoff) & (np.abs(np.subtract.outer(places, places)) >= separation)


def distance_matrix(pairs: pd.DataFrame, length: int) -> np.ndarray:
    """Return the distances of a table of pairs as a matrix; NaN where the table says nothing.

    Parameters
    ----------
    pairs : pandas.DataFrame
        Columns ``i``, ``j`` (counted from 0) and ``distance_A``, as data set ``kunitz_contacts`` has them.
    length : int
        Columns of the alignment.

    Returns
    -------
    numpy.ndarray of shape (length, length)
        In Å; symmetric.

    Raises
    ------
    ValueError
        If a pair lies outside.

    Examples
    --------
    >>> distance_matrix(pd.DataFrame({"i": [0], "j": [1], "distance_A": [5.5]}), 3).tolist()
    [[nan, 5.5, nan], [5.5, nan, nan], [nan, nan, nan]]
    """
    length = validate.number("length", length, low=1, integer=True)
    i, j = (validate.array(name, pairs[name], ndim=1, integer=True) for name in ("i", "j"))
    if min(i.min(), j.min()) < 0 or max(i.max(), j.max()) >= length:
        raise ValueError(
            f"pairs: expected columns from 0 to {length - 1}, got {min(i.min(), j.min())} to {max(i.max(), j.max())}."
        )
    matrix = np.full((length, length), np.nan)
    matrix[i, j] = matrix[j, i] = validate.array("distance_A", pairs["distance_A"], ndim=1)
    return matrix
