"""What chapter 1 fits: curves with named parameters, and small networks trained from several seeds at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from scipy.optimize import curve_fit

from bioml_helpers.approximation.curves import log_logistic, logistic
from bioml_helpers.approximation.layers import knots_to_relu, relu_sum
from bioml_helpers.data import validate
from bioml_helpers.training import train

CONTROL_AT = 0.3  # mM; where an untreated root stands on a logarithmic axis, by agreement
ACTIVATIONS = {"relu": torch.relu, "sigmoid": torch.sigmoid, "none": lambda z: z}


@dataclass(frozen=True)
class Fit:
    """A curve with named parameters, fitted by least squares.

    Attributes
    ----------
    curve : callable
        Takes x and the parameters.
    parameters : dict of str to float
    rss : float
        Residual sum of squares on the data it was fitted to.
    degrees_of_freedom : int
        Observations minus parameters.
    """

    curve: Callable
    parameters: dict[str, float]
    rss: float
    degrees_of_freedom: int

    @property
    def residual_standard_error(self) -> float:
        """Typical distance of an observation from the curve, in the unit of y."""
        return float(np.sqrt(self.rss / self.degrees_of_freedom))

    def predict(self, x) -> np.ndarray:
        """Return the fitted curve at `x`."""
        return self.curve(np.asarray(x, dtype=float), **self.parameters)


def fit_curve(curve: Callable, x, y, start: dict[str, float], *, positive: Sequence[str] = ()) -> Fit:
    """Fit `curve` to data by least squares.

    Parameters
    ----------
    curve : callable
        ``curve(x, **parameters)``.
    x, y : array_like of shape (n,)
    start : dict of str to float
        Where the search begins; also names the parameters.
    positive : sequence of str
        Parameters that must stay above 0 (a concentration, say).

    Raises
    ------
    ValueError
        If there are fewer observations than parameters, or the search finds no fit.

    Examples
    --------
    >>> from bioml_helpers.approximation.curves import michaelis_menten
    >>> fit = fit_curve(michaelis_menten, [0.03, 0.06, 0.12], [100, 150, 200],
    ...                 start={"maximum": 100, "half_saturation": 0.1})
    >>> round(fit.parameters["maximum"], 3)
    300.0
    """
    x = validate.array("x", x, ndim=1)
    y = validate.array("y", y, ndim=1, length=len(x))
    if len(x) <= len(start):
        raise ValueError(f"x: expected more observations than the {len(start)} parameters, got {len(x)}.")
    lower = [1e-9 if name in positive else -np.inf for name in start]
    try:
        found, _ = curve_fit(
            lambda x, *values: curve(x, **dict(zip(start, values, strict=True))),
            x,
            y,
            p0=list(start.values()),
            bounds=(lower, np.inf),
        )
    except RuntimeError as error:
        raise ValueError(f"No fit was found from the start values {start}: {error}") from None
    parameters = dict(zip(start, found.tolist(), strict=True))
    rss = float(((y - curve(x, **parameters)) ** 2).sum())
    return Fit(curve, parameters, rss, len(x) - len(start))


def fit_log_logistic(dose, response) -> Fit:
    """Fit the four-parameter log-logistic curve of toxicology; start values come from the data.

    Parameters
    ----------
    dose : array_like of shape (n,)
        Zero or more.
    response : array_like of shape (n,)

    Returns
    -------
    Fit
        Parameters b (steepness), c (lower limit), d (upper limit), e (ED50, in the unit of `dose`).

    Examples
    --------
    >>> from bioml_helpers import data
    >>> ryegrass, card = data.load("ryegrass")
    >>> fit = fit_log_logistic(ryegrass["dose_mM"], ryegrass["root_length_cm"])
    >>> {name: round(value, 3) for name, value in fit.parameters.items()}
    {'b': 2.982, 'c': 0.481, 'd': 7.793, 'e': 3.058}
    """
    dose = validate.array("dose", dose, ndim=1)
    response = validate.array("response", response, ndim=1, length=len(dose))
    middle = float(np.median(dose[dose > 0])) if (dose > 0).any() else 1.0
    start = {"b": 1.0, "c": float(response.min()), "d": float(response.max()), "e": middle}
    return fit_curve(log_logistic, dose, response, start, positive=("b", "e"))


class HiddenLayers(torch.nn.Module):
    """Several one-hidden-layer networks of the same width, side by side, so that they train as one batch.

    Parameters
    ----------
    width : int
        Neurons in the hidden layer.
    seeds : sequence of int
        One network a seed; each starts from the weights that its own seed gives, whatever the others are.
    num_inputs : int
        Numbers that describe one example.
    activation : {"relu", "sigmoid", "none"}

    Shapes
    ------
    input (n_examples, num_inputs) → output (n_examples, n_seeds)

    Examples
    --------
    >>> HiddenLayers(width=3, seeds=range(5))(torch.zeros(7, 1)).shape
    torch.Size([7, 5])
    """

    def __init__(self, width: int, seeds: Sequence[int], num_inputs: int = 1, activation: str = "relu"):
        super().__init__()
        width = validate.number("width", width, low=1, integer=True)
        self.activation = ACTIVATIONS[validate.one_of("activation", activation, ACTIVATIONS)]
        starts = [_starting_weights(width, num_inputs, seed) for seed in seeds]
        if not starts:
            raise ValueError("seeds: expected at least one seed, got none.")
        W, b, v, c = (torch.stack(parts) for parts in zip(*starts, strict=True))
        self.W = torch.nn.Parameter(W)  # (n_seeds, num_inputs, width)
        self.b = torch.nn.Parameter(b)  # (n_seeds, 1, width)
        self.v = torch.nn.Parameter(v)  # (n_seeds, width, 1)
        self.c = torch.nn.Parameter(c)  # (n_seeds, 1)

    def forward(self, X):
        """Return each network's output for each example."""
        hidden = self.activation(X @ self.W + self.b)  # (n_seeds, n_examples, width)
        return (hidden @ self.v).squeeze(-1).T + self.c.T  # (n_examples, n_seeds)


