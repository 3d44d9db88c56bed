"""What chapter 7 asks: predictions, exercises with their usual mistakes, the order of lines, and the quizzes."""

from __future__ import annotations

import numpy as np
import torch

from bioml_helpers import learning
from bioml_helpers.gcn import layers, models, proteins_exercises  # noqa: F401 (it registers companion 07b)
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

# ---------------------------------------------------------------- find the neuron

_SEED = 7


def find_the_neuron_in() -> layers.GCNLayer:
    """Return the small layer in which a neuron is to be found.

    Examples
    --------
    >>> find_the_neuron_in().weight.shape
    torch.Size([5, 4])
    """
    return layers.GCNLayer(5, 4, seed=_SEED)


def _weights() -> np.ndarray:
    return find_the_neuron_in().weight.detach().numpy()


def _same(answer, other) -> bool:
    answer = np.asarray(answer.detach() if hasattr(answer, "detach") else answer, dtype=float)
    return answer.shape == other.shape and np.allclose(answer, other)


neuron = ValueExercise(
    "gcn.neuron",
    "Find the neuron",
    expected=lambda: _weights()[:, 2],
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "what one feature sends out",
            lambda answer: _same(answer, _weights()[2]),
            hints=(
                "That is a row: what one feature sends to all four neurons. A neuron is what comes together.",
                "This layer computes X W: a row of W for each feature, a column for each neuron. (nn.Linear keeps them the "
                "other way round.)",
            ),
        ),
        Mistake(
            "counted from 1",
            lambda answer: _same(answer, _weights()[:, 3]),
            hints=("That is the fourth: Python counts from 0.",),
        ),
        Mistake(
            "all neurons",
            lambda answer: _same(answer, _weights()),
            hints=("That is the whole layer. One neuron was asked for.",),
        ),
    ],
    hints=("A neuron has one weight for each of the 5 features of a node.",),
    why="The same four neurons serve every node of every graph, as a filter serves every position of an image. What differs "
    "from node to node is what arrives.",
)

# ---------------------------------------------------------------- 1 ethanol as a list of edges

_ETHANOL = {(0, 1), (1, 0), (1, 2), (2, 1)}


def _judge_ethanol(answer):
    try:
        edges = np.asarray(answer.detach() if hasattr(answer, "detach") else answer, dtype=float)
    except (TypeError, ValueError):
        return learning.wrong("A tensor or list of numbers was expected: two rows, from and to.")
    if edges.ndim == 2 and edges.shape[0] != 2 and edges.shape[1] == 2:
        return learning.mistake("pairs as rows", f"Shape {edges.shape} came.")
    if edges.ndim != 2 or edges.shape[0] != 2:
        return learning.wrong(f"Two rows of equal length were expected, from and to; shape {edges.shape} came.")
    if not np.allclose(edges, edges.round()):
        return learning.wrong("The numbers of atoms are whole numbers.")
    pairs = [(int(a), int(b)) for a, b in edges.T]
    if any(a == b for a, b in pairs):
        return learning.mistake("self-loops", f"{next(p for p in pairs if p[0] == p[1])} binds an atom to itself.")
    if {number for pair in pairs for number in pair} == {1, 2, 3}:
        return learning.mistake("counted from 1", "Your atoms are 1, 2 and 3.")
    if max((number for pair in pairs for number in pair), default=0) > 2:
        highest = max(number for pair in pairs for number in pair)
        return learning.mistake("hydrogens as nodes", f"Atom {highest} is in your list.")
    if len(set(pairs)) < len(pairs):
        return learning.wrong("An edge stands twice in your list.")
    lacking = [(a, b) for a, b in pairs if (b, a) not in pairs]
    if lacking:
        return learning.mistake("one direction only", f"{lacking[0]} is there, {lacking[0][::-1]} is not.")
    if set(pairs) != _ETHANOL:
        return learning.wrong(f"Bonds {sorted(set(pairs))} are not those of C0–C1–O2.")
    return learning.right()


