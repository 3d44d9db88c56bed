"""The neuron, its loss and its gradient against torch; the perceptron and logistic regression against scikit-learn."""

import numpy as np
import pytest
import torch

from bioml_helpers.neuron import layers

TORCH = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "step": lambda z: (z > 0).double(),
    "none": lambda z: z,
}


def random_case(seed, num_inputs=None):
    rng = np.random.default_rng(seed)
    batch, n = int(rng.integers(1, 12)), num_inputs or int(rng.integers(1, 9))
    return rng.normal(size=(batch, n)), rng.integers(0, 2, batch).astype(float), rng.normal(size=n), float(rng.normal())


@pytest.mark.parametrize("activation", layers.ACTIVATIONS)
@pytest.mark.parametrize("seed", range(20))
def test_a_neuron_equals_torchs_linear_layer_with_activation(seed, activation):
    X, _, w, b = random_case(seed)
    layer = torch.nn.Linear(len(w), 1).double()
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(w)[None])
        layer.bias.fill_(b)
        expected = TORCH[activation](layer(torch.tensor(X)))[:, 0]
    np.testing.assert_allclose(layers.neuron_forward(X, w, b, activation), expected, atol=1e-6)


@pytest.mark.parametrize("num_inputs", [1, 2, 57 * 4])
def test_the_same_class_takes_any_number_of_inputs_and_gives_one_number_an_example(num_inputs):
    neuron = layers.Neuron(num_inputs)
    X, *_ = random_case(1, num_inputs)
    assert neuron(X).shape == (len(X),)
    assert np.ndim(neuron(X[0])) == 0
    np.testing.assert_allclose(neuron(X)[0], neuron(X[0]))


@pytest.mark.parametrize("seed", range(10))
def test_loss_and_gradient_equal_torch(seed):
    X, y, w, b = random_case(seed)
    weights, bias = torch.tensor(w, requires_grad=True), torch.tensor(b, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.BCEWithLogitsLoss()(torch.tensor(X) @ weights + bias, torch.tensor(y))
    loss.backward()
    assert layers.bce(layers.neuron_forward(X, w, b), y) == pytest.approx(loss.item(), abs=1e-6)
    d_w, d_b = layers.gradient(X, y, w, b)
    np.testing.assert_allclose(d_w, weights.grad, atol=1e-6)
    assert d_b == pytest.approx(bias.grad.item(), abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_the_gradient_is_confirmed_by_central_differences(seed):
    X, y, w, b = random_case(seed)
    numeric = layers.numeric_gradient(lambda v: layers.bce(layers.neuron_forward(X, v[:-1], v[-1]), y), [*w, b])
    d_w, d_b = layers.gradient(X, y, w, b)
    np.testing.assert_allclose(numeric, [*d_w, d_b], rtol=1e-4, atol=1e-8)


def overlapping(seed=0, n=200):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2))
    return X, (rng.random(n) < layers.sigmoid(X @ [1.5, -1.0] + 0.5)).astype(float)


def test_gradient_descent_reaches_logistic_regression_within_2_percent():
    from sklearn.linear_model import LogisticRegression

    X, y = overlapping()
    w, b, losses = layers.descend(X, y, learning_rate=1.0, num_steps=2000)
    theirs = LogisticRegression(C=1e6).fit(X, y)
    np.testing.assert_allclose(w, theirs.coef_[0], rtol=0.02)
    assert b == pytest.approx(theirs.intercept_[0], rel=0.02)
    assert (np.diff(losses) <= 1e-12).all()


def test_with_a_penalty_it_is_the_logistic_regression_of_that_C():
    from sklearn.linear_model import LogisticRegression

    X, y = overlapping(1)
    w, _, _ = layers.descend(X, y, learning_rate=1.0, num_steps=2000, penalty=1 / (0.1 * len(y)))
    np.testing.assert_allclose(w, LogisticRegression(C=0.1).fit(X, y).coef_[0], rtol=0.02)


def separable(seed=0, n=80):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    distance = X @ [1.0, -2.0, 0.5] + 0.3
    keep = np.abs(distance) > 0.5
    return X[keep], (distance[keep] > 0).astype(float)


@pytest.mark.parametrize("seed", range(3))
def test_rosenblatts_rule_parts_what_a_line_can_part_as_scikit_learns_does(seed):
    from sklearn.linear_model import Perceptron

    X, y = separable(seed)
    ours = layers.Perceptron(num_epochs=500).fit(X, y)
    theirs = Perceptron(max_iter=500, tol=None).fit(X, y)
    np.testing.assert_array_equal(ours.predict(X), y)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    assert ours.mistakes[-1] == 0


