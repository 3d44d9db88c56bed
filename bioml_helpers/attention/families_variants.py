"""Scoring changes of a protein (companion 06b): TEM-1's measured mutants, and what is published of language models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bioml_helpers import data, evaluation
from bioml_helpers.data import families as family_data
from bioml_helpers.data import splits, validate
from bioml_helpers.data.encode import PROTEIN

# BLOSUM62: twice log2 of how much more often two amino acids face each other in aligned blocks than by chance.
# Henikoff & Henikoff 1992, https://doi.org/10.1073/pnas.89.22.10915.  Rows in the order of PROTEIN, up to the diagonal.
_BLOSUM62 = """
4
0 9
-2 -3 6
-1 -4 2 5
-2 -2 -3 -3 6
0 -3 -1 -2 -3 6
-2 -3 -1 0 -1 -2 8
-1 -1 -3 -3 0 -4 -3 4
-1 -3 -1 1 -3 -2 -1 -3 5
-1 -1 -4 -3 0 -4 -3 2 -2 4
-1 -1 -3 -2 0 -3 -2 1 -1 2 5
-2 -3 1 0 -3 0 1 -3 0 -3 -2 6
-1 -3 -1 -1 -4 -2 -2 -3 -1 -3 -2 -2 7
-1 -3 0 2 -3 -2 0 -3 1 -2 0 0 -1 5
-1 -3 -2 0 -3 -2 0 -3 2 -2 -1 0 -2 1 5
1 -1 0 0 -2 0 -1 -2 0 -2 -1 1 -1 0 -1 4
0 -1 -1 -1 -2 -2 -2 -1 -1 -1 -1 0 -1 -1 -1 1 5
0 -1 -3 -2 -1 -3 -3 3 -2 1 1 -3 -2 -2 -3 -2 0 4
-3 -2 -4 -3 1 -2 -2 -3 -3 -2 -1 -4 -4 -2 -3 -3 -2 -3 11
-2 -2 -3 -2 3 -3 2 -1 -2 -1 -1 -2 -3 -1 -2 -2 -2 -1 2 7
"""
REACH = 4  # residues to either side that the supervised model sees
SPLITS = ("random", "position")


def blosum62() -> np.ndarray:
    """Return BLOSUM62, letters in the order of ``data.encode.PROTEIN``.

    Returns
    -------
    numpy.ndarray of shape (20, 20), int64
        Symmetric.

    References
    ----------
    Henikoff & Henikoff 1992, https://doi.org/10.1073/pnas.89.22.10915

    Examples
    --------
    >>> scores = blosum62()
    >>> scores[PROTEIN.index("I"), PROTEIN.index("V")], scores[PROTEIN.index("W"), PROTEIN.index("W")]
    (np.int64(3), np.int64(11))
    """
    lower = np.zeros((len(PROTEIN), len(PROTEIN)), np.int64)
    for row, line in enumerate(_BLOSUM62.split("\n")[1:-1]):
        lower[row, : row + 1] = [int(number) for number in line.split()]
    return np.maximum(lower, lower.T) * (lower + lower.T > 0) + np.minimum(lower, lower.T) * (lower + lower.T <= 0)


# ---------------------------------------------------------------- TEM-1


@dataclass(frozen=True)
class Mutants:
    """All measured single mutants of one protein that change an amino acid.

    Attributes
    ----------
    table : pandas.DataFrame
        Columns ``mutant``, ``position``, ``wild_type``, ``mutant_residue``, ``fitness`` (about 1 as the wild type,
        about 0 no function).
    wild_type : str
    card : bioml_helpers.data.Card
    """

    table: pd.DataFrame
    wild_type: str
    card: data.Card

    @property
    def fitness(self) -> np.ndarray:
        """Measured fitness, shape (mutants,)."""
        return self.table["fitness"].to_numpy()

    @property
    def position(self) -> np.ndarray:
        """Changed position, counted from 0, shape (mutants,): the group of a mutant."""
        return self.table["position"].to_numpy()

    def letters(self) -> tuple[np.ndarray, np.ndarray]:
        """Return wild-type and mutant amino acid as numbers, shape (mutants,) each."""
        return tuple(self.table[name].map(PROTEIN.index).to_numpy() for name in ("wild_type", "mutant_residue"))

    def split(self, how: str, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return training rows and the fifth that is held out: mutants at random, or whole positions."""
        how = validate.one_of("how", how, SPLITS)
        if how == "random":
            return splits.random_split(len(self.table), (0.8, 0.2), seed=seed)
        return splits.grouped_split(self.position, (0.8, 0.2), seed=seed)


