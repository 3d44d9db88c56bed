"""What companion 09b asks: mended studies, thresholds, calibration, two models, cards, an article, and the quizzes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from bioml_helpers import evaluation, learning
from bioml_helpers.learning import (
    CardExercise,
    FunctionExercise,
    JudgedExercise,
    Mistake,
    Option,
    OrderExercise,
    Prediction,
    Question,
    Quiz,
)
from bioml_helpers.practice import dome, honest, studies

# ---------------------------------------------------------------- b1 to b3: mend a leaky study


class _Unclear(Exception):
    """What a mended study lacks, as a sentence for the learner."""


def _report(answer: Callable, one: studies.Study, X=None) -> dict:
    """Call the learner's function on a study and return what it reports, read into arrays."""
    found = answer(one.X.copy() if X is None else X, one.y.copy(), *([one.family.copy()] if one.number == 3 else []))
    wanted = ["train", "test", "score"] + (["features"] if one.number > 1 else [])
    if found is ... or found is None:
        raise _Unclear("Your function returned nothing yet.")
    if not isinstance(found, Mapping) or not set(wanted) <= set(found):
        raise _Unclear(f"A dictionary with {', '.join(wanted)} was expected; a {type(found).__name__} came.")
    report = {}
    for name in wanted[:2] + wanted[3:]:
        rows = np.asarray(found[name]).ravel()
        most = one.X.shape[1] if name == "features" else len(one.y)
        if not len(rows) or rows.dtype.kind not in "iu" or rows.min() < 0 or rows.max() >= most:
            raise _Unclear(f"`{name}`: numbers from 0 to {most - 1} were expected, at least one.")
        report[name] = rows
    score = np.asarray(found["score"], dtype=float)
    if score.size != 1 or not 0 <= float(score) <= 1:
        raise _Unclear("`score`: one AUROC between 0 and 1 was expected.")
    return report | {"score": float(score)}


def _judge_study(number: int) -> Callable:
    def judge(answer):
        if not callable(answer):
            return learning.wrong(f"A function was expected; a {type(answer).__name__} came.")
        small = [studies.study(number, seed=seed, small=True) for seed in (11, 12)]
        try:
            reports = [_report(answer, one) for one in small]
            for one, report in zip(small, reports, strict=True):
                verdict = _leaks(one, report) or (_peeks(answer, one, report) if number > 1 else None)
                if verdict is not None:
                    return verdict
        except _Unclear as sentence:
            return learning.wrong(str(sentence))
        mean = float(np.mean([report["score"] for report in reports]))
        if not 0.2 < mean < 0.8:
            return learning.wrong(
                f"On fresh noise your function reports {mean:.2f} on average; nothing can be learned there, so something "
                "still leaks. Is the score computed on the test rows?"
            )
        return learning.right(looked_at="two small samples of pure noise: which rows were used for what, and the score")

    return judge


def _leaks(one: studies.Study, report: dict):
    train, test = report["train"], report["test"]
    if np.intersect1d(train, test).size:
        return learning.mistake("copies on both sides")
    if one.number == 3 and np.intersect1d(one.family[train], one.family[test]).size:
        return learning.mistake("families on both sides")
    if len(np.unique(test)) < len(test):
        return (
            learning.mistake("the test part repeated too")
            if one.number == 1
            else learning.wrong("A test row came twice.")
        )
    if len(np.unique(train)) + len(test) < 0.9 * len(one.y):
        return learning.wrong("Training and test part together should hold (nearly) all samples; many are missing.")
    if one.number == 1 and abs(one.y[train].mean() - 0.5) > 0.05:
        return learning.wrong(
            f"The training part should hold as many cases as controls; {one.y[train].mean():.0%} of its rows are cases."
        )
    if len(test) < 0.15 * len(one.y):
        return learning.wrong(f"The test part holds {len(test)} of {len(one.y)} samples; about 30 % were expected.")
    return None


def _peeks(answer: Callable, one: studies.Study, report: dict):
    """Put other measurements into the test rows: features chosen without them stay the same."""
    X = one.X.copy()
    X[report["test"]] = np.random.default_rng(0).permutation(X[report["test"]].ravel()).reshape(len(report["test"]), -1)
    X[report["test"]] += 3.0 * (one.y[report["test"]][:, None] - 0.5) * (np.arange(X.shape[1]) % 7 == 0)
    again = _report(answer, one, X)
    if not np.array_equal(np.sort(again["test"]), np.sort(report["test"])):
        return learning.wrong(
            "Run twice, your function splits in two ways. Give the split a seed, so that it can be repeated."
        )
    if not np.array_equal(np.sort(again["features"]), np.sort(report["features"])):
        return learning.mistake("features chosen with the test rows")
    return None


