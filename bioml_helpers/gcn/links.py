"""Companion 07c, which drug acts on which gene: five ways to guess links, tuned alike, and one that knows too much.

Held-out links are told from pairs that were made of the same drugs and the same genes, joined otherwise. So neither how
many links a drug has nor how many a gene has can tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from bioml_helpers import evaluation
from bioml_helpers.data import validate

HELD_OUT, VALIDATION = 300, 150  # links, on the real table of 2,991
HIDDEN = 32
PENALTIES = (1e-6, 1e-5, 1e-4)  # weight decay, the same three for every model
EPOCHS, EVERY = 120, 5
LEARNING_RATE = 0.02
MODELS = ("embeddings", "GCN", "GCN + classes", "classes alone")


@dataclass(frozen=True)
class Links:
    """A table of links as numbers, split: what may be learned from, and pairs to choose and to judge by.

    Attributes
    ----------
    train : numpy.ndarray of int64, shape (2, links)
        Drug and gene, both counted from 0.
    validation, test : tuple of (pairs, labels)
        Pairs of shape (2, n), labels 1 for a link that was held out, 0 for a re-joined pair.
    classes : torch.Tensor of shape (drugs, classes)
        1 where a drug has a class that at least two drugs have.
    num_drugs, num_genes : int
    """

    train: np.ndarray
    validation: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]
    classes: Tensor
    num_drugs: int
    num_genes: int


def rejoined(pairs, known, seed: int = 0) -> np.ndarray:
    """Join the same drugs to the same genes otherwise: no known link, and every drug and gene as often as before.

    A few pairs find no partner that is new; they are left out with one of their kind.

    Parameters
    ----------
    pairs : array_like of int, shape (2, n)
        Drug and gene of each link.
    known : array_like of int, shape (2, m)
        All links that are known; none of them is returned.
    seed : int

    Returns
    -------
    numpy.ndarray of int64, shape (2, at most n)

    Raises
    ------
    ValueError
        If a shape is not as expected.

    Examples
    --------
    >>> rejoined([[0, 1, 2, 3], [7, 8, 9, 6]], [[0, 1, 2, 3], [7, 8, 9, 6]], seed=1)[0].tolist()
    [0, 1, 2, 3]
    """
    pairs = validate.array("pairs", pairs, ndim=2, length=2, integer=True)
    known = validate.array("known", known, ndim=2, length=2, integer=True)
    drugs, genes = pairs
    width = max(pairs[1].max(), known[1].max()) + 1
    taken = np.sort(known[0] * width + known[1])
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    genes = rng.permutation(genes)
    bad = _are_among(drugs * width + genes, taken)
    for _ in range(50):
        if not bad.any():
            break
        # the pairs that are links swap genes with others drawn at random
        some = np.concatenate(
            [np.flatnonzero(bad), rng.choice(len(genes), min(len(genes), int(bad.sum())), replace=False)]
        )
        some = np.unique(some)
        genes[some] = rng.permutation(genes[some])
        bad = _are_among(drugs * width + genes, taken)
    return np.stack([drugs[~bad], genes[~bad]])


def _are_among(values: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    place = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return ordered[place] == values


def split_links(table: pd.DataFrame, seed: int = 0, held_out: int | None = None) -> Links:
    """Hold out links at random, and join the same drugs and genes otherwise as their counterpart.

    Parameters
    ----------
    table : pandas.DataFrame
        As data set ``drug_targets``.
    seed : int
        Which links are held out.
    held_out : int, optional
        Links of the test; half as many are for choosing. By default a tenth, at most 300.

    Returns
    -------
    Links

    Raises
    ------
    ValueError
        If more links are to be held out than half of the table.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> links = split_links(simulate.drug_links(), seed=0)
    >>> len(links.test[1]), float(links.test[1].mean())
    (122, 0.5)
    """
    drugs, drug_names = pd.factorize(table["drug"])
    genes, gene_names = pd.factorize(table["gene"])
    both = np.stack([drugs, genes]).astype(np.int64)
    held_out = min(HELD_OUT, len(table) // 10) if held_out is None else held_out
    held_out = validate.number("held_out", held_out, low=2, high=len(table) // 2, integer=True)
    order = np.random.default_rng(validate.number("seed", seed, low=0, integer=True)).permutation(len(table))
    test, validation, train = np.split(both[:, order], [held_out, held_out + held_out // 2], axis=1)
    names = table.drop_duplicates("drug")["classes"]
    count = pd.Series([one for some in names for one in some]).value_counts()
    columns = {name: number for number, name in enumerate(sorted(count.index[count >= 2]))}
    classes = torch.zeros(len(drug_names), len(columns))
    for drug, some in enumerate(names):
        classes[drug, [columns[name] for name in some if name in columns]] = 1
    judged = [_with_rejoined(part, both, seed) for part in (validation, test)]
    return Links(train, *judged, classes, len(drug_names), len(gene_names))


def _with_rejoined(pairs: np.ndarray, known: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    others = rejoined(pairs, known, seed)
    return np.concatenate([pairs, others], axis=1), np.repeat([1, 0], [pairs.shape[1], others.shape[1]])


# ---------------------------------------------------------------- the models, several at once


def convolution(train: np.ndarray, num_drugs: int, num_genes: int) -> Tensor:
    """Return the matrix of a graph convolution on the drugs and genes of the training links: D^-1/2 (A + I) D^-1/2.

    Parameters
    ----------
    train : numpy.ndarray of int, shape (2, links)
    num_drugs, num_genes : int

    Returns
    -------
    torch.Tensor
        Sparse, shape (drugs + genes, drugs + genes).

    Examples
    --------
    >>> convolution(np.array([[0], [0]]), 1, 1).to_dense()
    tensor([[0.5000, 0.5000],
            [0.5000, 0.5000]])
    """
    count = num_drugs + num_genes
    drug, gene = torch.as_tensor(train[0]), torch.as_tensor(train[1]) + num_drugs
    self_loops = torch.arange(count)
    edges = torch.stack([torch.cat([drug, gene, self_loops]), torch.cat([gene, drug, self_loops])])
    root = torch.bincount(edges[0], minlength=count).float().rsqrt()
    weights = root[edges[0]] * root[edges[1]]
    return torch.sparse_coo_tensor(edges, weights, (count, count), check_invariants=True).coalesce()


class LinkModel(torch.nn.Module):
    """One kind of model in several copies: what stands for a drug and for a gene; a link's logit is their product.

    Parameters
    ----------
    kind : str
        One of `MODELS`. *embeddings*: each drug and gene has its own numbers. *GCN*: these go through two graph
        convolutions on the training links. *GCN + classes*: besides, a drug's numbers get what its classes add.
        *classes alone*: a drug is only the sum of what its classes add; no drug is known by itself, no graph.
    links : Links
    copies : int
        Trained beside one another.
    seed : int
        Fixes the starting weights, which are the same in all copies.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> links = split_links(simulate.drug_links())
    >>> LinkModel("GCN", links, copies=2)(links.train).shape
    torch.Size([2, 526])
    """

    def __init__(self, kind: str, links: Links, copies: int = 1, seed: int = 0):
        super().__init__()
        self.kind = validate.one_of("kind", kind, MODELS)
        self.links, self.copies = links, copies
        rng = torch.Generator().manual_seed(seed)

        def parameter(*shape, scale):
            return torch.nn.Parameter((torch.randn(*shape, generator=rng) * scale).repeat(copies, 1, 1))

        self.genes = parameter(links.num_genes, HIDDEN, scale=0.1)
        if kind != "classes alone":
            self.drugs = parameter(links.num_drugs, HIDDEN, scale=0.1)
        if "classes" in kind:
            self.from_classes = parameter(links.classes.shape[1], HIDDEN, scale=0.1)
        if "GCN" in kind:
            self.first = parameter(HIDDEN, HIDDEN, scale=HIDDEN**-0.5)
            self.second = parameter(HIDDEN, HIDDEN, scale=HIDDEN**-0.5)
            self.A_hat = convolution(links.train, links.num_drugs, links.num_genes)
        self.class_table = links.classes.to_sparse() if "classes" in kind else None

    def states(self) -> Tensor:
        """Return what stands for each drug, then for each gene: (copies, drugs + genes, HIDDEN)."""
        drugs = 0 if self.kind == "classes alone" else self.drugs
        if self.class_table is not None:
            drugs = drugs + self._each(self.class_table, self.from_classes)
        x = torch.cat([drugs, self.genes], dim=1)
        if "GCN" in self.kind:
            x = torch.relu(self._each(self.A_hat, x @ self.first))
            x = self._each(self.A_hat, x @ self.second)
        return x

    def _each(self, matrix: Tensor, x: Tensor) -> Tensor:
        """A sparse matrix times each copy, in one product: the copies stand side by side."""
        side_by_side = x.permute(1, 0, 2).reshape(x.shape[1], -1)  # (rows, copies · HIDDEN)
        return torch.sparse.mm(matrix, side_by_side).reshape(-1, self.copies, HIDDEN).permute(1, 0, 2)

    def forward(self, pairs) -> Tensor:
        """Return the logit of each pair in each copy, (copies, pairs)."""
        x = self.states()
        drugs, genes = torch.as_tensor(pairs[0]), torch.as_tensor(pairs[1]) + self.links.num_drugs
        return (x.index_select(1, drugs) * x.index_select(1, genes)).sum(-1)


def train_links(kind: str, links: Links, seed: int = 0, epochs: int = EPOCHS) -> dict:
    """Train a model with each penalty; penalty and epoch are chosen on the validation links, the same for every kind.

    Parameters
    ----------
    kind : str
        One of `MODELS`.
    links : Links
    seed : int
        Fixes the starting weights and the re-joined pairs of training, which are new in each epoch.
    epochs : int

    Returns
    -------
    dict
        ``auroc`` on the test links, ``validation`` (the best one), ``penalty`` and ``epoch`` that were chosen.

    Raises
    ------
    ValueError
        If `kind` is none of the four.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> links = split_links(simulate.drug_links())
    >>> train_links("classes alone", links)["auroc"] > 0.9
    True
    """
    model = LinkModel(kind, links, len(PENALTIES), seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    penalties = torch.tensor(PENALTIES)
    best = {"validation": -1.0}
    for epoch in range(1, epochs + 1):
        others = rejoined(links.train, links.train, seed=1000 * seed + epoch)
        pairs = np.concatenate([links.train, others], axis=1)
        y = torch.cat([torch.ones(links.train.shape[1]), torch.zeros(others.shape[1])]).expand(len(PENALTIES), -1)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model(pairs), y, reduction="none").mean(1).sum()
        # each copy has its own penalty, the same for all of its weights
        loss = loss + sum((penalties * one.square().sum((1, 2))).sum() for one in model.parameters())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if epoch % EVERY == 0:
            best = _better(best, model, links, epoch)
    return best


def _better(best: dict, model: LinkModel, links: Links, epoch: int) -> dict:
    with torch.no_grad():
        chosen, judged = (model(part[0]).numpy() for part in (links.validation, links.test))
    for copy, penalty in enumerate(PENALTIES):
        score = evaluation.auroc(links.validation[1], chosen[copy])
        if score > best["validation"]:
            test = evaluation.auroc(links.test[1], judged[copy])
            best = {"auroc": test, "validation": score, "penalty": penalty, "epoch": epoch}
    return best


def degree_auroc(links: Links) -> float:
    """Return how well the number of training links of the gene tells test links from re-joined pairs.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> round(degree_auroc(split_links(simulate.drug_links())), 2)
    0.5
    """
    degree = np.bincount(links.train[1], minlength=links.num_genes)
    return evaluation.auroc(links.test[1], degree[links.test[0][1]])


def link_table(table: pd.DataFrame, seeds=range(5), epochs: int = EPOCHS) -> pd.DataFrame:
    """Compare all ways to guess links over several splits: mean and range of the AUROC.

    Parameters
    ----------
    table : pandas.DataFrame
        As data set ``drug_targets``.
    seeds : iterable of int
        Each holds out other links and starts from other weights.
    epochs : int

    Returns
    -------
    pandas.DataFrame
        As `evaluation.results_table` gives it; ``knows`` says what a row looks at.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> found = link_table(simulate.drug_links(), seeds=range(2), epochs=10)
    >>> found["model"].tolist()
    ['gene degree', 'embeddings', 'GCN', 'GCN + classes', 'classes alone']
    """
    splits = {seed: split_links(table, seed) for seed in seeds}
    values = {"gene degree": [degree_auroc(links) for links in splits.values()]}
    for kind in MODELS:
        values[kind] = [train_links(kind, links, seed, epochs)["auroc"] for seed, links in splits.items()]
    knows = {
        "gene degree": "links of the gene", "embeddings": "which pairs are linked", "GCN": "the same, as a graph",
        "GCN + classes": "the graph, and the drug's classes", "classes alone": "the drug's classes, no graph",
    }  # fmt: skip
    return evaluation.results_table(
        [
            {
                "model": model,
                "values": some,
                "metric": "AUROC",
                "knows": knows[model],
                "baseline": model == "gene degree",
            }
            for model, some in values.items()
        ]
    )


def namesakes(table: pd.DataFrame, top: int = 5) -> pd.DataFrame:
    """Return the classes that tell most about a drug's genes: of what share of its drugs they share one gene.

    Parameters
    ----------
    table : pandas.DataFrame
        As data set ``drug_targets``.
    top : int
        Classes, the largest of those whose drugs all share a gene.

    Returns
    -------
    pandas.DataFrame
        ``class``, ``drugs``, ``share`` (of its drugs that act on the gene that most of them act on).

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> namesakes(simulate.drug_links(), top=1).columns.tolist()
    ['class', 'drugs', 'share']
    """
    exploded = table[["drug", "gene", "classes"]].explode("classes").dropna()
    drugs = exploded.groupby("classes")["drug"].nunique()
    most = exploded.groupby(["classes", "gene"])["drug"].nunique().groupby("classes").max()
    found = pd.DataFrame({"class": drugs.index, "drugs": drugs.to_numpy(), "share": (most / drugs).to_numpy()})
    return found.sort_values(["share", "drugs"], ascending=False, kind="stable").head(top).reset_index(drop=True)
