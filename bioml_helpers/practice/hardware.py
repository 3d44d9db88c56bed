"""What training and predicting cost, and on what: stopwatch, cost calculator, 16-bit numbers, several machines."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional as F

from bioml_helpers import figures
from bioml_helpers.data import validate
from bioml_helpers.figures.house import OKABE_ITO
from bioml_helpers.training import Device, choose_device, count_parameters, seed_everything, train

KERAS = Path(__file__).with_name("keras.json")
WORK = {"training": 6, "inference": 2}  # operations for each parameter and token

# ---------------------------------------------------------------- the stopwatch


def synchronise(device: Device) -> None:
    """Wait until `device` has done all it was told to; a CPU is never behind.

    Examples
    --------
    >>> synchronise(choose_device("cpu"))
    """
    if device.kind == "cuda":
        torch.cuda.synchronize(device.torch_device)
    elif device.kind == "mps":
        torch.mps.synchronize()
    elif device.kind == "xla":
        import torch_xla

        torch_xla.sync(wait=True)


def stopwatch(
    step: Callable[[], object],
    wait: Callable[[], object] = lambda: None,
    clock: Callable[[], float] = time.perf_counter,
    *,
    warm_up: int = 1,
    repeats: int = 5,
) -> float:
    """Return the median time of a step, in the units of `clock` (seconds): warmed up, and waited for.

    Companion 09c, section *How to time a network*.

    Parameters
    ----------
    step : callable
        What is timed.
    wait : callable, optional
        Returns when the hardware is done with everything it was told to do.
    clock : callable, optional
        Tells the time; default: the computer's clock, in seconds.
    warm_up : int, optional
        First calls that are not counted: they pay for memory, compilers and caches.
    repeats : int, optional
        Calls that are counted.

    Raises
    ------
    TypeError, ValueError
        If `warm_up` or `repeats` is no whole number of at least 0 or 1.

    Examples
    --------
    >>> stopwatch(lambda: sum(range(1000))) < 1
    True
    """
    warm_up = int(validate.number("warm_up", warm_up, low=0, integer=True))
    repeats = int(validate.number("repeats", repeats, low=1, integer=True))
    for _ in range(warm_up):
        step()
    times = []
    for _ in range(repeats):
        wait()  # nothing of the steps before may be counted
        begun = clock()
        step()
        wait()  # the order was given; now it must be carried out
        times.append(clock() - begun)
    return statistics.median(times)


class SlowStarter:
    """A pretended graphics card with a clock of its own, to try a stopwatch on: it takes orders at once, works later.

    Parameters
    ----------
    seconds : float
        What a step really takes.
    first : float
        What the first one takes besides.

    Examples
    --------
    >>> card = SlowStarter(seconds=2.0, first=7.0)
    >>> stopwatch(card.step, card.wait, card.clock)
    2.0
    """

    ORDER = 0.001  # seconds to give an order

    def __init__(self, seconds: float = 2.0, first: float = 10.0):
        self.seconds, self._extra = seconds, first
        self._now = self._busy_until = 0.0
        self.calls = 0

    def step(self) -> None:
        """Give the order for a step; it is carried out after all those before it."""
        self._now += self.ORDER
        self._busy_until = max(self._now, self._busy_until) + self.seconds + self._extra - self.ORDER
        self._extra = 0.0
        self.calls += 1

    def wait(self) -> None:
        """Let time pass until all orders are carried out."""
        self._now = max(self._now, self._busy_until)

    def clock(self) -> float:
        """Return the time in seconds."""
        return round(self._now, 6)


# ---------------------------------------------------------------- three sizes on each device

WIDTHS = {"small": 32, "medium": 256, "large": 1536}
BATCH, INPUTS = 128, 273  # the window network of 1988 has 273 inputs


def perceptron(width: int) -> nn.Sequential:
    """Return a perceptron with two hidden layers of `width` neurons, for windows of 13 residues.

    Examples
    --------
    >>> sum(p.numel() for p in perceptron(32).parameters())
    9923
    """
    return nn.Sequential(nn.Linear(INPUTS, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 3))


def devices() -> list[Device]:
    """Return the hardware found here, the CPU first.

    Examples
    --------
    >>> devices()[0].kind
    'cpu'
    """
    found = [choose_device("cpu")]
    for kind in ("cuda", "mps", "xla"):
        try:
            found.append(choose_device(kind))
        except RuntimeError:
            continue
    return found


def benchmark(among: Sequence[Device] | None = None, *, repeats: int = 3) -> pd.DataFrame:
    """Time a training step of three perceptrons on each device: a row for each size and device.

    Returns
    -------
    pandas.DataFrame
        Columns ``network``, ``parameters``, ``device``, ``ms a step``, ``billion operations a second``,
        ``times the CPU``.

    Examples
    --------
    >>> table = benchmark(repeats=1)
    >>> list(table["network"].unique())
    ['small', 'medium', 'large']
    """
    rows = []
    for network, width in WIDTHS.items():
        for device in among or devices():
            model = perceptron(width).to(device.torch_device)
            step = training_step(model, torch.randn(BATCH, INPUTS), torch.zeros(BATCH, dtype=torch.long), device)
            seconds = stopwatch(step, partial(synchronise, device), warm_up=2, repeats=repeats)
            parameters = count_parameters(model)
            rate = WORK["training"] * parameters * BATCH / seconds / 1e9
            rows.append((network, parameters, device.kind, 1000 * seconds, rate))
    columns = ["network", "parameters", "device", "ms a step", "billion operations a second"]
    return with_speed_ups(pd.DataFrame(rows, columns=columns))


def with_speed_ups(table: pd.DataFrame) -> pd.DataFrame:
    """Return `table` with a column ``times the CPU``: how many times faster than the CPU on the same network.

    Examples
    --------
    >>> table = pd.DataFrame({"network": ["a", "a"], "device": ["cpu", "cuda"], "ms a step": [10.0, 2.0]})
    >>> with_speed_ups(table)["times the CPU"].tolist()
    [1.0, 5.0]
    """
    on_cpu = table[table["device"] == "cpu"].set_index("network")["ms a step"]
    return table.assign(**{"times the CPU": table["network"].map(on_cpu) / table["ms a step"]})


def training_step(model: nn.Module, X: torch.Tensor, y: torch.Tensor, device: Device | None = None) -> Callable:
    """Return a function that trains `model` one step on X and y (class numbers), with Adam.

    Examples
    --------
    >>> step = training_step(nn.Linear(2, 2), torch.ones(3, 2), torch.tensor([0, 1, 0]))
    >>> step()
    """
    device = device or choose_device("cpu")
    model.to(device.torch_device)
    X, y = X.to(device.torch_device), y.to(device.torch_device)
    optimizer = torch.optim.Adam(model.parameters())

    def step() -> None:
        optimizer.zero_grad()
        logits = model(X)
        F.cross_entropy(logits.reshape(-1, logits.shape[-1]), y.reshape(-1)).backward()
        optimizer.step()
        device.step()

    return step


# ---------------------------------------------------------------- the cost calculator


@dataclass(frozen=True)
class Machine:
    """Hardware as the cost calculator sees it.

    Attributes
    ----------
    name : str
    operations_per_second : float
        At most, by the data sheet.
    utilisation : float
        The share of it that training reaches (0 to 1).
    """

    name: str
    operations_per_second: float
    utilisation: float


@dataclass(frozen=True)
class Job:
    """A training run: its name, the parameters, and the tokens (residues, pixels, examples) that it goes through."""

    name: str
    parameters: float
    tokens: float


MACHINES = (
    Machine("laptop, CPU", 0.2e12, 0.4),
    Machine("lent card (T4)", 65e12, 0.3),
    Machine("one A100", 312e12, 0.4),
    Machine("512 × A100", 512 * 312e12, 0.4),
)
JOBS = (
    Job("course size", 50e3, 2e6),
    Job("ESM-2, 8 million", 8e6, 1e12),
    Job("ESM-2, 650 million", 650e6, 1e12),
    Job("ESM-2, 3 billion", 3e9, 1e12),
)


def hours(
    parameters: float,
    tokens: float,
    operations_per_second: float,
    utilisation: float = 0.4,
    *,
    work: str = "training",
) -> float:
    """Return the hours that it takes to train with (or predict for) so many tokens.

    Each token costs about 2 operations a parameter on the way forward (multiply, add) and 4 on the way back:
    training takes 6 × parameters × tokens operations, and prediction 2 × parameters × tokens. (Attention over very long
    sequences comes on top.)

    Parameters
    ----------
    parameters, tokens : float
        Numbers, no millions: 8e6, 1e12. Tokens are counted each time they are gone through.
    operations_per_second : float
        Of the hardware, at most: 312e12 for a card of 312 TFLOP/s.
    utilisation : float, optional
        The share of it that is reached, above 0 and at most 1.
    work : {"training", "inference"}, optional

    Raises
    ------
    TypeError, ValueError
        If a number is missing or senseless.

    References
    ----------
    Kaplan and colleagues 2020, doi:10.48550/arXiv.2001.08361.

    Examples
    --------
    >>> round(hours(8e6, 1e12, 312e12, 0.4), 1)
    106.8
    """
    parameters = validate.number("parameters", parameters, low=1)
    tokens = validate.number("tokens", tokens, low=0)
    speed = validate.number("operations_per_second", operations_per_second, low=1)
    utilisation = validate.number("utilisation", utilisation, low=0, high=1)
    validate.one_of("work", work, tuple(WORK))
    if utilisation == 0:
        raise ValueError("utilisation: expected a share above 0, got 0.")
    return WORK[work] * parameters * tokens / (speed * utilisation) / 3600


def in_words(time_in_hours: float) -> str:
    """Return a time in the unit that a person would use, with two digits.

    Examples
    --------
    >>> [in_words(h) for h in (0.0000001, 0.001, 0.5, 30, 300, 20000)]
    ['0.36 ms', '3.6 s', '30 min', '30 h', '12 days', '2.3 years']
    """
    scale = [("years", 24 * 365.25), ("days", 24), ("h", 1), ("min", 1 / 60), ("s", 1 / 3600), ("ms", 1 / 3.6e6)]
    for unit, size in scale:
        if time_in_hours >= size * (3 if unit == "days" else 1) or unit == "ms":
            value = time_in_hours / size
            return f"{value:,.0f} {unit}" if value >= 10 else f"{value:.2g} {unit}"
    raise AssertionError("the list ends with ms")


def cost_table(jobs: Sequence[Job] = JOBS, machines: Sequence[Machine] = MACHINES) -> pd.DataFrame:
    """Return the hours of each job (rows) on each machine (columns).

    Examples
    --------
    >>> cost_table().shape
    (4, 4)
    """
    table = {
        m.name: [hours(j.parameters, j.tokens, m.operations_per_second, m.utilisation) for j in jobs] for m in machines
    }
    return pd.DataFrame(table, index=[job.name for job in jobs])


@figures.style()
def cost_figure(table: pd.DataFrame):
    """Return a figure of the hours in `table` on a logarithmic axis: a row a job, a marker a machine."""
    fig, ax = figures.subplots(figsize=(8.6, 3.6))
    looks = zip(["o", "s", "^", "D"], ["blue", "vermillion", "green", "black"], strict=True)
    for (marker, colour), name in zip(looks, table.columns, strict=False):
        ax.plot(table[name], range(len(table)), marker, color=OKABE_ITO[colour], ms=8, label=name)
    for label, value in (("second", 1 / 3600), ("hour", 1), ("month", 730), ("century", 876600)):
        ax.axvline(value, color="0.8", lw=1, zorder=0)
        ax.text(value, -0.62, f" {label}", fontsize=9, color="0.35", va="center")
    ax.set(xscale="log", xlabel="hours of training", yticks=range(len(table)), yticklabels=table.index)
    ax.set_ylim(len(table) - 0.5, -0.9)
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    return fig


def reached(size: int = 768, repeats: int = 5, device: Device | None = None) -> float:
    """Return the operations a second that a device reaches here, when it multiplies two large tables.

    Examples
    --------
    >>> reached(64, 1) > 1e6
    True
    """
    device = device or choose_device("cpu")
    one = torch.randn(size, size, device=device.torch_device)
    seconds = stopwatch(lambda: one @ one, partial(synchronise, device), repeats=repeats)
    return 2 * size**3 / seconds


# ---------------------------------------------------------------- running a trained model


class ResidueReader(nn.Module):
    """A transformer of ESM-2's smallest size: 6 layers, 320 wide, 20 heads, 7.4 million parameters; not trained.

    Parameters
    ----------
    seed : int, optional

    Examples
    --------
    >>> round(sum(p.numel() for p in ResidueReader().parameters()) / 1e6, 1)
    7.4
    """

    def __init__(self, seed: int = 0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.embed = nn.Embedding(33, 320)
            block = nn.TransformerEncoderLayer(
                320, 20, 1280, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
            )
            self.blocks = nn.TransformerEncoder(block, 6, enable_nested_tensor=False)
            self.tell = nn.Linear(320, 33)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Return scores of shape (batch, length, 33) for residues of shape (batch, length)."""
        return self.tell(self.blocks(self.embed(X)))


