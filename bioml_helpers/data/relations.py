"""Relations of chapter 7: which drug acts on which gene, which genes act together, which molecules are food."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

Paths = dict[str, Path]

# Approved substances of the hyperfoods table that ordinary food contains, named by us: the archive itself has no food.
FOOD_MOLECULES = {
    "DB00121": "biotin", "DB00122": "choline", "DB00132": "alpha-linolenic acid", "DB00137": "lutein",
    "DB00139": "succinic acid", "DB00140": "riboflavin", "DB00143": "glutathione", "DB00145": "glycine",
    "DB00152": "thiamine", "DB00153": "ergocalciferol", "DB00158": "folic acid", "DB00160": "alanine",
    "DB00161": "valine", "DB00163": "vitamin E", "DB00165": "pyridoxine", "DB00166": "lipoic acid",
    "DB00169": "cholecalciferol", "DB00174": "asparagine", "DB00201": "caffeine", "DB00277": "theophylline",
    "DB00627": "niacin", "DB00825": "menthol", "DB00898": "ethanol", "DB01022": "phylloquinone",
    "DB03166": "acetic acid", "DB08995": "diosmin",
}  # fmt: skip

FOLDS = 5
_DRUGS = "approved_mysql_on_onecc_noiso_string_dense.hkl"
_ROWS_AT_ONCE = 128  # of 15,135 numbers of 8 bytes: the whole table would be a quarter of a gigabyte


def read_drug_targets(paths: Paths) -> pd.DataFrame:
    """Return the 2,991 links: drug, its name, gene (Entrez number), action, and the drug's classes."""
    links = pd.read_csv(paths["targets.tsv"], sep="\t")
    listed = pd.read_csv(paths["drug-to-class.tsv"], sep="\t")
    classes = listed.groupby("drugbank_id")["class_name"].apply(lambda names: tuple(sorted(set(names))))
    return pd.DataFrame(
        {
            "drug": links["drugbank_id"],
            "name": links["drugbank_name"],
            "gene": links["GeneID"].astype(np.int64),
            "action": links["actions"].fillna(""),
            "classes": [classes.get(drug, ()) for drug in links["drugbank_id"]],
        }
    )


def read_hyperfoods(paths: Paths) -> pd.DataFrame:
    """Return the 2,048 drugs: drug, name, is_food, is_anticancer, targets (numbers of genes), folds."""
    arrays, targets = {}, []
    for name, dataset in _hickles(paths["dataset.tar.gz"], wanted=_DRUGS):
        if name.startswith("drugs_profiles"):
            for start in range(0, dataset.shape[0], _ROWS_AT_ONCE):
                targets += [tuple(np.flatnonzero(row).tolist()) for row in dataset[start : start + _ROWS_AT_ONCE]]
        else:
            arrays[name] = dataset[:]
    drugs = [text.decode("ascii") for text in arrays[f"drugs_ids_{_DRUGS}"]]
    test = np.full(len(drugs), -1)
    validation: list[list[int]] = [[] for _ in drugs]
    for fold in range(FOLDS):
        test[arrays[f"5foldCVsplits/{fold}/split_cancer_test_indices_{_DRUGS}"]] = fold
        for row in arrays[f"5foldCVsplits/{fold}/split_cancer_val_indices_{_DRUGS}"]:
            validation[row].append(fold)
    return pd.DataFrame(
        {
            "drug": drugs,
            "name": [FOOD_MOLECULES.get(drug, drug) for drug in drugs],
            "is_food": [drug in FOOD_MOLECULES for drug in drugs],
            "is_anticancer": arrays[f"drugs_labels_{_DRUGS}"] == 1,
            "targets": targets,
            "test_fold": test,
            "validation_folds": [tuple(folds) for folds in validation],
        }
    )


def read_hyperfoods_genes(paths: Paths) -> pd.DataFrame:
    """Return the 177,848 pairs of genes that act together: numbers a < b, names, STRING's score (0 to 1000)."""
    arrays = {name: dataset[:] for name, dataset in _hickles(paths["dataset.tar.gz"], wanted="onecc_noiso_string_")}
    names = np.array([text.decode("ascii") for text in arrays["onecc_noiso_string_gene_names.hkl"]])
    a, b, score = arrays["onecc_noiso_string_matrix_interactome_data_filtered.hkl"].T
    once = a < b  # the file has each pair in both directions
    a, b = a[once], b[once]
    return pd.DataFrame({"a": a, "b": b, "gene_a": names[a], "gene_b": names[b], "score": score[once]})


def hickle_dataset(opened, name: str = "file"):
    """Return the one array of a hickle file that h5py has opened, if it is numbers or texts; nothing is ever unpickled.

    Hickle stores what HDF5 cannot hold as pickled bytes. Unpickling can run any code, so such a file is refused.

    Parameters
    ----------
    opened : h5py.File
    name : str
        The file's name, for messages.

    Returns
    -------
    h5py.Dataset
        Numbers, or texts of fixed length as bytes.

    Raises
    ------
    ValueError
        If it is no hickle file with one array, or the array is a pickled object.

    Examples
    --------
    >>> import h5py
    >>> with h5py.File("demo", "w", driver="core", backing_store=False) as opened:
    ...     opened.attrs["CLASS"] = b"hickle"
    ...     opened["data_0"] = [1, 2, 3]
    ...     hickle_dataset(opened)[:].tolist()
    [1, 2, 3]
    """
    if _as_text(opened.attrs.get("CLASS", "")) != "hickle" or list(opened) != ["data_0"]:
        raise ValueError(f"{name}: expected a hickle file with one array, data_0, got {list(opened)}.")
    dataset = opened["data_0"]
    if not hasattr(dataset, "dtype"):
        raise ValueError(f"{name}: expected one array, got a group of them.")
    kind = _as_text(dataset.attrs.get("type", ""))
    if "pickle" in kind or dataset.dtype.kind not in "biufS":
        raise ValueError(
            f"{name}: expected numbers or texts, got a pickled object; unpickling can run any code, so it is refused."
        )
    return dataset


def _as_text(value) -> str:
    """An attribute as text: hickle writes bytes, texts, or an array of one of them."""
    one = np.asarray(value).reshape(-1)[0]
    return one.decode("ascii", "replace") if isinstance(one, bytes) else str(one)


def _hickles(path: Path, wanted: str) -> Iterator:
    """Yield (name, array) of each file of the archive whose name holds `wanted`; open until the next one."""
    import h5py

    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            name = member.name.removeprefix("dataset/")
            if member.isfile() and name.endswith(".hkl") and wanted in name:
                with _unpacked(archive, member) as file, h5py.File(file, "r") as opened:
                    yield name, hickle_dataset(opened, name)


@contextmanager
def _unpacked(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[Path]:
    """One file of the archive under a name of ours, so that no name in the archive decides where it is written."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "array.hkl"
        with archive.extractfile(member) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        yield path
