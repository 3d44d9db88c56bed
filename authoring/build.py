"""Builds the notebooks of the chapters, and checks that those that are stored are fresh."""

from __future__ import annotations

import json
from collections.abc import Callable

import nbformat
from nbformat import NotebookNode

from authoring import execute, hub, outputs, products
from authoring.chapters import CATALOGUE, Chapter, Course
from authoring.masters import read_master
from authoring.problems import CourseError, Problem

REBUILD = "run: python -m authoring build"


def build(
    course: Course,
    chapters: tuple[Chapter, ...],
    *,
    run: bool = True,
    stand_in: bool = False,
    prose: bool = False,
    say: Callable[[str], None] = print,
) -> list[Problem]:
    """Write the products of `chapters` and the README's table; return every problem.

    A product that has one is not written. With `prose` nothing is executed: what stands is kept, and only its text
    becomes the master's.
    """
    problems: list[Problem] = []
    for chapter in chapters:
        if prose:
            for solved in (False, True):
                problems += _renew_text(course, chapter, solved=solved, say=say)
            continue
        missing = execute.missing_data(chapter) if run else []
        if missing and not stand_in:
            problems.append(Problem(chapter.master, "", _refusal(missing)))
            continue
        for solved in (False, True):
            kind = "none" if not run else "stand-in data" if missing else "real data"
            problems += _build_one(course, chapter, solved=solved, kind=kind, say=say)
    problems += write_readme(course)
    return list(dict.fromkeys(problems))


def _refusal(missing: list[str]) -> str:
    names = ", ".join(missing)
    return (
        f"not built, for {names} would be stand-in data. Set BIOML_DATA_DIR or connect once to get the real data, "
        "or build a draft with --stand-in."
    )


def _build_one(
    course: Course, chapter: Chapter, *, solved: bool, kind: str, say: Callable[[str], None]
) -> list[Problem]:
    master = read_master(course.root, chapter.master)
    if master.problems:
        return list(master.problems)
    file = chapter.solved if solved else chapter.student
    notebook = products.build_notebook(course, chapter, master, solved=solved)
    if kind != "none":
        say(f"executing {file}")
        found = execute.execute(course, notebook)
        if found:
            return [Problem(file, f"cell {where}" if where else "", sentence) for where, sentence in found]
        notebook.metadata = nbformat.from_dict(
            products.metadata(chapter, solved=solved)
        )  # the kernel wrote its version
    notebook.metadata["bioml"]["outputs"] = kind
    written = products.write_if_new(course.root / file, products.as_text(notebook))
    say(f"{'wrote' if written else 'unchanged'} {file}")
    return []


def _renew_text(course: Course, chapter: Chapter, *, solved: bool, say: Callable[[str], None]) -> list[Problem]:
    """Give a built notebook the master's text, and leave its outputs; refuse where the code is another one.

    The first set-up cell may be another one: it only brings packages, so as long as it shows nothing, no output hangs
    on it.
    """
    master = read_master(course.root, chapter.master)
    if master.problems:
        return list(master.problems)
    file = chapter.solved if solved else chapter.student
    path = course.root / file
    if not path.is_file():
        return [Problem(file, "", f"the notebook is missing; {REBUILD}.")]
    stored = nbformat.v4.reads(path.read_text(encoding="utf-8"))
    notebook = products.build_notebook(course, chapter, master, solved=solved)
    have, want = ([cell for cell in one.cells if cell.cell_type == "code"] for one in (stored, notebook))
    same = 0 if have and have[0].outputs else 1  # from where on the code must be the same
    if len(have) != len(want) or [cell.source for cell in have[same:]] != [cell.source for cell in want[same:]]:
        return [
            Problem(
                file, "", "its code is not that of its master, so its outputs are not either; build it without --prose."
            )
        ]
    for old, new in zip(have, want, strict=True):
        new.outputs, new.execution_count = old.outputs, old.execution_count
    outputs.clean(notebook)  # as a build would store them today
    notebook.metadata["bioml"]["outputs"] = stored.metadata.get("bioml", {}).get("outputs", "none")
    written = products.write_if_new(path, products.as_text(notebook))
    say(f"{'wrote' if written else 'unchanged'} {file}")
    return []


def write_readme(course: Course) -> list[Problem]:
    """Renew the README's table, and the hub page's; say so where their markers are not there."""
    path = course.root / products.README
    new = products.with_table(course, path.read_text(encoding="utf-8")) if path.is_file() else None
    if new is None:
        return [_no_markers()]
    products.write_if_new(path, new)
    try:
        hub.write(course)
    except CourseError as error:
        return [Problem(hub.PAGE, "", str(error))]
    return []


