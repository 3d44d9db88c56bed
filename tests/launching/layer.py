"""Lay one environment over this one: python layer.py PYTHON makes that Python see our packages below its own.

What the upper environment installs wins, everything else comes from here; a copy would cost minutes and gigabytes.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(upper: str) -> None:
    """Write the file of paths that the upper environment's Python reads when it starts."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    folder = subprocess.run([upper, "-c", where], check=True, capture_output=True, text=True).stdout.strip()
    # The clone by name: a path file inside a folder that a path file names is not read.
    lines = [sysconfig.get_path("purelib"), str(ROOT)]
    Path(folder, "course.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
