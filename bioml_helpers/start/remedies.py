"""The exercises of chapter 0's two short companions: arrays and shapes; slopes, logarithms and probabilities."""

from __future__ import annotations

import numpy as np

from bioml_helpers import learning
from bioml_helpers.learning import FunctionExercise, Mistake, ValueExercise

# ---------------------------------------------------------------- b1 lists, loops, functions

_PAIR = str.maketrans("ACGT", "TGCA")


def reverse_complement(sequence: str) -> str:
    """Return the other strand of DNA, read in its own direction.

    Examples
    --------
    >>> reverse_complement("AACG")
    'CGTT'
    """
    return sequence.translate(_PAIR)[::-1]


def _strands():
    rng = np.random.default_rng(1)
    return [("AACG",), ("ATG",), *(("".join(rng.choice(list("ACGT"), n)),) for n in (5, 9, 14, 30))]


strand = FunctionExercise(
    "start.b1",
    "The other strand",
    reference=reverse_complement,
    cases=_strands,
    mistakes=[
        Mistake(
            "complement, not reversed",
            lambda sequence: sequence.translate(_PAIR),
            hints=("The letters pair as they should. In which direction is the other strand read?",),
        ),
        Mistake(
            "reversed, not complemented",
            lambda sequence: sequence[::-1],
            hints=("The direction is right. Which letter stands opposite to A?",),
        ),
        Mistake(
            "RNA letters",
            lambda sequence: sequence.translate(_PAIR)[::-1].replace("T", "U"),
            hints=("There is a U in your answer. In DNA, what stands opposite to A?",),
        ),
        Mistake(
            "only the first letter",
            lambda sequence: sequence.translate(_PAIR)[-1],
            hints=("One letter comes back. Does return stand inside the loop?",),
        ),
    ],
    hints=(
        "Begin with an empty text, other = '', and walk through reversed(sequence).",
        "In each round: other = other + pair[letter], with the dictionary pair of the cell above.",
    ),
    why="A loop, a dictionary, a return: with these three you can follow every line of this course.",
)

# ---------------------------------------------------------------- b2 indexing

PLATE = np.round(
    np.random.default_rng(96).normal(1.0, 0.1, (8, 12)) + np.linspace(0, 0.5, 12), 2
)  # (8 rows, 12 columns)

third_column = ValueExercise(
    "start.b2",
    "The third column of a plate",
    expected=float(PLATE[:, 2].mean()),
    tolerance=0.001,
    mistakes=[
        Mistake(
            "counted from 1",
            float(PLATE[:, 3].mean()),
            hints=("That is the fourth column: Python counts from 0.",),
        ),
        Mistake(
            "a row, not a column",
            float(PLATE[2].mean()),
            hints=("That is the third row. plate[row, column], and a colon for all of them.",),
        ),
        Mistake("the whole plate", float(PLATE.mean()), hints=("All 96 wells went in. Which of them are asked for?",)),
        Mistake(
            "the sum", float(PLATE[:, 2].sum()), hints=("The wells are right; the mean divides by how many there are.",)
        ),
    ],
    hints=("plate[:, 0] is the first column.",),
    why="A colon means all. X[:, 2] of a table of molecules is one property of all of them.",
)

# ---------------------------------------------------------------- b3 broadcasting


def standardise(X):
    """Return each column with mean 0 and standard deviation 1.

    Examples
    --------
    >>> standardise(np.array([[1.0, 10.0], [3.0, 30.0]])).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """
    return (X - X.mean(axis=0)) / X.std(axis=0)


def _tables():
    rng = np.random.default_rng(3)
    return [(rng.normal(5, [1, 20, 0.1][:p], (n, p)).round(3),) for n, p in ((4, 2), (3, 3), (6, 3), (8, 1))]


columns = FunctionExercise(
    "start.b3",
    "Columns on one scale",
    reference=standardise,
    cases=_tables,
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "one mean for the whole table",
            lambda X: (X - X.mean()) / X.std(),
            hints=("Weight in g/mol and a count were thrown together. Each column needs its own mean: axis=0.",),
        ),
        Mistake(
            "by row",
            lambda X: (X - X.mean(axis=1, keepdims=True)) / np.maximum(X.std(axis=1, keepdims=True), 1e-9),
            hints=("axis=1 runs along a row, one molecule. Which axis runs down a column?",),
        ),
        Mistake(
            "not divided",
            lambda X: X - X.mean(axis=0),
            hints=("The means are 0. The spread is still to be divided by.",),
        ),
        Mistake(
            "divided by the variance",
            lambda X: (X - X.mean(axis=0)) / X.var(axis=0),
            hints=("The variance has the unit squared. Its root is the standard deviation.",),
        ),
        Mistake(
            "mean not removed",
            lambda X: X / X.std(axis=0),
            hints=("The spread is 1. The mean of each column should become 0 first.",),
        ),
    ],
    hints=("X.mean(axis=0) holds one mean a column; broadcasting subtracts it from every row.",),
    why="Networks learn faster from columns on one scale. Mean and spread always come from the training rows only.",
)

