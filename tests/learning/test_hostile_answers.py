"""Whatever a learner hands in, a check answers in a sentence, within a second, and the kernel lives on."""

from __future__ import annotations

import builtins
import signal
import sys
import threading
import time

import numpy as np
import pytest

from bioml_helpers import learning
from bioml_helpers.learning import calling

SCALED = "test.scaled"


class BrokenMessage(Exception):
    def __str__(self):
        raise RuntimeError("no message")


class BrokenArray:
    def __array__(self, *args, **kwargs):
        raise SystemExit(3)


def raises(error):
    def answer(x, factor):
        raise error

    return answer


def recurses(x, factor):
    return recurses(x, factor)


def generates(x, factor):
    while True:
        yield x


async def awaits(x, factor):
    return x


def nests(x, factor):
    x = []
    x.append(x)
    return x


HOSTILE = {
    "SystemExit": (raises(SystemExit(1)), "SystemExit"),
    "KeyboardInterrupt": (raises(KeyboardInterrupt()), "KeyboardInterrupt"),
    "GeneratorExit": (raises(GeneratorExit()), "GeneratorExit"),
    "MemoryError": (raises(MemoryError("too big")), "too big"),
    "an error without a message": (raises(BrokenMessage()), "BrokenMessage"),
    "huge recursion": (recurses, "RecursionError"),
    "a generator": (generates, "generator"),
    "a coroutine": (awaits, "coroutine"),
    "a list that holds itself": (nests, "1 thing of different"),
    "an array that can't be read": (lambda x, factor: BrokenArray(), "SystemExit"),
    "a class": (lambda x, factor: dict, "the class dict"),
    "a function returned": (lambda x, factor: recurses, "a function"),
    "text": (lambda x, factor: "twelve", "the text 'twelve'"),
    "a set": (lambda x, factor: {1.0}, "a set"),
    "nested None": (lambda x, factor: [None], "1 thing"),
    "an empty list": (lambda x, factor: [], "came shape (0,)"),
    "ragged lists": (lambda x, factor: [[1], [1, 2]], "2 things of different"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_is_wrong_and_told_in_a_sentence(name):
    answer, told = HOSTILE[name]
    verdict = learning.grade(SCALED, answer)
    assert (verdict.status, verdict.check_failed) == ("wrong", False)
    assert told in verdict.message
    assert " at 0x" not in verdict.message


def loops(x, factor):
    while True:
        pass


def loops_and_swallows(x, factor):
    while True:
        try:
            while True:
                pass
        except:  # noqa: E722
            pass


def sleeps(x, factor):
    time.sleep(30)


def prints_for_ever(x, factor):
    while True:
        print("again", x)


@pytest.mark.parametrize("answer", [loops, loops_and_swallows, sleeps, prints_for_ever])
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="POSIX only; the watchdog is tested below")
def test_an_endless_loop_is_interrupted_within_two_seconds(answer):
    started = time.monotonic()
    verdict = learning.grade(SCALED, answer)
    assert time.monotonic() - started < 2  # 0.8 s by the clock, plus what a busy machine adds
    assert "stopped after 0.8 seconds" in verdict.message


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="POSIX only")
def test_a_late_ring_does_not_reach_what_cleans_up():
    with calling.interrupt_after(60) as clock:
        assert calling._guarded(clock, lambda: 1, [], lambda value: value) == 1
        signal.raise_signal(signal.SIGALRM)  # as if time had run out when the function had just ended
    with pytest.raises(calling.TooLong), calling.interrupt_after(60) as clock:
        calling._guarded(clock, signal.raise_signal, [signal.SIGALRM], lambda value: value)


def test_the_next_check_works_after_an_endless_loop():
    learning.grade(SCALED, loops)
    assert learning.grade(SCALED, lambda x, factor: x * factor + 1).status == "right"
    if hasattr(signal, "getitimer"):
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_timer_that_was_running_goes_on():
    if not hasattr(signal, "setitimer"):
        pytest.skip("POSIX only")
    signal.setitimer(signal.ITIMER_REAL, 60)
    try:
        learning.grade(SCALED, lambda x, factor: x * factor + 1)
        assert 50 < signal.getitimer(signal.ITIMER_REAL)[0] <= 60
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def test_the_watchdog_interrupts_where_there_is_no_timer():
    verdicts = []
    worker = threading.Thread(target=lambda: verdicts.append(learning.grade(SCALED, loops)), daemon=True)
    worker.start()
    worker.join(timeout=10)
    assert "stopped after" in verdicts[0].message


