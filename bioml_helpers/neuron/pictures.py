"""The static pictures of chapter 2."""

from __future__ import annotations

import numpy as np

from bioml_helpers import figures
from bioml_helpers.neuron import layers, models

AT_LEAST_ONE_AND_BOTH = ((20, 20, -10), (20, 20, -30))
ONE_NOT_BOTH = (20, -20, -10)


@figures.style()
def two_neurons(times, potential, spikes, currents, rates, artificial):
    """Return a figure of a spiking neuron over time, and of spike rate and artificial output against the current.

    Parameters
    ----------
    times, potential : array_like of shape (steps,)
        In ms, and in mV above rest.
    spikes : array_like
        Times in ms.
    currents, rates, artificial : array_like of shape (n,)
        Current in nA, spikes a second, output between 0 and 1.
    """
    fig, (left, right) = figures.subplots(1, 2, figsize=(9.6, 3.6), width_ratios=[5, 4])
    left.plot(times, potential, **figures.COLOURS["model"])
    left.vlines(spikes, 15, 22, color=figures.OKABE_ITO["vermillion"], lw=2.2, label="spike")
    left.axhline(15, **figures.COLOURS["baseline"], label="threshold")
    left.set(xlabel="time (ms)", ylabel="potential above rest (mV)", title="leaky integrate-and-fire", ylim=(-1, 31))
    left.legend(loc="upper right", ncols=2)
    right.plot(currents, rates / rates.max(), "-", color=figures.OKABE_ITO["blue"], label="spike rate, largest = 1")
    right.plot(currents, artificial, "--", color=figures.OKABE_ITO["orange"], label="σ(w·current + b)")
    right.set(xlabel="input current (nA)", ylabel="output", title="the same input, both neurons", ylim=(-0.05, 1.3))
    right.legend(loc="upper left")
    return fig


@figures.style()
def activations():
    """Return a figure with one panel an activation: its value, and its slope dashed."""
    fig, axes = figures.subplots(1, 4, figsize=(11, 3.1))
    z = np.linspace(-6, 6, 601)
    looks = {"sigmoid": "sigmoid: 0 to 1", "tanh": "tanh: −1 to 1", "relu": "ReLU: 0 or more", "step": "step: 0 or 1"}
    for ax, (name, title) in zip(axes, looks.items(), strict=True):
        y = layers.ACTIVATIONS[name](z)
        slope = np.zeros_like(z) if name == "step" else np.gradient(y, z)
        ax.plot(z, y, **figures.COLOURS["model"], label="value")
        ax.plot(z, slope, **figures.COLOURS["other model"], label="slope")
        ax.set(xlabel="z", title=title, ylim=(-1.15, 2.1 if name == "relu" else 1.25))
    axes[0].legend(loc="upper left")
    return fig


@figures.style()
def one_input(doses, stunted, w, b):
    """Return a figure of stunted roots (1) and others (0) against ln(dose in mM), with the neuron's output."""
    fig, ax = figures.subplots(figsize=(6.6, 3.4))
    rng = np.random.default_rng(0)
    ax.plot(doses, stunted + rng.uniform(-0.03, 0.03, len(doses)), **figures.COLOURS["data"], label="one root")
    grid = np.linspace(doses.min(), doses.max(), 200)
    ax.plot(grid, layers.sigmoid(w * grid + b), **figures.COLOURS["model"], label="neuron")
    ax.axvline(-b / w, **figures.COLOURS["baseline"], label="z = 0")
    ticks = [0.3, 1, 3, 10, 30]
    ax.set_xticks(np.log(ticks), ["0", "1", "3", "10", "30"])
    ax.set(xlabel="ferulic acid (mM)", ylabel="probability of a stunted root")
    ax.legend(loc="center right")
    return fig


@figures.style()
def loss(losses):
    """Return a figure of the loss at each step of gradient descent."""
    fig, ax = figures.subplots(figsize=(6.4, 3.2))
    ax.plot(np.arange(1, len(losses) + 1), losses, **figures.COLOURS["train"])
    ax.axhline(np.log(2), **figures.COLOURS["baseline"], label="always 0.5: ln 2 = 0.693")
    ax.set(xscale="log", xlabel="step", ylabel="binary cross-entropy", ylim=(0, 0.75))
    ax.legend(loc="lower left")
    return fig


