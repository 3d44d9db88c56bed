"""The course as a stranger gets it: a repository to clone, an environment that does not know this clone, no network."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from authoring.environments import lay_over, make_empty

ROOT = Path(__file__).resolve().parents[2]
TAG = "v0.0.0-test"
OURS = ("PYTHONPATH", "PIP_CONSTRAINT", "PIP_REQUIREMENT", "PIP_TARGET", "PIP_USER", "PIP_PREFIX", "COLAB_RELEASE_TAG")


def without_network(**more: str) -> dict[str, str]:
    """Return the surroundings of a process that finds nothing of ours, and can fetch nothing."""
    found = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("GIT_")}
    # What builds the package is at hand (requirements.txt), so nothing is fetched in order to build.
    found |= {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return found | {"BIOML_OFFLINE": "1", "OMP_NUM_THREADS": "1", "GIT_TERMINAL_PROMPT": "0", **more}


def repository(folder: Path) -> str:
    """Make a repository that holds this working tree, with the branch ``main`` and a tag; return its address."""
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "core.autocrlf=false"]
    git += [f"--git-dir={folder}", f"--work-tree={ROOT}"]
    for command in (
        ["init", "-q"],
        ["symbolic-ref", "HEAD", "refs/heads/main"],
        ["add", "--all", "."],
        ["commit", "-q", "--no-verify", "--no-gpg-sign", "-m", "all that is here"],
        ["tag", TAG],
    ):
        subprocess.run([*git, *command], cwd=ROOT, check=True, capture_output=True, env=without_network())
    return folder.as_uri()


def shallow_clone(address: str, folder: Path) -> Path:
    """Clone the tag, and nothing before it."""
    command = ["git", "clone", "-q", "--depth", "1", "--branch", TAG, address, folder]
    subprocess.run(command, check=True, env=without_network())
    return folder


def environment(folder: Path) -> Path:
    """Make an environment over this one, with all packages but neither ours nor the clone; return its Python."""
    python = make_empty(folder)
    lay_over(python)
    return python
