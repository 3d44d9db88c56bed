"""How any model of this course is trained: one plain loop, to be read from top to bottom.

For each epoch: go through the training data in batches; for each batch predict, measure the loss, ask which way each
weight would lower it (backward), and move the weights a little (step). Then look at data that were not trained on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from bioml_helpers.data import validate
from bioml_helpers.training import inputs
from bioml_helpers.training.checkpoint import CheckpointFile
from bioml_helpers.training.device import Device, as_device
from bioml_helpers.training.diverged import TrainingDiverged, WeightsInReserve
from bioml_helpers.training.history import History
from bioml_helpers.training.progress import ProgressBar
from bioml_helpers.training.seeds import scoped_seed
from bioml_helpers.training.stopping import EarlyStopping
from bioml_helpers.training.together import Team


def train(
    model: torch.nn.Module,
    train_data: Any,
    *,
    loss_fn: Callable,
    validation_data: Any = None,
    optimizer: torch.optim.Optimizer | None = None,
    learning_rate: float = 1e-3,
    num_epochs: int = 100,
    batch_size: int | None = None,
    early_stopping: EarlyStopping | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    device: Device | torch.device | str | None = None,
    seed: int | None = None,
    progress: bool = True,
    metrics: dict[str, Callable] | None = None,
    max_grad_norm: float | None = None,
    class_weights: Any = None,
    mixed_precision: bool | str | None = None,
    after_epoch: Callable | None = None,
) -> History:
    """Train `model` in place and return what happened.

    Parameters
    ----------
    model : torch.nn.Module
        Trained in place; afterwards in ``eval()`` mode, ready to predict.
    train_data : (X, y) or DataLoader
        X of shape ``(num_examples, …)`` and y of the same length (tensors, NumPy arrays, pandas tables), or a loader of
        such pairs. Decimals take the model's type (float64 becomes float32). Whole numbers in y stay class numbers,
        or become decimals where torch's loss compares number with number (``MSELoss``, ``BCEWithLogitsLoss`` …).
    loss_fn : callable
        ``loss_fn(y_hat, y)`` gives one number, the mean over the batch. NaN in y is refused, unless the loss says of
        itself that it passes over missing labels (``evaluation.masked_loss`` does).
    validation_data : (X, y) or DataLoader, optional
        Looked at after each epoch, never trained on.
    optimizer : torch.optim.Optimizer, optional
        Default: Adam with `learning_rate` (which is used for nothing else).
    num_epochs : int
        How often all training data are gone through, counted from the first epoch also when resuming.
    batch_size : int, optional
        Examples a step, shuffled anew each epoch; None: all at once.
    early_stopping : EarlyStopping, optional
        Needs `validation_data`; at the end the model holds the weights of the best epoch.
    checkpoint : path, optional
        File to go on from later; written after an epoch, at most every 5 seconds, and at the end.
    resume : bool, optional
        Go on from `checkpoint` where that file exists (with its optimizer settings, losses and random numbers): the
        result is bit for bit that of an uninterrupted run on the CPU, wherever it was killed (an epoch cut off is
        repeated from its start). Where it does not exist, begin.
    device : Device, torch.device or str, optional
        Where to compute (`choose_device()`); the model moves there and stays. Default: where it is.
    seed : int, optional
        Fixes shuffling and dropout of this run, and leaves the random numbers of the rest of the program as they were.
        (The initial weights were drawn when the model was made: see :func:`seed_everything`.)
    progress : bool, optional
        Show a progress bar where somebody watches.
    metrics : dict of str to callable, optional
        ``function(y_hat, y)`` on all validation (else training) examples at once, after each epoch.
    max_grad_norm : float, optional
        Clip: a gradient longer than this (all weights together, Euclidean norm) is shortened to it before the step.
    class_weights : sequence of float or "balanced", optional
        What an example of each class counts in the loss, in training and in validation; "balanced" lets all classes of
        `train_data` count alike (:func:`balanced_weights`). For ``CrossEntropyLoss`` and ``BCEWithLogitsLoss``.
    mixed_precision : bool or {"bfloat16", "float16"}, optional
        Compute in 16 bits where the hardware is fast at it, or in the kind named; the weights stay in 32. Default: what
        `device` says, which is 32 bits unless asked otherwise.
    after_epoch : callable, optional
        ``after_epoch(model, history)`` is called after each epoch, the model in ``eval()`` mode; True ends the run.

    Returns
    -------
    History
        Losses and metrics, one value an epoch.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; the sentence names it, what came and what was expected.
    RuntimeError
        If the hardware asked for is not there.
    TrainingDiverged
        If the loss or a weight becomes NaN or infinite; the weights of the last sound epoch are put back.
    CheckpointError
        If `resume` finds a damaged file or one of another model.

    Examples
    --------
    >>> X = torch.linspace(-1, 1, 20).reshape(-1, 1)
    >>> model = torch.nn.Linear(1, 1)
    >>> history = train(model, (X, 3 * X), loss_fn=torch.nn.MSELoss(), learning_rate=0.1, num_epochs=200)
    >>> round(model.weight.item(), 2)
    3.0
    """
    inputs.check_model(model, loss_fn)
    num_epochs = int(validate.number("num_epochs", num_epochs, low=1, integer=True))
    if max_grad_norm is not None:
        max_grad_norm = validate.number("max_grad_norm", max_grad_norm, low=0)
    metrics = inputs.check_metrics(metrics)
    after_epoch = inputs.check_hook(after_epoch)
    _check_belongings(early_stopping, validation_data, checkpoint, resume)
    device = as_device(device, model, mixed_precision)
    model.to(device.torch_device)
    loss_fn = inputs.weighted_loss(loss_fn, class_weights, train_data)
    if isinstance(loss_fn, torch.nn.Module):
        loss_fn.to(device.torch_device)
    optimizer = inputs.optimizer_for(model, optimizer, learning_rate)
    scaler = device.scaler()
    team = Team.now()  # alone, unless torchrun started several processes

    with scoped_seed(seed):
        shuffle = torch.Generator().manual_seed(team.same(int(torch.randint(2**62, ())), device.torch_device))
        common = {"model": model, "loss_fn": loss_fn, "device": device.torch_device, "batch_size": batch_size}
        batches = inputs.Batches("train_data", train_data, shuffle=shuffle, team=team, **common)
        watched = None  # what is measured after each epoch
        if validation_data is not None:
            watched = inputs.Batches("validation_data", validation_data, **common)
        elif metrics:
            watched = batches.for_each()

        generators = batches.generators + (watched.generators if validation_data is not None else [])
        saved = CheckpointFile(checkpoint, model, optimizer, early_stopping, generators, scaler, team)
        if early_stopping is not None:
            early_stopping.reset()
        history = saved.history_so_far() if resume else History()
        _check_same_run(history, validation_data, metrics, checkpoint)
        history.metrics_on = "" if not metrics else "training" if validation_data is None else "validation"

        done = len(history.train_loss)
        epochs = range(done + 1, done + 1 if history.stopped_early else num_epochs + 1)
        started = time.perf_counter() - history.seconds
        shared = team.wrap(model)  # the model itself, unless a team trains it
        reserve = WeightsInReserve(model, done)
        with (
            ProgressBar(num_epochs, done=done, wanted=progress and team.first and len(epochs) > 0) as bar,
            reserve.put_back_if_diverged(history, optimizer),
            _ready_to_predict_afterwards(model),
        ):
            for epoch in epochs:
                careful = epoch == epochs[0]  # every check in the first epoch, none of their cost in the others
                team.own_random_numbers(shuffle)
                train_loss = _train_one_epoch(
                    shared, batches, loss_fn, optimizer, device, scaler, max_grad_norm, epoch, careful
                )
                reserve.keep(epoch)
                validation_loss, scores = None, {}
                if watched is not None:
                    watched_loss, scores = _evaluate(model, watched, loss_fn, metrics, device, epoch, careful)
                    if validation_data is not None:
                        validation_loss = team.same(watched_loss, device.torch_device)
                history.add(train_loss, validation_loss, scores)
                history.seconds = time.perf_counter() - started
                bar.epoch_done(train_loss, validation_loss)
                if early_stopping is not None:
                    history.stopped_early = early_stopping.update(epoch, validation_loss, model)
                    history.best_epoch = early_stopping.best_epoch
                if after_epoch is not None and after_epoch(model.eval(), history) is True:
                    history.stopped_early = True
                saved.after_epoch(history, at_once=history.stopped_early or epoch == num_epochs)
                if history.stopped_early:
                    break

    if early_stopping is not None:
        early_stopping.restore(model)
    if progress and history.stopped_early and history.best_epoch and team.first:
        print(
            f"Stopped early after epoch {len(history.train_loss)}: back to the weights of epoch {history.best_epoch}."
        )
    return history


def _train_one_epoch(model, batches, loss_fn, optimizer, device, scaler, max_grad_norm, epoch, careful) -> float:
    """Go through the training data once, moving the weights after each batch; return the mean loss."""
    model.train()
    predict, loss_fn = inputs.careful(model, loss_fn, batches) if careful else (model, loss_fn)
    total, num_examples = 0.0, 0
    for number, (X, y) in enumerate(batches, start=1):
        optimizer.zero_grad()  # forget the last batch's gradients
        with device.autocast():
            y_hat = predict(X)
            loss = loss_fn(y_hat, y)  # how wrong, as one number
        value, n = device.reading(loss), len(y)
        if batches.team.size > 1:  # what the other processes computed on their shares of the batch
            loss, value, n = batches.team.weigh(loss, batches.counted)
        if isinstance(value, float) and not math.isfinite(value):  # a TPU's numbers are looked at after the epoch
            raise TrainingDiverged(value, epoch, number, total / num_examples if num_examples else None)
        scaler.scale(loss).backward()  # which way each weight would lower the loss (scaled in float16 only)
        if max_grad_norm is not None:
            scaler.unscale_(optimizer)
            torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)  # however steep, no giant step
        scaler.step(optimizer)  # move the weights a little that way
        scaler.update()
        device.step()
        total += value * n
        num_examples += n
    inputs.check_not_empty(batches.name, num_examples)
    mean = float(total / num_examples)
    if not math.isfinite(mean):
        raise TrainingDiverged(mean, epoch, None, None)
    return mean


@torch.no_grad()
def _evaluate(model, batches, loss_fn, metrics, device, epoch, careful) -> tuple[float, dict[str, float]]:
    """Measure loss and metrics on data without learning from them."""
    model.eval()
    predict, loss_fn = inputs.careful(model, loss_fn, batches) if careful else (model, loss_fn)
    total, num_examples, outputs, targets = 0.0, 0, [], []
    for X, y in batches:
        with device.autocast():
            y_hat = predict(X)
            total += device.reading(loss_fn(y_hat, y)) * len(y)
        num_examples += len(y)
        if metrics:
            outputs.append(y_hat.float().cpu())
            targets.append(y.cpu())
    inputs.check_not_empty(batches.name, num_examples)
    total = float(total)
    if not math.isfinite(total):
        raise TrainingDiverged(total / num_examples, epoch, None, None, what="validation loss")
    y_hat, y = (torch.cat(outputs), torch.cat(targets)) if metrics else (None, None)
    return total / num_examples, {name: inputs.score(name, metric, y_hat, y) for name, metric in metrics.items()}


@contextmanager
def _ready_to_predict_afterwards(model):
    """Leave the model with dropout switched off, however the run ends."""
    try:
        yield
    finally:
        model.eval()


def _check_belongings(early_stopping, validation_data, checkpoint, resume) -> None:
    if early_stopping is not None and not isinstance(early_stopping, EarlyStopping):
        raise TypeError(f"early_stopping: expected EarlyStopping(patience=…), got {early_stopping!r}.")
    if early_stopping is not None and validation_data is None:
        raise ValueError("early_stopping: expected validation_data to watch, got none.")
    if resume and checkpoint is None:
        raise ValueError("resume: expected a checkpoint path to go on from, got none.")


def _check_same_run(history, validation_data, metrics, checkpoint) -> None:
    if not history.train_loss:
        return
    before, now = bool(history.validation_loss), validation_data is not None
    if before != now:
        raise ValueError(
            f"validation_data: {checkpoint} was saved {'with' if before else 'without'} validation data, "
            f"got {'some' if now else 'none'}; a resumed run needs the same."
        )
    if set(history.metrics) != set(metrics):
        raise ValueError(f"metrics: {checkpoint} was saved with {sorted(history.metrics)}, got {sorted(metrics)}.")