@figures.style()
def xor(hidden=AT_LEAST_ONE_AND_BOTH, output=ONE_NOT_BOTH):
    """Return a figure of XOR in the plane of the inputs, and in the plane of the two hidden neurons.

    Parameters
    ----------
    hidden : array_like of shape (2, 3)
    output : array_like of shape (3,)
        As in `models.two_layers`.
    """
    fig, (left, right) = figures.subplots(1, 2, figsize=(8.4, 3.9))
    hidden, output = np.asarray(hidden, float), np.asarray(output, float)
    inside = np.column_stack([layers.neuron_forward(models.TRUTH_TABLE, row[:2], row[2]) for row in hidden])
    side = np.linspace(-0.3, 1.3, 120)
    x1, x2 = np.meshgrid(side, side)
    plane = np.column_stack([x1.ravel(), x2.ravel()])
    shades = {"origin": "lower", "extent": (-0.3, 1.3, -0.3, 1.3), "cmap": "Blues", "vmin": 0, "vmax": 1.4}
    left.imshow(models.two_layers(hidden, output, plane).reshape(x1.shape), aspect="auto", **shades)
    right.imshow(layers.neuron_forward(plane, output[:2], output[2]).reshape(x1.shape), aspect="auto", **shades)
    _four_cases(left, models.TRUTH_TABLE, [(8, 8), (8, 8), (8, 8), (-62, 0)])
    _four_cases(right, inside, [(8, 8), (8, -16), (8, 10), (-62, 0)])
    left.set(xlabel="factor A", ylabel="factor B", title="what the first layer sees")
    right.set(xlabel="hidden neuron 1", ylabel="hidden neuron 2", title="what the last neuron sees")
    return fig


def _four_cases(ax, places, offsets):
    for (x1, x2), name, wanted, offset in zip(places, ("none", "A", "B", "A and B"), models.XOR, offsets, strict=True):
        ax.plot(x1, x2, "o", color="black" if wanted else "white", markeredgecolor="black", markersize=12)
        ax.annotate(name, (x1, x2), offset, textcoords="offset points", fontweight="bold", va="center")
    ax.set_xticks([0, 0.5, 1])
    ax.set_yticks([0, 0.5, 1])


@figures.style()
def letters(table):
    """Return a figure of how often each base stands at each position of the promoters, and of the other sequences."""
    X, y = models.promoter_inputs(table)
    shares = X.reshape(len(X), -1, 4)  # (batch, 57, 4)
    fig, axes = figures.subplots(2, 1, figsize=(9.6, 4.4), sharex=True)
    places = np.arange(len(models.POSITIONS))
    for ax, label, name in zip(axes, (1, 0), ("promoters", "not promoters"), strict=True):
        image = ax.imshow(shares[y == label].mean(axis=0).T, aspect="auto", cmap="cividis", vmin=0, vmax=0.85)
        ax.set_yticks(range(4), list("ACGT"))
        ax.set_title(f"{int((y == label).sum())} {name}")
        ax.spines[:].set_visible(False)
    shown = [i for i, p in enumerate(models.POSITIONS) if p % 10 == 0 or p == 1]
    axes[1].set_xticks(places[shown], [f"{p:+d}".replace("-", "−") for p in models.POSITIONS[shown]])
    axes[1].set_xlabel("position (+1: first base of the RNA)")
    fig.colorbar(image, ax=axes, label="share of sequences")
    return fig