def inference_table(*, repeats: int = 3, length: int = 200, batch_size: int = 8) -> pd.DataFrame:
    """Time a prediction and a training step, on the CPU: a small perceptron, and a transformer over 200 residues.

    Parameters
    ----------
    repeats : int, optional
        Timed calls; their median counts.
    length : int, optional
        Residues of the transformer's protein.
    batch_size : int, optional
        Examples of a training step; a prediction is for one.

    Returns
    -------
    pandas.DataFrame
        Columns ``network``, ``parameters``, ``one prediction (ms)``, ``one training step (ms)``, ``ratio``.

    Examples
    --------
    >>> table = inference_table(repeats=1, length=5, batch_size=2)
    >>> bool((table["ratio"] > 0).all())
    True
    """
    molecules = torch.randn(batch_size, 12)
    residues = torch.randint(4, 24, (batch_size, length), generator=torch.Generator().manual_seed(0))
    jobs = {
        "perceptron, 12 properties": (
            nn.Sequential(nn.Linear(12, 64), nn.ReLU(), nn.Linear(64, 2)),
            molecules,
            torch.zeros(batch_size, dtype=torch.long),
        ),
        f"transformer, {length} residues": (ResidueReader(), residues, residues),
    }
    rows = []
    for name, (model, X, y) in jobs.items():
        model.eval()
        with torch.inference_mode():
            one = stopwatch(partial(model, X[:1]), repeats=repeats)
        step = stopwatch(training_step(model.train(), X, y), repeats=max(1, repeats - 1))
        parameters = count_parameters(model)
        rows.append((name, parameters, 1000 * one, 1000 * step, step / one))
    return pd.DataFrame(
        rows, columns=["network", "parameters", "one prediction (ms)", "one training step (ms)", "ratio"]
    )