_COPIES = Mistake(
    "copies on both sides",
    hints=(
        "Some row stands in your training part and in your test part. What did the split see: samples, or copies of them?",
        "Split the numbers of the samples first. Then repeat cases, among the training numbers only.",
    ),
)
_PEEKED = Mistake(
    "features chosen with the test rows",
    hints=(
        "We changed the measurements of your test rows, and other features were chosen. So the choice had seen them.",
        "Split first; then Selector(20).fit(X, y, rows=train).",
    ),
)

study_1 = JudgedExercise(
    "practice.e1",
    "Study 1: repeat after the split",
    judge=_judge_study(1),
    mistakes=[
        _COPIES,
        Mistake(
            "the test part repeated too",
            hints=(
                "A row stands in your test part several times. Out there a case comes once; judge on samples as they come.",
                "Only the training part is balanced.",
            ),
        ),
    ],
    hints=(
        "Two lines are to change places: the split comes before the repeating.",
        "train, test = data.splits.random_split(len(y), (0.7, 0.3), seed=0); then train = oversampled(y, train).",
    ),
    why="The tree had learned copies of the very rows it was judged on. Split first, and its 0.92 is a coin again.",
)
study_2 = JudgedExercise(
    "practice.e2",
    "Study 2: choose after the split",
    judge=_judge_study(2),
    mistakes=[
        Mistake(
            _COPIES.name,
            hints=("A patient stands in both parts. Each is drawn once: for training, or for the test.",),
        ),
        _PEEKED,
    ],
    hints=(
        "Which rows may say which genes differ? Those that train.",
        "Split; then selector = evaluation.Selector(20).fit(X, y, rows=train); its genes are selector.chosen.",
    ),
    why="Among 5,000 genes of pure noise some fit all 90 patients by luck; that luck was in the test part too.",
)
study_3 = JudgedExercise(
    "practice.e3",
    "Study 3: two leaks",
    judge=_judge_study(3),
    mistakes=[
        Mistake(
            _COPIES.name,
            hints=("A protein stands in both parts. Each is drawn once: for training, or for the test.",),
        ),
        Mistake(
            "families on both sides",
            hints=(
                "Members of one family lie in both parts. That is one leak; there were two.",
                "data.splits.grouped_split(family, (0.7, 0.3), seed=0) keeps families whole.",
            ),
        ),
        Mistake(
            _PEEKED.name,
            hints=(
                "Families are whole now, and still: with other measurements in the test rows, other features were chosen. The second leak is open.",
                "Choose after the split, with rows=train.",
            ),
        ),
    ],
    hints=("Look for what must stay whole, and for what was fitted before the split.",),
    why="With one leak mended the score stays near 0.9: a paper that mends one may feel safe. With both mended it is a coin.",
)

# ---------------------------------------------------------------- b4 from costs to a threshold


def my_threshold(cost_of_miss, cost_of_alarm):
    """Return the probability from which calling a molecule active costs less than leaving it."""
    return cost_of_alarm / (cost_of_miss + cost_of_alarm)


threshold = FunctionExercise(
    "practice.e4",
    "From costs to a threshold",
    reference=my_threshold,
    cases=[(1.0, 1.0), (9.0, 1.0), (20.0, 1.0), (1.0, 3.0), (50.0, 2.0), (0.5, 4.0)],
    off_limits=[honest.best_threshold],
    mistakes=[
        Mistake(
            "the costs swapped",
            lambda cost_of_miss, cost_of_alarm: cost_of_miss / (cost_of_miss + cost_of_alarm),
            hints=(
                "When a miss is dear, do you call sooner or later? Try my_threshold(9, 1).",
                "A dear miss lowers the threshold: the cost of the alarm stands above the line.",
            ),
        ),
        Mistake(
            "one half whatever the costs",
            lambda cost_of_miss, cost_of_alarm: 0.5,
            hints=("0.5 holds where both errors cost the same. Here a miss may cost twenty alarms.",),
        ),
        Mistake(
            "the ratio alone",
            lambda cost_of_miss, cost_of_alarm: cost_of_alarm / cost_of_miss,
            hints=(
                "With equal costs you get 1: then nothing would ever be called. Set p × miss equal to (1 − p) × alarm.",
            ),
        ),
    ],
    hints=(
        "At the threshold both choices cost the same: p × miss = (1 − p) × alarm. Solve for p.",
        "p × (miss + alarm) = alarm.",
    ),
    why="The threshold follows from the costs, not from the data, if the probabilities mean what they say. That is what calibration is for.",
)

# ---------------------------------------------------------------- b5 expected calibration error


