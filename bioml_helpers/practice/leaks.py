"""Five leaks, each with its tempting and its honest way, on the same data and with the same model (companion 09b).

L1 to L3 use simulated data whose truth is known: there is nothing to be learned, so an honest score is 0.5. L4 uses the
molecules of Tox21, L5 real red blood cells under a simulated stain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bioml_helpers import data, evaluation
from bioml_helpers.data import validate
from bioml_helpers.data.simulate import site_stain
from bioml_helpers.data.simulate.stains import optical_density

SEEDS = (0, 1, 2, 3, 4)
RESIDUES = 20


@dataclass(frozen=True)
class Lab:
    """One leak: what the same study scores with it and without it.

    Attributes
    ----------
    name : str
        "L1" to "L5".
    leak : str
        What is done wrong, in a few words.
    metric : str
        "accuracy" or "AUROC".
    tempting, honest : str
        The two ways.
    tempting_scores, honest_scores : tuple of float
        One a seed.
    truth : float
        The score that the data allow, where that is known (0.5: nothing to be learned); else NaN.
    card : bioml_helpers.data.Card or None
        Of the real data, if there are any.
    """

    name: str
    leak: str
    metric: str
    tempting: str
    honest: str
    tempting_scores: tuple[float, ...]
    honest_scores: tuple[float, ...]
    truth: float = float("nan")
    card: data.Card | None = None

    @property
    def inflation(self) -> float:
        """Mean tempting score minus mean honest score."""
        return float(np.mean(self.tempting_scores) - np.mean(self.honest_scores))


# ---------------------------------------------------------------- L1 relatives on both sides


def labelled_families(
    families: int = 100, members: int = 10, length: int = 60, *, identity: float = 0.8, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Simulate protein families of which each has a label drawn by a coin: nothing in a sequence causes it.

    Parameters
    ----------
    families, members, length : int
        Families, proteins in each, residues in each.
    identity : float
        Share of the residues that a protein has kept from its family's ancestor.
    seed : int
        Same seed, same families.

    Returns
    -------
    sequences : numpy.ndarray of shape (families × members, length), int64
        Residues as numbers 0 to 19.
    y : numpy.ndarray
        0 or 1, the same for all members of a family.
    family : numpy.ndarray
        Number of the family.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> sequences, y, family = labelled_families(3, 2, 8)
    >>> sequences.shape, family.tolist(), bool((y[::2] == y[1::2]).all())
    ((6, 8), [0, 0, 1, 1, 2, 2], True)
    """
    families = validate.number("families", families, low=2, integer=True)
    members = validate.number("members", members, low=1, integer=True)
    length = validate.number("length", length, low=1, integer=True)
    identity = validate.number("identity", identity, low=0, high=1)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    ancestors = rng.integers(RESIDUES, size=(families, length))
    sequences = np.repeat(ancestors, members, axis=0)
    changed = rng.random(sequences.shape) > identity
    sequences[changed] = rng.integers(RESIDUES, size=changed.sum())
    y = np.repeat(rng.permutation(np.arange(families) % 2), members)  # as many families of each label
    return sequences, y, np.repeat(np.arange(families), members)


def nearest_neighbour(sequences, y, train, test) -> np.ndarray:
    """Return for each test sequence the label of the training sequence that shares most residues with it.

    Examples
    --------
    >>> nearest_neighbour(np.array([[0, 0], [5, 5], [5, 0], [5, 5]]), np.array([0, 1, 0, 0]), [0, 1], [3]).tolist()
    [1]
    """
    shared = (sequences[test][:, None] == sequences[train][None]).sum(axis=2)  # (test, train)
    return np.asarray(y)[np.asarray(train)[shared.argmax(axis=1)]]


def homology(seeds: Sequence[int] = SEEDS) -> Lab:
    """L1: the label of a protein family is told by a near relative in the training part.

    Examples
    --------
    >>> homology((0,)).tempting_scores
    (1.0,)
    """
    scores: dict[str, list[float]] = {"random": [], "family": []}
    for seed in seeds:
        sequences, y, family = labelled_families(seed=seed)
        parts = {
            "random": data.splits.random_split(len(y), (0.75, 0.25), seed=seed),
            "family": data.splits.grouped_split(family, (0.75, 0.25), seed=seed),
        }
        data.splits.assert_no_group_overlap(*(family[part] for part in parts["family"]))
        for how, (train, test) in parts.items():
            scores[how].append(float((nearest_neighbour(sequences, y, train, test) == y[test]).mean()))
    return Lab(
        "L1",
        "relatives on both sides",
        "accuracy",
        "split proteins at random",
        "split whole families",
        tuple(scores["random"]),
        tuple(scores["family"]),
        truth=0.5,
    )


