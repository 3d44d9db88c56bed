"""Each check of companion 07c accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

import numpy as np
import torch

from bioml_helpers import evaluation
from bioml_helpers.gcn import links, relations, relations_exercises
from tests.support.exercises import assert_judges, assert_quiz


def merge_with_loops(drug_gene, gene_gene, num_drugs):
    edges = []
    for drug, gene in drug_gene:
        edges += [(drug, gene + num_drugs), (gene + num_drugs, drug)]
    for a, b in gene_gene:
        edges += [(a + num_drugs, b + num_drugs), (b + num_drugs, a + num_drugs)]
    return np.array(edges).T


def merge_with_torch(drug_gene, gene_gene, num_drugs):
    one, two = torch.tensor(drug_gene), torch.tensor(gene_gene) + num_drugs
    pairs = torch.cat([torch.stack([one[:, 0], one[:, 1] + num_drugs], 1), two])
    return torch.cat([pairs.T, pairs.flip(1).T], dim=1)


def merge_as_lists(drug_gene, gene_gene, num_drugs):
    edges = merge_with_loops(drug_gene, gene_gene, num_drugs)
    return [edges[0].tolist()[::-1], edges[1].tolist()[::-1]]


def test_one_numbering():
    assert_judges(
        "gcn.c1",
        right=[merge_with_loops, merge_with_torch, merge_as_lists],
        wrong=[
            lambda drug_gene, gene_gene, num_drugs: merge_with_loops(drug_gene, gene_gene, num_drugs).T,
            lambda drug_gene, gene_gene, num_drugs: merge_with_loops(drug_gene, gene_gene, num_drugs + 1),
            lambda drug_gene, gene_gene, num_drugs: merge_with_loops(drug_gene, gene_gene[:0], num_drugs),
            lambda drug_gene, gene_gene, num_drugs: np.tile(merge_with_loops(drug_gene, gene_gene, num_drugs), 2),
        ],
    )


def walk_with_matrix(edge_index, start, restart, steps):
    P = np.zeros((len(start), len(start)))
    P[edge_index[1], edge_index[0]] = 1
    P = P / P.sum(axis=0)
    here = start
    for _ in range(steps):
        here = restart * start + (1 - restart) * P @ here
    return here


def walk_with_torch(edge_index, start, restart, steps):
    sender, receiver = torch.tensor(edge_index)
    start = here = torch.tensor(start)
    degree = torch.bincount(sender)
    for _ in range(steps):
        here = restart * start + (1 - restart) * torch.zeros_like(start).index_add(0, receiver, (here / degree)[sender])
    return here


def walk_with_loops(edge_index, start, restart, steps):
    here = list(start)
    edges = list(zip(*np.asarray(edge_index).tolist(), strict=True))
    for _ in range(steps):
        after = [restart * one for one in start]
        for sender, receiver in edges:
            after[receiver] += (1 - restart) * here[sender] / sum(one == sender for one, _ in edges)
        here = after
    return here


def test_a_walker_who_returns():
    assert_judges(
        "gcn.c2",
        right=[walk_with_matrix, walk_with_torch, walk_with_loops],
        wrong=[
            lambda edge_index, start, restart, steps: start,
            lambda edge_index, start, restart, steps: walk_with_matrix(edge_index, start, restart, steps + 1),
            lambda edge_index, start, restart, steps: walk_with_matrix(edge_index, start, restart, 1) * len(start),
            lambda edge_index, start, restart, steps: relations.propagate(edge_index, start, restart),
        ],
    )


def pairs_by_swaps(known, seed):
    return links.rejoined(known, known, seed)


def pairs_dropped(known, seed):
    rng = np.random.default_rng(seed)
    taken = set(zip(*known.tolist(), strict=True))
    made = np.concatenate([np.stack([known[0], rng.permutation(known[1])]) for _ in range(2)], axis=1)
    kept = [pair for pair in zip(*made.tolist(), strict=True) if pair not in taken]
    return np.array(kept)[: known.shape[1]].T


def pairs_drawn(known, seed):
    rng = np.random.default_rng(seed)
    taken, made = set(zip(*known.tolist(), strict=True)), []
    while len(made) < known.shape[1]:
        pair = int(rng.choice(known[0])), int(rng.choice(known[1]))
        if pair not in taken:
            made.append(pair)
    return torch.tensor(made).T


def _drawn_with(even):
    def wrong(known, seed):
        rng = np.random.default_rng(seed)
        taken, made = set(zip(*known.tolist(), strict=True)), []
        while len(made) < known.shape[1]:
            pair = tuple(
                int(rng.integers(known[end].max() + 1) if end == even else rng.choice(known[end])) for end in (0, 1)
            )
            if pair not in taken:
                made.append(pair)
        return np.array(made).T

    return wrong


def test_fair_pairs():
    assert_judges(
        "gcn.c3",
        right=[pairs_by_swaps, pairs_dropped, pairs_drawn],
        wrong=[
            lambda known, seed: known,
            _drawn_with(even=1),
            _drawn_with(even=0),
            lambda known, seed: pairs_by_swaps(known, seed)[:, :40],
            lambda known, seed: 1 / 0,
            np.zeros((2, 3), int),  # pairs instead of the function
        ],
    )


def report(seed=3, **changed):
    some, molecules = relations.simulated(seed)
    ranked = relations.switch_relations(some, molecules, relations.KINDS)
    y = ranked["is_active"].to_numpy()
    scores = {"walk": ranked["similarity"], "no_graph": ranked["no_graph"], "n_targets": ranked["n_targets"]} | changed
    told = {name: evaluation.auroc(y, score) for name, score in scores.items() if score is not None}
    return {**scores, "is_active": y, "auroc": told}


def test_a_ranking_with_its_two_rulers():
    whole = report()
    lists = {name: np.asarray(some).tolist() for name, some in whole.items() if name != "auroc"}
    lists["auroc"] = whole["auroc"]
    count = whole["n_targets"].to_numpy(dtype=float)
    assert_judges(
        "gcn.c4",
        right=[whole, lists, report(seed=1)],
        wrong=[
            {**whole, "no_graph": None},
            {**whole, "n_targets": None},
            {**whole, "auroc": {name: 1 - one for name, one in whole["auroc"].items()}},
            report(walk=count + 0.001 * np.arange(len(count))),
            {**whole, "auroc": {**whole["auroc"], "walk": 0.99}},
            {**whole, "is_active": None},
            "0.98",
        ],
    )


GOOD = {
    "claim": "Folic acid is a candidate: its walk ranks 7th of 26 food molecules.",
    "baseline": "Its plain list of genes, without any graph, ranks 7th as well.",
    "does_not_show": "It does not show that folic acid prevents or cures anything in anybody.",
    "next_step": "Compare with drugs whose lists of genes are as long.",
}


def test_words_for_a_ranking():
    assert_judges(
        "gcn.c5",
        right=[
            GOOD,
            {**GOOD, "claim": "By cosine of profiles niacin, rank 14, is a weak CANDIDATE for further tests."},
            {**GOOD, "next_step": "A blind test in cell culture, with equally well-studied molecules beside it."},
        ],
        wrong=[
            {**GOOD, "claim": "Folic acid is a candidate that prevents cancer in people who eat it."},
            {**GOOD, "claim": "Folic acid is a cancer-beating candidate, rank 7 of 26 molecules."},
            {**GOOD, "claim": "Folic acid acts like an anticancer drug, rank 7 of 26 molecules."},
            {**GOOD, "baseline": "Without the graph the plain lists rank it about the same."},
            {
                **GOOD,
                "baseline": "Without the graph the plain ranker puts it at 7 too.",
                "next_step": "Ask again next year with whatever is new then.",
            },
            {**GOOD, "next_step": ""},
            "a candidate",
        ],
    )


def test_every_banned_phrase_is_found_and_ordinary_words_are_not():
    assert all(relations_exercises.banned_words(f"It {phrase}s it.") for phrase in relations_exercises.BANNED)
    assert relations_exercises.banned_words("A secure and accurate procedure; obscure candidates.") == []


def test_quizzes():
    assert_quiz("gcn.cwarmup", 2)
    assert_quiz("gcn.cquiz", 5)
