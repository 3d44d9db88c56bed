"""Noisy micrographs with particles at known places (chapter 4's gallery)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import validate

SIZE = 64  # pixels along a side
# The particle: soft balls at (x, y) with a radius and a weight, in pixels; without any symmetry.
BALLS = ((-3.0, 0.0, 1.9, 1.0), (0.5, 0.5, 1.6, 0.8), (3.2, -1.8, 1.3, 0.8), (2.2, 3.2, 1.1, 0.9))
RADIUS = 6  # pixels; no two things lie nearer than twice this


@dataclass(frozen=True)
class Micrographs:
    """Simulated micrographs and what lies where.

    Attributes
    ----------
    images : numpy.ndarray of shape (images, 64, 64), float32
        Signal of about 1 at a particle's brightest point, plus noise.
    particles : list of numpy.ndarray of shape (n, 2)
        Row and column of each particle's centre, an array an image.
    contaminants : list of numpy.ndarray of shape (n, 2)
        Row and column of each drop of ice.
    noise : float
        Standard deviation of the noise.
    """

    images: np.ndarray
    particles: list[np.ndarray]
    contaminants: list[np.ndarray]
    noise: float

    def __len__(self) -> int:
        return len(self.images)


def particle(angle: float = 0.0, *, size: int = 2 * RADIUS + 1, shift=(0.0, 0.0)) -> np.ndarray:
    """Return the clean picture of one particle, turned by `angle` degrees.

    Parameters
    ----------
    angle : float
        Degrees.
    size : int
        Pixels along a side, odd.
    shift : (float, float)
        By which the centre lies off the middle, in rows and columns.

    Returns
    -------
    numpy.ndarray of shape (size, size)

    Raises
    ------
    ValueError
        If `size` is even.

    Examples
    --------
    >>> particle().shape, bool(abs(particle(0) - particle(180)).max() > 0.3)
    ((13, 13), True)
    """
    size = validate.number("size", size, low=3, integer=True)
    if size % 2 == 0:
        raise ValueError(f"size: expected an odd number, so that there is a middle, got {size}.")
    rows, columns = np.mgrid[:size, :size] - size // 2
    turn = np.deg2rad(validate.number("angle", angle))
    picture = np.zeros((size, size))
    for x, y, radius, weight in BALLS:
        column = x * np.cos(turn) - y * np.sin(turn) + shift[1]
        row = x * np.sin(turn) + y * np.cos(turn) + shift[0]
        picture += weight * np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * radius**2))
    return picture


def micrographs(
    images: int = 10,
    *,
    noise: float = 1.0,
    turned: bool = True,
    contaminants: bool = True,
    particles: int = 7,
    seed: int = 0,
) -> Micrographs:
    """Simulate micrographs: particles at random places in white noise, if wanted turned and among drops of ice.

    A drop is a round, bright blob as wide as a particle. Used by chapter 4's gallery.

    Parameters
    ----------
    images : int
        Micrographs of 64 × 64 pixels.
    noise : float
        Standard deviation of the noise; the particle's brightest point is about 1.
    turned : bool
        Each particle has an angle of its own; otherwise all have angle 0.
    contaminants : bool
        Four drops of ice an image, brighter than particles.
    particles : int
        Particles an image, at most 10.
    seed : int
        Same seed, same micrographs.

    Returns
    -------
    Micrographs

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> some = micrographs(2, noise=0.5)
    >>> some.images.shape, [len(one) for one in some.particles]
    ((2, 64, 64), [7, 7])
    """
    images = validate.number("images", images, low=1, integer=True)
    noise = validate.number("noise", noise, low=0)
    particles = validate.number("particles", particles, low=1, high=10, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    drops = 4 if contaminants else 0
    clean = np.zeros((images, SIZE, SIZE))
    found, dirt = [], []
    for picture in clean:
        places = _apart(particles + drops, rng)
        for row, column in places[:particles]:
            _add(picture, particle(rng.uniform(0, 360) if turned else 0.0), row, column)
        for row, column in places[particles:]:
            _add(picture, rng.uniform(1.3, 2.2) * _drop(rng.uniform(2.2, 3.4)), row, column)
        found.append(places[:particles])
        dirt.append(places[particles:])
    noisy = clean + noise * rng.normal(size=clean.shape)
    return Micrographs(noisy.astype(np.float32), found, dirt, noise)


def _apart(count, rng) -> np.ndarray:
    """Draw whole-numbered places that lie at least twice `RADIUS` from each other."""
    while True:
        places: list[np.ndarray] = []
        for _ in range(400):
            new = rng.integers(RADIUS + 1, SIZE - RADIUS - 1, 2)
            if all(np.hypot(*(new - old)) >= 2 * RADIUS for old in places):
                places.append(new)
            if len(places) == count:
                return np.array(places)


def _drop(radius) -> np.ndarray:
    rows, columns = np.mgrid[: 2 * RADIUS + 1, : 2 * RADIUS + 1] - RADIUS
    return np.exp(-(((rows**2 + columns**2) / radius**2) ** 2))


def _add(picture, stamp, row, column) -> None:
    half = len(stamp) // 2
    picture[row - half : row + half + 1, column - half : column + half + 1] += stamp
