"""Who wins? A network and the simple model that a colleague would use, on the same data and the same split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bioml_helpers.data import encode, validate

SEEDS = (1, 2, 3)
AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
WINDOW = 13  # residues that are looked at to tell the structure of the middle one


@dataclass(frozen=True)
class Duel:
    """Two models on one task, scored unit by unit (a root, a run, a fold, a protein chain).

    Attributes
    ----------
    task, metric, unit : str
        What is predicted, how it is scored, and on what one score is computed.
    simple_name : str
        The simple model.
    simple, network : numpy.ndarray of shape (n_units,)
        Scores; the network's are means over its seeds.
    higher_is_better : bool

    Examples
    --------
    >>> simple, network = np.array([1.0, 2.0, 3.0]), np.array([1.1, 1.9, 3.0])
    >>> duel = Duel("roots", "error (cm)", "root", "formula", simple, network, higher_is_better=False)
    >>> duel.winner
    'tie'
    """

    task: str
    metric: str
    unit: str
    simple_name: str
    simple: np.ndarray
    network: np.ndarray
    higher_is_better: bool = True

    def __post_init__(self):
        simple = validate.array("simple", self.simple, ndim=1, at_least=2)
        object.__setattr__(self, "simple", simple)
        object.__setattr__(self, "network", validate.array("network", self.network, ndim=1, length=len(simple)))

    @property
    def advantage(self) -> tuple[float, float, float]:
        """Mean advantage of the network over the units, and its 95 % interval (t distribution)."""
        from scipy.stats import t

        gain = (self.network - self.simple) * (1 if self.higher_is_better else -1)
        half = t.ppf(0.975, len(gain) - 1) * gain.std(ddof=1) / np.sqrt(len(gain))
        return float(gain.mean()), float(gain.mean() - half), float(gain.mean() + half)

    @property
    def winner(self) -> str:
        """``"network"`` or ``"simple"`` where the interval leaves 0 out, else ``"tie"``."""
        _, low, high = self.advantage
        return "network" if low > 0 else "simple" if high < 0 else "tie"


def table(duels: list[Duel]) -> pd.DataFrame:
    """Return one row a duel: both mean scores, the advantage with its 95 % interval, and who wins.

    Examples
    --------
    >>> duel = Duel("t", "accuracy", "fold", "logistic", np.array([0.5, 0.6]), np.array([0.9, 1.0]))
    >>> table([duel])["winner"].tolist()
    ['network']
    """
    rows = []
    for duel in duels:
        _, low, high = duel.advantage
        digits = 3 if high - low < 0.015 else 2
        gain, low, high = (f"{one:+.{digits}f}" for one in duel.advantage)
        rows.append(
            {
                "task": duel.task,
                "score": duel.metric,
                "simple model": f"{duel.simple_name} {duel.simple.mean():.{digits}f}",
                "network": f"{duel.network.mean():.{digits}f}",
                "network is better by [95 % interval]": f"{gain} [{low}, {high}]",
                "units": f"{len(duel.simple)} {duel.unit}s",
                "winner": duel.winner,
            }
        )
    return pd.DataFrame(rows)


def in_words(duels: list[Duel]) -> str:
    """Say who wins each duel, for those who do not see the picture.

    Examples
    --------
    >>> duel = Duel("Roots", "error", "root", "formula", np.array([1.0, 2.0]), np.array([5.0, 6.1]), False)
    >>> in_words([duel]).endswith("Roots: the simple model wins.")
    True
    """
    words = {"network": "the network wins", "simple": "the simple model wins", "tie": "a tie"}
    told = "; ".join(f"{duel.task}: {words[duel.winner]}" for duel in duels)
    return f"For each task, the 95 % interval of the network's advantage, and no difference marked. {told}."


def regression_networks(X, y, X_new, *, width: int = 50, seeds=SEEDS, **settings) -> np.ndarray:
    """Return the mean prediction of networks with one hidden layer, one a seed; inputs and output are standardised.

    Parameters
    ----------
    X, X_new : array_like of shape (n, n_inputs) and (m, n_inputs), or (n,) and (m,) for one input
    y : array_like of shape (n,)
    width : int
        Hidden neurons.
    **settings
        Passed on to :class:`sklearn.neural_network.MLPRegressor`.

    Returns
    -------
    numpy.ndarray of shape (m,)

    Examples
    --------
    >>> x = np.linspace(0, 1, 20)
    >>> prediction = regression_networks(x, 2 * x, [0.25, 0.5])
    >>> bool(np.allclose(prediction, [0.5, 1.0], atol=0.05))
    True
    """
    from sklearn.neural_network import MLPRegressor

    X, X_new = (np.asarray(one, float).reshape(len(one), -1) for one in (X, X_new))
    y = validate.array("y", y, ndim=1, length=len(X))
    mean, spread = X.mean(axis=0), X.std(axis=0)
    spread[spread == 0] = 1.0  # a column that never changes
    settings = {"solver": "lbfgs", "max_iter": 3000, "max_fun": 20_000, "alpha": 1e-6} | settings
    predictions = []
    for seed in seeds:
        network = MLPRegressor(hidden_layer_sizes=(width,), random_state=seed, **settings)
        _quietly(network, (X - mean) / spread, (y - y.mean()) / y.std())
        predictions.append(network.predict((X_new - mean) / spread) * y.std() + y.mean())
    return np.mean(predictions, axis=0)


def by_run(name: str, assays: pd.DataFrame, fit_simple: Callable, simple_name: str) -> Duel:
    """Leave each run of an assay out in turn; score is the root mean squared error on it.

    Parameters
    ----------
    name : str
        The task.
    assays : pandas.DataFrame
        Columns run, concentration_ng_per_ml, optical_density.
    fit_simple : callable
        ``fit_simple(x, y)`` returns a function of x, where x is the logarithm of the concentration.
    """
    x, y = np.log(assays["concentration_ng_per_ml"].to_numpy()), assays["optical_density"].to_numpy()
    simple, network = [], []
    for run in assays["run"].unique():
        out = (assays["run"] == run).to_numpy()
        networks = regression_networks(x[~out], y[~out], x[out], width=10, seeds=SEEDS[:2], max_iter=300)
        for scores, predicted in ((simple, fit_simple(x[~out], y[~out])(x[out])), (network, networks)):
            scores.append(np.sqrt(((predicted - y[out]) ** 2).mean()))
    return Duel(name, "error (optical density)", "run", simple_name, simple, network, higher_is_better=False)


def promoters(sequences: pd.DataFrame, folds: int = 10) -> Duel:
    """Promoter or not, from 57 letters: logistic regression against a network, in `folds` folds of the 106."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.neural_network import MLPClassifier

    X = encode.one_hot(sequences["sequence"]).reshape(len(sequences), -1)  # (106, 4 · 57)
    y = sequences["is_promoter"].to_numpy()
    simple, network = [], []
    for fit, held_out in StratifiedKFold(folds, shuffle=True, random_state=0).split(X, y):
        simple.append(LogisticRegression().fit(X[fit], y[fit]).score(X[held_out], y[held_out]))
        nets = [
            MLPClassifier(hidden_layer_sizes=(16,), solver="lbfgs", alpha=1.0, random_state=s).fit(X[fit], y[fit])
            for s in SEEDS
        ]
        network.append(np.mean([one.score(X[held_out], y[held_out]) for one in nets]))
    return Duel("Bacterial promoter or not", "accuracy", "fold", "logistic regression", simple, network)


