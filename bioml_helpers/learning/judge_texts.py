"""Judge what is chosen, filled in or put in order: questions, cards, orders of lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .compare import described, kind_of, plain, short
from .exercises import CardExercise, ChoiceExercise, OrderExercise
from .judge_values import is_mistake, words_of
from .verdict import MISTAKE, NOT_ATTEMPTED, RIGHT, WRONG, Verdict, one_answer


def judge_choice(exercise: ChoiceExercise, answer: tuple) -> Verdict:
    given = one_answer(answer)
    key = option_key(exercise.options, given)
    if key is None:
        keys = ", ".join(exercise.options)
        return Verdict(
            NOT_ATTEMPTED, f"Answer with one of {keys}, as in {exercise.call}; {described(plain(given))} came."
        )
    option = exercise.options[key]
    if key == exercise.key:
        return Verdict(RIGHT, exercise.why or option.feedback)
    return Verdict(MISTAKE, f"{key}) {option.text}", key, hint=option.feedback, hint_level=1)


def option_key(options: Mapping[str, Any], given: Any) -> str | None:
    """The key that an answer means: "b", "B", "b)" or the option's full text; None if it is none."""
    if not isinstance(given, str):
        return None
    text = words_of(given)
    bare = text.strip("() .:")
    for key, option in options.items():
        if bare == key.casefold() or text == words_of(getattr(option, "text", option)):
            return key
    return None


_UNITS = (
    r"(?:[pnµμumkMG]?(?:M|mol|g|L|l|m|s|Hz|V|A|J|Da|Pa|bp)|c[mM]|mM|min|h|d|days?|hours?|minutes?|seconds?|weeks?|years?|"
    r"generations?|°\s?C|degrees?|K|%|percent|ppm|ppb|bp|bases?|residues?|cells?|counts?|reads?|AU|a\.u\.|OD\d*|RFU|UMI|"
    r"dimensionless|unitless|molar|fold)"
)
_UNIT = re.compile(rf"(?<![A-Za-zµμ]){_UNITS}(?:\s?(?:/|\^|per\b|[⁻¹²³-]|\*)|(?![A-Za-zµμ]))")
_NO_UNIT = re.compile(r"\b(no|without)\s+units?\b", re.IGNORECASE)


def judge_card(exercise: CardExercise, answer: tuple) -> Verdict:
    card = one_answer(answer)
    names = [field.name for field in exercise.fields]
    if not isinstance(card, Mapping):
        return Verdict(WRONG, f"Expected a dictionary with the fields {', '.join(names)}; {kind_of(card)} came.")
    texts = {str(key): _field_text(value) for key, value in card.items()}
    if not any(texts.get(name) for name in names):
        return Verdict(NOT_ATTEMPTED, f"Fill in the fields: {', '.join(names)}.")
    for known in exercise.mistakes:
        if callable(known.wrong) and is_mistake(known, texts, None, 0.0):
            return Verdict(MISTAKE, known.name, known.name)
    complaints = [*_unknown_fields(texts, names), *filter(None, (_field_lacks(f, texts) for f in exercise.fields))]
    if complaints:
        return Verdict(WRONG, " ".join(complaints), looked_at=f"{len(names)} fields, for completeness only")
    model = tuple(f"{name}: {text}" for name, text in exercise.model.items())
    notes = ("Compare with a model card:", *model) if model else ()
    return Verdict(
        RIGHT,
        exercise.why or "Every field is filled in.",
        looked_at="completeness; whether it is true is yours to judge",
        notes=notes,
    )


def _field_text(value: Any) -> str:
    if value is None or value is ...:
        return ""
    text = " ".join(str(value).split())
    return "" if not text.strip(" .…_-?") else text


def _unknown_fields(texts: Mapping[str, str], names: list[str]) -> list[str]:
    unknown = [key for key in texts if key not in names]
    return [f"There is no field {', '.join(map(repr, unknown))}."] if unknown else []


def _field_lacks(field: Any, texts: Mapping[str, str]) -> str:
    text = texts.get(field.name, "")
    if not text:
        return f"`{field.name}` is empty" + (f" ({field.prompt})." if field.prompt else ".")
    words = len(set(text.casefold().split()))
    if words < field.min_words:
        return f"`{field.name}` needs at least {field.min_words} words, {words} came."
    if field.needs_unit and not (_UNIT.search(text) or _NO_UNIT.search(text)):
        return f'`{field.name}` names no unit (write, say, mM or "no unit").'
    return ""


def judge_order(exercise: OrderExercise, answer: tuple) -> Verdict:
    numbers = _numbers(exercise, one_answer(answer))
    if isinstance(numbers, str):
        return Verdict(WRONG, numbers)
    lines = [exercise.shown[n - 1] for n in numbers]
    good = max(_common_start(lines, order) for order in exercise.orders)
    needed = len(exercise.lines)
    if good == needed == len(lines):
        return Verdict(RIGHT, exercise.why, looked_at=f"the order of {needed} lines")
    start = "" if good == 0 else "The first line is right. " if good == 1 else f"The first {good} lines are right. "
    if good == len(lines):
        return Verdict(WRONG, f"{start}{needed - good} more to place.")
    number, line = numbers[good], lines[good]
    if line in exercise.distractors:
        reason = exercise.distractors[line] or "Read what it would compute, and whether any other line needs it."
        name = f"line {number} does not belong"
        return Verdict(
            MISTAKE, f"{start}Line {number}, `{line.strip()}`, does not belong here.", name, hint=reason, hint_level=1
        )
    place = "first" if good == 0 else f"at place {good + 1}"
    if good == needed:
        return Verdict(WRONG, f"{start}Nothing comes after them: line {number}, `{line.strip()}`, is one too many.")
    return Verdict(
        WRONG,
        f"{start}Line {number}, `{line.strip()}`, can't come {place}: does it use something that is not there yet?",
    )


def _numbers(exercise: OrderExercise, given: Any) -> list[int] | str:
    """The line numbers of an answer such as "3,1,4", "3 1 4" or [3, 1, 4]; a sentence if it can't be read."""
    if isinstance(given, str):
        pieces: Any = [piece for piece in re.split(r"[\s,;>→-]+", given.strip()) if piece]
    else:
        raw = plain(given)
        pieces = raw.ravel().tolist() if isinstance(raw, np.ndarray) else raw
    if not isinstance(pieces, list | tuple) or not pieces:
        return f"Give the line numbers in order, as in {exercise.call}; {described(plain(given))} came."
    try:
        numbers = [int(piece) for piece in pieces]
        if any(float(piece) != n for piece, n in zip(pieces, numbers, strict=True)):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        return f"Give the line numbers in order, as in {exercise.call}; {short(given)} came."
    outside = [n for n in numbers if not 1 <= n <= len(exercise.shown)]
    if outside:
        return f"There is no line {outside[0]}: the lines are numbered 1 to {len(exercise.shown)}."
    twice = [n for n in numbers if numbers.count(n) > 1]
    if twice:
        return f"Line {twice[0]} is used more than once."
    return numbers


def _common_start(lines: Sequence[str], order: Sequence[str]) -> int:
    count = 0
    for one, other in zip(lines, order, strict=False):
        if one != other:
            break
        count += 1
    return count
