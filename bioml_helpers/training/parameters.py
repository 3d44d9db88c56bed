"""How large a model is: the numbers that training adjusts."""

from __future__ import annotations

import torch


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
    if isinstance(model, type) or not isinstance(model, torch.nn.Module):
        raise TypeError(f"model: expected a torch.nn.Module, got {model!r}.")
    learned = [p for p in model.parameters() if p.requires_grad]
    if any(torch.nn.parameter.is_lazy(p) for p in learned):
        raise ValueError("model: expected weights of known shape, got lazy layers; call model(X) once before counting.")
    return sum(p.numel() for p in learned)
