"""Convolution, pooling, receptive fields and PWM filters from scratch, against torch: values and gradients to 1e-5."""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np
import pytest
import torch
from torch.nn import functional

from bioml_helpers.cnn import layers
from bioml_helpers.data import encode

THEIRS = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}
POOLS = {1: functional.max_pool1d, 2: functional.max_pool2d, 3: functional.max_pool3d}
SHAPES = {1: (2, 4, 23), 2: (2, 3, 11, 9), 3: (2, 2, 7, 8, 6)}


def drawn(dims, kernel=3, filters=5):
    generator = torch.Generator().manual_seed(dims)
    X = torch.randn(SHAPES[dims], generator=generator, dtype=torch.float64).requires_grad_()
    W = torch.randn(filters, SHAPES[dims][1], *[kernel] * dims, generator=generator, dtype=torch.float64)
    return X, W.requires_grad_(), torch.randn(filters, generator=generator, dtype=torch.float64).requires_grad_()


@pytest.mark.parametrize("ours", [layers.conv_loops, layers.conv_unfold, layers.conv])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "dilation"),
    [(3, 1, 0, 1), (3, 2, 1, 1), (4, 2, 1, 1), (3, 3, 0, 1), (3, 1, 2, 2), (3, 3, 2, 2), (1, 1, 0, 1)],
)
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_outputs_and_gradients_equal_torch(dims, kernel, stride, padding, dilation, ours):
    how = {"stride": stride, "padding": padding, "dilation": dilation}
    inputs = drawn(dims, kernel)
    mine, wanted = ours(*inputs, **how), THEIRS[dims](*inputs, **how)
    torch.testing.assert_close(mine, wanted, atol=1e-5, rtol=1e-5)
    pull = torch.randn(wanted.shape, generator=torch.Generator().manual_seed(9), dtype=torch.float64)
    for slope, wanted_slope in zip(
        torch.autograd.grad((mine * pull).sum(), inputs),
        torch.autograd.grad((wanted * pull).sum(), inputs),
        strict=True,
    ):
        torch.testing.assert_close(slope, wanted_slope, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("ours", [layers.conv_loops, layers.conv_unfold, layers.conv])
@pytest.mark.parametrize("asked", [0, 1])
def test_filters_need_no_bias_and_only_what_is_asked_for_gets_slopes(ours, asked):
    inputs = [one.detach() for one in drawn(2)[:2]]
    inputs[asked].requires_grad_()
    mine, wanted = ours(*inputs, stride=2), functional.conv2d(*inputs, stride=2)
    torch.testing.assert_close(mine, wanted, atol=1e-5, rtol=1e-5)
    (slope,), (wanted_slope,) = (torch.autograd.grad(one.square().sum(), inputs[asked]) for one in (mine, wanted))
    torch.testing.assert_close(slope, wanted_slope, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_slopes_have_slopes_too(dims):
    X, W, b = drawn(dims, 2, 2)
    small = X.detach()[(slice(1), slice(2), *[slice(5)] * dims)].requires_grad_()
    assert torch.autograd.gradgradcheck(
        partial(layers.conv, stride=2, padding=1), (small, W[:, :2].detach().requires_grad_(), b)
    )


def test_windows_along_the_first_direction_are_not_copied():
    table = torch.arange(24.0).reshape(6, 2, 2)  # six lines
    windows = layers._windows(table, 3, stride=1, dilation=1)  # of three lines each
    assert windows.shape == (4, 6, 2)
    assert windows.untyped_storage().data_ptr() == table.untyped_storage().data_ptr()
    assert torch.equal(windows[1], table[1:4].flatten(0, 1))


@pytest.mark.parametrize(("ours", "dims"), [(layers.Conv1d, 1), (layers.Conv2d, 2), (layers.Conv3d, 3)])
def test_the_layers_are_torchs_with_the_same_weights(ours, dims):
    channels = SHAPES[dims][1]
    mine = ours(channels, 6, 3, stride=2, padding=1).double()
    theirs = [torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d][dims - 1](channels, 6, 3, stride=2, padding=1).double()
    theirs.load_state_dict(mine.state_dict())  # same names, same shapes
    X = drawn(dims)[0]
    torch.testing.assert_close(mine(X), theirs(X), atol=1e-5, rtol=1e-5)
    assert mine.weight.abs().max() <= (channels * 3**dims) ** -0.5


@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 1), (3, 2)])
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_max_pool_equals_torch(dims, kernel, stride):
    X = drawn(dims)[0]
    torch.testing.assert_close(layers.max_pool(X, kernel, stride=stride), POOLS[dims](X, kernel, stride))


