"""Helpers of the course *Neural networks for biologists*.

Importing this package does nothing but define its version: no download, no torch, no plot style.
Each room is imported by its own name, for example ``from bioml_helpers import data, training``.
"""

__version__ = "0.1.0"
