"""No claim of the source is lost: each points to a tagged cell of a master and to tests that exist."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CLAIMS = tomllib.loads((ROOT / "tests/claims.toml").read_text(encoding="utf-8"))
CHAPTERS = tomllib.loads((ROOT / "chapters/chapters.toml").read_text(encoding="utf-8"))["chapter"]


def master(name: str) -> str:
    return (ROOT / "chapters/source" / f"{name}.py").read_text(encoding="utf-8")


def tags_of(text: str) -> set[str]:
    return set(re.findall(r'"seed:(S\d+)"', text))


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_has_its_cell(claim):
    assert claim in tags_of(master(CLAIMS[claim]["chapter"]))


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claims_tests_exist(claim):
    assert CLAIMS[claim]["tests"]
    for test in CLAIMS[claim]["tests"]:
        file, name = test.split("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert name in functions, f"{file} holds no {name}"


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_partial_claim_says_what_is_missing(claim):
    entry = CLAIMS[claim]
    assert entry["status"] in {"whole", "partial"}
    assert (entry["status"] == "partial") == bool(entry.get("missing"))


@pytest.mark.parametrize("chapter", [chapter["name"] for chapter in CHAPTERS])
def test_a_chapter_and_the_claims_file_name_the_same_claims(chapter):
    declared = next(set(one["claims"]) for one in CHAPTERS if one["name"] == chapter)
    recorded = {claim for claim, entry in CLAIMS.items() if entry["chapter"] == chapter}
    assert declared == recorded
    assert tags_of(master(chapter)) >= declared


def test_the_theorem_is_told_with_its_four_conditions_and_as_existence():
    box = re.search(r"<details>.*?</details>", master("01_function_approximation"), re.DOTALL).group()
    for word in (
        "continuous",
        "closed and bounded",
        "not a polynomial",
        "enough",
        "existence",
        "Cybenko",
        "Hornik",
        "Leshno",
    ):
        assert word in box
