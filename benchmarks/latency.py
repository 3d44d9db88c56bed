"""Milliseconds from a slider's event to the picture, in JupyterLab under Chromium: medians over 20 moves.

``python -m benchmarks.latency`` writes benchmarks/out/latency.json.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "benchmarks" / "out" / "latency.json"
MOVES = 20


def measure() -> dict:
    """Return {figure: {moment: {median_ms, goal_ms}}}."""
    sys.path.insert(0, str(ROOT / "tests" / "support"))
    import lab

    from authoring import printing

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        notebook = lab.write_figures_notebook(Path(folder) / "figures.ipynb")
        with printing.printer() as browser, lab.Server(Path(folder) / "lab") as server:
            opened = lab.Page(browser, server, notebook)
            opened.run_all()
            page = opened.page
            page.wait_for_selector(".bioml-card img")
            living = lab.time_living_figure(page, page.query_selector(".bioml-card:has(.bioml-plots)"), MOVES)
            slider, image = page.query_selector("[role=slider]"), page.query_selector(".bioml-card img")
            kernel = lab.time_kernel_figure(page, slider, image, MOVES)
            opened.close()
    return {
        "living figure": {"updated": _row(living, 0, 16), "painted": _row(living, 1, 40)},
        "kernel figure": {"painted": _row(kernel, 1, 110)},
    }


def _row(times, column: int, goal: float) -> dict:
    return {"median_ms": round(statistics.median(one[column] for one in times), 1), "goal_ms": goal}


if __name__ == "__main__":
    found = measure()
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(OUT.read_text(encoding="utf-8"))
