"""Losses at which a network that learns nothing settles: each value tells which mistake was made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from bioml_helpers.training import inputs


@dataclass(frozen=True)
class Plateau:
    """A loss value, the short name of its cause, and the end of a sentence that explains it."""

    loss: float
    cause: str
    meaning: str

    @staticmethod
    def softmax_twice(num_classes: int) -> float:
        """Return the lowest cross-entropy of scores that a softmax has already squeezed into 0 to 1.

        The best scores are then 1 for the right class and 0 for the others: ln(1 + (K - 1) / e).

        Examples
        --------
        >>> [round(Plateau.softmax_twice(K), 4) for K in (2, 3, 8)]
        [0.3133, 0.5514, 1.274]
        """
        return math.log(1 + (num_classes - 1) / math.e)


def known_plateaus(loss_fn: Callable, y_hat: Any, y: torch.Tensor) -> Iterator[Plateau]:
    """Give the plateaus that this loss can have with this output and these labels.

    Examples
    --------
    >>> found = known_plateaus(torch.nn.CrossEntropyLoss(), torch.zeros(1, 3), torch.tensor([0]))
    >>> [(plateau.cause, round(plateau.loss, 4)) for plateau in found]
    [('outputs all alike', 1.0986), ('softmax before cross-entropy', 0.5514)]
    """
    if inputs.is_loss(loss_fn, inputs.CLASS_NUMBER) and not y.is_floating_point() and y_hat.dim() > 1:
        yield from _of_classes(y_hat.shape[1], y)
    elif inputs.is_loss(loss_fn, inputs.BINARY):
        yield from _of_yes_or_no(y)
    elif inputs.is_loss(loss_fn, inputs.SQUARED) and len(y) > 1:
        variance = (y - y.mean(dim=0)).square().mean().item()
        if variance > 0:
            yield Plateau(variance, "input ignored", f"the variance of y: {_SAME_FOR_ALL}")


_SAME_FOR_ALL = (
    "the model predicts the same for every example, so it does not use its input (multiplied by zero, a "
    "constant fed in by mistake, or dead units)."
)


def _of_classes(num_classes: int, y: torch.Tensor) -> Iterator[Plateau]:
    entropy = label_entropy(y)
    if entropy > 0:
        yield Plateau(entropy, "input ignored", f"the entropy of the labels: {_SAME_FOR_ALL}")
    yield Plateau(
        math.log(num_classes),
        "outputs all alike",
        f"ln {num_classes}: every class gets the same probability, so nothing has been learned. Look for a zero that "
        f"blocks the signal, dead units, or a last layer that is not trained.",
    )
    yield Plateau(
        Plateau.softmax_twice(num_classes),
        "softmax before cross-entropy",
        "the lowest cross-entropy of scores that went through a softmax already. Take the softmax out of the model.",
    )


def _of_yes_or_no(y: torch.Tensor) -> Iterator[Plateau]:
    entropy = label_entropy(y)
    if entropy > 0 and not math.isclose(entropy, math.log(2)):
        yield Plateau(entropy, "input ignored", f"the entropy of the labels: {_SAME_FOR_ALL}")
    yield Plateau(
        math.log(2),
        "outputs all alike",
        "ln 2: the model says fifty-fifty, so nothing has been learned (or, where y is 0, a sigmoid stands before a "
        "loss that applies one itself).",
    )


def label_entropy(y: torch.Tensor) -> float:
    """Return the entropy of the labels in nats: the lowest loss without looking at the input.

    Examples
    --------
    >>> round(label_entropy(torch.tensor([0, 1, 2])), 4)
    1.0986
    """
    counts = y.flatten().unique(return_counts=True)[1].double()
    shares = counts / counts.sum()
    return float(-(shares * shares.log()).sum())
