"""What each of two processes does for test_together.py: python -m torch.distributed.run … together_run.py FOLDER."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from torch import nn

from bioml_helpers.training import EarlyStopping, Team, TrainingDiverged, seed_everything, together, train

NUM_EXAMPLES = 23  # shares of 12 and 11; with batches of 11 the last batch has one example, and one share none


def data():
    numbers = torch.Generator().manual_seed(1)
    X = torch.randn(NUM_EXAMPLES, 4, generator=numbers)
    return X, X[:, :1] * 2 - X[:, 1:2] * X[:, 2:3]


def network(dropout: float = 0.0) -> nn.Sequential:
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, 1))


def run(model, **settings):
    common = {"loss_fn": nn.MSELoss(), "learning_rate": 0.02, "seed": 3, "progress": True}
    return train(model, data(), **{**common, **settings})


def told(model, history) -> dict:
    return {
        "losses": history.train_loss,
        "validation": history.validation_loss,
        "metrics": history.metrics,
        "best_epoch": history.best_epoch,
        "gradient": [p.grad.tolist() for p in model.parameters()],
        "weights": [p.tolist() for p in model.parameters()],
    }


def everything(folder: Path, team: Team) -> dict:
    """Return what each way of training gives; alone it is the reference."""
    found = {}

    def add(name, dropout=0.0, seed=0, **settings):
        seed_everything(seed)
        model = network(dropout)
        found[name] = told(model, run(model, **settings))

    add("one full batch", num_epochs=1)
    add("small batches", num_epochs=6, batch_size=11)
    add(
        "early stopping",
        num_epochs=30,
        batch_size=8,
        validation_data=(data()[0], -data()[1]),
        early_stopping=EarlyStopping(3),
        metrics={"mean": lambda y_hat, y: y_hat.mean()},
        max_grad_norm=0.1,
    )
    add("metrics on the training data", num_epochs=2, batch_size=8, metrics={"examples": lambda y_hat, y: len(y)})
    add("other weights in each process", seed=team.rank, num_epochs=2, batch_size=8)
    add("dropout, whole", dropout=0.5, num_epochs=6, batch_size=8)
    add("dropout, first half", dropout=0.5, num_epochs=3, batch_size=8, checkpoint=folder / "run.pt")
    if team.size > 1:
        torch.distributed.barrier()
    add("dropout, resumed", dropout=0.5, num_epochs=6, batch_size=8, checkpoint=folder / "run.pt", resume=True)
    try:
        spoiled = lambda y_hat, y: nn.functional.mse_loss(y_hat, y) * (float("nan") if team.rank else 1)  # noqa: E731
        run(network(), loss_fn=spoiled, num_epochs=1)
        found["diverged"] = False
    except TrainingDiverged:
        found["diverged"] = True
    try:
        loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*data()), batch_size=4)
        train(network(), loader, loss_fn=nn.MSELoss(), num_epochs=1, progress=False)
        found["loader"] = ""
    except ValueError as error:
        found["loader"] = str(error)
    return found


def main(folder: str) -> None:
    torch.set_num_threads(1)
    with together() as team:
        found = everything(Path(folder), team)
        Path(folder, f"rank{team.rank}of{team.size}.json").write_text(json.dumps(found), encoding="utf-8")
    assert Team.now().size == 1  # the team is dissolved


if __name__ == "__main__":
    main(*sys.argv[1:])
