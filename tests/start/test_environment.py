"""The environment is made, completed or reused, and every failure is a sentence that says what to do."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

from bioml_helpers.start import environment
from bioml_helpers.start.environment import CannotStart, Outcome, Places

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def roomy_linux_without_gpu(monkeypatch):
    monkeypatch.setattr(environment, "has_nvidia_driver", lambda: False)
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda _: Usage(1e12, 0, 1e12))
    monkeypatch.setattr(environment.sys, "platform", "linux")


@pytest.fixture
def clone(tmp_path) -> Places:
    root = tmp_path / "course"
    (root / "chapters").mkdir(parents=True)
    (root / "requirements.txt").write_text("torch==2.13.0\nnumpy==2.4.6\n")
    (root / "pyproject.toml").write_text(
        '[project]\nname = "x"\nrequires-python = ">=3.11"\ndependencies = ["numpy"]\n'
    )
    return Places(root)


class Machine:
    """Stands in for the commands: `venv` really makes a small environment, pip only writes down what was asked.

    `answers` maps a piece of a pip command to the outcome it shall have.
    """

    def __init__(self, places: Places, answers: dict[str, Outcome] | None = None):
        self.places, self.answers, self.asked = places, answers or {}, []

    def __call__(self, command, cwd) -> Outcome:
        words = [str(word) for word in command]
        self.asked.append(" ".join(words[1:]))
        if "venv" in words:
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.places.venv], check=True)
            self.site_packages().joinpath("pip.py").write_text("")
            return Outcome(0)
        for piece, outcome in self.answers.items():
            if piece in self.asked[-1]:
                return outcome
        if "torch==2.13.0+cpu" in words:
            self.site_packages().joinpath("torch-2.13.0+cpu.dist-info").mkdir()
        return Outcome(0)

    def site_packages(self) -> Path:
        return next(self.places.venv.glob("[lL]ib/**/site-packages"))


@pytest.fixture
def prepared(clone):
    said = []
    machine = Machine(clone)
    environment.prepare(clone, run=machine, say=said.append)
    return clone, machine, said


def test_three_numbered_steps_are_told(prepared):
    _, _, said = prepared
    assert [line[:4] for line in said] == ["1/3 ", "2/3 ", "3/3 "]


def test_without_a_driver_torch_comes_first_and_without_cuda(prepared):
    _, machine, _ = prepared
    pip = [asked for asked in machine.asked if "pip" in asked]
    assert "torch==2.13.0+cpu" in pip[0] and environment.CPU_INDEX in pip[0] and "--no-deps" in pip[0]
    assert "-r" in pip[1]


def test_with_a_driver_the_usual_torch_is_taken(clone, monkeypatch):
    monkeypatch.setattr(environment, "has_nvidia_driver", lambda: True)
    machine = Machine(clone)
    environment.prepare(clone, run=machine, say=lambda _: None)
    assert not [asked for asked in machine.asked if "+cpu" in asked]


def test_the_package_itself_is_installed_last_and_fetches_nothing(prepared):
    _, machine, _ = prepared
    assert "--no-deps --no-build-isolation -e" in machine.asked[-1]


def test_the_second_run_asks_for_nothing(prepared):
    clone, _, _ = prepared
    again = Machine(clone)
    environment.prepare(clone, run=again, say=pytest.fail)
    assert again.asked == []


def test_the_second_run_takes_less_than_a_second(prepared):
    clone, _, _ = prepared
    start = time.perf_counter()
    environment.prepare(clone)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("file", ["requirements.txt", "pyproject.toml"])
def test_changed_requirements_are_installed_into_the_same_environment(prepared, file):
    clone, _, _ = prepared
    path = clone.root / file
    path.write_text(path.read_text().replace("numpy", "scipy"))
    again = Machine(clone)
    environment.prepare(clone, run=again, say=lambda _: None)
    assert not [asked for asked in again.asked if "venv " in asked] and "-r" in again.asked[0]


def test_a_change_of_a_tools_settings_installs_nothing(prepared):
    clone, _, _ = prepared
    with (clone.root / "pyproject.toml").open("a") as file:
        file.write("[tool.ruff]\nline-length = 100\n")
    assert environment.is_ready(clone)


def test_a_run_that_failed_leaves_no_stamp_and_the_next_completes_it(clone):
    broken = Machine(clone, {"requirements.txt": Outcome(1, "ReadTimeoutError: Read timed out.")})
    with pytest.raises(CannotStart, match="download failed"):
        environment.prepare(clone, run=broken, say=lambda _: None)
    assert not environment.is_ready(clone)
    environment.prepare(clone, run=Machine(clone), say=lambda _: None)
    assert environment.is_ready(clone)


def test_an_environment_without_pip_is_made_anew(prepared):
    clone, machine, _ = prepared
    clone.stamp.unlink()
    machine.site_packages().joinpath("pip.py").unlink()
    again = Machine(clone)
    environment.prepare(clone, run=again, say=lambda _: None)
    assert "-m venv" in again.asked[0]


def test_a_stamp_cut_short_counts_as_none(prepared):
    clone, _, _ = prepared
    clone.stamp.write_text('{"fingerp')
    assert not environment.is_ready(clone)


def test_a_stamp_of_another_python_does_not_count(prepared):
    clone, _, _ = prepared
    clone.stamp.write_text(json.dumps({**environment.read_stamp(clone), "python": "3.10"}))
    assert not environment.is_ready(clone)


def test_asking_for_the_other_torch_makes_the_environment_anew(prepared):
    clone, _, _ = prepared
    again = Machine(clone)
    environment.prepare(clone, "cuda", run=again, say=lambda _: None)
    assert "-m venv" in again.asked[0] and not [asked for asked in again.asked if "+cpu" in asked]


def test_where_the_cpu_build_is_out_of_reach_the_usual_one_is_taken_aloud(clone):
    said = []
    unreachable = "Retrying after NewConnectionError\nERROR: No matching distribution found for torch==2.13.0+cpu"
    machine = Machine(clone, {"+cpu": Outcome(1, unreachable)})
    environment.prepare(clone, run=machine, say=said.append)
    assert environment.is_ready(clone)
    assert any("cannot be reached" in line and "CUDA" in line for line in said)


def test_a_broken_download_of_the_cpu_build_does_not_end_in_cudas_gigabytes(clone):
    machine = Machine(clone, {"+cpu": Outcome(1, "ReadTimeoutError: Read timed out.")})
    with pytest.raises(CannotStart, match="run the same command again"):
        environment.prepare(clone, run=machine, say=lambda _: None)
    assert not [asked for asked in machine.asked if "-r" in asked.split()]


PIP_SAYS = {
    "disk": ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
    "no network": (
        "NewConnectionError: Temporary failure in name resolution\nERROR: No matching",
        "network connection",
    ),
    "time-out": ("pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool: Read timed out.", "kept"),
    "proxy": ("Cannot connect to proxy. ProxyError('Tunnel failed: 407 Proxy Authentication')", "HTTPS_PROXY"),
    "certificate": ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "PIP_CERT"),
    "no build": ("ERROR: No matching distribution found for torch==2.13.0", "no ready-made torch==2.13.0"),
    "in use": ("ERROR: [WinError 32] The process cannot access the file", "close JupyterLab"),
    "rights": ("ERROR: [Errno 13] Permission denied: '/usr/lib'", "folder of your own"),
    "unknown": ("x\n  FileNotFoundError: the moon is gone\nhint: See above for details.", "moon is gone"),
}


@pytest.mark.parametrize("case", PIP_SAYS)
def test_each_failure_of_pip_becomes_one_sentence(case):
    written, expected = PIP_SAYS[case]
    said = environment.explain_pip(Outcome(1, written))
    assert expected in said and "\n" not in said and "Traceback" not in said


def test_too_small_a_disk_is_told_before_anything_is_fetched(clone, monkeypatch):
    monkeypatch.setattr(
        environment,
        "check_disk",
        lambda p, b, check=environment.check_disk: check(p, b, lambda _: Usage(1e10, 9e9, 1e9)),
    )
    machine = Machine(clone)
    with pytest.raises(CannotStart, match=r"1\.0 GB free .* 2\.5 GB needed"):
        environment.prepare(clone, run=machine, say=lambda _: None)
    assert machine.asked == []


def test_a_disk_too_small_for_cuda_only_is_told_the_way_out(clone):
    with pytest.raises(CannotStart, match="--cpu"):
        environment.check_disk(clone, "cuda", lambda _: Usage(1e10, 7e9, 3e9))


def test_a_full_disk_in_the_middle_is_a_sentence_too(clone):
    def run(command, cwd):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(CannotStart, match="disk is full"):
        environment.prepare(clone, run=run, say=lambda _: None)


def test_a_folder_that_cannot_be_written_is_a_sentence(clone, monkeypatch):
    def refuse(**_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(environment.tempfile, "TemporaryFile", refuse)
    with pytest.raises(CannotStart, match="cannot be written"):
        environment.prepare(clone, run=Machine(clone), say=lambda _: None)


def test_a_ready_environment_in_a_read_only_folder_still_serves(prepared, monkeypatch):
    clone, _, _ = prepared
    monkeypatch.setattr(environment, "check_folder", lambda _: pytest.fail("nothing has to be written"))
    assert environment.prepare(clone) == clone.python


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_debian_without_venv_is_told_the_package(monkeypatch, module):
    find = environment.importlib.util.find_spec
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None if name == module else find(name))
    with pytest.raises(CannotStart, match="sudo apt install python3-venv"):
        environment.check_python()


def test_a_venv_that_fails_is_told_the_package_too(clone):
    def run(command, cwd):
        return Outcome(1, "Error: Command '...ensurepip...' returned non-zero exit status 1.")

    with pytest.raises(CannotStart, match="python3-venv"):
        environment.prepare(clone, run=run, say=lambda _: None)


def test_a_python_newer_than_any_tried_goes_on_and_says_so():
    said = []
    environment.check_python((3, 14), say=said.append)
    assert len(said) == 1 and "3.14" in said[0] and "not tried" in said[0]


def test_a_folder_named_venv_that_is_none_is_left_alone(clone):
    clone.venv.mkdir()
    (clone.venv / "thesis.docx").write_text("years of work")
    with pytest.raises(CannotStart, match=r"thesis\.docx"):
        environment.prepare(clone, run=Machine(clone), say=lambda _: None)
    assert (clone.venv / "thesis.docx").read_text() == "years of work"


def test_a_package_without_its_clone_says_where_the_chapters_come_from(tmp_path):
    with pytest.raises(CannotStart, match="git clone"):
        environment.find_clone(tmp_path)


def test_a_long_folder_name_on_windows_is_told_before_anything_is_fetched(clone, monkeypatch):
    monkeypatch.setattr(environment, "os", namedtuple("Os", "name")("nt"))
    monkeypatch.setattr(environment, "_windows_long_paths", lambda: False)
    with pytest.raises(CannotStart, match="too long for Windows"):
        environment.check_folder(Places(_long(clone.root)))


def _long(root: Path) -> Path:
    folder = root / ("x" * 70)
    folder.mkdir()
    return folder


def test_a_shown_path_does_not_name_the_user(monkeypatch, tmp_path):
    monkeypatch.setattr(environment.Path, "home", lambda: tmp_path / "ada")
    assert environment.show(tmp_path / "ada" / "course") == "~/course"
    assert environment.show(tmp_path / "adamant").endswith("adamant")


def test_what_a_command_writes_to_stderr_is_shown_and_kept(capfd, tmp_path):
    code = "import sys; print('progress'); print('it broke', file=sys.stderr); sys.exit(3)"
    outcome = environment.run_showing([sys.executable, "-c", code], tmp_path)
    shown = capfd.readouterr()
    assert outcome == Outcome(3, "it broke\n")
    assert "progress" in shown.out and "it broke" in shown.err
