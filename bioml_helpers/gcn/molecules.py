"""Molecules as graphs: heavy atoms are nodes, bonds are edges; and the two tables of chapter 7, cut into parts.

Hydrogens are not nodes: each atom carries the number of its own. RDKit reads the SMILES; a graph is
``torch_geometric.data.Data`` with ``x`` (atoms, 22), ``edge_index`` (2, 2 · bonds: both directions) and ``edge_attr``
(2 · bonds, 4). Both libraries are imported where they are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch

from bioml_helpers import data
from bioml_helpers.data import validate
from bioml_helpers.data.splits import Parts

ELEMENTS = ("C", "N", "O", "F", "P", "S", "Cl", "Br", "I")
BONDS = ("single", "double", "triple", "aromatic")
ATOM_FEATURES = (
    *ELEMENTS,
    "other element",
    *(f"{n} neighbours" for n in (1, 2, 3, 4)),
    "other number of neighbours",
    *(f"{n} hydrogens" for n in (0, 1, 2, 3)),
    "more hydrogens",
    "aromatic",
    "in a ring",
)


# ---------------------------------------------------------------- one molecule


def molecule_graph(smiles: str) -> Any:
    """Return a molecule as a graph of its heavy atoms.

    Parameters
    ----------
    smiles : str

    Returns
    -------
    torch_geometric.data.Data
        ``x`` float, shape (atoms, 22), named by `ATOM_FEATURES`; ``edge_index``, shape (2, 2 · bonds);
        ``edge_attr`` float, shape (2 · bonds, 4), one column for each of `BONDS`; ``smiles``.

    Raises
    ------
    TypeError
        If the SMILES is not a text.
    ValueError
        If RDKit cannot read it or it has no atom.

    Examples
    --------
    >>> molecule_graph("CCO")
    Data(x=[3, 22], edge_index=[2, 4], edge_attr=[4, 4], smiles='CCO')
    """
    from torch_geometric.data import Data

    molecule = _read(smiles)
    x = torch.tensor([_atom_numbers(atom) for atom in molecule.GetAtoms()], dtype=torch.float32)  # (atoms, 22)
    ends = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds()]
    kinds = [str(bond.GetBondType()).lower() for bond in molecule.GetBonds()]
    one_hot = torch.tensor([[float(kind == known) for known in BONDS] for kind in kinds]).reshape(-1, len(BONDS))
    there = torch.tensor(ends, dtype=torch.long).reshape(-1, 2).T  # (2, bonds)
    edge_index = torch.cat([there, there.flip(0)], dim=1)  # there and back
    return Data(x=x, edge_index=edge_index, edge_attr=one_hot.repeat(2, 1), smiles=smiles)


def atom_table(smiles: str) -> pd.DataFrame:
    """Return what the graph of a molecule knows of each atom, as a table to read.

    Examples
    --------
    >>> atom_table("CCO")
       atom element neighbours  hydrogens  aromatic  in a ring
    0     0       C          1          3     False      False
    1     1       C       0, 2          2     False      False
    2     2       O          1          1     False      False
    """
    rows = [
        {
            "atom": atom.GetIdx(),
            "element": atom.GetSymbol(),
            "neighbours": ", ".join(str(other.GetIdx()) for other in atom.GetNeighbors()),
            "hydrogens": atom.GetTotalNumHs(),
            "aromatic": atom.GetIsAromatic(),
            "in a ring": atom.IsInRing(),
        }
        for atom in _read(smiles).GetAtoms()
    ]
    return pd.DataFrame(rows)


def counts(smiles: str) -> tuple[int, int]:
    """Return the number of heavy atoms and of bonds, as RDKit counts them.

    Examples
    --------
    >>> counts("Cn1cnc2c1c(=O)n(C)c(=O)n2C")
    (14, 15)
    """
    molecule = _read(smiles)
    return molecule.GetNumHeavyAtoms(), molecule.GetNumBonds()


def layout(smiles: str) -> np.ndarray:
    """Return where chemists would draw each atom, shape (atoms, 2), in bond lengths of about 1.5.

    Examples
    --------
    >>> layout("CCO").shape
    (3, 2)
    """
    from rdkit.Chem import rdDepictor

    molecule = _read(smiles)
    rdDepictor.Compute2DCoords(molecule)
    return molecule.GetConformer().GetPositions()[:, :2]


# ---------------------------------------------------------------- what a graph is worth: take it away, mix it up


def without_edges(graph: Any) -> Any:
    """Return the same atoms with no bond between them; what an atom knows of itself stays.

    Examples
    --------
    >>> without_edges(molecule_graph("CCO")).num_edges
    0
    """
    bare = graph.clone()
    bare.edge_index, bare.edge_attr = graph.edge_index[:, :0], graph.edge_attr[:0]
    return bare


def shuffled_edges(graph: Any, seed: int = 0) -> Any:
    """Return the same atoms with as many bonds, each between two atoms drawn at random.

    Parameters
    ----------
    graph : torch_geometric.data.Data
    seed : int

    Returns
    -------
    torch_geometric.data.Data
        No atom is bound to itself, no bond stands twice, and the types of the bonds are kept.

    Examples
    --------
    >>> graph = shuffled_edges(molecule_graph("CCCCO"), seed=1)
    >>> graph.num_edges, graph.is_undirected()
    (8, True)
    """
    mixed, bonds = graph.clone(), graph.num_edges // 2
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    pairs = np.stack(np.triu_indices(graph.num_nodes, k=1))  # every pair of atoms once
    there = torch.tensor(pairs[:, rng.permutation(pairs.shape[1])[:bonds]])
    mixed.edge_index = torch.cat([there, there.flip(0)], dim=1)
    return mixed


# ---------------------------------------------------------------- many molecules


@dataclass(frozen=True)
class Molecules:
    """A table of molecules as graphs, with what is to be predicted and what a split must keep together.

    Attributes
    ----------
    target : str
        The column that is predicted, with its unit.
    graphs : list of torch_geometric.data.Data
    y : numpy.ndarray of shape (molecules,)
    structures, scaffolds : list of str
        Canonical SMILES and Bemis–Murcko scaffold of each row.
    table : pandas.DataFrame
    card : bioml_helpers.data.Card
    """

    target: str
    graphs: list
    y: np.ndarray
    structures: list[str]
    scaffolds: list[str]
    table: pd.DataFrame
    card: data.Card

    def __len__(self) -> int:
        return len(self.graphs)

    def split(self, how: str = "random", seed: int = 0) -> Parts:
        """Return 80 % of the rows to train, 10 % to choose, 10 % to judge; no structure lies in two parts.

        Parameters
        ----------
        how : {"random", "scaffold"}
            Whole structures at random, or whole scaffolds, the rare ones in the test part: the parts of chapter 3.
        seed : int
            Of the random split; the scaffold split is always the same.
        """
        return data.splits.molecule_split(self.structures, self.scaffolds, how, seed=seed)


def solubility(*, quiet: bool = False) -> Molecules:
    """Load the molecules whose solubility in water was measured (Delaney 2004), as graphs.

    Examples
    --------
    >>> solubility(quiet=True).target
    'log_solubility'
    """
    table, card = data.load("esol", quiet=quiet)
    return _assembled(table, card, "log_solubility")


def toxicity(assay: str = "SR-MMP", *, quiet: bool = False) -> Molecules:
    """Load the molecules of one assay of Tox21, the table of chapter 3, as graphs.

    Parameters
    ----------
    assay : str
        One of ``data.molecules.ASSAYS``.
    quiet : bool
        Print nothing.

    Raises
    ------
    ValueError
        If there is no assay of that name.
    """
    validate.one_of("assay", assay, data.molecules.ASSAYS)
    table, card = data.load("tox21", quiet=quiet)
    return _assembled(table[table[assay].notna()].reset_index(drop=True), card, assay)


def _assembled(table, card, target) -> Molecules:
    graphs = [molecule_graph(text) for text in table["smiles"]]
    structures, scaffolds = table["canonical_smiles"].tolist(), table["scaffold"].tolist()
    return Molecules(target, graphs, table[target].to_numpy(float), structures, scaffolds, table, card)


# ---------------------------------------------------------------- reading


def _read(smiles):
    from rdkit import Chem, rdBase

    if not isinstance(smiles, str):
        raise TypeError(f"smiles: expected a text such as 'CCO', got {smiles!r}.")
    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(smiles)
    if molecule is None or molecule.GetNumAtoms() == 0:
        raise ValueError(f"smiles: expected a SMILES that RDKit can read, got {smiles!r}.")
    return molecule


def _atom_numbers(atom) -> list[float]:
    return [
        *_one_hot(atom.GetSymbol(), ELEMENTS),
        *_one_hot(atom.GetDegree(), (1, 2, 3, 4)),
        *_one_hot(atom.GetTotalNumHs(), (0, 1, 2, 3)),
        float(atom.GetIsAromatic()),
        float(atom.IsInRing()),
    ]


def _one_hot(value, known: Sequence) -> list[float]:
    """A 1 at the known value; at the end a 1 for every other."""
    return [float(value == one) for one in known] + [float(value not in known)]
