"""The living panel shows what torch computes, the map what the decoder says, and pictures what they are given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from bioml_helpers import autoencoder
from bioml_helpers.autoencoder import figures, models, pictures
from bioml_helpers.figures.living import twin

EXAMPLES = ["MKVLA", "PGYWC", "EEENH"]


@pytest.fixture(scope="module")
def networks():
    return {d: autoencoder.Autoencoder((100, 12, d), loss="residues", seed=d) for d in (1, 2, 8)}


@pytest.fixture
def panel(networks):
    return autoencoder.BottleneckFigure({d: figures.weights_of(one) for d, one in networks.items()}, EXAMPLES)


def words_of(figure):
    return [text.get_text() for axes in twin(figure.draw).axes for text in axes.texts]


@pytest.mark.parametrize("latent", [1, 2, 8])
@pytest.mark.parametrize("sequence", EXAMPLES)
def test_the_numbers_are_torchs(panel, networks, latent, sequence):
    panel.latent, panel.sequence = latent, sequence
    numbers, X = panel.compute(panel.state()), models.flat_one_hot([sequence])
    with torch.no_grad():
        z = networks[latent].encode(X)
        sure = torch.softmax(networks[latent].decode(z).view(5, 20), dim=1).max(dim=1).values
    # weights were rounded to three decimals on the way
    np.testing.assert_allclose(numbers["latent"], z[0], atol=0.02)
    np.testing.assert_allclose(numbers["sure"], sure, atol=0.02)
    assert len(numbers["latent"]) == latent
    assert figures.letters_of(numbers["said"]) == models.rebuild(networks[latent], [sequence])[0]
    assert numbers["identity"] == autoencoder.sequence_identity(sequence, figures.letters_of(numbers["said"]))


def test_each_residue_is_marked_right_or_wrong_by_a_sign(panel):
    numbers, shown = panel.compute(panel.state()), words_of(panel)
    assert shown.count("✓") == sum(numbers["right"]) and shown.count("✗") == 5 - sum(numbers["right"])
    for letter in figures.letters_of(numbers["said"]) + panel.sequence:
        assert letter in shown
    for value in numbers["latent"]:
        assert figures._number(value) in shown


def test_a_perfect_and_a_broken_copy_say_so(panel):
    weights = np.zeros((100, 3)), np.zeros(100)
    always = weights[1].copy()
    always[[20 * place + "ACDEFGHIKLMNPQRSTVWY".index(letter) for place, letter in enumerate("MKALA")]] = 1
    parts = [
        np.zeros((3, 100)),
        np.zeros(3),
        np.zeros((1, 3)),
        np.zeros(1),
        np.zeros((3, 1)),
        np.zeros(3),
        weights[0],
        always,
    ]
    figure = autoencoder.BottleneckFigure({1: [part.tolist() for part in parts]}, ["MKVLA", "MKALA"])
    assert figure.sentence() == (
        "MKVLA goes through 1 number and comes out as MKALA: 4 of 5 residues right, sequence identity 80 %. "
        "Wrong: position 3."
    )
    figure.sequence = "MKALA"
    assert figure.sentence().endswith("5 of 5 residues right, sequence identity 100 %.")


def test_letters_are_large_enough(panel):
    sizes = [text.get_fontsize() for axes in twin(panel.draw).axes for text in axes.texts]
    assert min(sizes) >= 11


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"latent": 3}, "latent: expected one of"),
        ({"sequence": "MKV"}, "sequence: expected five of the residues"),
        ({"sequence": "MKVLX"}, "sequence: expected five of the residues"),
        ({"examples": ["MK"]}, "examples: expected five"),
        ({"examples": []}, "at least one trained bottleneck and one sequence"),
        ({"weights": {1: [[0.0]]}}, r"weights\[1\]: expected parts of shapes"),
    ],
)
def test_bad_states_are_named(networks, change, says):
    how = {"weights": {1: figures.weights_of(networks[1])}, "examples": EXAMPLES} | change
    with pytest.raises(ValueError, match=says):
        autoencoder.BottleneckFigure(how.pop("weights"), how.pop("examples"), **how)


def test_a_deeper_network_is_refused():
    with pytest.raises(ValueError, match="model: expected 8 weights and biases"):
        figures.weights_of(autoencoder.Autoencoder((100, 12, 6, 2)))


# ---------------------------------------------------------------- the map


@pytest.fixture(scope="module")
def task():
    return models.pentamers()


def test_the_map_says_what_the_decoder_says(task):
    model = autoencoder.VAE((100, 8, 2), loss="residues", seed=3).eval()
    figure = autoencoder.latent_map(model, task)
    figure.controls["second"].value = figure.controls["second"].max
    with torch.no_grad():
        said = models.spell(model.decode(torch.tensor([[0.0, figure.controls["second"].value]])))[0]
    assert f"the decoder says {said}" in figure.text
    points = sum(len(line.get_xdata()) for line in figure.fig.axes[0].lines)
    assert points == len(task.test) + 1  # each held-out sequence once, and the cross


def test_the_map_needs_two_numbers(task):
    with pytest.raises(ValueError, match="model: expected a latent vector of 2 numbers, got 3"):
        autoencoder.latent_map(autoencoder.VAE((100, 8, 3), loss="residues"), task)


# ---------------------------------------------------------------- pictures


def test_curves_show_means_and_the_spread_over_seeds():
    table = pd.DataFrame({"d": [1, 1, 4, 4], "seed": [0, 1, 0, 1], "accuracy": [0.7, 0.8, 0.9, 1.0]})
    axes = pictures.curves({"one": table}, baseline=0.1).axes[0]
    assert list(axes.lines[0].get_ydata()) == pytest.approx([0.75, 0.95])
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one"]


def test_the_funnel_writes_each_count():
    table = pd.DataFrame({"filter": ["decoded", "kept"], "left": [100, 37]})
    axes = pictures.funnel({"VAE": table, "columns alone": table.assign(left=[100, 12])}).axes[0]
    assert [text.get_text().strip() for text in axes.texts] == ["100", "37", "100", "12"]
