"""Single cells (companion 08b): counts through a bottleneck, a loss made for counts, neighbours, and batches.

Messenger RNA is counted, molecule by molecule.  A squared error on logarithms treats a count of 0 and one of 1 as far
apart and 100 and 200 alike; a Poisson or negative binomial loss knows how far counts stray by chance.  Eraslan and
colleagues 2019 (https://doi.org/10.1038/s41467-018-07931-2) built a denoising autoencoder on the latter, Lopez and
colleagues 2018 (https://doi.org/10.1038/s41592-018-0229-2) a variational one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from bioml_helpers import data
from bioml_helpers.autoencoder.layers import Autoencoder, pca
from bioml_helpers.data import splits, validate
from bioml_helpers.data.profiles import COUNTS_FOR
from bioml_helpers.training import train

LOSSES = ("squared", "poisson", "negative binomial")
SHARES = (0.8, 0.2)
NEIGHBOURS = 10
ALL_GENES, COMPONENTS, SQUARED, COUNTS = (
    "all genes", "principal components", "autoencoder, squared error", "autoencoder, count loss",
)  # fmt: skip


# ---------------------------------------------------------------- the cells


@dataclass(frozen=True)
class Cells:
    """Counts of messenger RNA, one row a cell.

    Attributes
    ----------
    counts : numpy.ndarray of shape (cells, genes)
        Molecules.
    total : numpy.ndarray of shape (cells,)
        Molecules counted in each cell, those of other genes too.
    cell_type, channel : numpy.ndarray of shape (cells,)
    genes : list of str
    card : bioml_helpers.data.Card
    """

    counts: np.ndarray
    total: np.ndarray
    cell_type: np.ndarray
    channel: np.ndarray
    genes: list[str]
    card: data.Card

    @property
    def logs(self) -> np.ndarray:
        """log(1 + counts / total · 10,000), the usual scale for single cells, (cells, genes)."""
        return np.log1p(self.counts / self.total[:, None] * COUNTS_FOR)

    def split(self, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows to learn from and the held-out ones, 80 and 20 %."""
        return splits.random_split(len(self.counts), SHARES, seed=seed)


def cells(*, stand_in: bool = False, quiet: bool = False) -> Cells:
    """Return the blood cells of data set ``blood_cells_rna``, or their stand-in.

    Parameters
    ----------
    stand_in, quiet : bool
        As for `bioml_helpers.data.load`.

    Returns
    -------
    Cells

    Examples
    --------
    >>> found = cells(stand_in=True)
    >>> found.counts.shape, found.logs.min()
    ((400, 200), np.float64(0.0))
    """
    table, card = data.load("blood_cells_rna", stand_in=stand_in, quiet=quiet)
    return Cells(
        np.stack(table["counts"]).astype(float),
        table["total_counts"].to_numpy(dtype=float),
        table["cell_type"].to_numpy(),
        table["channel"].to_numpy(),
        table.attrs["genes"],
        card,
    )


# ---------------------------------------------------------------- losses for counts


def poisson_loss(mean: Tensor, counts: Tensor) -> Tensor:
    """Return the mean negative log-probability of counts under Poisson distributions, without its constant.

    mean − count · log(mean)

    Parameters
    ----------
    mean, counts : torch.Tensor of one shape
        Means above 0.

    Returns
    -------
    torch.Tensor
        One number, in nats.

    Examples
    --------
    >>> poisson_loss(torch.tensor([1.0, 2.0]), torch.tensor([0.0, 2.0])).round(decimals=3)
    tensor(0.8070)
    """
    return (mean - counts * torch.log(mean + 1e-8)).mean()