def four_sites(variants: pd.DataFrame, num_train: int = 5000, num_blocks: int = 10) -> Duel:
    """Fitness of a protein with four letters changed: additive effects against a network that may combine them."""
    from scipy.stats import spearmanr
    from sklearn.linear_model import Ridge

    rows = variants[variants["in_flip"]].sample(frac=1, random_state=0)
    X = encode.one_hot(rows["variant"], AMINO_ACIDS).reshape(len(rows), -1).astype(float)  # (n, 20 · 4)
    y = np.log(rows["fitness"].to_numpy(float) + 0.01)
    X_fit, y_fit, X_new, y_new = X[:num_train], y[:num_train], X[num_train:], y[num_train:]
    networks = [_quietly(_four_site_network(seed), X_fit, y_fit).predict(X_new) for seed in SEEDS[:2]]
    predicted = {"simple": Ridge(1.0).fit(X_fit, y_fit).predict(X_new), "network": np.mean(networks, axis=0)}
    blocks = np.array_split(np.arange(len(y_new)), num_blocks)
    scores = {name: [spearmanr(p[b], y_new[b]).statistic for b in blocks] for name, p in predicted.items()}
    return Duel("Four letters of a protein → fitness", "rank correlation", "block", "additive model", **scores)


def _four_site_network(seed):
    from sklearn.neural_network import MLPRegressor

    settings = {"max_iter": 25, "batch_size": 64, "learning_rate_init": 3e-3, "alpha": 1e-4}
    return MLPRegressor(hidden_layer_sizes=(64,), random_state=seed, **settings)


def secondary_structure(chains: pd.DataFrame, num_residues: int = 6000) -> Duel:
    """Helix, strand or coil from 13 residues, judged chain by chain on the test chains of 1988."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier

    train, test = (chains[chains["split"] == split] for split in ("train", "test"))
    X, y = windows(train)
    chosen = np.random.default_rng(0).permutation(len(X))[:num_residues]
    X, y = X[chosen], y[chosen]
    models = [LogisticRegression(C=0.1, max_iter=200).fit(X, y)]
    settings = {"max_iter": 6, "alpha": 1e-3, "batch_size": 128}
    networks = [MLPClassifier(hidden_layer_sizes=(30,), random_state=seed, **settings) for seed in SEEDS[:2]]
    models += [_quietly(one, X, y) for one in networks]
    scores = np.array([[one.score(*windows(test.iloc[[i]])) for one in models] for i in range(len(test))])
    name = "Helix, strand or coil (1988 data)"
    return Duel(name, "accuracy (Q3)", "chain", "linear model", scores[:, 0], scores[:, 1:].mean(axis=1))


def windows(chains: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return one row a residue: the letters around it, one-hot (13 · 21), and its state as a letter.

    Examples
    --------
    >>> X, y = windows(pd.DataFrame({"residues": ["ACD"], "states": ["HHC"]}))
    >>> X.shape, y.tolist()
    ((3, 273), ['H', 'H', 'C'])
    """
    side, letters = WINDOW // 2, AMINO_ACIDS + "-"
    number = {letter: i for i, letter in enumerate(letters)}
    rows = []
    for residues in chains["residues"]:
        padded = "-" * side + residues + "-" * side
        numbers = np.array([number.get(letter, number["-"]) for letter in padded])
        rows.append(np.lib.stride_tricks.sliding_window_view(numbers, WINDOW))  # (length, 13)
    X = np.eye(len(letters), dtype=np.float32)[np.concatenate(rows)]  # (n, 13, 21)
    return X.reshape(len(X), -1), np.array(list("".join(chains["states"])))


def _quietly(model, X, y):
    """Fit and return `model`; it stops early on purpose, which scikit-learn would warn of each time."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)
