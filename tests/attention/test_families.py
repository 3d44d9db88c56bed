"""The family of companion 06b: no column peeps, held-out groups are told, contacts are found without a structure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from bioml_helpers import evaluation
from bioml_helpers.attention import families
from bioml_helpers.data.encode import PROTEIN

SEEDS = range(5)


@pytest.fixture(scope="module")
def kunitz():
    return families.family(quiet=True)


@pytest.fixture
def real_kunitz(kunitz, need_real_data):
    need_real_data("kunitz", "kunitz_contacts")
    return kunitz


@pytest.fixture(scope="module")
def readers(kunitz):
    """Five starts, each trained for three of the notebook's four epochs: what holds here holds there."""
    return [families.train_reader(kunitz.train, seed=seed, num_epochs=3, progress=False) for seed in SEEDS]


# ---------------------------------------------------------------- the family


def test_no_group_is_in_both_parts_and_no_sequence_comes_twice(kunitz):
    assert not set(kunitz.train["group"]) & set(kunitz.test["group"])
    assert pd.concat([kunitz.train, kunitz.test])["sequence"].is_unique


def test_no_held_out_sequence_has_a_near_relative_among_the_known(kunitz):
    known, new = (families.numbers_of(part["sequence"]) for part in (kunitz.train, kunitz.test))
    shared = max(int((known == one).sum(axis=1).max()) for one in new[::10])
    assert shared < 0.7 * kunitz.length


def test_the_split_at_random_leaks():
    leaky = families.family("random", quiet=True)
    assert set(leaky.train["group"]) & set(leaky.test["group"])


def test_a_profile_counts_by_weight_and_leaves_gaps_out():
    usual = families.profile(["A-", "C-", "C-"], [2, 1, 1])
    # 20 letters with half a sequence each, besides what was seen
    assert usual[0, [0, 1]] == pytest.approx([2.5 / 14, 2.5 / 14])
    assert usual[1] == pytest.approx(np.full(20, 1 / 20))


def test_a_column_that_never_changes_has_all_its_bits():
    frequencies = np.vstack([np.eye(20)[4], np.full(20, 1 / 20)])
    heights = families.bits(frequencies)
    assert heights[4, 0] == pytest.approx(np.log2(20))
    assert heights[:, 1] == pytest.approx(0, abs=1e-9)


def test_bad_input_is_named(kunitz):
    with pytest.raises(ValueError, match="split"):
        families.family("by name", quiet=True)
    with pytest.raises(ValueError, match="weights"):
        families.profile(["AC", "AD"], [1.0])
    with pytest.raises(ValueError, match="residues"):
        families.FamilyReader(5)(torch.zeros(1, 4, dtype=torch.long))
    with pytest.raises(ValueError, match="kind"):
        families.decoys(kunitz, "strange")
    with pytest.raises(ValueError, match="'B2C'"):
        families.variant_scores(np.zeros((3, 20)), ["B2C"])


# ---------------------------------------------------------------- the model


def test_no_column_sees_itself():
    model = families.FamilyReader(7, width=16, heads=4, hidden=16, seed=3).eval()
    one = torch.randint(21, (1, 7), generator=torch.Generator().manual_seed(0))
    other = one.clone()
    other[0, 2] = (one[0, 2] + 5) % 21
    with torch.no_grad():
        first, second = model(one), model(other)
    assert torch.equal(first[0, 2], second[0, 2])
    assert not torch.allclose(first[0, 3], second[0, 3])


