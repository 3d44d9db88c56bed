"""What the students of the test's class hand in: right, half right, learned by heart, and hostile in several ways."""

from __future__ import annotations

import nbformat

WRONG = {
    "answer-neuron-1": "without, with_repressor = 0.1, 0.2",
    "answer-neuron-2": "lac = [0, 0, 0]",
    "answer-neuron-3": "def my_neuron(X, w, b):\n    return X @ w",
    "answer-neuron-4": "def my_gradient(X, y, w, b):\n    return w, b",
    "answer-neuron-5": "hidden, output = [[1, 1, 0], [1, 1, 0]], [1, 1, 0]",
    "answer-neuron-7": "fully_connected = [0]",
    "answer-neuron-9": "def my_control(X, y, seed):\n    return X, y",
    "answer-neuron-10": "def my_leave_one_out(X, y, choose, fit):\n    return 0",
}


def cells(notebook) -> dict:
    return {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if "grade_id" in cell.metadata.get("nbgrader", {})
    }


def write(notebook, answers: dict[str, str]) -> None:
    for name, source in answers.items():
        cells(notebook)[name].source = source


def wrong_after(first: str):
    """Wrong answers everywhere, after a first cell of the student's own."""

    def change(notebook, solutions, folder) -> None:
        write(notebook, WRONG)
        notebook.cells.insert(2, nbformat.v4.new_code_cell(first.replace("COURSE", repr(str(folder)))))

    return change


def right(notebook, solutions, folder) -> None:
    write(notebook, solutions)


def half(notebook, solutions, folder) -> None:
    """Exercises 1 to 3 are right, 4 is a known mistake, the others are left open."""
    write(notebook, {name: solutions[name] for name in ("answer-neuron-1", "answer-neuron-2", "answer-neuron-3")})
    uphill = "def my_gradient(X, y, w, b):\n    error = y - 1 / (1 + np.exp(-(X @ w + b)))\n"
    write(notebook, {"answer-neuron-4": uphill + "    return X.T @ error / len(y), error.mean()"})


def by_heart(notebook, solutions, folder) -> None:
    """Passes the visible check of exercise 3, for it knows its hundred cases."""
    write(notebook, WRONG)
    learned = (
        "seen = {repr(case): exercises.forward.reference(*case) for case in exercises.forward.cases()}\n"
        "def my_neuron(X, w, b):\n    return seen[repr((X, w, b))]"
    )
    write(notebook, {"answer-neuron-3": learned})


def borrowed(notebook, solutions, folder) -> None:
    """Hands in the course's own function, wrapped."""
    write(notebook, WRONG)
    ours = "from bioml_helpers import neuron\ndef my_neuron(X, w, b):\n    return neuron.neuron_forward(X, w, b)"
    write(notebook, {"answer-neuron-3": ours})


def endless(notebook, solutions, folder) -> None:
    """Two endless loops, one of which swallows every interrupt; exercise 2 is right."""
    write(notebook, WRONG | {"answer-neuron-2": solutions["answer-neuron-2"]})
    deaf = "def my_neuron(X, w, b):\n    while True:\n        try:\n            while True: pass\n"
    write(notebook, {"answer-neuron-3": deaf + "        except BaseException: pass"})
    write(notebook, {"answer-neuron-7": "while True: pass"})


def tampered(notebook, solutions, folder) -> None:
    """Test cells emptied, taken out, doubled and worth a thousand points, with outputs that say "right"."""
    write(notebook, WRONG)
    every = cells(notebook)
    said = nbformat.v4.new_output("stream", text="neuron.1: right.\n")
    every["count-neuron-1"].update(source="pass", outputs=[said])
    every["count-neuron-2"].metadata.nbgrader["points"] = 1000
    notebook.cells.remove(every["count-neuron-4"])
    notebook.cells.append(nbformat.from_dict(dict(every["count-neuron-7"], id="again", source="pass")))
    notebook.metadata["kernelspec"] = {"name": "another", "display_name": "Another", "language": "python"}


def relabelled(notebook, solutions, folder) -> None:
    """Cells whose labels were changed: another name, another kind, a type of their own, an older format."""
    write(notebook, WRONG)
    cells(notebook)["count-neuron-3"].metadata.nbgrader["grade_id"] = "count-neuron-99"
    cells(notebook)["count-neuron-4"].metadata.nbgrader.update(schema_version=1, grade_id="")
    cells(notebook)["count-neuron-7"].metadata["nbgrader"] = {}
    forged = nbformat.v4.new_code_cell("pass", metadata={"nbgrader": {"grade": True, "locked": True, "points": 99}})
    notebook.cells.append(forged)
    cells(notebook)["count-neuron-5"].metadata.nbgrader.update(solution=True, locked=False)


