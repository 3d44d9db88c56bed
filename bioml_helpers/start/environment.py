"""Make, repair or reuse the course's own virtual environment, `.venv` in the clone.

System Pythons refuse ``pip install``, so the course brings its own environment. A stamp file, written only after
everything went well, says which requirements it holds: with the right stamp nothing is done at all, and a
half-made environment has none, so the next run completes it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

NEWEST_TRIED = (3, 13)
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
# Measured: 1.8 GB with the CPU build of torch, plus what pip unpacks and caches on the way.
GIGABYTES = {"cpu": 2.5, "cuda": 4.0}
GIGABYTES_REPAIR = 0.5
# Windows allows 259 characters; the longest path inside the environment (a licence of torch's) takes 195 there.
LONGEST_ROOT_ON_WINDOWS = 60
MADE_BY_VENV = {
    ".gitignore", ".lock", "CACHEDIR.TAG", "Include", "Lib", "Scripts", "bin", "etc", "include", "lib", "lib64",
    "pyvenv.cfg", "share",
}  # fmt: skip
STAMP_NAME = "bioml_ready.json"


class CannotStart(Exception):
    """A reason, in one or two sentences for the learner, why the course cannot start here."""


@dataclass(frozen=True)
class Places:
    """Where things lie in a clone of the course."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def stamp(self) -> Path:
        return self.venv / STAMP_NAME

    @property
    def requirements(self) -> Path:
        return self.root / "requirements.txt"


def find_clone(start: Path | None = None) -> Places:
    """Return the clone that this file belongs to.

    Raises
    ------
    CannotStart
        If there are no chapters beside the package, so it was installed without the clone.

    Examples
    --------
    >>> find_clone().venv.name
    '.venv'
    """
    root = start or Path(__file__).resolve().parents[2]
    if not (root / "chapters").is_dir() or not (root / "requirements.txt").is_file():
        raise CannotStart(
            f"The chapters are not beside the package ({show(root)}), so it was installed without them; "
            "get the course with 'git clone' and run this command inside that folder."
        )
    return Places(root)


def show(path: Path | str) -> str:
    """Return a path as text with the home folder as ``~``, so that a copied message names nobody.

    Examples
    --------
    >>> show(Path.home() / "course")
    '~/course'
    """
    text, home = str(path), str(Path.home())
    if len(home) > 1 and (text == home or text.startswith(home + os.sep)):
        text = "~" + text[len(home) :].replace("\\", "/")
    return text


