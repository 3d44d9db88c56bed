"""Splits: no row is lost, none comes twice, no group is torn, and the same seed gives the same split."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bioml_helpers.data import splits


def some_groups(seed: int, rows: int = 300) -> np.ndarray:
    """Groups of very different sizes, in no order."""
    return np.random.default_rng(seed).geometric(0.1, size=rows)


SPLITS = {
    "random": lambda groups, seed: splits.random_split(len(groups), seed=seed),
    "grouped": lambda groups, seed: splits.grouped_split(groups, seed=seed),
    "scaffold": lambda groups, seed: splits.scaffold_split([f"c{group}" for group in groups]),
}


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kind", SPLITS)
def test_no_row_is_lost_and_none_comes_twice(kind, seed):
    parts = SPLITS[kind](some_groups(seed), seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(300))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kind", ["grouped", "scaffold"])
def test_no_group_is_torn(kind, seed):
    groups = some_groups(seed)
    splits.assert_no_group_overlap(*(groups[part] for part in SPLITS[kind](groups, seed)))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["grouped", "random"])
def test_parts_are_about_as_large_as_asked(kind, seed):
    sizes = [len(part) for part in SPLITS[kind](some_groups(seed), seed)]
    np.testing.assert_allclose(sizes, [240, 30, 30], atol=0 if kind == "random" else 25)


@pytest.mark.parametrize("kind", SPLITS)
def test_parts_are_sorted_row_numbers(kind):
    for part in SPLITS[kind](some_groups(0), 0):
        assert part.dtype == np.int64 and (np.diff(part) > 0).all()


@pytest.mark.parametrize("kind", ["grouped", "random"])
def test_same_seed_same_split_another_another(kind):
    groups = some_groups(0)
    one, again, other = (SPLITS[kind](groups, seed)[0].tolist() for seed in (1, 1, 2))
    assert one == again != other


def test_the_order_of_group_names_changes_nothing():
    groups = some_groups(1)
    renamed = [f"{1000 - group}" for group in groups]
    one, other = splits.grouped_split(groups, seed=3), splits.grouped_split(renamed, seed=3)
    assert [part.tolist() for part in one] == [part.tolist() for part in other]


def test_as_many_groups_as_parts_give_each_part_one():
    parts = splits.grouped_split(["a", "b", "c"] * 3, seed=0)
    assert [len(part) for part in parts] == [3, 3, 3]


@pytest.mark.parametrize("rows", [3, 7, 10, 99, 101])
def test_rounding_loses_no_row(rows):
    assert sum(map(len, splits.random_split(rows, (1 / 3, 1 / 3, 1 / 3)))) == rows


def test_the_global_generator_is_left_alone():
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    splits.random_split(10)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def moleculenets_rule(scaffolds: list[str], fractions=(0.8, 0.1, 0.1)) -> list[list[int]]:
    """The published rule, written down plainly: largest sets first, each into the first part with room."""
    sets: dict[str, list[int]] = {}
    for row, scaffold in enumerate(scaffolds):
        sets.setdefault(scaffold, []).append(row)
    train, validation, test = [], [], []
    first = fractions[0] * len(scaffolds)
    second = (fractions[0] + fractions[1]) * len(scaffolds)
    for rows in sorted(sets.values(), key=lambda rows: (len(rows), rows[0]), reverse=True):
        if len(train) + len(rows) <= first:
            train += rows
        elif len(train) + len(validation) + len(rows) <= second:
            validation += rows
        else:
            test += rows
    return [sorted(train), sorted(validation), sorted(test)]


@pytest.mark.parametrize("seed", range(10))
def test_scaffold_split_is_moleculenets(seed):
    scaffolds = [f"c{group}" for group in some_groups(seed)]
    assert [part.tolist() for part in splits.scaffold_split(scaffolds)] == moleculenets_rule(scaffolds)


def test_the_commonest_scaffold_trains():
    train, _, test = splits.scaffold_split(["b"] * 70 + [f"r{i}" for i in range(30)])
    assert set(range(70)) <= set(train.tolist()) and not set(range(70)) & set(test.tolist())


def test_molecules_without_a_ring_are_one_group():
    scaffolds = [""] * 40 + [f"c{row % 20}" for row in range(60)]
    splits.assert_no_group_overlap(*(np.array(scaffolds)[part] for part in splits.scaffold_split(scaffolds)))


@pytest.mark.parametrize("rows", [2, 7])
def test_leave_one_out_leaves_each_row_out_once(rows):
    pairs = list(splits.leave_one_out(rows))
    assert [test.tolist() for _, test in pairs] == [[row] for row in range(rows)]
    assert all(sorted([*train, *test]) == list(range(rows)) for train, test in pairs)


# --- the guard ---


@pytest.mark.parametrize("kind", [list, np.array, pd.Series], ids=["list", "array", "column"])
def test_an_overlap_is_named(kind):
    with pytest.raises(splits.GroupOverlap, match=r"group 'CCO' has rows in train and in test \(2 groups in all\)"):
        splits.assert_no_group_overlap(kind(["CCO", "CC", "C"]), kind(["C1CC1", "CCO", "C"]))


def test_parts_are_called_by_name():
    with pytest.raises(splits.GroupOverlap, match="group 1 has rows in validation and in test"):
        splits.assert_no_group_overlap([0], [1], [1])
    with pytest.raises(splits.GroupOverlap, match="group 1 has rows in fold A and in fold B"):
        splits.assert_no_group_overlap([1], [1], names=["fold A", "fold B"])


def test_a_random_split_of_groups_is_caught():
    groups = some_groups(0)
    with pytest.raises(splits.GroupOverlap):
        splits.assert_no_group_overlap(*(groups[part] for part in splits.random_split(300)))


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: splits.random_split(10, (0.8, 0.3)), r"fractions: expected numbers .* add up to 1, got \[0.8, 0.3\]"),
        (lambda: splits.random_split(10, (1.0, 0.0)), "fractions: expected numbers above 0"),
        (lambda: splits.random_split(10, (1.0,)), "fractions: expected at least 2 value"),
        (lambda: splits.random_split(2), "fractions: expected rows for each part, got none for part"),
        (lambda: splits.random_split(0), "rows: expected a number at least 1, got 0"),
        (lambda: splits.random_split(10, seed=-1), "seed: expected a number at least 0, got -1"),
        (lambda: splits.grouped_split(["a"] * 9), "got none for part 2"),
        (lambda: splits.grouped_split(["a", None, "b"]), "groups: expected a group for each row, got None at row 1"),
        (lambda: splits.grouped_split([1.0, float("nan")]), "groups: expected a group for each row, got nan at row 1"),
        (lambda: splits.scaffold_split([]), "scaffolds: expected at least one row, got none"),
        (lambda: splits.leave_one_out(1), "rows: expected a number at least 2, got 1"),
        (lambda: splits.assert_no_group_overlap([1]), "parts: expected the groups of at least two parts, got 1"),
        (lambda: splits.assert_no_group_overlap([1], [2], names=["a"]), "names: expected 2 names, one a part, got 1"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(act, sentence):
    with pytest.raises(ValueError, match=sentence):
        act()


def test_a_text_is_not_a_list_of_groups():
    with pytest.raises(TypeError, match="groups: expected the group of each row, got a str"):
        splits.grouped_split("abc")


# --- similarity ---


def relatives(seed: int, families: int = 20, copies: int = 3, length: int = 200, change: float = 0.05):
    """Families of sequences that differ in a few letters, shuffled; with the family of each."""
    rng = np.random.default_rng(seed)
    texts, home = [], []
    for family in range(families):
        founder = rng.integers(4, size=length)
        for _ in range(copies):
            hit = rng.random(length) < change
            texts.append("".join("ACGT"[n] for n in np.where(hit, rng.integers(4, size=length), founder)))
            home.append(family)
    order = rng.permutation(len(texts))
    return [texts[n] for n in order], [home[n] for n in order]


@pytest.mark.parametrize("seed", range(5))
def test_groups_are_the_families(seed):
    texts, home = relatives(seed)
    found = splits.group_by_similarity(texts)
    np.testing.assert_array_equal(found, pd.factorize(np.array(home))[0])
    assert found.dtype == np.int64


def test_groups_make_a_split_without_relatives_on_both_sides():
    texts, _ = relatives(1)
    train, test = splits.grouped_split(splits.group_by_similarity(texts), (0.7, 0.3), seed=2)
    assert not splits.similar_to([texts[n] for n in test], [texts[n] for n in train]).any()
    random_train, random_test = splits.random_split(len(texts), (0.7, 0.3), seed=2)
    assert splits.similar_to([texts[n] for n in random_test], [texts[n] for n in random_train]).any()


def test_relatives_of_relatives_are_one_group():
    long = "".join("ACGT"[n] for n in np.random.default_rng(0).integers(4, size=120))
    assert splits.group_by_similarity([long[:60], long[60:], long[30:90]], k=8).tolist() == [0, 0, 0]
    assert splits.group_by_similarity([long[:60], long[60:]], k=8).tolist() == [0, 1]


def test_a_piece_belongs_to_what_it_is_a_piece_of():
    long = "".join("ACGT"[n] for n in np.random.default_rng(1).integers(4, size=1000))
    assert splits.group_by_similarity([long, long[400:430]], threshold=0.9).tolist() == [0, 0]


def test_a_word_does_not_reach_into_the_next_sequence():
    # joined end to end, the first two would hold the third's word
    assert splits.group_by_similarity(["AAAAAC", "GTTTTT", "AACGTT"], k=4, threshold=0.01).tolist() == [0, 1, 2]


def test_sequences_too_short_for_a_word_are_grouped_with_their_copies_only():
    assert splits.group_by_similarity(["ACG", "ACG", "ACT", ""], k=5).tolist() == [0, 0, 1, 2]
    assert splits.similar_to(["ACG", "AC"], ["ACG"], k=5).tolist() == [True, False]


def test_a_word_counts_once_however_often_it_stands():
    # two words in common (AC, CA), of nine in the second
    assert splits.similar_to(["ACACACAC"], ["ACAGGTTTCTCG"], k=2, threshold=1.0).tolist() == [True]
    assert splits.similar_to(["GGGGACAT"], ["ACACACAC"], k=2, threshold=1.0).tolist() == [True]
    assert splits.similar_to(["GGGGACAT"], ["ACTTTT"], k=2, threshold=0.5).tolist() == [False]


def test_protein_letters_are_as_good_as_dna():
    chains = ["MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ", "AYIAKQRQISFVKSHF", "GAVLIPFMWSTCYNQDEKRHGAVLIPFMWS"]
    assert splits.group_by_similarity(chains, k=6).tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: splits.group_by_similarity("ACGT"), TypeError, "sequences: expected a list of texts, got one text"),
        (lambda: splits.group_by_similarity([]), ValueError, "sequences: expected at least one sequence, got none"),
        (lambda: splits.group_by_similarity(["A", 3]), TypeError, r"sequences\[1\]: expected a text, got 3"),
        (lambda: splits.group_by_similarity(["ACGT"], k=1), ValueError, "k: expected a number at least 2, got 1"),
        (lambda: splits.group_by_similarity(["ACGT"] * 2, k=40), ValueError, "k: expected a word that 4 different"),
        (lambda: splits.group_by_similarity(["ACGT"], threshold=0), ValueError, "threshold: expected a number between"),
        (lambda: splits.similar_to(["ACGT"], []), ValueError, "others: expected at least one sequence, got none"),
    ],
)
def test_wrong_sequences_are_one_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


RINGS = [f"C1{'C' * size}1" for size in range(1, 21) for _ in "CN"]
MOLECULES = [ring + atom for ring, atom in zip(RINGS, "CN" * 20, strict=True)]


@pytest.mark.parametrize("how", ["random", "scaffold"])
def test_molecules_are_split_by_structure_or_by_scaffold(how):
    parts = splits.molecule_split(MOLECULES * 2, RINGS * 2, how, seed=3)
    expected = {
        "random": splits.grouped_split(MOLECULES * 2, seed=3),
        "scaffold": splits.scaffold_split(RINGS * 2),
    }[how]
    for part, same in zip(parts, expected, strict=True):
        np.testing.assert_array_equal(part, same)
    assert parts.test is parts[2]


def test_a_structure_under_two_scaffolds_is_found():
    with pytest.raises(splits.GroupOverlap):
        splits.molecule_split(["CCO"] * 20, ["a"] * 16 + ["b"] * 2 + ["c"] * 2, "scaffold")
    with pytest.raises(ValueError, match="how: expected"):
        splits.molecule_split(MOLECULES, RINGS, "time")
