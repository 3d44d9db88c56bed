"""The gallery of chapter 4 (04b): small, honest miniatures of what convolution does in biology, each beside its rival."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional

from bioml_helpers.cnn.layers import ResidualBlock
from bioml_helpers.data import simulate, validate
from bioml_helpers.data.simulate import reads
from bioml_helpers.data.simulate.alignments import LETTERS, SEPARATION
from bioml_helpers.training import History, train

# ---------------------------------------------------------------- 1 contacts from co-evolution

SHRINKAGE = 0.3  # how far a covariance matrix is drawn towards no covariance before it is inverted
COUPLING_MAPS = ("correlation", "inverse covariance")


def pairs_in_order(scores, *, separation: int = SEPARATION) -> np.ndarray:
    """Return the pairs (i, j), i < j and at least `separation` apart, the highest score first.

    Parameters
    ----------
    scores : array_like of shape (length, length)
    separation : int
        Pairs nearer along the chain are left out.

    Returns
    -------
    numpy.ndarray of shape (pairs, 2)

    Raises
    ------
    ValueError
        If `scores` is not square.

    Examples
    --------
    >>> pairs_in_order([[0, 2, 5], [2, 0, 3], [5, 3, 0]], separation=1).tolist()
    [[0, 2], [1, 2], [0, 1]]
    """
    scores = validate.array("scores", scores, ndim=2)
    if scores.shape[0] != scores.shape[1]:
        raise ValueError(f"scores: expected a square matrix, got shape {scores.shape}.")
    i, j = np.triu_indices(len(scores), separation)
    best = np.argsort(-scores[i, j], kind="stable")
    return np.stack([i[best], j[best]], axis=1)


def precision_at(scores, contacts, count: int | None = None, *, separation: int = SEPARATION) -> float:
    """Return which share of the `count` best-scored pairs are true contacts.

    Parameters
    ----------
    scores : array_like of shape (length, length)
    contacts : array_like of shape (length, length)
        True or 1 where two residues touch.
    count : int, optional
        By default the length of the chain: "precision at L".
    separation : int
        Pairs nearer along the chain are left out.

    Raises
    ------
    ValueError
        If shapes differ or there are fewer pairs than `count`.

    Examples
    --------
    >>> truth = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> precision_at([[0, 9, 1], [9, 0, 5], [1, 5, 0]], truth, 2, separation=1)
    0.5
    """
    contacts = validate.array("contacts", contacts, ndim=2)
    order = pairs_in_order(scores, separation=separation)
    if contacts.shape != np.shape(scores):
        raise ValueError(f"contacts: expected the scores' shape {np.shape(scores)}, got {contacts.shape}.")
    count = len(contacts) if count is None else validate.number("count", count, low=1, integer=True)
    if count > len(order):
        raise ValueError(f"count: expected at most the {len(order)} pairs that there are, got {count}.")
    return float(contacts[tuple(order[:count].T)].mean())


def correlations(columns) -> np.ndarray:
    """Return |correlation| of every two columns, 0 on the diagonal.

    Examples
    --------
    >>> correlations([[1, 1], [-1, -1], [1, 1]]).round(2).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    return _without_diagonal(np.abs(np.corrcoef(validate.array("columns", columns, ndim=2), rowvar=False)))


def direct_couplings(columns) -> np.ndarray:
    """Return |partial correlation| of every two columns: what is left when all other columns are held fixed.

    It is read off the inverse of the covariance matrix.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> direct_couplings(simulate.coupled_chain())[0, 2].round(1).item()  # A and C, once B is known
    0.0
    """
    inverse = np.linalg.inv(np.cov(validate.array("columns", columns, ndim=2), rowvar=False))
    scale = np.sqrt(np.diag(inverse))
    return _without_diagonal(np.abs(inverse / np.outer(scale, scale)))


def _without_diagonal(matrix) -> np.ndarray:
    matrix = np.array(matrix)
    np.fill_diagonal(matrix, 0.0)
    return matrix


