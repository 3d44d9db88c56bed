"""A release is refused in one sentence a reason; only what was tried whole may be tagged."""

from __future__ import annotations

import os
import subprocess
from importlib.metadata import version

import pytest

from authoring import release as releasing
from authoring import wheel
from authoring.__main__ import main
from authoring.chapters import Course
from authoring.environments import lay_over, make_empty
from authoring.problems import CourseError
from authoring.release import release

PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "toy-helpers"
dynamic = ["version"]
dependencies = ["nbclient>=0.10"]

[tool.hatch.version]
path = "bioml_helpers/__init__.py"

[tool.hatch.build.targets.wheel]
only-include = ["bioml_helpers"]
"""

FILES = {
    "bioml_helpers/__init__.py": '__version__ = "1.2.0"\n',
    "pyproject.toml": PROJECT,
    "CITATION.cff": "cff-version: 1.2.0\ntitle: Toys\nversion: 1.2.0\ndate-released: 2026-02-01\n",
    ".zenodo.json": '{"version": "1.2.0"}\n',
    "CHANGELOG.md": "# Changes\n\n## [1.2.0] - 2026-02-01\n\n- Roots.\n\n## [1.1.0] - 2025-02-01\n\n- Toys.\n",
    ".gitignore": "dist/\n__pycache__/\n",
}


def git(course: Course, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=course.root, check=True, capture_output=True, text=True).stdout


def commit(course: Course, **files: str) -> None:
    for name, text in files.items():
        (course.root / name).write_text(text, encoding="utf-8")
    git(course, "add", "-A")
    git(course, "commit", "-q", "-m", "Toys")


@pytest.fixture
def ready(copy, monkeypatch) -> Course:
    """The toy course as a repository from which 1.2.0 can be released."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A toy")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "toy@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)  # set where tests run inside a hook, and they name the real repository
    git(copy, "init", "-q")
    commit(copy, **FILES)
    return copy


@pytest.fixture
def wheel_is_tried(monkeypatch) -> list[str]:
    """Note that the wheel would now be built and tried, and do neither."""
    noted = []

    def build(root, folder):
        noted.append("built")
        path = folder / "toy_helpers-1.2.0-py3-none-any.whl"
        path.write_bytes(b"")
        return path

    def attempt(one, course):
        noted.append("tried")
        return []

    monkeypatch.setattr(releasing, "build_wheel", build)
    monkeypatch.setattr(releasing, "try_wheel", attempt)
    return noted


def refusals(course: Course, wanted: str = "1.2.0") -> list[str]:
    return [str(problem) for problem in release(course, wanted, say=lambda text: None)]


# --- what goes through


