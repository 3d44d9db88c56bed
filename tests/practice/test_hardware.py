"""Companion 09c: times, costs, 16 bits, shares of a batch, and the network that Keras trained."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from bioml_helpers.practice import hardware
from bioml_helpers.training import choose_device, seed_everything

# ---------------------------------------------------------------- the stopwatch


@pytest.mark.parametrize("first", [0.0, 60.0])
def test_the_stopwatch_waits_for_the_work_and_does_not_count_the_warm_up(first):
    card = hardware.SlowStarter(seconds=2.5, first=first)
    assert hardware.stopwatch(card.step, card.wait, card.clock) == pytest.approx(2.5)
    assert card.calls == 6


def test_without_waiting_it_would_time_the_order():
    card = hardware.SlowStarter(seconds=2.5)
    assert hardware.stopwatch(card.step, lambda: None, card.clock) == pytest.approx(card.ORDER)


def test_without_a_warm_up_the_first_step_would_count():
    card = hardware.SlowStarter(seconds=2.5, first=10)
    assert hardware.stopwatch(card.step, card.wait, card.clock, warm_up=0, repeats=1) == pytest.approx(12.5)


@pytest.mark.parametrize("settings", [{"warm_up": -1}, {"repeats": 0}, {"repeats": 1.5}])
def test_senseless_counts_are_refused(settings):
    with pytest.raises((TypeError, ValueError), match=f"{next(iter(settings))}: expected"):
        hardware.stopwatch(lambda: None, **settings)


@pytest.mark.parametrize("kind", ["cuda", "mps"])
def test_each_kind_of_hardware_is_waited_for(kind, monkeypatch):
    waited = []
    monkeypatch.setattr(getattr(torch, kind), "synchronize", lambda *_: waited.append(kind))
    hardware.synchronise(hardware.Device(kind, torch.device("cpu"), kind))
    assert waited == [kind]


def test_the_benchmark_has_a_row_for_each_size_and_device_and_crashes_on_none():
    found = hardware.devices()
    table = hardware.benchmark(found, repeats=1)
    assert len(table) == 3 * len(found)
    assert table["parameters"].is_monotonic_increasing
    assert (table["ms a step"] > 0).all()
    assert (table.loc[table["device"] == "cpu", "times the CPU"] == 1).all()


def test_how_many_times_the_cpu_is_the_ratio_on_the_same_network():
    timed = pd.DataFrame(
        {"network": ["a", "a", "b", "b"], "device": ["cpu", "cuda", "cpu", "cuda"], "ms a step": [1.0, 2.0, 90.0, 3.0]}
    )
    assert hardware.with_speed_ups(timed)["times the CPU"].tolist() == [1.0, 0.5, 1.0, 30.0]


# ---------------------------------------------------------------- the cost calculator


def test_hours_have_the_units_they_say():
    one_hour = 6 * 1e6 * 1e9 / 3600  # operations a second that do the work in one hour
    assert hardware.hours(1e6, 1e9, one_hour, 1.0) == pytest.approx(1)
    assert hardware.hours(1e6, 1e9, one_hour, 0.25) == pytest.approx(4)
    assert hardware.hours(1e6, 1e9, one_hour, 1.0, work="inference") == pytest.approx(1 / 3)


@pytest.mark.parametrize("factor", ["parameters", "tokens"])
def test_twice_as_much_takes_twice_as_long(factor):
    job = {"parameters": 8e6, "tokens": 1e12}
    once = hardware.hours(**job, operations_per_second=312e12)
    twice = hardware.hours(**{**job, factor: 2 * job[factor]}, operations_per_second=312e12)
    assert twice == pytest.approx(2 * once)


def test_course_size_is_for_a_laptop_and_esm2_is_not():
    table = hardware.cost_table()
    assert table.loc["course size", "laptop, CPU"] * 3600 < 60
    assert table.loc["ESM-2, 8 million", "laptop, CPU"] > 10 * 365 * 24
    assert table.loc["ESM-2, 3 billion", "512 × A100"] < 7 * 24
    assert (table["laptop, CPU"] > table["lent card (T4)"]).all()
    np.testing.assert_allclose(table["one A100"] / table["512 × A100"], 512)


def test_the_reckoning_is_a_lower_bound_of_the_published_hours():
    """Over 15,000 times the 24 card hours of a small rival (doi:10.1101/2024.05.14.594108)."""
    ours = hardware.cost_table().loc["ESM-2, 3 billion", "one A100"]
    assert 15_000 * 24 / 20 < ours < 15_000 * 24


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"parameters": 0}, "parameters: expected"),
        ({"tokens": "many"}, "tokens"),
        ({"utilisation": 40}, "utilisation: expected"),
        ({"utilisation": 0}, "utilisation: expected a share above 0"),
        ({"work": "guessing"}, "work: expected one of"),
    ],
)
def test_senseless_costs_are_refused(wrong, message):
    settings = {"parameters": 1e6, "tokens": 1e6, "operations_per_second": 1e12, **wrong}
    with pytest.raises((TypeError, ValueError), match=message):
        hardware.hours(**settings)


# ---------------------------------------------------------------- running a trained model


def test_the_transformer_has_the_size_of_the_smallest_esm2():
    assert sum(p.numel() for p in hardware.ResidueReader().parameters()) == pytest.approx(7.4e6, rel=0.01)


def test_a_prediction_is_quicker_than_a_training_step():
    table = hardware.inference_table(repeats=2, length=60, batch_size=8)
    assert (table["ratio"] > 1.5).all()


# ---------------------------------------------------------------- 16 bits


def test_what_16_bits_can_hold_is_numpys_and_torchs():
    table = hardware.number_formats()
    assert table.loc["float16", "largest"] == np.finfo(np.float16).max
    assert table.loc["float16", "smallest above 0"] == np.finfo(np.float16).smallest_subnormal
    assert table.loc["float32", "next after 1"] == 1 + np.finfo(np.float32).eps


def test_a_small_gradient_vanishes_in_float16_alone_and_a_scale_saves_it():
    assert hardware.small_gradient(1e-8, "float16") == 0
    assert hardware.small_gradient(1e-8, "bfloat16") == pytest.approx(1e-8, rel=0.01)
    assert hardware.small_gradient(1e-8, "float16", scale=65536) == pytest.approx(1e-8, rel=0.01)


# ---------------------------------------------------------------- a power cut, shares of a batch


def test_a_power_cut_comes_after_the_steps_it_was_told(capsys):
    failing = hardware.fails_after(2, torch.nn.MSELoss())
    with hardware.power_cut():
        for _ in range(5):
            failing(torch.ones(1), torch.ones(1))
    assert capsys.readouterr().out == "The power went off in step 3.\n"


@pytest.mark.parametrize("first", [1, 20, 30])
def test_shares_of_any_size_combine_to_the_gradient_of_the_whole_batch(first):
    seed_everything(0)
    model, X, y = hardware.perceptron(8), torch.randn(40, 273), torch.randint(0, 3, (40,))
    parts = hardware.shares(X, y, first)
    combined = hardware.combine([hardware.gradient(model, *part) for part in parts], [len(part[1]) for part in parts])
    np.testing.assert_allclose(combined, hardware.gradient(model, X, y), atol=1e-6)


def test_the_script_of_the_notebook_runs_alone():
    assert hardware.torchrun(processes=1).startswith("1 process(es): 1.")


def test_a_script_that_fails_is_told_in_one_sentence():
    told = hardware.torchrun("raise RuntimeError('nothing here')", processes=1)
    assert told == "The processes could not be run here (RuntimeError: nothing here)."


# ---------------------------------------------------------------- Keras


def twin(epsilon: float) -> torch.nn.Sequential:
    stored = hardware.keras_numbers()["weights"]
    network = hardware.torch_twin(epsilon)
    network[0] = hardware.copy_linear(stored["kernel 1"], stored["bias 1"])
    network[4] = hardware.copy_linear(stored["kernel 2"], stored["bias 2"])
    hardware.copy_norm(network[2], stored)
    return network.eval()


def apart(network) -> float:
    stored = hardware.keras_numbers()
    with torch.no_grad():
        return np.abs(network(torch.tensor(stored["X"])).softmax(dim=1).numpy() - stored["probabilities"]).max()


def test_pytorch_with_copied_weights_gives_the_probabilities_that_keras_gave():
    assert apart(twin(hardware.keras_numbers()["epsilon"])) < 1e-5


def test_with_pytorchs_own_epsilon_it_does_not():
    assert 1e-4 < apart(twin(1e-5)) < 1e-3


def test_the_stored_network_was_trained_and_its_norm_has_seen_data():
    stored = hardware.keras_numbers()
    assert np.abs(stored["weights"]["moving mean"]).max() > 0.05
    assert stored["probabilities"].sum(axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    assert np.ptp(stored["probabilities"], axis=0).max() > 0.3


def test_where_keras_is_installed_it_is_asked_live_and_elsewhere_nothing_fails():
    live = hardware.keras_live()
    assert live is None or np.abs(live - hardware.keras_numbers()["probabilities"]).max() < 1e-5


def test_the_devices_begin_with_the_processor():
    assert hardware.devices()[0].kind == choose_device("cpu").kind