def coupling_maps(sequences) -> dict[str, np.ndarray]:
    """Return two maps of an alignment: how strongly columns correlate, and how strongly they are coupled directly.

    For each pair of columns the covariances of all pairs of letters are squared and summed (Frobenius norm), from the
    covariance matrix or from minus its inverse; then what the two columns have in common with all others is taken off
    (average product correction, Dunn and colleagues 2008).

    Parameters
    ----------
    sequences : array_like of shape (depth, length), int
        Letters as numbers, 0 to 4.

    Returns
    -------
    dict of str to numpy.ndarray of shape (length, length)
        ``"correlation"`` and ``"inverse covariance"``.

    Raises
    ------
    ValueError
        If there are fewer than 2 sequences, or a number is no letter.

    References
    ----------
    Jones DT et al. (2012) PSICOV. Bioinformatics 28, 184. doi:10.1093/bioinformatics/btr638

    Examples
    --------
    >>> maps = coupling_maps(np.random.default_rng(0).integers(5, size=(50, 12)))
    >>> {name: one.shape for name, one in maps.items()}
    {'correlation': (12, 12), 'inverse covariance': (12, 12)}
    """
    sequences = validate.array("sequences", sequences, ndim=2, integer=True)
    kinds = len(LETTERS)
    if len(sequences) < 2 or sequences.min() < 0 or sequences.max() >= kinds:
        raise ValueError(
            f"sequences: expected at least 2 rows of numbers from 0 to {kinds - 1}, got shape {sequences.shape} "
            f"with numbers from {sequences.min()} to {sequences.max()}."
        )
    length = sequences.shape[1]
    letters = np.eye(kinds)[sequences][:, :, :-1].reshape(len(sequences), -1)  # (depth, length × 4): the fifth follows
    covariance = np.cov(letters, rowvar=False, bias=True)
    toward = np.eye(len(covariance)) * np.diag(covariance).mean()
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * toward
    return {
        name: _corrected(np.sqrt((matrix.reshape(length, kinds - 1, length, kinds - 1) ** 2).sum(axis=(1, 3))))
        for name, matrix in zip(COUPLING_MAPS, (covariance, np.linalg.inv(shrunk)), strict=True)
    }


def _corrected(strength) -> np.ndarray:
    """Average product correction: minus (mean of the row × mean of the column / mean of all)."""
    strength = _without_diagonal(strength)
    mean = strength.sum(axis=0) / (len(strength) - 1)
    return _without_diagonal(strength - np.outer(mean, mean) / max(mean.mean(), 1e-12))


class ContactNetwork(nn.Module):
    """A small 2-D residual network: maps of an alignment in, a logit of "touching" for each pair of residues out.

    Shapes: (batch, 3, length, length) → (batch, length, length). The length may be any: convolution does not care.

    Examples
    --------
    >>> ContactNetwork()(torch.zeros(2, 3, 40, 40)).shape
    torch.Size([2, 40, 40])
    """

    def __init__(self, channels: int = 8, dilations=(1, 2, 1)):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, channels, 3, padding=1),
            nn.ReLU(),
            *(ResidualBlock(channels, dims=2, dilation=d, scale=len(dilations) ** -0.5) for d in dilations),
            nn.Conv2d(channels, 1, 1),
        )

    def forward(self, maps):
        logits = self.layers(maps).squeeze(1)
        return (logits + logits.transpose(1, 2)) / 2  # i touches j if j touches i


def contact_inputs(sequences) -> np.ndarray:
    """Return what `ContactNetwork` sees of one alignment: both maps, in units of their spread, and the distance |i − j|.

    Returns
    -------
    numpy.ndarray of shape (3, length, length), float32

    Examples
    --------
    >>> contact_inputs(np.random.default_rng(0).integers(5, size=(50, 12))).shape
    (3, 12, 12)
    """
    maps = [one / max(one.std(), 1e-12) for one in coupling_maps(sequences).values()]
    places = np.arange(np.shape(sequences)[1])
    return np.stack([*maps, np.abs(np.subtract.outer(places, places)) / 16]).astype(np.float32)


@dataclass(frozen=True)
class ContactStudy:
    """A trained `ContactNetwork`, families that it never saw, and what all three methods say of them.

    Attributes
    ----------
    network : ContactNetwork
    history : bioml_helpers.training.History
    families : bioml_helpers.data.simulate.alignments.Families
        The test families.
    depths : tuple of int
        How many sequences of each test alignment were used.
    scores : dict
        ``scores[depth][method]``: numpy.ndarray of shape (families, length, length).
    """

    network: ContactNetwork
    history: History
    families: object
    depths: tuple[int, ...]
    scores: Mapping[int, Mapping[str, np.ndarray]]

    def precision(self) -> pd.DataFrame:
        """Return precision at L: a row a depth, a column a method; the mean over the test families."""
        table = {
            depth: {
                method: np.mean([precision_at(*one) for one in zip(maps, self.families.contacts, strict=True)])
                for method, maps in methods.items()
            }
            for depth, methods in self.scores.items()
        }
        return pd.DataFrame(table).T.rename_axis("sequences")