def _starting_weights(width, num_inputs, seed):
    """Uniform between −1/√n and 1/√n, n being what feeds a neuron: the default of ``torch.nn.Linear``."""
    generator = torch.Generator().manual_seed(int(seed))

    def uniform(fan_in, *shape):
        return (torch.rand(*shape, generator=generator) * 2 - 1) * fan_in**-0.5

    W = uniform(num_inputs, num_inputs, width)
    b = uniform(num_inputs, 1, width)
    return W, b, uniform(width, width, 1), uniform(width, 1)


@dataclass(frozen=True)
class TrainedNetworks:
    """Networks of one width trained from several seeds.

    Attributes
    ----------
    networks : HiddenLayers
    mean, spread : numpy.ndarray of shape (num_inputs,)
        What the inputs were standardised with.
    rss : numpy.ndarray of shape (n_seeds,)
        Residual sum of squares of each network on its training data.
    """

    networks: HiddenLayers
    mean: np.ndarray
    spread: np.ndarray
    rss: np.ndarray

    def predict(self, X) -> np.ndarray:
        """Return the predictions for `X` of shape (n,) or (n, num_inputs), as an array (n_seeds, n)."""
        with torch.no_grad():
            return self.networks(_standardise(X, self.mean, self.spread)).T.double().numpy()


def train_networks(
    X, y, *, width, seeds=range(5), num_steps=3000, learning_rate=0.02, activation="relu", used=None, progress=False
) -> TrainedNetworks:
    """Train one-hidden-layer networks of one width from several seeds, all at once, with Adam.

    The inputs are standardised first. The loss is the mean squared error of each network, added up over
    the networks; no network sees another.

    Parameters
    ----------
    X : array_like of shape (n,) or (n, num_inputs)
        Inputs as the network should see them: take the logarithm of a dose before.
    y : array_like of shape (n,)
    width : int
        Neurons in the hidden layer.
    seeds : sequence of int
    num_steps : int
        Steps with the whole data set.
    learning_rate : float
    activation : {"relu", "sigmoid", "none"}
    used : array_like of bool, shape (n_seeds, n), optional
        Which examples each network trains on; by default all. `rss` counts the same examples.
    progress : bool
        Show a progress bar.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 20)
    >>> trained = train_networks(x, np.abs(x), width=20, seeds=[0, 1], num_steps=500)
    >>> bool((trained.rss < 0.1).all())
    True
    """
    table = _as_table(X)
    y = validate.array("y", y, ndim=1, length=len(table))
    mean, spread = table.mean(axis=0), table.std(axis=0)
    if (spread == 0).any():
        raise ValueError(f"X: expected inputs that vary, got the same value in column {int((spread == 0).argmax())}.")
    networks = HiddenLayers(width, list(seeds), table.shape[1], activation)
    used = np.ones((len(networks.c), len(y)), bool) if used is None else np.asarray(used, bool)
    if used.shape != (len(networks.c), len(y)) or not used.any(axis=1).all():
        raise ValueError(
            f"used: expected shape {(len(networks.c), len(y))} with an example in each row, got {used.shape}."
        )
    counts = torch.tensor(used.T, dtype=torch.float32)  # (n, n_seeds)
    inputs = _standardise(table, mean, spread)
    targets = torch.tensor(y, dtype=torch.float32)[:, None].repeat(1, len(networks.c))  # (n, n_seeds)

    def squared_gaps(predictions, targets):
        return (counts * (predictions - targets) ** 2).sum(dim=0)  # (n_seeds,)

    train(
        networks,
        (inputs, targets),
        loss_fn=lambda predictions, targets: (squared_gaps(predictions, targets) / counts.sum(dim=0)).sum(),
        optimizer=torch.optim.Adam(networks.parameters(), lr=learning_rate),
        num_epochs=num_steps,
        progress=progress,
    )
    with torch.no_grad():
        rss = squared_gaps(networks(inputs), targets).double().numpy()
    return TrainedNetworks(networks, mean, spread, rss)