def my_ece(y, probabilities, bins):
    """Return the mean gap between said and observed, over bins of equal width, weighted by their rows."""
    y, said = np.asarray(y, float), np.asarray(probabilities, float)
    number = np.minimum((said * bins).astype(int), bins - 1)
    gaps = [abs(y[number == one].sum() - said[number == one].sum()) for one in range(bins)]
    return sum(gaps) / len(y)


def _probabilities():
    rng = np.random.default_rng(91)
    cases = [(np.array([0, 0, 1, 1]), np.array([0.125, 0.375, 0.8, 0.9]), 2)]
    for rows, bins in ((6, 2), (30, 5), (200, 10), (50, 4)):
        said = (rng.integers(0, 64, rows) + 0.5) / 64  # never on an edge between bins
        cases.append(((rng.random(rows) < said**2).astype(int), said, bins))
    return cases


def _unweighted(y, probabilities, bins):
    number = np.minimum((probabilities * bins).astype(int), bins - 1)
    return float(np.mean([abs(y[number == b].mean() - probabilities[number == b].mean()) for b in np.unique(number)]))


def _signed(y, probabilities, bins):
    return float(np.mean(probabilities) - np.mean(y))


def _row_by_row(y, probabilities, bins):
    return float(np.mean(np.abs(probabilities - y)))


ece = FunctionExercise(
    "practice.e5",
    "Said and observed",
    reference=my_ece,
    cases=_probabilities,
    off_limits=[evaluation.expected_calibration_error],
    mistakes=[
        Mistake(
            "every bin counted alike",
            _unweighted,
            hints=(
                "A bin with two rows counts as much as one with two hundred. Weigh each gap by its share of the rows.",
                "gap × rows in the bin / all rows, summed.",
            ),
        ),
        Mistake(
            "gaps that cancel",
            _signed,
            hints=(
                "You let too-high and too-low cancel. A model that is wrong in both directions would get 0. Take the gap's size, bin by bin.",
            ),
        ),
        Mistake(
            "row by row",
            _row_by_row,
            hints=(
                "No single row can be calibrated: it is 0 or 1. Compare means within a bin.",
                "said[in_bin].mean() against y[in_bin].mean().",
            ),
        ),
    ],
    hints=(
        "For each bin: rows in it, mean said, share observed, size of the gap times the share of the rows.",
        "number = np.minimum((said * bins).astype(int), bins − 1) is the bin of each row.",
    ),
    why="Of all residues called with 0.8, eight in ten should be right. The error depends on the bins, so compare models with the same ones.",
)

# ---------------------------------------------------------------- b6 draw chains, for both models at once


def my_differences(network, linear, chain, draws):
    """Return for each draw of chains by how much the network's share of right residues exceeds the linear model's."""
    gain = np.asarray(network, float) - np.asarray(linear, float)
    chain = np.asarray(chain)
    return [float(np.mean(np.concatenate([gain[chain == one] for one in draw]))) for draw in draws]


def _drawn():
    rng = np.random.default_rng(92)
    cases = [
        (np.array([1, 1, 0, 1]), np.array([0, 1, 0, 1]), np.array([0, 0, 0, 1]), np.array([[0, 0], [1, 1], [0, 1]]))
    ]
    for chains, rows, draws in ((3, 12, 4), (6, 60, 5), (9, 40, 3)):
        chain = np.concatenate([np.arange(chains), rng.integers(chains, size=rows - chains)])
        right = [(rng.random(rows) < share).astype(int) for share in ((0.7, 0.5) if chains == 6 else (0.4, 0.6))]
        cases.append((*right, chain, rng.integers(chains, size=(draws, chains))))
    return cases


def _once(network, linear, chain, draws):
    gain = np.asarray(network, float) - linear
    return [float(gain[np.isin(chain, draw)].mean()) for draw in draws]


def _mean_of_chains(network, linear, chain, draws):
    gain = np.asarray(network, float) - linear
    return [float(np.mean([gain[chain == one].mean() for one in draw])) for draw in draws]


def _as_rows(network, linear, chain, draws):
    gain = np.asarray(network, float) - linear
    return [float(gain[draw].mean()) for draw in draws]


def _turned(network, linear, chain, draws):
    gain = np.asarray(linear, float) - network
    return [float(np.concatenate([gain[chain == one] for one in draw]).mean()) for draw in draws]


