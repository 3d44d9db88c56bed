"""The question of a widget as HTML and as text, with the plain call that answers it.

A stored notebook, GitHub, a printed page and a reader with no kernel see these; so does who switches widgets off.
"""

from __future__ import annotations

import html

from .exercises import ChoiceExercise, OrderExercise, Prediction, Quiz
from .feedback import inline

Twin = tuple[str, str]


def question_twin(question: ChoiceExercise, number: int | None = None) -> Twin:
    """One question with its options and the call that answers it."""
    lead = "" if number is None else f"{number}. "
    items = "".join(f"<li>{inline(f'{key}) {option.text}')}</li>" for key, option in question.options.items())
    as_html = (
        f"<div><p><strong>{inline(lead + question.text)}</strong></p>"
        f'<ul style="list-style:none">{items}</ul>{_how(question.call)}</div>'
    )
    options = [f"   {key}) {option.text}" for key, option in question.options.items()]
    return as_html, "\n".join([lead + question.text, *options, f"   Answer: {question.call}"])


def quiz_twin(quiz: Quiz) -> Twin:
    """All questions of a quiz."""
    parts = [question_twin(item, n) for n, item in enumerate(quiz.items, 1)]
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