def _as_table(X) -> np.ndarray:
    X = validate.array("X", X)
    if X.ndim > 2:
        raise ValueError(f"X: expected shape (n,) or (n, num_inputs), got {X.shape}.")
    return X[:, None] if X.ndim == 1 else X


def _standardise(X, mean, spread) -> torch.Tensor:
    return torch.tensor((_as_table(X) - mean) / spread, dtype=torch.float32)


def log_dose(dose, control_at: float = CONTROL_AT) -> np.ndarray:
    """Return ln(dose), with dose 0 put at `control_at` since 0 has no logarithm.

    Parameters
    ----------
    dose : array_like
        Zero or more, in mM.
    control_at : float
        A dose below the smallest one that was given.

    Examples
    --------
    >>> log_dose([0.0, 1.0]).round(2)
    array([-1.2,  0. ])
    """
    dose = validate.array("dose", dose)
    if (dose < 0).any():
        raise ValueError(f"dose: expected 0 or more, got {dose.min():g}.")
    return np.log(np.where(dose == 0, control_at, dose))


@dataclass(frozen=True)
class HandPlaced:
    """A sum of ReLUs of ln(dose), with weights placed by hand.

    Attributes
    ----------
    w, b : numpy.ndarray of shape (n,)
    c : float
        As in `relu_sum`.
    rss : float
        Residual sum of squares on the data.
    """

    w: np.ndarray
    b: np.ndarray
    c: float
    rss: float

    def predict(self, x) -> np.ndarray:
        """Return the sum at x = ln(dose)."""
        return relu_sum(x, self.w, self.b, self.c)


def relus_by_hand(dose, response, thresholds=(0.94, 1.88, 3.75, 7.5, 15.0)) -> HandPlaced:
    """Place one ReLU at each threshold so that the line passes through the replicates' means from there on.

    Parameters
    ----------
    dose, response : array_like of shape (n,)
    thresholds : sequence of float
        Doses, ascending, each one that was measured. All doses up to the first share one mean.

    Examples
    --------
    >>> from bioml_helpers import data
    >>> ryegrass, card = data.load("ryegrass")
    >>> round(relus_by_hand(ryegrass["dose_mM"], ryegrass["root_length_cm"]).rss, 2)
    5.19
    """
    dose = validate.array("dose", dose, ndim=1)
    response = validate.array("response", response, ndim=1, length=len(dose))
    thresholds = validate.array("thresholds", thresholds, ndim=1)
    absent = sorted(set(thresholds) - set(dose))
    if absent or dose.max() <= thresholds[-1]:
        raise ValueError(
            f"thresholds: expected measured doses below the highest ({dose.max():g}), got {thresholds.tolist()}."
        )
    later = [d for d in np.unique(dose) if d > thresholds[0]]
    knots = np.log([thresholds[0], *later])
    values = [response[dose <= thresholds[0]].mean(), *(response[dose == d].mean() for d in later)]
    w, b, c = knots_to_relu(knots, values)
    rss = float(((response - relu_sum(log_dose(dose), w, b, c)) ** 2).sum())
    return HandPlaced(w, b, c, rss)