# ---------------------------------------------------------------- b4 one-hot


def one_hot(sequence: str):
    """Return the letters A, C, G, T of a sequence as a table of 0 and 1, shape (4, length).

    Examples
    --------
    >>> one_hot("AT").tolist()
    [[1, 0], [0, 0], [0, 0], [0, 1]]
    """
    return np.array([[int(letter == base) for letter in sequence] for base in "ACGT"])


def _turned(sequence):
    return np.array([[int(letter == base) for base in "ACGT"] for letter in sequence])


encoded = FunctionExercise(
    "start.b4",
    "One-hot by hand",
    reference=one_hot,
    cases=[("GATTACA",), ("ACG",), ("TT",), ("C",), ("ACGTACGTT",)],
    mistakes=[
        Mistake(
            "length first",
            _turned,
            hints=("Right numbers, turned: the letters are the channels and come first, shape (4, length).",),
        ),
        Mistake(
            "numbers instead of places",
            lambda sequence: np.array(["ACGT".index(letter) for letter in sequence]),
            hints=("0, 1, 2, 3 would say that T is more than A. Give each letter a row of its own.",),
        ),
        Mistake(
            "another order of letters",
            lambda sequence: _turned(sequence).T[[0, 3, 2, 1]],
            hints=("The rows are in another order than A, C, G, T.",),
        ),
        Mistake(
            "0 and 1 swapped",
            lambda sequence: 1 - _turned(sequence).T,
            hints=("Each column has three ones. It should have exactly one, where the letter stands.",),
        ),
    ],
    hints=("np.zeros((4, len(sequence))) is a good beginning. Then put a 1 at [row of the letter, position].",),
    why="data.encode.one_hot does the same for many sequences, and says what it does with an N.",
)

# ---------------------------------------------------------------- c1 logarithms and slopes


def doubling_time(first, last, hours):
    """Return the doubling time of a culture that grows exponentially, in hours.

    Examples
    --------
    >>> doubling_time(0.1, 0.8, 3.0)
    1.0
    """
    return round(float(hours * np.log(2) / np.log(last / first)), 12)


growth = FunctionExercise(
    "start.c1",
    "Doubling time",
    reference=doubling_time,
    cases=[(0.1, 0.8, 3.0), (0.05, 0.4, 6.0), (0.2, 0.3, 1.5), (0.01, 1.0, 8.0)],
    tolerance=1e-4,
    mistakes=[
        Mistake(
            "growth rate, not doubling time",
            lambda first, last, hours: np.log(last / first) / hours,
            hints=("That is the slope of the logarithm, per hour. How long until the logarithm has grown by ln 2?",),
        ),
        Mistake(
            "doublings counted, not their time",
            lambda first, last, hours: np.log2(last / first),
            hints=("So many doublings happened. How many hours did each take?",),
        ),
        Mistake(
            "as if growth were a straight line",
            lambda first, last, hours: hours * first / (last - first),
            hints=("A straight line adds the same each hour; a culture multiplies. Take logarithms first.",),
        ),
        Mistake(
            "doublings per hour",
            lambda first, last, hours: np.log2(last / first) / hours,
            hints=("Doublings per hour: the answer asked for is hours per doubling.",),
        ),
        Mistake(
            "two different logarithms",
            lambda first, last, hours: hours * np.log(2) / np.log10(last / first),
            hints=(
                "Above and below the line the same logarithm is needed; np.log and np.log10 differ by a factor of 2.3.",
            ),
        ),
    ],
    hints=("How many doublings lie between first and last? np.log2(last / first) tells.",),
    why="On a logarithmic scale multiplying is adding: exponential growth is a straight line, its slope the rate.",
)

# ---------------------------------------------------------------- c2 log-odds


def probability(log_odds):
    """Return the probability that belongs to log-odds.

    Examples
    --------
    >>> probability(0.0)
    0.5
    """
    return float(1 / (1 + np.exp(-log_odds)))


