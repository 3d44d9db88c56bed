"""A JupyterLab and a Chromium for the browser tests, started once."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import lab
from support.skips import skip_or_fail


@pytest.fixture(scope="session")
def browser():
    pytest.importorskip("playwright", reason="playwright is not installed")
    if lab.find_chromium() is None:
        skip_or_fail("no browser of the Chromium family found (set BIOML_CHROMIUM to its path)")
    with lab.chromium() as one:
        yield one


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with lab.Server(tmp_path_factory.mktemp("lab")) as one:
        yield one


@pytest.fixture(scope="session")
def dark_server(tmp_path_factory):
    with lab.Server(tmp_path_factory.mktemp("dark_lab"), dark=True) as one:
        yield one


@pytest.fixture(scope="session")
def figures_notebook(tmp_path_factory) -> Path:
    return lab.write_figures_notebook(tmp_path_factory.mktemp("notebook") / "figures.ipynb")


@pytest.fixture(scope="session")
def figures_page(browser, server, figures_notebook):
    """That notebook, run to its end."""
    page = lab.Page(browser, server, figures_notebook)
    page.run_all()
    page.page.wait_for_selector(".bioml-card img")
    yield page
    page.close()
