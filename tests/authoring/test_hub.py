"""The links for a class's JupyterHub: what they ask nbgitpuller for, and that the stored page has them fresh."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from authoring import hub
from authoring.build import build, check
from authoring.chapters import ROOT, read_course
from authoring.problems import CourseError

COURSE = read_course()
PAGE = (ROOT / hub.PAGE).read_text(encoding="utf-8")


def asked_by(link: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(link).query, strict_parsing=True).items()}


@pytest.mark.parametrize("chapter", COURSE.chapters, ids=lambda chapter: chapter.name)
def test_the_page_links_to_each_notebook_in_the_folder_that_the_clone_makes(chapter):
    (link,) = re.findall(rf"^\| {chapter.prefix} .*<(\S+)> \|$", PAGE, re.MULTILINE)
    assert urlsplit(link).path == "/hub/user-redirect/git-pull"
    asked = asked_by(link)
    assert (asked["repo"], asked["branch"]) == (COURSE.url, COURSE.branch)
    tree, path = asked["urlpath"].split(f"{COURSE.repository.split('/')[1]}/", 1)
    assert tree == "lab/tree/" and (ROOT / path).is_file() and path == chapter.student


def test_the_command_prints_the_links_of_another_hub(capsys):
    assert hub.main(["https://jupyter.example.edu/class/", "04"]) == 0
    name, link = capsys.readouterr().out.splitlines()
    assert name.startswith("04 Convolutional networks")
    assert link.startswith("https://jupyter.example.edu/class/hub/user-redirect/git-pull?repo=")


@pytest.mark.parametrize("address", ["hub.example.org", "ftp://hub.example.org", "https://", "https://h.org/?a=b"])
def test_what_is_no_address_is_refused(address, capsys):
    assert hub.main([address]) == 1
    assert f"hub: expected an address such as https://hub.example.org, got {address!r}." in capsys.readouterr().err


def test_an_unknown_chapter_is_refused(capsys):
    assert hub.main(["https://hub.example.org", "44"]) == 1
    assert "chapter: expected one of" in capsys.readouterr().err


def test_a_build_renews_the_table_and_check_tells_a_stale_one(make):
    course = make()
    page = course.root / hub.PAGE
    page.parent.mkdir()
    page.write_text(f"before\n{hub.BEGIN}\nold\n{hub.END}\nafter\n", encoding="utf-8")
    assert any("its table of links is stale" in str(problem) for problem in check(course, course.chapters))
    build(course, course.chapters, run=False, say=lambda text: None)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    assert "| not measured yet | 1.5 GB | <https://hub.example.org/hub/user-redirect/git-pull?repo=" in text
    assert not any(hub.PAGE in str(problem) for problem in check(course, course.chapters))


@pytest.mark.parametrize("text", ["", hub.BEGIN, f"{hub.END} {hub.BEGIN}", f"{hub.BEGIN}{hub.END}{hub.BEGIN}{hub.END}"])
def test_a_page_without_its_markers_is_told(text):
    with pytest.raises(CourseError, match="the table has no place"):
        hub.with_table(COURSE, text)


def test_the_page_promises_the_memory_that_the_notebooks_are_held_to():
    (promised,) = re.findall(r'c\.Spawner\.mem_limit = "(\d+)G"', PAGE)
    assert max(chapter.gigabytes for chapter in COURSE.chapters) + 0.1 <= int(promised)