def negative_binomial_loss(mean: Tensor, dispersion: Tensor, counts: Tensor) -> Tensor:
    """Return the mean negative log-probability of counts that stray more than a Poisson's: variance m + m² / r.

    Parameters
    ----------
    mean, counts : torch.Tensor of one shape
        Means m, above 0.
    dispersion : torch.Tensor
        r, above 0; the larger, the nearer to a Poisson distribution.

    Returns
    -------
    torch.Tensor
        One number, in nats.

    References
    ----------
    Eraslan and colleagues 2019, https://doi.org/10.1038/s41467-018-07931-2 (without the extra zeros).

    Examples
    --------
    >>> negative_binomial_loss(torch.tensor([1.0]), torch.tensor([1.0]), torch.tensor([0.0])).round(decimals=3)
    tensor(0.6930)
    """
    both = torch.log(dispersion + mean)
    told = (
        torch.lgamma(counts + dispersion) - torch.lgamma(dispersion) - torch.lgamma(counts + 1)
        + dispersion * (torch.log(dispersion) - both) + counts * (torch.log(mean + 1e-8) - both)
    )  # fmt: skip
    return -told.mean()


class CountAutoencoder(Autoencoder):
    """An autoencoder that reads logarithms and says the mean count of each gene, with a loss made for counts.

    The decoder gives the logarithm of the share of the cell's molecules that a gene has; the mean count is that share
    times all molecules of the cell.

    Shapes: logarithms (cells, genes) → log shares (cells, genes).

    Parameters
    ----------
    sizes : sequence of int
        From the number of genes down to the latent vector.
    loss : {"poisson", "negative binomial"}
    shares : array_like of shape (genes,)
        Each gene's share over all training cells, from where the decoder starts.
    seed : int, optional

    Raises
    ------
    ValueError
        If the loss is another one, or there are not as many shares as genes.

    Examples
    --------
    >>> model = CountAutoencoder((3, 2), shares=[0.1, 0.2, 0.1], seed=0)
    >>> model.means(torch.zeros(4, 3), torch.full((4,), 1000.0)).shape
    torch.Size([4, 3])
    """

    def __init__(self, sizes: Sequence[int], *, shares: Sequence, loss: str = "poisson", seed: int | None = None):
        validate.one_of("loss", loss, LOSSES[1:])
        shares = validate.array("shares", shares, ndim=1, length=sizes[0])
        super().__init__(sizes, loss=self._loss, seed=seed)
        self.count_loss = loss
        self.log_dispersion = nn.Parameter(torch.zeros(sizes[0]))
        with torch.no_grad():
            self.decoder[-1].bias.copy_(torch.as_tensor(np.log(shares + 1e-7)))

    def means(self, X: Tensor, total: Tensor) -> Tensor:
        """Return the mean count of each gene in each cell, (cells, genes)."""
        return total[:, None] * torch.exp(self(X).clamp(max=0))  # no share is above 1

    def _loss(self, log_shares: Tensor, target: Tensor) -> Tensor:
        """The target holds a cell's counts and, as last column, its total."""
        counts, total = target[:, :-1], target[:, -1:]
        mean = total * torch.exp(log_shares.clamp(max=0))
        if self.count_loss == "poisson":
            return poisson_loss(mean, counts)
        return negative_binomial_loss(mean, self.log_dispersion.exp(), counts)


# ---------------------------------------------------------------- fitted to training cells


@dataclass(frozen=True)
class Fitted:
    """A way to describe cells by a few numbers, fitted to some of them.

    Attributes
    ----------
    latent : numpy.ndarray of shape (cells, d)
        All cells, in the order of the data.
    means : numpy.ndarray of shape (cells, genes)
        The mean counts that are expected from the few numbers; NaN where nothing is compressed.
    logs : numpy.ndarray of shape (cells, genes) or None
        What comes back on the logarithmic scale, where that was the target.
    """

    latent: np.ndarray
    means: np.ndarray
    logs: np.ndarray | None


def components(found: Cells, rows: np.ndarray, latent: int = 10) -> Fitted:
    """Fit principal components to the logarithms of some cells.

    Examples
    --------
    >>> found = cells(stand_in=True)
    >>> components(found, np.arange(300)).latent.shape
    (400, 10)
    """
    logs = found.logs
    fit = pca(logs[rows], latent)
    z = fit.encode(logs)
    return _from_logs(found, z, fit.decode(z))