# ---------------------------------------------------------------- 16-bit numbers

FORMATS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def number_formats() -> pd.DataFrame:
    """Return what the three number formats can hold: bits, largest, smallest above zero, next number after 1.

    Examples
    --------
    >>> float(number_formats().loc["float16", "largest"])
    65504.0
    """
    rows = {}
    for name, dtype in FORMATS.items():
        limits = torch.finfo(dtype)
        rows[name] = (limits.bits, limits.max, limits.smallest_normal * limits.eps, 1 + limits.eps)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["bits", "largest", "smallest above 0", "next after 1"])


def small_gradient(size: float, dtype: str = "float16", scale: float = 1.0) -> float:
    """Return what is left of a gradient of this size that was multiplied by `scale`, stored, and divided again.

    Examples
    --------
    >>> small_gradient(1e-8), round(small_gradient(1e-8, scale=65536) * 1e8, 2)
    (0.0, 1.0)
    """
    return (torch.tensor(size * scale).to(FORMATS[dtype]).float() / scale).item()


def train_in(precision: str, X, y, *, num_epochs: int = 5, width: int = 64, seed: int = 0):
    """Train a perceptron on windows X and states y, computing in a format of `FORMATS`; return its history.

    Examples
    --------
    >>> history = train_in("bfloat16", np.eye(3, 273, dtype="float32"), np.array([0, 1, 2]), num_epochs=2)
    >>> len(history.train_loss)
    2
    """
    seed_everything(seed)
    return train(
        perceptron(width),
        (X, y),
        loss_fn=nn.CrossEntropyLoss(),
        learning_rate=1e-3,
        num_epochs=num_epochs,
        batch_size=256,
        seed=seed,
        mixed_precision=False if precision == "float32" else precision,
        progress=False,
    )


