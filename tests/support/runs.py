"""Chapters run under nbval beside the other tests, so that no core waits.

The runs begin when the tests have been collected, on all processors but one, and on all of them as soon as nothing is
left but to wait for them. The network is cut in every run.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import Popen  # under a name of its own: other tests replace subprocess.Popen while these runs go on
from time import perf_counter, sleep

import nbformat
import psutil
import torch

from authoring.chapters import ROOT, Chapter
from authoring.products import as_text
from bioml_helpers import data

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


@functools.cache
def network_can_be_cut() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*CUT, "true"], capture_output=True).returncode == 0


def surroundings(folder: Path, *, real: bool, environment=os.environ) -> dict[str, str]:
    """Return the environment of a run: no network, an empty cache, and the real data or none."""
    env = {key: value for key, value in environment.items() if key not in ("MPLBACKEND", "BIOML_DATA_DIR")}
    env |= {"BIOML_OFFLINE": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "IPYTHONDIR": str(folder / "ipython")}
    env["BIOML_PROGRESS"] = str(folder / "progress.json")  # no test writes the learner's own
    if not real:
        (folder / "cache").mkdir()
        env["BIOML_CACHE_DIR"] = str(folder / "cache")
    elif environment.get("BIOML_DATA_DIR"):
        env["BIOML_DATA_DIR"] = os.path.join(ROOT, environment["BIOML_DATA_DIR"])
    return env


def nbval(notebook: Path, env: dict[str, str], limit: float, given_up: threading.Event | None = None) -> Run:
    """Run nbval over one notebook, in its folder; ends it after `limit` seconds, or when it is `given_up`."""
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
    begin, peak, computed = perf_counter(), 0, {}
    with said.open("w") as file:
        process = Popen(command, cwd=notebook.parent, env=env, stdout=file, stderr=subprocess.STDOUT)
        try:
            while process.poll() is None and perf_counter() - begin < limit and not (given_up and given_up.is_set()):
                family = family_of(process.pid)
                peak = max(peak, sum(memory for _, memory, _ in family[1:]))  # the kernel, not nbval
                computed |= {pid: cpu for pid, _, cpu in family}
                sleep(SAMPLE_SECONDS)
        finally:
            seconds = perf_counter() - begin
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


def end(process: Popen) -> None:
    """End a run that is still going on, its kernel included."""
    if process.poll() is None:
        for one in [*psutil.Process(process.pid).children(recursive=True), process]:
            one.kill()
    process.wait()


def copy_of(file: str, folder: Path, *, real: bool, lacking: Sequence[str] = ()) -> Path:
    """Copy a product; with no real data, outputs that need them are not compared; what is `lacking` is not found."""
    notebook = nbformat.v4.reads((ROOT / file).read_text(encoding="utf-8"))
    if lacking:
        hide = f"import sys\n\nsys.modules.update(dict.fromkeys({sorted(lacking)}))"  # None: as if not installed
        notebook.cells.insert(0, nbformat.v4.new_code_cell(hide, id="lacking"))
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


def time_limit(chapter: Chapter) -> float:
    return chapter.seconds * float(os.environ.get("BIOML_TIME_FACTOR", "1"))


def memory_limit(chapter: Chapter) -> float:
    """Gigabytes that a chapter's kernel may take. PyTorch's CUDA build loads half a gigabyte of libraries more."""
    return chapter.gigabytes + (0.5 if torch.version.cuda else 0)


class Runs:
    """Runs begun now, in the order of `wanted`: (chapter, "student" or "solved", with real data or without).

    `lacking` tells of a chapter which modules are hidden from it.
    """

    def __init__(
        self, wanted: list[tuple[Chapter, str, bool]], lacking: Callable[[Chapter], Sequence[str]] = lambda chapter: ()
    ):
        self._lacking = lacking
        self._environment = dict(os.environ)  # as it is now: tests change it while the runs go on
        self._limits = {chapter.name: 6 * time_limit(chapter) for chapter, _, _ in wanted}
        self._folder = Path(tempfile.mkdtemp(prefix="chapters-"))
        self._given_up = threading.Event()
        processors = min(os.cpu_count() or 1, 4)
        self._room, self._is_alone = threading.Semaphore(max(1, processors - 1)), False
        self._pool = ThreadPoolExecutor(max_workers=processors)
        network_can_be_cut()
        for name in sorted({name for chapter, _, real in wanted if real for name in chapter.data}):
            if data.is_real_available(name):
                data.load(name, quiet=True)  # a first load computes and keeps; that is no chapter's own time
        self._begun = {}
        for chapter, product, real in wanted:
            if not real or all(data.is_real_available(name) for name in chapter.data):
                folder = self._folder / str(len(self._begun))
                folder.mkdir()
                self._begun[chapter.name, product, real] = self._pool.submit(self._run, chapter, product, real, folder)

    def result(self, chapter: Chapter, product: str, real: bool) -> Run:
        """Wait for one run; who waits needs no processor, so that one more run may begin."""
        if not self._is_alone:
            self._is_alone = True
            self._room.release()
        return self._begun[chapter.name, product, real].result()

    def end(self) -> None:
        """End what still runs, and remove the copies."""
        self._given_up.set()
        self._pool.shutdown(cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, chapter: Chapter, product: str, real: bool, folder: Path) -> Run:
        with self._room:
            path = copy_of(getattr(chapter, product), folder, real=real, lacking=self._lacking(chapter))
            env = surroundings(folder, real=real, environment=self._environment)
            return nbval(path, env, self._limits[chapter.name], self._given_up)
