"""What companion 09c asks: exercises with their usual mistakes, predictions, quizzes."""

from __future__ import annotations

import numpy as np

from bioml_helpers import learning
from bioml_helpers.learning import (
    FunctionExercise,
    JudgedExercise,
    Mistake,
    Option,
    Prediction,
    Question,
    Quiz,
)
from bioml_helpers.practice import hardware

# ---------------------------------------------------------------- c1 the stopwatch


def _cards():
    return [(2.0, 10.0), (0.5, 0.0), (3.0, 1.0), (1.25, 60.0)]


def my_time(step, wait, clock):
    """Return the seconds of the second of two steps, waited for on both sides."""
    step()
    wait()
    begun = clock()
    step()
    wait()
    return clock() - begun


def _timed(answer, seconds, first):
    card = hardware.SlowStarter(seconds, first)
    return answer(card.step, card.wait, card.clock), card.calls


def _judge_time(answer):
    if not callable(answer):
        return learning.wrong(f"A function of (step, wait, clock) was expected; a {type(answer).__name__} came.")
    for seconds, first in _cards():
        try:
            found, calls = _timed(answer, seconds, first)
            found = float(found)
        except Exception as error:
            return learning.wrong(f"On a pretended card your function stopped: {type(error).__name__}: {error}")
        if abs(found - seconds) <= 0.01 * seconds:
            continue
        said = f"A step takes {seconds:g} s on this card, the first one {seconds + first:g} s; your function says {found:.3g} s."
        if found < 0.01 * seconds:
            return learning.mistake("the order timed, not the work", said)
        if first and abs(found - seconds - first) <= 0.01 * seconds:
            if calls == 1:
                return learning.mistake("the first step counted", said)
            return learning.mistake("the warm-up not waited for", said)
        if abs(found - 2 * seconds - first) <= 0.01 * seconds:
            return learning.mistake("both steps counted", said)
        return learning.wrong(said)
    return learning.right()


stopwatch = JudgedExercise(
    "practice.c1",
    "A stopwatch for hardware that works later",
    judge=_judge_time,
    mistakes=[
        Mistake(
            "the order timed, not the work",
            hints=(
                "step() comes back at once: the card has taken the order, no more. What tells you that it is done?",
                "Call wait() after step() and before you look at the clock.",
            ),
        ),
        Mistake(
            "the first step counted",
            hints=(
                "The first step pays for memory and for preparing the program. Does it belong to every step?",
                "Do one step (and wait) before you look at the clock for the first time.",
            ),
        ),
        Mistake(
            "the warm-up not waited for",
            hints=(
                "You did a step beforehand, but it was still at work when your clock started.",
                "wait() is needed twice: before the clock starts, and before it stops.",
            ),
        ),
        Mistake(
            "both steps counted",
            hints=("You look at the clock before the first step: start it after the warm-up is done.",),
        ),
    ],
    hints=(
        "Five lines: step, wait, look at the clock, step, wait; then the difference.",
        "begun = clock() stands between the first wait() and the second step().",
    ),
    why="A graphics card works while Python goes on. Without the second wait, any network seems to run in microseconds.",
)

# ---------------------------------------------------------------- c2 the cost calculator


def my_hours(parameters, tokens, speed, utilisation):
    """Return the hours of a training run."""
    return 6 * parameters * tokens / (speed * utilisation) / 3600


def _runs():
    return [
        (1e3, 3.6e6, 1e7, 0.5),
        (8e6, 1e12, 312e12, 0.4),
        (650e6, 1e12, 512 * 312e12, 0.35),
        (50e3, 2e6, 0.2e12, 1.0),
        (3e9, 5e11, 65e12, 0.3),
    ]


