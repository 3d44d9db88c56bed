"""What happens before the first cell (the environment, the commands, the doctor), and what chapter 0 teaches.

Importing this brings nothing but Python's own library, because the commands run before anything is installed. The
lessons of chapter 0 (`start.pictures` and the like) are imported when they are first asked for.
"""

import importlib

LESSONS = ("choice", "exercises", "figures", "layers", "models", "pictures", "readiness", "remedies", "tables")


def __getattr__(name):
    if name in LESSONS:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
