"""The loop does what a bare torch loop does, and says in one sentence what does not fit."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from itertools import chain

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.linear_model import LinearRegression
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from bioml_helpers.training import EarlyStopping, History, TrainingDiverged, train

MSE = nn.MSELoss()


def network(num_outputs: int = 1, dropout: float = 0.0) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Dropout(dropout), nn.Linear(8, num_outputs))


@pytest.fixture
def data():
    numbers = torch.Generator().manual_seed(1)
    X = torch.randn(24, 2, generator=numbers)
    return X, (X[:, :1] * 2 - X[:, 1:] + 0.5)


def weights(model) -> list[torch.Tensor]:
    return [value.clone() for value in model.state_dict().values()]


def same(one, other) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def quiet(model, data, **settings) -> History:
    return train(model, data, **{"loss_fn": MSE, "progress": False, "num_epochs": 3, **settings})


def test_full_batch_gives_bit_for_bit_the_weights_of_a_bare_torch_loop(data):
    X, y = data
    ours, bare = network(), network()
    history = quiet(ours, data, num_epochs=20, learning_rate=0.01)
    optimizer, losses = torch.optim.Adam(bare.parameters(), lr=0.01), []
    for _ in range(20):
        optimizer.zero_grad()
        loss = MSE(bare(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert same(weights(ours), weights(bare))
    assert history.train_loss == losses


def test_batches_of_a_loader_give_bit_for_bit_the_weights_of_a_bare_torch_loop(data):
    ours, bare = network(), network()
    quiet(ours, DataLoader(TensorDataset(*data), batch_size=5), optimizer=torch.optim.SGD(ours.parameters(), lr=0.05))
    optimizer = torch.optim.SGD(bare.parameters(), lr=0.05)
    for _ in range(3):
        for X, y in DataLoader(TensorDataset(*data), batch_size=5):
            optimizer.zero_grad()
            MSE(bare(X), y).backward()
            optimizer.step()
    assert same(weights(ours), weights(bare))


def test_a_linear_model_ends_at_the_least_squares_solution(data):
    X, y = data[0], data[1] + 0.3 * torch.sin(5 * data[0][:, :1])
    model = nn.Linear(2, 1)
    quiet(model, (X, y), learning_rate=0.05, num_epochs=1000)
    reference = LinearRegression().fit(X.numpy(), y.numpy())
    assert model.weight.detach().numpy() == pytest.approx(reference.coef_, abs=1e-4)
    assert model.bias.item() == pytest.approx(reference.intercept_[0], abs=1e-4)


def test_every_example_is_seen_once_an_epoch_in_a_new_order(data):
    X = torch.arange(10.0).reshape(-1, 1)
    seen = []

    class Watcher(nn.Linear):
        def forward(self, X):
            seen.append(X.flatten().tolist())
            return super().forward(X)

    quiet(Watcher(1, 1), (X, X / 10), batch_size=4, num_epochs=2, seed=0)
    first, second = list(chain(*seen[:3])), list(chain(*seen[3:]))
    assert sorted(first) == sorted(second) == X.flatten().tolist()
    assert first != second
    assert [len(batch) for batch in seen] == [4, 4, 2, 4, 4, 2]


def test_the_epochs_loss_is_the_mean_over_examples_not_over_batches():
    X = torch.tensor([[0.0], [0.0], [0.0]])
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.bias)
    still = torch.optim.SGD(model.parameters(), lr=0.0)
    history = quiet(model, (X, torch.tensor([[0.0], [0.0], [3.0]])), optimizer=still, batch_size=2, num_epochs=1)
    assert history.train_loss == [pytest.approx(3.0)]


def test_validation_loss_is_measured_with_dropout_off_and_changes_no_weight(data):
    with_validation, without = network(dropout=0.5), network(dropout=0.5)
    history = quiet(with_validation, data, validation_data=data, seed=3)
    quiet(without, data, seed=3)
    assert same(weights(with_validation), weights(without))
    with torch.no_grad():
        assert history.validation_loss[-1] == MSE(with_validation(data[0]), data[1]).item()


def test_the_model_is_ready_to_predict_afterwards(data):
    model = network(dropout=0.5)
    quiet(model, data)
    assert not model.training


def test_a_seed_makes_the_run_repeatable_and_leaves_other_random_numbers_alone(data):
    torch.manual_seed(11)
    undisturbed = torch.rand(1)
    one, other, third = network(dropout=0.5), network(dropout=0.5), network(dropout=0.5)
    torch.manual_seed(11)
    quiet(one, data, batch_size=5, seed=4)
    assert torch.equal(torch.rand(1), undisturbed)
    quiet(other, data, batch_size=5, seed=4)
    quiet(third, data, batch_size=5, seed=5)
    assert same(weights(one), weights(other))
    assert not same(weights(one), weights(third))


@pytest.mark.parametrize(
    "given",
    [
        lambda X, y: (X.numpy().astype(np.float64), y.numpy().astype(np.float64)),
        lambda X, y: (pd.DataFrame(X.numpy(), columns=["a", "b"]), y.numpy()),
        lambda X, y: [X, y],
        lambda X, y: (X.double(), y.double()),
    ],
    ids=["float64 arrays", "a pandas table", "a list", "float64 tensors"],
)
def test_the_same_numbers_in_another_form_train_the_same_model(data, given):
    ours, reference = network(), network()
    quiet(ours, given(*data))
    quiet(reference, data)
    assert same(weights(ours), weights(reference))


def test_whole_numbers_become_decimals_for_a_loss_that_compares_numbers(data):
    X = data[0]
    ours, reference = network(), network()
    quiet(ours, (X, torch.ones(24, 1, dtype=torch.int32)), loss_fn=nn.BCEWithLogitsLoss())
    quiet(reference, (X, torch.ones(24, 1)), loss_fn=nn.BCEWithLogitsLoss())
    assert same(weights(ours), weights(reference))


def test_small_whole_numbers_are_class_numbers_for_cross_entropy(data):
    history = quiet(network(3), (data[0], np.arange(24, dtype=np.uint8) % 3), loss_fn=nn.CrossEntropyLoss())
    assert history.train_loss[0] == pytest.approx(np.log(3), abs=0.5)


def test_metrics_are_computed_on_all_validation_examples_at_once(data):
    shapes = []

    def rows(y_hat, y):
        shapes.append((tuple(y_hat.shape), tuple(y.shape)))
        return len(y)

    history = quiet(network(), data, validation_data=data, batch_size=10, metrics={"rows": rows}, num_epochs=2)
    assert history.metrics == {"rows": [24.0, 24.0]} and history.metrics_on == "validation"
    assert set(shapes) == {((24, 1), (24, 1))}


def test_metrics_without_validation_data_are_computed_on_the_training_data(data):
    history = quiet(network(), data, metrics={"rows": lambda y_hat, y: len(y)}, num_epochs=2)
    assert history.metrics_on == "training" and history.validation_loss == []


def test_frozen_layers_stay_as_they_are(data):
    model = network()
    model[0].requires_grad_(False)
    before = weights(model[0])
    quiet(model, data)
    assert same(weights(model[0]), before)


def test_early_stopping_ends_the_run_and_brings_the_best_weights_back(data, capsys):
    X, y = data
    model, stopping = network(), EarlyStopping(patience=3)
    history = quiet(
        model,
        (X, y),
        validation_data=(X, -y),
        early_stopping=stopping,
        learning_rate=0.05,
        num_epochs=50,
        progress=True,
    )
    assert history.stopped_early and history.best_epoch == 1 and len(history.train_loss) == 4
    with torch.no_grad():
        assert MSE(model(X), -y).item() == min(history.validation_loss)
    assert "after epoch 4: back to the weights of epoch 1" in capsys.readouterr().out


def test_nothing_is_printed_where_nobody_watches(data, capfd):
    quiet(network(), data, progress=True)
    assert capfd.readouterr() == ("", "")


class TestDivergence:
    def test_it_stops_names_the_place_and_puts_the_last_finite_weights_back(self, data):
        model, X = network(), data[0]
        calls = []

        def breaks_in_epoch_3(y_hat, y):
            calls.append(1)
            return (y_hat - y).square().mean() * (float("nan") if len(calls) == 9 else 1)

        reference = network()
        quiet(reference, data, batch_size=6, num_epochs=2, seed=0)
        with pytest.raises(TrainingDiverged) as caught:
            quiet(model, data, loss_fn=breaks_in_epoch_3, batch_size=6, num_epochs=5, seed=0)
        found = caught.value
        assert (found.epoch, found.batch, found.restored_epoch, len(found.history.train_loss)) == (3, 1, 2, 2)
        assert found.last_finite_loss == found.history.train_loss[-1]
        assert "epoch 3, batch 1" in str(found) and len(found.causes) == 3
        assert torch.equal(model(X), reference(X))

    def test_a_huge_learning_rate_is_told_with_its_value(self, data):
        model = nn.Linear(2, 1)
        with pytest.raises(TrainingDiverged, match=r"learning rate \(1e\+30\) is too large"):
            quiet(model, data, optimizer=torch.optim.SGD(model.parameters(), lr=1e30), num_epochs=9)
        assert all(torch.isfinite(p).all() for p in model.parameters())

    def test_weights_ruined_by_the_very_last_step_are_noticed(self, data):
        model = nn.Linear(2, 1)
        before = weights(model)
        with pytest.raises(TrainingDiverged, match="weights became nan"):  # the slope of a root is infinite at zero
            quiet(model, data, loss_fn=lambda y_hat, y: (y_hat * 0).square().sum().sqrt(), num_epochs=1)
        assert same(weights(model), before)

    def test_a_validation_loss_that_is_no_number_stops_too(self, data):
        with pytest.raises(TrainingDiverged, match="validation loss became"):
            quiet(
                network(),
                data,
                loss_fn=lambda y_hat, y: MSE(y_hat, y) / torch.is_grad_enabled(),
                validation_data=data,
            )


class TestMissingLabels:
    def loss_of_observed(self, y_hat, y):
        observed = ~y.isnan()
        return MSE(y_hat[observed], y[observed])

    def test_a_loss_that_passes_over_them_trains_as_if_those_rows_were_not_there(self, data):
        X, y = data
        gaps = y.clone()
        gaps[::3] = float("nan")
        self_declared = lambda y_hat, y: self.loss_of_observed(y_hat, y)  # noqa: E731
        self_declared.passes_over_missing = True
        with_gaps, without = network(), network()
        known = ~gaps[:, 0].isnan()
        quiet(with_gaps, (X, gaps), loss_fn=self_declared, validation_data=(X, gaps), num_epochs=5)
        quiet(without, (X[known], y[known]), num_epochs=5)
        for a, b in zip(with_gaps.parameters(), without.parameters(), strict=True):
            torch.testing.assert_close(a, b, atol=1e-6, rtol=1e-5)

    def test_infinity_is_refused_all_the_same(self, data):
        loss_fn = lambda y_hat, y: self.loss_of_observed(y_hat, y)  # noqa: E731
        loss_fn.passes_over_missing = True
        with pytest.raises(ValueError, match=r"train_data: y must hold finite numbers, got -?inf"):
            quiet(network(), (data[0], data[1] / 0), loss_fn=loss_fn)

    def test_a_loss_that_does_not_say_so_is_refused(self, data):
        with pytest.raises(ValueError, match="train_data: y must hold finite numbers, got nan"):
            quiet(network(), (data[0], data[1] * float("nan")), loss_fn=self.loss_of_observed)


BAD_CALLS = {
    "lengths differ": (lambda X, y: {"data": (X, y[:5])}, "24 examples in X .* 5 in y"),
    "y flat, output a column": (lambda X, y: {"data": (X, y[:, 0])}, r"shape \(24, 1\) and y has shape \(24,\)"),
    "the same in one's own loss": (
        lambda X, y: {"data": (X, y[:, 0]), "loss_fn": lambda y_hat, y: (y_hat - y).square().mean()},
        r"shape \(24, 1\) and y has shape \(24,\)",
    ),
    "NaN in X": (lambda X, y: {"data": (X * float("nan"), y)}, r"train_data: X must hold finite .*\(48 such"),
    "infinity in validation y": (lambda X, y: {"validation_data": (X, y / 0)}, "validation_data: y must hold finite"),
    "NaN in a loader": (
        lambda X, y: {"data": DataLoader(TensorDataset(X, y * float("nan")))},
        "train_data: y must hold finite",
    ),
    "no examples": (lambda X, y: {"data": (X[:0], y[:0])}, "at least one example"),
    "an empty loader": (lambda X, y: {"data": DataLoader(TensorDataset(X[:0], y[:0]))}, "at least one batch"),
    "words": (lambda X, y: {"data": (X, ["high"] * 24)}, "train_data: y must be numbers"),
    "only X": (lambda X, y: {"data": X}, r"expected a pair \(X, y\)"),
    "class number too large": (
        lambda X, y: {"data": (X, torch.full((24,), 3)), "outputs": 3, "loss_fn": nn.CrossEntropyLoss()},
        "from 0 to 2, since the model has 3 outputs, got 3",
    ),
    "class number below zero": (
        lambda X, y: {"data": (X, torch.full((24,), -1)), "outputs": 3, "loss_fn": nn.functional.cross_entropy},
        "from 0 to 2.* got -1",
    ),
    "class numbers as decimals": (
        lambda X, y: {"data": (X, y[:, 0]), "outputs": 3, "loss_fn": nn.CrossEntropyLoss()},
        "whole class numbers",
    ),
    "wrong number of columns": (lambda X, y: {"data": (X[:, :1], y)}, r"cannot compute with X of shape \(24, 1\)"),
    "loss not one number": (lambda X, y: {"loss_fn": nn.MSELoss(reduction="none")}, r"one number .* \(24, 1\)"),
    "loss cut off": (lambda X, y: {"loss_fn": lambda y_hat, y: MSE(y_hat.detach(), y)}, "cut off from the weights"),
    "loss a float": (lambda X, y: {"loss_fn": lambda y_hat, y: 1.0}, "expected to return a tensor"),
    "loss a class": (lambda X, y: {"loss_fn": nn.MSELoss}, "the class MSELoss; add brackets"),
    "someone else's optimizer": (
        lambda X, y: {"optimizer": torch.optim.Adam(network().parameters())},
        "optimizer of another model",
    ),
    "optimizer a class": (lambda X, y: {"optimizer": torch.optim.Adam}, "got the class Adam"),
    "optimizer with a closure": (lambda X, y: {"optimizer": torch.optim.LBFGS(network().parameters())}, "LBFGS"),
    "no epochs": (lambda X, y: {"num_epochs": 0}, "num_epochs: expected a number at least 1, got 0"),
    "batch of none": (lambda X, y: {"batch_size": 0}, "batch_size: expected a number at least 1"),
    "batch size with a loader": (
        lambda X, y: {"data": DataLoader(TensorDataset(X, y)), "batch_size": 4},
        "the DataLoader cuts its own batches",
    ),
    "early stopping as a number": (lambda X, y: {"early_stopping": 5}, r"expected EarlyStopping\(patience=…\), got 5"),
    "nothing to watch": (lambda X, y: {"early_stopping": EarlyStopping(5)}, "expected validation_data to watch"),
    "resume from nowhere": (lambda X, y: {"resume": True}, "expected a checkpoint path"),
    "metrics a list": (lambda X, y: {"metrics": [max]}, "metrics: expected a dict"),
}


@pytest.mark.parametrize("case", BAD_CALLS)
def test_bad_input_is_refused_in_one_sentence_and_changes_no_weight(case, data):
    make, message = BAD_CALLS[case]
    settings = make(*data)
    model = network(settings.pop("outputs", 1))
    before = weights(model)
    with pytest.raises((ValueError, TypeError), match=message):
        quiet(model, settings.pop("data", data), **settings)
    if "validation" not in case:
        assert same(weights(model), before)


@pytest.mark.parametrize("model", [nn.Flatten(), network().requires_grad_(False)], ids=["no weights", "all frozen"])
def test_a_model_with_nothing_to_train_is_refused(model, data):
    with pytest.raises(ValueError, match="at least one trainable parameter"):
        quiet(model, data)


@pytest.mark.parametrize("model", [nn.Linear, None, copy], ids=["a class", "None", "a module of Python"])
def test_what_is_no_model_is_refused(model, data):
    with pytest.raises(TypeError, match=r"model: expected a torch\.nn\.Module"):
        quiet(model, data)


def test_lazy_layers_are_refused_until_they_know_their_shape(data):
    with pytest.raises(ValueError, match="lazy layers"):
        quiet(nn.LazyLinear(1), data)


def test_importing_loads_no_matplotlib_and_sets_no_threads():
    script = (
        "import sys, torch; before = torch.get_num_threads(); from bioml_helpers import training; "
        "assert 'matplotlib' not in sys.modules and 'IPython' not in sys.modules; "
        "assert torch.get_num_threads() == before"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env={**os.environ, "OMP_NUM_THREADS": "2"}, timeout=60)
