"""A JupyterLab for the browser tests, started once."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import lab


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
