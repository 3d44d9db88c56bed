"""What a notebook calls: check, hint, quiz, answer, predict, observe, explain, order, progress.

None of them ever raises because of what a learner did; each says in a sentence what it needs.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from . import feedback, twins, widgets
from . import progress_file as progress
from .compare import described, plain, short
from .exercises import ChoiceExercise, FunctionExercise, OrderExercise, Prediction, Quiz
from .grading import grade
from .judge_texts import option_key
from .registry import UnknownExercise, find, registered
from .verdict import NOT_ATTEMPTED, RIGHT

_FEWEST_WORDS = 8


def _spoken(function: Callable) -> Callable:
    """Turn an unknown id into a sentence, and add what is to be told about the progress file."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except UnknownExercise as error:
            feedback.show(*feedback.boxed(f"! {error}"))
            return None
        finally:
            for sentence in progress.take_notices():
                feedback.show(*feedback.boxed(f"! {sentence}"))

    return wrapper


@_spoken
def check(exercise_id: str, *answer: Any) -> None:
    """Judge an answer, show what was seen, and count the try.

    Parameters
    ----------
    exercise_id : str
        Such as "approximation.2".
    *answer
        Your function, value, order, dictionary of fields, or the key of an option.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.register(learning.FunctionExercise("demo.square", "Square", lambda x: x * x, [(2,), (3,)]))
    >>> learning.check("demo.square", lambda x: x**2)
    ✓ Right · demo.square
    Looked at: 2 cases, outputs compared within 1e-06 (relative).
    """
    feedback.show(*respond(exercise_id, *answer))


def respond(exercise_id: str, *answer: Any) -> tuple[str, str]:
    """Judge and count an answer; return the HTML and text to show."""
    verdict = grade(exercise_id, *answer)
    progress.count(exercise_id, verdict)
    return feedback.render(verdict, exercise_id)


@_spoken
def hint(exercise_id: str) -> None:
    """Show a hint; each call gives one that is a step stronger, never the solution.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.register(learning.ValueExercise("demo.third", "A third", 1 / 3, hints=["Divide 1 by 3."]))
    >>> learning.hint("demo.third")
    Hint 1 of 1 · demo.third
    Divide 1 by 3.
    """
    exercise = find(exercise_id)
    hints = getattr(exercise, "hints", ())
    if not hints:
        feedback.show(*feedback.boxed(f"There are no further hints for {exercise_id}."))
        return
    step = min(progress.count_hint(exercise_id), len(hints))
    feedback.show(*feedback.boxed(f"Hint {step} of {len(hints)} · {exercise_id}", [hints[step - 1]]))


@_spoken
def quiz(quiz_id: str, *, answers: bool = False) -> None:
    """Show a quiz (or one question) as widgets, or as text with the calls that answer it.

    Parameters
    ----------
    quiz_id : str
        Such as "approximation.quiz".
    answers : bool
        Show it answered instead, with what speaks for and against each option; the solved chapters do.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> sums = learning.Question("1 + 1?", {"a": learning.Option("2"), "b": learning.Option("3", "Count again.")}, "a")
    >>> learning.register(learning.Quiz("demo.quiz", "Sums", [sums]))
    >>> learning.quiz("demo.quiz")
    Sums
    <BLANKLINE>
    1. 1 + 1?
       a) 2
       b) 3
       Answer: learning.answer("demo.quiz.1", "a")
    """
    item = find(quiz_id, Quiz, ChoiceExercise, verb="quiz")
    if answers:
        feedback.show(*(twins.answered_quiz if isinstance(item, Quiz) else twins.answered_question)(item))
    elif isinstance(item, Quiz):
        widgets.show(lambda: widgets.quiz_box(item, _told(respond)), twins.quiz_twin(item))
    else:
        widgets.show(lambda: widgets.question_box(item, _told(respond)), twins.question_twin(item))


@_spoken
def answer(question_id: str, option: Any = None) -> None:
    """Answer one question by a plain call, with the key of an option.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> options = {"a": learning.Option("2"), "b": learning.Option("3", "Count again.")}
    >>> learning.register(learning.ChoiceExercise("demo.one", "One", "1 + 1?", options, "a"))
    >>> learning.answer("demo.one", "b")
    ! A usual mistake · demo.one: b) 3
    Count again.
    """
    find(question_id, ChoiceExercise, verb="answer")
    feedback.show(*respond(question_id, option))


