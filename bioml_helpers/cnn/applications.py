"""The gallery of chapter 4 (04b): miniatures of what convolution does in biology, each beside its rival."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional

from bioml_helpers import data, evaluation
from bioml_helpers.cnn.layers import ResidualBlock
from bioml_helpers.data import simulate, validate
from bioml_helpers.data.simulate import reads
from bioml_helpers.data.simulate.alignments import LETTERS, SEPARATION
from bioml_helpers.data.simulate.stains import optical_density
from bioml_helpers.training import History, train

# ---------------------------------------------------------------- 1 contacts from co-evolution

SHRINKAGE = 0.3  # how far a covariance matrix is drawn towards no covariance before it is inverted
COUPLING_MAPS = ("correlation", "inverse covariance")


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
        name: evaluation.apc(np.sqrt((matrix.reshape(length, kinds - 1, length, kinds - 1) ** 2).sum(axis=(1, 3))))
        for name, matrix in zip(COUPLING_MAPS, (covariance, np.linalg.inv(shrunk)), strict=True)
    }


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
    """Return what `ContactNetwork` sees of one alignment: both maps in units of their spread, and the distance |i − j|.

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
                method: np.mean(
                    [
                        evaluation.precision_at(*one, separation=SEPARATION)
                        for one in zip(maps, self.families.contacts, strict=True)
                    ]
                )
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

    A read of quality Q is wrong with probability e = 10^(−Q/10). It shows the variant with probability e, ½ or 1 − e
    where the person carries 0, 1 or 2 copies; reads are independent, so the logarithms add up.

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
        One row a kind of test site (``sites``: "with artefacts", "clean"; ``depth``) and method: ``right``, the share
        of right genotypes, and ``false alarms``, the share of hom-ref sites called variant.
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


# ---------------------------------------------------------------- 3 particles in noise

NOISE_LEVELS = (0.5, 1.0, 1.5)
PICK_RADIUS = 4  # pixels; a pick within this of a particle has found it


