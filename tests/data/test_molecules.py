"""Molecules: what is computed is RDKit's; what cannot be read is named; what was computed once is kept, and checked."""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest
from rdkit.Chem import QED, Crippen, MolFromSmiles

from bioml_helpers import data
from bioml_helpers.data import molecules

CAFFEINE, ASPIRIN, HEXANE = "Cn1cnc2c1c(=O)n(C)c(=O)n2C", "CC(=O)Oc1ccccc1C(=O)O", "CCCCCC"
SMILES = [CAFFEINE, ASPIRIN, HEXANE, "c1ccccc", "O=CO[AlH3](OC=O)OC=O"]


@pytest.fixture(scope="module")
def described() -> pd.DataFrame:
    return molecules.describe(SMILES)


def test_textbook_properties_of_aspirin(described):
    aspirin = described.loc[1, list(molecules.PROPERTIES)]
    counted = {"donors": 1, "acceptors": 3, "rings": 1, "aromatic_rings": 1, "heavy_atoms": 13, "heteroatoms": 4}
    assert aspirin[list(counted)].to_dict() == counted
    assert aspirin["weight"] == pytest.approx(180.16, abs=0.01)
    assert aspirin["tpsa"] == pytest.approx(63.6, abs=0.01)
    assert aspirin["fraction_sp3"] == pytest.approx(1 / 9)


def test_logp_and_qed_are_rdkits(described):
    for row, text in enumerate(SMILES[:3]):
        molecule = MolFromSmiles(text)
        assert described.loc[row, "logp"] == Crippen.MolLogP(molecule)
        assert described.loc[row, "qed"] == pytest.approx(QED.qed(molecule), abs=1e-12)


def test_the_scaffold_is_rings_and_their_links(described):
    assert described["scaffold"].tolist()[:3] == ["O=c1[nH]c(=O)c2[nH]cnc2[nH]1", "c1ccccc1", ""]


def test_what_cannot_be_read_is_a_row_of_missing_values(described, capfd):
    assert described[3:].isna().all(axis=None) and not described[:3].isna().any(axis=None)
    molecules.describe(SMILES[3:])
    assert capfd.readouterr() == ("", "")  # RDKit's own complaints stay off the screen


@pytest.mark.parametrize("function", [molecules.canonical, molecules.scaffolds, molecules.fingerprints])
def test_elsewhere_it_is_an_error_that_names_the_row(function):
    with pytest.raises(ValueError, match=r"smiles\[1\]: expected a SMILES that RDKit can read, got 'c1ccccc'"):
        function(["CC", "c1ccccc"])


@pytest.mark.parametrize("function", [molecules.canonical, molecules.describe])
def test_what_is_no_list_of_texts_is_refused(function):
    with pytest.raises(TypeError, match="smiles: expected a list of SMILES, got one text"):
        function("CC")
    with pytest.raises(TypeError, match=r"smiles\[1\]: expected a text, got None"):
        function(["CC", None])


def test_fingerprints_tell_structures_apart_and_not_spellings():
    prints = molecules.fingerprints(["OCC", "CCO", CAFFEINE], bits=256)
    assert prints.shape == (3, 256) and set(np.unique(prints)) == {0, 1}
    assert (prints[0] == prints[1]).all() and (prints[0] != prints[2]).any()


# --- computed once ---


@pytest.fixture
def kept(own_world):
    """Compute once in an empty cache; return the file that holds it."""
    first = molecules.described_once(SMILES)
    (path,) = (own_world / "cache" / "computed").iterdir()
    return first, path


@pytest.fixture
def counted(monkeypatch):
    """Count how often molecules are computed."""
    asked = []
    real = molecules.describe
    monkeypatch.setattr(molecules, "describe", lambda *args, **more: asked.append(1) or real(*args, **more))
    return asked


def test_a_kept_table_is_the_computed_one_to_the_last_digit(kept, counted):
    pd.testing.assert_frame_equal(molecules.described_once(SMILES), kept[0], check_exact=True)
    assert counted == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-20]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"not gzip"),
        lambda path: path.write_bytes(path.read_bytes()[:30] + b"\0\0\0\0" + path.read_bytes()[34:]),
        lambda path: path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"180.", b"999."))),
    ],
    ids=["cut off", "empty", "other file", "flipped bytes", "other numbers"],
)
def test_a_damaged_table_is_computed_anew_and_mended(kept, counted, damage):
    first, path = kept
    damage(path)
    for _ in range(2):
        pd.testing.assert_frame_equal(molecules.described_once(SMILES), first, check_exact=True)
    assert counted == [1]


def test_other_molecules_or_another_rdkit_are_computed(kept, counted, monkeypatch):
    molecules.described_once(SMILES[:2])
    monkeypatch.setattr("rdkit.__version__", "1999.01.1")
    molecules.described_once(SMILES)
    assert counted == [1, 1]


def test_nothing_half_written_is_left(kept):
    assert [path.suffixes for path in kept[1].parent.iterdir()] == [[".csv", ".gz"]]


def test_a_cache_that_cannot_be_written_costs_only_time(own_world):
    (own_world / "cache").write_text("a file where the folder belongs")
    assert len(molecules.described_once(SMILES)) == 5


# --- the real table ---


@pytest.fixture
def tox21(need_real_data):
    need_real_data("tox21")
    return data.load("tox21", quiet=True)


def test_tox21_has_its_counts(tox21):
    table, card = tox21
    assert (len(table), table["canonical_smiles"].nunique(), card.rows) == (8006, 7823, 8006)
    assert table["SR-MMP"].notna().sum() == 5914
    assert table["SR-MMP"].mean() == pytest.approx(0.158, abs=0.0005)
    assert [round(table[assay].mean(), 3) for assay in ("NR-AhR", "SR-p53", "NR-AR")] == [0.117, 0.062, 0.042]


def test_every_unreadable_row_is_named(tox21, capsys):
    table, card = tox21
    rows = [row for row, _, _ in table.attrs["unreadable"]]
    assert rows == [1330, 2308, 2315, 3599, 4632, 4716, 5627, 6859]
    assert all(
        any(f"row {row} ({name}: {text})" in p for p in card.known_problems)
        for row, name, text in table.attrs["unreadable"]
    )
    data.load("tox21")
    assert capsys.readouterr().out == (
        "tox21: 8 of 8,014 rows cannot be read and are left out; data.card('tox21') names them.\n"
    )


def test_readable_rows_have_all_but_labels(tox21):
    table, _ = tox21
    assert not table.drop(columns=list(molecules.ASSAYS)).isna().any(axis=None)
    labels = table[list(molecules.ASSAYS)].to_numpy()
    assert set(labels[~np.isnan(labels)]) == {0.0, 1.0}


def test_one_structure_has_one_scaffold_and_one_set_of_properties(tox21):
    table, _ = tox21
    assert (table.groupby("canonical_smiles")["scaffold"].nunique() == 1).all()
    spread = table.groupby("canonical_smiles")["weight"].agg(lambda weights: weights.max() - weights.min())
    assert spread.max() < 1e-6


def test_quiet_says_nothing(tox21, capsys):
    data.load("tox21", quiet=True)
    assert capsys.readouterr() == ("", "")
