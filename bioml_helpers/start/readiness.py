"""The readiness quiz's score, read from the stored answers, with plain advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bioml_helpers.learning import progress_file
from bioml_helpers.learning.verdict import MISTAKE, RIGHT

QUIZ = "start.readiness"
ENOUGH = 8
ARRAYS, SLOPES = "00b_arrays_and_shapes", "00c_slopes_logs_probabilities"

# For each of the twelve questions: what it asks for, and where to read up.
TOPICS = (
    ("Python: lists", ARRAYS),
    ("Python: loops", ARRAYS),
    ("Python: functions", ARRAYS),
    ("NumPy: indexing", ARRAYS),
    ("NumPy: broadcasting", ARRAYS),
    ("slope", SLOPES),
    ("log-odds", SLOPES),
    ("mean, variance, correlation", SLOPES),
    ("training and test", SLOPES),
    ("sensitivity and precision", SLOPES),
    ("one-hot encoding", ARRAYS),
    ("p-value", SLOPES),
)


@dataclass(frozen=True)
class Score:
    """How the quiz stands.

    Attributes
    ----------
    answered, at_once, by_now : int
        Questions answered; right at the first try; right by now.
    missed : tuple of int
        Numbers of the questions that were wrong at the first try.
    """

    answered: int
    at_once: int
    by_now: int
    missed: tuple[int, ...]

    @property
    def below(self) -> bool:
        """Whether `ENOUGH` right at the first try are out of reach, whatever is still open."""
        return self.at_once + len(TOPICS) - self.answered < ENOUGH

    @property
    def ready(self) -> bool:
        """Whether all is answered, and enough of it right at the first try."""
        return self.answered == len(TOPICS) and self.at_once >= ENOUGH

    @property
    def notebooks(self) -> tuple[str, ...]:
        """The short notebooks that what was missed asks for, each once."""
        return tuple(sorted({TOPICS[number - 1][1] for number in self.missed}))

    @property
    def advice(self) -> str:
        """What to do next, in plain words."""
        total = len(TOPICS)
        if self.answered == 0:
            return f"No question is answered yet. Answer the {total} questions above, then run this cell again."
        lines = [f"{self.at_once} of {total} right at the first try ({self.by_now} by now)."]
        if self.answered < total:
            lines.append(f"{total - self.answered} are still open; answer them and run this cell again.")
        if self.ready:
            lines.append("You are ready for chapter 1.")
        elif self.below:
            lines.append(f"Below {ENOUGH}: do the short notebooks named here first. They take less than an hour each.")
        for number in self.missed:
            topic, notebook = TOPICS[number - 1]
            lines.append(f"  question {number}, {topic}: {notebook}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.advice


def score() -> Score:
    """Return the score of the readiness quiz from the progress file; a question counts as its first try went.

    Examples
    --------
    >>> score().answered >= 0
    True
    """
    return score_of(progress_file.all_records())


def score_of(records: Mapping[str, progress_file.Record]) -> Score:
    """Return the score that these records hold; what is not among them is not answered.

    Examples
    --------
    >>> score_of({"start.readiness.1": progress_file.Record(status="right")}).at_once
    1
    """
    twelve = [records.get(f"{QUIZ}.{number}", progress_file.Record()) for number in range(1, len(TOPICS) + 1)]
    right = [one.status == RIGHT for one in twelve]
    missed = tuple(n for n, one in enumerate(twelve, 1) if one.tries > 0)
    answered = sum(one.status in (RIGHT, MISTAKE) for one in twelve)
    at_once = sum(good and one.tries == 0 for good, one in zip(right, twelve, strict=True))
    return Score(answered, at_once, sum(right), missed)
