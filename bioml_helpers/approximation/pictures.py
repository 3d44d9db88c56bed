"""The static pictures of chapter 1."""

from __future__ import annotations

import numpy as np

from bioml_helpers import figures
from bioml_helpers.approximation.models import CONTROL_AT, log_dose

DOSE_TICKS = [CONTROL_AT, 1, 3, 10, 30]
DOSE_LABELS = ["0", "1", "3", "10", "30"]


@figures.style()
def ryegrass(dose, length):
    """Return a figure of root length (cm) against dose (mM), one dot a root."""
    fig, ax = figures.subplots(figsize=(7, 4))
    _roots(ax, dose, length)
    ax.legend()
    return fig


@figures.style()
def fits(dose, length, trained, by_hand):
    """Return a figure with one panel a width: the roots, the trained networks and the hand-placed line."""
    fig, axes = figures.subplots(1, len(trained), figsize=(3.4 * len(trained), 3.8), sharey=True)
    grid = np.linspace(np.log(CONTROL_AT), np.log(30), 200)
    for ax, (width, networks) in zip(np.atleast_1d(axes), trained.items(), strict=True):
        _roots(ax, dose, length, ylabel=width == next(iter(trained)))
        for i, prediction in enumerate(networks.predict(grid)):
            label = f"{len(networks.rss)} trained networks" if i == 0 else None
            ax.plot(np.exp(grid), prediction, "-", color=figures.OKABE_ITO["orange"], lw=1.6, label=label)
        ax.plot(np.exp(grid), by_hand.predict(grid), "--", color=figures.OKABE_ITO["blue"], lw=1.6, label="by hand")
        ax.set_title(f"{width} neurons")
    handles, labels = ax.get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=3)
    return fig


@figures.style()
def elisa(table):
    """Return a figure of optical density against DNase concentration, one thin line a run."""
    fig, ax = figures.subplots(figsize=(7, 4))
    for _, run in table.groupby("run"):
        means = run.groupby("concentration_ng_per_ml")["optical_density"].mean()
        ax.plot(means.index, means.values, "-", color=figures.OKABE_ITO["sky blue"], lw=1)
    ax.plot(table["concentration_ng_per_ml"], table["optical_density"], ".", color="black", ms=4, label="one well")
    ax.plot([], [], "-", color=figures.OKABE_ITO["sky blue"], lw=1, label="one run (means)")
    ax.set(xscale="log", xlabel="DNase concentration (ng/ml)", ylabel="optical density")
    ax.set_xticks([0.1, 0.3, 1, 3, 10], ["0.1", "0.3", "1", "3", "10"])
    ax.minorticks_off()
    ax.legend()
    return fig


@figures.style()
def enzyme(table, networks):
    """Return a figure of enzyme rate against substrate for both treatments, with the two-input network's curves."""
    fig, ax = figures.subplots(figsize=(7, 4))
    grid = np.linspace(np.log(table["concentration_ppm"].min()), np.log(table["concentration_ppm"].max()), 100)
    styles = {"treated": ("o", "-", "blue"), "untreated": ("s", "--", "vermillion")}
    for state, (marker, dash, colour) in styles.items():
        rows = table[table["state"] == state]
        ax.plot(
            rows["concentration_ppm"],
            rows["rate_counts_per_min2"],
            marker,
            color=figures.OKABE_ITO[colour],
            label=state,
        )
        inputs = np.column_stack([grid, np.full_like(grid, state == "treated")])
        ax.plot(np.exp(grid), 100 * networks.predict(inputs).mean(axis=0), dash, color=figures.OKABE_ITO[colour])
    ax.set(xlabel="substrate (ppm)", ylabel="rate (counts/min²)")
    ax.legend()
    return fig


@figures.style()
def extrapolation(dose, length, formula, networks):
    """Return a figure of a formula and networks beyond the highest dose they were fitted on, that region hatched.

    `formula` and `networks` were fitted on doses below 15 mM.
    """
    fig, ax = figures.subplots(figsize=(7, 4.4))
    grid = np.linspace(np.log(CONTROL_AT), np.log(30), 200)
    seen = dose < 15
    ax.axvspan(dose[seen].max(), 33, facecolor="none", edgecolor="0.7", hatch="//", label="no data in training")
    ax.axhline(0, color="0.5", lw=0.8)
    _roots(ax, dose[seen], length[seen])
    ax.plot(dose[~seen], length[~seen], "o", mfc="white", color="black", label="hidden roots")
    ax.plot(np.exp(grid), formula.predict(np.exp(grid)), "-", color=figures.OKABE_ITO["blue"], label="formula")
    for i, prediction in enumerate(networks.predict(grid)):
        label = "five networks" if i == 0 else None
        ax.plot(np.exp(grid), prediction, "--", color=figures.OKABE_ITO["orange"], label=label)
    ax.legend(loc="lower left")
    return fig


@figures.style()
def losses(curves):
    """Return a figure of training losses against the step, one line a name in `curves`."""
    fig, ax = figures.subplots(figsize=(7, 4))
    for (name, values), look in zip(curves.items(), ("train", "validation", "test"), strict=False):
        ax.plot(np.arange(1, len(values) + 1), values, **figures.COLOURS[look], label=name)
    ax.set(xscale="log", yscale="log", xlabel="step", ylabel="mean squared error (cm²)")
    ax.legend()
    return fig


@figures.style()
def path(share, rss):
    """Return a figure of the RSS on the way from trained to hand-placed weights, one line a start."""
    fig, ax = figures.subplots(figsize=(7, 4))
    for one, dash in zip(rss, ("-", "--", "-.", ":", (0, (5, 1))), strict=False):
        ax.plot(share, one, linestyle=dash, color=figures.OKABE_ITO["blue"], lw=1.6)
    ax.plot(0 * rss[:, 0], rss[:, 0], "o", color=figures.OKABE_ITO["orange"], ms=9, label="where training stopped")
    ax.plot([1], rss[:1, -1], "s", color=figures.OKABE_ITO["green"], ms=9, label="placed by hand")
    ax.set(yscale="log", xlabel="way from trained to hand-placed weights", ylabel="RSS (cm²)")
    ax.legend()
    return fig


def _roots(ax, dose, length, ylabel=True):
    ax.plot(np.exp(log_dose(dose)), length, "o", color="black", ms=5, label="one root")
    ax.set(xscale="log", xlabel="ferulic acid (mM)")
    ax.set_xticks(DOSE_TICKS, DOSE_LABELS)
    ax.minorticks_off()
    if ylabel:
        ax.set_ylabel("root length (cm)")
