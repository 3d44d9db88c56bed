"""Calling the learner's code so that nothing it does can hurt the check: endless loops, exits, prints, changed inputs.

This is help for people who learn, not a fence against an attacker: who wants to get around it, can.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes
import functools
import io
import linecache
import signal
import sys
import threading
import time
import types
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .compare import identical

_AGAIN = 0.05  # seconds between two interrupts, for code that swallows the first in a bare "except:"
_LIBRARIES = {"numpy", "scipy", "torch", "pandas", "sklearn", *sys.stdlib_module_names}


class TooLong(BaseException):
    """The learner's code ran out of time. A BaseException, so that ``except Exception`` does not swallow it."""


@dataclass
class Outcome:
    """What one call gave: a value or an error, and what was noticed on the way."""

    value: Any = None
    error: BaseException | None = None
    used_ours: bool = False
    changed_input: bool = False
    imported: bool = False

    @property
    def too_long(self) -> bool:
        return isinstance(self.error, TooLong)


@dataclass
class Clock:
    """Whether the learner's code runs just now, and whether time ran out while it imported a module (not its fault)."""

    running: bool = False
    imported: bool = False


def _guarded(clock: Clock, function: Callable, inputs: Sequence, then: Callable[[Any], Any]) -> Any:
    """Call the learner's function. Only while this runs may `TooLong` be raised: not in what cleans up afterwards."""
    clock.running = True
    try:
        return then(function(*inputs))
    finally:
        clock.running = False


def _is_importing(frame: types.FrameType | None) -> bool:
    """Whether the learner's code is inside an import: interrupted there, a module such as torch stays half-loaded."""
    while frame is not None and frame.f_code is not _guarded.__code__:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


@contextlib.contextmanager
def interrupt_after(seconds: float) -> Iterator[Clock]:
    """Raise `TooLong` in `_guarded` once `seconds` have passed, and again and again until it ends.

    In the main thread on POSIX (every Jupyter kernel there) the interval timer does it: it also wakes sleeping code. On
    Windows, and in other threads, Python has no such timer, so a watchdog thread asks the interpreter to raise in this
    thread. Either way the exception is raised between two Python instructions: one long call into compiled code is let
    finish first. An import is let finish too, and the time starts over after it.
    """
    in_main = threading.current_thread() is threading.main_thread()
    clock = _interval_timer if in_main and hasattr(signal, "setitimer") else _watchdog
    with clock(max(seconds, 0.001)) as started:
        yield started


@contextlib.contextmanager
def _interval_timer(seconds: float) -> Iterator[Clock]:
    clock = Clock()

    def ring(_: int, frame: types.FrameType | None) -> None:
        if not clock.running:
            return
        if _is_importing(frame):
            clock.imported = True
            signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        else:
            _stop_in_handlers_too(frame, clock)
            raise TooLong

    tracer = sys.gettrace()
    before = signal.signal(signal.SIGALRM, ring)
    started = time.monotonic()
    others, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield clock
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if sys.gettrace() is not tracer:
            sys.settrace(tracer)
        signal.signal(signal.SIGALRM, before if before is not None else signal.SIG_DFL)
        if others:  # somebody else's timer was running: give it what is left
            signal.setitimer(signal.ITIMER_REAL, max(others - (time.monotonic() - started), 0.001), interval)


def _stop_in_handlers_too(frame: types.FrameType | None, clock: Clock) -> None:
    """Let `TooLong` be raised once more on the first line of an ``except:`` that would swallow it.

    ``while True: try: … except: pass`` can't be left otherwise. Only the learner's frames are traced.
    """

    def local(_: types.FrameType, event: str, __: Any) -> Any:
        if event == "line" and clock.running:
            raise TooLong
        return local

    while frame is not None and frame.f_code is not _guarded.__code__:
        frame.f_trace = local
        frame = frame.f_back
    sys.settrace(lambda *_: None)


@contextlib.contextmanager
def _watchdog(seconds: float) -> Iterator[Clock]:
    clock = Clock()
    target = ctypes.c_ulong(threading.get_ident())
    raise_there = ctypes.pythonapi.PyThreadState_SetAsyncExc
    done = threading.Event()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait) and clock.running:
            if _is_importing(sys._current_frames().get(target.value)):
                clock.imported, wait = True, seconds
                continue
            raise_there(target, ctypes.py_object(TooLong))
            wait = _AGAIN

    dog = threading.Thread(target=watch, daemon=True)
    dog.start()
    try:
        yield clock
    finally:
        _let_the_last_one_arrive(done, dog)


def _let_the_last_one_arrive(done: threading.Event, dog: threading.Thread) -> None:
    """End the watchdog, and catch here what it asked for last (taking it back makes Python 3.11 spin)."""
    while True:
        try:
            done.set()
            dog.join()
            for _ in range(10):  # a pending exception arrives when a loop jumps back
                pass
            return
        except TooLong:
            continue


