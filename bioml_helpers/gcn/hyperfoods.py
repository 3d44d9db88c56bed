"""Companion 07c, anticancer drugs from their genes: the published folds, a baseline without the graph, and the graph.

References
----------
Gonzalez, Gong, Laponogov, Bronstein & Veselkov 2021, https://doi.org/10.1186/s40246-021-00333-4 (folds, network)
Veselkov et al. 2019, https://doi.org/10.1038/s41598-019-45349-y (the walks that came before)
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bioml_helpers import evaluation
from bioml_helpers.data import validate
from bioml_helpers.data.relations import FOLDS
from bioml_helpers.gcn import relations

PENALTIES = (1.0, 10.0, 100.0, 1000.0)  # C of logistic regression: the smaller, the stronger the penalty
PUBLISHED = {
    "F1": (0.6799, 0.0252),
    "AUPR": (0.7391, 0.0349),
}  # mean and standard deviation, as the article states them


def profiles(drugs: pd.DataFrame, genes: pd.DataFrame | None = None, steps: int = 0):
    """Return a sparse row of genes for each drug: those it is linked to, or what reaches each gene after some steps.

    A step spreads the row over the gene graph as a graph convolution does, D^-1/2 (A + I) D^-1/2, without weights.

    Parameters
    ----------
    drugs : pandas.DataFrame
        As data set ``hyperfoods``.
    genes : pandas.DataFrame, optional
        As data set ``hyperfoods_genes``; needed for steps.
    steps : int
        0: no graph.

    Returns
    -------
    scipy.sparse.csr_matrix
        Shape (drugs, genes), each row scaled to length 1.

    Raises
    ------
    ValueError
        If there are steps but no genes.

    Examples
    --------
    >>> drugs = pd.DataFrame({"targets": [(0,), (0, 1)]})
    >>> profiles(drugs).toarray().astype(float).round(2).tolist()
    [[1.0, 0.0], [0.71, 0.71]]
    >>> profiles(drugs, pd.DataFrame({"a": [0], "b": [1]}), steps=1).toarray().astype(float).round(2).tolist()
    [[0.71, 0.71], [0.71, 0.71]]
    """
    from scipy.sparse import csr_matrix, diags, eye

    steps = validate.number("steps", steps, low=0, high=5, integer=True)
    if steps and genes is None:
        raise ValueError("genes: expected the pairs of genes, since there are steps on their graph, got None.")
    row = np.repeat(np.arange(len(drugs)), drugs["targets"].map(len))
    column = np.concatenate(drugs["targets"].to_list()).astype(np.int64)
    count = 1 + max(column.max(), -1 if genes is None else genes["b"].max())
    X = csr_matrix((np.ones(len(row), np.float32), (row, column)), shape=(len(drugs), count))
    if steps:
        a, b = genes["a"].to_numpy(), genes["b"].to_numpy()
        A = csr_matrix((np.ones(2 * len(a), np.float32), (np.r_[a, b], np.r_[b, a])), shape=(count, count))
        A = A + eye(count, dtype=np.float32, format="csr")
        root = diags(1 / np.sqrt(np.asarray(A.sum(axis=1)).ravel()))
        for _ in range(steps):
            X = (X @ (root @ A @ root)).tocsr()
    length = np.sqrt(np.asarray(X.multiply(X).sum(axis=1)).ravel())
    return csr_matrix(diags(1 / np.where(length > 0, length, 1)) @ X)


def parts(drugs: pd.DataFrame, fold: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rows of training, validation and test in one of the authors' five folds.

    Raises
    ------
    ValueError
        If there is no such fold.

    Examples
    --------
    >>> drugs = pd.DataFrame({"test_fold": [0, 1, 1], "validation_folds": [(1,), (0,), ()]})
    >>> [rows.tolist() for rows in parts(drugs, 0)]
    [[2], [1], [0]]
    """
    fold = validate.number("fold", fold, low=0, high=FOLDS - 1, integer=True)
    test = drugs["test_fold"].to_numpy() == fold
    validation = np.array([fold in folds for folds in drugs["validation_folds"]]) & ~test
    return np.flatnonzero(~test & ~validation), np.flatnonzero(validation), np.flatnonzero(test)


