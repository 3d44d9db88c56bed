"""The readiness quiz of a whole class, out of the progress files that the learners hand in; no names but the files'."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bioml_helpers.learning import progress_file
from bioml_helpers.start.readiness import ENOUGH, QUIZ, TOPICS, Score, score_of


def report(files: Iterable[str | os.PathLike]) -> tuple[str, list[str]]:
    """Return the class's two tables as text, and a sentence for each file that could not be read.

    Parameters
    ----------
    files : iterable of paths
        Progress files; a folder stands for all ``.json`` files in it and below.

    Raises
    ------
    ValueError
        If no file is given.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.json").write_text(
    ...     '{"exercises": {"start.readiness.5": {"tries": 2, "status": "right"}}, "predictions": {}}'
    ... )
    >>> text, problems = report([folder])
    >>> "NumPy: broadcasting" in text, problems
    (True, [])
    """
    found, problems = gather(files)
    scores, records = {}, []
    for name, file in zip(short_names(found), found, strict=True):
        try:
            handed_in = progress_file.read_records(file)
        except ValueError as reason:
            problems.append(str(reason))
            continue
        scores[name] = score_of(handed_in)
        records.append(handed_in)
    text = f"{by_question(records)}\n\n{by_file(scores)}\n\n{conclusion(scores)}" if scores else ""
    return text, problems


def gather(files: Iterable[str | os.PathLike]) -> tuple[list[Path], list[str]]:
    """Return the files, folders opened, each once; and a sentence for each folder that holds none.

    Raises
    ------
    ValueError
        If no file is given.
    """
    found: dict[Path, None] = {}
    problems = []
    given = [Path(one) for one in files]
    if not given:
        raise ValueError("expected one progress file or more (.bioml_progress.json), or a folder of them; none came.")
    for one in given:
        inside = sorted(file for file in one.rglob("*.json") if file.is_file()) if one.is_dir() else [one]
        if not inside:
            problems.append(f"{one}: no .json file lies in this folder.")
        found.update(dict.fromkeys(inside))
    return list(found), problems


def short_names(files: Sequence[Path]) -> list[str]:
    """Return the file names, each with as many of its folders in front as tell it from the others.

    Examples
    --------
    >>> short_names([Path("x/1/p.json"), Path("x/2/p.json"), Path("x/q.json")])
    ['1/p.json', '2/p.json', 'q.json']
    """
    depth = dict.fromkeys(files, 1)

    def name(file: Path) -> str:
        return "/".join(file.parts[-depth[file] :])

    for _ in range(max((len(file.parts) for file in files), default=0)):
        often = Counter(map(name, files))
        for file in files:
            depth[file] += often[name(file)] > 1 and depth[file] < len(file.parts)
    return [name(file) for file in files]


def by_question(records: Sequence[Mapping[str, progress_file.Record]]) -> str:
    """Return the table with a row a question: how many answered, were right at the first try, are right by now.

    Examples
    --------
    >>> print(by_question([{"start.readiness.1": progress_file.Record(status="right")}]).splitlines()[2])
     1  Python: lists                     1         1       1  00b_arrays_and_shapes
    """
    lines = [f"{'':2}  {'question':27}{'at once':>8}{'answered':>10}{'by now':>8}  read up in", ""]
    for number, (topic, notebook) in enumerate(TOPICS, 1):
        known = [one.get(f"{QUIZ}.{number}", progress_file.Record()) for one in records]
        right = [one for one in known if one.status == "right"]
        answered = sum(one.status in ("right", "mistake") for one in known)
        at_once = sum(one.tries == 0 for one in right)
        lines.append(f"{number:2}  {topic:27}{at_once:8}{answered:10}{len(right):8}  {notebook}")
    return "\n".join(lines)


def by_file(scores: Mapping[str, Score]) -> str:
    """Return the table with a row a learner: the score, and what to do before chapter 1."""
    wide = max(map(len, scores), default=0)
    total = len(TOPICS)
    lines = [f"{'file':{wide}}  at once  answered  before chapter 1", ""]
    for name, one in sorted(scores.items(), key=lambda item: (item[1].at_once, item[0])):
        lines.append(f"{name:{wide}}  {one.at_once:2} of {total}  {one.answered:2} of {total}  {before(one)}")
    return "\n".join(lines)


def before(one: Score) -> str:
    """Return what a learner should do before chapter 1, in a few words.

    Examples
    --------
    >>> before(score_of({}))
    'answer the quiz'
    """
    if one.answered == 0:
        return "answer the quiz"
    if one.below:
        return "do first: " + ", ".join(one.notebooks)
    if not one.ready:
        return f"answer the {len(TOPICS) - one.answered} open questions"
    return "ready" + (f"; look up {', '.join(map(str, one.missed))}" if one.missed else "")


def conclusion(scores: Mapping[str, Score]) -> str:
    """Return the sentence for the class: how many are ready, and how many need which short notebook first."""
    first = Counter(notebook for one in scores.values() if one.below for notebook in one.notebooks)
    ready, below = sum(one.ready for one in scores.values()), sum(one.below for one in scores.values())
    said = f"{len(scores)} handed in: {ready} ready, {below} below {ENOUGH} of {len(TOPICS)}, "
    said += f"{len(scores) - ready - below} not done."
    return said + "".join(f" {notebook} first: {count}." for notebook, count in sorted(first.items()))