ethanol = JudgedExercise(
    "gcn.1",
    "Ethanol as a list of edges",
    judge=_judge_ethanol,
    mistakes=[
        Mistake(
            "one direction only",
            hints=(
                "A bond has no direction, but a message has: with one entry only one of the two atoms hears the other.",
                "Two bonds make four columns.",
            ),
        ),
        Mistake(
            "hydrogens as nodes",
            hints=(
                "Here only heavy atoms are nodes: C0, C1, O2. Either all hydrogens of all molecules are nodes or none.",
            ),
        ),
        Mistake("self-loops", hints=("No atom is bound to itself. The layer adds what an atom keeps of itself.",)),
        Mistake("counted from 1", hints=("Python counts from 0: the first carbon is atom 0.",)),
        Mistake("pairs as rows", hints=("One column an edge: shape (2, 4), the first row from, the second row to.",)),
    ],
    hints=("Two bonds: C0–C1 and C1–O2.", "Each bond stands twice: there and back."),
    why="Two rows of numbers hold any graph: a molecule, a food web, an interactome. The order of the columns means nothing.",
)

# ---------------------------------------------------------------- 2 by hand

HAND = {"edges": [(0, 1), (0, 2), (0, 3), (1, 2)], "x": [4.0, 0.0, 3.0, 2.0]}


def _hand(self_loop=True, how="root", degree_counts_self=True):
    A = np.zeros((4, 4))
    for i, j in HAND["edges"]:
        A[i, j] = A[j, i] = 1
    looped = A + np.eye(4) if self_loop else A
    d = (looped if degree_counts_self else A).sum(axis=1)
    share = {"root": 1 / np.sqrt(np.outer(d, d)), "mean": 1 / d[:, None], "sum": 1.0}[how]
    return (looped * share @ np.array(HAND["x"])).tolist()


by_hand = ValueExercise(
    "gcn.2",
    "One update by hand",
    expected=_hand(),
    tolerance=1e-3,
    mistakes=[
        Mistake(
            "no self-loop",
            _hand(self_loop=False),
            hints=(
                "Your nodes forget what they held themselves. Add each node to its own neighbours.",
                "With self-loops the degrees are 4, 3, 3, 2.",
            ),
        ),
        Mistake(
            "divided by the degree",
            _hand(how="mean"),
            hints=(
                "That is the mean over the neighbours. Here each message is divided by √(dᵢ dⱼ), so both ends count.",
                "The message from 0 to 3 is 4 / √(4 · 2).",
            ),
        ),
        Mistake(
            "nothing divided",
            _hand(how="sum"),
            hints=(
                "That is the plain sum. After a few layers well-connected nodes would have huge numbers: divide by √(dᵢ dⱼ).",
            ),
        ),
        Mistake(
            "degrees without the self-loop",
            _hand(degree_counts_self=False),
            hints=("The self-loop counts in the degree as well: 4, 3, 3, 2 instead of 3, 2, 2, 1.",),
        ),
    ],
    hints=(
        "Degrees with self-loops: 4, 3, 3, 2. Each message is the sender's number divided by √(dᵢ dⱼ).",
        "Node 3: 2/2 from itself and 4/√8 from node 0.",
    ),
    why="Own number and neighbours', weighted by both ends' degrees: a hub speaks to many and is heard by each a little less.",
)

# ---------------------------------------------------------------- 3 scatter


def _scatter(X, edge_index, W):
    N = len(X)
    loops = torch.arange(N)
    source, target = torch.cat([edge_index[0], loops]), torch.cat([edge_index[1], loops])
    degree = torch.bincount(target, minlength=N).to(X.dtype)
    weight = 1 / torch.sqrt(degree[source] * degree[target])
    H = X @ W
    return torch.zeros_like(H).index_add(0, target, weight[:, None] * H[source])


def _cases_of_scatter():
    made = []
    for seed, (nodes, n_in, n_out) in enumerate([(2, 1, 1), (3, 2, 1), (4, 2, 3), (7, 3, 2), (12, 4, 5)]):
        rng = np.random.default_rng(seed)
        chosen = np.triu(rng.random((nodes, nodes)) < 0.55, k=1)
        chosen[0, 1] = True
        edges = torch.tensor(np.stack(np.nonzero(chosen | chosen.T)))
        if seed == 3:  # a node that nobody is bound to
            edges = edges[:, (edges != 6).all(dim=0)]
        X, W = (torch.tensor(rng.normal(size=shape)) for shape in ((nodes, n_in), (n_in, n_out)))
        made.append((X, edges[:, rng.permutation(edges.shape[1])], W))
    return made


def _no_self_loops(X, edge_index, W):
    source, target = edge_index
    degree = torch.bincount(target, minlength=len(X)).to(X.dtype).clamp(min=1)
    H = X @ W
    return torch.zeros_like(H).index_add(0, target, H[source] / torch.sqrt(degree[source] * degree[target])[:, None])


