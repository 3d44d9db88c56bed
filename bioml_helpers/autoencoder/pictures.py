"""The static pictures of chapter 8."""

from __future__ import annotations

import numpy as np

from bioml_helpers import figures

BLUE, ORANGE, GREEN, PURPLE, GREY = (
    figures.OKABE_ITO["blue"],
    figures.OKABE_ITO["vermillion"],
    figures.OKABE_ITO["green"],
    figures.OKABE_ITO["purple"],
    "#767676",
)
LOOKS = [(BLUE, "-", "o"), (ORANGE, "--", "D"), (GREEN, "-.", "s")]
MARKERS = "osD^v<>Pp*Xh"


@figures.style()
def curves(tables, *, baseline=None):
    """Return a figure of the right residues against the size of the bottleneck, one line a table.

    `tables` maps a name to a table with the columns ``d``, ``seed`` and ``accuracy``.
    """
    fig, ax = figures.subplots(figsize=(7.2, 3.9))
    ticks = sorted({d for table in tables.values() for d in table["d"]})
    for (name, table), (colour, dash, marker) in zip(tables.items(), LOOKS, strict=False):
        mean = table.groupby("d")["accuracy"].mean()
        ax.plot(mean.index, mean, color=colour, linestyle=dash, marker=marker, ms=8, label=name)
        if table["seed"].nunique() > 1:
            spread = table.groupby("d")["accuracy"]
            ax.vlines(mean.index, spread.min(), spread.max(), color=colour, lw=2)
    if baseline is not None:
        ax.axhline(baseline, color="black", lw=1, linestyle=":")
        ax.text(ticks[0], baseline + 0.02, "always the commonest residue", fontsize=11)
    ax.axhline(0.8, color=GREY, lw=1)
    ax.text(ticks[0], 0.815, "4 of 5", fontsize=11)
    ax.set_xscale("log")
    ax.set_xticks(ticks, [str(one) for one in ticks])
    ax.minorticks_off()
    ax.set(xlabel="numbers in the bottleneck", ylabel="held-out residues right", ylim=(0, 1.04))
    ax.legend(loc="lower right", bbox_to_anchor=(1.0, 0.18 if baseline is not None else 0.02))
    return fig


@figures.style()
def positions(curve):
    """Return a figure of the right residues by position, a group of bars for each bottleneck."""
    fig, ax = figures.subplots(figsize=(7.2, 3.4))
    mean = curve.groupby("d")[[f"p{i}" for i in range(1, 6)]].mean()
    width = 0.8 / len(mean)
    for at, (d, row) in enumerate(mean.iterrows()):
        x = np.arange(1, 6) + (at - (len(mean) - 1) / 2) * width
        colour = figures.COLOURS["model"] if at == 0 else [BLUE, ORANGE, GREEN, PURPLE, GREY][at % 5]
        ax.bar(
            x,
            row,
            width * 0.92,
            color=colour,
            hatch=["", "//", "..", "xx", "\\\\"][at % 5],
            edgecolor="white",
            label=f"{d}",
        )
    ax.set_xticks(range(1, 6), ["1", "2", "3 (free)", "4", "5"])
    ax.set(xlabel="position", ylabel="held-out residues right", ylim=(0, 1.04))
    ax.legend(title="numbers", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return fig


def latent(fig, z, families, point, reach):
    """Draw latent vectors as points, a marker and a colour a family, and a cross where the decoder is asked."""
    fig.clear()
    ax = fig.subplots()
    colours = list(figures.OKABE_ITO.values())
    for number in sorted(set(families.tolist())):
        rows = families == number
        ax.plot(*z[rows].T, MARKERS[number % len(MARKERS)], color=colours[number % len(colours)], ms=6, alpha=0.7)
        ax.text(
            *np.median(z[rows], axis=0), str(number), fontsize=12, weight="bold", ha="center", va="center", bbox=BOX
        )
    ax.plot(*point, "x", color="black", ms=14, mew=3)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), xlabel="first latent number", ylabel="second latent number")


