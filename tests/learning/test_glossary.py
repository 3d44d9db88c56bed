"""The glossary holds the design's 108 terms and every term that a chapter gives in Chinese, and they agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bioml_helpers.learning import words

ROOT = Path(__file__).parents[2]
DESIGNED = 108  # terms of the course's design; what chapters added since stands below them
TABLE = words.glossary()
CHINESE: dict[str, str] = {}  # term -> what it means in English; 键 is a bond and a key
for row in TABLE.to_dict("records"):
    for term in words.terms(row):
        CHINESE[term] = f"{CHINESE.get(term, '')} {row['en']}: {row['definition']}"
MASTERS = sorted((ROOT / "chapters/source").glob("*.py"))
# an English word (its last ones), perhaps bold, perhaps with a comma, and Chinese in brackets
USED = re.compile(r"([^()\n]{0,60}?)\**,?\n?#? ?\(([一-鿿][^()\n]*)\)")


COMMON = {"a", "an", "the", "and", "of", "or", "in", "to", "is", "that", "it", "by", "on", "from", "for", "with"}


def used(master: Path) -> list[tuple[str, str]]:
    """(English words before the bracket, Chinese term) of each term that a master gives in both."""
    found = []
    for before, inside in USED.findall(master.read_text(encoding="utf-8")):
        found += [(before, term) for term in re.split(r" ?[,;,/] ?", inside) if re.match("[一-鿿]", term)]
    return found


def stems(text: str) -> set[str]:
    return {word[:4].lower() for word in re.findall(r"[A-Za-z²]+", text)}


def test_the_designs_terms_are_all_there():
    assert TABLE["number"].tolist() == list(range(1, len(TABLE) + 1)) and len(TABLE) >= DESIGNED
    some = {1: ("artificial neural network", "人工神经网络"), 54: ("binding probability", "结合概率")}
    some |= {97: ("overfitting", "过拟合"), 108: ("human expert", "人类专家")}
    for number, expected in some.items():
        assert tuple(TABLE.iloc[number - 1][["en", "zh_seed"]]) == expected


def test_over_and_underfitting_are_not_swapped():
    assert words.chinese("overfitting") == ["过拟合"] and "learning" in CHINESE["过拟合"]
    assert "欠拟合" not in CHINESE or "too little" in CHINESE["欠拟合"]


def test_every_row_is_complete():
    assert not TABLE["en"].duplicated().any()
    for row in TABLE.to_dict("records"):
        assert words.terms(row) or row["en"] == "transformer", row["en"]
        assert all(re.search("[一-鿿]", term) for term in words.terms(row)), row
        assert row["definition"] and re.fullmatch(r"C\d( C\d)*", row["chapter"]), row


@pytest.mark.parametrize("number", range(10))
def test_each_chapter_has_its_words(number):
    assert len(words.glossary(number)) >= 4


@pytest.mark.parametrize("master", MASTERS, ids=lambda path: path.stem)
def test_a_term_given_in_chinese_is_the_glossarys(master):
    wrong = []
    for before, term in used(master):
        if term not in CHINESE:
            wrong.append(f"{term} (after {before[-30:]!r}) is not in the glossary")
        elif before.strip(" *#") and not stems(before) & stems(CHINESE[term]) - COMMON:
            wrong.append(f"{term} stands after {before[-30:]!r}, but is {CHINESE[term]!r} in the glossary")
    assert not wrong, wrong


def test_the_chapters_use_a_good_part_of_it():
    given = {term for master in MASTERS for _, term in used(master)}
    assert len(given & set(CHINESE)) >= 120
