"""The stain of a laboratory, laid over real or simulated crops (chapter 4's gallery)."""

from __future__ import annotations

import numpy as np

from .. import validate

# How a site's stain and lamp change the optical density of red, green and blue: a mixing matrix and a background.  The
# values are this generator's truth: differences that the eye sees at once, and that no cell made.
SITES = {
    "north": (((1.10, 0.05, 0.00), (0.10, 1.25, 0.05), (0.00, 0.10, 0.80)), (0.00, 0.06, 0.00)),
    "south": (((0.95, 0.00, 0.10), (0.00, 0.80, 0.10), (0.05, 0.05, 1.20)), (0.02, 0.00, 0.08)),
    "abroad": (((1.25, 0.10, 0.05), (0.05, 1.00, 0.10), (0.10, 0.00, 1.05)), (0.08, 0.02, 0.02)),
}
_SCATTER = 0.08  # of the stain's strength from crop to crop, standard deviation of its logarithm


def optical_density(crops) -> np.ndarray:
    """Return how much light was lost at each pixel: −log10 of the share that came through.

    Parameters
    ----------
    crops : array_like of shape (..., 3), values 0 to 255

    Returns
    -------
    numpy.ndarray of the same shape; 0 where all light came through, 2.4 at most

    Raises
    ------
    ValueError
        If the last dimension does not hold three colours.

    Examples
    --------
    >>> optical_density([[255, 25, 0]]).round(2).tolist()
    [[0.0, 0.99, 2.41]]
    """
    crops = validate.array("crops", crops)
    if crops.shape[-1:] != (3,):
        raise ValueError(f"crops: expected red, green and blue in the last dimension, got shape {crops.shape}.")
    return np.log10(256 / (crops + 1))


def site_stain(crops, site: str, *, seed: int = 0) -> np.ndarray:
    """Return crops as another laboratory's stain and lamp would have shown them.

    The optical density is mixed by the site's matrix in `SITES`, made stronger or weaker by some 8 % from crop to crop,
    and set on the site's background. Used by chapter 4's gallery.

    Parameters
    ----------
    crops : array_like of shape (n, height, width, 3), values 0 to 255
    site : {"north", "south", "abroad"}
    seed : int
        Same seed, same strengths.

    Returns
    -------
    numpy.ndarray of the same shape, uint8

    Raises
    ------
    ValueError
        If the site is unknown or the crops have no three colours.

    References
    ----------
    Zech JR et al. (2018) Variable generalization performance of a deep learning model to detect pneumonia in chest
    radiographs. PLoS Medicine 15, e1002683. doi:10.1371/journal.pmed.1002683

    Examples
    --------
    >>> grey = np.full((1, 2, 2, 3), 128)
    >>> site_stain(grey, "south")[0, 0, 0].tolist() == site_stain(grey, "north")[0, 0, 0].tolist()
    False
    """
    mixing, background = SITES[validate.one_of("site", site, SITES)]
    density = optical_density(validate.array("crops", crops, ndim=4))
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    strength = np.exp(rng.normal(0, _SCATTER, len(density)))[:, None, None, None]
    density = strength * density @ np.array(mixing).T + np.array(background)
    return np.clip(256 * 10**-density - 1, 0, 255).round().astype(np.uint8)
