"""Chapter 6, attention and transformers: every token may look at every other one, and what that is good for."""

from bioml_helpers.attention.layers import (
    EncoderBlock,
    MultiHeadAttention,
    causal_mask,
    padding_mask,
    scaled_dot_product_attention,
    sinusoidal_positions,
)

__all__ = [
    "EncoderBlock",
    "MultiHeadAttention",
    "causal_mask",
    "padding_mask",
    "scaled_dot_product_attention",
    "sinusoidal_positions",
]