@figures.style()
def logo(weights):
    """Return a figure of a neuron's weights as a sequence logo, the two boxes shaded; `weights` is a `weight_table`."""
    fig, ax = figures.subplots(figsize=(11, 4))
    figures.sequence_logo(ax, weights.to_numpy().T, positions=list(weights.index), ylabel="weight")
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.22 * (high - low))
    for name, (first, last) in models.BOXES.items():
        start, end = weights.index.get_loc(first) - 0.5, weights.index.get_loc(last) + 0.5
        ax.axvspan(start, end, color=figures.OKABE_ITO["sky blue"], alpha=0.25, zorder=0)
        ax.text((start + end) / 2, high + 0.06 * (high - low), name, ha="center", fontweight="bold")
    ax.set_xticks([i for i, p in enumerate(weights.index) if p % 5 == 0 or p == 1])
    ax.set_xticklabels([f"{p:+d}".replace("-", "−") for p in weights.index if p % 5 == 0 or p == 1])
    ax.set_xlabel("position (+1: first base of the RNA)")
    return fig


@figures.style()
def errors(table):
    """Return a figure of errors out of 106 with their intervals, one row a model; `table` is a `results_table`."""
    fig, ax = figures.subplots(figsize=(8, 0.5 * len(table) + 1.4))
    places = np.arange(len(table))[::-1]
    for kind, look in ((True, "#767676"), (False, figures.OKABE_ITO["blue"])):
        rows = (table["baseline"] == kind).to_numpy()
        label = "baseline" if kind else "neuron"
        ax.hlines(places[rows], table["low"][rows], table["high"][rows], color=look, lw=3)
        ax.plot(table["mean"][rows], places[rows], "s" if kind else "o", color=look, ms=8, label=label)
    ax.axvline(53, **{**figures.COLOURS["baseline"], "color": "black"}, label="guessing")
    ax.set_yticks(places, table["model"])
    ax.set(xlabel="errors out of 106", xlim=(0, 66), ylim=(-0.6, len(table) - 0.4))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return fig


@figures.style()
def leak(outside, inside):
    """Return a figure of errors on shuffled labels, columns chosen outside and inside the loop, one pair a shuffle."""
    fig, ax = figures.subplots(figsize=(7.2, 2.9))
    for shuffle, pair in enumerate(zip(outside, inside, strict=True)):
        ax.plot(pair, [shuffle, shuffle], "-", color="#767676", lw=1.5)
    places = np.arange(len(outside))
    ax.plot(outside, places, "s", color=figures.OKABE_ITO["vermillion"], ms=9, label="columns chosen on all 106")
    ax.plot(inside, places, "o", color=figures.OKABE_ITO["blue"], ms=9, label="chosen without the left-out one")
    ax.axvline(53, **figures.COLOURS["baseline"], label="guessing")
    ax.set_yticks(places, [f"shuffle {one + 1}" for one in places])
    ax.set(xlabel="errors out of 106", xlim=(0, 75), ylim=(-0.6, len(outside) - 0.4))
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


@figures.style()
def mistakes(curves):
    """Return a figure of a perceptron's mistakes in each pass, one line a name in `curves`."""
    fig, ax = figures.subplots(figsize=(7, 3.4))
    for (name, counts), look in zip(curves.items(), ("train", "validation", "test"), strict=False):
        ax.plot(np.arange(1, len(counts) + 1), counts, **{**figures.COLOURS[look], "marker": "o", "ms": 4}, label=name)
    ax.set(xlabel="pass over the data", ylabel="mistakes", ylim=(-0.5, None))
    ax.set_xticks([1, 5, 10, 15, 20])
    ax.legend()
    return fig


@figures.style()
def reliability(table):
    """Return a figure of observed shares against predicted probabilities, with intervals; see `models.reliability`."""
    fig, ax = figures.subplots(figsize=(5.2, 4.4))
    ax.plot([0, 1], [0, 1], **figures.COLOURS["baseline"], label="calibrated")
    ax.vlines(table["predicted"], table["low"], table["high"], color=figures.OKABE_ITO["blue"], lw=2.5)
    ax.plot(table["predicted"], table["observed"], "o", color=figures.OKABE_ITO["blue"], label="bins, 95 % interval")
    for row in table.itertuples():
        ax.annotate(f"n = {row.examples}", (row.predicted, row.observed), (8, -4), textcoords="offset points")
    ax.set(xlabel="predicted probability", ylabel="share that was a promoter", xlim=(-0.05, 1.18), ylim=(-0.05, 1.05))
    ax.legend(loc="upper left")
    return fig
