"""A repository to clone and an environment that does not know this clone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support import stranger
from support.skips import skip_or_fail


@pytest.fixture(scope="session")
def origin(tmp_path_factory) -> str:
    """The address of a repository that holds this working tree, tagged."""
    if shutil.which("git") is None:
        skip_or_fail("git is not installed, so there is no repository to clone")
    return stranger.repository(tmp_path_factory.mktemp("origin") / "course.git")


@pytest.fixture
def clone(origin, tmp_path) -> Path:
    """A shallow clone of the tag."""
    return stranger.shallow_clone(origin, tmp_path / "clone")


@pytest.fixture
def strange_python(tmp_path) -> Path:
    """The Python of an environment with all packages but ours."""
    return stranger.environment(tmp_path / "environment")