# ---------------------------------------------------------------- killed, and resumed


class PowerCut(Exception):
    """What ends a run in :func:`power_cut`."""


@contextmanager
def power_cut():
    """Let a run that a power cut ends leave the rest of the cell undisturbed, and say so.

    Examples
    --------
    >>> with power_cut():
    ...     raise PowerCut("in step 3")
    The power went off in step 3.
    """
    try:
        yield
    except PowerCut as cut:
        print(f"The power went off {cut}.")


def fails_after(steps: int, loss_fn: Callable) -> Callable:
    """Return `loss_fn` as it is, until a power cut ends everything in the step after so many.

    Examples
    --------
    >>> failing = fails_after(1, nn.MSELoss())
    >>> failing(torch.ones(1), torch.ones(1)).item()
    0.0
    """
    done = 0

    def failing(y_hat, y):
        nonlocal done
        if done == steps:
            raise PowerCut(f"in step {steps + 1}")
        done += 1
        return loss_fn(y_hat, y)

    return failing


def same_weights(one: nn.Module, other: nn.Module) -> bool:
    """Return whether two models hold the same weights, bit for bit.

    Examples
    --------
    >>> same_weights(perceptron(2), perceptron(2))
    False
    """
    a, b = one.state_dict(), other.state_dict()
    return list(a) == list(b) and all(torch.equal(a[name], b[name]) for name in a)


