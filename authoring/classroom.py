"""Makes nbgrader assignments out of the masters: only what grading needs, with hidden tests and points by level.

An assignment holds a chapter's exercises and the questions of its predictions. What an exercise needs from the chapter
(an import, a helper of a line or two) is given above it. An exercise that reports a long run of the chapter, or whose
answer can't leave its own process, is graded by a person, by the rubric under it.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import re
import secrets
import symtable
import tomllib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from authoring import masters, products
from authoring.chapters import Chapter, Course
from authoring.masters import Master, read_master
from authoring.problems import Problem
from bioml_helpers.learning import CardExercise, Exercise, Prediction
from bioml_helpers.learning.registry import find, origin

LEVELS = "chapters/levels.toml"
SEEDS = "hidden_seeds.txt"
CONFIG = "nbgrader_config.py"
BONUS_FROM = 4
POINTS_OF_A_QUESTION = 2
RUNNING = frozenset(dir(builtins)) | {"display", "get_ipython"}
EXERCISE = re.compile(r"^\*\*(?:Optional )?(?:Exercise|Your turn)", re.MULTILINE)
CONFIG_TEXT = """\
# An nbgrader course, written by: python -m authoring build --classroom --to THIS_FOLDER
# How to use it: teaching/nbgrader.md
from bioml_helpers.classroom.grading import configure

c = get_config()
c.CourseDirectory.course_id = "{name}"
configure(c)
"""

# Answers that can't leave the process of the submission as plain data, and so can't be judged apart from it.
_NETWORKS = "trained networks, or a layer of PyTorch"
_GRADIENTS = "a gradient through the answer"
_SCRIPT = "a script that trains; its model and its losses are looked at together"
BY_HAND: dict[str, str] = {
    "cnn.4": _NETWORKS,
    "rnn.b1": _NETWORKS,
    "autoencoder.halves": _NETWORKS,
    "attention.5": "two trainings, too long for a class",
    "mlp.7": _GRADIENTS,
    "practice.stopping": "a class of objects that remember weights",
    **{f"practice.b{number}": _SCRIPT for number in range(1, 11)},
}


@dataclass(frozen=True)
class Asked:
    """One exercise of a master: what is asked, its cell, the checks in it, and what is given with it."""

    statement: str
    code: str  # the cell up to its last check, markers kept, checks taken out
    checks: tuple[tuple[str, str], ...]  # id, the source of its arguments
    given: tuple[str, ...]  # code of the chapter that it needs
    lacking: tuple[str, ...]  # names that only the whole chapter has

    @property
    def uses(self) -> set[str]:
        return set().union(*(names_used(part) for part in (masters.cut(self.code, keep_solution=True), *self.given)))

    @property
    def by_hand(self) -> str:
        """Why a person grades it, or an empty text."""
        for identity, _ in self.checks:
            if isinstance(find(identity), CardExercise):
                return "card"
            if identity in BY_HAND:
                return "kept"
        return "chapter" if self.lacking else ""


def build_classroom(course: Course, chapters: Iterable[Chapter], folder: Path, say=print) -> list[Problem]:
    """Write ``source/<chapter>/<chapter>.ipynb`` for each chapter, and the course's configuration; return problems.

    A folder that is there already is renewed: the seeds of its hidden tests stay, so that points given stay right.
    """
    folder = Path(folder)
    problems: list[Problem] = []
    levels = read_levels(course)
    secret = _secret(folder)
    for chapter in chapters:
        master = read_master(course.root, chapter.master)
        if master.problems:
            problems += master.problems
            continue
        _register(chapter)
        found = asked(course, chapter, master)
        unknown = [one for each in found for one, _ in each.checks if one not in levels]
        if unknown:
            problems.append(Problem(LEVELS, "", f"no level for {', '.join(unknown)}; give each one from 1 to 5."))
            continue
        notebook = assignment(course, chapter, master, found, levels, secret)
        file = folder / "source" / chapter.name / f"{chapter.name}.ipynb"
        products.write_if_new(file, products.as_text(notebook))
        counted, bonus = points(notebook)
        say(f"{chapter.name}: {counted} points, {bonus} bonus points")
    name = course.repository.split("/")[1]
    products.write_if_new(folder / CONFIG, CONFIG_TEXT.format(name=name))
    return problems


def read_levels(course: Course) -> dict[str, int]:
    """Return the level of each exercise, by its id."""
    table = tomllib.loads((course.root / LEVELS).read_text(encoding="utf-8"))
    return {f"{topic}.{name}": level for topic, inside in table.items() for name, level in inside.items()}


def points(notebook: NotebookNode) -> tuple[int, int]:
    """Return the points that count, and the bonus points."""
    graded = [cell.metadata["nbgrader"] for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    bonus = sum(one["points"] for one in graded if one["grade_id"].startswith("bonus-"))
    return sum(one["points"] for one in graded) - bonus, bonus


def _register(chapter: Chapter) -> None:
    """Import all modules that register exercises of this topic."""
    package = importlib.import_module(f"bioml_helpers.{chapter.topic}")
    for path in sorted(Path(package.__path__[0]).glob("*exercises.py")):
        importlib.import_module(f"bioml_helpers.{chapter.topic}.{path.stem}")


def _secret(folder: Path) -> str:
    """Return what the seeds of the hidden tests are made of; made up once for each folder."""
    path = folder / SEEDS
    if not path.is_file():
        products.write_if_new(path, secrets.token_hex(16) + "\n")
    return path.read_text(encoding="utf-8").strip()


# --- what a master asks


def asked(course: Course, chapter: Chapter, master: Master) -> list[Asked]:
    """Return the exercises of a master, in order."""
    found: list[Asked] = []
    available = set(RUNNING) | {name for line in _import_lines(chapter) for name in _bound(ast.parse(line))}
    texts: list[str] = []
    for place, cell in enumerate(master.cells):
        if cell.kind == "markdown":
            texts.append(cell.source)
            continue
        code, checks = _without_checks(cell.source)
        if not checks:
            continue
        solved = masters.cut(code, keep_solution=True)
        needed = names_used(solved) | set().union(*(names_used(arguments) for _, arguments in checks))
        own = _bound(ast.parse(solved))
        given, lacking = _given(master, place, needed - own, available)
        found.append(Asked(_statement(texts), code, checks, given, lacking))
        if not lacking:
            available |= own | {name for part in given for name in _bound(ast.parse(part))}
        texts = []
    return found


def _without_checks(source: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a cell up to its last check, without the checks; and each check's id and arguments."""
    try:
        body = ast.parse(source).body
    except SyntaxError:  # top-level await and the like: nothing that is asked
        return source, ()
    lines, checks, last, taken = source.split("\n"), [], 0, set()
    for node in body:
        call = getattr(node, "value", None)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "check":
            identity, *answer = call.args
            arguments = ", ".join(ast.get_source_segment(source, one) for one in answer)
            checks.append((ast.literal_eval(identity), arguments))
            taken |= set(range(node.lineno - 1, node.end_lineno))
            last = node.end_lineno
    kept = [line for number, line in enumerate(lines[:last]) if number not in taken]
    return "\n".join(kept).strip("\n"), tuple(checks)