def test_a_dense_layer_on_every_patch_is_a_convolution():
    X, W, b = drawn(2, kernel=5)
    dense = layers.unfold(X, [5, 5]) @ W.flatten(1).T + b
    wanted = functional.conv2d(X, W, b)
    torch.testing.assert_close(dense.transpose(1, 2).reshape(wanted.shape), wanted, atol=1e-5, rtol=1e-5)
    assert layers.unfold(X, [5, 5]).shape[2] == 5 * 5 * 3  # a patch: window times channels


def test_a_moved_input_moves_the_map():
    X, W, b = drawn(2)
    moved = torch.roll(X, (2, 1), dims=(2, 3))
    before, after = layers.conv2d(X, W, b), layers.conv2d(moved, W, b)
    torch.testing.assert_close(after[..., 2:, 1:], before[..., :-2, :-1], atol=1e-5, rtol=1e-5)


def test_output_size_matches_torch_on_fifty_random_settings():
    rng = np.random.default_rng(43)
    for _ in range(50):
        k, stride, padding, dilation = (int(n) for n in rng.integers((1, 1, 0, 1), (6, 4, 4, 4)))
        length = int(rng.integers(dilation * (k - 1) + 1, 60))
        wanted = functional.conv1d(
            torch.zeros(1, 1, length), torch.zeros(1, 1, k), stride=stride, padding=padding, dilation=dilation
        )
        size = layers.output_size(length, k, stride=stride, padding=padding, dilation=dilation)
        assert size == wanted.shape[-1]


@pytest.mark.parametrize(
    "stack",
    [[3], [3, 3], [(3, 1, 1), (3, 1, 2), (3, 1, 4), (3, 1, 8)], [8, (2, 2), 8], [8, (4, 4), 8], [(5, 2), (3, 3, 2), 2]],
)
def test_the_receptive_field_is_where_the_gradient_comes_from(stack):
    X = torch.ones(1, 1, 200, dtype=torch.float64, requires_grad=True)
    out = X
    for layer in stack:
        k, stride, dilation = [*np.atleast_1d(layer).tolist(), 1, 1][:3]
        out = functional.conv1d(out, torch.ones(1, 1, k, dtype=torch.float64), stride=stride, dilation=dilation)
    out[0, 0, 2].backward()
    seen = X.grad[0, 0].nonzero().ravel()
    assert seen[-1] - seen[0] + 1 == layers.receptive_field(stack)


def test_a_filter_of_log_odds_is_the_classical_scan_at_every_offset():
    rng = np.random.default_rng(46)
    for _ in range(20):
        sequence = "".join(rng.choice(list("ACGT"), 40))
        scores = layers.pwm_to_filter(rng.integers(0, 9, (4, int(rng.integers(3, 12)))), pseudocount=2.0)
        X = torch.tensor(encode.one_hot(sequence)).double()[None]
        found = layers.conv1d(X, scores[None])[0, 0]
        np.testing.assert_allclose(found, layers.pwm_scan(sequence, scores), atol=1e-5)


def test_the_other_strand_scores_what_the_turned_sequence_scores():
    scores = layers.pwm_to_filter(np.random.default_rng(1).integers(0, 9, (4, 6)), pseudocount=1.0)
    sequence = "GGCTCGTATGTTGTGTGGAATTG"
    other = layers.pwm_scan(encode.reverse_complement(sequence), scores)
    np.testing.assert_allclose(layers.pwm_scan(sequence, layers.reverse_complement_filter(scores)), other[::-1])


