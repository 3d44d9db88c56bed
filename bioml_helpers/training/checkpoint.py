"""Save a training run to a file and go on from it exactly where it was."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from bioml_helpers.training.history import History, remove_unfinished, write_whole
from bioml_helpers.training.seeds import random_state, set_random_state
from bioml_helpers.training.stopping import EarlyStopping
from bioml_helpers.training.together import ALONE, Team

FORMAT = "bioml_helpers checkpoint 1"


class CheckpointError(ValueError):
    """A checkpoint cannot be used: damaged, written by something else, or of another model."""


@dataclass
class Checkpoint:
    """What :func:`load_checkpoint` found besides the weights: the epochs done and their history."""

    epoch: int
    history: History


def save_checkpoint(
    path: str | Path,
    *,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer | None = None,
    history: History | None = None,
    early_stopping: EarlyStopping | None = None,
    generators: Sequence[torch.Generator] = (),
    scaler: torch.amp.GradScaler | None = None,
) -> Path:
    """Write all that a run needs to go on bit for bit, to one file: whole or not at all.

    Besides what is given, the file holds where the random numbers of Python, NumPy and PyTorch stand, so that dropout
    and shuffling go on as they would have.

    Parameters
    ----------
    path : str or Path
        The file; an older checkpoint there is replaced in one move.
    model : torch.nn.Module
        Its weights and buffers are saved (not its code).
    optimizer : torch.optim.Optimizer, optional
        Its memory (momentum, Adam's averages) is saved.
    history : History, optional
        The epochs so far.
    early_stopping : EarlyStopping, optional
        Its best weights and patience are saved.
    generators : sequence of torch.Generator, optional
        Generators that shuffle the batches.
    scaler : torch.amp.GradScaler, optional
        What scales the loss in float16; its factor is saved.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    TypeError
        If `model` is no ``torch.nn.Module``.
    OSError
        If the file cannot be written (read-only folder, full disk); an older one is then untouched.

    Examples
    --------
    >>> import tempfile
    >>> model = torch.nn.Linear(1, 1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_checkpoint(f"{folder}/run.pt", model=model, history=History(train_loss=[0.5]))
    ...     load_checkpoint(path, model=model).epoch
    1
    """
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"model: expected a torch.nn.Module, got a {type(model).__name__}.")
    history = history or History()
    content = {
        "format": FORMAT,
        "model": model.state_dict(),
        "optimizer": None if optimizer is None else optimizer.state_dict(),
        "optimizer_name": None if optimizer is None else type(optimizer).__name__,
        "history": history.as_dict(),
        "early_stopping": None if early_stopping is None else early_stopping.state_dict(),
        "random": random_state(),
        "generators": [generator.get_state() for generator in generators],
        "scaler": {} if scaler is None else scaler.state_dict(),
    }
    memory = io.BytesIO()  # first in memory: a full disk then leaves no half-written file
    torch.save(content, memory)
    return write_whole(path, memory.getvalue(), what="checkpoint")


def load_checkpoint(
    path: str | Path,
    *,
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer | None = None,
    early_stopping: EarlyStopping | None = None,
    generators: Sequence[torch.Generator] = (),
    scaler: torch.amp.GradScaler | None = None,
    restore_random: bool = True,
) -> Checkpoint:
    """Put a saved run back into `model`, `optimizer`, `early_stopping` and the random numbers.

    All is looked at before anything is changed. The file is read as data only (``weights_only=True``): a checkpoint
    from a stranger cannot run code.

    Parameters
    ----------
    path : str or Path
        File that :func:`save_checkpoint` wrote.
    model : torch.nn.Module
        A model of the same architecture.
    optimizer, early_stopping, generators, scaler : optional
        What to restore besides; each must have been saved too.
    restore_random : bool, optional
        Also set the random numbers back (default), as an exact continuation needs; not needed for predictions.

    Returns
    -------
    Checkpoint
        The number of epochs done and their history.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    CheckpointError
        If the file is damaged, no checkpoint of ours, or of another model or optimizer.
    """
    content = _read(Path(path))
    _same_architecture(content["model"], model, path)
    if optimizer is not None:
        _same_optimizer(content, optimizer, path)
    if early_stopping is not None and content["early_stopping"] is None:
        raise CheckpointError(f"early_stopping: {path} was saved without early stopping, so it cannot go on exactly.")
    if len(generators) != len(content["generators"]):
        raise CheckpointError(
            f"generators: expected {len(content['generators'])} as saved in {path}, got {len(generators)}; "
            f"was it saved with other data or as a DataLoader?"
        )

    model.load_state_dict(content["model"])
    if optimizer is not None:
        optimizer.load_state_dict(content["optimizer"])
    if early_stopping is not None:
        early_stopping.load_state_dict(content["early_stopping"])
    for generator, state in zip(generators, content["generators"], strict=True):
        generator.set_state(state)
    if scaler is not None and content.get("scaler"):
        scaler.load_state_dict(content["scaler"])
    if restore_random:
        set_random_state(content["random"])
    history = History.from_dict(content["history"])
    return Checkpoint(len(history.train_loss), history)


class CheckpointFile:
    """The file that a training run saves itself to and goes on from; without a path it does nothing.

    It is written between two epochs, never within one, with the random numbers of that moment: so the epoch that a kill
    cut off is repeated from its start, batch for batch the same.
    """

    SECONDS_BETWEEN = 5.0  # quick epochs are not slowed by the disk

    def __init__(self, path, model, optimizer, early_stopping, generators, scaler, team: Team = ALONE):
        self.path, self._team = None if path is None else Path(path), team
        self._parts = {
            "model": model,
            "optimizer": optimizer,
            "early_stopping": early_stopping,
            "generators": generators,
            "scaler": scaler,
        }
        self._saved_at = time.monotonic()

    def history_so_far(self) -> History:
        """Put the saved run back and return its history; an empty one where no file is."""
        if self._team.first:
            remove_unfinished(self.path)
        return load_checkpoint(self.path, **self._parts).history if self.path.exists() else History()

    def after_epoch(self, history: History, *, at_once: bool) -> None:
        """Save if `at_once`, or if the last time is some seconds ago; of a team the first process alone writes."""
        if self.path is None or not self._team.first:
            return
        if at_once or time.monotonic() - self._saved_at >= self.SECONDS_BETWEEN:
            save_checkpoint(self.path, history=history, **self._parts)
            self._saved_at = time.monotonic()


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise FileNotFoundError(f"path: expected a checkpoint file, found none at {path}.")
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()  # torch itself does not compare the check sums
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        damaged = "its end is missing or it is no checkpoint"
    if damaged:
        raise CheckpointError(f"path: {path} is damaged ({damaged}); delete it and train again.")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # pickle, zip and torch raise many kinds for files from elsewhere
        reason = str(error).strip().splitlines()[0][:100] if str(error).strip() else type(error).__name__
        raise CheckpointError(f"path: {path} cannot be read safely as a checkpoint ({reason})") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise CheckpointError(
            f"path: {path} is no checkpoint of this course; expected a file that save_checkpoint wrote."
        )
    return content


def _same_architecture(saved: dict[str, torch.Tensor], model: torch.nn.Module, path: str | Path) -> None:
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"model: expected a torch.nn.Module, got a {type(model).__name__}.")
    here = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    there = {name: tuple(value.shape) for name, value in saved.items()}
    for name in [*there, *here]:
        if here.get(name) != there.get(name):
            raise CheckpointError(
                f"model: {path} holds another architecture: {name} has {_shape(there, name)} in the file "
                f"and {_shape(here, name)} in the model."
            )


def _shape(shapes: dict[str, tuple], name: str) -> str:
    return f"shape {shapes[name]}" if name in shapes else "no place"


def _same_optimizer(content: dict[str, Any], optimizer: torch.optim.Optimizer, path: str | Path) -> None:
    saved, here = content["optimizer_name"], type(optimizer).__name__
    if saved != here:
        raise CheckpointError(f"optimizer: {path} was saved with {saved or 'no optimizer'}, got {here}.")
    groups = [len(group["params"]) for group in content["optimizer"]["param_groups"]]
    groups_here = [len(group["params"]) for group in optimizer.param_groups]
    if groups != groups_here:
        raise CheckpointError(
            f"optimizer: {path} was saved with parameter groups of {groups} tensors, this one has {groups_here}."
        )
