"""A living figure's module computes the numbers that Python computes, in the browser that shows it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bioml_helpers.figures import golden

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
TOPICS = sorted(path.parent.name for path in (ROOT / "bioml_helpers").glob("*/figures.py"))
FIGURES = [(topic, figure) for topic in TOPICS for figure in golden.figure_classes(topic)]
COMPUTE_ALL = """async ([esm, states]) => {
    const url = URL.createObjectURL(new Blob([esm], { type: 'text/javascript' }));
    const module = await import(url);
    return states.map((state) => module.compute(state));
}"""


@pytest.mark.parametrize(("topic", "figure"), FIGURES)
def test_the_module_computes_pythons_numbers(topic, figure, browser):
    cases = json.loads((ROOT / "tests" / topic / "golden" / f"{figure.__name__}.json").read_text(encoding="utf-8"))
    page = browser.new_page()
    found = page.evaluate(COMPUTE_ALL, [figure._esm, [case["state"] for case in cases]])
    page.close()
    for case, numbers in zip(cases, found, strict=True):
        assert set(numbers) == set(case["numbers"])
        for name, expected in case["numbers"].items():
            np.testing.assert_allclose(numbers[name], expected, rtol=1e-6, atol=1e-9, err_msg=f"{case['state']} {name}")


@pytest.mark.parametrize(("topic", "figure"), FIGURES)
def test_the_module_imports_nothing_from_outside(topic, figure):
    lines = [line.strip() for line in figure._esm.splitlines()]
    assert not [
        line
        for line in lines
        if line.startswith("import ") or "import(" in line or "http" in line.replace("http://www.w3.org/2000/svg", "")
    ]