def compress(
    found: Cells,
    rows: np.ndarray,
    loss: str = "squared",
    latent: int = 10,
    *,
    hidden_size: int = 64,
    num_epochs: int = 20,
    learning_rate: float = 5e-3,
    seed: int = 0,
) -> Fitted:
    """Train an autoencoder on some cells, with a squared error on logarithms or a loss for counts.

    Parameters
    ----------
    found : Cells
    rows : array_like of int
        Cells to learn from.
    loss : {"squared", "poisson", "negative binomial"}
    latent, hidden_size, num_epochs, learning_rate, seed

    Returns
    -------
    Fitted

    Raises
    ------
    ValueError
        If the loss is another one.

    Examples
    --------
    >>> found = cells(stand_in=True)
    >>> compress(found, np.arange(300), "poisson", num_epochs=1).means.shape
    (400, 200)
    """
    loss = validate.one_of("loss", loss, LOSSES)
    logs = found.logs
    mean = logs[rows].mean(axis=0)
    X = torch.tensor(logs - mean, dtype=torch.float32)
    sizes = (X.shape[1], hidden_size, latent)
    if loss == "squared":
        model, target = Autoencoder(sizes, seed=seed), X
    else:
        shares = found.counts[rows].sum(axis=0) / found.total[rows].sum()
        model = CountAutoencoder(sizes, shares=shares, loss=loss, seed=seed)
        target = torch.tensor(np.column_stack([found.counts, found.total]), dtype=torch.float32)
    train(model, (X[rows], target[rows]), loss_fn=model.loss, learning_rate=learning_rate, num_epochs=num_epochs,
          batch_size=64, seed=seed, progress=False)  # fmt: skip
    with torch.no_grad():
        z = model.encode(X).numpy()
        if loss == "squared":
            return _from_logs(found, z, model(X).numpy() + mean)
        total = torch.tensor(found.total, dtype=torch.float32)
        return Fitted(z, model.means(X, total).double().numpy(), None)


def _from_logs(found: Cells, z: np.ndarray, logs: np.ndarray) -> Fitted:
    """Mean counts of what was said as logarithms; a mean of 0 would forbid the count 1, so a hundredth is the least."""
    means = np.expm1(np.maximum(logs, 0)) / COUNTS_FOR * found.total[:, None]
    return Fitted(z, np.maximum(means, 0.01), logs)


def explained(counts: np.ndarray, means: np.ndarray, plain: np.ndarray) -> float:
    """Return how much nearer counts are to their expected means than to plain ones: the share of Poisson deviance.

    Parameters
    ----------
    counts, means, plain : array_like of shape (cells, genes)
        ``plain`` are the means that one would expect knowing nothing of a cell but its total.

    Returns
    -------
    float
        1: the means are the counts; 0: no better than the plain ones.

    Examples
    --------
    >>> counts = np.array([[0.0, 4.0]])
    >>> explained(counts, np.array([[2.0, 2.0]]), np.array([[2.0, 2.0]]))
    0.0
    """
    return float(1 - deviance(counts, means) / deviance(counts, plain))


def deviance(counts: np.ndarray, means: np.ndarray) -> float:
    """Return the Poisson deviance, 2 Σ (count · log(count / mean) − count + mean), in nats.

    Examples
    --------
    >>> deviance([3.0], [3.0])
    0.0
    """
    counts, means = np.asarray(counts, dtype=float), np.asarray(means, dtype=float)
    ratio = np.where(counts > 0, counts, 1) / np.where(counts > 0, means, 1)
    return float(2 * (counts * np.log(ratio) - counts + means).sum())


def plain_means(found: Cells, rows: np.ndarray) -> np.ndarray:
    """Return the mean counts for one who knows of a cell its total only, (cells, genes)."""
    return found.total[:, None] * (found.counts[rows].sum(axis=0) / found.total[rows].sum())