differences = FunctionExercise(
    "practice.e6",
    "Draw chains, not residues",
    reference=my_differences,
    cases=_drawn,
    inputs_named=("network", "linear", "chain", "draws"),
    mistakes=[
        Mistake(
            "a chain drawn twice counted once",
            _once,
            hints=(
                "A draw such as [0, 0] holds chain 0 twice. With np.isin it counts once, and the draws differ too little.",
                "Go through the draw chain by chain, and join the residues of each.",
            ),
        ),
        Mistake(
            "short and long chains counted alike",
            _mean_of_chains,
            hints=(
                "You average the chains' means. The score is the share of residues: join them all, then take the mean.",
            ),
        ),
        Mistake(
            "the draws taken for residues",
            _as_rows,
            hints=(
                "The numbers in a draw are chains. You used them as numbers of residues: that is the interval that is too narrow.",
                "gain[chain == one] are the residues of one chain.",
            ),
        ),
        Mistake(
            "the sign turned round",
            _turned,
            hints=("Above 0 should mean that the network is ahead.",),
        ),
    ],
    hints=(
        "First gain = network − linear, residue by residue: that keeps the pairs together.",
        "For one draw: np.concatenate([gain[chain == one] for one in draw]).mean()",
    ),
    why="Residues of one chain are right or wrong together. The chain is what another sample would bring anew, so the chain is drawn.",
)

# ---------------------------------------------------------------- b7 are two models different?


def _judge_comparison(answer):
    wanted = ("network", "linear", "chain", "interval")
    if not isinstance(answer, Mapping) or any(key not in answer for key in wanted):
        return learning.wrong(f"A dictionary with the keys {', '.join(wanted)} was expected.")
    if any(answer[key] is ... or answer[key] is None for key in wanted):
        return learning.wrong("A part of your report is still empty.")
    network, linear = (np.asarray(answer[key], float) for key in ("network", "linear"))
    chain = np.asarray(answer["chain"])
    if not network.shape == linear.shape == chain.shape or network.ndim != 1:
        return learning.wrong("network, linear and chain should hold one value a residue each.")
    ends = np.asarray(answer["interval"], float).ravel()
    if len(ends) not in (2, 3) or not ends[-2] <= ends[-1]:
        return learning.wrong("interval: (low, high), or (estimate, low, high), was expected.")
    low, high = ends[-2:]
    gain = network - linear
    if not low <= gain.mean() <= high:
        turned = low <= -gain.mean() <= high
        return (
            learning.mistake("the sign turned round")
            if turned
            else learning.wrong(f"Your interval {low:.3f} to {high:.3f} does not hold the difference itself.")
        )
    width = high - low
    # what a bootstrap of many draws comes to, at once: 1.96 standard errors to either side
    right, narrow = (3.92 * error for error in honest.standard_errors(gain, chain))
    if right > 1.3 * narrow and width < np.sqrt(right * narrow):
        return learning.mistake("residues drawn instead of chains")
    if not 0.7 * right < width < 1.4 * right:
        return learning.wrong(f"Your interval is {width:.3f} wide; drawn by chain it is about {right:.3f}.")
    verdict = "holds 0: these chains cannot tell the two apart" if low <= 0 <= high else "leaves 0 out"
    return learning.right(
        f"Your interval {verdict}.", looked_at="ends of your interval against one drawn by chain here"
    )


comparison = JudgedExercise(
    "practice.e7",
    "Are two models different?",
    judge=_judge_comparison,
    mistakes=[
        Mistake(
            "residues drawn instead of chains",
            hints=(
                "Your interval is as narrow as if each residue were an experiment of its own. What belongs together?",
                "Pass groups=chain to paired_bootstrap, or draw chains with your my_differences.",
            ),
        ),
        Mistake("the sign turned round", hints=("Network minus linear: above 0 the network is ahead.",)),
    ],
    hints=(
        "evaluation.paired_bootstrap(metric, y, score, rival, groups=…) does the drawing.",
        "network and linear hold 1 where right; the metric may be lambda y, right: right.mean().",
    ),
    why="An interval that holds 0 is no proof that two models are equal: more chains might tell them apart.",
)

# ---------------------------------------------------------------- b8 words


_EVIDENCE = {
    "a number": (r"\d", "Give a number: how good, on how many?"),
    "an interval, a spread or seeds": (
        r"\b(interval|range|seeds?|spread)\b|±|\bto 0\.\d|–0\.\d",
        "How sure? Name an interval, a range or the seeds.",
    ),
    "the split": (r"scaffold|new (chemical )?series|split|held[- ]out|unseen", "On which molecules? Name the split."),
    "a baseline": (
        r"baseline|logistic|forest|logp|coin|prevalence|compared with|against|alone",
        "Compared with what? Name a baseline.",
    ),
}


