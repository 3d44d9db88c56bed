"""The kinds of exercise: what a topic's ``exercises.py`` writes down, and nothing that judges or displays.

Every kind carries an `id` ("topic.name"), a `title`, general `hints` that grow, and `why`, the reason the right answer
matters. What makes no sense (a quiz option without its own feedback, a key that is not an option) is refused when
the exercise is made, so that a learner never meets it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

_ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_-]+)+\Z")


def _texts(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _demand(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


@dataclass
class Mistake:
    """A usual mistake: its name, how it is recognised, and its hints from gentle to strong.

    Parameters
    ----------
    name : str
        How the learner is told of it, e.g. "slopes instead of slope changes".
    wrong : callable or value
        For a `FunctionExercise` the wrong function itself (it runs); for a `ValueExercise` the wrong value, or a
        function that takes the answer and says whether it is this mistake. May be written ``function=`` or ``value=``.
        Not needed where a judge names the mistake itself.
    hints : sequence of str
        One step stronger at each try; the last one stays.

    Raises
    ------
    ValueError
        If the name or the hints are empty.

    Examples
    --------
    >>> Mistake("forgot the bias", 3.0, hints=("What is added at the end?",)).hints
    ('What is added at the end?',)
    """

    name: str
    wrong: Any = None
    hints: Sequence[str] = ()
    _: KW_ONLY
    function: Callable | None = field(default=None, repr=False)
    value: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for other in (self.function, self.value):
            if other is not None:
                self.wrong = other
        self.hints = _texts(self.hints)
        _demand(bool(self.name.strip()), "Mistake: name is empty; the learner is told the mistake by its name.")
        _demand(
            bool(self.hints) and all(h.strip() for h in self.hints), f"Mistake {self.name!r}: give at least one hint."
        )


@dataclass
class Exercise:
    """What all kinds share; use one of the kinds below."""

    id: str

    kind = "an exercise"
    how = 'learning.check("{id}", your_answer)'

    def __post_init__(self) -> None:
        _demand(
            isinstance(self.id, str) and bool(_ID.match(self.id)),
            f"id: expected 'topic.name' in lower case, got {self.id!r}.",
        )
        if hasattr(self, "hints"):
            self.hints = _texts(self.hints)
        if hasattr(self, "mistakes"):
            self.mistakes = tuple(self.mistakes)
            names = [m.name for m in self.mistakes]
            _demand(len(set(names)) == len(names), f"{self.id}: two mistakes share a name: {names}.")
            first = [m.hints[0] for m in self.mistakes]
            _demand(
                len(set(first)) == len(first), f"{self.id}: two mistakes share their first hint; give each its own."
            )

    @property
    def call(self) -> str:
        """The plain call that answers this exercise."""
        return self.how.format(id=self.id)


@dataclass
class FunctionExercise(Exercise):
    """Write a function; it is compared with `reference` on fresh copies of every case.

    Parameters
    ----------
    reference : callable
        The right function. Handed in by the learner (itself, wrapped, or called from inside) it gains nothing.
    cases : list of tuple, or callable returning one
        Argument tuples; a callable (seeded, so that it gives the same cases each time) is called when a check runs.
    mistakes : sequence of Mistake
        Each with its own runnable wrong function.
    tolerance : float
        Largest relative difference accepted; wider by itself where the answer is in single or half precision.
    inputs_named : tuple of str
        Names of the inputs for messages; by default the reference's parameter names.
    view : callable, optional
        ``view(output, *inputs)`` turns an output into what is compared. Use it where many outputs are right, e.g. the
        weights of a network whose curve is what counts.
    off_limits : sequence of callable
        More of our own functions that gain nothing, besides `reference`.
    seconds : float
        Time for the learner's function over all cases together.

    Examples
    --------
    >>> twice = FunctionExercise("demo.twice", "Twice", lambda x: 2 * x, [(1,), (2,)])
    >>> twice.call
    'learning.check("demo.twice", your_function)'
    """

    title: str = ""
    reference: Callable = None
    cases: Sequence | Callable[[], Sequence] = ()
    mistakes: Sequence[Mistake] = ()
    hints: Sequence[str] = ()
    why: str = ""
    tolerance: float = 1e-6
    inputs_named: Sequence[str] = ()
    view: Callable | None = None
    off_limits: Sequence[Callable] = ()
    seconds: float = 0.8

    kind = "a function exercise"
    how = 'learning.check("{id}", your_function)'

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(callable(self.reference), f"{self.id}: reference is not a function.")
        _demand(callable(self.cases) or len(self.cases) > 0, f"{self.id}: cases is empty.")
        for known in self.mistakes:
            _demand(callable(known.wrong), f"{self.id}: mistake {known.name!r} needs its own wrong function.")


@dataclass
class ValueExercise(Exercise):
    """Find a number, an array or a word.

    Parameters
    ----------
    expected : number, array_like or str, or a callable returning one
        The right value; a callable is called when a check runs.
    tolerance : float
        Largest relative difference accepted (default 0.01, as answers are often typed rounded).
    unit : str
        Named in messages; an answer a factor of 1000 off is told so.

    Examples
    --------
    >>> ValueExercise("demo.ed50", "The ED50", 3.058, unit="mM").call
    'learning.check("demo.ed50", your_value)'
    """

    title: str = ""
    expected: Any = None
    tolerance: float = 0.01
    mistakes: Sequence[Mistake] = ()
    hints: Sequence[str] = ()
    why: str = ""
    unit: str = ""

    kind = "a value exercise"
    how = 'learning.check("{id}", your_value)'

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(self.expected is not None, f"{self.id}: expected is missing.")


@dataclass
class Option:
    """One option of a question, with the feedback a learner gets who chooses it.

    Examples
    --------
    >>> Option("about 2", "Halving the width halves a step, but the error of a piece falls with its square.").text
    'about 2'
    """

    text: str
    feedback: str = ""


def _options(owner: str, options: Mapping[str, Any], key: str) -> dict[str, Option]:
    """Options as `Option`, or a ValueError that says which one breaks the rules."""
    made = {str(k): o if isinstance(o, Option) else Option(*_texts(o)) for k, o in dict(options).items()}
    _demand(len(made) >= 2, f"{owner}: a question needs at least two options, got {len(made)}.")
    _demand(key in made, f"{owner}: key {key!r} is not among the options {', '.join(made)}.")
    texts = [o.text.strip() for o in made.values()]
    _demand(all(texts) and len(set(texts)) == len(texts), f"{owner}: an option's text is empty or used twice.")
    lures = {k: o.feedback.strip() for k, o in made.items() if k != key}
    empty = [k for k, text in lures.items() if not text]
    _demand(not empty, f"{owner}: option {', '.join(empty)} has no feedback of its own.")
    _demand(len(set(lures.values())) == len(lures), f"{owner}: two wrong options share the same feedback.")
    return made


@dataclass
class Question:
    """A question with one right option; every wrong option has its own feedback.

    Raises
    ------
    ValueError
        If the key is not an option, or a wrong option has no feedback or another's.

    Examples
    --------
    >>> Question("2 + 2?", {"a": Option("4"), "b": Option("5", "Count again.")}, key="a").key
    'a'
    """

    text: str
    options: Mapping[str, Option]
    key: str
    why: str = ""

    def __post_init__(self) -> None:
        _demand(bool(self.text.strip()), "Question: text is empty.")
        self.options = _options(f"Question {self.text[:40]!r}", self.options, self.key)


@dataclass
class ChoiceExercise(Exercise):
    """One question with one right option, as an exercise of its own.

    Examples
    --------
    >>> ChoiceExercise("demo.pick", "Sum", "2 + 2?", {"a": Option("4"), "b": Option("5", "Count again.")}, "a").call
    'learning.answer("demo.pick", "a")'
    """

    title: str = ""
    text: str = ""
    options: Mapping[str, Option] = field(default_factory=dict)
    key: str = ""
    why: str = ""
    hints: Sequence[str] = ()

    kind = "a question"

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(bool(self.text.strip()), f"{self.id}: text is empty.")
        self.options = _options(self.id, self.options, self.key)

    @property
    def call(self) -> str:
        return f'learning.answer("{self.id}", "{next(iter(self.options))}")'


@dataclass
class Quiz(Exercise):
    """Several questions; question n is answered as ``"<quiz id>.<n>"``, counted from 1.

    Examples
    --------
    >>> quiz = Quiz("demo.quiz", "Sums", [Question("1 + 1?", {"a": Option("2"), "b": Option("3", "No.")}, "a")])
    >>> [item.id for item in quiz.items]
    ['demo.quiz.1']
    """

    title: str = ""
    questions: Sequence[Question] = ()

    kind = "a quiz"
    how = 'learning.quiz("{id}")'

    def __post_init__(self) -> None:
        super().__post_init__()
        self.questions = tuple(self.questions)
        _demand(len(self.questions) > 0, f"{self.id}: a quiz needs at least one question.")
        texts = [q.text.strip() for q in self.questions]
        _demand(len(set(texts)) == len(texts), f"{self.id}: a question is asked twice.")

    @property
    def items(self) -> list[ChoiceExercise]:
        """Each question as a `ChoiceExercise` with its own id."""
        return [
            ChoiceExercise(f"{self.id}.{n}", f"{self.title} {n}".strip(), q.text, q.options, q.key, q.why)
            for n, q in enumerate(self.questions, 1)
        ]


@dataclass
class JudgedExercise(Exercise):
    """Anything else: `judge` takes the answer and returns a `Verdict` (or True, or a sentence that says what is wrong).

    The judge runs within `seconds`; use ``learning.right``, ``learning.wrong`` and ``learning.mistake`` in it.
    A mistake that it names gets its hints from `mistakes`.

    Examples
    --------
    >>> JudgedExercise("demo.even", "Even", judge=lambda n: n % 2 == 0 or f"{n} is odd.").call
    'learning.check("demo.even", your_answer)'
    """

    title: str = ""
    judge: Callable = None
    mistakes: Sequence[Mistake] = ()
    hints: Sequence[str] = ()
    why: str = ""
    seconds: float = 0.9

    kind = "an exercise"

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(callable(self.judge), f"{self.id}: judge is not a function.")


@dataclass
class Field:
    """One required field of a card.

    Parameters
    ----------
    name : str
        The key in the learner's dictionary.
    prompt : str
        What to write.
    min_words : int
        Fewest words accepted.
    needs_unit : bool
        Whether a unit (or "no unit") must be named.

    Examples
    --------
    >>> Field("inputs", "What goes in?", needs_unit=True).min_words
    3
    """

    name: str
    prompt: str = ""
    min_words: int = 3
    needs_unit: bool = False


@dataclass
class CardExercise(Exercise):
    """Structured free text: every field filled in, long enough, with units where they are due. Not judged for truth.

    Parameters
    ----------
    fields : sequence of Field (or of names)
    model : mapping, optional
        A model card, shown once the learner's is complete.

    Examples
    --------
    >>> card = CardExercise("demo.card", "Your process", fields=["inputs", Field("domain", needs_unit=True)])
    >>> [field.name for field in card.fields]
    ['inputs', 'domain']
    """

    title: str = ""
    fields: Sequence[Field | str] = ()
    model: Mapping[str, str] = field(default_factory=dict)
    mistakes: Sequence[Mistake] = ()
    hints: Sequence[str] = ()
    why: str = ""

    kind = "a card"
    how = 'learning.check("{id}", your_card)'

    def __post_init__(self) -> None:
        super().__post_init__()
        self.fields = tuple(f if isinstance(f, Field) else Field(f) for f in self.fields)
        names = [f.name for f in self.fields]
        _demand(
            len(names) > 0 and len(set(names)) == len(names), f"{self.id}: fields are missing or named twice: {names}."
        )


@dataclass
class OrderExercise(Exercise):
    """Put the lines in order; distractors are to be left out.

    Parameters
    ----------
    lines : sequence of str
        The lines in the right order; indentation is shown.
    distractors : mapping or sequence
        Lines that do not belong; a mapping gives each the reason why not, a sequence may hold ``(line, reason)`` pairs.
    also_right : sequence of sequences of str
        Other right orders, each the lines in that order.
    shuffle_seed : int
        Fixes the order in which the lines are shown.

    Examples
    --------
    >>> order = OrderExercise("demo.order", "Two lines", ["x = 1", "print(x)"], shuffle_seed=1)
    >>> sorted(order.shown)
    ['print(x)', 'x = 1']
    """

    title: str = ""
    lines: Sequence[str] = ()
    distractors: Mapping[str, str] | Sequence = ()
    why: str = ""
    shuffle_seed: int = 0
    also_right: Sequence[Sequence[str]] = ()
    hints: Sequence[str] = ()

    kind = "an order-the-lines exercise"
    how = 'learning.order("{id}", "3,1,2")'

    def __post_init__(self) -> None:
        super().__post_init__()
        self.lines = tuple(self.lines)
        if not isinstance(self.distractors, Mapping):
            self.distractors = dict((d, "") if isinstance(d, str) else tuple(d) for d in self.distractors)
        self.also_right = tuple(tuple(order) for order in self.also_right)
        _demand(len(self.lines) >= 2, f"{self.id}: at least two lines are needed to order.")
        both = [line for line in self.distractors if line in self.lines]
        _demand(not both, f"{self.id}: distractor {both[:1]} is also a right line.")
        for order in self.also_right:
            _demand(
                sorted(order) == sorted(self.lines), f"{self.id}: also_right holds an order of other lines: {order}."
            )
        self.shown = self._shuffled()

    def _shuffled(self) -> list[str]:
        lines = [*self.lines, *self.distractors]
        rng = random.Random(self.shuffle_seed)
        for _ in range(20):  # never show an order whose beginning is already the answer
            rng.shuffle(lines)
            if lines[: len(self.lines)] not in [list(order) for order in self.orders]:
                break
        return lines

    @property
    def orders(self) -> tuple[tuple[str, ...], ...]:
        """All right orders."""
        return (self.lines, *self.also_right)


@dataclass
class Prediction(Exercise):
    """Predict, observe, explain: a question answered before the run, and one sentence after it.

    Parameters
    ----------
    question : str
    choices : sequence of str or mapping key → text, optional
        Without choices a number is asked for, in `unit`.
    explanation : str
        The model answer, shown once the learner has written a sentence of their own.
    starter : str
        How that sentence may begin.

    Examples
    --------
    >>> Prediction("demo.double", "How much smaller is the error?", choices=["2 times", "4 times"]).choices
    {'a': '2 times', 'b': '4 times'}
    """

    question: str = ""
    choices: Sequence[str] | Mapping[str, str] | None = None
    unit: str = ""
    explanation: str = ""
    starter: str = "I think this happens because …"
    title: str = ""
    low: float | None = None
    high: float | None = None

    kind = "a prediction"
    how = 'learning.predict("{id}", your_prediction)'

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(bool(self.question.strip()), f"{self.id}: question is empty.")
        if self.choices is not None and not isinstance(self.choices, Mapping):
            self.choices = dict(zip("abcdefghijklmnopqrstuvwxyz", self.choices, strict=False))
        _demand(self.choices is None or len(self.choices) >= 2, f"{self.id}: at least two choices are needed.")

    @property
    def call(self) -> str:
        number = 1.5 if self.high is None else self.high
        value = f'"{next(iter(self.choices))}"' if self.choices else f"{number:g}"
        return f'learning.predict("{self.id}", {value})'
