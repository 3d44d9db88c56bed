"""Encodings keep every letter in its place, and stop at a letter they do not know."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bioml_helpers.data import encode


def test_one_hot_puts_a_one_where_the_letter_stands():
    expected = [[0, 1, 0], [0, 0, 0], [1, 0, 0], [0, 0, 1]]  # A, C, G, T
    encoded = encode.one_hot("GAT")
    assert encoded.dtype == np.float32
    np.testing.assert_array_equal(encoded, expected)


@pytest.mark.parametrize(
    ("sequences", "channels_first", "shape"),
    [
        ("GATTA", True, (4, 5)),
        ("GATTA", False, (5, 4)),
        (["GATTA"] * 3, True, (3, 4, 5)),
        (["GATTA"], False, (1, 5, 4)),
    ],
)
def test_shapes(sequences, channels_first, shape):
    assert encode.one_hot(sequences, channels_first=channels_first).shape == shape


@pytest.mark.parametrize("channels_first", [True, False])
@pytest.mark.parametrize("alphabet", [encode.DNA, encode.RNA, encode.PROTEIN])
def test_decode_takes_one_hot_back(alphabet, channels_first):
    rng = np.random.default_rng(0)
    sequences = ["".join(rng.choice(list(alphabet), 30)) for _ in range(20)]
    encoded = encode.one_hot(sequences, alphabet, channels_first=channels_first)
    assert encode.decode(encoded, alphabet, channels_first=channels_first) == sequences


def test_decode_reads_probabilities():
    assert encode.decode([[0.1, 0.6], [0.2, 0.2], [0.6, 0.1], [0.1, 0.1]]) == "GA"


def test_one_hot_agrees_with_scikit_learn():
    from sklearn.preprocessing import OneHotEncoder

    rng = np.random.default_rng(1)
    letters = rng.choice(list("ACGT"), (50, 1))
    reference = OneHotEncoder(categories=[list("ACGT")], sparse_output=False).fit_transform(letters)
    np.testing.assert_array_equal(encode.one_hot("".join(letters[:, 0]), channels_first=False), reference)


def test_unknown_letters_become_zeros_on_request():
    encoded = encode.one_hot("ANT", unknown="zeros")
    assert encoded[:, 1].sum() == 0 and encoded.sum() == 2
    assert encode.decode(encoded) == "ANT"


def test_integers_count_from_the_first_letter():
    np.testing.assert_array_equal(encode.integers(["ACGT", "TTTT"]), [[0, 1, 2, 3], [3, 3, 3, 3]])


def test_integers_give_unknown_letters_an_own_number():
    assert encode.integers("AN", unknown="extra").tolist() == [0, 4]


@pytest.mark.parametrize("kind", [list, tuple, pd.Series, np.array, iter])
def test_any_series_of_texts_will_do(kind):
    assert encode.one_hot(kind(["AC", "GT"])).shape == (2, 4, 2)


@pytest.mark.parametrize("function", [encode.one_hot, encode.integers])
@pytest.mark.parametrize(
    ("sequences", "error", "sentence"),
    [
        ("GAXT", ValueError, "sequences: expected only letters of 'ACGT', got 'X' at position 2"),
        (["GAT", "GUT"], ValueError, r"sequences\[1\]: expected only letters of 'ACGT', got 'U' at position 1"),
        ("gat", ValueError, r"got 'g' at position 0 \(the alphabet has 'G': convert the case first\)"),
        ("", ValueError, "sequences: expected at least one letter, got an empty text"),
        ([], ValueError, "sequences: expected at least one sequence, got an empty list"),
        (["GAT", "GA"], ValueError, r"sequences\[1\]: expected length 3 as the first sequence has, got 2"),
        (["GAT", None], TypeError, r"sequences\[1\]: expected a text, got None"),
        (["GAT", float("nan")], TypeError, r"sequences\[1\]: expected a text, got nan"),
        (7, TypeError, "sequences: expected a text or a list of texts, got a int"),
        (b"GAT", TypeError, "sequences: expected a text or a list of texts, got a bytes"),
    ],
)
def test_bad_sequences_are_one_sentence(function, sequences, error, sentence):
    with pytest.raises(error, match=sentence):
        function(sequences)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"unknown": "skip"}, "unknown: expected one of 'error', 'zeros', got 'skip'"),
        ({"alphabet": "ACGA"}, "alphabet: expected each letter once, got 'A' more than once"),
        ({"alphabet": ""}, "alphabet: expected a text of letters, got ''"),
    ],
)
def test_bad_options_are_one_sentence(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        encode.one_hot("GAT", **options)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (np.zeros((5, 7)), r"encoded: expected 4 channels \('ACGT', channels first\), got 5"),
        (np.zeros(4), r"encoded: expected 2 axes \(one sequence\) or 3 \(several\), got shape \(4,\)"),
        ([[np.nan]], "encoded: expected finite numbers"),
        (np.zeros((4, 0)), "encoded: expected at least 1 value"),
    ],
)
def test_decode_refuses_what_is_not_encoded(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        encode.decode(values)


# --- the other strand, padding, one shape ---


def test_the_other_strand_of_the_other_strand_is_the_first():
    texts = ["".join("ACGTN"[n] for n in np.random.default_rng(seed).integers(5, size=30)) for seed in range(5)]
    assert encode.reverse_complement(encode.reverse_complement(texts)) == texts
    assert encode.reverse_complement("AACGN") == "NCGTT"


def test_a_site_that_reads_alike_on_both_strands_is_its_own():
    assert encode.reverse_complement("GAATTC") == "GAATTC"  # EcoRI


def test_the_other_strand_is_a_flip_of_both_axes_of_one_hot():
    text = "GATTACAGC"
    np.testing.assert_array_equal(encode.one_hot(text)[::-1, ::-1], encode.one_hot(encode.reverse_complement(text)))


@pytest.mark.parametrize(
    ("sequences", "error", "sentence"),
    [
        ("GAU", ValueError, "sequences: expected only letters of 'ACGTN', got 'U' at position 2"),
        (["A", "CX"], ValueError, r"sequences\[1\]: expected only letters of 'ACGTN', got 'X' at position 1"),
        (["A", 5], TypeError, r"sequences\[1\]: expected a text, got 5"),
    ],
)
def test_the_other_strand_of_no_dna_is_one_sentence(sequences, error, sentence):
    with pytest.raises(error, match=sentence):
        encode.reverse_complement(sequences)


def test_padding_keeps_every_value_and_says_where_it_is():
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(size, 4)).astype(np.float32) for size in (3, 7, 1)]
    padded, mask = encode.pad_sequences(arrays, length=9, value=-1)
    assert padded.shape == (3, 9, 4) and padded.dtype == np.float32 and mask.dtype == bool
    assert mask.sum(axis=1).tolist() == [3, 7, 1]
    for row, array in enumerate(arrays):
        np.testing.assert_array_equal(padded[row][mask[row]], array)
    assert (padded[~mask] == -1).all()


def test_padding_takes_tensors():
    import torch

    padded, mask = encode.pad_sequences([torch.tensor([1, 2]), torch.tensor([3])])
    assert padded.tolist() == [[1, 2], [3, 0]] and mask.tolist() == [[True, True], [True, False]]


@pytest.mark.parametrize(
    ("sequences", "options", "error", "sentence"),
    [
        ("ACGT", {}, TypeError, "sequences: expected a list of arrays, got one text; encode it first"),
        (["ACGT"], {}, TypeError, r"sequences\[0\]: expected numbers, got a text; encode it first"),
        ([], {}, ValueError, "sequences: expected at least one sequence, got none"),
        ([[1, 2], []], {}, ValueError, r"sequences\[1\]: expected at least 1 value"),
        ([[1, 2, 3]], {"length": 2}, ValueError, "length: expected a number at least 3, got 2"),
        ([np.ones((2, 4)), np.ones((2, 3))], {}, ValueError, r"sequences\[1\]: expected shape .* got shape \(2, 3\)"),
        ([3], {}, ValueError, r"sequences\[0\]: expected shape \(length, \.\.\.\)"),
    ],
)
def test_wrong_padding_is_one_sentence(sequences, options, error, sentence):
    with pytest.raises(error, match=sentence):
        encode.pad_sequences(sequences, **options)


@pytest.mark.parametrize("shape", [(3, 4, 5), (7, 9, 11), (3, 9, 5), (5, 6, 7)])
def test_centre_crop_keeps_the_middle(shape):
    volume = np.zeros((5, 6, 7), dtype=np.uint8)
    volume[2, 2:4, 3] = 9
    cropped = encode.centre_crop(volume, shape)
    assert cropped.shape == shape and cropped.dtype == np.uint8 and cropped.sum() == 18
    middle = np.argwhere(cropped).mean(axis=0)
    assert np.abs(middle - (np.array(shape) - 1) / 2).max() <= 0.5


def test_centre_crop_gives_back_what_it_padded():
    volume = np.random.default_rng(0).normal(size=(5, 6, 7))
    np.testing.assert_array_equal(encode.centre_crop(encode.centre_crop(volume, (10, 8, 9)), (5, 6, 7)), volume)
    assert encode.centre_crop(volume, (5, 6, 7)) is not volume


@pytest.mark.parametrize("shape", [(3, 4), (3, 0, 2), (1, 2, 3, 4)])
def test_a_wrong_shape_is_one_sentence(shape):
    with pytest.raises(ValueError, match="shape: expected 3 sizes of at least 1, one for each axis"):
        encode.centre_crop(np.zeros((2, 2, 2)), shape)


def test_flags_are_a_fifth_channel_beside_the_bases():
    X = encode.flagged(["ACGT", "TTTT"], [0, 3], [1, 3])
    np.testing.assert_array_equal(X[..., :4], encode.one_hot(["ACGT", "TTTT"], channels_first=False))
    assert X[..., 4].tolist() == [[1, 1, 0, 0], [0, 0, 0, 1]]


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [([4, 0], "flags: expected places from 0 to 3, got 0 to 4"), ([1], "flags: expected length 2")],
)
def test_a_flag_outside_is_one_sentence(flags, sentence):
    with pytest.raises(ValueError, match=sentence):
        encode.flagged(["ACGT", "TTTT"], flags)
