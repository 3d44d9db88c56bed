"""A lecturer reads the readiness quiz of a class: two tables, sentences for bad files, and nobody's file changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bioml_helpers import learning
from bioml_helpers.learning import progress_file
from bioml_helpers.start import commands, environment, exercises, readiness, whole_class

TOTAL = len(readiness.TOPICS)


@pytest.fixture
def hand_in(tmp_path, monkeypatch):
    """Let a learner answer the quiz for real, wrongly first in `missed`, and return the file."""

    def answer(name, *, missed=(), answered=range(1, TOTAL + 1)) -> Path:
        file = tmp_path / "handed in" / name
        monkeypatch.setenv("BIOML_PROGRESS", str(file))
        for number, question in enumerate(exercises.readiness_quiz.questions, 1):
            if number in missed:
                learning.answer(f"start.readiness.{number}", next(k for k in question.options if k != question.key))
            if number in answered:
                learning.answer(f"start.readiness.{number}", question.key)
        monkeypatch.setenv("BIOML_PROGRESS", str(tmp_path / "mine.json"))
        return file

    return answer


@pytest.fixture(autouse=True)
def no_clone(monkeypatch):
    """The command would otherwise hand over to an environment of the clone's own."""
    monkeypatch.setattr(commands, "made_elsewhere", lambda: None)


def rows(text: str, table: int) -> list[str]:
    return text.split("\n\n")[2 * table + 1].splitlines()


def test_a_class_is_told_question_by_question_and_file_by_file(hand_in):
    files = [hand_in("a.json"), hand_in("b.json", missed=(6, 7, 8, 10, 12)), hand_in("c.json", missed=(1, 5))]
    text, problems = whole_class.report(files)
    assert problems == []
    table = [row.split() for row in rows(text, 0)]
    assert len(table) == TOTAL
    assert table[0][-4:] == ["2", "3", "3", readiness.ARRAYS]  # c was wrong first
    assert table[6][-4:] == ["2", "3", "3", readiness.SLOPES]  # b was wrong first
    assert table[2][-4:] == ["3", "3", "3", readiness.ARRAYS]
    worst, middle, best = rows(text, 1)
    assert worst.startswith("b.json") and " 7 of 12" in worst and worst.endswith(f"do first: {readiness.SLOPES}")
    assert middle.startswith("c.json") and middle.endswith("ready; look up 1, 5")
    assert best.startswith("a.json") and best.endswith("ready")
    assert "3 handed in: 2 ready, 1 below 8 of 12, 0 not done. 00c_slopes_logs_probabilities first: 1." in text


def test_who_missed_of_both_kinds_gets_both_notebooks(hand_in):
    one = readiness.score_of(progress_file.read_records(hand_in("a.json", missed=(1, 2, 6, 7, 8))))
    assert whole_class.before(one) == f"do first: {readiness.ARRAYS}, {readiness.SLOPES}"


def test_open_questions_are_asked_for_before_anything_is_said(hand_in):
    text, _ = whole_class.report([hand_in("a.json", answered=range(1, 11)), hand_in("b.json", answered=(1,))])
    assert "answer the 2 open questions" in text and "answer the 11 open questions" in text
    assert "2 not done" in text


def test_a_file_with_no_answer_is_asked_for_the_quiz(tmp_path):
    file = tmp_path / "empty.json"
    file.write_text('{"version": 1, "exercises": {}, "predictions": {}}')
    assert rows(whole_class.report([file])[0], 1)[0].endswith("answer the quiz")


def test_a_folder_stands_for_its_files_and_equal_names_are_told_apart(hand_in, tmp_path):
    first, second = hand_in("1/.bioml_progress.json"), hand_in("2/.bioml_progress.json")
    text, problems = whole_class.report([tmp_path / "handed in", first])  # the second mention counts once
    assert problems == [] and [row.split()[0] for row in rows(text, 1)] == [
        "1/.bioml_progress.json",
        "2/.bioml_progress.json",
    ]
    assert str(tmp_path) not in text and second.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "this is no JSON"),
        ("[1, 2]", "got a JSON list"),
        ('{"cells": []}', "has no 'exercises' and no 'predictions'"),
        ('{"exercises": [], "predictions": {}}', "has no 'exercises'"),
        ("[" * 100_000, "this is no JSON"),
    ],
)
def test_a_bad_file_gets_a_sentence_and_stays_as_it_was(hand_in, tmp_path, content, said, capsys):
    good, bad = hand_in("good.json"), tmp_path / "bad.json"
    bad.write_text(content)
    assert commands.main(["readiness", str(good), str(bad)]) == 1
    told = capsys.readouterr()
    assert "1 handed in: 1 ready" in told.out and "bad.json" in told.err and said in told.err
    assert bad.read_text() == content and list(tmp_path.glob("*.damaged")) == []


def test_a_file_that_is_not_there_and_an_empty_folder_are_named(tmp_path, capsys):
    (tmp_path / "nothing here").mkdir()
    assert commands.main(["readiness", str(tmp_path / "nobody.json"), str(tmp_path / "nothing here")]) == 1
    told = capsys.readouterr()
    assert told.out == "" and "nobody.json: cannot be read" in told.err and "no .json file lies" in told.err


def test_a_progress_file_that_a_windows_editor_saved_is_read(hand_in):
    file = hand_in("a.json")
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert readiness.score_of(progress_file.read_records(file)).ready


def test_odd_entries_count_as_nothing(tmp_path):
    file = tmp_path / "odd.json"
    odd = {"start.readiness.1": {"tries": "many", "status": "right!"}, "start.readiness.2": 3}
    file.write_text(json.dumps({"exercises": odd, "predictions": {}}))
    assert readiness.score_of(progress_file.read_records(file)).answered == 0


def test_no_file_at_all_is_refused(capsys):
    assert commands.main(["readiness"]) == 1
    assert "none came" in capsys.readouterr().err
    with pytest.raises(ValueError, match="none came"):
        whole_class.report([])


def test_a_file_named_from_here_is_found_after_handing_over(tmp_path, monkeypatch):
    seen = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands, "made_elsewhere", lambda: environment.Places(Path("/clone")))
    monkeypatch.setattr(commands, "hand_over", lambda *what: seen.append(what) or 0)
    assert commands.main(["readiness", "a.json"]) == 0
    command, root = seen[0]
    assert command[1:4] == ["-m", "bioml_helpers", "readiness"] and root == Path("/clone")
    assert command[4] == tmp_path.absolute() / "a.json"
