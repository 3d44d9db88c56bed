"""Attention from scratch against torch: outputs, weights and gradients; masks; positions; who notices an order."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from bioml_helpers.attention import layers

TOLERANCE = {"atol": 1e-5, "rtol": 1e-5}


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), requires_grad=True)


def qkv(queries=7, keys=9, d=8, seed=0):
    return [random(2, 3, n, d, seed=seed + at) for at, n in enumerate((queries, keys, keys))]


def masks(queries, keys):
    rng = torch.Generator().manual_seed(5)
    some = torch.rand(2, 1, queries, keys, generator=rng) < 0.5
    some[..., 0] = True
    padding = torch.ones(2, 1, 1, keys, dtype=torch.bool)
    padding[1, ..., -3:] = False
    return {"none": None, "some": some, "padding": padding, "shared": some[0, 0]}


@pytest.mark.parametrize("which", ["none", "some", "padding", "shared"])
def test_outputs_and_gradients_equal_torch(which):
    q, k, v = qkv()
    mask = masks(7, 9)[which]
    ours, weights = layers.scaled_dot_product_attention(q, k, v, mask)
    theirs = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    torch.testing.assert_close(ours, theirs, **TOLERANCE)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(2, 3, 7))
    direction = torch.randn(ours.shape, generator=torch.Generator().manual_seed(8))
    for mine, wanted in zip(
        torch.autograd.grad((ours * direction).sum(), (q, k, v)),
        torch.autograd.grad((theirs * direction).sum(), (q, k, v)),
        strict=True,
    ):
        torch.testing.assert_close(mine, wanted, **TOLERANCE)


def test_what_is_hidden_gets_exactly_no_weight():
    q, k, v = qkv(9, 9)
    for mask in (layers.causal_mask(9), masks(9, 9)["padding"]):
        weights = layers.scaled_dot_product_attention(q, k, v, mask)[1]
        assert (weights[~mask.broadcast_to(weights.shape)] == 0).all()


def test_a_scale_of_ones_own():
    q, k, v = qkv()
    ours, _ = layers.scaled_dot_product_attention(q, k, v, scale=0.3)
    torch.testing.assert_close(ours, functional.scaled_dot_product_attention(q, k, v, scale=0.3), **TOLERANCE)


def test_the_scale_keeps_the_softmax_from_saturating():
    q, k, v = (random(40, 512, seed=seed) for seed in range(3))
    with_scale, without = (layers.scaled_dot_product_attention(q, k, v, scale=scale)[1] for scale in (None, 1.0))
    assert with_scale.max(dim=1).values.mean() < 0.3
    assert without.max(dim=1).values.mean() > 0.8


@pytest.mark.parametrize("heads", [1, 2, 4])
@pytest.mark.parametrize("how", ["plain", "padding", "causal", "both"])
def test_several_heads_equal_torch(heads, how):
    torch.manual_seed(heads)
    library = nn.MultiheadAttention(16, heads, batch_first=True)
    ours = layers.MultiHeadAttention(16, heads).copy_from(library)
    X, present = random(3, 10, 16), torch.ones(3, 10, dtype=torch.bool)
    present[1, 7:] = present[2, 3:] = False
    padded, causal = how in ("padding", "both"), how in ("causal", "both")
    output, weights = ours(X, present if padded else None, causal=causal)
    theirs, their_weights = library(
        X, X, X,
        key_padding_mask=~present if padded else None,
        attn_mask=~layers.causal_mask(10) if causal else None,
        average_attn_weights=False,
    )  # fmt: skip
    torch.testing.assert_close(output, theirs, **TOLERANCE)
    torch.testing.assert_close(weights, their_weights, **TOLERANCE)


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("padded", [False, True])
def test_the_block_equals_torch_in_value_and_gradient(norm_first, padded):
    torch.manual_seed(1)
    library = nn.TransformerEncoderLayer(16, 2, 24, dropout=0.0, batch_first=True, norm_first=norm_first)
    block = layers.EncoderBlock(16, 2, 24, norm_first=norm_first).copy_from(library)
    X, present = random(3, 10, 16), torch.ones(3, 10, dtype=torch.bool)
    present[1, 6:] = not padded
    ours = block(X, present)[present]
    theirs = library(X, src_key_padding_mask=~present)[present]
    torch.testing.assert_close(ours, theirs, **TOLERANCE)
    mine, wanted = (torch.autograd.grad(one.square().sum(), X)[0] for one in (ours, theirs))
    torch.testing.assert_close(mine[present], wanted[present], atol=1e-4, rtol=1e-4)


def test_the_weights_of_every_part_are_copied():
    torch.manual_seed(2)
    library = nn.TransformerEncoderLayer(8, 2, 12, batch_first=True)
    with torch.no_grad():
        for parameter in library.parameters():
            parameter.normal_()  # biases and norms too
    block = layers.EncoderBlock(8, 2, 12).copy_from(library).eval()
    X = random(2, 5, 8)
    torch.testing.assert_close(block(X), library.eval()(X), atol=1e-4, rtol=1e-4)
    assert sum(p.numel() for p in block.parameters()) == sum(p.numel() for p in library.parameters())


def test_padding_changes_nothing():
    block = layers.EncoderBlock(16, 4, seed=0).eval()
    X = random(2, 7, 16)
    padded = torch.cat([X, 100 * random(2, 5, 16, seed=3)], dim=1)
    present = torch.arange(12).expand(2, 12) < 7
    torch.testing.assert_close(block(padded, present)[:, :7], block(X), atol=1e-6, rtol=1e-6)
    assert (block(padded)[:, :7] - block(X)).abs().max() > 1e-2  # without the mask it does


def test_nobody_looks_ahead():
    block = layers.EncoderBlock(16, 4, seed=0).eval()
    X = random(1, 10, 16).detach()
    changed = X.clone()
    changed[:, 6] += 1
    before, after = block(X, causal=True), block(changed, causal=True)
    assert (before[:, :6] == after[:, :6]).all()
    assert (before[:, 6:] != after[:, 6:]).any(dim=2).all()


def test_without_positions_the_outputs_only_change_places_and_with_them_they_change():
    block = layers.EncoderBlock(32, 4, seed=0).eval()
    X, code = random(2, 12, 32), layers.sinusoidal_positions(12, 32)
    shuffled = torch.randperm(12, generator=torch.Generator().manual_seed(4))
    torch.testing.assert_close(block(X[:, shuffled]), block(X)[:, shuffled], atol=1e-6, rtol=0)
    assert (block(X[:, shuffled] + code) - block(X + code)[:, shuffled]).abs().max() > 0.1


def test_positions_are_the_published_formula_and_their_products_depend_on_the_distance_only():
    code = layers.sinusoidal_positions(50, 8).double()
    for position, column in ((0, 0), (3, 2), (49, 6)):
        angle = torch.tensor(position / 10000 ** (column / 8), dtype=torch.float64)
        torch.testing.assert_close(code[position, column], angle.sin(), atol=1e-5, rtol=0)
        torch.testing.assert_close(code[position, column + 1], angle.cos(), atol=1e-5, rtol=0)
    alike = code @ code.T
    for distance in (1, 7, 30):
        along = alike.diagonal(distance)
        assert along.max() - along.min() < 1e-4


def test_a_head_sees_every_token_and_only_its_share_of_the_numbers():
    attend = layers.MultiHeadAttention(6, 3)
    X = torch.arange(2 * 4 * 6.0).reshape(2, 4, 6)
    heads = attend.split(X)
    assert heads.shape == (2, 3, 4, 2)
    assert heads[1, 2, 3].tolist() == X[1, 3, 4:6].tolist()
    assert (attend.merge(heads) == X).all()


def test_a_seed_gives_the_same_weights_and_leaves_other_random_numbers_alone():
    torch.manual_seed(9)
    wanted = torch.rand(3)
    torch.manual_seed(9)
    one, other = (layers.EncoderBlock(8, 2, seed=3) for _ in range(2))
    assert (torch.rand(3) == wanted).all()
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        assert (a == b).all()


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: layers.MultiHeadAttention(10, 3), ValueError, "heads: expected a number that divides the width 10"),
        (lambda: layers.MultiHeadAttention(8, 2)(torch.zeros(5, 8)), ValueError, "X: expected shape"),
        (lambda: layers.MultiHeadAttention(8, 2)(torch.zeros(2, 5, 6)), ValueError, r"X: expected shape \(sequences"),
        (
            lambda: layers.MultiHeadAttention(8)(torch.zeros(2, 5, 8), torch.ones(2, 4, dtype=torch.bool)),
            ValueError,
            "present: expected shape",
        ),
        (lambda: attend(k=torch.zeros(3, 5)), ValueError, "k: expected 4 numbers a key"),
        (lambda: attend(v=torch.zeros(2, 4)), ValueError, "v: expected 3 values"),
        (lambda: attend(mask=torch.ones(2, 3)), TypeError, "mask: expected True where a query may look"),
        (lambda: attend(mask=torch.zeros(2, 3, dtype=torch.bool)), ValueError, "some query has none"),
        (lambda: attend(mask=torch.ones(3, 2, dtype=torch.bool)), ValueError, "mask: expected a shape that fits"),
        (lambda: layers.sinusoidal_positions(5, 7), ValueError, "width: expected an even number"),
        (lambda: layers.EncoderBlock(8, 2, dropout=1.5), ValueError, "dropout: expected"),
    ],
)
def test_bad_input_is_named(call, error, says):
    with pytest.raises(error, match=says):
        call()


def attend(k=None, v=None, mask=None):
    k, v = torch.zeros(3, 4) if k is None else k, torch.zeros(3, 4) if v is None else v
    return layers.scaled_dot_product_attention(torch.zeros(2, 4), k, v, mask)
