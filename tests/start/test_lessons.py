"""What chapter 0 computes and tells: slopes, shapes, profiles, the flowchart, the tables, who wins."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from bioml_helpers import data, learning
from bioml_helpers.start import choice, exercises, layers, models, readiness, tables
from bioml_helpers.start.figures import ChoiceFigure

ROOT = Path(__file__).resolve().parents[2]

# --- slopes, shapes, profiles


@pytest.mark.parametrize(("ec50", "n"), [(3.0, 2.0), (0.1, 1.0), (25.0, 4.5)])
def test_autograd_and_calculus_give_one_slope(ec50, n):
    assert layers.slope_at_ec50(ec50, n) == pytest.approx(n / (4 * ec50), rel=1e-9)
    assert layers.hill_slope(ec50, ec50, n) == pytest.approx(n / (4 * ec50), rel=1e-9)


def test_the_hill_function_takes_numbers_arrays_and_tensors():
    x = np.array([0.0, 3.0, 30.0])
    assert layers.hill(x, 3.0, 2.0) == pytest.approx([layers.hill(one, 3.0, 2.0) for one in x])
    assert layers.hill(torch.tensor(x), 3.0, 2.0).numpy() == pytest.approx(layers.hill(x, 3.0, 2.0))


@pytest.mark.parametrize("shapes", [((7,), (7,)), ((7, 1), (7,)), ((7,), (7, 1)), ((7, 1), (7, 1))])
def test_the_loss_does_not_broadcast(shapes):
    rng = np.random.default_rng(0)
    prediction, y = rng.normal(size=7), rng.normal(size=7)
    ours = layers.mean_squared_error(prediction.reshape(shapes[0]), y.reshape(shapes[1]))
    assert ours == pytest.approx(torch.nn.functional.mse_loss(torch.tensor(prediction), torch.tensor(y)).item())


def test_a_loss_over_unequal_numbers_is_refused_in_words():
    with pytest.raises(ValueError, match="y"):
        layers.mean_squared_error([1.0, 2.0], [1.0])


def test_a_shape_is_read_aloud_only_with_a_name_for_each_axis():
    with pytest.raises(ValueError, match="2 names for the 3 axes"):
        layers.read_aloud((32, 4, 57), "batch length")


def test_profiles_single_people_out_near_the_number_that_theory_gives():
    """Two profiles agree at one variant with chance 3/8; n people make n²/2 pairs."""
    for people in (1000, 100_000):
        theory = np.log(people**2 / 2) / np.log(8 / 3)
        assert [abs(layers.variants_needed(people, seed) - theory) < 8 for seed in range(5)] == [True] * 5


def test_numpy_and_pytorch_compute_the_same_two_neurons():
    """The notebook's own cell, run as it stands."""
    master = (ROOT / "chapters/source/00_start_here.py").read_text(encoding="utf-8")
    cell = re.search(r'"seed:S106"[^\n]*\n(.*?)\n# %%', master, re.DOTALL).group(1)
    names = {"np": np, "torch": torch}
    exec(cell, names)
    assert np.abs(names["in_torch"].numpy() - names["in_numpy"]).max() < 1e-12


# --- the flowchart


def test_every_leaf_can_be_reached_and_names_its_chapter_and_baseline():
    counts = [*choice.COUNTS, 100_000_000]
    reached = {choice.choose(n, s, e).name for n in counts for s in choice.STRUCTURES for e in (False, True)}
    assert reached == {leaf.name for leaf in choice.LEAVES}
    assert all(re.match(r"chapters? \d", leaf.chapter) and leaf.baseline for leaf in choice.LEAVES)


