"""show_source shows the real code, with its place as seen from the package."""

from __future__ import annotations

import functools
import math
import subprocess
import sys

import pytest

from bioml_helpers import learning
from bioml_helpers.learning import registry, source


def test_the_code_of_a_function_is_the_code_of_its_file():
    _, as_text = source.source_twin(registry.registered)
    head, _, code = as_text.partition("\n")
    assert head.startswith("registered: bioml_helpers/learning/registry.py, line ")
    assert code.startswith("def registered() -> list[str]:")
    assert code.endswith("return list(_ITEMS)")


@pytest.mark.parametrize("obj", [learning.Verdict, learning.Verdict.is_right.fget, source])
def test_classes_methods_and_modules_are_shown(obj):
    assert "bioml_helpers/learning/" in source.source_twin(obj)[1]


def test_a_decorated_function_shows_the_function_itself():
    @functools.lru_cache
    def slow(x):
        return x

    assert "return x" in source.source_twin(slow)[1]


def test_the_html_is_highlighted_named_and_reachable_by_keyboard():
    as_html, _ = source.source_twin(registry.registered)
    assert '<span style="color:' in as_html.replace("color: ", "color:")
    assert 'aria-label="Source code of registered' in as_html
    assert 'tabindex="0"' in as_html


@pytest.mark.parametrize("obj", [math.sin, 3, "text", None])
def test_what_has_no_python_source_is_refused_in_a_sentence(obj):
    with pytest.raises(TypeError, match="expected a function or class written in Python, got"):
        learning.show_source(obj)


def test_importing_learning_brings_neither_torch_nor_widgets():
    heavy = "{'torch', 'ipywidgets', 'IPython', 'pandas', 'matplotlib'}"
    code = f"import sys; from bioml_helpers import learning; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
