"""What a check answers: a status, a message, and how strong the hint has become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NOT_ATTEMPTED = "not attempted"
RIGHT = "right"
MISTAKE = "mistake"
WRONG = "wrong"
STATUSES = (NOT_ATTEMPTED, RIGHT, MISTAKE, WRONG)
NOT_YET = "Replace the `...` with your own answer, then run this cell again."


class CheckBroken(Exception):
    """The exercise itself is at fault, not the learner."""


@dataclass(frozen=True)
class Verdict:
    """The answer of a check to one try.

    Parameters
    ----------
    status : {"not attempted", "right", "mistake", "wrong"}
        "mistake" is a usual mistake that the exercise knows by name.
    message : str
        What was seen, in one or two sentences; never the solution.
    mistake : str, optional
        The name of the usual mistake.
    hint : str
        The hint given with it; `hint_level` counts from 1, 0 means no hint.
    looked_at : str
        What the check looked at.
    notes : tuple of str
        Further sentences, such as "your function changes its input".
    check_failed : bool
        True where the check itself broke; that is never the learner's fault and no try is counted.

    Raises
    ------
    ValueError
        If `status` is not one of the four.

    Examples
    --------
    >>> Verdict("right", "Slopes add up.").is_right
    True
    """

    status: str
    message: str
    mistake: str | None = None
    hint: str = ""
    hint_level: int = 0
    looked_at: str = ""
    notes: tuple[str, ...] = ()
    check_failed: bool = False

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"status: expected one of {', '.join(map(repr, STATUSES))}, got {self.status!r}.")

    @property
    def is_right(self) -> bool:
        """Whether the answer was right."""
        return self.status == RIGHT


def right(message: str = "", **more) -> Verdict:
    """Return a verdict "right", for use in the judge of a `JudgedExercise`.

    Examples
    --------
    >>> right("The floor is respected.").status
    'right'
    """
    return Verdict(RIGHT, message, **more)


def wrong(message: str, **more) -> Verdict:
    """Return a verdict "wrong" with the sentence that says what was seen and what was expected.

    Examples
    --------
    >>> wrong("Five seeds were expected, three came.").status
    'wrong'
    """
    return Verdict(WRONG, message, **more)


def mistake(name: str, message: str = "", **more) -> Verdict:
    """Return a verdict "mistake"; the hints of the exercise's mistake called `name` are added to it.

    Examples
    --------
    >>> mistake("best seed only").mistake
    'best seed only'
    """
    return Verdict(MISTAKE, message, mistake=name, **more)


def one_answer(answer: tuple) -> Any:
    """What was handed in: the thing itself, or all of them where several came."""
    return answer[0] if len(answer) == 1 else answer