def test_the_table_of_the_flowchart_says_what_the_rules_do():
    told = {row["try first"] for row in choice.rows()}
    assert told == {leaf.model for leaf in choice.LEAVES}
    assert len(choice.rows()) == 3 + 2 * len(choice.STRUCTURES)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [((-1, "table"), "examples"), ((10, "poem"), "structure"), ((1.5, "table"), "examples")],
)
def test_a_situation_that_makes_no_sense_is_refused_in_words(wrong, message):
    with pytest.raises(ValueError, match=message):
        choice.choose(*wrong)


def test_the_figure_tells_its_leaf_and_the_baseline_to_beat():
    for state in ChoiceFigure.golden_cases():
        figure = ChoiceFigure(choice.COUNTS[state["step"]], state["structure"], state["explain"])
        leaf = choice.LEAVES[ChoiceFigure.compute(state)["leaf"]]
        assert leaf.model in figure.alt() and leaf.baseline in figure.alt() and leaf.chapter in figure.alt()


@pytest.mark.parametrize("wrong", [{"examples": 7}, {"structure": "poem"}, {"explain": "perhaps"}])
def test_the_figure_refuses_what_it_cannot_show(wrong):
    with pytest.raises(Exception, match=next(iter(wrong))):
        ChoiceFigure(**wrong)


# --- the tables


def test_every_step_of_the_timeline_has_a_citation_and_its_year_fits_the_order():
    assert all(re.fullmatch(r"10\.\d{4,9}/\S+", doi) for doi in tables.TIMELINE.column("doi"))
    assert all(tables.TIMELINE.column("source"))
    years = [int(year) for year in tables.TIMELINE.column("year")]
    assert years == sorted(years) and (years[0], years[-1]) == (1943, 2022)
    assert set(tables.TIMELINE.column("lane")) == {"architecture", "training"}


def test_the_eight_steps_to_order_stand_in_the_timeline_in_that_order():
    years = dict(zip(tables.TIMELINE.column("what"), tables.TIMELINE.column("year"), strict=True))
    asked = [years[name] for name in exercises.HISTORY_NAMES]
    assert len(asked) == 8 and asked == sorted(set(asked))


def test_each_place_to_compute_tells_cost_limits_and_data_protection():
    assert len(tables.ENVIRONMENTS) == 5 and all(all(row) for row in tables.ENVIRONMENTS.rows)
    cloud = [row for row in tables.ENVIRONMENTS.rows if row[0] in {"Binder", "Colab", "Kaggle"}]
    assert len(cloud) == 3 and all("no patient data" in row[3] for row in cloud)


def test_the_text_says_that_colab_promises_no_gpu():
    limits = dict(zip(tables.ENVIRONMENTS.column("place"), tables.ENVIRONMENTS.column("limits"), strict=True))
    assert "not guaranteed" in limits["Colab"]


def test_the_device_table_says_what_was_chosen():
    table = tables.devices()
    assert table.column("kind") == ["cpu", "cuda", "mps", "xla"]
    assert table.column("here")[0] == "yes" and "was chosen" in table.caption


def test_the_checklist_has_nine_steps_and_twelve_errata_are_listed():
    assert [step.split()[0] for step in tables.STEPS.column("step")] == [str(n) for n in range(1, 10)]
    assert tables.ERRATA.column("no.") == [f"X{n}" for n in range(1, 13)]


def test_a_table_links_its_dois_and_escapes_its_cells():
    shown = tables.Table("T", ("a", "b"), [("x < y", "10.1000/abc")])._repr_html_()
    assert "x &lt; y" in shown and 'href="https://doi.org/10.1000/abc"' in shown and "<caption" in shown


def test_a_table_with_a_ragged_row_is_refused():
    with pytest.raises(ValueError, match="2 cells"):
        tables.Table("T", ("a", "b"), [("1",)])


# --- the readiness score


def answer_all(wrong_first=()):
    for number, question in enumerate(exercises.readiness_quiz.questions, 1):
        if number in wrong_first:
            learning.answer(f"start.readiness.{number}", next(key for key in question.options if key != question.key))
        learning.answer(f"start.readiness.{number}", question.key)


