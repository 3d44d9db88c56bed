"""Training runs for test_killed.py, to be killed: each stops where it is told to, and waits.

python killed_run.py: reads a line a run, ["checkpoint", "result", "step" or "writing" or "never"], answers with a word:
"killed", "ended" or "failed". Runs are forks of a process that has loaded PyTorch already.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback

import torch
from torch import nn

from bioml_helpers.training import EarlyStopping, seed_everything, train
from bioml_helpers.training import history as history_module
from bioml_helpers.training.checkpoint import CheckpointFile


def main(checkpoint: str | None, result: str, where: str, wait_to_be_killed) -> None:
    CheckpointFile.SECONDS_BETWEEN = 0  # after every epoch
    history_module.os.fsync = lambda handle: None  # slow on a busy disk; a killed process loses nothing written
    seed_everything(5)
    model = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.4), nn.ReLU(), nn.Linear(8, 2))
    X = torch.randn(41, 3)
    y = (X[:, 0] > X[:, 1]).long()
    steps = 0

    def loss_fn(y_hat, y):
        nonlocal steps
        if torch.is_grad_enabled():
            steps += 1
            if str(steps) == where:
                wait_to_be_killed()
        return nn.functional.cross_entropy(y_hat, y)

    if where == "writing":
        before = history_module.os.replace
        writes = []

        def third_write_hangs(*paths):
            writes.append(paths)
            if len(writes) == 3:
                wait_to_be_killed()
            return before(*paths)

        history_module.os.replace = third_write_hangs

    history = train(
        model,
        (X, y),
        loss_fn=loss_fn,
        validation_data=(X[:9], y[:9]),
        early_stopping=EarlyStopping(patience=50),
        metrics={"right": lambda y_hat, y: (y_hat.argmax(1) == y).float().mean()},
        num_epochs=8,
        batch_size=6,
        learning_rate=0.02,
        max_grad_norm=0.5,
        seed=7,
        checkpoint=checkpoint,
        resume=checkpoint is not None,
        progress=False,
    )
    told = {name: value.tolist() for name, value in model.state_dict().items()}
    found = {"weights": told, "losses": history.train_loss, "validation": history.validation_loss}
    found |= {"right": history.metrics["right"], "best_epoch": history.best_epoch, "next": torch.rand(1).item()}
    with open(result, "w", encoding="utf-8") as file:
        json.dump(found, file)


def one_run(*order) -> str:
    """Start a run in a process of its own, and kill that as soon as it says that it is where it should be."""
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            main(*order, wait_to_be_killed=lambda: (os.write(mouth, b"here"), signal.pause()))
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    os.close(mouth)
    if os.read(ear, 4):  # nothing comes from a run that reaches its end
        os.kill(child, signal.SIGKILL)
    os.close(ear)
    status = os.waitpid(child, 0)[1]
    return "killed" if os.WIFSIGNALED(status) else "failed" if status else "ended"


if __name__ == "__main__":
    torch.set_num_threads(1)
    ready = torch.ones(2, 1)  # the first step of an optimizer loads much: once here, not in each fork
    train(nn.Linear(1, 1), (ready, ready), loss_fn=nn.MSELoss(), num_epochs=1, progress=False)
    for line in sys.stdin:
        print(one_run(*json.loads(line)), flush=True)
