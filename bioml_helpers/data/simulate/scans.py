"""Pictures with known truth: a stained blood smear (2-D), and volumes with two touching bodies (3-D; chapter 4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import validate
from ..images import CELL_TYPES, SIDE, WINDOW

# Colours (red, green, blue, 0 to 255) of glass, red cells, stained nuclei, and the plasma of white cells.
GLASS, RED, NUCLEUS, PLASMA = (222, 216, 206), (196, 150, 142), (108, 62, 178), (186, 160, 212)
PER_IMAGE = {"red cell": 10, "white cell": 1, "platelet": 1}
# Radius of each kind in pixels of the crop (mean and standard deviation); four pixels of an image make one of a crop.
RADIUS = {"red cell": (11.5, 1.2), "white cell": (13.0, 1.2), "platelet": (4.0, 0.7)}


def blood_smear(images: int = 60, *, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ``blood_cells``: crops of a stained smear, twelve from each image.

    A red cell is a pale disc with a paler middle, a white cell a disc of plasma with a nucleus of two to four lobes, a
    platelet a small body in the nucleus's colour. Parts of one to three neighbours, mostly red cells, stand at the
    edge. Each image has its own strength of stain and its own light, so colour alone is not safe; `PER_IMAGE` gives the
    numbers of each kind. The last fifth of the images is the test part. Used by chapter 4.

    Parameters
    ----------
    images : int
        At least 5.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        The columns of ``blood_cells``: ``image``, ``part``, ``field``, ``cell_type``, ``xmin``, ``ymin``, ``xmax``,
        ``ymax``, ``crop`` (``uint8``, shape (28, 28, 3)).

    Raises
    ------
    ValueError
        If `images` is below 5.

    Examples
    --------
    >>> table = blood_smear(5)
    >>> len(table), table.crop[0].shape, table.part.iloc[[0, -1]].tolist()
    (60, (28, 28, 3), ['train', 'test'])
    """
    images = validate.number("images", images, low=5, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    tests, rows = images // 5, []
    for number in range(images):
        stain, light = rng.uniform(0.75, 1.15), rng.normal(0, 6, 3)
        part = "test" if number >= images - tests else "train"
        for kind in CELL_TYPES:
            for _ in range(PER_IMAGE[kind]):
                radius = max(rng.normal(*RADIUS[kind]), 2.0)
                half = min(round(radius * WINDOW / SIDE), 100)
                x, y = int(rng.integers(half, 641 - half)), int(rng.integers(half, 481 - half))
                crop = _crop(kind, radius, stain, light, rng)
                rows.append(
                    (f"SimImage_{number:05d}", part, number, kind, x - half, y - half, x + half, y + half, crop)
                )
    names = ["image", "part", "field", "cell_type", "xmin", "ymin", "xmax", "ymax", "crop"]
    return pd.DataFrame(rows, columns=names)


def _crop(kind: str, radius: float, stain: float, light: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    colours = np.broadcast_to(np.array(GLASS, dtype=float), (SIDE, SIDE, 3)).copy()
    for _ in range(rng.integers(1, 4)):  # neighbours, whose middle lies outside
        angle, away = rng.uniform(0, 2 * np.pi), radius + rng.uniform(8, 15)
        middle = SIDE / 2 + away * np.array([np.sin(angle), np.cos(angle)])
        other = "red cell" if rng.random() < 0.9 else "platelet"
        _paint(colours, other, middle, max(rng.normal(*RADIUS[other]), 2.0), stain, rng)
    _paint(colours, kind, SIDE / 2 - 0.5 + rng.normal(0, 0.8, 2), radius, stain, rng)
    return np.clip(np.rint(colours + light + rng.normal(0, 4, colours.shape)), 0, 255).astype(np.uint8)


def _paint(colours: np.ndarray, kind: str, middle, radius: float, stain: float, rng: np.random.Generator) -> None:
    """Paint one cell over the colours (in place)."""
    if kind == "platelet":
        _disc(colours, middle, radius, NUCLEUS, 0.75 * stain, rng)
        return
    if kind == "red cell":
        _disc(colours, middle, radius, RED, stain, rng)
        _disc(colours, middle, 0.4 * radius, GLASS, rng.uniform(0, 0.7), rng)
        return
    _disc(colours, middle, radius, PLASMA, stain, rng)
    for _ in range(rng.integers(2, 5)):
        lobe = np.asarray(middle) + rng.normal(0, 0.3 * radius, 2)
        _disc(colours, lobe, rng.uniform(0.4, 0.6) * radius, NUCLEUS, stain, rng)


def _disc(colours: np.ndarray, middle, radius: float, colour, amount: float, rng: np.random.Generator) -> None:
    """Blend a slightly oval disc with a soft edge into the colours."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    squeeze = rng.uniform(0.9, 1.1)
    distance = np.hypot((rows - middle[0]) * squeeze, (columns - middle[1]) / squeeze)
    share = min(amount, 1.0) / (1 + np.exp((distance - radius) / 0.5))
    colours += share[..., None] * (np.array(colour, dtype=float) - colours)


def volumes(train: int = 40, test: int = 20, *, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ``hippocampus``: volumes in which two bodies touch, the front one wider than the back one.

    The bodies are ellipsoids whose middles, axes and tilt vary from volume to volume; where they overlap, the nearer
    one counts. In the image they are a little brighter than what surrounds them; so are two other ellipsoids that have
    no label. Smooth and fine noise is added, and each volume has its own scale of brightness. Used by chapter 4.

    Parameters
    ----------
    train, test : int
        Volumes in each part.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``volume``, ``part``, ``image`` (``float32``), ``label`` (``uint8``: 0 background, 1 anterior,
        2 posterior); an image has 32-41 by 44-59 by 26-42 voxels, and the second axis points to the front.

    Raises
    ------
    ValueError
        If a number is below 1.

    Examples
    --------
    >>> table = volumes(1, 1)
    >>> table.image[0].shape == table.label[0].shape, sorted(set(table.label[0].ravel().tolist()))
    (True, [0, 1, 2])
    """
    train = validate.number("train", train, low=1, integer=True)
    test = validate.number("test", test, low=1, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    rows = []
    for number in range(train + test):
        image, label = _volume(rng)
        rows.append((f"simulated_{number:03d}", "train" if number < train else "test", image, label))
    return pd.DataFrame(rows, columns=["volume", "part", "image", "label"])


def _volume(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    shape = rng.integers([32, 44, 26], [42, 60, 43])
    where = np.stack(np.meshgrid(*[np.arange(side) for side in shape], indexing="ij"), axis=-1).astype(float)
    middle = shape / 2 + rng.normal(0, [2.5, 3.0, 2.0])
    tilt = rng.normal(0, 0.2, 2)  # how far the long axis leans to the side and upwards, per voxel to the front
    front = middle + np.array([9 * tilt[0], 9.0, 9 * tilt[1]])
    back = middle - np.array([9 * tilt[0], 9.0, 9 * tilt[1]])
    size = rng.normal(1, 0.07)
    to_front = _reach(where, front, np.array([7.5, 9.5, 6.5]) * size * rng.normal(1, 0.05, 3))
    to_back = _reach(where, back, np.array([5.5, 12.0, 6.0]) * size * rng.normal(1, 0.05, 3))
    label = np.zeros(tuple(shape), dtype=np.uint8)
    label[(to_front <= 1) & (to_front <= to_back)] = 1
    label[(to_back <= 1) & (to_back < to_front)] = 2
    bright = 1.0 * (label > 0)
    for _ in range(2):  # bodies of the same brightness that are not looked for
        other = rng.uniform(0.1, 0.9, 3) * shape
        bright = np.maximum(bright, 0.9 * ((_reach(where, other, rng.uniform(3, 6, 3)) <= 1) & (label == 0)))
    image = 3.0 + bright + 0.3 * _smooth_noise(tuple(shape), rng) + rng.normal(0, 0.3, tuple(shape))
    return (np.maximum(image, 0) * np.exp(rng.normal(5, 0.8))).astype(np.float32), label


def _reach(where: np.ndarray, middle: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """1 on the ellipsoid's surface, less inside."""
    return np.sqrt((((where - middle) / axes) ** 2).sum(axis=-1))


def _smooth_noise(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Noise of unit spread whose neighbours, five voxels around, are averaged."""
    noise = rng.normal(size=[side + 4 for side in shape])
    for axis in range(3):
        noise = np.lib.stride_tricks.sliding_window_view(noise, 5, axis=axis).mean(axis=-1)
    return noise / noise.std()