cost = FunctionExercise(
    "practice.c2",
    "Hours of training",
    reference=my_hours,
    cases=_runs,
    tolerance=1e-6,
    off_limits=[hardware.hours],
    mistakes=[
        Mistake(
            "the way forward only",
            lambda n, d, s, u: 2 * n * d / (s * u) / 3600,
            hints=(
                "2 × parameters × tokens is what a prediction costs. What comes on top in training?",
                "The way back costs twice the way forward: 2 + 4 = 6.",
            ),
        ),
        Mistake(
            "seconds",
            lambda n, d, s, u: 6 * n * d / (s * u),
            hints=("Operations divided by operations a second are seconds. Hours were asked for.",),
        ),
        Mistake(
            "days",
            lambda n, d, s, u: 6 * n * d / (s * u) / 86400,
            hints=("An hour has 3,600 seconds; you divided by those of a day.",),
        ),
        Mistake(
            "minutes",
            lambda n, d, s, u: 6 * n * d / (s * u) / 60,
            hints=("That is minutes: 60 × 60 seconds make an hour.",),
        ),
        Mistake(
            "utilisation on the wrong side",
            lambda n, d, s, u: 6 * n * d * u / s / 3600,
            hints=(
                "A card that reaches less of its speed should take longer. Does it, in your formula?",
                "The speed that is really reached is speed × utilisation; it stands below the line.",
            ),
        ),
        Mistake(
            "utilisation left out",
            lambda n, d, s, u: 6 * n * d / s / 3600,
            hints=("The data sheet's speed is never reached in full. Where does utilisation come in?",),
        ),
    ],
    hints=(
        "Operations = 6 × parameters × tokens. Then divide by what is reached in a second, then by the seconds of an hour.",
        "6 * parameters * tokens / (speed * utilisation) / 3600",
    ),
    why="Six, the parameters, the tokens: three numbers tell beforehand whether a plan takes an afternoon or a century.",
)

# ---------------------------------------------------------------- c3 one gradient out of several


def _gradients():
    rng = np.random.default_rng(93)
    cases = [([[1.0, 0.0], [4.0, 3.0]], [2, 1])]
    for processes, weights in ((2, 3), (3, 2), (4, 5)):
        cases.append((rng.normal(size=(processes, weights)).round(2), rng.integers(1, 9, size=processes)))
    return cases


combined = FunctionExercise(
    "practice.c3",
    "One gradient out of several",
    reference=hardware.combine,
    cases=_gradients,
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "a plain mean",
            lambda gradients, counts: np.mean(np.asarray(gradients, dtype=float), axis=0),
            hints=(
                "With your rule an example in a small share counts more than one in a large share.",
                "Multiply each gradient by its number of examples, add up, divide by all examples.",
            ),
        ),
        Mistake(
            "a sum",
            lambda gradients, counts: np.sum(np.asarray(gradients, dtype=float), axis=0),
            hints=("The sum grows with the number of processes: four machines would take steps four times as long.",),
        ),
        Mistake(
            "weighted but not divided",
            lambda gradients, counts: (np.asarray(gradients, dtype=float) * np.asarray(counts)[:, None]).sum(axis=0),
            hints=("That is the sum over all examples. The loss is a mean: divide by the number of examples.",),
        ),
        Mistake(
            "divided by the processes",
            lambda gradients, counts: (np.asarray(gradients, dtype=float) * np.asarray(counts)[:, None]).mean(axis=0),
            hints=("You weighted by examples, then divided by the number of processes. Divide by the examples.",),
        ),
    ],
    hints=(
        "Each gradient is the mean over its share. What is the mean over everything?",
        "np.average(gradients, axis=0, weights=counts)",
    ),
    why="Because a mean of means, weighted, is the mean: two machines with half a batch each take exactly the step of one with all of it.",
)

# ---------------------------------------------------------------- c4 a Keras layer in PyTorch


def my_layer(kernel, bias):
    """Return weight and bias for torch.nn.Linear."""
    return np.asarray(kernel).T, np.asarray(bias)


def _layers():
    rng = np.random.default_rng(94)
    return [
        (rng.normal(size=(inputs, outputs)).round(2), rng.normal(size=outputs).round(2))
        for inputs, outputs in ((2, 1), (3, 2), (4, 4), (5, 5), (12, 16))
    ]


def _both(output, *inputs):
    weight, bias = (np.asarray(one.detach() if hasattr(one, "detach") else one, dtype=float) for one in output)
    return [weight.tolist(), bias.tolist()]


