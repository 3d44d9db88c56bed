"""The fence itself, and what is said where there is none."""

from __future__ import annotations

import pytest

from bioml_helpers.classroom import apart, fence
from bioml_helpers.classroom.apart import Nursery


def test_a_machine_without_a_fence_is_told_before_anything_runs(monkeypatch):
    monkeypatch.setattr(fence, "what_is_missing", lambda: "This Linux has no Landlock.")
    with pytest.raises(fence.NoFence, match="no Landlock"):
        Nursery(["bioml_helpers.neuron.exercises"])


def test_the_fence_is_for_linux(monkeypatch):
    monkeypatch.setattr(fence.sys, "platform", "darwin")
    assert "Linux only" in fence.what_is_missing()


def test_an_old_landlock_is_none(monkeypatch):
    monkeypatch.setattr(fence.sys, "platform", "linux")
    monkeypatch.setattr(fence.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(fence, "_landlock_version", lambda: 2)
    assert "Landlock" in fence.what_is_missing()


def test_neither_the_whole_disk_nor_the_solutions_may_be_read():
    places = fence.readable()
    assert places and all(len(place.parts) > 1 for place in places)
    clone = apart.Path(apart.__file__).resolve().parents[2]
    assert not any((clone / "chapters" / "solutions").is_relative_to(place) for place in places)


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        ({"output_type": "stream", "text": "x"}, {"output_type": "stream", "name": "stdout", "text": "x"}),
        ({"output_type": "execute_result", "data": {"text/plain": "1000"}}, None),
        ({"output_type": "display_data", "data": {"text/html": "<script>"}},
         {"output_type": "display_data", "data": {}, "metadata": {}}),
    ],
)  # fmt: skip
def test_outputs_are_kept_only_where_they_can_do_no_harm(came, kept):
    assert apart._output(came) == kept
