"""Panel 4b shows what torch computes, at every place; the stack's figure says what the formula says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from bioml_helpers import data
from bioml_helpers.cnn import figures, layers
from bioml_helpers.figures.living import twin

SETTINGS = [(1, 0, 1), (2, 0, 1), (1, 3, 1), (1, 0, 3), (3, 2, 2)]


@pytest.mark.parametrize(("stride", "padding", "dilation"), SETTINGS)
@pytest.mark.parametrize("name", figures.DNA_FILTERS)
def test_over_dna_the_shown_sum_is_torchs_at_every_place(name, stride, padding, dilation):
    how = {"stride": stride, "padding": padding, "dilation": dilation}
    slide = figures.SlideFigure(dna_filter=name, **how)
    X = torch.tensor(data.encode.one_hot(slide.sequence)).double()[None]
    wanted = functional.conv1d(X, torch.tensor(figures.DNA_FILTERS[name]).double()[None], **how)[0, 0]
    for place, one in enumerate(wanted.tolist()):
        numbers = slide.compute({**slide.state(), "position": place})
        assert numbers["sum"] == pytest.approx(one, abs=1e-5)
        assert sum(numbers["products"]) == pytest.approx(numbers["sum"])
    assert numbers["size"] == [len(wanted)]


@pytest.mark.parametrize(("stride", "padding", "dilation"), SETTINGS)
@pytest.mark.parametrize("name", figures.IMAGE_FILTERS)
def test_over_the_micrograph_the_shown_sum_is_torchs_at_every_place(name, stride, padding, dilation):
    how = {"stride": stride, "padding": padding, "dilation": dilation}
    slide = figures.SlideFigure(mode="image", image_filter=name, **how)
    X = torch.tensor(slide.image).double()[None, None]
    W = torch.tensor(figures.IMAGE_FILTERS[name]).double()[None, None]
    wanted = functional.conv2d(X, W, **how)[0, 0]
    for place in range(0, wanted.numel(), 7):
        shown = slide.compute({**slide.state(), "position": place})["sum"]
        assert shown == pytest.approx(wanted.ravel()[place].item(), abs=1e-5)
    np.testing.assert_allclose(slide.compute(slide.state())["output"], wanted.ravel(), atol=1e-5)


def test_the_lac_promoter_of_the_figure_is_the_real_one(need_real_data):
    need_real_data("sigma70")
    table, _ = data.load("sigma70", quiet=True)
    assert table.loc[table["is_promoter"], "sequence"].str.contains(figures.LAC).any()


@pytest.mark.parametrize("mode", figures.MODES)
def test_the_twin_writes_the_sum_and_draws_the_window(mode):
    slide = figures.SlideFigure(mode=mode, position=13)
    words = [text.get_text() for axes in twin(slide.draw).axes for text in axes.texts]
    assert f"sum = {figures.tidy(slide.compute(slide.state())['sum'])}" in words
    assert slide.alt().endswith(slide.sentence())


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"mode": "sound"}, "mode: expected one of"),
        ({"position": -1}, "position: expected"),
        ({"stride": 0}, "stride: expected"),
        ({"dilation": 4}, "dilation: expected"),
        ({"padding": 9}, "padding: expected"),
        ({"sequence": "ACGU"}, "only letters"),
    ],
)
def test_bad_state_is_named(state, says):
    with pytest.raises(Exception, match=says):
        figures.SlideFigure(**state)


@pytest.mark.parametrize("values", [(4, 3, 2, 1), (3, 5, 1, 2), (1, 2, 1, 1)])
def test_the_stack_says_its_receptive_field(values):
    explorer = figures.receptive_field_explorer()
    for name, value in zip(("depth", "kernel_size", "dilation", "pool"), values, strict=True):
        explorer.controls[name].value = value
    seen = layers.receptive_field(figures.stacked(*values))
    assert explorer.text.startswith(f"One output sees {seen} inputs")
    terms = explorer.text.split(": ")[1].split(".")[0]
    assert eval(terms.replace("·", "*")) == seen
