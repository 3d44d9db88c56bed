"""What chapter 4 asks: predictions, exercises with their usual mistakes, the order of lines, and the quizzes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch

from bioml_helpers import learning
from bioml_helpers.cnn import application_exercises, layers, models  # noqa: F401  (it registers the gallery of 04b)
from bioml_helpers.data import validate
from bioml_helpers.learning import (
    FunctionExercise,
    JudgedExercise,
    Mistake,
    Option,
    OrderExercise,
    Prediction,
    Question,
    Quiz,
    ValueExercise,
)

# ---------------------------------------------------------------- 1 by hand

_INPUT, _FILTER = [2, 0, 1, 4, 3], [1, -2, 3]


def _reads(*wanted):
    """Whether an answer of three numbers has these (None: any)."""

    def same(answer):
        numbers = np.asarray(answer, dtype=float).ravel()
        pairs = zip(numbers, wanted, strict=False)
        return len(numbers) == 3 and all(one is None or abs(number - one) < 1e-6 for number, one in pairs)

    return same


by_hand = ValueExercise(
    "cnn.1",
    "Slide by hand",
    expected=[10, layers.output_size(20, 5, stride=2, padding=1), layers.output_size(20, 5, stride=3, padding=2)],
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "the filter turned around",
            _reads(2, None, None),
            hints=(
                "Your first number multiplies the last weight with the first input. Lay the filter on the window as it stands.",
                "The window holds 0, 1, 4; the weights are 1, −2, 3. First with first, second with second.",
            ),
        ),
        Mistake(
            "the window one place off",
            _reads(5, None, None),
            hints=("You took place 0. Place 1 begins one input further on.",),
        ),
        Mistake(
            "rounded up",
            _reads(None, 10, 8),
            hints=(
                "A window that hangs over the edge is not computed. Do you round the division up or down?",
                "(20 + 2 − 5) / 2 = 8.5 steps: only 8 whole ones fit, plus the place at the start.",
            ),
        ),
        Mistake(
            "the padding counted once",
            _reads(None, 9, 6),
            hints=("Padding adds zeros at both ends: the input grows by twice the padding.",),
        ),
        Mistake(
            "the first place forgotten",
            _reads(None, 8, 6),
            hints=("You counted the steps. The window also stands somewhere before its first step.",),
        ),
    ],
    hints=(
        "Place 1 of the output looks at inputs 1, 2 and 3, counted from 0.",
        "Output length: (length + 2 · padding − window) / stride, rounded down, plus 1.",
    ),
    why="With 2 · padding = window − 1 and stride 1 the output is as long as the input: that is why windows are odd.",
)

# ---------------------------------------------------------------- find the neuron, and the head


def small_network() -> models.SequenceCNN:
    """Return the untrained network in which a neuron is to be found: 4 filters of 6 bases.

    Examples
    --------
    >>> small_network().conv.weight.shape
    torch.Size([4, 4, 6])
    """
    state = torch.random.get_rng_state()
    torch.manual_seed(26)
    network = models.SequenceCNN(4, 6)
    torch.random.set_rng_state(state)
    return network


def _is_part(which):
    def same(answer):
        answer = np.asarray(answer.detach() if hasattr(answer, "detach") else answer, dtype=float)
        wrong = which(small_network().conv.weight.detach().numpy())
        return answer.shape == wrong.shape and np.allclose(answer, wrong)

    return same


neuron = ValueExercise(
    "cnn.neuron",
    "Find the neuron",
    expected=lambda: small_network().conv.weight.detach().numpy()[1],
    tolerance=1e-5,
    mistakes=[
        Mistake(
            "one channel of all filters",
            _is_part(lambda W: W[:, 1]),
            hints=(
                "You took channel 2, the letter C, of all four filters. One neuron has weights for all four letters.",
                "The axes are (filters, channels, window). Which axis counts the neurons?",
            ),
        ),
        Mistake(
            "one position of all filters",
            _is_part(lambda W: W[:, :, 1]),
            hints=("You took window position 2 of all filters. A neuron looks at the whole window.",),
        ),
        Mistake("counted from 1", _is_part(lambda W: W[2]), hints=("That is filter 3: Python counts from 0.",)),
        Mistake(
            "the whole layer",
            _is_part(lambda W: W),
            hints=("These are all four filters. Which part of the array is the second?",),
        ),
    ],
    hints=("The neuron has a weight for each letter at each place of its window: 4 × 6 numbers.",),
    why="A filter is a neuron of chapter 2 with 24 inputs and a bias. What is new is that it is used at every place.",
)

head = ValueExercise(
    "cnn.head",
    "The fully connected head",
    expected=[16, 34, 784],
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "every place of every filter",
            _reads(16 * 39, None, None),
            hints=("The pooling keeps one number for each filter, its best match. How many filters are there?",),
        ),
        Mistake(
            "the head's biases forgotten",
            [16, 32, 784],
            hints=("Each of the two output neurons has a bias besides its 16 weights.",),
        ),
        Mistake(
            "the filters' biases forgotten",
            [16, 34, 768],
            hints=("Each of the 16 filters has a bias besides its 4 × 12 weights.",),
        ),
        Mistake(
            "the filters counted at every place",
            _reads(None, None, 784 * 39),
            hints=("The filter at the next place is the same filter: its weights are counted once.",),
        ),
    ],
    hints=(
        "After pooling there is one number a filter; the head joins each of them to each of two outputs.",
        "Head: 16 × 2 weights and 2 biases. Filters: 16 × (4 × 12) weights and 16 biases.",
    ),
    why="Nearly all of the 818 parameters are filters. The head is the multilayer perceptron of chapter 3, with nothing hidden.",
)

# ---------------------------------------------------------------- 2 convolution from scratch


def _conv_cases():
    rng = np.random.default_rng(41)
    sizes = [
        (1, 3, 1, 2),
        (2, 5, 1, 3),
        *(tuple(int(n) for n in rng.integers((1, 6, 1, 2), (5, 12, 4, 5))) for _ in range(18)),
    ]
    return [
        (rng.normal(size=(c, length)).round(2), rng.normal(size=(f, c, k)).round(2), rng.normal(size=f).round(2))
        for c, length, f, k in sizes
    ]


def _slide(X, W, b, *, turn=False, channels=slice(None), extra=0, bias=1.0, mean=False):
    """Convolution with one thing wrong; it calls none of our own functions."""
    W = W[:, :, ::-1] if turn else W
    k = W.shape[2]
    places = X.shape[1] - k + 1 - extra
    out = np.zeros((len(W), places))
    for p in range(places):
        patch = X[channels, p : p + k] * W[:, channels]
        out[:, p] = (patch.sum((1, 2)) / (X.shape[0] if mean else 1)) + bias * b
    return out


def _reference_conv(X, W, b):
    return layers.conv1d(torch.tensor(X)[None], torch.tensor(W), torch.tensor(b))[0].numpy()


convolution = FunctionExercise(
    "cnn.2",
    "Convolution from scratch",
    reference=_reference_conv,
    off_limits=[layers.conv, layers.conv1d, layers.conv_loops, layers.conv_unfold],
    cases=_conv_cases,
    tolerance=1e-5,
    inputs_named=("X", "W", "b"),
    mistakes=[
        Mistake(
            "the filter turned around",
            lambda X, W, b: _slide(X, W, b, turn=True),
            hints=(
                "Your filter lies the wrong way round. In a neural network the first weight meets the first letter of the window.",
                "The mathematician's convolution (`np.convolve`) turns the filter around first; here nothing is turned.",
            ),
        ),
        Mistake(
            "only the first channel",
            lambda X, W, b: _slide(X, W, b, channels=slice(0, 1)),
            hints=("With one channel you are right, with several not: the sum runs over all channels of the window.",),
        ),
        Mistake(
            "the channels averaged",
            lambda X, W, b: _slide(X, W, b, mean=True),
            hints=("You take a mean over the channels. The formula has a sum over channels and window.",),
        ),
        Mistake(
            "one place too few",
            lambda X, W, b: _slide(X, W, b, extra=1),
            hints=(
                "Your output is one number short. At how many places does a window of 2 fit on 3 letters?",
                "The last place is length − k: range(length − k + 1).",
            ),
        ),
        Mistake(
            "no bias",
            lambda X, W, b: _slide(X, W, b, bias=0.0),
            hints=("Slide over zeros: each filter should write its bias.",),
        ),
    ],
    hints=(
        "For place p the window is X[:, p : p + k], of shape (channels, k), like one filter.",
        "Multiply window and filter, sum over both axes, add the filter's bias.",
    ),
    why="Five lines, and the same five for images and volumes: only the window gets more directions.",
)

# ---------------------------------------------------------------- 3 a matrix of counts, both strands


def _site_cases():
    rng = np.random.default_rng(43)
    cases = []
    for width, length in [(3, 6), (4, 9), *(tuple(int(n) for n in rng.integers((4, 14), (9, 40))) for _ in range(14))]:
        word = rng.integers(0, 4, width)
        counts = np.ones((4, width)) * rng.integers(0, 2, (4, width))
        counts[word, np.arange(width)] += 12
        letters = rng.integers(0, 4, length)
        start = int(rng.integers(length - width + 1))
        site = word if rng.random() < 0.5 else 3 - word[::-1]
        letters[start : start + width] = site
        cases.append((np.eye(4)[letters].T, counts))  # (4, length), (4, width)
    return cases


def _best(X, counts, *, pseudo=1.0, log=np.log2, other=lambda W: W[::-1, ::-1], minus=True):
    shares = (counts + pseudo / 4) / (counts + pseudo / 4).sum(axis=0)
    with np.errstate(divide="ignore"):
        scores = log(shares / 0.25)
    found = []
    for strand, W in ((1, scores), (-1, other(scores)))[: 2 if minus else 1]:
        k = W.shape[1]
        for p in range(X.shape[1] - k + 1):
            hits = W[X[:, p : p + k] == 1]
            found.append((hits.sum(), p, strand))
    return max(found)


def _reference_best(X, counts):
    scores = layers.pwm_to_filter(counts)
    both = np.stack([scores, layers.reverse_complement_filter(scores)])  # (2, 4, width)
    sums = layers.conv1d(torch.tensor(X)[None], torch.tensor(both))[0].numpy()  # (2, places)
    strand, start = np.unravel_index(sums.argmax(), sums.shape)
    return float(sums.max()), int(start), (1, -1)[strand]


both_strands = FunctionExercise(
    "cnn.3",
    "The best site on both strands",
    reference=_reference_best,
    off_limits=[layers.pwm_to_filter, layers.pwm_scan, layers.reverse_complement_filter],
    cases=_site_cases,
    tolerance=1e-5,
    inputs_named=("X", "counts"),
    mistakes=[
        Mistake(
            "no pseudocount",
            lambda X, counts: _best(X, counts, pseudo=0.0),
            hints=(
                "A base that was never counted makes the logarithm −∞: one unseen letter forbids a site for ever.",
                "Add a quarter to each count before you divide by the column's sum.",
            ),
        ),
        Mistake(
            "reversed without complement",
            lambda X, counts: _best(X, counts, other=lambda W: W[:, ::-1]),
            hints=(
                "You read the filter backwards. On the other strand the letters are also exchanged: A with T, C with G.",
                "The rows are A, C, G, T, so exchanging partners turns the rows around too.",
            ),
        ),
        Mistake(
            "complement without reversing",
            lambda X, counts: _best(X, counts, other=lambda W: W[::-1]),
            hints=("You exchanged the letters. The other strand is also read in the other direction.",),
        ),
        Mistake(
            "one strand only",
            lambda X, counts: _best(X, counts, minus=False),
            hints=("Your strand is always +1. A site on the other strand is as good.",),
        ),
        Mistake(
            "the natural logarithm",
            lambda X, counts: _best(X, counts, log=np.log),
            hints=("Start and strand are right, the score is not in bits: take the logarithm to base 2.",),
        ),
    ],
    hints=(
        "First shares: (counts + 0.25), each column divided by its sum. Then log₂(shares / 0.25).",
        "The filter for the other strand is scores[::-1, ::-1]. Slide both, keep the largest sum.",
    ),
    why="This is how binding sites were searched long before deep learning. A convolutional layer does the same and learns the table.",
)

# ---------------------------------------------------------------- 4 three seeds


@lru_cache(maxsize=1)
def _fresh_motifs():
    return models.motifs(seed=404, n=600)


def _judge_three(answer):
    if isinstance(answer, torch.nn.Module) and not isinstance(answer, torch.nn.ModuleList):
        return learning.mistake("one seed only", "One network came.")
    try:
        networks = list(answer)
    except TypeError:
        return learning.wrong(f"A list of three trained networks was expected; a {type(answer).__name__} came.")
    if not networks or not all(isinstance(one, torch.nn.Module) for one in networks):
        return learning.wrong("A list of three trained networks was expected; something else is among them.")
    if len(networks) < 3:
        return learning.mistake("one seed only", f"{len(networks)} came.")
    if any(getattr(one, "average", False) for one in networks):
        return learning.mistake("average pooling")
    task = _fresh_motifs()
    rows = np.arange(len(task.y))
    try:
        scores = [models.accuracy(one, task, rows) for one in networks]
    except (RuntimeError, ValueError, IndexError) as error:
        return learning.wrong(f"A network could not read 600 new sequences of shape (4, 50): {error}")
    first = [torch.cat([p.detach().ravel() for p in one.parameters()]) for one in networks]
    if any(a.shape == b.shape and torch.equal(a, b) for i, a in enumerate(first) for b in first[:i]):
        return learning.mistake("the same network twice")
    said = "On 600 new sequences: " + ", ".join(f"{score:.3f}" for score in scores) + "."
    if min(scores) < 0.97:
        if min(scores) < 0.75:
            return learning.mistake("some starts fail", said)
        return learning.wrong(f"{said} At least 0.97 from each of the three was asked for.")
    return learning.right(said)


three_seeds = JudgedExercise(
    "cnn.4",
    "Three starts out of three",
    judge=_judge_three,
    mistakes=[
        Mistake(
            "one seed only",
            hints=(
                "One good run may be luck, as the eight one-filter networks show. How do the others end?",
                "Train with seed=0, 1 and 2 and hand in all three networks.",
            ),
        ),
        Mistake(
            "average pooling",
            hints=(
                "The mean over 39 places dilutes the one place that matters. Which pooling asks for the best match anywhere?",
            ),
        ),
        Mistake(
            "the same network twice",
            hints=("Two of your networks have the same weights. Does the seed reach the call?",),
        ),
        Mistake(
            "some starts fail",
            hints=(
                "One of your starts has found nothing. A filter that begins far from the motif gets no slope towards it.",
                "With 16 filters one of them nearly always begins close enough.",
            ),
        ),
    ],
    hints=("cnn.fit(make, task, seed=…) returns the network and its history; 16 filters of width 12 are enough.",),
    why="More filters are more tickets in the lottery of the start. Report every start, never the best one.",
)

# ---------------------------------------------------------------- 5 blood cells, reported

_CELL_KEYS = ("predictions", "matrix", "worst", "balanced", "augmented")


_cells = models.cells  # kept once loaded


def _colours():
    task = _cells()
    predicted = models.histogram_classifier(task, balanced=True)[task.test]
    return float(np.mean([(predicted[task.y[task.test] == c] == c).mean() for c in range(len(task.classes))]))


def _missing(answer, keys) -> str:
    if not isinstance(answer, Mapping):
        return f"A dictionary with the keys {', '.join(keys)} was expected; a {type(answer).__name__} came."
    absent = [key for key in keys if key not in answer]
    return f"These keys are missing: {', '.join(absent)}." if absent else ""


def _judge_cells(answer):
    said = _missing(answer, [key for key in _CELL_KEYS if key != "balanced"])
    if said:
        return learning.wrong(said)
    task = _cells()
    y = task.y[task.test]
    try:
        predicted = validate.array("predictions", answer["predictions"], ndim=1, length=len(y), integer=True)
        matrix = validate.array("matrix", answer["matrix"], ndim=2, length=len(task.classes))
    except (TypeError, ValueError) as error:
        return learning.wrong(str(error))
    if answer["augmented"] not in ("train", ["train"], ("train",)):
        return learning.mistake("images changed that judge", f'augmented is "{answer["augmented"]}".')
    true = np.array([[np.sum((y == i) & (predicted == j)) for j in range(3)] for i in range(3)])
    if not np.array_equal(matrix, true):
        if np.array_equal(matrix, true.T):
            return learning.mistake("the matrix turned on its side")
        return learning.wrong(
            "matrix: these counts do not follow from your predictions (rows true, columns predicted)."
        )
    recall = true.diagonal() / true.sum(axis=1)
    accuracy, balanced = (predicted == y).mean(), answer.get("balanced")
    if balanced is None or abs(float(balanced) - recall.mean()) > 5e-3:
        if balanced is None or abs(float(balanced) - accuracy) < 1e-3:
            return learning.mistake("accuracy only", f"Accuracy {accuracy:.3f}.")
        return learning.wrong(f"The mean recall of your matrix is {recall.mean():.3f}, you report {balanced}.")
    lowest = [name for name, one in zip(task.classes, recall, strict=True) if one == recall.min()]
    if str(answer["worst"]).strip().lower() not in lowest:
        return learning.mistake("not the worst class", f'You name "{answer["worst"]}".')
    floor = _colours()
    if recall.mean() <= min(floor, 0.99):
        return learning.mistake("not better than colours", f"{recall.mean():.3f}; colours alone reach {floor:.3f}.")
    return learning.right(f"Balanced accuracy {recall.mean():.3f}; colours alone reach {floor:.3f}.")


cells_report = JudgedExercise(
    "cnn.5",
    "Blood cells, reported",
    judge=_judge_cells,
    seconds=20.0,  # the first time the photographs are opened
    mistakes=[
        Mistake(
            "accuracy only",
            hints=(
                "Of 100 cells 85 are red: calling everything red is right for 85. Which number gives each class the same weight?",
                "Balanced accuracy is the mean of the three recalls.",
            ),
        ),
        Mistake(
            "images changed that judge",
            hints=(
                "Turned copies help to learn. The test images stay as they came from the microscope; which part is augmented?",
            ),
        ),
        Mistake(
            "the matrix turned on its side",
            hints=("Rows are what a cell is, columns what it was called. Yours has them exchanged.",),
        ),
        Mistake(
            "not the worst class",
            hints=("Divide each diagonal number by its row's sum. Which class is found least often?",),
        ),
        Mistake(
            "not better than colours",
            hints=(
                "Counting colours does as well, without any filter. Did the network see each class equally often?",
                "Train longer: cnn.fit_cells(task, seed=…, num_epochs=15).",
            ),
        ),
    ],
    hints=("evaluation.confusion_matrix and evaluation.per_class_recall do the counting.",),
    why="A rare cell is often the one that the doctor asks for. A matrix shows what one number hides.",
)

# ---------------------------------------------------------------- 6 one line


def _stack_cases():
    rng = np.random.default_rng(46)
    cases = []
    for depth, width in [(1, 2), (2, 2), (3, 4), (5, 3), (20, 4), (10, 6)]:
        matrices = [rng.normal(size=(width, width)).round(2) / np.sqrt(width) for _ in range(depth)]
        cases.append((rng.normal(size=width).round(2), matrices, round(1 / depth**0.5, 3)))
    return cases


def _deep(step):
    def run(x, matrices, scale):
        start = out = np.asarray(x, dtype=float)
        for number, W in enumerate(matrices):
            out = step(out, np.maximum(0, W @ out), scale, start, number == len(matrices) - 1)
        return out

    return run


def _with_bypasses(x, matrices, scale):
    for W in matrices:
        x = x + scale * np.maximum(0, W @ x)
    return x


one_line = FunctionExercise(
    "cnn.6",
    "One line makes it train",
    reference=_with_bypasses,
    cases=_stack_cases,
    tolerance=1e-6,
    inputs_named=("x", "matrices", "scale"),
    mistakes=[
        Mistake(
            "still no bypass",
            _deep(lambda x, change, scale, start, last: change),
            hints=(
                "Each layer still replaces what came in. What would let the signal pass it by?",
                "Add x to the right-hand side.",
            ),
        ),
        Mistake(
            "the layer made stronger",
            _deep(lambda x, change, scale, start, last: scale * change),
            hints=("Scaling alone changes the size of the signal. A layer that is off still lets nothing through.",),
        ),
        Mistake(
            "the scale left out",
            _deep(lambda x, change, scale, start, last: x + change),
            hints=(
                "The bypass is there. Twenty unscaled additions make the numbers grow: multiply the branch by scale.",
            ),
        ),
        Mistake(
            "the very first input added each time",
            _deep(lambda x, change, scale, start, last: start + scale * change),
            hints=("You add the network's input each time. The bypass goes around one layer: add what came into it.",),
        ),
        Mistake(
            "one bypass at the end",
            _deep(lambda x, change, scale, start, last: start + scale * change if last else change),
            hints=("One bypass around everything leaves the layers in between as they were. Put one around each.",),
        ),
    ],
    hints=("In the loop: the new x is the old x plus scale times what the layer makes of it.",),
    why="A layer that has not learned anything yet then passes the signal on, and gradients come back the same way.",
)

# ---------------------------------------------------------------- 7 the shortcut

_SHORTCUT_KEYS = ("model", "marked", "clean")


def _judge_shortcut(answer):
    said = _missing(answer, [key for key in _SHORTCUT_KEYS if key != "clean"])
    if said:
        return learning.wrong(said)
    model = answer["model"]
    if not isinstance(model, torch.nn.Module):
        return learning.wrong(f"model: a trained network was expected, a {type(model).__name__} came.")
    task = _cells()
    judges = [*(models.with_corner_mark(task, exchanged=one) for one in (False, True)), task]
    try:
        scores = [models.balanced_accuracy(model, one, task.test) for one in judges]
    except (RuntimeError, ValueError, IndexError) as error:
        return learning.wrong(f"The network could not read the test images of shape (3, 28, 28): {error}")
    on_marked, on_exchanged, clean = scores
    if answer.get("clean") is None:
        return learning.mistake("no clean test", f"On marked images {on_marked:.3f}.")
    if abs(float(answer["clean"]) - clean) > 0.01:
        if abs(float(answer["clean"]) - on_marked) < 0.01:
            return learning.mistake("no clean test", f"{on_marked:.3f} is the score on marked images.")
        return learning.wrong(
            f"On the clean test images your network reaches {clean:.3f}, you report {answer['clean']}."
        )
    if on_marked - min(clean, on_exchanged) > 0.15:
        return learning.mistake(
            "it still reads the mark", f"Marked {on_marked:.3f}, clean {clean:.3f}, marks exchanged {on_exchanged:.3f}."
        )
    if clean < (0.6 if task.card.is_stand_in else 0.85):
        return learning.wrong(f"On the clean test images it reaches {clean:.3f}; train longer on the covered images.")
    return learning.right(f"Clean {clean:.3f}, marks exchanged {on_exchanged:.3f}: it looks at the cell.")


shortcut = JudgedExercise(
    "cnn.7",
    "Mend the shortcut",
    judge=_judge_shortcut,
    seconds=20.0,  # the first time the photographs are opened
    mistakes=[
        Mistake(
            "no clean test",
            hints=(
                "Training and test images carry the same mark, so the test cannot notice. What do images without it say?",
                "cnn.balanced_accuracy(model, task, task.test) judges on the images as they were.",
            ),
        ),
        Mistake(
            "it still reads the mark",
            hints=(
                "With the marks exchanged your network follows the mark, not the cell. What can it see while it learns?",
                "Train on cnn.without_corner(marked): what is covered cannot be learned.",
            ),
        ),
    ],
    hints=("Cover the corner in the training images, train anew, and judge on the clean test images.",),
    why="A score on data with the same flaw as the training data is no evidence. Cover what you suspect, and test without it.",
)

# ---------------------------------------------------------------- 8 receptive field

fields = ValueExercise(
    "cnn.8",
    "How far must it see?",
    expected=[26, 23, 39],
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "the smallest spacing",
            _reads(22, None, None),
            hints=("With 10 bases between them 22 are enough. The network has to see the widest pair too.",),
        ),
        Mistake(
            "the motifs themselves forgotten",
            _reads(14, None, None),
            hints=("14 is the gap. Both motifs, six bases each, must lie in the field with it.",),
        ),
        Mistake(
            "pooling ignored",
            _reads(None, 15, 15),
            hints=(
                "That is the field of two convolutions alone. After pooling by 2, one step of the second layer is two bases long.",
                "Pooling widens the view itself by (window − 1), and multiplies all that comes after by its stride.",
            ),
        ),
        Mistake(
            "the pooling's stride forgotten",
            _reads(None, 16, 18),
            hints=("You added the pooling's window. Its stride also makes every later step longer.",),
        ),
    ],
    hints=(
        "From left to right: six bases, the gap, six bases.",
        "1 + 7 for the first layer, + (pool − 1) for the pooling, + 7 · pool for the second layer.",
    ),
    why="A network can only learn what fits into its field. Compute the field before you train for hours.",
)

# ---------------------------------------------------------------- order

_SCORE = "score = model(sequence)"
_EACH = "for position in range(length):"
_LETTER = "    for letter in range(4):"
_COPY = "        mutant = sequence.copy()"
_WRITE = "        mutant[:, position] = 0; mutant[letter, position] = 1"
_KEEP = "        change[position, letter] = model(mutant) - score"

order = OrderExercise(
    "cnn.order",
    "In-silico mutagenesis",
    lines=[_SCORE, _EACH, _LETTER, _COPY, _WRITE, _KEEP],
    distractors={
        "        model.fit(mutant)": "The model is questioned, not trained: its weights must not change.",
        "        mutant = sequence": "Without a copy every change stays in the sequence, and the next mutant has two.",
    },
    why="Every base, every other letter, one forward pass each. What comes out describes the model for this sequence.",
    shuffle_seed=4,
)

# ---------------------------------------------------------------- predict, observe, explain

moved = Prediction(
    "cnn.p1",
    question="You move the gland in the micrograph two pixels to the right. What happens to the map that a filter writes?",
    choices={
        "a": "nothing: a convolutional network does not care where things are",
        "b": "the same map, two pixels further to the right",
        "c": "a new map, since the filter has not learned that place",
    },
    starter="The map moved along because …",
    explanation="The same weights meet the same pixels, two places later, so the same numbers are written two places later. This is called "
    "equivariance: the output moves along. Not caring where (invariance) comes only with pooling, and only for shifts.",
)

torn = Prediction(
    "cnn.p2",
    question="The 50 positions of every sequence are put into one and the same random order, and both networks are trained anew. "
    "What happens to their test accuracy?",
    choices={
        "a": "both stay as they were: the information is all still there",
        "b": "both fall to guessing",
        "c": "the MLP stays as it was, the CNN falls",
        "d": "the CNN stays as it was, the MLP falls",
    },
    starter="Only the one falls because …",
    explanation="To the MLP the inputs are a list without neighbours: another order is only another list. The CNN bets that what belongs "
    "together stands together. Where that is true it wins with few parameters; where it is not, it loses.",
)

marks = Prediction(
    "cnn.p3",
    question="A laboratory's software stamped a coloured square into the corner of each image, a colour for each cell type. The network, trained "
    "on these images, scores above 0.95 on test images of the same laboratory. What does it score on test images without the stamp?",
    low=0,
    high=1,
    unit="balanced accuracy",
    starter="On clean images it falls because …",
    explanation="The square is the easiest thing to see, so it is learned first, and the loss is then so small that little about cells is learned. "
    "The test images of the same laboratory carry the same flaw and cannot show it.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "cnn.warmup",
    "Warm-up",
    questions=[
        Question(
            "From chapter 3: in a fully connected layer every neuron has a weight for",
            {
                "a": Option("every input"),
                "b": Option("the inputs near to it", "The layer knows nothing of near and far; that is today's idea."),
                "c": Option("one input of its own", "Then a neuron could not combine anything."),
            },
            key="a",
            why="12,800 weights for 200 inputs and 64 neurons: soon we shall do with fewer.",
        ),
        Question(
            "From chapter 2: the weights of a neuron on one-hot DNA can be drawn as a logo, because there is one weight for",
            {
                "a": Option("each kind of letter", "Then TATAAT and AATTAT would count the same."),
                "b": Option("each position", "A position holds one of four letters, and each has its weight."),
                "c": Option("each letter at each position"),
            },
            key="c",
            why="4 × length numbers. A filter is the same with a short length.",
        ),
        Question(
            "From chapter 3: 4 % of compounds are active, and a program calls all of them inactive. Its balanced accuracy is",
            {
                "a": Option("0.96", "That is its plain accuracy. Balanced means the mean of both recalls."),
                "b": Option("0.50"),
                "c": Option("0.04", "That is the prevalence."),
            },
            key="b",
            why="Recall 1 for one class, 0 for the other. Today 85 % of the cells are red.",
        ),
    ],
)

shapes = Quiz(
    "cnn.shapes",
    "One, two or three dimensions?",
    questions=[
        Question(
            "An RGB image of one optical section is, for a CNN,",
            {
                "a": Option(
                    "3-D: red, green and blue",
                    "Can a filter slide from red to green? Colours are channels: numbers at one place, not a direction.",
                ),
                "b": Option("2-D with 3 channels"),
                "c": Option("4-D with the batch", "The batch counts images; no filter slides from one image to the next."),
            },
            key="b",
            why="(N, 3, H, W): two directions to slide in.",
        ),
        Question(
            "A DNA sequence with four one-hot rows is, for a CNN,",
            {
                "a": Option("1-D with 4 channels"),
                "b": Option(
                    "2-D: 4 rows and L columns",
                    "The four bases have no order, and A is no neighbour of C: a filter does not slide along them.",
                ),
                "c": Option("4-D: one for each base", "There is one direction, the sequence; the bases are channels."),
            },
            key="a",
            why="(N, 4, L): one direction to slide in.",
        ),
        Question(
            "A magnetic-resonance volume of 32 × 48 × 32 voxels with one brightness each is, for a CNN,",
            {
                "a": Option("2-D with 32 channels", "Then a filter would not slide from slice to slice, and slices would be like colours."),
                "b": Option("1-D, since there is one brightness", "One brightness is one channel. Count directions, not numbers a voxel."),
                "c": Option("3-D with 1 channel"),
            },
            key="c",
            why="(N, 1, D, H, W): three directions to slide in.",
        ),
        Question(
            "A film of a growing colony in three colours, frame after frame: in how many directions can a filter slide?",
            {
                "a": Option("2, since each frame is an image", "Neighbouring frames resemble each other too: time is a direction."),
                "b": Option("3: height, width and time"),
                "c": Option("4, with the colours", "Colours stay channels, in a film as well."),
            },
            key="b",
            why="Dimension means directions in which neighbours mean something, not only directions in space.",
        ),
    ],
)  # fmt: skip

final_quiz = Quiz(
    "cnn.quiz",
    "Quiz",
    questions=[
        Question(
            "Shift the input by two pixels and the feature map shifts by two pixels. This is",
            {
                "a": Option("equivariance"),
                "b": Option("invariance", "Invariant would be an output that does not change at all."),
                "c": Option("overfitting", "It holds for any weights, trained or not."),
            },
            key="a",
            why="The output moves along. Pooling over all places then forgets where.",
        ),
        Question(
            "Receptive field of four layers of width 3 with dilations 1, 2, 4, 8?",
            {
                "a": Option("9", "That is four layers without dilation."),
                "b": Option("24", "Each layer adds (3 − 1) · dilation, and the count begins with 1."),
                "c": Option("31"),
                "d": Option("48", "You added 3 · dilation for each layer; the middle of the window is not new."),
            },
            key="c",
            why="1 + Σ (k − 1) · dilation = 1 + 2 · (1 + 2 + 4 + 8).",
        ),
        Question(
            "With two classes, equally common, the training loss stays at 0.693. The network",
            {
                "a": Option("overfits", "Overfitting lowers the training loss."),
                "b": Option("answers 50/50: it has learned nothing"),
                "c": Option("has converged well", "It stands still, but ln 2 is the loss of a coin."),
            },
            key="b",
            why="−ln 0.5 = 0.693. Remember this number.",
        ),
        Question(
            "In-silico mutagenesis of one sequence tells you",
            {
                "a": Option("which bases the protein contacts", "No protein was asked, only a model."),
                "b": Option("which base changes alter this model's output for this sequence"),
                "c": Option(
                    "the true effect of variants", "Only as far as the model is right, and only where it was trained."
                ),
            },
            key="b",
            why="Associated with this model's output: say no more than that.",
        ),
        Question(
            "A network has learned a site on one strand. Given the same site on the other strand, it",
            {
                "a": Option("finds it: convolution finds a pattern anywhere", "Anywhere along the strand; the other strand spells another word."),
                "b": Option("misses it, unless trained on both strands or given turned filters"),
                "c": Option("finds it if there is pooling", "Pooling forgets where, not which letters."),
            },
            key="b",
            why="Shifts are built in; strand, rotation and size are not. Augmentation adds them.",
        ),
    ],
)  # fmt: skip

recall = Quiz(
    "cnn.recall",
    "Remember",
    questions=[
        Question(
            "From this chapter: which negative sequences make a promoter task too easy?",
            {
                "a": Option("pieces of the same genome between genes", "These are the comparable ones."),
                "b": Option("coding DNA, whose composition differs"),
                "c": Option("promoters of other genes", "These would be positives."),
            },
            key="b",
            why="Then counting G and C is already worth an AUROC of about 0.9.",
        ),
        Question(
            "From chapter 3: a hidden layer buys something where",
            {
                "a": Option("effects interact"),
                "b": Option("there are many inputs", "Many inputs whose effects add need no hidden layer."),
                "c": Option("the data are noisy", "Noise is no reason for flexibility, rather against it."),
            },
            key="a",
            why="Protein G, against the table of 1988.",
        ),
        Question(
            "From chapter 2: leave-one-out on related sequences is too kind because",
            {
                "a": Option("the test set is small", "That widens the interval, it does not shift the score."),
                "b": Option("every row is tested once", "That is its virtue."),
                "c": Option("a relative of the row left out stays in training"),
            },
            key="c",
            why="Group first, then split; here overlapping sequences share a group.",
        ),
    ],
)

learning.register(
    by_hand,
    neuron,
    head,
    convolution,
    both_strands,
    three_seeds,
    cells_report,
    one_line,
    shortcut,
    fields,
    order,
    moved,
    torn,
    marks,
    warmup,
    shapes,
    final_quiz,
    recall,
)