odds = FunctionExercise(
    "start.c2",
    "From log-odds to a probability",
    reference=probability,
    cases=[(0.0,), (1.0,), (-1.0,), (3.0,), (-4.5,), (0.3,)],
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "the odds", lambda z: np.exp(z), hints=("These are the odds, p / (1 − p). Solve for p: odds / (1 + odds).",)
        ),
        Mistake(
            "the sign turned",
            lambda z: 1 / (1 + np.exp(z)),
            hints=("Larger log-odds should mean a larger probability.",),
        ),
        Mistake(
            "without exp",
            lambda z: z / (1 + z) if z != -1 else 9.0,
            hints=("That takes z for the odds. z is their logarithm.",),
        ),
        Mistake(
            "the log-odds of z",
            lambda z: np.log(abs(z) / (1 + abs(z)) + 1e-9),
            hints=("The other direction: from log-odds back to p.",),
        ),
    ],
    hints=("First the odds: np.exp(z). Then p = odds / (1 + odds).",),
    why="This is the sigmoid, the last step of every network that answers yes or no. Chapter 2 builds it.",
)

# ---------------------------------------------------------------- c3 sensitivity and precision


def sensitivity_and_precision(y, prediction):
    """Return the share of the positives that were found, and the share of the alarms that were right.

    Examples
    --------
    >>> sensitivity_and_precision(np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0]))
    (0.5, 0.5)
    """
    found = float(((y == 1) & (prediction == 1)).sum())
    return found / float((y == 1).sum()), found / float((prediction == 1).sum())


def _diagnoses():
    rng = np.random.default_rng(8)
    cases = [(np.array([1, 1, 1, 0, 0]), np.array([1, 0, 0, 1, 0]))]
    for _ in range(8):
        y = (rng.random(30) < 0.3).astype(int)
        prediction = np.where(rng.random(30) < 0.75, y, 1 - y)
        y[0] = prediction[0] = 1  # at least one of each
        cases.append((y, prediction))
    return cases


def _shares(y, prediction):
    found = ((y == 1) & (prediction == 1)).sum()
    return found / (y == 1).sum(), found / (prediction == 1).sum()


diagnosis = FunctionExercise(
    "start.c3",
    "Sensitivity and precision",
    reference=sensitivity_and_precision,
    cases=_diagnoses,
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "the two swapped",
            lambda y, prediction: _shares(y, prediction)[::-1],
            hints=("Both are right, in the wrong order: the share of the ill who were found comes first.",),
        ),
        Mistake(
            "specificity instead of precision",
            lambda y, prediction: (
                _shares(y, prediction)[0],
                ((y == 0) & (prediction == 0)).sum() / max((y == 0).sum(), 1),
            ),
            hints=("Your second number is the share of the healthy who were let go. Precision looks at the alarms.",),
        ),
        Mistake(
            "accuracy",
            lambda y, prediction: ((y == prediction).mean(), _shares(y, prediction)[1]),
            hints=("Your first number counts every right answer. Sensitivity looks at the ill only.",),
        ),
        Mistake(
            "counts, not shares",
            lambda y, prediction: (((y == 1) & (prediction == 1)).sum(), ((y == 1) & (prediction == 1)).sum()),
            hints=("So many were found. Divide by the number of the ill, and by the number of alarms.",),
        ),
    ],
    hints=("found = ((y == 1) & (prediction == 1)).sum() counts the ill who were called ill.",),
    why="With few ill people, a test may be 95 % accurate and most of its alarms wrong. Chapter 3 comes back to this.",
)

# ---------------------------------------------------------------- c4 p-values

alarms = ValueExercise(
    "start.c4",
    "A thousand comparisons of nothing",
    expected=50,
    tolerance=1e-9,
    mistakes=[
        Mistake("none", 0, hints=("There is no effect; but how often is p below 0.05 then, by its definition?",)),
        Mistake("all but these", 950, hints=("That many stay above 0.05.",)),
        Mistake("one", 1, hints=("0.05 is one in twenty, not one in a thousand.",)),
        Mistake("5 as in percent", 5, hints=("5 of each hundred. There are ten hundreds.",)),
    ],
    hints=("A p-value below 0.05 comes in 5 % of studies with no effect.",),
    why="Whoever tries a thousand features finds fifty “significant” ones in pure noise. Chapter 9 does so on purpose.",
    unit="comparisons",
)

learning.register(strand, third_column, columns, encoded, growth, odds, diagnosis, alarms)
