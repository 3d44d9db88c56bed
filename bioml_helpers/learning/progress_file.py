"""What the learner has done, in one small file that they can see and delete: ids, tries, status, predictions; no names.

The file is ``~/.bioml_progress.json``, or the one that the environment variable BIOML_PROGRESS names. It is written to
a neighbour first and then renamed, so a crash never leaves half a file. A damaged file is set aside; where nothing can
be written, progress lives in memory until the kernel stops. Each is told in one sentence.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .verdict import MISTAKE, NOT_ATTEMPTED, RIGHT, STATUSES, WRONG, Verdict

_memory: dict[Path, dict] = {}  # only for files that can't be written
_notices: list[str] = []


@dataclass
class Record:
    """What is known of one exercise: failed tries, best status so far, how often each mistake came, hints read."""

    tries: int = 0
    status: str = NOT_ATTEMPTED
    mistakes: dict[str, int] = field(default_factory=dict)
    hints: int = 0


def path() -> Path:
    """Return where progress is kept.

    Examples
    --------
    >>> path().suffix
    '.json'
    """
    named = os.environ.get("BIOML_PROGRESS", "").strip()
    return Path(os.path.expanduser(named or os.path.join("~", ".bioml_progress.json")))


def record(exercise_id: str) -> Record:
    """Return what is known of an exercise; an empty record if nothing is."""
    return _as_record(_load()["exercises"].get(exercise_id))


def count(exercise_id: str, verdict: Verdict) -> None:
    """Count one try. Once right stays right; what was not attempted, or a check that broke, is no try."""
    if verdict.check_failed or verdict.status == NOT_ATTEMPTED:
        return
    known = record(exercise_id)
    if verdict.status in (WRONG, MISTAKE):
        known.tries += 1
    if verdict.mistake:
        known.mistakes[verdict.mistake] = known.mistakes.get(verdict.mistake, 0) + 1
    if known.status != RIGHT:
        known.status = verdict.status
    _store("exercises", exercise_id, vars(known))


def count_hint(exercise_id: str) -> int:
    """Count one more hint read, and return how many that makes."""
    known = record(exercise_id)
    known.hints += 1
    _store("exercises", exercise_id, vars(known))
    return known.hints


def prediction(prediction_id: str) -> str | float | None:
    """Return the stored prediction, or None."""
    value = _load()["predictions"].get(prediction_id)
    return value if isinstance(value, str | int | float) else None


def keep_prediction(prediction_id: str, value: str | float) -> None:
    """Store a prediction."""
    _store("predictions", prediction_id, value)


def all_records() -> dict[str, Record]:
    """Return every record in the file."""
    return {name: _as_record(value) for name, value in _load()["exercises"].items()}


def read_records(file: str | os.PathLike) -> dict[str, Record]:
    """Return every record of somebody's progress file, and change nothing: for a lecturer who was handed it.

    Raises
    ------
    ValueError
        If the file can't be read or is no progress file; the message says which file, and what came.

    Examples
    --------
    >>> import tempfile
    >>> handed_in = Path(tempfile.mkdtemp(), "a.json")
    >>> _ = handed_in.write_text('{"exercises": {"start.1": {"tries": 1, "status": "right"}}, "predictions": {}}')
    >>> read_records(handed_in)["start.1"].tries
    1
    """
    try:
        found = json.loads(Path(file).read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ValueError(f"{file}: cannot be read ({error.strerror or error}).") from None
    except (ValueError, RecursionError):
        raise ValueError(f"{file}: expected a progress file (JSON), and this is no JSON.") from None
    if not isinstance(found, dict):
        raise ValueError(f"{file}: expected a progress file, got a JSON {type(found).__name__}.")
    missing = [part for part in ("exercises", "predictions") if not isinstance(found.get(part), dict)]
    if missing:
        raise ValueError(f"{file}: expected a progress file, but it has no {' and no '.join(map(repr, missing))}.")
    return {name: _as_record(value) for name, value in found["exercises"].items()}


def all_predictions() -> dict[str, Any]:
    """Return every prediction in the file."""
    return dict(_load()["predictions"])


def forget() -> str:
    """Delete the file (and what is in memory), and return a sentence that says so."""
    here = path()
    was_in_memory = _memory.pop(here, None) is not None
    try:
        here.unlink()
    except FileNotFoundError:
        return "Progress in memory is forgotten." if was_in_memory else f"There was no progress to forget ({here})."
    except OSError as error:
        return f"The progress file {here} could not be deleted: {error.strerror or error}."
    return f"Your progress is forgotten; the file {here} is deleted."


def take_notices() -> list[str]:
    """Return, once, the sentences that a learner has to be told about the file."""
    taken, _notices[:] = list(_notices), []
    return taken


def _empty() -> dict:
    return {"version": 1, "exercises": {}, "predictions": {}}


def _as_record(value: Any) -> Record:
    known = Record()
    if not isinstance(value, dict):
        return known
    for name in ("tries", "hints"):
        if isinstance(value.get(name), int) and value[name] >= 0:
            setattr(known, name, value[name])
    if value.get("status") in STATUSES:
        known.status = value["status"]
    if isinstance(value.get("mistakes"), dict):
        known.mistakes = {str(k): n for k, n in value["mistakes"].items() if isinstance(n, int) and n >= 0}
    return known


def _load() -> dict:
    here = path()
    if here in _memory:
        return _memory[here]
    try:
        text = here.read_text(encoding="utf-8")
    except FileNotFoundError:
        return _empty()
    except UnicodeDecodeError:
        return _set_aside(here)
    except OSError as error:
        return _keep_in_memory(here, _empty(), error)
    try:
        found = json.loads(text)
        if not all(isinstance(found[part], dict) for part in ("exercises", "predictions")):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        return _set_aside(here)
    return found


def _set_aside(here: Path) -> dict:
    aside = here.with_name(here.name + ".damaged")
    try:
        os.replace(here, aside)
    except OSError as error:
        return _keep_in_memory(here, _empty(), error)
    _notices.append(
        f"The progress file {here} could not be read; it is set aside as {aside.name}, and a new one begun."
    )
    return _empty()


def _store(part: str, name: str, value: Any) -> None:
    """Change one entry; the file is read again first, because another notebook may have written it."""
    everything = _load()
    everything[part][name] = value
    here = path()
    if here in _memory:
        return
    temporary = None
    try:
        here.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=here.parent, prefix=here.name, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(everything, file, indent=1, ensure_ascii=False)
        os.replace(temporary, here)
    except OSError as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        _keep_in_memory(here, everything, error)


def _keep_in_memory(here: Path, everything: dict, error: OSError) -> dict:
    _memory[here] = everything
    reason = error.strerror or str(error)
    _notices.append(f"Progress can't be kept in {here} ({reason}); it stays in memory until the kernel stops.")
    return everything
