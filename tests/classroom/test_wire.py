"""What two processes say to each other: values arrive as they were, and what is no value is refused."""

from __future__ import annotations

import os
import threading
import time

import numpy as np
import pandas as pd
import pytest

from bioml_helpers.classroom.wire import Ended, Far, Party, Pipe, TravelError


@pytest.fixture
def two():
    """Both ends of a conversation, in one process; the second lends nothing but our own functions."""
    (a_in, b_out), (b_in, a_out) = os.pipe(), os.pipe()
    ends = (
        Party(Pipe(a_in, a_out), lambda _: True, data_too=True),
        Party(Pipe(b_in, b_out), lambda thing: getattr(thing, "__module__", "") == __name__, data_too=False),
    )
    yield ends
    for end in ends:
        end.pipe.close()


VALUES = [
    None, True, 3, 2.5, "β", ..., 1 + 2j, [1, (2, {3})], {"a": [1], 2: None}, range(1, 9, 2), slice(1, None),
    np.arange(6.0).reshape(2, 3), np.array(["A", "CG"]), np.float32(0.5), np.array([1, None, "x"], dtype=object),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_arrives_as_it_was(two, value):
    came = two[1].unpack(two[0].pack(value))
    assert type(came) is type(value)
    if isinstance(value, np.ndarray):
        assert came.dtype == value.dtype
        np.testing.assert_array_equal(came, value)
    else:
        assert came == value or came is value


def test_a_tensor_and_a_table_arrive_as_they_were(two):
    import torch

    tensor = torch.ones(2, 3, requires_grad=True)
    table = pd.DataFrame({"dose": [0.5, 1.0], "plant": ["a", "b"]}, index=pd.Index([3, 7], name="row"))
    came = two[1].unpack(two[0].pack([tensor, table]))
    assert came[0].requires_grad and torch.equal(came[0], tensor)
    pd.testing.assert_frame_equal(came[1], table)


def test_a_random_generator_draws_the_same_numbers_there(two):
    rng = np.random.default_rng(3)
    came = two[1].unpack(two[0].pack(rng))
    assert came.normal() == rng.normal()


@pytest.mark.parametrize(
    "packed",
    [{"t": "array", "dtype": "|O", "shape": [1], "v": "AAAA"}, {"t": "pickle"}, {"v": 1}, {"t": "yours", "number": 9},
     {"t": "array", "dtype": "<f8", "shape": [9, 9], "v": "AAAA"}],
    ids=str,
)  # fmt: skip
def test_what_is_no_value_is_refused(two, packed):
    with pytest.raises(Ended):
        two[0].unpack(packed)


def test_a_function_stays_where_it_is_and_is_called_there(two):
    def add(x, y=1):
        return x + y

    there = threading.Thread(target=lambda: two[0].pipe.send(two[0]._served(two[0].pipe.receive())))
    function = two[1].unpack(two[0].pack(add))
    there.start()
    assert function(2) == 3
    there.join()
    assert list(__import__("inspect").signature(function).parameters) == ["x", "y"]


class Store:
    secret = 5

    def fit(self):
        return self.secret


def test_only_methods_of_what_is_lent_can_be_reached(two):
    lent = two[1].pack(Store())
    answers = {
        name: two[1]._served({"asks": "get", "number": lent["number"], "name": name})
        for name in ("fit", "secret", "__class__", "_hidden")
    }
    assert "value" in answers["fit"]
    assert {answers[name]["raised"] for name in ("secret", "__class__", "_hidden")} == {"AttributeError"}


@pytest.mark.parametrize("thing", [os, open, np.load, eval], ids=["os", "open", "load", "eval"])
def test_modules_and_others_functions_are_never_lent(two, thing):
    with pytest.raises(TravelError):
        two[1].pack(thing)


def test_private_names_of_a_far_thing_are_not_asked_for(two):
    with pytest.raises(AttributeError):
        getattr(Far(two[1], 0, "Store", False), "_" + "globals")


def test_who_says_nothing_is_not_waited_for_longer_than_agreed(two):
    begun = time.monotonic()
    with pytest.raises(Ended, match="too slow"):
        two[0].pipe.receive(time.monotonic() + 0.1)
    assert time.monotonic() - begun < 5


def test_a_message_that_is_announced_too_long_is_refused(two):
    os.write(two[0].pipe.outward, b"\xff\xff\xff\xff")
    with pytest.raises(Ended, match="announced"):
        two[1].pipe.receive(time.monotonic() + 5)


def test_another_process_that_is_gone_is_told():
    inward, outward = os.pipe()
    os.close(outward)
    with pytest.raises(Ended, match="gone"):
        Pipe(inward, outward).receive()
    os.close(inward)