# ---------------------------------------------------------------- several processes

SCRIPT = """
import sys
import torch
from bioml_helpers import training

with training.together() as team:
    training.seed_everything(0)
    X = torch.randn(240, 273)
    y = X[:, :3].argmax(dim=1)
    model = torch.nn.Linear(273, 3)
    history = training.train(
        model, (X, y), loss_fn=torch.nn.CrossEntropyLoss(), num_epochs=3, batch_size=60, seed=0, progress=False
    )
    if team.first:
        print(f"{team.size} process(es):", " ".join(f"{loss:.4f}" for loss in history.train_loss))
""".lstrip()


def torchrun(script: str = SCRIPT, processes: int = 2, *, seconds: float = 90) -> str:
    """Run a script in several processes of this machine, as ``torchrun --nproc-per-node`` does; return what it printed.

    Parameters
    ----------
    script : str
        Python code.
    processes : int, optional
        1 runs the script alone, as ``python`` would.
    seconds : float, optional
        Time after which it is given up.

    Returns
    -------
    str
        The output, or one sentence why it could not be run here.

    Raises
    ------
    TypeError, ValueError
        If `processes` is no whole number of at least 1.
    """
    processes = int(validate.number("processes", processes, low=1, integer=True))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder, "script.py")
        path.write_text(script, encoding="utf-8")
        several = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
        command = [sys.executable, *(several if processes > 1 else []), str(path)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, env=_surroundings())
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"The processes could not be run here ({type(error).__name__})."
    if done.returncode:
        reason = next((line for line in reversed(done.stderr.splitlines()) if "Error" in line), "no reason given")
        return f"The processes could not be run here ({reason.strip()})."
    return done.stdout.strip()


def _surroundings() -> dict[str, str]:
    """The environment of a process that computes with one thread and finds this package and its neighbour at home."""
    here = str(Path(__file__).resolve().parents[2])
    found = {**os.environ, "OMP_NUM_THREADS": "1"}
    found["PYTHONPATH"] = os.pathsep.join([here, *filter(None, [found.get("PYTHONPATH")])])
    if sys.platform.startswith("linux"):  # processes of one machine need no other network
        found.setdefault("GLOO_SOCKET_IFNAME", "lo")
    return found


