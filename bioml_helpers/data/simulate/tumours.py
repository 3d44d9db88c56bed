"""Cell nuclei of tumours with known truth (chapter 3)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import validate

# Measure of a nucleus: its median in benign tumours, and by how much malignant ones differ (natural logarithm of the
# ratio).  All measures but three grow together with one hidden size, as they do in real tissue.
MEASURES = {
    "radius": (12.0, 0.36),
    "texture": (17.6, 0.19),
    "perimeter": (77.0, 0.39),
    "area": (450.0, 0.73),
    "smoothness": (0.092, 0.10),
    "compactness": (0.075, 0.60),
    "concavity": (0.037, 1.40),
    "concave_points": (0.023, 1.30),
    "symmetry": (0.174, 0.10),
    "fractal_dimension": (0.063, 0.0),
}
_APART = {"texture", "smoothness", "fractal_dimension"}
_SHARED, _OWN = 0.15, 0.12  # standard deviations of the logarithm: of the hidden size, of a measure alone


def nuclei(benign: int = 357, malignant: int = 212, *, seed: int = 0) -> pd.DataFrame:
    """Simulate ten measures of cell nuclei for benign and malignant tumours, each as mean, error and worst.

    A measure is log-normal; malignant tumours have the shifted medians of `MEASURES` in this module. The error of a
    mean is a twentieth of it, the worst value 1.25 of it, each with scatter of its own. Used by chapter 3.

    Parameters
    ----------
    benign, malignant : int
        Tumours of each kind.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``mean_radius`` …, ``radius_error`` …, ``worst_radius`` …, and ``is_malignant``.

    Raises
    ------
    ValueError
        If a number is below 1.

    Examples
    --------
    >>> nuclei(3, 2).shape
    (5, 31)
    """
    benign = validate.number("benign", benign, low=1, integer=True)
    malignant = validate.number("malignant", malignant, low=1, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    rows = benign + malignant
    sick = rng.permutation(rows) < malignant
    size = rng.normal(0, _SHARED, rows)
    means = {}
    for measure, (median, shift) in MEASURES.items():
        hidden = 0.0 if measure in _APART else size
        means[measure] = median * np.exp(shift * sick + hidden + rng.normal(0, _OWN, rows))
    errors = {f"{measure}_error": 0.05 * mean * rng.lognormal(0, 0.3, rows) for measure, mean in means.items()}
    worst = {f"worst_{measure}": 1.25 * mean * rng.lognormal(0, 0.1, rows) for measure, mean in means.items()}
    renamed = {f"mean_{measure}": mean for measure, mean in means.items()}
    return pd.DataFrame(renamed | errors | worst | {"is_malignant": sick})
