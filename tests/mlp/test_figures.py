"""Panel 4a shows what the network computes; the threshold figure counts what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from bioml_helpers import mlp
from bioml_helpers.figures.living import twin
from bioml_helpers.mlp import figures, pictures

NAMES = ["logp", "tpsa", "rings"]
TABLE = pd.DataFrame([[1.5, 60.0, 2.0], [4.75, 20.5, 3.0]], columns=NAMES, index=["one", "other"])


def panel(**state):
    networks = {"before": mlp.MLP((3, 4, 1), seed=0), "after": mlp.MLP((3, 4, 1), seed=1)}
    verdicts = TABLE.assign(measured=[0.0, 1.0])
    return mlp.PanelFigure(networks, verdicts, mean=[2, 50, 1.5], spread=[1.5, 30, 1.25], **state), networks


def words_of(figure):
    return [text.get_text() for axes in twin(figure.draw).axes for text in axes.texts]


def lines_of(figure):
    """The weights' lines; the two of the legend come last."""
    return [line for axes in twin(figure.draw).axes for line in axes.lines][:-2]


@pytest.mark.parametrize("training", ["before", "after"])
@pytest.mark.parametrize("shift", [-30, 0, 7])
def test_each_circle_shows_what_torch_computes(training, shift):
    figure, networks = panel(molecule="other", training=training, changed="tpsa", shift=shift)
    x = (TABLE.loc["other"].to_numpy() - [2, 50, 1.5]) / [1.5, 30, 1.25]
    x[1] += shift / 10
    W1, b1, W2, b2 = map(torch.tensor, networks[training].parameters)
    before = torch.tensor(x) @ W1 + b1
    logit = torch.relu(before) @ W2[:, 0] + b2[0]
    shown = words_of(figure)
    for value in x:
        assert figures.signed(value) in shown
    for z in before.tolist():
        assert f"z {figures.signed(z)}" in shown
        assert f"h {max(z, 0):.2f}" in shown
    assert f"logit {figures.signed(logit.item())}" in shown
    assert f"{torch.sigmoid(logit).item():.2f}" in shown


@pytest.mark.parametrize("changed", NAMES)
def test_one_property_moves_the_sum_of_every_hidden_neuron_with_a_weight_from_it(changed):
    figure, networks = panel(changed=changed)
    networks["after"].W[0][NAMES.index(changed), 2] = 0.0  # one weight is exactly zero
    figure = mlp.PanelFigure(networks, TABLE, mean=[2, 50, 1.5], spread=[1.5, 30, 1.25], changed=changed)
    still = np.array(figure.compute(figure.state())["before"])
    figure.shift = 10
    moved = np.array(figure.compute(figure.state())["before"]) != still
    assert moved.tolist() == [True, True, False, True]


def test_a_line_for_each_weight():
    figure, _ = panel()
    assert len(lines_of(figure)) == 3 * 4 + 4 * 1


def test_lines_are_as_wide_as_weights_and_dashed_where_negative():
    figure, networks = panel(training="after")
    weights = np.concatenate([W.ravel() for W in networks["after"].W])
    widths = np.array([line.get_linewidth() for line in lines_of(figure)])
    dashed = np.array([line.get_linestyle() != "-" for line in lines_of(figure)])
    assert (np.argsort(widths, kind="stable") == np.argsort(np.minimum(np.abs(weights), 2), kind="stable")).all()
    assert (dashed == (weights < 0)).all()


def test_training_changes_the_widths_and_not_the_number_of_lines():
    before, after = (lines_of(panel(training=when)[0]) for when in ("before", "after"))
    assert len(before) == len(after)
    assert [line.get_linewidth() for line in before] != [line.get_linewidth() for line in after]


def test_the_sentence_says_what_was_moved_and_who_is_off():
    figure, _ = panel(molecule="other", changed="logp", shift=10)
    assert figure.sentence().startswith("other, after training: probability 0.")
    assert "(measured: active)" in figure.sentence()
    assert "Changed: logP by +1.0 standard deviations to 6.2" in figure.sentence()
    numbers = figure.compute(figure.state())
    off = sum(z <= 0 for z in numbers["before"])
    assert ("off." in figure.sentence()) == (off > 0)


def test_letters_are_large_enough():
    figure, _ = panel()
    sizes = [text.get_fontsize() for axes in twin(figure.draw).axes for text in axes.texts]
    assert min(sizes) >= 11


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"molecule": "nobody"}, "molecule: expected one of"),
        ({"training": "during"}, "training: expected one of"),
        ({"changed": "mass"}, "changed: expected one of"),
        ({"shift": 31}, "shift: expected a number between -30 and 30"),
    ],
)
def test_bad_states_are_named(change, says):
    with pytest.raises(ValueError, match=says):
        panel(**change)


def test_networks_that_do_not_fit_are_named():
    two = {"before": mlp.MLP((3, 4, 1)), "after": mlp.MLP((3, 5, 1))}
    with pytest.raises(ValueError, match="networks: expected twice the same sizes"):
        mlp.PanelFigure(two, TABLE, mean=[0] * 3, spread=[1] * 3)
    four = {when: mlp.MLP((4, 4, 1)) for when in ("before", "after")}
    with pytest.raises(ValueError, match="molecules: expected 4 properties"):
        mlp.PanelFigure(four, TABLE, mean=[0] * 3, spread=[1] * 3)


# ---------------------------------------------------------------- thresholds


def test_the_threshold_figure_counts_as_scikit_learn_does():
    from sklearn.metrics import confusion_matrix

    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 200)
    probabilities = np.clip(0.3 * y + 0.7 * rng.random(200), 0, 1)
    figure = mlp.threshold_explorer(y, probabilities)
    figure.controls["threshold"].value = 0.6
    quiet, alarms, missed, found = confusion_matrix(y, probabilities >= 0.6).ravel()
    assert figure.text.startswith(
        f"Of {found + missed} active {found} found, {missed} missed; of {alarms + quiet} inactive {alarms} false"
    )


def test_precision_at_the_own_prevalence_is_scikit_learns():
    from sklearn.metrics import precision_score

    rng = np.random.default_rng(1)
    y = (rng.random(300) < 0.2).astype(int)
    p = np.clip(0.4 * y + 0.6 * rng.random(300), 0, 1)
    alarm = p >= 0.5
    rate = [np.array([alarm[y == label].mean()]) for label in (1, 0)]
    assert pictures.at_prevalence(*rate, y.mean())[0] == pytest.approx(precision_score(y, alarm))


def test_curves_of_the_threshold_figure_enclose_scikit_learns_auroc():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(2)
    y = rng.integers(0, 2, 100)
    p = rng.random(100) + 0.5 * y
    recall, false_alarms = pictures.rates(y, p)
    assert np.trapezoid(recall, false_alarms) == pytest.approx(roc_auc_score(y, p))


def test_a_class_that_is_missing_is_named():
    with pytest.raises(ValueError, match="y: expected labels 0 and 1, both"):
        mlp.threshold_explorer([0, 0], [0.1, 0.2])
