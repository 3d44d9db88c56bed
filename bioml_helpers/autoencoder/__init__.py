"""Chapter 8, autoencoders: a few numbers that stand for the whole, and what can be built from them."""

from bioml_helpers.autoencoder.layers import (
    PCA,
    VAE,
    Autoencoder,
    DenoisingAutoencoder,
    angles,
    kl_divergence,
    linear_autoencoder,
    pca,
    reparameterise,
    residue_loss,
    sequence_identity,
)

__all__ = [
    "PCA",
    "VAE",
    "Autoencoder",
    "DenoisingAutoencoder",
    "angles",
    "kl_divergence",
    "linear_autoencoder",
    "pca",
    "reparameterise",
    "residue_loss",
    "sequence_identity",
]