def leave_one_run_out(elisa: pd.DataFrame, *, num_steps: int = 2000) -> pd.DataFrame:
    """Compare the logistic formula with one trained sigmoid neuron, each judged on the run it has not seen.

    Parameters
    ----------
    elisa : pandas.DataFrame
        Columns run, concentration_ng_per_ml, optical_density (at least two runs).
    num_steps : int
        Training steps of each neuron.

    Returns
    -------
    pandas.DataFrame
        One row a model: R² on all wells (fitted to all of them) and the root mean squared error on
        left-out runs, with the smallest and the largest over the runs.
    """
    run = elisa["run"].to_numpy()
    runs = np.unique(run)
    if len(runs) < 2:
        raise ValueError(f"elisa: expected at least two runs, got {len(runs)}.")
    x, y = np.log(elisa["concentration_ng_per_ml"].to_numpy()), elisa["optical_density"].to_numpy()
    used = np.vstack([np.ones(len(y), bool), *(run != one for one in runs)])  # (1 + n_runs, n): all, then all but one
    start = {"top": float(y.max()), "midpoint": float(np.median(x)), "scale": 1.0}
    # Every run has the same concentrations, so standardising them together tells nothing about a left-out run.
    neurons = train_networks(
        x, y, width=1, seeds=[1] * len(used), num_steps=num_steps, learning_rate=0.05, activation="sigmoid", used=used
    )
    predictions = {
        "logistic formula": [fit_curve(logistic, x[u], y[u], start, positive=("scale",)).predict(x) for u in used],
        "one sigmoid neuron": neurons.predict(x),
    }
    return pd.DataFrame([{"model": name, **_judge_by_run(p, y, used)} for name, p in predictions.items()])


def _judge_by_run(predictions, y, used) -> dict[str, float]:
    gaps = (np.asarray(predictions) - y) ** 2  # (1 + n_runs, n)
    left_out = [np.sqrt(row[~u].mean()) for row, u in zip(gaps[1:], used[1:], strict=True)]
    return {
        "R² on all runs": 1 - gaps[0].sum() / ((y - y.mean()) ** 2).sum(),
        "error on a new run": np.mean(left_out),
        "best run": min(left_out),
        "worst run": max(left_out),
    }


def path_to_hand_placed(dose, response, trained: TrainedNetworks, points: int = 101):
    """Return the RSS on the straight way, through the space of weights, from trained networks to the hand-placed one.

    Parameters
    ----------
    dose, response : array_like of shape (n,)
    trained : TrainedNetworks
        Trained on `log_dose(dose)`, as wide as `relus_by_hand` has thresholds (5).
    points : int
        Steps on the way.

    Returns
    -------
    share : numpy.ndarray of shape (points,)
        From 0, the trained weights, to 1, the weights placed by hand.
    rss : numpy.ndarray of shape (n_seeds, points)

    Raises
    ------
    ValueError
        If the widths differ.
    """
    by_hand = relus_by_hand(dose, response)
    networks = trained.networks
    if networks.W.shape[-1] != len(by_hand.w):
        raise ValueError(f"trained: expected width {len(by_hand.w)}, got {networks.W.shape[-1]}.")
    x = _standardise(log_dose(dose), trained.mean, trained.spread)[:, 0].double()  # (n,)
    y = torch.tensor(np.asarray(response, dtype=float))
    # ReLU(ln dose + b) in standardised inputs is spread · ReLU(x + (mean + b) / spread).
    spread, mean = float(trained.spread[0]), float(trained.mean[0])
    goal = [np.ones_like(by_hand.w), (mean + by_hand.b) / spread, spread * by_hand.w, by_hand.c]
    share = np.linspace(0, 1, points)
    rss = []
    for seed in range(len(networks.c)):
        start = [p[seed].detach().double().numpy().ravel() for p in (networks.W, networks.b, networks.v, networks.c)]
        order = np.argsort(-start[1] / start[0])  # neurons have no order of their own: pair them by where they bend
        start = [*(part[order] for part in start[:3]), start[3]]
        curve = []
        for t in share:
            w, b, v, c = (torch.tensor((1 - t) * s + t * g) for s, g in zip(start, goal, strict=True))
            curve.append(float(((torch.relu(x[:, None] * w + b) @ v + c - y) ** 2).sum()))
        rss.append(curve)
    return share, np.array(rss)
