"""Makes a chapter's notebooks out of its master (header, set-up, footer, ids, metadata), and the README's table."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from authoring.chapters import Chapter, Course
from authoring.masters import Master

README = "README.md"
RESULTS = "benchmarks/RESULTS.md"  # what `python -m benchmarks` measured
TABLE_BEGIN, TABLE_END = "<!-- chapters:begin -->", "<!-- chapters:end -->"
MINUTES = re.compile(r"⏱\s*(\d+)\s*min")
SECTION = re.compile(r"^## (?!#)(.+)$", re.MULTILINE)
COLAB_BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
BINDER_BADGE = "https://mybinder.org/badge_logo.svg"
GENERATED = 4  # header, two set-up cells, footer

# The kernel's own version of Python is left out, so that every version builds the same bytes.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}

HELD = ["torch", "numpy", "ipywidgets", "pandas", "matplotlib"]  # nothing installed on Colab may replace these
IMPORTED_AS = {"scikit-image": "skimage"}  # pip names that say nothing of the module's


def build_notebook(course: Course, chapter: Chapter, master: Master, *, solved: bool) -> NotebookNode:
    """Return the chapter's notebook, not yet executed."""
    cells = [("markdown", header(course, chapter, master, solved=solved), ())]
    cells += [("code", source, ("colab",)) for source in setup(course, chapter)]
    cells += [(cell.kind, cell.solved if solved else cell.student, cell.tags) for cell in master.cells]
    cells.append(("markdown", footer(course, chapter, solved=solved), ()))
    notebook = nbformat.v4.new_notebook(metadata=metadata(chapter, solved=solved))
    notebook.cells = [_cell(chapter, position, *cell) for position, cell in enumerate(cells)]
    return notebook


def metadata(chapter: Chapter, *, solved: bool) -> dict:
    """Return the notebook's fixed metadata."""
    return {**METADATA, "bioml": {"master": chapter.master, "product": "solved" if solved else "student"}}


def as_text(notebook: NotebookNode) -> str:
    """Return the bytes of a notebook's file as text: sorted keys, one space of indent, a newline at the end."""
    return nbformat.v4.writes(notebook, indent=1, sort_keys=True, ensure_ascii=False, separators=(",", ": ")) + "\n"


def _cell(chapter: Chapter, position: int, kind: str, source: str, tags: tuple[str, ...]) -> NotebookNode:
    new = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return new(source=source, id=f"{chapter.prefix}-{position:03d}", metadata={"tags": list(tags)} if tags else {})


# --- the generated cells


def header(course: Course, chapter: Chapter, master: Master, *, solved: bool) -> str:
    """Return the first cell: the one H1, the question, objectives, time, contents, where it runs."""
    kind = "Companion to chapter" if chapter.is_companion else "Chapter"
    lines = [f"# {kind} {chapter.number} · {chapter.title}{' (solved)' if solved else ''}", ""]
    # Links, not badge pictures: a picture from elsewhere is a hole on the page when the network is cut.
    file = chapter.solved if solved else chapter.student
    lines += [f"[Open in Colab]({colab(course, file)}) · [Open on Binder]({binder(course, file)})", ""]
    lines += [f"**The question.** {chapter.question}", ""]
    if chapter.objectives:
        lines += ["**After this chapter you can**", ""]
        lines += [f"{number}. {text}" for number, text in enumerate(chapter.objectives, start=1)] + [""]
    alone = f", about {chapter.self_study_hours} hours on your own" if chapter.self_study_hours else ""
    lines += [f"**Time.** {'Optional. ' if chapter.is_companion else ''}{chapter.minutes} minutes in class{alone}.", ""]
    lines += ["**Contents**", ""] + [f"- {title}" for title in sections(master)] + [""]
    data = f"the data sets {', '.join(chapter.data)}" if chapter.data else "no data set"
    needs = ", ".join(["the course's own environment", *chapter.needs])
    lines += [f"**Needs.** {data[0].upper()}{data[1:]}, and {needs}. No graphics card."]
    return "\n".join(lines)


def sections(master: Master) -> list[str]:
    """Return the titles of the master's sections, minutes included."""
    return [title.strip() for cell in master.cells if cell.kind == "markdown" for title in SECTION.findall(cell.source)]


def setup(course: Course, chapter: Chapter) -> list[str]:
    """Return the two set-up cells: bring what is missing; import what the chapter uses."""
    return [_launch(course, chapter), setup_imports(chapter)]


def _launch(course: Course, chapter: Chapter) -> str:
    folder = course.repository.split("/")[1]
    install = {"bioml_helpers": f"--no-deps ./{folder}"} | {module_of(need): need for need in chapter.needs}
    others = ["anywidget", "ipywidgets", "matplotlib", *(module_of(line.split()[0]) for line in chapter.imports)]
    return f'''\
# Set-up: run this first. On Colab it fetches the course; anywhere else it looks whether everything is there.
import importlib.metadata, importlib.util, os, subprocess, sys

INSTALL = {json.dumps(install)}
WANTED = [*INSTALL, {json.dumps(others)[1:-1]}]
missing = [name for name in WANTED if importlib.util.find_spec(name) is None]
if missing and "COLAB_RELEASE_TAG" in os.environ:
    if not os.path.isdir("{folder}"):
        subprocess.run("git clone -q --depth 1 --branch {course.branch} {course.url}".split(), check=True)
    with open("colab-keeps.txt", "w") as keeps:  # what Colab brings stays as it is, whatever is installed beside it
        keeps.writelines(f"{{name}}=={{importlib.metadata.version(name)}}\\n" for name in {json.dumps(HELD)})
    for name in [name for name in INSTALL if name in missing]:
        subprocess.run(f"{{sys.executable}} -m pip install -q -c colab-keeps.txt {{INSTALL[name]}}".split(), check=True)
elif missing:
    StartHere = type("StartHere", (Exception,), {{"_render_traceback_": lambda self: [str(self)]}})  # no traceback
    raise StartHere(f"Not installed: {{', '.join(missing)}}. In the course's folder: python3 -m bioml_helpers learn")'''


