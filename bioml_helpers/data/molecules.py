"""Small molecules: SMILES read by RDKit, canonical structures, scaffolds, properties, fingerprints; Tox21, solubility.

RDKit is imported where it is used. A SMILES that it cannot read is named, never dropped in silence.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from . import store, validate

ASSAYS = (
    "NR-AR",
    "NR-AR-LBD",
    "NR-AhR",
    "NR-Aromatase",
    "NR-ER",
    "NR-ER-LBD",
    "NR-PPAR-gamma",
    "SR-ARE",
    "SR-ATAD5",
    "SR-HSE",
    "SR-MMP",
    "SR-p53",
)

PROPERTIES = (
    "weight",
    "logp",
    "tpsa",
    "donors",
    "acceptors",
    "rotatable_bonds",
    "rings",
    "fraction_sp3",
    "aromatic_rings",
    "heavy_atoms",
    "qed",
    "heteroatoms",
)

_COMPUTED = ("canonical_smiles", "scaffold", *PROPERTIES)
_VERSION = 1  # of what is computed; a change here makes every cached table be computed anew


def describe(smiles: Iterable[str], *, quiet: bool = True) -> pd.DataFrame:
    """Compute canonical SMILES, Bemis-Murcko scaffold and the twelve properties of each molecule.

    About 3 ms a molecule, most of it for the QED. Used by chapter 3.

    Parameters
    ----------
    smiles : iterable of str
        One SMILES a molecule.
    quiet : bool
        No progress bar.

    Returns
    -------
    pandas.DataFrame
        One row a molecule: ``canonical_smiles``, ``scaffold`` ("" where there is no ring), and the columns of
        `PROPERTIES`: weight in g/mol, logP (Crippen), polar surface in square angstrom, hydrogen-bond donors and
        acceptors, rotatable bonds, rings, fraction of sp3 carbons, aromatic rings, heavy atoms, QED (0 to 1),
        heteroatoms. A SMILES that RDKit cannot read gives a row of missing values.

    Raises
    ------
    ModuleNotFoundError
        If RDKit is not installed.
    TypeError
        If a SMILES is not a text.

    Examples
    --------
    >>> describe(["c1ccccc1O", "not a molecule"])[["canonical_smiles", "scaffold", "donors"]]
      canonical_smiles  scaffold  donors
    0        Oc1ccccc1  c1ccccc1     1.0
    1              NaN       NaN     NaN
    """
    from rdkit import rdBase
    from tqdm import tqdm

    texts = _texts(smiles)
    silent = {"disable": True} if quiet else {}  # only then, so that TQDM_DISABLE counts as well
    with rdBase.BlockLogs():  # RDKit's own complaints stay off the screen: ours name the row
        rows = [_described(text) for text in tqdm(texts, desc="properties", unit=" molecules", leave=False, **silent)]
    table = pd.DataFrame(rows, columns=list(_COMPUTED))
    return _with_texts(table.astype({name: float for name in PROPERTIES}))


def scaffolds(smiles: Iterable[str]) -> list[str]:
    """Return the Bemis-Murcko scaffold of each molecule: its rings and the chains between them; "" without a ring.

    Raises
    ------
    ValueError
        If RDKit cannot read a SMILES.

    Examples
    --------
    >>> scaffolds(["CCOc1ccccc1", "CCO"])
    ['c1ccccc1', '']
    """
    return [_scaffold(molecule) for molecule in _molecules(smiles)]


def canonical(smiles: Iterable[str]) -> list[str]:
    """Return each molecule's canonical SMILES: two ways to write one structure give the same text.

    Raises
    ------
    ValueError
        If RDKit cannot read a SMILES.

    Examples
    --------
    >>> canonical(["OCC", "C(O)C"])
    ['CCO', 'CCO']
    """
    from rdkit import Chem

    return [Chem.MolToSmiles(molecule) for molecule in _molecules(smiles)]


def fingerprints(smiles: Iterable[str], *, bits: int = 1024, radius: int = 2) -> np.ndarray:
    """Return the circular (Morgan) fingerprint of each molecule: which neighbourhoods of atoms it holds.

    Parameters
    ----------
    smiles : iterable of str
        One SMILES a molecule.
    bits : int
        Length of a fingerprint; neighbourhoods are hashed, so two may share a bit.
    radius : int
        Bonds from the centre of a neighbourhood to its rim.

    Returns
    -------
    numpy.ndarray
        ``uint8``, shape (molecules, bits), 0 or 1.

    Raises
    ------
    ValueError
        If RDKit cannot read a SMILES, or `bits` or `radius` is out of range.

    Examples
    --------
    >>> fingerprints(["CCO", "CCO"]).shape
    (2, 1024)
    """
    from rdkit.Chem import rdFingerprintGenerator

    bits = validate.number("bits", bits, low=8, integer=True)
    radius = validate.number("radius", radius, low=0, integer=True)
    maker = rdFingerprintGenerator.GetMorganGenerator(radius=radius, fpSize=bits)
    rows = [maker.GetFingerprintAsNumPy(molecule) for molecule in _molecules(smiles)]
    return np.stack(rows) if rows else np.zeros((0, bits), dtype=np.uint8)


def read_tox21(paths: dict[str, Path], *, quiet: bool = False) -> pd.DataFrame:
    """Return the molecules RDKit can read: id, SMILES, structure, scaffold, 12 assays, 12 properties.

    ``table.attrs["unreadable"]`` lists the others as (row of the file counted from 0, mol_id, SMILES).
    """
    table = pd.read_csv(paths["tox21.csv.gz"])
    return assembled(table, described_once(table["smiles"], quiet=quiet))


def read_esol(paths: dict[str, Path], *, quiet: bool = False) -> pd.DataFrame:
    """Return the molecules of Delaney's table: name, SMILES, structure, scaffold, solubility, 12 properties."""
    raw = pd.read_csv(paths["delaney-processed.csv"])
    table = pd.DataFrame(
        {
            "name": raw["Compound ID"].str.strip(),
            "smiles": raw["smiles"].str.strip(),
            "log_solubility": raw["measured log solubility in mols per litre"].astype(float),
            "published_estimate": raw["ESOL predicted log solubility in mols per litre"].astype(float),
        }
    )
    return with_properties(table, described_once(table["smiles"], quiet=quiet))


