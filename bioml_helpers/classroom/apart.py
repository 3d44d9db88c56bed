"""The grader's side: submissions run in processes of their own, and only plain values come back.

nursery = Nursery(["bioml_helpers.neuron.exercises"])
with nursery.pupil() as pupil:
    pupil.run("lac = [8, -8, -4]")
    print(pupil.judge("neuron.2", ["lac"], seed=1).status)   # right
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bioml_helpers.classroom import fence, hidden, wire
from bioml_helpers.learning import Verdict, wrong
from bioml_helpers.learning.verdict import CheckBroken

_STARTING = 120.0  # seconds for the imports of the mother
_PACKAGE = "bioml_helpers"
_OUR_LINE = re.compile(
    r", in line \d+ of your code(: `[^`]*`)?"
)  # the judge sees the line that asks, not the learner's


class Nursery:
    """A mother process that has imported the course's modules and forks a child for each submission.

    Parameters
    ----------
    modules : sequence of str
        Modules that register exercises, such as "bioml_helpers.neuron.exercises".
    limits : Limits, optional
    early : sequence of str
        Modules that submissions import; imported once, before the first.
    fenced : bool
        False where the machine itself is the fence (a container that is thrown away): then only memory, computing
        time and the size of files are limited.

    Raises
    ------
    NoFence
        If this machine can't fence in a process.
    """

    def __init__(
        self,
        modules: Sequence[str],
        limits: fence.Limits | None = None,
        *,
        early: Sequence[str] = (),
        fenced: bool = True,
    ):
        if fenced and fence.what_is_missing():
            raise fence.NoFence(fence.what_is_missing())
        for module in [*modules, *early]:
            importlib.import_module(module)  # the judge's own copy
        self.limits, self.fenced = limits or fence.Limits(), fenced
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "bioml_helpers.classroom.worker", str(theirs.fileno()), *modules, *early]
        self._settings = tempfile.TemporaryDirectory(prefix="pupils-")
        self._mother = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            env=self._surroundings(),
            stdin=subprocess.DEVNULL,
            cwd=self._settings.name,
        )
        theirs.close()
        self._said(_STARTING)

    def _surroundings(self) -> dict[str, str]:
        """Return the variables of the mother: no more than needed, for a submission can read them."""
        clone = str(Path(__file__).resolve().parents[2])
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH") if name in os.environ}
        return {
            **kept,
            "PYTHONPATH": clone,
            "PYTHONDONTWRITEBYTECODE": "1",
            "IPYTHONDIR": self._settings.name,
            "MPLCONFIGDIR": self._settings.name,
            "HOME": self._settings.name,
            "MPLBACKEND": "agg",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "BIOML_WIDGETS": "0",
        }

    def _said(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self._socket], [], [], seconds)
        text = self._socket.recv(65536) if ready else b""
        if not text:
            raise wire.Ended("the process that starts submissions is gone; what it printed stands above.")
        return text

    def _ask(self, order: dict, descriptors: Sequence[int] = ()) -> dict:
        socket.send_fds(self._socket, [json.dumps(order).encode()], descriptors)
        return json.loads(self._said(30))

    @contextlib.contextmanager
    def pupil(self) -> Iterator[Pupil]:
        """Yield a fresh process for one submission; it is gone afterwards, with its scratch folder."""
        one = Pupil(self)
        try:
            yield one
        finally:
            one.end()

    def close(self) -> None:
        """End the mother; what she started has ended before."""
        self._socket.close()
        try:
            self._mother.wait(5)
        except subprocess.TimeoutExpired:
            self._mother.kill()
            self._mother.wait()
        self._settings.cleanup()


class Pupil:
    """One submission's process. Where a cell ends it, the next request starts another, which runs the good cells again.

    Attributes
    ----------
    cpu : float
        Seconds of computing time that its ended processes took.
    """

    def __init__(self, nursery: Nursery):
        self._nursery, self._done = nursery, []
        self._pid: int | None = None
        self.cpu = 0.0

    # --- the process

    def _start(self) -> None:
        nursery = self._nursery
        self._scratch = tempfile.TemporaryDirectory(prefix="pupil-")
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        order = {
            "scratch": self._scratch.name,
            "limits": asdict(nursery.limits),
            "fenced": nursery.fenced,
            "readable": [str(path) for path in fence.readable()],
        }
        self._pid = nursery._ask(order, [theirs_in, theirs_out])["pid"]
        os.close(theirs_in)
        os.close(theirs_out)
        self._party = wire.Party(wire.Pipe(ours_in, ours_out), _may_lend, data_too=False)
        started = self._party.pipe.receive(time.monotonic() + 30)
        if "ready" not in started:
            raise fence.NoFence(str(started.get("says", "the fence could not be closed.")))
        for source in list(self._done):
            self._request({"asks": "cell", "source": source}, nursery.limits.cell_seconds)

    def end(self) -> int:
        """End the process; return the signal that had ended it before, 0 where none had."""
        if self._pid is None:
            return 0
        pid, self._pid = self._pid, None
        told = self._nursery._ask({"end": pid})
        self.cpu += told["cpu"]
        self._party.pipe.close()
        self._scratch.cleanup()
        return told["signal"]

    def _ready(self) -> None:
        if self._pid is not None and self._party.waiting:  # it was left in the middle of something
            self.end()
        if self._pid is None:
            self._start()

    def _request(self, message: dict, seconds: float) -> dict:
        self._party.until = time.monotonic() + seconds
        return self._party.ask(message)

    # --- what is asked of it

    def run(self, source: str) -> list[dict]:
        """Run one cell and return its outputs, as a notebook stores them."""
        seconds = self._nursery.limits.cell_seconds
        try:
            self._ready()
            answer = self._request({"asks": "cell", "source": source}, seconds)
            outputs = [one for one in map(_output, answer["outputs"][:100]) if one]
        except fence.NoFence:
            raise
        except wire.Ended as error:
            signal = self.end()
            if str(error) == "too slow":
                return [_stopped(f"the cell was stopped after {seconds:g} seconds. Does a loop never end?")]
            return [_stopped("the cell ended its own process" + (f" (signal {signal})." if signal else "."))]
        except Exception as error:  # whatever else a process may say that is not to be believed
            self.end()
            return [_stopped(f"the cell could not be run ({type(error).__name__}: {wire.said(error)[:200]}).")]
        if not answer.get("error"):
            self._done.append(source)
        return outputs

    def judge(self, exercise_id: str, expressions: Sequence[str], *, seed: int) -> Verdict:
        """Judge the values of `expressions` by the hidden test of an exercise.

        Returns
        -------
        Verdict
            "wrong" too where the answer could not be had; `check_failed` is True where the exercise may be at fault.
        """
        seconds = self._nursery.limits.answer_seconds
        try:
            self._ready()
            answer = []
            for expression in expressions:
                request = {"asks": "answer", "exercise": exercise_id, "expression": expression}
                answer.append(self._party.unpack(self._request(request, seconds)["value"]))
            self._party.until = time.monotonic() + 2 * seconds + 2  # the judge's own clock rings first
            verdict = hidden.judge(exercise_id, *answer, seed=seed, seconds=seconds)
            return replace(verdict, message=_OUR_LINE.sub("", verdict.message))
        except fence.NoFence:
            raise
        except wire.Ended as error:
            self.end()
            slow = str(error) == "too slow"
            return wrong(f"Stopped after {seconds:g} seconds." if slow else f"The answer's process is gone: {error}.")
        except Exception as error:
            says = f"{type(error).__name__}: {wire.said(error)}"[:500]
            return wrong(f"Your answer could not be judged ({says}).", check_failed=isinstance(error, CheckBroken))


def _may_lend(thing: Any) -> bool:
    """Whether a submission may call this one of the judge's things: only what the course itself wrote for that."""
    owner = thing if hasattr(thing, "__qualname__") else type(thing)
    return str(getattr(owner, "__module__", "")).split(".")[0] == _PACKAGE


def _stopped(says: str) -> dict:
    return {"output_type": "error", "ename": "Stopped", "evalue": says, "traceback": [f"Stopped: {says}"]}


def _output(one: Any) -> dict | None:
    """Return an output that may stand in a notebook, whatever came."""
    kind = one.get("output_type")
    if kind == "stream":
        name = "stderr" if one.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": str(one.get("text", ""))[:20_000]}
    if kind == "display_data":
        data = {key: str(value)[:700_000] for key, value in one["data"].items() if key in ("text/plain", "image/png")}
        return {"output_type": kind, "data": data, "metadata": {}}
    if kind == "error":
        lines = [str(line)[:2000] for line in one["traceback"][:12]]
        return {"output_type": kind, "ename": str(one["ename"])[:80], "evalue": str(one["evalue"])[:2000],
                "traceback": lines}  # fmt: skip
    return None
