"""What chapter 0 asks: the first run, shapes, slopes, choices, the readiness quiz; and its two short companions."""

from __future__ import annotations

import re

import numpy as np

from bioml_helpers import learning
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
from bioml_helpers.start import layers, remedies

# ---------------------------------------------------------------- 0 a wrong answer on purpose

bonds = ValueExercise(
    "start.0",
    "Hydrogen bonds between G and C",
    expected=3,
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "the pair A–T",
            2,
            hints=(
                "So many hold A and T together. Which pair is harder to melt?",
                "One more than between A and T: that is why DNA rich in G and C melts at a higher temperature.",
            ),
        ),
        Mistake(
            "all atoms that can",
            5,
            hints=("These are the atoms of guanine that could. How many of them do, in this pair?",),
        ),
    ],
    hints=("It is a small whole number.",),
    why="A usual mistake gets a name and a hint of its own. The hint grows with each try, and no try is ever counted against you.",
)

# ---------------------------------------------------------------- 1 the first run

SEQUENCE = "TACTAGCAATACGCTTGCGTTCGGTGGTTAAGTATGTATAATGCGCGGGCTTGTCGT"
_GC = sum(letter in "GC" for letter in SEQUENCE)

first_run = ValueExercise(
    "start.1",
    "The GC content of a promoter",
    expected=_GC / len(SEQUENCE),
    tolerance=0.005,
    mistakes=[
        Mistake(
            "percent instead of a fraction",
            100 * _GC / len(SEQUENCE),
            hints=(
                "That is a percentage. The question asks for a fraction, from 0 to 1.",
                "Leave out the factor of 100.",
            ),
        ),
        Mistake(
            "a count, not a fraction",
            _GC,
            hints=(
                "So many letters are G or C. Which share of the sequence is that?",
                "Divide by the number of letters, len(sequence).",
            ),
        ),
        Mistake(
            "only G counted",
            SEQUENCE.count("G") / len(SEQUENCE),
            hints=("This is the share of G. GC content counts both letters.",),
        ),
        Mistake(
            "AT content",
            1 - _GC / len(SEQUENCE),
            hints=("This is the share of all other letters.",),
        ),
        Mistake(
            "divided by the wrong letters",
            _GC / (len(SEQUENCE) - _GC),
            hints=("You divided by the number of A and T. The whole sequence belongs below the line.",),
        ),
    ],
    hints=(
        "Count the G, count the C, add, divide by the number of letters.",
        'sequence.count("G") counts one letter; len(sequence) counts all.',
    ),
    why="You have run code, had it checked and read the answer. Every exercise of this course works like this.",
)

# ---------------------------------------------------------------- 2 shapes of five inputs

SHAPES = {
    "promoters": (32, 4, 57),
    "photographs": (16, 3, 128, 96),
    "scans": (2, 1, 40, 64, 80),
    "molecules": (100, 12),
    "heartbeats": (8, 12, 5000),
}


def _as_shape(value):
    """A shape as a tuple of whole numbers, or None."""
    if isinstance(value, str):
        value = re.findall(r"\d+", value)
    elif hasattr(value, "shape") and np.ndim(value) != 1:
        value = value.shape
    try:
        sizes = tuple(float(one) for one in value)
    except (TypeError, ValueError):
        return None
    return tuple(int(one) for one in sizes) if all(one.is_integer() for one in sizes) else None


def _judge_shapes(answer):
    if not isinstance(answer, dict):
        return learning.wrong(f"A dictionary with five shapes was expected; a {type(answer).__name__} came.")
    missing = [name for name in SHAPES if name not in answer]
    if missing:
        return learning.wrong(f"The dictionary lacks {', '.join(missing)}.")
    for name, right in SHAPES.items():
        given = _as_shape(answer[name])
        if given is None:
            return learning.wrong(f"{name}: expected a shape such as (8, 4, 100), got {answer[name]!r}.")
        if given == right:
            continue
        mistake = _shape_mistake(given, right)
        if mistake:
            return learning.mistake(mistake, f"Look at {name}.")
        said = f"{name}: you gave {len(given)} axes, {given}."
        return learning.wrong(f"{said} Read the sentence aloud: how many examples, which channels, which lengths?")
    return learning.right("Five of five: batch first, channels second, then what has an order in space or time.")


