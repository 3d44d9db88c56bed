"""The network from scratch against torch and scikit-learn: outputs to 1e-6, gradients to 1e-5, steps of training."""

import warnings

import numpy as np
import pytest
import torch

from bioml_helpers.mlp import layers

TORCH_ACTIVATIONS = {
    "relu": torch.nn.ReLU,
    "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh,
    "none": torch.nn.Identity,
}


def copied(network, activation):
    """The same network as torch modules with the same weights."""
    modules = []
    for W, b in zip(network.W, network.b, strict=True):
        linear = torch.nn.Linear(*W.shape).double()
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(W.T))
            linear.bias.copy_(torch.tensor(b))
        modules += [linear, TORCH_ACTIVATIONS[activation]()]
    return torch.nn.Sequential(*modules[:-1])


def gradients_of(twin):
    return [(p.grad.T if p.ndim == 2 else p.grad).numpy() for p in twin.parameters()]


@pytest.mark.parametrize("activation", TORCH_ACTIVATIONS)
@pytest.mark.parametrize("sizes", [(3, 1), (12, 4, 1), (12, 64, 64, 1), (273, 40, 3)])
def test_outputs_equal_torch_to_1e_6(sizes, activation):
    network = layers.MLP(sizes, activation=activation, seed=1)
    X = np.random.default_rng(0).normal(size=(20, sizes[0]))
    np.testing.assert_allclose(
        network.forward(X), copied(network, activation)(torch.tensor(X)).detach(), atol=1e-6, rtol=1e-6
    )


def losses_and_targets():
    rng = np.random.default_rng(5)
    functional = torch.nn.functional
    binary = rng.integers(0, 2, (20, 4)).astype(float)
    classes = rng.integers(0, 4, 20)
    numbers = rng.normal(size=(20, 4))
    yield layers.binary_cross_entropy, binary, functional.binary_cross_entropy_with_logits, torch.tensor(binary)
    yield layers.cross_entropy, classes, functional.cross_entropy, torch.tensor(classes)
    yield layers.squared_error, numbers, functional.mse_loss, torch.tensor(numbers)


@pytest.mark.parametrize(
    ("ours", "y", "theirs", "target"), list(losses_and_targets()), ids=["binary", "classes", "squared"]
)
@pytest.mark.parametrize("activation", TORCH_ACTIVATIONS)
def test_gradients_equal_autograd_to_1e_5(ours, y, theirs, target, activation):
    network = layers.MLP((6, 9, 7, 4), activation=activation, seed=2)
    X = np.random.default_rng(1).normal(size=(20, 6))
    twin = copied(network, activation)
    loss = theirs(twin(torch.tensor(X)), target)
    loss.backward()
    value, d_logits = ours(network.forward(X), y)
    assert value == pytest.approx(loss.item(), rel=1e-6)
    for mine, wanted in zip(network.backward(d_logits), gradients_of(twin), strict=True):
        np.testing.assert_allclose(mine, wanted, atol=1e-5)


def test_a_missing_label_adds_nothing_to_loss_or_slope():
    rng = np.random.default_rng(3)
    logits, y = rng.normal(size=(8, 12)), rng.integers(0, 2, (8, 12)).astype(float)
    y[rng.random(y.shape) < 0.4] = np.nan
    known = ~np.isnan(y)
    loss, slope = layers.binary_cross_entropy(logits, y)
    torch_logits = torch.tensor(logits, requires_grad=True)
    mean = torch.nn.functional.binary_cross_entropy_with_logits(
        torch_logits[torch.tensor(known)], torch.tensor(y[known])
    )
    mean.backward()
    assert loss == pytest.approx(mean.item())
    assert (slope[~known] == 0).all()
    np.testing.assert_allclose(slope, torch_logits.grad, atol=1e-12)


@pytest.mark.parametrize("size", [1e2, 1e4, 1e300])
def test_losses_stay_finite_for_huge_logits(size):
    logits = np.array([[size, -size], [-size, size]])
    for loss, slope in (
        layers.binary_cross_entropy(logits, [[1, 0], [1, 0]]),
        layers.cross_entropy(logits / 1e3, [0, 0]),
    ):
        assert np.isfinite(loss)
        assert np.isfinite(slope).all()
    assert np.isfinite(layers.softmax(logits)).all()


