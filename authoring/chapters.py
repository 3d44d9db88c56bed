"""The catalogue of chapters: reads ``chapters/chapters.toml`` and says in sentences what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from authoring.problems import CourseError

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = "chapters/chapters.toml"

# key: (type, what a person calls it, must it be there)
COURSE_KEYS = {
    "title": (str, "a text", True),
    "repository": (str, "a text OWNER/NAME", True),
    "branch": (str, "a text", True),
}
CHAPTER_KEYS = {
    "number": (int, "a whole number", True),
    "name": (str, "a text such as '04_cnn'", True),
    "topic": (str, "a text such as 'cnn'", True),
    "title": (str, "a text", True),
    "question": (str, "a text", True),
    "objectives": (list, "a list of texts", True),
    "minutes": (int, "a whole number", True),
    "self_study_hours": (int, "a whole number", True),
    "data": (list, "a list of texts", True),
    "needs": (list, "a list of texts", True),
    "claims": (list, "a list of texts such as 'S20'", True),
    "imports": (list, "a list of texts such as 'numpy as np'", False),
    "budget": (dict, "a table { seconds = 60, gigabytes = 1.5 }", False),
    "companions": (list, "a list of names of companions", False),
    "steps": (dict, "a table { question = 1, data = 4, … } of the nine steps and their sections", False),
    "slides": (dict, "a table { question = 'cnn.quiz.1' }", False),
}
COMPANION_KEYS = {
    "name": (str, "a text such as '01b_more_pieces'", True),
    "of": (str, "the name of its chapter", True),
    "title": (str, "a text", True),
    "question": (str, "a text", True),
    "minutes": (int, "a whole number", True),
    "data": (list, "a list of texts", False),
    "needs": (list, "a list of texts", False),
    "imports": (list, "a list of texts such as 'numpy as np'", False),
    "budget": (dict, "a table { seconds = 60, gigabytes = 1.5 }", False),
}
STEPS = ("question", "data", "split", "baseline", "model", "debug", "train", "evaluate", "report")
BUDGET = {"seconds": 60, "gigabytes": 1.5}
IMPORTS = ("numpy as np", "torch")
NAME = re.compile(r"\d\d[a-z]?_[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Chapter:
    """One notebook of the course: a chapter's core, or (`of` is not empty) a companion of one."""

    number: int
    name: str
    topic: str
    title: str
    question: str
    minutes: int
    objectives: tuple[str, ...] = ()
    self_study_hours: int = 0
    data: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    imports: tuple[str, ...] = IMPORTS
    seconds: float = BUDGET["seconds"]
    gigabytes: float = BUDGET["gigabytes"]
    companions: tuple[str, ...] = ()
    steps: dict[str, int] = field(default_factory=dict)
    slides: dict[str, str] = field(default_factory=dict)
    of: str = ""

    @property
    def is_companion(self) -> bool:
        return bool(self.of)

    @property
    def prefix(self) -> str:
        """What the cell ids begin with: '01' of '01_function_approximation'."""
        return self.name.split("_", 1)[0]

    @property
    def master(self) -> str:
        return f"chapters/source/{self.name}.py"

    @property
    def student(self) -> str:
        return f"chapters/{self.name}.ipynb"

    @property
    def solved(self) -> str:
        return f"chapters/solutions/{self.name}.ipynb"


@dataclass(frozen=True)
class Course:
    """The course: its folder, its title, the one place it is published at, its chapters in order."""

    root: Path
    title: str
    repository: str
    branch: str
    chapters: tuple[Chapter, ...]

    @property
    def url(self) -> str:
        return f"https://github.com/{self.repository}"

    def named(self, names: list[str]) -> tuple[Chapter, ...]:
        """Return the chapters of these names or numbers (all, where none is given)."""
        if not names:
            return self.chapters
        chosen = []
        for name in names:
            found = [one for one in self.chapters if name in (one.name, one.prefix, one.topic if not one.of else None)]
            if not found:
                known = ", ".join(one.name for one in self.chapters)
                raise CourseError(f"chapter: expected one of {known}, got {name!r}.")
            chosen += [one for one in found if one not in chosen]
        return tuple(chosen)


def read_course(root: Path = ROOT) -> Course:
    """Read ``chapters/chapters.toml`` under `root`.

    Raises
    ------
    CourseError
        With every fault of the file, one sentence a line.
    """
    path = Path(root) / CATALOGUE
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(f"{CATALOGUE} is missing; it holds one table a chapter.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{CATALOGUE} is not valid TOML: {error}.") from None
    faults = _unknown("the file", table, {"course", "chapter", "companion"})
    faults += _faults("[course]", table.get("course"), COURSE_KEYS)
    faults += _table_faults(table, "chapter", CHAPTER_KEYS) + _table_faults(table, "companion", COMPANION_KEYS)
    if not faults:
        faults = _meaning_faults(table)
    if faults:
        raise CourseError("\n".join(f"{CATALOGUE}: {fault}" for fault in faults))
    course = table["course"]
    return Course(Path(root), course["title"], course["repository"], course["branch"], _chapters(table))


def _chapters(table: dict[str, Any]) -> tuple[Chapter, ...]:
    """Return each chapter followed by its companions."""
    result = []
    for one in sorted(table.get("chapter", []), key=lambda entry: entry["number"]):
        chapter = Chapter(**_fields(one))
        result.append(chapter)
        for companion in table.get("companion", []):
            if companion["of"] == chapter.name:
                inherited = {"number": chapter.number, "topic": chapter.topic, "data": chapter.data}
                result.append(Chapter(**{**inherited, **_fields(companion)}))
    return tuple(result)


def _fields(entry: dict[str, Any]) -> dict[str, Any]:
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return fields | fields.pop("budget", {})