def _shape_mistake(given, right):
    batch, channels, *space = right
    if given == (batch, *space, channels) and space:
        return "channels last"
    if given == tuple(right[1:]):
        return "the batch forgotten"
    if channels == 1 and given == (batch, *space):
        return "one channel left out"
    if given == (channels, batch, *space):
        return "channels before the batch"
    if len(given) == len(right) + 1 and given[:1] == (batch,) and 1 in given and channels != 1:
        return "an axis too many"
    return None


shapes = JudgedExercise(
    "start.3",
    "Shapes of five biological inputs",
    judge=_judge_shapes,
    mistakes=[
        Mistake(
            "channels last",
            hints=(
                "All sizes are there, but PyTorch wants the channels right after the batch.",
                "Image programs store height, width, colour. PyTorch: batch, channels, then space.",
            ),
        ),
        Mistake(
            "the batch forgotten",
            hints=(
                "This is the shape of one example. Where is the number of examples?",
                "The batch comes first, even if it is 1.",
            ),
        ),
        Mistake(
            "one channel left out",
            hints=(
                "A grey picture has one value a voxel. PyTorch still wants an axis for it.",
                "One channel is written as a 1 in second place.",
            ),
        ),
        Mistake(
            "channels before the batch",
            hints=("Which comes first when you read aloud: the examples, or what is measured on each?",),
        ),
        Mistake(
            "an axis too many",
            hints=("There is an axis of size 1 that stands for nothing. Colours or letters are the channels already.",),
        ),
    ],
    hints=(
        "Say it aloud: batch, channels, then lengths. Molecules in a table have no lengths.",
        "For one-hot DNA the four letters are the channels; for an ECG the leads are.",
    ),
    why="Most errors in a first network are wrong shapes. Who reads shapes aloud finds them before the program does.",
)

DIMENSIONS = [1, 2, 3, 0, 1]

dimensions = ValueExercise(
    "start.4",
    "How many dimensions?",
    expected=DIMENSIONS,
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "every axis counted",
            [len(shape) for shape in SHAPES.values()],
            hints=(
                "These are the axes of the tensor. In which of them can a filter slide?",
                "Batch and channels have no order in space or time; leave them out.",
            ),
        ),
        Mistake(
            "colours or letters as a dimension",
            [2, 3, 3, 0, 2],
            hints=(
                "Is red to the left of green? Colours are measured at the same place.",
                "Letters, colours and leads are channels. A 2-D network slides over height and width only.",
            ),
        ),
        Mistake(
            "channels counted everywhere",
            [2, 3, 4, 1, 2],
            hints=("Each is one too many: leave the channels out, they have no neighbours in space.",),
        ),
        Mistake(
            "the table as one dimension",
            [1, 2, 3, 1, 1],
            hints=("Would a table of properties mean something else with its columns in another order?",),
        ),
    ],
    hints=("Ask of each axis: do neighbours on it lie next to each other in the world?",),
    why="A colour image is 2-D for a network, DNA is 1-D, an MRI scan is 3-D. Chapter 4 slides filters over all three.",
)

# ---------------------------------------------------------------- 4 the broadcasting trap


def _judge_broadcast(answer):
    given = _as_shape(answer)
    if given is None and np.ndim(answer) == 0 and str(answer).strip() == "5":
        return learning.mistake("n")
    if given is None:
        return learning.wrong(f"A shape such as (3, 2) was expected, got {answer!r}.")
    if given == (5, 5):
        return learning.right("The column is repeated five times sideways, the row five times downwards.")
    if given == (5,):
        return learning.mistake("n")
    if given in ((5, 1), (1, 5)):
        return learning.mistake("one of the two shapes kept")
    if given == (25,):
        return learning.mistake("all pairs, but in a row")
    if given in ((10,), (5, 2), (10, 1), (5, 6)):
        return learning.mistake("put side by side")
    return learning.wrong(f"{given} is not what comes out. Write the shapes below each other, flush right.")


