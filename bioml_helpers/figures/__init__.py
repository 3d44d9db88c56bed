"""Pictures: one house style, `show` with alt text, and figures that are moved by hand."""

from __future__ import annotations

import importlib

# Each name is loaded when it is first used: importing this room loads neither matplotlib nor any widget.
_HOMES = {
    "OKABE_ITO": "house",
    "COLOURS": "house",
    "style": "house",
    "subplots": "house",
    "show": "static",
    "LivingFigure": "living",
    "KernelFigure": "kernel",
    "sequence_logo": "logo",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module 'bioml_helpers.figures' has no attribute {name!r}")
    return getattr(importlib.import_module(f"bioml_helpers.figures.{_HOMES[name]}"), name)


def __dir__():
    return __all__