def _degrees_first(X, edge_index, W):
    degree = torch.bincount(edge_index[1], minlength=len(X)).to(X.dtype).clamp(min=1)
    loops = torch.arange(len(X))
    source, target = torch.cat([edge_index[0], loops]), torch.cat([edge_index[1], loops])
    H = X @ W
    return torch.zeros_like(H).index_add(0, target, H[source] / torch.sqrt(degree[source] * degree[target])[:, None])


def _overwritten(X, edge_index, W):
    loops = torch.arange(len(X))
    source, target = torch.cat([edge_index[0], loops]), torch.cat([edge_index[1], loops])
    degree = torch.bincount(target, minlength=len(X)).to(X.dtype)
    H = X @ W
    out = torch.zeros_like(H)
    for at in range(len(source)):
        out[target[at]] = H[source[at]] / torch.sqrt(degree[source[at]] * degree[target[at]])
    return out


def _not_normalised(X, edge_index, W):
    H = X @ W
    return H.clone().index_add(0, edge_index[1], H[edge_index[0]])


def _mean_of_neighbours(X, edge_index, W):
    H = X @ W
    degree = torch.bincount(edge_index[1], minlength=len(X)).to(X.dtype) + 1
    return H.clone().index_add(0, edge_index[1], H[edge_index[0]]) / degree[:, None]


scatter = FunctionExercise(
    "gcn.3",
    "A graph convolution out of messages",
    reference=_scatter,
    cases=_cases_of_scatter,
    tolerance=1e-5,
    off_limits=[layers.gcn_layer_scatter, layers.gcn_layer_dense, layers.normalized_adjacency, layers.GCNLayer.forward],
    mistakes=[
        Mistake(
            "degrees counted before the self-loops",
            _degrees_first,
            hints=(
                "You add self-loops, but your degrees do not count them. Add the loops first, then count.",
                "A lone node has degree 1: itself.",
            ),
        ),
        Mistake(
            "overwritten instead of added",
            _overwritten,
            hints=(
                "out[target] = messages keeps the last message a node gets and drops the others.",
                "torch.zeros_like(H).index_add(0, target, messages) adds up what arrives at the same node.",
            ),
        ),
        Mistake(
            "no self-loops",
            _no_self_loops,
            hints=(
                "A node without neighbours gets 0 from your function. It should keep its own number: add self-loops.",
            ),
        ),
        Mistake(
            "nothing divided by the degrees",
            _not_normalised,
            hints=("You add up plain messages. Each one is divided by √(degree of sender · degree of receiver).",),
        ),
        Mistake(
            "the mean of the neighbourhood",
            _mean_of_neighbours,
            hints=("You divide by the receiver's degree only. Both ends count: √(dᵢ dⱼ).",),
        ),
    ],
    hints=(
        "Four steps: self-loops at the end of both rows; degrees; one message a column of edges; add up by receiver.",
        "torch.bincount(target, minlength=N) counts; index_add adds.",
    ),
    why="Nothing here is as large as N × N, so a network of thousands of proteins fits. And nothing asks in which order nodes or "
    "edges stand.",
)

# ---------------------------------------------------------------- 4 relabelling


def _relabel(x, edge_index, order):
    place = torch.empty_like(order)
    place[order] = torch.arange(len(order))
    return x[order], place[edge_index]


def _cases_of_relabel():
    made = []
    for seed, nodes in enumerate([3, 4, 5, 9]):
        rng = np.random.default_rng(40 + seed)
        chosen = np.triu(rng.random((nodes, nodes)) < 0.5, k=1)
        chosen[0, 1] = True
        edges = torch.tensor(np.stack(np.nonzero(chosen | chosen.T)))
        order = rng.permutation(nodes)
        while (order[order] == np.arange(nodes)).all():  # a permutation that is its own way back hides a mistake
            order = rng.permutation(nodes)
        made.append((torch.tensor(rng.normal(size=(nodes, 2))), edges, torch.tensor(order)))
    return made


def _as_one(output, x, edge_index, order):
    """Features and adjacency side by side: the order of the edges does not count."""
    features, edges = output
    edges = torch.as_tensor(np.asarray(edges)).long()
    return np.hstack([np.asarray(features, dtype=float), layers.adjacency(edges, len(x)).numpy()])