broadcast = JudgedExercise(
    "start.5",
    "The broadcasting trap",
    judge=_judge_broadcast,
    mistakes=[
        Mistake(
            "n",
            hints=(
                "That would be so if both were rows of five. One of them is a column.",
                "Flush right: (5, 1) above (   5). A missing axis counts as 1, and a 1 is repeated.",
            ),
        ),
        Mistake(
            "one of the two shapes kept",
            hints=("Both have an axis that is repeated: the column sideways, the row downwards.",),
        ),
        Mistake("all pairs, but in a row", hints=("25 numbers is right. They come as rows and columns.",)),
        Mistake("put side by side", hints=("Subtracting joins nothing together; it repeats what has size 1.",)),
    ],
    hints=(
        "Write (5, 1) and (5,) below each other, flush right; put a 1 where an axis is missing.",
        "An axis of size 1 is stretched to the other one's size. Do it for both axes.",
    ),
    why="No error, no warning: a loss computed from 25 differences instead of 5. Such a bug trains, and never fits.",
)

# ---------------------------------------------------------------- 5 repair: a loss that cannot broadcast


def _losses():
    rng = np.random.default_rng(0)
    cases = [(np.array([[1.0], [2.0]]), np.array([1.0, 4.0])), (np.array([1.0, 2.0]), np.array([1.0, 4.0]))]
    for _ in range(10):
        n = int(rng.integers(2, 9))
        prediction, y = rng.normal(0, 2, (n, 1)).round(2), rng.normal(0, 2, n).round(2)
        cases.append((prediction, y))
        cases.append((prediction[:, 0], y[:, None]))
    return cases


def _flat(prediction, y):
    return np.ravel(prediction) - np.ravel(y)


repaired_loss = FunctionExercise(
    "start.6",
    "A loss that cannot broadcast",
    reference=layers.mean_squared_error,
    cases=_losses,
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "broadcast after all",
            lambda prediction, y: float(((np.asarray(prediction) - np.asarray(y)) ** 2).mean()),
            hints=(
                "Here the prediction is a column and y a row, or the other way round. Print the shape of their difference.",
                "Make both of shape (n,) before you subtract; reshape(-1) does it.",
            ),
        ),
        Mistake(
            "the sum, not the mean",
            lambda prediction, y: float((_flat(prediction, y) ** 2).sum()),
            hints=("Mean squared error: the sum is still to be divided by the number of examples.",),
        ),
        Mistake(
            "not squared",
            lambda prediction, y: float(np.abs(_flat(prediction, y)).mean()),
            hints=("This is the mean absolute difference. Squared is asked for.",),
        ),
        Mistake(
            "the root taken",
            lambda prediction, y: float(np.sqrt((_flat(prediction, y) ** 2).mean())),
            hints=("One step too far: the root is not asked for.",),
        ),
        Mistake(
            "the square of the mean",
            lambda prediction, y: float(_flat(prediction, y).mean() ** 2),
            hints=("Plus and minus cancel in the mean. Square first, then take the mean.",),
        ),
    ],
    hints=(
        "Two things of one shape are subtracted number by number. Which shape do you want both to have?",
        "prediction.reshape(-1) makes (n, 1) to (n,), and leaves (n,) as it is.",
    ),
    why="A line that compares shapes, or flattens both, costs nothing. Libraries warn at best.",
)

# ---------------------------------------------------------------- 6 autograd


def _hills():
    rng = np.random.default_rng(6)
    return [
        (2.0, 4.0),
        (1.0, 1.0),
        *((float(e), float(n)) for e, n in rng.uniform([0.05, 0.5], [30, 6], (12, 2)).round(2)),
    ]