def _no_markers() -> Problem:
    sentence = (
        f"the table has no place: put the lines {products.TABLE_BEGIN} and {products.TABLE_END} there, once each."
    )
    return Problem(products.README, "", sentence)


# --- freshness


def check(course: Course, chapters: tuple[Chapter, ...]) -> list[Problem]:
    """Return every problem of the stored products of `chapters`, of orphans, and of the README's table."""
    problems: list[Problem] = []
    for chapter in chapters:
        master = read_master(course.root, chapter.master)
        problems += master.problems
        if master.problems:
            continue
        for solved in (False, True):
            expected = products.build_notebook(course, chapter, master, solved=solved)
            problems += _check_one(course, chapter.solved if solved else chapter.student, expected)
    return problems + _orphans(course) + _check_readme(course) + _check_hub(course)


def _check_one(course: Course, file: str, expected: NotebookNode) -> list[Problem]:
    path = course.root / file
    if not path.is_file():
        return [Problem(file, "", f"the notebook is missing; {REBUILD}.")]
    text = path.read_text(encoding="utf-8")
    try:
        stored = nbformat.v4.reads(text)
        nbformat.validate(stored)
    except (ValueError, nbformat.ValidationError) as error:
        return [Problem(file, "", f"it is not a valid notebook: {str(error).splitlines()[0]}")]
    found = [Problem(file, "", sentence) for sentence in _whole_faults(stored, expected, text)]
    found += [
        Problem(file, f"cell {where}" if where else "", sentence) for where, sentence in _cell_faults(stored, expected)
    ]
    found += [Problem(file, f"cell {where}" if where else "", sentence) for where, sentence in outputs.faults(stored)]
    return found


def _whole_faults(stored: NotebookNode, expected: NotebookNode, text: str) -> list[str]:
    faults = []
    metadata = json.loads(json.dumps(stored.metadata))
    kind = metadata.get("bioml", {}).pop("outputs", "none")
    metadata.pop("widgets", None)  # has a sentence of its own
    if metadata != json.loads(json.dumps(expected.metadata)):
        faults.append(f"its metadata are not what its master gives; {REBUILD}.")
    if kind == "none":
        faults.append(f"it was built without executing it; {REBUILD}.")
    elif kind != "real data":
        faults.append(f"it was built on {kind}; build it on the real data.")
    if products.as_text(nbformat.v4.reads(text)) != text:
        faults.append(f"its file was written by something else than the build; {REBUILD}.")
    return faults


def _cell_faults(stored: NotebookNode, expected: NotebookNode) -> list[tuple[str, str]]:
    """Compare cells: a cell more or less is told once, then only what both have is compared."""
    faults = []
    if len(stored.cells) != len(expected.cells):
        faults.append(("", f"it has {len(stored.cells)} cells, its master gives {len(expected.cells)}; {REBUILD}."))
    for have, want in zip(stored.cells, expected.cells, strict=False):
        parts = {
            "id": have.get("id") == want.id,
            "kind": have.cell_type == want.cell_type,
            "source": have.source == want.source,
            "tags": dict(have.metadata) == dict(want.metadata),
        }
        wrong = [name for name, same in parts.items() if not same]
        if wrong:
            faults.append((want.id, f"it differs from what its master gives ({', '.join(wrong)}); {REBUILD}."))
            if len(stored.cells) != len(expected.cells):
                break  # every later cell is shifted, and says nothing new
    return faults


def _orphans(course: Course) -> list[Problem]:
    known = {file for one in course.chapters for file in (one.student, one.solved, one.master)}
    patterns = ("chapters/*.ipynb", "chapters/solutions/*.ipynb", "chapters/source/*.py")
    files = sorted(
        path.relative_to(course.root).as_posix() for pattern in patterns for path in course.root.glob(pattern)
    )
    return [Problem(file, "", f"no chapter of {CATALOGUE} has this file.") for file in files if file not in known]


def _check_readme(course: Course) -> list[Problem]:
    path = course.root / products.README
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    new = products.with_table(course, text)
    if new is None:
        return [_no_markers()]
    return [] if new == text else [Problem(products.README, "", f"its table of chapters is stale; {REBUILD}.")]


def _check_hub(course: Course) -> list[Problem]:
    path = course.root / hub.PAGE
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    try:
        fresh = hub.with_table(course, text) == text
    except CourseError as error:
        return [Problem(hub.PAGE, "", str(error))]
    return [] if fresh else [Problem(hub.PAGE, "", f"its table of links is stale; {REBUILD}.")]
