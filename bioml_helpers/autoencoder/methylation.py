"""Methylation of tumours (companion 08b): two latent numbers for each, and values filled in that were not measured.

A denoising autoencoder is trained with a share of its inputs hidden, so it has to tell hidden values from seen ones:
the idea behind DeepMethyl (Wang and colleagues 2016, https://doi.org/10.1038/srep19598).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from bioml_helpers import data
from bioml_helpers.autoencoder.layers import Autoencoder, DenoisingAutoencoder, pca
from bioml_helpers.data import splits, validate
from bioml_helpers.training import train

SHARES = (0.8, 0.2)
NEIGHBOURS = 10
METHYLATED = 0.5  # beta from which a site counts as methylated
FITS = ("principal components", "autoencoder")


# ---------------------------------------------------------------- the tumours


@dataclass(frozen=True)
class Tumours:
    """Profiles of methylation, one row a tumour.

    Attributes
    ----------
    X : numpy.ndarray of shape (tumours, sites), float32
        Beta: the share of methylated molecules, 0 to 1.
    subgroup : numpy.ndarray of shape (tumours,)
    copied : list of int
        For each copy that the file as found holds besides: the row that it repeats.
    synthetic : int
        Made-up rows that the file holds besides.
    card : bioml_helpers.data.Card
    """

    X: np.ndarray
    subgroup: np.ndarray
    copied: list[int]
    synthetic: int
    card: data.Card

    def split(self, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows to learn from and the held-out ones, 80 and 20 %."""
        return splits.random_split(len(self.X), SHARES, seed=seed)

    def as_found(self) -> Tumours:
        """Return the tumours together with the copies that the file holds; the made-up rows stay out."""
        rows = [*range(len(self.X)), *self.copied]
        return Tumours(self.X[rows], self.subgroup[rows], [], self.synthetic, self.card)


def tumours(*, stand_in: bool = False, quiet: bool = False) -> Tumours:
    """Return the medulloblastomas of data set ``methylation``, or their stand-in.

    Parameters
    ----------
    stand_in, quiet : bool
        As for `bioml_helpers.data.load`.

    Returns
    -------
    Tumours

    Examples
    --------
    >>> found = tumours(stand_in=True)
    >>> found.X.shape, len(found.as_found().X)
    ((300, 240), 420)
    """
    table, card = data.load("methylation", stand_in=stand_in, quiet=quiet)
    return Tumours(
        np.stack(table["beta"]), table["subgroup"].to_numpy(), table.attrs["copied"], table.attrs["synthetic"], card
    )


def r2(X: np.ndarray, said: np.ndarray, mean: np.ndarray) -> float:
    """Return the share of the variance around `mean` (of the training rows) that is explained: 1 is perfect.

    Parameters
    ----------
    X, said : array_like of one shape
    mean : array_like
        What the simplest answer would be.

    Examples
    --------
    >>> r2([[1.0, 3.0]], [[1.0, 2.0]], [[0.0, 1.0]])
    0.8
    """
    X, said, mean = (np.asarray(one, dtype=float) for one in (X, said, mean))
    return float(1 - ((X - said) ** 2).sum() / ((X - mean) ** 2).sum())


def nearest_repeats(found: Tumours, seed: int = 0) -> dict[str, float]:
    """Tell each held-out tumour by its nearest training tumour; where copies stand on both sides this is easy.

    Returns
    -------
    dict of str to float
        ``"R2"`` of the copied profiles, and ``"copies"``: the share of held-out rows that stand in the training rows
        value by value.

    Examples
    --------
    >>> found = tumours(stand_in=True)
    >>> nearest_repeats(found)["copies"], nearest_repeats(found.as_found())["copies"] > 0.2
    (0.0, True)
    """
    known, new = found.split(seed)
    X, asked = found.X[known], found.X[new]
    apart = ((asked**2).sum(axis=1)[:, None] + (X**2).sum(axis=1) - 2 * asked @ X.T).argmin(axis=1)
    same = (X[apart] == asked).all(axis=1)
    return {"R2": r2(asked, X[apart], X.mean(axis=0)), "copies": float(same.mean())}


# ---------------------------------------------------------------- two numbers