slope = FunctionExercise(
    "start.7",
    "The slope of the Hill function at its EC50",
    reference=layers.slope_at_ec50,
    cases=_hills,
    tolerance=1e-5,
    mistakes=[
        Mistake(
            "the height, not the slope",
            lambda ec50, n: 0.5,
            hints=(
                "At its EC50 the function is 0.5 high. How steep is it there?",
                "x.grad holds the slope, once backward() was called.",
            ),
        ),
        Mistake(
            "the slope along the logarithm",
            lambda ec50, n: n / 4,
            hints=(
                "That is the slope if x is measured in steps of e. Per unit of concentration it depends on the EC50.",
            ),
        ),
        Mistake(
            "the slope for the EC50",
            lambda ec50, n: -n / (4 * ec50),
            hints=("The sign: with more substance the effect grows. Did you take the slope for x, or for the EC50?",),
        ),
        Mistake(
            "twice too steep",
            lambda ec50, n: n / (2 * ec50),
            hints=(
                "A factor of two: did backward() run twice? It adds slopes up. By hand, (2 · ec50ⁿ)² makes a 4 below the line.",
            ),
        ),
        Mistake(
            "taken at x = 1",
            lambda ec50, n: float(layers.hill_slope(1.0, ec50, n)),
            hints=("That is the slope at x = 1. Which x is asked for?",),
        ),
    ],
    hints=(
        "Three steps: x = torch.tensor(ec50, requires_grad=True); effect = start.layers.hill(x, ec50, n); effect.backward().",
        "The slope then stands in x.grad. Use dtype=torch.float64, and .item() to get a plain number.",
    ),
    why="By hand it is n / (4 · ec50). Autograd finds the same with no formula, for a curve or for a network with a million weights.",
)

# ---------------------------------------------------------------- 7 which model first

SITUATIONS = {"a": "linear", "b": "forest", "c": "cnn", "d": "gcn", "e": "autoencoder", "f": "transformer"}
_NAMES = ("linear", "forest", "mlp", "cnn", "rnn", "transformer", "gcn", "autoencoder")


def _judge_choice(answer):
    if not isinstance(answer, dict):
        return learning.wrong(f"A dictionary with the letters a to f was expected; a {type(answer).__name__} came.")
    missing = [letter for letter in SITUATIONS if letter not in answer]
    if missing:
        return learning.wrong(f"The dictionary lacks {', '.join(missing)}.")
    said = {letter: str(answer[letter]).strip().lower() for letter in SITUATIONS}
    unknown = [f"{letter}: {answer[letter]!r}" for letter in SITUATIONS if said[letter] not in _NAMES]
    if unknown:
        return learning.wrong(f"One of {', '.join(_NAMES)} was expected; {', '.join(unknown)} came.")
    if said["a"] != "linear":
        return learning.mistake("a large model for 24 numbers")
    if said["e"] != "autoencoder":
        return learning.mistake("labels that are not there")
    if said["d"] in ("forest", "mlp", "linear"):
        return learning.mistake("structure ignored")
    if said["b"] in ("mlp", "gcn", "transformer", "cnn"):
        return learning.mistake("the forest skipped")
    if said["c"] == "transformer" and said["f"] != "transformer":
        return learning.mistake("pretrained where data are plenty")
    off = [letter for letter, right in SITUATIONS.items() if said[letter] != right]
    if off:
        return learning.wrong(
            f"{len(off)} of six are not what the flowchart says; look at {off[0]} first. Move the figure to it."
        )
    return learning.right("And each of them still has its baseline to beat.")


which_model = JudgedExercise(
    "start.2",
    "Which model first?",
    judge=_judge_choice,
    mistakes=[
        Mistake(
            "a large model for 24 numbers",
            hints=(
                "Look at a: how many examples are there?",
                "With 24 roots a formula with four numbers is the right size.",
            ),
        ),
        Mistake(
            "labels that are not there",
            hints=(
                "Look at e: is anybody told what each cell is?",
                "With no labels the first question already decides.",
            ),
        ),
        Mistake(
            "structure ignored",
            hints=(
                "Look at d: what would a table of the atoms leave out?",
                "Bonds are edges, and 2,000 examples are enough to use them.",
            ),
        ),
        Mistake(
            "the forest skipped",
            hints=(
                "Look at b: twelve properties in a table, fewer than 10,000 rows.",
                "A forest comes before a network there; chapter 3 shows by how little they differ.",
            ),
        ),
        Mistake(
            "pretrained where data are plenty",
            hints=(
                "Compare c and f: one has 100,000 examples, the other 350. Which of them needs what others have learned?",
            ),
        ),
    ],
    hints=("Set the slider and the two lists of the figure to each situation in turn.",),
    why="The flowchart tells where to begin. Whether the model stays is decided by its baseline.",
)

# ---------------------------------------------------------------- 8 which data may go to a public cloud

_WHY_NOT = {
    "b": "b holds patients' tumours. Without names they are still theirs: dates, rare findings or the pixels can lead back.",
    "d": "d holds genomes. A few dozen variants single a person out, and relatives with them; consent was given for one study.",
    "f": "f belongs to a partner, under a contract. A free cloud service is somebody else's computer.",
}