def test_shares_of_a_pwm_add_up_and_an_unseen_base_stays_possible():
    scores = layers.pwm_to_filter([[7], [0], [0], [0]], background=[0.3, 0.2, 0.2, 0.3])
    shares = 2 ** scores[:, 0] * [0.3, 0.2, 0.2, 0.3]
    assert shares.sum() == pytest.approx(1)
    assert np.isfinite(scores).all()


def test_a_residual_block_of_scale_0_passes_everything_on_and_its_gradient():
    for dims in (1, 2, 3):
        block = layers.ResidualBlock(4, dims=dims, dilation=2, depth=2, scale=0.0)
        x = torch.randn(2, 4, *[7] * dims, requires_grad=True)
        torch.testing.assert_close(block(x), x)
        block(x).sum().backward()
        torch.testing.assert_close(x.grad, torch.ones_like(x))


def test_a_residual_block_adds_its_branch_and_without_skip_is_that_branch():
    block = layers.ResidualBlock(4, scale=0.5)
    x = torch.randn(2, 4, 9)
    torch.testing.assert_close(block(x), x + 0.5 * block.branch(x))
    block.skip = False
    torch.testing.assert_close(block(x), block.branch(x))


def test_without_sharing_each_place_has_weights_of_its_own():
    layer = layers.LocallyConnected1d(4, 3, 5, length=12)
    shared = torch.nn.Conv1d(4, 3, 5)
    assert layer.weight.numel() == 8 * shared.weight.numel()
    with torch.no_grad():
        layer.weight.copy_(shared.weight.flatten(1).T.expand(8, -1, -1))
        layer.bias.copy_(shared.bias.expand(8, -1))
    X = torch.randn(2, 4, 12)
    torch.testing.assert_close(layer(X), shared(X), atol=1e-5, rtol=1e-5)


BAD = [
    (lambda: layers.output_size(4, 7), "kernel_size: expected a window within"),
    (lambda: layers.receptive_field([(3, 1, 1, 1)]), r"layers\[0\]: expected"),
    (lambda: layers.receptive_field([(3, 0)]), r"layers\[0\]: expected"),
    (lambda: layers.conv(torch.zeros(1, 4, 9), torch.zeros(2, 3, 3)), "weight: expected"),
    (lambda: layers.conv(torch.zeros(1, 4, 9), torch.zeros(2, 4, 3), torch.zeros(3)), "bias: expected one number"),
    (lambda: layers.conv(torch.zeros(4, 9), torch.zeros(2, 4, 3)), "X: expected"),
    (lambda: layers.unfold(torch.zeros(1, 4, 9), [10]), "kernel_size: expected a window within"),
    (lambda: layers.conv2d(torch.zeros(1, 4, 9), torch.zeros(2, 4, 3)), "X: expected"),
    (lambda: layers.max_pool(torch.zeros(4), 2), "X: expected"),
    (lambda: layers.LocallyConnected1d(4, 3, 5, length=12)(torch.zeros(1, 4, 11)), "X: expected length 12"),
    (lambda: layers.ResidualBlock(4, 4), "kernel_size: expected an odd"),
    (lambda: layers.ResidualBlock(4, dims=4), "dims: expected one of"),
    (lambda: layers.pwm_to_filter([[1], [0], [0], [0]], pseudocount=0), "pseudocount: expected"),
    (lambda: layers.pwm_to_filter([[-1], [0], [0], [0]]), "counts: expected"),
    (lambda: layers.pwm_to_filter([[1], [1], [1], [1]], background=[1, 0, 0, 0]), "background: expected"),
]


@pytest.mark.parametrize(("call", "says"), BAD)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_every_stride_and_padding_of_the_loop_and_the_product_agree():
    X, W, b = drawn(1)
    for stride, padding, dilation in product((1, 2, 3), (0, 1, 2), (1, 2)):
        how = {"stride": stride, "padding": padding, "dilation": dilation}
        torch.testing.assert_close(layers.conv_loops(X, W, b, **how), layers.conv(X, W, b, **how))
