"""What the README tells a newcomer to type is what the commands and CI do."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import bioml_helpers
from bioml_helpers.start import commands

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python3 -m bioml_helpers (\w+)$", README, re.MULTILINE)


def test_the_two_commands_stand_there_each_on_a_line_of_its_own():
    assert COMMANDS == ["learn", "test"]


@pytest.mark.parametrize("verb", COMMANDS)
def test_ci_and_help_know_the_commands(verb):
    assert verb in commands.VERBS and f"bioml_helpers {verb}" in commands.HELP


def test_ci_calls_the_readmes_test_command():
    assert "-m bioml_helpers test" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_every_file_that_the_readme_links_to_is_there():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links and [link for link in links if not (ROOT / link).exists()] == []


def test_the_citation_names_the_repository_and_version_of_the_course():
    course = tomllib.loads((ROOT / "chapters/chapters.toml").read_text(encoding="utf-8"))["course"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f'https://github.com/{course["repository"]}"' in citation
    assert f"\nversion: {bioml_helpers.__version__}\n" in citation