def _judge_cloud(answer):
    if not isinstance(answer, str):
        return learning.wrong(f'Letters as one word were expected, such as "bc"; a {type(answer).__name__} came.')
    letters = {letter for letter in answer.lower() if letter.isalpha()}
    unknown = sorted(letters - set("abcdef"))
    if unknown or not letters:
        return learning.wrong(f"The six data sets are a to f; {', '.join(unknown) or 'no letter'} came.")
    for letter, name in {"b": "no name, so no person", "d": "consent stretched", "f": "a contract forgotten"}.items():
        if letter in letters:
            return learning.mistake(name)
    missing = sorted(set("ace") - letters)
    if missing:
        return (
            learning.mistake("too careful")
            if missing == ["e"]
            else learning.wrong(
                f"{len(missing)} of the six may go as well. Which of them are public already, or of nobody?"
            )
        )
    return learning.right("Published measurements, public sequences and invented patients may go.")


cloud = JudgedExercise(
    "start.9",
    "What may go to a public cloud?",
    judge=_judge_cloud,
    mistakes=[
        Mistake(
            "no name, so no person",
            hints=("Look at b: what else than a name could lead back to a person?", _WHY_NOT["b"]),
        ),
        Mistake(
            "consent stretched",
            hints=("Look at d: what did these people agree to, and how unique is a genome?", _WHY_NOT["d"]),
        ),
        Mistake("a contract forgotten", hints=("Look at f: whose data are they?", _WHY_NOT["f"])),
        Mistake(
            "too careful",
            hints=("Look at e: whose data are these patients'? You drew them from published averages.",),
        ),
    ],
    hints=("Ask of each: does it come from a person, does it belong to somebody, is it public already?",),
    why="This is the cautious reading, not legal advice: your institution's rules, the ethics vote, the consent form and the law of your "
    "country decide. Ask the data-protection office before, not after.",
)

# ---------------------------------------------------------------- two orders

_HISTORY = [
    ("logical neuron", "a neuron as a threshold on a sum (McCulloch & Pitts)"),
    ("perceptron", "perceptron: weights learned from examples (Rosenblatt)"),
    ("neocognitron", "neocognitron: the same detectors everywhere (Fukushima)"),
    ("backpropagation", "backpropagation for several layers (Rumelhart, Hinton & Williams)"),
    ("LSTM", "LSTM: memory over long sequences (Hochreiter & Schmidhuber)"),
    ("ReLU, dropout, two GPUs", "a deep CNN with ReLU and dropout on two GPUs (Krizhevsky and colleagues)"),
    ("transformer", "transformer: attention alone (Vaswani and colleagues)"),
    ("AlphaFold2", "AlphaFold2: protein structures (Jumper and colleagues)"),
]
HISTORY_NAMES = tuple(name for name, _ in _HISTORY)

history = OrderExercise(
    "start.order",
    "Eight steps of eighty years, oldest first",
    lines=[line for _, line in _HISTORY],
    why="Look at the gaps: between a neuron on paper and layers that learn lie 43 years. New architectures waited for training.",
    shuffle_seed=5,
)

steps = OrderExercise(
    "start.steps",
    "The nine steps of a study",
    lines=[
        "question: what goes in, what comes out",
        "data: look at them, count them, may I use them",
        "split: hold out what will be new",
        "baseline: the simplest sensible model",
        "model: fits the structure of the input",
        "debug: learn one example by heart",
        "train: watch the validation loss",
        "evaluate: once, on the test data",
        "report: with what it does not show",
    ],
    distractors={
        "tune until the test score is good": "Then the test data are training data, and the score is worth nothing."
    },
    why="Split and baseline come before the model. Most results that do not last left one of the two out.",
    shuffle_seed=3,
)

# ---------------------------------------------------------------- predict, observe, explain

winners = Prediction(
    "start.p1",
    question="Five biological tasks: on how many will a network beat the simple model for sure (its 95 % interval above 0)?",
    low=0,
    high=5,
    unit="tasks, from 0 to 5",
    starter="The network wins where …, and elsewhere …",
    explanation="It wins where the output depends on combinations that the simple model cannot write down and there are thousands of "
    "examples: letters of a protein that act together. Where a formula or a weighted sum already holds what the data can "
    "tell, it ties; beyond the data the formula, which knows biology, is better.",
)