@_spoken
def order(exercise_id: str, answer: Any = None, *, answers: bool = False) -> None:
    """Show lines to put in order, or judge an order such as "3,1,4", "3 1 4" or [3, 1, 4].

    With `answers` the lines are shown in their right order instead; the solved chapters do.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.register(learning.OrderExercise("demo.lines", "Two lines", ["x = 1", "print(x)"], shuffle_seed=1))
    >>> learning.order("demo.lines", "2, 1")
    ✓ Right · demo.lines
    Looked at: the order of 2 lines.
    """
    item = find(exercise_id, OrderExercise, verb="order")
    if answers:
        feedback.show(*twins.ordered(item))
    elif answer is None or answer is ...:
        widgets.show(lambda: widgets.order_box(item, _told(respond)), twins.order_twin(item))
    else:
        feedback.show(*respond(exercise_id, answer))


# --- predict, observe, explain -----------------------------------------------------------------------------------


@_spoken
def predict(prediction_id: str, value: Any = None) -> None:
    """Ask for a prediction, or store the one given; nobody judges it.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.register(learning.Prediction("demo.guess", "How many legs has an ant?"))
    >>> learning.predict("demo.guess", 6)
    Your prediction is kept: 6
    Run the next cell to see what happens.
    """
    item = find(prediction_id, Prediction, verb="predict")
    if value is None or value is ...:
        widgets.show(lambda: widgets.predict_box(item, _told(_keep)), twins.prediction_twin(item))
    else:
        feedback.show(*_keep(prediction_id, value))


def _keep(prediction_id: str, value: Any) -> tuple[str, str]:
    item = find(prediction_id, Prediction, verb="predict")
    kept = option_key(item.choices, value) if item.choices else _as_number(value, item.unit)
    if kept is None:
        asked = f"one of {', '.join(item.choices)}" if item.choices else "a number"
        return feedback.boxed(f"○ Predict with {asked}, as in {item.call}; {described(plain(value))} came.")
    progress.keep_prediction(prediction_id, kept)
    return feedback.boxed(
        f"Your prediction is kept: {_prediction_text(item, kept)}", ["Run the next cell to see what happens."]
    )


def _as_number(value: Any, unit: str = "") -> float | None:
    if isinstance(value, str):
        value = value.strip().removesuffix(unit or "\0").strip()
    elif isinstance(plain(value), np.ndarray):
        value = plain(value)
        value = value.reshape(()).item() if value.size == 1 else None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _prediction_text(item: Prediction, kept: Any, unit: str = "") -> str:
    if item.choices:
        return f"{kept}) {item.choices.get(kept, '?')}"
    return _with_unit(kept, unit or item.unit)


def _with_unit(value: Any, unit: str) -> str:
    return f"{short(value, digits=3)} {unit}".rstrip()


@_spoken
def observe(prediction_id: str, observed: Any, unit: str = "") -> None:
    """Show what was observed beside the stored prediction; goes on where there is none.

    Parameters
    ----------
    prediction_id : str
    observed : number or str
        A number, or for a prediction with choices the key of the option that came true (or a sentence).
    unit : str, optional
        By default the prediction's own unit.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.register(learning.Prediction("demo.wings", "How many wings has a bee?"))
    >>> learning.predict("demo.wings", 2)
    Your prediction is kept: 2
    Run the next cell to see what happens.
    >>> learning.observe("demo.wings", 4)
    You predicted: 2
    Observed: 4
    The observation is 2 times your prediction.
    """
    item = find(prediction_id, Prediction, verb="observe")
    kept = progress.prediction(prediction_id)
    key = option_key(item.choices, observed) if item.choices else None
    came = (
        f"{key}) {item.choices[key]}"
        if key
        else observed
        if isinstance(observed, str)
        else _with_unit(observed, unit or item.unit)
    )
    if kept is None or (item.choices and kept not in item.choices):
        head = f"No prediction is stored; you can still make one: `{item.call}`"
        feedback.show(*feedback.boxed(head, [f"Observed: {came}"]))
        return
    said = [f"Observed: {came}", _beside(kept, key if item.choices else observed, bool(item.choices))]
    feedback.show(*feedback.boxed(f"You predicted: {_prediction_text(item, kept, unit)}", filter(None, said)))


def _beside(kept: Any, observed: Any, by_choice: bool) -> str:
    """One sentence that sets the two side by side, without judging."""
    if by_choice:
        return "" if observed is None else "As you predicted." if kept == observed else "Not what you predicted: why?"
    kept, number = _as_number(kept), _as_number(observed)
    if kept is None or number is None:
        return ""
    if math.isclose(kept, number, rel_tol=0.05):
        return "That is within 5 % of your prediction."
    if kept * number <= 0:
        return f"The observation differs from your prediction by {short(number - kept, digits=3)}."
    return f"The observation is {short(number / kept, digits=2)} times your prediction."


