"""What companion 08b asks: exercises with their usual mistakes, the card of DeepMethyl, predictions, quizzes."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from bioml_helpers import learning
from bioml_helpers.autoencoder import cells, methylation
from bioml_helpers.data import validate
from bioml_helpers.learning import (
    ApplicationCard,
    CardExercise,
    ChoiceExercise,
    Field,
    FunctionExercise,
    JudgedExercise,
    Mistake,
    Option,
    Prediction,
    Question,
    Quiz,
)

# ---------------------------------------------------------------- b1 which rows were measured


def measured(names):
    """Return for each row name whether it is GSM and digits, and nothing else."""
    return [bool(re.fullmatch(r"GSM\d+", name)) for name in names]


def _row_names():
    return [
        (["GSM2261900", "GSM2261566.1", "17"],),
        (["GSM2262133", "GSM2262133.1", "GSM2262133....1", "GSM2262111"],),
        (["1", "140", "GSM1", "GSM22.12", "GSM"],),
        (["GSM2262284"],),
        (["xGSM2262284", "GSM2262284 ", "2262284"],),
    ]


rows = FunctionExercise(
    "autoencoder.b1",
    "Which rows were measured?",
    reference=measured,
    cases=_row_names,
    view=lambda output, names: [bool(one) for one in output],
    mistakes=[
        Mistake(
            "copies kept",
            lambda names: [name.startswith("GSM") for name in names],
            hints=(
                "GSM2261566.1 begins with GSM too. Whose profile is it?",
                "After GSM only digits may come, up to the end: a dot is one thing too many.",
            ),
        ),
        Mistake(
            "made-up rows kept",
            lambda names: ["." not in name for name in names],
            hints=("Rows called 1 to 140 have no dot either. What do the names of measured samples begin with?",),
        ),
        Mistake(
            "the measured ones thrown out",
            lambda names: [re.fullmatch(r"GSM\d+", name) is None for name in names],
            hints=("True should mean: measured. Your answer is turned round.",),
        ),
    ],
    hints=(
        "A measured sample is called GSM and digits. Check the whole name, not its beginning.",
        're.fullmatch(r"GSM\\d+", name) is None unless the whole name fits.',
    ),
    why="247 copies and 140 made-up rows: three eighths of the file. Row names were the only sign.",
)

# ---------------------------------------------------------------- b2 copy the neighbour


def _sites():
    rng = np.random.default_rng(81)
    cases = [
        (np.array([0.9, 0.0, 0.0, 0.1]), np.array([False, True, True, False])),
        (np.array([0.0, 0.2, 0.0, 0.8, 0.0]), np.array([True, False, True, False, True])),
        (np.array([0.3, 0.7]), np.array([False, False])),
    ]
    for sites in (4, 7, 12, 25):
        hidden = rng.random(sites) < 0.5
        hidden[rng.integers(sites)] = False
        cases.append((rng.random(sites).round(2), hidden))
    return cases


def _only_left(values, hidden):
    said, last = np.array(values, dtype=float), float(np.asarray(values)[~np.asarray(hidden)][0])
    for at, gone in enumerate(hidden):
        last = last if gone else said[at]
        said[at] = last
    return said


def _right_first(values, hidden):
    seen = np.flatnonzero(~np.asarray(hidden))[::-1]
    nearest = np.abs(np.arange(len(values))[:, None] - seen).argmin(axis=1)
    return np.asarray(values)[seen[nearest]]


def _mean_of_seen(values, hidden):
    values, hidden = np.asarray(values, dtype=float), np.asarray(hidden)
    return np.where(hidden, values[~hidden].mean(), values)


def _peeping(values, hidden):
    values = np.asarray(values, dtype=float)
    left = np.concatenate([values[1:2], values[:-1]])
    return np.where(hidden, left, values)


neighbour = FunctionExercise(
    "autoencoder.b2",
    "Copy the neighbour",
    reference=methylation.copy_neighbour,
    cases=_sites,
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "always the left neighbour",
            _only_left,
            hints=(
                "Look at a hidden site whose right neighbour is seen and whose left one is not. Which is nearer?",
                "Distances to all seen sites: np.abs(np.arange(len(values))[:, None] − seen).",
            ),
        ),
        Mistake(
            "of two equally near the right one",
            _right_first,
            hints=("Two seen sites may be equally near: the text asks for the left one then. argmin takes the first.",),
        ),
        Mistake(
            "the mean instead of a neighbour",
            _mean_of_seen,
            hints=(
                "All hidden sites get the same number from you. Each should get the value of its nearest seen site.",
            ),
        ),
        Mistake(
            "copied from a hidden site",
            _peeping,
            hints=("The site that you copy from may be hidden itself: its value may not be looked at.",),
        ),
    ],
    hints=(
        "First the places of the seen sites: np.flatnonzero(~hidden).",
        "For each site the nearest of them: argmin over the distances, then values[seen[nearest]].",
    ),
    why="A rule of one line is the rival that any network has to beat: neighbouring sites share their state.",
)

# ---------------------------------------------------------------- b3 DeepMethyl

deepmethyl = ApplicationCard(
    "DeepMethyl",
    question="Is this CpG site methylated in this cell line, though it was not measured?",
    goes_in="For one site: patterns of its DNA sequence, features of where it lies in the folded genome (Hi-C), and, where they are known, the methylation states of sites beside it",
    comes_out="One state: methylated or not",
    architecture=(
        "Stacked denoising autoencoders: each layer first learns, without labels, to mend damaged inputs; then the stack is trained on known states. "
        "Labels are few against sites, so learning from inputs alone helps"
    ),
    data="Two cell lines, GM12878 (lymphoblastoid) and K562 (leukaemia); a blind test. How near the test sites lie to training sites: not checked here",
    result="Accuracy with the states of neighbouring regions 89.7 % (GM12878) and 88.6 % (K562); without them 84.82 % and 72.01 %",
    limitation="What the majority state alone, or copying the nearest measured site, would reach is not in the summary: ask for it first",
    source="Wang and colleagues 2016, doi:10.1038/srep19598",
    exercise="autoencoder.b3",
)

why_neighbours = ChoiceExercise(
    "autoencoder.b3",
    "Why does DeepMethyl fall from 88.6 to 72 %?",
    text="In K562 cells accuracy falls from 88.6 % to 72.01 % when the states of neighbouring regions are not given. What do you conclude?",
    options={
        "a": Option(
            "Without neighbours the network is too small",
            "It is the same kind of network. What changed is what it gets to see.",
        ),
        "b": Option("Much of what the network knows is the information of the neighbours, which one line can copy"),
        "c": Option(
            "DNA sequence says nothing about methylation",
            "72 and 85 % are reached without neighbours; whether that beats the majority state is not said.",
        ),
        "d": Option(
            "The autoencoder overfits the neighbours",
            "The figures are of a blind test. The neighbours really do help there.",
        ),
    },
    key="b",
    why="Neighbouring sites are methylated together, in blocks. So report 'copy the neighbour' beside every such figure, and ask how far from a measured site the model will be used.",
)

# ---------------------------------------------------------------- b4 a loss for counts


def poisson_by_hand(mean, counts):
    """Return mean − count · log(mean), averaged: the Poisson loss without its constant."""
    return float(_terms(mean, counts).mean())


def _terms(mean, counts):
    mean, counts = np.asarray(mean, dtype=float), np.asarray(counts, dtype=float)
    return mean - counts * np.log(mean)


def _counts():
    rng = np.random.default_rng(82)
    cases = [(np.array([1.0]), np.array([0])), (np.array([2.0]), np.array([3]))]
    for shape in ((3,), (6,), (2, 4), (5, 3)):
        mean = rng.gamma(1.5, 1.5, shape).round(2) + 0.05
        cases.append((mean, rng.poisson(mean)))
    return cases


loss = FunctionExercise(
    "autoencoder.b4",
    "A loss for counts",
    reference=poisson_by_hand,
    cases=_counts,
    tolerance=1e-5,
    off_limits=[cells.poisson_loss],
    mistakes=[
        Mistake(
            "mean and count exchanged",
            lambda mean, counts: float((counts - mean * np.log(np.maximum(counts, 1e-9))).mean()),
            hints=(
                "The logarithm of a count of 0 does not exist. Of which of the two is it taken?",
                "mean − counts · log(mean): the mean is never 0, the count often is.",
            ),
        ),
        Mistake(
            "the sign turned round",
            lambda mean, counts: -_terms(mean, counts).mean(),
            hints=("A loss has to be small where the mean fits. Yours is largest there.",),
        ),
        Mistake(
            "the sum instead of the mean",
            lambda mean, counts: _terms(mean, counts).sum(),
            hints=("Average over all values: twice as many cells should not double the loss.",),
        ),
        Mistake(
            "a squared error",
            lambda mean, counts: float(((np.asarray(mean) - counts) ** 2).mean()),
            hints=("That is a squared error: it takes 100 against 110 for a hundred times worse than 0 against 1.",),
        ),
    ],
    hints=(
        "Value by value: the mean, minus the count times the logarithm of the mean. Then average.",
        "(mean - counts * np.log(mean)).mean()",
    ),
    why="At a count of 0 it asks for a mean near 0; at a high count it forgives a deviation of the size of chance.",
)

# ---------------------------------------------------------------- b5 does the latent space help?

_SPACES = ("all genes", "principal components", "autoencoder")
_KEYS = ("type", "channel", "reported", "fitted_on", "better")


def _five(name, table):
    if not isinstance(table, Mapping) or set(table) != set(_SPACES):
        raise ValueError(f"{name}: expected a dictionary with the keys {', '.join(_SPACES)}.")
    return {one: validate.array(f"{name}[{one!r}]", values, ndim=1) for one, values in table.items()}


def _judge_report(answer):
    if not isinstance(answer, Mapping):
        return learning.wrong(
            f"A dictionary with the keys {', '.join(_KEYS)} was expected; a {type(answer).__name__} came."
        )
    if answer.get("channel") is None:
        return learning.mistake("no batch control")
    absent = [key for key in _KEYS if answer.get(key) is None]
    if absent:
        return learning.wrong(f"These keys are missing: {', '.join(absent)}.")
    try:
        kinds, channel = _five("type", answer["type"]), _five("channel", answer["channel"])
        if not isinstance(answer["reported"], Mapping) or set(answer["reported"]) != set(_SPACES):
            raise ValueError(f"reported: expected one number for each of {', '.join(_SPACES)}.")
        reported = {one: validate.number(f"reported[{one!r}]", value) for one, value in answer["reported"].items()}
    except (TypeError, ValueError) as error:
        return learning.wrong(str(error))
    if {len(values) for values in (*kinds.values(), *channel.values())} != {5}:
        return learning.mistake("not five seeds")
    if "train" not in str(answer["fitted_on"]).lower():
        return learning.mistake("test cells in training")
    return _judge_numbers(kinds, reported, str(answer["better"]).strip().lower())


def _judge_numbers(kinds, reported, better):
    for one, value in reported.items():
        if abs(value - kinds[one].mean()) > 0.003:
            if abs(value - kinds[one].max()) < 0.003:
                return learning.mistake("the best seed", f"{value:.3f} is the best of five for {one}.")
            return learning.wrong(
                f"reported[{one!r}]: expected the mean of your five, {kinds[one].mean():.3f}, got {value:.3f}."
            )
    gain = kinds["autoencoder"] - kinds["principal components"]
    truth = "neither" if gain.min() <= 0 <= gain.max() else "autoencoder" if gain.min() > 0 else "principal components"
    if better not in ("neither", "autoencoder", "principal components"):
        return learning.wrong('better: expected "neither", "autoencoder" or "principal components".')
    if better != truth:
        if truth == "neither":
            return learning.mistake(
                "a winner where there is none", f"Gain, split by split: {np.round(gain, 3).tolist()}."
            )
        return learning.wrong(
            f"Split by split the gain of the autoencoder is {np.round(gain, 3).tolist()}: look at its sign."
        )
    return learning.right(f"Autoencoder minus components, split by split: {np.round(gain, 3).tolist()}.")


report = JudgedExercise(
    "autoencoder.b5",
    "Does the latent space help?",
    judge=_judge_report,
    mistakes=[
        Mistake(
            "no batch control",
            hints=(
                "Do neighbours share more than their type? Ask the same of something that should *not* show: the channel.",
            ),
        ),
        Mistake(
            "not five seeds",
            hints=("One split is an anecdote: five numbers for each kind were asked for.",),
        ),
        Mistake(
            "test cells in training",
            hints=(
                "What was the encoder fitted to? If the asked cells were among its examples, they are no test.",
                'fitted_on: "training cells" is what the table of this notebook does.',
            ),
        ),
        Mistake(
            "the best seed",
            hints=("The best of five is what chance was kind to. What would a sixth give?",),
        ),
        Mistake(
            "a winner where there is none",
            hints=("Subtract split by split. Does the difference keep its sign over all five?",),
        ),
    ],
    hints=(
        "Group the table by numbers; type and channel give five values each, reported their means.",
        'better is "neither" if the difference between autoencoder and components changes its sign over the splits.',
    ),
    why="Fitted without the asked cells, five splits, a control that must be at chance, differences split by split: that can be believed, also when the answer is 'no'.",
)

# ---------------------------------------------------------------- b6 designs


def can_tell(condition, batch):
    """Return whether an effect of the condition can be told from effects of the batches."""
    return cells.can_be_told(condition, batch)


def _designs():
    return [
        (list("CCTT"), list("1122")),
        (list("CTCT"), list("1122")),
        (list("CCTTT"), list("11122")),
        (list("CCCTTT"), list("112233")),
        (list("CCTTCT"), list("112233")),
        (list("CCTT"), list("1111")),
        (list("CCTT"), list("1234")),
        (list("CCTTCC"), list("112233")),
        (list("CCTTXX"), list("112212")),
        (list("CCTTC"), list("12121")),
    ]


def _conditions_per_batch(condition, batch):
    return {one: {c for c, b in zip(condition, batch, strict=True) if b == one} for one in set(batch)}


def _linked(condition, batch):
    """Whether the conditions hang together, two at a time, through batches that hold both."""
    met, held = {condition[0]}, list(_conditions_per_batch(condition, batch).values())
    for _ in held:
        met = met.union(*(one for one in held if one & met))
    return met == set(condition)


def _equal_counts(condition, batch):
    per = [[list(zip(condition, batch, strict=True)).count((c, b)) for b in set(batch)] for c in set(condition)]
    return len({count for row in per for count in row}) == 1


design = FunctionExercise(
    "autoencoder.b6",
    "Can this design be rescued?",
    reference=can_tell,
    cases=_designs,
    view=lambda output, *inputs: bool(output),
    off_limits=[cells.can_be_told],
    mistakes=[
        Mistake(
            "only perfect balance accepted",
            _equal_counts,
            hints=(
                "Unequal numbers cost precision, not the answer. What is it that makes an effect impossible to tell?",
                "One batch that holds both conditions is already enough for two conditions.",
            ),
        ),
        Mistake(
            "two batches are always enough",
            lambda condition, batch: len(set(batch)) > 1,
            hints=("Take C C T T in batches 1 1 2 2. Which numbers could tell the treatment from the second batch?",),
        ),
        Mistake(
            "every batch must hold every condition",
            lambda condition, batch: all(
                len(held) == len(set(condition)) for held in _conditions_per_batch(condition, batch).values()
            ),
            hints=(
                "C C in batch 1, C T T in others: a batch of one kind does no harm while another batch holds both.",
            ),
        ),
        Mistake(
            "one batch refused",
            lambda condition, batch: len(set(batch)) > 1 and _linked(condition, batch),
            hints=("All samples in one batch: then there is no batch to confuse anything with.",),
        ),
    ],
    hints=(
        "Think of a chain: two conditions can be compared if some batch holds both, or if batches and conditions link them.",
        "np.linalg.matrix_rank of [1, conditions but the first, batches but the first]: full rank means yes.",
    ),
    why="No method separates what was never apart. The design table decides, before any sample is measured.",
)

# ---------------------------------------------------------------- b7 conclusion

verdict = CardExercise(
    "autoencoder.b7",
    "What is a latent space good for?",
    fields=[
        Field(
            "helped",
            "One place in this notebook where the autoencoder beat its simple rivals, with both figures.",
            min_words=10,
        ),
        Field("did_not", "One place where it did not, with both figures.", min_words=10),
        Field("rival", "Which simple method would you always run beside it, and why?", min_words=8),
        Field("control", "How would you find out that a latent space shows a batch?", min_words=8),
    ],
    model={
        "helped": "Two numbers for a tumour: the autoencoder explains about .70 of the variance in held-out tumours, two principal components .58.",
        "did_not": "Ten numbers for a blood cell: neighbours agree in type as often for principal components as for the autoencoder (.73 against .72).",
        "rival": "Principal components with as many numbers: one line, no training, and often as good.",
        "control": "Ask whether neighbours share the batch more often than chance, with the same code that asks for the cell type.",
    },
    hints=("Name figures, and the rival that each was compared with.",),
    why="Rubric: 2 points for a gain with its rival's figure; 2 for an honest 'no'; 1 for a rival that is really simple; 1 for a control that can fail.",
)

# ---------------------------------------------------------------- predictions

two_numbers = Prediction(
    "autoencoder.bp1",
    "Each tumour, 399 numbers, is squeezed into two: by principal components, or by an autoencoder with a hidden layer. How much of the variance in tumours that neither has seen comes back?",
    choices=[
        "about as much with both: two numbers are two numbers",
        "more with principal components: they are the best possible",
        "clearly more with the autoencoder",
    ],
    explanation="About .70 against .58 on the real data. Principal components are the best *linear* two numbers: a plane laid through the cloud. Four clouds and the bends between them fit no plane; the autoencoder lays a curved surface. For naming subgroups the two are nearly level, and all 399 sites are as good.",
)
filling = Prediction(
    "autoencoder.bp2",
    "Three tenths of each held-out tumour's sites are hidden. Which way of filling them in calls the state (methylated or not) rightly most often?",
    choices=[
        "copying the site that goes with it most closely",
        "the mean of the ten most similar tumours",
        "a plain autoencoder",
        "a denoising autoencoder",
    ],
    explanation="On the real data the denoising one, by little: about .88 against .87 for ten similar tumours or principal components, .84 for copying one site. The plain autoencoder never met hidden values in training and takes them for measured ones.",
)
batches = Prediction(
    "autoencoder.bp3",
    "A treatment raises 40 genes. All treated cells were handled on Tuesday, all others on Monday. Then the mean of each day is taken off every cell. How many of the 40 genes are found?",
    choices=["nearly all: the day is corrected for", "about half", "none: the treatment is taken off with the day"],
    explanation="None. The day's mean is the treatment's mean: every difference becomes exactly 0. Left as it is, about half of the named genes are effects of Tuesday. No analysis helps; in the balanced design the same correction costs nothing.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "autoencoder.bwarmup",
    "Two questions from earlier chapters",
    questions=[
        Question(
            "A table holds exact copies of some rows. What does a random split do?",
            {
                "a": Option(
                    "Nothing: copies carry no new information",
                    "That is why they do harm: the test repeats the training.",
                ),
                "b": Option("It puts copies on both sides, and the score is partly memory"),
                "c": Option("It fails, since rows must differ", "Nothing fails. The score just comes out too good."),
            },
            key="b",
            why="In chapter 3 the copies were molecules under two names. Here they are rows called GSM….1.",
        ),
        Question(
            "From chapter 8: a linear autoencoder with d latent numbers, trained to the end, has the error of",
            {
                "a": Option("d principal components"),
                "b": Option(
                    "a network with a hidden layer of d neurons and ReLU",
                    "Linear means: no ReLU. What is the best plane?",
                ),
                "c": Option("copying the input", "That needs as many numbers as there are inputs."),
            },
            key="a",
            why="So whatever an autoencoder gains over principal components comes from its bends.",
        ),
    ],
)

final = Quiz(
    "autoencoder.bquiz",
    "Latent spaces on real data",
    questions=[
        Question(
            "On 399 sites neighbours name a held-out tumour's subgroup in .97 of all cases. Why is that too good?",
            {
                "a": Option("Ten neighbours are too many", "Fewer or more would change little."),
                "b": Option(
                    "The sites were chosen because they tell the subgroups apart, with the test tumours in sight"
                ),
                "c": Option("Methylation is noisy", "Noise would make it worse, not better."),
            },
            key="b",
            why="Choosing features is training. For how well tumours come back, no label was used; that figure is fair.",
        ),
        Question(
            "The squared error on logarithms explains .27 of the variance of held-out cells, the rest comes not back. That means",
            {
                "a": Option(
                    "that the autoencoder failed",
                    "Principal components reach hardly more, and the cell types are all there.",
                ),
                "b": Option(
                    "that most of the variance is the chance of counting few molecules, which nothing can or should give back"
                ),
                "c": Option("that 27 % of the genes are understood", "It is a share of variance, not of genes."),
            },
            key="b",
            why="Two thirds of the counts are 0, and a model that gave back each 0 and 1 would have learned noise by heart.",
        ),
        Question(
            "Neighbours in a latent space share their batch in .97 of all cases, by chance it would be .50. You",
            {
                "a": Option("have found two cell types", "Ask first who handled them."),
                "b": Option("have learned how cells were handled, and look at the design table next"),
                "c": Option(
                    "train longer", "The batch is the largest signal in the data; training longer finds it better."
                ),
            },
            key="b",
            why="An autoencoder keeps what varies most. Whether that is biology, it cannot know.",
        ),
        Question(
            "Sequences drawn from a profile keep the conserved columns as often as natural ones. What do they lack?",
            {
                "a": Option(
                    "Novelty", "They are as new as can be: a third of their columns fit the nearest known sequence."
                ),
                "b": Option("The way columns go together"),
                "c": Option("The right length", "Gaps are drawn column by column too; that is the least of it."),
            },
            key="b",
            why="Correlation of pair statistics with the family: profile 0, autoencoder as high as held-out natural sequences. Whether any of them works, only an assay tells.",
        ),
    ],
)

learning.register(
    rows, neighbour, why_neighbours, loss, report, design, verdict, two_numbers, filling, batches, warmup, final,
)  # fmt: skip