def _judge_words(answer):
    if not isinstance(answer, str):
        return learning.wrong(f"A sentence was expected; a {type(answer).__name__} came.")
    if not answer.strip():
        return learning.wrong("The sentence is empty.")
    found = dome.hype_in(answer)
    if found:
        return learning.mistake("a word that promises too much", f"It says {', '.join(map(repr, found))}.")
    if re.search(r"\b(safe|cures?|discovers?|knows)\b", answer, re.IGNORECASE):
        return learning.mistake("more than was measured")
    lacking = [sentence for pattern, sentence in _EVIDENCE.values() if not re.search(pattern, answer, re.IGNORECASE)]
    if lacking:
        return learning.wrong(" ".join(lacking))
    return learning.right(looked_at=f"{', '.join(_EVIDENCE)}, and a list of words; not whether it is true")


words = JudgedExercise(
    "practice.e8",
    "A sentence that can be defended",
    judge=_judge_words,
    mistakes=[
        Mistake(
            "a word that promises too much",
            hints=(
                "Put in its place what was measured.",
                "A model scores, ranks, separates: verbs that a test can show wrong.",
            ),
        ),
        Mistake(
            "more than was measured",
            hints=("An assay in a dish was predicted, with an AUROC. Neither safety nor knowledge was measured.",),
        ),
    ],
    hints=(
        "Four things belong in: a number, how sure, on which molecules, compared with what.",
        "For example: On … held out by scaffold, … ranks … with AUROC … (range …), … alone …",
    ),
    why="A sentence that names its test can be checked, and corrected. A sentence that cannot be wrong says nothing.",
)

# ---------------------------------------------------------------- b9 the order of an honest study

order = OrderExercise(
    "practice.e9",
    "The order of an honest study",
    lines=[
        "whole = group_by_similarity(sequences)",
        "train, validation, test = grouped_split(whole)",
        "selector = Selector(20).fit(X, y, rows=train)",
        "Z = selector.transform(X)",
        "model = fit(Z[train], y[train])",
        "temperature = temperature_scale(model(Z[validation]), y[validation])",
        "print(auroc(y[test], model(Z[test])))",
    ],
    distractors={
        "selector = Selector(20).fit(X, y)": "It would choose with the test rows as well.",
        "temperature = temperature_scale(model(Z[test]), y[test])": "What is fitted on the test part flatters there.",
    },
    shuffle_seed=3,
    hints=("What must stay whole comes first; then the split; whatever is fitted comes after it.",),
    why="Everything that learns, be it a scaler, a list of genes or a temperature, comes after the split and stays off the test part.",
)

# ---------------------------------------------------------------- b10 to b12 cards

NOT_IN_ABSTRACT = "not in the abstract"

# What the abstract of one paper says, told in our words: Zech JR, Badgeley MA, Liu M, Costa AB, Titano JJ, Oermann EK
# (2018) PLoS Medicine 15(11): e1002683, doi:10.1371/journal.pmed.1002683.
PUBLISHED = {
    "provenance": "Chest radiographs of three institutions: NIH Clinical Center, Mount Sinai Hospital, Indiana University.",
    "size_per_class": "158,323 images: 112,120, 42,396 and 3,807; pneumonia in 1.2 %, 34.2 % and 1.0 % of them.",
    "redundancy": "Several images a patient: 30,805, 12,904 and 3,683 patients; whether patients stay whole: look it up in the methods.",
    "splits": "Training and test within an institution, and a test at another institution that training never saw.",
    "data_availability": f"{NOT_IN_ABSTRACT}; see the article's data availability statement",
    "algorithm": "Convolutional neural networks, which were the usual choice for radiographs.",
    "settings": f"{NOT_IN_ABSTRACT}; see the methods",
    "overfitting": f"{NOT_IN_ABSTRACT}; see the methods",
    "preprocessing": f"{NOT_IN_ABSTRACT}; see the methods",
    "architecture": f"{NOT_IN_ABSTRACT}; see the methods",
    "interpretability": "A black box; asked by test whether it recognises the hospital, and it does.",
    "run_time": f"{NOT_IN_ABSTRACT}; a gap if it is nowhere",
    "model_availability": f"{NOT_IN_ABSTRACT}; look for a repository",
    "method": "Split-sample validation inside, and an outside test at a third institution.",
    "metrics": "AUROC, test sets compared by DeLong's test; at 1 % prevalence precision would be needed too.",
    "baselines": "Sorting by hospital alone: 0.861 on the joint set of Mount Sinai and NIH.",
    "confidence": "95 % intervals: 0.855 to 0.866 for sorting, 0.927 to 0.936 for the joint model (0.931).",
    "predictions": f"{NOT_IN_ABSTRACT}; look among the supporting files",
}
SHEET_EXAMPLE = {
    "unit": "The protein chain: its residues share sequence and structure.",
    "separated": "Chains that share words of five residues were kept in one part, and assert_no_group_overlap passed. Distant relatives were not searched for.",
    "fitted_on": "Nothing was fitted but the network: one-hot letters need no scaling; the temperature was fitted on validation chains.",
    "choices": "The validation chains chose the temperature; the number of epochs was set beforehand.",
    "test_reads": "Once for each of the figures shown, none of which led to a change.",
    "at_use": "Yes: the sequence alone is read.",
    "stand_ins": "Length or composition of a chain may stand for its class of fold; not tested here.",
    "generalise_over": "New chains of the kind that was in the databank of 1988.",
    "test_is": "A third of these chains, near relatives apart; distant ones may be among them, so the score may flatter.",
    "shift": "Small, well-ordered, soluble proteins; membrane proteins and disordered ones are hardly there.",
}

