"""The loss curves that chapter 9 shows and does not train: ``python -m benchmarks.training_curves``.

Trains twelve networks on the chains of 1988, eight to be read and four to be stopped, and writes
bioml_helpers/practice/recorded.json. About a minute; the real data are needed.
"""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import torch

from bioml_helpers import training
from bioml_helpers.practice import curves, models


def _losses(run: models.Run, how: str) -> dict:
    history = run.history
    return {
        "train": [round(loss, 4) for loss in history.train_loss],
        "validation": [round(loss, 4) for loss in history.validation_loss],
        "how": how,
    }


def _too_fast(task: models.Task) -> models.Run:
    """Return a run whose steps are far too long: Adam would bound them, plain gradient descent does not."""
    network = models.make_network(40)
    history = training.train(
        network,
        (task.train.X, task.train.y),
        loss_fn=torch.nn.CrossEntropyLoss(),
        validation_data=(task.validation.X, task.validation.y),
        optimizer=torch.optim.SGD(network.parameters(), lr=10),
        num_epochs=15,
        batch_size=128,
        seed=0,
        progress=False,
    )
    return models.Run(network, history, {})


def reading(task: models.Task) -> dict:
    """Return the eight runs of the curve reader."""
    blind = replace(
        task,
        train=replace(task.train, X=np.zeros_like(task.train.X)),
        validation=replace(task.validation, X=np.zeros_like(task.validation.X)),
    )
    return {
        "healthy": _losses(
            models.train_network(task, hidden_size=40, learning_rate=2e-3, weight_decay=3, num_epochs=15),
            "40 hidden neurons, weight decay",
        ),
        "overfitting": _losses(models.train_network(task, num_epochs=15), "200 hidden neurons"),
        "too simple": _losses(
            models.train_network(task, hidden_size=1, learning_rate=1e-2, num_epochs=15), "1 hidden neuron"
        ),
        "rate too small": _losses(
            models.train_network(task, hidden_size=40, learning_rate=7e-5, num_epochs=15), "learning rate 0.00007"
        ),
        "rate too large": _losses(_too_fast(task), "learning rate 10, plain gradient descent"),
        "input ignored": _losses(models.train_network(blind, num_epochs=15), "every input is 0"),
        "labels shuffled": _losses(
            models.train_network(task, labels=models.shuffled_labels(task.train), num_epochs=15),
            "labels in another order than inputs",
        ),
        "dropout": _losses(
            models.train_network(task, dropout=0.95, num_epochs=15), "200 hidden neurons, 95 % switched off"
        ),
    }


def stopping(task: models.Task) -> dict:
    """Return the four runs of the patience figure."""
    rows = task.validation.chain == 0  # one chain chooses
    one = replace(
        task.validation, X=task.validation.X[rows], y=task.validation.y[rows], chain=task.validation.chain[rows]
    )
    noisy = models.train_network(
        replace(task, validation=one), hidden_size=100, learning_rate=1e-3, num_epochs=20, batch_size=256
    )
    return {
        "smooth": _losses(models.train_network(task, num_epochs=20), "200 hidden neurons, 21 chains choose"),
        "noisy": _losses(noisy, "100 hidden neurons, and a single chain chooses"),
        "two dips": _losses(
            models.train_network(task, dropout=0.5, num_epochs=30, seed=1),
            "200 hidden neurons, half of them dropped out",
        ),
        "still falling": _losses(
            models.train_network(task, hidden_size=40, learning_rate=3e-4, num_epochs=20), "small learning rate"
        ),
    }


def record() -> dict:
    """Return all curves, and the loss of a guess."""
    task = models.structure_task(quiet=True)
    if task.card.is_stand_in:
        raise SystemExit("training_curves: the real data are needed here.")
    return {"guess": round(task.guess, 4), "reading": reading(task), "stopping": stopping(task)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    training.seed_everything(0)
    text = json.dumps(record(), indent=1)
    curves.RECORDED.write_text(text.replace("\n    ", " ").replace("\n   ]", "]") + "\n", encoding="utf-8")
    print(f"wrote {curves.RECORDED.name}")
