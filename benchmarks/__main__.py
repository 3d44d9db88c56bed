"""Measure the course and write one table, benchmarks/RESULTS.md.

python -m benchmarks              all parts
python -m benchmarks import       only this part; the table keeps the others' last figures

Parts: import, learn, training, frameworks, layers, convolution, chapters, latency, classroom.
Run it on a quiet machine.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from authoring.build import write_readme
from authoring.chapters import read_course

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "benchmarks" / "out"
TABLE = ROOT / "benchmarks" / "RESULTS.md"


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    figure: str
    goal: str
    command: str


class NotMeasured(Exception):
    """Why a part has no figures here."""


def main(parts: list[str]) -> int:
    """Measure the parts asked for (or all), write the table, and return 1 if a part could not be measured."""
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        print(f"There is no part {unknown[0]!r}; the parts are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    os.environ["OMP_NUM_THREADS"] = "1"
    status = 0
    OUT.mkdir(parents=True, exist_ok=True)
    for part in parts or PARTS:
        print(f"measuring: {part}", flush=True)
        try:
            _keep(part, PARTS[part]())
        except NotMeasured as reason:
            print(f"not measured: {part}: {reason}", file=sys.stderr)
            status = 1
    TABLE.write_text(as_markdown(), encoding="utf-8", newline="\n")
    print(f"written: {TABLE.relative_to(ROOT).as_posix()}")
    write_readme(read_course(ROOT))  # its table quotes the chapters' rows
    return status


def _keep(part: str, rows: list[Row]) -> None:
    measured = {"date": datetime.date.today().isoformat(), "where": _machine(), "rows": [asdict(row) for row in rows]}
    (OUT / f"rows_{part}.json").write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


def as_markdown() -> str:
    """Return the table of all parts measured so far."""
    lines = [
        "# What was measured",
        "",
        "Written by `python -m benchmarks`; not edited by hand. One thread (`OMP_NUM_THREADS=1`).",
        "",
        "| what | figure | goal | command | machine | date |",
        "|---|---|---|---|---|---|",
    ]
    kept = TABLE.read_text(encoding="utf-8").splitlines() if TABLE.is_file() else []
    for part in PARTS:
        path = OUT / f"rows_{part}.json"
        if not path.is_file():  # not measured in this clone: what the table says of it stays
            lines += [line for line in kept if f"| `python -m benchmarks {part}` |" in line]
        else:
            measured = json.loads(path.read_text(encoding="utf-8"))
            for row in measured["rows"]:
                cells = [row["what"], row["figure"], row["goal"], f"`{row['command']}`"]
                lines.append("| " + " | ".join([*cells, measured["where"], measured["date"]]) + " |")
    return "\n".join(lines) + "\n"


def _machine() -> str:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    torch = importlib.metadata.version("torch")
    return f"{usable} cores, {platform.system()}, Python {platform.python_version()}, torch {torch}"


def _python(code: str, times: int) -> list[str]:
    """Return what `code` prints, each time in a fresh process."""
    command = [sys.executable, "-c", code]
    answers = [subprocess.run(command, cwd=ROOT, capture_output=True, text=True) for _ in range(times)]
    for answer in answers:
        if answer.returncode != 0:
            raise NotMeasured((answer.stderr.strip().splitlines() or ["no reason given"])[-1])
    return [answer.stdout for answer in answers]


# --- the parts ---------------------------------------------------------------------------------------------------


def importing() -> list[Row]:
    """Seconds of the import, and whether it brought torch."""
    code = (
        "import sys, time; t = time.perf_counter(); import {0}; print(time.perf_counter() - t, 'torch' in sys.modules)"
    )
    rows = []
    for module, goal in [
        ("bioml_helpers", "at most 200 ms, without torch"),
        ("bioml_helpers.data, bioml_helpers.figures, bioml_helpers.learning", "without torch"),
    ]:
        answers = [answer.split() for answer in _python(code.format(module), 9)]
        torch = "with torch" if any(brought == "True" for _, brought in answers) else "without torch"
        seconds = statistics.median(float(seconds) for seconds, _ in answers)
        rows.append(Row(f"`import {module}`", f"{seconds * 1000:.1f} ms, {torch}", goal, "python -m benchmarks import"))
    return rows


def learning_again() -> list[Row]:
    """Seconds of `learn` in a ready environment, from the start of Python to the hand-over to JupyterLab."""
    from bioml_helpers.start import environment

    places = environment.find_clone()
    if not environment.is_ready(places):
        raise NotMeasured("the environment was not made by 'python3 -m bioml_helpers learn'")
    code = (
        "from bioml_helpers.start import commands; commands.hand_over = lambda *_: 0; "
        "raise SystemExit(commands.main(['learn']))"
    )
    seconds = []
    for _ in range(9):
        begin = time.perf_counter()
        _python(code, 1)
        seconds.append(time.perf_counter() - begin)
    figure = f"{statistics.median(seconds):.2f} s"
    return [
        Row("`learn`, run again, until JupyterLab takes over", figure, "less than 1 s", "python -m benchmarks learn")
    ]


def training_overhead() -> list[Row]:
    """How much longer `training.train` takes than the same steps written out in bare torch."""
    import torch

    from bioml_helpers.training import train

    torch.set_num_threads(1)
    X, y = torch.randn(4096, 64), torch.randn(4096, 1)
    epochs, batch_size, loss_fn = 10, 64, torch.nn.MSELoss()

    def model() -> torch.nn.Module:
        return torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))

    def bare() -> None:
        net = model()
        optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
        for _ in range(epochs):
            order = torch.randperm(len(X))
            for start in range(0, len(X), batch_size):
                chosen = order[start : start + batch_size]
                optimizer.zero_grad()
                loss_fn(net(X[chosen]), y[chosen]).backward()
                optimizer.step()

    def ours() -> None:
        train(model(), (X, y), loss_fn=loss_fn, num_epochs=epochs, batch_size=batch_size, seed=0, progress=False)

    plain, wrapped, more = _side_by_side(bare, ours, rounds=75)
    steps = epochs * (len(X) // batch_size)
    figure = f"{more:.3f} times ({wrapped / steps * 1e6:.0f} against {plain / steps * 1e6:.0f} µs a step)"
    what = "`training.train` beside a bare torch loop (processor time, median of 75 pairs in turns)"
    return [Row(what, figure, "at most 1.03 times", "python -m benchmarks training")]


def _side_by_side(one: Callable[[], None], other: Callable[[], None], rounds: int) -> tuple[float, float, float]:
    """Return the median processor seconds of both, and the median of (other / one); who begins changes each round."""
    one(), other()  # the first call of each pays for what is set up once
    pairs = []
    for turn in range(rounds):
        if turn % 2:
            second = _cpu_seconds(other)
            pairs.append((_cpu_seconds(one), second))
        else:
            first = _cpu_seconds(one)
            pairs.append((first, _cpu_seconds(other)))
    ratio = statistics.median(b / a for a, b in pairs)
    return *(statistics.median(column) for column in zip(*pairs, strict=True)), ratio


def _cpu_seconds(action: Callable[[], None]) -> float:
    begin = time.process_time()
    action()
    return time.process_time() - begin


def frameworks() -> list[Row]:
    """The same training by Lightning, skorch and fastai, in an environment that the benchmark makes for itself."""
    from benchmarks import frameworks

    try:
        measured = frameworks.compare()
    except RuntimeError as reason:
        raise NotMeasured(str(reason)) from None
    return framework_rows(measured)


def framework_rows(measured: dict) -> list[Row]:
    """Return a row for each framework; `measured` is what `frameworks.measure` returns."""
    found, rows = measured["found"], []
    ours = found["train"]
    for name in ("Lightning", "skorch", "fastai"):
        what, goal, command = f"{name} beside `training.train`, same model and data", "more than 1 time", "frameworks"
        if name in found:
            one = found[name]
            figure = (
                f"{one['ratio']:.2f} times ({one['seconds']:.2f} against {ours['seconds']:.2f} s; {one['version']})"
            )
        else:
            figure = f"could not be had: {measured['missing'].get(name, 'not installed')}"
        rows.append(Row(what, figure, goal, f"python -m benchmarks {command}"))
    return rows


def layers() -> list[Row]:
    """The course's layers from scratch beside torch's and PyTorch Geometric's own, at the size of their chapters."""
    import torch

    torch.set_num_threads(1)
    rows = []
    for what, goal, loop, ours, library in _layer_pairs(torch):
        plain, taken, ratio = _side_by_side(library, ours, rounds=41)
        figure = f"{ratio:.2f} times the library ({1000 * taken:.2f} against {1000 * plain:.2f} ms)"
        if loop is not None:
            loop()
            figure += f"; with a loop {1000 * statistics.median(_cpu_seconds(loop) for _ in range(3)):.1f} ms"
        rows.append(Row(what, figure, goal, "python -m benchmarks layers"))
    return rows


