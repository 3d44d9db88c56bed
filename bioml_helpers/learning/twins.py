"""The question of a widget as HTML and as text, with the plain call that answers it.

A stored notebook, GitHub, a printed page and a reader with no kernel see these; so does who switches widgets off.
"""

from __future__ import annotations

import html

from .exercises import ChoiceExercise, OrderExercise, Prediction, Quiz
from .feedback import inline

Twin = tuple[str, str]
RIGHT_MARK = "✓"


def question_twin(question: ChoiceExercise, number: int | None = None) -> Twin:
    """One question with its options and the call that answers it."""
    head, as_html = _asked(question, number, mark="")
    options = [f"   {key}) {option.text}" for key, option in question.options.items()]
    as_text = "\n".join([head, *options, f"   Answer: {question.call}"])
    return f"<div>{as_html}{_how(question.call)}</div>", as_text


def quiz_twin(quiz: Quiz) -> Twin:
    """All questions of a quiz."""
    return _one_below_the_other(quiz, question_twin)


def answered_question(question: ChoiceExercise, number: int | None = None) -> Twin:
    """One question with its right option marked, and what speaks for it and against each other one."""
    head, as_html = _asked(question, number, mark=RIGHT_MARK)
    options = [f" {_mark(key, question)} {key}) {option.text}" for key, option in question.options.items()]
    reasons = [f"{key}) {option.feedback}" for key, option in question.options.items() if option.feedback]
    reasons = ([question.why] if question.why else []) + reasons
    items = "".join(f"<li>{inline(reason)}</li>" for reason in reasons)
    return f"<div>{as_html}<ul>{items}</ul></div>", "\n".join([head, *options, *(f"   {one}" for one in reasons)])


def answered_quiz(quiz: Quiz) -> Twin:
    """All questions of a quiz with their answers."""
    return _one_below_the_other(quiz, answered_question)


def _asked(question: ChoiceExercise, number: int | None, *, mark: str) -> Twin:
    """The question's own line, and its HTML with all options."""
    head = ("" if number is None else f"{number}. ") + question.text
    items = "".join(
        f"<li>{mark and _mark(key, question) + ' '}{inline(f'{key}) {option.text}')}</li>"
        for key, option in question.options.items()
    )
    return head, f'<p><strong>{inline(head)}</strong></p><ul style="list-style:none">{items}</ul>'


def _mark(key: str, question: ChoiceExercise) -> str:
    return RIGHT_MARK if key == question.key else "·"


def _one_below_the_other(quiz: Quiz, twin) -> Twin:
    parts = [twin(item, n) for n, item in enumerate(quiz.items, 1)]
    as_html = f"<section><p>{inline(quiz.title or 'Quiz')}</p>" + "".join(part for part, _ in parts) + "</section>"
    return as_html, "\n\n".join([quiz.title or "Quiz", *(text for _, text in parts)])


def order_twin(exercise: OrderExercise) -> Twin:
    """The shuffled lines with their numbers."""
    few = f" Lines that do not belong ({len(exercise.distractors)}) are left out." if exercise.distractors else ""
    task = f"{exercise.title or 'Put the lines in order'}. Give the line numbers in the right order.{few}"
    width = len(str(len(exercise.shown)))
    numbered = [f"{n:>{width}}  {line}" for n, line in enumerate(exercise.shown, 1)]
    code = html.escape("\n".join(numbered))
    as_html = f"<div><p><strong>{inline(task)}</strong></p><pre>{code}</pre>{_how(exercise.call)}</div>"
    return as_html, "\n".join([task, *numbered, f"Answer: {exercise.call}"])


def ordered(exercise: OrderExercise) -> Twin:
    """The lines in their right order, and the lines that do not belong with the reason why not."""
    head = f"{exercise.title or 'The lines in order'}:"
    rest = [f"Not needed: {line.strip()}" + f" ({why})" * bool(why) for line, why in exercise.distractors.items()]
    reasons = ([exercise.why] if exercise.why else []) + rest
    code = html.escape("\n".join(exercise.lines))
    items = "".join(f"<li>{inline(reason)}</li>" for reason in reasons)
    as_html = f"<div><p><strong>{inline(head)}</strong></p><pre>{code}</pre><ul>{items}</ul></div>"
    return as_html, "\n".join([head, *(f"   {line}" for line in exercise.lines), *reasons])


def prediction_twin(item: Prediction) -> Twin:
    """What is to be predicted, before it is seen."""
    head = f"Predict: {item.question}"
    options = [f"{key}) {text}" for key, text in (item.choices or {}).items()]
    if not options:
        options = [f"A number{' in ' + item.unit if item.unit else ''}."]
    items = "".join(f"<li>{inline(option)}</li>" for option in options)
    as_html = (
        f'<div><p><strong>{inline(head)}</strong></p><ul style="list-style:none">{items}</ul>{_how(item.call)}</div>'
    )
    return as_html, "\n".join([head, *(f"   {option}" for option in options), f"   Answer: {item.call}"])


def explanation_twin(item: Prediction) -> Twin:
    """The request for one sentence, with its beginning."""
    head = f"Explain in one sentence (at least 8 words). It may begin: “{item.starter}”"
    call = f'learning.explain("{item.id}", "your sentence")'
    return f"<div><p><strong>{inline(head)}</strong></p>{_how(call)}</div>", f"{head}\n   Answer: {call}"


def _how(call: str) -> str:
    return f"<p>Answer: <code>{html.escape(call)}</code></p>"