@dataclass(frozen=True)
class Squeezed:
    """Tumours through a bottleneck, fitted to the training rows alone.

    Attributes
    ----------
    latent : dict of str to numpy.ndarray of shape (tumours, d)
        By ``FITS``; rows as in the data.
    said : dict of str to numpy.ndarray of shape (held-out tumours, sites)
    train_rows, test_rows : numpy.ndarray
    """

    latent: dict[str, np.ndarray]
    said: dict[str, np.ndarray]
    train_rows: np.ndarray
    test_rows: np.ndarray


def squeeze(found: Tumours, latent: int = 2, *, seed: int = 0, hidden_size: int = 64, num_epochs: int = 40) -> Squeezed:
    """Fit principal components and an autoencoder with as many latent numbers.

    Parameters
    ----------
    found : Tumours
    latent : int
    seed : int
        Of split and starting weights.
    hidden_size, num_epochs : int
        Of the autoencoder.

    Returns
    -------
    Squeezed

    Examples
    --------
    >>> squeezed = squeeze(tumours(stand_in=True), num_epochs=1)
    >>> squeezed.latent["autoencoder"].shape
    (300, 2)
    """
    known, new = found.split(seed)
    mean = found.X[known].mean(axis=0)
    X = found.X - mean
    components = pca(X[known], latent)
    model = Autoencoder((X.shape[1], hidden_size, latent), seed=seed)
    fit(model, X[known], num_epochs=num_epochs, seed=seed)
    with torch.no_grad():
        z = model.encode(torch.tensor(X)).numpy()
        said = model(torch.tensor(X[new])).numpy() + mean
    return Squeezed(
        dict(zip(FITS, (components.encode(X), z), strict=True)),
        dict(zip(FITS, (components.decode(components.encode(X[new])) + mean, said), strict=True)),
        known,
        new,
    )


def fit(model: Autoencoder, X: np.ndarray, *, num_epochs: int, seed: int = 0, learning_rate: float = 5e-3) -> None:
    """Train an autoencoder in place to give back the rows of X, with the course's own loop.

    Examples
    --------
    >>> model = Autoencoder((3, 1), seed=0)
    >>> fit(model, np.ones((4, 3), dtype=np.float32), num_epochs=1)
    """
    X = torch.as_tensor(X, dtype=torch.float32)
    train(model, (X, X), loss_fn=model.loss, learning_rate=learning_rate, num_epochs=num_epochs, batch_size=64,
          seed=seed, progress=False)  # fmt: skip


def named_by_neighbours(known: np.ndarray, labels: Sequence, asked: np.ndarray, truth: Sequence) -> float:
    """Return how often the commonest label among the 10 nearest known rows is the right one.

    Examples
    --------
    >>> known = np.repeat([[0.0], [1.0]], 10, axis=0)
    >>> named_by_neighbours(known, list("A" * 10 + "B" * 10), [[0.1], [0.9]], ["A", "B"])
    1.0
    """
    from sklearn.neighbors import KNeighborsClassifier

    return float(KNeighborsClassifier(NEIGHBOURS).fit(known, list(labels)).score(asked, list(truth)))


def squeeze_table(found: Tumours, latent: int = 2, *, seeds: Sequence[int] = range(5), **how) -> pd.DataFrame:
    """Return, for several splits, how well held-out tumours come back, and how well neighbours name their subgroup.

    Returns
    -------
    pandas.DataFrame
        Columns ``split``, ``numbers`` (what a tumour is described by), ``R2`` (1 for all sites) and ``accuracy``.

    Examples
    --------
    >>> squeeze_table(tumours(stand_in=True), seeds=[0], num_epochs=1)["numbers"].tolist()
    ['all sites', 'principal components', 'autoencoder']
    """
    rows = []
    for seed in seeds:
        one = squeeze(found, latent, seed=seed, **how)
        known, new = one.train_rows, one.test_rows
        mean = found.X[known].mean(axis=0)
        for name, z in {"all sites": found.X, **one.latent}.items():
            back = 1.0 if name == "all sites" else r2(found.X[new], one.said[name], mean)
            right = named_by_neighbours(z[known], found.subgroup[known], z[new], found.subgroup[new])
            rows.append((seed, name, back, right))
    return pd.DataFrame(rows, columns=["split", "numbers", "R2", "accuracy"])


