"""What companion 05b says of gates and gradients: measured, five seeds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bioml_helpers.data import simulate
from bioml_helpers.rnn import layers, memory, models

SEEDS = range(5)


@pytest.fixture(scope="module")
def trained():
    return {kind: [memory.train_reporter(kind, seed=seed) for seed in SEEDS] for kind in ("gru", "lstm")}


# ---------------------------------------------------------------- remembering


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gru", "lstm"])
def test_gated_cells_carry_a_base_twice_as_far_as_in_training(trained, kind):
    assert min(memory.accuracy_by_gap(one, [20, 40]).min() for one in trained[kind]) >= 0.9


@pytest.mark.slow
def test_the_simple_cell_does_not_within_the_same_steps():
    scores = [memory.accuracy_by_gap(memory.train_reporter("rnn", seed=seed), [10, 20]).max() for seed in SEEDS]
    assert max(scores) < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gru", "lstm"])
def test_gates_open_at_the_flag_and_shut_behind_it(trained, kind):
    """In at least three of five networks a unit's door is wider open at the flag by 0.5; one start stores otherwise."""
    widest = []
    for one in trained[kind]:
        seen = memory.trace(one, gap=20)
        widest.append((seen.written[seen.flag] - seen.written[seen.flag + 1 :].mean(axis=0)).max())
    assert sum(opened > 0.5 for opened in widest) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gru", "lstm"])
def test_the_gates_shown_in_the_chapter_open(trained, kind):
    seen = memory.trace(trained[kind][4], gap=20)
    unit = (seen.written[seen.flag] - seen.written[seen.flag + 1 :].mean(axis=0)).argmax()
    assert seen.written[seen.flag, unit] > 0.6
    assert seen.written[seen.flag + 1 :, unit].mean() < 0.4


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gru", "lstm"])
def test_training_opens_a_way_for_the_gradient_to_the_flag(trained, kind):
    for seed, one in enumerate(trained[kind]):
        row = memory.gradient_to_the_flag(one.layer, [20]).iloc[0]
        fresh = memory.gradient_to_the_flag(memory.fresh_layer(kind, n_in=5, seed=seed), [20]).iloc[0]
        assert row["flagged"] > 100 * fresh["flagged"]
        assert row["flagged"] > 2 * row["unflagged"]


def test_a_flag_is_where_the_table_says_and_tells_its_base():
    table = simulate.flagged_bases(200, length=30, gap=(3, 12), seed=1)
    assert table["gap"].between(3, 12).all() and set(table["gap"]) == set(range(3, 13))
    assert all(row.sequence[row.flag] == row.base and row.flag == 29 - row.gap for row in table.itertuples())
    X = memory.encode_flagged(table)
    assert X[..., :4].sum(dim=2).eq(1).all() and X[..., 4].sum(dim=1).eq(1).all()


# ---------------------------------------------------------------- gates against torch


@pytest.mark.parametrize("kind", ["gru", "lstm"])
def test_the_unrolled_gates_belong_to_the_states_that_torch_computes(kind):
    torch.manual_seed(3)
    layer = models.make_layer(5, 6, kind=kind).double()
    X = torch.randn(3, 9, 5, dtype=torch.float64)
    with torch.no_grad():
        outputs, last = layer(X)
    gates, kept = memory.gates_along(models.copy_from_torch(layer), X.numpy())
    if kind == "gru":
        np.testing.assert_allclose(kept, outputs.numpy(), atol=1e-6)
    else:  # what others see is the output gate times tanh of what is kept
        np.testing.assert_allclose(gates["output"] * np.tanh(kept), outputs.numpy(), atol=1e-6)
        np.testing.assert_allclose(kept[:, -1], last[1][0].numpy(), atol=1e-6)
    assert all(((0 < one) & (one < 1)).all() for one in gates.values())


def test_gates_of_a_cell_without_gates_are_refused():
    with pytest.raises(TypeError, match="cell: expected a GRUCell or LSTMCell, got a RNNCell"):
        memory.gates_along(layers.RNNCell(4, 3), np.zeros((1, 2, 4)))


# ---------------------------------------------------------------- gradient against distance


def test_the_gradient_equals_finite_differences():
    torch.manual_seed(0)
    layer = models.make_layer(2, 3, kind="gru").double()
    X = torch.randn(1, 4, 2, dtype=torch.float64)
    found = memory.gradient_by_distance(layer, X)
    step = 1e-6
    with torch.no_grad():
        for distance in range(4):
            slopes = []
            for column in range(2):
                up, down = X.clone(), X.clone()
                up[0, 3 - distance, column] += step
                down[0, 3 - distance, column] -= step
                slopes.append(((layer(up)[0] - layer(down)[0])[:, -1].sum() / (2 * step)).item())
            assert found[distance] == pytest.approx(np.hypot(*slopes), abs=1e-6)


def test_through_fresh_cells_the_gradient_vanishes_in_all_five_seeds():
    fresh = {kind: [memory.fresh_layer(kind, seed=seed) for seed in SEEDS] for kind in memory.KINDS}
    table = memory.gradient_table(fresh)
    there = table[table["distance"] == 20].set_index("name")
    assert (there["high"] < 1e-3).all()  # the largest of five
    assert (there["norm"] < 2e-4).all()


def test_in_the_simple_cell_the_mean_gradient_falls_with_every_step():
    table = memory.gradient_table({"rnn": [memory.fresh_layer("rnn", seed=seed) for seed in SEEDS]})
    assert (np.diff(table["norm"]) < 0).all()
    norms = table["norm"].to_numpy()
    assert norms[10] < norms[0] / 50 and norms[20] < norms[10] / 50


def test_a_keeping_gate_pushed_open_lets_the_gradient_pass():
    for kind in ("gru", "lstm"):
        pushed = {keep: [memory.fresh_layer(kind, keep=keep, seed=seed) for seed in SEEDS] for keep in (0.0, 3.0)}
        table = memory.gradient_table({str(keep): several for keep, several in pushed.items()})
        there = table[table["distance"] == 20].set_index("name")
        assert there.loc["3.0", "low"] > 100 * there.loc["0.0", "high"]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: memory.Reporter("mlp"), "kind: expected one of"),
        (lambda: memory.train_reporter("gru", steps=0), "steps: expected"),
        (lambda: simulate.flagged_bases(3, length=5, gap=(1, 5)), "gap: expected"),
        (lambda: memory.gradient_to_the_flag(memory.fresh_layer("gru", n_in=5), [1]), "gaps: expected"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
