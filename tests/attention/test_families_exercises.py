"""Each check of companion 06b accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bioml_helpers import evaluation, learning
from bioml_helpers.attention import families_exercises
from bioml_helpers.data import splits
from bioml_helpers.data.encode import PROTEIN
from tests.support.exercises import assert_judges, assert_quiz


def correction_with_loops(scores):
    length = len(scores)
    mean = [sum(scores[i][j] for j in range(length) if j != i) / (length - 1) for i in range(length)]
    overall = sum(mean) / length
    return [[scores[i][j] - mean[i] * mean[j] / overall for j in range(length)] for i in range(length)]


def correction_with_torch(scores):
    scores = torch.tensor(scores)
    mean = scores.sum(0) / (len(scores) - 1)
    return scores - torch.outer(mean, mean) / mean.mean()


def correction_masked(scores):
    off = ~np.eye(len(scores), dtype=bool)
    mean = np.array([row[keep].mean() for row, keep in zip(scores, off, strict=True)])
    return np.where(off, scores - mean[:, None] * mean / scores[off].mean(), 0)


def test_average_product_correction():
    assert_judges(
        "attention.b1",
        right=[correction_with_loops, correction_with_torch, correction_masked],
        wrong=[
            lambda scores: scores,
            lambda scores: scores - scores.mean(),
            lambda scores: scores - scores.mean(axis=0)[:, None],
            lambda scores: correction_masked(scores)[0],
            lambda scores: -correction_masked(scores),
        ],
    )


def recovery_with_list(tell, residues):
    told = []
    for column, residue in enumerate(residues):
        hidden = [-1 if place == column else one for place, one in enumerate(residues)]
        told.append(tell(np.array(hidden))[column] == residue)
    return sum(told) / len(told)


def recovery_with_where(tell, residues):
    places = np.arange(len(residues))
    return np.mean([tell(np.where(places == c, -1, residues))[c] == residues[c] for c in places])


def recovery_and_put_back(tell, residues):
    mine, right = np.array(residues), []
    for column in range(len(mine)):
        kept, mine[column] = mine[column], -1
        right.append(float(tell(mine)[column] == kept))
        mine[column] = kept
    return torch.tensor(right).mean()


def test_hide_before_you_ask():
    assert_judges(
        "attention.b2",
        right=[recovery_with_list, recovery_with_where, recovery_and_put_back],
        wrong=[
            lambda tell, residues: 1.0,
            lambda tell, residues: 1 - recovery_with_list(tell, residues),
            lambda tell, residues: recovery_with_list(tell, residues) * len(residues),
            lambda tell, residues: recovery_with_list(tell, residues[:-1]),
        ],
    )


def scores_with_loop(log_probability, mutants):
    found = []
    for text in mutants:
        place = int(text[1:-1]) - 1
        found.append(log_probability[place][PROTEIN.index(text[-1])] - log_probability[place][PROTEIN.index(text[0])])
    return found


def scores_as_log_of_ratio(log_probability, mutants):
    chances = np.exp(log_probability)
    number = {letter: place for place, letter in enumerate(PROTEIN)}
    return np.array(
        [np.log(chances[int(t[1:-1]) - 1, number[t[-1]]] / chances[int(t[1:-1]) - 1, number[t[0]]]) for t in mutants]
    )


def scores_with_arrays(log_probability, mutants):
    place = np.array([int(text[1:-1]) - 1 for text in mutants])
    wild, new = (np.array([PROTEIN.index(text[end]) for text in mutants]) for end in (0, -1))
    return torch.tensor(log_probability[place, new] - log_probability[place, wild])


def test_the_odds_of_a_change():
    assert_judges(
        "attention.b3",
        right=[scores_with_loop, scores_as_log_of_ratio, scores_with_arrays],
        wrong=[
            lambda table, mutants: [-one for one in scores_with_loop(table, mutants)],
            lambda table, mutants: np.abs(scores_with_loop(table, mutants)),
            lambda table, mutants: np.exp(scores_with_loop(table, mutants)),
            lambda table, mutants: sum(scores_with_loop(table, mutants)),
        ],
    )


def test_which_split_for_which_task():
    assert_judges(
        "attention.b4",
        right=["abcd", "ABCD", "a b c d", "a, b, c, d"],
        wrong=["aacd", "bbcd", "abca", "abdc", "abc", "wxyz", 4],
    )


# ---------------------------------------------------------------- the probe


def residues(seed=0, n_chains=60, length=30):
    """Chains whose residues are right or wrong together."""
    rng = np.random.default_rng(seed)
    chain = np.repeat(np.arange(n_chains), length)
    y = rng.integers(3, size=len(chain))
    good = np.repeat(rng.random(n_chains) < 0.6, length)
    told = np.where(good | (rng.random(len(y)) < 0.3), y, (y + 1) % 3)
    base = np.where(rng.random(len(y)) < 0.4, y, (y + 2) % 3)
    return chain, y, told, base


def report(groups="chain", **changes):
    chain, y, told, base = residues()
    train_rows, rows = splits.grouped_split(chain, (0.5, 0.5), seed=1)
    better = (told == y)[rows].astype(float) - (base == y)[rows]
    units = {"chain": chain[rows], "residue": None}[groups]
    gain = evaluation.bootstrap_interval(lambda _, some: some.mean(), better, better, groups=units, n=200)
    parts = {"train_chain": chain[train_rows], "test_chain": chain[rows], "y": y[rows]}
    return {**parts, "predicted": told[rows], "baseline": base[rows], "gain": gain, **changes}


def test_the_probe_is_reported_by_chain_with_a_baseline():
    chain, y, _, _ = residues()
    right = report()
    as_lists = {key: list(values) for key, values in right.items()}
    as_tensors = {key: torch.tensor(np.array(values)) for key, values in right.items()}
    rows = splits.random_split(len(chain), (0.5, 0.5), seed=1)
    assert_judges(
        "attention.b5",
        right=[right, as_lists, as_tensors],
        wrong=[
            report(train_chain=chain[rows[0]], test_chain=right["test_chain"]),  # residues dealt at random
            report("residue"),
            report(baseline=None),
            report(gain=(float((right["predicted"] == right["y"]).mean()), 0.4, 0.9)),
            report(gain=right["gain"][::-1]),
            report(gain=(0.5, 0.4, 0.6)),
            report(predicted=right["predicted"][:-1]),
            {"y": y},
            0.55,
        ],
    )


def test_a_random_split_of_residues_is_refused_by_name():
    verdict = learning.grade("attention.b5", report(train_chain=report()["test_chain"]))
    assert verdict.mistake == "residues of one chain on both sides"


# ---------------------------------------------------------------- card, open question, quizzes


def test_the_card_of_alphafold2_names_what_is_not_attention():
    text = families_exercises.alphafold2.architecture
    for part in ("search for relatives", "templates", "recycling", "structure module"):
        assert part in text.split("NOT attention")[1]
    assert "92.4" in families_exercises.alphafold2.result and "90.8" in families_exercises.alphafold2.result
    assert learning.grade("attention.b6", "b").status == "right"
    assert {learning.grade("attention.b6", key).status for key in "acd"} == {"mistake"}


def test_the_open_question_asks_for_both_sides():
    full = families_exercises.verdict.model
    assert learning.grade("attention.b7", dict(full)).status == "right"
    for missing in full:
        assert learning.grade("attention.b7", {k: v for k, v in full.items() if k != missing}).status != "right"


@pytest.mark.parametrize("quiz_id", ["attention.bwarmup", "attention.bquiz"])
def test_quizzes(quiz_id):
    assert_quiz(quiz_id, fewest=2)
