"""One set of pins: what Binder installs, and what the package asks for at least, agree with requirements.txt."""

from __future__ import annotations

import re
import stat
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pins(file: str) -> dict[str, Version]:
    text = (ROOT / file).read_text(encoding="utf-8")
    return {name: Version(version) for name, version in re.findall(r"^([\w-]+)==(\S+)", text, re.MULTILINE)}


def bounds(lines: list[str]) -> dict[str, Requirement]:
    return {Requirement(line).name: Requirement(line) for line in lines}


EVERYWHERE, BINDER = pins("requirements.txt"), pins("binder/requirements.txt")
DEPENDENCIES, DEVELOPMENT = bounds(PROJECT["dependencies"]), bounds(PROJECT["optional-dependencies"]["dev"])


def test_every_requirement_is_pinned_to_one_version():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert len(wanted) == len(EVERYWHERE) > 0


@pytest.mark.parametrize("name", BINDER)
def test_binder_has_the_pins_of_everywhere(name):
    assert BINDER[name].public == EVERYWHERE[name].public


def test_binder_takes_torch_without_cuda():
    assert BINDER["torch"].local == "cpu"
    assert "--extra-index-url" in (ROOT / "binder/requirements.txt").read_text(encoding="utf-8")


def test_binder_has_all_that_the_package_needs_and_nothing_else():
    assert set(BINDER) == set(DEPENDENCIES)


@pytest.mark.parametrize("name", DEPENDENCIES | DEVELOPMENT)
def test_each_lower_bound_admits_the_pin(name):
    assert EVERYWHERE[name] in (DEPENDENCIES | DEVELOPMENT)[name].specifier


def test_the_package_declares_lower_bounds_only():
    operators = {part.operator for requirement in DEPENDENCIES.values() for part in requirement.specifier}
    assert operators == {">="}


def test_nothing_is_pinned_that_the_package_does_not_name():
    assert set(EVERYWHERE) == set(DEPENDENCIES) | set(DEVELOPMENT)


def test_the_torch_of_colabs_tpus_is_admitted_and_is_what_the_job_for_it_installs():
    job = (ROOT / "tests/launching/xla.sh").read_text(encoding="utf-8")
    versions = dict(re.findall(r'"(torch|torch_xla)==([\d.]+)', job))
    assert versions["torch"] == versions["torch_xla"]
    assert Version(versions["torch"]) in DEPENDENCIES["torch"].specifier


def test_each_package_that_the_job_for_tpus_names_is_pinned():
    job = (ROOT / "tests/launching/xla.sh").read_text(encoding="utf-8")
    assert set(re.search(r"\^\(([^)]+)\)==", job).group(1).split("|")) <= set(EVERYWHERE)


def test_binder_runs_a_python_that_the_package_admits():
    version = (ROOT / "binder/runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert Version(version) in Requirement(f"python{PROJECT['requires-python']}").specifier


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no executable bit")
@pytest.mark.parametrize("script", ["binder/postBuild", ".ci/run", "tests/launching/xla.sh"])
def test_scripts_can_be_executed(script):
    assert (ROOT / script).stat().st_mode & stat.S_IXUSR
