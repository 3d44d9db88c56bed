"""load gives the real data or says in one line that it does not; a stand-in never passes for the real thing."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from support.skips import skip_or_fail

from bioml_helpers import data
from bioml_helpers.data import access, catalogue, download, loaders, store

FETCHED = [
    "dnase",
    "puromycin",
    "promoters",
    "gb1",
    "secondary_structure",
    "sigma70",
    "mouse_promoters",
    "netsurfp",
    "cb513",
    "cell_cycle",
    "introns",
    "blood_cells",
    "hippocampus",
]  # tox21 has its own tests: test_molecules.py


@pytest.fixture
def no_network(own_world, monkeypatch):
    """Every look for a server fails; the list counts how often one was looked for."""
    asked = []

    def lost(doors):
        asked.append(doors)
        return "the network is cut"

    monkeypatch.setattr(download, "_why_unreachable", lost)
    return asked


def test_ryegrass_is_real_with_no_file_and_no_network(no_network, capsys):
    table, card = data.load("ryegrass")
    assert card.level == "real" and card.label == ""
    assert (list(table.columns), len(table)) == (["dose_mM", "root_length_cm"], 24)
    assert capsys.readouterr().out == "" and no_network == []


def test_ryegrass_needs_no_data_folder(own_world, monkeypatch):
    monkeypatch.setenv("BIOML_DATA_DIR", str(own_world / "gone"))
    assert data.load("ryegrass")[1].level == "real"


def test_ryegrass_gives_the_published_fit():
    from scipy.optimize import curve_fit

    table, _ = data.load("ryegrass")

    def curve(dose, b, c, d, e):
        return c + (d - c) / (1 + (dose / e) ** b)

    fit, _ = curve_fit(curve, table.dose_mM, table.root_length_cm, p0=(2, 1, 8, 3))
    np.testing.assert_allclose(fit, (2.982, 0.481, 7.793, 3.058), atol=0.0006)


@pytest.mark.parametrize("name", FETCHED)
def test_no_real_file_is_said_in_one_line(no_network, capsys, name):
    table, card = data.load(name)
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    for part in (name, "not at hand (the network is cut)", "stand-in", f"data.fetch('{name}')", "BIOML_DATA_DIR"):
        assert part in said
    assert card.is_stand_in and card.label == "stand-in data" and len(table) == card.rows


def test_quiet_prints_nothing(no_network, capsys):
    assert data.load("dnase", quiet=True)[1].is_stand_in
    assert capsys.readouterr() == ("", "")


def test_a_cut_network_is_looked_for_once_a_process(no_network):
    for name in FETCHED * 2:
        data.load(name, quiet=True)
    assert len(no_network) == 1


def test_fetch_looks_again_each_time(no_network):
    data.load("dnase", quiet=True)
    with pytest.raises(data.DataUnavailable):
        data.fetch("dnase")
    assert len(no_network) == 2


def test_load_offline_asks_nobody(no_network, monkeypatch, capsys):
    monkeypatch.setenv("BIOML_OFFLINE", "1")
    assert data.load("dnase")[1].is_stand_in
    assert no_network == [] and "BIOML_OFFLINE forbids the network" in capsys.readouterr().out


def test_a_failed_download_is_tried_once_by_load(own_world, monkeypatch):
    tried = []

    def failing(entry, **options):
        tried.append(entry.name)
        raise data.DataUnavailable(entry, list(entry.files), "damaged")

    monkeypatch.setattr(access.download, "fetch_files", failing)
    assert [data.load("dnase", quiet=True)[1].level for _ in range(2)] == ["stand-in"] * 2
    assert tried == ["dnase"]


def test_stand_in_on_request_prints_nothing(no_network, capsys):
    assert data.load("ryegrass", stand_in=True)[1].is_stand_in
    assert capsys.readouterr().out == "" and no_network == []


@pytest.mark.parametrize("name", [None, "tox22", 3, ["dnase"], np.array([1, 2]), ""])
def test_an_unknown_name_lists_the_known_ones(name):
    with pytest.raises(ValueError, match=r"name: expected one of 'ryegrass', 'dnase', 'puromycin', .*, got"):
        data.load(name)


@pytest.mark.parametrize("name", FETCHED)
def test_a_data_folder_that_is_wrong_is_told(own_world, monkeypatch, name):
    monkeypatch.setenv("BIOML_DATA_DIR", str(own_world / "gone"))
    with pytest.raises(data.DataFolderError, match="BIOML_DATA_DIR: expected a folder"):
        data.load(name)
    assert not data.is_real_available(name)


def test_looking_whether_data_are_there_changes_nothing(own_world, no_network, cache, capsys):
    path = cache / "rdatasets_curves" / "datasets_DNase.csv"
    path.parent.mkdir(parents=True)
    path.write_text("truncated")
    assert not data.is_real_available("dnase")
    assert data.card("dnase").is_stand_in
    assert path.read_text() == "truncated" and no_network == [] and capsys.readouterr().out == ""


# --- the real files, where they are at hand ---


@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [
        ("dnase", ["run", "concentration_ng_per_ml", "optical_density"], 176),
        ("puromycin", ["concentration_ppm", "rate_counts_per_min2", "state"], 23),
    ],
)
def test_real_files_load(need_real_data, capsys, name, columns, rows):
    need_real_data(name)
    table, card = data.load(name)
    assert (list(table.columns), len(table), card.rows) == (columns, rows, rows)
    assert card.level == "real" and not table.isna().any().any()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", FETCHED)
def test_a_stand_in_has_the_shape_of_the_real_table(need_real_data, name):
    need_real_data(name)
    real, simulated = data.load(name)[0], data.load(name, stand_in=True)[0]
    assert real.dtypes.astype(str).to_dict() == simulated.dtypes.astype(str).to_dict()
    assert list(real.columns) == list(simulated.columns)


@pytest.mark.parametrize("name", FETCHED)
def test_the_card_explains_every_column_of_the_stand_in(name):
    table, card = data.load(name, stand_in=True)
    assert list(card.columns) == list(table.columns) and len(table) == card.rows


def test_arrays_of_a_stand_in_are_of_the_real_type(need_real_data):
    need_real_data("blood_cells", "hippocampus")
    for name, columns in (("blood_cells", ["crop"]), ("hippocampus", ["image", "label"])):
        real, simulated = data.load(name, quiet=True)[0], data.load(name, stand_in=True)[0]
        for column in columns:
            assert real[column][0].dtype == simulated[column][0].dtype
            assert real[column][0].ndim == simulated[column][0].ndim
        assert real["part"].unique().tolist() == simulated["part"].unique().tolist()
        if name == "blood_cells":
            assert set(real["cell_type"]) == set(simulated["cell_type"])


def test_puromycin_card_counts_the_states(need_real_data):
    need_real_data("puromycin")
    assert data.card("puromycin").balance == "12 treated, 11 untreated"


def test_one_logistic_curve_describes_the_dnase_wells(need_real_data):
    need_real_data("dnase")
    from scipy.optimize import curve_fit

    table, _ = data.load("dnase")
    x, y = np.log(table.concentration_ng_per_ml), table.optical_density
    fit, _ = curve_fit(lambda x, a, m, s: a / (1 + np.exp((m - x) / s)), x, y, p0=(2, 1, 1))
    residuals = y - fit[0] / (1 + np.exp((fit[1] - x) / fit[2]))
    assert 1 - residuals.var() / y.var() == pytest.approx(0.994, abs=0.0006)


def test_the_printed_ryegrass_values_are_those_of_the_file(need_real_data):
    need_real_data("dnase")  # the file lies in the same folder
    entry = catalogue.catalogue()["ryegrass"]
    path = store.locate(entry)[0].get("drc_ryegrass.csv")
    if path is None:
        skip_or_fail(
            "drc_ryegrass.csv is not at hand, and as no chapter needs it it is not fetched: set BIOML_DATA_DIR"
        )
    assert hashlib.sha256(path.read_bytes()).hexdigest() == data.card("ryegrass").checksum
    table = pd.read_csv(path)
    ours = data.load("ryegrass")[0]
    assert ours.dose_mM.tolist() == table.conc.tolist()
    assert ours.root_length_cm.tolist() == table.rootl.tolist()


# --- the house ---


HEAVY = ["torch", "pooch", "requests", "rdkit", "sklearn", "nibabel", "PIL", "skimage"]


def test_importing_loads_no_torch_and_no_downloader():
    code = "import sys; import bioml_helpers.data; print(sorted(set(sys.modules) & set(sys.argv[1:])))"
    done = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_catalogued_set_has_a_loader():
    assert list(loaders.LOADERS) == data.names()