def with_properties(table: pd.DataFrame, described: pd.DataFrame) -> pd.DataFrame:
    """Put structure and scaffold behind the SMILES and the twelve properties at the end."""
    at = table.columns.get_loc("smiles") + 1
    parts = [table.iloc[:, :at], described[list(_COMPUTED[:2])], table.iloc[:, at:], described[list(PROPERTIES)]]
    return pd.concat(parts, axis=1)


def assembled(table: pd.DataFrame, described: pd.DataFrame) -> pd.DataFrame:
    """Join ids, SMILES and assays with what was computed; rows without a molecule move into ``attrs``."""
    readable = described["canonical_smiles"].notna()
    named = table.loc[~readable, ["mol_id", "smiles"]]
    whole = pd.concat([table[["mol_id", "smiles"]], described[list(_COMPUTED[:2])], table[list(ASSAYS)]], axis=1)
    whole = pd.concat([whole.astype(dict.fromkeys(ASSAYS, float)), described[list(PROPERTIES)]], axis=1)
    whole = whole[readable].reset_index(drop=True)
    whole.attrs["unreadable"] = list(zip(named.index.tolist(), named["mol_id"], named["smiles"], strict=True))
    return whole


# --- computed once: a table in the cache folder, named by what went into it -----------------------


def described_once(smiles: Sequence[str], *, quiet: bool = True) -> pd.DataFrame:
    """As `describe`, but the result is kept in the cache folder and read from there the next time.

    The kept table is named by the hash of the SMILES, RDKit's version and the version of this computation; one that is
    damaged is computed anew; where the folder cannot be written, nothing is kept.
    """
    import rdkit

    texts = _texts(smiles)
    key = hashlib.sha256("\n".join([str(_VERSION), rdkit.__version__, *_COMPUTED, *texts]).encode()).hexdigest()
    path = store.cache_folder() / "computed" / f"molecules-{key[:32]}.csv.gz"
    kept = _kept(path, len(texts))
    if kept is None:
        kept = describe(texts, quiet=quiet)
        _keep(path, kept)
    return kept


