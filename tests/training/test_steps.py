"""Clipping, class weights, numbers of 16 bits, the hook after each epoch; and memory that does not grow."""

from __future__ import annotations

import gc
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from bioml_helpers.training import (
    EarlyStopping,
    balanced_weights,
    choose_device,
    load_checkpoint,
    save_checkpoint,
    seed_everything,
    train,
)
from bioml_helpers.training import device as device_module


def network(num_outputs: int = 1) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, num_outputs))


@pytest.fixture
def data():
    X = torch.randn(24, 2, generator=torch.Generator().manual_seed(1))
    return X, (X[:, :1] * 2 - X[:, 1:] + 0.5)


def quiet(model, data, **settings):
    return train(model, data, **{"loss_fn": nn.MSELoss(), "progress": False, "num_epochs": 3, **settings})


def same(one, other) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


# ---------------------------------------------------------------- clipping


def test_a_clipped_step_is_no_longer_than_allowed_and_points_the_same_way(data):
    clipped, free = network(), network()
    before = torch.cat([p.detach().flatten().clone() for p in free.parameters()])
    for model, limit in ((clipped, 0.01), (free, None)):
        rate_one = torch.optim.SGD(model.parameters(), lr=1.0)
        quiet(model, data, optimizer=rate_one, num_epochs=1, max_grad_norm=limit)
    steps = [torch.cat([p.detach().flatten() for p in model.parameters()]) - before for model in (clipped, free)]
    assert steps[0].norm().item() == pytest.approx(0.01, rel=1e-4)
    assert steps[1].norm() > 0.1
    assert torch.cosine_similarity(*steps, dim=0).item() == pytest.approx(1, abs=1e-5)


def test_a_limit_that_is_never_reached_changes_nothing(data):
    one, other = network(), network()
    quiet(one, data, max_grad_norm=1e9)
    quiet(other, data)
    assert same(one, other)


@pytest.mark.parametrize("limit", [-1, "short"])
def test_a_senseless_limit_is_refused(limit, data):
    with pytest.raises((TypeError, ValueError), match="max_grad_norm: expected"):
        quiet(network(), data, max_grad_norm=limit)


# ---------------------------------------------------------------- class weights


@pytest.mark.parametrize("y", [[0, 0, 0, 1], [2, 0, 1, 1, 2, 2, 2]])
def test_balanced_weights_are_scikit_learns(y):
    expected = compute_class_weight("balanced", classes=np.unique(y), y=np.array(y))
    np.testing.assert_allclose(balanced_weights(y).numpy(), expected, rtol=1e-6)


def test_class_weights_are_those_of_torchs_loss(data):
    y = (data[1][:, 0] > 1).long()
    ours, theirs = network(3), network(3)
    weights = [1.0, 3.0, 0.5]
    quiet(ours, (data[0], y), loss_fn=nn.CrossEntropyLoss(label_smoothing=0.1), class_weights=weights)
    quiet(theirs, (data[0], y), loss_fn=nn.CrossEntropyLoss(weight=torch.tensor(weights), label_smoothing=0.1))
    assert same(ours, theirs)


def test_class_weights_of_yes_and_no_become_the_weight_of_yes(data):
    y = (data[1] > 1).float()
    ours, theirs = network(), network()
    quiet(ours, (data[0], y), loss_fn=nn.BCEWithLogitsLoss(), class_weights=[2.0, 6.0])
    quiet(theirs, (data[0], y), loss_fn=nn.BCEWithLogitsLoss(pos_weight=torch.tensor(3.0)))
    assert same(ours, theirs)


def test_balanced_weights_find_more_of_a_rare_class():
    numbers = torch.Generator().manual_seed(2)
    y = (torch.arange(400) < 40).long()
    X = torch.randn(400, 2, generator=numbers) + y[:, None]
    found = {}
    for weights in (None, "balanced"):
        model = network(2)
        loss_fn = nn.CrossEntropyLoss()
        quiet(model, (X, y), loss_fn=loss_fn, class_weights=weights, num_epochs=200, learning_rate=0.01)
        found[weights] = (model(X).argmax(dim=1)[y == 1] == 1).float().mean().item()
        assert loss_fn.weight is None  # the caller's loss is left alone
    assert found["balanced"] > found[None] + 0.2


