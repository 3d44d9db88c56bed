"""Each check says in one sentence which argument is wrong, what came and what was expected."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from bioml_helpers.data import validate


@pytest.mark.parametrize(
    "value",
    [[1, 2], (1, 2), np.array([1, 2], dtype=np.int8), pd.Series([1, 2]), torch.tensor([1.0, 2.0], requires_grad=True),
     torch.tensor([1, 2], dtype=torch.bfloat16)],
    ids=["list", "tuple", "int8", "pandas", "torch with gradient", "torch bfloat16"],
)  # fmt: skip
def test_numbers_of_any_make_become_float64(value):
    result = validate.array("x", value)
    assert result.dtype == np.float64 and result.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("value", "options", "error", "sentence"),
    [
        ([[1], [1, 2]], {}, ValueError, "x: expected numbers of one regular shape, got a list"),
        (["a"], {}, TypeError, "x: expected numbers, got a list with values of type"),
        (None, {}, TypeError, "x: expected numbers, got a NoneType"),
        ([1 + 2j], {}, TypeError, "x: expected numbers, got a list with values of type complex128"),
        ([[1]], {"ndim": 1}, ValueError, r"x: expected 1 dimension\(s\), got shape \(1, 1\)"),
        ([], {}, ValueError, r"x: expected at least 1 value\(s\), got 0"),
        ([1, 2], {"length": 3}, ValueError, r"x: expected length 3, got shape \(2,\)"),
        ([1, np.nan, np.inf], {}, ValueError, r"x: expected finite numbers, got nan at position \[1\] \(2 in all\)"),
        ([1.5], {"integer": True}, ValueError, "x: expected whole numbers, got values such as 1.5"),
    ],
)
def test_array_refuses(value, options, error, sentence):
    with pytest.raises(error, match=sentence):
        validate.array("x", value, **options)


def test_array_leaves_its_input_alone():
    given = np.array([1.0, 2.0])
    validate.array("x", given)[0] = 9
    assert given.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("value", "options", "sentence"),
    [
        ([1, 2], {}, r"k: expected one number, got 2 values of shape \(2,\)"),
        (0, {"low": 1}, "k: expected a number at least 1, got 0"),
        (9, {"high": 8}, "k: expected a number at most 8, got 9"),
        (9, {"low": 1, "high": 8}, "k: expected a number between 1 and 8, got 9"),
        (float("inf"), {}, "k: expected finite numbers, got inf"),
    ],
)
def test_number_refuses(value, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        validate.number("k", value, **options)


def test_an_integer_stays_one():
    assert isinstance(validate.number("k", np.float32(3), integer=True), int)


@pytest.mark.parametrize("value", ["c", None, np.array([1, 2]), ["a"]])
def test_one_of_lists_the_choices(value):
    with pytest.raises(ValueError, match="mode: expected one of 'a', 'b', got"):
        validate.one_of("mode", value, ["a", "b"])