def _with_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Give texts the type that this pandas gives them, with NaN where there is none (pandas 2 would write "None")."""
    kind = pd.Series(["a text"]).dtype
    for name in _COMPUTED[:2]:
        texts = [one if isinstance(one, str) else np.nan for one in table[name]]
        table[name] = pd.Series(texts, index=table.index, dtype=kind)
    return table


def _keep(path: Path, table: pd.DataFrame) -> None:
    """Write beside the place and move there, so that no other process ever sees half a table."""
    body = table.to_csv(index=False).encode()
    content = gzip.compress(hashlib.sha256(body).hexdigest().encode() + b"\n" + body, compresslevel=5, mtime=0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}.part")
        beside.write_bytes(content)
        os.replace(beside, path)
    except OSError:
        pass  # a full or read-only cache costs time, not results


def _kept(path: Path, rows: int) -> pd.DataFrame | None:
    try:
        digest, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
    except (OSError, EOFError, zlib.error):  # not there, cut off, damaged
        return None
    if digest.decode("ascii", "replace") != hashlib.sha256(body).hexdigest():
        return None
    kinds = {name: float for name in PROPERTIES} | {name: "str" for name in _COMPUTED[:2]}
    table = _with_texts(pd.read_csv(io.BytesIO(body), dtype=kinds, float_precision="round_trip"))
    # CSV knows one kind of nothing: where there is a molecule, no scaffold is the empty one
    table.loc[table["canonical_smiles"].notna() & table["scaffold"].isna(), "scaffold"] = ""
    return table if len(table) == rows else None


# --- one molecule ---------------------------------------------------------------------------------


def _described(text: str) -> tuple:
    from rdkit import Chem
    from rdkit.Chem import QED, Crippen, Descriptors
    from rdkit.Chem import rdMolDescriptors as counts

    molecule = _molecule(text)
    if molecule is None:
        return (None,) * len(_COMPUTED)
    return (
        Chem.MolToSmiles(molecule),
        _scaffold(molecule),
        Descriptors.MolWt(molecule),
        Crippen.MolLogP(molecule),
        counts.CalcTPSA(molecule),
        counts.CalcNumHBD(molecule),
        counts.CalcNumHBA(molecule),
        counts.CalcNumRotatableBonds(molecule),
        counts.CalcNumRings(molecule),
        counts.CalcFractionCSP3(molecule),
        counts.CalcNumAromaticRings(molecule),
        molecule.GetNumHeavyAtoms(),
        QED.qed(molecule),
        counts.CalcNumHeteroatoms(molecule),
    )


def _scaffold(molecule: Any) -> str:
    from rdkit.Chem.Scaffolds import MurckoScaffold

    return MurckoScaffold.MurckoScaffoldSmiles(mol=molecule)


def _molecule(text: str) -> Any:
    """RDKit's molecule, or None, with no word of RDKit's own."""
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        return Chem.MolFromSmiles(text)


def _molecules(smiles: Iterable[str]) -> list:
    found = []
    for number, text in enumerate(_texts(smiles)):
        molecule = _molecule(text)
        if molecule is None:
            raise ValueError(f"smiles[{number}]: expected a SMILES that RDKit can read, got {text!r}.")
        found.append(molecule)
    return found


def _texts(smiles: Iterable[str]) -> list[str]:
    if isinstance(smiles, str):
        raise TypeError("smiles: expected a list of SMILES, got one text; put it in a list.")
    texts = list(smiles)
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"smiles[{number}]: expected a text, got {text!r} (a {type(text).__name__}).")
    return texts
