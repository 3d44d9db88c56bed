"""One problem: where it is and one sentence about it. All problems of all chapters are told together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: a file, a cell or line of it (may be empty), one sentence."""

    file: str
    where: str
    sentence: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.where}" if self.where else self.file
        return f"{place}: {self.sentence}"


class CourseError(Exception):
    """The course can't be read at all; the message is one sentence, or one a line."""


def tell(problems: list[Problem]) -> str:
    """Return the problems as text, one a line, and how many there are."""
    lines = [str(problem) for problem in problems]
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}."
    return "\n".join([*lines, count])
