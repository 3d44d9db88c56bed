"""The process that runs submissions: one mother that has imported the course, and a fenced-in child for each.

``python -m bioml_helpers.classroom.worker SOCKET MODULE…`` is started by ``apart.Nursery``. A child costs a fork, not
an import of torch. What it says is believed by nobody: the verdict is the grader's.
"""

from __future__ import annotations

import base64
import importlib
import io
import json
import os
import re
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from bioml_helpers.classroom import fence, wire
from bioml_helpers.learning import FunctionExercise, calling
from bioml_helpers.learning.registry import find

LONGEST_OUTPUT = 20_000  # characters of one cell's output that are kept
LARGEST_PICTURE = 500_000  # bytes


class Borrowed(Exception):
    """The answer is the course's own function, or calls it."""


class _Kept(io.TextIOBase):
    """Keeps the beginning of what a cell prints, in the order of printing."""

    def __init__(self, name: str, outputs: list[dict]):
        self.name, self.outputs, self.left = name, outputs, LONGEST_OUTPUT

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        kept = text[: self.left]
        self.left -= len(kept)
        if kept and self.outputs and self.outputs[-1].get("name") == self.name:
            self.outputs[-1]["text"] += kept
        elif kept:
            self.outputs.append({"output_type": "stream", "name": self.name, "text": kept})
        return len(text)


class Child(wire.Party):
    """Runs cells and lends what they define."""

    def __init__(self, pipe: wire.Pipe):
        super().__init__(pipe, lambda _: True, data_too=True)
        from IPython.core.interactiveshell import InteractiveShell

        self.shell = InteractiveShell.instance()
        self.ours: frozenset = frozenset()

    def serve(self) -> None:
        """Say that the fence is closed, then answer until the grader hangs up."""
        self.pipe.send({"ready": True})
        while True:
            request = self.pipe.receive()
            try:
                answer = getattr(self, f"do_{request['asks']}", self._served)(request)
            except wire.Ended:
                raise
            except BaseException as error:
                answer = {"raised": type(error).__name__, "says": wire.said(error)}
            self.pipe.send(answer)

    def do_cell(self, request: dict) -> dict:
        """Run one cell as a notebook does, and return its outputs."""
        outputs: list[dict] = []
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Kept("stdout", outputs), _Kept("stderr", outputs)
        self.shell.display_pub.kept = self.shell.displayhook.kept = outputs
        self.shell.showtraceback = lambda *_, **__: None
        try:
            result = self.shell.run_cell(request["source"], store_history=False)
        finally:
            sys.stdout, sys.stderr = before
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            outputs.append(_error_output(error))
        return {"outputs": outputs, "error": error is not None}

    def do_answer(self, request: dict) -> dict:
        """Return the value of an expression, such as the name of the learner's function."""
        exercise = find(request["exercise"])
        own = (exercise.reference, *exercise.off_limits) if isinstance(exercise, FunctionExercise) else ()
        self.ours = calling.codes(own)
        value = eval(request["expression"], self.shell.user_ns)
        if callable(value) and calling.is_ours(value, self.ours):
            raise Borrowed("this is the course's own function; write the lines yourself.")
        return {"value": self.pack(value)}

    def run(self, thing: Any, arguments: tuple, named: dict) -> Any:
        """Call the learner's function; say so where it calls the course's own."""
        outcome = calling.call(lambda *inputs: thing(*inputs, **named), arguments, seconds=3600, ours=self.ours)
        if outcome.used_ours:
            raise Borrowed("this calls the course's own function; write the lines yourself.")
        if outcome.error is not None:
            raise outcome.error
        return outcome.value


def _error_output(error: BaseException) -> dict:
    import traceback

    # Only lines of the notebook: what stands above them is the machinery, with its paths.
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "ipython-input" in one.filename]
    lines = [f"line {one.lineno}, in {one.name}: {one.line or ''}" for one in frames]
    says = wire.said(error)[:2000]
    name = type(error).__name__
    return {
        "output_type": "error", "ename": name, "evalue": says, "traceback": [*lines[-10:], f"{name}: {says}"],
    }  # fmt: skip


def _make_shell() -> None:
    """Make IPython's shell once, without history; what it displays is kept as text or a picture."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    def keep(outputs: list, data: dict, kind: str) -> None:
        kept: dict[str, str] = {}
        if isinstance(data.get("text/plain"), str):
            kept["text/plain"] = data["text/plain"][:LONGEST_OUTPUT]
        picture = data.get("image/png")
        if isinstance(picture, bytes):
            picture = base64.b64encode(picture).decode()
        if isinstance(picture, str) and len(picture) < LARGEST_PICTURE and re.fullmatch(r"[\w+/=\s]*", picture):
            kept["image/png"] = picture
        if kept and len(outputs) < 50:
            outputs.append({"output_type": kind, "data": kept, "metadata": {}})

    class Publisher(DisplayPublisher):
        def publish(self, data: dict, *_: Any, **__: Any) -> None:
            keep(self.kept, data, "display_data")

    class Hook(DisplayHook):
        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: dict, md_dict: Any = None) -> None:
            keep(self.kept, format_dict, "display_data")

        def finish_displayhook(self) -> None:
            pass

    config = Config()
    config.HistoryManager.enabled = False
    InteractiveShell.instance(config=config, display_pub_class=Publisher, displayhook_class=Hook)


def _become_child(order: dict, inward: int, outward: int, nursery: socket.socket) -> None:
    """Run one submission in this freshly forked process; never returns."""
    status = 1
    try:
        os.setsid()
        nursery.close()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        os.chdir(order["scratch"])
        os.environ.update(HOME=order["scratch"], TMPDIR=order["scratch"], BIOML_PROGRESS=order["scratch"] + "/p.json")
        if order["fenced"]:
            fence.close(fence.Limits(**order["limits"]), order["scratch"], [Path(one) for one in order["readable"]])
        else:
            fence._limit_resources(fence.Limits(**order["limits"]))
        Child(wire.Pipe(inward, outward)).serve()
        status = 0
    except wire.Ended:
        status = 0
    except BaseException as error:
        try:
            wire.Pipe(inward, outward).send({"raised": type(error).__name__, "says": wire.said(error)})
        except BaseException:
            pass
    finally:
        os._exit(status)


def main(arguments: list[str]) -> None:
    """Import, then fork a child for each order and end it when told so."""
    nursery = socket.socket(fileno=int(arguments[0]))
    for module in arguments[1:]:
        importlib.import_module(module)
    _make_shell()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nursery.send(b"ready")
    while True:
        text, descriptors, _, _ = socket.recv_fds(nursery, 65536, 2)
        if not text:
            return
        order = json.loads(text)
        if "end" in order:
            nursery.send(json.dumps(_ended(order["end"])).encode())
            continue
        pid = os.fork()
        if pid == 0:
            _become_child(order, *descriptors, nursery)
        for descriptor in descriptors:
            os.close(descriptor)
        nursery.send(json.dumps({"pid": pid}).encode())


def _ended(pid: int) -> dict:
    """End a child and return the computing time it took and the signal that ended it, 0 where it left by itself."""
    done, status, usage = os.wait4(pid, os.WNOHANG)
    if not done:
        os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        return {"cpu": usage.ru_utime + usage.ru_stime, "signal": 0}
    return {"cpu": usage.ru_utime + usage.ru_stime, "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}


if __name__ == "__main__":
    main(sys.argv[1:])