def test_a_slow_import_inside_the_function_is_let_finish(tmp_path, monkeypatch):
    (tmp_path / "slow_to_import.py").write_text("import time\ntime.sleep(1)\nONE = 1\n")
    monkeypatch.syspath_prepend(tmp_path)

    def answer(x, factor):
        import slow_to_import

        return x * factor + slow_to_import.ONE

    assert learning.grade(SCALED, answer).status == "right"


def test_the_watchdog_leaves_a_quick_function_alone():
    with calling._watchdog(5):
        value = sum(range(10))
    assert value == 45


def test_an_error_is_told_with_type_message_input_and_the_learners_own_line():
    def answer(x, factor):
        y = x * factor
        return y[99]

    message = learning.grade(SCALED, answer).message
    line = answer.__code__.co_firstlineno + 2
    assert "IndexError: index 99 is out of bounds" in message
    assert "x = [2], factor = 5" in message
    assert f"in line {line} of your code: `return y[99]`" in message
    assert "Traceback" not in message


def test_an_error_inside_a_library_names_the_learners_line_not_the_librarys():
    def answer(x, factor):
        return np.reshape(x, (7, 7))

    assert "`return np.reshape(x, (7, 7))`" in learning.grade(SCALED, answer).message


def test_changed_inputs_are_told_and_do_not_reach_the_next_check():
    def answer(x, factor):
        x *= factor
        x += 1
        return x

    verdict = learning.grade(SCALED, answer)
    assert verdict.status == "right"
    assert "changes the input" in verdict.notes[0]
    assert learning.grade(SCALED, answer).status == "right"


def test_a_buffer_that_is_used_again_does_not_confuse_the_comparison():
    buffer = np.zeros(40)

    def answer(x, factor):
        buffer[: len(x)] = x * factor + 1
        return buffer[: len(x)]

    assert learning.grade(SCALED, answer).status == "right"


def test_what_the_function_prints_is_swallowed(capsys):
    def answer(x, factor):
        print("debugging", x)
        sys.stderr.write("more")
        return x * factor + 1

    learning.check(SCALED, answer)
    shown = capsys.readouterr()
    assert "debugging" not in shown.out
    assert shown.err == ""


def test_a_function_that_redirects_output_does_not_keep_it(capsys):
    def answer(x, factor):
        sys.stdout = None
        return x * factor + 1

    learning.check(SCALED, answer)
    assert "✓ Right" in capsys.readouterr().out


def test_a_redefined_print_does_no_harm(monkeypatch, capsys):
    def broken(*args, **kwargs):
        raise RuntimeError("print is mine")

    monkeypatch.setattr(builtins, "print", broken)
    learning.check(SCALED, lambda x, factor: x * factor + 1)
    assert "✓ Right" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda x: x, "takes 1 parameter (x); it is called with 2 parameters (x, factor)"),
        (lambda: 1, "takes no parameters"),
        (lambda x, factor, bias: x, "takes 3 parameters"),
    ],
)
def test_a_wrong_number_of_parameters_is_told(answer, told):
    assert told in learning.grade(SCALED, answer).message


@pytest.mark.parametrize(
    "answer", [lambda *inputs: inputs[0] * inputs[1] + 1, lambda x, factor, bias=1: x * factor + bias]
)
def test_parameters_that_fit_are_accepted(answer):
    assert learning.grade(SCALED, answer).status == "right"


@pytest.mark.parametrize(("answer", "told"), [(4.0, "a number came"), ("scaled", "a text came"), ([1], "a list came")])
def test_something_else_than_a_function_is_told(answer, told):
    assert told in learning.grade(SCALED, answer).message


def test_the_profiler_that_was_set_is_set_again():
    def profile(*_):
        return None

    sys.setprofile(profile)
    try:
        learning.grade(SCALED, lambda x, factor: x)
        assert sys.getprofile() is profile
    finally:
        sys.setprofile(None)