CAPSTONE_EXAMPLE = {
    "question": "Does a network that reads 13 residues name helix, strand or coil of new chains better than a linear model?",
    "data": "128 chains of 1988, 21,625 residues, over half of them coil; public data of proteins, no person is concerned; licence in the data card.",
    "split": "Whole chains with their near relatives, 64 to train, 19 to choose, 45 to judge; to compare: chains at random.",
    "baselines": "Always coil (0.53), and a linear model on the same windows (0.62).",
    "model": "One hidden layer of 200 ReLUs, the usual size in chapter 9; epochs fixed beforehand, temperature on validation chains.",
    "debugging": "overfit_one reached a loss below 0.001 in some ten steps, overfit_batch with one residue of each state too.",
    "result": "Accuracy 0.63 over five seeds against 0.62 for the linear model; the paired 95 % interval by chain holds 0.",
    "limits": "Old and small set, relatives not removed; a difference might come from few chains; 13 residues see no strand partner.",
    "reproduce": "Versions, seed and sha256 of the data are in the manifest that chapter 9 prints.",
}


def radiographs() -> pd.DataFrame:
    """Return the numbers in the abstract of Zech and colleagues (2018): images, patients and share with pneumonia.

    Examples
    --------
    >>> radiographs()["images"].sum().item()
    158323
    """
    return pd.DataFrame(
        {
            "hospital": ["Mount Sinai", "NIH", "Indiana"],
            "images": [42_396, 112_120, 3_807],
            "patients": [12_904, 30_805, 3_683],
            "pneumonia": [0.342, 0.012, 0.010],
            "part": ["train and test", "train and test", "outside test"],
        }
    )


def published(*, complete: bool = False) -> dict[str, str]:
    """Return the DOME card of Zech and colleagues (2018), as far as its abstract tells, in our words.

    Parameters
    ----------
    complete : bool
        With the fields that the reader is asked to fill in.

    Examples
    --------
    >>> published()["metrics"], published(complete=True)["metrics"][:5]
    ('', 'AUROC')
    """
    return {name: "" if name in dome.TO_FILL and not complete else text for name, text in PUBLISHED.items()}


dome_card = CardExercise(
    "practice.e10",
    "DOME card of a published study",
    fields=dome.fields_of(dome.DOME),
    model={name: PUBLISHED[name] for name in dome.TO_FILL},
    hints=("The abstract tells it: how many images, from how many places, judged where, by which metric, how sure.",),
    why="Every field is filled in. Note how many say that the abstract does not tell: that is what a card is for.",
)
sheet = CardExercise(
    "practice.e11",
    "Did anything leak?",
    fields=dome.fields_of(dome.SHEET),
    model=SHEET_EXAMPLE,
    hints=("Where you cannot say how you know, write that: it is the next thing to check.",),
    why="Each field is an argument that a reader can attack. That is its use.",
)
capstone = CardExercise(
    "practice.e12",
    "Capstone: the plan of your own study",
    fields=dome.CAPSTONE,
    model=CAPSTONE_EXAMPLE,
    hints=("Begin with the sentence you hope to write in the end, and ask which split could show it wrong.",),
    why="The plan is complete. Now weigh it with the rubric: two of its rows are critical.",
)

# ---------------------------------------------------------------- predictions

