"""Stored outputs are cleaned, and what a stored page must not hold is told."""

from __future__ import annotations

import sys

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from authoring import outputs

WIDGET = {outputs.WIDGET: {"model_id": "abc"}}


def notebook(*stored):
    return new_notebook(cells=[new_code_cell("x", id="01-003", outputs=list(stored), execution_count=7)])


def cleaned(*stored):
    one = notebook(*stored)
    outputs.clean(one)
    return one.cells[0].outputs


def told(*stored):
    return [sentence for _, sentence in outputs.faults(notebook(*stored))]


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(data, metadata=None):
    return new_output("display_data", data=data, metadata=metadata or {})


def test_pieces_of_one_stream_become_one():
    assert [one.text for one in cleaned(stream("a\n"), stream("b\n"))] == ["a\nb\n"]


def test_a_stream_after_a_picture_stays_after_it():
    kinds = [one.output_type for one in cleaned(stream("a"), shown({"text/plain": "p"}), stream("b"))]
    assert kinds == ["stream", "display_data", "stream"]


def test_of_a_line_that_was_written_over_the_last_stays():
    assert cleaned(stream("one\rtwo\nthree\n"))[0].text == "two\nthree\n"


def test_a_progress_bar_is_dropped():
    assert cleaned(stream("\r 50%|#####     | 1/2 [00:01<00:01, 1.0it/s]", name="stderr")) == []


def test_a_warning_is_kept_and_told():
    assert len(cleaned(stream("UserWarning: mind", name="stderr"))) == 1
    assert told(stream("UserWarning: mind", name="stderr")) == ["it writes to stderr: 'UserWarning: mind'."]


def test_header_cells_of_pandas_say_what_they_head():
    table = pd.DataFrame({"dose": [0.0, 1.0]}, index=pd.Index(["root", "shoot"])).to_html()
    (one,) = cleaned(shown({"text/html": table, "text/plain": "…"}))
    stored = one.data["text/html"]
    assert '<th scope="col">dose</th>' in stored and '<th scope="row">shoot</th>' in stored
    assert "<th>" not in stored and "<th></th>" not in stored
    assert stored.count("<td>") == table.count("<td>") + 1  # the corner heads nothing
    assert outputs.with_scopes(stored) == stored


def test_groups_of_columns_and_of_rows_keep_their_spans():
    rows = pd.MultiIndex.from_tuples([("root", 1), ("root", 2)])
    stored = outputs.with_scopes(pd.DataFrame([[1, 2]] * 2, rows, [["mM", "mM"], ["a", "b"]]).to_html())
    assert '<th scope="col" colspan="2"' in stored and '<th scope="row" rowspan="2"' in stored


def test_tables_of_others_stay_as_they_are():
    table = "<table><thead><tr><th></th><th>dose</th></tr></thead></table>"
    assert cleaned(shown({"text/html": table, "text/plain": "…"}))[0].data["text/html"] == table


def test_of_a_widget_only_its_twins_stay():
    (one,) = cleaned(shown({**WIDGET, "text/plain": "8 pieces.", "image/png": "x"}, {"image/png": {"alt": "a"}}))
    assert set(one.data) == {"text/plain", "image/png"}


def test_a_widget_without_a_twin_leaves_nothing():
    assert cleaned(shown({**WIDGET, "text/plain": "VBox(children=(HTML(value=''),))"})) == []


def test_execution_counts_run_from_one():
    one = notebook(new_output("execute_result", data={"text/plain": "3"}, execution_count=7))
    one.metadata["widgets"] = {}
    outputs.clean(one)
    assert one.cells[0].execution_count == one.cells[0].outputs[0].execution_count == 1
    assert "widgets" not in one.metadata


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (new_output("error", ename="NameError", evalue="no x", traceback=[]), "a stored error: NameError: no x"),
        (shown({**WIDGET}), "a stored widget view"),
        (shown({"text/plain": "! This check itself failed, please report · toy.1"}), "a check that failed by itself"),
        (shown({"image/png": "x"}), "an image/png without alt text"),
        (shown({"image/png": "x"}, {"image/png": {"alt": " "}}), "an image/png without alt text"),
        (shown({"text/html": '<img src="data:image/png;base64,x">'}), "an <img> without alt text"),
        (shown({"text/html": '<img alt="" src="x">'}), "an <img> without alt text"),
        (shown({"text/plain": "<A object at 0x7f0123456789>"}), "a memory address: '0x7f0123456789'"),
        (stream("saved to /home/somebody/file.csv\n"), "a path of this machine: '/home/somebody/file.csv'"),
        (stream("lib/python3.11/site-packages/x.py:3\n"), "a path of this machine"),
        (stream(f"{outputs.ROOT}/data\n"), "a path of this machine"),
        (stream(f"in {sys.prefix}\n"), "a path of this machine"),
    ],
)
def test_what_a_stored_page_must_not_hold_is_told(output, sentence):
    (only,) = told(output)
    assert sentence in only


@pytest.mark.parametrize(
    "output",
    [
        shown({"image/png": "x"}, {"image/png": {"alt": "A falling curve."}}),
        shown({"image/png": "x", "text/html": '<img alt="A falling curve." src="x">'}),
        shown({"text/html": '<img alt="a" src="data:image/png;base64,/tmp/0x1234567890/home/a">'}),
        stream("0x10 is 16, and either/or\n"),
        stream("https://example.org/home/x and https://example.org/tmp/\n"),
    ],
)
def test_what_it_may_hold_is_not_told(output):
    assert told(output) == []


def test_widget_state_and_pictures_in_text_are_told():
    one = new_notebook(cells=[new_markdown_cell('<img src="a.png">', id="01-000")], metadata={"widgets": {}})
    assert [where for where, _ in outputs.faults(one)] == ["", "01-000"]


def test_a_picture_in_a_compared_output_is_told():
    one = notebook(shown({"text/html": '<img alt="a" src="x">'}))
    assert outputs.is_picture(one.cells[0].outputs[0])
    assert list(outputs.faults(one)) == []
    one.cells[0].metadata["tags"] = ["nbval-check-output"]
    ((where, sentence),) = outputs.faults(one)
    assert where == "01-003" and "differ between machines" in sentence


def test_the_data_folder_is_a_path_of_this_machine(monkeypatch):
    monkeypatch.setenv("BIOML_DATA_DIR", "/somewhere/data")
    assert "a path of this machine: '/somewhere/data/a.csv'" in told(stream("read /somewhere/data/a.csv\n"))[0]
    monkeypatch.delenv("BIOML_DATA_DIR")
    assert told(stream("read /somewhere/data/a.csv\n")) == []


VERDICTS = {
    "✓ Right · toy.1": None,
    "✗ Not yet · toy.1": "Not yet",
    "○ Not attempted yet · toy.1": "Not attempted yet",
    "! A usual mistake · toy.1: the mean of all": "A usual mistake",
}


@pytest.mark.parametrize(("verdict", "words"), VERDICTS.items())
def test_a_solved_notebook_holds_right_answers_only(verdict, words):
    one = notebook(shown({"text/plain": f"{verdict}\nLooked at: 3 cases."}))
    one.metadata["bioml"] = {"product": "solved"}
    found = [sentence for _, sentence in outputs.faults(one)]
    assert len(found) == (words is not None)
    assert all(f"not judged right: '{verdict[0]} {words}" in sentence for sentence in found)


def test_a_student_notebook_may_hold_answers_that_are_not_right():
    one = notebook(shown({"text/plain": "○ Not attempted yet · toy.1"}))
    one.metadata["bioml"] = {"product": "student"}
    assert list(outputs.faults(one)) == []
