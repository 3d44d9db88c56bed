"""The pictures of companion 05b, and its two figures that are moved by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bioml_helpers import figures
from bioml_helpers.figures.kernel import KernelFigure
from bioml_helpers.rnn import hybrids, language, memory, peptides

BLUE, ORANGE, GREEN, GREY = (
    figures.OKABE_ITO["blue"],
    figures.OKABE_ITO["vermillion"],
    figures.OKABE_ITO["green"],
    "#767676",
)
CELL_LOOKS = {"rnn": (ORANGE, ":"), "gru": (BLUE, "-"), "lstm": (GREEN, "--")}
READER_LOOKS = {"MLP": (ORANGE, ":", "s"), "CNN": (GREEN, "--", "D"), "RNN": (BLUE, "-", "o")}


@figures.style()
def remembered(table: pd.DataFrame):
    """Return a figure of accuracy against the gap, one line a cell; columns ``cell``, ``gap``, ``accuracy``."""
    fig, ax = figures.subplots(figsize=(7, 3.6))
    for kind, rows in table.groupby("cell", sort=False):
        colour, dash = CELL_LOOKS[kind]
        ax.plot(rows["gap"], rows["accuracy"], dash, marker="o", color=colour, label=memory.NAMES[kind])
    ax.axhline(0.25, linestyle=":", color=GREY)
    ax.text(table["gap"].max(), 0.27, "guessing", ha="right", fontsize=11)
    ax.axvspan(1, 20, color="#E69F00", alpha=0.15, lw=0)
    ax.text(10, 0.62, "gaps seen\nin training", ha="center", fontsize=11)
    ax.set(xlabel="steps between the flag and the end", ylabel="right bases", ylim=(0, 1.05))
    ax.legend(loc="center right")
    return fig


@figures.style()
def gates(trace: memory.Trace, units: int = 6):
    """Return a figure of what is written into the units of one network and what they keep, under the letters."""
    contrast = trace.written[trace.flag] - trace.written[trace.flag + 1 :].mean(axis=0)
    order = np.argsort(-contrast)[:units]
    fig, axes = figures.subplots(2, 1, figsize=(9.6, 4.9), sharex=True)
    writes, keeps = (("1 − update", "update z"), ("input i", "forget f"))[trace.kind == "lstm"]
    for ax, values, title in (
        (axes[0], trace.written, f"{memory.NAMES[trace.kind]}: what is let in ({writes})"),
        (axes[1], trace.carried, f"what is kept ({keeps})"),
    ):
        image = ax.imshow(values[:, order].T, aspect="auto", vmin=0, vmax=1, interpolation="nearest")
        ax.set_yticks(range(len(order)), [str(unit + 1) for unit in order])
        ax.set(title=title, ylabel="unit")
        ax.grid(False)
        for edge in (-0.5, 0.5):
            ax.axvline(trace.flag + edge, color="white", lw=2)
    axes[1].set_xticks(range(len(trace.sequence)), list(trace.sequence))
    axes[1].get_xticklabels()[trace.flag].set_fontweight("bold")
    axes[1].set_xlabel(f"base; the flag stands at the {trace.sequence[trace.flag]} between the white lines")
    fig.colorbar(image, ax=axes, label="0 shut · 1 open")
    return fig


@figures.style()
def reach(fresh: pd.DataFrame, flagged: dict[str, pd.DataFrame]):
    """Return a figure of the gradient against distance: fresh networks on the left, trained ones on the right.

    Parameters
    ----------
    fresh : pandas.DataFrame
        As from `memory.gradient_table`, the names being kinds of cell.
    flagged : dict of str to pandas.DataFrame
        For each kind of cell the table of `memory.gradient_to_the_flag`.
    """
    fig, (left, right) = figures.subplots(1, 2, figsize=(9.6, 4), sharey=True)
    for kind, rows in fresh.groupby("name", sort=False):
        colour, dash = CELL_LOOKS[kind]
        left.plot(rows["distance"], rows["norm"], dash, color=colour, label=memory.NAMES[kind])
        left.fill_between(rows["distance"], rows["low"], rows["high"], color=colour, alpha=0.15, lw=0)
    left.set(title="fresh weights", xlabel="steps back", ylabel="gradient", yscale="log", ylim=(1e-11, 30))
    left.legend(loc="lower left")
    for kind, rows in flagged.items():
        colour, dash = CELL_LOOKS[kind]
        name = memory.NAMES[kind]
        right.plot(rows["gap"], rows["flagged"], dash, marker="o", color=colour, label=f"{name}: the flagged base")
        right.plot(rows["gap"], rows["unflagged"], dash, marker="x", lw=1, color=colour, label=f"{name}: another base")
    right.set(title="after training to remember", xlabel="steps from the flag to the end")
    right.legend(loc="lower left")
    return fig


def gate_explorer(*, hidden_size: int = 16, length: int = 41) -> KernelFigure:
    """Return a figure with a cell to choose and a gate to push open: the gradient against the distance.

    Five networks with fresh weights are measured anew at each move.

    Returns
    -------
    bioml_helpers.figures.kernel.KernelFigure
        Its ``controls`` are named ``cell`` and ``keep``.

    Examples
    --------
    >>> figure = gate_explorer(length=21)
    >>> figure.controls["cell"].value = "lstm"
    >>> figure.controls["keep"].value = 3.0
    >>> figure.text.startswith("LSTM")
    True
    """
    import ipywidgets

    last = min(20, length - 1)

    def measured(cell, keep):
        several = [memory.fresh_layer(cell, hidden_size, keep=keep, seed=seed) for seed in range(5)]
        return memory.gradient_table({cell: several}, length=length, n=16)

    def draw(fig, cell, keep):
        fig.clear()
        ax = fig.subplots()
        rows, plain = measured(cell, keep), measured(cell, 0.0)
        colour, dash = CELL_LOOKS[cell]
        ax.plot(plain["distance"], plain["norm"], ":", color=GREY, label="as PyTorch begins")
        ax.plot(rows["distance"], rows["norm"], dash, color=colour, label=f"{memory.NAMES[cell]}, keep {keep:+.1f}")
        ax.fill_between(rows["distance"], rows["low"], rows["high"], color=colour, alpha=0.15, lw=0)
        ax.set(xlabel="steps back", ylabel="gradient, last entry = 1", yscale="log", ylim=(1e-11, 10))
        ax.legend(loc="lower left")
        there = float(rows["norm"].iloc[last])
        gate = " A simple RNN has no gate to push." if cell == "rnn" else ""
        return f"{memory.NAMES[cell]}: {last} steps back the gradient is {there:.0e} of that of the last entry.{gate}"

    def alt(cell, keep):
        return (
            f"Gradient of the last state against the distance, on a logarithmic axis, for a {memory.NAMES[cell]} whose "
            f"keeping gate is pushed by {keep:+.1f}; the dotted line is the same cell as PyTorch begins."
        )

    wide = ipywidgets.Layout(width="330px")
    kinds = [(name, kind) for kind, name in memory.NAMES.items()]
    controls = {
        "cell": ipywidgets.Dropdown(options=kinds, value="gru", description="cell"),
        "keep": ipywidgets.FloatSlider(0.0, min=-2, max=5, step=0.5, description="keep", layout=wide),
    }
    return KernelFigure(draw, controls, alt=alt, figsize=(7.4, 3.8))


@figures.style()
def introns(table: pd.DataFrame, relatives: pd.DataFrame):
    """Return a figure of AUROC: on the left by model and split, on the right the worth of relatives in training."""
    fig, (left, right) = figures.subplots(1, 2, figsize=(9.6, 3.8), sharex=True)
    looks = {"random": (ORANGE, "s"), "grouped": (BLUE, "o")}
    names = list(dict.fromkeys(table["model"]))
    for how, rows in table.groupby("split", sort=False):
        colour, marker = looks[how]
        label = {"random": "random split", "grouped": "split by group"}[how]
        left.plot(rows["AUROC"], [names.index(name) for name in rows["model"]], marker, color=colour, label=label, ms=9)
    left.set_yticks(range(len(names)), names)
    left.set(xlabel="AUROC a base", ylim=(-0.6, len(names) - 0.2), title="two ways to split")
    left.legend(loc="upper left")
    for place, row in enumerate(relatives.itertuples()):
        right.barh(place, row.AUROC - 0.5, left=0.5, height=0.5, color=(BLUE, ORANGE)[place], hatch=("", "//")[place])
        right.text(row.AUROC - 0.01, place, f"{row.AUROC:.2f}", ha="right", va="center", color="white", fontsize=12,
                   fontweight="bold", bbox={"facecolor": (BLUE, ORANGE)[place], "lw": 0, "pad": 2})  # fmt: skip
    right.set_yticks(range(len(relatives)), relatives["training"])
    right.set(xlabel="AUROC a base", xlim=(0.5, 1), ylim=(-0.6, len(relatives) - 0.2), title="the same test genes")
    return fig


@figures.style()
def one_gene(found: hybrids.Genes, row: int, curves: dict[str, np.ndarray]):
    """Return a figure of the probability of lying in an intron along one gene, the true intron shaded."""
    fig, ax = figures.subplots(figsize=(9.6, 3.4))
    place = np.arange(1, found.y.shape[1] + 1)
    here = found.mask[row]
    ax.fill_between(place, 0, 1, where=found.y[row], color="#E69F00", alpha=0.3, lw=0, label="intron, as annotated")
    looks = {"position alone": (GREY, ":"), "convolution": (GREEN, "--"), "convolution + GRU": (BLUE, "-")}
    for name, values in curves.items():
        colour, dash = looks[name]
        ax.plot(place[here], values[here], dash, color=colour, lw=1.6, label=name)
    ax.set(xlabel=f"base of {found.table['gene'].iloc[row]}", ylabel="probability of intron", ylim=(0, 1.02))
    fig.legend(loc="outside upper center", ncols=4)
    return fig


@figures.style()
def perplexities(table: pd.DataFrame):
    """Return a figure of perplexity, one bar a model; the axis begins where a model would be torn between ten."""
    fig, ax = figures.subplots(figsize=(7.2, 3.2))
    for place, row in enumerate(table.itertuples()):
        ours = row.model == "GRU"
        ax.barh(place, row.perplexity, color=BLUE if ours else GREY, hatch="" if ours else "//", height=0.6)
        ax.text(row.perplexity + 0.1, place, f"{row.perplexity:.2f}", va="center", fontsize=11)
    ax.set_yticks(range(len(table)), [f"{row.model} ({row.sees})" for row in table.itertuples()])
    ax.invert_yaxis()
    ax.set(xlabel="perplexity on new chains (residues)", xlim=(10, 21.2))
    return fig


@figures.style()
def probes(table: pd.DataFrame):
    """Return a figure of Q3 against the number of labels, with bars of one standard deviation over the draws."""
    fig, ax = figures.subplots(figsize=(7.2, 4))
    looks = {
        "one-hot": (ORANGE, ":", "s"),
        "one-hot window": ("#A6761D", "--", "v"),
        "untrained": (GREY, "-.", "D"),
        "pretrained": (BLUE, "-", "o"),
    }
    for shift, (name, rows) in enumerate(table.groupby("features", sort=False)):
        colour, dash, marker = looks[name]
        x = rows["labels"] * 1.03 ** (shift - 1.5)  # side by side, or the bars hide each other
        ax.errorbar(x, rows["Q3"], rows["deviation"], fmt=dash + marker, color=colour, capsize=3, label=name)
    counts = sorted(table["labels"].unique())
    ax.set(xscale="log", xlabel="labelled residues for the probe", ylabel="Q3 on new chains")
    ax.set_xticks(counts, [str(count) for count in counts])
    ax.minorticks_off()
    ax.legend(loc="upper left")
    return fig


@figures.style()
def histograms(sets: dict[str, Sequence[str]]):
    """Return a figure with histograms of length, charge and hydrophobic moment, one outline a set of peptides."""
    fig, axes = figures.subplots(1, 3, figsize=(9.6, 3.6))
    looks = {"training": (GREY, "-", 0.35), "generated": (BLUE, "-", 0), "shuffled": (ORANGE, ":", 0)}
    bins = {
        "length": np.arange(11.5, 25.5),
        "charge": np.arange(-8.5, 9.5),
        "moment": np.linspace(0, 0.9, 19),
    }
    for name, drawn in sets.items():
        table, (colour, dash, alpha) = peptides.properties(drawn), looks[name]
        for ax, (column, edges) in zip(axes, bins.items(), strict=True):
            share, _ = np.histogram(table[column], edges)
            share = share / len(table)
            ax.stairs(share, edges, color=colour, ls=dash, lw=2, label=name if column == "length" else None)
            if alpha:
                ax.stairs(share, edges, color=colour, fill=True, alpha=alpha)
    axes[0].set(xlabel="length (residues)", ylabel="share of the peptides")
    axes[1].set(xlabel="net charge")
    axes[2].set(xlabel="hydrophobic moment")
    fig.legend(loc="outside upper center", ncols=3)
    return fig


def temperature_explorer(generator: language.NextResidue, known: Sequence[str], *, n: int = 200) -> KernelFigure:
    """Return a figure with a temperature to move: probabilities of the first residues, and peptides that are drawn.

    Parameters
    ----------
    generator : NextResidue
        Trained with ends.
    known : sequence of str
        The training set.
    n : int
        Peptides drawn at each move.

    Returns
    -------
    bioml_helpers.figures.kernel.KernelFigure
        Its control is named ``temperature``.
    """
    import ipywidgets
    import torch

    known_set = set(known)
    start = "AEEL"
    with torch.no_grad():
        after = generator(torch.tensor(language.residue_numbers([start + "A"])))[0, len(start), :20].double().numpy()
    letters = np.array(list(language.PROTEIN))[np.argsort(-after)]

    def draw(fig, temperature):
        fig.clear()
        left, right = fig.subplots(1, 2)
        chances = np.sort(peptides.tempered(after, temperature))[::-1]
        left.bar(range(20), chances, color=BLUE)
        left.set_xticks(range(20), letters)
        left.set(title=f"what may follow {start}", ylabel="probability", ylim=(0, 1))
        drawn = peptides.draw(generator, n, temperature=temperature, seed=1)
        moments = [peptides.hydrophobic_moment(one) for one in drawn] or [0.0]
        right.hist(moments, np.linspace(0, 0.9, 19), color=BLUE)
        right.set(title=f"{len(drawn)} of {n} drawn peptides", xlabel="hydrophobic moment", ylabel="peptides")
        distinct = len(set(drawn)) / max(1, len(drawn))
        new = len(set(drawn) - known_set)
        return (
            f"Temperature {temperature:.1f}: {distinct:.0%} distinct, {new} of them new, mean hydrophobic moment "
            f"{np.mean(moments):.2f}. For example {', '.join(drawn[:2])}."
        )

    def alt(temperature):
        return (
            f"Left: probabilities of the residue after {start} at temperature {temperature:.1f}, the likeliest first. "
            "Right: histogram of the hydrophobic moment of peptides drawn at that temperature."
        )

    wide = ipywidgets.Layout(width="360px")
    slider = ipywidgets.FloatSlider(1.0, min=0.1, max=3, step=0.1, description="temperature", layout=wide)
    return KernelFigure(draw, {"temperature": slider}, alt=alt, figsize=(9.2, 3.6))


@figures.style()
def stress(table: pd.DataFrame):
    """Return a figure of accuracy against each disturbance, one line a network."""
    kinds = list(dict.fromkeys(table["disturbance"]))
    fig, axes = figures.subplots(2, 3, figsize=(9.6, 6), sharey=True)
    axes = axes.ravel()
    for ax, kind in zip(axes, kinds, strict=False):
        here = table[table["disturbance"] == kind]
        amounts = sorted(here["amount"].unique())
        for name, rows in here.groupby("model", sort=False):
            colour, dash, marker = READER_LOOKS[name]
            several = rows.pivot_table(index="amount", columns="seed", values="accuracy")
            for seed in several:
                ax.plot(range(len(amounts)), several[seed], dash, marker=marker, color=colour, lw=1.6, ms=5)
        ax.set_xticks(range(len(amounts)), [str(one) for one in amounts])
        ax.axhline(0.5, linestyle=":", color=GREY, lw=1)
        ax.set(title=kind, xlabel=hybrids.DISTURBANCES[kind][2], ylim=(0.4, 1.02))
    for ax in axes[::3]:
        ax.set_ylabel("accuracy")
    for name, (colour, dash, marker) in READER_LOOKS.items():
        axes[-1].plot([], [], dash, marker=marker, color=colour, label=name)
    axes[-1].plot([], [], ":", color=GREY, label="guessing")
    axes[-1].legend(loc="center", title="one line a seed")
    axes[-1].axis("off")
    return fig