perfect_loss = Prediction(
    "start.p2",
    question="Five predictions are all exactly right. They come as a column, shape (5, 1); the measurements as (5,). "
    "What is ((prediction - y) ** 2).mean()?",
    choices={
        "a": "0, as every prediction is right",
        "b": "an error message, as the shapes differ",
        "c": "a number above 0",
    },
    starter="The difference has the shape … because …",
    explanation="Each prediction was compared with all five measurements, 25 differences in all. What comes out is twice the variance of the "
    "measurements, and no training makes it 0.",
)

unnamed = Prediction(
    "start.p3",
    question="A table holds 100,000 people with no names, only genotypes (0, 1 or 2 copies of common variants). After how many variants "
    "is every person in it different from every other?",
    low=1,
    high=10_000,
    unit="variants",
    starter="So few are enough because …",
    explanation="Each variant sorts people into three groups, so the number of possible profiles grows as 3, 9, 27, 81 … With two dozen "
    "variants there are far more profiles than people. A profile is as good as a name for whoever has another table with "
    "the same variants and a name in it.",
)

# ---------------------------------------------------------------- the readiness quiz

readiness_quiz = Quiz(
    "start.readiness",
    "Are you ready?",
    questions=[
        Question(
            'codons = ["ATG", "GCC", "TAA"]. What is codons[1]?',
            {
                "a": Option('"ATG"', "Python counts from 0, so that is codons[0]."),
                "b": Option('"GCC"'),
                "c": Option('"T"', "One pair of brackets takes a whole entry; codons[0][1] would take a letter of it."),
            },
            key="b",
            why="Counting begins at 0.",
        ),
        Question(
            "total = 0, then: for n in [2, 3, 4]: total = total + n. What is total afterwards?",
            {
                "a": Option("4", "That is the last n. What was kept from the rounds before?"),
                "b": Option("3", "That is the number of rounds; each round adds n, not 1."),
                "c": Option("9"),
            },
            key="c",
            why="2 + 3 + 4: the loop's body runs once for each entry.",
        ),
        Question(
            "def double(x): y = 2 * x  (and nothing else). What does double(3) give back?",
            {
                "a": Option("None"),
                "b": Option("6", "6 is computed and stored in y, but nothing is returned."),
                "c": Option("y", "The name y lives inside the function only."),
            },
            key="a",
            why="Without return a function gives back None. The most frequent mistake in the exercises.",
        ),
        Question(
            "X has shape (100, 12): 100 molecules, 12 properties. What is X[:, 0]?",
            {
                "a": Option("the first molecule", "That is X[0]; the colon stands for all rows."),
                "b": Option("the first property of all molecules"),
                "c": Option("a single number", "A single number needs two numbers in the brackets, such as X[0, 0]."),
            },
            key="b",
            why="All rows, column 0: shape (100,).",
        ),
        Question(
            "X has shape (100, 12) and X.mean(axis=0) has shape (12,). What is the shape of X - X.mean(axis=0)?",
            {
                "a": Option("(12,)", "The smaller one is repeated for each row; the larger shape stays."),
                "b": Option(
                    "an error, the shapes differ", "Read from the right: 12 meets 12. The missing axis is filled in."
                ),
                "c": Option("(100, 12)"),
            },
            key="c",
            why="The row of means is subtracted from each of the 100 rows.",
        ),
        Question(
            "Growth is fastest where the growth curve's slope is",
            {
                "a": Option("largest"),
                "b": Option("zero", "There the curve is level: nothing grows at that moment."),
                "c": Option("negative", "There the curve falls: the culture shrinks."),
            },
            key="a",
            why="A slope (derivative) is change per unit of time.",
        ),
        Question(
            "A disease has a probability of 0.8. Its log-odds, ln(p / (1 − p)), are",
            {
                "a": Option("−0.22", "That is ln(0.8), the logarithm of the probability. Odds first: 0.8 / 0.2."),
                "b": Option("1.39"),
                "c": Option("4", "Those are the odds, 0.8 / 0.2. The logarithm is still to be taken."),
            },
            key="b",
            why="The odds are 4, and ln 4 = 1.39. At p = 0.5 the log-odds are 0.",
        ),
        Question(
            "Two genes have a correlation of 0 over 200 samples. This says",
            {
                "a": Option(
                    "they have nothing to do with each other", "A U-shaped relation also has a correlation near 0."
                ),
                "b": Option("no straight line describes one by the other"),
                "c": Option("both have a variance of 0", "Then a correlation would not even be defined."),
            },
            key="b",
            why="Correlation sees straight-line relations only.",
        ),
        Question(
            "Why is a test set kept apart from training?",
            {
                "a": Option("to have more data for training", "It takes data away from training."),
                "b": Option("to save computing time", "It is small, and the time is not the reason."),
                "c": Option("to judge on examples that the model has not learned from"),
            },
            key="c",
            why="On its training examples a model can be right by memory.",
        ),
        Question(
            "Of 100 ill people a test finds 90; it also calls 60 healthy people ill. Which is right?",
            {
                "a": Option("sensitivity 0.90, precision 0.60"),
                "b": Option(
                    "sensitivity 0.60, precision 0.90",
                    "The other way round: sensitivity is the share of the ill who are found.",
                ),
                "c": Option(
                    "sensitivity 0.90, precision 0.40",
                    "0.40 is the share of wrong alarms, 60 of 150; precision is the other part.",
                ),
            },
            key="a",
            why="90 of 100 ill are found; of 150 alarms 90 are right.",
        ),
        Question(
            "One-hot for the letters A, C, G, T, in this order: which is G?",
            {
                "a": Option(
                    "3", "One number would say that G is more than A. One-hot gives each letter a place of its own."
                ),
                "b": Option("0 0 1 0"),
                "c": Option("1 1 1 0", "Exactly one place holds a 1."),
            },
            key="b",
            why="A 1 in the third place, 0 elsewhere: four numbers a letter, with no order among them.",
        ),
        Question(
            "p = 0.03. Which sentence is right?",
            {
                "a": Option(
                    "The null hypothesis is true with a probability of 3 %",
                    "p is computed as if it were true; it cannot be its probability.",
                ),
                "b": Option(
                    "The effect is important in 97 % of cases",
                    "A tiny effect has a small p if there are enough samples.",
                ),
                "c": Option("If there were no effect, data at least this extreme would come in 3 % of studies"),
            },
            key="c",
            why="A p-value is about data, given no effect. It is no probability of a hypothesis.",
        ),
    ],
)

