"""Random numbers start where they are told to; each kind of hardware gets what it needs (played by stand-ins)."""

from __future__ import annotations

import random
import sys
import types

import numpy as np
import pytest
import torch
from torch import nn

from bioml_helpers.practice import hardware
from bioml_helpers.training import Device, TrainingDiverged, choose_device, seed_everything, train
from bioml_helpers.training import device as device_module


def draw() -> tuple:
    return random.random(), float(np.random.rand()), torch.rand(1).item()


def test_a_seed_fixes_python_numpy_and_torch():
    seed_everything(3)
    first = draw()
    seed_everything(3)
    again = draw()
    seed_everything(4)
    assert first == again
    assert not set(first) & set(draw())


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "seven"])
def test_a_senseless_seed_is_refused(seed):
    with pytest.raises((ValueError, TypeError), match=r"^seed: expected"):
        seed_everything(seed)


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch):
    """No accelerator, whatever this machine has."""
    monkeypatch.delenv("BIOML_DEVICE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    find_spec = device_module.importlib.util.find_spec
    monkeypatch.setattr(
        device_module.importlib.util, "find_spec", lambda name: None if name == "torch_xla" else find_spec(name)
    )


@pytest.fixture
def cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda *_: "NVIDIA Stand-in")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: True)


@pytest.fixture
def mps(monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)


@pytest.fixture
def xla(monkeypatch):
    """torch_xla on a TPU that is really the CPU; it counts how often it was told to run."""
    package, runtime = types.ModuleType("torch_xla"), types.ModuleType("torch_xla.runtime")
    package.synced, runtime.hardware = 0, "TPU"
    package.device = lambda: torch.device("cpu")
    package.sync = lambda: setattr(package, "synced", package.synced + 1)
    runtime.device_type = lambda: runtime.hardware
    package.runtime = runtime
    monkeypatch.setitem(sys.modules, "torch_xla", package)
    monkeypatch.setitem(sys.modules, "torch_xla.runtime", runtime)
    find_spec = device_module.importlib.util.find_spec
    monkeypatch.setattr(
        device_module.importlib.util, "find_spec", lambda name: object() if name == "torch_xla" else find_spec(name)
    )
    return package


def test_without_an_accelerator_it_is_the_cpu():
    device = choose_device()
    assert (device.kind, device.torch_device) == ("cpu", torch.device("cpu"))
    assert "no accelerator was found" in device.explain()


def test_cuda_is_found_and_named(cuda):
    device = choose_device()
    assert device.torch_device == torch.device("cuda")
    assert "NVIDIA Stand-in" in device.explain()


def test_cuda_comes_before_apple(cuda, mps):
    assert choose_device().kind == "cuda"


def test_apple_graphics_are_found(mps):
    assert choose_device().torch_device == torch.device("mps")


def test_a_tpu_is_found_and_told_to_run_after_each_step(xla):
    device = choose_device()
    assert (device.kind, device.name) == ("xla", "TPU")
    X = torch.ones(4, 1)
    train(nn.Linear(1, 1), (X, X), loss_fn=nn.MSELoss(), num_epochs=3, batch_size=2, device=device, progress=False)
    assert xla.synced == 6


READS = ("item", "tolist", "numpy", "cpu", "__float__", "__int__", "__bool__")


@pytest.fixture
def read(monkeypatch):
    """Counts how often a number is read from a tensor, which on a TPU runs all that was collected so far."""
    counted = []
    for name in READS:
        plain = getattr(torch.Tensor, name)
        monkeypatch.setattr(
            torch.Tensor,
            name,
            lambda self, *more, plain=plain, **named: counted.append(1) or plain(self, *more, **named),
        )
    return counted


def reads_of(read, device, batch_size: int) -> int:
    X = torch.linspace(-1, 1, 24).reshape(-1, 1)
    model = nn.Linear(1, 1)
    settings = {"loss_fn": nn.MSELoss(), "optimizer": torch.optim.SGD(model.parameters(), lr=0.1), "num_epochs": 2}
    read.clear()
    train(
        model, (X, 3 * X), validation_data=(X, 3 * X), batch_size=batch_size, device=device, progress=False, **settings
    )
    return len(read)


def test_on_a_tpu_no_step_reads_a_number(xla, read):
    assert reads_of(read, "xla", batch_size=2) == reads_of(read, "xla", batch_size=24)


def test_elsewhere_each_step_reads_its_loss(read):
    assert reads_of(read, "cpu", batch_size=2) - reads_of(read, "cpu", batch_size=24) == 2 * 2 * (12 - 1)


def test_a_tpu_reports_the_losses_that_a_cpu_would(xla):
    X = torch.linspace(-1, 1, 24).reshape(-1, 1)
    losses = []
    for device in ("cpu", "xla"):
        seed_everything(0)
        history = train(
            nn.Linear(1, 1), (X, 3 * X), loss_fn=nn.MSELoss(), validation_data=(X, X), num_epochs=3, batch_size=5,
            device=device, seed=0, progress=False,
        )  # fmt: skip
        assert all(type(loss) is float for loss in history.train_loss + history.validation_loss)
        losses.append(history.train_loss + history.validation_loss)
    assert losses[1] == pytest.approx(losses[0], rel=1e-6)


