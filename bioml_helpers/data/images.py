"""Images of chapter 4: blood cells under the microscope (2-D), the hippocampus in magnetic resonance (3-D)."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from . import validate

Paths = dict[str, Path]

CELL_TYPES = ("red cell", "white cell", "platelet")
_TYPE_OF = {"RBC": "red cell", "WBC": "white cell", "Platelets": "platelet"}
WINDOW, SIDE = 112, 28  # pixels of the image that a crop shows, pixels of the crop: 4 by 4 become one
SMALLEST = 10  # pixels; narrower boxes are slips of the annotation

# Numbers of images that show overlapping pieces of one smear: a third or more agrees, shifted, with a correlation
# above 0.8 in grey values; no other pair reaches 0.77.  Eleven of the pairs straddle the published parts.
OVERLAPS = (
    (19, 20), (37, 38), (204, 276), (204, 277), (205, 276), (206, 278), (223, 263), (224, 264), (225, 262),
    (226, 261), (227, 260), (228, 259), (229, 258), (230, 257), (231, 256), (232, 255), (233, 254), (236, 253),
    (237, 252), (239, 240), (242, 249), (243, 250), (244, 247), (248, 249), (276, 277), (377, 400), (381, 397),
    (382, 395), (384, 393), (386, 391),
)  # fmt: skip

STRUCTURES = ("background", "anterior", "posterior")  # the labels 0, 1, 2 of the hippocampus
_TRAIN_VOLUMES = 40


def read_blood_cells(paths: Paths) -> pd.DataFrame:
    """Return the 4,886 boxes: image, part, field, cell type, corners of the box, and a crop of 28 by 28 pixels."""
    from PIL import Image  # brought by Matplotlib and scikit-image

    rows = []
    for part, file in (("train", "trainval"), ("test", "test")):
        for image in sorted(paths[f"ImageSets/Main/{file}.txt"].read_text(encoding="ascii").split()):
            boxes = _boxes(paths[f"Annotations/{image}.xml"])
            with Image.open(paths[f"JPEGImages/{image}.jpg"]) as opened:
                pixels = np.asarray(opened.convert("RGB"))
            crops = window_crops(pixels, [((x0 + x1) / 2, (y0 + y1) / 2) for _, x0, y0, x1, y1 in boxes])
            rows += [(image, part, *box, crop) for box, crop in zip(boxes, crops, strict=True)]
    table = pd.DataFrame(rows, columns=["image", "part", "cell_type", "xmin", "ymin", "xmax", "ymax", "crop"])
    table.insert(2, "field", fields(table["image"]))
    return table


def fields(images: Iterable[str]) -> np.ndarray:
    """Number the fields of view: images of `OVERLAPS` share one, so they belong into one part of a split.

    Examples
    --------
    >>> fields(["BloodImage_00019", "BloodImage_00021", "BloodImage_00020"]).tolist()
    [0, 1, 0]
    """
    home: dict[int, int] = {}
    for first, second in OVERLAPS:  # sorted, so a chain of overlaps is followed from its lowest number
        home[second] = home.get(second, home.get(first, first))
        home.setdefault(first, home[second])
    numbers = [int(image[-5:]) for image in images]
    return pd.factorize(np.array([home.get(number, number) for number in numbers]))[0].astype(np.int64)


def window_crops(
    image: np.ndarray, centres: list[tuple[float, float]], window: int = WINDOW, side: int = SIDE
) -> np.ndarray:
    """Cut a square around each centre and shrink it by averaging; beyond the edge, the image is mirrored.

    Parameters
    ----------
    image : array_like
        Shape (height, width, channels), values 0 to 255.
    centres : list of (float, float)
        x and y of each centre, in pixels.
    window : int
        Side of the square in the image; a multiple of `side`, at most twice the image's shorter side.
    side : int
        Side of the crop.

    Returns
    -------
    numpy.ndarray
        ``uint8``, shape (centres, side, side, channels).

    Raises
    ------
    ValueError
        If `window` is no multiple of `side` or too large, or a centre lies outside the image.

    Examples
    --------
    >>> image = np.full((40, 60, 3), 7, dtype=np.uint8)
    >>> window_crops(image, [(5, 5), (30, 20)], window=16, side=4).shape
    (2, 4, 4, 3)
    """
    pixels = np.asarray(image)
    if pixels.ndim != 3:
        raise ValueError(f"image: expected shape (height, width, channels), got {pixels.shape}.")
    side = validate.number("side", side, low=1, integer=True)
    window = validate.number("window", window, low=side, high=2 * min(pixels.shape[:2]) - 2, integer=True)
    if window % side:
        raise ValueError(f"window: expected a multiple of side ({side}), got {window}.")
    half, block = window // 2, window // side
    padded = np.pad(pixels, ((half, window - half), (half, window - half), (0, 0)), mode="reflect")
    edges = np.arange(0, window, block)
    crops = np.empty((len(centres), side, side, pixels.shape[2]), dtype=np.uint8)
    for number, (x, y) in enumerate(centres):
        if not (0 <= x <= pixels.shape[1] and 0 <= y <= pixels.shape[0]):
            raise ValueError(f"centres[{number}]: expected a point inside the image, got ({x:g}, {y:g}).")
        left, top = int(x), int(y)  # in the padded image, the window begins half its side before the centre
        square = padded[top : top + window, left : left + window]
        # summed as whole numbers, which is faster than taking means
        sums = np.add.reduceat(np.add.reduceat(square, edges, axis=0, dtype=np.uint32), edges, axis=1)
        crops[number] = (sums + block * block // 2) // (block * block)
    return crops


def _boxes(path: Path) -> list[tuple[str, int, int, int, int]]:
    """Cell type and corners of each box that is wide enough."""
    found = []
    for item in ElementTree.parse(path).getroot().iter("object"):
        x0, y0, x1, y1 = (int(item.findtext(f"bndbox/{corner}")) for corner in ("xmin", "ymin", "xmax", "ymax"))
        if min(x1 - x0, y1 - y0) >= SMALLEST:
            found.append((_TYPE_OF[item.findtext("name")], x0, y0, x1, y1))
    return found


def read_hippocampus(paths: Paths) -> pd.DataFrame:
    """Return the 60 volumes: volume, part, image (float32), label (0 background, 1 anterior, 2 posterior)."""
    import nibabel

    names = sorted(name.removeprefix("images/") for name in paths if name.startswith("images/"))
    rows = []
    for number, name in enumerate(names):
        image = np.asarray(nibabel.load(paths[f"images/{name}"]).dataobj, dtype=np.float32)
        label = np.asarray(nibabel.load(paths[f"labels/{name}"]).dataobj).astype(np.uint8)
        if image.shape != label.shape:
            raise ValueError(f"{name}: expected a label for each voxel of {image.shape}, got {label.shape}.")
        part = "train" if number < _TRAIN_VOLUMES else "test"
        rows.append((name.removesuffix(".nii.gz"), part, image, label))
    return pd.DataFrame(rows, columns=["volume", "part", "image", "label"])