@pytest.mark.slow
def test_a_version_that_keeps_every_rule_is_tried_whole_and_left_to_be_tagged(ready, capsys):
    assert main(["--root", str(ready.root), "release", "1.2.0"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "git tag -a v1.2.0 -m 'A toy course 1.2.0'\n" in said.out
    assert git(ready, "tag", "--list") == ""
    (kept,) = (ready.root / "dist").iterdir()
    assert kept.name.startswith("toy_helpers-1.2.0-") and f"kept dist/{kept.name}" in said.out


def test_with_tag_the_tag_is_made_and_not_pushed(ready, wheel_is_tried, capsys):
    assert main(["--root", str(ready.root), "release", "1.2.0", "--tag"]) == 0
    assert wheel_is_tried == ["built", "tried"]
    assert git(ready, "tag", "-n1").split() == ["v1.2.0", "A", "toy", "course", "1.2.0"]
    assert capsys.readouterr().out.endswith("git push origin v1.2.0\n")


def test_a_citation_may_leave_the_day_out(ready, wheel_is_tried):
    commit(ready, **{"CITATION.cff": "version: 1.2.0\n"})
    assert refusals(ready) == []


# --- what is refused before anything is built


@pytest.mark.parametrize("wrong", ["v1.2.0", "1.2", "1.2.0rc1", "01.2.0", ""])
def test_a_version_is_three_numbers(wrong, ready, wheel_is_tried):
    assert refusals(ready, wrong) == [f"release: the version is {wrong!r}, expected three numbers such as 0.2.0."]
    assert wheel_is_tried == []


def test_a_tree_that_is_not_clean_is_refused(ready, wheel_is_tried):
    for name in ("a", "b", "c", "d"):
        (ready.root / name).write_text("", encoding="utf-8")
    assert refusals(ready) == ["git: the tree is not clean (a, b, c and 1 more); commit or remove what changed."]
    assert wheel_is_tried == []


def test_a_tag_that_is_there_is_refused(ready, wheel_is_tried):
    git(ready, "tag", "v1.2.0")
    assert refusals(ready) == ["git: the tag v1.2.0 is there already; a release is never made twice."]
    assert wheel_is_tried == []


def test_a_folder_without_a_repository_is_refused(ready, wheel_is_tried, monkeypatch):
    (ready.root / ".git").rename(ready.root.parent / "aside")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(ready.root.parent))
    (sentence,) = refusals(ready)
    assert sentence.startswith("git: the course's folder is no repository (")
    assert wheel_is_tried == []


def test_a_machine_without_git_is_refused(ready, wheel_is_tried, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusals(ready) == ["git: it is not installed, and a release is a tag of git."]
    assert wheel_is_tried == []


OTHER_VERSIONS = {
    "pyproject.toml": PROJECT.replace('dynamic = ["version"]', 'version = "1.3.0"'),
    "CITATION.cff": "version: 1.3.0\ndate-released: 2026-02-01\n",
    ".zenodo.json": '{"version": "1.3.0"}',
}


@pytest.mark.parametrize("file", OTHER_VERSIONS)
def test_another_version_in_one_file_is_refused(file, ready, wheel_is_tried):
    commit(ready, **{file: OTHER_VERSIONS[file]})
    assert refusals(ready) == [f"{file}: its version is 1.3.0, expected 1.2.0."]
    assert wheel_is_tried == []


def test_another_version_in_the_package_is_the_wheels_as_well(ready, wheel_is_tried):
    commit(ready, **{"bioml_helpers/__init__.py": '__version__ = "1.3.0"\n'})
    assert refusals(ready) == [
        f"{file}: its version is 1.3.0, expected 1.2.0." for file in ("bioml_helpers/__init__.py", "pyproject.toml")
    ]
    assert wheel_is_tried == []


UNREADABLE = {
    "pyproject.toml": PROJECT.replace('path = "bioml_helpers/__init__.py"', 'source = "vcs"'),
    "CITATION.cff": "title: Toys\ndate-released: 2026-02-01\n",
    ".zenodo.json": "{",
}


@pytest.mark.parametrize("file", UNREADABLE)
def test_a_version_that_cannot_be_read_is_refused(file, ready, wheel_is_tried):
    commit(ready, **{file: UNREADABLE[file]})
    assert refusals(ready) == [f"{file}: its version cannot be read, expected 1.2.0."]
    assert wheel_is_tried == []


def test_a_missing_file_is_refused(ready, wheel_is_tried):
    git(ready, "rm", "-q", ".zenodo.json")
    commit(ready)
    assert refusals(ready) == [".zenodo.json: .zenodo.json is missing."]
    assert wheel_is_tried == []


WANTED = "expected '## [1.2.0] - YYYY-MM-DD'."
LOGS = {
    "# Changes\n": f"it has no entry, {WANTED}",
    "## [Unreleased]\n\n- Roots.\n\n## [1.2.0] - 2026-02-01\n\n- Toys.\n": (
        f"its newest entry is [Unreleased], {WANTED}"
    ),
    "## [1.1.0] - 2025-02-01\n\n- Toys.\n": f"its newest entry is [1.1.0], {WANTED}",
    "## [1.2.0] - unreleased\n\n- Roots.\n": f"its entry [1.2.0] has 'unreleased' for a day, {WANTED}",
    "## [1.2.0]\n\n- Roots.\n": f"its entry [1.2.0] has 'nothing' for a day, {WANTED}",
    "## [1.2.0] - 2026-02-31\n\n- Roots.\n": f"its entry [1.2.0] has '2026-02-31' for a day, {WANTED}",
    "## [1.2.0] - 2026-02-01\n\n## [1.1.0] - 2025-02-01\n\n- Toys.\n": (
        "its entry [1.2.0] says nothing: it has no line that begins '- '."
    ),
}


@pytest.mark.parametrize("text", LOGS)
def test_a_change_log_that_does_not_tell_this_release_is_refused(text, ready, wheel_is_tried):
    commit(ready, **{"CHANGELOG.md": text})
    assert refusals(ready) == [f"CHANGELOG.md: {LOGS[text]}"]
    assert wheel_is_tried == []


def test_another_day_in_the_citation_is_refused(ready, wheel_is_tried):
    commit(ready, **{"CITATION.cff": "version: 1.2.0\ndate-released: 2026-01-31\n"})
    assert refusals(ready) == ["CITATION.cff: its date-released is 2026-01-31, that of CHANGELOG.md is 2026-02-01."]
    assert wheel_is_tried == []


def test_a_stale_notebook_is_refused(ready, wheel_is_tried):
    master = ready.root / "chapters/source/01_toy.py"
    commit(
        ready, **{"chapters/source/01_toy.py": master.read_text(encoding="utf-8").replace("Three roots", "Four roots")}
    )
    assert all("it differs from what its master gives" in sentence for sentence in refusals(ready))
    assert len(refusals(ready)) == 2
    assert wheel_is_tried == []


def test_all_reasons_are_told_together_and_the_command_ends_with_1(ready, wheel_is_tried, capsys):
    (ready.root / "CHANGELOG.md").unlink()
    assert main(["--root", str(ready.root), "release", "1.2.1"]) == 1
    told = capsys.readouterr().err
    for file in ("git: the tree is not clean (CHANGELOG.md)", *(f"{file}: its version" for file in releasing.READERS)):
        assert file in told
    assert "CHANGELOG.md: it has no entry" in told


# --- what the wheel itself shows


def test_a_wheel_that_cannot_be_built_is_refused(ready):
    commit(ready, **{"pyproject.toml": PROJECT.replace('only-include = ["bioml_helpers"]', "only-include = 3")})
    (sentence,) = refusals(ready)
    assert sentence.startswith("pyproject.toml: the wheel cannot be built (")


def test_what_the_wheel_shows_is_refused_and_nothing_is_kept(ready, wheel_is_tried, monkeypatch):
    fault = wheel.Problem("chapters/01_toy.ipynb", "", "from the wheel: it fails.")
    monkeypatch.setattr(releasing, "try_wheel", lambda one, course: [fault])
    assert refusals(ready) == ["chapters/01_toy.ipynb: from the wheel: it fails."]
    assert not (ready.root / "dist").exists()


@pytest.mark.slow
def test_a_wheel_without_a_module_that_a_chapter_needs_is_refused(ready, tmp_path):
    (ready.root / "pyproject.toml").write_text(PROJECT + 'exclude = ["bioml_helpers/learning.py"]\n', encoding="utf-8")
    one = wheel.build_wheel(ready.root, tmp_path / "wheel")
    (problem,) = wheel.try_wheel(one, ready)
    assert problem.file == "chapters/01_toy.ipynb" and problem.where == "cell 01-002"
    assert problem.sentence.startswith("from the wheel: ImportError: cannot import name 'learning'")


@pytest.mark.slow
def test_a_wheel_that_asks_for_what_is_not_here_is_refused(ready, tmp_path):
    (ready.root / "pyproject.toml").write_text(
        PROJECT.replace('"nbclient>=0.10"', '"nbclient>=999", "no-such-package-at-all", "nbformat"'), encoding="utf-8"
    )
    one = wheel.build_wheel(ready.root, tmp_path / "wheel")
    told = [problem.sentence for problem in wheel.try_wheel(one, ready)]
    assert told == [
        f"the wheel asks for nbclient>=999, and here is {version('nbclient')}.",
        "the wheel asks for no-such-package-at-all, and here is none.",
    ]


@pytest.mark.slow
def test_a_chapter_that_sees_a_clone_is_told(ready, tmp_path):
    (ready.root / "authoring").mkdir()
    (ready.root / "authoring/__init__.py").write_text("", encoding="utf-8")
    python = make_empty(tmp_path / "environment")
    lay_over(python, ready.root)
    told = [str(problem) for problem in wheel.run_chapter(python, ready, ready.chapters[0])]
    assert len(told) == 2
    assert "the chapter took bioml_helpers from" in told[0] and told[0].endswith("not from the wheel.")
    assert told[1] == "chapters/01_toy.ipynb: from the wheel: the chapter could still see the clone."


def test_a_course_whose_every_notebook_needs_data_has_none_to_try_the_wheel_with(make, catalogue, tmp_path):
    course = make(catalogue=catalogue.replace("data = []", 'data = ["dnase"]'))
    (problem,) = wheel.try_wheel(tmp_path / "toy_helpers-1.2.0-py3-none-any.whl", course)
    assert str(problem).endswith("there is no notebook without data sets to try it with.")


def test_a_wheel_that_cannot_be_installed_is_refused(tmp_path):
    broken = tmp_path / "toy_helpers-1.2.0-py3-none-any.whl"
    broken.write_bytes(b"no wheel")
    with pytest.raises(CourseError, match="the wheel cannot be installed"):
        wheel.install(broken, tmp_path / "environment")
