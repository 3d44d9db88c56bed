"""Randomness under control: fix it, keep it, put it back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from bioml_helpers.data import validate

LARGEST_SEED = 2**32 - 1  # NumPy's generator takes no larger one


def seed_everything(seed: int) -> int:
    """Start the random numbers of Python, NumPy and PyTorch (all devices) from `seed`.

    What it promises: on the same machine, with the same versions, on the CPU, a program that draws its numbers in
    the same order gets the same numbers, so the same initial weights, the same dropout, the same result.

    What it does not promise: the same digits on another processor, GPU, operating system or version of PyTorch, nor on
    a GPU where an operation adds its terms in a changing order. Those differences are small at each step and can grow
    over many. So a result that holds for one seed only is no result: repeat it with several. See PyTorch's own note on
    reproducibility, https://docs.pytorch.org/docs/stable/notes/randomness.html.

    Parameters
    ----------
    seed : int
        A whole number between 0 and 4294967295.

    Returns
    -------
    int
        The seed, so that it can be printed beside the result.

    Raises
    ------
    TypeError, ValueError
        If `seed` is not one whole number in that range.

    Examples
    --------
    >>> seed_everything(7)
    7
    >>> first = torch.rand(3)
    >>> _ = seed_everything(7)
    >>> bool((torch.rand(3) == first).all())
    True
    """
    seed = int(validate.number("seed", seed, low=0, high=LARGEST_SEED, integer=True))
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    return seed


@contextmanager
def scoped_seed(seed: int | None) -> Iterator[None]:
    """Within the ``with`` block, draw from `seed`; afterwards go on as if nothing had been drawn. None: change nothing.

    Examples
    --------
    >>> _ = seed_everything(1); undisturbed = torch.rand(1)
    >>> _ = seed_everything(1)
    >>> with scoped_seed(5):
    ...     _ = torch.rand(100)
    >>> bool(torch.rand(1) == undisturbed)
    True
    """
    if seed is None:
        yield
        return
    before = random_state()
    seed_everything(seed)
    try:
        yield
    finally:
        set_random_state(before)


def random_state() -> dict[str, Any]:
    """Return where the random numbers of Python, NumPy and PyTorch stand, as plain values for a checkpoint."""
    name, keys, position, has_gauss, cached = np.random.get_state()
    state = {
        "python": random.getstate(),
        "numpy": (name, keys.tolist(), int(position), int(has_gauss), float(cached)),
        "torch": torch.get_rng_state(),
    }
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        state["cuda"] = torch.cuda.get_rng_state_all()
    if torch.backends.mps.is_available():
        state["mps"] = torch.mps.get_rng_state()
    return state


def set_random_state(state: dict[str, Any]) -> None:
    """Go back to a state that :func:`random_state` returned."""
    version, numbers, gauss = state["python"]
    random.setstate((version, tuple(numbers), gauss))
    name, keys, position, has_gauss, cached = state["numpy"]
    np.random.set_state((name, np.asarray(keys, dtype=np.uint32), position, has_gauss, cached))
    torch.set_rng_state(state["torch"])
    if "cuda" in state and torch.cuda.device_count() == len(state["cuda"]):
        torch.cuda.set_rng_state_all(state["cuda"])
    if "mps" in state and torch.backends.mps.is_available():
        torch.mps.set_rng_state(state["mps"])
