"""How any model of the course is trained: the loop, its history, early stopping, checkpoints, seeds and devices."""

from __future__ import annotations

from bioml_helpers.training.checkpoint import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint
from bioml_helpers.training.device import Device, choose_device
from bioml_helpers.training.diverged import TrainingDiverged
from bioml_helpers.training.history import History
from bioml_helpers.training.inputs import balanced_weights
from bioml_helpers.training.loop import train
from bioml_helpers.training.overfit import Diagnosis, overfit_batch, overfit_one
from bioml_helpers.training.parameters import count_parameters
from bioml_helpers.training.seeds import seed_everything
from bioml_helpers.training.stopping import EarlyStopping
from bioml_helpers.training.together import Team, together

__all__ = [
    "Checkpoint",
    "CheckpointError",
    "Device",
    "Diagnosis",
    "EarlyStopping",
    "History",
    "Team",
    "TrainingDiverged",
    "balanced_weights",
    "choose_device",
    "count_parameters",
    "load_checkpoint",
    "overfit_batch",
    "overfit_one",
    "save_checkpoint",
    "seed_everything",
    "together",
    "train",
]