def loss_table(found: Cells, *, seeds: Sequence[int] = (0,), truth: np.ndarray | None = None, **how) -> pd.DataFrame:
    """Compare principal components and autoencoders of three losses on held-out cells.

    Parameters
    ----------
    found : Cells
    seeds : sequence of int
        Of split and starting weights.
    truth : numpy.ndarray of shape (cells, genes), optional
        The true means, where a simulation knows them.
    **how
        Passed on to `compress`.

    Returns
    -------
    pandas.DataFrame
        Columns ``seed``, ``fitted by``, ``R2`` (logarithms; NaN for a loss of counts), ``explained`` (Poisson
        deviance), and ``truth`` (correlation of the logarithms of expected and true means, gene by gene around the
        plain means) where it is known.
    """
    rows = []
    for seed in seeds:
        known, new = found.split(seed)
        plain = plain_means(found, known)
        centre = found.logs[known].mean(axis=0)
        ways = {"principal components": components(found, known, how.get("latent", 10))}
        ways |= {f"autoencoder, {loss}": compress(found, known, loss, seed=seed, **how) for loss in LOSSES}
        for name, one in ways.items():
            back = np.nan
            if one.logs is not None:
                back = 1 - ((found.logs[new] - one.logs[new]) ** 2).sum() / ((found.logs[new] - centre) ** 2).sum()
            row = [seed, name, back, explained(found.counts[new], one.means[new], plain[new])]
            if truth is not None:
                said, true = (np.log(part[new] / plain[new]).ravel() for part in (one.means, truth))
                row.append(float(np.corrcoef(said, true)[0, 1]))
            rows.append(row)
    columns = ["seed", "fitted by", "R2", "explained"] + ([] if truth is None else ["truth"])
    return pd.DataFrame(rows, columns=columns)


# ---------------------------------------------------------------- does it help?


def agreement(known: np.ndarray, labels: Sequence, asked: np.ndarray, truth: Sequence, k: int = NEIGHBOURS) -> float:
    """Return the share of the k nearest known rows that have the label of the asked one, on average.

    Parameters
    ----------
    known, asked : array_like of shape (n, d), (m, d)
    labels, truth : array_like of shape (n,), (m,)
    k : int

    Returns
    -------
    float

    Examples
    --------
    >>> agreement([[0.0], [0.1], [5.0]], list("AAB"), [[0.0]], ["A"], k=2)
    1.0
    """
    from sklearn.neighbors import NearestNeighbors

    nearest = NearestNeighbors(n_neighbors=k).fit(known).kneighbors(asked, return_distance=False)
    return float((np.asarray(labels)[nearest] == np.asarray(truth)[:, None]).mean())


def by_chance(labels: Sequence) -> float:
    """Return the agreement of two rows drawn at random: the sum of squared shares.

    Examples
    --------
    >>> by_chance(list("AABB"))
    0.5
    """
    shares = pd.Series(list(labels)).value_counts(normalize=True)
    return float((shares**2).sum())


