"""Lay one environment over this one: python layer.py PYTHON makes that Python see our packages below its own."""

from __future__ import annotations

import sys
from pathlib import Path

from authoring.environments import lay_over

if __name__ == "__main__":
    lay_over(sys.argv[1], Path(__file__).resolve().parents[2])  # the clone too: its tests are run there
