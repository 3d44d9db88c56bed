"""The recurrent cells from scratch against torch with the same weights: outputs to 1e-6, gradients, masks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bioml_helpers.rnn import layers, models

KINDS = list(layers.CELLS)


def twin_of(kind, cell, back=None):
    layer = models.make_layer(cell.n_in, cell.hidden_size, kind=kind, both=back is not None)
    models.copy_into_torch(cell, layer)
    return layer if back is None else models.copy_into_torch(back, layer, reverse=True)


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(5, 30, 4))


@pytest.mark.parametrize("sizes", [(4, 1), (4, 8), (3, 32)])
@pytest.mark.parametrize("kind", KINDS)
def test_outputs_and_last_state_equal_torch_to_1e_6(kind, sizes):
    cell = layers.CELLS[kind](*sizes, seed=1)
    X = np.random.default_rng(1).normal(size=(5, 30, sizes[0]))
    outputs, state = layers.unroll(cell, X)
    theirs, last = twin_of(kind, cell)(torch.tensor(X))
    np.testing.assert_allclose(outputs, theirs.detach(), atol=1e-6, rtol=0)
    for mine, wanted in zip(state if kind == "lstm" else [state], last if kind == "lstm" else [last], strict=True):
        np.testing.assert_allclose(mine, wanted[0].detach(), atol=1e-6, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_both_directions_equal_torch_to_1e_6(kind, X):
    ahead, back = (layers.CELLS[kind](4, 6, seed=seed) for seed in (1, 2))
    theirs = twin_of(kind, ahead, back)(torch.tensor(X))[0].detach()
    np.testing.assert_allclose(layers.unroll_both(ahead, back, X), theirs, atol=1e-6, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_does_what_packing_does(kind, X):
    lengths = [30, 7, 1, 19, 30]
    ahead, back = (layers.CELLS[kind](4, 6, seed=seed) for seed in (1, 2))
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        torch.tensor(X), torch.tensor(lengths), batch_first=True, enforce_sorted=False
    )
    theirs, _ = torch.nn.utils.rnn.pad_packed_sequence(twin_of(kind, ahead, back)(packed)[0], batch_first=True)
    ours = layers.unroll_both(ahead, back, X, layers.mask_of(lengths))
    np.testing.assert_allclose(ours, theirs.detach(), atol=1e-6, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_more_padding_changes_nothing_with_a_mask_and_something_without(kind, X):
    cell = layers.CELLS[kind](4, 6, seed=1)
    mask = layers.mask_of([30, 12, 5, 30, 1])
    padded = np.concatenate([X * mask[..., None], np.zeros((5, 20, 4))], axis=1)
    longer = np.concatenate([mask, np.zeros((5, 20), dtype=bool)], axis=1)
    for summary in (layers.masked_mean, layers.last_state):
        short, long = (
            summary(layers.unroll(cell, X, mask)[0], mask),
            summary(layers.unroll(cell, padded, longer)[0], longer),
        )
        np.testing.assert_allclose(short, long, atol=1e-6, rtol=0)
    careless = [layers.unroll(cell, one)[0].mean(axis=1) for one in (X * mask[..., None], padded)]
    assert np.abs(careless[0] - careless[1]).max() > 1e-2


def test_backpropagation_through_time_equals_autograd(X):
    cell = layers.RNNCell(4, 6, seed=3)
    layer = twin_of("rnn", cell)
    weights = np.random.default_rng(2).normal(size=(5, 30, 6))
    (layer(torch.tensor(X))[0] * torch.tensor(weights)).sum().backward()
    for mine, parameter in zip(layers.bptt_gradients(cell, X, weights), layer.parameters(), strict=True):
        np.testing.assert_allclose(mine, parameter.grad.numpy().T, atol=1e-6, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [5, 50, 500])
def test_the_number_of_parameters_does_not_depend_on_the_length(kind, length):
    cell = layers.CELLS[kind](4, 8)
    outputs, _ = layers.unroll(cell, np.zeros((1, length, 4)))
    assert outputs.shape == (1, length, 8)
    count = sum(p.size for p in cell.parameters)
    assert count == layers.count_parameters(kind, 4, 8) == sum(p.numel() for p in twin_of(kind, cell).parameters())


@pytest.mark.parametrize("kind", KINDS)
def test_outputs_before_a_changed_entry_do_not_move_and_later_ones_do(kind, X):
    cell = layers.CELLS[kind](4, 6, seed=1)
    changed = X.copy()
    changed[:, 11] += 1
    for reverse, still, moved in ((False, slice(0, 11), slice(11, None)), (True, slice(12, None), slice(0, 12))):
        gap = np.abs(layers.unroll(cell, X, reverse=reverse)[0] - layers.unroll(cell, changed, reverse=reverse)[0])
        assert gap[:, still].max() == 0
        assert (gap[:, moved].max(axis=(0, 2)) > 0).all()


@pytest.mark.parametrize("kind", ["gru", "lstm"])
def test_gates_lie_between_0_and_1_and_a_shut_update_gate_keeps_the_state(kind, X):
    cell = layers.CELLS[kind](4, 6, seed=1)
    gates = cell.gates(X[:, 0], cell.start(5))
    assert tuple(gates) == cell.names
    assert all((0 < gate).all() and (gate < 1).all() for gate in gates.values())
    if kind == "gru":
        cell.b_x[6:12] = 50.0  # z = 1
        state = np.random.default_rng(3).normal(size=(5, 6))
        np.testing.assert_allclose(cell.step(X[:, 0], state), state, atol=1e-12)


def test_untied_cells_end_where_training_ended(X):
    cells = [layers.RNNCell(4, 6, seed=step) for step in range(30)]
    assert layers.unroll_untied(cells, X).shape == (5, 30, 6)
    same = [cells[0]] * 30
    np.testing.assert_array_equal(layers.unroll_untied(same, X), layers.unroll(cells[0], X)[0])
    assert sum(p.size for cell in cells for p in cell.parameters) == 30 * layers.count_parameters("rnn", 4, 6)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: layers.unroll(layers.RNNCell(4, 3), np.zeros((2, 5, 3))), "X: expected 4 numbers an entry"),
        (lambda: layers.unroll(layers.RNNCell(4, 3), np.zeros((5, 4))), "X: expected 3 dimension"),
        (lambda: layers.unroll(layers.RNNCell(4, 3), np.zeros((1, 3, 4)), [[1, 0, 1]]), "mask: .* row 0 has a gap"),
        (lambda: layers.unroll(layers.RNNCell(4, 3), np.zeros((1, 3, 4)), [[0, 0, 0]]), "row 0 has none"),
        (lambda: layers.masked_mean(np.zeros((2, 3, 1)), [[1, 1]]), "mask: expected shape"),
        (lambda: layers.unroll_untied([layers.RNNCell(4, 3)], np.zeros((1, 2, 4))), "step 2 has no weights"),
        (lambda: layers.mask_of([0, 3]), "lengths: expected 1 to 3"),
        (lambda: layers.mask_of([4], 3), "lengths: expected 1 to 3"),
        (lambda: layers.count_parameters("mlp", 4, 3), "kind: expected one of"),
        (lambda: layers.GRUCell(0, 3), "n_in: expected a number at least 1"),
        (lambda: layers.bptt_gradients(layers.GRUCell(4, 3), np.zeros((1, 2, 4)), 0), "cell: expected a RNNCell"),
        (
            lambda: layers.bptt_gradients(layers.RNNCell(4, 3), np.zeros((1, 2, 4)), np.zeros((1, 2, 4))),
            "d_outputs: expected shape",
        ),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises((ValueError, TypeError), match=says):
        call()