@pytest.mark.parametrize(
    ("weights", "loss_fn", "message"),
    [
        ([1.0, 2.0], nn.MSELoss(), "class_weights: expected torch's CrossEntropyLoss or BCEWithLogitsLoss"),
        ([1.0, 2.0], nn.CrossEntropyLoss(), "one weight for each of the model's 3 outputs, got 2"),
        ([1.0, -2.0, 1.0], nn.CrossEntropyLoss(), "one number of at least 0"),
        ("fair", nn.CrossEntropyLoss(), "class_weights: expected one of 'balanced', got 'fair'"),
        ([1.0, 1.0, 1.0], nn.CrossEntropyLoss(weight=torch.ones(3)), "has them already"),
        ([0.0, 1.0], nn.BCEWithLogitsLoss(), "two numbers above 0"),
        ("balanced", nn.CrossEntropyLoss(), "of each, got none of class 1"),
    ],
)
def test_class_weights_that_do_not_fit_are_refused(weights, loss_fn, message, data):
    y = torch.zeros(24, dtype=torch.long)
    with pytest.raises(ValueError, match=message):
        quiet(network(3), (data[0], y), loss_fn=loss_fn, class_weights=weights)


def test_balanced_weights_cannot_be_read_off_a_loader(data):
    loader = DataLoader(TensorDataset(data[0], torch.zeros(24, dtype=torch.long)))
    with pytest.raises(ValueError, match=r"training.balanced_weights\(y\) computes them"):
        quiet(network(2), loader, loss_fn=nn.CrossEntropyLoss(), class_weights="balanced")


# ---------------------------------------------------------------- 16 bits


@pytest.mark.parametrize("half", ["bfloat16", "float16"])
def test_the_forward_pass_is_in_16_bits_and_the_weights_stay_in_32(half, data):
    seen = []

    def loss_fn(y_hat, y):
        seen.append(y_hat.dtype)
        return nn.functional.mse_loss(y_hat.float(), y)

    model, reference = network(), network()
    history = quiet(model, data, loss_fn=loss_fn, mixed_precision=half, learning_rate=0.01, num_epochs=200)
    exact = quiet(reference, data, learning_rate=0.01, num_epochs=200)
    assert set(seen) == {getattr(torch, half)}
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert history.train_loss[-1] == pytest.approx(exact.train_loss[-1], abs=0.02 * exact.train_loss[0])
    assert history.train_loss != exact.train_loss


def test_in_float16_small_gradients_live_by_the_scaler(data):
    """Gradients near 1e-8 would be 0 in float16; scaled, each weight moves."""

    def tiny(y_hat, y):
        return (y_hat.float() - y).mean() * 1e-6

    model, before = network(), network()
    rate = torch.optim.SGD(model.parameters(), lr=1e6)
    quiet(model, data, loss_fn=tiny, optimizer=rate, num_epochs=1, mixed_precision="float16", batch_size=None)
    free = network()
    quiet(free, data, loss_fn=tiny, optimizer=torch.optim.SGD(free.parameters(), lr=1e6), num_epochs=1)
    moved = (model[0].weight - before[0].weight).detach()
    assert moved.abs().max() > 0
    torch.testing.assert_close(moved, (free[0].weight - before[0].weight).detach(), rtol=0.02, atol=1e-3)


def test_clipping_sees_the_gradient_without_the_scale(data):
    model, places = network(), []

    def look(model, history):
        places.append(torch.cat([p.detach().flatten().clone() for p in model.parameters()]))

    rate = torch.optim.SGD(model.parameters(), lr=1.0)
    quiet(model, data, optimizer=rate, num_epochs=12, mixed_precision="float16", max_grad_norm=0.01, after_epoch=look)
    steps = [(there - here).norm().item() for here, there in pairwise(places)]
    taken = [step for step in steps if step > 0]  # the scaler leaves the first ones out, until its factor fits
    assert len(taken) >= 5
    assert taken == pytest.approx([0.01] * len(taken), rel=0.01)


def test_the_scalers_factor_is_in_the_checkpoint(tmp_path):
    scaler, other = (choose_device("cpu", mixed_precision="float16").scaler() for _ in range(2))
    scaler.load_state_dict({**scaler.state_dict(), "scale": 123.0})
    save_checkpoint(tmp_path / "run.pt", model=network(), scaler=scaler)
    load_checkpoint(tmp_path / "run.pt", model=network(), scaler=other)
    assert other.get_scale() == 123.0


