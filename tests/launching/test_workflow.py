"""The public workflow calls .ci/run and nothing else, on each system and Python that the README names."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8")
WORKFLOW = yaml.load(TEXT, Loader=yaml.BaseLoader)  # the key "on" stays a word
(JOB,) = WORKFLOW["jobs"].values()
(ROW,) = [
    line
    for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    if "(.github/workflows/tests.yml)" in line
]
SYSTEMS = {"ubuntu-latest": "Linux", "macos-latest": "macOS", "windows-latest": "Windows"}
PREPARE = {"actions/checkout", "actions/setup-python"}  # fetch the course, and a Python


def test_the_one_command_is_ci_run():
    assert [step["run"] for step in JOB["steps"] if "run" in step] == [".ci/run"]


def test_the_other_steps_only_fetch_the_course_and_a_python():
    used = [step["uses"].split("@") for step in JOB["steps"] if "uses" in step]
    assert {name for name, _ in used} == PREPARE
    # The majors that run on Node 24; runners no longer have Node 20.
    assert {name: int(major.removeprefix("v")) for name, major in used} == {
        "actions/checkout": 5,
        "actions/setup-python": 6,
    }


def test_no_step_is_left_out_and_no_failure_is_forgiven():
    for part in (JOB, *JOB["steps"]):
        assert not {"if", "continue-on-error"} & set(part)


def test_the_command_runs_under_bash_everywhere():
    assert JOB["defaults"]["run"]["shell"] == "bash"
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").startswith("#!/bin/bash\n")


def test_the_systems_are_those_of_the_readme():
    named = re.findall(r"Linux|macOS|Windows", ROW)
    assert sorted(SYSTEMS[one] for one in JOB["strategy"]["matrix"]["system"]) == sorted(named)


def test_the_pythons_are_those_of_the_readme():
    oldest, newest = map(int, re.search(r"Python 3\.(\d+) to 3\.(\d+)", ROW).groups())
    assert JOB["strategy"]["matrix"]["python"] == [f"3.{minor}" for minor in range(oldest, newest + 1)]


def test_the_package_admits_each_python_of_the_matrix():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    admitted = SpecifierSet(project["requires-python"])
    pythons = JOB["strategy"]["matrix"]["python"]
    assert pythons and all(python in admitted for python in pythons)


def test_every_cell_of_the_matrix_runs_on_what_it_names():
    assert JOB["runs-on"] == "${{ matrix.system }}"
    (setup,) = [step for step in JOB["steps"] if step.get("uses", "").startswith("actions/setup-python")]
    assert setup["with"]["python-version"] == "${{ matrix.python }}"
    (command,) = [step for step in JOB["steps"] if "run" in step]
    assert command["env"]["PYTHON"] == "python"  # the one that setup-python puts first


def test_each_variable_is_one_that_the_command_or_its_tests_read():
    (command,) = [step for step in JOB["steps"] if "run" in step]
    read = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert [name for name in command["env"] if f"${{{name}:-" not in read] == []


def test_the_workflow_may_read_and_nothing_more():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert set(WORKFLOW["on"]) == {"push", "pull_request", "schedule"}


def test_the_workflow_and_the_readme_agree_whether_it_was_seen_to_pass():
    assert TEXT.splitlines()[0].lower().startswith("# not yet seen to pass") == ("not yet seen to pass" in ROW)