relabel = FunctionExercise(
    "gcn.4",
    "The same graph with its nodes in another order",
    reference=_relabel,
    cases=_cases_of_relabel,
    view=_as_one,
    mistakes=[
        Mistake(
            "features moved, edges not",
            lambda x, edge_index, order: (x[order], edge_index),
            hints=(
                "Your atoms changed places, your bonds did not: that is another molecule. The edges name nodes too.",
                "An edge to old node 5 has to point at the place where old node 5 stands now.",
            ),
        ),
        Mistake(
            "edges sent the wrong way",
            lambda x, edge_index, order: (x[order], order[edge_index]),
            hints=(
                "order[new] = old, but an edge holds an old number and needs the new one: the way back.",
                "place[order] = torch.arange(len(order)) gives the new place of each old node.",
            ),
        ),
        Mistake(
            "edges moved, features not",
            lambda x, edge_index, order: (x, torch.argsort(order)[edge_index]),
            hints=("The edges follow the new order, the features still stand in the old one.",),
        ),
    ],
    hints=("Row i of the new x is row order[i] of the old one. Then: where does each old node stand now?",),
    why="The names of the nodes are ours, not nature's. A network that gives another answer after relabelling has learned the names.",
)

# ---------------------------------------------------------------- order the lines

_LOOPS, _DEGREE, _WEIGHT, _MESSAGES, _ADD, _BIAS = (
    "source, target = with_self_loops(edge_index)           # (E + N,) each",
    "degree = torch.bincount(target, minlength=N)           # (N,)",
    "weight = 1 / (degree[source] * degree[target]).sqrt()  # (E + N,)",
    "messages = weight[:, None] * (X @ W)[source]           # (E + N, out)",
    "added = torch.zeros(N, W.shape[1]).index_add(0, target, messages)",
    "return torch.relu(added + b)                           # (N, out)",
)

order = OrderExercise(
    "gcn.order",
    "A graph convolution, line by line",
    lines=[_LOOPS, _DEGREE, _WEIGHT, _MESSAGES, _ADD, _BIAS],
    distractors={
        "added = torch.zeros(N, W.shape[1]); added[target] = messages": "This keeps only one of the messages that arrive at a node.",
        "X = torch.relu(X)": "The activation comes at the end, once the messages are added up and the bias is there.",
    },
    why="Loops before degrees, degrees before weights, weights before messages; then add up, bias, activation.",
    shuffle_seed=5,
)

# ---------------------------------------------------------------- 5 solubility

_GAPS = ("random", "scaffold")
_WITH, _WITHOUT = "GCN, sum", "GCN, sum, edges removed"


def _judge_solubility(*answer):
    if len(answer) != 3:
        return learning.wrong("Three things were expected: the trained model, the two differences, the two tables.")
    trained, gaps, tables = answer
    if trained is ... or gaps is ...:
        return learning.Verdict("not attempted", "Replace the `...` with your model and your differences.")
    if not isinstance(trained, models.Trained):
        return learning.wrong("A trained model was expected first, as gcn.train_graph_net returns it.")
    if trained.task.target != "log_solubility":
        return learning.wrong(f"This model predicts {trained.task.target}; the solubility was asked for.")
    if trained.how != "scaffold":
        return learning.mistake("the random split", f'The model was trained with the "{trained.how}" split.')
    y = trained.task.y[trained.parts.train]
    if abs(trained.centre - y.mean()) > 1e-6 or abs(trained.scale - y.std()) > 1e-6:
        return learning.mistake("scaled on all data", f"The centre is {trained.centre:.3f}, not {y.mean():.3f}.")
    reached = models.rmse(*trained.tested())
    if reached > 1.0:
        name = "the mean as read-out" if trained.network.readout == "mean" else "an error above 1.0"
        return learning.mistake(name, f"The RMSE on the scaffold test part is {reached:.2f}.")
    return _judge_gaps(gaps, tables)


def _judge_gaps(gaps, tables):
    if not isinstance(gaps, dict) or sorted(gaps) != sorted(_GAPS):
        return learning.wrong('The differences are a dictionary with the keys "random" and "scaffold".')
    if any(value is ... for value in gaps.values()):
        return learning.Verdict("not attempted", "Replace the `...` in your dictionary.")
    expected = {}
    for table in tables:
        value = table.set_index("model")["RMSE"]
        expected[table["split"].iloc[0]] = float(value[_WITHOUT] - value[_WITH])
    for how in _GAPS:
        came = float(gaps[how])
        if abs(came + expected[how]) <= 0.006 < abs(came - expected[how]):
            return learning.mistake("the sign turned round", f"{how}: {came:+.2f}.")
        if abs(came - expected[how]) > 0.006:
            return learning.wrong(f"{how}: {came:+.2f} is not RMSE without edges minus RMSE with edges.")
    return learning.right()


