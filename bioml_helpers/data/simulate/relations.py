"""Drugs, genes and food molecules with known truth: what merged relations can tell (companion 07c)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import validate

MODULE = 20  # genes of a module: they act together
CANCER = (0, 1)  # the modules that anticancer drugs act on
RELATIONS = ("drug-gene", "food-gene", "gene-gene")


def three_relations(
    *, modules: int = 12, drugs: int = 60, foods: int = 60, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulate drugs, food molecules and genes, joined by three relations, with the active food molecules known.

    Genes form modules of 20; a gene is joined to two fifths of its module and to four genes in a thousand elsewhere. A
    third of the drugs are anticancer drugs: they act on the *first* ten genes of the modules 0 and 1. One food molecule
    in five is active: it acts on the *last* ten genes of these modules. So active molecules share a module with
    anticancer drugs, and hardly a target. All other molecules act on other modules. Every molecule hits one gene at
    random besides. A third of the inactive food molecules have been studied a lot: 12 more genes, drawn at random, are
    listed for them.

    Parameters
    ----------
    modules : int
        At least 4.
    drugs, foods : int
        At least 10.
    seed : int
        Same seed, same tables.

    Returns
    -------
    links : pandas.DataFrame
        Columns ``relation`` (one of `RELATIONS`), ``source``, ``target``: each link once.
    molecules : pandas.DataFrame
        Columns ``name``, ``kind`` (drug or food), ``is_anticancer``, ``is_active`` (the truth, for food molecules),
        ``n_targets``.

    Raises
    ------
    ValueError
        If a number is too small.

    Examples
    --------
    >>> links, molecules = three_relations()
    >>> links["relation"].unique().tolist(), int(molecules["is_active"].sum())
    (['drug-gene', 'food-gene', 'gene-gene'], 12)
    """
    modules = validate.number("modules", modules, low=4, integer=True)
    drugs = validate.number("drugs", drugs, low=10, integer=True)
    foods = validate.number("foods", foods, low=10, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    genes = modules * MODULE
    rows, facts = [], []
    for kind, count, active_every, place in (("drug", drugs, 3, slice(0, 10)), ("food", foods, 5, slice(10, 20))):
        for number in range(count):
            active = number % active_every == 0
            module = rng.choice(CANCER) if active else rng.integers(len(CANCER), modules)
            home = np.arange(module * MODULE, (module + 1) * MODULE)[place]
            hit = set(rng.choice(home, rng.integers(3, 7), replace=False)) | {rng.integers(genes)}
            if kind == "food" and not active and rng.random() < 1 / 3:
                hit |= set(rng.choice(genes, 12, replace=False))
            name = f"{kind} {number + 1}"
            rows += [(f"{kind}-gene", name, f"gene {gene + 1}") for gene in sorted(hit)]
            facts.append((name, kind, active and kind == "drug", active and kind == "food", len(hit)))
    rows += [("gene-gene", f"gene {a + 1}", f"gene {b + 1}") for a, b in _gene_pairs(rng, genes, 0.4, 0.004)]
    links = pd.DataFrame(rows, columns=["relation", "source", "target"])
    return links, pd.DataFrame(facts, columns=["name", "kind", "is_anticancer", "is_active", "n_targets"])


def _gene_pairs(rng: np.random.Generator, genes: int, within: float, between: float) -> np.ndarray:
    """Pairs a < b of genes; each gene has at least one."""
    a, b = np.triu_indices(genes, 1)
    kept = rng.random(len(a)) < np.where(a // MODULE == b // MODULE, within, between)
    kept |= (b == a + 1) & (a % MODULE == 0)  # no module without an edge
    pairs = np.column_stack([a[kept], b[kept]])
    alone = np.setdiff1d(np.arange(genes), pairs)
    more = np.sort(np.column_stack([alone, (alone // MODULE) * MODULE + (alone + 1) % MODULE]), axis=1)
    return np.concatenate([pairs, more])


def drug_links(*, drugs: int = 240, families: int = 16, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ``drug_targets``: a drug acts on genes of one family, and one of its classes names it.

    A family has 4 genes. A drug acts on one to four genes of its family, and one in ten on a gene of another family
    besides. Its classes are the name of the family, which its makers knew, and a use that is drawn at random.

    Parameters
    ----------
    drugs : int
        At least 20.
    families : int
        At least 2.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``drug``, ``name``, ``gene``, ``action``, ``classes``.

    Raises
    ------
    ValueError
        If a number is too small.

    Examples
    --------
    >>> drug_links(drugs=20).columns.tolist()
    ['drug', 'name', 'gene', 'action', 'classes']
    """
    drugs = validate.number("drugs", drugs, low=20, integer=True)
    families = validate.number("families", families, low=2, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    rows = []
    for number in range(drugs):
        family = rng.integers(families)
        genes = set(family * 4 + rng.choice(4, rng.integers(1, 5), replace=False))
        if rng.random() < 0.1:
            genes.add(rng.integers(families * 4))
        classes = (f"Use {rng.integers(8) + 1}", f"family {family + 1} inhibitor")
        rows += [
            (f"SIM{number:05d}", f"drug {number + 1}", int(gene) + 1, "inhibitor", classes) for gene in sorted(genes)
        ]
    return pd.DataFrame(rows, columns=["drug", "name", "gene", "action", "classes"])


def food_and_drugs(*, drugs: int = 300, foods: int = 20, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ``hyperfoods``: anticancer drugs act on two modules of genes, others on ten others.

    One drug in five is an anticancer drug. Each molecule acts on 6 to 12 genes of a module, and on 2 to 8 genes drawn
    from all 240. The genes are those of `gene_pairs`.

    Parameters
    ----------
    drugs, foods : int
        At least 25 drugs and 2 food molecules; food molecules are no anticancer drugs in the table.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``drug``, ``name``, ``is_food``, ``is_anticancer``, ``targets``, ``test_fold``, ``validation_folds``.

    Raises
    ------
    ValueError
        If a number is too small.

    Examples
    --------
    >>> table = food_and_drugs()
    >>> len(table), int(table["is_food"].sum()), int(table["is_anticancer"].sum())
    (320, 20, 60)
    """
    drugs = validate.number("drugs", drugs, low=25, integer=True)
    foods = validate.number("foods", foods, low=2, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    genes, modules = 12 * MODULE, 12
    rows = []
    for number in range(drugs + foods):
        is_food = number >= drugs
        is_anticancer = not is_food and number % 5 == 0
        near = is_anticancer or (is_food and number % 5 == 0)
        module = rng.choice(CANCER) if near else rng.integers(len(CANCER), modules)
        home = np.arange(module * MODULE, (module + 1) * MODULE)
        hit = set(rng.choice(home, rng.integers(6, 13), replace=False)) | set(
            rng.choice(genes, rng.integers(2, 9), replace=False)
        )
        name = f"food molecule {number - drugs + 1}" if is_food else f"SIM{number:05d}"
        rows.append((f"SIM{number:05d}", name, is_food, is_anticancer, tuple(sorted(map(int, hit)))))
    table = pd.DataFrame(rows, columns=["drug", "name", "is_food", "is_anticancer", "targets"])
    order = rng.permutation(len(table))
    table["test_fold"] = order % 5
    # a tenth of what is left is for choosing the penalty
    table["validation_folds"] = [((place % 5 + 1) % 5,) if place % 2 else () for place in order]
    return table


def gene_pairs(*, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ``hyperfoods_genes``: 240 genes in 12 modules, joined mostly within their module.

    Parameters
    ----------
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``a``, ``b`` (numbers, a < b), ``gene_a``, ``gene_b``, ``score``.

    Raises
    ------
    ValueError
        If the seed is no whole number from 0 on.

    Examples
    --------
    >>> int(gene_pairs()[["a", "b"]].to_numpy().max())
    239
    """
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    a, b = np.unique(_gene_pairs(rng, 12 * MODULE, 0.2, 0.01), axis=0).T
    return pd.DataFrame(
        {
            "a": a,
            "b": b,
            "gene_a": [f"GENE{number + 1}" for number in a],
            "gene_b": [f"GENE{number + 1}" for number in b],
            "score": rng.integers(150, 1000, size=len(a)),
        }
    )