def mutants(*, quiet: bool = False) -> Mutants:
    """Return the mutants of TEM-1 without the silent ones.

    Examples
    --------
    >>> tem = mutants(quiet=True)
    >>> bool((tem.table["wild_type"] == tem.table["mutant_residue"]).any())
    False
    """
    table, card = data.load("beta_lactamase", quiet=quiet)
    changed = table[~table["is_synonymous"]].reset_index(drop=True)
    return Mutants(changed.drop(columns="sequence"), family_data.wild_type(table), card)


def features(found: Mutants) -> np.ndarray:
    """Return what a supervised model may see of a mutant: the new residue, the wild type around it, BLOSUM62.

    Returns
    -------
    numpy.ndarray of shape (mutants, 20 + 9 × 21 + 1), float32
        One-hot letters; beyond the ends of the protein a 21st letter.

    Examples
    --------
    >>> features(mutants(quiet=True)).shape[1]
    210
    """
    wild, new = found.letters()
    letters = np.array([PROTEIN.index(letter) for letter in found.wild_type])
    padded = np.pad(letters, REACH, constant_values=len(PROTEIN))
    around = np.stack([padded[place : place + 2 * REACH + 1] for place in found.position])
    hot = np.eye(len(PROTEIN) + 1)[around].reshape(len(wild), -1)
    return np.hstack([np.eye(len(PROTEIN))[new], hot, blosum62()[wild, new][:, None]]).astype(np.float32)


