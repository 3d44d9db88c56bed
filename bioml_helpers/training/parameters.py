"""How large a model is: the numbers that training adjusts."""

from __future__ import annotations

import torch

from bioml_helpers.training import inputs


def count_parameters(model: torch.nn.Module) -> int:
    """Return how many numbers training adjusts: weights and biases, each once, without those that are frozen.

    Raises
    ------
    TypeError
        If it is no PyTorch model.
    ValueError
        If a lazy layer has not yet seen an input, so that nobody knows its size.

    Examples
    --------
    >>> count_parameters(torch.nn.Linear(3, 2))
    8
    """
    inputs.check_module(model)
    inputs.check_sizes(model, before="counting")
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
