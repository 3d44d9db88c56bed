"""A second family (companion 08b): chorismate mutase through a variational autoencoder, judged on held-out groups.

With this enzyme Russ and colleagues 2020 (https://doi.org/10.1126/science.aba3304) showed that sequences drawn from a
statistical model of a family can work; theirs was about columns and pairs of columns, no neural network.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bioml_helpers.autoencoder import models
from bioml_helpers.autoencoder.layers import VAE
from bioml_helpers.autoencoder.models import Family
from bioml_helpers.data import encode
from bioml_helpers.data.encode import PROTEIN
from bioml_helpers.data.families import ALIGNED, GAP

KEPT = 0.8  # share of sequences from which a column counts as conserved
STAGES = ((4e-3, 16), (1e-3, 4))  # learning rates and epochs


def kept_columns(known: pd.DataFrame, share: float = KEPT) -> dict[int, str]:
    """Return the columns (counted from 0) in which at least that share of the sequences has one residue.

    Parameters
    ----------
    known : pandas.DataFrame
        Columns ``sequence`` and ``weight``.
    share : float

    Returns
    -------
    dict of int to str
        Column to residue.

    Examples
    --------
    >>> kept_columns(pd.DataFrame({"sequence": ["AC", "AD"], "weight": 1.0}))
    {0: 'A'}
    """
    numbers = encode.integers(known["sequence"].tolist(), ALIGNED)
    total, found = known["weight"].sum(), {}
    for at, column in enumerate(numbers.T):
        counts = np.bincount(column, known["weight"], minlength=len(ALIGNED))[: len(PROTEIN)] / total
        if counts.max() >= share:
            found[at] = PROTEIN[int(counts.argmax())]
    return found


def train_enzyme_vae(family: Family, *, latent: int = 8, seed: int = 0, **how) -> VAE:
    """Train a variational autoencoder of the family's training sequences.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> table = simulate.chorismate_mutase(30)
    >>> train_enzyme_vae(Family(table, table, None), stages=[(1e-3, 1)]).sizes[0]
    2016
    """
    return models.family_vae(family.train, latent=latent, seed=seed, **{"stages": STAGES} | how)


def recovery_table(family: Family, fitted: dict[str, VAE]) -> pd.DataFrame:
    """Return how many residues of held-out sequences come back: consensus, nearest relative, models.

    The nearest relative is the training sequence with the most equal columns; like a model's encoder, it is chosen
    with the whole held-out sequence in sight.

    Parameters
    ----------
    family : Family
    fitted : dict of str to VAE

    Returns
    -------
    pandas.DataFrame
        Columns ``said by``, ``training`` and ``held out`` (share of residues; NaN where a sequence would be compared
        with itself).
    """
    known, new = (part["sequence"].tolist() for part in (family.train, family.test))
    near = [known[row] for row in models.identities(new, known).argmax(axis=1)]
    rows = [
        ("consensus", *(models.recovery([family.consensus] * len(one), one) for one in (known, new))),
        ("nearest relative", np.nan, models.recovery(near, new)),
    ]
    for name, model in fitted.items():
        rows.append((name, *(models.recovery(models.rebuilt(model, one), one) for one in (known, new))))
    return pd.DataFrame(rows, columns=["said by", "training", "held out"])


def pair_statistics(sequences: Sequence[str]) -> np.ndarray:
    """Return how often two letters stand in two columns together, beyond what the columns alone give.

    Parameters
    ----------
    sequences : sequence of str
        Aligned.

    Returns
    -------
    numpy.ndarray
        One number for each pair of columns and pair of letters.

    Examples
    --------
    >>> pair_statistics(["AC", "AC", "DE", "DE"]).max()
    np.float32(0.25)
    """
    X = encode.one_hot(list(sequences), ALIGNED, channels_first=False).astype(np.float32)
    n, columns, letters = X.shape
    flat = X.reshape(n, -1)
    both = (flat.T @ flat / n - np.outer(flat.mean(axis=0), flat.mean(axis=0))).reshape(
        columns, letters, columns, letters
    )
    i, j = np.triu_indices(columns, 1)
    return both[i, :, j].ravel()


def generation_table(family: Family, model: VAE, *, n: int = 500, seed: int = 0) -> pd.DataFrame:
    """Compare new sequences with natural ones: conserved columns, nearness, and how columns go together.

    Parameters
    ----------
    family : Family
    model : VAE
    n : int
        New sequences of each kind.
    seed : int

    Returns
    -------
    pandas.DataFrame
        Columns ``sequences``, ``conserved`` (share that has all conserved columns), ``identity`` (median, with the
        nearest training sequence) and ``pairs`` (correlation of their pair statistics with those of the training
        sequences).
    """
    kept = kept_columns(family.train)
    known = family.train["sequence"].tolist()
    aim = pair_statistics(known)
    kinds = {
        "held out, natural": family.test["sequence"].tolist(),
        "autoencoder, drawn": models.generate(model, n, seed=seed),
        "autoencoder, most probable": models.generate(model, n, seed=seed, draw=False),
        "profile (columns alone)": models.from_profile(family.train, n, seed=seed),
    }
    rows = []
    for name, sequences in kinds.items():
        whole = np.mean([all(one[at] == letter for at, letter in kept.items()) for one in sequences])
        near = float(np.median(models.identities(sequences, known).max(axis=1)))
        rows.append((name, float(whole), near, float(np.corrcoef(pair_statistics(sequences), aim)[0, 1])))
    return pd.DataFrame(rows, columns=["sequences", "conserved", "identity", "pairs"])


def funnel(family: Family, model: VAE, *, n: int = 500, seed: int = 0, near: float = 0.9, far: float = 0.4):
    """Filter new sequences down to a list that a laboratory could order.

    Parameters
    ----------
    family : Family
    model : VAE
    n, seed : int
    near, far : float
        Identity with the nearest training sequence that is wanted at most, and at least.

    Returns
    -------
    counts : pandas.DataFrame
        Columns ``filter`` and ``left``.
    left : list of str
        Without gaps.
    """
    kept = kept_columns(family.train)
    lengths = [len(one.replace(GAP, "")) for one in family.train["sequence"]]
    least, most = int(np.quantile(lengths, 0.025)), int(np.quantile(lengths, 0.975))
    natural = {one.replace(GAP, "") for part in (family.train, family.test) for one in part["sequence"]}
    left = models.generate(model, n, seed=seed)
    counts = [("decoded", len(left))]
    filters = {
        f"{least} to {most} residues": lambda one: least <= len(one.replace(GAP, "")) <= most,
        f"the {len(kept)} conserved columns": lambda one: all(one[at] == letter for at, letter in kept.items()),
        "not known in nature": lambda one: one.replace(GAP, "") not in natural,
    }
    for name, wanted in filters.items():
        left = [one for one in left if wanted(one)]
        counts.append((name, len(left)))
    left = list(dict.fromkeys(left))
    nearest = models.identities(left, family.train["sequence"]).max(axis=1) if left else np.array([])
    left = [one.replace(GAP, "") for one, alike in zip(left, nearest, strict=True) if far <= alike <= near]
    counts.append((f"{far:.0%} to {near:.0%} like a known one", len(left)))
    return pd.DataFrame(counts, columns=["filter", "left"]), left
