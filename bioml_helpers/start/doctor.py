"""The doctor: one plain table of what works here, to copy into a message to the lecturer.

It needs nothing installed, says what is missing, and names nobody: the home folder is shown as ``~``.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import threading
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import bioml_helpers
from bioml_helpers.start import environment
from bioml_helpers.start.environment import CannotStart, Places, show

OK, WARN, FAIL = "ok", "warn", "fail"
NETWORK_SECONDS = 3.0
# Without these nothing of the course runs; the others build and test it.
TO_LEARN = (
    "torch", "numpy", "scipy", "pandas", "matplotlib", "scikit-learn", "ipywidgets", "anywidget", "pooch", "tqdm",
)  # fmt: skip
FRONT_ENDS = {"ipywidgets": "@jupyter-widgets/jupyterlab-manager", "anywidget": "anywidget"}


@dataclass(frozen=True)
class Row:
    """One line of the table: what was looked at, the verdict in a word, what was found, and what to do about it."""

    what: str
    verdict: str
    found: str
    advice: str = ""


def main() -> int:
    """Print the table and return 0, or 1 if something that learning needs is missing."""
    try:
        places = environment.find_clone()
    except CannotStart:
        places = None
    rows = examine(places)
    print(as_table(rows))
    print()
    print(conclusion(rows))
    return 1 if any(row.verdict == FAIL for row in rows) else 0


def examine(places: Places | None) -> list[Row]:
    """Return all rows; an examination that itself breaks becomes a row that says so."""
    sections: list[tuple[str, Callable[[], Iterable[Row]]]] = [
        ("course", lambda: course(places)),
        ("machine", lambda: machine(places)),
        ("device", device),
        ("packages", lambda: packages(places)),
        ("widgets", widgets),
        ("data", lambda: data_sets(places)),
        ("network", lambda: network(places)),
        ("progress", progress),
    ]
    rows: list[Row] = []
    for name, section in sections:
        try:
            rows += section()
        except Exception as error:  # the doctor has to speak on exactly the machines where things break
            rows.append(Row(name, WARN, f"could not be examined: {type(error).__name__}: {_without_home(str(error))}"))
    return rows


def as_table(rows: Iterable[Row]) -> str:
    """Return the rows as aligned plain text.

    Examples
    --------
    >>> print(as_table([Row("Python", OK, "3.12.1")]))
    what    verdict  found
    ------  -------  ------
    Python  ok       3.12.1
    """
    cells = [("what", "verdict", "found")] + [(row.what, row.verdict, row.found) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(3)]
    cells.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )


def conclusion(rows: list[Row]) -> str:
    """Return the last line: what to do first."""
    for verdict in (FAIL, WARN):
        advised = [row for row in rows if row.verdict == verdict and row.advice]
        if advised:
            must = "To do" if verdict == FAIL else "All that is needed works; you may"
            return f"{must}: {advised[0].advice} ({advised[0].what})."
    if any(row.verdict == FAIL for row in rows):
        return "To do: send this table to whoever teaches the course."
    return "Everything works here: python3 -m bioml_helpers learn opens the first chapter."


# --- the sections ------------------------------------------------------------------------------------------------


def course(places: Places | None) -> list[Row]:
    """The course itself and its environment."""
    rows = [Row("course", OK, " ".join([f"version {bioml_helpers.__version__}", _revision(places)]).strip())]
    if places is None:
        rows.append(Row("environment", OK, "installed without the clone, in " + show(sys.prefix)))
    elif Path(sys.prefix).resolve() == places.venv.resolve():
        whole = environment.is_ready(places)
        rows.append(
            Row("environment", OK, "the course's own, .venv")
            if whole
            else Row("environment", WARN, ".venv, made for other requirements or half made", LEARN)
        )
    elif _has("torch"):
        rows.append(Row("environment", OK, "not the course's own: " + show(sys.prefix)))
    else:
        rows.append(Row("environment", FAIL, "not made yet", LEARN))
    return rows


def machine(places: Places | None) -> list[Row]:
    """Python, system, processors, memory, disk."""
    version = sys.version_info
    tried = (3, 11) <= version[:2] <= environment.NEWEST_TRIED
    free = shutil.disk_usage(places.root if places else Path.cwd()).free / 1e9
    threads = os.environ.get("OMP_NUM_THREADS", "not set")
    return [
        Row("Python", OK if tried else WARN, platform.python_version() + ("" if tried else ", not tried")),
        Row("system", OK, _system()),
        Row("processors", OK, f"{_processors()} usable, OMP_NUM_THREADS {threads}"),
        _memory(),
        Row("disk", OK if free > 1 else WARN, f"{free:.1f} GB free", "" if free > 1 else "free some disk space"),
    ]


def device() -> list[Row]:
    """torch and what it computes on."""
    if not _has("torch"):
        return [Row("device", FAIL, "torch is not installed", LEARN)]
    import torch

    kinds = [f"CPU with {torch.get_num_threads()} thread(s)"]
    if torch.cuda.is_available():
        kinds.append(f"CUDA {torch.version.cuda}: {torch.cuda.get_device_name()}")
    if torch.backends.mps.is_available():
        kinds.append("MPS")
    if _has("torch_xla"):
        kinds.append("XLA " + importlib.metadata.version("torch_xla"))
    value = float((torch.ones(2, 2) @ torch.ones(2, 2)).sum())
    verdict = OK if value == 8.0 else FAIL
    return [Row("device", verdict, f"torch {torch.__version__}; " + ", ".join(kinds))]


def packages(places: Places | None) -> list[Row]:
    """Each required package: its version here, beside the pin and the lower bound."""
    pins = read_pins(places.requirements.read_text(encoding="utf-8")) if places else {}
    bounds = lower_bounds(places)
    names = list(dict.fromkeys([*bounds, *pins]))
    return [_package(name, pins.get(name), bounds.get(name)) for name in names]


def _package(name: str, pin: str | None, bound: str | None) -> Row:
    needed = name in TO_LEARN
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        found = "missing" + (f" (pinned {pin})" if pin else f" (at least {bound})" if bound else "")
        return Row(name, FAIL if needed else WARN, found, LEARN)
    if bound and _numbers(version) < _numbers(bound):
        return Row(name, FAIL if needed else WARN, f"{version}, older than {bound}", LEARN)
    if pin and version.split("+")[0] != pin:
        return Row(name, OK, f"{version} (tested with {pin})")
    return Row(name, OK, version)


def widgets() -> list[Row]:
    """The packages that draw what moves, and whether their halves in the browser are installed too."""
    folders = _labextension_folders()
    rows = []
    for package, front_end in FRONT_ENDS.items():
        if not _has(package):
            rows.append(Row(f"widgets: {package}", FAIL, "missing", LEARN))
            continue
        description = next((f / front_end / "package.json" for f in folders if (f / front_end).is_dir()), None)
        if description is None:
            found = "no front end for JupyterLab in this environment (Colab and hubs bring their own)"
            rows.append(Row(f"widgets: {package}", WARN, found, LEARN))
            continue
        version = json.loads(description.read_text(encoding="utf-8")).get("version", "?")
        rows.append(Row(f"widgets: {package}", OK, f"front end {version} for JupyterLab"))
    return rows


def data_sets(places: Places | None) -> list[Row]:
    """Each data set of the catalogue: at hand, or what stands in for it."""
    if not (_has("numpy") and _has("pandas") and _has("pooch")):
        return [Row("data", WARN, "not examined before the environment is made")]
    from bioml_helpers import data

    folder = os.environ.get("BIOML_DATA_DIR")
    rows = []
    if folder:
        there = Path(folder).is_dir()
        found = f"{show(Path(folder).resolve())}{'' if there else ', which is no folder'}"
        rows.append(Row("BIOML_DATA_DIR", OK if there else WARN, found, "" if there else "correct BIOML_DATA_DIR"))
    rows.append(Row("data: cache", OK, show(data.cache_folder())))
    for name in data.names():
        if data.is_real_available(name):
            rows.append(Row(f"data: {name}", OK, "real data at hand"))
        else:
            rows.append(Row(f"data: {name}", WARN, "simulated stand-in until fetched", _fetch_advice(name)))
    return rows


def _fetch_advice(name: str) -> str:
    return f"fetch the real data once, online, in a notebook: data.fetch({name!r})"


def network(places: Places | None, ask: Callable[[str], None] | None = None) -> list[Row]:
    """Whether the data sets' home can be reached; the only place where the course asks unbidden."""
    if os.environ.get("BIOML_OFFLINE") == "1":
        return [Row("network", OK, "not asked, BIOML_OFFLINE=1")]
    hosts = _data_hosts(places)
    if not hosts:
        return [Row("network", WARN, "no address to try")]
    address = hosts[0]
    reached = _within(NETWORK_SECONDS, lambda: (ask or _ask)(address))
    host = urllib.parse.urlsplit(address).hostname
    if reached:
        return [Row("network", OK, f"{host} answers")]
    # Not a failure and no advice: after the installation every chapter runs without a network.
    return [Row("network", WARN, f"{host} did not answer within {NETWORK_SECONDS:.0f} s; chapters run without it")]


