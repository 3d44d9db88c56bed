"""Chapter 9, training practice: find what is wrong with a training run, and choose its settings honestly."""

from bioml_helpers.practice import pictures
from bioml_helpers.practice.bugs import SCRIPTS, Habitat, Trial, examine, promoters, roots, source_of, structure
from bioml_helpers.practice.curves import DIAGNOSES, Curve, Stop, recorded, stop
from bioml_helpers.practice.figures import PatienceFigure
from bioml_helpers.practice.layers import Dropout, range_test, sgd_step
from bioml_helpers.practice.models import (
    Run,
    SealedTest,
    Task,
    accuracy,
    knock_out,
    make_network,
    manifest,
    probabilities,
    shuffled_labels,
    structure_task,
    train_network,
    weights_hash,
)

__all__ = [
    "DIAGNOSES",
    "SCRIPTS",
    "Curve",
    "Dropout",
    "Habitat",
    "PatienceFigure",
    "Run",
    "SealedTest",
    "Stop",
    "Task",
    "Trial",
    "accuracy",
    "examine",
    "knock_out",
    "make_network",
    "manifest",
    "pictures",
    "probabilities",
    "promoters",
    "range_test",
    "recorded",
    "roots",
    "sgd_step",
    "shuffled_labels",
    "source_of",
    "stop",
    "structure",
    "structure_task",
    "train_network",
    "weights_hash",
]