def test_the_score_before_any_answer_asks_for_answers():
    assert readiness.score().answered == 0 and "No question is answered" in readiness.score().advice


def test_twelve_right_answers_lead_to_chapter_1():
    answer_all()
    assert readiness.score().at_once == 12 and "ready for chapter 1" in readiness.score().advice


def test_first_tries_count_and_each_miss_names_its_remedy():
    answer_all(wrong_first=(1, 5, 7, 8, 12))
    score = readiness.score()
    assert (score.at_once, score.by_now) == (7, 12)
    assert "do the short notebooks" in score.advice
    for number, notebook in ((1, readiness.ARRAYS), (7, readiness.SLOPES)):
        assert re.search(rf"question {number}, .*{notebook}", score.advice)


def test_each_question_has_a_remedy_that_is_there():
    assert all((ROOT / "chapters/source" / f"{notebook}.py").is_file() for _, notebook in readiness.TOPICS)
    assert len(readiness.TOPICS) == len(exercises.readiness_quiz.questions) == 12


# --- who wins


def test_a_winner_is_named_only_where_the_interval_leaves_0_out():
    simple = np.array([0.5, 0.6, 0.4, 0.5])
    noise = np.array([0.01, -0.01, 0.02, -0.02])
    for gain, winner in ((0.3, "network"), (0.0, "tie"), (-0.3, "simple")):
        assert models.Duel("t", "m", "u", "s", simple, simple + gain + noise).winner == winner
    assert models.Duel("t", "m", "u", "s", simple, simple + 0.3, higher_is_better=False).winner == "simple"


def test_the_interval_is_that_of_a_paired_t_test():
    from scipy.stats import ttest_rel

    rng = np.random.default_rng(1)
    simple, network = rng.normal(size=9), rng.normal(size=9)
    ours = models.Duel("t", "m", "u", "s", simple, network).advantage
    reference = ttest_rel(network, simple).confidence_interval(0.95)
    assert ours[1:] == pytest.approx((reference.low, reference.high))


def test_the_networks_of_a_duel_fit_what_they_are_given():
    x = np.linspace(0, 6, 60)
    assert np.abs(models.regression_networks(x, np.sin(x), x) - np.sin(x)).max() < 0.05


def test_on_real_data_the_network_wins_one_ties_and_loses_beyond_the_data(need_real_data):
    need_real_data("promoters", "gb1", "secondary_structure")
    assert models.promoters(data.load("promoters")[0]).winner == "tie"
    assert models.secondary_structure(data.load("secondary_structure")[0]).winner in {"tie", "simple"}
    landscape = models.four_sites(data.load("gb1")[0])
    assert landscape.winner == "network"
    assert landscape.simple.mean() == pytest.approx(0.82, abs=0.02) and landscape.network.mean() > 0.92


def test_beyond_the_doses_the_formula_wins():
    from bioml_helpers import approximation

    table, _ = data.load("ryegrass", quiet=True)
    dose, length = table["dose_mM"].to_numpy(), table["root_length_cm"].to_numpy()
    seen, log_dose = dose < 15, approximation.log_dose(dose)
    formula = approximation.fit_log_logistic(dose[seen], length[seen]).predict(dose[~seen])
    network = models.regression_networks(log_dose[seen], length[seen], log_dose[~seen])
    gaps = np.abs(formula - length[~seen]), np.abs(network - length[~seen])
    assert models.Duel("roots", "cm", "root", "formula", *gaps, higher_is_better=False).winner == "simple"


# --- the room


def test_the_room_brings_its_lessons_only_when_they_are_asked_for():
    code = (
        "import sys; from bioml_helpers import start; print('numpy' in sys.modules);"
        "start.choice; print('bioml_helpers.start.choice' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split() == [
        "False",
        "True",
    ]
    from bioml_helpers import start

    assert not hasattr(start, "no_such_lesson")
