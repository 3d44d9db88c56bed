"""Simulated data with known truth: the *Build* half of a chapter, and the stand-in where real data cannot be had.

Every generator takes a seed and gives the same table for the same seed; its defaults are the documented truth.
"""

from __future__ import annotations

from .curves import KM_PPM, VMAX, dose_response, elisa, michaelis_menten
from .invented import toxicity
from .sequences import four_site_truth, four_sites, promoters, secondary_structure
from .tumours import nuclei

__all__ = [
    "KM_PPM",
    "VMAX",
    "dose_response",
    "elisa",
    "four_site_truth",
    "four_sites",
    "michaelis_menten",
    "nuclei",
    "promoters",
    "secondary_structure",
    "toxicity",
]