def test_a_tpu_tells_after_the_epoch_that_training_diverged(xla):
    X = torch.ones(4, 1)
    model = nn.Linear(1, 1)
    before = model.weight.detach().clone()
    with pytest.raises(TrainingDiverged, match="in epoch 1, after its last batch: the loss became nan"):
        train(
            model, (X, X), loss_fn=lambda y_hat, y: (y_hat - y).sum() * float("nan"), num_epochs=2, batch_size=2,
            device="xla", progress=False,
        )  # fmt: skip
    assert torch.equal(model.weight, before)


# Asked to compute in 16 bits where it is fast at it, each kind of hardware takes these numbers.
AROUND_A_STEP = {
    "cpu": (None, None),
    "cuda": ("bfloat16", torch.bfloat16),
    "mps": (None, None),
    "xla": ("bfloat16", torch.bfloat16),
}


@pytest.mark.filterwarnings("ignore:User provided device_type of 'cuda'")
@pytest.mark.parametrize("kind", AROUND_A_STEP)
def test_each_kind_computes_in_16_bits_what_it_is_fast_at(kind, cuda, mps, xla):
    device = choose_device(kind, mixed_precision=True)
    half, dtype = AROUND_A_STEP[kind]
    assert (device.kind, device.half) == (kind, half)
    context = device.autocast()
    assert getattr(context, "fast_dtype", None) == dtype
    assert getattr(context, "device", None) == (kind if half else None)
    assert not device.scaler().is_enabled()


@pytest.mark.parametrize("kind", AROUND_A_STEP)
def test_each_kind_is_waited_for_in_its_own_way(kind, cuda, mps, xla, monkeypatch):
    waited = []
    monkeypatch.setattr(torch.cuda, "synchronize", lambda *_: waited.append("cuda"))
    monkeypatch.setattr(torch.mps, "synchronize", lambda *_: waited.append("mps"))
    xla.sync = lambda wait=False: waited.append("xla" if wait else "xla, not waited for")
    hardware.synchronise(choose_device(kind))
    assert waited == ([] if kind == "cpu" else [kind])


@pytest.mark.parametrize("kind", AROUND_A_STEP)
def test_only_a_tpu_is_told_to_run_after_a_step(kind, cuda, mps, xla):
    choose_device(kind).step()
    assert xla.synced == (1 if kind == "xla" else 0)


def test_without_torch_xla_a_tpu_is_one_sentence():
    with pytest.raises(RuntimeError, match=r"^kind: 'xla' was asked for, but torch_xla is not installed; 'cpu' works"):
        choose_device("xla")


def test_xla_on_a_cpu_is_taken_only_when_asked_for(xla):
    xla.runtime.hardware = "CPU"
    assert choose_device().kind == "cpu"
    assert choose_device("xla").kind == "xla"


def test_a_tpu_that_does_not_answer_is_passed_over(xla):
    def no_answer():
        raise RuntimeError("no TPU")

    xla.runtime.device_type = no_answer
    assert choose_device().kind == "cpu"
    with pytest.raises(RuntimeError, match="torch_xla found no hardware"):
        choose_device("xla")


def test_the_environment_decides(cuda, monkeypatch):
    monkeypatch.setenv("BIOML_DEVICE", "CPU")
    assert choose_device().kind == "cpu"


@pytest.mark.parametrize("kind", ["cuda", "mps", "xla"])
def test_hardware_that_is_not_there_is_told(kind, monkeypatch):
    monkeypatch.setenv("BIOML_DEVICE", kind)
    with pytest.raises(RuntimeError, match=f"BIOML_DEVICE: '{kind}' was asked for, but .*'cpu' works everywhere"):
        choose_device()


def test_a_misspelt_environment_is_told(monkeypatch):
    monkeypatch.setenv("BIOML_DEVICE", "gpu")
    with pytest.raises(ValueError, match="BIOML_DEVICE: expected one of 'cpu', 'cuda', 'mps', 'xla', got 'gpu'"):
        choose_device()


def test_numbers_stay_float32_unless_mixed_precision_is_asked_for(cuda):
    with choose_device("cuda").autocast():
        assert not torch.is_autocast_enabled("cuda")


@pytest.mark.filterwarnings("ignore:User provided device_type of 'cuda'")
def test_mixed_precision_is_bfloat16(cuda, monkeypatch):
    context = choose_device("cuda", mixed_precision=True).autocast()
    assert context.fast_dtype == torch.bfloat16 and context.device == "cuda"


def test_mixed_precision_on_the_cpu_changes_nothing():
    with choose_device("cpu", mixed_precision=True).autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32


@pytest.mark.parametrize("device", ["cpu", torch.device("cpu"), Device("cpu", torch.device("cpu"), "cpu"), None])
def test_training_takes_a_device_in_any_form(device):
    X = torch.ones(4, 1)
    model = nn.Linear(1, 1)
    train(model, (X, X), loss_fn=nn.MSELoss(), num_epochs=1, device=device, progress=False)
    assert model.weight.device.type == "cpu"


def test_training_refuses_what_is_no_device():
    with pytest.raises(TypeError, match="device: expected a Device"):
        train(nn.Linear(1, 1), (torch.ones(1, 1), torch.ones(1, 1)), loss_fn=nn.MSELoss(), device=0)
