"""Small environments laid over this one: what they install wins, everything else is seen from here.

A copy of this environment would cost minutes and gigabytes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path


def make_empty(folder: Path) -> Path:
    """Make an environment that holds nothing, not even pip; return its Python."""
    builder = venv.EnvBuilder(symlinks=os.name != "nt")
    builder.create(folder)
    return Path(builder.ensure_directories(folder).env_exe)


def lay_over(python: Path | str, *more: Path) -> None:
    """Make the environment of `python` see our packages below its own, and the folders `more` below these.

    The clone of the course is not among our packages: it is on our path by a path file, and a path file inside a
    folder that a path file names is not read.
    """
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run([python, "-I", "-c", where], check=True, capture_output=True, text=True)
    ours = [folder for folder in sys.path if Path(folder).name in ("site-packages", "dist-packages")]
    lines = [*ours, *map(str, more)]
    Path(done.stdout.strip(), "course.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
