"""One page of the browser, into which every notebook's page is put."""

from __future__ import annotations

import pytest
from support.skips import skip_or_fail


@pytest.fixture(scope="session")
def judge(browser):
    try:
        from support.pages import Judge, _axe

        _axe()
    except ModuleNotFoundError as error:
        skip_or_fail(f"{error.name} is not installed (pip install -r requirements.txt)")
    one = Judge(browser)
    yield one
    one.close()