# ---------------------------------------------------------------- quiz and recall of the chapter

final_quiz = Quiz(
    "start.quiz",
    "Quiz",
    questions=[
        Question(
            "32 one-hot DNA sequences of 57 bases are, for PyTorch, a tensor of shape",
            {
                "a": Option("(32, 57, 4)", "Channels last. A 1-D convolution would slide over the four letters."),
                "b": Option("(32, 4, 57)"),
                "c": Option("(4, 57, 32)", "The examples come first."),
                "d": Option(
                    "(32, 1, 4, 57)", "That would be a grey picture of 4 by 57 pixels: letters would have neighbours."
                ),
            },
            key="b",
            why="Batch, channels, length.",
        ),
        Question(
            "A colleague has 60 patients with 12 blood values each and asks for a neural network. You say",
            {
                "a": Option(
                    "yes, with dropout against overfitting", "First the model that fits 60 rows; dropout adds no data."
                ),
                "b": Option("logistic regression first; a network only if it beats it on held-out patients"),
                "c": Option("no, networks never work on blood values", "With ten thousand patients one may."),
                "d": Option(
                    "a pretrained transformer",
                    "There is none for this laboratory's twelve columns, and no sequence in them.",
                ),
            },
            key="b",
            why="Fewer than 100 examples: the baseline is the model.",
        ),
        Question(
            "What does Colab promise?",
            {
                "a": Option(
                    "a GPU at any time", "Not guaranteed: it depends on what is free, and on what you used before."
                ),
                "b": Option(
                    "that your data are protected as in your hospital",
                    "It is a company's cloud; no patient data belong there.",
                ),
                "c": Option("Python in the browser at no cost for small tasks, with limits"),
            },
            key="c",
            why="A good way to begin, with data that anybody may see.",
        ),
        Question(
            "x.grad after effect.backward() holds",
            {
                "a": Option("the change of the effect per unit of x, at this x"),
                "b": Option("the effect at x", "That is effect itself."),
                "c": Option("the best x", "It says which way is up from here. Finding the best takes many steps."),
            },
            key="a",
            why="A slope at one place. Training takes many of them, one small step each.",
        ),
        Question(
            "A network's accuracy is 0.62, the linear model's 0.61, on 17 protein chains; the interval of the difference contains 0. You report",
            {
                "a": Option(
                    "the network is better", "Seventeen other chains could turn it round; the interval says so."
                ),
                "b": Option("a tie on these data, both numbers, and the number of chains"),
                "c": Option("only the network's number", "Without its baseline nobody can tell what 0.62 means."),
            },
            key="b",
            why="A tie with a simple model is a result. It says that the simple model is enough here.",
        ),
    ],
)