def test_one_step_of_rosenblatts_rule_is_scikit_learns():
    from sklearn.linear_model import Perceptron

    X, y = np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([1.0, 0.0])
    theirs = Perceptron(max_iter=1, tol=None, shuffle=False).fit(X, y)
    ours = layers.Perceptron(num_epochs=1)
    order = np.random.default_rng(ours.seed).permutation(2)
    ours.fit(X[np.argsort(order)], y[np.argsort(order)])  # so that the shuffled order is the given one
    np.testing.assert_allclose(ours.w, theirs.coef_[0])
    assert ours.b == theirs.intercept_[0]


def test_a_pass_of_the_perceptron_is_one_step_an_example():
    X, y = separable(5, n=12)
    ours = layers.Perceptron(num_epochs=1, seed=3).fit(X, y)
    w, b = np.zeros(3), 0.0
    for i in np.random.default_rng(3).permutation(len(X)):
        w, b = layers.rosenblatt_step(w, b, X[i], int(y[i]))
    np.testing.assert_allclose(ours.w, w)
    assert ours.b == b


def test_rosenblatts_rule_never_ends_on_xor():
    X = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
    assert min(layers.Perceptron(num_epochs=50).fit(X, [0, 1, 1, 0]).mistakes) > 0


def test_a_constant_current_below_threshold_never_fires_and_the_potential_settles():
    potential, spikes = layers.leaky_integrate_and_fire(np.full(3000, 1.2))
    assert len(spikes) == 0
    assert potential[-1] == pytest.approx(12.0, abs=0.01)  # MΩ times nA


def test_the_interval_between_spikes_is_the_one_that_calculus_gives():
    _, spikes = layers.leaky_integrate_and_fire(np.full(20_000, 3.0), step_ms=0.01)
    expected = 20.0 * np.log(30 / (30 - 15))  # ms, time constant times ln of drive over what is left at threshold
    np.testing.assert_allclose(np.diff(spikes), expected, rtol=0.01)


def test_without_activation_two_layers_are_one():
    rng = np.random.default_rng(0)
    X, W, b, v, c = rng.normal(size=(9, 3)), rng.normal(size=(2, 3)), rng.normal(size=2), rng.normal(size=2), 0.3
    hidden = np.column_stack([layers.neuron_forward(X, row, one, "none") for row, one in zip(W, b, strict=True)])
    two = layers.neuron_forward(hidden, v, c, "none")
    np.testing.assert_allclose(two, layers.neuron_forward(X, v @ W, v @ b + c, "none"))


def test_a_learning_rate_that_is_too_large_is_said_in_words():
    with pytest.raises(FloatingPointError, match="try a learning_rate below"):
        layers.descend([[1e200], [-1e200]], [0, 1], learning_rate=1e200, num_steps=50)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: layers.neuron_forward([[1.0, 2.0]], [1.0], 0), "w: expected length 2"),
        (lambda: layers.neuron_forward([1.0], [1.0], 0), "X: expected 2 dimension"),
        (lambda: layers.neuron_forward([[np.nan]], [1.0], 0), "X: expected finite"),
        (lambda: layers.neuron_forward([[1.0]], [1.0], 0, "softplus"), "activation: expected one of"),
        (lambda: layers.neuron_forward([["A"]], [1.0], 0), "X: expected numbers"),
        (lambda: layers.Neuron(0), "n: expected a number at least 1"),
        (lambda: layers.Neuron(2)([[1.0]]), r"X: expected shape \(2,\) or \(batch, 2\)"),
        (lambda: layers.bce([0.5, 1.2], [0, 1]), "p: expected probabilities"),
        (lambda: layers.bce([0.5], [2]), "y: expected labels 0 and 1, got 2"),
        (lambda: layers.gradient([[1.0]], [0, 1], [1.0], 0), "y: expected length 1"),
        (lambda: layers.descend([[1.0]], [0.5]), "y: expected labels"),
        (lambda: layers.Perceptron(num_epochs=0), "num_epochs: expected a number at least 1"),
        (lambda: layers.leaky_integrate_and_fire([]), "current: expected at least 1"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises((ValueError, TypeError), match=says):
        call()