def fold_scores(X, drugs: pd.DataFrame, penalties=PENALTIES) -> pd.DataFrame:
    """Fit balanced logistic regression in each fold; the penalty is chosen on the validation part, never on the test.

    Parameters
    ----------
    X : array or sparse matrix of shape (drugs, features)
    drugs : pandas.DataFrame
        As data set ``hyperfoods``.
    penalties : sequence of float
        C of scikit-learn.

    Returns
    -------
    pandas.DataFrame
        One row a fold: ``fold``, ``F1`` (at probability 0.5), ``AUPR``, ``prevalence`` of the test part, ``C``.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> drugs = simulate.food_and_drugs()
    >>> fold_scores(profiles(drugs), drugs, penalties=[10])["fold"].tolist()
    [0, 1, 2, 3, 4]
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score

    y = drugs["is_anticancer"].to_numpy().astype(int)
    rows = []
    for fold in range(FOLDS):
        train, validation, test = parts(drugs, fold)
        best = None
        for C in penalties:
            model = LogisticRegression(C=C, class_weight="balanced", max_iter=300, tol=1e-3).fit(X[train], y[train])
            score = evaluation.auprc(y[validation], model.decision_function(X[validation]))
            if best is None or score > best[0]:
                best = (score, C, model)
        logits = best[2].decision_function(X[test])
        rows.append((fold, f1_score(y[test], logits > 0), evaluation.auprc(y[test], logits), y[test].mean(), best[1]))
    return pd.DataFrame(rows, columns=["fold", "F1", "AUPR", "prevalence", "C"])


def fold_table(drugs: pd.DataFrame, genes: pd.DataFrame) -> pd.DataFrame:
    """Compare, on the authors' folds: the number of genes alone, the list of genes, one step on the graph.

    Parameters
    ----------
    drugs, genes : pandas.DataFrame
        As data sets ``hyperfoods`` and ``hyperfoods_genes``.

    Returns
    -------
    pandas.DataFrame
        One row a model: ``model``, ``graph``, ``F1``, ``F1 sd``, ``AUPR``, ``AUPR sd`` (standard deviation over the
        five folds).

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> fold_table(simulate.food_and_drugs(), simulate.gene_pairs())["model"].tolist()
    ['number of genes', 'list of genes', 'one step on the graph']
    """
    count = np.log1p(drugs["targets"].map(len).to_numpy(dtype=float))[:, None]
    some = {
        "number of genes": (count, "no", (1.0,)),
        "list of genes": (profiles(drugs), "no", PENALTIES),
        "one step on the graph": (profiles(drugs, genes, steps=1), "yes", PENALTIES),
    }
    rows = []
    for name, (X, graph, penalties) in some.items():
        found = fold_scores(X, drugs, penalties)
        rows.append((name, graph, *(f(found[metric]) for metric in ("F1", "AUPR") for f in (np.mean, _spread))))
    return pd.DataFrame(rows, columns=["model", "graph", "F1", "F1 sd", "AUPR", "AUPR sd"])


def _spread(values) -> float:
    return float(np.std(values))


def with_published(table: pd.DataFrame) -> pd.DataFrame:
    """Put the published row below the table of `fold_table`.

    Examples
    --------
    >>> columns = ["model", "graph", "F1", "F1 sd", "AUPR", "AUPR sd"]
    >>> rows = pd.DataFrame([["x", "no", 0.1, 0.0, 0.2, 0.0]], columns=columns)
    >>> with_published(rows)["model"].tolist()
    ['x', 'graph network, published']
    """
    row = ("graph network, published", "yes", *PUBLISHED["F1"], *PUBLISHED["AUPR"])
    return pd.concat([table, pd.DataFrame([row], columns=table.columns)], ignore_index=True)


def merged(drugs: pd.DataFrame, genes: pd.DataFrame) -> relations.MergedGraph:
    """Merge drug–gene, food–gene and gene–gene pairs into one graph with three kinds of node.

    Parameters
    ----------
    drugs, genes : pandas.DataFrame
        As data sets ``hyperfoods`` and ``hyperfoods_genes``. What is food is a food node, all others are drugs.

    Returns
    -------
    MergedGraph

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> merged(simulate.food_and_drugs(), simulate.gene_pairs()).kinds
    ('drug', 'gene', 'food')
    """
    pairs = {}
    for kind, some in (("drug", drugs[~drugs["is_food"]]), ("food", drugs[drugs["is_food"]])):
        pairs[kind, "gene"] = list(some[["name", "targets"]].explode("targets").itertuples(index=False, name=None))
    pairs["gene", "gene"] = list(zip(genes["a"].tolist(), genes["b"].tolist(), strict=True))
    return relations.merge_graphs(pairs)


def candidates(graph: relations.MergedGraph, drugs: pd.DataFrame, restart: float = relations.RESTART) -> pd.DataFrame:
    """Rank the food molecules as candidates by three rulers; no more than candidates: nobody has tested them here.

    Parameters
    ----------
    graph : MergedGraph
        As `merged` gives it.
    drugs : pandas.DataFrame
        As data set ``hyperfoods``.
    restart : float

    Returns
    -------
    pandas.DataFrame
        As `relations.rank_molecules`, sorted by ``similarity``; ``rank``, ``rank_no_graph`` and
        ``rank_n_targets`` count from 1.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> drugs = simulate.food_and_drugs()
    >>> candidates(merged(drugs, simulate.gene_pairs()), drugs)["rank"].tolist()[:3]
    [1, 2, 3]
    """
    reference = drugs.loc[drugs["is_anticancer"] & ~drugs["is_food"], "name"]
    ranked = relations.rank_molecules(graph, reference, restart)
    for column, name in (("similarity", "rank"), ("no_graph", "rank_no_graph"), ("n_targets", "rank_n_targets")):
        ranked[name] = ranked[column].rank(ascending=False, method="first").astype(int)
    return ranked.sort_values("rank", ignore_index=True)