# ---------------------------------------------------------------- filling in


def copy_neighbour(values: Sequence, hidden: Sequence) -> np.ndarray:
    """Fill each hidden site with the value of the nearest seen one; of two equally near, with the left one's.

    Parameters
    ----------
    values : array_like of shape (sites,)
        In genomic order; what stands at hidden sites is not looked at.
    hidden : array_like of shape (sites,), bool

    Returns
    -------
    numpy.ndarray of shape (sites,)

    Raises
    ------
    ValueError
        If the lengths differ, or no site is seen.

    Examples
    --------
    >>> copy_neighbour([0.9, 0.0, 0.0, 0.1], [False, True, True, False])
    array([0.9, 0.9, 0.1, 0.1])
    """
    values = validate.array("values", values, ndim=1)
    hidden = validate.array("hidden", hidden, ndim=1, length=len(values)).astype(bool)
    seen = np.flatnonzero(~hidden)
    if not len(seen):
        raise ValueError("hidden: expected at least one site that is seen, got none.")
    apart = np.abs(np.arange(len(values))[:, None] - seen)
    return values[seen[apart.argmin(axis=1)]]  # argmin takes the first, which is the left one


def copy_relative(X: np.ndarray, hidden: np.ndarray, order: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Fill each hidden value from the best seen site of its list: its distance from its own mean is taken over.

    Parameters
    ----------
    X, hidden : numpy.ndarray of shape (rows, sites)
    order : numpy.ndarray of shape (sites, sites)
        Row j: the other sites, best first.
    shift : numpy.ndarray of shape (sites,)
        Mean of each site.

    Returns
    -------
    numpy.ndarray of shape (rows, sites)

    Examples
    --------
    >>> order = np.array([[1, 0], [0, 1]])
    >>> hidden = np.array([[False, True]])
    >>> copy_relative(np.array([[0.7, 0.0]]), hidden, order, np.array([0.5, 0.2])).round(1)
    array([[0.7, 0.4]])
    """
    said = X.astype(float)
    for row, gone in enumerate(hidden):
        for site in np.flatnonzero(gone):
            best = order[site][~gone[order[site]]][0]
            said[row, site] = X[row, best] - shift[best] + shift[site]
    return said


def hide(shape: tuple[int, int], share: float = 0.3, *, seed: int = 0) -> np.ndarray:
    """Return which values are hidden, True for a share of them, drawn anew for each row.

    Examples
    --------
    >>> round(hide((100, 100), 0.3).mean(), 1)
    np.float64(0.3)
    """
    share = validate.number("share", share, low=0, high=1)
    return np.random.default_rng([seed, 8]).random(shape) < share


def train_filler(
    found: Tumours, *, seed: int = 0, share: float = 0.3, latent: int = 16, hidden_size: int = 64, num_epochs: int = 40
) -> DenoisingAutoencoder:
    """Train a denoising autoencoder on the training tumours of a split: hidden values are to be told from the others.

    Parameters
    ----------
    found : Tumours
    seed : int
        Of split and starting weights.
    share : float
        Share of the values that is hidden in training, drawn anew each time.
    latent, hidden_size, num_epochs : int

    Returns
    -------
    DenoisingAutoencoder
        It takes and gives distances from the training rows' mean.

    Examples
    --------
    >>> train_filler(tumours(stand_in=True), num_epochs=1).sizes
    (240, 64, 16)
    """
    return _trained(DenoisingAutoencoder, found, seed, (hidden_size, latent), num_epochs, hide=share)


def fill_table(
    found: Tumours, *, seed: int = 0, share: float = 0.3, ordered: bool = False, num_epochs: int = 40
) -> tuple[pd.DataFrame, DenoisingAutoencoder]:
    """Hide values of held-out tumours and compare ways to fill them in.

    Parameters
    ----------
    found : Tumours
    seed : int
        Of split, starting weights and what is hidden.
    share : float
        Share hidden.
    ordered : bool
        Whether the sites stand in genomic order, so that a neighbour can be copied. Where they do not, the seen site
        that goes with the hidden one most closely (in the training tumours) takes the neighbour's part.
    num_epochs : int

    Returns
    -------
    table : pandas.DataFrame
        Columns ``filled by``, ``R2``, ``error`` (mean absolute, beta) and ``state`` (share of sites rightly called
        methylated or not), all over hidden values only.
    model : DenoisingAutoencoder

    Examples
    --------
    >>> table, _ = fill_table(tumours(stand_in=True), ordered=True, num_epochs=1)
    >>> table["filled by"].tolist()[:2]
    ['mean of the site', 'copy the neighbour']
    """
    known, new = found.split(seed)
    train_X, asked = found.X[known].astype(float), found.X[new].astype(float)
    mean = train_X.mean(axis=0)
    hidden = hide(asked.shape, share, seed=seed)
    model = train_filler(found, seed=seed, share=share, num_epochs=num_epochs)
    plain = _trained(Autoencoder, found, seed, (64, 16), num_epochs)
    if ordered:
        copied = np.stack([copy_neighbour(row, gone) for row, gone in zip(asked, hidden, strict=True)])
    else:
        copied = copy_relative(asked, hidden, _relatives(train_X), mean)
    ways = {
        "mean of the site": np.broadcast_to(mean, asked.shape),
        "copy the neighbour" if ordered else "copy the closest site": copied,
        f"{NEIGHBOURS} most similar tumours": similar_rows(train_X, asked, hidden),
        "principal components": _by_components(train_X - mean, asked - mean, hidden) + mean,
        "plain autoencoder": _by_model(plain, asked - mean, hidden) + mean,
        "denoising autoencoder": _by_model(model, asked - mean, hidden) + mean,
    }
    rows = [(name, *_scores(asked[hidden], said[hidden], mean, hidden)) for name, said in ways.items()]
    return pd.DataFrame(rows, columns=["filled by", "R2", "error", "state"]), model


def similar_rows(known: np.ndarray, asked: np.ndarray, hidden: np.ndarray, k: int = NEIGHBOURS) -> np.ndarray:
    """Fill hidden values with the mean of the k known rows that agree best where values are seen.

    Examples
    --------
    >>> known = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> similar_rows(known, np.array([[0.1, 0.5]]), np.array([[False, True]]), k=1)
    array([[0., 1.]])
    """
    said = np.empty(asked.shape)
    for row, (values, gone) in enumerate(zip(asked, hidden, strict=True)):
        apart = ((known[:, ~gone] - values[~gone]) ** 2).sum(axis=1)
        said[row] = known[np.argsort(apart, kind="stable")[:k]].mean(axis=0)
    return said


def _trained(kind: Callable, found: Tumours, seed: int, inner, num_epochs: int, **how):
    known, _ = found.split(seed)
    X = found.X[known] - found.X[known].mean(axis=0)
    model = kind((X.shape[1], *inner), seed=seed, **how)
    fit(model, X, num_epochs=num_epochs, seed=seed)
    return model


def _relatives(X: np.ndarray) -> np.ndarray:
    """For each site the others, by their correlation with it, highest first; the site itself comes last."""
    r = np.corrcoef(X.T)
    np.fill_diagonal(r, -2)
    return np.argsort(-r, axis=1, kind="stable")


def _by_components(X: np.ndarray, asked: np.ndarray, hidden: np.ndarray, components: int = 10, rounds: int = 20):
    """Fill with the mean, project on the components, fill with what comes back, and again."""
    found = pca(X, components)
    said = np.where(hidden, 0, asked)
    for _ in range(rounds):
        said = np.where(hidden, found.decode(found.encode(said)), asked)
    return said


def _by_model(model: Autoencoder, asked: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return model(torch.tensor(np.where(hidden, 0, asked), dtype=torch.float32)).double().numpy()


def _scores(truth: np.ndarray, said: np.ndarray, mean: np.ndarray, hidden: np.ndarray):
    around = np.broadcast_to(mean, hidden.shape)[hidden]
    state = ((said > METHYLATED) == (truth > METHYLATED)).mean()
    return r2(truth, said, around), float(np.abs(truth - said).mean()), float(state)