def _layer_pairs(torch):
    """Yield (what, goal, with a loop or None, ours, the library's): the last three are functions that compute once."""
    from torch.nn import functional

    from bioml_helpers import attention, rnn
    from bioml_helpers.gcn import layers as gcn
    from bioml_helpers.practice.layers import Dropout

    there_and_back, vectorised = "forward and backward", "at most 1.5 times"
    q, k, v = (torch.randn(32, 2, 70, 16, requires_grad=True) for _ in range(3))

    def one_query_at_a_time() -> None:
        scores = [q[:, :, place : place + 1] for place in range(q.shape[2])]
        parts = [attention.scaled_dot_product_attention(one, k, v)[0] for one in scores]
        torch.cat(parts, dim=2).sum().backward()

    yield (
        f"attention, 32 sequences of 70, two heads of 16, {there_and_back}",
        vectorised,
        one_query_at_a_time,
        lambda: attention.scaled_dot_product_attention(q, k, v)[0].sum().backward(),
        lambda: functional.scaled_dot_product_attention(q, k, v).sum().backward(),
    )

    X = torch.randn(64, 60, 4, dtype=torch.double)  # ours compute in float64, and so does the library here
    entries = X.numpy()
    for kind, cell in {"GRU": rnn.GRUCell(4, 32, seed=0), "LSTM": rnn.LSTMCell(4, 32, seed=0)}.items():
        library = getattr(torch.nn, kind)(4, 32, batch_first=True, dtype=torch.double)
        yield (
            f"{kind} in float64 (ours in NumPy, a step after the other), 64 sequences of 60 bases, forward",
            "none: a loop over the steps",
            lambda cell=cell: [rnn.unroll(cell, entries[row : row + 1]) for row in range(len(entries))],
            lambda cell=cell: rnn.unroll(cell, entries),
            lambda library=library: _without_gradient(torch, library, X),
        )

    from torch_geometric.nn import GCNConv

    nodes, width = 800, 32  # a batch of some 32 molecules of 25 atoms
    chain = torch.arange(nodes - 1)
    edges = torch.cat([torch.stack([chain, chain + 1]), torch.stack([chain + 1, chain])], dim=1)
    atoms = torch.randn(nodes, width)
    ours, theirs = gcn.GCNLayer(width, width), GCNConv(width, width)
    yield (
        f"graph convolution, {nodes} atoms, {width} numbers each, {there_and_back}",
        vectorised,
        None,
        lambda: ours(atoms, edges).sum().backward(),
        lambda: theirs(atoms, edges).sum().backward(),
    )

    hidden = torch.randn(256, 200, requires_grad=True)
    from_scratch, library = Dropout(0.5), torch.nn.Dropout(0.5)
    yield (
        f"dropout, 256 examples, 200 neurons, {there_and_back}",
        vectorised,
        None,
        lambda: from_scratch(hidden).sum().backward(),
        lambda: library(hidden).sum().backward(),
    )


