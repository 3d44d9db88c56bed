"""The chapters' runs under nbval begin when the tests are collected; their tests come last and look at the results."""

from __future__ import annotations

import pytest
from support import colab
from support.runs import Runs

WAITS_FOR_A_RUN = "test_a_chapter_runs_to_its_end_within_its_budget"
begun = pytest.StashKey()


def waits_for_a_run(item) -> bool:
    return getattr(item, "originalname", "") == WAITS_FOR_A_RUN


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=waits_for_a_run)  # a stable sort: all others stay in their order


def pytest_collection_finish(session):
    wanted = [item.callspec.params for item in session.items if waits_for_a_run(item)]
    if wanted and not session.config.option.collectonly:
        runs = [(one["chapter"], one["product"], one["real"]) for one in wanted]
        session.stash[begun] = Runs(runs, colab.lacking) if colab.HERE else Runs(runs)


def pytest_sessionfinish(session):
    if begun in session.stash:
        session.stash[begun].end()


@pytest.fixture(scope="session")
def runs(request):
    """The runs of all selected tests."""
    return request.session.stash[begun]
