"""Simulated data with known truth: the *Build* half of a chapter, and the stand-in where real data cannot be had.

Every generator takes a seed and gives the same table for the same seed; its defaults are the documented truth.
"""

from __future__ import annotations

from .curves import KM_PPM, VMAX, dose_response, elisa, michaelis_menten
from .genes import genes_with_introns, sigma70, tata_promoters
from .invented import toxicity
from .motifs import bound_sites, motif_pairs, planted_motif
from .rhythms import cycling_genes, oscillator
from .sequences import (
    cb513_chains,
    four_site_truth,
    four_sites,
    netsurfp_chains,
    promoters,
    secondary_structure,
)
from .tumours import nuclei

__all__ = [
    "KM_PPM",
    "VMAX",
    "bound_sites",
    "cb513_chains",
    "cycling_genes",
    "dose_response",
    "elisa",
    "four_site_truth",
    "four_sites",
    "genes_with_introns",
    "michaelis_menten",
    "motif_pairs",
    "netsurfp_chains",
    "nuclei",
    "oscillator",
    "planted_motif",
    "promoters",
    "secondary_structure",
    "sigma70",
    "tata_promoters",
    "toxicity",
]
