"""Solubility: the real table is what its card says, the stand-in has its columns and its stated truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bioml_helpers import data
from bioml_helpers.data import molecules, simulate
from bioml_helpers.data.simulate import invented


def test_the_real_table_is_what_its_card_says(need_real_data):
    need_real_data("esol")
    table, _ = data.load("esol", quiet=True)
    assert len(table) == 1128 and table["canonical_smiles"].notna().all()
    twice = table[table["canonical_smiles"].duplicated(keep=False)].groupby("canonical_smiles")["log_solubility"]
    apart = twice.max() - twice.min()
    assert len(apart) == 11
    assert (apart.mean(), apart.max()) == (pytest.approx(0.15, abs=0.01), pytest.approx(1.03, abs=0.01))
    assert (table["scaffold"] == "").mean() == pytest.approx(0.28, abs=0.005)
    assert table["weight"].median() < 183
    error = np.sqrt(np.mean((table["log_solubility"] - table["published_estimate"]) ** 2))
    assert error == pytest.approx(0.91, abs=0.005)
    phenol = table.set_index("canonical_smiles").loc["Oc1ccccc1"]
    assert phenol["log_solubility"] == pytest.approx(0.0, abs=0.05)  # about 90 g/l


def test_the_stand_in_has_the_columns_of_the_catalogue_and_is_the_same_each_time():
    table = simulate.solubility(60, seed=4)
    assert list(table.columns) == list(data.card("esol").columns)
    pd.testing.assert_frame_equal(table, simulate.solubility(60, seed=4))
    assert not table["log_solubility"].equals(simulate.solubility(60, seed=5)["log_solubility"])
    with pytest.raises(ValueError, match="rows: expected"):
        simulate.solubility(3)


def test_the_stand_in_adds_up_over_atoms_and_ring_halogens():
    table = simulate.solubility(300)
    counted = [invented._summed(text) for text in table["canonical_smiles"]]  # the same from another way of writing
    sums = np.sum(counted, axis=1)
    noise = table["log_solubility"] - sums
    assert abs(noise.mean()) < 0.06 and noise.std() == pytest.approx(invented.SPREAD, abs=0.05)
    np.testing.assert_allclose(table["published_estimate"], [one for one, _ in counted], atol=2e-3)
    atoms, bonds = invented._summed("Clc1ccccc1")
    assert atoms == pytest.approx(0.8 + 6 * (-0.35 - 0.1) - 0.5) and bonds == -0.6
    assert invented._summed("ClC1CCCCC1")[1] == 0
    assert set(molecules.PROPERTIES) <= set(table.columns)
