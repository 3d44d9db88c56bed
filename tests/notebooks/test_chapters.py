"""Every chapter runs to its end under nbval, student and solved, on real data and on what is at hand, in its budget.

The network is cut in every run. A chapter with no real data must still reach its end; there only those outputs are
compared that do not need them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
import psutil
import pytest

from authoring.chapters import ROOT, Chapter, read_course
from authoring.products import as_text
from bioml_helpers import data

COURSE = read_course(ROOT)
RESULTS = ROOT / "benchmarks" / "out" / "notebooks.json"
CUT = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]  # kernels talk over loopback
SAMPLE_SECONDS = 0.1


@dataclass(frozen=True)
class Run:
    """One run of nbval: what it said, how long it took, how much memory its kernel used at most.

    `cpu_seconds` is what the run itself computed; the chapters use one thread, so on a machine that does nothing else
    both are nearly the same. Where the tests share the machine, only the second is the chapter's own.
    """

    status: int
    text: str
    seconds: float
    cpu_seconds: float
    gigabytes: float
    network: str


def network_can_be_cut() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*CUT, "true"], capture_output=True).returncode == 0


def surroundings(folder: Path, *, real: bool) -> dict[str, str]:
    """Return the environment of a run: no network, an empty cache, and the real data or none."""
    env = {key: value for key, value in os.environ.items() if key not in ("MPLBACKEND", "BIOML_DATA_DIR")}
    env |= {"BIOML_OFFLINE": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "IPYTHONDIR": str(folder / "ipython")}
    if not real:
        (folder / "cache").mkdir()
        env["BIOML_CACHE_DIR"] = str(folder / "cache")
    elif os.environ.get("BIOML_DATA_DIR"):
        env["BIOML_DATA_DIR"] = os.path.abspath(os.environ["BIOML_DATA_DIR"])
    return env


def nbval(notebook: Path, env: dict[str, str], limit: float) -> Run:
    """Run nbval over one notebook, in its folder; ends it after `limit` seconds."""
    cut = network_can_be_cut()
    options = ["--nbval-lax", "--nbval-current-env", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    command = [
        *(CUT if cut else []),
        sys.executable,
        "-m",
        "pytest",
        *options,
        f"--rootdir={notebook.parent}",
        notebook.name,
    ]
    said = notebook.with_suffix(".txt")
    begin, peak, computed = time.perf_counter(), 0, {}
    with said.open("w") as file:
        process = subprocess.Popen(command, cwd=notebook.parent, env=env, stdout=file, stderr=subprocess.STDOUT)
        try:
            while process.poll() is None and time.perf_counter() - begin < limit:
                family = family_of(process.pid)
                peak = max(peak, sum(memory for _, memory, _ in family[1:]))  # the kernel, not nbval
                computed |= {pid: cpu for pid, _, cpu in family}
                time.sleep(SAMPLE_SECONDS)
        finally:
            seconds = time.perf_counter() - begin
            end(process)
    network = "cut" if cut else "refused by BIOML_OFFLINE"
    return Run(process.returncode, said.read_text(), seconds, sum(computed.values()), peak / 1e9, network)


def family_of(pid: int) -> list[tuple[int, int, float]]:
    """Return (pid, bytes of memory, seconds computed) of a process and of all that it has started."""
    family = []
    try:
        first = psutil.Process(pid)
        for one in [first, *first.children(recursive=True)]:
            cpu = one.cpu_times()
            family.append((one.pid, one.memory_info().rss, cpu.user + cpu.system))
    except psutil.NoSuchProcess:
        pass  # ended while we looked
    return family


def end(process: subprocess.Popen) -> None:
    """End a run that is still going on, its kernel included."""
    if process.poll() is None:
        for one in [*psutil.Process(process.pid).children(recursive=True), process]:
            one.kill()
    process.wait()


def copy_of(file: str, folder: Path, *, real: bool) -> Path:
    """Copy a product; with no real data, outputs that need them are not compared."""
    notebook = nbformat.v4.reads((ROOT / file).read_text(encoding="utf-8"))
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if not real and "needs-real-data" in tags:
            cell.metadata["tags"] = [tag for tag in tags if tag != "nbval-check-output"]
    path = folder / Path(file).name
    path.write_text(as_text(notebook), encoding="utf-8")
    return path


def note(key: str, run: Run, chapter: Chapter) -> None:
    """Keep the figures of a run for the benchmarks' table."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    table = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    figures = {name: value for name, value in asdict(run).items() if name != "text"}
    figures |= {"budget_seconds": chapter.seconds, "budget_gigabytes": chapter.gigabytes}
    table[key] = {name: round(value, 3) if isinstance(value, float) else value for name, value in figures.items()}
    RESULTS.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n")


