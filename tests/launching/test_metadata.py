"""What those who cite and archive the course are told: CITATION.cff and .zenodo.json say the same."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

import bioml_helpers
from authoring.release import ENTRY, read_citation

ROOT = Path(__file__).resolve().parents[2]
CITATION = read_citation((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
ZENODO = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
COURSE = tomllib.loads((ROOT / "chapters/chapters.toml").read_text(encoding="utf-8"))["course"]

# Citation File Format 1.2.0: what a file must hold, and the other keys it may.
MUST = {"authors", "cff-version", "message", "title"}
MAY = {
    "abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license", "license-url",
    "preferred-citation", "references", "repository", "repository-artifact", "repository-code", "type", "url",
    "version",
}  # fmt: skip


def test_the_citation_holds_what_its_format_asks_for_and_nothing_unknown():
    assert CITATION["cff-version"] == "1.2.0"
    assert set(CITATION) >= MUST
    assert set(CITATION) <= MUST | MAY


def test_the_citation_is_of_software_and_its_texts_are_not_empty():
    assert CITATION["type"] == "software"
    assert all(CITATION[key].strip() for key in ("message", "title", "abstract", "license", "repository-code"))
    assert all(author.get("name") or author.get("family-names") for author in CITATION["authors"])


def test_the_citation_has_the_courses_title_and_version():
    assert (CITATION["title"], CITATION["version"]) == (COURSE["title"], bioml_helpers.__version__)


@pytest.mark.parametrize("key", ["title", "version", "keywords", "license"])
def test_the_archive_is_told_what_the_citation_says(key):
    assert ZENODO[key] == CITATION[key]


def test_the_archive_names_those_whom_the_citation_names():
    names = [
        author.get("name") or f"{author['family-names']}, {author['given-names']}" for author in CITATION["authors"]
    ]
    assert [creator["name"] for creator in ZENODO["creators"]] == names


def test_the_archive_has_the_citations_abstract_and_both_licences():
    assert ZENODO["description"].startswith(f"<p>{CITATION['abstract']}</p>")
    assert all(licence in ZENODO["description"] for licence in ("BSD-3-Clause", "CC-BY-4.0"))


def test_the_archive_holds_what_a_deposit_must():
    asked = {"upload_type", "title", "creators", "description", "access_right", "license"}
    assert set(ZENODO) >= asked
    assert (ZENODO["upload_type"], ZENODO["access_right"]) == (CITATION["type"], "open")


def test_the_licences_that_are_named_are_the_ones_that_lie_there():
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("BSD 3-Clause License")
    assert "CC BY 4.0" in (ROOT / "LICENSE-content").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == CITATION["license"] == "BSD-3-Clause"


def test_the_newest_entry_of_the_change_log_is_this_version():
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = ENTRY.search(log)
    assert newest["version"] == bioml_helpers.__version__
    assert newest["day"] == "unreleased" or re.fullmatch(r"\d{4}-\d\d-\d\d", newest["day"])
    assert re.search(r"^- ", newest["text"], re.MULTILINE)