def _ask(address: str) -> None:
    request = urllib.request.Request(address, method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=NETWORK_SECONDS):
            pass
    except urllib.error.HTTPError as answer:
        if answer.code == 407 or answer.code >= 500:
            raise  # a proxy's refusal is not the host's answer


def _within(seconds: float, action: Callable[[], None]) -> bool:
    """Return whether `action` came to a good end in time (looking up a name obeys no time-out of its own)."""
    done = threading.Event()

    def work() -> None:
        with contextlib.suppress(Exception):
            action()
            done.set()

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(seconds)
    return done.is_set()


def progress() -> list[Row]:
    """The learner's own progress file."""
    path = Path(os.environ.get("BIOML_PROGRESS") or Path.home() / ".bioml_progress.json").expanduser()
    if not path.exists():
        folder = path.parent
        if folder.is_dir() and os.access(folder, os.W_OK):
            return [Row("progress file", OK, f"none yet, will be {show(path)}")]
        return [
            Row("progress file", WARN, f"{show(folder)} cannot be written", "set BIOML_PROGRESS to a file of yours")
        ]
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [Row("progress file", WARN, f"{show(path)} cannot be read", f"delete {show(path)}")]
    writable = os.access(path, os.W_OK)
    advice = "" if writable else f"make {show(path)} writable"
    return [Row("progress file", OK if writable else WARN, show(path) + ("" if writable else ", read only"), advice)]


