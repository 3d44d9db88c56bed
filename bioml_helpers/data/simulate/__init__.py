"""Simulated data with known truth: the *Build* half of a chapter, and the stand-in where real data cannot be had.

Every generator takes a seed and gives the same table for the same seed; its defaults are the documented truth.
"""

from __future__ import annotations

from .alignments import coupled_chain, protein_families
from .curves import KM_PPM, VMAX, dose_response, elisa, michaelis_menten
from .genes import genes_with_introns, sigma70, tata_promoters
from .interactome import interactome, small_chains, studied_interactome
from .invented import solubility, toxicity
from .microscopy import micrographs, particle
from .motifs import bound_sites, motif_pairs, planted_motif
from .pentamers import pentamers
from .profiles import blood_cell_means, blood_cells_rna, chorismate_mutase, methylation
from .proteins import kunitz_family, kunitz_pairs, signal_peptides, single_mutants
from .reads import pileups
from .recall import aligned_sites, flagged_bases
from .records import DIAGNOSES, clinic_visits
from .relations import drug_links, food_and_drugs, gene_pairs, three_relations
from .rhythms import cycling_genes, oscillator
from .scans import blood_smear, volumes
from .sequences import (
    cb513_chains,
    four_site_truth,
    four_sites,
    netsurfp_chains,
    promoters,
    secondary_structure,
)
from .stains import site_stain
from .tumours import nuclei

__all__ = [
    "DIAGNOSES",
    "KM_PPM",
    "VMAX",
    "aligned_sites",
    "blood_cell_means",
    "blood_cells_rna",
    "blood_smear",
    "bound_sites",
    "cb513_chains",
    "chorismate_mutase",
    "clinic_visits",
    "coupled_chain",
    "cycling_genes",
    "dose_response",
    "drug_links",
    "elisa",
    "flagged_bases",
    "food_and_drugs",
    "four_site_truth",
    "four_sites",
    "gene_pairs",
    "genes_with_introns",
    "interactome",
    "kunitz_family",
    "kunitz_pairs",
    "methylation",
    "michaelis_menten",
    "micrographs",
    "motif_pairs",
    "netsurfp_chains",
    "nuclei",
    "oscillator",
    "particle",
    "pentamers",
    "pileups",
    "planted_motif",
    "promoters",
    "protein_families",
    "secondary_structure",
    "sigma70",
    "signal_peptides",
    "single_mutants",
    "site_stain",
    "small_chains",
    "solubility",
    "studied_interactome",
    "tata_promoters",
    "three_relations",
    "toxicity",
    "volumes",
]