def fingerprint(places: Places) -> str:
    """Return the hash of all that decides what gets installed, and where.

    It covers requirements.txt, the package's own dependencies, and the clone's folder (an environment that was
    moved holds a wrong path to the package).
    """
    project = tomllib.loads((places.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = [
        places.requirements.read_text(encoding="utf-8"),
        json.dumps([project.get("dependencies"), project.get("requires-python")]),
        str(places.root),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def torch_pin(requirements: str) -> str:
    """Return the version of torch that `requirements` (the file's text) pins.

    Examples
    --------
    >>> torch_pin("torch==2.13.0  # what the course teaches to use")
    '2.13.0'
    """
    found = re.search(r"^torch==([0-9][0-9.]*)", requirements, re.MULTILINE)
    if found is None:
        raise CannotStart("requirements.txt pins no torch (a line 'torch==...' was expected); restore that file.")
    return found.group(1)


# --- what is there already ---------------------------------------------------------------------------------------


def read_stamp(places: Places) -> dict:
    """Return what the stamp says, or an empty dict where there is none that can be read."""
    try:
        stamp = json.loads(places.stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def installed_torch_build(places: Places) -> str | None:
    """Return "cpu", "cuda", or None where the environment holds no torch."""
    found = list(places.venv.glob("lib/python*/site-packages/torch-[0-9]*.dist-info"))
    found += list(places.venv.glob("Lib/site-packages/torch-[0-9]*.dist-info"))
    if not found:
        return None
    # Only on Linux does the usual wheel bring CUDA, and only there has the other one a mark of its own.
    return "cuda" if sys.platform == "linux" and not any("+cpu" in folder.name for folder in found) else "cpu"


def version_of(python: Path) -> str | None:
    """Return "3.12" as the interpreter itself says it, or None if it does not start."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def is_ready(places: Places, build: str | None = None) -> bool:
    """Return whether the environment is complete for these requirements (and, where asked, this build of torch)."""
    stamp = read_stamp(places)
    if stamp.get("fingerprint") != fingerprint(places) or stamp.get("python") != version_of(places.python):
        return False
    return build is None or stamp.get("build") == build


def has_nvidia_driver() -> bool:
    """Return whether an NVIDIA driver is at work on this machine."""
    return Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi") is not None


# --- reasons not to begin ----------------------------------------------------------------------------------------


def check_python(version: Sequence[int] = sys.version_info, say: Callable[[str], None] = print) -> None:
    """Say so where this Python is newer than any that was tried; stop where it lacks what makes environments."""
    if tuple(version[:2]) > NEWEST_TRIED:
        say(f"Python {version[0]}.{version[1]} was not tried with this course (3.11 to 3.13 were chosen); going on.")
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise CannotStart(
            f"This Python lacks its module '{missing[0]}', which makes environments; on Debian or Ubuntu run "
            f"'sudo apt install python3-venv' (or python{version[0]}.{version[1]}-venv), then the same command again."
        )


def check_folder(places: Places) -> None:
    """Stop where the environment cannot be written, or where its paths would be too long for Windows."""
    try:
        with tempfile.TemporaryFile(dir=places.root):
            pass
    except OSError as error:
        raise CannotStart(
            f"The folder {show(places.root)} cannot be written ({error.strerror or error}); "
            "put the course into a folder of your own, for example your home folder, and run this again there."
        ) from None
    length = len(str(places.root))
    if os.name == "nt" and length > LONGEST_ROOT_ON_WINDOWS and not _windows_long_paths():
        raise CannotStart(
            f"The folder's name is too long for Windows ({length} characters, {LONGEST_ROOT_ON_WINDOWS} at most); "
            r"move the course to a short folder such as C:\course, or switch Windows' long paths on."
        )


def _windows_long_paths() -> bool:
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem") as key:
            return winreg.QueryValueEx(key, "LongPathsEnabled")[0] == 1
    except OSError:
        return False


def check_disk(places: Places, build: str, usage: Callable = shutil.disk_usage) -> None:
    """Stop before anything is fetched if the disk can't hold the environment."""
    needed = GIGABYTES[build] if installed_torch_build(places) is None else GIGABYTES_REPAIR
    free = usage(places.root).free / 1e9
    if free < needed:
        hint = " ('--cpu' needs only 2.5 GB)" if build == "cuda" and free > GIGABYTES["cpu"] else ""
        raise CannotStart(
            f"The disk is nearly full: {free:.1f} GB free where the course lies, about {needed} GB needed; "
            f"free some space and run this again{hint}."
        )


def check_venv_folder(places: Places) -> None:
    """Stop if `.venv` is something else than an environment: it is not ours to remove."""
    if not places.venv.exists():
        return
    strange = sorted(
        entry.name for entry in places.venv.iterdir() if entry.name not in MADE_BY_VENV | {STAMP_NAME}
    ) if places.venv.is_dir() else [".venv"]  # fmt: skip
    if strange and not (places.venv / "pyvenv.cfg").is_file():
        raise CannotStart(
            f"{show(places.venv)} is there but is no Python environment (it holds {strange[0]!r}); "
            "move it away, then run this again."
        )


# --- making it ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """How a command ended: its exit status and the last lines it wrote to stderr."""

    status: int
    errors: str = ""


def run_showing(command: Sequence[str | os.PathLike], cwd: Path) -> Outcome:
    """Run a command whose output and progress bars the learner sees, and keep the end of its error output."""
    environment = {**os.environ, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    process = subprocess.Popen(
        command, cwd=cwd, env=environment, stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace"
    )
    tail: deque[str] = deque(maxlen=200)
    try:
        for line in process.stderr:
            tail.append(line)
            sys.stderr.write(line)
            sys.stderr.flush()
        return Outcome(process.wait(), "".join(tail))
    except BaseException:
        process.terminate()
        process.wait()
        raise


def explain_pip(outcome: Outcome) -> str:
    """Return one sentence that says why pip stopped and what to do, from what it wrote.

    Examples
    --------
    >>> explain_pip(Outcome(1, "ERROR: [Errno 28] No space left on device")).split(";")[0]
    'The disk is full'
    """
    for pattern, sentence in PIP_REASONS:
        found = re.search(pattern, outcome.errors, re.IGNORECASE)
        if found:
            return sentence.format(*found.groups(), python=platform.python_version(), machine=_machine())
    return f"Installing stopped ({_last_line(outcome)}); run the same command again to go on."


def _machine() -> str:
    return f"{platform.system()} on {platform.machine()}"


# Tried in this order: a broken connection also ends in "no matching distribution".
PIP_REASONS = [
    (
        r"No space left on device|Errno 28|WinError 112|not enough space",
        "The disk is full; free some space (pip unpacks in the temporary folder, which the variable TMPDIR can move), "
        "then run the same command again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError|ProxyError|407 Proxy",
        "The download was refused on the way, by a proxy or a certificate; ask your network's support for the values "
        "of HTTPS_PROXY and PIP_CERT, set them, then run the same command again.",
    ),
    (
        r"NewConnectionError|Max retries exceeded|ConnectTimeout|ReadTimeout|Read timed out|ConnectionResetError"
        r"|Connection broken|IncompleteRead|name resolution|getaddrinfo failed|Network is unreachable"
        r"|DO NOT MATCH THE HASHES|Connection aborted|NameResolutionError|ConnectionError|Server Error",
        "The download failed; check the network connection and run the same command again "
        "(what was fetched is kept, so it goes on from there).",
    ),
    (
        r"No matching distribution found for (\S+)",
        "There is no ready-made {0} for Python {python} and {machine}; use Python 3.11 to 3.13 (64 bit) on Linux, "
        "Windows or a Mac with an Apple chip, or open the course on Colab with the badges in README.md.",
    ),
    (
        r"WinError 32|WinError 5\b",
        "Windows keeps a file of the environment in use; close JupyterLab and every Python, then run this again.",
    ),
    (
        r"WinError 206|File name too long|Filename too long",
        "A path is too long for this system; move the course to a folder with a short name and run this again.",
    ),
    (
        r"Permission denied|Errno 13|Read-only file system",
        "The environment cannot be written; put the course into a folder of your own and run the same command there.",
    ),
]  # fmt: skip


def prepare(
    places: Places,
    build: str | None = None,
    *,
    run: Callable[..., Outcome] = run_showing,
    say: Callable[[str], None] = print,
) -> Path:
    """Return the environment's Python, after making or completing the environment where that is needed.

    Parameters
    ----------
    places : Places
        The clone, see `find_clone`.
    build : {"cpu", "cuda"}, optional
        The build of torch asked for; where not given, what `choose_build` says.
    run, say : callable
        How commands are run and sentences told; tests hand in their own.

    Raises
    ------
    CannotStart
        With the sentence for the learner.
    """
    if is_ready(places, build):
        return places.python
    check_python(say=say)
    check_folder(places)
    check_venv_folder(places)
    wanted = build or choose_build()
    try:
        _discard_unless_usable(places, wanted if build else None)
        check_disk(places, wanted)
        places.stamp.unlink(missing_ok=True)  # from here until the end the environment counts as half-made
        _make(places, run, say)
        _install(places, wanted, run, say)
        _write_stamp(places, wanted)
    except OSError as error:
        raise CannotStart(explain_pip(Outcome(1, str(error)))) from error
    return places.python


def choose_build(system: str = sys.platform) -> str:
    """Return the build of torch for this machine: CUDA's gigabytes only for Linux with an NVIDIA driver."""
    return "cuda" if system == "linux" and has_nvidia_driver() else "cpu"


def _discard_unless_usable(places: Places, build: str | None) -> None:
    """Remove an environment that can't be completed: no pip in it, another Python under it, or the other torch."""
    if not places.venv.exists():
        return
    other_build = build is not None and installed_torch_build(places) not in (None, build)
    if _has_pip(places) and not other_build:
        return
    if Path(sys.prefix).resolve() == places.venv.resolve():
        raise CannotStart(
            "The environment has to be made anew, and this command runs inside it; "
            "leave it ('deactivate') and run the same command again."
        )
    if places.venv.is_symlink():
        places.venv.unlink()
    else:
        shutil.rmtree(places.venv)


def _has_pip(places: Places) -> bool:
    try:
        done = subprocess.run([places.python, "-I", "-c", "import pip"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _make(places: Places, run: Callable[..., Outcome], say: Callable[[str], None]) -> None:
    if places.python.exists():
        say("1/3 completing the environment in .venv")
        return
    say("1/3 making the environment in .venv")
    outcome = run([sys.executable, "-m", "venv", places.venv], places.root)
    if outcome.status != 0 or not places.python.exists():
        raise CannotStart(
            f"The environment could not be made ({_last_line(outcome)}); on Debian or Ubuntu run "
            "'sudo apt install python3-venv', then the same command again."
        )


def _install(places: Places, build: str, run: Callable[..., Outcome], say: Callable[[str], None]) -> None:
    pip = [places.python, "-m", "pip", "install"]
    about = "1.8 GB on disk, some minutes" if build == "cpu" else "up to 4 GB on disk with CUDA, some minutes"
    say(f"2/3 installing torch, JupyterLab and the other packages ({about}; quick when run again)")
    if build == "cpu" and sys.platform == "linux" and installed_torch_build(places) is None:
        _install_cpu_torch(places, pip, run, say)
    _demand(run([*pip, "-r", places.requirements], places.root))
    say("3/3 installing the course's own package")
    _demand(run([*pip, "--quiet", "--no-deps", "--no-build-isolation", "-e", places.root], places.root))


def _install_cpu_torch(places: Places, pip: list, run: Callable[..., Outcome], say: Callable[[str], None]) -> None:
    """Install torch without CUDA first, so that the rest finds it there; one short try."""
    # The extra index beside pip's own sources: a mirror or a local folder may hold the CPU build as well.
    pin = f"torch=={torch_pin(places.requirements.read_text(encoding='utf-8'))}+cpu"
    fail_fast = ["--retries", "1", "--timeout", "10"]
    outcome = run([*pip, "--no-deps", *fail_fast, "--extra-index-url", CPU_INDEX, pin], places.root)
    if outcome.status == 0:
        return
    if "No matching distribution" not in outcome.errors:
        raise CannotStart(explain_pip(outcome))
    say(
        "The CPU build of torch cannot be reached from here; taking the usual one, which may bring CUDA (up to 4 GB); "
        "to try again later, delete the folder .venv first."
    )
    check_disk(places, "cuda")


def _demand(outcome: Outcome) -> None:
    if outcome.status != 0:
        raise CannotStart(explain_pip(outcome))


def _last_line(outcome: Outcome) -> str:
    """Return the line that says most: the last that names an error, else the last of all."""
    lines = [line.strip() for line in outcome.errors.splitlines() if line.strip()]
    telling = [line for line in lines if re.match(r"(ERROR: |\w+(Error|Exception): )", line)]
    return (telling or lines or [f"exit status {outcome.status}"])[-1].rstrip(".")


def _write_stamp(places: Places, build: str) -> None:
    """Write the stamp in one move, so that it is never half there."""
    stamp = {"fingerprint": fingerprint(places), "python": version_of(places.python), "build": build}
    unfinished = places.stamp.with_suffix(".part")
    unfinished.write_text(json.dumps(stamp) + "\n", encoding="utf-8")
    unfinished.replace(places.stamp)
