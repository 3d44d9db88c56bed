"""Rare classes, probabilities that mean what they say, and two models that may not differ (companion 09b)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from bioml_helpers import data, evaluation
from bioml_helpers.data import validate
from bioml_helpers.data.windows import windows
from bioml_helpers.practice import models
from bioml_helpers.practice.leaks import assay_table
from bioml_helpers.practice.models import Task
from bioml_helpers.training import train

SHARES = (0.5, 0.15, 0.35)  # of the chains: to train, to choose, to judge

# ---------------------------------------------------------------- L6 a rare class


@dataclass(frozen=True)
class RareClass:
    """A forest's answers on one assay where few molecules are active.

    Attributes
    ----------
    y : numpy.ndarray of shape (molecules,)
        Labels of the test molecules.
    said : numpy.ndarray
        Probability of being active.
    structure : numpy.ndarray of str
        What belongs together.
    card : bioml_helpers.data.Card
    """

    y: np.ndarray
    said: np.ndarray
    structure: np.ndarray
    card: data.Card

    def scores(self) -> pd.DataFrame:
        """Return accuracy, balanced accuracy, AUROC and AUPRC of "always inactive" and of the forest.

        A constant answer ranks nothing: AUROC 0.5, AUPRC the prevalence.
        """
        rows = []
        for name, score in (("always inactive", np.zeros(len(self.y))), ("forest", self.said)):
            called = (score > 0.5).astype(int)
            rows.append(
                {
                    "model": name,
                    "accuracy": float((called == self.y).mean()),
                    "balanced accuracy": evaluation.balanced_accuracy(self.y, called),
                    "AUROC": evaluation.auroc(self.y, score),
                    "AUPRC": evaluation.auprc(self.y, score),
                    "prevalence": evaluation.prevalence(self.y),
                }
            )
        return pd.DataFrame(rows)


def rare_class(assay: str = "NR-AR", *, seed: int = 0, quiet: bool = False) -> RareClass:
    """Train a forest on one assay of Tox21 and return what it says of a third of the structures.

    Parameters
    ----------
    assay : str
    seed : int
        Of the split and the forest.
    quiet : bool
        Print nothing.

    Examples
    --------
    >>> found = rare_class(quiet=True)
    >>> len(found.y) == len(found.said)
    True
    """
    from sklearn.ensemble import RandomForestClassifier

    task = assay_table(assay, quiet=quiet)
    train_rows, test_rows = data.splits.grouped_split(task.structure, (0.67, 0.33), seed=seed)
    forest = RandomForestClassifier(100, min_samples_leaf=3, random_state=seed)
    said = forest.fit(task.X[train_rows], task.y[train_rows]).predict_proba(task.X[test_rows])[:, 1]
    return RareClass(task.y[test_rows], said, task.structure[test_rows], task.card)


def cost_curve(
    y: Sequence, probabilities: Sequence, *, cost_of_miss: float, cost_of_alarm: float = 1.0
) -> pd.DataFrame:
    """Return what each threshold costs: misses and false alarms, weighed and averaged over the rows.

    Parameters
    ----------
    y : array_like
        Shape (n,): 0 and 1.
    probabilities : array_like
        Shape (n,); a row is called positive from the threshold on.
    cost_of_miss, cost_of_alarm : float
        Of one positive that is not called, and of one negative that is; in any unit, the same for both.

    Returns
    -------
    pandas.DataFrame
        One row a threshold, from 0 (all are called) to above 1 (none is): ``threshold``, ``cost`` a row, ``misses``,
        ``alarms`` (counts).

    Raises
    ------
    ValueError
        If the lengths differ, a label is not 0 or 1, a probability outside 0 to 1 or a cost not above 0.

    Examples
    --------
    >>> curve = cost_curve([0, 0, 1], [0.1, 0.6, 0.4], cost_of_miss=3)
    >>> curve.loc[curve["cost"].idxmin(), ["threshold", "misses", "alarms"]].tolist()
    [0.4, 0.0, 1.0]
    """
    labels = validate.array("y", y, ndim=1, integer=True)
    said = validate.array("probabilities", probabilities, ndim=1, length=len(labels))
    for name, values in (("y", labels), ("probabilities", said)):
        if values.min() < 0 or values.max() > 1:
            raise ValueError(f"{name}: expected numbers from 0 to 1, got {values.min():g} to {values.max():g}.")
    weights = [
        validate.number(name, value, low=1e-9)
        for name, value in (("cost_of_miss", cost_of_miss), ("cost_of_alarm", cost_of_alarm))
    ]
    thresholds = np.concatenate([[0.0], np.unique(said[said > 0]), [np.nextafter(1, 2)]])
    positives, negatives = np.sort(said[labels == 1]), np.sort(said[labels == 0])
    misses = np.searchsorted(positives, thresholds)  # positives below the threshold
    alarms = len(negatives) - np.searchsorted(negatives, thresholds)
    cost = (weights[0] * misses + weights[1] * alarms) / len(labels)
    return pd.DataFrame({"threshold": thresholds, "cost": cost, "misses": misses, "alarms": alarms})


def best_threshold(cost_of_miss: float, cost_of_alarm: float = 1.0) -> float:
    """Return the probability from which calling a row positive costs less than not calling it.

    It holds for probabilities that mean what they say. With probability p of being positive, not calling costs
    p × miss on average and calling (1 − p) × alarm; they are equal at alarm / (alarm + miss).

    Raises
    ------
    ValueError
        If a cost is not above 0.

    Examples
    --------
    >>> best_threshold(1), best_threshold(9)
    (0.5, 0.1)
    """
    miss = validate.number("cost_of_miss", cost_of_miss, low=1e-9)
    alarm = validate.number("cost_of_alarm", cost_of_alarm, low=1e-9)
    return alarm / (alarm + miss)


# ---------------------------------------------------------------- the chains of 1988, many of them to judge


@dataclass(frozen=True)
class Judged:
    """A task of chapter 9 with its test part open: more chains to judge than the 17 of 1988.

    Attributes
    ----------
    task : bioml_helpers.practice.models.Task
        To train and to choose.
    test : bioml_helpers.data.windows.Windows
        ``X``, ``y`` and ``chain`` of the residues that judge.
    """

    task: Task
    test: object

    @property
    def card(self) -> data.Card:
        """The card of the data."""
        return self.task.card


def many_chains(*, seed: int = 0, quiet: bool = False) -> Judged:
    """Load all chains of 1988, and keep a third of them to judge: whole chains, and near relatives in one part.

    Parameters
    ----------
    seed : int
        Of the split.
    quiet : bool
        Print nothing.

    Examples
    --------
    >>> judged = many_chains(quiet=True)
    >>> judged.task.chains["test"] == len(set(judged.test.chain))
    True
    """
    chains, card = data.load("secondary_structure", quiet=quiet)
    relatives = data.splits.group_by_similarity(chains["residues"], k=5)  # one sequence of 1988 stands there twice
    parts = data.splits.grouped_split(relatives, SHARES, seed=seed)  # a row is a whole chain
    data.splits.assert_no_group_overlap(*(relatives[part] for part in parts))
    data.splits.assert_no_group_overlap(*(chains["residues"].iloc[part] for part in parts))
    fitted, chosen, judging = (windows(chains.iloc[part].reset_index(drop=True)) for part in parts)
    counts = dict(zip(("train", "validation", "test"), map(len, parts), strict=True))
    return Judged(Task(fitted, chosen, card, counts, judging), judging)


@torch.no_grad()
def logits(network: torch.nn.Module, X: np.ndarray) -> np.ndarray:
    """Return what a network says before the softmax, shape (rows, classes), float64.

    Examples
    --------
    >>> logits(torch.nn.Identity(), np.ones((1, 2), dtype="float32"))
    array([[1., 1.]])
    """
    network.eval()
    return network(torch.as_tensor(X)).double().numpy()


def overtrained(judged: Judged, *, hidden_size: int = 200, num_epochs: int = 18, seed: int = 0) -> torch.nn.Module:
    """Train the window network without stopping, until it knows its training residues by heart."""
    run = models.train_network(
        judged.task, hidden_size=hidden_size, num_epochs=num_epochs, learning_rate=3e-3, batch_size=256, seed=seed
    )
    return run.network


@dataclass(frozen=True)
class Calibration:
    """What networks say of the test residues, raw and mended.

    Attributes
    ----------
    y : numpy.ndarray
        True states.
    probabilities : dict of str to numpy.ndarray of shape (residues, 3)
        "one network", "with temperature", "five networks" …
    temperature : float
        Of the first network, fitted on the validation chains.
    chain : numpy.ndarray
    """

    y: np.ndarray
    probabilities: dict[str, np.ndarray]
    temperature: float
    chain: np.ndarray

    def table(self) -> pd.DataFrame:
        """Return accuracy, mean confidence, expected calibration error and cross-entropy of each."""
        rows = []
        for name, said in self.probabilities.items():
            right = said.argmax(axis=1) == self.y
            rows.append(
                {
                    "probabilities of": name,
                    "accuracy": float(right.mean()),
                    "mean confidence": float(said.max(axis=1).mean()),
                    "ECE": evaluation.expected_calibration_error(self.y, said),
                    "cross-entropy": float(-np.log(said[np.arange(len(said)), self.y] + 1e-12).mean()),
                }
            )
        return pd.DataFrame(rows)


def calibrate(judged: Judged, networks: Sequence[torch.nn.Module]) -> Calibration:
    """Judge the first network's probabilities raw and with a temperature, and the mean of all networks.

    The temperature is fitted on the validation chains; the test chains only judge.

    Parameters
    ----------
    judged : Judged
    networks : sequence of torch.nn.Module
        Trained ones; one is enough.

    Raises
    ------
    ValueError
        If there is no network.
    """
    networks = list(networks)
    if not networks:
        raise ValueError("networks: expected at least one trained network, got none.")
    first = logits(networks[0], judged.test.X)
    scaled = evaluation.temperature_scale(logits(networks[0], judged.task.validation.X), judged.task.validation.y)
    raw = evaluation.Temperature(1.0)
    said = {"one network": raw(first), "with temperature": scaled(first)}
    if len(networks) > 1:
        each = [raw(logits(network, judged.test.X)) for network in networks]
        said[f"mean of {len(networks)} networks"] = np.mean(each, axis=0)
    return Calibration(judged.test.y, said, scaled.value, judged.test.chain)


# ---------------------------------------------------------------- are two models different?

RIVALS = ("linear", "200 hidden neurons")


@dataclass(frozen=True)
class Comparison:
    """How often each test residue was named right by each of two models, over several seeds.

    Attributes
    ----------
    linear, network : numpy.ndarray of shape (seeds, residues)
        True where right.
    chain : numpy.ndarray of shape (residues,)
    card : bioml_helpers.data.Card
    """

    linear: np.ndarray
    network: np.ndarray
    chain: np.ndarray
    card: data.Card

    def difference(self) -> np.ndarray:
        """Return for each residue by how much the network is right more often, −1 to 1."""
        return self.network.mean(axis=0) - self.linear.mean(axis=0)

    def intervals(self, *, n: int = 500, seed: int = 0) -> dict[str, evaluation.Interval]:
        """Return the difference with its interval by residue (too narrow) and by chain."""
        two = {"linear": self.linear.mean(axis=0), "network": self.network.mean(axis=0)}
        return {
            unit: evaluation.paired_bootstrap(
                _mean_score, np.zeros(len(self.chain)), two["network"], two["linear"], groups=groups, n=n, seed=seed
            )
            for unit, groups in (("by residue", None), ("by chain", self.chain))
        }


def false_alarms(difference, chain, *, worlds: int = 1000, seed: int = 0) -> dict[str, float]:
    """Return how often an interval leaves 0 out although there is no difference, by residue and by chain.

    Each world swaps the two models in every chain by a coin, so the true difference is 0; all else (lengths of the
    chains, how alike the residues of a chain are) is that of the data. An interval is the mean ± 1.96 standard errors:
    what a bootstrap gives for many units, in a fraction of the time. A 95 % interval should fail in about 5 %.

    Parameters
    ----------
    difference : array_like of shape (residues,)
        By how much one model is right more often.
    chain : array_like of shape (residues,)
    worlds : int
    seed : int

    Returns
    -------
    dict of str to float
        ``"by residue"`` and ``"by chain"``, shares of the worlds.

    Raises
    ------
    ValueError
        If the lengths differ, or there are fewer than two chains.

    References
    ----------
    Cameron AC, Miller DL (2015) A practitioner's guide to cluster-robust inference. Journal of Human Resources
    50:317-372. doi:10.3368/jhr.50.2.317

    Examples
    --------
    >>> chain = np.repeat(np.arange(40), 25)
    >>> found = false_alarms(np.random.default_rng(0).normal(size=40)[chain], chain)
    >>> found["by residue"] > 0.5 > 0.2 > found["by chain"]
    True
    """
    gain = validate.array("difference", difference, ndim=1)
    numbers, _ = pd.factorize(np.asarray(chain))
    if len(numbers) != len(gain):
        raise ValueError(f"chain: expected one for each of {len(gain)} residues, got {len(numbers)}.")
    sizes = np.bincount(numbers)
    if len(sizes) < 2:
        raise ValueError("chain: expected at least two chains (they are what is drawn), got one.")
    worlds = validate.number("worlds", worlds, low=1, integer=True)
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(worlds, len(sizes)))
    sums = signs * np.bincount(numbers, gain)  # (worlds, chains)
    mean = sums.sum(axis=1) / len(gain)
    by_residue = np.sqrt((np.mean(gain**2) - mean**2) / len(gain))
    by_chain = np.sqrt(((sums - mean[:, None] * sizes) ** 2).sum(axis=1)) / len(gain)
    return {
        unit: float((np.abs(mean) > 1.96 * error).mean())
        for unit, error in (("by residue", by_residue), ("by chain", by_chain))
    }


def standard_errors(values, chain) -> tuple[float, float]:
    """Return the standard error of a mean, with the chain and with the row as the unit.

    Examples
    --------
    >>> by_chain, by_row = standard_errors(np.repeat([0.0, 1.0, 0.0, 1.0], 25), np.repeat([0, 1, 2, 3], 25))
    >>> round(by_chain, 2), round(by_row, 2)
    (0.25, 0.05)
    """
    values = validate.array("values", values, ndim=1)
    numbers, _ = pd.factorize(np.asarray(chain))
    off = np.bincount(numbers, values - values.mean())
    return float(np.sqrt((off**2).sum()) / len(values)), float(values.std() / np.sqrt(len(values)))


def _mean_score(_, right) -> float:
    return float(np.mean(right))


def compare_two(judged: Judged, *, seeds: Sequence[int] = (0, 1, 2, 3, 4)) -> Comparison:
    """Train a linear model and a network of 200 hidden neurons on the same chains, once a seed.

    Parameters
    ----------
    judged : Judged
    seeds : sequence of int
        Of the starting weights and the order of the examples; the split stays.
    """
    right: dict[str, list[np.ndarray]] = {name: [] for name in RIVALS}
    fitted = judged.task.train
    for seed in seeds:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            linear = torch.nn.Linear(fitted.X.shape[1], 3)
        train(
            linear,
            (fitted.X, fitted.y),
            loss_fn=torch.nn.CrossEntropyLoss(),
            learning_rate=2e-3,
            num_epochs=10,
            batch_size=256,
            seed=seed,
            progress=False,
        )
        run = models.train_network(
            judged.task, hidden_size=200, num_epochs=8, learning_rate=3e-3, batch_size=256, seed=seed
        )
        for name, model in zip(RIVALS, (linear, run.network), strict=True):
            right[name].append(logits(model, judged.test.X).argmax(axis=1) == judged.test.y)
    return Comparison(np.array(right["linear"]), np.array(right["200 hidden neurons"]), judged.test.chain, judged.card)
