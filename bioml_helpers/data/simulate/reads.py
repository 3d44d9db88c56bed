"""Sequencing reads piled up over a candidate site, with the genotype known (chapter 4's gallery)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import validate

GENOTYPES = ("hom-ref", "het", "hom-alt")
CHANNELS = ("a read is here", "differs from the reference", "base quality", "mapping quality", "reverse strand")
WIDTH = 11  # positions; the candidate site is the middle one
ROWS = 30  # reads that a picture can hold
SHARE = (0.5, 0.3, 0.2)  # of the genotypes among candidate sites
ARTEFACTS = ("none", "strand", "paralogue")


@dataclass(frozen=True)
class Pileups:
    """Candidate sites: a picture of the reads over each, its genotype, and what went wrong there.

    Attributes
    ----------
    pictures : numpy.ndarray of shape (sites, 5, 30, 11), float32
        Channels as in `CHANNELS`, reads, positions. Rows without a read are 0. Qualities are divided by 60.
    genotype : numpy.ndarray of shape (sites,), int64
        Position in `GENOTYPES`.
    artefact : numpy.ndarray of shape (sites,), int64
        Position in `ARTEFACTS`.
    """

    pictures: np.ndarray
    genotype: np.ndarray
    artefact: np.ndarray

    def __len__(self) -> int:
        return len(self.genotype)


def pileups(
    sites: int = 1000, depth: int | tuple[int, int] = (5, 30), *, artefacts: bool = True, seed: int = 0
) -> Pileups:
    """Simulate candidate sites as a variant caller meets them.

    Every read shows one of the person's two chromosomes, drawn by chance. A base of quality Q is wrong with probability
    10^(−Q/10); Q falls towards the end of a read. With `artefacts`, a third of the sites are treacherous: at half of
    these the machine misreads bases of the reverse strand (each with probability 0.5); at the others each read comes,
    with probability 0.4, from a look-alike region elsewhere in the genome, which differs at the candidate and at two or
    three of the ten positions around it, and which the aligner trusts less. Used by chapter 4's gallery.

    Parameters
    ----------
    sites : int
        Candidate sites.
    depth : int or (int, int)
        Reads over each, up to 30; two numbers: drawn from that range, ends included.
    artefacts : bool
        Without them, all errors are independent and the qualities tell the truth.
    seed : int
        Same seed, same sites.

    Returns
    -------
    Pileups

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Poplin R et al. (2018) A universal SNP and small-indel variant caller using deep neural networks. Nature
    Biotechnology 36, 983. doi:10.1038/nbt.4235

    Examples
    --------
    >>> some = pileups(4, depth=15)
    >>> some.pictures.shape, int(some.pictures[0, 0, :, 5].sum())
    ((4, 5, 30, 11), 15)
    """
    sites = validate.number("sites", sites, low=1, integer=True)
    low, high = (depth, depth) if np.ndim(depth) == 0 else depth
    low = validate.number("depth", low, low=1, high=ROWS, integer=True)
    high = validate.number("depth", high, low=low, high=ROWS, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    middle, shape = WIDTH // 2, (sites, ROWS, WIDTH)

    genotype = rng.choice(3, size=sites, p=SHARE)
    artefact = rng.choice(3, size=sites, p=(2 / 3, 1 / 6, 1 / 6)) if artefacts else np.zeros(sites, int)
    reads = np.arange(ROWS) < rng.integers(low, high + 1, size=sites)[:, None]  # (sites, rows)
    reverse = rng.random((sites, ROWS)) < 0.5

    # 1 what the molecule shows
    variant = np.zeros(shape, bool)
    variant[:, :, middle] = rng.random((sites, ROWS)) < genotype[:, None] / 2
    stranger = (artefact == 2)[:, None] & (rng.random((sites, ROWS)) < 0.4)
    marks = rng.random((sites, WIDTH)).argsort(axis=1) < 3
    marks[:, middle] = True
    variant = np.where(stranger[:, :, None], marks[:, None, :], variant)

    # 2 how the machine reads it
    place = rng.integers(0, 90, (sites, ROWS))[:, :, None] + np.arange(WIDTH)  # in a read of 100 bases
    quality = np.clip(38 - place / 100 * 14 + rng.normal(0, 4, shape), 8, 41)
    misread = rng.random(shape) < 10 ** (-quality / 10)
    bad_strand = (artefact == 1)[:, None] & reverse & (rng.random((sites, ROWS)) < 0.5)
    misread[:, :, middle] |= bad_strand
    mapping = np.clip(rng.normal(58, 3, (sites, ROWS)) - stranger * rng.uniform(0, 40, (sites, ROWS)), 0, 60)

    layers = [np.ones(shape), variant ^ misread, quality / 60, *(np.broadcast_to(one[:, :, None], shape) for one in
              (mapping / 60, reverse))]  # fmt: skip
    pictures = np.stack(layers, axis=1) * reads[:, None, :, None]
    return Pileups(pictures.astype(np.float32), genotype, artefact)