def contact_study(
    *, families: int = 48, test: int = 20, depths=(10, 30, 100, 300, 1000), num_epochs: int = 14, seed: int = 0
) -> ContactStudy:
    """Train the network on families with known contact maps and score families that it never saw, at several depths.

    Each training family is shown three times: with 30, 100 and 300 of its sequences.

    Parameters
    ----------
    families, test : int
        Families to learn from, and to judge by; none is in both.
    depths : sequence of int
        Sequences of the test alignments that are used, at least 5 each.
    num_epochs, seed : int

    Returns
    -------
    ContactStudy
    """
    depths = tuple(int(validate.number("depths", depth, low=5, integer=True)) for depth in depths)
    known = simulate.protein_families(families, 300, seed=2 * seed + 1)
    new = simulate.protein_families(test, max(depths), seed=2 * seed + 2)
    shown = [(sequences[:depth], contacts) for depth in (30, 100, 300) for sequences, contacts in
             zip(known.sequences, known.contacts, strict=True)]  # fmt: skip
    X = np.stack([contact_inputs(sequences) for sequences, _ in shown])
    y = np.stack([contacts for _, contacts in shown]).astype(np.float32)
    torch.manual_seed(seed)
    network = ContactNetwork()
    history = train(
        network, (X, y), loss_fn=_far_pairs, learning_rate=5e-3, num_epochs=num_epochs, batch_size=12, seed=seed,
        progress=False,
    )  # fmt: skip
    scores = {}
    for depth in depths:
        inputs = np.stack([contact_inputs(sequences[:depth]) for sequences in new.sequences])
        with torch.no_grad():
            logits = network(torch.from_numpy(inputs)).numpy()
        scores[depth] = {COUPLING_MAPS[0]: inputs[:, 0], COUPLING_MAPS[1]: inputs[:, 1], "CNN": logits}
    return ContactStudy(network, history, new, depths, scores)


def _far_pairs(logits, contacts):
    """Binary cross-entropy over the pairs that count: those at least `SEPARATION` apart."""
    places = torch.arange(logits.shape[-1])
    far = (places[:, None] - places).abs() >= SEPARATION
    return functional.binary_cross_entropy_with_logits(logits[:, far], contacts[:, far])


# ---------------------------------------------------------------- 2 variants from piled-up reads

CALL_DEPTHS = (5, 15, 30)


def genotype_log_likelihoods(pictures) -> np.ndarray:
    """Return log P(reads | genotype) of each site, from the candidate's column and its base qualities alone.

    A read of quality Q is wrong with probability e = 10^(−Q/10). It shows the variant with probability e, ½ or 1 − e where
    the person carries 0, 1 or 2 copies; reads are independent, so the logarithms add up.

    Parameters
    ----------
    pictures : array_like of shape (sites, 5, reads, positions)
        As in `simulate.pileups`.

    Returns
    -------
    numpy.ndarray of shape (sites, 3)

    Raises
    ------
    ValueError
        If the shape is another one.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> genotype_log_likelihoods(simulate.pileups(2).pictures).shape
    (2, 3)
    """
    pictures = validate.array("pictures", pictures, ndim=4)
    if pictures.shape[1] != 5:
        raise ValueError(f"pictures: expected 5 channels, shape (sites, 5, reads, positions), got {pictures.shape}.")
    middle = pictures.shape[3] // 2
    here, differs, quality = (pictures[:, channel, :, middle] for channel in range(3))  # (sites, reads)
    error = 10 ** (-6 * quality)  # the channel holds Q / 60
    shows = np.stack([error, np.full_like(error, 0.5), 1 - error], axis=-1)  # (sites, reads, genotypes)
    likely = np.where(differs[..., None] > 0, shows, 1 - shows)
    return (np.log(np.maximum(likely, 1e-12)) * here[..., None]).sum(axis=1)


def binomial_caller(pictures, *, prior=reads.SHARE) -> np.ndarray:
    """Return the most probable genotype of each site: likelihood of the reads times how common the genotype is.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> clean = simulate.pileups(200, depth=30, artefacts=False)
    >>> bool((binomial_caller(clean.pictures) == clean.genotype).mean() > 0.99)
    True
    """
    prior = validate.array("prior", prior, ndim=1, length=3)
    return (genotype_log_likelihoods(pictures) + np.log(prior)).argmax(axis=1)


