"""What companion 05b asks: predictions, exercises with their usual mistakes, two application cards, and the quizzes."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
import pandas as pd
import torch

from bioml_helpers import learning
from bioml_helpers.data import simulate, validate
from bioml_helpers.learning import (
    ApplicationCard,
    ChoiceExercise,
    FunctionExercise,
    JudgedExercise,
    Mistake,
    Option,
    Prediction,
    Question,
    Quiz,
)
from bioml_helpers.rnn import language, memory, models, peptides

# ---------------------------------------------------------------- b1 gradient against distance


def _networks():
    cases = []
    sizes = (("rnn", 1, 3, 2), ("rnn", 3, 6, 4), ("gru", 4, 5, 4), ("lstm", 2, 8, 5))
    for number, (kind, batch, length, n_in) in enumerate(sizes):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(50 + number)
            cases.append((models.make_layer(n_in, 4, kind=kind), torch.randn(batch, length, n_in)))
    return cases


def _slopes(network, X, what=lambda outputs: outputs[:, -1].sum()):
    X = X.detach().clone().requires_grad_(True)
    (slopes,) = torch.autograd.grad(what(network(X)[0]), X)
    return slopes  # (batch, length, n_in)


gradient = FunctionExercise(
    "rnn.b1",
    "How far back does the gradient reach?",
    reference=memory.gradient_by_distance,
    cases=_networks,
    tolerance=1e-4,
    mistakes=[
        Mistake(
            "steps counted from the start",
            lambda network, X: _slopes(network, X).norm(dim=2).mean(dim=0).numpy(),
            hints=(
                "Your numbers are right, in the order of time. Asked for is the order of distance from the last entry.",
                "Distance 0 is the last step: turn the order round with .flip(0).",
            ),
        ),
        Mistake(
            "the states instead of their gradient",
            lambda network, X: network(X)[0].norm(dim=2).mean(dim=0).flip(0).detach().numpy(),
            hints=(
                "You measured how large the hidden state is. How strongly does the last one change if an entry changes?",
                "torch.autograd.grad(outputs[:, -1].sum(), X) gives that for every entry at once.",
            ),
        ),
        Mistake(
            "every state, not the last one",
            lambda network, X: (
                _slopes(network, X, lambda outputs: outputs.sum()).norm(dim=2).mean(dim=0).flip(0).numpy()
            ),
            hints=(
                "You summed the states of all steps, so each entry also counts for the states right behind it.",
                "Only the last state is asked about: outputs[:, -1].",
            ),
        ),
        Mistake(
            "the mean before the length",
            lambda network, X: _slopes(network, X).mean(dim=0).norm(dim=1).flip(0).numpy(),
            hints=(
                "Gradients of different sequences point in different directions; averaged, they cancel.",
                "First the length (norm) of each gradient, then the mean over the sequences.",
            ),
        ),
        Mistake(
            "the sum over the sequences",
            lambda network, X: _slopes(network, X).norm(dim=2).sum(dim=0).flip(0).numpy(),
            hints=("More sequences would make your gradient larger. Take the mean over them.",),
        ),
    ],
    hints=(
        "X needs a gradient: X = X.clone().requires_grad_(True). Then run the network and differentiate one number.",
        "slopes has the shape of X, (batch, length, n_in): norm over the last axis, mean over the first, order reversed.",
    ),
    why="Training can only use what a gradient carries. Where it has shrunk to a millionth, no example teaches the network "
    "to look so far back, however much it would help.",
)

# ---------------------------------------------------------------- b2 perplexity


def my_perplexity(probabilities):
    """Return exp(− mean log p) of the probabilities that a model gave to what came."""
    return float(np.exp(-np.mean(np.log(probabilities))))


def _said():
    rng = np.random.default_rng(52)
    return [
        (np.array([0.5, 0.125]),),
        (np.array([0.2]),),
        *((rng.uniform(0.01, 0.9, size).round(3),) for size in (3, 10, 40)),
    ]


perplexity = FunctionExercise(
    "rnn.b2",
    "Perplexity",
    reference=my_perplexity,
    cases=_said,
    off_limits=[language.perplexity],
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "the mean of the probabilities",
            lambda probabilities: 1 / np.mean(probabilities),
            hints=(
                "One probability near 0 hardly moves your number. It should: being sure and wrong is what costs.",
                "Take the mean of the logarithms, not of the probabilities.",
            ),
        ),
        Mistake(
            "the loss itself",
            lambda probabilities: -np.mean(np.log(probabilities)),
            hints=(
                "That is the cross-entropy. A model that guesses evenly among 20 should get 20.",
                "One step is missing: the exponential.",
            ),
        ),
        Mistake(
            "two kinds of logarithm",
            lambda probabilities: np.exp(-np.mean(np.log2(probabilities))),
            hints=("With log2 belongs 2 ** …, with log belongs exp: the two must fit.",),
        ),
        Mistake(
            "the sign",
            lambda probabilities: np.exp(np.mean(np.log(probabilities))),
            hints=(
                "Your number is below 1. Being torn between less than one residue makes no sense: look at the sign.",
            ),
        ),
        Mistake(
            "the sum of the logarithms",
            lambda probabilities: np.exp(-np.sum(np.log(probabilities))),
            hints=("A longer chain would always look worse. Take the mean a residue.",),
        ),
    ],
    hints=("Three steps: logarithm of each probability, minus their mean, exponential.",),
    why="A perplexity of 17 says: as uncertain as if 17 residues were equally likely. The number has the same meaning for "
    "any language, of people or of proteins.",
)

# ---------------------------------------------------------------- b3 temperature


def my_tempered(logits, temperature):
    """Return softmax(logits / temperature)."""
    scaled = np.exp(logits / temperature - np.max(logits / temperature))
    return scaled / scaled.sum()


def _logits():
    rng = np.random.default_rng(53)
    return [
        (np.array([0.0, 1.0]), 2.0),
        (np.array([0.0, 1.0, 3.0]), 0.5),
        *((rng.normal(0, 2, 21).round(2), temperature) for temperature in (0.3, 0.8, 1.7)),
    ]


def _softmax(logits):
    values = np.exp(logits - np.max(logits))
    return values / values.sum()


temperature = FunctionExercise(
    "rnn.b3",
    "Temperature",
    reference=my_tempered,
    cases=_logits,
    off_limits=[peptides.tempered],
    tolerance=1e-5,
    mistakes=[
        Mistake(
            "multiplied instead of divided",
            lambda logits, temperature: _softmax(logits * temperature),
            hints=(
                "With you a high temperature makes the network more certain. In a hot pot everything moves.",
                "Divide the logits by the temperature.",
            ),
        ),
        Mistake(
            "divided after the softmax",
            lambda logits, temperature: _softmax(logits) / temperature,
            hints=(
                "Your probabilities do not add up to 1 any more. At which point is the division done?",
                "First divide the logits, then take the softmax of what comes out.",
            ),
        ),
        Mistake(
            "the temperature lost",
            lambda logits, temperature: _softmax(_softmax(logits) / temperature),
            hints=("Probabilities were put through a second softmax. The temperature belongs to the logits.",),
        ),
        Mistake(
            "not made to add up to 1",
            lambda logits, temperature: np.exp(logits / temperature),
            hints=("Exponentials alone are no probabilities: divide by their sum.",),
        ),
        Mistake(
            "the temperature left out",
            lambda logits, temperature: _softmax(logits),
            hints=("Your answer is the same at any temperature.",),
        ),
    ],
    hints=("Divide, then softmax: exp of each, divided by the sum of all.",),
    why="Below 1 the network writes what it holds most likely, and repeats itself; far above 1 it rolls dice.",
)

# ---------------------------------------------------------------- b4 peptides that are wanted and new

FEWEST_PEPTIDES = 10


@functools.lru_cache(maxsize=1)
def _known() -> frozenset:
    return frozenset(peptides.helices(quiet=True)[0])


def _judge_peptides(answer):
    if isinstance(answer, pd.DataFrame) and "peptide" in answer:
        answer = answer["peptide"]
    if isinstance(answer, str) or not hasattr(answer, "__len__"):
        return learning.wrong(f"A list of peptides was expected; a {type(answer).__name__} came.")
    answer = list(answer)
    if len(answer) < FEWEST_PEPTIDES:
        return learning.wrong(f"At least {FEWEST_PEPTIDES} peptides were expected, {len(answer)} came.")
    try:
        found = peptides.properties(answer)
    except ValueError as error:
        return learning.wrong(str(error))
    if found["peptide"].duplicated().any():
        twice = found["peptide"][found["peptide"].duplicated()].iloc[0]
        return learning.mistake("the same peptide twice", f"{twice} comes more than once.")
    known = [one for one in answer if one in _known()]
    if known:
        return learning.mistake("out of the training set", f"{known[0]} is one of the helices it learned from.")
    if not found["length"].between(peptides.SHORTEST, peptides.LONGEST).all():
        return learning.wrong(f"12 to 24 residues were asked for; one has {found['length'].max()}.")
    if not found["charge"].between(0, 4).all():
        return learning.mistake("the charge not looked at", f"One has a net charge of {_outside(found['charge'])}.")
    if (found["moment"] < 0.5).any():
        return learning.mistake("not one-sided", f"One has a hydrophobic moment of {found['moment'].min():.2f}.")
    return learning.right()


def _outside(charges) -> int:
    return int(charges[~charges.between(0, 4)].iloc[0])


wanted = JudgedExercise(
    "rnn.b4",
    "Peptides that are wanted and new",
    judge=_judge_peptides,
    mistakes=[
        Mistake(
            "the same peptide twice",
            hints=("A list of candidates costs money to order. set(drawn) holds each once.",),
        ),
        Mistake(
            "out of the training set",
            hints=(
                "A copy of a natural helix is no design. Compare with the training set before you count.",
                "peptides.select(drawn, helices) leaves out what is known.",
            ),
        ),
        Mistake("the charge not looked at", hints=("Net charge from 0 to +4 was asked for: peptides.net_charge.",)),
        Mistake(
            "not one-sided",
            hints=("A hydrophobic moment of at least 0.5 was asked for: peptides.hydrophobic_moment.",),
        ),
    ],
    hints=(
        "Draw several hundred at a temperature of your choice, then filter.",
        "peptides.draw(generator, 1000, temperature=0.8) and peptides.select(drawn, helices) do it.",
    ),
    why="Generate, filter, compare with the training set: the order of work of every generator. What binds, folds or is harmless "
    "only an experiment tells.",
)

# ---------------------------------------------------------------- b5 clinic: a split by patient and by time

FEWEST_ROWS = {"train": 100, "test": 30}


def _judge_visits(answer):
    if not isinstance(answer, Mapping) or set(answer) < {"train", "test"}:
        return learning.wrong('A dictionary with the keys "train" and "test" was expected, each a list of row numbers.')
    visits, parts = simulate.clinic_visits(), {}
    for key, fewest in FEWEST_ROWS.items():
        try:
            rows = validate.array(key, answer[key], ndim=1, integer=True, at_least=1)
        except (TypeError, ValueError) as error:
            return learning.wrong(f"Row numbers were expected: {error}")
        if rows.min() < 0 or rows.max() >= len(visits):
            return learning.wrong(f"{key}: row numbers from 0 to {len(visits) - 1} were expected, {rows.max()} came.")
        if len(np.unique(rows)) < fewest:
            return learning.wrong(f"{key}: at least {fewest} visits were expected, {len(np.unique(rows))} came.")
        parts[key] = visits.iloc[rows]
    both = set(parts["train"]["patient"]) & set(parts["test"]["patient"])
    if both:
        return learning.mistake(
            "visits of one patient on both sides",
            f"{len(both)} patients have visits in both parts, such as {min(both)}.",
        )
    last, first = parts["train"]["day"].max(), parts["test"]["day"].min()
    if last >= first:
        return learning.mistake(
            "the future in training", f"Training reaches to day {last}, but the test begins on day {first}."
        )
    return learning.right()


visits = JudgedExercise(
    "rnn.b5",
    "Split health records",
    judge=_judge_visits,
    mistakes=[
        Mistake(
            "visits of one patient on both sides",
            hints=(
                "Six in ten visits of a patient name the same chronic condition. Who has seen some of them has seen the rest.",
                "Give each patient to one side first; leave out of the other side all visits of that patient.",
            ),
        ),
        Mistake(
            "the future in training",
            hints=(
                "When the model is used, the coming years have not happened. Codes, drugs and epidemics change with time.",
                "Choose a day: training patients keep their visits before it, test patients theirs from that day on.",
            ),
        ),
    ],
    hints=(
        "Two cuts: one through the patients, one through time. Rows that fit neither part are left out.",
        "train: patient among the first 40 and day < 1200; test: patient among the last 20 and day ≥ 1200.",
    ),
    why="New patients, later years: that is what the model will meet. Visits shuffled over the parts ask an easier question, and "
    "answer it better than any hospital ever will.",
)

doctor_ai = ApplicationCard(
    title="Doctor AI, the next visit from all visits before",
    question="Which diagnoses and drugs will be recorded at a patient's next visit, and when will that be?",
    goes_in="one patient: (visits, codes), for each visit 1 at the codes that were recorded (no unit), and the time since the last visit",
    comes_out="at each visit: (codes,), a probability for each diagnosis and drug group of the next visit; and a duration",
    architecture="a GRU along the visits: records are of any length, and what was long ago may still count",
    data="260,000 patients over 8 years of one health-care provider; judged on a test set that was kept apart",
    result="up to 79 % recall among the 30 codes named first (recall@30)",
    limitation="records tell what was coded and billed at one provider, not what a patient had; a network carried to another hospital "
    "has to be adapted",
    source="Choi, Bahadori, Schuetz, Stewart & Sun 2016, doi:10.48550/arXiv.1511.05942",
    exercise="rnn.b5",
)

# ---------------------------------------------------------------- b6 UniRep: which table meets the labels?

frozen = ChoiceExercise(
    "rnn.b6",
    "Frozen features",
    text="UniRep turns a protein into the mean of its hidden states, 1,900 numbers. You measured the stability of 50 variants of 300 "
    "residues each, freeze UniRep, and fit a linear model. Which shape has the table that the linear model sees?",
    options={
        "a": Option(
            "(50, 300, 20)",
            "That is one-hot: the letters themselves, before UniRep has read them. What is left of a chain after the mean?",
        ),
        "b": Option("(50, 1900)"),
        "c": Option(
            "(24000000, 1900)",
            "The 24 million sequences trained UniRep, and need not be at hand any more. Which proteins have a label?",
        ),
        "d": Option(
            "(50, 300, 1900)",
            "These are all states, one a residue. The mean over the residues makes one row a protein, whatever its length.",
        ),
    },
    key="b",
    why="One row a labelled protein, whatever its length. 50 rows for 1,900 columns: only with a strong penalty, and with a test "
    "set that shares no family with these 50.",
)

unirep = ApplicationCard(
    title="UniRep, a language model as a source of features",
    question="Can a network that only ever guessed the next amino acid help to engineer proteins of which few were measured?",
    goes_in="one protein: (length,), its amino acids one after the other",
    comes_out="in training (length, amino acids): what comes next; afterwards (1900,): the mean hidden state",
    architecture="an LSTM with multiplicative gates, 1,900 units: it reads chains of any length, and needs no labels",
    data="about 24 million sequences of UniRef50, in which no two are more than half identical",
    result="simple models on its features predict stability and the effects of mutations in proteins it was not shown, on a par with the "
    "methods of its time",
    limitation="families in the unlabelled sequences may also be in a test set: nobody's label leaks, but relatives are no strangers",
    source="Alley, Khimulya, Biswas, AlQuraishi & Church 2019, doi:10.1038/s41592-019-0598-1",
    exercise="rnn.b6",
)

# ---------------------------------------------------------------- b7 robust?

robust = ChoiceExercise(
    "rnn.b7",
    "A sentence for the methods section",
    text="Which sentence do the five curves support?",
    options={
        "a": Option(
            "Recurrent networks are robust in the analysis of sequences.",
            "On the other strand the RNN guesses, and substitutions wear it down like the CNN. Robust against what?",
        ),
        "b": Option(
            "The network was robust to insertions and deletions, was not to the other strand, and was tested on one simulated site."
        ),
        "c": Option(
            "The MLP is the most robust network, because it withstands substitutions best.",
            "So it does, and one inserted base brings it down to guessing. No single curve ranks the networks.",
        ),
        "d": Option(
            "Robustness cannot be measured.",
            "Five disturbances were measured here. It can be, against one disturbance at a time.",
        ),
    },
    key="b",
    why="Robust is no property of an architecture. It is a relation between a network, a task, what it was trained on, and one kind of "
    "disturbance; name all four.",
)

# ---------------------------------------------------------------- predict, observe, explain

reach = Prediction(
    "rnn.bp1",
    question="A simple RNN with fresh weights reads 41 bases. How much weaker is the influence of the base 20 steps back on the last "
    "state than that of the last base?",
    choices={
        "a": "about 20 times",
        "b": "about 400 times",
        "c": "more than 10,000 times",
        "d": "as strong: every base is read once",
    },
    starter="The influence shrinks so fast because …",
    explanation="Each step back multiplies the gradient by the same weights once more (and by the slope of tanh, at most 1). A factor of "
    "about 0.55 a step is 0.55²⁰ after 20 steps, less than a ten-thousandth. Powers, not sums.",
)

torn = Prediction(
    "rnn.bp2",
    question="Guess the next residue of a protein from the composition of all proteins alone, and you are as torn as between 18 residues. "
    "A GRU reads everything before. As between how many is it torn?",
    low=1,
    high=20,
    unit="residues",
    starter="It gains so little (so much) because …",
    explanation="Proteins look nearly random to a small model: what stands before hardly tells what comes. The gain of about one residue is "
    "small and real: in helices every third or fourth side chain turns to the same side. Models of millions of sequences, which "
    "recognise families, gain far more.",
)

relatives = Prediction(
    "rnn.bp3",
    question="40 pairs of duplicated genes. The test genes are one of each pair. Training sees 190 genes, either without the other "
    "halves or with them among the 190. The AUROC without is about 0.8. What is it with them?",
    low=0.5,
    high=1,
    unit="AUROC",
    starter="The score with relatives in training is …",
    explanation="The very same test genes look far easier: the network recognises their copies. Part of the gain is honest (more genes of "
    "this kind, with their long introns), but in a genome that nobody has annotated there are no annotated copies to recognise.",
)

one_base = Prediction(
    "rnn.bp4",
    question="Three networks learned to find a site that always stood in the middle. Now one base is inserted before it. Who suffers most?",
    choices={"a": "the MLP", "b": "the CNN", "c": "the RNN", "d": "all alike, since the letters are the same"},
    starter="One inserted base matters so much because …",
    explanation="The MLP has a weight for each base at each place, and now every base stands one place further. Filters and recurrent cells "
    "carry the same weights along the sequence: for them the site has merely come one step later.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "rnn.bwarmup",
    "Warm-up",
    questions=[
        Question(
            "From chapter 5: a GRU reads a sequence of 100 bases, then one of 200. For the second it needs",
            {
                "a": Option("twice as many weights", "The same cell is used at each step; only the loop is longer."),
                "b": Option("the same weights"),
                "c": Option("a second layer", "Layers stand above each other; steps follow each other."),
            },
            key="b",
            why="Tied weights: that is what makes it recurrent.",
        ),
        Question(
            "From chapter 4: filters of width 9, then pooling by 4, then filters of width 9. How many bases does one output see?",
            {
                "a": Option("9", "That is the first layer alone."),
                "b": Option("18", "The second layer's steps are four bases apart."),
                "c": Option("44"),
            },
            key="c",
            why="9 bases, 3 more in the pool, and 8 × 4 for the second layer: enough for two motifs 14 bases apart.",
        ),
    ],
)

final_quiz = Quiz(
    "rnn.bquiz",
    "Quiz",
    questions=[
        Question(
            "In a GRU the update gate of one unit stays near 1 for twenty steps. Then the unit",
            {
                "a": Option("keeps what it held"),
                "b": Option(
                    "takes in every base", "That is the other end of the gate: near 0 the new content replaces the old."
                ),
                "c": Option("is switched off", "It is not read out differently; it merely does not change."),
            },
            key="a",
            why="h′ = (1 − z) n + z h: with z near 1 the old state is copied, and its gradient too.",
        ),
        Question(
            "A language model reaches a perplexity of 17.4 on proteins that it was trained on. What does that tell?",
            {
                "a": Option("how well it knows the language of proteins", "On what it has seen, it may know by heart."),
                "b": Option("little, until it is measured on chains without relatives in training"),
                "c": Option("that it guesses worse than evenly", "Evenly would be 20."),
            },
            key="b",
            why="As with every score: on what was it measured, and who is related to whom?",
        ),
        Question(
            "A probe on frozen features beats one-hot with 50 labels. Before you credit the training of the model you compare with",
            {
                "a": Option("the same network with random weights"),
                "b": Option("a larger probe", "That asks another question: how the features are read."),
                "c": Option("more labels", "Useful to know, but it does not show where the features come from."),
            },
            key="a",
            why="A random recurrent network already mixes in the neighbours. Only what goes beyond it was learned.",
        ),
        Question(
            "Convolution + LSTM beats the LSTM alone on motif pairs. Which row must stand in the table beside it?",
            {
                "a": Option("an LSTM with more units", "Interesting, but the strongest simple rival is another."),
                "b": Option("a second convolution that sees far enough"),
                "c": Option("none: the combination won", "It won against two rivals that were chosen to lose."),
            },
            key="b",
            why="Here it does as well in half the time. An ablation without the strongest rival is an advertisement.",
        ),
    ],
)

learning.register(
    gradient,
    perplexity,
    temperature,
    wanted,
    visits,
    frozen,
    robust,
    reach,
    torn,
    relatives,
    one_base,
    warmup,
    final_quiz,
)
