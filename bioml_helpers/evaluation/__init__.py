"""How good is a model, compared with what, how sure, and what does it look at; guards against leaks."""

from __future__ import annotations

from bioml_helpers.evaluation.calibration import (
    Temperature,
    expected_calibration_error,
    reliability_curve,
    temperature_scale,
)
from bioml_helpers.evaluation.confusion import confusion_matrix, dice, per_class_recall
from bioml_helpers.evaluation.coupling import apc, mutual_information, pairs_in_order, precision_at
from bioml_helpers.evaluation.guards import Selector, assert_no_shared_rows
from bioml_helpers.evaluation.interpretation import in_silico_mutagenesis, saliency
from bioml_helpers.evaluation.intervals import Interval, bootstrap_interval, mean_interval, wilson_interval
from bioml_helpers.evaluation.masked import masked_loss
from bioml_helpers.evaluation.metrics import auprc, auroc, balanced_accuracy, prevalence, q3, spearman
from bioml_helpers.evaluation.paired import paired_bootstrap
from bioml_helpers.evaluation.standardise import Leak, Standardiser
from bioml_helpers.evaluation.tables import results_table
from bioml_helpers.evaluation.unseen import leave_one_out_errors

__all__ = [
    "Interval",
    "Leak",
    "Selector",
    "Standardiser",
    "Temperature",
    "apc",
    "assert_no_shared_rows",
    "auprc",
    "auroc",
    "balanced_accuracy",
    "bootstrap_interval",
    "confusion_matrix",
    "dice",
    "expected_calibration_error",
    "in_silico_mutagenesis",
    "leave_one_out_errors",
    "masked_loss",
    "mean_interval",
    "mutual_information",
    "paired_bootstrap",
    "pairs_in_order",
    "per_class_recall",
    "precision_at",
    "prevalence",
    "q3",
    "reliability_curve",
    "results_table",
    "saliency",
    "spearman",
    "temperature_scale",
    "wilson_interval",
]
