"""nbgrader's steps, where the course does them in its own way. A course's ``nbgrader_config.py`` calls `configure`.

`RestoreLabels` comes before nbgrader's own sanitizing. `JudgeApart` takes the place of "execute": no cell of a
submission runs in the process that gives the points. `KeepStubs` takes the place of "clear solutions": a blank is the
one of the chapter.
"""

from __future__ import annotations

import ast
import atexit
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, Execute, NbGraderPreprocessor
from traitlets import Bool, Float, Integer

from bioml_helpers.classroom.apart import Nursery
from bioml_helpers.classroom.fence import Limits
from bioml_helpers.classroom.hidden import told

BEGIN, STUB, END = "### BEGIN SOLUTION", "### STUB", "### END SOLUTION"
_NURSERIES: dict[tuple, Nursery] = {}


def configure(config: Any) -> None:
    """Set in a traitlets configuration what an nbgrader course of these assignments needs."""
    own = {Execute: JudgeApart, ClearSolutions: KeepStubs}
    for converter, name in [(Autograde, "autograde_preprocessors"), (GenerateAssignment, "preprocessors")]:
        steps = getattr(converter, name).default()
        changed = [own.get(step, step) for step in steps]
        if changed == steps:
            raise RuntimeError(f"{converter.__name__}.{name} of this nbgrader lacks the step that is to be replaced.")
        config[converter.__name__][name] = changed
    config.Autograde.sanitize_preprocessors = [RestoreLabels, *Autograde.sanitize_preprocessors.default()]
    config.ClearSolutions.enforce_metadata = config.KeepStubs.enforce_metadata = True
    config.ExportApp.plugin_class = "bioml_helpers.classroom.grades.PointsAndBonus"


