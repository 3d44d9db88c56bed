"""One place that knows on what hardware to compute."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Any

import torch

from bioml_helpers.data import validate

KINDS = ("cpu", "cuda", "mps", "xla")
HALVES = {"bfloat16": torch.bfloat16, "float16": torch.float16}
HALVES_OF = {"cpu": ("bfloat16", "float16"), "cuda": ("bfloat16", "float16"), "mps": (), "xla": ("bfloat16",)}
WORDS = {
    "cpu": "the processor (CPU)",
    "cuda": "an NVIDIA or AMD graphics card (CUDA)",
    "mps": "the graphics part of an Apple chip (MPS)",
    "xla": "a TPU (XLA)",
}


@dataclass(frozen=True)
class Device:
    """Where tensors live and are computed, with what this hardware needs around a training step.

    Attributes
    ----------
    kind : {"cpu", "cuda", "mps", "xla"}
    torch_device : torch.device
        What ``tensor.to(…)`` takes.
    name : str
        The hardware's name for people, such as ``"NVIDIA A100"``.
    reason : str
        Why this one was chosen.
    mixed_precision : bool or {"bfloat16", "float16"}
        Whether :meth:`autocast` computes in 16 bits where this hardware is fast at it (True), or in the kind named.

    Examples
    --------
    >>> device = choose_device("cpu")
    >>> torch.ones(2).to(device.torch_device).device.type
    'cpu'
    """

    kind: str
    torch_device: torch.device
    name: str
    reason: str = ""
    mixed_precision: bool | str = False

    @property
    def half(self) -> str | None:
        """The 16-bit numbers that the forward pass may use, ``"bfloat16"`` or ``"float16"``; None: float32 only.

        Asked for by True, it is what this hardware is fast at: bfloat16 on newer cards and TPUs, float16 on older
        cards (such as the T4 that Colab lends), none on the CPU.
        """
        if self.mixed_precision is True:
            return _fast_half(self.kind)
        return self.mixed_precision or None

    def autocast(self) -> AbstractContextManager:
        """Return a ``with`` block in which the forward pass may use :attr:`half`; without one it does nothing."""
        if self.half is None:
            return nullcontext()
        return torch.autocast(device_type=self.kind, dtype=HALVES[self.half])

    def scaler(self) -> torch.amp.GradScaler:
        """Return what keeps small gradients from vanishing in float16; for all other numbers it passes them through.

        bfloat16 keeps the range of float32 and needs none. float16 turns values below about 6e-8 into 0: the scaler
        multiplies the loss by a large number, divides the gradients by it again, and leaves a step out where they
        became infinite.
        """
        return torch.amp.GradScaler(self.kind, enabled=self.half == "float16")

    def reading(self, loss: torch.Tensor) -> float | torch.Tensor:
        """Return a loss as a number; on a TPU still as a tensor, to be read once an epoch.

        Reading a number from XLA runs all that was collected so far, so reading one each step would cut every step in
        two programs.

        Examples
        --------
        >>> choose_device("cpu").reading(torch.tensor(0.5))
        0.5
        """
        return loss.detach() if self.kind == "xla" else loss.item()

    def step(self) -> None:
        """Call once after each optimizer step: XLA only collects operations until it is told to run them."""
        if self.kind == "xla":
            importlib.import_module("torch_xla").sync()

    def explain(self) -> str:
        """Say in one sentence what computes, and why.

        Examples
        --------
        >>> "CPU" in choose_device("cpu").explain()
        True
        """
        named = f": {self.name}" if self.name and self.name != self.kind else ""
        because = f", because {self.reason}" if self.reason else ""
        return f"Computing on {WORDS[self.kind]}{named}{because}."

    def __str__(self) -> str:
        return self.explain()


def choose_device(kind: str | None = None, *, mixed_precision: bool | str = False) -> Device:
    """Return the hardware to compute on: the one asked for, or the fastest at hand.

    Without `kind` the environment variable ``BIOML_DEVICE`` decides; without that, the first of CUDA, TPU (XLA), MPS
    that is there, else the CPU. For the course's small models the CPU is often the quickest: measure.

    Parameters
    ----------
    kind : {"cpu", "cuda", "mps", "xla"}, optional
        What to use.
    mixed_precision : bool or {"bfloat16", "float16"}, optional
        Let :meth:`Device.autocast` use 16-bit numbers: True for what the hardware is fast at, or one kind by name
        (default no: float32 everywhere, so numbers can be compared).

    Raises
    ------
    ValueError
        If `kind` or ``BIOML_DEVICE`` is none of the four, or `mixed_precision` nothing that this hardware offers.
    RuntimeError
        If the hardware asked for is not there.

    Examples
    --------
    >>> choose_device("cpu").kind
    'cpu'
    >>> choose_device("cpu", mixed_precision="bfloat16").half
    'bfloat16'
    >>> choose_device("gpu")
    Traceback (most recent call last):
    ...
    ValueError: kind: expected one of 'cpu', 'cuda', 'mps', 'xla', got 'gpu'.
    """
    asked_by = "kind"
    if kind is None:
        kind, asked_by = os.environ.get("BIOML_DEVICE", "").strip().lower() or None, "BIOML_DEVICE"
    if kind is not None:
        validate.one_of(asked_by, kind, KINDS)
        missing = _missing(kind)
        if missing:
            raise RuntimeError(f"{asked_by}: {kind!r} was asked for, but {missing}; 'cpu' works everywhere.")
        return _device(kind, f"{asked_by} says {kind!r}", mixed_precision)
    for faster in ("cuda", "xla", "mps"):
        if _missing(faster, unasked=True) is None:
            return _device(faster, "it is the fastest found here", mixed_precision)
    return _device("cpu", "no accelerator was found here", mixed_precision)


def as_device(device: Any, model: torch.nn.Module | None = None, mixed_precision: bool | str | None = None) -> Device:
    """Turn None (stay where `model` is), a name, a ``torch.device`` or a :class:`Device` into a :class:`Device`.

    Where `mixed_precision` is given, it replaces what the device says.
    """
    _wake_xla()
    found = _as_device(device, model)
    if mixed_precision is None:
        return found
    _check_half(found.kind, mixed_precision)
    return replace(found, mixed_precision=mixed_precision)


def _as_device(device: Any, model: torch.nn.Module | None) -> Device:
    if isinstance(device, Device):
        return device
    if device is None:
        first = next(model.parameters(), None) if model is not None else None
        device = first.device if first is not None else torch.device("cpu")
        return Device(device.type, device, device.type, "the model is there")
    if not isinstance(device, str | torch.device):
        raise TypeError(
            f"device: expected a Device, a torch.device or one of {', '.join(map(repr, KINDS))}, "
            f"got a {type(device).__name__}."
        )
    text = str(device).lower()
    kind, _, index = text.partition(":")
    chosen = choose_device(kind)
    if not index or kind == "xla":
        return chosen
    return Device(kind, torch.device(text), chosen.name, chosen.reason)


def _missing(kind: str, *, unasked: bool = False) -> str | None:
    """Return why `kind` cannot be used here, or None if it can."""
    if kind == "cpu":
        return None
    if kind == "cuda":
        return None if torch.cuda.is_available() else "PyTorch sees no such graphics card here"
    if kind == "mps":
        return None if torch.backends.mps.is_available() else "PyTorch sees no Apple graphics here"
    return _xla_missing(unasked)


def _xla_missing(unasked: bool) -> str | None:
    if importlib.util.find_spec("torch_xla") is None:
        return "torch_xla is not installed"
    try:
        hardware = importlib.import_module("torch_xla.runtime").device_type()
    except Exception as error:  # torch_xla raises many kinds when no TPU answers
        return f"torch_xla found no hardware ({error})"
    # XLA can also run on the CPU (PJRT_DEVICE=CPU); that is for tests, so only by name
    return "XLA would run on the CPU here" if unasked and hardware != "TPU" else None


@functools.cache
def _wake_xla() -> None:
    """PyTorch counts its devices once, in the first backward pass; a TPU first used after it would get no gradients."""
    with suppress(Exception):  # what stops torch_xla is told where a TPU is asked for
        if importlib.util.find_spec("torch_xla") is not None:
            importlib.import_module("torch_xla").device()


def _device(kind: str, reason: str, mixed_precision: bool | str) -> Device:
    _check_half(kind, mixed_precision)
    if kind == "xla":
        hardware = importlib.import_module("torch_xla.runtime").device_type()
        return Device(kind, importlib.import_module("torch_xla").device(), str(hardware), reason, mixed_precision)
    name = torch.cuda.get_device_name() if kind == "cuda" else kind
    return Device(kind, torch.device(kind), name, reason, mixed_precision)


def _check_half(kind: str, mixed_precision: bool | str) -> None:
    if not isinstance(mixed_precision, bool) and mixed_precision not in HALVES_OF[kind]:
        able = ", ".join(["True", "False", *map(repr, HALVES_OF[kind])])
        raise ValueError(f"mixed_precision: expected one of {able} on {kind!r}, got {mixed_precision!r}.")


def _fast_half(kind: str) -> str | None:
    if kind == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
    return "bfloat16" if kind == "xla" else None
