"""Each check of chapter 4's gallery accepts right answers however they are written; every card has its question."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bioml_helpers import learning
from bioml_helpers.cnn import application_exercises as gallery
from bioml_helpers.learning import ApplicationCard
from bioml_helpers.learning.registry import UnknownExercise, find
from tests.support.exercises import assert_judges, assert_quiz

# ---------------------------------------------------------------- b1 precision


def precision_with_loops(scores, contacts, count):
    pairs = [(scores[i][j], contacts[i][j]) for i in range(len(scores)) for j in range(i + 1, len(scores))]
    pairs.sort(key=lambda pair: -pair[0])
    return sum(touch for _, touch in pairs[:count]) / count


def precision_with_torch(scores, contacts, count):
    scores, contacts = torch.tensor(scores), torch.tensor(contacts, dtype=torch.float32)
    i, j = torch.triu_indices(len(scores), len(scores), 1)
    return contacts[i, j][torch.topk(scores[i, j], count).indices].mean()


def precision_below_the_diagonal(scores, contacts, count):
    below = np.tril_indices(len(scores), -1)
    order = np.argsort(scores[below])[::-1][:count]
    return float(np.mean(contacts[below][order]))


def test_precision_among_the_best_pairs():
    assert_judges(
        "cnn.b1",
        right=[precision_with_loops, precision_with_torch, precision_below_the_diagonal],
        wrong=[
            lambda scores, contacts, count: 1 - precision_with_loops(scores, contacts, count),
            lambda scores, contacts, count: precision_with_loops(scores, contacts, count) * count,
            lambda scores, contacts, count: float(contacts.mean()),
            lambda scores, contacts, count: scores[0, 1],
            lambda scores: 1.0,
        ],
    )


# ---------------------------------------------------------------- b2 genotype


def genotype_by_products(variant_reads, reads, error):
    likelihoods = [p**variant_reads * (1 - p) ** (reads - variant_reads) for p in (error, 0.5, 1 - error)]
    return likelihoods.index(max(likelihoods))


def genotype_by_scipy(variant_reads, reads, error):
    from scipy.stats import binom

    return np.argmax(binom.logpmf(variant_reads, reads, [error, 0.5, 1 - error]))


def genotype_by_torch(variant_reads, reads, error):
    chance = torch.tensor([error, 0.5, 1 - error], dtype=torch.float64)
    return torch.distributions.Binomial(reads, chance).log_prob(torch.tensor(float(variant_reads))).argmax()


def test_the_genotype_under_which_the_reads_are_most_probable():
    assert_judges(
        "cnn.b2",
        right=[genotype_by_products, genotype_by_scipy, genotype_by_torch],
        wrong=[
            lambda variant_reads, reads, error: 2 - genotype_by_products(variant_reads, reads, error),
            lambda variant_reads, reads, error: 1,
            lambda variant_reads, reads, error: "het",
            lambda variant_reads, reads, error: round(2 * variant_reads / reads),
            lambda variant_reads, reads: 0,
        ],
    )


# ---------------------------------------------------------------- b3 and b4, Akita


def test_the_shapes_of_akita():
    assert_judges(
        "cnn.b3",
        right=[[512, 448, 99681], (512.0, 448, 99681), np.array([512, 448, 99681]), torch.tensor([512, 448, 99681])],
        wrong=[[512, 448], 99681, [448, 512, 99681], [1024, 448, 99681], [512, 448, 200704], "512"],
    )


def test_akitas_pairs_counted_one_by_one():
    bins = 1_048_576 // 2_048
    kept = len(range(32, bins - 32))
    assert [bins, kept, sum(1 for i in range(kept) for _ in range(i + 2, kept))] == find("cnn.b3").expected


def line_to_map_with_loops(bins):
    channels, n = bins.shape
    return [[[(bins[c][i] + bins[c][j]) / 2 for j in range(n)] for i in range(n)] for c in range(channels)]


def line_to_map_with_torch(bins):
    bins = torch.tensor(bins)
    return (bins.unsqueeze(2) + bins.unsqueeze(1)) / 2


def line_to_map_by_averaging(bins):
    n = bins.shape[1]
    return np.mean([np.repeat(bins[:, :, None], n, axis=2), np.repeat(bins[:, None, :], n, axis=1)], axis=0)


def test_from_a_line_to_a_map():
    assert_judges(
        "cnn.b4",
        right=[line_to_map_with_loops, line_to_map_with_torch, line_to_map_by_averaging],
        wrong=[
            lambda bins: bins,
            lambda bins: (bins[:, :, None] - bins[:, None, :]) / 2,
            lambda bins: (bins[:, :, None] + bins[:, None, :])[0] / 2,
            lambda bins: np.zeros((*bins.shape, bins.shape[1])),
            lambda: None,
        ],
    )


# ---------------------------------------------------------------- b5 sorting


def sorting_by_scikit_learn(a, b, c, d):
    from sklearn.metrics import roc_auc_score

    return roc_auc_score([1] * a + [0] * b + [1] * c + [0] * d, [1] * (a + b) + [0] * (c + d))


def sorting_by_shares(a, b, c, d):
    case, control = a / (a + c), b / (b + d)
    return case * (1 - control) + (case * control + (1 - case) * (1 - control)) / 2


def sorting_as_a_trapezium(a, b, c, d):
    return (1 + a / (a + c) - b / (b + d)) / 2


def test_what_the_address_alone_is_worth():
    assert_judges(
        "cnn.b5",
        right=[sorting_by_scikit_learn, sorting_by_shares, sorting_as_a_trapezium],
        wrong=[
            lambda a, b, c, d: 1 - sorting_by_shares(a, b, c, d),
            lambda a, b, c, d: a / (a + b),
            lambda a, b, c, d: 0.5,
            lambda a, b, c, d: sorting_by_shares(a, c, b, d) if (a + b) and (c + d) else 0.0,
            lambda a, b: 0.5,
        ],
    )


# ---------------------------------------------------------------- questions, predictions, cards


@pytest.mark.parametrize("question", ["cnn.b6", "cnn.b7", "cnn.b8", "cnn.b9"])
def test_a_cards_question_tells_every_wrong_option_why(question):
    item = find(question)
    assert item.why
    for key, option in item.options.items():
        verdict = learning.grade(question, key)
        assert verdict.status == ("right" if key == item.key else "mistake")
        assert key == item.key or option.feedback in (verdict.hint, verdict.message)


def test_the_quiz():
    assert_quiz("cnn.brecall", fewest=3)


@pytest.mark.parametrize("prediction", ["cnn.pb1", "cnn.pb2", "cnn.pb3", "cnn.pb4"])
def test_a_prediction_has_its_explanation(prediction):
    item = find(prediction)
    assert len(item.explanation.split()) > 20 and item.starter


@pytest.mark.parametrize("name", gallery.CARDS)
def test_a_card_has_every_field_and_a_question_that_is_registered(name, capsys):
    card = gallery.CARDS[name]
    learning.show_card(card)
    shown = capsys.readouterr().out
    assert all(label in shown and text in shown for label, text in card.rows())
    assert find(card.exercise).id in shown
    assert len(card.rows()) == 8


def test_a_card_with_an_empty_field_or_without_doi_is_refused():
    words = dict(gallery.CARDS["skin"].__dict__)
    with pytest.raises(ValueError, match="limitation is empty"):
        ApplicationCard(**{**words, "limitation": " "})
    with pytest.raises(ValueError, match="source has no DOI"):
        ApplicationCard(**{**words, "source": "somewhere"})


def test_a_card_without_its_question_is_not_shown():
    with pytest.raises(UnknownExercise, match=r"cnn\.nowhere"):
        learning.show_card(ApplicationCard(**{**gallery.CARDS["skin"].__dict__, "exercise": "cnn.nowhere"}))


def test_akitas_card_cites_fudenberg_and_every_card_a_doi():
    assert "doi:10.1038/s41592-020-0958-x" in gallery.CARDS["folding"].source
    assert all("doi:10." in card.source for card in gallery.CARDS.values())
