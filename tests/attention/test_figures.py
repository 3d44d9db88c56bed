"""Three tokens show what torch computes, the head browser what the network did, pictures what they are given."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from bioml_helpers import attention
from bioml_helpers.attention import figures, pictures
from bioml_helpers.figures.living import twin

PROTEINS = {"long": "MKLLALALLAAVVGASAAPDEKRTEYW", "short": "MKLLALA"}


def words_of(figure):
    return [text.get_text() for axes in twin(figure.draw).axes for text in axes.texts]


@pytest.mark.parametrize("case", attention.TokensFigure.golden_cases())
def test_the_numbers_are_torchs(case):
    numbers = attention.TokensFigure.compute(case)
    q, k, v = (torch.tensor(case["vectors"][part], dtype=torch.float64) for part in figures.PARTS)
    mask = attention.causal_mask(3) if case["sight"] == "not ahead" else None
    scale = 10 / case["temperature"] / 2**0.5
    output = functional.scaled_dot_product_attention(q[None], k[None], v[None], attn_mask=mask, scale=scale)[0]
    np.testing.assert_allclose(numbers["outputs"], output, atol=1e-9)
    np.testing.assert_allclose(np.sum(numbers["weights"], axis=1), 1)


def test_every_number_stands_in_the_picture():
    figure = attention.TokensFigure(temperature=7, asks=2)
    numbers, shown = figure.compute(figure.state()), words_of(figure)
    for row in range(3):
        for weight, score in zip(numbers["weights"][row], numbers["scaled"][row], strict=True):
            assert f"{weight:.2f}" in shown
            assert f"({figures.number(score, 2)})" in shown
        assert figures.vector(numbers["outputs"][row], 2) in shown
        for part in figures.PARTS:
            assert figures.vector(figure.vectors[part][row]) in shown
    assert set(figure.lines()) <= set(shown)


def test_a_key_that_changes_moves_only_its_own_column_of_scores():
    figure = attention.TokensFigure()
    before = np.array(figure.compute(figure.state())["dots"])
    figure.vectors = {**figure.vectors, "key": [[1.0, -1.0], [1.0, -1.0], [0.0, 1.5]]}
    moved = np.array(figure.compute(figure.state())["dots"]) != before
    assert not moved[:, [0, 2]].any() and moved[:2, 1].all()


def test_low_temperature_makes_one_weight_1_and_a_high_one_evens_them_out():
    sharp, soft = (
        np.array(attention.TokensFigure.compute({**attention.TokensFigure().state(), "temperature": t})["weights"])
        for t in (1, 50)
    )
    assert (sharp.max(axis=1) > 0.99).all()
    assert (soft.max(axis=1) < 0.55).all()
    assert (sharp.argmax(axis=1) == soft.argmax(axis=1)).all()


def test_a_forbidden_look_is_named_and_weighs_nothing():
    figure = attention.TokensFigure(sight="not ahead")
    assert words_of(figure).count("hidden") == 3
    assert "−∞" in figure.lines()[0]
    assert figure.alt().endswith("no token may look ahead.")


def test_letters_are_large_enough():
    sizes = [text.get_fontsize() for axes in twin(attention.TokensFigure().draw).axes for text in axes.texts]
    assert min(sizes) >= 11


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"temperature": 0}, "temperature: expected a number between 1 and 50"),
        ({"sight": "back"}, "sight: expected one of"),
        ({"asks": 4}, "asks: expected a number between 1 and 3"),
        ({"part": "answer"}, "part: expected one of"),
        ({"names": ["one", "two"]}, "names: expected three tokens"),
        ({"vectors": {"query": []}}, "vectors: expected the keys"),
        ({"vectors": {part: [[9.0, 0.0]] * 3 for part in figures.PARTS}}, "query: expected three vectors"),
    ],
)
def test_bad_states_are_named(change, says):
    with pytest.raises(ValueError, match=says):
        attention.TokensFigure(**change)


# ---------------------------------------------------------------- heads


@pytest.fixture(scope="module")
def browser():
    return attention.head_browser(attention.SignalReader(blocks=2, seed=1).eval(), PROTEINS)


def test_the_browser_offers_every_head_of_every_block(browser):
    titles = [title for title, _ in browser.controls["head"].options]
    assert len(titles) == 2 * 4 and titles[5] == "block 2, head 2"


def test_the_browser_shows_the_map_of_the_chosen_head(browser):
    browser.controls["head"].value, browser.controls["hidden"].value = 5, 0
    reader = attention.SignalReader(blocks=2, seed=1).eval()
    seen = attention.read(reader, PROTEINS["long"])
    np.testing.assert_allclose(browser.fig.axes[0].images[0].get_array(), seen.maps[1, 1])
    assert f"probability {seen.probability:.2f}" in browser.text
    letters = [label.get_text() for axes in browser.fig.axes for label in axes.get_xticklabels() if label.get_visible()]
    assert "".join(letters).count("M") >= 1


def test_hiding_a_residue_shows_the_new_probability_beside_the_old(browser):
    browser.controls["protein"].value, browser.controls["hidden"].value = "long", 4
    reader = attention.SignalReader(blocks=2, seed=1).eval()
    whole, hidden = (attention.read(reader, PROTEINS["long"], one) for one in ([], [3]))
    assert browser.text.startswith(f"long with residue 4 (L) hidden: probability {hidden.probability:.2f}")
    assert f"(whole: {whole.probability:.2f})" in browser.text


def test_a_slider_beyond_a_short_protein_stops_at_its_end(browser):
    browser.controls["residue"].value = 20
    browser.controls["protein"].value = "short"
    assert "Residue 7 (A)" in browser.text or "Residue 7 (X)" in browser.text
    assert "could not be drawn" not in browser.text


def test_the_browser_needs_a_protein():
    with pytest.raises(ValueError, match="proteins: expected at least one"):
        attention.head_browser(attention.SignalReader(), {})


# ---------------------------------------------------------------- pictures


def test_each_kind_of_network_has_a_look_of_its_own():
    looks = list(pictures.LOOKS.values())
    assert set(pictures.LOOKS) == set(attention.models.RECALLERS)
    for part in range(3):
        assert len({str(look[part]) for look in looks}) == len(looks)


def test_the_flagged_base_is_framed():
    fig = pictures.looks(np.eye(4)[:2], [2, 0], ["ACGT", "TTTT"])
    frames = [(patch.get_x() + 0.5, patch.get_y() + 0.5) for patch in fig.axes[0].patches]
    assert frames == [(2, 0), (0, 1)]


def test_both_panels_of_the_two_maps_show_the_same_sum():
    seen = attention.read(attention.SignalReader(seed=3).eval(), PROTEINS["long"])
    fig = pictures.two_maps(seen, attention.alternative_weights(seen.weights, seen.votes))
    own, other = (axes.get_title(loc="left").partition("= ")[2] for axes in fig.axes)
    assert own == other