predictions = [
    Prediction(
        "practice.ep1",
        "100 protein families, ten members each. A coin decides for each family whether it is an 'enzyme'. Proteins are split at random; each test protein gets the label of its nearest relative in training. How often is that right?",
        choices=["about 0.5: the labels are random", "about 0.75", "nearly always"],
        explanation="Nine relatives with the same label are around, and seven or so of them lie in the training part. The model recognises the family and looks its label up. For a new family it has nothing to look up.",
    ),
    Prediction(
        "practice.ep2",
        "10,000 measurements of pure noise in 100 patients. Choose the 20 that differ most between two groups, then cross-validate a linear model on them. Its accuracy?",
        choices=["about 0.5", "about 0.7", "about 0.9"],
        explanation="Of 10,000 columns some fit these 100 labels by luck, in the rows that will be held out as well. Cross-validation then asks a question whose answer was used to write the question.",
    ),
    Prediction(
        "practice.ep3",
        "A network is trained until it knows its training residues by heart. On new chains it names 62 % of the states rightly. How sure is it of what it says, on average?",
        choices=["0.6: as sure as it is right", "0.75", "above 0.8"],
        explanation="Training rewarded it for probabilities near 1 long after it was right on every training residue. Nothing in that loss says how often it is wrong elsewhere.",
    ),
    Prediction(
        "practice.ep4",
        "A difference between two models on 7,000 residues of 45 chains gets a 95 % interval, once drawn by residue, once by chain. The interval by chain is",
        choices=["narrower", "about as wide", "about twice as wide"],
        explanation="Residues of one chain are right or wrong together, so 7,000 residues tell less than 7,000 separate facts. What counts is closer to the number of chains.",
    ),
]

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "practice.ewarmup",
    "Warm-up",
    [
        Question(
            "From chapter 2: a scaler fitted on all rows, test rows too,",
            {
                "a": Option(
                    "is fine, it sees no labels",
                    "It sees means and spreads of the rows that are to be new. With few rows that moves the score.",
                ),
                "b": Option("has learned from rows that it must not see"),
                "c": Option("makes the test harder", "It makes test rows look more like training rows, if anything."),
            },
            key="b",
            why="Whatever is fitted, is fitted on training rows. The Standardiser remembers which it saw.",
        ),
        Question(
            "From chapter 3: AUPRC 0.28 at a prevalence of 0.07 is",
            {
                "a": Option("worse than a coin", "A coin reaches the prevalence, 0.07."),
                "b": Option("four times what a coin reaches"),
                "c": Option("as good as AUROC 0.28", "AUROC compares with 0.5; the two scales are different."),
            },
            key="b",
            why="AUPRC is read beside the prevalence.",
        ),
        Question(
            "From chapter 4: a classifier of cells does well on the site that trained it and poorly at another. First suspect",
            {
                "a": Option("the stain and the camera"),
                "b": Option("too few layers", "Then it would do poorly at home too."),
                "c": Option(
                    "the other site's cells are rarer", "Rarity moves the prevalence, not at once the ranking."
                ),
            },
            key="a",
            why="What the site does to an image is easier to learn than what a disease does.",
        ),
    ],
)

article = Quiz(
    "practice.earticle",
    "Reading an article: Zech and colleagues 2018",
    [
        Question(
            "Is the test set valid? Two were used: new images of the hospitals that trained the network, and images of a hospital that did not. Which one answers 'will it work in my hospital'?",
            {
                "a": Option("the first, it is larger", "Size narrows the interval of an answer to another question."),
                "b": Option("the second"),
                "c": Option("both alike", "0.931 and 0.815 were not alike."),
            },
            key="b",
            why="Generalise over what? Over hospitals: then whole hospitals are held out.",
        ),
        Question(
            "Is there a dependence inside the data? 112,120 NIH images come from 30,805 patients. What must stay whole in a split?",
            {
                "a": Option("the image", "Then a patient's other images are in training."),
                "b": Option("the patient"),
                "c": Option("nothing, the set is large", "A large set with near copies still has near copies."),
            },
            key="b",
            why="Three or four images a patient are near relatives of each other.",
        ),
        Question(
            "Are simple methods compared? Sorting images by hospital alone reached AUC 0.861 on the joint set. How can that be?",
            {
                "a": Option("34.2 % of the images of one hospital showed pneumonia, and 1.2 % of the other's"),
                "b": Option("the network was badly trained", "No network is needed to sort by hospital."),
                "c": Option("0.861 is what a coin reaches", "A coin reaches 0.5, at any prevalence."),
            },
            key="a",
            why="The hospital is a stand-in for the disease. A network's 0.931 is to be read beside 0.861, not beside 0.5.",
        ),
        Question(
            "Does the metric suit the prevalence? At the third hospital 1.0 % of 3,807 images showed pneumonia. What would you ask for beside AUROC?",
            {
                "a": Option("accuracy", "'Never pneumonia' has an accuracy of 0.99 there."),
                "b": Option("precision or AUPRC, and an interval: these are about 38 positive images"),
                "c": Option(
                    "nothing, AUROC does not depend on prevalence",
                    "That is just why it does not tell how many alarms are false.",
                ),
            },
            key="b",
            why="At 1 % prevalence most alarms can be false at a respectable AUROC; and 38 positives make a wide interval.",
        ),
        Question(
            "Are the results too good to be true? The joint model: 0.931 on new images of its own hospitals, 0.815 at the third one. You may say",
            {
                "a": Option("the network is useless", "0.815 at a new hospital is well above 0.5."),
                "b": Option("the first number overstates what a new hospital can expect"),
                "c": Option("the third hospital's labels are wrong", "Possible, and nothing in the numbers says so."),
            },
            key="b",
            why="In the authors' words for it: internal against external performance.",
        ),
        Question(
            "Is the choice of the model justified? The question of the study was whether networks carry over between hospitals. For that",
            {
                "a": Option("a usual network is the right choice"),
                "b": Option(
                    "only the best network would do", "The leak is in the data; a better network finds it sooner."
                ),
                "c": Option("no network is needed", "Then nothing would be said about networks."),
            },
            key="a",
            why="To test a habit of the field, take what the field uses.",
        ),
    ],
)

