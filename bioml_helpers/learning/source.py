"""Show the real code of what a chapter teaches, instead of typing it again."""

from __future__ import annotations

import html
import inspect
import os
import textwrap
from typing import Any

from . import feedback


def show_source(obj: Any) -> None:
    """Show the source of a function, method, class or module, with its file and line.

    Parameters
    ----------
    obj : function, method, class or module
        Written in Python.

    Raises
    ------
    TypeError
        If it has no Python source, such as a function written in C, or a value.

    Examples
    --------
    >>> from bioml_helpers.learning.verdict import right
    >>> show_source(right)  # doctest: +ELLIPSIS
    right: bioml_helpers/learning/verdict.py, line ...
    def right(message: str = "", **more) -> Verdict:
    ...
    """
    feedback.show(*source_twin(obj))


def source_twin(obj: Any) -> tuple[str, str]:
    """Return the highlighted HTML and the plain text of an object's source."""
    obj = inspect.unwrap(obj) if callable(obj) else obj
    try:
        lines, start = inspect.getsourcelines(obj)
        file = inspect.getsourcefile(obj) or ""
    except (TypeError, OSError):
        what = getattr(obj, "__name__", f"a {type(obj).__name__}")
        raise TypeError(f"show_source: expected a function or class written in Python, got {what}.") from None
    code = textwrap.dedent("".join(lines)).rstrip("\n")
    name = getattr(obj, "__qualname__", getattr(obj, "__name__", ""))
    head = f"{name}: {_place(file, obj)}, line {max(start, 1)}"
    as_html = (
        f'<figure role="group" aria-label="{html.escape(f"Source code of {head}")}" style="margin:.3em 0">'
        f"<figcaption>{html.escape(head)}</figcaption>{_highlighted(code)}</figure>"
    )
    return as_html, f"{head}\n{code}"


def _place(file: str, obj: Any) -> str:
    """The file as seen from the package's top, so that it is the same on every machine."""
    module = inspect.getmodule(obj)
    if "ipykernel" in file or file.startswith("<") or module is None or module.__name__ == "__main__":
        return "this notebook" if "ipykernel" in file or file.startswith("<") else os.path.basename(file)
    levels = module.__name__.count(".") + (1 if os.path.basename(file) == "__init__.py" else 0)
    return "/".join(file.replace(os.sep, "/").split("/")[-levels - 1 :])


def _highlighted(code: str) -> str:
    # An own light background under own dark letters: readable on a dark page too, whose colours are not known here.
    style = "background:#f8f8f8;color:#1a1a1a;padding:.6em;overflow-x:auto;line-height:1.35"
    try:
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer
    except ImportError:
        inside = html.escape(code)
    else:
        inside = highlight(code, PythonLexer(stripnl=False), HtmlFormatter(noclasses=True, nowrap=True)).rstrip("\n")
    return f'<pre tabindex="0" style="{style}">{inside}</pre>'
