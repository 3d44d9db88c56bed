"""Links for a class's JupyterHub: nbgitpuller brings the course into a learner's home and opens one notebook there.

``python -m authoring.hub https://hub.example.org [chapter…]`` prints them for your hub.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from authoring.chapters import ROOT, Chapter, Course, read_course
from authoring.problems import CourseError
from authoring.products import measured, put_between, write_if_new

PAGE = "teaching/jupyterhub.md"
BEGIN, END = "<!-- hub:begin -->", "<!-- hub:end -->"
EXAMPLE = "https://hub.example.org"


def link(course: Course, chapter: Chapter, hub: str = EXAMPLE) -> str:
    """Return the address that brings the course to a learner of `hub` and opens a chapter's notebook.

    Raises
    ------
    CourseError
        If `hub` is no address of a web server.

    Examples
    --------
    >>> course = read_course()
    >>> link(course, course.chapters[0]).split("?")[0]
    'https://hub.example.org/hub/user-redirect/git-pull'
    """
    parts = urlsplit(hub)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise CourseError(f"hub: expected an address such as {EXAMPLE}, got {hub!r}.")
    folder = course.repository.split("/")[1]
    asked = {"repo": course.url, "branch": course.branch, "urlpath": f"lab/tree/{folder}/{chapter.student}"}
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(asked, safe='/:')}"


def table(course: Course) -> str:
    """Return the page's table of links and of what each notebook computes, markers included."""
    rows = ["| Notebook | Computes | Memory, at most | Link |", "|---|---|---|---|"]
    figures = measured(course.root)
    for chapter in course.chapters:
        rows.append(
            f"| {chapter.prefix} {chapter.title} | {figures.get(chapter.name, 'not measured yet')} "
            f"| {chapter.gigabytes:g} GB | <{link(course, chapter)}> |"
        )
    return "\n".join([BEGIN, *rows, END])


def with_table(course: Course, page: str) -> str:
    """Return the page's text with its table renewed.

    Raises
    ------
    CourseError
        If its two markers are not there once each, in order.
    """
    new = put_between(page, BEGIN, END, table(course))
    if new is None:
        raise CourseError(f"{PAGE}: the table has no place: put the lines {BEGIN} and {END} there, once each.")
    return new


def write(course: Course) -> bool:
    """Renew the page's table where there is such a page; return whether it was another one."""
    path = Path(course.root) / PAGE
    return path.is_file() and write_if_new(path, with_table(course, path.read_text(encoding="utf-8")))


def main(arguments: list[str] | None = None) -> int:
    """Print the links; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m authoring.hub", description="Links for a class's JupyterHub.")
    parser.add_argument("hub", help=f"the hub's address, such as {EXAMPLE}")
    parser.add_argument("chapter", nargs="*", help="names or numbers, such as 01 or 04_cnn (default: all)")
    parser.add_argument("--root", type=Path, default=ROOT, help="the course's folder (default: this one)")
    options = parser.parse_args(arguments)
    try:
        course = read_course(options.root)
        for chapter in course.named(options.chapter):
            print(f"{chapter.prefix} {chapter.title}\n{link(course, chapter, options.hub)}")
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