class _Nowhere(io.TextIOBase):
    """Swallows what the learner's function prints, however much it is."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


def fresh(value: Any) -> Any:
    """Return a copy of an input that shares no memory with it."""
    if hasattr(value, "detach") and hasattr(value, "clone"):
        return value.detach().clone().requires_grad_(value.requires_grad)
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(fresh(item) for item in value)
    try:
        return copy.deepcopy(value)
    except Exception:
        return value  # can't be copied (an open file, a module): then all calls share it


def call(
    function: Callable,
    arguments: Sequence,
    *,
    seconds: float,
    then: Callable[[Any], Any] = lambda value: value,
    ours: frozenset[types.CodeType] = frozenset(),
) -> Outcome:
    """Call `function` on fresh copies; ``then`` is applied to its output under the same protection."""
    inputs = [fresh(argument) for argument in arguments]
    outcome = Outcome()

    def notice(frame: types.FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code in ours:
            outcome.used_ours = True

    profile_before = sys.getprofile()
    nowhere = _Nowhere()
    stdout, stderr = sys.stdout, sys.stderr
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            warnings.simplefilter("ignore")
            with interrupt_after(seconds) as clock:
                if ours:
                    sys.setprofile(notice)
                try:
                    outcome.value = _guarded(clock, function, inputs, then)
                finally:
                    outcome.imported = clock.imported
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: a check never ends the kernel
        outcome.error = error
    finally:
        sys.setprofile(profile_before)
        sys.stdout, sys.stderr = stdout, stderr
    outcome.changed_input = not all(map(identical, arguments, inputs))
    return outcome


def unwrapped(function: Any) -> list[Any]:
    """The callable and everything it plainly wraps: partials, decorators, methods, a module's forward."""
    found: list[Any] = []
    todo = [function]
    while todo and len(found) < 50:
        one = todo.pop()
        if one is None or any(one is known for known in found):
            continue
        found.append(one)
        if isinstance(one, functools.partial):
            todo.append(one.func)
        todo += [getattr(one, name, None) for name in ("__wrapped__", "__func__")]
        if not isinstance(one, types.FunctionType | types.MethodType | types.BuiltinFunctionType | functools.partial):
            owner = one if isinstance(one, type) else type(one)
            todo += [vars(owner).get(name) for name in ("__init__", "__call__", "forward")]
    return found


def codes(functions: Sequence[Any]) -> frozenset[types.CodeType]:
    """Code objects of our own functions, by which a call of them is recognised; a library's are nobody's secret."""
    return frozenset(
        one.__code__
        for function in functions
        for one in unwrapped(function)
        if isinstance(one, types.FunctionType) and str(one.__module__).split(".")[0] not in _LIBRARIES
    )


def is_ours(answer: Any, ours: frozenset[types.CodeType]) -> bool:
    """Whether the answer is one of our own functions, itself or wrapped."""
    return any(getattr(one, "__code__", None) in ours for one in unwrapped(answer))


def is_empty(function: Any) -> bool:
    """Whether a function's body does nothing: ``pass``, ``...``, ``return ...`` or only a docstring."""
    import dis

    code = getattr(function, "__code__", None)
    if code is None:
        return False
    nothing = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "POP_TOP", "COPY_FREE_VARS", "MAKE_CELL"}
    steps = list(dis.get_instructions(code))
    constants = [step.argval for step in steps if "CONST" in step.opname]  # a function that returns 0.0 is an answer
    return all(step.opname in nothing for step in steps) and all(one is None or one is ... for one in constants)


def own_line(error: BaseException, function: Any) -> tuple[int, str] | None:
    """Line number and text of the learner's own line in which the error arose; None if it has none."""
    files = {one.__code__.co_filename for one in unwrapped(function) if isinstance(one, types.FunctionType)}
    found = None
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name in files or "ipykernel_" in name or name.startswith("<ipython-input"):
            found = (trace.tb_lineno, linecache.getline(name, trace.tb_lineno).strip())
        trace = trace.tb_next
    return found


def error_text(error: BaseException, longest: int = 160) -> str:
    """Type and message of an error, in one line."""
    try:
        message = " ".join(str(error).split())
    except BaseException:  # a learner's own exception class may be broken too
        message = ""
    if len(message) > longest:
        message = message[: longest - 1] + "…"
    name = type(error).__name__
    return f"{name}: {message}" if message else name


def named(arguments: Sequence, names: Sequence[str], show: Callable[[Any], str]) -> str:
    """The inputs of one case in a sentence: "x = 2, knots = [0, 1]"."""
    names = list(names) + [f"input {n}" for n in range(len(names) + 1, len(arguments) + 1)]
    return ", ".join(f"{name} = {show(value)}" for name, value in zip(names, arguments, strict=False)) or "no input"


def as_arguments(case: Any) -> tuple:
    """A case as a tuple of arguments."""
    return case if isinstance(case, tuple) else (case,)


def has_blank_inside(error: BaseException) -> bool:
    """Whether an error comes from a ``...`` that was left in a line."""
    return isinstance(error, NotImplementedError) or (
        isinstance(error, TypeError | AttributeError | ValueError) and "ellipsis" in error_text(error).lower()
    )


def contains_blank(value: Any) -> bool:
    """Whether an answer is, or holds at its top level, a blank ``...``."""
    if isinstance(value, Mapping):
        return bool(value) and any(item is ... for item in value.values())
    if isinstance(value, list | tuple):
        return any(item is ... or contains_blank(item) for item in value)
    return value is ...
