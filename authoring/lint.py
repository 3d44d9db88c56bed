"""Says what a master must not hold, and what it lacks: form, words, alt texts, the blocks that every chapter has.

Lengths are those that a reader sees: the longer of the student's and the solved cell, comments counted, blank lines,
markers and stub lines not.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise

from authoring.chapters import Chapter, Course
from authoring.masters import Cell, Master, read_master
from authoring.outputs import alt_faults_of_html
from authoring.problems import Problem
from authoring.products import GENERATED, MINUTES

LINES = 15  # of a code cell
CELLS = 60  # of a notebook, the generated ones counted
WORDS = 250  # between two things to do
TRIOS = 3
EXERCISES = 5

# Tags of cells in which a learner does something.
ACTING = (
    *("predict", "observe", "explain", "exercise", "faded", "independent", "parsons"),
    *("retrieval", "quiz", "peer", "widget", "optional"),
)

# What a network has not done. A cell that quotes such a word says so: <!-- allow: breakthrough -->
HYPE = (
    *(
        "proves",
        "solves",
        "solved biology",
        "understands",
        "human-level",
        "superhuman",
        "revolutionary",
        "revolutionise",
    ),
    *("revolutionize", "revolutionises", "revolutionizes", "breakthrough", "breakthroughs", "groundbreaking"),
    *("ground-breaking", "game-changing", "game changer", "game-changer", "unprecedented", "cutting-edge", "magical"),
    *("magically", "miraculous", "infallible", "flawless", "thinks like"),
)

NEEDED_ONCE = ("honesty", "keypoints", "references", "quiz", "caution", "retrieval")
DOI = re.compile(r"\b10\.\d{4,9}/\S+")
FORMULA = re.compile(r"\$\$.+?\$\$|\\\[.+?\\\]|\\begin\{(equation|align)\*?\}.+?\\end\{\1\*?\}", re.DOTALL)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)

Fault = tuple[str, str]  # where, sentence


def lint(course: Course, chapters: tuple[Chapter, ...]) -> list[Problem]:
    """Return every problem of the masters of `chapters`."""
    problems: list[Problem] = []
    for chapter in chapters:
        master = read_master(course.root, chapter.master)
        problems += master.problems
        problems += [Problem(master.file, where, sentence) for where, sentence in _faults(chapter, master)]
    return problems


def _faults(chapter: Chapter, master: Master) -> Iterator[Fault]:
    if not master.cells:
        return
    for cell in master.cells:
        rules = _markdown_faults(cell) if cell.kind == "markdown" else _code_faults(cell) if cell.kind == "code" else []
        for sentence in rules:
            yield cell.where, sentence
    count = len(master.cells) + GENERATED
    if count > CELLS:
        yield (
            "",
            f"the notebook has {count} cells ({GENERATED} of them generated), at most {CELLS} fit; use a companion.",
        )
    yield from _heading_faults(master)
    yield from _reading_faults(master)
    yield from _formula_faults(master)
    if not chapter.is_companion:  # a companion is one topic taken further, not a chapter of its own
        yield from _minutes_faults(chapter, master)
        yield from _block_faults(master)


# --- one cell


def _code_faults(cell: Cell) -> Iterator[str]:
    lines = max(sum(bool(line.strip()) for line in text.split("\n")) for text in (cell.student, cell.solved))
    if lines > LINES:
        yield f"the code has {lines} lines, at most {LINES} are read in one go."
    if re.search(r"_{4,}", cell.source):
        yield "a blank is written '...', never '____'."
    if _ends_in_semicolon(cell.solved) or _ends_in_semicolon(cell.student):
        yield "a line ends with ';', which silences nothing where notebooks are compared."
    for call in _calls(cell, "show"):
        if not any(keyword.arg == "alt" for keyword in call.keywords):
            yield f"show(...) without alt= (its line {call.lineno})."


def _ends_in_semicolon(source: str) -> bool:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source + "\n").readline))
    except (tokenize.TokenError, SyntaxError):
        return False  # told by the reading of the master
    code = [token for token in tokens if token.type != tokenize.COMMENT]
    return any(one.string == ";" and two.type == tokenize.NEWLINE for one, two in pairwise(code))


def _markdown_faults(cell: Cell) -> Iterator[str]:
    text = FENCE.sub("", cell.source)
    if re.search(r"(?<!\\)_{4,}", text):
        yield "a blank is written '...', never '____'."
    for match in re.finditer(r"!\[(.*?)\]\(", text):
        if not match.group(1).strip():
            yield "a picture without alt text: write ![what it shows](file)."
    yield from alt_faults_of_html(text)
    allowed = {word.strip().lower() for word in re.findall(r"<!--\s*allow:\s*(.*?)\s*-->", cell.source)}
    prose = COMMENT.sub("", text)
    for word in HYPE:
        if word not in allowed and re.search(rf"\b{re.escape(word)}\b", prose, re.IGNORECASE):
            yield f"the word {word!r} promises too much; where it is quoted, add <!-- allow: {word} -->."


def _calls(cell: Cell, *names: str) -> list[ast.Call]:
    """Return the calls of these functions in a cell, as name(...) or as room.name(...)."""
    try:
        tree = ast.parse(cell.solved)
    except (SyntaxError, ValueError):
        return []  # told by the reading of the master
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) in names]


def _ids(cell: Cell, name: str) -> list[str]:
    """Return the ids that a cell gives to calls such as check("topic.1", …)."""
    first = [call.args[0] for call in _calls(cell, name) if call.args]
    return [arg.value for arg in first if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


# --- the whole text


def _headings(master: Master) -> Iterator[tuple[Cell, int, str]]:
    for cell in master.cells:
        if cell.kind == "markdown":
            for match in re.finditer(r"^(#{1,6})\s+(.+)$", FENCE.sub("", cell.source), re.MULTILINE):
                yield cell, len(match.group(1)), match.group(2).strip()


def _heading_faults(master: Master) -> Iterator[Fault]:
    before = 1  # the generated header holds the one H1
    for cell, level, title in _headings(master):
        if level == 1:
            yield cell.where, f"the heading {title!r} is a second H1; the header cell holds the only one."
        elif level > before + 1:
            yield cell.where, f"the heading {title!r} is of level {level} after level {before}; no level is skipped."
        before = level


def _minutes_faults(chapter: Chapter, master: Master) -> Iterator[Fault]:
    minutes = []
    for cell, level, title in _headings(master):
        if level == 2:
            found = MINUTES.search(title)
            minutes.append(int(found.group(1)) if found else None)
            if not found:
                yield cell.where, f"the section {title!r} does not state its minutes, such as '⏱ 5 min'."
    if not minutes:
        yield "", "there is no section; each begins with a heading such as '## 1 · Predict ⏱ 5 min'."
    elif None not in minutes and sum(minutes) != chapter.minutes:
        yield "", f"the sections' minutes add up to {sum(minutes)}, but the chapter has {chapter.minutes}."


def _reading_faults(master: Master) -> Iterator[Fault]:
    """Words between two cells in which something is done; the set-up cell is the first, after the last any number."""
    words = 0
    for cell in master.cells:
        if cell.kind == "markdown":
            words += count_words(cell.source)
        if cell.tagged(*ACTING):
            if words > WORDS:
                yield cell.where, f"{words} words are read before there is something to do here, at most {WORDS}."
            words = 0


def count_words(markdown: str) -> int:
    """Return how many words a reader reads: no code, comment, formula or address.

    Examples
    --------
    >>> count_words("Two **words**, $x^2$ and [a link](https://example.org/a/b).")
    5
    """
    text = COMMENT.sub(" ", FENCE.sub(" ", markdown))
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]*\$|`[^`]*`|<[^>]*>", " ", text, flags=re.DOTALL)
    text = re.sub(r"\]\([^)]*\)|https?://\S+", " ", text)
    return len(re.findall(r"[^\W\d_][\w'’-]*", text))


def _formula_faults(master: Master) -> Iterator[Fault]:
    """Each display formula is said in words before the next one, in its cell or at the next markdown cell."""
    cells = master.cells
    for position, cell in enumerate(cells):
        if cell.kind != "markdown":
            continue
        text = FENCE.sub("", cell.source)
        formulas = list(FORMULA.finditer(text))
        following = cells[position + 1] if position + 1 < len(cells) else None
        for number, formula in enumerate(formulas, start=1):
            end, start = formula.end(), formulas[number].start() if number < len(formulas) else len(text)
            said = text[end:start]
            if start == len(text) and following is not None and following.kind == "markdown":
                said += FORMULA.split(following.source)[0]
            if "in words" not in said.lower():
                yield cell.where, "a display formula is not followed by 'In words: …'."


# --- the blocks that every chapter has


def _block_faults(master: Master) -> Iterator[Fault]:
    for tag in NEEDED_ONCE:
        if not any(cell.tagged(tag) for cell in master.cells):
            yield "", f"no cell is tagged '{tag}'."
    parsons = [cell for cell in master.cells if cell.kind == "code" and cell.tagged("parsons")]
    if len(parsons) != 1:
        yield "", f"{len(parsons)} code cells are tagged 'parsons', expected exactly 1."
    for cell in parsons:
        if not _calls(cell, "order"):
            yield cell.where, "it is tagged 'parsons', but calls no order(...)."
    references = [cell for cell in master.cells if cell.tagged("references")]
    if references and not any(DOI.search(cell.source) for cell in references):
        yield references[0].where, "the references hold no DOI (10.…/…)."
    yield from _trio_faults(master)
    yield from _exercise_faults(master)


def _trio_faults(master: Master) -> Iterator[Fault]:
    """A trio is one id in predict(...), then observe(...), then explain(...), each in a cell of that tag."""
    places: dict[str, dict[str, int]] = {"predict": {}, "observe": {}, "explain": {}}
    for cell in master.cells:
        for verb, seen in places.items():
            if cell.kind == "code" and cell.tagged(verb):
                for one in _ids(cell, verb):
                    seen.setdefault(one, cell.number)
    complete, broken = 0, []
    for one, first in places["predict"].items():
        observed, explained = places["observe"].get(one, 0), places["explain"].get(one, 0)
        if first <= observed <= explained:
            complete += 1
        else:
            broken.append(one)
    if complete < TRIOS:
        more = f"; not complete: {', '.join(broken)}" if broken else ""
        yield "", f"{complete} predict-observe-explain trios are complete, expected at least {TRIOS}{more}."


def _exercise_faults(master: Master) -> Iterator[Fault]:
    checked = set()
    for cell in master.cells:
        if cell.kind == "code" and cell.tagged("exercise"):
            ids = _ids(cell, "check")
            checked.update(ids)
            if not ids:
                yield cell.where, "it is tagged 'exercise', but calls no check(\"…\", …)."
    if len(checked) < EXERCISES:
        yield "", f"{len(checked)} exercises are checked, expected at least {EXERCISES}."
