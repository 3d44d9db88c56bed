"""Progress: one small file that the learner sees and deletes; a damaged or read-only one never stops the course."""

from __future__ import annotations

import json
import os

import pytest

from bioml_helpers import learning
from bioml_helpers.learning import progress_file


@pytest.fixture
def file():
    return progress_file.path()


@pytest.fixture(autouse=True)
def nothing_in_memory(monkeypatch):
    monkeypatch.setattr(progress_file, "_memory", {})
    monkeypatch.setattr(progress_file, "_notices", [])


def test_tries_status_and_predictions_are_kept_and_nothing_else(file):
    learning.check("test.dose", 2.982)
    learning.check("test.dose", 3.058)
    learning.predict("test.pieces", "a")
    learning.explain("test.pieces", "My name is in here but it must not be kept anywhere")
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept == {
        "version": 1,
        "exercises": {"test.dose": {"tries": 1, "status": "right", "mistakes": {"the slope": 1}, "hints": 0}},
        "predictions": {"test.pieces": "a"},
    }


def test_once_right_stays_right():
    learning.check("test.dose", 3.058)
    learning.check("test.dose", 99)
    assert progress_file.record("test.dose").status == "right"


def test_a_broken_check_counts_no_try():
    learning.check("test.floor", "five")
    assert progress_file.record("test.floor").tries == 0


@pytest.mark.parametrize("content", ["{", "", "[]", '{"exercises": 3, "predictions": {}}', "\x00\x01", "[" * 9000])
def test_a_damaged_file_is_set_aside_with_a_sentence(file, content, capsys):
    file.write_text(content, encoding="utf-8")
    learning.check("test.dose", 3.058)
    shown = capsys.readouterr().out
    assert "✓ Right" in shown
    assert f"set aside as {file.name}.damaged" in shown
    assert file.with_name(file.name + ".damaged").read_text(encoding="utf-8") == content
    assert progress_file.record("test.dose").status == "right"


def test_a_file_that_is_no_text_is_set_aside(file, capsys):
    file.write_bytes(b"\xff\xfe\x80")
    learning.progress()
    assert "set aside" in capsys.readouterr().out


def test_odd_entries_in_a_sound_file_are_read_as_nothing(file):
    file.write_text('{"exercises": {"test.dose": {"tries": -3, "status": "great", "mistakes": 1}}, "predictions": {}}')
    assert progress_file.record("test.dose") == progress_file.Record()


def test_where_nothing_can_be_written_one_sentence_is_said_once(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("BIOML_PROGRESS", str(tmp_path / "file" / "progress.json"))
    for _ in range(3):
        learning.check("test.dose", 2.982)
    assert capsys.readouterr().out.count("stays in memory until the kernel stops") == 1
    assert progress_file.record("test.dose").tries == 3


def test_a_failed_write_leaves_nothing_half_written(file, monkeypatch, capsys):
    learning.check("test.dose", 2.982)
    before = file.read_bytes()

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    learning.check("test.dose", 2.982)
    assert file.read_bytes() == before
    assert os.listdir(file.parent) == [file.name]
    assert "No space left on device" in capsys.readouterr().out


def test_another_notebooks_entries_are_kept(file):
    learning.check("test.dose", 2.982)
    other = json.loads(file.read_text())
    other["exercises"]["neuron.1"] = {"tries": 2, "status": "wrong", "mistakes": {}, "hints": 0}
    file.write_text(json.dumps(other))
    learning.check("test.floor", 5.18)
    assert progress_file.record("neuron.1").tries == 2


def test_progress_shows_a_table_and_where_it_is_kept(file, capsys):
    learning.check("test.dose", 2.982)
    capsys.readouterr()
    learning.progress()
    shown = capsys.readouterr().out
    assert str(file) in shown
    assert "test.dose    ! A usual mistake    1" in shown
    assert "test.scaled  ○ Not attempted yet  0" in shown
    assert "learning.forget_progress()" in shown


def test_forget_progress_deletes_the_file_and_says_so(file, capsys):
    learning.check("test.dose", 2.982)
    learning.forget_progress()
    assert not file.exists()
    assert "is deleted" in capsys.readouterr().out
    assert progress_file.record("test.dose").tries == 0


def test_forgetting_nothing_says_so(capsys):
    learning.forget_progress()
    assert "no progress to forget" in capsys.readouterr().out


def test_without_a_named_file_it_lies_in_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("BIOML_PROGRESS", " ")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert progress_file.path() == tmp_path / ".bioml_progress.json"
