"""A card tells everything in words, for eyes and for screen readers, and never shows a stand-in as real."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from bioml_helpers import data


class Reader(HTMLParser):
    """Collects the start tags, and fails at a tag closed out of order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.open = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def read_html(card: data.Card) -> Reader:
    reader = Reader()
    reader.feed(card._repr_html_())
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("name", data.names())
def test_every_header_cell_says_what_it_heads(name):
    headers = [attrs.get("scope") for tag, attrs in read_html(data.card(name)).tags if tag == "th"]
    assert len(headers) > 8 and set(headers) == {"row", "col"}


def test_every_table_has_a_caption():
    tags = [tag for tag, _ in read_html(data.card("ryegrass")).tags]
    assert tags.count("table") == tags.count("caption") == 2


@pytest.mark.parametrize("form", [str, repr, lambda card: card._repr_html_()], ids=["str", "repr", "html"])
def test_all_forms_tell_the_same(form):
    card = data.load("ryegrass")[1]
    told = form(card)
    for fact in [card.title, card.licence, card.source, card.checksum, "24", *card.known_problems, *card.columns]:
        assert fact in told or fact.replace("'", "&#x27;") in told
    assert all(citation in told for citation in card.citation)
    assert "0x" not in told


def test_a_stand_in_says_so_in_words():
    card = data.load("dnase", stand_in=True)[1]
    assert "STAND-IN: simulated, not measured" in str(card)
    assert "stand-in data" in card._repr_html_()
    assert card.checksum == "" and "How to get the real one: connect and run data.fetch('dnase')" in str(card)


def test_a_real_card_says_nothing_of_a_stand_in():
    card = data.load("ryegrass")[1]
    assert "stand-in" not in str(card).lower() and "stand-in" not in card._repr_html_().lower()


def test_text_is_escaped():
    card = replace(data.card("ryegrass"), title="<script>alert(1)</script>", balance="a < b & c")
    assert "<script>" not in card._repr_html_() and "a &lt; b &amp; c" in card._repr_html_()


def test_a_card_holds_no_path_of_this_machine(monkeypatch, tmp_path):
    monkeypatch.setenv("BIOML_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("BIOML_OFFLINE", "1")
    assert str(tmp_path) not in str(data.load("dnase", stand_in=True)[1])