def _statement(texts: list[str]) -> str:
    """Return what is asked: from the paragraph that names the exercise to the end of its cell."""
    for text in reversed(texts):
        begin = EXERCISE.search(text)
        if begin:
            return text[begin.start() :].strip()
    return texts[-1].strip() if texts else ""


def names_used(source: str) -> set[str]:
    """Return the names that code takes from the notebook around it."""

    def walk(table: symtable.SymbolTable) -> Iterable[str]:
        top = table.get_type() == "module"
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (top or symbol.is_global()):
                yield symbol.get_name()
        for child in table.get_children():
            yield from walk(child)

    return set(walk(symtable.symtable(source, "<cell>", "exec")))


def _bound(tree: ast.AST) -> set[str]:
    """Return the names that code binds at its top level."""
    table = symtable.symtable(ast.unparse(tree), "<cell>", "exec")
    return {one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()}


def _given(
    master: Master, place: int, missing: set[str], available: set[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines of earlier cells that bind what is missing, where they are light; and what still lacks."""
    given: list[str] = []
    lacking: set[str] = set()
    known = set(available)
    todo = sorted(missing - known)
    while todo:
        name = todo.pop(0)
        if name in known:
            continue
        known.add(name)
        source = _light_source(master, place, name)
        if source is None:
            lacking.add(name)
            continue
        given.insert(0, source)
        todo += sorted(names_used(source) - _bound(ast.parse(source)) - known)
    return tuple(dict.fromkeys(given)), tuple(sorted(lacking))


def _light_source(master: Master, place: int, name: str) -> str | None:
    """Return the last statement before a cell that binds `name`, if it is an import, a function or plain data."""
    for cell in reversed(master.cells[:place]):
        if cell.kind != "code":
            continue
        solved = masters.cut(cell.source, keep_solution=True)
        for node in reversed(ast.parse(solved).body):
            if name in _bound(node if isinstance(node, ast.Module) else ast.Module([node], [])):
                return ast.get_source_segment(solved, node) if _is_light(node) else None
    return None


def _is_light(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
        return True
    if not isinstance(node, ast.Assign):
        return False
    # np.array([...]) is as good as the list in it
    value = node.value
    inner = (
        value.args
        if isinstance(value, ast.Call) and ast.unparse(value.func) in ("np.array", "torch.tensor")
        else [value]
    )
    return all(_is_literal(one) for one in inner)


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


# --- the notebook


def assignment(
    course: Course, chapter: Chapter, master: Master, found: list[Asked], levels: dict[str, int], secret: str
) -> NotebookNode:
    """Return the lecturer's version of an assignment, solutions and hidden tests included."""
    maker = _Maker(chapter, levels, secret)
    questions = [
        (place, identity)
        for place, cell in enumerate(master.cells)
        for identity in re.findall(r'^explain\("([\w.]+)"', cell.source, re.MULTILINE)
    ]
    maker.add("markdown", _head(course, chapter), "head")
    maker.add("code", _imports(chapter, [one for one in found if one.by_hand != "chapter"]), "imports")
    for number, one in enumerate(found, start=1):
        maker.exercise(number, one)
    if questions:
        maker.add("markdown", "## Questions\n\nOne or two sentences each. A person reads them.", "questions")
    for _, identity in questions:
        maker.question(identity)
    notebook = nbformat.v4.new_notebook(metadata={**products.METADATA, "bioml": {"master": chapter.master}})
    notebook.cells = maker.cells
    counted, bonus = points(notebook)
    sums = f"**{counted} points**" + (f", and **{bonus} bonus points** (levels 4 and 5)" if bonus else "")
    notebook.cells[0].source = notebook.cells[0].source.replace("POINTS", sums)
    return notebook


def _head(course: Course, chapter: Chapter) -> str:
    return "\n".join(
        [
            f"# Assignment: {chapter.title}",
            "",
            f"The exercises of chapter {chapter.prefix} of *{course.title}*, to be handed in: POINTS.",
            "",
            "- Write only into the cells with a blank. The other cells are put back before grading.",
            "- `check(…)` tells you what it sees. Grading tries the same exercise again, with other inputs.",
            "- Before you hand in, restart the kernel and run all cells.",
        ]
    )


def _import_lines(chapter: Chapter) -> list[str]:
    """Return the lines of the chapter's own set-up cell that bind names, one import each."""
    found = []
    for node in ast.parse(products.setup_imports(chapter)).body:
        for alias in getattr(node, "names", ()):
            one = ast.ImportFrom(node.module, [alias], 0) if isinstance(node, ast.ImportFrom) else ast.Import([alias])
            found.append(ast.unparse(one))
    return found


def _imports(chapter: Chapter, found: list[Asked]) -> str:
    """Return the import cell: what the exercises use of the chapter's imports, their registration, and `check`."""
    used = set().union(*(one.uses for one in found)) if found else set()
    lines = [line for line in _import_lines(chapter) if _bound(ast.parse(line)) & used]
    for module in _modules(check for one in found for check in one.checks):
        lines.append(_import_of(module))
    lines.append("from bioml_helpers.learning import check")
    return "\n".join(["# Run this first.", *dict.fromkeys(lines)])


def _modules(checks: Iterable[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(origin(identity) for identity, _ in checks))


def _import_of(module: str) -> str:
    package, name = module.rsplit(".", 1)
    return f"from {package} import {name}"


class _Maker:
    """Makes the cells of one assignment, each with what nbgrader must know of it."""

    def __init__(self, chapter: Chapter, levels: dict[str, int], secret: str):
        self.chapter, self.levels, self.secret = chapter, levels, secret
        self.cells: list[NotebookNode] = []

    def add(self, kind: str, source: str, name: str, *, solution: bool = False, grade: int | None = None) -> None:
        """Add a cell: read-only, or to be filled in (`solution`), or worth `grade` points, or both."""
        about = {"grade_id": name, "grade": grade is not None, "solution": solution, "locked": not solution,
                 "schema_version": 3, "task": False}  # fmt: skip
        if grade is not None:
            about["points"] = grade
        new = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
        identity = f"{self.chapter.prefix}-{len(self.cells):03d}"
        self.cells.append(new(source=source, id=identity, metadata={"nbgrader": about}))

    def exercise(self, number: int, one: Asked) -> None:
        """Add an exercise: what is asked, what is given, the blank, and its tests."""
        names = [identity.replace(".", "-") for identity, _ in one.checks]
        heading = " and ".join(find(identity).title or identity for identity, _ in one.checks)
        worth = [
            f"{self.levels[identity]} {self.kind(identity)} (level {self.levels[identity]})"
            for identity, _ in one.checks
        ]
        text = f"## {number} · {heading}\n\n{one.statement}\n\n*Worth: {'; '.join(worth)}.*"
        if one.by_hand:
            text += "\n\n" + self.rubric(one)
        self.add("markdown", text, f"about-{names[0]}")
        for place, part in enumerate(one.given if one.by_hand != "chapter" else ()):
            self.add("code", f"# Given, as in the chapter.\n{part}", f"given-{names[0]}-{place}")
        if one.by_hand:
            self.graded_by_a_person(one, names)
            return
        self.add("code", nbgrader_markers(one.code), f"answer-{names[0]}", solution=True)
        for (identity, arguments), name in zip(one.checks, names, strict=True):
            self.add(
                "code", self.test(identity, arguments), f"{self.prefix(identity)}{name}", grade=self.levels[identity]
            )

    def graded_by_a_person(self, one: Asked, names: list[str]) -> None:
        """Add the blank of an exercise that no test judges."""
        points = sum(self.levels[identity] for identity, _ in one.checks)
        grade_id = self.prefix(one.checks[0][0]) + "-and-".join(names)
        code = nbgrader_markers(one.code)
        if one.by_hand == "chapter":
            solved = masters.cut(one.code, keep_solution=True)
            code = f"### BEGIN SOLUTION\n```python\n{solved}\n```\n### END SOLUTION"
        self.add("markdown" if one.by_hand == "chapter" else "code", code, grade_id, solution=True, grade=points)

    def question(self, identity: str) -> None:
        """Add the question of a prediction: one or two sentences, graded by a person."""
        item: Prediction = find(identity)
        name = identity.replace(".", "-")
        choices = "".join(f"\n- {key}) {text}" for key, text in (item.choices or {}).items())
        text = (
            f"**Question.** {item.question}{choices}\n\n"
            "What did you see when you ran it in the chapter, and why is it so?\n\n"
            f"*Worth: {POINTS_OF_A_QUESTION} points. Rubric: 1 for saying what was seen, 1 for the reason.*"
        )
        self.add("markdown", text, f"about-{name}")
        answer = f"### BEGIN SOLUTION\n{item.explanation}\n### END SOLUTION"
        self.add("markdown", answer, f"count-{name}", solution=True, grade=POINTS_OF_A_QUESTION)

    def kind(self, identity: str) -> str:
        return "bonus points" if self.levels[identity] >= BONUS_FROM else "points"

    def prefix(self, identity: str) -> str:
        return "bonus-" if self.levels[identity] >= BONUS_FROM else "count-"

    def rubric(self, one: Asked) -> str:
        """Return how a person grades it; it stands in the student's version too."""
        first: Exercise = find(one.checks[0][0])
        if one.by_hand == "card":
            fields = "; ".join(
                f"*{field.name}*{f' ({field.prompt})' if field.prompt else ''}" for field in first.fields
            )
            return (
                f"*A person grades it. Fields: {fields}. Rubric: full points where every field is about one and the "
                "same case, names its units, and would let a colleague repeat it; half where a field is missing, too "
                "general or contradicts another; none where it is a copy of an example.*"
            )
        if one.by_hand == "kept":
            return (
                "*A person grades it. Rubric: full points where the code runs in the chapter's notebook and `check` "
                "says right; half where it runs and the mistake that `check` names is explained; none otherwise.*"
            )
        return (
            "*This one needs what the chapter computes. Do it in the chapter's notebook, then write here your code and "
            "what it printed. A person grades it. Rubric: full points where code and numbers belong together and "
            "`check` said right; half where only the numbers, or only the code, are right; none otherwise.*"
        )

    def test(self, identity: str, arguments: str) -> str:
        """Return a test cell: the visible check, and the hidden test with a seed of its own."""
        seed = zlib.crc32(f"{self.secret} {self.chapter.name} {identity}".encode()) % (2**32 - 1) + 1
        return "\n".join(
            [
                f'check("{identity}", {arguments})',
                "### BEGIN HIDDEN TESTS",
                _import_of(origin(identity)),
                "from bioml_helpers.classroom import hidden",
                f'hidden.demand("{identity}", {arguments}, seed={seed})',
                "### END HIDDEN TESTS",
            ]
        )


def nbgrader_markers(code: str) -> str:
    """Return a master's code with nbgrader's markers; a blank without a stub gets the master's own.

    Examples
    --------
    >>> print(nbgrader_markers("# BEGIN SOLUTION\\nx = 1\\n# END SOLUTION"))
    ### BEGIN SOLUTION
    x = 1
    ### STUB
    # ...
    ### END SOLUTION
    """
    lines, stubbed = [], False
    for line in code.split("\n"):
        mark, indent = line.strip(), line[: len(line) - len(line.lstrip())]
        if mark == masters.BEGIN:
            stubbed = False
        if mark == masters.STUB:
            stubbed = True
        if mark == masters.END and not stubbed:
            lines += [f"{indent}### STUB", f"{indent}# {masters.BLANK}"]
        lines.append(f"{indent}##{mark}" if mark in (masters.BEGIN, masters.STUB, masters.END) else line)
    return "\n".join(lines)
