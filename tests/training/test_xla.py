"""The real torch_xla, on the processor (PJRT_DEVICE=CPU): the path that a TPU takes.

Only tests/launching/xla.sh has torch_xla (with BIOML_XLA=1); elsewhere nothing here is collected, because there is
nothing that could fail.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import torch
from torch import nn

from bioml_helpers.practice import hardware
from bioml_helpers.training import choose_device, seed_everything, train
from tests.training import xla_run
from tests.training.xla_run import ARCHITECTURES

if os.environ.get("BIOML_XLA") == "1":

    def losses(device: str, **settings) -> list[float]:
        seed_everything(0)
        X = torch.randn(60, 3, generator=torch.Generator().manual_seed(1))
        y = X[:, :1] - 2 * X[:, 1:2]
        model = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 1))
        history = train(
            model, (X, y), loss_fn=nn.MSELoss(), validation_data=(X, y), num_epochs=5, batch_size=20, seed=0,
            learning_rate=0.01, device=device, progress=False, **settings,
        )  # fmt: skip
        assert next(model.parameters()).device.type == device
        return history.train_loss + history.validation_loss

    def test_it_is_chosen_by_name():
        device = choose_device("xla")
        assert (device.kind, device.name, device.torch_device.type) == ("xla", "CPU", "xla")

    def test_it_trains_as_the_processor_does():
        assert losses("xla") == pytest.approx(losses("cpu"), rel=1e-4)

    def test_in_16_bits_it_trains_nearly_as_well():
        plain, halved = losses("xla"), losses("xla", mixed_precision=True)
        assert halved != plain and halved == pytest.approx(plain, rel=0.1)

    @pytest.mark.parametrize("kind", ARCHITECTURES)
    def test_one_training_run_of_each_architecture_ends_where_the_processors_does(kind):
        # In a process of its own: after some models in one process torch_xla 2.9 crashes on a processor.
        command = [sys.executable, xla_run.__file__, kind]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-3000:]
        found = json.loads(done.stdout.splitlines()[-1])
        assert found["xla"][-1] < found["xla"][0]
        assert found["xla"] == pytest.approx(found["cpu"], rel=1e-3)

    def test_a_step_runs_as_one_program():
        from torch_xla.debug import metrics

        losses("xla")  # the first run compiles
        metrics.clear_all()
        losses("xla")
        assert metrics.metric_data("ExecuteTime")[0] <= 2 * (5 * (3 + 3)) + 40  # 3 batches, twice an epoch, 5 epochs

    def test_the_benchmark_of_companion_09c_times_it():
        table = hardware.benchmark([choose_device("cpu"), choose_device("xla")], repeats=1)
        assert set(table["device"]) == {"cpu", "xla"} and (table["ms a step"] > 0).all()