# ---------------------------------------------------------------- L2 features chosen before the folds


def noise(rows: int = 100, features: int = 10_000, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return measurements that are pure noise, and labels that have nothing to do with them.

    Returns
    -------
    X : numpy.ndarray of shape (rows, features)
    y : numpy.ndarray of shape (rows,)
        0 and 1, half of each, in random order.

    Examples
    --------
    >>> X, y = noise(6, 3)
    >>> X.shape, int(y.sum())
    ((6, 3), 3)
    """
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    return rng.normal(size=(rows, features)), rng.permutation(np.arange(rows) % 2)


def selection(seeds: Sequence[int] = SEEDS, *, count: int = 20, folds: int = 5) -> Lab:
    """L2: the best features of 10,000 are chosen with all rows, and cross-validated afterwards.

    Examples
    --------
    >>> lab = selection((0,))
    >>> lab.inflation > 0.2
    True
    """
    from sklearn.linear_model import LogisticRegression

    scores: dict[str, list[float]] = {"before": [], "inside": []}
    for seed in seeds:
        X, y = noise(seed=seed)
        fold = np.random.default_rng(seed).permutation(np.arange(len(y)) % folds)
        with_all_rows = evaluation.Selector(count).fit(X, y)
        right: dict[str, list[bool]] = {"before": [], "inside": []}
        for number in range(folds):
            train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            inside = evaluation.Selector(count).fit(X, y, rows=train)
            inside.assert_never_saw(test)
            for how, selector in (("before", with_all_rows), ("inside", inside)):
                Z = selector.transform(X)
                right[how] += (LogisticRegression().fit(Z[train], y[train]).predict(Z[test]) == y[test]).tolist()
        for how, found in right.items():
            scores[how].append(float(np.mean(found)))
    return Lab(
        "L2",
        "features chosen before the folds",
        "accuracy",
        "choose 20 of 10,000, then cross-validate",
        "choose anew in each fold",
        tuple(scores["before"]),
        tuple(scores["inside"]),
        truth=0.5,
    )


# ---------------------------------------------------------------- L3 copies made before the split


def oversampled(y, rows, *, seed: int = 0) -> np.ndarray:
    """Return `rows` with positives drawn again until both classes are equally many.

    Parameters
    ----------
    y : array_like of shape (n,)
        0 and 1; of all rows.
    rows : array_like
        Row numbers to balance.
    seed : int
        Which positives are repeated.

    Raises
    ------
    ValueError
        If there is no positive among them, or more positives than negatives.

    Examples
    --------
    >>> oversampled([1, 0, 0, 0, 1], [0, 1, 2, 3]).tolist()
    [0, 1, 2, 3, 0, 0]
    """
    labels = validate.array("y", y, ndim=1)
    rows = validate.array("rows", rows, ndim=1, integer=True)
    positives = rows[labels[rows] == 1]
    missing = len(rows) - 2 * len(positives)
    if len(positives) == 0 or missing < 0:
        raise ValueError(
            f"rows: expected positives, and fewer of them than negatives, got {len(positives)} of {len(rows)} rows."
        )
    return np.concatenate([rows, np.random.default_rng(seed).choice(positives, missing)])


def copies(seeds: Sequence[int] = SEEDS, *, rows: int = 900, positives: int = 90, features: int = 20) -> Lab:
    """L3: rare positives are repeated to balance the classes, and the copies land on both sides of the split.

    Examples
    --------
    >>> lab = copies((0,))
    >>> lab.tempting_scores[0] > 0.99
    True
    """
    from sklearn.ensemble import RandomForestClassifier

    scores: dict[str, list[float]] = {"before": [], "after": []}
    for seed in seeds:
        X, _ = noise(rows, features, seed=seed)
        y = np.random.default_rng(seed).permutation(np.arange(rows) < positives).astype(int)
        repeated = oversampled(y, np.arange(rows), seed=seed)
        train, test = data.splits.random_split(rows, (0.67, 0.33), seed=seed)
        parts = {
            "before": [repeated[part] for part in data.splits.random_split(len(repeated), (0.67, 0.33), seed=seed)],
            "after": [oversampled(y, train, seed=seed), test],
        }
        evaluation.assert_no_shared_rows(*(X[part] for part in parts["after"]))
        for how, (fitted, judged) in parts.items():
            forest = RandomForestClassifier(40, random_state=seed).fit(X[fitted], y[fitted])
            scores[how].append(evaluation.auroc(y[judged], forest.predict_proba(X[judged])[:, 1]))
    return Lab(
        "L3",
        "copies made before the split",
        "AUROC",
        "repeat positives, then split",
        "split, then repeat in training only",
        tuple(scores["before"]),
        tuple(scores["after"]),
        truth=0.5,
    )


# ---------------------------------------------------------------- L4 one chemical series on both sides


def scaffolds(seeds: Sequence[int] = SEEDS, *, assay: str = "SR-MMP", quiet: bool = False) -> Lab:
    """L4: molecules of one scaffold lie on both sides, though the model is meant for new chemistry.

    There is one scaffold split, so its spread is that of the forest's seeds; the random splits differ as well.

    Examples
    --------
    >>> lab = scaffolds((0,), quiet=True)
    >>> 0.5 < lab.honest_scores[0] < 1
    True
    """
    from sklearn.ensemble import RandomForestClassifier

    task = assay_table(assay, quiet=quiet)
    scores: dict[str, list[float]] = {"random": [], "scaffold": []}
    for seed in seeds:
        parts = {
            "random": data.splits.grouped_split(task.structure, seed=seed),
            "scaffold": data.splits.scaffold_split(task.scaffold),
        }
        data.splits.assert_no_group_overlap(*(task.scaffold[part] for part in parts["scaffold"]))
        for how, (train, _, test) in parts.items():
            forest = RandomForestClassifier(50, min_samples_leaf=2, random_state=seed)
            forest.fit(task.X[train], task.y[train])
            scores[how].append(evaluation.auroc(task.y[test], forest.predict_proba(task.X[test])[:, 1]))
    return Lab(
        "L4",
        "one chemical series on both sides",
        "AUROC",
        "split structures at random",
        "split whole scaffolds",
        tuple(scores["random"]),
        tuple(scores["scaffold"]),
        card=task.card,
    )


@dataclass(frozen=True)
class AssayTable:
    """The molecules of one assay of Tox21 with a known label.

    Attributes
    ----------
    X : numpy.ndarray of shape (molecules, 12)
        The properties.
    y : numpy.ndarray
        1 active, 0 inactive.
    structure, scaffold : numpy.ndarray of str
    card : bioml_helpers.data.Card
    """

    X: np.ndarray
    y: np.ndarray
    structure: np.ndarray
    scaffold: np.ndarray
    card: data.Card


def assay_table(assay: str, *, quiet: bool = False) -> AssayTable:
    """Load one assay of Tox21.

    Raises
    ------
    ValueError
        If there is no assay of that name.

    Examples
    --------
    >>> assay_table("NR-AR", quiet=True).X.shape[1]
    12
    """
    validate.one_of("assay", assay, data.molecules.ASSAYS)
    table, card = data.load("tox21", quiet=quiet)
    table = table[table[assay].notna()]
    return AssayTable(
        table[list(data.molecules.PROPERTIES)].to_numpy(float),
        table[assay].to_numpy(int),
        table["canonical_smiles"].to_numpy(str),
        table["scaffold"].to_numpy(str),
        card,
    )


# ---------------------------------------------------------------- L5 the site instead of the disease

# Images and share of cases at two of the sites of Zech et al. 2018 (doi:10.1371/journal.pmed.1002683).
NORTH_IMAGES, SOUTH_IMAGES = 42_396, 112_120
NORTH_CASES, SOUTH_CASES = 0.342, 0.012


def colours(crops) -> np.ndarray:
    """Return six numbers a crop: mean and standard deviation of the optical density of red, green and blue.

    Examples
    --------
    >>> colours(np.full((2, 4, 4, 3), 255)).round(3).tolist()
    [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]
    """
    density = optical_density(crops)
    return np.concatenate([density.mean(axis=(1, 2)), density.std(axis=(1, 2))], axis=1)


@dataclass(frozen=True)
class SiteRun:
    """One run of lab L5.

    Attributes
    ----------
    same, elsewhere : float
        AUROC on new cells of the two sites, and on the same cells stained at a third site.
    site_alone : float
        AUROC of sorting the new cells by their site.
    """

    same: float
    elsewhere: float
    site_alone: float


def site_runs(
    seeds: Sequence[int] = SEEDS, *, cells: int = 1300, quiet: bool = False
) -> tuple[list[SiteRun], data.Card]:
    """Give red cells a made-up diagnosis that no cell shows, as common at each site as pneumonia was, and learn it.

    The sites' shares of cases and of images are those of Zech and colleagues (2018); the stain is simulated, the cells
    are real. Training and test cells come from different fields of view.

    Parameters
    ----------
    seeds : sequence of int
    cells : int
        Red cells to use.
    quiet : bool
        Print nothing.

    Returns
    -------
    runs : list of SiteRun
    card : bioml_helpers.data.Card
    """
    from sklearn.linear_model import LogisticRegression

    table, card = data.load("blood_cells", quiet=quiet)
    red = table[table["cell_type"] == "red cell"]
    red = red.iloc[np.random.default_rng(0).permutation(len(red))[:cells]]
    crops, field = np.stack(red["crop"]), red["field"].to_numpy()
    runs = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        north = rng.random(len(crops)) < NORTH_IMAGES / (NORTH_IMAGES + SOUTH_IMAGES)
        y = (rng.random(len(crops)) < np.where(north, NORTH_CASES, SOUTH_CASES)).astype(int)
        train, test = data.splits.grouped_split(field, (0.6, 0.4), seed=seed)
        X = np.empty((len(crops), 6))
        for site, here in (("north", north), ("south", ~north)):
            X[here] = colours(site_stain(crops[here], site, seed=seed))
        scaler = evaluation.Standardiser().fit(X, rows=train)
        model = LogisticRegression(max_iter=500).fit(scaler.transform(X)[train], y[train])
        abroad = colours(site_stain(crops[test], "abroad", seed=seed))
        same, elsewhere = (model.decision_function(scaler.transform(one)) for one in (X[test], abroad))
        runs.append(
            SiteRun(*(evaluation.auroc(y[test], score) for score in (same, elsewhere, north[test].astype(float))))
        )
    return runs, card


def sites(seeds: Sequence[int] = SEEDS, *, cells: int = 1300, quiet: bool = False) -> Lab:
    """L5: the test cells come from the sites of the training cells, and the site stands for the disease.

    Examples
    --------
    >>> lab = sites((0,), cells=400, quiet=True)
    >>> lab.name, lab.truth
    ('L5', 0.5)
    """
    runs, card = site_runs(seeds, cells=cells, quiet=quiet)
    return Lab(
        "L5",
        "the site instead of the disease",
        "AUROC",
        "test on new cells of the same two sites",
        "test at a third site",
        tuple(run.same for run in runs),
        tuple(run.elsewhere for run in runs),
        truth=0.5,
        card=card,
    )


# ---------------------------------------------------------------- all five

LABS = {"L1": homology, "L2": selection, "L3": copies, "L4": scaffolds, "L5": sites}


def run_labs(seeds: Sequence[int] = SEEDS, *, quiet: bool = False) -> list[Lab]:
    """Run the five labs.

    Parameters
    ----------
    seeds : sequence of int
        The same for all.
    quiet : bool
        Print nothing.
    """
    return [homology(seeds), selection(seeds), copies(seeds), scaffolds(seeds, quiet=quiet), sites(seeds, quiet=quiet)]


def lab_table(labs: Sequence[Lab]) -> pd.DataFrame:
    """Return the labs as a table: mean and range of each way, by how much the leak inflates, and the truth if known.

    Examples
    --------
    >>> lab = Lab("L9", "a leak", "AUROC", "wrong", "right", (0.9, 1.0), (0.5, 0.5), truth=0.5)
    >>> lab_table([lab])[["lab", "tempting", "honest", "inflation"]].values.tolist()
    [['L9', '0.95 (0.90–1.00)', '0.50 (0.50–0.50)', 0.45]]
    """

    def told(scores):
        return f"{np.mean(scores):.2f} ({min(scores):.2f}–{max(scores):.2f})"

    return pd.DataFrame(
        {
            "lab": [lab.name for lab in labs],
            "leak": [lab.leak for lab in labs],
            "metric": [lab.metric for lab in labs],
            "tempting": [told(lab.tempting_scores) for lab in labs],
            "honest": [told(lab.honest_scores) for lab in labs],
            "inflation": [round(lab.inflation, 2) for lab in labs],
            "truth": ["unknown" if np.isnan(lab.truth) else f"{lab.truth:.1f}" for lab in labs],
            "seeds": [len(lab.honest_scores) for lab in labs],
        }
    )
