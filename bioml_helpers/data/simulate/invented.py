"""Invented molecules with simulated toxicity (chapter 3) and solubility (chapter 7) of known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import molecules, validate

# Rings and chains with two places for a substituent each: the invented molecules' scaffolds.
CORES = (
    "c1cc({})ccc1{} c1c({})nccc1{} c1c({})ncnc1{} c1c({})scc1{} C1CC({})CCC1{} C1CC({})CN1{} C1CN({})CCC1{} "
    "C1CN({})CCN1{} O1CCN({})CC1{} c1ccc2c({})cccc2c1{} c1cc2c(cc1{})c({})c[nH]2 c1cc2c(cc1{})nc({})[nH]2 "
    "c1cc2c(cc1{})sc({})n2 c1cc({})ccc1-c2ccc({})cc2 c1cc({})ccc1Oc2ccc({})cc2 c1cc({})ccc1C(=O)Nc2ccc({})cc2 "
    "c1cc({})ccc1S(=O)(=O)Nc2ccc({})cc2 c1cc({})ccc1CCc2ccc({})cc2 O=C1NC({})CC1{} O=c1cc({})oc2ccc({})cc12 "
    "C1CC2CC({})CC(C1)C2{} c1c({})cc2c(c1{})OCCO2 CC({})CC{} CC({})CCOCC{}"
).split()
SUBSTITUENTS = (
    "C CC CCC CCCC CCCCCC O OC OCC N N(C)C F Cl Br C(F)(F)F C#N C(=O)O C(=O)N C(=O)OC S(=O)(=O)N S(=O)(=O)C "
    "[N+](=O)[O-] C(C)(C)C CCO OCC(O)CO C(O)C(O)CO"
).split()

# The truth: logit P(active) = bias + LIPOPHILIC * u + POLAR * v + TOGETHER * u * v, where u = (logP - 2) / 1.5 and
# v = (TPSA - 50) / 30, both cut off at ±2.  The product is what a logistic model of the properties cannot express.
LIPOPHILIC, POLAR, TOGETHER = 0.8, -0.6, -1.5
BIAS = dict(
    zip(molecules.ASSAYS, (-5.0, -5.2, -3.7, -4.8, -3.6, -4.9, -5.4, -3.2, -5.4, -4.5, -3.3, -4.4), strict=True)
)
MISSING = 0.2  # of the labels, at random
COPIES = 0.02  # of the rows: a structure that stands in another row already, written differently


def toxicity(rows: int = 600, *, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like Tox21: invented molecules, their real properties, and labels of known truth.

    A molecule is one of `CORES` with two of `SUBSTITUENTS`; RDKit computes its properties. The chance that it is
    active depends on logP, on the polar surface, and on the product of the two: fat-soluble molecules are active if
    they are not polar, and the other way round (this module's constants state the formula). The twelve assays differ
    only in how rare actives are. A fifth of the labels is missing, and 2 % of the rows repeat a structure under another
    SMILES.

    Parameters
    ----------
    rows : int
        Molecules, 10 to 10,000.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        The columns of ``tox21``: ``mol_id``, ``smiles``, ``canonical_smiles``, ``scaffold``, twelve assays, twelve
        properties.

    Raises
    ------
    ModuleNotFoundError
        If RDKit is not installed.
    ValueError
        If `rows` is out of its range.

    Examples
    --------
    >>> toxicity(50).shape
    (50, 28)
    """
    rows = validate.number("rows", rows, low=10, high=10_000, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    smiles = _invent(rows, rng)
    described = molecules.described_once(smiles)
    chance = probabilities(described)  # (rows, 12)
    labels = (rng.random(chance.shape) < chance).astype(float)
    labels[rng.random(labels.shape) < MISSING] = np.nan
    ids = [f"SIM{number:05d}" for number in range(1, rows + 1)]
    table = pd.DataFrame({"mol_id": ids, "smiles": smiles}).join(pd.DataFrame(labels, columns=list(molecules.ASSAYS)))
    return molecules.assembled(table, described)


# The truth of `solubility`: START plus what each heavy atom adds, plus what a bond of an aromatic atom with a halogen
# adds beyond its atoms.  The first sum needs no bonds; the last one needs to know who is bound to whom.
START = 0.8
ADDS = {"C": -0.35, "N": 0.45, "O": 0.5, "S": -0.2, "F": -0.2, "Cl": -0.5, "Br": -0.7}
AROMATIC, HALOGEN_ON_RING, SPREAD = -0.1, -0.6, 0.3


def solubility(rows: int = 500, *, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ESOL: invented molecules, their real properties, and a solubility that adds up over atoms.

    A molecule is one of `CORES` with two of `SUBSTITUENTS`. Its logarithm of solubility is a sum over atoms and over
    bonds (this module's constants state it), with noise of standard deviation `SPREAD`. Two molecules with twice the
    atoms are twice as insoluble, which is what a sum over the atoms can express and a mean cannot.

    Parameters
    ----------
    rows : int
        Molecules, 10 to 10,000.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        The columns of ``esol``: ``name``, ``smiles``, ``canonical_smiles``, ``scaffold``, ``log_solubility``,
        ``published_estimate`` (here the sum without noise and without bonds) and twelve properties.

    Raises
    ------
    ModuleNotFoundError
        If RDKit is not installed.
    ValueError
        If `rows` is out of its range.

    Examples
    --------
    >>> solubility(50).shape
    (50, 18)
    """
    rows = validate.number("rows", rows, low=10, high=10_000, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    smiles = _invent(rows, rng)
    additive, bonds = np.array([_summed(text) for text in smiles]).T
    table = pd.DataFrame(
        {
            "name": [f"SIM{number:05d}" for number in range(1, rows + 1)],
            "smiles": smiles,
            "log_solubility": (additive + bonds + SPREAD * rng.normal(size=rows)).round(3),
            "published_estimate": additive.round(3),
        }
    )
    return molecules.with_properties(table, molecules.described_once(smiles))


def _summed(text: str) -> tuple[float, float]:
    """What the atoms of a molecule add up to, and what its bonds between aromatic atom and halogen add."""
    from rdkit import Chem

    molecule = Chem.MolFromSmiles(text)
    atoms = [ADDS[atom.GetSymbol()] + AROMATIC * atom.GetIsAromatic() for atom in molecule.GetAtoms()]
    halogens = sum(
        atom.GetSymbol() in ("F", "Cl", "Br") and any(other.GetIsAromatic() for other in atom.GetNeighbors())
        for atom in molecule.GetAtoms()
    )
    return START + sum(atoms), HALOGEN_ON_RING * halogens


def probabilities(properties: pd.DataFrame) -> np.ndarray:
    """Return the true chance of each molecule to be active in each assay, shape (rows, 12).

    Examples
    --------
    >>> import pandas as pd
    >>> float(probabilities(pd.DataFrame({"logp": [5.0], "tpsa": [0.0]})).max().round(2))
    0.99
    """
    u = np.clip((properties["logp"].to_numpy() - 2.0) / 1.5, -2, 2)
    v = np.clip((properties["tpsa"].to_numpy() - 50.0) / 30.0, -2, 2)
    logit = LIPOPHILIC * u + POLAR * v + TOGETHER * u * v  # (rows,)
    return 1 / (1 + np.exp(-(logit[:, None] + np.array([BIAS[assay] for assay in molecules.ASSAYS]))))


def _invent(rows: int, rng: np.random.Generator) -> list[str]:
    """Distinct ways to fill the cores, the last few of them structures already there, written in another order."""
    from rdkit import Chem

    copies = int(COPIES * rows)
    shape = (len(CORES), len(SUBSTITUENTS), len(SUBSTITUENTS))
    chosen = np.unravel_index(rng.permutation(np.prod(shape))[: rows - copies], shape)
    smiles = [CORES[core].format(SUBSTITUENTS[one], SUBSTITUENTS[two]) for core, one, two in zip(*chosen, strict=True)]
    for number in range(copies):
        (other,) = Chem.MolToRandomSmilesVect(Chem.MolFromSmiles(smiles[number]), 1, randomSeed=number + 1)
        smiles.append(other)
    return smiles
