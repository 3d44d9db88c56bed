"""Mutagenesis equals changing one base at a time; saliency equals the gradient; the model is left as it was."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bioml_helpers.data import encode
from bioml_helpers.evaluation import in_silico_mutagenesis, saliency

TEXT = "GATTACAGATTACA"


@pytest.fixture
def model():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Conv1d(4, 5, 3), torch.nn.ReLU(), torch.nn.Dropout(0.5), torch.nn.AdaptiveMaxPool1d(1),
        torch.nn.Flatten(), torch.nn.Linear(5, 1),
    )  # fmt: skip


def one_at_a_time(score, text):
    """Each mutant written as letters, encoded and scored alone."""
    start = score(encode.one_hot(text))
    change = np.zeros((len(text), 4))
    for at in range(len(text)):
        for number, letter in enumerate("ACGT"):
            change[at, number] = score(encode.one_hot(text[:at] + letter + text[at + 1 :])) - start
    return change


def test_mutagenesis_equals_one_mutant_at_a_time(model):
    model.eval()
    with torch.no_grad():
        slow = one_at_a_time(lambda encoded: model(torch.from_numpy(encoded)[None]).item(), TEXT)
    np.testing.assert_allclose(in_silico_mutagenesis(model, encode.one_hot(TEXT)), slow, atol=1e-6)


def test_the_own_letter_changes_nothing(model):
    change = in_silico_mutagenesis(model, encode.one_hot(TEXT))
    assert change.shape == (14, 4)
    assert (change[encode.one_hot(TEXT).T == 1] == 0).all() and (change != 0).any()


@pytest.mark.parametrize("batch", [1, 5, 42, 1024])
def test_batches_do_not_matter_and_are_few(model, batch):
    calls = []

    def score(x):
        calls.append(len(x))
        return x[:, 2].sum(axis=-1) - x[:, 0, :3].sum(axis=-1)

    change = in_silico_mutagenesis(score, encode.one_hot(TEXT), batch=batch)
    np.testing.assert_array_equal(change, in_silico_mutagenesis(score, encode.one_hot(TEXT)))
    assert max(calls) <= max(batch, 42) and calls[0] == 1
    assert sum(calls[: 1 + -(-42 // batch)]) == 1 + 3 * 14


def test_a_planted_word_is_what_is_found():
    filter_ = encode.one_hot("TTAC")

    def best_match(x):
        windows = np.lib.stride_tricks.sliding_window_view(x, 4, axis=2)  # (batch, 4, places, 4)
        return np.einsum("bcpk,ck->bp", windows, filter_).max(axis=1)

    text = "GGGGTTACGGGGGG"
    loss = -in_silico_mutagenesis(best_match, encode.one_hot(text)).min(axis=1)
    assert np.flatnonzero(loss).tolist() == [4, 5, 6, 7]


def test_an_unknown_letter_has_no_own_letter():
    change = in_silico_mutagenesis(lambda x: x.sum(axis=(1, 2)), encode.one_hot("AN", unknown="zeros"))
    assert change.tolist() == [[0, 0, 0, 0], [1, 1, 1, 1]]


def test_tensors_in_tensors_asked(model):
    kinds = []

    def score(x):
        kinds.append(type(x))
        return x[:, 0].sum(-1)

    in_silico_mutagenesis(score, torch.from_numpy(encode.one_hot(TEXT)))
    in_silico_mutagenesis(score, encode.one_hot(TEXT))
    assert set(kinds[:2]) == {torch.Tensor} and set(kinds[2:]) == {np.ndarray}


@pytest.mark.parametrize("training", [True, False])
def test_the_model_is_left_as_it_was(model, training):
    model.train(training)
    X = encode.one_hot([TEXT, TEXT[::-1]])
    first = in_silico_mutagenesis(model, X[0]), saliency(model, X)
    second = in_silico_mutagenesis(model, X[0]), saliency(model, X)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)  # dropout was off
    assert model.training is training
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_model_that_fails_is_put_back_into_training(model):
    model.train()
    with pytest.raises(ValueError, match="score: expected one score a sequence"):
        in_silico_mutagenesis(model[:3].train(), encode.one_hot(TEXT))
    with pytest.raises(ValueError, match="model: expected one score a row"):
        saliency(model[:3], encode.one_hot([TEXT]))
    assert model[:3].training


def test_saliency_is_gradient_times_input(model):
    model.eval()
    X = torch.randn(2, 4, 14, generator=torch.Generator().manual_seed(1))  # no ties for the maximum
    nudged = np.zeros(X.shape)
    with torch.no_grad():
        for place in np.ndindex(*X.shape):
            up, down = X.clone(), X.clone()
            up[place] += 1e-3
            down[place] -= 1e-3
            nudged[place] = (model(up) - model(down))[place[0]].item() / 2e-3
    np.testing.assert_allclose(saliency(model, X), nudged * X.numpy(), atol=2e-3)


def test_saliency_of_a_linear_model_adds_up_to_its_score():
    weights = torch.tensor(np.random.default_rng(0).normal(size=(4, 14)), dtype=torch.float32)
    X = encode.one_hot([TEXT, TEXT[::-1]])
    found = saliency(lambda x: (x * weights).sum(dim=(1, 2)), X)
    np.testing.assert_allclose(found.sum(axis=(1, 2)), (X * weights.numpy()).sum(axis=(1, 2)), rtol=1e-5)
    assert found.dtype == np.float32 and (found[X == 0] == 0).all()


def test_rows_do_not_leak_into_each_other(model):
    X = encode.one_hot([TEXT, TEXT[::-1]])
    np.testing.assert_allclose(saliency(model, X)[:1], saliency(model, X[:1]), atol=1e-7)


def test_saliency_works_inside_no_grad(model):
    with torch.no_grad():
        assert np.abs(saliency(model, encode.one_hot([TEXT]))).sum() > 0


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: in_silico_mutagenesis("model", encode.one_hot("AC")),
            TypeError,
            "score: expected a model or a function",
        ),
        (lambda: in_silico_mutagenesis(len, np.ones((4, 3))), ValueError, "sequence: expected one-hot letters"),
        (lambda: in_silico_mutagenesis(len, np.ones((1, 4, 3))), ValueError, r"sequence: expected 2 dimension"),
        (lambda: in_silico_mutagenesis(lambda x: np.nan * x[:, 0, 0], encode.one_hot("AC")), ValueError, "NaN"),
        (
            lambda: in_silico_mutagenesis(lambda x: x[:, 0], encode.one_hot("AC")),
            ValueError,
            "score: expected one score",
        ),
        (lambda: saliency(3, np.ones((1, 2))), TypeError, "model: expected a torch model or a function"),
        (lambda: saliency(lambda x: x, np.ones((3, 2))), ValueError, r"model: expected one score a row, shape \(3,\)"),
        (lambda: saliency(lambda x: x.detach().sum(1), np.ones((3, 2))), ValueError, "without a gradient"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
