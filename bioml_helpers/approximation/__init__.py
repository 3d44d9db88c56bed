"""Chapter 1, function approximation: curves from straight pieces, and networks that look for them."""

from bioml_helpers.approximation import pictures
from bioml_helpers.approximation.curves import (
    CURVES,
    Curve,
    best_knots,
    errors_by_pieces,
    even_knots,
    from_points,
    grid,
    interpolation_error,
)
from bioml_helpers.approximation.figures import PiecesFigure
from bioml_helpers.approximation.layers import (
    Weights,
    descend,
    forward,
    gradients,
    knots_to_relu,
    noise_floor,
    relu,
    relu_sum,
)
from bioml_helpers.approximation.models import (
    HiddenLayers,
    fit_curve,
    fit_log_logistic,
    leave_one_run_out,
    log_dose,
    log_logistic,
    logistic,
    michaelis_menten,
    path_to_hand_placed,
    relus_by_hand,
    train_networks,
)

__all__ = [
    "CURVES",
    "Curve",
    "HiddenLayers",
    "PiecesFigure",
    "Weights",
    "best_knots",
    "descend",
    "errors_by_pieces",
    "even_knots",
    "fit_curve",
    "fit_log_logistic",
    "forward",
    "from_points",
    "gradients",
    "grid",
    "interpolation_error",
    "knots_to_relu",
    "leave_one_run_out",
    "log_dose",
    "log_logistic",
    "logistic",
    "michaelis_menten",
    "noise_floor",
    "path_to_hand_placed",
    "pictures",
    "relu",
    "relu_sum",
    "relus_by_hand",
    "train_networks",
]
