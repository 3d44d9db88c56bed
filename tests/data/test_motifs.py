"""Planted words stand where the table says and nowhere else; nothing but the word tells the kinds apart."""

from __future__ import annotations

import re

import numpy as np
import pytest

from bioml_helpers.data import encode, simulate
from bioml_helpers.data.simulate import motifs


def places(text: str, word: str) -> list[int]:
    """Every start of the word, overlapping ones too."""
    return [found.start() for found in re.finditer(f"(?={word})", text)]


@pytest.mark.parametrize("seed", range(3))
def test_the_motif_stands_where_the_table_says_and_nowhere_else(seed):
    table = simulate.planted_motif(seed=seed)
    assert len(table) == 2000 and table.has_motif.sum() == 1000 and set(table.sequence.str.len()) == {50}
    for row in table.itertuples():
        assert places(row.sequence, motifs.MOTIF) == ([row.start] if row.has_motif else [])
        assert row.has_motif == (row.start >= 0)


def test_a_common_motif_is_kept_out_of_the_others_too():
    table = simulate.planted_motif(500, 60, "ACGT", 0.3, seed=1)
    assert table.has_motif.sum() == 150
    assert (table.sequence.str.contains("ACGT") == table.has_motif).all()


def test_starts_of_the_motif_are_even():
    starts = simulate.planted_motif(20_000, fraction=1, seed=1).start
    counts = np.bincount(starts, minlength=39)
    assert len(counts) == 39 and np.abs(counts - 20_000 / 39).max() < 5 * np.sqrt(20_000 / 39)


def test_background_has_the_composition_asked_for():
    text = "".join(simulate.planted_motif(500, 100, fraction=0, gc=0.7, seed=1).sequence)
    assert (text.count("G") + text.count("C")) / len(text) == pytest.approx(0.7, abs=0.01)


def test_a_matrix_draws_its_letters_with_their_chances():
    matrix = np.array([[0.7, 0.1, 0.25], [0.1, 0.1, 0.25], [0.1, 0.7, 0.25], [0.1, 0.1, 0.25]])
    table = simulate.planted_motif(8000, 20, fraction=1, matrix=matrix, seed=1)
    words = np.array([list(row.sequence[row.start : row.start + 3]) for row in table.itertuples()])
    shares = [[(words[:, at] == letter).mean() for at in range(3)] for letter in "ACGT"]
    np.testing.assert_allclose(shares, matrix, atol=0.02)


def test_a_matrix_stands_in_for_the_motif_whatever_its_length():
    assert (simulate.planted_motif(20, 5, fraction=1, matrix=np.full((4, 5), 0.25), seed=1).start == 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_both_motifs_stand_once_and_only_the_distance_differs(seed):
    table = simulate.motif_pairs(600, seed=seed)
    first, second = motifs.PAIR
    assert table.label.sum() == 300
    for row in table.itertuples():
        assert (places(row.sequence, first), places(row.sequence, second)) == ([row.starts[0]], [row.starts[1]])
        assert row.starts[1] - row.starts[0] - len(first) == row.spacing
        assert row.label == (10 <= row.spacing <= 14)


def test_spacings_lie_on_both_sides_of_the_right_ones():
    table = simulate.motif_pairs(4000, seed=1)
    assert sorted(table.spacing[table.label].unique()) == [10, 11, 12, 13, 14]
    assert sorted(table.spacing[~table.label].unique()) == [*range(10), *range(15, 25)]


def test_composition_does_not_tell_motif_pairs_apart():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score

    table = simulate.motif_pairs(2000, seed=1)
    counts = encode.one_hot(table.sequence).sum(axis=2)
    assert cross_val_score(LogisticRegression(), counts, table.label).mean() < 0.55


@pytest.mark.parametrize("seed", range(3))
def test_bound_bases_are_those_of_the_site(seed):
    table = simulate.bound_sites(seed=seed)
    assert len(table) == 1500 and (table.start >= 0).sum() == 900
    for row in table.itertuples():
        assert places(row.sequence, "TGACTCA") == ([row.start] if row.start >= 0 else [])
        assert [at for at, mark in enumerate(row.bound) if mark == "1"] == (
            list(range(row.start, row.start + 7)) if row.start >= 0 else []
        )
        assert len(row.bound) == len(row.sequence) == 60
    assert "".join(table.bound).count("1") / 90_000 == pytest.approx(0.07)


def test_there_are_54_starts_of_seven_bases_in_60():
    assert set(simulate.bound_sites(5000, fraction=1, seed=1).start) == set(range(54))


@pytest.mark.parametrize("generator", [simulate.planted_motif, simulate.motif_pairs, simulate.bound_sites])
def test_same_seed_same_table_and_the_global_generator_is_left_alone(generator):
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    assert generator(100, seed=3).equals(generator(100, seed=3))
    assert not generator(100, seed=3).equals(generator(100, seed=4))
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize(
    ("generator", "options", "sentence"),
    [
        (simulate.planted_motif, {"n": 0}, "n: expected a number at least 1"),
        (simulate.planted_motif, {"length": 5}, "motif: expected at most 5 letters, the length of a sequence, got 12"),
        (simulate.planted_motif, {"motif": "GATTAXA"}, "motif: expected letters of 'ACGT', got 'GATTAXA'"),
        (simulate.planted_motif, {"motif": ""}, "motif: expected letters of 'ACGT', got ''"),
        (simulate.planted_motif, {"motif": "A"}, "motif: expected one that seldom stands somewhere by chance, got 'A'"),
        (simulate.planted_motif, {"fraction": 1.2}, "fraction: expected a number between 0 and 1"),
        (simulate.planted_motif, {"gc": -0.1}, "gc: expected a number between 0 and 1"),
        (simulate.planted_motif, {"matrix": np.ones((4, 3))}, "matrix: expected chances that add up to 1"),
        (simulate.planted_motif, {"matrix": np.ones((3, 3)) / 3}, "matrix: expected length 4"),
        (simulate.motif_pairs, {"motifs": ("ACGTG", "ACGTG")}, "motifs: expected two different texts"),
        (simulate.motif_pairs, {"motifs": "ACGTG"}, "motifs: expected two different texts"),
        (simulate.motif_pairs, {"motifs": ("A", "C")}, "motifs: expected two that seldom stand somewhere by chance"),
        (simulate.motif_pairs, {"spacing": (0, 4)}, r"spacing: expected the fewest \(at least 1\)"),
        (simulate.motif_pairs, {"spacing": (5, 4)}, r"spacing: expected the fewest \(at least 1\)"),
        (simulate.motif_pairs, {"length": 30}, "length: expected at least 36 bases, the widest pair, got 30"),
        (simulate.bound_sites, {"length": 6}, "motif: expected at most 6 letters"),
    ],
)
def test_bad_parameters_are_one_sentence(generator, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        generator(**options)
