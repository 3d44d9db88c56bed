"""The static pictures of chapter 5."""

from __future__ import annotations

import numpy as np

from bioml_helpers import figures

BLUE, ORANGE, GREEN, GREY = (*(figures.OKABE_ITO[name] for name in ("blue", "vermillion", "green")), "#767676")
LOOKS = [(BLUE, "-", "o"), (ORANGE, "--", "s"), (GREEN, "-.", "D"), (GREY, ":", "v")]  # colour, dash, marker


@figures.style()
def binding_track(sequence, found, *, site=None, fig=None):
    """Return a figure of the probability of binding at each base, over the letters.

    Parameters
    ----------
    sequence : str
    found : dict of str to array_like of shape (length,)
        One line a name.
    site : (int, int), optional
        First and last base of the true site, counted from 0; shaded.
    fig : matplotlib figure, optional
        Drawn on anew; by default a new one.
    """
    if fig is None:
        fig, _ = figures.subplots(figsize=(9.6, 3.6))
    fig.clear()
    ax = fig.subplots()
    place = np.arange(len(sequence))
    if site is not None:
        ax.axvspan(site[0] - 0.5, site[1] + 0.5, color="#EFEFEF", zorder=0)
    for (name, values), (colour, dash, marker) in zip(found.items(), LOOKS, strict=False):
        ax.plot(place, values, dash, marker=marker, ms=4, color=colour, label=name)
    ax.set(ylim=(-0.03, 1.05), xlim=(-1, len(sequence)), ylabel="probability of binding")
    ax.set_xticks(place, list(sequence), fontfamily="monospace", fontsize=11)
    ax.tick_params(axis="x", length=0)
    ax.grid(False, axis="x")
    fig.legend(loc="outside upper center", ncols=len(found))
    return fig


@figures.style()
def along_the_site(profiles, site):
    """Return a figure of the mean probability at each base of a true site, one line a name."""
    fig, ax = figures.subplots(figsize=(7, 3.8))
    for (name, values), (colour, dash, marker) in zip(profiles.items(), LOOKS, strict=False):
        ax.plot(np.arange(len(site)), values, dash, marker=marker, color=colour, label=name, ms=8, alpha=0.85)
    ax.set_xticks(range(len(site)), list(site))
    ax.set(ylim=(-0.03, 1.05), xlabel="base of the site", ylabel="mean probability of binding")
    ax.legend(loc="lower right")
    return fig


@figures.style()
def intervals(table, *, xlabel, reference=None):
    """Return a figure of one row a model: its mean, and its interval or range.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``model``, ``mean``, ``low``, ``high``, ``baseline``.
    xlabel : str
    reference : (str, float), optional
        A line with its name.
    """
    fig, ax = figures.subplots(figsize=(7.6, 0.55 * len(table) + 1.5))
    for y, row in enumerate(table.itertuples()):
        colour, marker = (GREY, "v") if row.baseline else (BLUE, "o")
        ax.plot([row.low, row.high], [y, y], "-", color=colour, lw=2)
        ax.plot(row.mean, y, marker, color=colour, ms=9)
        ax.annotate(f"{row.mean:.3g}", (row.high, y), xytext=(8, 0), textcoords="offset points", va="center")
    if reference is not None:
        ax.axvline(reference[1], linestyle="--", color=ORANGE)
        ax.annotate(reference[0], (reference[1], 1.02), xycoords=("data", "axes fraction"), ha="center", fontsize=11)
    ax.set_yticks(range(len(table)), table["model"])
    ax.invert_yaxis()
    ax.margins(x=0.12, y=0.15)
    ax.set(xlabel=xlabel)
    return fig


@figures.style()
def oscillator(series, number=0):
    """Return a figure of one series of the oscillator: three genes, each repressing the next."""
    fig, ax = figures.subplots(figsize=(8, 3.2))
    for gene, (colour, dash, marker) in zip(range(series.shape[2]), LOOKS, strict=False):
        ax.plot(series[number, :, gene], dash, marker=marker, ms=4, color=colour, label=f"gene {gene + 1}")
    ax.set(xlabel="time point", ylabel="ln(expression), in SD")
    fig.legend(loc="outside upper center", ncols=3)
    return fig


@figures.style()
def growing_errors(errors, *, floor=None):
    """Return a figure of the squared error against the steps since the last known time point, one line a model."""
    fig, ax = figures.subplots(figsize=(7.4, 3.9))
    for (name, values), (colour, dash, marker) in zip(errors.items(), LOOKS, strict=False):
        ax.plot(np.arange(1, len(values) + 1), values, dash, marker=marker, ms=5, color=colour, label=name)
    if floor is not None:
        ax.axhline(floor, linestyle=":", color="black", lw=1)
        ax.text(len(values), floor, "noise of the measurement", ha="right", va="bottom", fontsize=11)
    ax.set_yscale("log")
    ticks = [0.01, 0.1, 1]
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set(xlabel="steps after the last known time point", ylabel="mean squared error")
    ax.legend()
    return fig


@figures.style()
def forecasts(minutes, measured, said, *, known, names):
    """Return a figure of a few genes, a panel each: measured points, and forecasts of what comes after the known ones.

    Parameters
    ----------
    minutes : array_like of shape (steps,)
    measured : array_like of shape (genes, steps)
    said : dict of str to array_like of shape (genes, steps − known)
    known : int
        Time points that the forecasts were made from.
    names : list of str
        Of the genes.
    """
    fig, axes = figures.subplots(1, len(names), figsize=(9.6, 3.4), sharey=True)
    for number, (ax, name) in enumerate(zip(np.atleast_1d(axes), names, strict=True)):
        ax.plot(minutes, measured[number], ".", color="black", ms=6, label="measured")
        for (model, values), (colour, dash, _) in zip(said.items(), LOOKS, strict=False):
            ax.plot(minutes[known:], values[number], dash, color=colour, lw=2, label=model)
        ax.axvline(minutes[known] - 2.5, color="0.6", lw=1)
        ax.set(title=name, xlabel="minutes")
    np.atleast_1d(axes)[0].set_ylabel("log₂ expression, in SD")
    handles, labels = np.atleast_1d(axes)[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper center", ncols=len(labels))
    return fig
