"""Which exercises are known: a topic registers its own when its ``exercises.py`` is imported, never from here."""

from __future__ import annotations

import difflib
import importlib.util
import pkgutil
import sys

from .exercises import Exercise, Quiz

_ITEMS: dict[str, Exercise] = {}
_ORIGIN: dict[str, str] = {}


class UnknownExercise(LookupError):
    """No exercise of that id is registered; the message says what is near and which import registers it."""

    def __str__(self) -> str:
        return str(self.args[0])


def register(*items: Exercise) -> None:
    """Make exercises known under their ids; importing the same module again replaces them.

    Parameters
    ----------
    *items : Exercise
        Any of the kinds in ``learning.exercises``.

    Raises
    ------
    TypeError
        If an item is not an exercise.
    ValueError
        If an id is used twice, in one call or by two modules.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.register(learning.ValueExercise("demo.sum", "A sum", 4))
    >>> learning.grade("demo.sum", 4).status
    'right'
    """
    origin = sys._getframe(1).f_globals.get("__name__", "?")
    fresh: dict[str, Exercise] = {}
    for item in items:
        if not isinstance(item, Exercise):
            raise TypeError(f"register: expected an exercise, got a {type(item).__name__}.")
        for one in [item, *(item.items if isinstance(item, Quiz) else ())]:
            if one.id in fresh:
                raise ValueError(f"register: the id {one.id!r} is used twice.")
            if _ORIGIN.get(one.id, origin) != origin:
                raise ValueError(f"register: the id {one.id!r} is already used by {_ORIGIN[one.id]}.")
            fresh[one.id] = one
    _ITEMS.update(fresh)
    _ORIGIN.update(dict.fromkeys(fresh, origin))


def registered() -> list[str]:
    """Return the ids known so far, in the order of registration.

    Examples
    --------
    >>> isinstance(registered(), list)
    True
    """
    return list(_ITEMS)


def origin(exercise_id: str) -> str:
    """Return the name of the module that registered an exercise.

    Raises
    ------
    UnknownExercise
        If there is none of that id.

    Examples
    --------
    >>> from bioml_helpers.neuron import exercises
    >>> origin("neuron.3")
    'bioml_helpers.neuron.exercises'
    """
    find(exercise_id)
    return _ORIGIN[exercise_id]


def find(exercise_id: str, *kinds: type, verb: str = "") -> Exercise:
    """Return the exercise of that id; where `kinds` are given, only one of those.

    Raises
    ------
    UnknownExercise
        If there is none; the message names near matches and the import that registers the topic.

    Examples
    --------
    >>> find("demo.nowhere")
    Traceback (most recent call last):
    ...
    bioml_helpers.learning.registry.UnknownExercise: There is no exercise 'demo.nowhere'...
    """
    item = _ITEMS.get(exercise_id) if isinstance(exercise_id, str) else None
    if item is None:
        raise UnknownExercise(_unknown(exercise_id))
    if kinds and not isinstance(item, kinds):
        raise UnknownExercise(f"{exercise_id!r} is {item.kind}, which learning.{verb} does not take: use {item.call}.")
    return item


def _unknown(exercise_id: object) -> str:
    if not isinstance(exercise_id, str):
        return f'An exercise is named by its id, a text such as "approximation.1"; a {type(exercise_id).__name__} came.'
    topic = exercise_id.split(".")[0]
    near = difflib.get_close_matches(exercise_id, _ITEMS, n=3, cutoff=0.6)
    sentence = f"There is no exercise {exercise_id!r} here."
    if near:
        sentence += f" Near it: {', '.join(near)}."
    same = [known for known in _ITEMS if known.startswith(topic + ".")]
    if same:
        return sentence if near else f"{sentence} This topic has: {', '.join(same)}."
    close = difflib.get_close_matches(topic, _topics(), n=1, cutoff=0.6)
    if close:
        return f"{sentence} Its topic is registered by: from bioml_helpers.{close[0]} import exercises"
    return f"{sentence} A topic's exercises are registered by: from bioml_helpers.<topic> import exercises"


def _topics() -> list[str]:
    """Folders of the package that bring exercises; found by name, so that no topic is imported."""
    package = importlib.util.find_spec("bioml_helpers")
    places = list(package.submodule_search_locations or ()) if package else []
    rooms = {"classroom", "data", "figures", "learning", "training", "evaluation"}
    return [module.name for module in pkgutil.iter_modules(places) if module.ispkg and module.name not in rooms]
