"""Each check of chapter 4 accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from bioml_helpers import learning
from bioml_helpers.cnn import exercises, models
from tests.support.exercises import assert_judges, assert_quiz


def test_slide_by_hand():
    assert_judges(
        "cnn.1",
        right=[[10, 9, 7], (10.0, 9.0, 7.0), np.array([10, 9, 7]), torch.tensor([10, 9, 7])],
        wrong=[[2, 9, 7], [5, 9, 7], [10, 10, 8], [10, 9, 6], [10, 8, 6], [9, 7], 10, "10 9 7"],
    )


def test_find_the_neuron():
    W = exercises.small_network().conv.weight.detach()
    assert_judges(
        "cnn.neuron",
        right=[W[1], W[1].numpy(), W[1].tolist(), W.double()[1].numpy()],
        wrong=[W[:, 1], W[:, :, 1], W[2], W, W[1].T, W[1, 0], 0.3],
    )


def test_the_fully_connected_head():
    assert_judges(
        "cnn.head",
        right=[[16, 34, 784], (16.0, 34.0, 784.0), np.array([16, 34, 784])],
        wrong=[[624, 34, 784], [16, 32, 784], [16, 34, 768], [16, 34, 784 * 39], [16, 34], 818],
    )


# ---------------------------------------------------------------- convolution, and the best site


def with_windows(X, W, b):
    windows = np.lib.stride_tricks.sliding_window_view(X, W.shape[2], axis=1)  # (channels, places, k)
    return np.einsum("cpk,fck->fp", windows, W) + b[:, None]


def with_loops(X, W, b):
    filters, channels, k = W.shape
    out = [
        [
            sum(X[c, p + i] * W[f, c, i] for c in range(channels) for i in range(k)) + b[f]
            for p in range(X.shape[1] - k + 1)
        ]
        for f in range(filters)
    ]
    return out


def with_torch(X, W, b):
    return torch.nn.functional.conv1d(torch.tensor(X)[None], torch.tensor(W), torch.tensor(b))[0]


def test_convolution_from_scratch():
    assert_judges(
        "cnn.2",
        right=[with_windows, with_loops, with_torch],
        wrong=[
            lambda X, W, b: with_windows(X, W[:, :, ::-1], b),
            lambda X, W, b: with_windows(X, W, b).T,
            lambda X, W, b: np.maximum(0, with_windows(X, W, b)),
            lambda X, W, b: with_windows(X, W, b)[:, ::2],
            lambda X, W, b: X,
            lambda X: X,
            0.5,
        ],
    )


def best_by_letters(X, counts):
    shares = (counts + 0.25) / (counts.sum(axis=0) + 1)
    scores = np.log2(4 * shares)
    letters, width, best = X.argmax(axis=0), counts.shape[1], (-np.inf, 0, 0)
    for start in range(len(letters) - width + 1):
        here = letters[start : start + width]
        for strand, word in ((1, here), (-1, 3 - here[::-1])):
            total = sum(scores[letter, k] for k, letter in enumerate(word))
            if total > best[0]:
                best = (total, start, strand)
    return best


def best_by_convolution(X, counts):
    scores = np.log2((counts + 0.25) / (counts + 0.25).sum(0)) + 2
    both = torch.tensor(np.stack([scores, scores[::-1, ::-1]]))
    sums = torch.nn.functional.conv1d(torch.tensor(X)[None], both)[0]
    strand, start = divmod(int(sums.argmax()), sums.shape[1])
    return [sums.max(), start, 1 - 2 * strand]


def best_by_turning_the_sequence(X, counts):
    scores, width = np.log2((counts + 0.25) / (counts.sum(0) + 1) / 0.25), counts.shape[1]
    places = X.shape[1] - width + 1
    plus = [(scores * X[:, p : p + width]).sum() for p in range(places)]
    turned = X[::-1, ::-1]
    minus = [(scores * turned[:, p : p + width]).sum() for p in range(places)][::-1]
    strand = 1 if max(plus) >= max(minus) else -1
    best = plus if strand == 1 else minus
    return max(best), int(np.argmax(best)), strand


def test_the_best_site_on_both_strands():
    right = best_by_letters
    assert_judges(
        "cnn.3",
        right=[best_by_letters, best_by_convolution, best_by_turning_the_sequence],
        wrong=[
            lambda X, counts: right(X, counts)[:2],
            lambda X, counts: (right(X, counts)[0], right(X, counts)[1] + 1, right(X, counts)[2]),
            lambda X, counts: (right(X, counts)[0], right(X, counts)[1], -right(X, counts)[2]),
            lambda X, counts: right(X, counts)[::-1],
            lambda X, counts: -right(X, counts)[0],
            lambda X: X,
        ],
    )


# ---------------------------------------------------------------- networks


@pytest.fixture(scope="module")
def trained():
    task = models.motifs()
    return [models.fit(models.SequenceCNN, task, seed=seed)[0] for seed in range(3)]


def test_three_starts_out_of_three(trained):
    torch.manual_seed(0)
    untrained = models.SequenceCNN(1, 12)
    average = models.SequenceCNN(average=True)
    assert_judges(
        "cnn.4",
        right=[trained, tuple(trained), torch.nn.ModuleList(trained)],
        wrong=[
            trained[0],
            trained[:1],
            [trained[0]] * 3,
            [*trained[:2], untrained],
            [*trained[:2], average],
            [*trained[:2], torch.nn.Linear(3, 2)],
            [1, 2, 3],
            0.99,
        ],
    )


def a_report(predicted, task):
    y = task.y[task.test]
    matrix = np.array([[np.sum((y == i) & (predicted == j)) for j in range(3)] for i in range(3)])
    recall = matrix.diagonal() / matrix.sum(axis=1)
    worst = task.classes[int(recall.argmin())]
    return {
        "predictions": predicted,
        "matrix": matrix,
        "balanced": recall.mean(),
        "worst": worst,
        "augmented": "train",
    }


def test_blood_cells_reported(need_real_data):
    need_real_data("blood_cells")
    task = models.cells()
    y = task.y[task.test]
    nearly = y.copy()
    nearly[np.flatnonzero(y == 2)[:3]] = 0  # as good as a well-trained network
    right = a_report(nearly, task)
    colours = models.histogram_classifier(task, balanced=True)[task.test]
    assert_judges(
        "cnn.5",
        right=[
            right,
            *({**a_report(y.copy(), task), "worst": name} for name in task.classes),  # all right: no class is worst
            {**right, "predictions": nearly.tolist(), "matrix": right["matrix"].tolist(), "worst": "Platelet"},
            {**right, "balanced": round(right["balanced"], 3), "predictions": torch.tensor(nearly)},
        ],
        wrong=[
            {**right, "balanced": (nearly == y).mean()},
            {**right, "balanced": None},
            {**right, "augmented": "test"},
            {**right, "matrix": right["matrix"].T},
            {**right, "matrix": np.eye(3)},
            {**right, "worst": "red cell"},
            {**right, "balanced": 0.5},
            a_report(colours, task),
            {**right, "predictions": nearly[:10]},
            {key: value for key, value in right.items() if key != "worst"},
            0.98,
        ],
    )


def recursive(x, matrices, scale):
    if len(matrices) == 0:
        return x
    return recursive(x + np.maximum(matrices[0] @ x, 0) * scale, matrices[1:], scale)


def with_tensors(x, matrices, scale):
    x = torch.tensor(x)
    for W in matrices:
        x = x + scale * torch.relu(torch.tensor(W) @ x)
    return x


def in_place(x, matrices, scale):
    x = np.array(x, dtype=float)
    for W in matrices:
        change = W.dot(x)
        change[change < 0] = 0
        x += scale * change
    return x.tolist()


def test_one_line_makes_it_train():
    assert_judges(
        "cnn.6",
        right=[recursive, with_tensors, in_place],
        wrong=[
            lambda x, matrices, scale: x,
            lambda x, matrices, scale: -recursive(x, matrices, scale),
            lambda x, matrices, scale: recursive(x, matrices[::-1], scale),
            lambda x, matrices, scale: recursive(x, matrices[:1], scale),
            lambda x, matrices, scale: x + scale * sum(np.maximum(0, W @ x) for W in matrices),
            lambda x: x,
        ],
    )


class Rule(torch.nn.Module):
    """A stand-in for a trained network: looks classes up by the image, or by the colour of its corner."""

    def __init__(self, task, by_mark=False):
        super().__init__()
        self.by_mark = by_mark
        self.known = {task.X[row, :, 8:, 8:].tobytes(): int(task.y[row]) for row in task.test}

    def forward(self, X):
        out = torch.zeros(len(X), 3)
        for row, image in enumerate(X):
            corner = image[:, 0, 0]
            marks = [bool((corner == torch.tensor(c, dtype=corner.dtype)).all()) for c in models.CORNER_COLOURS]
            named = self.known.get(np.ascontiguousarray(image[:, 8:, 8:].numpy()).tobytes(), 0)
            out[row, marks.index(True) if self.by_mark and any(marks) else 0 if self.by_mark else named] = 1
        return out


def test_mend_the_shortcut(need_real_data):
    need_real_data("blood_cells")
    task = models.cells()
    sound, fooled = Rule(task), Rule(task, by_mark=True)
    clean = models.balanced_accuracy(sound, task, task.test)
    right = {"model": sound, "marked": clean, "clean": clean}
    dull = Rule(task)
    dull.known = {}
    assert_judges(
        "cnn.7",
        right=[right, {**right, "clean": np.float32(clean)}, {**right, "marked": 0.9, "clean": round(clean, 2)}],
        wrong=[
            {"model": fooled, "marked": 1.0, "clean": 1.0},
            {"model": fooled, "marked": 1.0, "clean": models.balanced_accuracy(fooled, task, task.test)},
            {**right, "clean": None},
            {"model": sound, "marked": 1.0},
            {**right, "clean": 0.4},
            {"model": dull, "marked": 1 / 3, "clean": 1 / 3},
            {**right, "model": 3},
            {**right, "model": torch.nn.Linear(3, 2)},
            0.97,
        ],
    )


def test_how_far_must_it_see():
    assert_judges(
        "cnn.8",
        right=[[26, 23, 39], (26.0, 23.0, 39.0), np.array([26, 23, 39])],
        wrong=[[22, 23, 39], [14, 23, 39], [26, 15, 15], [26, 16, 18], [26, 23], 26, "26"],
    )


def test_order_the_lines():
    shown = exercises.order.shown
    right = [shown.index(line) + 1 for line in exercises.order.lines]
    assert_judges(
        "cnn.order",
        right=[right, ",".join(map(str, right)), " ".join(map(str, right))],
        wrong=[right[::-1], right[:-1], [*right, 8], "1,1,1", "one, two"],
    )


@pytest.mark.parametrize("quiz", ["cnn.warmup", "cnn.shapes", "cnn.quiz", "cnn.recall"])
def test_every_wrong_option_has_its_own_answer(quiz):
    assert_quiz(quiz, fewest=3)


@pytest.mark.parametrize("quiz", ["cnn.warmup", "cnn.shapes", "cnn.quiz", "cnn.recall"])
def test_the_keys_are_spread(quiz):
    keys = [question.key for question in learning.registry.find(quiz).questions]
    assert len(set(keys)) >= 3


def test_rgb_and_four_bases_get_their_hint():
    colours, bases = exercises.shapes.questions[:2]
    assert "channels" in colours.options["a"].feedback and colours.key == "b"
    assert "no order" in bases.options["b"].feedback and bases.key == "a"


@pytest.mark.parametrize(("trio", "seen"), [("cnn.p1", "b"), ("cnn.p2", "c"), ("cnn.p3", 0.66)])
def test_a_trio_goes_on_without_a_prediction(trio, seen, capsys):
    learning.observe(trio, seen)
    assert capsys.readouterr().out.strip()


def test_every_exercise_of_the_chapter_is_tested_here():
    own = [one.id for one in vars(exercises).values() if isinstance(one, learning.Exercise)]
    tested = Path(__file__).read_text(encoding="utf-8")
    assert [one for one in own if f'"{one}"' not in tested] == []