def supervised(found: Mutants, how: str, *, trees: int = 15, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Fit a random forest on four fifths of the mutants, and tell the fitness of the others.

    Parameters
    ----------
    found : Mutants
    how : {"random", "position"}
        What is held out: mutants, or whole positions.
    trees, seed : int

    Returns
    -------
    rows : numpy.ndarray
        The held-out mutants.
    told : numpy.ndarray
        Their fitness as told.
    """
    from sklearn.ensemble import RandomForestRegressor

    X = features(found)
    train_rows, test_rows = found.split(how, seed=seed)
    forest = RandomForestRegressor(trees, min_samples_leaf=3, max_features=0.3, random_state=seed)
    forest.fit(X[train_rows], found.fitness[train_rows])
    return test_rows, forest.predict(X[test_rows])


def mean_of_position(found: Mutants, train_rows, rows) -> np.ndarray:
    """Return the mean fitness of the *training* mutants at the same position; of all of them where there is none."""
    known = found.table.iloc[train_rows]
    means = known.groupby("position")["fitness"].mean()
    return found.table["position"].iloc[rows].map(means).fillna(known["fitness"].mean()).to_numpy()


def tem1_table(found: Mutants, *, repeats: int = 5, trees: int = 15) -> pd.DataFrame:
    """Return Spearman's correlation with measured fitness: BLOSUM62, mean of the position, forest; two kinds of split.

    Parameters
    ----------
    found : Mutants
    repeats, trees : int
        Splits of each kind, and trees of each forest.

    Returns
    -------
    pandas.DataFrame
        Columns ``held out``, ``scored by``, ``spearman`` (mean over the splits), ``low``, ``high`` (of the splits). A
        constant score ranks nothing: 0.
    """
    wild, new = found.letters()
    replaced = blosum62()[wild, new]
    ranks: dict[tuple[str, str], list[float]] = {}
    for how, held_out in zip(SPLITS, ("mutants", "positions"), strict=True):
        for seed in range(validate.number("repeats", repeats, low=1, integer=True)):
            train_rows, _ = found.split(how, seed=seed)
            held, told = supervised(found, how, trees=trees, seed=seed)
            rivals = {
                "BLOSUM62": replaced[held],
                "mean of the position": mean_of_position(found, train_rows, held),
                "forest on labels": told,
            }
            for name, score in rivals.items():
                rank = 0.0 if np.ptp(score) == 0 else evaluation.spearman(found.fitness[held], score)
                ranks.setdefault((held_out, name), []).append(rank)
    rows = [(*key, float(np.mean(values)), min(values), max(values)) for key, values in ranks.items()]
    return pd.DataFrame(rows, columns=["held out", "scored by", "spearman", "low", "high"])


def rank_interval(fitness, score, position, *, draws: int = 300) -> evaluation.Interval:
    """Return Spearman's correlation with a 95 % interval, positions drawn anew; 0 to 0 for a constant score.

    Examples
    --------
    >>> rank_interval([0.1, 0.5, 0.9, 0.4], [1, 1, 1, 1], [0, 0, 1, 1])
    Interval(estimate=0.0, low=0.0, high=0.0)
    """
    if np.ptp(score) == 0:
        return evaluation.Interval(0.0, 0.0, 0.0)
    return evaluation.bootstrap_interval(evaluation.spearman, fitness, score, groups=position, n=draws)


# ---------------------------------------------------------------- what is published

# ProteinGym, zero-shot substitutions: table Summary_performance_DMS_substitutions_Spearman.csv of the benchmark's own
# repository (OATML-Markslab/ProteinGym, commit afd8157): mean Spearman over the assays.  Last column: the assay
# BLAT_ECOLX_Firnberg_2014 (TEM-1) of DMS_substitutions_Spearman_DMS_level.csv there.
# Notin and colleagues 2023, https://doi.org/10.1101/2023.12.07.570727
_PROTEINGYM = (
    ("site-independent", "alignment", None, 0.359, 0.471),
    ("EVmutation", "alignment", None, 0.395, 0.708),
    ("GEMME", "alignment", None, 0.455, 0.683),
    ("TranceptEVE L", "both", None, 0.456, 0.736),
    ("UniRep (recurrent)", "language model", None, 0.190, 0.134),
    ("ESM-2 8M", "language model", 8e6, 0.226, 0.411),
    ("ESM-2 35M", "language model", 35e6, 0.321, 0.555),
    ("ESM-2 150M", "language model", 150e6, 0.387, 0.658),
    ("ESM-2 650M", "language model", 650e6, 0.414, 0.737),
    ("ESM-2 3B", "language model", 3e9, 0.406, 0.573),
    ("ESM-2 15B", "language model", 15e9, 0.401, 0.424),
)
# Precision of the L best long-range pairs (24 residues apart or more), in percent, set "large valid": table of the
# README of the ESM repository (facebookresearch/esm), where 650M is written 700M.  Gremlin fits a Potts model to an
# alignment; ESM-2 sees one sequence, and a logistic regression on its attention heads was fitted on 20 structures.
_CONTACTS = (
    ("Gremlin (alignment)", None, 39.3),
    ("ESM-2 8M", 8e6, 15.9),
    ("ESM-2 35M", 35e6, 28.8),
    ("ESM-2 150M", 150e6, 42.2),
    ("ESM-2 650M", 650e6, 50.1),
    ("ESM-2 3B", 3e9, 52.7),
    ("ESM-2 15B", 15e9, 54.5),
)


def proteingym() -> pd.DataFrame:
    """Return the published rows: columns ``model``, ``kind``, ``parameters``, ``mean Spearman``, ``TEM-1``.

    References
    ----------
    Notin and colleagues 2023, https://doi.org/10.1101/2023.12.07.570727

    Examples
    --------
    >>> proteingym().set_index("model").loc["ESM-2 650M", "mean Spearman"]
    np.float64(0.414)
    """
    return pd.DataFrame(_PROTEINGYM, columns=["model", "kind", "parameters", "mean Spearman", "TEM-1"])


def published_contacts() -> pd.DataFrame:
    """Return the published rows: columns ``model``, ``parameters``, ``precision at L`` (share, long range).

    References
    ----------
    Lin and colleagues 2023, https://doi.org/10.1126/science.ade2574; Rao and colleagues 2020,
    https://doi.org/10.1101/2020.12.15.422761 (how contacts are read off attention)

    Examples
    --------
    >>> len(published_contacts())
    7
    """
    table = pd.DataFrame(_CONTACTS, columns=["model", "parameters", "precision at L"])
    table["precision at L"] = (table["precision at L"] / 100).round(3)
    return table


# ---------------------------------------------------------------- ESM-2, where there is a network


class NotAvailable(RuntimeError):
    """ESM-2 cannot be had here; the message says why and what would help."""


ESM2 = "facebook/esm2_t6_8M_UR50D"


def esm2_log_probabilities(sequence: str, positions: Sequence[int] | None = None, *, download: bool = False, load=None):
    """Return ESM-2's log p(amino acid) at each position, that residue masked (the smallest model, 8 million weights).

    Needs the package ``transformers`` and, the first time, a network (about 30 MB); the course needs neither.

    Parameters
    ----------
    sequence : str
    positions : sequence of int, optional
        Counted from 0; by default all.
    download : bool
        False: nothing is imported or fetched.
    load : callable, optional
        For tests: returns ``(tokenizer, model)`` as ``transformers`` gives them.

    Returns
    -------
    numpy.ndarray of shape (positions, 20)
        Natural logarithms, letters in the order of ``data.encode.PROTEIN``.

    Raises
    ------
    NotAvailable
        If it was not asked for, ``transformers`` is not installed, or the weights cannot be had.

    References
    ----------
    Lin and colleagues 2023, https://doi.org/10.1126/science.ade2574

    Examples
    --------
    >>> esm2_log_probabilities("MKV")
    Traceback (most recent call last):
    ...
    bioml_helpers.attention.families_variants.NotAvailable: ESM-2 was not loaded: download=True fetches it once (30 MB).
    """
    if not download:
        raise NotAvailable("ESM-2 was not loaded: download=True fetches it once (30 MB).")
    import torch

    tokenizer, model = (_load_esm2 if load is None else load)()
    positions = range(len(sequence)) if positions is None else positions
    tokens = tokenizer(sequence, return_tensors="pt")[
        "input_ids"
    ]  # one token before the first residue, one after the last
    columns = tokenizer.convert_tokens_to_ids(list(PROTEIN))
    rows = []
    with torch.no_grad():
        for position in positions:
            masked = tokens.clone()
            masked[0, position + 1] = tokenizer.mask_token_id
            logits = model(input_ids=masked).logits[0, position + 1, columns]
            rows.append(torch.log_softmax(logits.double(), dim=0).numpy())
    return np.stack(rows)


def _load_esm2():
    try:
        from transformers import AutoTokenizer, EsmForMaskedLM
    except ImportError:
        raise NotAvailable(
            "ESM-2 needs the package transformers, which is not installed here (pip install transformers). "
            "Nothing else in the course needs it."
        ) from None
    try:
        return AutoTokenizer.from_pretrained(ESM2), EsmForMaskedLM.from_pretrained(ESM2).eval()
    except Exception as error:  # whatever the hub's client raises: no network, a proxy, a full disk
        raise NotAvailable(
            f"The weights of ESM-2 could not be had ({type(error).__name__}): connect once, and run this cell again. "
            "Nothing else in the course needs them."
        ) from None


def esm2_scores(found: Mutants, log_probability: Callable | np.ndarray) -> np.ndarray:
    """Return log p(mutant) − log p(wild type) of each mutant, from log-probabilities of all positions.

    Parameters
    ----------
    found : Mutants
    log_probability : array_like of shape (length, 20)

    Returns
    -------
    numpy.ndarray of shape (mutants,)
    """
    table = validate.array("log_probability", log_probability, ndim=2, length=len(found.wild_type))
    wild, new = found.letters()
    return table[found.position, new] - table[found.position, wild]