# --- small helpers -----------------------------------------------------------------------------------------------

LEARN = "run 'python3 -m bioml_helpers learn'"


def read_pins(requirements: str) -> dict[str, str]:
    """Return package → pinned version from a requirements file's text.

    Examples
    --------
    >>> read_pins("torch==2.13.0+cpu  # no CUDA")
    {'torch': '2.13.0'}
    """
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([0-9][0-9.]*)", requirements, re.MULTILINE))


def lower_bounds(places: Places | None) -> dict[str, str]:
    """Return package → oldest version that may be used, from the clone or from the installed package."""
    if places is not None:
        project = tomllib.loads((places.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        wanted = project["dependencies"]
    else:
        wanted = [line for line in importlib.metadata.requires("bioml-helpers") or [] if "extra ==" not in line]
    found = (re.match(r"([A-Za-z0-9_.-]+?)\s*>=\s*([0-9][0-9.]*)", line) for line in wanted)
    return dict(match.groups() for match in found if match)


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version.split("+")[0])[:3]]


def _without_home(text: str) -> str:
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def _revision(places: Places | None) -> str:
    """Return the clone's commit in brackets, if git tells."""
    if places is None or shutil.which("git") is None:
        return ""
    command = ["git", "-C", str(places.root), "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return f"({done.stdout.strip()})" if done.returncode == 0 else ""


def _system() -> str:
    where = (
        " (Colab)" if "COLAB_RELEASE_TAG" in os.environ else " (Binder)" if "BINDER_SERVICE_HOST" in os.environ else ""
    )
    name = "macOS " + platform.mac_ver()[0] if sys.platform == "darwin" else f"{platform.system()} {platform.release()}"
    return f"{name}, {platform.machine()}{where}"


def _processors() -> int:
    # What this process may use, which a container or a hub can make fewer than the machine has.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory() -> Row:
    total = _memory_bytes()
    if total is None:
        return Row("memory", WARN, "could not be read")
    gigabytes = total / 1e9
    enough = gigabytes >= 2
    return Row(
        "memory", OK if enough else WARN, f"{gigabytes:.1f} GB", "" if enough else "use a machine with 2 GB or more"
    )


def _memory_bytes() -> int | None:
    if _has("psutil"):
        import psutil

        return psutil.virtual_memory().total
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _labextension_folders() -> list[Path]:
    if _has("jupyter_core"):
        from jupyter_core.paths import jupyter_path

        return [Path(folder) for folder in jupyter_path("labextensions")]
    return [Path(sys.prefix) / "share" / "jupyter" / "labextensions"]


def _data_hosts(places: Places | None) -> list[str]:
    """Return one address a host of the catalogue, most used first."""
    here = Path(bioml_helpers.__file__).parent
    candidates = [here / "_data" / "catalogue.toml"] + ([places.root / "data" / "catalogue.toml"] if places else [])
    for candidate in candidates:
        if candidate.is_file():
            text = candidate.read_text(encoding="utf-8")
            hosts = re.findall(r"https://([A-Za-z0-9.-]+)/", text)
            return [
                f"https://{host}/" for host in sorted(set(hosts), key=hosts.count, reverse=True) if host != "doi.org"
            ]
    return []