@pytest.fixture(scope="module")
def runs(request, tmp_path_factory):
    """The runs of all selected tests, begun at once, as many at a time as there are processors."""
    wanted = [
        item.callspec.params
        for item in request.session.items
        if getattr(item, "originalname", "") == "test_a_chapter_runs_to_its_end_within_its_budget"
    ]
    for name in sorted({name for params in wanted if params["real"] for name in params["chapter"].data}):
        if data.is_real_available(name):
            data.load(name, quiet=True)  # a first load computes and keeps; that is no chapter's own time
    pool = ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 4))
    begun = {}
    for params in wanted:
        chapter, product, real = params["chapter"], params["product"], params["real"]
        if not real or all(data.is_real_available(name) for name in chapter.data):
            folder = tmp_path_factory.mktemp("run")  # made here: pytest's maker of folders is not for threads
            begun[chapter.name, product, real] = pool.submit(one_run, chapter, product, real, folder)
    yield begun
    pool.shutdown(cancel_futures=True)


def one_run(chapter: Chapter, product: str, real: bool, folder: Path) -> Run:
    path = copy_of(getattr(chapter, product), folder, real=real)
    return nbval(path, surroundings(folder, real=real), 6 * time_limit(chapter))


def time_limit(chapter: Chapter) -> float:
    return chapter.seconds * float(os.environ.get("BIOML_TIME_FACTOR", "1"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("product", "real"),
    [("student", False), ("solved", False), ("solved", True)],
    ids=["student-at-hand", "solved-at-hand", "solved-real-data"],
)
@pytest.mark.parametrize("chapter", COURSE.chapters, ids=lambda chapter: chapter.name)
def test_a_chapter_runs_to_its_end_within_its_budget(chapter, product, real, runs, need_real_data):
    if real:
        need_real_data(*chapter.data)
    run = runs[chapter.name, product, real].result()
    note(f"{chapter.name} {product} {'real data' if real else 'at hand'}", run, chapter)
    assert run.status == 0, run.text[-6000:]
    # A machine busy with something else lengthens the wall clock, not what the chapter computes.
    needed, limit = min(run.seconds, run.cpu_seconds), time_limit(chapter)
    assert needed <= limit, f"{run.seconds:.0f} s ({run.cpu_seconds:.0f} s computed), the budget is {limit:.0f} s"
    assert run.gigabytes <= chapter.gigabytes, f"{run.gigabytes:.2f} GB, the budget is {chapter.gigabytes} GB"


def small_notebook(folder: Path, source: str, stored: str) -> Path:
    """A notebook of one compared cell."""
    output = nbformat.v4.new_output("stream", name="stdout", text=stored)
    cell = nbformat.v4.new_code_cell(source, id="a", outputs=[output], execution_count=1)
    cell.metadata["tags"] = ["nbval-check-output"]
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "p"}})
    path = folder / "small.ipynb"
    path.write_text(as_text(notebook), encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("stored", "status"), [("4\n", 0), ("5\n", 1)], ids=["same", "another"])
def test_a_stored_output_that_is_another_than_the_computed_one_fails(stored, status, tmp_path):
    run = nbval(small_notebook(tmp_path, "print(2 * 2)", stored), surroundings(tmp_path, real=False), 60)
    assert run.status == status, run.text


@pytest.mark.slow
def test_the_memory_of_the_kernel_is_measured(tmp_path):
    source = "import time\nblock = bytearray(b'x' * 400_000_000)\ntime.sleep(0.5)\nprint(4)"
    run = nbval(small_notebook(tmp_path, source, "4\n"), surroundings(tmp_path, real=False), 60)
    assert 0.4 < run.gigabytes < 1.0


def test_with_the_network_cut_nothing_outside_is_reached():
    if not network_can_be_cut():
        pytest.skip("this machine can't cut the network for one process; BIOML_OFFLINE stands alone here")
    program = "import socket; socket.create_connection(('192.0.2.1', 443), timeout=2)"
    done = subprocess.run([*CUT, sys.executable, "-c", program], capture_output=True, text=True)
    assert "Network is unreachable" in done.stderr
