"""Each link that opens a notebook elsewhere leads to that notebook, on the branch that is published."""

from __future__ import annotations

import re
import subprocess
from urllib.parse import parse_qs, unquote, urlsplit

import nbformat
import pytest

from authoring.chapters import ROOT, read_course

COURSE = read_course()
LINK = re.compile(r"\((https://(?:colab\.research\.google\.com|mybinder\.org)/(?:github|v2)/[^)\s]+)\)")
PRODUCTS = [file for chapter in COURSE.chapters for file in (chapter.student, chapter.solved)]


def target(link: str) -> tuple[str, str, str, str]:
    """Return (host, OWNER/NAME, branch, path in the repository) of a link, as the host would read it."""
    parts = urlsplit(link)
    if parts.netloc == "mybinder.org":
        kind, owner, name, branch = parts.path.removeprefix("/v2/").split("/")
        assert kind == "gh"
        path = parse_qs(parts.query)["urlpath"][0]
        assert path.startswith("lab/tree/")
        return parts.netloc, f"{owner}/{name}", branch, path.removeprefix("lab/tree/")
    owner, name, kind, branch, path = unquote(parts.path).removeprefix("/github/").split("/", 4)
    assert kind == "blob"
    return parts.netloc, f"{owner}/{name}", branch, path


def expected(file: str) -> set[tuple[str, str, str, str]]:
    return {(host, COURSE.repository, COURSE.branch, file) for host in ("colab.research.google.com", "mybinder.org")}


@pytest.fixture(scope="module")
def published(origin) -> set[str]:
    """Every file that a clone of the branch would hold."""
    folder = origin.removeprefix("file://")
    command = ["git", f"--git-dir={unquote(folder)}", "ls-tree", "-r", "-z", "--name-only", COURSE.branch]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0"))


@pytest.mark.parametrize("file", PRODUCTS)
def test_the_links_of_a_header_open_this_very_notebook(file, published):
    header = nbformat.read(ROOT / file, as_version=4).cells[0].source
    assert {target(link) for link in LINK.findall(header)} == expected(file)
    assert file in published


def test_the_badges_of_the_readme_open_each_chapter_and_no_other_file(published):
    found = {}
    for row in (ROOT / "README.md").read_text(encoding="utf-8").splitlines():
        if links := LINK.findall(row):
            beside = re.search(r"\[[^]]+\]\(([^)]+\.ipynb)\)", row).group(1)
            found[beside] = {target(link) for link in links}
    assert found == {chapter.student: expected(chapter.student) for chapter in COURSE.chapters}
    assert set(found) <= published


def test_no_other_text_names_another_branch_or_repository():
    pages = [*ROOT.glob("*.md"), *(ROOT / "teaching").glob("*.md"), *(ROOT / "chapters").rglob("*.ipynb")]
    links = [link for page in pages for link in LINK.findall(page.read_text(encoding="utf-8"))]
    assert links and {target(link)[1:3] for link in links} == {(COURSE.repository, COURSE.branch)}