BOX = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}


@figures.style()
def two_maps(places, families):
    """Return a figure of two latent maps side by side; `places` maps a name to vectors of two numbers."""
    fig, axes = figures.subplots(1, 2, figsize=(9.6, 4.2))
    colours = list(figures.OKABE_ITO.values())
    for ax, (name, z) in zip(axes, places.items(), strict=True):
        for number in sorted(set(families.tolist())):
            rows = families == number
            ax.plot(*z[rows].T, MARKERS[number % len(MARKERS)], color=colours[number % len(colours)], ms=5, alpha=0.7)
        ax.set(title=name, xlabel="first latent number")
        ax.add_patch(_circle())
        ax.set_aspect("equal", adjustable="datalim")
    axes[0].set_ylabel("second latent number")
    return fig


def _circle():
    from matplotlib.patches import Circle

    return Circle((0, 0), 2.45, fill=False, edgecolor="black", linewidth=1.2, linestyle="--")  # 95 % of the samples


@figures.style()
def trade(table):
    """Return a figure of what the KL weight buys and costs: three shares and the KL term, against beta."""
    fig, (left, right) = figures.subplots(1, 2, figsize=(9.6, 3.6))
    x = np.arange(len(table))
    for column, label, (colour, dash, marker) in zip(
        ("accuracy", "probe", "sampled"),
        ("residues rebuilt", "families named", "samples in a family"),
        LOOKS,
        strict=True,
    ):
        left.plot(x, table[column], color=colour, linestyle=dash, marker=marker, ms=8, label=label)
    left.set(xlabel="weight of the KL term", ylabel="share", ylim=(0, 1.04))
    left.legend(loc="lower left", fontsize=11)
    right.plot(x, table["kl"], color=PURPLE, marker="^", ms=8)
    right.set(xlabel="weight of the KL term", ylabel="KL term (nats a sequence)", ylim=(0, None))
    for ax in (left, right):
        ax.set_xticks(x, [f"{beta:g}" for beta in table["beta"]])
    return fig


@figures.style()
def funnel(tables):
    """Return a figure of how many sequences each filter leaves; `tables` maps a name to a table of counts."""
    fig, ax = figures.subplots(figsize=(9.6, 3.9))
    names = next(iter(tables.values()))["filter"]
    height = 0.8 / len(tables)
    for at, (name, table) in enumerate(tables.items()):
        y = np.arange(len(names)) + (at - (len(tables) - 1) / 2) * height
        colour, hatch = [(BLUE, ""), (ORANGE, "//")][at]
        ax.barh(y, table["left"], height * 0.92, color=colour, hatch=hatch, edgecolor="white", label=name)
        for place, value in zip(y, table["left"], strict=True):
            ax.text(value, place, f" {value}", va="center", fontsize=11)
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set(xlabel="sequences left", xlim=(0, 1.12 * max(table["left"].max() for table in tables.values())))
    ax.legend(loc="lower right")
    return fig


@figures.style()
def related(table, pairs):
    """Return a figure of distance against identity for two kinds of vectors, with their rank correlations."""
    kinds = table["kind"].tolist()
    fig, axes = figures.subplots(1, len(kinds), figsize=(9.6, 3.4), sharex=True)
    for ax, kind, (colour, _, marker) in zip(axes, kinds, LOOKS, strict=False):
        row = table.set_index("kind").loc[kind]
        ax.plot(100 * pairs["identity"], pairs[kind], marker, color=colour, ms=2.5, alpha=0.25)
        ax.set(title=f"{kind}: ρ = {row.spearman:.2f} ({row.low:.2f} to {row.high:.2f})".replace("-", "−"))
        ax.set(xlabel="sequence identity (%)", ylim=(0, None))
    axes[0].set_ylabel("distance of the vectors")
    return fig
