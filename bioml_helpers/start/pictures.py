"""The static pictures of chapter 0."""

from __future__ import annotations

import numpy as np

from bioml_helpers import figures
from bioml_helpers.start import choice, layers
from bioml_helpers.start.tables import TIMELINE

_BOX = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": "black"}
_LEAF = {**_BOX, "facecolor": "#DCEBF5", "edgecolor": figures.OKABE_ITO["blue"]}
_ARROW = {"arrowstyle": "->", "linewidth": 1.4, "color": "black"}


@figures.style()
def timeline():
    """Return a figure of the timeline: architectures in the upper lane, training in the lower."""
    fig, ax = figures.subplots(figsize=(11, 6.2))
    rows = list(zip(*(TIMELINE.column(name) for name in ("year", "lane", "what")), strict=True))
    for lane, side, look in (("architecture", 1, ("blue", "o")), ("training", -1, ("vermillion", "s"))):
        own = [(int(year), what) for year, _lane, what in rows if _lane == lane]
        heights = side * (0.9 + 1.05 * (np.arange(len(own)) % 5))
        for (year, what), height in zip(own, heights, strict=True):
            ax.plot([year, year], [0, height], color="0.75", linestyle="-", lw=1, zorder=1)
            ax.plot(year, height, look[1], color=figures.OKABE_ITO[look[0]], ms=7)
            at_left = year > 2000
            ax.annotate(
                f"{year} {what}",
                (year, height),
                (-9 if at_left else 9, 0),
                textcoords="offset points",
                ha="right" if at_left else "left",
                va="center",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
        ax.text(1941, side * 5.9, f"{lane}s" if side > 0 else lane, fontweight="bold", va="center", color="black")
    ax.axhline(0, color="black", lw=1.5)
    ax.set(xlim=(1940, 2025), ylim=(-6.4, 6.4), xlabel="year")
    ax.set_yticks([])
    ax.grid(False)
    ax.spines["left"].set_visible(False)
    return fig


@figures.style()
def flowchart():
    """Return a still drawing of the whole flowchart: four questions, and a leaf for each answer."""
    fig, ax = figures.subplots(figsize=(11, 6.6))
    ax.set(xlim=(0, 110), ylim=(0, 66))
    ax.axis("off")
    name = {leaf.name: f"{leaf.model}\n{leaf.chapter}" for leaf in choice.LEAVES}
    exits = [("autoencoder", "no"), ("linear", "yes"), ("linear", "no")]
    for number, question in enumerate(choice.QUESTIONS):
        x, y = 14 + 27 * number, 60
        box = ax.text(x, y, _in_two_lines(question), ha="center", va="center", bbox=_BOX, fontweight="bold")
        if number < 3:
            leaf, answer = exits[number]
            ax.annotate("", (x + 16.7, y), (x + 10, y), arrowprops=_ARROW)
            ax.text(x + 13.5, y + 1.8, {"no": "yes", "yes": "no"}[answer], ha="center")
            ax.annotate("", (x, 46), (x, 56), arrowprops=_ARROW)
            ax.text(x + 1, 51, answer)
            ax.text(x, 43, name[leaf], ha="center", va="center", bbox=_LEAF)
        box.set_zorder(5)
    ax.annotate("", (95, 37), (95, 56), arrowprops=_ARROW)
    _structures(ax, name)
    return fig


def _in_two_lines(question: str) -> str:
    words = question.split()
    middle = len(words) // 2 + (len(words) > 4)
    return " ".join(words[:middle]) + "\n" + " ".join(words[middle:])


def _structures(ax, name):
    """Draw the last question's answers: one row a structure, one column below and one above the line of enough."""
    columns = (33, 71)
    for x, text in zip((3, *columns), ("the input is …", "fewer examples", "more examples"), strict=True):
        ax.text(x, 35, text, ha="left", va="center", fontweight="bold")
    for row, (structure, leaves) in enumerate(choice.BY_STRUCTURE.items()):
        y = 30.5 - 5.6 * row
        ax.text(3, y, choice.STRUCTURES[structure].partition(" (")[0], ha="left", va="center")
        line = choice.enough(structure)
        for x, leaf, many in zip(columns, leaves, (f"< {line:,}", f"≥ {line:,}"), strict=True):
            ax.text(x, y, f"{many}:  {name[leaf].partition(chr(10))[0]}", ha="left", va="center", bbox=_LEAF)


@figures.style()
def duels(table):
    """Return a figure of each duel's advantage of the network, in units of its interval's half width."""
    fig, ax = figures.subplots(figsize=(9, 3.6))
    looks = {
        "network": ("^", "blue", "the network wins"),
        "tie": ("o", "black", "tie"),
        "simple": ("v", "vermillion", "the simple model wins"),
    }
    seen = set()
    for row, duel in enumerate(table):
        gain, low, high = duel.advantage
        scale = max(abs(gain), abs(low), abs(high))
        marker, colour, words = looks[duel.winner]
        ax.plot([low / scale, high / scale], [row, row], "-", color=figures.OKABE_ITO[colour], lw=3)
        ax.plot(
            gain / scale, row, marker, color=figures.OKABE_ITO[colour], ms=11, label=None if words in seen else words
        )
        seen.add(words)
    ax.axvline(0, color="black", lw=1)
    ax.set_yticks(range(len(table)), [duel.task for duel in table])
    ax.set_xticks([-1, 0, 1], ["simple model\nis better", "no\ndifference", "network\nis better"])
    ax.set(
        xlim=(-1.15, 1.15),
        ylim=(len(table) - 0.5, -0.5),
        xlabel="advantage with its 95 % interval, each row on a scale of its own",
    )
    fig.legend(loc="outside upper center", ncols=3)
    return fig


@figures.style()
def hill_with_slope(at, ec50, n):
    """Return a figure of the Hill function with its tangent at the concentration `at` (µM)."""
    fig, ax = figures.subplots(figsize=(7, 3.6))
    x, near = np.linspace(0, 4 * ec50, 300), np.array([0.4, 1.6]) * at
    height, slope = layers.hill(at, ec50, n), layers.hill_slope(at, ec50, n)
    ax.plot(x, layers.hill(x, ec50, n), **figures.COLOURS["model"], label="Hill function")
    ax.plot(near, height + slope * (near - at), **figures.COLOURS["other model"], label=f"slope {slope:.3f} per µM")
    ax.plot(at, height, "o", color="black", label=f"here: {at:g} µM")
    ax.plot(ec50, 0.5, "s", color=figures.OKABE_ITO["green"], label=f"EC50: {ec50:g} µM")
    ax.set(xlabel="concentration (µM)", ylabel="share of full effect")
    ax.legend(loc="lower right")
    return fig


@figures.style()
def needed(people, variants):
    """Return a figure of how many common variants tell so many people apart."""
    fig, ax = figures.subplots(figsize=(7, 3.6))
    ax.plot(people, variants, "o-", color=figures.OKABE_ITO["blue"], label="variants until nobody shares a profile")
    for x, y in zip(people, variants, strict=True):
        ax.annotate(str(y), (x, y), (0, 9), textcoords="offset points", ha="center", fontweight="bold")
    ax.set(
        xscale="log", xlabel="people in the data set", ylabel="common variants needed", ylim=(0, max(variants) * 1.3)
    )
    ax.set_xticks(people, [f"{one:,}" for one in people])
    ax.minorticks_off()
    ax.legend(loc="lower right")
    return fig


@figures.style()
def plates(before, after):
    """Return a figure of a plate of 8 rows and 12 columns, before and after its columns were put on one level."""
    fig, axes = figures.subplots(1, 2, figsize=(10, 3.6))
    for ax, plate, title in zip(axes, (before, after), ("as measured", "each column minus its mean"), strict=True):
        picture = ax.imshow(plate)
        ax.set(title=title, xlabel="column")
        ax.set_xticks(range(12), range(1, 13))
        ax.set_yticks(range(8), "ABCDEFGH")
        fig.colorbar(picture, ax=ax, shrink=0.8, label="optical density")
    axes[0].set_ylabel("row")
    return fig


@figures.style()
def straightened(hours, density):
    """Return a figure of exponential growth on an ordinary and on a logarithmic axis."""
    fig, axes = figures.subplots(1, 2, figsize=(10, 3.6))
    for ax, scale in zip(axes, ("linear", "log"), strict=True):
        ax.plot(hours, density, "o-", color=figures.OKABE_ITO["blue"])
        ax.set(
            yscale=scale,
            xlabel="hours",
            ylabel="optical density",
            title=f"{scale} axis".replace("log ", "logarithmic "),
        )
        ax.minorticks_off()
    axes[1].set_yticks([0.05, 0.1, 0.2, 0.4, 0.8, 1.6], ["0.05", "0.1", "0.2", "0.4", "0.8", "1.6"])
    return fig


@figures.style()
def p_values(values):
    """Return a histogram of p-values in twenty bins, with the line at 0.05."""
    fig, ax = figures.subplots(figsize=(7, 3.4))
    ax.hist(values, bins=np.linspace(0, 1, 21), color=figures.OKABE_ITO["sky blue"], edgecolor="black")
    ax.axhline(len(values) / 20, color="black", linestyle="--", label="expected without any effect")
    ax.axvline(0.05, color=figures.OKABE_ITO["vermillion"], linestyle="-", label="0.05")
    ax.set(xlabel="p-value", ylabel="comparisons", xlim=(0, 1), ylim=(0, len(values) / 20 * 1.8))
    ax.legend(loc="upper right")
    return fig
