"""Says whether a version can be tagged: a clean tree, one version everywhere, fresh notebooks, a wheel that works."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import yaml

from authoring.build import check
from authoring.chapters import Course
from authoring.problems import CourseError, Problem
from authoring.wheel import build_wheel, try_wheel

CHANGELOG = "CHANGELOG.md"
CITATION = "CITATION.cff"
PACKAGE = "bioml_helpers/__init__.py"
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
ENTRY = re.compile(r"^## \[(?P<version>[^\]\n]*)\](?: - (?P<day>.*))?\n(?P<text>(?:(?!## ).*\n?)*)", re.MULTILINE)


def release(course: Course, version: str, *, tag: bool = False, say: Callable[[str], None] = print) -> list[Problem]:
    """Try everything that `version` needs, and say the command that tags it (with `tag`: run it); return the problems.

    The wheel that was tried is kept in dist/.
    """
    if not VERSION.fullmatch(version):
        return [Problem("release", "", f"the version is {version!r}, expected three numbers such as 0.2.0.")]
    say("looking at the tree, the versions and the notebooks")
    problems = tree_faults(course.root, version) + version_faults(course.root, version)
    problems += check(course, course.chapters)
    if problems:
        return problems
    say("building the wheel, and running a chapter from it where there is no clone")
    with tempfile.TemporaryDirectory() as folder:
        try:
            wheel = build_wheel(course.root, Path(folder))
        except CourseError as error:
            return [Problem("pyproject.toml", "", str(error))]
        problems = try_wheel(wheel, course)
        if problems:
            return problems
        (course.root / "dist").mkdir(exist_ok=True)
        shutil.copy(wheel, course.root / "dist")
        say(f"kept dist/{wheel.name}")
    command = ["git", "tag", "-a", f"v{version}", "-m", f"{course.title} {version}"]
    if not tag:
        say(f"release: {version} can be tagged. Run:\n  {shlex.join(command)}\n  git push origin v{version}")
        return []
    done = _git(course.root, *command[1:])
    if done.returncode:
        return [Problem("git", "", f"the tag could not be made ({_last_line(done.stderr)}).")]
    say(f"release: tagged v{version}. To publish it, run:\n  git push origin v{version}")
    return []


# --- the tree


def tree_faults(root: Path, version: str) -> list[Problem]:
    """Say where the tree is not what is committed, or the tag is there already."""
    try:
        status = _git(root, "status", "--porcelain")
    except FileNotFoundError:
        return [Problem("git", "", "it is not installed, and a release is a tag of git.")]
    if status.returncode:
        return [Problem("git", "", f"the course's folder is no repository ({_last_line(status.stderr)}).")]
    problems = []
    changed = [line[3:] for line in status.stdout.splitlines()]
    if changed:
        named = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
        problems.append(Problem("git", "", f"the tree is not clean ({named}); commit or remove what changed."))
    if _git(root, "tag", "--list", f"v{version}").stdout.strip():
        problems.append(Problem("git", "", f"the tag v{version} is there already; a release is never made twice."))
    return problems


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, encoding="utf-8")


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it does not say why"])[-1].rstrip(".")


# --- the versions


def version_faults(root: Path, version: str) -> list[Problem]:
    """Say which file tells another version than `version`, or none."""
    problems = []
    for file, read in READERS.items():
        try:
            found = read((root / file).read_text(encoding="utf-8"), root)
        except FileNotFoundError as error:
            problems.append(Problem(file, "", f"{Path(error.filename).name} is missing."))
        except (ValueError, LookupError, TypeError, AttributeError, yaml.YAMLError):
            problems.append(Problem(file, "", f"its version cannot be read, expected {version}."))
        else:
            if found != version:
                problems.append(Problem(file, "", f"its version is {found}, expected {version}."))
    return problems + changelog_faults(root, version)


def _in_package(text: str, root: Path) -> str:
    return re.search(r'^__version__ = "([^"]*)"$', text, re.MULTILINE).group(1)


def _in_project(text: str, root: Path) -> str:
    """Return the version that the wheel will have: written there, or taken from the file that is named there."""
    table = tomllib.loads(text)
    if "version" in table["project"]:
        return table["project"]["version"]
    path = root / table["tool"]["hatch"]["version"]["path"]
    return _in_package(path.read_text(encoding="utf-8"), root)


def _in_citation(text: str, root: Path) -> str:
    return read_citation(text)["version"]


def _in_zenodo(text: str, root: Path) -> str:
    return json.loads(text)["version"]


READERS = {
    PACKAGE: _in_package,
    "pyproject.toml": _in_project,
    CITATION: _in_citation,
    ".zenodo.json": _in_zenodo,
}


def read_citation(text: str) -> dict:
    """Return what a CITATION.cff says, every value as the text that stands there (0.10 is no number)."""
    return yaml.load(text, Loader=yaml.BaseLoader)


def changelog_faults(root: Path, version: str) -> list[Problem]:
    """Say what the newest entry of the change log lacks."""
    path = root / CHANGELOG
    newest = ENTRY.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    wanted = f"'## [{version}] - YYYY-MM-DD'"
    if newest is None:
        return [Problem(CHANGELOG, "", f"it has no entry, expected {wanted}.")]
    name, day = newest["version"], (newest["day"] or "").strip()
    if name != version:
        return [Problem(CHANGELOG, "", f"its newest entry is [{name}], expected {wanted}.")]
    if not _is_day(day):
        return [Problem(CHANGELOG, "", f"its entry [{version}] has {day or 'nothing'!r} for a day, expected {wanted}.")]
    problems = []
    if not re.search(r"^- ", newest["text"], re.MULTILINE):
        problems.append(Problem(CHANGELOG, "", f"its entry [{version}] says nothing: it has no line that begins '- '."))
    return problems + _day_faults(root, day)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _day_faults(root: Path, day: str) -> list[Problem]:
    """The citation may leave the day of release out; where it stands, it is the change log's."""
    try:
        stated = read_citation((root / CITATION).read_text(encoding="utf-8")).get("date-released", day)
    except (OSError, AttributeError, yaml.YAMLError):
        return []  # told with the versions
    if stated == day:
        return []
    return [Problem(CITATION, "", f"its date-released is {stated}, that of {CHANGELOG} is {day}.")]