def setup_imports(chapter: Chapter) -> str:
    """Return the second set-up cell: every import that the chapter's cells may use."""
    rooms = ", ".join(sorted([chapter.topic, "data", "evaluation", "figures", "learning", "training"]))
    lines = [f"import {line}" for line in chapter.imports] + ([""] if chapter.imports else [])
    lines += [
        f"from bioml_helpers import {rooms}",
        f"from bioml_helpers.{chapter.topic} import exercises",
        "from bioml_helpers.figures import show",
        "from bioml_helpers.learning import answer, check, explain, hint, observe, order, predict, quiz, show_source",
    ]
    if "torch" in chapter.imports:
        lines += ["", "torch.set_num_threads(1)  # the models are tiny: one thread is three to four times faster"]
    return "\n".join(lines)


def module_of(package: str) -> str:
    """Return the module that a pip name is imported by: 'torch-geometric' -> 'torch_geometric'."""
    name = re.split(r"[<>=!~\[. ]", package)[0]
    return IMPORTED_AS.get(name, name.replace("-", "_"))


def footer(course: Course, chapter: Chapter, *, solved: bool) -> str:
    """Return the last cell: what to open next, the licences, where to report a mistake."""
    cores = [one for one in course.chapters if not one.is_companion]
    later = [one for one in cores if one.number > chapter.number]
    folder = "../" if solved else ""
    lines = ["---", ""]
    if chapter.steps:
        where = " · ".join(f"{step} {section}" for step, section in chapter.steps.items())
        lines += [f"**The nine steps of a study, and the sections of this chapter that take them:** {where}.", ""]
    lines += ["**Where next**", ""]
    if solved:
        lines.append(f"- [The chapter with its exercises open](../{chapter.name}.ipynb)")
    else:
        lines.append(f"- [This chapter, solved](solutions/{chapter.name}.ipynb): look when you have tried")
    if chapter.is_companion:
        lines.append(f"- [Back to chapter {chapter.number}]({folder}{chapter.of}.ipynb)")
    for one in course.chapters:
        if one.of == chapter.name:
            lines.append(f"- [Optional companion: {one.title}]({folder}{one.name}.ipynb)")
    if later:
        lines.append(f"- [Next: chapter {later[0].number} · {later[0].title}]({folder}{later[0].name}.ipynb)")
    lines += [
        "- `learning.progress()` shows what you have done so far; `learning.forget_progress()` deletes it.",
        "",
        f"*{course.title}.* Text and figures: CC BY 4.0. Code: BSD-3-Clause. "
        f"Found a mistake? [Tell us]({course.url}/issues).",
    ]
    return "\n".join(lines)


def colab(course: Course, file: str) -> str:
    return f"https://colab.research.google.com/github/{course.repository}/blob/{course.branch}/{file}"


def binder(course: Course, file: str) -> str:
    return f"https://mybinder.org/v2/gh/{course.repository}/{course.branch}?urlpath=lab/tree/{file}"


# --- the README's table


def readme_table(course: Course) -> str:
    """Return the map of the chapters, markers included."""
    rows = ["| Chapter | The question | Time | Computes | Solved | Open |", "|---|---|---|---|---|---|"]
    figures = measured(course.root)
    for chapter in course.chapters:
        name = f"Optional: {chapter.title}" if chapter.is_companion else f"{chapter.number} · {chapter.title}"
        open_in = " ".join(
            f"[![Open chapter {chapter.prefix} {words}]({picture})]({link(course, chapter.student)})"
            for words, picture, link in (("in Colab", COLAB_BADGE, colab), ("on Binder", BINDER_BADGE, binder))
        )
        rows.append(
            f"| [{name}]({chapter.student}) | {chapter.question} | {chapter.minutes} min "
            f"| {figures.get(chapter.name, '–')} | [solved]({chapter.solved}) | {open_in} |"
        )
    return "\n".join([TABLE_BEGIN, *rows, TABLE_END])


def measured(root: Path) -> dict[str, str]:
    """Return what each solved notebook takes on the real data, '33 s, 0.50 GB', out of the table of benchmarks/."""
    path = Path(root) / RESULTS
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    row = r"^\| (\w+) solved real data, whole notebook under nbval \| (\d+ s) computed in \d+ s, ([\d.]+ GB) at most \|"
    return {name: f"{seconds}, {memory}" for name, seconds, memory in re.findall(row, text, re.M)}


def with_table(course: Course, readme: str) -> str | None:
    """Return the README's text with its table renewed, or None where its two markers are not there once each."""
    return put_between(readme, TABLE_BEGIN, TABLE_END, readme_table(course))


def put_between(page: str, begin: str, end: str, table: str) -> str | None:
    """Return a page whose part from `begin` to `end` is `table`, which holds both; None without these two once each.

    Examples
    --------
    >>> put_between("a <old> b", "<", ">", "<new>"), put_between("a > b <", "<", ">", "<new>")
    ('a <new> b', None)
    """
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        return None
    before, rest = page.split(begin)
    return before + table + rest.split(end)[1]


def write_if_new(path: Path, text: str) -> bool:
    """Write `text`, whole or not at all, where the file says something else; return whether it did."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".half")
    half.write_text(text, encoding="utf-8", newline="\n")
    half.replace(path)
    return True
