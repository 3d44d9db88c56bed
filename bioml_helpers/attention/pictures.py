"""The static pictures of chapter 6."""

from __future__ import annotations

import numpy as np

from bioml_helpers import figures

BLUE, ORANGE, GREEN, GREY = (
    figures.OKABE_ITO["blue"],
    figures.OKABE_ITO["vermillion"],
    figures.OKABE_ITO["green"],
    "#767676",
)
LOOKS = {  # of the networks that recall
    "RNN": (GREY, ":", "v"),
    "GRU": (GREEN, "-.", "s"),
    "LSTM": (ORANGE, "--", "D"),
    "RNN + attention": (figures.OKABE_ITO["purple"], (0, (4, 2)), "^"),
    "attention": (BLUE, "-", "o"),
}


@figures.style()
def recall(table):
    """Return a figure of accuracy against distance, one line a kind of network, with the guess as a line."""
    fig, ax = figures.subplots(figsize=(7.2, 4))
    for model, rows in table.groupby("model", sort=False):
        colour, dash, marker = LOOKS[model]
        mean = rows.groupby("distance")["accuracy"].mean()
        look = {"ms": 15, "mfc": "none", "mew": 2} if model == "RNN + attention" else {"ms": 8}  # seen under the others
        ax.plot(mean.index, mean, color=colour, linestyle=dash, marker=marker, label=model, **look)
    ax.axhline(0.25, color="black", lw=1)
    ax.text(table["distance"].max(), 0.27, "a guess", ha="right", fontsize=11)
    ax.set_xscale("log")
    ticks = sorted(set(table["distance"]))
    ax.set_xticks(ticks, [str(one) for one in ticks])
    ax.minorticks_off()
    ax.set(xlabel="bases between the flag and the end", ylabel="accuracy on new sequences", ylim=(0, 1.05))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return fig


@figures.style()
def looks(weights, flags, letters):
    """Return a figure of where the last token looked in some sequences, a row each; the flagged base is framed."""
    fig, ax = figures.subplots(figsize=(9.6, 0.34 * len(weights) + 1.5))
    image = ax.imshow(weights, aspect="auto", vmin=0, vmax=1, cmap="Blues")
    for row, (flag, text) in enumerate(zip(flags, letters, strict=True)):
        ax.add_patch(_frame(flag, row))
        for column, letter in enumerate(text):
            dark = weights[row][column] > 0.6
            ax.text(column, row, letter, ha="center", va="center", fontsize=11, color="white" if dark else "black")
    ax.set(xlabel="position", ylabel="sequence", yticks=range(len(weights)))
    ax.set_yticklabels([str(row + 1) for row in range(len(weights))])
    ax.grid(False)
    fig.colorbar(image, ax=ax, label="weight")
    return fig


def _frame(x, y):
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.5, y - 0.5), 1, 1, fill=False, edgecolor=ORANGE, linewidth=2.5)


@figures.style()
def positions(code):
    """Return a figure of the position codes, and of how alike the codes of two positions are."""
    fig, (left, right) = figures.subplots(1, 2, figsize=(9.6, 3.8))
    image = left.imshow(code, aspect="auto", cmap="PuOr", vmin=-1, vmax=1)
    left.set(xlabel="number of the code", ylabel="position", title="the code")
    fig.colorbar(image, ax=left)
    alike = code @ code.T
    image = right.imshow(alike, cmap="cividis")
    right.set(xlabel="position", ylabel="position", title="dot product of two positions")
    fig.colorbar(image, ax=right)
    for ax in (left, right):
        ax.grid(False)
    return fig


@figures.style()
def cost(table):
    """Return a figure of the seconds of one attention layer against the length, with a line of slope 2."""
    fig, ax = figures.subplots(figsize=(6.4, 3.8))
    ax.loglog(table["length"], table["seconds"], "o-", color=BLUE, label="measured")
    last = table.iloc[-1]
    ax.loglog(table["length"], last.seconds * (table["length"] / last.length) ** 2, ":", color="black", label="slope 2")
    ax.set_xticks(table["length"], [str(one) for one in table["length"]])
    ax.minorticks_off()
    ax.set(xlabel="tokens", ylabel="seconds for one layer")
    ax.legend()
    return fig