final_quiz = Quiz(
    "practice.equiz",
    "Five questions",
    [
        Question(
            "Oversampling, scaling, choosing features, imputing. What do they share?",
            {
                "a": Option("They need labels", "Scaling and imputing do not."),
                "b": Option("They learn from rows, so they come after the split"),
                "c": Option(
                    "They help every model", "Oversampling often changes little, and choosing features can harm."
                ),
            },
            key="b",
            why="A step that looks at rows is part of the model.",
        ),
        Question(
            "Sequence models predict well which of two genes is expressed more, and often miss even the sign of a variant's effect between people (Huang et al. 2023). What went wrong in the claim 'predicts expression'?",
            {
                "a": Option("It did not say over what it generalises: genes or people"),
                "b": Option("The networks were too small", "Size was not what was compared."),
                "c": Option("Expression cannot be predicted", "Across genes it was, rather well."),
            },
            key="a",
            why="Name the axis first: new genes, new people, new cell types. Then choose the split that tests it.",
        ),
        Question(
            "A temperature of 3 was found on validation rows. On test rows it changes",
            {
                "a": Option("accuracy and AUROC", "All logits are divided by the same number: no order changes."),
                "b": Option("how sure the model says it is"),
                "c": Option("which residues are right", "The likeliest class stays the likeliest."),
            },
            key="b",
            why="Ranks stay; probabilities move towards the middle.",
        ),
        Question(
            "The paired interval by chain runs from −0.01 to 0.02. You write",
            {
                "a": Option("the models are equal", "It holds 0.02 as well: the network may be ahead by that much."),
                "b": Option("the network is better by 0.005", "It holds 0 too."),
                "c": Option("these chains cannot tell them apart; a gain above 0.02 is unlikely"),
            },
            key="c",
            why="An interval says what is still possible.",
        ),
        Question(
            "Five foundation models and two other networks were compared with simple baselines at predicting the effect of gene perturbations; none was ahead (Ahlmann-Eltze et al. 2025). The lesson",
            {
                "a": Option("networks are useless in biology", "One task, at one time."),
                "b": Option("no claim without a simple baseline beside it"),
                "c": Option("the baselines must have leaked", "Nothing suggests it."),
            },
            key="b",
            why="What counts is the row beside it. And the next year may bring another table.",
        ),
    ],
)

cards_quiz = Quiz(
    "practice.dquiz",
    "Three questions",
    [
        Question(
            "A field of your card says 'relatives were not searched for'. That is",
            {
                "a": Option("a reason to leave the card out", "Then nobody would know, you included."),
                "b": Option("the next thing to check, said aloud"),
                "c": Option("fine, since the split was random", "A random split is what relatives leak through."),
            },
            key="b",
            why="A card shows gaps; that is what it is for.",
        ),
        Question(
            "A new paper is ahead of the state of the art by 0.004. Before you believe it you look for",
            {
                "a": Option("the number of parameters", "Size does not tell whether 0.004 is more than luck."),
                "b": Option("a bolder title", "It is what got the paper read, and no evidence."),
                "c": Option("an interval drawn by the right unit, seeds, and the rival tuned with the same care"),
            },
            key="c",
            why="A small gain needs a narrow interval and a fair rival.",
        ),
        Question(
            "From chapter 6: an attention map agrees with what is known of the binding site. In your article you write",
            {
                "a": Option(
                    "the model found the mechanism", "A map goes with the output; other maps may give the same output."
                ),
                "b": Option(
                    "these positions are associated with this model's output, and deleting them changed it by so much"
                ),
                "c": Option("nothing, maps are useless", "A map suggests what to test."),
            },
            key="b",
            why="Say what was tested, and on what.",
        ),
    ],
)

learning.register(
    study_1,
    study_2,
    study_3,
    threshold,
    ece,
    differences,
    comparison,
    words,
    order,
    dome_card,
    sheet,
    capstone,
    *predictions,
    warmup,
    article,
    final_quiz,
    cards_quiz,
)