def test_sequences_collected_side_by_side_give_what_each_gives_alone():
    model = families.FamilyReader(6, width=16, heads=4, hidden=16, seed=1).eval()
    batch = torch.randint(21, (5, 6), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        alone = torch.cat([model(one[None]) for one in batch])
        assert torch.allclose(model(batch), alone, atol=1e-5)


def test_states_equal_attention_written_out():
    model = families.FamilyReader(5, width=8, heads=2, hidden=8, seed=2).eval()
    residues = torch.tensor([[3, 20, 0, 7, 7]])
    with torch.no_grad():
        maps = model.attention()
        values = model.value(model.letters(residues[0])).view(5, 2, model.head_size)
        said = torch.stack([maps[head] @ values[:, head] for head in range(2)], dim=1).reshape(5, -1)
        X = model.mix(said) + model.columns
        expected = model.last_norm(X + model.think(model.norm(X)))
        assert torch.allclose(model.states(residues)[0], expected, atol=1e-5)


def test_attention_rows_add_up_to_one_and_the_diagonal_is_empty():
    maps = families.FamilyReader(9, seed=4).attention()
    assert torch.allclose(maps.sum(dim=2), torch.ones(16, 9), atol=1e-6)
    assert maps.diagonal(dim1=1, dim2=2).abs().max() == 0


def test_training_is_reproducible():
    known = pd.DataFrame({"sequence": ["ACDE", "CADE", "ACED", "DDAC"] * 8, "weight": 1.0})
    one, two = (families.train_reader(known, num_epochs=2, seed=5, progress=False) for _ in range(2))
    assert torch.equal(one.attention(), two.attention())


def test_log_probabilities_are_those_of_amino_acids():
    logs = families.log_probabilities(families.FamilyReader(4, seed=1), ["ACD-", "KLMN"])
    assert np.exp(logs).sum(axis=2) == pytest.approx(np.ones((2, 4)))


def test_the_nearest_relative_is_found_without_peeping():
    # the hidden residue alone makes "DDDD" the nearer one of column 3
    assert families.told_by_relatives(["AAAC", "DDDD"], ["AADD"])[0, 3] == PROTEIN.index("C")


# ---------------------------------------------------------------- what the notebook says, five starts


@pytest.mark.slow
def test_every_start_tells_more_than_the_profile(real_kunitz, readers):
    new = families.numbers_of(real_kunitz.test["sequence"])
    there = new < families.GAP
    usual = families.profile(real_kunitz.train["sequence"], real_kunitz.train["weight"])
    common = (usual.argmax(axis=1) == new)[there].mean()
    assert common == pytest.approx(0.474, abs=0.005)
    said = [families.log_probabilities(model, real_kunitz.test["sequence"]) for model in readers]
    assert min((one.argmax(axis=2) == new)[there].mean() for one in said) >= common + 0.02
    profile_perplexity = families._perplexity(np.log(usual)[None], new)
    assert profile_perplexity == pytest.approx(5.45, abs=0.05)
    assert max(families._perplexity(one, new) for one in said) <= 5.1


@pytest.mark.slow
def test_every_start_names_contacts_and_untrained_maps_do_not(real_kunitz, readers):
    trained = {str(seed): families.map_of_heads(model.attention()) for seed, model in enumerate(readers)}
    fresh = {f"fresh {s}": families.map_of_heads(families.FamilyReader(53, seed=s).attention()) for s in SEEDS}
    table = families.contact_table(real_kunitz, {**trained, **fresh}).set_index("from")
    assert table.loc[list(trained), "L/2"].min() >= 0.6
    assert table.loc[list(fresh), "L/2"].max() <= 0.35
    assert table.loc["guessing", "L"] == pytest.approx(106 / 1081)
    assert table.loc["near along the chain"].max() <= 0.15


@pytest.mark.slow
def test_every_start_prefers_the_natural_residue_where_the_profile_cannot(real_kunitz, readers):
    tables = [families.decoy_table(real_kunitz, model).set_index(["decoy", "score"]) for model in readers]
    column = [one["natural preferred"] for one in tables]
    assert all(one["of a relative", "profile"] == 0.5 for one in column)
    assert min(one["of a relative", "attention"] for one in column) >= 0.56
    assert min(one["any residue", "attention"] for one in column) >= 0.85


def test_counting_names_the_contacts_of_the_family(real_kunitz):
    together = evaluation.mutual_information(real_kunitz.train["sequence"], weights=real_kunitz.train["weight"])
    row = families.contact_table(real_kunitz, {"MI": evaluation.apc(together)}).set_index("from").loc["MI"]
    assert row["L/5"] == 1.0 and row["L/2"] >= 0.88 and row["L"] >= 0.55


def test_copying_a_relative_looks_good_only_where_the_split_leaks(need_real_data):
    need_real_data("kunitz")
    shares = {}
    for split in ("group", "random"):
        part = families.family(split, quiet=True)
        some = part.test["sequence"].iloc[:400]
        new = families.numbers_of(some)
        told = families.told_by_relatives(part.train["sequence"], some)
        shares[split] = (told == new)[new < families.GAP].mean()
    assert shares["group"] <= 0.6 and shares["random"] >= 0.75


# ---------------------------------------------------------------- odds of a change


def test_the_sign_says_higher_is_better_tolerated():
    logs = np.log(np.full(20, 0.01))
    logs[[0, 1]] = np.log([0.7, 0.1])
    assert families.change_score(logs, wild=0, mutant=1) == pytest.approx(np.log(0.1 / 0.7))
    assert families.change_score(logs, wild=1, mutant=0) > 0 > families.change_score(logs, wild=0, mutant=5)


def test_a_score_of_the_column_alone_is_a_coin_among_relatives(kunitz):
    some = families.decoys(kunitz, "family", pairs=2000, seed=3)
    odds = np.random.default_rng(0).normal(size=(kunitz.length, 20))  # any score that knows only the column
    preferred = odds[some.column, some.natural] > odds[some.column, some.decoy]
    assert preferred.mean() == 0.5
    new = families.numbers_of(kunitz.test["sequence"])
    assert (new[some.row, some.column] == some.natural).all()
