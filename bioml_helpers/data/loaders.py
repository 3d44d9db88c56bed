"""One loader a data set: how its files become a table, and what stands in where they cannot be had.

A new data set is a table in ``data/catalogue.toml`` and a `Loader` in `LOADERS`.

`RYEGRASS` holds the root lengths of perennial ryegrass under ferulic acid, 24 facts printed by Inderjit, Streibig and
Olofsdotter (2002), Physiologia Plantarum 114:422-428, doi:10.1034/j.1399-3054.2002.1140312.x, and distributed as table
``ryegrass`` of the R package drc: dose in mM -> root lengths in cm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from . import chains, families, genes, images, interactome, molecules, profiles, relations, sequences, simulate

RYEGRASS = {
    0.0: (7.58, 8.0, 8.328571429, 7.25, 7.375, 7.9625),
    0.94: (8.355555556, 6.914285714, 7.75),
    1.88: (6.871428571, 6.45, 5.922222222),
    3.75: (1.925, 2.885714286, 4.233333333),
    7.5: (1.1875, 0.857142857, 1.057142857),
    15.0: (0.6875, 0.525, 0.825),
    30.0: (0.25, 0.22, 0.44),
}

Paths = dict[str, Path]


@dataclass(frozen=True)
class Loader:
    """How to read the real files (name -> path) and how to simulate a stand-in."""

    read: Callable[..., pd.DataFrame]
    stand_in: Callable[[], pd.DataFrame]
    slow: bool = False  # `read` takes ``quiet=`` too, and shows a progress bar unless it is true


def read_ryegrass(paths: Paths) -> pd.DataFrame:
    """Return the 24 facts as a table; no file is read."""
    rows = [(dose, length) for dose, lengths in RYEGRASS.items() for length in lengths]
    return pd.DataFrame(rows, columns=["dose_mM", "root_length_cm"])


def read_dnase(paths: Paths) -> pd.DataFrame:
    """Return the 176 wells: run, concentration in ng/ml, optical density."""
    table = pd.read_csv(paths["datasets_DNase.csv"])
    names = {"Run": "run", "conc": "concentration_ng_per_ml", "density": "optical_density"}
    return table[list(names)].rename(columns=names)


def read_puromycin(paths: Paths) -> pd.DataFrame:
    """Return the 23 assays: substrate in ppm, rate in counts/min/min, state of the enzyme."""
    table = pd.read_csv(paths["datasets_Puromycin.csv"])
    names = {"conc": "concentration_ppm", "rate": "rate_counts_per_min2", "state": "state"}
    return table[list(names)].rename(columns=names).astype({"rate_counts_per_min2": float})


def read_nuclei(paths: Paths) -> pd.DataFrame:
    """Return the 569 tumours of scikit-learn's table: 30 measures of their cell nuclei, and whether it is malignant."""
    from sklearn.datasets import load_breast_cancer

    found = load_breast_cancer(as_frame=True)
    table = found.data.rename(columns=lambda name: name.replace(" ", "_"))
    # scikit-learn's target is 1 for benign
    return table.assign(is_malignant=found.target.to_numpy() == 0)


LOADERS = {
    "ryegrass": Loader(read_ryegrass, simulate.dose_response),
    "dnase": Loader(read_dnase, simulate.elisa),
    "puromycin": Loader(read_puromycin, simulate.michaelis_menten),
    "promoters": Loader(sequences.read_promoters, simulate.promoters),
    "gb1": Loader(sequences.read_gb1, simulate.four_sites),
    "secondary_structure": Loader(sequences.read_secondary_structure, simulate.secondary_structure),
    "tox21": Loader(molecules.read_tox21, simulate.toxicity, slow=True),
    "esol": Loader(molecules.read_esol, simulate.solubility, slow=True),
    "nuclei": Loader(read_nuclei, simulate.nuclei),
    "sigma70": Loader(genes.read_sigma70, simulate.sigma70),
    "mouse_promoters": Loader(genes.read_mouse_promoters, simulate.tata_promoters),
    "netsurfp": Loader(chains.read_netsurfp, simulate.netsurfp_chains),
    "cb513": Loader(chains.read_cb513, simulate.cb513_chains),
    "cell_cycle": Loader(genes.read_cell_cycle, simulate.cycling_genes),
    "introns": Loader(genes.read_introns, simulate.genes_with_introns),
    "blood_cells": Loader(images.read_blood_cells, simulate.blood_smear),
    "hippocampus": Loader(images.read_hippocampus, simulate.volumes),
    "signal_peptides": Loader(families.read_signal_peptides, simulate.signal_peptides),
    "kunitz": Loader(families.read_kunitz, simulate.kunitz_family),
    "kunitz_contacts": Loader(families.read_kunitz_contacts, simulate.kunitz_pairs),
    "beta_lactamase": Loader(families.read_beta_lactamase, simulate.single_mutants),
    "methylation": Loader(profiles.read_methylation, simulate.methylation),
    "blood_cells_rna": Loader(profiles.read_blood_cells_rna, simulate.blood_cells_rna),
    "chorismate_mutase": Loader(profiles.read_chorismate_mutase, simulate.chorismate_mutase),
    "drug_targets": Loader(relations.read_drug_targets, simulate.drug_links),
    "hyperfoods": Loader(relations.read_hyperfoods, simulate.food_and_drugs),
    "hyperfoods_genes": Loader(relations.read_hyperfoods_genes, simulate.gene_pairs),
    "yeast_interactome": Loader(interactome.read_yeast_interactome, simulate.interactome),
    "small_chains": Loader(interactome.read_small_chains, simulate.small_chains),
}