@_spoken
def explain(prediction_id: str, text: str | None = None, *, answers: bool = False) -> None:
    """Ask for one sentence of at least 8 words, then show the model answer. The sentence is not kept and not judged.

    With `answers` the model answer is shown at once; the solved chapters do.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.register(learning.Prediction("demo.fly", "Wings of a fly?", explanation="Two became balancers."))
    >>> learning.explain("demo.fly", "The hind wings of a fly have become small balancers")
    Your sentence stands. Compare it with the model answer:
    Two became balancers.
    """
    item = find(prediction_id, Prediction, verb="explain")
    if answers:
        feedback.show(*feedback.boxed("A model answer:", [_model_answer(item)]))
    elif text is None or text is ...:
        widgets.show(lambda: widgets.explain_box(item, _told(_explained)), twins.explanation_twin(item))
    else:
        feedback.show(*_explained(prediction_id, text))


def _explained(prediction_id: str, text: Any) -> tuple[str, str]:
    item = find(prediction_id, Prediction, verb="explain")
    if not isinstance(text, str):
        return feedback.boxed(f"○ Write one sentence, as a text in quotation marks; {described(plain(text))} came.")
    words = [word for word in text.split() if any(letter.isalnum() for letter in word)]
    if len(words) < _FEWEST_WORDS or len({word.casefold() for word in words}) < _FEWEST_WORDS - 3:
        come = f"{len(words)} word{'' if len(words) == 1 else 's'}"
        return feedback.boxed(
            f"○ A little more: {come} came, at least {_FEWEST_WORDS} different ones make a reason.",
            [f"You may begin: “{item.starter}”"],
        )
    return feedback.boxed("Your sentence stands. Compare it with the model answer:", [_model_answer(item)])


def _model_answer(item: Prediction) -> str:
    return item.explanation or "There is no model answer for this one: compare with your neighbour's."


# --- progress, and going on --------------------------------------------------------------------------------------


@_spoken
def show_progress() -> None:
    """Show what you have done so far, and in which file that is kept.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.progress()  # doctest: +SKIP
    """
    done = progress.all_records()
    ids = [name for name in registered() if not isinstance(find(name), Quiz | Prediction)]
    ids += [name for name in done if name not in ids]
    rows = [_progress_row(name, done.get(name, progress.Record())) for name in ids]
    rows += [[name, "prediction kept", ""] for name in progress.all_predictions()]
    caption = f"Your progress, kept in {progress.path()}"
    if not rows:
        feedback.show(*feedback.boxed(caption, ["Nothing yet."]))
        return
    as_html, as_text = feedback.table(["Exercise", "Status", "Failed tries"], rows, caption)
    forget = "Delete it with `learning.forget_progress()`."
    feedback.show(as_html + f"<p>{feedback.inline(forget)}</p>", f"{as_text}\n{forget}")


def _progress_row(name: str, known: progress.Record) -> list[str]:
    symbol, words, _ = feedback.LOOKS[known.status]
    return [name, f"{symbol} {words}", str(known.tries)]


@_spoken
def forget_progress() -> None:
    """Delete the progress file at once, and say so.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.forget_progress()  # doctest: +SKIP
    """
    feedback.show(*feedback.boxed(progress.forget()))


def mine_or_ours(exercise_id: str, function: Any) -> Callable:
    """Return the learner's function where it is right, else the course's own, and say which in one line.

    Later cells can go on with it, so that *Run all* reaches the end on a fresh notebook.

    Raises
    ------
    UnknownExercise
        If `exercise_id` is not a registered function exercise.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.register(learning.FunctionExercise("demo.neg", "Minus", lambda x: -x, [(2,)]))
    >>> minus = learning.mine_or_ours("demo.neg", ...)
    The cells below go on with the course's own function for demo.neg, as yours is not attempted yet.
    >>> minus(3)
    -3
    """
    item = find(exercise_id, FunctionExercise, verb="mine_or_ours")
    verdict = grade(exercise_id, function)
    if verdict.status == RIGHT:
        feedback.write(f"The cells below go on with your own function for {exercise_id}.")
        return function
    state = "not attempted yet" if verdict.status == NOT_ATTEMPTED else "not right yet"
    feedback.write(f"The cells below go on with the course's own function for {exercise_id}, as yours is {state}.")
    return item.reference


def _told(function: Callable[..., tuple[str, str]]) -> Callable[..., tuple[str, str]]:
    """For widgets: add what is to be told about the progress file to the answer itself."""

    def with_notices(*args: Any) -> tuple[str, str]:
        as_html, as_text = function(*args)
        for sentence in progress.take_notices():
            more = feedback.boxed(f"! {sentence}")
            as_html, as_text = as_html + more[0], f"{as_text}\n{more[1]}"
        return as_html, as_text

    return with_notices