solubility = JudgedExercise(
    "gcn.5",
    "Solubility on new scaffolds",
    judge=_judge_solubility,
    mistakes=[
        Mistake(
            "the mean as read-out",
            hints=(
                "The mean forgets how many atoms there are. Does a molecule twice as long dissolve equally well?",
                'Try readout="sum".',
            ),
        ),
        Mistake(
            "an error above 1.0",
            hints=("Train longer (30 epochs) or with more hidden numbers; look at model.history first.",),
        ),
        Mistake("the random split", hints=('New molecules with known scaffolds are the easier test: how="scaffold".',)),
        Mistake(
            "scaled on all data",
            hints=(
                "Centre and scale were not taken from the training rows: what the test part looks like has leaked.",
            ),
        ),
        Mistake(
            "the sign turned round",
            hints=("RMSE without edges minus RMSE with edges: above 0 means that edges helped.",),
        ),
    ],
    hints=('gcn.train_graph_net(task, "scaffold", readout=…, num_epochs=…, seed=…); then two subtractions.',),
    why="A difference of one seed on about a hundred molecules is not yet a finding: look at the intervals, and at more seeds.",
)

# ---------------------------------------------------------------- predict, observe, explain

relabelled = Prediction(
    "gcn.p1",
    question="You number the atoms of caffeine in another order and hand the same molecule to two networks: a graph network "
    "with a sum read-out, and a perceptron that reads adjacency matrix and features as one long row. What happens?",
    choices={
        "a": "both give the answer they gave before",
        "b": "the graph network gives the same answer, the perceptron another one",
        "c": "both give other answers",
        "d": "the perceptron gives the same answer, the graph network another one",
    },
    starter="The two networks behave like this because …",
    explanation="A sum over neighbours and a sum over atoms do not ask in which order the terms stand. The perceptron has a weight of "
    "its own for each place in its row; move the atoms and other weights meet them.",
)

reach = Prediction(
    "gcn.p2",
    question="A chain of carbon atoms, C0–C1–C2–… After three graph convolutions, the features of how many different atoms can "
    "have reached C0, itself included?",
    low=1,
    high=30,
    unit="atoms",
    starter="This many, because each layer …",
    explanation="One layer, one hop: after three layers C0 has heard from C0, C1, C2 and C3, and from nobody else. The gradient with "
    "respect to C4 is not small, it is 0.",
)

edges_removed = Prediction(
    "gcn.p3",
    question="Now all bonds are taken away: the network gets a bag of atoms, each with its element, its number of neighbours and "
    "hydrogens, and whether it is aromatic or in a ring. RMSE on new scaffolds was about 0.85 with bonds. Without them it will be",
    choices={
        "a": "about 2.3, as for predicting the mean",
        "b": "about 1.7, as for logP alone",
        "c": "within about 0.1 of the network with bonds",
        "d": "exactly the same",
    },
    starter="The bonds matter this much because …",
    explanation="Solubility adds up over atoms, and each atom's own features already say much of its surroundings: neighbours, hydrogens, "
    "rings. The bonds tell what is left. Only a row without edges shows how little or how much that is.",
)

deeper = Prediction(
    "gcn.p4",
    question="A simulated network of proteins in four modules of equal size (a guess is right in 25 %). With 4 graph convolutions "
    "about 90 % of the unseen proteins are put into the right module. With 16 plain ones, which percentage?",
    low=0,
    high=100,
    unit="%",
    starter="Sixteen layers do better or worse because …",
    explanation="Sixteen averages of averages leave all proteins with nearly the same numbers, whatever the module, and hardly any gradient "
    "comes back through them. The network guesses, although each protein has heard from all others.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "gcn.warmup",
    "Warm-up",
    questions=[
        Question(
            "From chapter 6: take the position codes out of a transformer and shuffle the tokens. The outputs",
            {
                "a": Option("only change places"),
                "b": Option("all change", "Scores depend on the tokens alone."),
                "c": Option("become equal", "Each token still has its own query, key and value."),
            },
            key="a",
            why="Attention reads a set. A graph network reads a set with relations.",
        ),
        Question(
            "From chapter 4: a stack of three convolutions with filters of width 3 sees, at each place,",
            {
                "a": Option("3 positions", "That is what one layer sees."),
                "b": Option("7 positions"),
                "c": Option("27 positions", "Widths add up, they do not multiply: one more on each side a layer."),
            },
            key="b",
            why="One step further on each side with each layer. On graphs the steps are called hops.",
        ),
        Question(
            "From chapter 3: whole scaffolds go to the test part. Compared with a random split the score is usually",
            {
                "a": Option("better", "The test molecules are less like those in training, not more."),
                "b": Option("the same", "A random split leaves near relatives of each test molecule in training."),
                "c": Option("worse, and nearer to what happens with a new chemical series"),
            },
            key="c",
            why="Ask first over what the model shall generalise.",
        ),
    ],
)