recall = Quiz(
    "start.recall",
    "Without looking back",
    questions=[
        Question(
            "The result of (n, 1) − (n,) has the shape",
            {
                "a": Option("(n,)", "Only if both are rows."),
                "b": Option("(n, 1)", "The column is repeated sideways as well."),
                "c": Option("(n, n)"),
            },
            key="c",
            why="Every one with every other.",
        ),
        Question(
            "Names are removed from a genome data set. It is then",
            {
                "a": Option("anonymous, so free to upload", "A few dozen variants single out each person."),
                "b": Option("still personal data"),
                "c": Option("useless for research", "It is useful, in a place that is allowed to hold it."),
            },
            key="b",
            why="A genome is its own name.",
        ),
        Question(
            "Which of the nine steps come before choosing a model?",
            {
                "a": Option("question, data, split, baseline"),
                "b": Option(
                    "question, data", "Split and baseline come before too; else the model is judged by its own ruler."
                ),
                "c": Option("train, evaluate", "They need a model."),
            },
            key="a",
            why="The ruler first, then what is measured.",
        ),
    ],
)

# ---------------------------------------------------------------- the errata as a reading exercise

ERRATA = {"X2": "c", "X3": "a", "X5": "d", "X10": "b"}


def _judge_errata(answer):
    if not isinstance(answer, dict):
        return learning.wrong(f"A dictionary such as {{'X2': 'a', …}} was expected; a {type(answer).__name__} came.")
    missing = [number for number in ERRATA if number not in answer]
    if missing:
        return learning.wrong(f"The dictionary lacks {', '.join(missing)}.")
    said = {number: str(answer[number]).strip().lower() for number in ERRATA}
    if said["X2"] == "a" and said["X3"] == "c":
        return learning.mistake("two graph sentences swapped")
    if said["X5"] == "b" and said["X10"] == "d":
        return learning.mistake("two training sentences swapped")
    off = [number for number, right in ERRATA.items() if said[number] != right]
    if len(off) == len(ERRATA):
        return learning.wrong(
            "None of the four fits yet. Begin with X5: which sentence is about something that is computed?"
        )
    if off:
        return learning.wrong(f"{len(ERRATA) - len(off)} of 4 fit; {off[0]} does not yet.")
    return learning.right("Four sentences that would have taught you something else.")


errata = JudgedExercise(
    "start.8",
    "What the damaged sentences would teach",
    judge=_judge_errata,
    mistakes=[
        Mistake(
            "two graph sentences swapped",
            hints=("X2 is about which data a graph network is for; X3 about what flows between nodes.",),
        ),
        Mistake(
            "two training sentences swapped",
            hints=("X5 is about what training changes; X10 about a model that cannot fit at all.",),
        ),
    ],
    hints=("Read each printed sentence as if it were true. What would you then build, or expect?",),
    why="A translation is a measurement with errors. Where a sentence surprises you, read the original.",
)

# ---------------------------------------------------------------- registration

REMEDIES = remedies  # its exercises are registered together with these

learning.register(
    bonds,
    first_run,
    shapes,
    dimensions,
    broadcast,
    repaired_loss,
    slope,
    which_model,
    cloud,
    errata,
    history,
    steps,
    winners,
    perfect_loss,
    unnamed,
    readiness_quiz,
    final_quiz,
    recall,
)
