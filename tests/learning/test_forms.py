"""A card as a form: fields in order, a button that says what is missing, and texts that check takes."""

from __future__ import annotations

import pytest

from bioml_helpers import learning


@pytest.fixture
def card():
    fields = [learning.Field("split", "Split by what?", min_words=2), learning.Field("baseline", "Compared with what?")]
    learning.registry.register(learning.CardExercise("tests.form", "A card", fields=fields))
    yield "tests.form"
    learning.registry._ITEMS.pop("tests.form")


def test_a_form_is_a_mapping_that_check_takes(card):
    form = learning.card_form(card, {"split": "by patient"})
    assert dict(form) == {"split": "by patient", "baseline": ""}
    assert learning.grade(card, form).status == "wrong"
    full = learning.card_form(card, {"split": "by patient", "baseline": "a majority of controls"})
    assert learning.grade(card, full).status == "right"
    assert learning.grade(card, learning.card_form(card)).status == "not attempted"


def test_what_is_typed_counts_and_the_button_says_what_is_missing(card):
    form = learning.card_form(card, parts={"Data": ["split"], "Evaluation": ["baseline"]})
    areas = {one.description: one for one in form.box.children if type(one).__name__ == "Textarea"}
    button = next(one for one in form.box.children if type(one).__name__ == "Button")
    areas["split"].value = "by whole chains"
    button.click()
    assert "baseline" in form.box.children[-1].value and "aria-live" in form.box.children[-1].value
    areas["baseline"].value = "logistic regression, same rows"
    button.click()
    assert "Right" in form.box.children[-1].value
    assert form["split"] == "by whole chains"


def test_every_field_has_its_label_and_its_question(card):
    form = learning.card_form(card)
    for area, (name, prompt) in zip(
        [one for one in form.box.children if type(one).__name__ == "Textarea"],
        [("split", "Split by what?"), ("baseline", "Compared with what?")],
        strict=True,
    ):
        assert area.description == name and area.placeholder == prompt


def test_the_twin_and_markdown_hold_every_text(card):
    form = learning.card_form(card, {"split": "by <patient>"}, parts={"Data": ["split"], "Evaluation": ["baseline"]})
    as_html, as_text = form.twin()
    assert "by &lt;patient&gt;" in as_html and 'scope="row"' in as_html and "Compared with what?" in as_html
    assert "by <patient>" in as_text and "(empty)" in as_text and repr(form) == as_text
    assert form.markdown().startswith("## A card\n\n### Data\n\n**split**: by <patient>")


def test_each_part_of_the_twin_is_a_group_of_rows_under_its_heading(card):
    as_html, _ = learning.card_form(card, parts={"Data": ["split"], "Evaluation": ["baseline"]}).twin()
    groups = as_html.split("<tbody>")[1:]
    assert [group.count('scope="rowgroup"') for group in groups] == [1, 1]
    assert all(group.count('scope="row"') == 1 and "</tbody>" in group for group in groups)
    assert learning.card_form(card).twin()[0].count("<tbody>") == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"values": {"splits": "x"}}, "values: expected fields of the card .split, baseline., got 'splits'"),
        ({"parts": {"Data": ["split"]}}, "parts: expected each field once, split, baseline; got split"),
        ({"parts": {"Data": ["split", "seed"]}}, "parts: expected fields of the card"),
    ],
)
def test_fields_that_are_not_there_are_named(card, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        learning.card_form(card, **options)


def test_only_cards_become_forms():
    with pytest.raises(learning.UnknownExercise, match=r"There is no exercise 'tests\.none'"):
        learning.card_form("tests.none")