final_quiz = Quiz(
    "gcn.quiz",
    "Quiz",
    questions=[
        Question(
            "After three GCN layers a node is influenced by nodes up to",
            {
                "a": Option("1 step away", "That is what one layer brings; the next layer passes it on."),
                "b": Option("3 steps away"),
                "c": Option("any number of steps away", "A message moves one edge a layer, and no further."),
            },
            key="b",
            why="One hop a layer.",
        ),
        Question(
            "A property grows with the size of a molecule, as contributions of its atoms add up. The best read-out a priori is",
            {
                "a": Option("the mean", "The mean of a short and of a long chain of equal atoms is the same."),
                "b": Option("the sum"),
                "c": Option("the maximum of one atom", "One atom decides then, however many there are."),
            },
            key="b",
            why="Extensive properties add up. Check by experiment, as we did.",
        ),
        Question(
            "Somebody reports for solubility, RMSE over three seeds: with edges 0.63 (random split) and 0.86 (scaffold "
            "split); the same network without edges 0.68 and 0.78. You may say:",
            {
                "a": Option("edges help", "On the scaffold split the row without edges is ahead."),
                "b": Option("edges hurt", "On the random split the row with edges is ahead."),
                "c": Option(
                    "in these runs edges helped for similar molecules and not for new scaffolds; the atom features already "
                    "hold local structure, and more splits are needed"
                ),
                "d": Option("the code must be wrong", "Two splits ask two questions; they may have two answers."),
            },
            key="c",
            why="Say what was measured, for which split, and how sure you are.",
        ),
        Question(
            "In a protein network hub proteins score high for many diseases. The first suspect is",
            {
                "a": Option("study and degree bias: much-studied proteins have more known interactions"),
                "b": Option(
                    "biology", "It may be, but first rule out that the score merely counts known interactions."
                ),
                "c": Option("over-smoothing", "That makes nodes alike; it does not favour hubs for every disease."),
            },
            key="a",
            why="Put a row 'degree alone' into the table.",
        ),
        Question(
            "An honest test of interaction prediction for new proteins uses",
            {
                "a": Option("random pairs", "Both proteins of a test pair occur in training then."),
                "b": Option("new pairs of known proteins", "That tests new pairs, not new proteins."),
                "c": Option("pairs whose proteins, and close homologues, are absent from training"),
                "d": Option("cross-validation over edges", "Folds of edges share their proteins."),
            },
            key="c",
            why="Without the overlap, sequence-based predictors of interactions fell to chance in a large comparison (Bernett 2024).",
        ),
    ],
)

recall = Quiz(
    "gcn.recall",
    "Without looking back",
    questions=[
        Question(
            "Which of these is what a GCN averages over a node's neighbours?",
            {
                "a": Option("their predictions", "There are no predictions before the output layer."),
                "b": Option("their features, and its own"),
                "c": Option("their labels", "Labels enter only through the loss."),
            },
            key="b",
            why="Features, from layer to layer; predictions only at the end.",
        ),
        Question(
            "Sixteen plain graph convolutions one after the other make the nodes",
            {
                "a": Option("see the whole graph and differ more", "They see it all, and thereby become alike."),
                "b": Option("hard to tell apart"),
                "c": Option("independent of each other", "Every layer mixes them further."),
            },
            key="b",
            why="Over-smoothing: averages of averages. Few layers, or layers that are reminded of the start.",
        ),
        Question(
            "From chapter 2: 95 % intervals of two models on the same 113 test molecules overlap widely. You conclude",
            {
                "a": Option("they are equally good", "Not being able to tell is not the same as being equal."),
                "b": Option(
                    "the one with the lower error is better", "With another test part it may be the other one."
                ),
                "c": Option("these molecules do not decide between them"),
            },
            key="c",
            why="More test molecules, or a paired comparison, might.",
        ),
    ],
)

learning.register(
    neuron,
    ethanol,
    by_hand,
    scatter,
    relabel,
    order,
    solubility,
    relabelled,
    reach,
    edges_removed,
    deeper,
    warmup,
    final_quiz,
    recall,
)
