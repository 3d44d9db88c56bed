"""The static pictures of chapter 3."""

from __future__ import annotations

from itertools import groupby

import numpy as np

from bioml_helpers import figures
from bioml_helpers.mlp.figures import LABELS

BLUE, ORANGE, GREY = figures.OKABE_ITO["blue"], figures.OKABE_ITO["vermillion"], "#767676"
LOOKS = {  # of the models of a comparison
    "logP alone": (GREY, ":", "v"),
    "logistic": (figures.OKABE_ITO["green"], "-.", "s"),
    "forest": (ORANGE, "--", "D"),
    "network": (BLUE, "-", "o"),
}


def axis_label(name: str) -> str:
    """Return a property's name with its unit.

    Examples
    --------
    >>> axis_label("weight"), axis_label("logp")
    ('weight (g/mol)', 'logP')
    """
    label, unit = LABELS.get(name, (name, ""))
    return f"{label} ({unit})" if unit else label


@figures.style()
def molecules(task):
    """Return a figure of polar surface against logP, active molecules marked."""
    fig, ax = figures.subplots(figsize=(7, 4.2))
    logp, tpsa = (task.X[:, task.names.index(name)] for name in ("logp", "tpsa"))
    active = task.y == 1
    ax.plot(logp[~active], tpsa[~active], ".", color="#9a9a9a", ms=3, label="inactive")
    ax.plot(logp[active], tpsa[active], "x", color=ORANGE, ms=4, mew=1, label="active")
    limits = [np.percentile(values, [0.5, 99.5]) for values in (logp, tpsa)]
    ax.set(xlim=limits[0], ylim=limits[1], xlabel=axis_label("logp"), ylabel=axis_label("tpsa"))
    ax.legend(markerscale=2, loc="upper right")
    return fig


@figures.style()
def descent(found):
    """Return a figure of the loss over two weights, with the way of gradient descent."""
    fig, ax = figures.subplots(figsize=(7, 4.6))
    levels = np.quantile(found.loss, np.linspace(0, 0.9, 14))
    filled = ax.contourf(found.w, found.v, found.loss, levels=levels, extend="max")
    fig.colorbar(filled, ax=ax, label="loss (binary cross-entropy)", format="%.2f")
    ax.plot(*found.path.T, "-", color="white", lw=3.5)
    ax.plot(*found.path.T, "-", color=figures.OKABE_ITO["vermillion"], lw=2, label="gradient descent")
    ax.plot(*found.path[0], "s", color="white", mec="black", ms=10, label="start")
    ax.plot(*found.path[-1], "*", color="white", mec="black", ms=16, label="end")
    ax.set(xlabel="weight w, into the hidden neuron", ylabel="weight v, out of it")
    ax.grid(False)
    fig.legend(loc="outside lower center", ncols=3)
    return fig


@figures.style()
def regions(networks, task, parts):
    """Return a figure with one map a network: its probability over two properties, and where its slope changes."""
    rows = (len(networks) + 1) // 2
    fig, axes = figures.subplots(rows, 2, figsize=(8.4, 3.7 * rows), sharex=True, sharey=True)
    for spare in axes.ravel()[len(networks) :]:
        spare.axis("off")
    for ax, one in zip(axes.ravel(), networks, strict=False):
        image = _map(ax, one)
        active = parts.train[task.y[parts.train] == 1]
        ax.plot(*(task.X[active, task.names.index(n)] for n in one.names), ".", color="white", ms=2.5, alpha=0.8)
        size = " + ".join(map(str, one.hidden)) if one.hidden else "none"
        ax.set_title(f"hidden: {size} · {one.pieces} linear piece{'s' * (one.pieces > 1)}")
        ax.set(xlim=(one.low[0], one.high[0]), ylim=(one.low[1], one.high[1]))
        ax.grid(False)
    fig.supxlabel(axis_label(networks[0].names[0]), fontsize=12)
    fig.supylabel(axis_label(networks[0].names[1]), fontsize=12)
    fig.colorbar(image, ax=axes, label="probability of being active")
    return fig