keras_layer = FunctionExercise(
    "practice.c4",
    "From Dense to Linear",
    reference=my_layer,
    cases=_layers,
    tolerance=1e-6,
    view=_both,
    mistakes=[
        Mistake(
            "as it came",
            lambda kernel, bias: (kernel, bias),
            hints=(
                "Keras keeps a row an input, PyTorch a row an output. With as many inputs as outputs nothing complains, and all is wrong.",
                "Turn the kernel on its side: kernel.T",
            ),
        ),
        Mistake(
            "reshaped instead of turned",
            lambda kernel, bias: (np.asarray(kernel).reshape(np.asarray(kernel).shape[::-1]), bias),
            hints=(
                "reshape reads the same row of numbers into another shape: each weight lands at another neuron.",
                "kernel.T moves entry (i, j) to (j, i), and that is what is needed.",
            ),
        ),
        Mistake(
            "upside down",
            lambda kernel, bias: (np.asarray(kernel).T[::-1], np.asarray(bias)[::-1]),
            hints=("The outputs come in reverse order: use .T, not a turn by 90 degrees.",),
        ),
    ],
    hints=("kernel has shape (inputs, outputs), torch.nn.Linear.weight (outputs, inputs); the bias is the same.",),
    why="Shapes that fit by chance are the danger: with a square kernel only the numbers that come out tell you.",
)

# ---------------------------------------------------------------- c5 what would you use


def _judge_choice(answer):
    if not isinstance(answer, str):
        return learning.wrong(f"Five letters as one word were expected; a {type(answer).__name__} came.")
    letters = "".join(letter for letter in answer.lower() if letter.isalpha())
    if len(letters) != 5 or set(letters) - set("abcd"):
        return learning.wrong(f'Five letters from a to d were expected, one a job; "{answer}" came.')
    if letters[2] in "bc":
        return learning.mistake("patients' data to a lent card")
    if letters[0] != "a":
        return learning.mistake("a card for a tiny network")
    if letters[1] != "a":
        return learning.mistake("a card for running a trained model")
    if letters[3] != "c":
        return learning.mistake("one card for a year of work")
    if letters != "aadcb":
        return learning.wrong(
            f'"{letters}" is not it yet: ask of each job how many operations it is, and who may see the data.'
        )
    return learning.right()


choice = JudgedExercise(
    "practice.c5",
    "Which hardware for which job?",
    judge=_judge_choice,
    mistakes=[
        Mistake(
            "patients' data to a lent card",
            hints=(
                "Job 3 has data of patients. Whose computer is a lent card in?",
                "Data of patients stay with the institution: its own card, option d.",
            ),
        ),
        Mistake(
            "a card for a tiny network",
            hints=("Job 1 has some hundred weights. Look at the column of operations a second in your own table.",),
        ),
        Mistake(
            "a card for running a trained model",
            hints=("Job 2 trains nothing. How long did one prediction take on your processor?",),
        ),
        Mistake(
            "one card for a year of work",
            hints=("Job 4: compute its hours on one card with your function, then with 512.",),
        ),
    ],
    hints=("Count the operations of each job first; then ask whose data they are.",),
    why="The question is never 'do I have a card?' but 'how many operations, and where may the data go?'",
)

# ---------------------------------------------------------------- predictions

size = Prediction(
    "practice.cp1",
    "Three networks, the large one with 280 times the parameters of the small one. On *your* processor, how many times longer does a training step of the large one take?",
    choices={"a": "about 280 times", "b": "clearly less than 280 times", "c": "clearly more than 280 times"},
    explanation=(
        "Clearly less. Each operation has to be ordered by Python and PyTorch, some microseconds each, however small the "
        "tables. The small network mostly waits for orders; the large one mostly computes. On a graphics card orders cost "
        "more and computing less, so the effect is stronger: a small network can be slower there."
    ),
)
tiny = Prediction(
    "practice.cp2",
    "A gradient of 0.00000001 (1e-8) is stored as a float16. What is left of it?",
    choices={"a": "1e-8, a little rounded", "b": "0", "c": "infinity", "d": "an error message"},
    explanation=(
        "0. The smallest float16 above zero is about 6e-8; what lies below half of it vanishes without a word. bfloat16 "
        "has the range of float32 and keeps 1e-8, at the price of fewer digits. That is why float16 needs a loss scaler."
    ),
)
cut = Prediction(
    "practice.cp3",
    "A run of ten epochs is cut off in the middle of one, and resumed from its file. How do the final weights compare with those of a run that nothing disturbed?",
    choices={
        "a": "alike but for rounding",
        "b": "different: batches and dropout fall differently",
        "c": "the same, bit for bit",
    },
    explanation=(
        "The same, bit for bit, on a processor. The file holds the weights, the optimizer's memory, the losses and where the random "
        "numbers stood when the last whole epoch ended. The epoch that was cut off is repeated from its start, with the same batches."
    ),
)
epsilon = Prediction(
    "practice.cp4",
    "All weights are copied, the kernels turned, and yet the outputs differ from Keras by 3 in 10,000. Which of these is the likeliest cause?",
    choices={
        "a": "rounding: float32 has seven digits",
        "b": "dropout is still switched on",
        "c": "a constant in a layer that the two libraries set differently",
    },
    explanation=(
        "A constant. Batch normalisation adds a small number to the variance: 0.001 in Keras, 0.00001 in PyTorch. Rounding would be near 1e-7, "
        "dropout near 0.1. The size of a difference tells its kind."
    ),
)