def clusters_agree(z: np.ndarray, labels: Sequence, *, seed: int = 0) -> float:
    """Cluster rows by k-means, as many clusters as labels, and return the adjusted Rand index with the labels.

    Returns
    -------
    float
        1: the same grouping; 0: what chance gives.

    Examples
    --------
    >>> clusters_agree(np.array([[0.0], [0.1], [5.0], [5.1]]), list("AABB"))
    1.0
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    told = KMeans(len(set(labels)), n_init=5, random_state=seed).fit_predict(z)
    return float(adjusted_rand_score(list(labels), told))


def help_table(found: Cells, *, seeds: Sequence[int] = range(5), count_loss: str = "poisson", **how) -> pd.DataFrame:
    """Ask whether a latent space helps: neighbours of held-out cells among training cells, and clusters.

    Everything is fitted to the training cells alone. Channels are asked too: where neighbours shared a channel more
    often than chance, the space would show how cells were handled.

    Parameters
    ----------
    found : Cells
    seeds : sequence of int
        Of split, starting weights and clusters.
    count_loss : {"poisson", "negative binomial"}
    **how
        Passed on to `compress`.

    Returns
    -------
    pandas.DataFrame
        Columns ``seed``, ``numbers``, ``type`` and ``channel`` (share of neighbours that agree), ``ARI`` (k-means on
        all cells against cell types; NaN for all genes).
    """
    rows = []
    for seed in seeds:
        known, new = found.split(seed)
        spaces = {
            ALL_GENES: found.logs,
            COMPONENTS: components(found, known, how.get("latent", 10)).latent,
            SQUARED: compress(found, known, "squared", seed=seed, **how).latent,
            COUNTS: compress(found, known, count_loss, seed=seed, **how).latent,
        }
        for name, z in spaces.items():
            alike = [agreement(z[known], labels[known], z[new], labels[new])
                     for labels in (found.cell_type, found.channel)]  # fmt: skip
            ari = np.nan if name == ALL_GENES else clusters_agree(z, found.cell_type, seed=seed)
            rows.append((seed, name, *alike, ari))
    return pd.DataFrame(rows, columns=["seed", "numbers", "type", "channel", "ARI"])


# ---------------------------------------------------------------- batches


def with_batch(found: Cells, batch: Sequence, strength: float = 0.7, *, seed: int = 0) -> Cells:
    """Return the cells as if each batch had been handled in its own way: some genes are caught better, some worse.

    In each batch but the first every gene gets a factor of its own, log-normal; molecules are drawn anew around what
    results. The batch takes the place of the channel.

    Parameters
    ----------
    found : Cells
    batch : array_like of shape (cells,)
    strength : float
        Spread of the factors' logarithm.
    seed : int

    Returns
    -------
    Cells

    Examples
    --------
    >>> found = cells(stand_in=True)
    >>> set(with_batch(found, np.arange(400) % 2).channel) == {0, 1}
    True
    """
    strength = validate.number("strength", strength, low=0)
    batch = np.asarray(batch)
    if batch.shape != (len(found.counts),):
        raise ValueError(f"batch: expected one for each of {len(found.counts)} cells, got shape {batch.shape}.")
    rng = np.random.default_rng([seed, 10])
    counts = found.counts.astype(float)
    for name in np.unique(batch)[1:]:
        counts[batch == name] *= np.exp(rng.normal(0, strength, counts.shape[1]))
        counts[batch == name] = rng.poisson(counts[batch == name])
    return replace(found, counts=counts, channel=batch)


def centred(X: np.ndarray, batch: Sequence) -> np.ndarray:
    """Return rows from which the mean of their batch was taken: the simplest correction.

    Examples
    --------
    >>> centred(np.array([[1.0], [3.0], [10.0]]), [0, 0, 1]).ravel()
    array([-1.,  1.,  0.])
    """
    X, batch = np.asarray(X, dtype=float), np.asarray(batch)
    means = np.stack([X[batch == name].mean(axis=0) for name in np.unique(batch)])
    return X - means[np.searchsorted(np.unique(batch), batch)]


def can_be_told(condition: Sequence, batch: Sequence) -> bool:
    """Return whether an effect of the condition can be told from effects of batches.

    It can if the columns of the design (a constant, each further condition, each further batch) are no combinations of
    each other.

    Parameters
    ----------
    condition, batch : sequence
        One entry a sample.

    Raises
    ------
    ValueError
        If the lengths differ.

    Examples
    --------
    >>> can_be_told(list("CCTT"), [1, 2, 1, 2]), can_be_told(list("CCTT"), [1, 1, 2, 2])
    (True, False)
    """
    if len(condition) != len(batch):
        raise ValueError(f"batch: expected {len(condition)} entries, as condition has, got {len(batch)}.")
    conditions, batches = (pd.get_dummies(pd.Series(list(one)), dtype=float) for one in (condition, batch))
    design = np.column_stack([np.ones(len(condition)), conditions.iloc[:, 1:], batches.iloc[:, 1:]])
    return bool(np.linalg.matrix_rank(design) == design.shape[1])


DESIGNS = ("balanced", "confounded")
RAISED, FACTOR = 40, 2.0  # genes that the treatment of `treat` raises, and by how much


def treat(found: Cells, design: str, *, strength: float = 0.7, seed: int = 0) -> tuple[Cells, np.ndarray, np.ndarray]:
    """Treat half of the cells (40 genes doubled) and handle them in two batches, well or badly planned.

    Parameters
    ----------
    found : Cells
    design : {"balanced", "confounded"}
        Each batch holds treated and untreated cells, or one batch holds all the treated ones.
    strength, seed
        As for `with_batch`.

    Returns
    -------
    handled : Cells
        Its ``channel`` is the batch, 0 or 1.
    treated : numpy.ndarray of shape (cells,), bool
    raised : numpy.ndarray of shape (genes,), bool
        The truth: which genes the treatment raises.

    Examples
    --------
    >>> handled, treated, raised = treat(cells(stand_in=True), "confounded")
    >>> bool((handled.channel == treated).all()), int(raised.sum())
    (True, 40)
    """
    validate.one_of("design", design, DESIGNS)
    rng = np.random.default_rng([seed, 11])
    treated = rng.permutation(len(found.counts)) % 2 == 0
    seen_often = np.argsort(-found.counts.mean(axis=0), kind="stable")[: 4 * RAISED]
    raised = np.zeros(found.counts.shape[1], bool)
    raised[rng.choice(seen_often, RAISED, replace=False)] = True
    counts = found.counts.copy()
    counts[np.ix_(treated, raised)] *= FACTOR
    batch = treated.astype(int)
    if design == "balanced":
        batch = rng.permutation(len(counts)) % 2
    return with_batch(replace(found, counts=counts), batch, strength, seed=seed), treated, raised


def effect_table(found: Cells, *, strength: float = 0.7, seed: int = 0) -> pd.DataFrame:
    """Look for the genes that a treatment raises, in a balanced and in a confounded design, corrected and not.

    Genes are ranked by the difference between treated and untreated cells (logarithms).

    Returns
    -------
    pandas.DataFrame
        Columns ``design``, ``corrected``, ``found`` (share of the 40 raised genes among the 40 largest differences)
        and ``largest`` (the largest difference).
    """
    rows = []
    for design in DESIGNS:
        handled, treated, raised = treat(found, design, strength=strength, seed=seed)
        for corrected in (False, True):
            X = centred(handled.logs, handled.channel) if corrected else handled.logs
            difference = X[treated].mean(axis=0) - X[~treated].mean(axis=0)
            difference = np.where(np.abs(difference) < 1e-9, 0, difference)
            best = np.argsort(-difference, kind="stable")[:RAISED]
            share = float(raised[best].mean()) if difference.any() else 0.0
            rows.append((design, corrected, share, float(difference.max())))
    return pd.DataFrame(rows, columns=["design", "corrected", "found", "largest"])


# ---------------------------------------------------------------- shares of a whole


def bloom(samples: int = 60, *, seed: int = 0) -> pd.DataFrame:
    """Simulate five kinds of bacteria; in half of the samples one of them blooms, and the others stay as they are.

    Returns
    -------
    pandas.DataFrame
        Columns ``blooms``, and for A to E ``amount A`` (cells, which no sequencer sees) and ``share A``.

    Examples
    --------
    >>> table = bloom()
    >>> round(float(table.filter(like="share").sum(axis=1).max()), 6)
    1.0
    """
    rng = np.random.default_rng([seed, 12])
    samples = validate.number("samples", samples, low=4, integer=True)
    blooms = np.arange(samples) % 2 == 1
    amount = np.exp(rng.normal(np.log([300, 200, 150, 100, 50]), 0.25, (samples, 5)))
    amount[blooms, 0] *= 8
    share = amount / amount.sum(axis=1, keepdims=True)
    letters = list("ABCDE")
    return pd.DataFrame(
        {"blooms": blooms}
        | {f"amount {one}": amount[:, at] for at, one in enumerate(letters)}
        | {f"share {one}": share[:, at] for at, one in enumerate(letters)}
    )