@pytest.mark.parametrize(
    ("ours", "theirs"), [(layers.SGD, torch.optim.SGD), (layers.Adam, torch.optim.Adam)], ids=["SGD", "Adam"]
)
def test_optimizers_take_the_steps_of_torch(ours, theirs):
    network = layers.MLP((5, 6, 1), seed=4)
    twin = copied(network, "relu")
    rng = np.random.default_rng(6)
    X, y = rng.normal(size=(30, 5)), rng.integers(0, 2, (30, 1)).astype(float)
    mine, wanted = ours(network.parameters, 0.05), theirs(twin.parameters(), lr=0.05)
    for _ in range(40):
        wanted.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(twin(torch.tensor(X)), torch.tensor(y)).backward()
        wanted.step()
        mine.step(network.backward(layers.binary_cross_entropy(network.forward(X), y)[1]))
    for parameter, goal in zip(network.parameters, twin.parameters(), strict=True):
        goal = goal.detach().numpy()
        np.testing.assert_allclose(parameter, goal.T if goal.ndim == 2 else goal, atol=1e-6)


def test_it_learns_about_as_well_as_scikit_learn():
    from sklearn.datasets import make_moons
    from sklearn.neural_network import MLPClassifier

    X, y = make_moons(400, noise=0.2, random_state=0)
    network = layers.MLP((2, 16, 1), seed=0)
    layers.fit(
        network, X, y[:, None], layers.binary_cross_entropy, layers.Adam(network.parameters, 0.01), num_epochs=200
    )
    theirs = MLPClassifier((16,), learning_rate_init=0.01, batch_size=32, max_iter=200, random_state=0, tol=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it would go on training; so would ours
        theirs.fit(X, y)
    ours = ((network.forward(X)[:, 0] > 0) == y).mean()
    assert ours > theirs.score(X, y) - 0.02


@pytest.mark.parametrize("seed", range(5))
def test_the_written_out_network_is_the_same_network(seed):
    rng = np.random.default_rng(seed)
    network = layers.MLP((4, 5, 2), seed=seed)
    X, y = rng.normal(size=(6, 4)), rng.integers(0, 2, (6, 2)).astype(float)
    np.testing.assert_allclose(layers.two_layer_forward(X, *network.parameters), network.forward(X))
    slopes = network.backward(layers.binary_cross_entropy(network.forward(X), y)[1])
    for mine, wanted in zip(layers.two_layer_gradients(X, y, *network.parameters), slopes, strict=True):
        np.testing.assert_allclose(mine, wanted, atol=1e-12)


@pytest.mark.parametrize(("sizes", "count"), [((273, 40, 3), 11_083), ((12, 64, 64, 1), 5_057), ((12, 4, 1), 57)])
def test_parameters_are_counted_as_torch_counts_them(sizes, count):
    network = layers.MLP(sizes)
    assert layers.count_parameters(sizes) == count == sum(p.size for p in network.parameters)
    assert count == sum(p.numel() for p in copied(network, "relu").parameters())


@pytest.mark.parametrize("outputs", [1, 3, 12])
def test_another_head_changes_only_the_last_layer(outputs):
    one, other = layers.MLP((12, 8, 5), seed=0), layers.MLP((12, 8, outputs), seed=0)
    assert one.W[0].shape == other.W[0].shape
    assert other.W[-1].shape == (8, outputs)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: layers.MLP((273, 40, 3)).forward(np.zeros((1, 272))), "X: expected 273 features a row, got 272"),
        (lambda: layers.MLP((3,)), "sizes: expected at least 2"),
        (lambda: layers.MLP((3, 0, 1)), "sizes: expected at least one neuron"),
        (lambda: layers.MLP((3, 1), activation="elu"), "activation: expected one of"),
        (lambda: layers.MLP((3, 1)).forward([[1.0, np.nan, 2.0]]), "X: expected finite"),
        (lambda: layers.MLP((3, 1)).backward([[1.0]]), "call forward first"),
        (lambda: layers.binary_cross_entropy([[0.0]], [[np.nan]]), "y: expected at least one known label"),
        (lambda: layers.binary_cross_entropy([[0.0]], [[2.0]]), "y: expected 0, 1 or NaN"),
        (lambda: layers.binary_cross_entropy([[0.0]], [0.0]), "y: expected the shape of the logits"),
        (lambda: layers.cross_entropy([[0.0, 1.0]], [2]), "classes: expected 0 to 1"),
        (lambda: layers.softmax([1.0, 2.0]), "logits: expected 2 dimension"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises((ValueError, RuntimeError), match=says):
        call()
