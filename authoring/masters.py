"""Reads a master (jupytext py:percent, solved) and cuts it into the student's and the solved cells."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

import jupytext

from authoring.problems import Problem

BEGIN, STUB, END = "# BEGIN SOLUTION", "# STUB", "# END SOLUTION"
BLANK = "..."

# Everything a cell may be tagged with, besides seed:S##.
TAGS = frozenset(
    "predict observe explain worked faded independent parsons retrieval peer honesty baseline widget static optional "
    "colab exercise quiz caution keypoints references nbval-check-output needs-real-data slow slide".split()
)
ASKED = re.compile(r"(\b(?:quiz|order|explain)\(\"[\w.]+\")\)")
SEED = re.compile(r"seed:S\d+")


@dataclass(frozen=True)
class Cell:
    """One cell of a master, with the place where a problem of it is told."""

    kind: str  # "markdown" or "code"
    source: str
    tags: tuple[str, ...]
    number: int  # counted from 1
    line: int  # of its "# %%" marker

    @property
    def where(self) -> str:
        return f"cell {self.number} (line {self.line})"

    @property
    def solved(self) -> str:
        return answered(cut(self.source, keep_solution=True)) if self.kind == "code" else self.source

    @property
    def student(self) -> str:
        return cut(self.source, keep_solution=False) if self.kind == "code" else self.source

    def tagged(self, *tags: str) -> bool:
        return any(tag in self.tags for tag in tags)


@dataclass(frozen=True)
class Master:
    """A chapter's master: its file (as told in problems), its cells, and what keeps it from being built."""

    file: str
    cells: tuple[Cell, ...]
    problems: tuple[Problem, ...]


def read_master(root: Path, file: str) -> Master:
    """Read the master `file` under `root`; what can't be built is told in its `problems`."""
    path = Path(root) / file
    if not path.is_file():
        return Master(file, (), (Problem(file, "", "the master is missing."),))
    text = path.read_text(encoding="utf-8")
    # comment_magics off: a commented line stays the comment that it is
    notebook = jupytext.reads(text, fmt={"extension": ".py", "format_name": "percent", "comment_magics": False})
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if re.match(r"# ?%%", line)]
    lines = [1] * (len(notebook.cells) - len(lines)) + lines  # what stands above the first marker is a cell too
    cells, problems = [], []
    for number, (raw, line) in enumerate(zip(notebook.cells, lines, strict=False), start=1):
        cell = Cell(raw.cell_type, raw.source, tuple(raw.metadata.get("tags", ())), number, line)
        cells.append(cell)
        extra = set(raw.metadata) - {"tags", "lines_to_next_cell"}
        faults = _cell_faults(cell) + [f"its marker sets {key!r}, but only tags are kept." for key in sorted(extra)]
        problems += [Problem(file, cell.where, fault) for fault in faults]
    if not cells:
        problems.append(Problem(file, "", "the master has no cells; each begins with a line '# %%'."))
    return Master(file, tuple(cells), tuple(problems))


def cut(source: str, *, keep_solution: bool) -> str:
    """Return a code cell with its solutions kept (markers gone), or replaced by their stubs.

    Examples
    --------
    >>> source = "x = 1\\n# BEGIN SOLUTION\\ny = 2\\n# STUB\\n# y = ...\\n# END SOLUTION"
    >>> print(cut(source, keep_solution=True))
    x = 1
    y = 2
    >>> print(cut(source, keep_solution=False))
    x = 1
    y = ...
    """
    kept: list[str] = []
    stub: list[str] | None = None
    state, indent = "outside", ""
    for line in source.split("\n"):
        marker = line.strip()
        if marker == BEGIN:
            state, stub, indent = "solution", None, line[: len(line) - len(line.lstrip())]
        elif marker == STUB and state == "solution":
            state, stub = "stub", []
        elif marker == END and state != "outside":
            if not keep_solution:
                kept += [indent + BLANK] if stub is None else stub
            state = "outside"
        elif state == "stub":
            stub.append(_uncomment(line))
        elif state == "outside" or keep_solution:
            kept.append(line)
    return "\n".join(kept).strip("\n")


def answered(source: str) -> str:
    """Return a code cell whose quizzes, lines to order and sentences to write show their answers.

    Examples
    --------
    >>> answered('quiz("toy.quiz")')
    'quiz("toy.quiz", answers=True)'
    """
    return ASKED.sub(r"\1, answers=True)", source)


def _uncomment(line: str) -> str:
    return re.sub(r"^(\s*)# ?", r"\1", line).rstrip()


def _cell_faults(cell: Cell) -> list[str]:
    """Say what keeps this cell from being built."""
    faults = [f"unknown tag {tag!r}." for tag in cell.tags if tag not in TAGS and not SEED.fullmatch(tag)]
    if cell.kind not in ("markdown", "code"):
        return faults + [f"a {cell.kind} cell is not used; write a markdown or a code cell."]
    if cell.kind == "markdown":
        if re.search(r"(BEGIN|END) SOLUTION", cell.source):
            faults.append("solution markers belong into code cells.")
        return faults
    pairing = _pairing_faults(cell.source)
    if pairing:
        return faults + pairing
    solved, student = _syntax_fault(cell.solved), _syntax_fault(cell.student)
    if solved:
        faults.append(f"the solved cell is not valid Python: {solved}.")
    elif student:
        faults.append(f"the student's stub is not valid Python: {student}.")
    return faults


def _pairing_faults(source: str) -> list[str]:
    faults, state = [], "outside"
    for line in source.split("\n"):
        text = line.strip()
        if text == BEGIN:
            if state != "outside":
                faults.append("BEGIN SOLUTION stands inside another solution; END SOLUTION is missing.")
            state = "solution"
        elif text == END:
            if state == "outside":
                faults.append("END SOLUTION has no BEGIN SOLUTION.")
            state = "outside"
        elif text == STUB:
            if state != "solution":
                faults.append("STUB stands outside a solution, or twice in one.")
            else:
                state = "stub"
        elif re.search(r"(BEGIN|END) SOLUTION", line):
            faults.append(f"the marker {text!r} is to stand alone, written '{BEGIN}' or '{END}'.")
        elif state == "stub" and text and not text.startswith("#"):
            faults.append(f"the stub's line {text!r} is not commented; every line after STUB begins with '#'.")
    if state != "outside":
        faults.append("BEGIN SOLUTION has no END SOLUTION.")
    return faults


def _syntax_fault(source: str) -> str:
    """Return what Python says against this source, or ''."""
    if any(line.lstrip().startswith(("%", "!")) for line in source.split("\n")):
        return "magics (% and !) are not used"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # an invalid escape is an error in a later Python
            compile(source, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, SyntaxWarning, ValueError) as error:
        line = getattr(error, "lineno", None)
        return f"{getattr(error, 'msg', error)}" + (f" (its line {line})" if line else "")
    return ""
