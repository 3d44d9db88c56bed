"""What does a trained model look at: change each base and watch the score, or follow the gradient.

Both describe the model, not the cell: a base that matters to the model need not matter in biology.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bioml_helpers.data import validate


def in_silico_mutagenesis(score: Callable, sequence: Any, *, batch: int = 1024) -> np.ndarray:
    """Change each base of a sequence into each other one, and return by how much the score changes.

    All mutants are scored in a few large batches. Used by chapter 4.

    Parameters
    ----------
    score : callable
        Takes ``(batch, letters, length)`` and returns one score a sequence, shape (batch,) or (batch, 1). A torch model
        is asked in evaluation mode and without gradients, and gets tensors; any other function gets a tensor if
        `sequence` is one, else an array.
    sequence : array_like or tensor
        Shape (letters, length): one sequence as `encode.one_hot` gives it, channels first.
    batch : int
        Most sequences scored at once.

    Returns
    -------
    numpy.ndarray
        ``float64``, shape (length, letters): score of the mutant minus score of the sequence; 0 at the sequence's own
        letter.

    Raises
    ------
    ValueError
        If `sequence` is not one-hot, or `score` does not return one finite number a sequence.
    TypeError
        If `score` cannot be called.

    Examples
    --------
    >>> from bioml_helpers.data import encode
    >>> count_of_g = lambda x: x[:, 2].sum(axis=-1)
    >>> in_silico_mutagenesis(count_of_g, encode.one_hot("AG"))
    array([[ 0.,  0.,  1.,  0.],
           [-1., -1.,  0., -1.]])
    """
    if not callable(score):
        raise TypeError(f"score: expected a model or a function, got {score!r}.")
    batch = validate.number("batch", batch, low=1, integer=True)
    reference = validate.array("sequence", sequence, ndim=2).astype(np.float32)  # (letters, length)
    if not np.isin(reference, (0, 1)).all() or (reference.sum(axis=0) > 1).any():
        raise ValueError(
            "sequence: expected one-hot letters (channels first): 0 and 1, at most one 1 at each position."
        )
    letters, positions = np.nonzero(reference == 0)
    tensors = hasattr(sequence, "detach")
    start = _scores(score, reference[None], tensors)[0]
    change = np.zeros(reference.shape)  # (letters, length)
    for first in range(0, len(letters), batch):
        these, there = letters[first : first + batch], positions[first : first + batch]
        rows = np.arange(len(these))
        mutants = np.repeat(reference[None], len(these), axis=0)  # (mutants, letters, length)
        mutants[rows, :, there] = 0
        mutants[rows, these, there] = 1
        change[these, there] = _scores(score, mutants, tensors) - start
    return change.T.copy()


def saliency(model: Callable, X: Any) -> np.ndarray:
    """Return gradient times input: how much each input value adds to the score, as far as the slope tells.

    For one-hot input, only the letters that stand there get a value. For a linear model without a bias the values add
    up to the score; a saturated network can have slopes near 0 where the input matters most. The model's own gradients
    and its mode are left as they were. Used by chapter 4.

    Parameters
    ----------
    model : callable
        A torch model, or a function of tensors, that returns one score a row, shape (batch,) or (batch, 1).
    X : array_like or tensor
        Shape (batch, ...): encoded sequences, images.

    Returns
    -------
    numpy.ndarray
        ``float32``, the shape of `X`.

    Raises
    ------
    TypeError
        If `model` cannot be called.
    ValueError
        If it does not return one score a row, or its score does not depend on `X`.

    Examples
    --------
    >>> import torch
    >>> weights = torch.tensor([2.0, -1.0])
    >>> saliency(lambda x: x @ weights, [[1.0, 3.0]]).tolist()
    [[2.0, -3.0]]
    """
    import torch

    if not callable(model):
        raise TypeError(f"model: expected a torch model or a function of tensors, got {model!r}.")
    values = validate.array("X", X, finite=True)
    inputs = torch.tensor(values, dtype=torch.float32, requires_grad=True)
    was_training = _eval_mode(model)
    try:
        with torch.enable_grad():
            output = model(inputs)
            if not hasattr(output, "shape") or tuple(output.shape) not in ((len(values),), (len(values), 1)):
                raise ValueError(f"model: expected one score a row, shape ({len(values)},), got {_shape(output)}.")
            if not output.requires_grad:
                raise ValueError("model: expected a score that depends on X through torch, got one without a gradient.")
            (slope,) = torch.autograd.grad(output.sum(), inputs)
    finally:
        if was_training:
            model.train()
    return (slope * inputs).detach().numpy()


def _scores(score: Callable, encoded: np.ndarray, tensors: bool) -> np.ndarray:
    """One score a sequence, as an array."""
    if not (tensors or _is_model(score)):
        said = score(encoded)
    else:
        import torch

        was_training = _eval_mode(score)
        try:
            with torch.no_grad():
                said = score(torch.from_numpy(encoded))
        finally:
            if was_training:
                score.train()
    result = validate.array("score", said, finite=False)
    if result.shape not in ((len(encoded),), (len(encoded), 1)):
        raise ValueError(f"score: expected one score a sequence, shape ({len(encoded)},), got {result.shape}.")
    if not np.isfinite(result).all():
        raise ValueError("score: expected finite scores, got NaN or infinity.")
    return result.reshape(-1)


def _is_model(score: Callable) -> bool:
    return hasattr(score, "parameters") and hasattr(score, "eval") and hasattr(score, "train")


def _eval_mode(model: Callable) -> bool:
    """Switch a model to evaluation, and return whether it was training."""
    was_training = _is_model(model) and model.training
    if was_training:
        model.eval()
    return was_training


def _shape(output: Any) -> str:
    return f"shape {tuple(output.shape)}" if hasattr(output, "shape") else f"a {type(output).__name__}"