def _without_gradient(torch, layer, X) -> None:
    with torch.no_grad():
        layer(X)


def convolution() -> list[Row]:
    """Chapter 4's convolution from scratch (a loop; a table of all windows; what they do not share) beside torch's.

    torch's own is oneDNN's, which never writes the table of windows down; ours copies what windows do not share. With
    oneDNN off torch writes the whole table, in C++: that tells what it costs in any language.
    """
    import torch
    from torch.nn import functional

    from bioml_helpers import cnn

    torch.set_num_threads(1)
    rows = []
    for of, shape, window, how, first in [
        ("the motif finder's layer", (64, 4, 50), (16, 12), {}, True),
        ("the blood cells' first layer", (32, 3, 28, 28), (16, 5, 5), {"stride": 2, "padding": 2}, True),
        ("the blood cells' second layer", (32, 16, 7, 7), (32, 3, 3), {"padding": 1}, False),
        ("the hippocampus' first layer", (2, 1, 32, 48, 32), (12, 4, 4, 4), {"stride": 2, "padding": 1}, True),
        ("the hippocampus' second layer", (2, 12, 16, 24, 16), (12, 3, 3, 3), {"padding": 1}, False),
    ]:
        dims = len(shape) - 2
        library = (functional.conv1d, functional.conv2d, functional.conv3d)[dims - 1]
        X = torch.randn(shape, requires_grad=not first)  # nobody asks for the slopes of the data
        W = torch.randn(window[0], shape[1], *window[1:], requires_grad=True)
        step = {
            name: partial(_there_and_back, way, X, W, how)
            for name, way in {
                "loop": cnn.conv_loops,
                "unfold": cnn.conv_unfold,
                "ours": cnn.conv,
                "torch": library,
            }.items()
        }
        plain, taken, ratio = _side_by_side(step["torch"], step["ours"], rounds=41)
        _, _, table_ratio = _side_by_side(step["torch"], partial(_without_onednn, torch, step["torch"]), rounds=41)
        _, _, unfolded_ratio = _side_by_side(step["torch"], step["unfold"], rounds=41)
        loop = statistics.median(_cpu_seconds(step["loop"]) for _ in range(2))
        figure = f"{ratio:.2f} times torch ({1000 * taken:.2f} against {1000 * plain:.2f} ms)"
        figure += f"; with the whole table {unfolded_ratio:.2f} times, torch's own (oneDNN off) {table_ratio:.2f} times"
        what = f"convolution in {dims}-D, {of}, input {shape}, {window[0]} filters, forward and backward"
        figure += f"; with a loop {1000 * loop:.0f} ms"
        rows.append(Row(what, figure, "at most 1.5 times", "python -m benchmarks convolution"))
    return rows


