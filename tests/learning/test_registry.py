"""Exercises that make no sense are refused when they are made; an unknown id leads to the right import."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from bioml_helpers import learning
from bioml_helpers.learning import Mistake, Option, Prediction, Question, Quiz, ValueExercise


def options(**more):
    return {"a": Option("one"), "b": Option("two", "No."), **more}


@pytest.mark.parametrize(
    ("key", "given", "told"),
    [
        ("z", options(), "not among the options"),
        ("a", options(c=Option("three")), "option c has no feedback"),
        ("a", options(c=Option("three", "  ")), "option c has no feedback"),
        ("a", options(c=Option("three", "No.")), "share the same feedback"),
        ("a", options(c=Option("two", "Also no.")), "used twice"),
        ("a", {"a": Option("one")}, "at least two options"),
    ],
)
def test_a_question_that_breaks_the_rules_is_refused(key, given, told):
    with pytest.raises(ValueError, match=told):
        Question("Which?", given, key)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: ValueExercise("no topic", "", 1), "topic.name"),
        (lambda: ValueExercise("plain", "", 1), "topic.name"),
        (lambda: ValueExercise("a.b"), "expected is missing"),
        (lambda: Mistake("m", 1), "at least one hint"),
        (lambda: Mistake(" ", 1, hints="h"), "name is empty"),
        (lambda: ValueExercise("a.b", "", 1, mistakes=[Mistake("m", 1, "h"), Mistake("m", 2, "g")]), "share a name"),
        (lambda: ValueExercise("a.b", "", 1, mistakes=[Mistake("m", 1, "h"), Mistake("n", 2, "h")]), "first hint"),
        (lambda: learning.FunctionExercise("a.b", "", None, [(1,)]), "reference is not a function"),
        (lambda: learning.FunctionExercise("a.b", "", abs, []), "cases is empty"),
        (lambda: learning.FunctionExercise("a.b", "", abs, [(1,)], [Mistake("m", 1, "h")]), "own wrong function"),
        (lambda: learning.OrderExercise("a.b", "", ["one"]), "two lines"),
        (lambda: learning.OrderExercise("a.b", "", ["one", "two"], ["one"]), "also a right line"),
        (lambda: learning.OrderExercise("a.b", "", ["one", "two"], also_right=[["one"]]), "other lines"),
        (lambda: learning.CardExercise("a.b", "", []), "fields are missing"),
        (lambda: Quiz("a.b", "", []), "at least one question"),
        (lambda: Prediction("a.b", " "), "question is empty"),
        (lambda: learning.JudgedExercise("a.b"), "judge is not a function"),
        (lambda: learning.Verdict("good", ""), "expected one of"),
    ],
)
def test_an_exercise_that_breaks_the_rules_is_refused(make, told):
    with pytest.raises(ValueError, match=told):
        make()


def test_something_else_than_an_exercise_is_refused():
    with pytest.raises(TypeError, match="expected an exercise, got a str"):
        learning.register("test.dose")


def test_the_same_id_twice_in_one_call_is_refused():
    with pytest.raises(ValueError, match="used twice"):
        learning.register(ValueExercise("test.new", "", 1), ValueExercise("test.new", "", 2))


MODULE = "from bioml_helpers import learning\nlearning.register(learning.ValueExercise('again.one', '', 1))\n"


def test_importing_a_topic_again_is_fine(tmp_path, monkeypatch):
    (tmp_path / "again_exercises.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("again_exercises")
    importlib.reload(module)
    assert learning.grade("again.one", 1).status == "right"
    del sys.modules["again_exercises"]


def test_an_id_of_another_module_is_refused(tmp_path, monkeypatch):
    learning.register(ValueExercise("again.one", "", 1))
    (tmp_path / "other_exercises.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match="already used by"):
        importlib.import_module("other_exercises")


@pytest.mark.parametrize(
    ("exercise_id", "told"),
    [
        ("test.dosis", "Near it: test.dose"),
        ("test.zzzzzzzz", "This topic has: test.scaled"),
        ("aproximation.1", "from bioml_helpers.approximation import exercises"),
        ("nowhere.1", "from bioml_helpers.<topic> import exercises"),
        (7, "is named by its id"),
    ],
)
def test_an_unknown_id_leads_on(exercise_id, told):
    with pytest.raises(learning.UnknownExercise, match=told):
        learning.grade(exercise_id, 1)


@pytest.mark.parametrize("call", [learning.check, learning.hint, learning.quiz, learning.answer, learning.predict])
def test_in_a_notebook_an_unknown_id_is_a_sentence(call, capsys):
    call("test.dosis")
    assert "There is no exercise 'test.dosis' here. Near it: test.dose" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: learning.predict("test.dose"), 'use learning.check("test.dose", your_value)'),
        (lambda: learning.quiz("test.pieces"), 'use learning.predict("test.pieces", "a")'),
        (lambda: learning.check("test.quiz", "a"), 'learning.quiz("test.quiz")'),
        (lambda: learning.check("test.pieces", "a"), 'learning.predict("test.pieces", "a")'),
        (lambda: learning.order("test.dose", "1"), "learning.order does not take"),
    ],
)
def test_the_wrong_call_names_the_right_one(call, told, capsys):
    call()
    assert told in capsys.readouterr().out


def test_no_topic_is_imported_to_find_the_topics():
    code = (
        "import sys; from bioml_helpers.learning import registry; found = registry._topics(); "
        "sys.exit(not found or bool({f'bioml_helpers.{one}' for one in found} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