REDEFINE = """
def check(*_): print("right")
learning_right = check
import sys, types
hidden = types.ModuleType("hidden"); hidden.demand = lambda *_, **__: None
sys.modules["bioml_helpers.classroom.hidden"] = hidden
class AssertionError(BaseException): pass
"""

PATCH = """
import builtins, numpy as np, bioml_helpers.learning as learning
from bioml_helpers.learning import grading, judge_functions, judge_values, compare, verdict, calling
from bioml_helpers.neuron import exercises, layers
yes = lambda *_, **__: verdict.Verdict("right", "")
grading.judged = grading.grade = learning.grade = yes
judge_functions.judge_function = judge_values.judge_value = judge_functions.judge_anything = yes
compare.difference = judge_functions.difference = judge_values.difference = lambda *_: None
verdict.Verdict.is_right = property(lambda self: True)
for one in vars(exercises).values():
    if hasattr(one, "judge"): one.judge = lambda *_: True
    if hasattr(one, "reference"): one.reference, one.tolerance = (lambda *_: 0), 1e9
    if hasattr(one, "expected"): one.expected, one.tolerance = 0, 1e9
np.allclose = np.array_equal = lambda *_, **__: True
builtins.isinstance = lambda *_: True
"""

PRINT = """
import glob, os
sources = glob.glob(COURSE + "/source/*/*")
for path in [COURSE + "/hidden_seeds.txt", *sources, COURSE + "/gradebook.db", "/proc/self/environ"]:
    try: print("FOUND", open(path, "rb").read()[:2000])
    except OSError as error: print("closed:", type(error).__name__)
try: print("LISTED", os.listdir(COURSE))
except OSError as error: print("closed:", type(error).__name__)
"""

MEMORY = """
import numpy as np
held = []
try:
    hundred = np.ones((100, 2**27), dtype=np.float64)  # 100 GB
    print("GOT IT")
except MemoryError: print("refused at once")
try:
    while True: held.append(bytearray(2**26))
except MemoryError: held.clear(); print("refused in pieces")
"""

DELETE = """
import glob, os, pathlib, shutil, subprocess
def attempt(action):
    try: action(); print("DONE")
    except BaseException as error: print("refused:", type(error).__name__)
attempt(lambda: os.remove(COURSE + "/gradebook.db"))
attempt(lambda: open(COURSE + "/source/02_neuron/02_neuron.ipynb", "w"))
attempt(lambda: os.truncate(COURSE + "/gradebook.db", 0))
attempt(lambda: os.rename(COURSE + "/source", COURSE + "/gone"))
attempt(lambda: os.chmod(COURSE + "/gradebook.db", 0))
attempt(lambda: shutil.rmtree(COURSE))
attempt(lambda: open(COURSE + "/new.txt", "w"))
attempt(lambda: subprocess.run(["rm", "-rf", COURSE], check=True))
attempt(lambda: open("big.bin", "wb").write(bytes(2**25)))
"""

PROCESSES = """
import os, signal, socket
def attempt(action):
    try: action(); print("DONE")
    except BaseException as error: print("refused:", type(error).__name__)
attempt(os.fork)
attempt(lambda: os.kill(os.getppid(), signal.SIGKILL))
attempt(lambda: os.kill(-1, 0))
attempt(lambda: socket.create_connection(("127.0.0.1", 9), timeout=1))
import resource
attempt(lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))
os.kill = None
os._exit(0)
"""

FORGE = """
import json, os, struct
def frame(message):
    body = json.dumps(message).encode()
    return struct.pack(">I", len(body)) + body
for descriptor in range(3, 40):
    for message in ({"value": True}, {"value": {"t": "array", "dtype": "|O", "shape": [1], "v": "AAAA"}},
                    {"asks": "get", "number": 0, "name": "__globals__"}, {"verdict": "right"}, [1], {"outputs": 5}):
        try: os.write(descriptor, frame(message))
        except OSError: pass
"""

SUBMISSIONS = {
    "right": right,
    "half": half,
    "by_heart": by_heart,
    "borrowed": borrowed,
    "endless": endless,
    "tampered": tampered,
    "relabelled": relabelled,
    "redefine": wrong_after(REDEFINE),
    "patch": wrong_after(PATCH),
    "print": wrong_after(PRINT),
    "memory": wrong_after(MEMORY),
    "delete": wrong_after(DELETE),
    "processes": wrong_after(PROCESSES),
    "forge": wrong_after(FORGE),
    "zz_right_at_last": right,  # graded after all the others
}