@figures.style()
def signal_models(table):
    """Return a figure of AUROC and MCC with intervals, and of false alarms with and without an early helix."""
    fig, axes = figures.subplots(1, 3, figsize=(9.6, 2.9))
    y = np.arange(len(table))
    for ax, name in zip(axes[:2], ("AUROC", "MCC"), strict=True):
        ax.hlines(y, table[f"{name} low"], table[f"{name} high"], color=BLUE, lw=2)
        ax.plot(table[name], y, "o", color=BLUE, ms=8)
        for at, value in zip(y, table[name], strict=True):
            ax.text(value, at - 0.18, f"{value:.2f}", ha="center", va="bottom", fontsize=11)
        ax.set(title=name, ylim=(len(table) - 0.5, -0.75))
    axes[2].plot(100 * table["false alarms, helix"], y, "D", color=ORANGE, ms=8, label="early helix")
    axes[2].plot(100 * table["false alarms, others"], y, "o", mfc="white", color=BLUE, ms=8, label="others")
    axes[2].set(title="false alarms (%)", ylim=(len(table) - 0.5, -0.75))
    axes[2].legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)
    for ax in axes:
        ax.set_yticks(y, table["model"] if ax is axes[0] else [""] * len(table))
    return fig


def heads(fig, seen, head, residue):
    """Draw one head's map, and under the letters: one residue's looks, the last weights, and the effect of hiding."""
    fig.clear()
    grid = fig.add_gridspec(4, 1, height_ratios=[2.6, 1, 1, 1])
    length, x = len(seen.letters), np.arange(len(seen.letters))
    top = fig.add_subplot(grid[0])
    image = top.imshow(seen.maps[head], aspect="auto", cmap="cividis", vmin=0)
    top.axhline(residue, color="white", lw=1, linestyle="--")
    top.set(ylabel="asks", title=f"block {head[0] + 1}, head {head[1] + 1}: who looks at whom", xticks=[])
    top.grid(False)
    fig.colorbar(image, ax=top, pad=0.01)
    rows = (
        (seen.maps[head][residue], f"{seen.letters[residue]}{residue + 1} looks", BLUE),
        (seen.weights, "counts at\nthe end", GREEN),
        (seen.without, "logit if\nhidden", ORANGE),
    )
    for at, (values, label, colour) in enumerate(rows, start=1):
        ax = fig.add_subplot(grid[at], sharex=top)
        ax.bar(x, values, color=colour, width=0.85)
        ax.axhline(0, color="black", lw=0.8)
        ax.set_ylabel(label, fontsize=11)
        ax.set(xlim=(-0.6, length - 0.4))
    ax.set_xticks(x, list(seen.letters))
    ax.tick_params(axis="x", labelsize=11, length=0)
    for other in fig.axes:
        if other is not ax and other.get_subplotspec() is not None:
            other.tick_params(axis="x", labelbottom=False, length=0)


@figures.style()
def two_maps(seen, other):
    """Return a figure of the last attention of one protein, and of another attention with the same prediction."""
    fig, axes = figures.subplots(2, 1, figsize=(9.6, 4.2), sharex=True)
    x = np.arange(len(seen.letters))
    for ax, weights, title, colour in zip(
        axes,
        (seen.weights, other),
        ("the model's own weights", "other weights, same logit"),
        (GREEN, ORANGE),
        strict=True,
    ):
        ax.bar(x, weights, color=colour, width=0.85)
        ax.set(title=f"{title}: Σ weight · vote = {weights @ seen.votes:.3f}", ylabel="weight")
    axes[1].set_xticks(x, list(seen.letters))
    axes[1].tick_params(axis="x", labelsize=11, length=0)
    return fig


@figures.style()
def deletions(table):
    """Return a figure of how far the logit falls when residues are hidden, a column of dots for each way to choose."""
    fig, ax = figures.subplots(figsize=(7, 3.6))
    rng = np.random.default_rng(0)
    for at, (name, colour, marker) in enumerate(
        (("attention", GREEN, "o"), ("effect", ORANGE, "D"), ("random", GREY, "v"))
    ):
        fell = table[name]
        ax.plot(at + rng.uniform(-0.16, 0.16, len(fell)), fell, marker, color=colour, ms=4, alpha=0.6)
        ax.plot([at - 0.3, at + 0.3], [fell.median()] * 2, "-", color="black", lw=2.5)
        ax.text(at + 0.32, fell.median(), f"{fell.median():.1f}".replace("-", "−"), va="center", fontsize=12)
    ax.axhline(0, color="black", lw=0.8)
    ax.set_xticks(range(3), ["most attention", "largest effect alone", "random"])
    ax.set(ylabel="the logit falls by", xlim=(-0.5, 2.7), xlabel="which five residues were hidden (bar: median)")
    return fig