def _map(ax, one, points=160):
    from bioml_helpers.mlp.models import active_neurons

    places = one.grid(points)
    shape = (points, points)
    extent = (one.low[0], one.high[0], one.low[1], one.high[1])
    probability = one.classifier.probabilities(places).reshape(shape)
    image = ax.imshow(probability, origin="lower", extent=extent, aspect="auto", vmin=0, vmax=0.8)
    across, up = (np.linspace(low, high, points) for low, high in zip(one.low, one.high, strict=True))
    for neuron in active_neurons(one.classifier.network, one.classifier.scaler.transform(places)).T:
        if neuron.any() and not neuron.all():
            ax.contour(across, up, neuron.reshape(shape), levels=[0.5], colors="white", linewidths=0.7, linestyles="--")
    if probability.min() < 0.3 < probability.max():
        ax.contour(across, up, probability, levels=[0.3], colors="#E69F00", linewidths=2.5)
    return image


@figures.style()
def fitness(found):
    """Return a figure of predicted against measured fitness, the additive model beside the network."""
    fig, axes = figures.subplots(1, 2, figsize=(8.4, 4.2), sharex=True, sharey=True)
    ends = [found.y.min(), found.y.max()]
    for ax, (name, predicted) in zip(axes, {"additive": found.additive, "network": found.network}.items(), strict=True):
        ax.plot(found.y, predicted, ".", color=BLUE if name == "network" else ORANGE, ms=3, alpha=0.6)
        ax.plot(ends, ends, "-", color="black", lw=1)
        ax.set(title=f"{name}: Spearman {found.spearman[name][0]:.2f}", xlabel="measured ln(fitness + 0.01)")
    axes[0].set_ylabel("predicted")
    return fig


@figures.style()
def comparison(tables):
    """Return a figure of AUROC with its range for each model, one block a split."""
    fig, ax = figures.subplots(figsize=(7.2, 3.8))
    rows = [(split, row) for split, table in tables.items() for row in table.itertuples()]
    for y, (_, row) in enumerate(rows):
        colour, _, marker = LOOKS[row.model]
        ax.plot([row.low, row.high], [y, y], "-", color=colour, lw=2)
        ax.plot(row.AUROC, y, marker, color=colour, ms=9)
        ax.text(row.high + 0.004, y, f"{row.AUROC:.2f}", va="center", fontsize=11)
    ax.set_yticks(range(len(rows)), [f"{row.model}, {split}" for split, row in rows])
    ax.axhline(len(rows) / 2 - 0.5, color="0.6", lw=1)
    ax.invert_yaxis()
    ax.set_title("bars: range over splits (random), 95 % interval (scaffold)", fontsize=12)
    ax.set(xlabel="AUROC on the test molecules")
    ax.set_xlim(right=max(row.high for _, row in rows) + 0.04)
    return fig


@figures.style()
def interplay(task, models, first, second, names=("logistic", "network")):
    """Return a figure with one panel a model: mean logit against property `first`, at a low and a high `second`."""
    fig, axes = figures.subplots(1, len(models), figsize=(4.3 * len(models), 3.9), sharey=True)
    i, j = task.names.index(first), task.names.index(second)
    grid = np.linspace(*np.percentile(task.X[:, i], [5, 95]), 30)
    ends = np.percentile(task.X[:, j], [25, 75])
    sample = task.X[:: max(1, len(task.X) // 600)]
    for ax, (name, predict) in zip(np.atleast_1d(axes), models.items(), strict=True):
        for value, dash, colour in zip(ends, ("-", "--"), (BLUE, ORANGE), strict=True):
            line = []
            for x in grid:
                table = sample.copy()
                table[:, i], table[:, j] = x, value
                line.append(np.mean(predict(table)))
            ax.plot(grid, line, dash, color=colour, label=f"{axis_label(second)} = {value:.3g}")
        ax.set(title=name, xlabel=axis_label(first))
    np.atleast_1d(axes)[0].set_ylabel("mean logit of being active")
    np.atleast_1d(axes)[0].legend()
    return fig


@figures.style()
def thresholds(fig, y, probabilities, threshold, prevalence):
    """Draw ROC and precision–recall curves with the point of one threshold; return the four counts of that point."""
    fig.clear()
    left, right = fig.subplots(1, 2)
    recall, false_alarms = rates(y, probabilities)
    caught, raised = (probabilities[y == label] >= threshold for label in (1, 0))
    point = (raised.mean(), caught.mean())
    left.plot(false_alarms, recall, "-", color=BLUE)
    left.plot([0, 1], [0, 1], ":", color=GREY)
    left.set(title="ROC", xlabel="false alarms among the inactive", ylabel="found among the active")
    precision = at_prevalence(recall, false_alarms, prevalence)
    right.plot(recall, precision, "-", color=BLUE)
    right.axhline(prevalence, linestyle=":", color=GREY)
    right.text(0.98, prevalence + 0.02, f"coin: {prevalence:.2f}", ha="right", fontsize=11)
    right.set(title="precision and recall", xlabel="found among the active", ylabel="active among the alarms")
    left.plot(*point, "o", color=ORANGE, mec="black", ms=11)
    here = at_prevalence(np.array([point[1]]), np.array([point[0]]), prevalence)[0]
    right.plot(point[1], here, "o", color=ORANGE, mec="black", ms=11)
    for ax in (left, right):
        ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.05))
    return int(caught.sum()), int((~caught).sum()), int(raised.sum()), int((~raised).sum()), float(here)


