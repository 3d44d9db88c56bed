"""Chains of NetSurfP-2.0 and CB513: counts, the rule for eight states, which residues count, who is related."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from bioml_helpers import data
from bioml_helpers.data import chains, simulate, splits


def test_netsurfp_has_its_counts(need_real_data):
    need_real_data("netsurfp")
    table, card = data.load("netsurfp")
    assert card.balance == "9712 train, 1080 validation, 364 test"
    assert table.sequence.is_unique and table.name.is_unique
    assert set("".join(table.states)) == set("HEC") and set("".join(table.resolved)) == set("01")
    assert table.sequence.str.len().sum() == 2_845_094
    assert sum(letter in "XUO" for letter in "".join(table.sequence)) == 177


def test_unresolved_residues_of_netsurfp_are_written_as_coil(need_real_data):
    need_real_data("netsurfp")
    table, _ = data.load("netsurfp")
    states, resolved = (np.array(list("".join(table[name]))) for name in ("states", "resolved"))
    assert (resolved == "0").mean() == pytest.approx(0.0657, abs=0.0001)
    assert set(states[resolved == "0"]) == {"C"}


def test_cb513_counts_its_own_resolved_residues_only(need_real_data):
    need_real_data("cb513")
    table, _ = data.load("cb513")
    counted = table.resolved.str.count("1")
    assert (len(table), counted.sum(), table.sequence.str.len().sum()) == (511, 83_427, 144_011)
    assert (counted == 0).sum() == 2
    repeated = table[table.sequence.duplicated(keep=False)]
    assert (len(repeated), repeated.sequence.nunique()) == (139, 60)
    for _, rows in repeated.groupby("sequence"):  # one chain twice, but no residue twice
        assert np.array([list(text) for text in rows.resolved]).astype(int).sum(axis=0).max() <= 1


def test_the_rule_for_eight_states_agrees_with_the_files_own_three(need_real_data):
    need_real_data("cb513")
    (path,) = data.fetch("cb513").values()
    table = pd.read_csv(path, skipinitialspace=True)
    pairs = Counter()
    for three, eight in zip(table.dssp3, table.dssp8, strict=True):
        pairs.update(zip(eight.split(), three.split(), strict=True))
    assert {eight: three for eight, three in pairs} == chains.STATE_OF_DSSP
    assert len(pairs) == 8


def test_thirteen_rows_of_cb513_are_close_to_netsurfp(need_real_data):
    need_real_data("netsurfp", "cb513")
    learned, test = data.load("netsurfp")[0], data.load("cb513")[0]
    known = learned.sequence[learned.part != "test"]
    near = splits.similar_to(test.sequence, known, k=6, threshold=0.3)
    assert near.sum() == 13


def test_no_test_chain_of_netsurfp_is_close_to_a_training_chain(need_real_data):
    need_real_data("netsurfp")
    table, _ = data.load("netsurfp")
    train = table.sequence[table.part == "train"]
    near = {
        part: splits.similar_to(table.sequence[table.part == part], train, k=6, threshold=0.3).sum()
        for part in ("validation", "test")
    }
    assert near == {"validation": 18, "test": 0}


def test_a_state_too_few_is_refused():
    table = pd.DataFrame({"name": ["1abc-A"], "sequence": ["ACD"], "states": ["HH"], "resolved": ["111"]})
    with pytest.raises(ValueError, match="1abc-A: expected 3 states and marks, one a residue, got 2 and 3"):
        chains._checked(table)


def test_simulated_chains_are_coil_where_unresolved():
    table = simulate.netsurfp_chains(seed=1)
    assert (table.sequence.str.len() == table.states.str.len()).all()
    for row in table.itertuples():
        hidden = row.resolved.count("0")
        assert row.resolved == "0" * hidden + "1" * (len(row.states) - hidden)
        assert row.states[:hidden] == "C" * hidden and hidden <= 4
