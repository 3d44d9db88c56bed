"""What chapter 3 trains: toxicity from properties, fitness from four amino acids, secondary structure from a window."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
import torch

from bioml_helpers import data, evaluation
from bioml_helpers.data import validate
from bioml_helpers.data.splits import Parts
from bioml_helpers.data.windows import NOBODY, STATES, Windows, windows  # noqa: F401
from bioml_helpers.mlp import layers
from bioml_helpers.training import EarlyStopping, History, train

ACTIVATIONS = {"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh}

# A few molecules that readers know, by canonical SMILES.  2,4-Dinitrophenol is the textbook uncoupler of mitochondria.
FAMILIAR = {
    "Oc1cc(Cl)ccc1Oc1ccc(Cl)cc1Cl": "triclosan",
    "O=[N+]([O-])c1ccc(O)c([N+](=O)[O-])c1": "2,4-dinitrophenol",
    "Oc1c(Cl)c(Cl)c(Cl)c(Cl)c1Cl": "pentachlorophenol",
    "Cn1c(=O)c2c(ncn2C)n(C)c1=O": "caffeine",
    "CC(=O)Nc1ccc(O)cc1": "paracetamol",
    "OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O": "glucose",
}


def make_mlp(sizes: Sequence[int], *, activation: str = "relu", dropout: float = 0.0, seed: int = 0):
    """Return a fully connected network as ``torch.nn.Sequential``; the last layer gives logits.

    Parameters
    ----------
    sizes : sequence of int
        Neurons in each layer, the inputs first; two sizes give a linear model.
    activation : {"relu", "sigmoid", "tanh"}
    dropout : float
        Share of the hidden neurons that rest at each training step.
    seed : int
        Fixes the starting weights.

    Examples
    --------
    >>> make_mlp((273, 40, 3))(torch.zeros(2, 273)).shape
    torch.Size([2, 3])
    """
    layers.count_parameters(sizes)  # says what is wrong with the sizes
    bend = ACTIVATIONS[validate.one_of("activation", activation, ACTIVATIONS)]
    dropout = validate.number("dropout", dropout, low=0, high=0.95)
    modules: list[torch.nn.Module] = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for layer, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
            modules.append(torch.nn.Linear(n_in, n_out))
            if layer < len(sizes) - 1:
                modules += [bend(), *([torch.nn.Dropout(dropout)] if dropout else [])]
    return torch.nn.Sequential(*modules)


# ---------------------------------------------------------------- toxicity


@dataclass(frozen=True)
class Toxicity:
    """One assay of Tox21: molecules with a known label, their twelve properties, and what they must be grouped by.

    Attributes
    ----------
    assay : str
    X : numpy.ndarray of shape (molecules, 12)
        The properties, in their units.
    y : numpy.ndarray of shape (molecules,)
        1 active, 0 inactive.
    names : list of str
        Of the properties.
    structures, scaffolds : list of str
        Canonical SMILES and Bemis–Murcko scaffold of each row.
    table : pandas.DataFrame
    card : bioml_helpers.data.Card
    """

    assay: str
    X: np.ndarray
    y: np.ndarray
    names: list[str]
    structures: list[str]
    scaffolds: list[str]
    table: pd.DataFrame
    card: data.Card

    def split(self, how: str = "random", seed: int = 0) -> Parts:
        """Return 80 % of the rows to train, 10 % to choose, 10 % to judge; no structure lies in two parts.

        Parameters
        ----------
        how : {"random", "scaffold"}
            Whole structures at random, or whole scaffolds, the rare ones in the test part.
        seed : int
            Of the random split; the scaffold split is always the same.
        """
        return data.splits.molecule_split(self.structures, self.scaffolds, how, seed=seed)


def toxicity(assay: str = "SR-MMP", *, quiet: bool = False) -> Toxicity:
    """Load the molecules of Tox21 that were tested in one assay.

    Parameters
    ----------
    assay : str
        One of ``data.molecules.ASSAYS``.
    quiet : bool
        Print nothing.

    Raises
    ------
    ValueError
        If there is no assay of that name.
    """
    validate.one_of("assay", assay, data.molecules.ASSAYS)
    table, card = data.load("tox21", quiet=quiet)
    table = table[table[assay].notna()].reset_index(drop=True)
    names = list(data.molecules.PROPERTIES)
    return Toxicity(
        assay,
        table[names].to_numpy(float),
        table[assay].to_numpy(float),
        names,
        table["canonical_smiles"].tolist(),
        table["scaffold"].tolist(),
        table,
        card,
    )


def familiar_molecules(task: Toxicity) -> pd.DataFrame:
    """Return the properties of a few molecules that readers know, by name, with their measured label.

    Simulated molecules have no names that anybody knows: then the first six are returned, as "molecule 1" and so on.
    """
    names = pd.Series(task.structures).map(FAMILIAR)
    rows = names.drop_duplicates().dropna()
    if rows.empty:
        rows = pd.Series({row: f"molecule {row + 1}" for row in range(6)})
    order = sorted(rows.index, key=lambda row: list(FAMILIAR.values()).index(rows[row]) if len(names.dropna()) else row)
    table = pd.DataFrame(task.X[order], columns=task.names, index=[rows[row] for row in order])
    return table.assign(measured=task.y[order])


def small_network(task: Toxicity, parts: Parts, *, hidden_size: int = 4, seed: int = 2, num_epochs: int = 20):
    """Train the network of panel 4a, written from scratch in NumPy.

    Returns
    -------
    networks : dict
        ``"before"`` and ``"after"`` training, each a `layers.MLP`.
    scaler : bioml_helpers.evaluation.Standardiser
        Fitted on the training rows.
    """
    scaler = evaluation.Standardiser().fit(task.X, rows=parts.train)
    X, y = scaler.transform(task.X)[parts.train], task.y[parts.train, None]
    network = layers.MLP((task.X.shape[1], hidden_size, 1), seed=seed)
    before = copy.deepcopy(network)
    optimizer = layers.Adam(network.parameters, 0.01)
    layers.fit(network, X, y, layers.binary_cross_entropy, optimizer, num_epochs=num_epochs, batch_size=128)
    return {"before": before, "after": network}, scaler


@dataclass(frozen=True)
class Classifier:
    """A trained network with the scaling that belongs to it.

    Attributes
    ----------
    network : torch.nn.Module
    scaler : bioml_helpers.evaluation.Standardiser
        It remembers which rows it was fitted on.
    history : bioml_helpers.training.History
    """

    network: torch.nn.Module
    scaler: evaluation.Standardiser
    history: History

    def logits(self, X) -> np.ndarray:
        """Return the logits of rows in their units, shape (n,) for one output, else (n, outputs)."""
        Z = torch.tensor(self.scaler.transform(X), dtype=torch.float32)
        with torch.no_grad():
            return self.network(Z).squeeze(-1).double().numpy()

    def probabilities(self, X) -> np.ndarray:
        """Return the probability of being active for rows in their units."""
        return layers.sigmoid(self.logits(X))


def train_classifier(
    X,
    y,
    parts: Parts,
    *,
    hidden: Sequence[int] = (64, 64),
    dropout: float = 0.3,
    seed: int = 0,
    num_epochs: int = 25,
    learning_rate: float = 1.2e-2,
    batch_size: int = 512,
    progress: bool = False,
) -> Classifier:
    """Train a network on yes-or-no labels; the validation part says when to stop, the test part is not touched.

    Parameters
    ----------
    X : array_like of shape (rows, features)
        In their units; they are standardised as seen in the training rows.
    y : array_like of shape (rows,) or (rows, tasks)
        0, 1 or NaN; a missing label counts for nothing.
    parts : Parts
    hidden : sequence of int
        Neurons in each hidden layer; empty for a linear model.
    dropout, seed, num_epochs, learning_rate, batch_size, progress
        As in `make_mlp` and `training.train`.

    Returns
    -------
    Classifier
    """
    X = validate.array("X", X, ndim=2)
    y = validate.array("y", y, length=len(X), finite=False)
    y = y[:, None] if y.ndim == 1 else y
    scaler = evaluation.Standardiser().fit(X, rows=parts.train)
    Z = scaler.transform(X).astype(np.float32)
    network = make_mlp((X.shape[1], *hidden, y.shape[1]), dropout=dropout, seed=seed)
    loss_fn = torch.nn.BCEWithLogitsLoss()
    if np.isnan(y).any():
        loss_fn = evaluation.masked_loss(loss_fn)
    history = train(
        network,
        (Z[parts.train], y[parts.train]),
        loss_fn=loss_fn,
        validation_data=(Z[parts.validation], y[parts.validation]),
        learning_rate=learning_rate,
        num_epochs=num_epochs,
        batch_size=batch_size,
        early_stopping=EarlyStopping(patience=6),
        seed=seed,
        progress=progress,
    )
    return Classifier(network, scaler, history)


def _logp(task, parts, seed):
    return task.X[:, task.names.index("logp")]


def _logistic(task, parts, seed):
    from sklearn.linear_model import LogisticRegression

    Z = evaluation.Standardiser().fit_transform(task.X, rows=parts.train)
    return LogisticRegression(max_iter=2000).fit(Z[parts.train], task.y[parts.train]).decision_function(Z)


def _forest(task, parts, seed):
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(60, min_samples_leaf=2, random_state=seed)
    return forest.fit(task.X[parts.train], task.y[parts.train]).predict_proba(task.X)[:, 1]


def _network(task, parts, seed):
    return train_classifier(task.X, task.y, parts, seed=seed).logits(task.X)


RIVALS: dict[str, Callable] = {
    "logP alone": _logp,
    "logistic": _logistic,
    "forest": _forest,
    "network": _network,
}
DRAWN = ("forest", "network")  # what differs from seed to seed


def compare(task: Toxicity, splits: Sequence[tuple[str, int]], *, seeds: int = 1) -> pd.DataFrame:
    """Train logP alone, logistic regression, a forest and the network on the same splits; judge them on the test rows.

    Parameters
    ----------
    task : Toxicity
    splits : sequence of (how, seed)
        Such as ``[("random", 0), ("random", 1), ("random", 2)]``, all of one kind.
    seeds : int
        How often the forest and the network are trained on each split; with one split at least 2.

    Returns
    -------
    pandas.DataFrame
        One row a model: AUROC and AUPRC on the test rows, the mean over splits and seeds and the range; the prevalence
        is what a coin reaches in AUPRC. With one split the range of AUROC is a bootstrap interval over scaffolds.
    """
    kinds = sorted({how for how, _ in splits})
    if len(kinds) != 1:
        raise ValueError(f"splits: expected splits of one kind, got {kinds}.")
    how = kinds[0]
    parts = [task.split(how, seed) for _, seed in splits]
    rows = []
    for model, scores_of in RIVALS.items():
        runs = range(seeds if model in DRAWN else 1)
        found = [(one.test, scores_of(task, one, seed)[one.test]) for one in parts for seed in runs]
        rows.append(_judged(task, model, how, found, alone=len(parts) == 1))
    table = evaluation.results_table(rows).rename(columns={"mean": "AUROC"})
    return table[["model", "split", "AUROC", "low", "high", "AUPRC", "prevalence", "runs"]]


def _judged(task, model, how, found, *, alone) -> dict:
    auroc = [evaluation.auroc(task.y[test], scores) for test, scores in found]
    auprc = [evaluation.auprc(task.y[test], scores) for test, scores in found]
    interval = None
    if alone:  # one test part: what another one of this size might have given
        test = found[0][0]
        ranks = np.mean([pd.Series(scores).rank() for _, scores in found], axis=0)
        groups = np.array(task.scaffolds)[test]
        interval = evaluation.bootstrap_interval(evaluation.auroc, task.y[test], ranks, groups=groups, n=200)
    prevalence = np.mean([evaluation.prevalence(task.y[test]) for test, _ in found])
    return {
        "model": model,
        "split": how,
        "values": auroc,
        "interval": interval,
        "metric": "AUROC",
        "AUPRC": float(np.mean(auprc)),
        "prevalence": float(prevalence),
        "runs": len(auroc),
        "baseline": model != "network",
        "deterministic": model not in DRAWN,
    }


# ---------------------------------------------------------------- what a hidden layer can draw


@dataclass(frozen=True)
class TwoProperties:
    """A network that sees two properties only, so that all it does can be drawn.

    Attributes
    ----------
    hidden : tuple of int
        Its hidden layers.
    classifier : Classifier
    names : list of str
        The two properties.
    low, high : numpy.ndarray of shape (2,)
        Range of the map: from the 1st to the 99th percentile of the training rows.
    pieces : int
        Number of linear pieces that the network has inside that range.
    """

    hidden: tuple[int, ...]
    classifier: Classifier
    names: list[str]
    low: np.ndarray
    high: np.ndarray
    pieces: int

    def grid(self, points: int = 240) -> np.ndarray:
        """Return points × points places on the map, shape (points², 2), the second property changing slowest."""
        return _grid(self.low, self.high, points)


def _grid(low, high, points):
    first, second = (np.linspace(a, b, points) for a, b in zip(low, high, strict=True))
    return np.stack(np.meshgrid(first, second), axis=-1).reshape(-1, 2)


def on_two_properties(
    task: Toxicity, parts: Parts, *, names=("logp", "tpsa"), hidden=((), (8,), (8, 8)), seed: int = 0, num_epochs=300
) -> list[TwoProperties]:
    """Train one network for each entry of `hidden`, on two properties only, and count its linear pieces on the map.

    Examples
    --------
    >>> from bioml_helpers.mlp import models
    >>> [len(sizes) for sizes in models.on_two_properties.__kwdefaults__["hidden"]]
    [0, 1, 2]
    """
    columns = [task.names.index(validate.one_of("names", name, task.names)) for name in names]
    X = task.X[:, columns]
    low, high = np.percentile(X[parts.train], [1, 99], axis=0)
    found = []
    for sizes in hidden:
        classifier = train_classifier(
            X,
            task.y,
            parts,
            hidden=sizes,
            dropout=0,
            seed=seed,
            num_epochs=num_epochs,
            batch_size=len(parts.train),
            learning_rate=0.02,
        )
        places = classifier.scaler.transform(_grid(low, high, 240))
        pieces = count_linear_pieces(classifier.network, places)
        found.append(TwoProperties(tuple(sizes), classifier, list(names), low, high, pieces))
    return found


def active_neurons(network: torch.nn.Module, Z) -> np.ndarray:
    """Return which hidden ReLU neurons are on, shape (n, hidden neurons); where this row is the same, so is the slope.

    Examples
    --------
    >>> active_neurons(make_mlp((2, 3, 4, 1)), np.zeros((5, 2))).shape
    (5, 7)
    """
    out = torch.as_tensor(np.asarray(Z), dtype=torch.float32)
    on = [np.zeros((len(out), 0), dtype=bool)]
    with torch.no_grad():
        for module in network:
            out = module(out)
            if isinstance(module, torch.nn.ReLU):
                on.append((out > 0).numpy())
    return np.concatenate(on, axis=1)


def count_linear_pieces(network: torch.nn.Module, Z) -> int:
    """Return in how many linear pieces a ReLU network cuts the given places: its different sets of active neurons.

    Examples
    --------
    >>> count_linear_pieces(make_mlp((2, 1)), np.random.default_rng(0).normal(size=(100, 2)))
    1
    """
    return len(np.unique(active_neurons(network, Z), axis=0))


# ---------------------------------------------------------------- two weights, and the way down


@dataclass(frozen=True)
class Landscape:
    """The loss over two weights, and the way that gradient descent takes.

    Attributes
    ----------
    w, v : numpy.ndarray of shape (points,)
        Weight into the one hidden neuron, weight out of it.
    loss : numpy.ndarray of shape (points, points)
        ``loss[i, j]`` at ``v[i]``, ``w[j]``.
    path : numpy.ndarray of shape (steps + 1, 2)
        w and v at each step.
    path_loss : numpy.ndarray of shape (steps + 1,)
    """

    w: np.ndarray
    v: np.ndarray
    loss: np.ndarray
    path: np.ndarray
    path_loss: np.ndarray


def landscape(x, y, *, start=(-2.5, 0.6), learning_rate: float = 1.0, num_steps: int = 200, points: int = 41):
    """Compute the loss of a network with one input and one hidden neuron over its two weights, and descend.

    The hidden neuron is tanh(w · x); the output is v times that, plus a bias kept at the logit of the prevalence.

    Parameters
    ----------
    x, y : array_like of shape (n,)
        One standardised property, and labels 0 or 1.
    start : (float, float)
        w and v at the beginning.
    learning_rate, num_steps, points

    Returns
    -------
    Landscape

    Examples
    --------
    >>> found = landscape([-1.0, 0.0, 1.0, 2.0], [0, 0, 1, 1])
    >>> bool((np.diff(found.path_loss) <= 1e-12).all())
    True
    """
    x = validate.array("x", x, ndim=1)[:, None]
    y = validate.array("y", y, ndim=1, length=len(x))[:, None]
    network = layers.MLP((1, 1, 1), activation="tanh")
    share = np.clip(y.mean(), 1e-6, 1 - 1e-6)
    network.b[0][:], network.b[1][:] = 0.0, np.log(share / (1 - share))

    def loss_at(w, v):
        network.W[0][:], network.W[1][:] = w, v
        return layers.binary_cross_entropy(network.forward(x), y)

    ends = np.linspace(-4, 4, points)
    loss = np.array([[loss_at(w, v)[0] for w in ends] for v in ends])
    path, losses = [np.array(start, dtype=float)], []
    for _ in range(num_steps):
        value, d_logits = loss_at(*path[-1])
        slopes = network.backward(d_logits)
        losses.append(value)
        path.append(path[-1] - learning_rate * np.array([slopes[0].item(), slopes[2].item()]))
    losses.append(loss_at(*path[-1])[0])
    return Landscape(ends, ends, loss, np.array(path), np.array(losses))


# ---------------------------------------------------------------- fitness of a protein, and what adds up


@dataclass(frozen=True)
class Fitness:
    """Variants of protein G with their fitness on a logarithmic scale, and what two models make of them.

    Attributes
    ----------
    variants : list of str
        Of the test rows.
    y, additive, network : numpy.ndarray of shape (n_test,)
        ln(fitness + 0.01): measured, and as predicted by each model (the network of the first seed).
    spearman : dict of str to list of float
        For each model, one value a split.
    card : bioml_helpers.data.Card
    """

    variants: list[str]
    y: np.ndarray
    additive: np.ndarray
    network: np.ndarray
    spearman: dict[str, list[float]]
    card: data.Card


def compare_on_fitness(*, seeds: Sequence[int] = (0,), num_epochs: int = 25, quiet: bool = False) -> Fitness:
    """Fit an additive model and a network to the four-site landscape of protein G, on random splits 80 : 20.

    The additive model gives each amino acid at each site one number and adds four of them; the network
    (80 → 64 → 64 → 1) sees the same 80 inputs.

    Parameters
    ----------
    seeds : sequence of int
        Each seeds one split and one network.
    num_epochs : int
    quiet : bool
        Print nothing when loading.
    """
    from sklearn.linear_model import Ridge

    table, card = data.load("gb1", quiet=quiet)
    table = table[table["in_flip"]].reset_index(drop=True)
    letters = data.encode.one_hot(table["variant"].tolist(), data.encode.PROTEIN, channels_first=False)
    X = letters.reshape(len(table), -1)  # (variants, 4 sites × 20 amino acids)
    y = np.log(table["fitness"].to_numpy() + 0.01)
    spearman: dict[str, list[float]] = {"additive": [], "network": []}
    shown = None
    for seed in seeds:
        fitted, test = data.splits.random_split(len(y), (0.8, 0.2), seed=seed)
        network = make_mlp((X.shape[1], 64, 64, 1), seed=seed)
        train(
            network,
            (X[fitted], y[fitted, None]),
            loss_fn=torch.nn.MSELoss(),
            learning_rate=3e-3,
            num_epochs=num_epochs,
            batch_size=256,
            seed=seed,
            progress=False,
        )
        with torch.no_grad():
            by_network = network(torch.tensor(X[test]))[:, 0].double().numpy()
        by_sum = Ridge(1.0).fit(X[fitted], y[fitted]).predict(X[test])
        spearman["additive"].append(evaluation.spearman(y[test], by_sum))
        spearman["network"].append(evaluation.spearman(y[test], by_network))
        shown = shown or (table["variant"].iloc[test].tolist(), y[test], by_sum, by_network)
    return Fitness(*shown, spearman, card)


# ---------------------------------------------------------------- 1988


@dataclass(frozen=True)
class Experiment1988:
    """One run of the experiment of 1988.

    Attributes
    ----------
    hidden_size : int
        0 for no hidden layer.
    predicted : numpy.ndarray of shape (test residues,)
    q3, q3_training : float
        Share of the test residues, and of the training residues, whose state is right.
    seconds : float
        Of the training.
    probabilities : numpy.ndarray of shape (test residues, 3)
    """

    hidden_size: int
    predicted: np.ndarray = field(repr=False)
    q3: float
    q3_training: float
    seconds: float
    probabilities: np.ndarray = field(repr=False)


def experiment_1988(
    fitted: Windows,
    test: Windows,
    *,
    hidden_size: int = 40,
    seed: int = 0,
    num_epochs: int = 6,
    progress: bool = False,
) -> Experiment1988:
    """Train the network of 1988, 13 × 21 inputs → hidden → 3, on the training chains; count right test residues.

    The number of epochs is fixed beforehand, not chosen on the test chains. Today's parts: cross-entropy and Adam in
    place of squared error and plain gradient descent.

    Parameters
    ----------
    fitted, test : Windows
    hidden_size : int
        Sigmoid neurons in the hidden layer; 0 leaves it out.
    seed, num_epochs, progress
    """
    hidden = (hidden_size,) if hidden_size else ()
    network = make_mlp((fitted.X.shape[1], *hidden, len(STATES)), activation="sigmoid", seed=seed)
    begin = time.perf_counter()
    train(
        network,
        (fitted.X, fitted.y),
        loss_fn=torch.nn.CrossEntropyLoss(),
        learning_rate=4e-3,
        num_epochs=num_epochs,
        batch_size=256,
        seed=seed,
        progress=progress,
    )
    seconds = time.perf_counter() - begin
    with torch.no_grad():
        probabilities, on_training = (network(torch.tensor(one.X)).softmax(dim=1).numpy() for one in (test, fitted))
    predicted = probabilities.argmax(axis=1)
    q3, q3_training = evaluation.q3(test.y, predicted), evaluation.q3(fitted.y, on_training.argmax(axis=1))
    return Experiment1988(hidden_size, predicted, q3, q3_training, seconds, probabilities.astype(float))


# ---------------------------------------------------------------- do two properties interact?


def interaction(predict: Callable, X, i: int, j: int) -> float:
    """Return how far a model is from adding up properties `i` and `j`: 0 if their effects only add.

    With f(a, b) the mean prediction over all rows when property `i` is set to a and property `j` to b:
    f(high, high) − f(high, low) − f(low, high) + f(low, low); low and high are the 25th and 75th percentile.

    Parameters
    ----------
    predict : callable
        Takes a table of shape (rows, features) and returns (rows,) numbers, such as logits.
    X : array_like of shape (rows, features)
    i, j : int
        Two different columns.

    Raises
    ------
    ValueError
        If the columns are the same.

    References
    ----------
    Friedman & Popescu 2008, doi:10.1214/07-AOAS148, measure the same over the whole range.

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [4.0, 4.0]])
    >>> interaction(lambda X: X[:, 0] + X[:, 1], X, 0, 1), interaction(lambda X: X[:, 0] * X[:, 1], X, 0, 1)
    (0.0, 4.0)
    """
    X = validate.array("X", X, ndim=2)
    if i == j:
        raise ValueError(f"j: expected another column than i, got {j} twice.")
    low, high = np.percentile(X, [25, 75], axis=0)

    def mean_at(a, b):
        table = X.copy()
        table[:, i], table[:, j] = a, b
        return float(np.mean(predict(table)))

    return (
        mean_at(high[i], high[j]) - mean_at(high[i], low[j]) - mean_at(low[i], high[j]) + mean_at(low[i], low[j])
    )  # fmt: skip


def interactions(predict: Callable, X, names: Sequence[str]) -> pd.DataFrame:
    """Return `interaction` for every pair of columns, the strongest first."""
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    rows = [{"first": names[i], "second": names[j], "interaction": interaction(predict, X, i, j)} for i, j in pairs]
    table = pd.DataFrame(rows)
    return table.reindex(table["interaction"].abs().sort_values(ascending=False).index).reset_index(drop=True)
