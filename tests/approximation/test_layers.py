"""The sum of ReLUs against np.interp, and the hand-written gradients against torch's."""

import numpy as np
import pytest
import torch

from bioml_helpers.approximation import layers


def random_line(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 12))
    return np.cumsum(rng.uniform(0.01, 3, n)) - 5, rng.normal(0, 10, n)


@pytest.mark.parametrize("seed", range(50))
def test_a_broken_line_and_its_sum_of_relus_agree_to_1e_9(seed):
    knots, values = random_line(seed)
    x = np.linspace(knots[0] - 2, knots[-1], 301)
    np.testing.assert_allclose(
        layers.relu_sum(x, *layers.knots_to_relu(knots, values)), np.interp(x, knots, values), atol=1e-9
    )


def test_beyond_the_last_knot_the_sum_goes_on_straight():
    weights = layers.knots_to_relu([0, 1, 3], [5, 5, 9])
    np.testing.assert_allclose(layers.relu_sum([3, 4, 10], *weights), [9, 11, 23])


@pytest.mark.parametrize("seed", range(5))
def test_forward_and_gradients_equal_torch(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=30), rng.normal(size=30)
    weights = layers.Weights.random(7, seed)
    w, b, v, c = (torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in weights.as_list())
    hidden = torch.relu(torch.tensor(x)[:, None] * w + b)
    prediction = hidden @ v + c
    loss = torch.nn.functional.mse_loss(prediction, torch.tensor(y))
    loss.backward()
    ours, slopes = layers.gradients(x, y, weights)
    np.testing.assert_allclose(layers.forward(x, weights), prediction.detach(), atol=1e-12)
    assert ours == pytest.approx(loss.item(), rel=1e-12)
    for mine, theirs in zip(slopes.as_list(), (w, b, v, c), strict=True):
        np.testing.assert_allclose(mine, theirs.grad, atol=1e-10)


def test_descend_takes_the_same_steps_as_torch_sgd_with_momentum():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=20), rng.normal(size=20)
    start = layers.Weights.random(6, 1)
    parameters = [torch.nn.Parameter(torch.tensor(p, dtype=torch.float64)) for p in start.as_list()]
    w, b, v, c = parameters
    optimizer = torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    for _ in range(50):
        optimizer.zero_grad()
        ((torch.relu(torch.tensor(x)[:, None] * w + b) @ v + c - torch.tensor(y)) ** 2).mean().backward()
        optimizer.step()
    ours, _ = layers.descend(x, y, start, num_steps=50)
    np.testing.assert_allclose(ours.w, w.detach(), atol=1e-10)


def test_descend_fits_about_as_well_as_scikit_learn():
    from sklearn.neural_network import MLPRegressor

    x = np.linspace(-2, 2, 60)
    y = np.sin(2 * x)
    _, losses = layers.descend(x, y, layers.Weights.random(30, 3), learning_rate=0.02, num_steps=4000)
    theirs = MLPRegressor(
        hidden_layer_sizes=(30,),
        solver="sgd",
        learning_rate_init=0.02,
        max_iter=4000,
        batch_size=60,
        tol=0,
        alpha=0,
        n_iter_no_change=4000,
        nesterovs_momentum=False,
        random_state=0,
    ).fit(x[:, None], y)
    assert losses[-1] < max(3 * 2 * theirs.loss_, 0.02)  # scikit-learn's loss is half the mean squared error


def test_a_learning_rate_that_is_too_large_is_said_in_words():
    x = np.linspace(-2, 2, 20)
    with pytest.raises(FloatingPointError, match="try a learning_rate below"):
        layers.descend(x, 100 * x**2, layers.Weights.random(20, 0), learning_rate=5.0, num_steps=500)


def test_the_noise_floor_is_what_replicates_leave():
    assert layers.noise_floor([1, 1, 2, 2, 2], [1, 3, 0, 3, 6]) == pytest.approx(2 + 18)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: layers.knots_to_relu([1], [2]), "knots: expected at least 2"),
        (lambda: layers.knots_to_relu([1, 1], [2, 3]), "knots: expected ascending"),
        (lambda: layers.knots_to_relu([1, 2], [2, 3, 4]), "values: expected length 2"),
        (lambda: layers.knots_to_relu([1, np.nan], [2, 3]), "knots: expected finite"),
        (lambda: layers.relu_sum([1.0], [1, 2], [1]), "b: expected length 2"),
        (lambda: layers.relu_sum(["A"], [1], [1]), "x: expected numbers"),
        (lambda: layers.relu_sum([], [1], [1]), "x: expected at least 1"),
        (lambda: layers.noise_floor([1, 2], [1]), "response: expected length 2"),
        (lambda: layers.forward([[1.0]], layers.Weights.random(2, 0)), "x: expected 1 dimension"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises((ValueError, TypeError), match=says):
        call()