def shares(X: torch.Tensor, y: torch.Tensor, first: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Return a batch cut in two: the first examples, and the rest.

    Examples
    --------
    >>> [len(y) for _, y in shares(torch.ones(5, 2), torch.ones(5), 3)]
    [3, 2]
    """
    return [(X[:first], y[:first]), (X[first:], y[first:])]


def gradient(model: nn.Module, X: torch.Tensor, y: torch.Tensor) -> np.ndarray:
    """Return the gradient of the mean cross-entropy over these examples, all weights in one row.

    Examples
    --------
    >>> gradient(nn.Linear(2, 2), torch.ones(3, 2), torch.tensor([0, 1, 0])).shape
    (6,)
    """
    loss = F.cross_entropy(model(X), y)
    parts = torch.autograd.grad(loss, list(model.parameters()))
    return torch.cat([part.flatten() for part in parts]).numpy()


def combine(gradients, counts) -> np.ndarray:
    """Return the gradient of the whole batch from those of its shares: their mean, weighted by their examples.

    Examples
    --------
    >>> combine([[1.0, 0.0], [4.0, 3.0]], [2, 1])
    array([2., 1.])
    """
    return np.average(np.asarray(gradients, dtype=float), axis=0, weights=np.asarray(counts))


# ---------------------------------------------------------------- the same network in Keras


def keras_numbers() -> dict:
    """Return what Keras computed for one network: ``X``, ``weights`` as it keeps them, ``probabilities``, ``epsilon``.

    The numbers are stored with the package; ``python -m benchmarks.keras_numbers`` in the course's folder made them.

    Examples
    --------
    >>> keras_numbers()["weights"]["kernel 1"].shape
    (12, 16)
    """
    found = json.loads(KERAS.read_text(encoding="utf-8"))
    for key in ("X", "probabilities"):
        found[key] = np.array(found[key], dtype="float32")
    found["weights"] = {name: np.array(value, dtype="float32") for name, value in found["weights"].items()}
    return found


def torch_twin(epsilon: float = 1e-5) -> nn.Sequential:
    """Return the network of :func:`keras_numbers` in PyTorch, its weights not yet copied.

    Examples
    --------
    >>> torch_twin()[0].weight.shape
    torch.Size([16, 12])
    """
    return nn.Sequential(
        nn.Linear(12, 16), nn.ReLU(), nn.BatchNorm1d(16, eps=epsilon), nn.Dropout(0.5), nn.Linear(16, 3)
    )


def copy_linear(kernel, bias) -> nn.Linear:
    """Return a linear layer with the weights of a Keras ``Dense`` layer: the same numbers, turned on their side.

    Parameters
    ----------
    kernel : array_like, shape (inputs, outputs)
    bias : array_like, shape (outputs,)

    Examples
    --------
    >>> copy_linear([[1.0], [2.0]], [0.5])(torch.tensor([10.0, 1.0])).item()
    12.5
    """
    kernel, bias = torch.as_tensor(kernel, dtype=torch.float32), torch.as_tensor(bias, dtype=torch.float32)
    layer = nn.Linear(*kernel.shape)
    with torch.no_grad():
        layer.weight.copy_(kernel.T)
        layer.bias.copy_(bias)
    return layer


def copy_norm(norm: nn.BatchNorm1d, weights: dict[str, np.ndarray]) -> None:
    """Put Keras's batch normalisation into `norm`: gamma, beta, and the means and variances it keeps."""
    pairs = {"gamma": norm.weight, "beta": norm.bias}
    pairs |= {"moving mean": norm.running_mean, "moving variance": norm.running_var}
    with torch.no_grad():
        for name, place in pairs.items():
            place.copy_(torch.from_numpy(weights[name]))


def keras_live() -> np.ndarray | None:
    """Return the probabilities that Keras itself computes here from the stored weights; None where it is missing."""
    if find_spec("keras") is None:
        return None
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    stored = keras_numbers()
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((12,)),
            layers.Dense(16, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.set_weights(list(stored["weights"].values()))
    return np.asarray(model.predict(stored["X"], verbose=0))
