"""The commands: learn, test, doctor, fetch, and readiness for the lecturer."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from bioml_helpers.start import environment
from bioml_helpers.start.environment import CannotStart, Places

HELP = """\
Neural networks for biologists

  python3 -m bioml_helpers learn [--cpu | --cuda] [JupyterLab's own options]
      opens JupyterLab on the first chapter
  python3 -m bioml_helpers test [--cpu | --cuda] [pytest's own options]
      runs all tests of the course
  python3 -m bioml_helpers doctor
      tells in a table what works on this machine
  python3 -m bioml_helpers fetch [names of data sets]
      brings the real data to this machine (all of them, where none is named)
  python3 -m bioml_helpers readiness FILE…
      for lecturers: tells in two tables how a class did in chapter 0's quiz, out
      of its progress files (.bioml_progress.json) or a folder of them

On Windows write 'py' in place of 'python3'. The first run makes an environment in the folder .venv and takes some
minutes; later runs start at once. --cpu takes torch without CUDA (saves gigabytes), --cuda with it; with neither, a
Linux machine gets CUDA only if it has an NVIDIA driver.
"""
VERBS = ("learn", "test", "doctor", "fetch", "readiness")
STOPPED = 130  # what a shell reports after Ctrl-C


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a folder's name may not fit a Windows console
    verb, rest = (arguments[0], list(arguments[1:])) if arguments else ("--help", [])
    if verb in ("--help", "-h", "help") or (verb in VERBS and rest in (["--help"], ["-h"])):
        print(HELP, end="")
        return 0
    try:
        return _run(verb, rest)
    except CannotStart as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on.", file=sys.stderr)
        return STOPPED


def _run(verb: str, rest: list[str]) -> int:
    if verb == "learn":
        return learn(rest)
    if verb == "test":
        return test(rest)
    if verb == "doctor":
        return doctor(rest)
    if verb == "fetch":
        return fetch(rest)
    if verb == "readiness":
        return readiness(rest)
    raise CannotStart(f"There is no command {verb!r}; the commands are {', '.join(VERBS)} (and --help).")


def learn(arguments: list[str]) -> int:
    """Open JupyterLab on the first chapter, in the course's own environment."""
    build, further = split_build(arguments)
    places = environment.find_clone()
    chapter = first_chapter(places.root)
    python = environment.prepare(places, build)
    print(f"Opening {chapter.relative_to(places.root).as_posix()} in JupyterLab; Ctrl-C here ends it.")
    return hand_over([python, "-m", "jupyterlab", chapter, *lab_options(places.root), *further], places.root)


def lab_options(root: Path) -> list[str]:
    """Return JupyterLab's options for a learner: no question on Ctrl-C, and no news fetched from outside."""
    options = [f"--ServerApp.root_dir={root}", "--ServerApp.answer_yes=True", "--LabApp.news_url=None"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # in a container there is often no other user
    return options


def test(arguments: list[str]) -> int:
    """Run the course's tests in its own environment."""
    build, further = split_build(arguments)
    places = environment.find_clone()
    python = environment.prepare(places, build)
    # Two threads collapse on tiny models whenever anything else runs.
    return hand_over([python, "-m", "pytest", *further], places.root, {"OMP_NUM_THREADS": "1"})


def doctor(arguments: list[str]) -> int:
    """Tell what works here: in the course's environment where there is one, else in this Python."""
    if arguments:
        raise CannotStart(f"doctor takes no options, but {arguments[0]!r} came.")
    from bioml_helpers.start import doctor as table

    places = made_elsewhere()
    return table.main() if places is None else hand_over([places.python, "-m", "bioml_helpers", "doctor"], places.root)


def readiness(arguments: list[str]) -> int:
    """Tell how a class did in the readiness quiz, in the course's environment where there is one."""
    if not arguments:
        raise CannotStart("readiness wants one progress file or more, or a folder of them; none came.")
    places = made_elsewhere()
    if places is not None:
        files = [Path(one).absolute() for one in arguments]  # handing over changes the folder
        return hand_over([places.python, "-m", "bioml_helpers", "readiness", *files], places.root)
    try:
        from bioml_helpers.start import whole_class
    except ImportError as error:
        raise CannotStart(
            f"readiness needs the course's environment ({error.name} is missing here); "
            "run 'python3 -m bioml_helpers learn' once."
        ) from None
    text, problems = whole_class.report(arguments)
    if text:
        print(text)
    for sentence in problems:
        print(f"Left out: {sentence}", file=sys.stderr)
    return 1 if problems else 0


def made_elsewhere() -> Places | None:
    """Return the clone whose environment is made, or None where none is, or where this Python is its own."""
    try:
        places = environment.find_clone()
    except CannotStart:
        return None
    inside = Path(sys.prefix).resolve() == places.venv.resolve()
    return places if not inside and environment.read_stamp(places) and places.python.exists() else None


def fetch(names: list[str]) -> int:
    """Bring the real data sets: in the course's environment where there is one, else in this Python."""
    places = made_elsewhere()
    if places:
        return hand_over([places.python, "-m", "bioml_helpers", "fetch", *names], places.root)
    missing = [name for name in ("numpy", "pandas", "pooch") if importlib.util.find_spec(name) is None]
    if missing:
        raise CannotStart(
            f"fetch needs the course's packages, and {missing[0]} is not installed; "
            "run 'python3 -m bioml_helpers learn' once, then this again."
        )
    from bioml_helpers.start import fetching

    return fetching.main(names)


def split_build(arguments: list[str], system: str = sys.platform) -> tuple[str | None, list[str]]:
    """Return the build of torch asked for by --cpu or --cuda (or None), and all other arguments.

    Examples
    --------
    >>> split_build(["--cpu", "--no-browser"], "linux")
    ('cpu', ['--no-browser'])
    """
    asked = [argument for argument in arguments if argument in ("--cpu", "--cuda")]
    further = [argument for argument in arguments if argument not in ("--cpu", "--cuda")]
    if len(set(asked)) > 1:
        raise CannotStart("--cpu and --cuda came together; give one of them.")
    if asked == ["--cuda"] and system != "linux":
        print("--cuda changes nothing on this system: the usual torch has no CUDA here; going on with it.")
    return (asked[0].removeprefix("--") if asked and system == "linux" else None), further


def first_chapter(root: Path) -> Path:
    """Return the notebook with the lowest number in chapters.toml, or the folder where none is built yet."""
    table = root / "chapters" / "chapters.toml"
    try:
        chapters = tomllib.loads(table.read_text(encoding="utf-8"))["chapter"]
        first = min(chapters, key=lambda chapter: chapter["number"])
        notebook = root / "chapters" / f"{first['name']}.ipynb"
    except (OSError, KeyError, ValueError) as error:
        raise CannotStart(f"chapters/chapters.toml cannot be read ({error}); restore it with git.") from None
    if not notebook.is_file():
        raise CannotStart(f"chapters/{notebook.name} is missing; restore it with 'git checkout -- chapters'.")
    return notebook


def hand_over(command: list, root: Path, extra: dict[str, str] | None = None) -> int:
    """Become `command`; on Windows, where that is not possible, wait for it and return its exit status."""
    surroundings = {**(extra or {}), **os.environ}
    if surroundings.get("BIOML_DATA_DIR"):
        # Notebooks run in another folder than this one, where a relative path would point elsewhere.
        surroundings["BIOML_DATA_DIR"] = os.path.abspath(surroundings["BIOML_DATA_DIR"])
    command = [str(part) for part in command]
    sys.stdout.flush()
    if os.name != "nt":
        os.chdir(root)
        os.execve(command[0], command, surroundings)
    process = subprocess.Popen(command, cwd=root, env=surroundings)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # Ctrl-C reaches the child as well, which ends in its own time
