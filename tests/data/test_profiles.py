"""Methylation, single blood cells, chorismate mutase: counts, what is left out, truth of the stand-ins."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bioml_helpers import data
from bioml_helpers.data import profiles, simulate

NAMES = ["methylation", "blood_cells_rna", "chorismate_mutase"]
GENERATORS = [simulate.methylation, simulate.blood_cells_rna, simulate.chorismate_mutase]


@pytest.mark.parametrize("name", NAMES)
def test_a_stand_in_has_the_shape_of_the_real_table(need_real_data, name):
    need_real_data(name)
    (real, card), (simulated, other) = data.load(name), data.load(name, stand_in=True)
    assert real.dtypes.astype(str).to_dict() == simulated.dtypes.astype(str).to_dict()
    assert list(real.columns) == list(simulated.columns) == list(card.columns) == list(other.columns)
    assert set(real.attrs) <= set(simulated.attrs) and other.is_stand_in
    assert (len(real), len(simulated)) == (card.rows, other.rows)
    for column in {"beta", "counts"} & set(real.columns):
        assert real[column][0].dtype == simulated[column][0].dtype and real[column][0].ndim == 1


@pytest.mark.parametrize("name", ["methylation", "chorismate_mutase"])
def test_without_files_the_stand_in_comes_and_says_so(tmp_path, monkeypatch, capsys, name):
    for variable, value in (("BIOML_CACHE_DIR", tmp_path), ("BIOML_DATA_DIR", tmp_path), ("BIOML_OFFLINE", 1)):
        monkeypatch.setenv(variable, str(value))
    assert data.load(name)[1].is_stand_in
    assert capsys.readouterr().out.count("\n") == 1


def as_text(table: pd.DataFrame) -> str:
    return repr([[np.asarray(value).tolist() for value in row] for row in table.to_numpy()])


@pytest.mark.parametrize("generator", GENERATORS)
def test_same_seed_same_table(generator):
    one, same, other = (as_text(generator(60, seed=seed)) for seed in (3, 3, 4))
    assert one == same != other


@pytest.mark.parametrize("generator", GENERATORS)
def test_too_few_rows_are_refused_in_words(generator):
    with pytest.raises(ValueError, match="expected a number at least"):
        generator(5)


# --- methylation ---


def test_only_measured_tumours_are_kept(need_real_data):
    need_real_data("methylation")
    table, card = data.load("methylation")
    assert table["sample"].str.fullmatch(r"GSM\d+").all() and table["sample"].is_unique
    assert table["subgroup"].value_counts().to_dict() == {"Group4": 207, "SHH": 145, "Group3": 101, "WNT": 70}
    beta = np.stack(table["beta"])
    assert beta.shape == (523, 399) and 0 <= beta.min() and beta.max() <= 1
    assert len(set(table.attrs["probes"])) == 399
    assert (len(table.attrs["copied"]), table.attrs["synthetic"]) == (247, 140)
    assert "247" in " ".join(card.known_problems) and "140" in " ".join(card.known_problems)


def test_the_copies_left_out_repeat_a_measured_row_value_by_value(need_real_data):
    need_real_data("methylation")
    raw = profiles._read_r(data.fetch("methylation")["Data1.RData"])["Data1"]
    copies = raw[raw.index.astype(str).str.contains(r"\.")].drop(columns="subgroup").to_numpy(dtype=np.float32)
    table, _ = data.load("methylation")
    assert (np.stack(table["beta"])[table.attrs["copied"]] == copies).all()


def test_a_strange_row_name_is_refused(tmp_path, monkeypatch):
    strange = pd.DataFrame({"cg1": [0.1, 0.2], "subgroup": ["SHH", "WNT"]}, index=["GSM12", "sample 3"])
    monkeypatch.setattr(profiles, "_read_r", lambda path: {"Data1": strange})
    with pytest.raises(ValueError, match="methylation: expected rows named GSM and digits"):
        profiles.read_methylation({"Data1.RData": tmp_path})


def test_simulated_neighbours_of_a_block_go_together_and_others_do_not():
    table = simulate.methylation(seed=2)
    r = np.corrcoef(np.stack(table["beta"]).T)
    block = np.array(table.attrs["blocks"])
    same = block[1:] == block[:-1]
    beside = np.diagonal(r, 1)
    assert beside[same].mean() > 0.6 and abs(beside[~same].mean()) < 0.3
    sizes = np.bincount(block)
    assert sizes[:-1].min() >= 3 and sizes.max() <= 13


# --- blood cells ---


def test_counts_come_back_whole_from_the_logarithms():
    table, card = data.load("blood_cells_rna")
    counts = np.stack(table["counts"])
    assert card.level == "library" and counts.shape == (700, 765) and counts.dtype == np.int32
    assert (counts.min(), counts.max()) == (0, 259)
    assert (counts.sum(axis=1) < table["total_counts"]).all()
    import scanpy

    found = scanpy.datasets.pbmc68k_reduced()
    logs = np.log1p(counts / found.obs["n_counts"].to_numpy(dtype=float)[:, None] * profiles.COUNTS_FOR)
    assert np.abs(logs - found.raw.X.toarray()).max() < 1.5e-3  # it is rounded to three decimals
    assert table.attrs["genes"] == list(found.raw.var_names)


def test_channels_are_those_of_the_barcodes():
    table, _ = data.load("blood_cells_rna")
    assert sorted(set(table["channel"])) == list(range(1, 9))
    assert (table["cell"].str[-1].astype(int) == table["channel"]).all() and table["cell"].is_unique


def test_logarithms_of_anything_else_are_refused():
    with pytest.raises(ValueError, match="expected logarithms of scaled whole counts"):
        profiles.counts_of(np.log1p(np.array([[4.0, 6.0]])), np.array([2500.0]))


def test_counts_stray_around_their_means_as_a_negative_binomial_does():
    table, means = simulate.blood_cells_rna(2000, 60, seed=1), simulate.blood_cell_means(2000, 60, seed=1)
    apart = np.stack(table["counts"]) - means
    assert (apart**2 / (means + means**2 / 2)).mean() == pytest.approx(1, abs=0.05)
    assert abs(apart.sum() / means.sum()) < 0.02


# --- chorismate mutase ---


def test_chorismate_mutases_have_their_counts(need_real_data):
    need_real_data("chorismate_mutase")
    table, _ = data.load("chorismate_mutase")
    assert len(table) == 1259 and set(table["sequence"].str.len()) == {96} and table["name"].is_unique
    assert set("".join(table["sequence"])) == set("ACDEFGHIKLMNPQRSTVWY-")
    assert table["name"][0].startswith("pdb|1ECM")
    assert table["weight"].sum() == pytest.approx(915.6, abs=0.5)
    assert (table["group"].nunique(), table["group"].value_counts().max()) == (686, 52)


def test_simulated_enzymes_keep_four_columns_and_vary_elsewhere():
    from bioml_helpers.data.simulate.profiles import CONSERVED

    letters = np.array([list(one) for one in simulate.chorismate_mutase(200, seed=1)["sequence"]])
    commonest = np.array([max(np.mean(column == one) for one in set(column)) for column in letters.T])
    kept = np.isin(np.arange(96), CONSERVED)
    assert commonest[kept].min() > 0.93 > np.median(commonest[~kept])
