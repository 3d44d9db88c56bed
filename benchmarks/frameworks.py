"""`training.train` beside Lightning, skorch and fastai: the same model, the same data, the same number of steps.

The three are no part of the course. ``python -m benchmarks frameworks`` makes an environment of its own under
benchmarks/out, which sees the course's packages and adds the pinned ones of frameworks.txt (without what they would
bring besides), and measures in it. Each runs as its documentation shows, with logging, progress bars and checkpoints
switched off.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
import venv
import warnings
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "benchmarks" / "out" / "frameworks"
PINNED = ROOT / "benchmarks" / "frameworks.txt"
EPOCHS, BATCH_SIZE, LEARNING_RATE, NUM_EXAMPLES = 5, 64, 1e-3, 2048
ROUNDS = 9


def environment() -> Path:
    """Return the Python of the throw-away environment, made if it is not there or its pins have changed."""
    python = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    installed = HOME / "installed.txt"
    if installed.is_file() and installed.read_text(encoding="utf-8") == PINNED.read_text(encoding="utf-8"):
        return python
    venv.create(HOME, with_pip=True, clear=True)
    subprocess.run([sys.executable, ROOT / "tests/launching/layer.py", python], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", "-r", PINNED], check=True, capture_output=True)
    installed.write_text(PINNED.read_text(encoding="utf-8"), encoding="utf-8")
    return python


def measure() -> dict:
    """Return {who: {seconds, ratio, loss}}; runs in the throw-away environment.

    All take turns within each round, so that they see the same machine; seconds are those of the processor.
    """
    import torch

    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    numbers = torch.Generator().manual_seed(0)
    X = torch.randn(NUM_EXAMPLES, 64, generator=numbers)
    y = X[:, :1] - X[:, 1:2] * X[:, 2:3]
    ways, missing = {}, {}
    for name, make in {
        "bare torch": bare,
        "train": ours,
        "Lightning": lightning,
        "skorch": skorch,
        "fastai": fastai,
    }.items():
        try:
            ways[name] = make(X, y)
        except ImportError as error:
            missing[name] = str(error)
    seconds, losses = {name: [] for name in ways}, {}
    for turn in range(ROUNDS + 1):
        for name in list(ways) if turn % 2 else reversed(ways):
            torch.manual_seed(turn)
            network = make_network()
            begin = time.process_time()
            ways[name](network)
            if turn:  # the first round pays for what is set up once
                seconds[name].append(time.process_time() - begin)
            with torch.no_grad():
                losses[name] = float(torch.nn.functional.mse_loss(network.eval()(X), y))
    found = {}
    for name, taken in seconds.items():
        ratios = [one / ours for one, ours in zip(taken, seconds["train"], strict=True)]
        found[name] = {
            "seconds": statistics.median(taken),
            "ratio": statistics.median(ratios),
            "loss": losses[name],
            "version": _version(name),
        }
    return {"found": found, "missing": missing}


def make_network():
    """Return the network that all train."""
    from torch import nn

    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))


def bare(X, y) -> Callable:
    """Return the steps written out in torch."""
    import torch

    def run(network):
        optimizer, loss_fn = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE), torch.nn.MSELoss()
        for _ in range(EPOCHS):
            order = torch.randperm(len(X))
            for start in range(0, len(X), BATCH_SIZE):
                chosen = order[start : start + BATCH_SIZE]
                optimizer.zero_grad()
                loss_fn(network(X[chosen]), y[chosen]).backward()
                optimizer.step()

    return run


def ours(X, y) -> Callable:
    """Return the course's loop."""
    import torch

    from bioml_helpers.training import train

    def run(network):
        settings = {"num_epochs": EPOCHS, "batch_size": BATCH_SIZE, "learning_rate": LEARNING_RATE}
        train(network, (X, y), loss_fn=torch.nn.MSELoss(), seed=0, progress=False, **settings)

    return run


def lightning(X, y) -> Callable:
    """Return Lightning's Trainer, with a loader as its documentation shows."""
    import logging

    import lightning.pytorch as L
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    for name in ("lightning.pytorch", "lightning.pytorch.utilities.rank_zero", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.ERROR)

    class Module(L.LightningModule):
        def __init__(self, network):
            super().__init__()
            self.network, self.loss_fn = network, torch.nn.MSELoss()

        def training_step(self, batch, _):
            X, y = batch
            return self.loss_fn(self.network(X), y)

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), lr=LEARNING_RATE)

    def run(network):
        trainer = L.Trainer(
            max_epochs=EPOCHS,
            accelerator="cpu",
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        trainer.fit(Module(network), DataLoader(TensorDataset(X, y), batch_size=BATCH_SIZE, shuffle=True))

    return run


def skorch(X, y) -> Callable:
    """Return skorch's NeuralNetRegressor, with no validation split and no printing."""
    import torch
    from skorch import NeuralNetRegressor

    def run(network):
        NeuralNetRegressor(
            network,
            criterion=torch.nn.MSELoss,
            optimizer=torch.optim.Adam,
            lr=LEARNING_RATE,
            max_epochs=EPOCHS,
            batch_size=BATCH_SIZE,
            train_split=None,
            iterator_train__shuffle=True,
            verbose=0,
        ).fit(X, y)

    return run


def fastai(X, y) -> Callable:
    """Return fastai's Learner at a constant rate, with no bar and no logging."""
    import torch
    from fastai.basics import DataLoader, DataLoaders, Learner
    from fastai.optimizer import Adam

    data = list(zip(X, y, strict=True))

    def run(network):
        loader = DataLoader(data, bs=BATCH_SIZE, shuffle=True, num_workers=0, device=torch.device("cpu"))
        loaders = DataLoaders(loader, [])  # no validation data
        learner = Learner(loaders, network, loss_func=torch.nn.MSELoss(), opt_func=Adam, lr=LEARNING_RATE)
        with learner.no_logging():  # a bar comes only with fastai.callback.progress
            learner.fit(EPOCHS)

    return run


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version({"bare torch": "torch", "train": "bioml-helpers"}.get(name, name.lower()))
    except PackageNotFoundError:
        return ""


def compare() -> dict:
    """Make the environment, measure in it, and return what `measure` found."""
    try:
        python = environment()
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"the three could not be installed: {(error.stderr or b'').decode()[-300:]}") from None
    command = [
        python,
        "-c",
        "import json; from benchmarks import frameworks as f; print('\\n' + json.dumps(f.measure()))",
    ]
    variables = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["no reason given"])[-1])
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(json.dumps(compare(), indent=1))
