"""What chapter 6 asks: predictions, exercises with their usual mistakes, the order of lines, a card, and the quizzes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np
import torch

from bioml_helpers import learning
from bioml_helpers.attention import families_exercises, layers, models  # noqa: F401 (it registers companion 06b)
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
    calling,
)

# ---------------------------------------------------------------- find the neuron

_WIDTH, _HEADS, _SEED = 8, 2, 6


def find_the_neuron_in() -> layers.MultiHeadAttention:
    """Return the small layer in which a neuron is to be found.

    Examples
    --------
    >>> find_the_neuron_in().query.weight.shape
    torch.Size([8, 8])
    """
    return layers.MultiHeadAttention(_WIDTH, _HEADS, seed=_SEED)


def _query_matrix() -> np.ndarray:
    return find_the_neuron_in().query.weight.detach().numpy()


def _same(answer, other) -> bool:
    answer = np.asarray(answer.detach() if hasattr(answer, "detach") else answer, dtype=float)
    return answer.shape == other.shape and np.allclose(answer, other)


neuron = ValueExercise(
    "attention.neuron",
    "Find the neuron",
    expected=lambda: _query_matrix()[2],
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "what one input sends out",
            lambda answer: _same(answer, _query_matrix()[:, 2]),
            hints=(
                "That is a column: what one number of the token sends to all eight neurons. A neuron is what comes together.",
                "PyTorch keeps a row for each neuron and a column for each input.",
            ),
        ),
        Mistake(
            "counted from 1",
            lambda answer: _same(answer, _query_matrix()[3]),
            hints=("That is the fourth: Python counts from 0.",),
        ),
        Mistake(
            "a whole head",
            lambda answer: _same(answer, _query_matrix()[:4]),
            hints=("These four neurons make the query of the first head. One of them was asked for.",),
        ),
    ],
    hints=("A neuron has one weight for each of the token's 8 numbers.",),
    why="A query is eight neurons side by side: each computes w · token + b, like the neuron of chapter 2, without an activation. "
    "The same neurons serve every token.",
)

# ---------------------------------------------------------------- 1 by hand

HAND = {
    "Q": [[1, 1, 1, 1], [2, 0, 0, 0], [0, 0, 0, 0]],
    "K": [[1, 1, 1, 1], [1, 1, -1, -1], [0, 0, 0, 0]],
    "V": [[1], [2], [6]],
}


def _hand(scale=0.5, axis=1, soft=True) -> list[float]:
    Q, K, V = (np.array(HAND[name], dtype=float) for name in "QKV")
    scores = Q @ K.T * scale
    raised = np.exp(scores) if soft else scores
    weights = raised[0] / raised[0].sum() if axis == 1 else raised[0] / raised.sum(axis=0)
    return [*weights, weights @ V[:, 0]]


by_hand = ValueExercise(
    "attention.1",
    "Attention by hand",
    expected=_hand(),
    tolerance=0.015,
    mistakes=[
        Mistake(
            "√d forgotten",
            _hand(scale=1),
            hints=(
                "Your softmax is too sharp. What are the dot products divided by before it?",
                "A query has d = 4 numbers, so each dot product is divided by √4.",
            ),
        ),
        Mistake(
            "divided by d",
            _hand(scale=0.25),
            hints=("You divided by 4. The rule is √d: the spread of a sum of d products grows with √d, not with d.",),
        ),
        Mistake(
            "the softmax over the wrong axis",
            _hand(axis=0),
            hints=(
                "Your three weights do not add up to 1. Among whom does the first token share its attention?",
                "The softmax goes along a row: one token that asks, all tokens that may answer.",
            ),
        ),
        Mistake(
            "shares without the exponential",
            _hand(soft=False),
            hints=("A score of 0 does not mean a weight of 0. What does the softmax do before it takes shares?",),
        ),
    ],
    hints=(
        "Three dot products of the first query with the keys, divided by 2; then exp and shares; then the mean of the values.",
        "e² = 7.389 and e⁰ = 1.",
    ),
    why="Dot product, divide, softmax, weighted mean: that is all of attention. Token 1 takes 79 % of what token 1 says.",
)

# ---------------------------------------------------------------- 2 scaled dot-product attention with a mask


def _attention(q, k, v, mask):
    scores = q @ k.T / math.sqrt(q.shape[1])
    scores = torch.where(mask, scores, torch.full_like(scores, -math.inf))
    return torch.softmax(scores, dim=1) @ v


def _cases_of_attention():
    """Random queries, keys, values, and masks: none hidden, padding, no looking ahead; d and d_v differ."""
    made = []
    for seed, (queries, keys, d, d_v) in enumerate(
        [(1, 2, 3, 1), (2, 3, 4, 2), (3, 3, 2, 5), (4, 6, 8, 3), (5, 5, 9, 4)]
    ):
        rng = torch.Generator().manual_seed(seed)
        q, k = (2 * torch.randn(n, d, generator=rng, dtype=torch.float64) for n in (queries, keys))
        v = torch.randn(keys, d_v, generator=rng, dtype=torch.float64)
        mask = torch.ones(queries, keys, dtype=torch.bool)
        made.append((q, k, v, mask))
        padded = mask.clone()
        padded[:, -1] = False
        made.append((q, k, v, padded))
        if queries == keys:
            made.append((q, k, v, mask.tril()))
    return made


def _wrong_attention(scale=None, masked=lambda s, m: s.masked_fill(~m, -math.inf), dim=1, after=lambda w, m: w):
    def wrong(q, k, v, mask):
        scores = q @ k.T * (q.shape[1] ** -0.5 if scale is None else scale)
        return after(torch.softmax(masked(scores, mask), dim=dim), mask) @ v

    return wrong


sdpa = FunctionExercise(
    "attention.2",
    "Scaled dot-product attention with a mask",
    reference=_attention,
    cases=_cases_of_attention,
    tolerance=1e-5,
    off_limits=[layers.scaled_dot_product_attention],
    mistakes=[
        Mistake(
            "the mask added as 0 and 1",
            _wrong_attention(masked=lambda s, m: s + m),
            hints=(
                "Adding 1 to a score makes it a little larger. A hidden key must get exactly no weight.",
                "Before the softmax, put −∞ where the mask is False: exp(−∞) = 0. Look at masked_fill.",
            ),
        ),
        Mistake(
            "hidden scores set to 0",
            _wrong_attention(masked=lambda s, m: s * m),
            hints=(
                "exp(0) is 1, so a score of 0 still earns a share. Which score earns none?",
                "scores.masked_fill(~mask, float('-inf')) does it.",
            ),
        ),
        Mistake(
            "masked after the softmax",
            _wrong_attention(masked=lambda s, m: s, after=lambda w, m: w * m),
            hints=("After your mask the weights of a row no longer add up to 1. Mask the scores, not the weights.",),
        ),
        Mistake(
            "no mask at all",
            _wrong_attention(masked=lambda s, m: s),
            hints=("Your function never hides anything: padding is collected like residues.",),
        ),
        Mistake(
            "√d forgotten, with a mask",
            _wrong_attention(scale=1.0),
            hints=("Divide the dot products by the square root of the number of columns of q.",),
        ),
        Mistake(
            "softmax down the columns",
            _wrong_attention(dim=0),
            hints=("Each *query* shares out a weight of 1. Along which axis do the keys lie?",),
        ),
    ],
    hints=(
        "Four lines: scores, scale, mask, softmax; then the weights times v.",
        "q @ k.T has shape (queries, keys), as the mask has; the softmax runs over the last axis.",
    ),
    why="Exactly no weight on what is hidden, and rows that add up to 1: padding cannot leak into a prediction, and a "
    "generating model cannot look at what it is to predict.",
)

# ---------------------------------------------------------------- 3 repair: heads


def _split(X, heads):
    batch, length, width = X.shape
    return X.reshape(batch, length, heads, width // heads).permute(0, 2, 1, 3)


def _cases_of_split():
    shapes = [(1, 2, 4, 2), (1, 3, 6, 3), (2, 5, 8, 2), (2, 4, 8, 4), (3, 7, 6, 1)]
    return [
        (torch.arange(batch * length * width, dtype=torch.float64).reshape(batch, length, width), heads)
        for batch, length, width, heads in shapes
    ]


def _heads_mixed(X, heads):
    batch, length, width = X.shape
    return X.reshape(batch, heads, length, width // heads)


def _every_hth(X, heads):
    batch, length, width = X.shape
    return X.reshape(batch, length, width // heads, heads).permute(0, 3, 1, 2)


def _axes_not_moved(X, heads):
    batch, length, width = X.shape
    return X.reshape(batch, length, heads, width // heads)


split = FunctionExercise(
    "attention.3",
    "Deal the numbers out to the heads",
    reference=_split,
    cases=_cases_of_split,
    off_limits=[layers.MultiHeadAttention.split],
    mistakes=[
        Mistake(
            "heads mixed with positions",
            _heads_mixed,
            hints=(
                "The shape is right, the content is not: your first head holds whole tokens from the start of the sequence. "
                "A head must see every token.",
                "First cut each token's numbers into heads, (batch, length, heads, d); then swap the axes 1 and 2.",
            ),
        ),
        Mistake(
            "the axes never swapped",
            _axes_not_moved,
            hints=("Your result has shape (batch, length, heads, d). Which two axes have to change places?",),
        ),
        Mistake(
            "every H-th number",
            _every_hth,
            hints=("A head gets d neighbouring numbers of a token, not every H-th one.",),
        ),
    ],
    hints=("reshape never moves a number, it only cuts the line of numbers elsewhere; transpose moves axes.",),
    why="view and reshape keep the numbers in order. The shape of a wrong split is right, training still works a little, and nobody "
    "notices: compare numbers, not only shapes.",
)

# ---------------------------------------------------------------- order the lines

_Q, _VIEW, _SWAP, _SCORES, _SOFT, _COLLECT, _MERGE, _OUT = (
    "q, k, v = query(X), key(X), value(X)              # (B, L, E) each",
    "q, k, v = (one.view(B, L, H, d) for one in (q, k, v))",
    "q, k, v = (one.transpose(1, 2) for one in (q, k, v))  # (B, H, L, d)",
    "scores = q @ k.transpose(-2, -1) / d**0.5         # (B, H, L, L)",
    "weights = torch.softmax(scores, dim=-1)",
    "collected = weights @ v                           # (B, H, L, d)",
    "merged = collected.transpose(1, 2).reshape(B, L, E)",
    "output = out(merged)                              # (B, L, E)",
)

order = OrderExercise(
    "attention.order",
    "Multi-head attention",
    lines=[_Q, _VIEW, _SWAP, _SCORES, _SOFT, _COLLECT, _MERGE, _OUT],
    distractors={
        "q, k, v = (one.view(B, H, L, d) for one in (q, k, v))": "This cuts the sequence into pieces and calls each piece a head: "
        "heads and positions are mixed.",
        "weights = torch.softmax(scores, dim=1)": "Axis 1 are the heads; each query shares its attention among the keys, the last axis.",
    },
    why="Project, deal out, attend, put together, mix. All heads are computed by the same two products at once.",
    shuffle_seed=4,
)

# ---------------------------------------------------------------- 4 positions


def _positions(length, width):
    rows = [
        [
            (math.sin if column % 2 == 0 else math.cos)(position / 10000 ** ((column - column % 2) / width))
            for column in range(width)
        ]
        for position in range(length)
    ]
    return torch.tensor(rows)


def _wrong_positions(frequency, both=lambda angle: (torch.sin(angle), torch.cos(angle)), stacked=False, start=0):
    def wrong(length, width):
        position = torch.arange(start, start + length)[:, None]
        angle = position * frequency(torch.arange(0, width, 2), width)
        sine, cosine = both(angle)
        if stacked:
            return torch.cat([sine, cosine], dim=1)
        return torch.stack([sine, cosine], dim=2).flatten(1)

    return wrong


def _usual(column, width):
    return 10000.0 ** (-column / width)


positions = FunctionExercise(
    "attention.4",
    "A code for each position",
    reference=_positions,
    cases=[(1, 2), (3, 4), (7, 6), (60, 32)],
    tolerance=1e-4,
    off_limits=[layers.sinusoidal_positions],
    mistakes=[
        Mistake(
            "one wavelength for all",
            _wrong_positions(lambda column, width: torch.ones(len(column))),
            hints=(
                "All your pairs turn equally fast, so positions 0 and 44 (nearly 14π) look alike. Each pair needs its own frequency.",
                "frequency = 10000 ** (−column / width), with column = 0, 2, 4, …",
            ),
        ),
        Mistake(
            "the frequency turned over",
            _wrong_positions(lambda column, width: 10000.0 ** (column / width)),
            hints=("Your later pairs turn faster and faster; they should turn more and more slowly.",),
        ),
        Mistake(
            "sine and cosine exchanged",
            _wrong_positions(_usual, both=lambda angle: (torch.cos(angle), torch.sin(angle))),
            hints=("Position 0 should begin with sin 0 = 0, then cos 0 = 1.",),
        ),
        Mistake(
            "all sines first",
            _wrong_positions(_usual, stacked=True),
            hints=("You put all sines in front. Columns 0, 2, 4, … hold sines, columns 1, 3, 5, … cosines.",),
        ),
        Mistake(
            "counted from 1, as biologists do",
            _wrong_positions(_usual, start=1),
            hints=("Your first row is the code of position 1. Here positions are counted from 0.",),
        ),
    ],
    hints=(
        "An angle for each position and each pair of columns: position × frequency, shape (length, width / 2).",
        "code[:, 0::2] are the even columns, code[:, 1::2] the odd ones.",
    ),
    why="Fast pairs tell neighbours apart, slow pairs say roughly where one is, and the product of two codes depends only on "
    "how far apart they are.",
)

# ---------------------------------------------------------------- 5 equal budgets

_BUDGET = ("steps", "batch_size", "learning_rate", "hidden_size", "seed", "distance")
_SAME = ("steps", "batch_size", "hidden_size", "seed", "distance")


def _judge_race(*answer):
    if len(answer) == 1 and isinstance(answer[0], Mapping | list | tuple):
        answer = tuple(answer[0].values()) if isinstance(answer[0], Mapping) else tuple(answer[0])
    if len(answer) != 2 or not all(isinstance(one, models.Recaller) for one in answer):
        return learning.wrong("Two trained networks were expected, as attention.train_recaller returns them.")
    with_attention = [one for one in answer if one.kind == "attention"]
    recurrent = [one for one in answer if one.kind in models.RECURRENT]
    if len(with_attention) != 1 or len(recurrent) != 1:
        kinds = " and ".join(one.kind for one in answer)
        return learning.wrong(f'One "attention" and one of "RNN", "GRU", "LSTM" were expected; {kinds} came.')
    race, other = with_attention[0], recurrent[0]
    if not race.budget or not other.budget:
        return learning.wrong("A network that was never trained came; use attention.train_recaller.")
    unequal = [name for name in _SAME if race.budget[name] != other.budget[name]]
    if unequal:
        name = unequal[0]
        return learning.mistake(
            "unequal budgets", f"{name}: {race.budget[name]} for attention, {other.budget[name]} for {other.kind}."
        )
    distance = race.budget["distance"]
    if distance is None or distance < 50:
        return learning.mistake("a short distance", f"The distance is {distance}.")
    if race.budget["steps"] > 400:
        return learning.wrong(f"At most 400 steps were asked for, {race.budget['steps']} came.")
    reached = {one.kind: models.recall_score(one, distance, n=300, seed=77)[0] for one in (race, other)}
    if reached["attention"] < 0.9:
        return learning.wrong(
            f"Attention reaches {reached['attention']:.2f} only; with 400 steps of 64 it should recall all."
        )
    return learning.right()


race = JudgedExercise(
    "attention.5",
    "Recall with equal budgets",
    judge=_judge_race,
    mistakes=[
        Mistake(
            "unequal budgets",
            hints=(
                "Whoever got more steps, more neurons or a kinder task was not compared. Train both with the same settings.",
                "Write the settings once, budget = dict(steps=…, hidden_size=…, seed=…), and hand **budget to both.",
            ),
        ),
        Mistake(
            "a short distance",
            hints=("At short distances everybody wins. The question is what happens 50 bases back.",),
        ),
    ],
    hints=("attention.train_recaller(kind, 50, steps=400, seed=…), twice.",),
    why="Same steps, same width, same data: what is left is the architecture. It is a statement about this budget; with many "
    "more steps, or with short distances mixed in, a gated network learns longer distances too.",
)

# ---------------------------------------------------------------- 6 another attention, the same prediction


def _readings():
    rng = np.random.default_rng(66)
    made = []
    for length in (6, 12, 30, 60):
        weights = rng.dirichlet(np.full(length, 0.5))
        made.append((weights, rng.normal(size=length)))
    return made


def _judge_alternative(answer):
    if not callable(answer):
        return learning.wrong("A function was expected; hand in its name without parentheses.")
    if calling.is_ours(answer, calling.codes([models.alternative_weights])):
        return learning.wrong("That is the course's own function; write yours.")
    if calling.is_empty(answer):
        return learning.Verdict("not attempted", "Replace the `...` in your function with your own lines.")
    for weights, votes in _readings():
        outcome = calling.call(
            answer, (weights.copy(), votes.copy()), seconds=0.2, ours=calling.codes([models.alternative_weights])
        )
        if outcome.used_ours:
            return learning.wrong("It calls the course's own function; write the lines yourself.")
        if outcome.error is not None:
            return learning.wrong(f"For {len(weights)} residues it raised {calling.error_text(outcome.error)}.")
        if outcome.value is ...:
            return learning.Verdict("not attempted", "Replace the `...` in your function with your own lines.")
        if outcome.value is None:
            return learning.wrong("Your function returns nothing; does it end with a return?")
        said = _judge_weights(np.asarray(outcome.value, dtype=float), weights, votes)
        if said is not None:
            return said
    return learning.right()


def _judge_weights(other, weights, votes):
    if other.shape != weights.shape:
        return learning.wrong(f"{len(weights)} weights were expected, one a residue; shape {other.shape} came.")
    if (other < -1e-9).any():
        return learning.mistake("negative weights", f"The smallest of your weights is {other.min():.2f}.")
    if abs(other.sum() - 1) > 1e-3:
        return learning.mistake("weights that do not add up to 1", f"Yours add up to {other.sum():.2f}.")
    gap = abs(other @ votes - weights @ votes)
    if gap > 1e-3:
        return learning.mistake("another prediction", f"Σ weight · vote changed by {gap:.3f}.")
    moved = np.abs(other - weights).sum() / 2
    if moved < 0.5:
        return learning.mistake("hardly another attention", f"Only {moved:.0%} of the weight was moved.")
    return None


alternative = JudgedExercise(
    "attention.6",
    "Another attention, the same prediction",
    judge=_judge_alternative,
    mistakes=[
        Mistake(
            "another prediction",
            hints=(
                "The weighted mean of the votes has to stay what it was. With two residues only, which share gives that mean?",
                "share · vote_high + (1 − share) · vote_low = mean: solve for share.",
            ),
        ),
        Mistake(
            "negative weights",
            hints=(
                "An attention weight is a share, 0 or more. Choose one residue that votes above the mean and one below.",
            ),
        ),
        Mistake(
            "weights that do not add up to 1",
            hints=("Give the two residues share and 1 − share, and all others 0.",),
        ),
        Mistake(
            "hardly another attention",
            hints=("At least half of the weight must lie elsewhere. Put all of it on two residues that had little.",),
        ),
    ],
    hints=("The residue with the highest vote and the one with the lowest; the mean lies between them.",),
    why="For any map there are countless others with the same output. So a map shows one way in which the output could be "
    "put together, not the reason for it.",
)

# ---------------------------------------------------------------- the card


def _useless(card) -> bool:
    text = " ".join(str(card.get(name, "")) for name in ("conclusion", "against", "for"))
    useless = re.search(
        r"\b(attention|maps?|weights)\b[^.]*\b(is|are)\s+(\w+\s+)?(useless|worthless|meaningless)\b", text, re.I
    )
    return bool(useless and not re.search(r"\bnot\s+(useless|worthless|meaningless)\b", text, re.I))


def _reason(card) -> bool:
    text = str(card.get("conclusion", ""))
    claims = re.search(r"\b(proves?|shows? why|is the reason|explains? why)\b", text, re.I)
    return bool(claims and not re.search(r"\b(not|no|never|cannot|nor)\b", text, re.I))


def _one_side(card) -> bool:
    against, other = (str(card.get(name, "")).lower() for name in ("against", "for"))
    return bool(against.strip(" .") and other.strip(" .")) and not ("jain" in against and "wiegreffe" in other)


card = CardExercise(
    "attention.card",
    "Is attention an explanation?",
    fields=[
        Field("alternative", "what the alternative weights showed", min_words=5),
        Field("deletion", "what hiding residues showed, with the medians", min_words=5),
        Field("against", "what Jain & Wallace (2019) argue", min_words=5),
        Field("for", "what Wiegreffe & Pinter (2019) answer", min_words=5),
        Field("conclusion", "what you would write under a map in a paper", min_words=8),
    ],
    mistakes=[
        Mistake(
            "attention is useless",
            _useless,
            hints=(
                "Too strong. That a map is no proof of a reason does not make it useless: as a hypothesis it can be tested.",
                "Keep apart: plausible (it convinces a reader) and faithful (it says what the model did).",
            ),
        ),
        Mistake(
            "the map as the reason",
            _reason,
            hints=(
                "You write that the map shows why. What did the alternative weights show, and what the deletion test?",
            ),
        ),
        Mistake(
            "only one side cited",
            _one_side,
            hints=(
                "Name the two papers in their fields: Jain and Wallace under `against`, Wiegreffe and Pinter under `for`.",
            ),
        ),
    ],
    model={
        "alternative": "Other weights with almost no overlap gave the same logit for every protein",
        "deletion": "Hiding the five most attended residues hardly lowered the logit; hiding those with the largest effect did",
        "against": "Jain and Wallace: very different attention gives equal predictions, so the weights are no explanation",
        "for": "Wiegreffe and Pinter: such weights must come from a trainable model; it depends on what explanation means",
        "conclusion": "The map is a hypothesis about this model; deletion or mutation tests whether it is faithful",
    },
    why="A map may be plausible and still not faithful. Which it is, an intervention tells: hide, delete, mutate.",
)

# ---------------------------------------------------------------- predict, observe, explain

reach = Prediction(
    "attention.p1",
    question="One base in a random sequence carries a flag; 50 bases later a network is asked which base it was. After 400 "
    "training steps an LSTM is right in what percentage of new sequences? (A guess is right in 25 %.)",
    low=0,
    high=100,
    unit="%",
    starter="The LSTM reaches this percentage because …",
    explanation="Within this budget it guesses. To learn, it would have to carry the base through 50 updates, and the gradient "
    "back through the same 50. Attention has no such way to go: the last token looks at the flagged one directly.",
)

shuffled = Prediction(
    "attention.p2",
    question="You turn a protein round, so that its last residue comes first, and hand it to an encoder block without "
    "position codes. What happens to the outputs?",
    choices={
        "a": "every residue gets another output",
        "b": "every residue keeps its output; the outputs only change places",
        "c": "the residues in the middle keep theirs, the ends do not",
        "d": "PyTorch raises an error",
    },
    starter="The outputs behave like this because …",
    explanation="Scores depend on queries and keys, and these on the residues alone. Nothing in the block knows an order: to it a "
    "protein is a bag of residues. Position codes, added to the residues, bring the order back.",
)

most_attended = Prediction(
    "attention.p3",
    question="In each of 40 signal peptides you hide five residues. You choose the five with the most attention, or the five "
    "whose hiding alone has the largest effect, or five at random. Which choice lowers the logit most?",
    choices={
        "a": "the most attended ones",
        "b": "the ones with the largest effect",
        "c": "both about equally: attention marks what matters",
        "d": "random ones",
    },
    starter="Attention and effect differ because …",
    explanation="The last attention says how much each vote counts, but by then every residue has taken in the others: the vote "
    "of a residue far behind can carry what the hydrophobic stretch told it. Whether a residue matters is found by changing it.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "attention.warmup",
    "Warm-up",
    questions=[
        Question(
            "From chapter 5: what has to carry the first base of a sequence to the last output of a recurrent network?",
            {
                "a": Option(
                    "a weight of its own for each distance", "The same weights serve at every step and distance."
                ),
                "b": Option("the hidden state, through every step in between"),
                "c": Option("the mask", "The mask says where a sequence ends; it carries nothing."),
            },
            key="b",
            why="Every step rewrites the state. What is far back has to survive all of them.",
        ),
        Question(
            "From chapter 4: a filter that is 9 wide sees",
            {
                "a": Option("nine neighbouring positions"),
                "b": Option("the whole sequence", "Only after many layers, or with pooling, does a CNN see that far."),
                "c": Option("nine filters", "The width counts positions, not filters."),
            },
            key="a",
            why="What lies further away is invisible to that layer.",
        ),
        Question(
            "A table has 874 proteins with a signal peptide and 7,147 without. A program always says no. Its accuracy is",
            {
                "a": Option("50 %", "That would be so with equally many of both."),
                "b": Option("11 %", "That is the share it gets wrong."),
                "c": Option("89 %, and it has found nothing"),
            },
            key="c",
            why="So we report AUROC, and Matthews' correlation, which is 0 for this program.",
        ),
    ],
)

final_quiz = Quiz(
    "attention.quiz",
    "Quiz",
    questions=[
        Question(
            "Dividing by √d in attention",
            {
                "a": Option("makes it faster", "It costs a little time; the reason is another one."),
                "b": Option("makes each row add up to 1", "That is what the softmax does."),
                "c": Option("keeps the softmax from saturating as vectors get longer"),
            },
            key="c",
            why="A sum of d products spreads like √d. Without the division long vectors give one weight near 1, and no gradient.",
        ),
        Question(
            "Remove the position codes from a transformer encoder and reverse the sequence. This",
            {
                "a": Option("only reorders the outputs"),
                "b": Option("changes each output", "Scores depend on the tokens alone, wherever these stand."),
                "c": Option("raises an error", "Any order of tokens has a valid shape."),
            },
            key="a",
            why="Attention is equivariant to permutations: order has to be told.",
        ),
        Question(
            "ProteinGym, average Spearman: ESM-2 with 8 million parameters 0.226, with 650 million 0.414, with 15 billion 0.400; "
            "site-independent 0.359, the alignment method GEMME 0.455. These numbers support:",
            {
                "a": Option("bigger is always better", "15 billion parameters score below 650 million."),
                "b": Option("language models beat alignments", "GEMME stands above all sizes in this list."),
                "c": Option(
                    "medium-size language models beat the simplest profile, and some alignment methods still beat them"
                ),
                "d": Option("alignments are obsolete", "The best row in the list comes from an alignment."),
            },
            key="c",
            why="Read the rows before the headline. The companion to this chapter puts the question to one protein.",
        ),
        Question(
            "A frozen protein language model is used on a benchmark. Leakage can enter",
            {
                "a": Option("not at all, since it is frozen", "Frozen weights still hold what they were trained on."),
                "b": Option("through homologues of test proteins in pre-training, and through the split of the probe"),
                "c": Option("only through labels", "Sequences alone tell a lot about a relative's labels."),
            },
            key="b",
            why="Trained without labels does not mean trained without your test proteins.",
        ),
        Question(
            "Two models give the same predictions with different attention maps. So",
            {
                "a": Option("attention is useless", "A map can still suggest what to test."),
                "b": Option("one model is wrong", "Both predict the same; neither is wrong by that."),
                "c": Option("a map alone is not proof of why the prediction was made; test with deletion or mutation"),
            },
            key="c",
            why="Plausible is not faithful. An intervention tells.",
        ),
    ],
)

recall = Quiz(
    "attention.recall",
    "Without looking back",
    questions=[
        Question(
            "A sequence gets ten times as long. The attention maps of one layer take",
            {
                "a": Option("ten times as much memory", "That is how a convolution or a recurrent layer grows."),
                "b": Option("a hundred times as much memory"),
                "c": Option("as much memory as before", "Each token has a weight for each token."),
            },
            key="b",
            why="L tokens look at L tokens. A genome of 5 million bases would need 25 trillion weights a head.",
        ),
        Question(
            "A hidden key is to get no weight. Before the softmax its score becomes",
            {
                "a": Option("−∞"),
                "b": Option("0", "exp(0) = 1 earns a share like any other."),
                "c": Option("1", "That even raises it."),
            },
            key="a",
            why="exp(−∞) = 0, and the row still adds up to 1.",
        ),
        Question(
            "From chapter 3: most of the parameters of a network of fully connected layers sit",
            {
                "a": Option("in the biases", "There is one bias a neuron, and a weight for each of its inputs."),
                "b": Option("in the activations", "An activation has no parameters."),
                "c": Option("where two wide layers meet"),
            },
            key="c",
            why="Width times width. In a transformer block too: the two-layer perceptron holds more than the attention.",
        ),
    ],
)

learning.register(
    neuron,
    by_hand,
    sdpa,
    split,
    order,
    positions,
    race,
    alternative,
    card,
    reach,
    shuffled,
    most_attended,
    warmup,
    final_quiz,
    recall,
)
