"""What companion 06b asks: exercises with their usual mistakes, the card of AlphaFold2, predictions, quizzes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bioml_helpers import evaluation, learning
from bioml_helpers.attention import families
from bioml_helpers.data import validate
from bioml_helpers.data.encode import PROTEIN
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

# ---------------------------------------------------------------- b1 average product correction


def _scores():
    rng = np.random.default_rng(61)
    cases = [(np.array([[0.0, 4.0, 2.0], [4.0, 0.0, 2.0], [2.0, 2.0, 0.0]]),)]
    for length in (2, 3, 4, 6, 9):
        one = rng.random((length, length)).round(2)
        one = one + one.T
        np.fill_diagonal(one, 0.0)
        cases.append((one,))
    return cases


def _no_diagonal(output, *inputs):
    """Scores off the diagonal; whatever stands on it is no pair."""
    output = np.array(output.detach() if hasattr(output, "detach") else output, dtype=float)
    if output.ndim == 2 and output.shape[0] == output.shape[1]:
        np.fill_diagonal(output, 0.0)
    return output


def _with_diagonal_in_the_means(scores):
    mean = scores.mean(axis=0)
    return scores - np.outer(mean, mean) / scores.mean()


def _undivided(scores):
    mean = scores.sum(axis=0) / (len(scores) - 1)
    return scores - np.outer(mean, mean)


def _divided_by_the_share(scores):
    mean = scores.sum(axis=0) / (len(scores) - 1)
    return scores / (np.outer(mean, mean) / mean.mean())


correction = FunctionExercise(
    "attention.b1",
    "What a pair has beyond its columns",
    reference=evaluation.apc,
    cases=_scores,
    tolerance=1e-6,
    view=_no_diagonal,
    mistakes=[
        Mistake(
            "the diagonal counted in the means",
            _with_diagonal_in_the_means,
            hints=(
                "A column pairs with length − 1 others. By how many did you divide?",
                "scores.sum(axis=0) / (len(scores) − 1) is the mean of a column without its zero on the diagonal.",
            ),
        ),
        Mistake(
            "not divided by the overall mean",
            _undivided,
            hints=(
                "Your correction grows with the square of the scores. What brings it back to their size?",
                "The product of two means is divided by the mean of all.",
            ),
        ),
        Mistake(
            "divided instead of taken off",
            _divided_by_the_share,
            hints=("The shared part is to be subtracted: a pair with no more than its share ends at 0, not at 1.",),
        ),
    ],
    hints=(
        "Three steps: the mean of each column, what two columns share, the scores minus that.",
        "np.outer(mean, mean) / mean.mean() is what every pair of columns shares; len(scores) − 1 pairs make a mean.",
    ),
    why="A column that varies much, or that tells one branch of the tree from another, goes with everything. What is left after the correction belongs to the pair.",
)

# ---------------------------------------------------------------- b2 hide before you ask


def my_recovery(tell, residues):
    """Return the share of columns told rightly, each hidden (−1) while all others are seen."""
    right = 0
    for column in range(len(residues)):
        hidden = np.array(residues)
        hidden[column] = -1
        right += int(tell(hidden)[column] == residues[column])
    return right / len(residues)


def copycat(residues):
    """Say what is seen; where a residue is hidden, say what stands to its left (0 at the start)."""
    left = np.concatenate([[0], residues[:-1]])
    return np.where(residues >= 0, residues, np.maximum(left, 0))


def neighbourly(residues):
    """Say of each residue what stands to its right (3 at the end), seen or not."""
    return np.concatenate([residues[1:], [3]])


def _telling():
    rng = np.random.default_rng(62)
    cases = [(copycat, np.array([0, 0, 1])), (neighbourly, np.array([2, 2, 3, 3]))]
    return cases + [
        (tell, rng.integers(4, size=length)) for length in (5, 8, 12, 20) for tell in (copycat, neighbourly)
    ]


def _nothing_hidden(tell, residues):
    return float(np.mean(tell(np.array(residues)) == residues))


def _all_hidden(tell, residues):
    return float(np.mean(tell(np.full(len(residues), -1)) == residues))


def _all_columns_counted(tell, residues):
    shares = []
    for column in range(len(residues)):
        hidden = np.array(residues)
        hidden[column] = -1
        shares.append(np.mean(tell(hidden) == residues))
    return float(np.mean(shares))


recovery = FunctionExercise(
    "attention.b2",
    "Hide before you ask",
    reference=my_recovery,
    cases=_telling,
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "nothing hidden",
            _nothing_hidden,
            hints=(
                "One of the models in this check just repeats what it sees. What does your function say of it?",
                "Before you ask for a column, put −1 there, in a copy.",
            ),
        ),
        Mistake(
            "everything hidden at once",
            _all_hidden,
            hints=("Then the model sees nothing at all. Hide one column, ask for that one, and go on to the next.",),
        ),
        Mistake(
            "the columns that were seen counted too",
            _all_columns_counted,
            hints=("You hide one column but judge all of them. Only the hidden one is a question.",),
        ),
    ],
    hints=(
        "A loop over the columns: copy, hide one, ask, compare that one.",
        "hidden = np.array(residues) makes the copy; tell(hidden)[column] is the answer that counts.",
    ),
    why="A model that copies has learned nothing, and unmasked it scores 1. The models of this notebook cannot peep: no column looks at itself.",
)

# ---------------------------------------------------------------- b3 log-odds of a change


def _with_mutants():
    rng = np.random.default_rng(63)
    cases = []
    for length, count in ((1, 1), (2, 3), (6, 6), (15, 10)):
        table = np.log(rng.dirichlet(np.full(20, 0.5), size=length) + 1e-4)
        places = rng.integers(length, size=count)
        letters = [rng.choice(20, 2, replace=False) for _ in range(count)]
        mutants = [f"{PROTEIN[a]}{place + 1}{PROTEIN[b]}" for place, (a, b) in zip(places, letters, strict=True)]
        cases.append((table, mutants))
    return cases


def _each(rule):
    def wrong(log_probability, mutants):
        return [
            rule(np.asarray(log_probability), int(text[1:-1]), PROTEIN.index(text[0]), PROTEIN.index(text[-1]))
            for text in mutants
        ]

    return wrong


scores = FunctionExercise(
    "attention.b3",
    "The odds of a change",
    reference=families.variant_scores,
    cases=_with_mutants,
    tolerance=1e-6,
    off_limits=[families.change_score],
    mistakes=[
        Mistake(
            "the sign turned round",
            _each(lambda table, number, wild, new: table[number - 1, wild] - table[number - 1, new]),
            hints=(
                "With your sign a harmful change gets a high score, and the correlation with fitness comes out negative.",
                "log p(mutant) − log p(wild type): below 0 where the wild type is the likelier residue.",
            ),
        ),
        Mistake(
            "the wild type left out",
            _each(lambda table, number, wild, new: table[number - 1, new]),
            hints=("You give log p(mutant) alone. Compared with what? At a free position every residue is unlikely.",),
        ),
        Mistake(
            "a difference of probabilities",
            _each(lambda table, number, wild, new: np.exp(table[number - 1, new]) - np.exp(table[number - 1, wild])),
            hints=("Odds are ratios: subtract the logarithms as they are, without exp.",),
        ),
        Mistake(
            "counted from 0",
            _each(lambda table, number, wild, new: table[number % len(table), new] - table[number % len(table), wild]),
            hints=("A24C is the 24th residue, which Python calls 23.",),
        ),
    ],
    hints=(
        "A text such as A24C has three parts: text[0], int(text[1:-1]), text[-1].",
        "row = log_probability[int(text[1:-1]) - 1]; then row[mutant] − row[wild], letters numbered by letters.index.",
    ),
    why="Turned round, the same numbers would call every lethal mutant fit. Say the sign in words each time: higher is better tolerated.",
)

# ---------------------------------------------------------------- b4 generalise over what


def _judge_splits(answer):
    if not isinstance(answer, str):
        return learning.wrong(
            f'Four letters as one word were expected, such as "abcd"; a {type(answer).__name__} came.'
        )
    letters = "".join(letter for letter in answer.lower() if letter.isalpha())
    if len(letters) != 4 or set(letters) - set("abcd"):
        return learning.wrong(f'Four letters from a to d were expected, one a task; "{answer}" came.')
    if letters[1] == "a":
        return learning.mistake("mutants at random for untouched positions")
    if letters[0] == "b":
        return learning.mistake("harder than the task")
    if letters[3] in "ab" or letters[2] in "ab":
        return learning.mistake("relatives on both sides")
    if letters != "abcd":
        return learning.wrong(f'"{letters}" is not it yet; each split fits exactly one of the tasks.')
    return learning.right()


which_split = JudgedExercise(
    "attention.b4",
    "Generalise over what?",
    judge=_judge_splits,
    mistakes=[
        Mistake(
            "mutants at random for untouched positions",
            hints=(
                "In a random split each held-out mutant has measured neighbours at its own position. Will the new positions have them?",
                "Hold out what will be new: there, whole positions.",
            ),
        ),
        Mistake(
            "harder than the task",
            hints=(
                "In task 1 every position has measured mutants already. Holding whole positions out asks for more than is needed.",
            ),
        ),
        Mistake(
            "relatives on both sides",
            hints=(
                "Which rows resemble each other there: sequences of a group, residues of a chain? They must stay together.",
            ),
        ),
    ],
    hints=("Ask of each task: what will be new on the day the model is used? That is what is held out.",),
    why="No split is right in itself. A score is an answer to the question that the split asks.",
)

# ---------------------------------------------------------------- b5 a probe, reported honestly

_KEYS = ("train_chain", "test_chain", "y", "predicted", "baseline", "gain")


def _judge_probe(answer):
    if not isinstance(answer, Mapping):
        return learning.wrong(
            f"A dictionary with the keys {', '.join(_KEYS)} was expected; a {type(answer).__name__} came."
        )
    if answer.get("baseline") is None:
        return learning.mistake("no baseline")
    absent = [key for key in _KEYS if key not in answer]
    if absent:
        return learning.wrong(f"These keys are missing: {', '.join(absent)}.")
    try:
        train_chain, chain, y, told, base = (
            validate.array(key, answer[key], ndim=1, integer=True) for key in _KEYS[:-1]
        )
        gain = validate.array("gain", answer["gain"], ndim=1, length=3)
    except (TypeError, ValueError) as error:
        return learning.wrong(str(error))
    if not len(chain) == len(y) == len(told) == len(base):
        return learning.wrong(
            f"test_chain, y, predicted and baseline: expected as many of each, got {len(chain)}, {len(y)}, {len(told)}, {len(base)}."
        )
    both = np.intersect1d(train_chain, chain)
    if len(both):
        return learning.mistake(
            "residues of one chain on both sides", f"Chain {both[0]} is in train_chain and in test_chain."
        )
    better = (told == y).astype(float) - (base == y)
    return _judge_gain(gain, better, chain, float((told == y).mean()))


def _judge_gain(gain, better, chain, q3):
    estimate, low, high = gain
    if abs(estimate - better.mean()) > 0.003:
        if abs(estimate - q3) < 0.003:
            return learning.mistake("the score instead of the gain", f"{estimate:.3f} is the Q3 of your features.")
        return learning.wrong(
            f"Your predictions gain {better.mean():.3f} over the baseline, you report {estimate:.3f}."
        )
    if not low <= estimate <= high:
        return learning.wrong(
            f"gain: expected (estimate, low, high) in this order, got {estimate:.3f}, {low:.3f}, {high:.3f}."
        )
    by_chain = evaluation.mean_interval(better, groups=chain, n=150)
    wide = by_chain.high - by_chain.low
    narrow = 3.92 * better.std() / np.sqrt(len(better))
    width = high - low
    if width < 0.75 * wide and abs(width - narrow) < abs(width - wide):
        return learning.mistake(
            "the interval by residue", f"Yours is {width:.3f} wide; by chain it is about {wide:.3f}."
        )
    if not 0.6 * wide < width < 1.7 * wide:
        return learning.wrong(f"Your interval is {width:.3f} wide; a 95 % interval by chain is about {wide:.3f} wide.")
    return learning.right(f"Gain {estimate:.3f} ({low:.3f} to {high:.3f}) on {len(np.unique(chain))} chains.")


probe = JudgedExercise(
    "attention.b5",
    "A probe, reported honestly",
    judge=_judge_probe,
    mistakes=[
        Mistake(
            "residues of one chain on both sides",
            hints=(
                "Neighbouring residues share their state and most of their features. Which of them may stand on both sides?",
                "data.splits.grouped_split(chain, (0.8, 0.2)) keeps each chain whole.",
            ),
        ),
        Mistake(
            "no baseline",
            hints=(
                "How good is a probe that sees letters only? Without that row the score says nothing about the model.",
            ),
        ),
        Mistake(
            "the score instead of the gain",
            hints=("Asked for is how much *more* residues are right than with the baseline, on the same residues.",),
        ),
        Mistake(
            "the interval by residue",
            hints=(
                "Residues of a chain are right or wrong together. What is the unit that you would draw anew?",
                "evaluation.bootstrap_interval(…, groups=test_chain).",
            ),
        ),
    ],
    hints=(
        "Split by chain, fit twice (features, baseline), subtract right-or-wrong residue by residue.",
        "better = (predicted == y) − (baseline == y), as numbers; its mean with groups=test_chain is the gain.",
    ),
    why="A gain over a baseline, on the same residues, by chain: that can be believed, and compared with other people's.",
)

# ---------------------------------------------------------------- b6 AlphaFold2

alphafold2 = ApplicationCard(
    "AlphaFold2 at CASP14",
    question="Which shape does this protein fold into?",
    goes_in="One sequence, an alignment of its relatives (sequences × residues), and, where there are any, known structures of relatives as templates",
    comes_out="Coordinates of the heavy atoms (Å), and for each residue how sure the network is of them (0 to 100)",
    architecture=(
        "A stack of blocks looks at two tables. In the alignment each residue attends to the others of its row (one protein), steered by the pair "
        "table, and to the others of its column (its relatives). In the pair table each pair attends to pairs that share a residue "
        "with it: three residues make a triangle, and three distances must fit. NOT attention: the search for relatives in sequence data "
        "bases and for templates, the outer product that carries the alignment into the pair table, triangle multiplication, "
        "recycling (the result goes in again). The structure module, which moves residues in space, is built around a geometric kind of attention"
    ),
    data="Structures of the PDB, and its own confident predictions for further sequences; tested blind at CASP14, on structures not yet published",
    result="Median domain GDT_TS 92.4; summed z-scores 244.0, next group 90.8. Entered as a human group: some targets were helped by hand",
    limitation="One alignment, one shape: what moves, what a single mutation breaks, and proteins with few relatives are told less well",
    source=(
        "Jumper and colleagues 2021, doi:10.1038/s41586-021-03819-2 (network); Jumper and colleagues 2021, doi:10.1002/prot.26257 (CASP14 figures)"
    ),
    exercise="attention.b6",
)

alphafold_parts = ChoiceExercise(
    "attention.b6",
    "What in AlphaFold2 is not attention?",
    text="A colleague says: AlphaFold2 shows that attention alone is enough to find structures from one sequence. Which part of the card speaks against it most directly?",
    options={
        "a": Option(
            "Row attention steered by the pair table",
            "That is attention, and an inventive one. Look for what happens before the network sees anything.",
        ),
        "b": Option(
            "The search for relatives, which fills the alignment, and for templates",
            "",
        ),
        "c": Option(
            "Column attention over the relatives",
            "That is attention too; but ask where the relatives in the columns come from.",
        ),
        "d": Option(
            "That it was tested blind",
            "Blind testing says how far to trust the result, not which part brought it about.",
        ),
    },
    key="b",
    why="Most of what is known of contacts enters with the relatives, found by sequence search: evolution did the experiments. Attention reads them. Success of the whole suggests that attention works here; it does not isolate it.",
)

# ---------------------------------------------------------------- b7 the open question

verdict = CardExercise(
    "attention.b7",
    "Have language models beaten alignments?",
    fields=[
        Field("claim", "One sentence: on which task, on which data, what is ahead of what?", min_words=10),
        Field("for", "One figure of this notebook or of ProteinGym that speaks for it, with its name.", min_words=8),
        Field("against", "One figure that speaks against it, with its name.", min_words=8),
        Field("would_settle", "What experiment, with which split, would change your mind?", min_words=10),
    ],
    model={
        "claim": "Over the assays of ProteinGym, single-sequence language models are level with simple alignment models and behind the best ones; for contacts they are ahead of a Potts model.",
        "for": "ESM-2 with 650 million weights reaches precision 0.50 for long-range contacts, Gremlin 0.39 from alignments.",
        "against": "Mean Spearman: GEMME, from an alignment, 0.455; ESM-2 650M 0.414, and the model of 15 billion weights 0.401.",
        "would_settle": "New assays, measured after the models were trained, of proteins with few and with many relatives, scored before anyone sees them; means with intervals over proteins.",
    },
    hints=("A good claim names the task and the yardstick; 'better' alone is not a claim.",),
    why="Rubric: 2 points for a claim that names task and data; 2 for figures on both sides; 2 for a test that could come out either way; 1 for naming that pre-training has seen most of these families.",
)

# ---------------------------------------------------------------- predictions

contacts_first = Prediction(
    "attention.bp1",
    "From the alignment alone, no structure, we name the 10 pairs of columns that go together most (six or more apart). About one in ten of all such pairs touch in the fold. How many of our ten will?",
    choices=["1 or 2, as by guessing", "about 5", "9 or 10"],
    explanation="All ten, on the real family. Where two residues touch, a change of one is tolerated if the other changes too; over thousands of relatives this leaves a trace. The family is deep, and rich in disulphide bridges: in most families fewer are right.",
)
relatives_first = Prediction(
    "attention.bp2",
    "Hide a residue, find the nearest known sequence by the other 52 columns, and copy its letter: right for 0.53 of the residues when no held-out sequence has a near relative among the known. With a random split instead?",
    choices=["about the same", "about 0.6", "about 0.8"],
    explanation="About 0.8. Nothing was learned: most held-out sequences have a near copy among the known ones. Any model that can memorise profits in the same way, and would look as if it had learned the family.",
)
positions_first = Prediction(
    "attention.bp3",
    "A forest trained on four fifths of TEM-1's measured mutants ranks the other mutants with Spearman 0.8. Now whole positions are held out instead of single mutants. What remains?",
    choices=["about 0.8", "about 0.5", "0.3 or less"],
    explanation="On average 0.24 (0.13 to 0.30 over five splits), less than BLOSUM62 with 0.32, which has seen no label. At a position that it knows, the forest recalls whether changes hurt there; about a new position it can say hardly anything. The two numbers answer two different questions.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "attention.bwarmup",
    "Two questions from earlier chapters",
    questions=[
        Question(
            "Two proteins of one family stand on both sides of a split. Why is the test score too good?",
            {
                "a": Option(
                    "The test part is then too small",
                    "Its size is not the point: the two proteins are nearly the same example.",
                ),
                "b": Option("Relatives share residues by descent, so remembering one helps to tell the other"),
                "c": Option(
                    "The loss can no longer be computed",
                    "It can, without any warning. That is what makes this leak dangerous.",
                ),
            },
            key="b",
            why="That is why the sequences here are split by similarity group.",
        ),
        Question(
            "In attention, what does one row of the map add up to?",
            {
                "a": Option("1: the shares that a token gives to what it looks at"),
                "b": Option("0: positive and negative shares cancel", "The softmax makes no negative shares."),
                "c": Option("The number of tokens", "That is what the whole map adds up to: one for each row."),
            },
            key="a",
            why="So a map can be read as: where does this column look? Whether that explains anything is another question.",
        ),
    ],
)

final = Quiz(
    "attention.bquiz",
    "Reading a protein family",
    questions=[
        Question(
            "A masked-residue model gives C the probability 0.98 at a hidden column. What was it told about that column?",
            {
                "a": Option(
                    "That a cysteine stands there in this protein", "That was hidden: no column looks at itself."
                ),
                "b": Option("What stands in the other columns, and what is usual in this one in the family"),
                "c": Option(
                    "That a disulphide bridge is needed for the fold",
                    "Nobody told it of bridges; it saw which letters go together.",
                ),
            },
            key="b",
            why="Statistics of relatives is all it has. That they reflect the fold is our interpretation, tested against a structure.",
        ),
        Question(
            "ESM-2 grows from 650 million to 15 billion weights. What happens in the published tables?",
            {
                "a": Option("Everything gets better", "Contacts do; look at the ranking of mutants."),
                "b": Option("Contacts get better, the ranking of mutants does not"),
                "c": Option("Everything gets worse", "Contacts still improve, from 0.50 to 0.55."),
            },
            key="b",
            why="A likelier residue need not be a fitter one. Bigger models also remember more, and what they remember is who was sequenced.",
        ),
        Question(
            "Embeddings were pre-trained without labels. Can a test on them still leak?",
            {
                "a": Option(
                    "No: without labels there is nothing to leak",
                    "The test proteins themselves, and their relatives, may have been in pre-training.",
                ),
                "b": Option("Yes: the test proteins or their relatives may have been seen in pre-training"),
                "c": Option("Only if the probe is non-linear", "What leaks is in the features, whatever reads them."),
            },
            key="b",
            why="For a new family the features may be worse than for the families of the benchmark.",
        ),
        Question(
            "The ten pairs that our attention heads name all touch. May we say that attention explains the fold?",
            {
                "a": Option(
                    "Yes: the maps show the contacts",
                    "They agree with them. So does mutual information, which explains nothing.",
                ),
                "b": Option(
                    "No: the maps agree with contacts in one deep family; they show what this model uses, not why the protein folds"
                ),
                "c": Option(
                    "No: attention maps are always meaningless",
                    "Too far: here they were tested against a structure, and agreed far above chance.",
                ),
            },
            key="b",
            why="Between 'it explains' and 'it means nothing' lies what was measured: precision against a structure, with an untrained model beside it.",
        ),
    ],
)

learning.register(
    correction, recovery, scores, which_split, probe, alphafold_parts, verdict,
    contacts_first, relatives_first, positions_first, warmup, final,
)  # fmt: skip