def _table_faults(table: dict[str, Any], kind: str, keys: dict) -> list[str]:
    entries = table.get(kind, [])
    if not isinstance(entries, list):
        return [f"'{kind}' is to be written [[{kind}]], one table each."]
    faults = []
    for position, entry in enumerate(entries, start=1):
        name = entry.get("name") if isinstance(entry, dict) else None
        faults += _faults(f"[[{kind}]] {name or f'number {position}'}", entry, keys)
    return faults


def _faults(place: str, entry: Any, keys: dict) -> list[str]:
    """Say what keys are missing, unknown or of the wrong kind."""
    if not isinstance(entry, dict):
        return [f"{place} is missing."]
    faults = _unknown(place, entry, keys)
    for key, (kind, words, needed) in keys.items():
        value = entry.get(key)
        if value is None:
            faults += [f"{place}: '{key}' is missing, expected {words}."] if needed else []
        elif not isinstance(value, kind) or isinstance(value, bool):
            faults.append(f"{place}: '{key}' is {value!r}, expected {words}.")
        elif kind is list and not all(isinstance(item, str) and item.strip() for item in value):
            faults.append(f"{place}: '{key}' is {value!r}, expected {words}.")
        elif kind is str and not value.strip():
            faults.append(f"{place}: '{key}' is empty, expected {words}.")
    return faults


def _unknown(place: str, entry: dict, known) -> list[str]:
    return [f"{place}: '{key}' is not known; known are {', '.join(known)}." for key in entry if key not in known]


def _meaning_faults(table: dict[str, Any]) -> list[str]:
    """What can be said only once every key has the right kind."""
    chapters, companions = table.get("chapter", []), table.get("companion", [])
    faults = []
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", table["course"]["repository"]):
        faults.append(f"[course]: 'repository' is {table['course']['repository']!r}, expected OWNER/NAME.")
    for entry in [*chapters, *companions]:
        faults += _entry_faults(entry)
    for key, entries in (("number", chapters), ("name", [*chapters, *companions])):
        values = [entry[key] for entry in entries]
        twice = sorted({value for value in values if values.count(value) > 1})
        faults += [f"{key} {value!r} is used twice." for value in twice]
    prefixes = [entry["name"].split("_")[0] for entry in [*chapters, *companions]]
    twice = sorted({prefix for prefix in prefixes if prefixes.count(prefix) > 1})
    faults += [f"two names begin with {prefix!r}; cell ids need one of its own for each." for prefix in twice]
    return faults + _companion_faults(chapters, companions)


def _entry_faults(entry: dict[str, Any]) -> list[str]:
    name, faults = entry["name"], []
    if not NAME.fullmatch(name):
        faults.append(f"{name}: 'name' is to look like '04_cnn' (two digits, a letter for a companion, underscores).")
    elif "number" in entry and not name.startswith(f"{entry['number']:02d}_"):
        faults.append(f"{name}: 'number' is {entry['number']}, but the name begins with {name.split('_')[0]!r}.")
    if entry["minutes"] <= 0:
        faults.append(f"{name}: 'minutes' is {entry['minutes']}, expected more than 0.")
    if "objectives" in entry and not 4 <= len(entry["objectives"]) <= 6:
        faults.append(f"{name}: there are {len(entry['objectives'])} objectives, expected 4 to 6.")
    for claim in entry.get("claims", []):
        if not re.fullmatch(r"S\d+", claim):
            faults.append(f"{name}: claim {claim!r} is to look like 'S20'.")
    if any(re.match(r"torch([<>=!~\[ ]|$)", need) for need in entry.get("needs", [])):
        faults.append(f"{name}: 'needs' names torch; Colab has its own, which is never touched.")
    faults += _budget_faults(name, entry.get("budget", {})) + _step_faults(name, entry.get("steps"))
    return faults + _slide_faults(name, entry.get("slides", {}))


def _slide_faults(name: str, slides: dict[str, Any]) -> list[str]:
    faults = _unknown(f"{name}, slides", slides, ["question"])
    question = slides.get("question", "a.b.1")
    if not isinstance(question, str) or not re.fullmatch(r"[a-z_]+\.[a-z_]+\.\d+", question):
        faults.append(
            f"{name}, slides: 'question' is {question!r}, expected a quiz and a number, such as 'cnn.quiz.1'."
        )
    return faults


def _step_faults(name: str, steps: dict[str, Any] | None) -> list[str]:
    if steps is None or (
        tuple(steps) == STEPS and all(type(section) is int and section > 0 for section in steps.values())
    ):
        return []
    return [
        f"{name}: 'steps' is {steps!r}, expected the number of a section for each of {', '.join(STEPS)}, in this order."
    ]


def _budget_faults(name: str, budget: dict[str, Any]) -> list[str]:
    faults = _unknown(f"{name}, budget", budget, BUDGET)
    for key, value in budget.items():
        if key in BUDGET and (not isinstance(value, int | float) or isinstance(value, bool) or value <= 0):
            faults.append(f"{name}, budget: '{key}' is {value!r}, expected a number above 0.")
    return faults


def _companion_faults(chapters: list[dict], companions: list[dict]) -> list[str]:
    faults, names = [], {entry["name"] for entry in chapters}
    for companion in companions:
        if companion["of"] not in names:
            faults.append(f"companion {companion['name']}: there is no chapter {companion['of']!r}.")
    for chapter in chapters:
        listed = set(chapter.get("companions", []))
        stated = {companion["name"] for companion in companions if companion["of"] == chapter["name"]}
        faults += [f"{chapter['name']}: no [[companion]] table is called {name!r}." for name in sorted(listed - stated)]
        faults += [f"{chapter['name']}: its 'companions' do not list {name!r}." for name in sorted(stated - listed)]
    return faults
