"""The glossary: the course's words in English and Chinese, each with one line of meaning."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("number", "en", "zh_seed", "zh_standard", "definition", "chapter")


@functools.cache
def _table() -> pd.DataFrame:
    import pandas as pd

    path = Path(__file__).with_name("glossary.csv")
    return pd.read_csv(path, dtype=dict.fromkeys(COLUMNS[1:], "str"), keep_default_na=False, encoding="utf-8")


def glossary(chapter: int | None = None) -> pd.DataFrame:
    """Return the words of the course, or of one chapter.

    Parameters
    ----------
    chapter : int, optional
        0 to 9.

    Returns
    -------
    pandas.DataFrame
        Columns ``number``, ``en``, ``zh_seed`` (the term of the Chinese text that the course follows, or empty),
        ``zh_standard`` (the usual term where that differs, or empty; several are parted by " / "), ``definition``,
        ``chapter`` ("C4", or "C4 C6").

    Raises
    ------
    ValueError
        If there is no such chapter.

    Examples
    --------
    >>> words = glossary(9).set_index("en")
    >>> words.loc["overfitting", "zh_seed"]
    '过拟合'
    >>> glossary(12)
    Traceback (most recent call last):
    ...
    ValueError: chapter: expected a number from 0 to 9, got 12.
    """
    table = _table()
    if chapter is None:
        return table.copy()
    here = table["chapter"].str.split().map(lambda some: f"C{chapter}" in some)
    if not here.any():
        raise ValueError(f"chapter: expected a number from 0 to 9, got {chapter!r}.")
    return table[here].reset_index(drop=True)


def chinese(english: str) -> list[str]:
    """Return the Chinese terms of an English one: the source's first, then the usual ones.

    Raises
    ------
    ValueError
        If the glossary does not have the word.

    Examples
    --------
    >>> chinese("gated recurrent unit (GRU)")
    ['门控重复单位', '门控循环单元']
    """
    table = _table()
    found = table[table["en"] == english]
    if found.empty:
        raise ValueError(f"english: expected a word of the glossary, got {english!r}.")
    return terms(found.iloc[0])


def terms(row) -> list[str]:
    """Return the Chinese terms of one row of the glossary."""
    return [term for cell in (row["zh_seed"], row["zh_standard"]) for term in cell.split(" / ") if term]
