"""Chapter 5, recurrent networks: one cell carried along a sequence, from scratch, and what it is good for."""

from bioml_helpers.rnn.layers import (
    GRUCell,
    LSTMCell,
    RNNCell,
    bptt_gradients,
    count_parameters,
    last_state,
    mask_of,
    masked_mean,
    unroll,
    unroll_both,
    unroll_untied,
)

__all__ = [
    "GRUCell",
    "LSTMCell",
    "RNNCell",
    "bptt_gradients",
    "count_parameters",
    "last_state",
    "mask_of",
    "masked_mean",
    "unroll",
    "unroll_both",
    "unroll_untied",
]
