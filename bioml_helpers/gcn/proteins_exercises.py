"""What companion 07b asks: exercises with their usual mistakes, predictions, quizzes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bioml_helpers import evaluation, learning
from bioml_helpers.data import validate
from bioml_helpers.gcn import residues
from bioml_helpers.learning import (
    ChoiceExercise,
    FunctionExercise,
    JudgedExercise,
    Mistake,
    Option,
    Prediction,
    Question,
    Quiz,
)

# ---------------------------------------------------------------- b1 contacts as edges


def _chains():
    rng = np.random.default_rng(71)
    steps = [np.array([[0.0, 0, 0], [3.8, 0, 0], [7.6, 0, 0], [11.4, 0, 0]]), np.array([[0.0, 0, 0], [6, 0, 0]])]
    return [(one,) for one in steps] + [(rng.normal(0, 6, (size, 3)).round(2),) for size in (5, 9, 16)]


def _as_set(output, *inputs):
    """Edges sorted, each once in each direction, so that their order does not matter."""
    edges = np.asarray(output.detach() if hasattr(output, "detach") else output)
    if edges.ndim != 2 or edges.shape[0] != 2:
        return edges
    return edges[:, np.lexsort(edges[::-1])]


def my_edges(cb):
    """Return the contacts of a chain as an edge list of both directions, no self-loops."""
    apart = np.linalg.norm(cb[:, None] - cb[None], axis=-1)
    return np.stack(np.nonzero((apart < residues.CONTACT) & ~np.eye(len(cb), dtype=bool)))


def _once(cb):
    return np.stack(np.nonzero(np.triu(np.linalg.norm(cb[:, None] - cb[None], axis=-1) < residues.CONTACT, 1)))


def _with_loops(cb):
    return np.stack(np.nonzero(np.linalg.norm(cb[:, None] - cb[None], axis=-1) < residues.CONTACT))


def _squared(cb):
    apart = ((cb[:, None] - cb[None]) ** 2).sum(-1)
    return np.stack(np.nonzero((apart < residues.CONTACT) & ~np.eye(len(cb), dtype=bool)))


contact_edges = FunctionExercise(
    "gcn.b1",
    "Contacts as edges",
    reference=my_edges,
    cases=_chains,
    tolerance=0,
    view=_as_set,
    off_limits=[residues.contacts],
    mistakes=[
        Mistake(
            "each contact in one direction only",
            _once,
            hints=(
                "A message goes from column to column of the edge list. Can residue 1 hear from residue 0 and also be heard by it?",
                "Both (i, j) and (j, i) belong in the list.",
            ),
        ),
        Mistake(
            "a residue in contact with itself",
            _with_loops,
            hints=("Each residue is 0 Å from itself. Leave the diagonal out: the GCN adds its own self-loops.",),
        ),
        Mistake(
            "squared distances",
            _squared,
            hints=("You compare Å² with 8 Å. Take the square root first.",),
        ),
    ],
    hints=(
        "Three steps: all distances, which are below 8, where they stand.",
        "np.linalg.norm(cb[:, None] - cb[None], axis=-1) is the table of distances; np.nonzero tells places.",
    ),
    why="The edge list is all that the network will know of the fold: no coordinates, no angles, no left or right hand.",
)

# ---------------------------------------------------------------- b2 a split by protein


def _pairs_and_new():
    rng = np.random.default_rng(72)
    cases = [(np.array([[0, 1], [1, 2], [2, 3]]), np.array([False, False, True, True]))]
    for nodes, count in ((5, 8), (9, 16), (14, 40)):
        pairs = np.unique(np.sort(rng.integers(nodes, size=(count, 2)), axis=1), axis=0)
        pairs = pairs[pairs[:, 0] < pairs[:, 1]]
        cases.append((pairs, rng.permutation(nodes) < nodes // 2))
    return cases


def _both_parts(output, pairs, new):
    """Which pairs were put where: 0 nowhere, 1 to learn from, 2 to judge by, 3 both; one number for each pair."""
    try:
        train, test = output
        code = np.zeros(len(pairs), dtype=int)
        for value, part in ((1, train), (2, test)):
            part = np.asarray(part.detach() if hasattr(part, "detach") else part).reshape(-1, 2)
            there = {tuple(sorted(pair)) for pair in part.tolist()}
            code += value * np.array([tuple(sorted(pair)) in there for pair in pairs.tolist()])
    except (TypeError, ValueError):
        return np.array([-1])
    return code


def my_split(pairs, new):
    """Return the pairs of known proteins, and the pairs of new ones."""
    both = new[pairs]
    return pairs[~both.any(axis=1)], pairs[both.all(axis=1)]


def _any_new(pairs, new):
    both = new[pairs]
    return pairs[~both.any(axis=1)], pairs[both.any(axis=1)]


def _not_both_new(pairs, new):
    both = new[pairs]
    return pairs[~both.all(axis=1)], pairs[both.all(axis=1)]


def _first_end(pairs, new):
    return pairs[~new[pairs[:, 0]]], pairs[new[pairs[:, 0]]]


by_protein = FunctionExercise(
    "gcn.b2",
    "A split by protein",
    reference=my_split,
    cases=_pairs_and_new,
    tolerance=0,
    view=_both_parts,
    mistakes=[
        Mistake(
            "pairs with one known protein are judged",
            _any_new,
            hints=(
                "Pair (1, 2) with only protein 2 new: has the model seen protein 1?",
                "To be judged, both proteins must be new: .all(axis=1).",
            ),
        ),
        Mistake(
            "pairs with a new protein are learned from",
            _not_both_new,
            hints=(
                "In your training pairs some protein is new. Then the test knows it from training.",
                "To be learned from, neither may be new: ~both.any(axis=1).",
            ),
        ),
        Mistake(
            "only the first protein looked at",
            _first_end,
            hints=("A pair has two ends, and their order means nothing. Look at both.",),
        ),
    ],
    hints=(
        "new[pairs] has the shape of pairs: for each end whether it is new.",
        "What joins a known and a new protein goes into neither part.",
    ),
    why="The price is high, about half of all pairs is thrown away. What it buys: no protein is in both parts.",
)

# ---------------------------------------------------------------- b3 which comparison

which_control = ChoiceExercise(
    "gcn.b3",
    "Which comparison shows that the partners matter?",
    text="A GCN on expression and degree tells essential proteins better than something. Which comparison supports the sentence 'who binds whom tells something about who is essential, beyond how many'?",
    options={
        "a": Option(
            "It beats the number of partners alone",
            "It also sees expression. Perhaps expression did it; a network without the graph would show that.",
        ),
        "b": Option(
            "It beats a network that sees expression only",
            "It may have learned the degree. Degree needs no graph: it can be given as a number.",
        ),
        "c": Option(
            "It beats the same network on edges that were shuffled so that each protein keeps its number of partners",
            "",
        ),
        "d": Option(
            "It beats the same network with fewer hidden numbers",
            "That is about size, not about the partners.",
        ),
    },
    key="c",
    why="Everything is the same but who the partners are. If the network without a graph is beaten too, the partners add to what a protein's own numbers tell.",
)

# ---------------------------------------------------------------- b4 two splits, reported

_SPLITS = ("random", "proteins")
_KEYS = ("train", "test", "negatives", "score")
GAP = 0.08


def _judge_drop(answer):
    if not isinstance(answer, Mapping) or not {*_SPLITS, "why"} <= set(answer):
        return learning.wrong('A dictionary with the keys "random", "proteins" and "why" was expected.')
    reached = {}
    for split in _SPLITS:
        one = answer[split]
        if not isinstance(one, Mapping) or not set(_KEYS) <= set(one):
            return learning.wrong(f"{split}: a dictionary with the keys {', '.join(_KEYS)} was expected.")
        try:
            train, test, negatives = (validate.array(key, one[key], ndim=2, integer=True) for key in _KEYS[:3])
            score = validate.array("score", one["score"], ndim=1, length=len(test) + len(negatives))
        except (TypeError, ValueError) as error:
            return learning.wrong(f"{split}: {error}")
        wrong = _wrong_with(split, train, test, negatives)
        if wrong is not None:
            return wrong
        reached[split] = evaluation.auroc(np.arange(len(score)) < len(test), score)
    gap = reached["random"] - reached["proteins"]
    said = f"AUROC {reached['random']:.2f} with pairs held out, {reached['proteins']:.2f} with proteins held out."
    if gap < GAP:
        return learning.wrong(f"{said} A drop of at least {GAP} was expected: does your model use the training pairs?")
    why = str(answer["why"]).strip().lower()
    if why in ("a", "b", "d"):
        return learning.mistake({"a": "too few pairs", "b": "harder negatives", "d": "the graph is wrong"}[why])
    return learning.right(said) if why == "c" else learning.wrong('why: one letter, "a" to "d", was expected.')


def _wrong_with(split, train, test, negatives):
    if split == "proteins" and len(both := np.intersect1d(train, test)):
        return learning.mistake("a protein in both parts", f"Protein {both[0]} is in train and in test.")
    known = {tuple(sorted(pair)) for pair in np.concatenate([train, test]).tolist()}
    if len(known) < len(train) + len(test):
        return learning.wrong(f"{split}: a pair is in train and in test, or comes twice.")
    if any(tuple(sorted(pair)) in known for pair in negatives.tolist()):
        return learning.wrong(f"{split}: a known interaction is among the negatives.")
    size = int(max(train.max(), test.max(), negatives.max())) + 1
    counts = [np.bincount(part.ravel(), minlength=size) for part in (test, negatives)]
    if not np.array_equal(*counts):
        at = int(np.argmax(np.abs(counts[0] - counts[1])))
        return learning.mistake(
            "negatives with other degrees",
            f"{split}: protein {at} is in {counts[0][at]} test pairs and in {counts[1][at]} negatives.",
        )
    return None


drop = JudgedExercise(
    "gcn.b4",
    "Two splits, one model",
    judge=_judge_drop,
    mistakes=[
        Mistake(
            "a protein in both parts",
            hints=(
                "A protein that the model met in training is not new. Which part does each protein belong to?",
                'networks.pairs_for(found, "proteins", …) keeps the proteins apart; so does your my_split.',
            ),
        ),
        Mistake(
            "negatives with other degrees",
            hints=(
                "If hubs are in many test pairs and in few negatives, then 'is it a hub?' answers the question.",
                'networks.pairs_for(found, …, "same degree") draws each protein as often as the test pairs do.',
            ),
        ),
        Mistake(
            "too few pairs",
            hints=(
                "Fewer training pairs cost something. But the network without the graph sees as few, and it loses much less.",
            ),
        ),
        Mistake(
            "harder negatives",
            hints=("The negatives are drawn in the same way in both splits. They can't make the difference.",),
        ),
        Mistake(
            "the graph is wrong",
            hints=("It is the same graph, with the same errors, in both splits. What is new in the second one?",),
        ),
    ],
    hints=(
        "Fill one dictionary a split: train, test, negatives (for the test), score (for test, then negatives).",
        "In the second split no test protein has a single training partner. What can its column of the graph say?",
    ),
    why="With pairs held out, a test protein is known by its training partners: friends of friends bind. A new protein has none, and what is left is its own features. Both numbers are true; they answer different questions.",
)

# ---------------------------------------------------------------- predictions

graph_first = Prediction(
    "gcn.bp1",
    "The number of partners alone tells essential yeast proteins with average precision 0.33 (guessing: 0.20). A network on expression and the number of partners reaches 0.45. The same network as a GCN, which also sees the partners' expression?",
    choices=["0.45 to 0.50: a little more", "about 0.60: much more", "about 0.80: guilt by association"],
    explanation="A little more: 0.46 for a plain GCN, 0.49 if a protein keeps its own numbers beside those of its partners. The interval of the first gain holds 0, that of the second does not. Essential proteins do sit together, but a protein's own numbers had told most of that.",
)
study_first = Prediction(
    "gcn.bp2",
    "A simulated interactome: truly, essential proteins have no more partners than others. But they are studied three times as much, and who is studied more is found to have more partners. How well will the number of found partners tell essential proteins (guessing: 0.20)?",
    choices=["0.20: there is nothing to find", "about 0.30", "above 0.50"],
    explanation="Above 0.50. Nothing in the biology of this simulation links partners and being essential: the laboratories do.",
)
fold_first = Prediction(
    "gcn.bp3",
    "The class of a chain is to be told: all-α, all-β, α/β (parallel strands) or α+β (antiparallel). Shares of helix and strand alone reach 0.78. A network that also sees which residues touch?",
    choices=["about the same", "about 0.85", "above 0.95"],
    explanation="About the same: 0.77 against 0.78. A contact says that two residues are near, and not which way the chain runs through them. But this is what parallel means.",
)
links_first = Prediction(
    "gcn.bp4",
    "A GCN ranks pairs of proteins; a fifth of the known interactions is held out, the rest is its graph. AUROC 0.86 against pairs drawn at random. What is left with proteins held out instead of pairs, and negatives of the same degrees?",
    choices=["about 0.80", "about 0.65", "about 0.50: a coin"],
    explanation="About 0.52, a coin. Half of the glory was degree (hubs are in many pairs and in few random negatives: the number of partners alone gives 0.88), the other half was knowing the test proteins' other partners.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "gcn.bwarmup",
    "Two questions from earlier chapters",
    questions=[
        Question(
            "A fifth of the proteins is essential. A model without any skill is judged by average precision. What does it reach?",
            {
                "a": Option("0.5", "That is the AUROC of a coin; average precision starts elsewhere."),
                "b": Option("about 0.2, the share of essential proteins"),
                "c": Option("0", "A random order still holds a fifth of positives at each depth."),
            },
            key="b",
            why="So 0.33 for the number of partners is something, and must be read beside 0.20.",
        ),
        Question(
            "A GCN layer with Â X W. What does a protein without a known partner get?",
            {
                "a": Option("Its own features, through W: the self-loop sees to that"),
                "b": Option("Zeros: it has no neighbours", "Without self-loops it would. Â holds A + I."),
                "c": Option("The mean of all proteins", "Nothing travels where there is no edge."),
            },
            key="a",
            why="The network without edges is thus a fair rival: it is the same layer with the self-loops alone.",
        ),
    ],
)

final = Quiz(
    "gcn.bquiz",
    "Proteins as graphs",
    questions=[
        Question(
            "Hubs of the interactome are more often essential. Which explanation can this table alone rule out?",
            {
                "a": Option("Hubs hold the network together", "It fits the correlation, and so do the others."),
                "b": Option("Essential proteins are studied more", "It fits too; the table says nothing of study."),
                "c": Option("None of them: a correlation fits all"),
            },
            key="c",
            why="A screen that tests every pair with the same effort would help; or a record of how often each protein was a bait.",
        ),
        Question(
            "On shuffled edges the plain GCN is worse than no graph at all. Why?",
            {
                "a": Option(
                    "Shuffling changed the number of partners", "Each protein kept its number: that is the point."
                ),
                "b": Option("It averages a protein's own features away among those of strangers"),
                "c": Option("It was trained for fewer epochs", "All networks of the table share their settings."),
            },
            key="b",
            why="That is why the layer that keeps its own features beside the collected ones is the fairer one to shuffle.",
        ),
        Question(
            "Why is average precision taken within each chain, and the interval drawn over chains?",
            {
                "a": Option("Because it is quicker", "It hardly is. Ask which rows belong together."),
                "b": Option(
                    "B factors are comparable only within a crystal, and residues of a chain are no independent examples"
                ),
                "c": Option(
                    "Because long chains should count more", "Within chains each chain counts the same, long or short."
                ),
            },
            key="b",
            why="22,059 residues sound like much; it is 150 chains.",
        ),
        Question(
            "Contacts with direction tell fold classes with 0.95. What may be said?",
            {
                "a": Option(
                    "The network discovered what parallel means",
                    "We gave it the cosine that our own rule looks at. That it can use it is shown, not more.",
                ),
                "b": Option(
                    "What is written on the edges decides what a graph network can tell; here the rule's ingredient had to be there"
                ),
                "c": Option(
                    "Graph networks beat composition at fold classes",
                    "Without the direction they do not. The sentence is too wide.",
                ),
            },
            key="b",
            why="Labels from a rule, inputs from the same coordinates: such a task measures what a model can express, not what nature does.",
        ),
        Question(
            "A paper reports AUROC 0.95 for new interactions, pairs held out at random, negatives drawn at random. What do you ask for first?",
            {
                "a": Option("A larger network", "Size is not what is in doubt."),
                "b": Option(
                    "The score of the number of partners alone, and a split by protein with negatives of the same degree"
                ),
                "c": Option("More epochs", "It fits well already; the question is what it has learned."),
            },
            key="b",
            why="In such a setting, published sequence models turned out to live on degree and similarity (Bernett and colleagues 2024).",
        ),
    ],
)

learning.register(
    contact_edges, by_protein, which_control, drop, graph_first, study_first, fold_first, links_first, warmup, final
)
