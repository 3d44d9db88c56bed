"""The golden files hold what Python computes today; the browser tests hold the modules to them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bioml_helpers.figures import golden

ROOT = Path(__file__).resolve().parents[2]
TOPICS = sorted(path.parent.name for path in (ROOT / "bioml_helpers").glob("*/figures.py"))
FIGURES = [(topic, figure) for topic in TOPICS for figure in golden.figure_classes(topic)]


@pytest.mark.parametrize(("topic", "figure"), FIGURES)
def test_golden_file_is_fresh(topic, figure):
    stored = json.loads((ROOT / "tests" / topic / "golden" / f"{figure.__name__}.json").read_text(encoding="utf-8"))
    today = golden.numbers(figure)
    assert [case["state"] for case in stored] == [case["state"] for case in today]
    for old, new in zip(stored, today, strict=True):
        for name, value in new["numbers"].items():
            np.testing.assert_allclose(old["numbers"][name], value, rtol=1e-6, atol=1e-9, err_msg=f"{old['state']}")


def test_writing_anew_gives_the_stored_states(tmp_path):
    (path,) = golden.write("approximation", tmp_path)
    assert path.name == "PiecesFigure.json"
    assert len(json.loads(path.read_text(encoding="utf-8"))) == len(FIGURES[0][1].golden_cases())
