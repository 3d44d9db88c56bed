"""Golden files: Python's numbers for each living figure, which the browser's are tested against.

``python -m bioml_helpers.figures.golden approximation`` writes ``tests/approximation/golden/PiecesFigure.json`` anew.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from pathlib import Path

from bioml_helpers.figures.living import LivingFigure


def figure_classes(topic: str) -> list[type[LivingFigure]]:
    """Return the living figures that a topic's ``figures.py`` defines.

    Examples
    --------
    >>> [one.__name__ for one in figure_classes("approximation")]
    ['PiecesFigure']
    """
    module = importlib.import_module(f"bioml_helpers.{topic}.figures")
    found = inspect.getmembers(module, lambda one: inspect.isclass(one) and issubclass(one, LivingFigure))
    return [one for _, one in found if one.__module__ == module.__name__]


def numbers(figure: type[LivingFigure]) -> list[dict]:
    """Return the figure's golden cases, each with its state and Python's numbers."""
    return [{"state": state, "numbers": figure.compute(state)} for state in figure.golden_cases()]


def write(topic: str, folder: Path) -> list[Path]:
    """Write one JSON file a living figure into `folder`, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for figure in figure_classes(topic):
        path = folder / f"{figure.__name__}.json"
        lines = ",\n".join(json.dumps(case) for case in numbers(figure))
        path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
        paths.append(path)
    return paths


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for written in write(name, Path("tests") / name / "golden"):
            print(f"wrote {written}")