class RestoreLabels(NbGraderPreprocessor):
    """Gives each cell of a submission the labels that the lecturer's version has, before nbgrader reads them.

    A cell that was copied, or labelled by hand, would otherwise end the grading of the whole class.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Restore the labels; of a cell that is there twice the last one counts, as in nbgrader."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            source = gradebook.find_notebook(about["notebook"], about["assignment"])
            cells = {cell.name: (cell.cell_type, cell.locked, cell.checksum) for cell in source.source_cells}
            points = {cell.name: cell.max_score for cell in source.grade_cells}
            solutions = {cell.name for cell in source.solution_cells}
        seen = set()
        for cell in reversed(nb.cells):
            labels = cell.metadata.pop("nbgrader", None)
            name = labels.get("grade_id") if isinstance(labels, dict) else None
            if not isinstance(name, str) or name not in cells or name in seen or cell.cell_type != cells[name][0]:
                continue
            seen.add(name)
            kept = {"grade_id": name, "grade": name in points, "solution": name in solutions, "task": False}
            kept |= {
                "locked": cells[name][1],
                "checksum": cells[name][2],
                "schema_version": 3,
                "cell_type": cells[name][0],
            }
            cell.metadata["nbgrader"] = NotebookNode(kept | ({"points": points[name]} if name in points else {}))
        return nb, resources


class JudgeApart(NbGraderPreprocessor):
    """Runs a submission's cells in a process of their own, and judges the answers here."""

    cell_seconds = Float(20, help="Time for one cell.").tag(config=True)
    answer_seconds = Float(6, help="Time for the hidden test of one exercise.").tag(config=True)
    cpu_seconds = Integer(60, help="Computing time of one process.").tag(config=True)
    memory_gigabytes = Float(2, help="Memory of one submission, on top of the course's packages.").tag(config=True)
    without_fence = Bool(
        False, help="Grade where the kernel offers no fence; only in a container that is thrown away afterwards."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Run and judge all cells in their order."""
        tests = {place: _hidden_test(cell.source) for place, cell in enumerate(nb.cells) if _is_test(cell)}
        given = [cell.source for cell in nb.cells if _is_given(cell)]
        with self._nursery(tests, given).pupil() as pupil:
            for place, cell in enumerate(nb.cells):
                if cell.cell_type != "code":
                    continue
                found = self._judged(pupil, tests[place]) if place in tests else pupil.run(cell.source)
                cell.outputs = [NotebookNode(one) for one in found]
                cell.execution_count = None
        self.log.info("computed %.2f s", pupil.cpu)
        return nb, resources

    def _nursery(self, tests: dict[int, _Test], given: list[str]) -> Nursery:
        """Return the mother process for these exercises; one is kept for the whole class."""
        modules = tuple(sorted({module for test in tests.values() for module in test.modules}))
        early = tuple(sorted({module for source in given for module in _imported(source)}))
        limits = Limits(
            cell_seconds=self.cell_seconds,
            answer_seconds=self.answer_seconds,
            cpu_seconds=self.cpu_seconds,
            memory_gigabytes=self.memory_gigabytes,
        )
        key = (modules, early, limits, self.without_fence)
        if key not in _NURSERIES:
            _NURSERIES[key] = Nursery(modules, limits, early=early, fenced=not self.without_fence)
            atexit.register(_NURSERIES[key].close)
        return _NURSERIES[key]

    def _judged(self, pupil: Any, test: _Test) -> list[dict]:
        """Return the outputs of a test cell: an error costs all its points."""
        outputs = []
        for exercise, expressions, seed in test.demands:
            verdict = pupil.judge(exercise, expressions, seed=seed)
            if verdict.check_failed:
                self.log.warning("%s: %s A person should look at this submission.", exercise, verdict.message)
            if verdict.is_right:
                outputs.append({"output_type": "stream", "name": "stdout", "text": f"{exercise}: right.\n"})
            else:
                says = told(exercise, verdict)
                outputs.append({"output_type": "error", "ename": "Failed", "evalue": says, "traceback": [says]})
        return outputs


class _Test:
    """What a test cell demands: exercises, the expressions that are their answers, seeds; and the modules for it."""

    def __init__(self, modules: list[str], demands: list[tuple[str, list[str], int]]):
        self.modules, self.demands = modules, demands


def _is_the_lecturers(cell: NotebookNode) -> bool:
    """Whether nbgrader knows the cell; from those it does not, its "overwrite cells" has taken the id away."""
    return cell.cell_type == "code" and "grade_id" in cell.metadata.get("nbgrader", {})


def _is_test(cell: NotebookNode) -> bool:
    return _is_the_lecturers(cell) and utils.is_grade(cell) and not utils.is_solution(cell)


def _is_given(cell: NotebookNode) -> bool:
    """Whether a cell is read-only; nbgrader has put the lecturer's own text there too."""
    return _is_the_lecturers(cell) and utils.is_locked(cell) and not utils.is_grade(cell)


def _imported(source: str) -> list[str]:
    """Return the modules that a read-only cell imports, so that a class pays for each import once."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return found


def _hidden_test(source: str) -> _Test:
    """Read a test cell. nbgrader has put the lecturer's own text there, whatever was handed in."""
    modules, demands = [], []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("bioml_helpers."):
            if node.module != "bioml_helpers.classroom":
                modules += [f"{node.module}.{name.name}" for name in node.names]
        call = getattr(node, "value", None)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "hidden.demand":
            exercise, *expressions = call.args
            seeds = [ast.literal_eval(named.value) for named in call.keywords if named.arg == "seed"]
            demands.append((ast.literal_eval(exercise), [ast.unparse(one) for one in expressions], *seeds))
    if not demands or not modules:
        raise ValueError(
            "A test cell has no line hidden.demand(…). Was the assignment made by another version of the course? Build "
            "it again, generate it again, and only then grade."
        )
    return _Test(modules, demands)


class KeepStubs(ClearSolutions):
    """Replaces a solution by the blank that follows the line ``### STUB`` in it; where none does, as nbgrader does."""

    def _replace_solution_region(self, cell: NotebookNode, language: str) -> bool:
        lines, found = cell.source.split("\n"), False
        if not any(line.strip() == STUB for line in lines):
            return super()._replace_solution_region(cell, language)
        kept, stub, state = [], [], "outside"
        for line in lines:
            mark = line.strip()
            if mark == BEGIN:
                state, stub, found = "solution", [], True
            elif mark == STUB and state == "solution":
                state = "stub"
            elif mark == END:
                kept, state = kept + stub, "outside"
            elif state == "stub":
                stub.append(line.replace("# ", "", 1) if mark.startswith("# ") else line.replace("#", "", 1))
            elif state == "outside":
                kept.append(line)
        cell.source = "\n".join(kept)
        return found