years = Prediction(
    "practice.cp5",
    "The smallest ESM-2 has 8 million weights, less than many networks for images. It was trained on 10¹² residues. How long would a laptop need?",
    choices={"a": "about a day", "b": "about three months", "c": "about twenty years"},
    explanation=(
        "About twenty years. The weights are few, the residues many: 6 × 8 million × 10¹² operations are 5 × 10¹⁹. It is the product that counts, "
        "so a small network on large data can be as far out of reach as a large one on little."
    ),
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "practice.cwarmup",
    title="Before we begin",
    questions=[
        Question(
            "From chapter 6: a sequence becomes twice as long. The table of attention weights",
            {
                "a": Option("stays as it is", "It has a row and a column for each token."),
                "b": Option("doubles", "Rows double, and columns do too."),
                "c": Option("becomes four times as large"),
            },
            key="c",
            why="Every token looks at every other one: length times length. Cost is where this companion begins.",
        ),
        Question(
            "From chapter 0: data of patients may go to a notebook in a free cloud",
            {
                "a": Option(
                    "if the names are removed", "Genomes, images and rare diagnoses name a person without a name."
                ),
                "b": Option(
                    "if the notebook is private", "Private from other users, not from the company that runs it."
                ),
                "c": Option("only if the institution has allowed it"),
            },
            key="c",
            why="Whose computer it is comes before how fast it is.",
        ),
    ],
)

final_quiz = Quiz(
    "practice.cquiz",
    title="Hardware and scale",
    questions=[
        Question(
            "A step on a graphics card is timed without waiting for the card. The time found is",
            {
                "a": Option("too long", "What is missing from it?"),
                "b": Option("that of giving the order"),
                "c": Option("right, if the median of many steps is taken", "Each of them is the time of an order."),
            },
            key="b",
            why="The card works later. Wait before the clock starts and before it stops.",
        ),
        Question(
            "Twice the parameters, trained on twice the tokens, cost",
            {
                "a": Option("twice as much", "Each of the two doubles it."),
                "b": Option("four times as much"),
                "c": Option("six times as much", "The six stands in the formula before and after."),
            },
            key="b",
            why="6 × parameters × tokens: both factors double.",
        ),
        Question(
            "A network with 900 parameters trains more slowly on a graphics card than on the processor. Most likely",
            {
                "a": Option("the card is broken", "It would be so on any card."),
                "b": Option("its steps are orders rather than arithmetic"),
                "c": Option("the learning rate is too small", "That changes what a step does, not how long it takes."),
            },
            key="b",
            why="Thousands of small orders keep a card waiting. Gains begin where tables are large.",
        ),
        Question(
            "Running a trained network needs less than training it, because",
            {
                "a": Option("there is no way back, no memory for it, and one example will do"),
                "b": Option("the weights become smaller", "They stay as they are."),
                "c": Option("dropout leaves half of the neurons out", "In prediction all of them are in."),
            },
            key="a",
            why="Forward only is a third of the arithmetic, and a batch of one a fraction of a batch of eight.",
        ),
        Question(
            "Four processes share a batch of 64. Each averages over its 16 examples, and the four gradients are averaged. The step is",
            {
                "a": Option("four times as long as with one process", "They are averaged, not added."),
                "b": Option("the one that a single process would take"),
                "c": Option("noisier, as each saw only 16 examples", "After averaging, all 64 have been seen."),
            },
            key="b",
            why="The mean of equal means is the mean. (Batch normalisation and dropout do see the shares.)",
        ),
    ],
)

learning.register(
    stopwatch,
    cost,
    combined,
    keras_layer,
    choice,
    size,
    tiny,
    cut,
    epsilon,
    years,
    warmup,
    final_quiz,
)