def _without_onednn(torch, action) -> None:
    with torch.backends.mkldnn.flags(enabled=False):
        action()


def _there_and_back(way, X, W, how) -> None:
    X.grad = W.grad = None
    way(X, W, **how).sum().backward()


def chapters() -> list[Row]:
    """Seconds and memory of each notebook under nbval, as the notebooks' own test measures them."""
    found = OUT / "notebooks.json"
    found.unlink(missing_ok=True)
    test = "tests/notebooks/test_chapters.py::test_a_chapter_runs_to_its_end_within_its_budget"
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", test], cwd=ROOT, capture_output=True, text=True)
    if not found.is_file():
        raise NotMeasured(f"the notebooks' test left no figures: {done.stdout[-500:]}")
    return chapter_rows(json.loads(found.read_text(encoding="utf-8")))


def chapter_rows(measured: dict) -> list[Row]:
    """Return a row for each run; `measured` is what the notebooks' test writes, with a run on each core at a time."""
    rows = []
    for name, figures in measured.items():
        ended = "" if figures["status"] == 0 else " (did not pass)"
        time_taken = f"{figures['cpu_seconds']:.0f} s computed in {figures['seconds']:.0f} s"
        rows.append(
            Row(
                f"{name}, whole notebook under nbval",
                f"{time_taken}, {figures['gigabytes']:.2f} GB at most{ended}",
                f"at most {figures['budget_seconds']:.0f} s, {figures['budget_gigabytes']} GB",
                "python -m benchmarks chapters",
            )
        )
    return rows


def latency() -> list[Row]:
    """Milliseconds from the event of a slider to the picture, in JupyterLab under Chromium."""
    found = OUT / "latency.json"
    found.unlink(missing_ok=True)
    done = subprocess.run([sys.executable, "-m", "benchmarks.latency"], cwd=ROOT, capture_output=True, text=True)
    if not found.is_file():
        raise NotMeasured(f"benchmarks.latency left no figures: {(done.stdout + done.stderr)[-500:]}")
    return latency_rows(json.loads(found.read_text(encoding="utf-8")))


def latency_rows(measured: dict) -> list[Row]:
    """Return a row for each figure and moment; `measured` is {figure: {moment: {median_ms, goal_ms}}}."""
    return [
        Row(
            f"{figure}: slider to picture {moment}",
            f"{values['median_ms']:.0f} ms (median)",
            f"at most {values['goal_ms']:g} ms",
            "python -m benchmarks latency",
        )
        for figure, moments in measured.items()
        for moment, values in moments.items()
    ]


def classroom() -> list[Row]:
    """Seconds and computing time of a class of 200 that is graded with nbgrader."""
    from benchmarks.classroom import measure

    try:
        return classroom_rows(measure())
    except subprocess.CalledProcessError as error:
        raise NotMeasured(f"nbgrader ended with status {error.returncode}") from None


def classroom_rows(measured: dict[str, float]) -> list[Row]:
    """Return the rows of a class; `measured` is what `classroom.measure` returns."""
    students = f"{measured['students']:.0f} submissions of chapter 2, autograded on two cores"
    started = f"after {measured['first']:.0f} s for the first, which holds every import"
    return [
        Row(
            students,
            f"{measured['seconds'] / 60:.1f} minutes",
            "at most 10 minutes",
            "python -m benchmarks classroom",
        ),
        Row(
            "one submission of chapter 2, computing time",
            f"{measured['cpu']:.2f} s, {started}",
            "at most 3 s",
            "python -m benchmarks classroom",
        ),
    ]


PARTS: dict[str, Callable[[], list[Row]]] = {
    "import": importing,
    "learn": learning_again,
    "training": training_overhead,
    "frameworks": frameworks,
    "layers": layers,
    "convolution": convolution,
    "chapters": chapters,
    "latency": latency,
    "classroom": classroom,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
