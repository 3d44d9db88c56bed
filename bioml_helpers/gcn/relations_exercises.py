"""What companion 07c asks: merging, walking, fair pairs, an honest ranking, and words that do not promise."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from bioml_helpers import evaluation, learning
from bioml_helpers.data import validate
from bioml_helpers.gcn import relations
from bioml_helpers.learning import (
    Field,
    FunctionExercise,
    JudgedExercise,
    Mistake,
    Option,
    Prediction,
    Question,
    Quiz,
)

# ---------------------------------------------------------------- c1 one numbering, both directions


def merge_two(drug_gene, gene_gene, num_drugs):
    """Return edges (2, E) of drugs and genes in one numbering, drugs first, both directions, sorted."""
    drug_gene, gene_gene = np.asarray(drug_gene).reshape(-1, 2), np.asarray(gene_gene).reshape(-1, 2)
    pairs = np.concatenate([drug_gene + [0, num_drugs], gene_gene + num_drugs])
    return np.concatenate([pairs, pairs[:, ::-1]]).T


def _as_edges(output, *inputs):
    """The set of edges, whatever their order; a list of rows when it is not (2, E)."""
    output = np.asarray(output.detach() if hasattr(output, "detach") else output)
    if output.ndim != 2 or output.shape[0] != 2:
        return output
    return output[:, np.lexsort(output[::-1])]


def _merging():
    rng = np.random.default_rng(71)
    cases = [(np.array([[0, 0]]), np.array([[0, 1]]), 1), (np.array([[0, 2], [1, 0]]), np.array([[1, 2]]), 2)]
    for drugs, genes, count in ((4, 6, 5), (7, 5, 9), (3, 12, 8)):
        acts = np.unique(np.column_stack([rng.integers(drugs, size=count), rng.integers(genes, size=count)]), axis=0)
        a, b = np.triu_indices(genes, 1)
        some = rng.choice(len(a), count, replace=False)
        cases.append((acts, np.column_stack([a[some], b[some]]), drugs))
    return cases


def _one_numbering_for_two(drug_gene, gene_gene, num_drugs):
    pairs = np.concatenate([drug_gene, gene_gene])
    return np.concatenate([pairs, pairs[:, ::-1]]).T


def _one_way(drug_gene, gene_gene, num_drugs):
    return np.concatenate([drug_gene + [0, num_drugs], gene_gene + num_drugs]).T


def _genes_moved_in_one_relation(drug_gene, gene_gene, num_drugs):
    pairs = np.concatenate([drug_gene + [0, num_drugs], gene_gene])
    return np.concatenate([pairs, pairs[:, ::-1]]).T


merging = FunctionExercise(
    "gcn.c1",
    "One numbering for two relations",
    reference=merge_two,
    cases=_merging,
    view=_as_edges,
    off_limits=[relations.merge_graphs],
    mistakes=[
        Mistake(
            "drug 0 and gene 0 are one node",
            _one_numbering_for_two,
            hints=(
                "In your graph drug 0 and gene 0 have the same number. How many drugs stand before the first gene?",
                "Every gene's number grows by num_drugs, wherever a gene stands.",
            ),
        ),
        Mistake(
            "the genes of one relation not renumbered",
            _genes_moved_in_one_relation,
            hints=(
                "The same gene has two numbers: one in drug–gene, another in gene–gene. Then nothing joins the relations.",
                "In gene–gene both columns are genes.",
            ),
        ),
        Mistake(
            "one direction only",
            _one_way,
            hints=("A message must be able to go from drug to gene and back. Add each pair turned round.",),
        ),
    ],
    hints=(
        "Three steps: number the genes after the drugs, put the pairs below one another, add them turned round.",
        "pairs[:, ::-1] turns pairs round; .T makes (2, E) of (E, 2).",
    ),
    why="The shared gene node is the whole trick: it is where a drug and a food molecule can meet.",
)

# ---------------------------------------------------------------- c2 random walk with restart


def walk(edge_index, start, restart, steps):
    """Return where the walker is after a number of steps, each edge as likely."""
    sender, receiver = np.asarray(edge_index)
    start = np.asarray(start, dtype=float)
    degree = np.bincount(sender, minlength=len(start))
    here = start
    for _ in range(steps):
        arrived = np.zeros(len(start))
        np.add.at(arrived, receiver, here[sender] / degree[sender])
        here = restart * start + (1 - restart) * arrived
    return here


def _walks():
    rng = np.random.default_rng(72)
    cases = [(np.array([[0, 1, 1, 2], [1, 0, 2, 1]]), np.array([1.0, 0, 0]), 0.4, 1)]
    for nodes, restart, steps in ((4, 0.3, 2), (6, 0.7, 3), (9, 0.2, 6)):
        ring = np.column_stack([np.arange(nodes), (np.arange(nodes) + 1) % nodes])
        a, b = np.triu_indices(nodes, 2)
        more = rng.choice(len(a), max(1, len(a) // 4), replace=False)
        pairs = np.unique(np.sort(np.concatenate([ring, np.column_stack([a[more], b[more]])]), axis=1), axis=0)
        start = np.zeros(nodes)
        start[rng.choice(nodes, 2, replace=False)] = 0.5
        cases.append((np.concatenate([pairs, pairs[:, ::-1]]).T, start, restart, steps))
    return cases


def _walk_as(share, mix):
    """A walk with its own ways to divide and to restart."""

    def wrong(edge_index, start, restart, steps):
        sender, receiver = edge_index
        degree = np.bincount(sender, minlength=len(start))
        here = start
        for _ in range(steps):
            arrived = np.zeros(len(start))
            np.add.at(arrived, receiver, here[sender] / share(degree, sender, receiver))
            here = mix(start, arrived, restart)
        return here

    return wrong


def _usual(start, arrived, restart):
    return restart * start + (1 - restart) * arrived


walking = FunctionExercise(
    "gcn.c2",
    "A walker who returns",
    reference=walk,
    cases=_walks,
    tolerance=1e-6,
    off_limits=[relations.propagate],
    mistakes=[
        Mistake(
            "divided by the receiver's degree",
            _walk_as(lambda degree, sender, receiver: degree[receiver], _usual),
            hints=(
                "Add up your numbers: do they make 1? A walker leaves along one of the edges of the node where he *stands*.",
                "here[sender] / degree[sender]: the sender divides what it has among its edges.",
            ),
        ),
        Mistake(
            "divided as in a graph convolution",
            _walk_as(lambda degree, sender, receiver: np.sqrt(degree[sender] * degree[receiver]), _usual),
            hints=("√(dᵢ dⱼ) belongs to the graph convolution. A walker's chances at a node add up to 1.",),
        ),
        Mistake(
            "not divided",
            _walk_as(lambda degree, sender, receiver: 1, _usual),
            hints=("You send the whole of what a node has along each of its edges: there are soon many walkers.",),
        ),
        Mistake(
            "restart and step exchanged",
            _walk_as(
                lambda degree, sender, receiver: degree[sender],
                lambda start, arrived, restart: (1 - restart) * start + restart * arrived,
            ),
            hints=("With restart = 1 he should never leave the start. What does yours do?",),
        ),
        Mistake(
            "no restart",
            _walk_as(lambda degree, sender, receiver: degree[sender], lambda start, arrived, restart: arrived),
            hints=(
                "He never goes back. After many steps he is wherever there are many edges, whatever the start.",
                "restart * start + (1 − restart) * what arrived.",
            ),
        ),
    ],
    hints=(
        "In each step: divide by the sender's degree, add up at the receiver, mix with the start.",
        "np.add.at(arrived, receiver, here[sender] / degree[sender]) adds where a receiver comes twice.",
    ),
    why="Without restart the walk forgets its start and shows only degrees. The restart is what makes a profile belong to its molecule.",
)

# ---------------------------------------------------------------- c3 pairs that are a fair counterpart


def _judge_pairs(answer):
    if not callable(answer):
        return learning.wrong('Hand in the function itself: check("gcn.c3", my_pairs), without brackets behind it.')
    rng = np.random.default_rng(73)
    # a few drugs and genes have many links, most have few
    famous = [rng.choice(count, 300, p=(weight := 1 / np.arange(3, count + 3)) / weight.sum()) for count in (80, 60)]
    drug, gene = np.unique(np.column_stack(famous), axis=0).T
    known = np.stack([drug, gene])
    try:
        made = validate.array("pairs", answer(known.copy(), 3), ndim=2, length=2, integer=True)
    except Exception as error:
        return learning.wrong(f"On a table of {known.shape[1]} links: {type(error).__name__}: {error}")
    taken = set(zip(*known.tolist(), strict=True))
    hit = [pair for pair in zip(*made.tolist(), strict=True) if pair in taken]
    if hit:
        return learning.mistake("links among the negatives", f"drug {hit[0][0]}, gene {hit[0][1]} is a known link.")
    if made.shape[1] < 0.8 * known.shape[1]:
        return learning.wrong(f"About as many pairs as links were expected, {known.shape[1]}; {made.shape[1]} came.")
    for end, kind in enumerate(("drug", "gene")):
        before, after = (np.bincount(some[end], minlength=80) for some in (known, made))
        off = np.abs(before / before.sum() - after / after.sum()).sum() / 2
        if off > 0.25:
            degree = np.bincount(known[end], minlength=80)
            score = evaluation.auroc(
                np.repeat([1, 0], [known.shape[1], made.shape[1]]), degree[np.concatenate([known[end], made[end]])]
            )
            return learning.mistake(
                f"{kind}s drawn evenly",
                f"The number of links of the {kind} alone tells links from your pairs: AUROC {score:.2f}.",
            )
    return learning.right(f"{made.shape[1]} pairs, none of them a link, every drug and gene about as often as before.")


fair_pairs = JudgedExercise(
    "gcn.c3",
    "Pairs that are a fair counterpart",
    judge=_judge_pairs,
    mistakes=[
        Mistake(
            "links among the negatives",
            hints=(
                "Some of your pairs are known links. What will a good model be told when it finds them?",
                "Compare drug * width + gene with the same numbers of the known links, and drop or redraw what is among them.",
            ),
        ),
        Mistake(
            "genes drawn evenly",
            hints=(
                "Each gene comes equally often in your pairs; among the links a few genes come very often. What can a model learn without biology?",
                "rng.permutation(known[1]) keeps every gene as often as it was.",
            ),
        ),
        Mistake(
            "drugs drawn evenly",
            hints=(
                "The genes fit. Now the drugs: among the links some drugs come very often, in your pairs all equally.",
                "Keep known[0] as it is and permute known[1].",
            ),
        ),
    ],
    hints=(
        "Same drugs, same genes, joined otherwise: permute one row, then deal with pairs that are links.",
        "rng = np.random.default_rng(seed); genes = rng.permutation(known[1]).",
    ),
    why="Now neither end's number of links can tell. What is left to be told is who belongs to whom.",
)

# ---------------------------------------------------------------- c4 (E7.6) a ranking with its two rulers

_SCORES = ("walk", "no_graph", "n_targets")


def _judge_report(answer):
    if not isinstance(answer, Mapping):
        return learning.wrong(
            f"A dictionary with {', '.join(_SCORES)} and is_active was expected; a {type(answer).__name__} came."
        )
    for name, label in (
        ("no_graph", "no ranking without the graph"),
        ("n_targets", "no ranking by the number of genes"),
    ):
        if answer.get(name) is None:
            return learning.mistake(label)
    missing = [name for name in (*_SCORES, "is_active", "auroc") if answer.get(name) is None]
    if missing:
        return learning.wrong(f"These keys are missing: {', '.join(missing)}.")
    try:
        y = validate.array("is_active", answer["is_active"], ndim=1)
        scores = {name: validate.array(name, answer[name], ndim=1, length=len(y)) for name in _SCORES}
        told = {name: validate.number(f"auroc[{name}]", answer["auroc"][name]) for name in _SCORES}
        right = {name: evaluation.auroc(y, score) for name, score in scores.items()}
    except (TypeError, ValueError, KeyError) as error:
        return learning.wrong(f"{type(error).__name__}: {error}")
    for name in _SCORES:
        if abs(told[name] - right[name]) > 0.006:
            if abs(told[name] - (1 - right[name])) < 0.006:
                return learning.mistake(
                    "the order turned round", f"{name}: {told[name]:.2f} is told, {right[name]:.2f} is right."
                )
            return learning.wrong(f"auroc of {name}: your scores give {right[name]:.2f}, you report {told[name]:.2f}.")
    if abs(evaluation.spearman(scores["walk"], scores["n_targets"])) > 0.8:
        return learning.mistake("a score that counts targets")
    if right["walk"] < 0.8:
        return learning.wrong(
            f"AUROC {right['walk']:.2f} for the walk: on these relations it reaches more than 0.8. Are all three merged?"
        )
    return learning.right(
        f"walk {right['walk']:.2f}, without the graph {right['no_graph']:.2f}, number of genes {right['n_targets']:.2f}."
    )


report = JudgedExercise(
    "gcn.c4",
    "A ranking with its two rulers",
    judge=_judge_report,
    mistakes=[
        Mistake(
            "no ranking without the graph",
            hints=(
                "How well does the plain overlap of gene lists rank the molecules? Without that number nothing says that the graph helped.",
            ),
        ),
        Mistake(
            "no ranking by the number of genes",
            hints=("Well-studied molecules have long lists. How well does the length of the list alone rank them?",),
        ),
        Mistake(
            "the order turned round",
            hints=("AUROC takes the truth first and the score second; a high score must mean active.",),
        ),
        Mistake(
            "a score that counts targets",
            hints=(
                "Your score goes nearly up and down with the number of genes. A sum or a dot product grows with the list; a cosine does not.",
            ),
        ),
    ],
    hints=(
        "relations.rank_molecules gives all three columns; evaluation.auroc(y, score) judges each.",
        "The keys of auroc are those of the scores: walk, no_graph, n_targets.",
    ),
    why="Three numbers side by side: only then is 'the graph helps' a finding. Here it does, because it was built to.",
)

# ---------------------------------------------------------------- c5 the words of a result

BANNED = (
    "prevent", "cure", "treat cancer", "treats cancer", "beats cancer", "cancer-beating", "cancer-fighting", "fights cancer",
    "anti-cancer food", "anticancer food", "superfood", "protects against", "protects from", "proves", "proven", "should eat", "healthy",
)  # fmt: skip

_FIELDS = (
    Field("claim", "One sentence: which molecule is a candidate, by which ruler?", min_words=8),
    Field(
        "baseline",
        "How does the ranking without the graph, or the number of genes, place it? With a number.",
        min_words=8,
    ),
    Field("does_not_show", "What does this result not show?", min_words=8),
    Field("next_step", "Which experiment or split would test it?", min_words=6),
)


def banned_words(text: str) -> list[str]:
    """Return the phrases of a text that promise more than a ranking can hold.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str

    Examples
    --------
    >>> banned_words("Broccoli prevents cancer.")
    ['prevent']
    >>> banned_words("Folic acid is a candidate at rank 7.")
    []
    """
    low = " ".join(str(text).lower().split())
    return [phrase for phrase in BANNED if re.search(rf"(?<![a-z]){re.escape(phrase)}", low)]


def _judge_words(answer):
    if not isinstance(answer, Mapping):
        return learning.wrong(
            f"A dictionary with {', '.join(one.name for one in _FIELDS)} was expected; a {type(answer).__name__} came."
        )
    for field in _FIELDS:
        words = len(str(answer.get(field.name) or "").split())
        if words < field.min_words:
            return learning.wrong(f"{field.name}: {field.prompt} At least {field.min_words} words; {words} came.")
    for name in ("claim", "baseline", "next_step"):  # what a result does *not* show may name what it is not
        said = banned_words(answer[name])
        if said:
            return learning.mistake("a claim of efficacy", f'In {name}: "{said[0]}".')
    if "candidate" not in str(answer["claim"]).lower():
        return learning.mistake("not called a candidate")
    if not re.search(r"\d", str(answer["baseline"])):
        return learning.mistake("a baseline without a number")
    if not re.search(r"gene|target|studied|list", " ".join(str(answer[one.name]) for one in _FIELDS).lower()):
        return learning.mistake("the number of targets is not named")
    return learning.right(
        "Rubric: 2 points for a claim that a reader could check; 2 for a baseline with its number; 2 for naming the bias by "
        "study; 1 for a test that could come out either way."
    )


words = JudgedExercise(
    "gcn.c5",
    "Words for a ranking",
    judge=_judge_words,
    mistakes=[
        Mistake(
            "a claim of efficacy",
            hints=(
                "Nothing was eaten, no cell was treated, no patient was followed. What was computed?",
                "Say: 'is a candidate', 'ranks 3rd of 26 by …'. Leave out what it does to cancer.",
            ),
        ),
        Mistake(
            "not called a candidate", hints=("The claim does not say what the molecule is: a candidate, to be tested.",)
        ),
        Mistake(
            "a baseline without a number", hints=("Which rank does the other ruler give? A number can be compared.",)
        ),
        Mistake(
            "the number of targets is not named",
            hints=("What do all the top candidates have in common, apart from biology? Look at n_targets.",),
        ),
    ],
    hints=("Say what was computed, on what, compared with what; then what was not done.",),
    why="'AI finds foods that beat cancer' and 'similarity of gene lists, which follows their length' can be said of one and the same table.",
)

# ---------------------------------------------------------------- predictions

walk_first = Prediction(
    "gcn.cp1",
    "Active food molecules share a module with anticancer drugs, but hardly a gene. Which ruler tells them from inactive ones? AUROC 0.5 is a coin.",
    choices=[
        "the overlap of gene lists; the walk adds little",
        "the walk on all three relations; the overlap is near a coin",
        "the number of genes: active molecules have more",
    ],
    explanation="The lists hardly meet, so their overlap is no better than a coin. The walker from a food molecule steps on to the neighbours of its genes, and some of those are what the drugs act on. The graph helps here because the simulation put the answer into it.",
)

links_first = Prediction(
    "gcn.cp2",
    "Which drug acts on which gene? Held-out links against re-joined pairs, all models tuned alike. How do they stand?",
    choices=[
        "graph convolution clearly ahead of plain embeddings, drug classes last",
        "plain embeddings and graph convolution about level, drug classes alone ahead of both",
        "all near a coin: the pairs are matched by degree",
    ],
    explanation="On the real table embeddings and graph convolution are level: an embedding has already learned who shares partners with whom. And the classes alone, with no graph, are ahead: 'Adrenergic beta-Antagonists' is a description of the target, given by people who knew it.",
)

folds_first = Prediction(
    "gcn.cp3",
    "Anticancer drug or not? A logistic regression sees the plain list of genes. Then the list is spread one step over the gene graph. What happens to the AUPR?",
    choices=["it rises: neighbours add what is missing", "it stays the same", "it falls"],
    explanation="On the real data it falls, from about 0.72 to about 0.67. A list of 90 genes, spread over a graph of hubs, becomes a list of thousands that resembles everyone else's: what was particular to a drug is smoothed away.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "gcn.cwarmup",
    "Warm-up",
    questions=[
        Question(
            "In a graph convolution, what does a node receive?",
            {
                "a": Option("Its neighbours' predictions", "What is combined are features, its own among them; predictions come last."),
                "b": Option("Its neighbours' features and its own, weighted by degrees"),
                "c": Option("The features of all nodes", "That would be attention without a mask: the graph says who may speak to whom."),
            },
            key="b",
            why="That weighting, 1/√(dᵢ dⱼ), keeps hubs from shouting. The walker of this notebook divides differently: by the sender's degree.",
        ),
        Question(
            "A drug is tested in the test part, its sister (same scaffold) was trained on. What does the score tell?",
            {
                "a": Option("How the model does on new kinds of drug", "For that, whole scaffolds are held out (chapter 3)."),
                "b": Option("How the model does on drugs that resemble known ones"),
                "c": Option("Nothing at all", "It tells something, only about an easier question."),
            },
            key="b",
            why="Keep this in mind when drug links are held out at random below.",
        ),
    ],
)  # fmt: skip

final = Quiz(
    "gcn.cquiz",
    "Relations merged",
    questions=[
        Question(
            "Drug–gene and food–gene tables are merged into one graph. What joins a drug to a food molecule?",
            {
                "a": Option("An edge between them", "No table has such a pair."),
                "b": Option("A gene that both name, or genes that are neighbours"),
                "c": Option("That both are small molecules", "The graph has no such edge; kinds of node are labels, not links."),
            },
            key="b",
            why="So genes must have the same names in both tables. A spelling that differs is a missing bridge, and nothing warns you.",
        ),
        Question(
            "Why are held-out links compared with pairs of the same drugs and the same genes?",
            {
                "a": Option("To have as many negatives as positives", "Random pairs could be as many. Look at the degrees."),
                "b": Option("Otherwise the number of links of a gene tells links from pairs"),
                "c": Option("Because such pairs are known not to bind", "Nobody tested them: they are unlabelled."),
            },
            key="b",
            why="A model that has learned who is famous would score well, and know nothing about who belongs to whom.",
        ),
        Question(
            "Drug classes alone predict held-out targets with AUROC 0.96. What follows?",
            {
                "a": Option("Classes should be the features of every target predictor", "For a new drug the class is assigned after its target is known."),
                "b": Option("Classes describe the target; for new drugs the score would not hold"),
                "c": Option("Pharmacology is solved by linear models", "The model reads what people wrote down who knew the answer."),
            },
            key="b",
            why="A feature that is made after the answer is a leak, however honest the split.",
        ),
        Question(
            "A graph network is published with F1 68 ± 3 %. On the same folds, lists of genes with no graph give 64 ± 6 %. May we say that the graph helps?",
            {
                "a": Option("Yes: 68 is more than 64", "Both vary by several points from fold to fold, on the same 209 drugs."),
                "b": Option("Not from these numbers: the difference lies within the spread; it should be compared fold by fold"),
                "c": Option("No: it has been shown that the graph is useless", "A step on the graph lowered *our* score; their network does more than that."),
            },
            key="b",
            why="A paired comparison, fold by fold, would use that hard folds are hard for both. It needs their predictions.",
        ),
        Question(
            "Ethanol heads the list of food candidates. What is the best explanation?",
            {
                "a": Option("It acts like an anticancer drug", "Alcohol raises the risk of several cancers; see the references."),
                "b": Option("It is linked to thousands of genes, so its walk resembles that of any well-studied molecule"),
                "c": Option("The walk was run with the wrong restart", "The list without any walk has it first as well."),
            },
            key="b",
            why="Similarity followed the number of listed genes. Who reads only the head of a list reads who was studied.",
        ),
    ],
)  # fmt: skip

learning.register(
    merging, walking, fair_pairs, report, words, walk_first, links_first, folds_first, warmup, final,
)  # fmt: skip
