"""Colab's versions, as far as they can be had here: what is pinned, what Colab lacks, and whether we run with them."""

from __future__ import annotations

import os
import re

from authoring.chapters import ROOT, Chapter
from authoring.products import module_of

FILE = ROOT / "tests/launching/colab-requirements.txt"
TEXT = FILE.read_text(encoding="utf-8")
PINNED = dict(re.findall(r"^([\w-]+)==(\S+)", TEXT, re.MULTILINE))
LACKS = re.findall(r"^# lacks: (.+)$", TEXT, re.MULTILINE)[0].split()

# BIOML_COLAB_ENV: "1" in the environment with Colab's versions; "later" where a step with them follows, so that it and
# not this one runs the students' notebooks; not set where there is none, and everything runs here.
HERE = os.environ.get("BIOML_COLAB_ENV") == "1"
SOLVED_TOO = os.environ.get("BIOML_COLAB_SOLVED") == "1"  # some minutes more, so only when asked for
LATER = os.environ.get("BIOML_COLAB_ENV") == "later"


def lacking(chapter: Chapter) -> list[str]:
    """Return the modules that Colab lacks and the chapter's set-up cell does not bring."""
    return sorted({module_of(name) for name in LACKS} - {module_of(need) for need in chapter.needs})