def matched_filter(images, *, angles=(0.0,), normalised: bool = False) -> np.ndarray:
    """Return how well the known particle fits at each pixel: the best over the given angles.

    The template is slid over the image as any filter is. For one known shape in white noise no other linear filter has
    a better ratio of signal to noise.

    Parameters
    ----------
    images : array_like of shape (images, height, width)
    angles : sequence of float
        Degrees in which the template is tried.
    normalised : bool
        Divide by the spread of the pixels below the template, so that contrast alone counts for less.

    Returns
    -------
    numpy.ndarray of the images' shape

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> some = simulate.micrographs(1, noise=0.0, turned=False, contaminants=False, particles=1)
    >>> score = matched_filter(some.images)[0]
    >>> bool((np.array(np.unravel_index(score.argmax(), score.shape)) == some.particles[0][0]).all())
    True
    """
    images = torch.from_numpy(validate.array("images", images, ndim=3).astype(np.float32))[:, None]
    templates = np.stack([simulate.particle(angle) for angle in angles])
    templates /= np.sqrt((templates**2).sum(axis=(1, 2), keepdims=True))
    kernels = torch.from_numpy(templates[:, None].astype(np.float32))  # (angles, 1, 13, 13): filters like any others
    size = kernels.shape[-1]
    fit = functional.conv2d(images, kernels, padding=size // 2).amax(dim=1)
    if normalised:
        mean, square = (functional.avg_pool2d(one, size, 1, size // 2)[:, 0] for one in (images, images**2))
        fit = fit / (square - mean**2).clamp(min=1e-6).sqrt()
    return fit.numpy()


class ParticleNetwork(nn.Module):
    """A network of convolutions only: an image in, a logit of "a particle's centre" for each pixel out.

    Shapes: (images, height, width) → (images, height, width). Each output sees 21 × 21 pixels.
    The ReLUs leak a little: with so few filters, plain ones may all fall silent at once.

    Examples
    --------
    >>> ParticleNetwork()(torch.zeros(2, 64, 64)).shape
    torch.Size([2, 64, 64])
    """

    def __init__(self, channels: int = 8):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, channels, 5, padding=2),
            nn.LeakyReLU(0.1),
            nn.Conv2d(channels, channels, 5, padding=4, dilation=2),
            nn.LeakyReLU(0.1),
            nn.Conv2d(channels, channels, 5, padding=4, dilation=2),
            nn.LeakyReLU(0.1),
            nn.Conv2d(channels, 1, 1),
        )
        nn.init.constant_(self.layers[-1].bias, -4.0)  # begin with "hardly ever": one pixel in 60 is a centre

    def forward(self, images):
        return self.layers(images[:, None]).squeeze(1)


def centres(some, *, radius: float = 1.5) -> np.ndarray:
    """Return 1 within `radius` pixels of a particle's centre and 0 elsewhere, in the shape of the images."""
    rows, columns = np.mgrid[: some.images.shape[1], : some.images.shape[2]]
    maps = np.zeros(some.images.shape, np.float32)
    for picture, places in zip(maps, some.particles, strict=True):
        for row, column in places:
            picture[(rows - row) ** 2 + (columns - column) ** 2 <= radius**2] = 1
    return maps


def pick(score, *, distance: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the local maxima of a score map, the highest first, and their scores.

    Parameters
    ----------
    score : array_like of shape (height, width)
    distance : int
        A maximum is the highest point within this many pixels, in rows and in columns.

    Returns
    -------
    places : numpy.ndarray of shape (picks, 2)
        Row and column.
    scores : numpy.ndarray of shape (picks,)

    Examples
    --------
    >>> score = np.zeros((20, 20)); score[5, 5] = 2; score[5, 7] = 1; score[15, 15] = 1.5
    >>> pick(score)[0][:2].tolist()
    [[5, 5], [15, 15]]
    """
    score = validate.array("score", score, ndim=2)
    size = 2 * validate.number("distance", distance, low=1, integer=True) + 1
    around = functional.max_pool2d(torch.from_numpy(score)[None, None], size, 1, size // 2)[0, 0].numpy()
    places = np.argwhere((score == around) & (score > score.min()))
    order = np.argsort(-score[tuple(places.T)], kind="stable")
    return places[order], score[tuple(places[order].T)]


def precision_recall(scores, some, *, radius: float = PICK_RADIUS) -> tuple[np.ndarray, np.ndarray, float]:
    """Return precision and recall of picks from strict to loose, and the average precision.

    A particle can be found once; a second pick beside it counts as wrong.

    Parameters
    ----------
    scores : array_like of shape (images, height, width)
        Of any method.
    some : bioml_helpers.data.simulate.microscopy.Micrographs
        With the true places.
    radius : float
        A pick within so many pixels of a particle has found it.

    Returns
    -------
    precision, recall : numpy.ndarray
    average_precision : float
        Area under the steps of the curve; particles that no pick finds count as never found.

    Examples
    --------
    >>> from bioml_helpers.data import simulate
    >>> some = simulate.micrographs(2, noise=0.0, turned=False, contaminants=False)
    >>> precision_recall(matched_filter(some.images), some)[2]
    1.0
    """
    hits, ranks, total = [], [], 0
    for score, truth in zip(scores, some.particles, strict=True):
        free = np.ones(len(truth), bool)
        total += len(truth)
        for place, value in zip(*pick(score), strict=True):
            far = np.where(free, np.hypot(*(truth - place).T), np.inf)
            hit = bool(far.min() <= radius)
            if hit:
                free[far.argmin()] = False
            hits.append(hit)
            ranks.append(value)
    hits = np.array(hits)[np.argsort(-np.array(ranks), kind="stable")]
    found = hits.cumsum()
    precision = found / np.arange(1, len(found) + 1)
    return precision, found / total, float((precision * hits).sum() / total)


ALL_ANGLES = tuple(range(0, 360, 30))


@dataclass(frozen=True)
class PickingStudy:
    """A trained `ParticleNetwork`, and precision and recall of both methods at several noise levels.

    Attributes
    ----------
    network : ParticleNetwork
    history : bioml_helpers.training.History
    curves : dict
        ``curves[world, noise, method]``: precision, recall and average precision. Worlds: ``"one angle, no ice"`` and
        ``"any angle, ice"``.
    """

    network: ParticleNetwork
    history: History
    curves: Mapping[tuple[str, float, str], tuple[np.ndarray, np.ndarray, float]]

    def table(self) -> pd.DataFrame:
        """Return the average precisions: a row a world and noise level, a column a method."""
        rows = [(*key, curve[2]) for key, curve in self.curves.items()]
        table = pd.DataFrame(rows, columns=["world", "noise", "method", "average precision"])
        return table.pivot(index=["world", "noise"], columns="method", values="average precision")


WORLDS = {"one angle, no ice": False, "any angle, ice": True}


def picking_study(
    *, images: int = 20, test: int = 40, noises=NOISE_LEVELS, num_epochs: int = 10, seed: int = 0
) -> PickingStudy:
    """Train the network on turned particles among ice, at all noise levels; judge both methods at each level.

    In the easy world the matched filter is told the one angle; in the other it tries twelve, normalised.

    Parameters
    ----------
    images, test : int
        Micrographs to learn from at each noise level, and to judge by.
    noises : sequence of float
    num_epochs, seed : int

    Returns
    -------
    PickingStudy
    """
    known = [simulate.micrographs(images, noise=noise, seed=100 * seed + n) for n, noise in enumerate(noises)]
    X = np.concatenate([one.images for one in known])
    y = np.concatenate([centres(one) for one in known])
    torch.manual_seed(seed)
    network = ParticleNetwork()
    history = train(
        network, (X, y), loss_fn=nn.BCEWithLogitsLoss(), learning_rate=5e-3, num_epochs=num_epochs, batch_size=4,
        seed=seed, progress=False,
    )  # fmt: skip
    curves = {}
    for number, (world, hard) in enumerate(WORLDS.items()):
        for level, noise in enumerate(noises):
            new = simulate.micrographs(
                test, noise=noise, turned=hard, contaminants=hard, seed=100 * seed + 50 + 10 * number + level
            )
            maps = {
                "matched filter": matched_filter(new.images, angles=ALL_ANGLES if hard else (0.0,), normalised=hard),
                "CNN": particle_map(network, new.images),
            }
            for method, scores in maps.items():
                curves[world, noise, method] = precision_recall(scores, new)
    return PickingStudy(network, history, curves)


def particle_map(network, images) -> np.ndarray:
    """Return the network's logit of "a particle's centre" at each pixel, in the shape of the images."""
    with torch.no_grad():
        return network(torch.from_numpy(np.asarray(images, np.float32))).numpy()


# ---------------------------------------------------------------- 4 one label, two laboratories

CASE, CONTROL = "platelet", "red cell"
LINK = 0.95  # share of the cases that come from the north, and of the controls that come from the south


@dataclass(frozen=True)
class Cells:
    """Crops of platelets (label 1) and red cells (label 0), and the field of view that each was cut from.

    Attributes
    ----------
    crops : numpy.ndarray of shape (cells, 28, 28, 3), uint8
    label : numpy.ndarray of shape (cells,), int64
    field : numpy.ndarray of shape (cells,)
        What belongs together: crops of one field share light and neighbours.
    card : bioml_helpers.data.Card
    """

    crops: np.ndarray
    label: np.ndarray
    field: np.ndarray
    card: data.Card


def platelets_and_red_cells(*, each: int = 360, seed: int = 0, quiet: bool = False) -> Cells:
    """Load blood cells and keep as many platelets as red cells, at most `each` of a kind.

    Parameters
    ----------
    each : int
        Cells of a kind.
    seed : int
        Which ones.
    quiet : bool
        Print nothing.

    Returns
    -------
    Cells
    """
    table, card = data.load("blood_cells", quiet=quiet)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    kinds = table["cell_type"].to_numpy()
    each = min(validate.number("each", each, low=1, integer=True), *((kinds == kind).sum() for kind in (CASE, CONTROL)))
    rows = np.concatenate([rng.permutation(np.flatnonzero(kinds == kind))[:each] for kind in (CASE, CONTROL)])
    some = table.iloc[rows]
    return Cells(np.stack(some["crop"]), (kinds[rows] == CASE).astype(int), some["field"].to_numpy(), card)


def north_or_south(label, link: float, *, seed: int = 0) -> np.ndarray:
    """Draw for each cell whether its slide came from the north: with probability `link` a case, 1 − `link` a control.

    Examples
    --------
    >>> north_or_south([1, 1, 0], 1.0).tolist()
    [True, True, False]
    """
    label = validate.array("label", label, ndim=1)
    link = validate.number("link", link, low=0, high=1)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    return rng.random(len(label)) < np.where(label == 1, link, 1 - link)


def stained(crops, north, *, seed: int = 0) -> np.ndarray:
    """Return crops with the stain of the north where `north` is true, else of the south.

    Examples
    --------
    >>> stained(np.full((2, 4, 4, 3), 200), [True, False]).shape
    (2, 4, 4, 3)
    """
    crops = validate.array("crops", crops, ndim=4)
    north = validate.array("north", north, ndim=1, length=len(crops)).astype(bool)
    both = [simulate.site_stain(crops, site, seed=seed) for site in ("north", "south")]
    return np.where(north[:, None, None, None], *both)


def density_inputs(crops) -> np.ndarray:
    """Return crops as a network takes them: twice the optical density, channels first, float32."""
    return (2 * optical_density(crops)).transpose(0, 3, 1, 2).astype(np.float32)


def colour_normalised(inputs) -> np.ndarray:
    """Return inputs of which every colour of every crop has mean 0 and spread 1: the site's cast is gone, shapes stay.

    Examples
    --------
    >>> some = np.random.default_rng(0).normal(3, 2, (1, 3, 28, 28))
    >>> colour_normalised(some).mean().round(6).item() + 0.0
    0.0
    """
    inputs = validate.array("inputs", inputs, ndim=4)
    centred = inputs - inputs.mean(axis=(2, 3), keepdims=True)
    return (centred / (inputs.std(axis=(2, 3), keepdims=True) + 0.05)).astype(np.float32)


def stain_augmented(inputs, copies: int = 4, *, seed: int = 0) -> np.ndarray:
    """Return `copies` of each input, one block after the other, each crop with an invented stain and background.

    Examples
    --------
    >>> stain_augmented(np.ones((2, 3, 28, 28)), 4).shape
    (8, 3, 28, 28)
    """
    inputs = validate.array("inputs", inputs, ndim=4)
    copies = validate.number("copies", copies, low=1, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    made = []
    for _ in range(copies):
        mixing = np.eye(3) + rng.normal(0, 0.2, (len(inputs), 3, 3))
        background = rng.normal(0, 0.12, (len(inputs), 3, 1, 1))
        made.append(np.einsum("nij,njhw->nihw", mixing, inputs) + background)
    return np.concatenate(made).astype(np.float32)


class CellNetwork(nn.Module):
    """A small image classifier: three convolutions, then the strongest answer of each filter anywhere.

    Shapes: (cells, 3, height, width) → (cells,), the logit of a platelet.

    Examples
    --------
    >>> CellNetwork()(torch.zeros(2, 3, 28, 28)).shape
    torch.Size([2])
    """

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool2d(1),
            nn.Flatten(), nn.Linear(16, 1),
        )  # fmt: skip

    def forward(self, crops):
        return self.layers(crops).squeeze(1)


TRAININGS = ("as it is", "stain augmentation", "colour normalisation")


def site_study(cells: Cells, *, link: float = LINK, seed: int = 0, trainings=TRAININGS) -> pd.DataFrame:
    """Train on two sites of which one sent most cases; judge where that link holds, where it is broken, and abroad.

    Fields of view are dealt to training (half), validation and test; no field lies in two parts.

    Parameters
    ----------
    cells : Cells
    link : float
        Share of the cases from the north, and of the controls from the south, in training and validation.
    seed : int
        Of the split, the sites and the network.
    trainings : sequence of str
        From `TRAININGS`.

    Returns
    -------
    pandas.DataFrame
        One row a training and part (``"validation"``, ``"link broken"``, ``"abroad"``): ``accuracy`` and ``AUROC``; and
        rows ``"site alone"`` with the AUROC of sorting by site.
    """
    for training in trainings:
        validate.one_of("trainings", training, TRAININGS)
    parts = data.splits.grouped_split(cells.field, (0.5, 0.2, 0.3), seed=seed)
    y_train, y_validation, y_test = (cells.label[part] for part in parts)
    north = [north_or_south(y, share, seed=3 * seed + n)
             for n, (y, share) in enumerate(((y_train, link), (y_validation, link), (y_test, 0.5)))]  # fmt: skip
    crops = [stained(cells.crops[part], site, seed=seed) for part, site in zip(parts, north, strict=True)]
    abroad = simulate.site_stain(cells.crops[parts[2]], "abroad", seed=seed)
    X_train, *X_judged = (density_inputs(one) for one in (*crops, abroad))
    judged = {
        "validation": (X_judged[0], y_validation),
        "link broken": (X_judged[1], y_test),
        "abroad": (X_judged[2], y_test),
    }
    rows = [
        {"training": "site alone", "part": part, "AUROC": evaluation.auroc(y, site)}
        for part, y, site in (("validation", y_validation, north[1]), ("link broken", y_test, north[2]))
    ]
    for training in trainings:
        change = colour_normalised if training == "colour normalisation" else np.asarray
        network = _cell_network(change(X_train), y_train, training, seed)
        for part, (X, y) in judged.items():
            with torch.no_grad():
                logits = network(torch.from_numpy(change(X))).numpy()
            rows.append({
                "training": training, "part": part, "accuracy": ((logits > 0) == y).mean(),
                "AUROC": evaluation.auroc(y, logits),
            })  # fmt: skip
    return pd.DataFrame(rows)


def _cell_network(X, y, training, seed) -> CellNetwork:
    num_epochs = 16
    if training == "stain augmentation":
        X, y, num_epochs = stain_augmented(X, 3, seed=seed), np.tile(y, 3), 8
    torch.manual_seed(seed)
    network = CellNetwork()
    train(
        network, (X, y.astype(np.float32)), loss_fn=nn.BCEWithLogitsLoss(), learning_rate=4e-3, num_epochs=num_epochs,
        batch_size=32, seed=seed, progress=False,
    )  # fmt: skip
    return network


def auroc_of_sorting(cases_first: int, controls_first: int, cases_second: int, controls_second: int) -> float:
    """Return the AUROC of a "model" that knows only from which of two hospitals an image came.

    It scores 1 for the first hospital and 0 for the second. AUROC is the chance that a case scores higher than a
    control, a tie counting half.

    Parameters
    ----------
    cases_first, controls_first, cases_second, controls_second : int
        Images of each kind in each hospital.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there is no case or no control at all.

    Examples
    --------
    >>> auroc_of_sorting(9, 1, 1, 9)
    0.9
    """
    counts = [
        validate.number(name, value, low=0)
        for name, value in (
            ("cases_first", cases_first), ("controls_first", controls_first),
            ("cases_second", cases_second), ("controls_second", controls_second),
        )
    ]  # fmt: skip
    cases, controls = counts[0] + counts[2], counts[1] + counts[3]
    if not cases or not controls:
        raise ValueError(
            f"cases, controls: expected at least one of each, got {cases:g} cases and {controls:g} controls."
        )
    cases_here, controls_here = counts[0] / cases, counts[1] / controls
    ties = cases_here * controls_here + (1 - cases_here) * (1 - controls_here)
    return cases_here * (1 - controls_here) + ties / 2