def filtered_caller(pictures, *, lowest_mapping: float = 50.0, disagreement: float = 0.25) -> np.ndarray:
    """Return the formula's genotypes after two filters that people added by hand.

    Reads whose mapping quality is low are dropped; where the reverse strand shows the variant much more often than the
    forward strand, only the forward strand is believed.

    Parameters
    ----------
    pictures : array_like of shape (sites, 5, reads, positions)
    lowest_mapping : float
        Mapping quality (0 to 60) below which a read is dropped.
    disagreement : float
        Difference between the strands' shares of variant reads beyond which the reverse strand is dropped.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> some = simulate.pileups(500, depth=30)
    >>> right = [(caller(some.pictures) == some.genotype).mean() for caller in (binomial_caller, filtered_caller)]
    >>> bool(right[1] > right[0])
    True
    """
    pictures = validate.array("pictures", pictures, ndim=4).copy()
    middle = pictures.shape[3] // 2
    pictures *= (pictures[:, 3, :, middle] * 60 >= lowest_mapping)[:, None, :, None]
    here, differs, reverse = (pictures[:, channel, :, middle] for channel in (0, 1, 4))
    share = [(differs * here * strand).sum(axis=1) / np.maximum((here * strand).sum(axis=1), 1)
             for strand in (1 - reverse, reverse)]  # fmt: skip
    suspect = (share[1] - share[0] > disagreement) & ((here * (1 - reverse)).sum(axis=1) >= 2)
    pictures *= 1 - (suspect[:, None] * reverse)[:, None, :, None]
    return binomial_caller(pictures)


class PileupNetwork(nn.Module):
    """A network that looks along every read with the same filters, then asks what the reads say together.

    Shapes: (sites, 5, reads, positions) → (sites, 3), the logits of the genotypes. The order of the reads carries no
    meaning, so the reads are averaged, and the rows may be any number.

    Examples
    --------
    >>> PileupNetwork()(torch.zeros(2, 5, 30, 11)).shape
    torch.Size([2, 3])
    """

    def __init__(self, channels: int = 16, width: int = reads.WIDTH):
        super().__init__()
        self.along = nn.Sequential(
            nn.Conv2d(len(reads.CHANNELS), channels, (1, width)),  # (sites, channels, reads, 1): the whole read
            nn.ReLU(),
            nn.Conv2d(channels, channels, 1),
            nn.ReLU(),
        )
        self.together = nn.Sequential(nn.Linear(2 * channels + 1, 32), nn.ReLU(), nn.Linear(32, len(reads.GENOTYPES)))

    def forward(self, pictures):
        here = pictures[:, :1, :, 0]  # (sites, 1, reads)
        found = self.along(pictures).squeeze(3) * here  # (sites, channels, reads)
        count = here.sum(dim=2).clamp(min=1)
        average, strongest = found.sum(dim=2) / count, found.amax(dim=2)
        return self.together(torch.cat([average, strongest, count / reads.ROWS], dim=1))


@dataclass(frozen=True)
class VariantStudy:
    """A trained `PileupNetwork`, and how often it and the formula are right.

    Attributes
    ----------
    network : PileupNetwork
    history : bioml_helpers.training.History
    table : pandas.DataFrame
        One row a kind of test site (``sites``: "with artefacts", "clean"; ``depth``) and method: ``right``, the share of
        right genotypes, and ``false alarms``, the share of hom-ref sites called variant.
    """

    network: PileupNetwork
    history: History
    table: pd.DataFrame


def variant_study(*, sites: int = 4000, test: int = 1500, num_epochs: int = 12, seed: int = 0) -> VariantStudy:
    """Train the network on treacherous sites of mixed depth; judge it and the formula at 5, 15 and 30 reads.

    Parameters
    ----------
    sites, test : int
        Sites to learn from; sites in each of the six tests.
    num_epochs, seed : int

    Returns
    -------
    VariantStudy
    """
    known = simulate.pileups(sites, seed=10 * seed + 1)
    torch.manual_seed(seed)
    network = PileupNetwork()
    history = train(
        network, (known.pictures, known.genotype), loss_fn=nn.CrossEntropyLoss(), learning_rate=5e-3,
        num_epochs=num_epochs, batch_size=100, seed=seed, progress=False,
    )  # fmt: skip
    rows = []
    for number, (artefacts, depth) in enumerate((kind, depth) for kind in (True, False) for depth in CALL_DEPTHS):
        new = simulate.pileups(test, depth, artefacts=artefacts, seed=10 * seed + 2 + number)
        calls = {"formula": binomial_caller(new.pictures), "formula + filters": filtered_caller(new.pictures)}
        for method, called in {**calls, "CNN": call_genotypes(network, new)}.items():
            rows.append({
                "sites": "with artefacts" if artefacts else "clean", "depth": depth, "method": method,
                "right": (called == new.genotype).mean(),
                "false alarms": (called[new.genotype == 0] != 0).mean(),
            })  # fmt: skip
    return VariantStudy(network, history, pd.DataFrame(rows))


def call_genotypes(network, some) -> np.ndarray:
    """Return the genotype that a network finds most probable at each site of a `Pileups`."""
    with torch.no_grad():
        return network(torch.from_numpy(some.pictures)).argmax(dim=1).numpy()