def rates(y, probabilities):
    """Return recall and false-alarm rate at every threshold, from the strictest to the loosest.

    Examples
    --------
    >>> recall, false_alarms = rates(np.array([0, 1, 1]), np.array([0.4, 0.3, 0.9]))
    >>> recall.tolist(), false_alarms.tolist()
    ([0.0, 0.5, 0.5, 1.0], [0.0, 0.0, 1.0, 1.0])
    """
    order = np.argsort(-probabilities, kind="stable")
    hits = np.concatenate([[0], np.cumsum(y[order] == 1)])
    alarms = np.concatenate([[0], np.cumsum(y[order] == 0)])
    return hits / hits[-1], alarms / alarms[-1]


def at_prevalence(recall, false_alarms, prevalence):
    """Return the precision that the same rates give where actives are this common; 1 where no alarm is raised.

    Examples
    --------
    >>> at_prevalence(np.array([0.8]), np.array([0.1]), 0.5).round(3).tolist()
    [0.889]
    """
    true = recall * prevalence
    alarms = true + false_alarms * (1 - prevalence)
    return np.divide(true, alarms, out=np.ones_like(alarms, dtype=float), where=alarms > 0)


@figures.style()
def one_chain(states, probabilities):
    """Return a figure of one chain: the probability of each state at each residue, the truth as a band below."""
    fig, ax = figures.subplots(figsize=(9.6, 3.6))
    place = np.arange(1, len(states) + 1)
    looks = {"helix": (BLUE, "-", "H"), "strand": (ORANGE, "--", "E"), "coil": (GREY, ":", "C")}
    for column, (name, (colour, dash, letter)) in enumerate(looks.items()):
        ax.plot(place, probabilities[:, column], dash, color=colour, label=name)
        here = np.array(list(states)) == letter
        ax.plot(place[here], np.full(here.sum(), -0.12), "s", color=colour, ms=4)
    for letter, run in groupby(zip(states, place, strict=True), key=lambda pair: pair[0]):
        if letter != "C":
            ax.text(np.mean([x for _, x in run]), -0.18, letter, ha="center", va="top", fontsize=11)
    ax.set(ylim=(-0.35, 1.02), xlabel="residue", ylabel="probability", xlim=(0, len(states) + 1))
    fig.legend(loc="outside upper center", ncols=3)
    return fig


@figures.style()
def by_size(table):
    """Return a figure of Q3 against the number of hidden neurons: each seed a dot, the majority class a line."""
    fig, ax = figures.subplots(figsize=(7, 4))
    sizes = sorted(table["hidden"].unique())
    for x, size in enumerate(sizes):
        values = table.loc[table["hidden"] == size]
        ax.plot(np.full(len(values), x), values["training Q3"], "D", mfc="white", color=ORANGE)
        ax.plot(np.full(len(values), x), values["test Q3"], "o", color=BLUE)
    ax.plot([], [], "D", mfc="white", color=ORANGE, label="training residues")
    ax.plot([], [], "o", color=BLUE, label="test residues")
    ax.axhline(table["majority"].iloc[0], linestyle=":", color=GREY, label="always coil")
    ax.set_xticks(range(len(sizes)), [str(size) for size in sizes])
    ax.set(xlabel="neurons in the hidden layer (0: none)", ylabel="Q3")
    ax.legend()
    return fig


@figures.style()
def training_curve(losses, names=("training",)):
    """Return a figure of the loss against the epoch, one line a name."""
    fig, ax = figures.subplots(figsize=(7, 3.6))
    for values, name, look in zip(losses, names, ("train", "validation"), strict=False):
        ax.plot(np.arange(1, len(values) + 1), values, **figures.COLOURS[look], label=name)
    ax.set(xlabel="epoch", ylabel="loss")
    ax.legend()
    return fig
