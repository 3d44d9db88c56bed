"""Each check of chapter 6 accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from bioml_helpers import attention, learning
from bioml_helpers.attention import exercises, models
from tests.support.exercises import Answers, assert_judges, assert_quiz


def test_find_the_neuron():
    W = exercises.find_the_neuron_in().query.weight
    assert_judges(
        "attention.neuron",
        right=[W[2], W.detach().numpy()[2], W[2].tolist(), W.T[:, 2]],
        wrong=[W[:, 2], W[3], W[:4], W, W[2][:4], 0.5],
    )


def test_attention_by_hand():
    Q, K, V = (np.array(exercises.HAND[name], float) for name in "QKV")
    ours, weights = attention.scaled_dot_product_attention(*(torch.tensor(one) for one in (Q, K, V)))
    exact = [*weights[0].tolist(), ours[0].item()]
    assert_judges(
        "attention.1",
        right=[exact, np.round(exact, 3), (0.787, 0.107, 0.107, 1.64), torch.tensor(exact)],
        wrong=[exact[:3], [0.79, 0.2, 0.01, 1.64], exact[::-1], 1.64],
    )


# ---------------------------------------------------------------- scaled dot-product attention


def with_the_library(q, k, v, mask):
    return functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)


def with_loops(q, k, v, mask):
    out = torch.zeros(len(q), v.shape[1], dtype=v.dtype)
    for i in range(len(q)):
        raised = [math.exp(float(q[i] @ k[j]) / math.sqrt(len(q[i]))) if mask[i, j] else 0.0 for j in range(len(k))]
        for j in range(len(k)):
            out[i] += raised[j] / sum(raised) * v[j]
    return out


def additive_in_numpy(q, k, v, mask):
    q, k, v, mask = (one.numpy() for one in (q, k, v, mask))
    scores = q @ k.T / np.sqrt(q.shape[-1]) + np.where(mask, 0, -1e9)
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True) @ v


def in_single_precision(q, k, v, mask):
    q, k, v = q.float(), k.float(), v.float()
    return torch.softmax((q @ k.T / q.shape[1] ** 0.5).masked_fill(mask.logical_not(), -torch.inf), -1) @ v


def test_scaled_dot_product_attention():
    assert_judges(
        "attention.2",
        right=[with_the_library, with_loops, additive_in_numpy, in_single_precision],
        wrong=[
            lambda q, k, v, mask: with_the_library(q, k, v, ~mask),
            lambda q, k, v, mask: with_the_library(q, k, v, mask)[0],
            lambda q, k, v, mask: torch.softmax((q @ k.T).masked_fill(~mask, -1.0), 1) @ v,
            lambda q, k, v, mask: with_the_library(k, q, v, mask),
            lambda q, k, v: v,
            attention.scaled_dot_product_attention,
        ],
    )


# ---------------------------------------------------------------- heads


def split_with_chunks(X, heads):
    return torch.stack(X.chunk(heads, dim=2), dim=1)


def split_with_loops(X, heads):
    d = X.shape[2] // heads
    return [[[X[b, i, h * d : (h + 1) * d] for i in range(X.shape[1])] for h in range(heads)] for b in range(len(X))]


def split_with_unflatten(X, heads):
    return X.unflatten(2, (heads, -1)).swapaxes(1, 2)


def test_repair_the_split():
    assert_judges(
        "attention.3",
        right=[
            split_with_chunks,
            split_with_unflatten,
            lambda X, heads: X.numpy().reshape(*X.shape[:2], heads, -1).transpose(0, 2, 1, 3),
        ],
        wrong=[
            lambda X, heads: X.view(X.shape[0], heads, X.shape[1], -1),
            lambda X, heads: X.view(X.shape[0], X.shape[1], heads, -1).transpose(1, 3),
            lambda X, heads: X,
            lambda X, heads: split_with_chunks(X, heads).flip(1),
        ],
    )
    assert learning.grade("attention.3", attention.MultiHeadAttention.split).status == "wrong"


def test_the_order_of_the_lines():
    item = exercises.order
    right = [item.shown.index(line) + 1 for line in item.lines]
    assert_judges(
        "attention.order",
        right=[right, ",".join(map(str, right)), tuple(right)],
        wrong=[right[::-1], right[:-1], [right[0], right[2], right[1], *right[3:]], [*right, 99]],
    )


# ---------------------------------------------------------------- positions


def positions_in_numpy(length, width):
    position, pair = np.arange(length)[:, None], np.arange(width // 2)
    angle = position * np.exp(-np.log(10000.0) * 2 * pair / width)
    return np.stack([np.sin(angle), np.cos(angle)], axis=2).reshape(length, width)


def positions_with_loops(length, width):
    return [
        [
            math.sin(p / 10000 ** (c / width)) if c % 2 == 0 else math.cos(p / 10000 ** ((c - 1) / width))
            for c in range(width)
        ]
        for p in range(length)
    ]


def positions_in_torch(length, width):
    code = torch.empty(length, width, dtype=torch.float64)
    angle = torch.outer(torch.arange(length, dtype=torch.float64), 1e4 ** (-torch.arange(0, width, 2).double() / width))
    code[:, ::2], code[:, 1::2] = angle.sin(), angle.cos()
    return code


def test_positions():
    assert_judges(
        "attention.4",
        right=[positions_in_numpy, positions_with_loops, positions_in_torch],
        wrong=[
            lambda length, width: positions_in_numpy(length, width).T,
            lambda length, width: np.zeros((length, width)),
            lambda length, width: positions_in_numpy(length + 1, width),
            lambda length, width: np.tile(np.arange(length)[:, None], (1, width)),
        ],
    )


# ---------------------------------------------------------------- the race


def network(kind, **changed):
    """A network with a budget as if trained; attention that is handed in really looks at the flag."""
    made = models.Recaller(kind, seed=0)
    if kind == "attention":
        made = models.train_recaller(kind, 50, steps=120)
    made.budget = {
        "distance": 50, "steps": 400, "batch_size": 64, "learning_rate": 5e-3, "hidden_size": 32, "seed": 0,
    } | changed  # fmt: skip
    return made


def test_the_race():
    looking = network("attention")
    far = network("attention", distance=60)
    assert_judges(
        "attention.5",
        right=[
            Answers(looking, network("GRU")),
            Answers(network("LSTM"), looking),
            [looking, network("RNN")],
            Answers(far, network("RNN", distance=60)),
        ],
        wrong=[
            Answers(looking, network("GRU", steps=40)),
            Answers(looking, network("GRU", hidden_size=4)),
            Answers(network("attention", distance=5), network("GRU", distance=5)),
            Answers(looking, looking),
            Answers(looking, models.Recaller("GRU")),
            looking,
            "attention wins",
        ],
    )


# ---------------------------------------------------------------- attention and explanation


def with_extremes(weights, votes):
    mean, other = weights @ votes, np.zeros(len(votes))
    low, high = votes.argmin(), votes.argmax()
    share = (mean - votes[low]) / (votes[high] - votes[low])
    other[high], other[low] = share, 1 - share
    return other


def as_a_list(weights, votes):
    return with_extremes(weights, votes).tolist()


def as_a_tensor(weights, votes):
    return torch.tensor(with_extremes(np.asarray(weights), np.asarray(votes)))


def test_another_attention():
    uniform = lambda weights, votes: np.full(len(votes), 1 / len(votes))  # noqa: E731
    assert_judges(
        "attention.6",
        right=[with_extremes, as_a_list, as_a_tensor],
        wrong=[
            uniform,
            lambda weights, votes: weights,
            lambda weights, votes: 2 * with_extremes(weights, votes),
            lambda weights, votes: 3 * with_extremes(weights, votes) - 2 * weights,
            lambda weights, votes: with_extremes(weights, votes)[:-1],
            lambda weights, votes: votes / votes.sum(),
            models.alternative_weights,
            lambda weights, votes: models.alternative_weights(weights, votes),
            0.5,
        ],
    )


def filled(**changed):
    return dict(exercises.card.model) | changed


def test_the_card():
    assert_judges(
        "attention.card",
        right=[
            filled(),
            filled(conclusion="A map alone does not show why the model decided; we tested it by hiding residues"),
            filled(
                conclusion="Attention is not useless: it suggested residues, and deletion will test them one by one"
            ),
        ],
        wrong=[
            filled(conclusion="So the attention map is useless and nobody should ever draw one again"),
            filled(conclusion="The map proves that the model found the cleavage site of the signal peptide"),
            filled(**{"for": "nobody has ever answered that paper, as far as we know"}),
            filled(conclusion="a map"),
            {name: text for name, text in filled().items() if name != "deletion"},
            "attention is not explanation",
        ],
    )


@pytest.mark.parametrize("quiz", ["attention.warmup", "attention.quiz", "attention.recall"])
def test_quizzes(quiz):
    assert_quiz(quiz, fewest=3)


def test_the_final_quiz_holds_the_five_items_of_the_bank():
    assert_quiz("attention.quiz", fewest=5)
