"""What chapter 1 asks: predictions, exercises with their usual mistakes, the order of lines, and the quizzes."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from bioml_helpers import data, learning
from bioml_helpers.approximation import layers
from bioml_helpers.data import validate
from bioml_helpers.learning import (
    CardExercise,
    Field,
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

# ---------------------------------------------------------------- 1 fewest pieces


FEWEST = [23, 9]  # even, best; a test computes them again, here a check has to answer at once
FEWEST_BY_MEAN_ERROR = [9, 7]


fewest_pieces = ValueExercise(
    "approximation.1",
    "The fewest pieces",
    expected=FEWEST,
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "the mean error, not the largest",
            FEWEST_BY_MEAN_ERROR,
            hints=(
                "These numbers keep the error small on average. What does the largest gap do meanwhile?",
                "Use errors_by_pieces: it takes the largest gap over the whole range, not the mean.",
            ),
        ),
        Mistake(
            "knots counted as pieces",
            [n + 1 for n in FEWEST],
            hints=(
                "Both numbers are one too many. How many knots does a line of two pieces have?",
                "A line of n pieces has n + 1 knots; the question asks for pieces.",
            ),
        ),
        Mistake(
            "the position in the array, not the number of pieces",
            [n - 1 for n in FEWEST],
            hints=(
                "Both numbers are one too few. Which number of pieces belongs to the first entry of the array?",
                "Python counts from 0, pieces count from 1: entry i belongs to i + 1 pieces.",
            ),
        ),
        Mistake(
            "even and best swapped",
            FEWEST[::-1],
            hints=("The right numbers in the wrong order: which of the two placements needs fewer pieces?",),
        ),
    ],
    hints=(
        "In the figure, move the slider to the right until the error falls below 1 % of the range; then switch the placement.",
        "The array of errors has one entry a number of pieces. Where does it first fall below 1?",
    ),
    why="Well-placed pieces do with fewer than half as many. A network's training is, among other things, the search for good places.",
    unit="pieces",
)

# ---------------------------------------------------------------- 2 three ReLUs by hand

_DOSES = np.array([0.0, 2.0, 4.0, 8.0])
_W, _B, _C = np.array([-0.6, -0.9, 1.4]), np.array([-1.0, -2.0, -5.0]), 7.8


three_relus = ValueExercise(
    "approximation.2",
    "Three ReLUs by hand",
    expected=layers.relu_sum(_DOSES, _W, _B, _C).tolist(),
    tolerance=0.002,
    mistakes=[
        Mistake(
            "the threshold forgotten",
            (np.maximum(0, _DOSES) * _W.sum() + _C).tolist(),
            hints=(
                "It looks as if every term acted from dose 0 on. What does the number inside ReLU( ) do?",
                "ReLU(x − 2) at x = 4 is ReLU(2), not ReLU(4).",
            ),
        ),
        Mistake(
            "the absolute value instead of ReLU",
            (np.abs(_DOSES[:, None] + _B) @ _W + _C).tolist(),
            hints=(
                "Below its threshold a term should be silent; here it acts on both sides.",
                "ReLU turns a negative number into 0; it does not turn it around.",
            ),
        ),
        Mistake(
            "the sum clipped instead of each term",
            (_C + np.maximum(0, (_DOSES[:, None] + _B) @ _W)).tolist(),
            hints=(
                "ReLU was applied once, to the whole sum. How many ReLUs does the formula have?",
                "First clip each x − threshold at 0, then multiply by its weight, then add.",
            ),
        ),
        Mistake(
            "no ReLU at all",
            (_C + (_DOSES[:, None] + _B) @ _W).tolist(),
            hints=(
                "At dose 0 all three brackets are negative. What does ReLU make of a negative number?",
                "Without ReLU three lines add up to one line, with no bend in it.",
            ),
        ),
        Mistake(
            "the starting height left out",
            (layers.relu_sum(_DOSES, _W, _B, 0.0)).tolist(),
            hints=("The bends are right. What stands before the first term?",),
        ),
    ],
    hints=(
        "Write each bracket as a number first. Which of them are negative at dose 2?",
        "At dose 2: x − 1 = 1, x − 2 = 0, x − 5 = −3. Only one of the three passes its ReLU.",
    ),
    why="You have computed the forward pass of a network with three hidden neurons. A computer does nothing else, only more of it.",
    unit="cm",
)

# ---------------------------------------------------------------- 3 knots to weights


def _random_lines():
    """200 random broken lines, each with the places at which it is compared."""
    rng = np.random.default_rng(21)
    lines = [(np.array([0.0, 1.0]), np.array([2.0, 3.0])), (np.array([0.0, 1.0, 3.0]), np.array([5.0, 5.0, 9.0]))]
    for _ in range(198):
        n = int(rng.integers(2, 9))
        lines.append((np.cumsum(rng.uniform(0.2, 2.0, n)) - 3, rng.normal(0, 5, n)))
    return lines


def _curve_of(output, knots, values):
    """The line that (w, b, c) draws between the knots: many ways of writing the weights are right, one line is."""
    try:
        w, b, c = output
    except (TypeError, ValueError):
        raise ValueError("expected three things back, w, b and c") from None
    w, b = validate.array("w", w, ndim=1), validate.array("b", b, ndim=1)
    x = np.linspace(knots[0], knots[-1], 4 * len(knots) + 1)
    return np.maximum(0, x[:, None] + b) @ w + validate.number("c", c)


# The usual mistakes, each a function that runs; none may call the reference, which would be told as borrowed.


def _changes(knots, values):
    return np.diff(np.diff(values) / np.diff(knots), prepend=0.0)


def _with_slopes(knots, values):
    return np.diff(values) / np.diff(knots), -knots[:-1], values[0]


def _without_start(knots, values):
    return _changes(knots, values), -knots[:-1], 0.0


def _next_knot(knots, values):
    return _changes(knots, values), -knots[1:], values[0]


def _plus_knots(knots, values):
    return _changes(knots, values), knots[:-1], values[0]


def _rises(knots, values):
    return np.diff(np.diff(values), prepend=0.0), -knots[:-1], values[0]


knots_to_weights = FunctionExercise(
    "approximation.3",
    "From knots to weights",
    reference=layers.knots_to_relu,
    cases=_random_lines,
    view=_curve_of,
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "slopes instead of changes of slope",
            _with_slopes,
            hints=(
                "Your line bends too much: each ReLU goes on for ever, so the next one adds to it.",
                "A weight says by how much the slope changes at its knot. NumPy's diff, once more, gives changes.",
            ),
        ),
        Mistake(
            "the height at the left end lost",
            _without_start,
            hints=(
                "The shape is right, the height is not. Where does your line start?",
                "c is the height at the first knot.",
            ),
        ),
        Mistake(
            "each bend one knot too late",
            _next_knot,
            hints=(
                "Your line bends, but each time one knot too far to the right.",
                "The first slope begins at the first knot, so the first bias belongs to it.",
            ),
        ),
        Mistake(
            "the sign of the bias",
            _plus_knots,
            hints=(
                "The bends are on the wrong side of 0. At which x does ReLU(x + b) start to act?",
                "x + b turns positive at x = −b; so b is minus the knot.",
            ),
        ),
        Mistake(
            "rises not divided by widths",
            _rises,
            hints=("A slope is a rise per step to the right. Are your knots one apart?",),
        ),
    ],
    hints=(
        "Three steps: slopes of the pieces, changes of slope, then the three things to return.",
        "The worked example above does it with numbers; only the names change.",
    ),
    why="Any broken line is a network with one hidden layer, so whatever straight pieces can follow, such a network can compute.",
)

# ---------------------------------------------------------------- 4 what the theorem covers

_WHY_NOT = {
    "b": "b has a jump. Near the jump a continuous network is off by half of it, however many neurons it has.",
    "c": "c has no bounded range. A ReLU network is a straight line beyond its last bend, a rhythm is not.",
    "e": "e has a polynomial as activation. Sums of squares of lines are parabolas, whatever the number of neurons.",
}
_WHY_YES = {
    "a": "a is continuous, on a bounded range, with ReLU neurons: nothing is missing.",
    "d": "d is continuous, on a bounded range; a sigmoid is not a polynomial.",
    "f": "f has two inputs, each in a bounded range. The theorem is not limited to one input.",
}


def _judge_covered(answer):
    if not isinstance(answer, str):
        return learning.wrong(f'Letters as one word were expected, such as "bc"; a {type(answer).__name__} came.')
    letters = {letter for letter in answer.lower() if letter.isalpha()}
    unknown = sorted(letters - set("abcdef"))
    if unknown:
        return learning.wrong(f"The six functions are a to f; {', '.join(unknown)} came.")
    for letter, name in {
        "b": "a jump accepted",
        "c": "an endless range accepted",
        "e": "a polynomial accepted",
    }.items():
        if letter in letters:
            return learning.mistake(name)
    missing = sorted(set("adf") - letters)
    if "f" in missing and len(missing) == 1:
        return learning.mistake("only one input allowed")
    if missing:
        return learning.wrong(f"{len(missing)} of the six that the theorem covers is missing from your answer.")
    return learning.right(" ".join(_WHY_YES.values()))


covered = JudgedExercise(
    "approximation.4",
    "What the theorem covers",
    judge=_judge_covered,
    mistakes=[
        Mistake("a jump accepted", hints=("Look at b again: is that function continuous?", _WHY_NOT["b"])),
        Mistake(
            "an endless range accepted", hints=("Look at c again: how long is its range of inputs?", _WHY_NOT["c"])
        ),
        Mistake("a polynomial accepted", hints=("Look at e again: what shape has a sum of squares?", _WHY_NOT["e"])),
        Mistake(
            "only one input allowed",
            hints=("You have left out f. Does the theorem say how many inputs there may be?", _WHY_YES["f"]),
        ),
    ],
    hints=("Three conditions: continuous, bounded range, activation not a polynomial. Try them on each line.",),
    why="Whoever quotes the theorem for a biological process promises these conditions. Check them before you believe it.",
)

# ---------------------------------------------------------------- 5 noise floor (repair)


def _replicated_doses():
    rng = np.random.default_rng(5)
    cases = [(np.array([1.0, 1.0, 2.0]), np.array([4.0, 6.0, 9.0]))]
    for _ in range(20):
        doses = np.repeat(rng.uniform(0, 30, 4).round(2), rng.integers(1, 5, 4))
        cases.append((doses, rng.normal(5, 2, len(doses)).round(3)))
    return cases


def _by_group(group_rest):
    def wrong(dose, response):
        return float(sum(group_rest(response[dose == one], response) for one in np.unique(dose)))

    return wrong


noise_floor = FunctionExercise(
    "approximation.5",
    "The noise floor",
    reference=layers.noise_floor,
    cases=_replicated_doses,
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "the mean of all roots",
            _by_group(lambda own, everyone: ((own - everyone.mean()) ** 2).sum()),
            hints=(
                "This is the rest of a model that predicts one and the same length for every dose.",
                "Each dose has replicates of its own; whose mean should predict them?",
            ),
        ),
        Mistake(
            "gaps not squared",
            _by_group(lambda own, everyone: np.abs(own - own.mean()).sum()),
            hints=("The gaps are added up as they are. RSS means the residual sum of squares.",),
        ),
        Mistake(
            "variance instead of sum of squares",
            _by_group(lambda own, everyone: own.var()),
            hints=("A variance divides by the number of replicates; a sum of squares does not divide.",),
        ),
        Mistake(
            "square of the sum",
            _by_group(lambda own, everyone: (own - own.mean()).sum() ** 2),
            hints=("The gaps around a mean add up to 0, so they must be squared one by one, before adding.",),
        ),
        Mistake(
            "the median as best prediction",
            _by_group(lambda own, everyone: ((own - np.median(own)) ** 2).sum()),
            hints=(
                "The median makes the sum of absolute gaps smallest. Which number makes the sum of squares smallest?",
            ),
        ),
    ],
    hints=(
        "Look at the line that adds to rest. Which roots does each mean run over?",
        "Inside the loop you already have the replicates of one dose.",
    ),
    why="No function of dose, network or formula, can get below this number on these roots. A lower training error would mean a mistake in the code.",
)

# ---------------------------------------------------------------- 6 five seeds, two widths


def _ryegrass():
    table, _ = data.load("ryegrass", quiet=True)
    return table["dose_mM"].to_numpy(), table["root_length_cm"].to_numpy()


def _judge_seeds(answer):
    if not isinstance(answer, dict):
        return learning.wrong(f"A dictionary {{5: [...], 50: [...]}} was expected; a {type(answer).__name__} came.")
    if set(answer) != {5, 50}:
        return learning.wrong(
            f"The keys 5 and 50 (numbers, the widths) were expected; {sorted(map(str, answer))} came."
        )
    try:
        rss = {width: np.asarray(values, dtype=float).ravel() for width, values in answer.items()}
    except (TypeError, ValueError):
        return learning.wrong("Each width should hold five numbers; something else is among them.")
    if any(not np.isfinite(values).all() for values in rss.values()):
        return learning.wrong("A number among them is not finite: one training has diverged.")
    if any(len(values) < 5 for values in rss.values()):
        counts = ", ".join(f"{len(values)} for width {width}" for width, values in rss.items())
        return learning.mistake("not all seeds reported", f"Five numbers a width were expected; there are {counts}.")
    floor = layers.noise_floor(*_ryegrass())
    lowest = min(values.min() for values in rss.values())
    n = len(_ryegrass()[0])
    if all(0.99 * floor / n <= values.min() and values.max() <= 30 / n for values in rss.values()):
        return learning.mistake("mean instead of sum", f"Your numbers lie between {lowest:.2g} and {30 / n:.2g} cm².")
    if lowest < 0.995 * floor:
        return learning.mistake("below the noise floor", f"{lowest:.2f} cm² is below the floor of {floor:.2f} cm².")
    if np.median(rss[5]) < np.median(rss[50]):
        return learning.mistake("widths swapped")
    if np.median(rss[50]) > 8:
        return learning.wrong(
            f"With 50 neurons the middle of your five RSS is {np.median(rss[50]):.1f} cm²; a network trained for 3,000 steps "
            "on ln(dose) comes close to the floor. Is the dose on a logarithmic scale?"
        )
    stuck = int((rss[5] > 8).sum())
    return learning.right(
        f"With 5 neurons {stuck} of {len(rss[5])} starts stay above 8 cm²; with 50 the middle one is at "
        f"{np.median(rss[50]):.2f} cm², floor {floor:.2f} cm²."
    )


five_seeds = JudgedExercise(
    "approximation.6",
    "Five seeds, two widths",
    judge=_judge_seeds,
    mistakes=[
        Mistake(
            "not all seeds reported",
            hints=(
                "Reporting the best start only makes a method look better than it is. Hand in all five.",
                "trained.rss holds one number a seed; hand in the whole array.",
            ),
        ),
        Mistake(
            "mean instead of sum",
            hints=(
                "These look like mean squared errors. How many roots are there?",
                "RSS is the mean squared error times 24.",
            ),
        ),
        Mistake(
            "below the noise floor",
            hints=(
                "No function of dose can do that on these roots. Suspect shapes first: (24,) minus (24, 1) is a table of 24 × 24.",
                "Compare prediction.shape with length.shape before you subtract.",
            ),
        ),
        Mistake(
            "widths swapped",
            hints=("Narrow networks beat wide ones here? Look again at which list belongs to which width.",),
        ),
    ],
    hints=("approximation.train_networks(log_dose, length, width=5).rss is an array of five numbers.",),
    why="A table with every seed shows how much depends on the start. Wide networks find good fits more often, although narrow ones exist that fit as well.",
)

# ---------------------------------------------------------------- 7 your own process

own_process = CardExercise(
    "approximation.7",
    "Your own process as a function",
    fields=[
        Field("process", "which process", min_words=2),
        Field("inputs", "what goes in, with units", needs_unit=True),
        Field("output", "what comes out, with its unit", min_words=2, needs_unit=True),
        Field("range", "the range of the inputs in which you have data", needs_unit=True),
        Field("noise", "where replicates get their differences from"),
        Field("formula", "a formula that a colleague would use instead", min_words=2),
    ],
    why="A function without its range invites extrapolation; without its noise, it invites belief in a perfect fit.",
)

# ---------------------------------------------------------------- 8 extrapolation


def _hidden_error_of_formula() -> tuple[float, float]:
    """Root mean squared error (cm) of the formula on the hidden roots, and its RSS there."""
    from bioml_helpers.approximation.models import fit_log_logistic

    dose, length = _ryegrass()
    seen = dose < 15
    gaps = fit_log_logistic(dose[seen], length[seen]).predict(dose[~seen]) - length[~seen]
    return float(np.sqrt((gaps**2).mean())), float((gaps**2).sum())


def _judge_hidden(answer):
    wanted = ("largest_training_dose", "formula", "network")
    if not isinstance(answer, dict):
        return learning.wrong(f"A dictionary with {', '.join(wanted)} was expected; a {type(answer).__name__} came.")
    missing = [key for key in wanted if key not in answer]
    if missing:
        return learning.wrong(f"The dictionary lacks {', '.join(missing)}.")
    try:
        largest, formula, network = (float(answer[key]) for key in wanted)
    except (TypeError, ValueError):
        return learning.wrong("Each of the three should be one number.")
    if not np.isfinite([largest, formula, network]).all():
        return learning.wrong("One of the three numbers is not finite.")
    if largest >= 15:
        return learning.mistake("hidden doses used in training", f"The largest training dose is {largest:g} mM.")
    rmse, rss = _hidden_error_of_formula()
    if abs(formula - rss) < 0.01:
        return learning.mistake("sum of squares instead of its mean's root")
    if abs(formula - rmse**2) < 0.005:
        return learning.mistake("mean square without the root")
    if abs(network - rmse) < 0.02 and formula > 1:
        return learning.mistake("formula and network swapped")
    if abs(formula - rmse) > 0.02:
        return learning.wrong(
            f"For the formula, fitted below 15 mM, your error is {formula:.2f} cm; another number was expected. "
            "Is it computed on the six hidden roots, and on those only?"
        )
    if not 1.0 <= network <= 6.0:
        return learning.wrong(
            f"For the network your error is {network:.2f} cm; with 50 neurons trained on the other 18 roots it lies "
            "between 1 and 6 cm. Is it computed on the six hidden roots?"
        )
    return learning.right(
        f"On doses it never saw, the network is {network / formula:.0f} times further off than the formula."
    )


hidden_doses = JudgedExercise(
    "approximation.8",
    "On doses never seen",
    judge=_judge_hidden,
    mistakes=[
        Mistake(
            "hidden doses used in training",
            hints=(
                "Then they are not hidden. Fit both models again without the roots at 15 and 30 mM.",
                "Training rows are dose < 15; everything else is for the error only.",
            ),
        ),
        Mistake(
            "sum of squares instead of its mean's root",
            hints=("That is the sum over six roots. Root mean squared error: mean of the squares, then the root.",),
        ),
        Mistake("mean square without the root", hints=("Its unit would be cm². What makes it cm again?",)),
        Mistake("formula and network swapped", hints=("Which of the two went below zero in the figure?",)),
    ],
    hints=("Six roots are hidden, three at each dose. Predict them, subtract, square, take the mean, take the root.",),
    why="An honest sentence: inside the tested doses both models describe these roots equally well; beyond them only the formula, "
    "whose shape came from biology, stayed near the truth.",
)

# ---------------------------------------------------------------- companion: one step with momentum


def _step(weight, slope, velocity, learning_rate, momentum):
    velocity = momentum * velocity - learning_rate * slope
    return weight + velocity, velocity


def _steps():
    rng = np.random.default_rng(3)
    numbers = rng.uniform([-2, -3, -1, 0.01, 0.1], [2, 3, 1, 0.5, 0.95], (20, 5)).round(3)
    return [(1.0, 2.0, 0.0, 0.1, 0.9), *(tuple(map(float, row)) for row in numbers)]


momentum_step = FunctionExercise(
    "approximation.b1",
    "One step with momentum",
    reference=_step,
    cases=_steps,
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "uphill",
            lambda weight, slope, velocity, learning_rate, momentum: (
                weight + momentum * velocity + learning_rate * slope,
                momentum * velocity + learning_rate * slope,
            ),
            hints=("A positive slope means that the loss grows with the weight. Which way should the weight go?",),
        ),
        Mistake(
            "momentum left out",
            lambda weight, slope, velocity, learning_rate, momentum: (
                weight - learning_rate * slope,
                -learning_rate * slope,
            ),
            hints=("The last step is forgotten. What part of it should be kept?",),
        ),
        Mistake(
            "the old velocity used for the step",
            lambda weight, slope, velocity, learning_rate, momentum: (
                weight + velocity,
                momentum * velocity - learning_rate * slope,
            ),
            hints=("The weight moved by the last step's velocity. Compute the new one first, then move.",),
        ),
        Mistake(
            "the learning rate left out",
            lambda weight, slope, velocity, learning_rate, momentum: (
                weight + momentum * velocity - slope,
                momentum * velocity - slope,
            ),
            hints=("The step is as large as the slope itself. What makes it shorter?",),
        ),
    ],
    hints=("Two lines: first the new velocity, then the new weight from it.",),
    why="This is the whole of gradient descent with momentum. Chapter 9 compares it with Adam.",
)

# ---------------------------------------------------------------- order the lines

_HEAD, _SLOPES, _WEIGHTS, _BIASES, _START, _RETURN = (
    "def knots_to_relu(knots, values):",
    "    slopes = np.diff(values) / np.diff(knots)",
    "    w = np.diff(slopes, prepend=0)",
    "    b = -knots[:-1]",
    "    c = values[0]",
    "    return w, b, c",
)


def _right_orders():
    """Every order in which the slopes come before the weights."""
    middle = permutations([_SLOPES, _WEIGHTS, _BIASES, _START])
    return [[_HEAD, *m, _RETURN] for m in middle if m.index(_SLOPES) < m.index(_WEIGHTS)]


order = OrderExercise(
    "approximation.order",
    "From knots to a sum of ReLUs",
    lines=[_HEAD, _SLOPES, _WEIGHTS, _BIASES, _START, _RETURN],
    also_right=_right_orders(),
    distractors={
        "    w = np.cumsum(slopes)": "Adding slopes up gives heights; a bend needs the change from one slope to the next.",
        "    b = knots[1:]": "A ReLU starts to act where x + b turns positive, so b is minus the knot where its piece begins.",
    },
    why="Slopes first, then their changes: the weights. Biases and the starting height can be read off the knots.",
    shuffle_seed=4,
)

# ---------------------------------------------------------------- predict, observe, explain

doubling = Prediction(
    "approximation.p1",
    question="You may use twice as many straight pieces, each placed where it helps most. What happens to the largest error?",
    choices={
        "a": "it is halved",
        "b": "it is divided by four",
        "c": "it is divided by eight",
        "d": "it depends on luck",
    },
    starter="The error falls by this factor because each piece …",
    explanation="Twice as many pieces are half as wide. Under a smooth curve, the gap of a straight piece grows with the square of its "
    "width, so half the width leaves a quarter of the gap.",
)

five_starts = Prediction(
    "approximation.p2",
    question="Of five trainings with five neurons, how many end with an RSS below 6 cm²?",
    low=0,
    high=5,
    unit="networks, from 0 to 5",
    starter="The small networks did not find the fit because …",
    explanation="The good weights exist, but training only walks downhill from where it starts. All five ended in the same shape, one long "
    "slide that bends only near the end, and from there every small step makes the fit worse. With 50 neurons there are so many "
    "bends at the start that some lie where they are needed.",
)

beyond = Prediction(
    "approximation.p3",
    question="The networks never saw 15 and 30 mM. What root length will they predict at 30 mM?",
    choices={
        "a": "about 0.3 cm, as was measured",
        "b": "about 1 cm, the last length they saw",
        "c": "a negative length",
        "d": "about 4 cm, the mean of all roots",
    },
    starter="Beyond the last dose the network …",
    explanation="Beyond the last bend no neuron switches on or off any more, so the network is one straight line, falling as steeply as "
    "between the last doses it saw. It does not know that a length cannot be negative; the formula's shape does.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "approximation.warmup",
    "Warm-up",
    questions=[
        Question(
            "A root is 6 cm long at 2 mM and 2 cm at 4 mM. The slope of the straight line between them is",
            {
                "a": Option("−2 cm per mM"),
                "b": Option("−4 cm per mM", "4 cm is the fall over two steps of 1 mM; divide it by the width."),
                "c": Option("2 cm per mM", "The size is right. Is the line rising or falling?"),
            },
            key="a",
            why="Rise divided by width: (2 − 6) / (4 − 2).",
        ),
        Question(
            "On a logarithmic axis the distance from 1 to 3 mM equals the distance from",
            {
                "a": Option("3 to 5 mM", "Equal differences are equal distances on an ordinary axis."),
                "b": Option("3 to 9 mM"),
                "c": Option("10 to 13 mM", "The factor from 10 to 13 is 1.3; from 1 to 3 it is 3."),
            },
            key="b",
            why="Equal factors are equal distances: times 3 both times.",
        ),
        Question(
            "Three replicates measure 2, 3 and 4 cm. Which single number is nearest to all three, by the sum of squared gaps?",
            {
                "a": Option("3 cm"),
                "b": Option(
                    "4 cm", "With 4 the gaps are 2, 1 and 0: squared and added that is 5. Another number leaves less."
                ),
                "c": Option("any of the three", "Try 2 and then 3: the sums of squares are 5 and 2."),
            },
            key="a",
            why="The mean makes the sum of squared gaps smallest. Here 2 cm² remain, and nothing can remove them.",
        ),
    ],
)

final_quiz = Quiz(
    "approximation.quiz",
    "Quiz",
    questions=[
        Question(
            "The universal approximation theorem promises that",
            {
                "a": Option(
                    "training will find a good fit",
                    "That is finding, not existence: five trainings in this chapter missed a fit that was there.",
                ),
                "b": Option("a network that fits exists, on a bounded region"),
                "c": Option(
                    "the network predicts new data well",
                    "That is generalising: a perfect fit went below zero two doses further on.",
                ),
                "d": Option(
                    "more layers are better", "One hidden layer is enough for the theorem; depth is another story."
                ),
            },
            key="b",
            why="Existence only, and only under its conditions.",
        ),
        Question(
            "Doubling the number of best-placed straight pieces divides the largest error of a smooth curve by about",
            {
                "a": Option(
                    "2", "Halving the width would halve a step, but the gap under a curve falls with the square."
                ),
                "b": Option("4"),
                "c": Option("8", "That would be parabolas instead of straight pieces."),
                "d": Option(
                    "it depends on luck", "Best-placed pieces leave nothing to luck; the figure's line has slope −2."
                ),
            },
            key="b",
            why="The error of a piece grows with the square of its width.",
        ),
        Question(
            "Two replicates at the same dose differ by 2 cm. A network whose only input is the dose can",
            {
                "a": Option("at best predict their mean"),
                "b": Option("fit both exactly with enough neurons", "Same input, so same output, whatever the size."),
                "c": Option("fit both if it is deep", "A deep network is still a function: one output for one input."),
            },
            key="a",
            why="That is the noise floor.",
        ),
        Question(
            "Five ReLUs placed by hand reach an RSS of 5.19; training five ReLUs from five starts stays far above it. This shows that",
            {
                "a": Option("five ReLUs are too few", "By hand, five were enough."),
                "b": Option("the parameters exist but training did not find them"),
                "c": Option("the data are too noisy", "The noise is the same for both; it sets the floor at 5.18."),
                "d": Option("ReLU is the wrong activation", "The line placed by hand is made of ReLUs too."),
            },
            key="b",
            why="Existing and being found are two promises.",
        ),
        Question(
            "Beyond the last dose a ReLU network",
            {
                "a": Option("returns to the mean", "Nothing pulls it back; there are no data to pull."),
                "b": Option(
                    "follows the log-logistic curve",
                    "Nobody told it that formula, and beyond the data it cannot guess it.",
                ),
                "c": Option("continues as a straight line"),
            },
            key="c",
            why="After the last bend no neuron changes its state.",
        ),
    ],
)

recall = Quiz(
    "approximation.recall",
    "Without looking back",
    questions=[
        Question(
            "In w · ReLU(x + b), the place where the term starts to act is",
            {
                "a": Option("x = b", "Put x = b in: 2b is positive or negative, but not the turning point."),
                "b": Option("x = w", "The weight is how strongly it acts, not where."),
                "c": Option("x = −b"),
            },
            key="c",
            why="x + b is 0 at x = −b: a threshold.",
        ),
        Question(
            "A colleague reports an RSS of 3.1 cm² for a network of dose on the 24 ryegrass roots. You",
            {
                "a": Option("ask which architecture it is", "No architecture can do that with dose as its only input."),
                "b": Option("suspect a mistake, since the replicates alone leave 5.18 cm²"),
                "c": Option(
                    "congratulate", "Below the floor there is nothing to win, only something to find: a mistake."
                ),
            },
            key="b",
            why="The floor holds for every function of dose.",
        ),
        Question(
            "From before this course: which number tells you how far a typical observation lies from a fitted curve, in the unit of the measurement?",
            {
                "a": Option("the residual standard error"),
                "b": Option("R²", "R² has no unit; it compares the rest with the spread of the data."),
                "c": Option(
                    "the residual sum of squares", "Its unit is squared, and it grows with every observation added."
                ),
            },
            key="a",
            why="Here it was 0.520 cm.",
        ),
    ],
)

learning.register(
    fewest_pieces,
    three_relus,
    knots_to_weights,
    covered,
    noise_floor,
    five_seeds,
    own_process,
    hidden_doses,
    momentum_step,
    order,
    doubling,
    five_starts,
    beyond,
    warmup,
    final_quiz,
    recall,
)