def test_a_resumed_run_in_float16_is_the_uninterrupted_one_bit_for_bit(data, tmp_path):
    settings = {"mixed_precision": "float16", "batch_size": 5, "seed": 3, "learning_rate": 0.02}
    whole, again = network(), network()
    quiet(whole, data, num_epochs=6, **settings)
    quiet(network(), data, num_epochs=2, checkpoint=tmp_path / "run.pt", **settings)
    quiet(again, data, num_epochs=6, checkpoint=tmp_path / "run.pt", resume=True, **settings)
    assert same(whole, again)


@pytest.mark.parametrize(("new_card", "expected"), [(True, "bfloat16"), (False, "float16")])
def test_a_card_gets_what_it_is_fast_at_and_only_float16_a_scaler(new_card, expected, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda *_: "NVIDIA Stand-in")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: new_card)
    asked = []
    monkeypatch.setattr(torch.amp, "GradScaler", lambda kind, enabled: asked.append((kind, enabled)))
    device = choose_device("cuda", mixed_precision=True)
    device.scaler()
    assert device.half == expected
    assert asked == [("cuda", not new_card)]


def test_the_cpu_stays_in_32_bits_unless_a_kind_is_named():
    assert choose_device("cpu", mixed_precision=True).half is None
    assert choose_device("cpu", mixed_precision="bfloat16").half == "bfloat16"


def test_what_the_hardware_does_not_offer_is_refused(data):
    with pytest.raises(
        ValueError, match="mixed_precision: expected one of True, False, 'bfloat16', 'float16' on 'cpu'"
    ):
        quiet(network(), data, mixed_precision="float8")
    with pytest.raises(ValueError, match="on 'mps', got 'bfloat16'"):
        device_module._check_half("mps", "bfloat16")


# ---------------------------------------------------------------- the hook and the metrics


def test_the_hook_sees_each_epoch_with_the_model_ready_to_predict(data):
    seen = []
    quiet(network(), data, after_epoch=lambda model, history: seen.append((model.training, history.epochs[-1])))
    assert seen == [(False, 1), (False, 2), (False, 3)]


def test_the_hook_can_end_the_run_and_a_resumed_run_stays_ended(data, tmp_path):
    stop = {"after_epoch": lambda model, history: history.train_loss[-1] < history.train_loss[0]}
    history = quiet(network(), data, num_epochs=50, checkpoint=tmp_path / "run.pt", **stop)
    again = quiet(network(), data, num_epochs=50, checkpoint=tmp_path / "run.pt", resume=True, **stop)
    assert len(history.train_loss) == 2 and history.stopped_early
    assert again == history


def test_a_hook_that_cannot_be_called_is_refused(data):
    with pytest.raises(TypeError, match=r"after_epoch: expected a function of \(model, history\), got a str"):
        quiet(network(), data, after_epoch="print")


def test_a_metric_that_gives_no_single_number_is_named(data):
    with pytest.raises(TypeError, match="metrics: expected 'all' to return one number, got one tensor"):
        quiet(network(), data, metrics={"all": lambda y_hat, y: y_hat})


# ---------------------------------------------------------------- memory


def test_memory_does_not_grow_over_epochs(data, tmp_path):
    """What Python holds after 60 and after 260 epochs, with all that a run may carry, differs by the history alone."""
    held, tensors = [], []

    def look(model, history):
        if len(history.epochs) in (60, 260):
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
            tensors.append(sum(issubclass(type(one), torch.Tensor) for one in gc.get_objects()))

    seed_everything(0)
    tracemalloc.start()
    try:
        quiet(
            network(),
            data,
            num_epochs=260,
            batch_size=8,
            validation_data=data,
            early_stopping=EarlyStopping(1000),
            metrics={"error": lambda y_hat, y: (y_hat - y).abs().mean()},
            max_grad_norm=1.0,
            after_epoch=look,
        )
    finally:
        tracemalloc.stop()
    assert tensors[0] == tensors[1]
    assert held[1] - held[0] < 200 * 400  # 400 bytes an epoch: three numbers and their places in lists
