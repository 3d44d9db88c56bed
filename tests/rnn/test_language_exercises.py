"""Each check of companion 05b accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from bioml_helpers import learning
from bioml_helpers.data import simulate
from bioml_helpers.learning.registry import find
from bioml_helpers.rnn import language_exercises, peptides
from tests.support.exercises import assert_judges, assert_quiz

# ---------------------------------------------------------------- gradient


def with_backward(network, X):
    X = X.clone().requires_grad_(True)
    network(X)[0][:, -1].sum().backward()
    return X.grad.pow(2).sum(-1).sqrt().mean(0).flip(0).tolist()


def one_sequence_at_a_time(network, X):
    rows = []
    for one in X:
        x = one[None].clone().requires_grad_(True)
        (slope,) = torch.autograd.grad(network(x)[0][0, -1].sum(), x)
        rows.append(np.linalg.norm(slope[0].numpy(), axis=1)[::-1])
    return np.mean(rows, axis=0)


def with_a_jacobian(network, X):
    slopes = torch.autograd.functional.jacobian(lambda x: network(x)[0][:, -1].sum(), X)
    return torch.linalg.norm(slopes, dim=-1).mean(0)[torch.arange(X.shape[1] - 1, -1, -1)]


def test_gradient_against_distance():
    assert_judges(
        "rnn.b1",
        right=[with_backward, one_sequence_at_a_time, with_a_jacobian],
        wrong=[
            lambda network, X: with_a_jacobian(network, X).flip(0),
            lambda network, X: torch.zeros(X.shape[1]),
            lambda network, X: with_a_jacobian(network, X)[:-1],
            lambda network, X: with_a_jacobian(network, X) ** 2,
            lambda network, X: network(X),
            lambda X: X,
        ],
    )


# ---------------------------------------------------------------- perplexity and temperature


def perplexity_by_product(probabilities):
    return float(np.prod(np.asarray(probabilities) ** (-1 / len(probabilities))))


def test_perplexity():
    assert_judges(
        "rnn.b2",
        right=[
            perplexity_by_product,
            lambda probabilities: 2 ** (-np.log2(probabilities).mean()),
            lambda probabilities: torch.exp(-torch.tensor(probabilities).log().mean()),
        ],
        wrong=[
            lambda probabilities: len(probabilities),
            lambda probabilities: np.exp(-np.log(probabilities)),
            lambda probabilities: np.exp(-np.median(np.log(probabilities))),
            lambda probabilities: np.mean(1 / probabilities),
            lambda: 20,
        ],
    )


def test_temperature():
    assert_judges(
        "rnn.b3",
        right=[
            lambda logits, temperature: np.exp(logits / temperature) / np.exp(logits / temperature).sum(),
            lambda logits, temperature: torch.softmax(torch.tensor(logits) / temperature, dim=0),
            lambda logits, temperature: (
                np.exp(logits) ** (1 / temperature) / (np.exp(logits) ** (1 / temperature)).sum()
            ),
        ],
        wrong=[
            lambda logits, temperature: logits / temperature,
            lambda logits, temperature: np.exp(logits) / temperature,
            lambda logits, temperature: np.full(len(logits), 1 / len(logits)),
            lambda logits, temperature: np.argmax(logits),
            lambda logits: logits,
        ],
    )


# ---------------------------------------------------------------- peptides


def one_sided(count):
    """Amphipathic by construction: leucine on one side of the helix, lysine, serine or glutamate on the other."""
    rng = np.random.default_rng(1)
    made = []
    while len(made) < count:
        angle = np.cos(np.deg2rad(100) * np.arange(16))
        one = "".join("L" if a > 0.2 else rng.choice(list("KSEQ")) for a in angle)
        if 0 <= peptides.net_charge(one) <= 4 and peptides.hydrophobic_moment(one) >= 0.5 and one not in made:
            made.append(one)
    return made


def test_peptides_that_are_wanted_and_new():
    good = one_sided(12)
    known = sorted(language_exercises._known())
    assert_judges(
        "rnn.b4",
        right=[good, tuple(good), pd.Series(good), peptides.properties(good)],
        wrong=[
            [*good, good[0]],
            [*good, known[0]],
            [*good, "LEELLEELLEELLEEL"],
            [*good, "GSGSGSGSGSGS"],
            good[:5],
            [*good, "LKKLLKL"],
            [*good, "LKXLLKLLKKLL"],
            "LKKLLKLLKKLL",
            3,
        ],
    )


# ---------------------------------------------------------------- visits


def two_cuts(test_patients=20, day=1200):
    visits = simulate.clinic_visits()
    names = visits["patient"].unique()
    apart = visits["patient"].isin(names[len(names) - test_patients :]).to_numpy()
    early = (visits["day"] < day).to_numpy()
    return {"train": np.flatnonzero(~apart & early), "test": np.flatnonzero(apart & ~early)}


def test_visits_shuffled_over_the_parts_are_rejected_with_the_reason():
    rows = np.random.default_rng(0).permutation(len(simulate.clinic_visits()))
    verdict = learning.grade("rnn.b5", {"train": rows[:800], "test": rows[800:]})
    assert verdict.mistake == "visits of one patient on both sides"
    assert "patients have visits in both parts" in verdict.message


def test_split_health_records():
    right = two_cuts()
    by_patient = two_cuts(day=10**6)["train"], np.setdiff1d(np.arange(1250), two_cuts(day=10**6)["train"])
    assert_judges(
        "rnn.b5",
        right=[
            right,
            {key: rows.tolist() for key, rows in two_cuts(30, 1000).items()},
            {key: torch.tensor(rows) for key, rows in two_cuts(15, 900).items()},
        ],
        wrong=[
            {"train": np.arange(800), "test": np.arange(700, 1200)},
            {"train": by_patient[0], "test": by_patient[1][by_patient[1] < len(simulate.clinic_visits())]},
            {"train": right["test"], "test": right["train"]},
            {"train": right["train"][:20], "test": right["test"]},
            {"train": right["train"], "test": right["test"] + 10**6},
            {"train": right["train"]},
            [1, 2],
        ],
    )


# ---------------------------------------------------------------- cards, questions, predictions


@pytest.mark.parametrize("question", ["rnn.b6", "rnn.b7"])
def test_each_option_of_a_card_question_has_its_own_answer(question):
    exercise = find(question)
    said = {key: learning.grade(question, key) for key in exercise.options}
    assert [key for key, verdict in said.items() if verdict.status == "right"] == ["b"]
    assert len({verdict.hint for key, verdict in said.items() if key != "b"}) == 3


@pytest.mark.parametrize("card", [language_exercises.unirep, language_exercises.doctor_ai], ids=lambda card: card.title)
def test_a_card_is_shown_with_its_question(card, capsys):
    learning.show_card(card)
    told = capsys.readouterr().out
    assert card.exercise in told and "doi:10." in told


def test_what_is_said_of_robustness_is_conditional():
    assert "no property of an architecture" in language_exercises.robust.why


@pytest.mark.parametrize(("quiz", "fewest"), [("rnn.bwarmup", 2), ("rnn.bquiz", 4)])
def test_quizzes(quiz, fewest):
    assert_quiz(quiz, fewest=fewest)
