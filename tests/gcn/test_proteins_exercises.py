"""Each check of companion 07b accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bioml_helpers import learning
from bioml_helpers.gcn import networks, proteins_exercises  # noqa: F401 (registers what is tested)
from tests.support.exercises import assert_judges, assert_quiz


def edges_with_loops(cb):
    found = []
    for i, one in enumerate(cb):
        for j, other in enumerate(cb):
            if i != j and sum((one - other) ** 2) < 64:
                found.append((i, j))
    return np.array(found).T.tolist() if found else np.zeros((2, 0), dtype=int)


def edges_with_torch(cb):
    apart = torch.cdist(torch.tensor(cb), torch.tensor(cb))
    apart.fill_diagonal_(99)
    return (apart < 8).nonzero().T


def edges_mirrored(cb):
    i, j = np.triu_indices(len(cb), 1)
    near = np.linalg.norm(cb[i] - cb[j], axis=1) < 8
    return np.concatenate([np.stack([i, j])[:, near], np.stack([j, i])[:, near]], axis=1)


def test_contacts_as_edges():
    assert_judges(
        "gcn.b1",
        right=[edges_with_loops, edges_with_torch, edges_mirrored],
        wrong=[
            lambda cb: edges_mirrored(cb).T,
            lambda cb: edges_mirrored(cb)[:, 1:],
            lambda cb: edges_mirrored(cb * 0.8),
            lambda cb: np.zeros((2, 0), dtype=int),
            lambda cb: 8,
        ],
    )


def split_with_loop(pairs, new):
    train = [pair for pair in pairs.tolist() if not new[pair[0]] and not new[pair[1]]]
    return train, [pair for pair in pairs.tolist() if new[pair[0]] and new[pair[1]]]


def split_by_count(pairs, new):
    ends = new[pairs].sum(axis=1)
    return [pairs[ends == 0], pairs[ends == 2]]


def split_with_torch(pairs, new):
    ends = torch.tensor(new)[torch.tensor(pairs)]
    return torch.tensor(pairs)[~ends.any(1)], torch.tensor(pairs)[ends.all(1)].flip(0)


def test_a_split_by_protein():
    assert_judges(
        "gcn.b2",
        right=[split_with_loop, split_by_count, split_with_torch],
        wrong=[
            lambda pairs, new: split_by_count(pairs, new)[::-1],
            lambda pairs, new: (pairs, pairs),
            lambda pairs, new: pairs,
            lambda pairs, new: (split_by_count(pairs, new)[0], pairs[:0]),
        ],
    )


def test_which_comparison():
    assert learning.grade("gcn.b3", "c").status == "right"
    assert {learning.grade("gcn.b3", key).status for key in "abd"} == {"mistake"}


# ---------------------------------------------------------------- the drop


@pytest.fixture(scope="module")
def honest():
    """Two splits of a ring of cliques; scores made to drop from 0.8 to 0.55."""
    rng = np.random.default_rng(0)
    edges = np.array([(10 * k + a, 10 * k + b) for k in range(12) for a in range(10) for b in range(a + 1, 10)])
    answer = {"why": "c"}
    for split, share in (("random", 0.8), ("proteins", 0.55)):
        train, test = networks.split_pairs(edges, 120, split, seed=1)
        negatives = networks.negatives_for(test, edges, "same degree", seed=1)
        score = np.where(rng.random(2 * len(test)) < 2 * share - 1, np.arange(2 * len(test)) < len(test), 0)
        score = score + 0.5 * rng.random(2 * len(test))
        answer[split] = {"train": train, "test": test, "negatives": negatives, "score": score}
    return answer


def changed(answer, split=None, **values):
    return answer | ({split: answer[split] | values} if split else values)


def test_the_drop(honest):
    as_lists = {k: {n: np.asarray(v).tolist() for n, v in honest[k].items()} for k in ("random", "proteins")}
    as_tensors = {k: {n: torch.tensor(v) for n, v in honest[k].items()} for k in ("random", "proteins")}
    few = honest["proteins"]
    anyhow = np.random.default_rng(1).permutation(honest["random"]["negatives"].ravel()).reshape(-1, 2)
    hubs = anyhow.copy()
    hubs[:5] = honest["random"]["negatives"][0]
    assert_judges(
        "gcn.b4",
        right=[honest, as_lists | {"why": "C"}, as_tensors | {"why": " c "}],
        wrong=[
            changed(honest, why="a"),
            changed(honest, why="b"),
            changed(honest, why="d"),
            changed(honest, why="because"),
            changed(honest, "proteins", train=np.concatenate([few["train"], few["test"][:1] + [[0, 0]]])),
            changed(honest, "proteins", train=honest["random"]["train"]),
            changed(honest, "random", negatives=other_degrees(honest["random"])),
            changed(honest, "random", score=honest["random"]["score"][:-1]),
            changed(honest, "random", score=-honest["random"]["score"]),
            changed(honest, "random", negatives=honest["random"]["test"]),
            {"random": honest["random"]},
            0.3,
        ],
    )


def other_degrees(one):
    """As many pairs, each across two cliques, but all of few proteins."""
    pairs = [(a, b) for a in range(20) for b in range(40, 80)]
    return np.array(pairs[: len(one["negatives"])])


def test_a_protein_in_both_parts_is_named(honest):
    verdict = learning.grade("gcn.b4", changed(honest, "proteins", train=honest["random"]["train"]))
    assert verdict.mistake == "a protein in both parts"


@pytest.mark.parametrize("quiz_id", ["gcn.bwarmup", "gcn.bquiz"])
def test_quizzes(quiz_id):
    assert_quiz(quiz_id, fewest=2)
