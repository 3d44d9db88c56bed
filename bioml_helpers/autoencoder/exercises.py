"""What chapter 8 asks: predictions, exercises with their usual mistakes, the order of lines, a card, and the quizzes."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from bioml_helpers import learning
from bioml_helpers.autoencoder import latent_exercises, layers, models  # noqa: F401 (it registers companion 08b)
from bioml_helpers.data.encode import PROTEIN
from bioml_helpers.data.families import GAP
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

# ---------------------------------------------------------------- find the neuron

_SEED = 8


def find_the_neuron_in() -> layers.Autoencoder:
    """Return the small autoencoder in which a neuron is to be found.

    Examples
    --------
    >>> find_the_neuron_in().decoder[0].weight.shape
    torch.Size([6, 2])
    """
    return layers.Autoencoder((100, 6, 2), loss="residues", seed=_SEED)


def _decoder_matrix() -> np.ndarray:
    return find_the_neuron_in().decoder[0].weight.detach().numpy()


def _same(answer, other) -> bool:
    answer = np.asarray(answer.detach() if hasattr(answer, "detach") else answer, dtype=float)
    return answer.shape == other.shape and np.allclose(answer, other)


neuron = ValueExercise(
    "autoencoder.neuron",
    "Find the neuron",
    expected=lambda: _decoder_matrix()[4],
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "what one latent number sends out",
            lambda answer: _same(answer, _decoder_matrix()[:, 1]) or _same(answer, _decoder_matrix()[:, 0]),
            hints=(
                "That is a column: what one latent number sends to all six neurons. A neuron is what comes together.",
                "PyTorch keeps a row for each neuron and a column for each input.",
            ),
        ),
        Mistake(
            "counted from 1",
            lambda answer: _same(answer, _decoder_matrix()[3]),
            hints=("That is neuron number 3: Python counts from 0.",),
        ),
        Mistake(
            "a neuron of the encoder",
            lambda answer: np.size(answer.tolist() if hasattr(answer, "tolist") else answer) == 100,
            hints=("A hundred weights read the one-hot residues. A neuron of the decoder reads the latent vector.",),
        ),
    ],
    hints=("A neuron of the decoder's first layer has one weight for each of the 2 latent numbers.",),
    why="The decoder's first neurons see nothing but the latent vector: whatever is to come out again has to pass "
    "through these two numbers.",
)

# ---------------------------------------------------------------- 1 sequence identity


def _aligned(a, b):
    compared = same = 0
    for one, other in zip(a, b, strict=False):
        if one == other == GAP:
            continue
        compared += 1
        same += one == other
    return same / compared


def _identity(a, b):
    return _aligned(a, b) if len(a) == len(b) else 0.0


_PAIRS = [
    ("M", "M"),
    ("MK", "KM"),
    ("MKV", "MKVL"),
    ("M-V", "M-L"),
    ("MKVLA", "MKALA"),
    ("MK-LA", "MK-L-"),
    ("ACDE--", "AC-EF-"),
    ("WYYW", "YWYW"),
]


def _shared_letters(a, b):
    if len(a) != len(b):
        return 0.0
    return sum(min(a.count(letter), b.count(letter)) for letter in set(a) - {GAP}) / len(a)


def _counted(a, b):
    return float(sum(one == other != GAP for one, other in zip(a, b, strict=False))) if len(a) == len(b) else 0.0


def _gaps_alike(a, b):
    return sum(one == other for one, other in zip(a, b, strict=True)) / len(a) if len(a) == len(b) else 0.0


def _gaps_passed_over(a, b):
    if len(a) != len(b):
        return 0.0
    pairs = [(one, other) for one, other in zip(a, b, strict=True) if GAP not in (one, other)]
    return sum(one == other for one, other in pairs) / len(pairs)


def _cut_to_the_shorter(a, b):
    return _aligned(a, b)


identity = FunctionExercise(
    "autoencoder.1",
    "Sequence identity",
    reference=_identity,
    cases=_PAIRS,
    tolerance=1e-6,
    off_limits=[layers.sequence_identity, models.identities],
    mistakes=[
        Mistake(
            "shared letters, wherever they stand",
            _shared_letters,
            hints=(
                "MK and KM share both letters and agree at no position. Compare position by position.",
                "zip(a, b) gives the two residues of each position.",
            ),
        ),
        Mistake(
            "a count, not a share",
            _counted,
            hints=("Four of five is 0.8. Divide by the positions that you compared.",),
        ),
        Mistake(
            "two gaps taken for agreement",
            _gaps_alike,
            hints=("Where both sequences have a gap there is no residue to agree on: leave that position out.",),
        ),
        Mistake(
            "a gap against a residue left out",
            _gaps_passed_over,
            hints=("A residue that the other sequence lacks is a difference: it counts in the denominator.",),
        ),
        Mistake(
            "cut to the shorter one",
            _cut_to_the_shorter,
            hints=("Sequences of different length have to be aligned first. Here: return 0.0.",),
        ),
    ],
    hints=(
        "Three steps: different lengths give 0.0; leave out positions where both have '-'; the share of equal ones among the rest.",
        "sum(one == other for one, other in pairs) / len(pairs)",
    ),
    why="Identity is a convention: what gaps count must be said. With this one, 4 of 5 residues are 0.8, the panel's 80 %.",
)

# ---------------------------------------------------------------- 2 the network

_COUNT = 13286


parameters = ValueExercise(
    "autoencoder.2",
    "Parameters of 100-64-2-64-100",
    expected=_COUNT,
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "biases forgotten",
            13056,
            hints=("You counted the weights. Each neuron has a bias too.",),
        ),
        Mistake(
            "the encoder only",
            6594,
            hints=("That is the encoder. The decoder mirrors it, with biases of its own.",),
        ),
        Mistake(
            "twice the encoder",
            13188,
            hints=(
                "Nearly. The decoder's layers have as many weights as the encoder's, but not as many biases: count its neurons.",
            ),
        ),
    ],
    hints=("A layer from n to m numbers has n·m weights and m biases. There are four layers.",),
    why="6,464 + 130 + 192 + 6,500. Thirteen thousand numbers learn to pass five residues through two.",
)


def _judge_halves(answer):
    if isinstance(answer, nn.Module) and not isinstance(answer, nn.Sequential):
        return learning.wrong("Hand in the two halves, encoder and decoder, as a tuple.")
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        return learning.wrong("Two networks were expected, (encoder, decoder).")
    encoder, decoder = answer
    if encoder is ... or decoder is ...:
        return learning.Verdict("not attempted", "Replace the `...` by the two networks.")
    if not all(isinstance(half, nn.Module) for half in (encoder, decoder)):
        return learning.wrong("Two networks were expected, for example two torch.nn.Sequential.")
    X = torch.zeros(3, 100)
    try:
        with torch.no_grad():
            z = encoder(X)
            out = decoder(z)
    except RuntimeError as error:
        return learning.mistake("halves that do not fit", f"PyTorch says: {str(error).splitlines()[0]}.")
    if tuple(z.shape) != (3, 2):
        return learning.wrong(f"The encoder should give (3, 2) for three sequences; it gives {tuple(z.shape)}.")
    if tuple(out.shape) != (3, 100):
        return learning.mistake("halves that do not fit", f"The decoder gives {tuple(out.shape)}, not (3, 100).")
    told = [_linear(half) for half in (encoder, decoder)]
    if told[0] != [(100, 64), (64, 2)] or told[1] != [(2, 64), (64, 100)]:
        return learning.mistake("a decoder that is no mirror", f"Layers: {told[0]} and {told[1]}.")
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        z, out = (
            encoder(torch.randn(500, 100, generator=generator)),
            decoder(10 * torch.randn(500, 2, generator=generator)),
        )
    if float(z.min()) >= 0 or float(out.min()) >= 0:
        return learning.mistake("a ReLU at an end", "All latent numbers or all outputs are 0 or more.")
    if not all(any(isinstance(part, nn.ReLU) for part in half.modules()) for half in (encoder, decoder)):
        return learning.mistake("no ReLU in between", "One half has no ReLU.")
    return learning.right()


def _linear(half):
    return [(part.in_features, part.out_features) for part in half.modules() if isinstance(part, nn.Linear)]


halves = JudgedExercise(
    "autoencoder.halves",
    "Encoder and decoder",
    judge=_judge_halves,
    mistakes=[
        Mistake(
            "halves that do not fit",
            hints=(
                "What the encoder gives, the decoder takes: 2 numbers. What the decoder gives, the encoder took: 100.",
            ),
        ),
        Mistake(
            "a decoder that is no mirror",
            hints=("The decoder has the encoder's sizes in reverse: 2, 64, 100.",),
        ),
        Mistake(
            "a ReLU at an end",
            hints=(
                "A ReLU at the end cuts off all negative numbers: half of the latent space, or half of the logits. Leave it out there.",
            ),
        ),
        Mistake(
            "no ReLU in between",
            hints=("Two linear layers in a row are one linear layer. Put a ReLU between them.",),
        ),
    ],
    hints=("torch.nn.Sequential(torch.nn.Linear(…), torch.nn.ReLU(), torch.nn.Linear(…)), twice.",),
    why="Input and output have one shape, and the latent vector is the only way from one to the other.",
)

# ---------------------------------------------------------------- order the lines

_Z, _BACK, _LOSS, _FORGET, _GRAD, _STEP = (
    "z = encoder(X)                    # (batch, d)",
    "logits = decoder(z)               # (batch, 100)",
    "loss = loss_fn(logits, X)         # the target is the input",
    "optimizer.zero_grad()",
    "loss.backward()                   # through the decoder into the encoder",
    "optimizer.step()",
)

order = OrderExercise(
    "autoencoder.order",
    "One training step of an autoencoder",
    lines=[_Z, _BACK, _LOSS, _FORGET, _GRAD, _STEP],
    also_right=[
        [_FORGET, _Z, _BACK, _LOSS, _GRAD, _STEP],
        [_Z, _FORGET, _BACK, _LOSS, _GRAD, _STEP],
        [_Z, _BACK, _FORGET, _LOSS, _GRAD, _STEP],
    ],
    distractors={
        "loss = loss_fn(logits, labels)    # the family": "Nobody labels anything here: the target is the input itself.",
        "z = z.detach()": "That cuts the gradient off at the latent vector: the encoder would never learn.",
    },
    why="One loss at the far end trains both halves at once.",
    shuffle_seed=3,
)

# ---------------------------------------------------------------- 4 repair: PCA


def _pca(X, d):
    mean = X.mean(axis=0)
    _, _, directions = np.linalg.svd(X - mean, full_matrices=False)
    return mean, directions[:d]


def _cases_of_pca():
    made = []
    for seed, (n, inputs, d) in enumerate([(4, 2, 1), (6, 3, 2), (20, 5, 2), (40, 8, 3)]):
        rng = np.random.default_rng(seed)
        # an offset much larger than the spread: whoever does not centre finds the way to the mean
        X = rng.normal(size=(n, inputs)) * rng.uniform(0.3, 3, size=inputs) + rng.uniform(4, 9, size=inputs)
        made.append((X.round(3), d))
    return made


def _rows_again(output, X, d):
    """The rows as they come back from d numbers: any basis of the right subspace gives the same."""
    mean, components = (np.asarray(part, dtype=float) for part in output)
    if mean.shape != (X.shape[1],) or components.shape != (d, X.shape[1]):
        return np.full_like(X, np.nan)
    basis, _ = np.linalg.qr(components.T)
    return (X - mean) @ basis @ basis.T + mean


def _not_centred(X, d):
    _, _, directions = np.linalg.svd(X, full_matrices=False)
    return X.mean(axis=0), directions[:d]


def _last_components(X, d):
    mean = X.mean(axis=0)
    _, _, directions = np.linalg.svd(X - mean, full_matrices=False)
    return mean, directions[-d:]


def _no_mean_given_back(X, d):
    _, _, directions = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return np.zeros(X.shape[1]), directions[:d]


pca = FunctionExercise(
    "autoencoder.3",
    "Principal components",
    reference=_pca,
    cases=_cases_of_pca,
    tolerance=1e-6,
    view=_rows_again,
    off_limits=[layers.pca],
    mistakes=[
        Mistake(
            "not centred",
            _not_centred,
            hints=(
                "Your first direction points from zero to the middle of the data. What has to be taken off before the SVD?",
                "np.linalg.svd(X - mean, full_matrices=False)",
            ),
        ),
        Mistake(
            "the last components",
            _last_components,
            hints=("Singular values come in falling order: the first rows hold most of the variance.",),
        ),
        Mistake(
            "the mean left out",
            _no_mean_given_back,
            hints=("The mean belongs to the answer: it is what is added back when a row is rebuilt.",),
        ),
    ],
    hints=("Centre first; the rows of the third matrix of the SVD are the directions.",),
    why="PCA is the best that any linear encoder and decoder of d numbers can do, so it is the baseline of every autoencoder.",
)

# ---------------------------------------------------------------- 5 the curve

_STEP_CHOICES = {
    "a": "with three numbers it begins to overfit",
    "b": "the family needs a number or two; only what is left over can hold the free residue",
    "c": "three positions are conserved, so three numbers are needed",
    "d": "more numbers make training faster",
}


def _judge_curve(*answer):
    if len(answer) == 1 and isinstance(answer[0], tuple | list) and len(answer[0]) == 2:
        answer = tuple(answer[0])
    if len(answer) != 2 or not isinstance(answer[0], Mapping):
        return learning.wrong("Two answers were expected: a dictionary {d: accuracy}, and one of the letters a to d.")
    curve, letter = answer
    if any(value is ... for value in curve.values()) or letter is ...:
        return learning.Verdict("not attempted", "Replace the `...` by what you measured and by a letter.")
    try:
        curve = {int(d): float(value) for d, value in curve.items()}
    except (TypeError, ValueError):
        return learning.wrong("The dictionary should map whole numbers d to accuracies.")
    if not {1, 2, 3, 4} <= set(curve):
        return learning.wrong(f"Accuracies for 1, 2, 3 and 4 numbers were asked for; {sorted(curve)} came.")
    if max(curve.values()) > 1:
        return learning.mistake("percent", f"The largest value is {max(curve.values()):g}.")
    if not 0.7 <= curve[1] <= 0.85 or not 0.72 <= curve[2] <= 0.92:
        return learning.mistake("not these data", f"{curve[1]:.2f} at one number and {curve[2]:.2f} at two.")
    if curve[4] < 0.93 or curve[3] <= curve[1] + 0.05:
        return learning.wrong(
            f"With four numbers at least 0.93 is reached ({curve[4]:.2f} came): train for 30 epochs on the family data."
        )
    said = str(letter).strip().lower()
    if said == "a":
        return learning.mistake("called overfitting", "Accuracy was measured on held-out rows, and it rises.")
    if said != "b":
        return learning.mistake(
            "another explanation", f"You chose {said}: {_STEP_CHOICES.get(said, 'no such letter')}."
        )
    return learning.right()


curve = JudgedExercise(
    "autoencoder.6",
    "The bottleneck curve",
    judge=_judge_curve,
    mistakes=[
        Mistake("percent", hints=("Accuracies are shares between 0 and 1 here.",)),
        Mistake(
            "not these data",
            hints=(
                "One number gives nearly four of five residues, 0.78. Did you measure on task.test, with 12 families?",
            ),
        ),
        Mistake(
            "called overfitting",
            hints=(
                "Overfitting lowers the held-out score. Look at the accuracy of position 3 alone: what arrives there?",
            ),
        ),
        Mistake(
            "another explanation",
            hints=(
                "Which position gets better between one number and three? What is special about it?",
                "Twelve families fit on a line. The free residue has 20 values, in each family.",
            ),
        ),
    ],
    hints=("autoencoder.train_side_by_side(task.X, [1, 2, 3, 4]) and autoencoder.bottleneck_curve(task, models).",),
    why="Four conserved residues are one fact, the family. The fifth is a second fact, and it gets room last, since it earns "
    "one residue where the family earns four.",
)

# ---------------------------------------------------------------- 6 the control

_CONTROL_CHOICES = {
    "a": "random sequences cannot be encoded at all",
    "b": "structure lets a few numbers do; without it many more are needed",
    "c": "random sequences need as many numbers, training only takes longer",
}


def _judge_control(*answer):
    if len(answer) == 1 and isinstance(answer[0], tuple | list):
        answer = tuple(answer[0])
    if len(answer) != 3:
        return learning.wrong(
            "Three answers were expected: numbers for the families, for random sequences, and a letter."
        )
    if any(one is ... for one in answer):
        return learning.Verdict("not attempted", "Replace the `...` by two numbers and a letter.")
    few, many, letter = answer
    if many is None or str(letter).strip().lower() == "a":
        return learning.mistake("cannot be encoded at all", "16 numbers give back nearly every random residue.")
    try:
        few, many = int(few), int(many)
    except (TypeError, ValueError):
        return learning.wrong("The first two answers should be numbers of the bottleneck.")
    if few not in (3, 4):
        return learning.wrong(f"For the families 0.95 is reached at 3 or 4 numbers, {few} came.")
    if many <= 8:
        return learning.mistake("judged on what was trained on", f"You found {many} for random sequences.")
    if str(letter).strip().lower() != "b":
        return learning.wrong("Look at the two numbers side by side, and choose the sentence that they support.")
    return learning.right()


control = JudgedExercise(
    "autoencoder.7",
    "The control: random sequences",
    judge=_judge_control,
    mistakes=[
        Mistake(
            "judged on what was trained on",
            hints=(
                "Held-out random sequences need more than 8. Did you measure on the training rows, or on the families?",
                "autoencoder.pentamers(families=0) gives the task; autoencoder.bottleneck_curve measures on its test rows.",
            ),
        ),
        Mistake(
            "cannot be encoded at all",
            hints=("Look at 16 numbers. A latent number is no bit: it can hold a surprising amount.",),
        ),
    ],
    hints=("autoencoder.numbers_needed(curve) gives the smallest d that reaches 0.95.",),
    why="An autoencoder has no magic: it saves exactly as much as the data repeat themselves.",
)

# ---------------------------------------------------------------- 7 the KL term


def _terms(mean, log_variance):
    return 0.5 * (log_variance.exp() + mean**2 - 1 - log_variance)


def _kl(mean, log_variance):
    return _terms(mean, log_variance).sum(dim=1)


def _cases_of_kl():
    rng = torch.Generator().manual_seed(87)
    cases = [(torch.zeros(1, 1), torch.zeros(1, 1)), (torch.ones(1, 2), torch.zeros(1, 2))]
    for n, d in ((2, 1), (3, 2), (5, 8)):
        cases.append(tuple(torch.randn(n, d, generator=rng, dtype=torch.float64) for _ in range(2)))
    return cases


def _variance_taken_for_its_log(mean, log_variance):
    return 0.5 * (log_variance + mean**2 - 1 - log_variance.abs().clamp(min=1e-9).log()).sum(dim=1)


def _deviation_in_place_of_variance(mean, log_variance):
    return 0.5 * ((log_variance / 2).exp() + mean**2 - 1 - log_variance / 2).sum(dim=1)


def _one_for_the_batch(mean, log_variance):
    return _terms(mean, log_variance).sum().repeat(len(mean))


def _a_mean_over_latents(mean, log_variance):
    return _terms(mean, log_variance).mean(dim=1)


def _no_half(mean, log_variance):
    return 2 * _terms(mean, log_variance).sum(dim=1)


def _wrong_sign(mean, log_variance):
    return -_terms(mean, log_variance).sum(dim=1)


kl = FunctionExercise(
    "autoencoder.4",
    "The KL term",
    reference=_kl,
    cases=_cases_of_kl,
    tolerance=1e-5,
    off_limits=[layers.kl_divergence],
    mistakes=[
        Mistake(
            "log-variance taken for the variance",
            _variance_taken_for_its_log,
            hints=(
                "The encoder gives log σ². What turns it into σ²?",
                "σ² = log_variance.exp(), log σ² = log_variance.",
            ),
        ),
        Mistake(
            "σ in place of σ²",
            _deviation_in_place_of_variance,
            hints=("exp(log_variance / 2) is σ, the standard deviation. The formula asks for σ².",),
        ),
        Mistake(
            "summed over the batch",
            _one_for_the_batch,
            hints=("Each example has its own KL term: sum along the latent numbers, axis 1, only.",),
        ),
        Mistake(
            "a mean over the latent numbers",
            _a_mean_over_latents,
            hints=("KL terms of independent numbers add up. Take the sum, not the mean.",),
        ),
        Mistake(
            "the half forgotten",
            _no_half,
            hints=("Twice too large everywhere. Look at the front of the formula.",),
        ),
        Mistake(
            "the sign turned round",
            _wrong_sign,
            hints=("A KL divergence is never below 0.",),
        ),
    ],
    hints=("0.5 * (σ² + mean² − 1 − log σ²), summed over axis 1.",),
    why="0 for a cloud that is the standard normal one, more for each cloud that stands apart or is too narrow.",
)

# ---------------------------------------------------------------- 8 the order list


def _judge_orders(*answer):
    if len(answer) == 1 and isinstance(answer[0], tuple) and len(answer[0]) == 2:
        answer = tuple(answer[0])
    if len(answer) != 2 or not isinstance(answer[1], models.Family):
        return learning.wrong("Two answers were expected: a list of aligned sequences, and the family.")
    texts, known = answer
    if texts is ...:
        return learning.Verdict("not attempted", "Replace the `...` by a list of sequences.")
    if isinstance(texts, str) or not all(isinstance(one, str) for one in texts):
        return learning.wrong("A list of sequences as texts was expected.")
    texts = list(texts)
    strange = [one for one in texts if len(one) != known.length or set(one) - set(PROTEIN + GAP)]
    if strange:
        return learning.wrong(
            f"Aligned sequences of {known.length} columns were expected; {strange[0][:12]!r} has {len(strange[0])}."
        )
    seen = [one for one in texts if one.replace(GAP, "") in known.natural]
    if seen:
        return learning.mistake("known sequences", f"{len(seen)} of yours exist in nature.")
    columns = known.conserved("C")
    lacking = [one for one in texts if any(one[column] != "C" for column in columns)]
    if lacking:
        return learning.mistake(
            "a cysteine missing", f"{len(lacking)} of yours lack one of the {len(columns)} cysteines."
        )
    if len({one.replace(GAP, "") for one in texts}) < len(texts):
        return learning.mistake("copies", "Two of yours are the same.")
    if len(texts) < 5:
        return learning.wrong(f"At least five were asked for, {len(texts)} came.")
    nearest = models.identities(texts, known.train["sequence"].tolist()).max(axis=1)
    if nearest.min() < 0.4:
        return learning.mistake(
            "not of this family", f"One of yours is only {nearest.min():.0%} like its nearest relative."
        )
    return learning.right()


orders = JudgedExercise(
    "autoencoder.5",
    "Five new sequences",
    judge=_judge_orders,
    seconds=2,  # they are compared with thousands of relatives
    mistakes=[
        Mistake(
            "known sequences",
            hints=("Compare without gaps, and with held-out sequences too: they exist as well.",),
        ),
        Mistake(
            "a cysteine missing",
            hints=(
                "Three disulfide bridges hold the fold. kunitz.conserved('C') gives the columns; keep what has C in all of them.",
            ),
        ),
        Mistake("copies", hints=("dict.fromkeys(sequences) keeps each once.",)),
        Mistake(
            "not of this family",
            hints=("Did these come from autoencoder.generate? Six cysteines alone make no Kunitz domain.",),
        ),
    ],
    hints=("autoencoder.generate(vae, 200, seed=…), then a list comprehension with two conditions.",),
    why="Novel, complete at its bridges, near enough to relatives to hope. Whether it folds, only the bench can tell.",
)

# ---------------------------------------------------------------- the card


def _text(card, *names) -> str:
    return " ".join(str(card.get(name, "")) for name in names)


def _share_of_function(card) -> bool:
    return bool(
        re.search(r"\d+\s*%\s*(of\s+(the|its)\s+)?(function|activity|active)", _text(card, "evidence", "missing"), re.I)
    )


def _certain(card) -> bool:
    text = _text(card, "evidence", "conclusion")
    claims = re.search(r"\b(will work|works|is functional|will fold|folds|proves?|guarantees?)\b", text, re.I)
    return bool(claims and not re.search(r"\b(not|no|never|cannot|whether|may|might|unknown)\b", text, re.I))


card = CardExercise(
    "autoencoder.card",
    "Before you order",
    fields=[
        Field("evidence", "what speaks for your sequences, with numbers", min_words=6),
        Field("missing", "what the filters cannot see", min_words=5),
        Field("assay", "which experiment would tell, with a control", min_words=6),
        Field("screening", "who checks the order for hazards, and what you would do", min_words=5),
        Field("conclusion", "one sentence for the paper", min_words=8),
    ],
    mistakes=[
        Mistake(
            "identity taken for function",
            _share_of_function,
            hints=("80 % identity is not 80 % of the function: one residue of the active loop can decide everything.",),
        ),
        Mistake(
            "certain before the experiment",
            _certain,
            hints=("Nobody has made these proteins. Write what was computed, and what remains to be measured.",),
        ),
    ],
    model={
        "evidence": "Drawn from a model of 7,500 relatives; all six cysteines in place; 60 to 90 % identical to a natural domain",
        "missing": "Folding, binding of a protease, expression, toxicity; whether coupled residues fit together",
        "assay": "Express, measure inhibition of trypsin, beside the nearest natural domain and a mutant without a bridge",
        "screening": "The synthesis company screens sequence and customer; ask the biosafety officer first, and report what was flagged",
        "conclusion": "Eight candidates pass sequence filters; whether they fold and inhibit is not known before they are made",
    },
    why="A list is a hypothesis for the bench. The sentence that belongs under it says what was not tested.",
)

# ---------------------------------------------------------------- predict, observe, explain

one_number = Prediction(
    "autoencoder.p1",
    question="Five residues are squeezed through ONE number and rebuilt. Sequences come from twelve families; in each, four positions are "
    "conserved and the third is free. How many of the five residues come out right on average, in held-out sequences?",
    low=0,
    high=5,
    unit="residues",
    starter="So many come out right because …",
    explanation="One number is enough to say which family it is, and the family gives four residues. For the free one no room is left: "
    "the decoder says whatever is commonest there.",
)

linear = Prediction(
    "autoencoder.p2",
    question="You take all ReLUs out of an autoencoder and train it on squared error. Compared with PCA with as many components, its error is",
    choices={
        "a": "lower: it is trained, PCA is not",
        "b": "the same, and it finds the same subspace",
        "c": "the same by chance, in another subspace",
        "d": "higher: gradients never reach the best linear answer",
    },
    starter="The two agree or differ because …",
    explanation="Two linear layers are one linear map of rank d, and the best such map is the projection on the first d principal components. Its landscape "
    "has no other minimum, so gradients find it. The axes inside may be turned or stretched: a latent axis has no meaning of its own.",
)

new_sequences = Prediction(
    "autoencoder.p3",
    question="The curve said: with 4 numbers 97 % of held-out residues come out right. Of those held-out rows 94 % also stood among the training rows. Now hold out whole "
    "*sequences*, so that none was seen. How many percent of their residues come out right with 4 numbers?",
    low=0,
    high=100,
    unit="%",
    starter="The difference comes from …",
    explanation="The network learnt the 532 different sequences of the data rather than the rule 'a family, and any residue at position 3'. New combinations of family and "
    "free residue are rebuilt as a neighbour that was seen. Copies across the split hid it.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "autoencoder.warmup",
    "Warm-up",
    questions=[
        Question(
            "From chapter 3: a layer that turns 100 numbers into 64 has how many parameters?",
            {
                "a": Option("6,400", "These are the weights; each of the 64 neurons has a bias too."),
                "b": Option("6,464"),
                "c": Option("164", "Each of the 64 neurons has a weight for each of the 100 inputs."),
            },
            key="b",
            why="100 · 64 weights and 64 biases.",
        ),
        Question(
            "From chapter 6: two kinase domains are 60 % identical, one is in training, one in the test. The score is",
            {
                "a": Option("honest, since no sequence is in both", "Relatives tell each other's residues."),
                "b": Option("flattered: relatives leak what the test asks"),
                "c": Option("too low", "A relative in training helps, it does not hurt."),
            },
            key="b",
            why="Split by family. This chapter shows how much it matters.",
        ),
        Question(
            "A column of an alignment holds C in 98 % of the sequences. A model that always says C there has learnt",
            {
                "a": Option("the three-dimensional structure", "A table of counts says C as well."),
                "b": Option("that cysteines bind metal", "It says what is common, not why."),
                "c": Option("what is commonest: the consensus, our baseline"),
            },
            key="c",
            why="Whatever an autoencoder gives back is to be compared with the consensus.",
        ),
    ],
)

final_quiz = Quiz(
    "autoencoder.quiz",
    "Quiz",
    questions=[
        Question(
            "The bottleneck is as wide as the input, and there is no noise. The autoencoder can learn",
            {
                "a": Option("to copy"),
                "b": Option("the best features", "Nothing forces it to find any: copying has error 0."),
                "c": Option("nothing", "It can reach error 0, by passing everything through."),
            },
            key="a",
            why="A low reconstruction error is no proof of a good representation.",
        ),
        Question(
            "Why compare an autoencoder with PCA?",
            {
                "a": Option("a linear autoencoder with the same bottleneck cannot beat it"),
                "b": Option("it is faster, and that is all", "Its error is also a bound for linear autoencoders."),
                "c": Option("PCA is non-linear", "PCA is a linear map."),
            },
            key="a",
            why="So PCA says what the curved layers have to add to be worth their trouble.",
        ),
        Question(
            "Decoding a random point of a plain autoencoder often gives nonsense because",
            {
                "a": Option("the decoder is broken", "It works at the points that training visited."),
                "b": Option("nothing forced the region between training points to be meaningful"),
                "c": Option("it was trained for too many epochs", "Fewer epochs leave the holes where they are."),
            },
            key="b",
            why="A variational autoencoder fills the space with clouds and pulls them together.",
        ),
        Question(
            "A network tells methylation with 88.6 % accuracy if the states of neighbouring sites are inputs, with 72.0 % without. So",
            {
                "a": Option("deep learning works", "The gain came with an input, not with depth."),
                "b": Option("much of the signal is copied from neighbours, which may be unknown in use"),
                "c": Option("the second number is a bug", "It answers the harder question: no neighbour measured."),
            },
            key="b",
            why="Ask which inputs will be there when the model is used.",
        ),
        Question(
            "A generated protein has a sequence accuracy of 80 %. That means",
            {
                "a": Option("80 % of the function", "One residue in the active site can switch it off."),
                "b": Option("four of five positions reproduced; function depends on which"),
                "c": Option("a good protein", "Nobody has made or measured it."),
            },
            key="b",
            why="Identity counts positions; function does not weigh them alike.",
        ),
    ],
)

recall = Quiz(
    "autoencoder.recall",
    "Without looking back",
    questions=[
        Question(
            "In z = mean + σ · ε, why is ε drawn apart?",
            {
                "a": Option("so that gradients reach mean and σ"),
                "b": Option("to make training faster", "It costs a random number each."),
                "c": Option("to hide residues", "That is what the denoising autoencoder does."),
            },
            key="a",
            why="A draw has no slope; mean + σ · ε has one with respect to mean and σ.",
        ),
        Question(
            "Raising the weight of the KL term",
            {
                "a": Option("improves everything", "Rebuilding gets worse: the clouds overlap."),
                "b": Option("makes the space easier to draw from, and rebuilding worse"),
                "c": Option("has no effect on rebuilding", "Clouds that overlap cannot be told apart by the decoder."),
            },
            key="b",
            why="A trade: choose by what the latent space is for.",
        ),
        Question(
            "From chapter 5: which split did secondary structure need?",
            {
                "a": Option("by residue", "Residues of one chain know each other."),
                "b": Option("by chain, without near relatives"),
                "c": Option("none, the data are large", "Size does not remove copies."),
            },
            key="b",
            why="The unit of the split is what makes rows depend on each other.",
        ),
    ],
)

learning.register(
    neuron,
    identity,
    parameters,
    halves,
    order,
    pca,
    curve,
    control,
    kl,
    orders,
    card,
    one_number,
    linear,
    new_sequences,
    warmup,
    final_quiz,
    recall,
)
