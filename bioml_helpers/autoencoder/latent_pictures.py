"""The pictures of companion 08b."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bioml_helpers import figures
from bioml_helpers.autoencoder import cells, methylation
from bioml_helpers.figures.house import OKABE_ITO

BLUE, ORANGE, GREEN, GREY = OKABE_ITO["blue"], OKABE_ITO["vermillion"], OKABE_ITO["green"], "#767676"
LOOKS = [
    (BLUE, "o"),
    (ORANGE, "x"),
    (GREEN, "^"),
    ("#8B3F77", "s"),
    ("#8A5A00", "+"),
    (GREY, "D"),
    (OKABE_ITO["sky blue"], "v"),
    ("black", "."),
    (OKABE_ITO["orange"], "*"),
    (OKABE_ITO["purple"], "P"),
]


def cloud(ax, z, labels, *, legend=True):
    """Draw points of two coordinates, a colour and a marker a label."""
    labels = np.asarray(labels)
    for name, (colour, marker) in zip(pd.unique(np.sort(labels)), LOOKS, strict=False):
        filled = {} if marker in "x+" else {"markeredgecolor": "white", "markeredgewidth": 0.4}
        ax.plot(*z[labels == name].T, marker, color=colour, ms=6, label=str(name), linestyle="none", **filled)
    if legend:
        ax.legend(loc="best", handletextpad=0.2)


@figures.style()
def tumour_maps(squeezed, found):
    """Return a figure with a panel a way to get two numbers: a tumour a point, its subgroup a colour and a marker."""
    fig, axes = figures.subplots(1, 2, figsize=(10, 4.3))
    for ax, (name, z) in zip(axes, squeezed.latent.items(), strict=True):
        cloud(ax, z, found.subgroup, legend=False)
        ax.set(title=f"{name}, 2 numbers", xlabel="first number", ylabel="second number")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return fig


@figures.style()
def by_split(table, panels, *, rows, unit="split"):
    """Return a figure with a panel a column of the table: each split a dot, their mean a bar.

    Parameters
    ----------
    table : pandas.DataFrame
        Long: one row a split and kind.
    panels : dict of str to (str, float or None)
        Column of the table → label of the axis, and a line at what chance gives.
    rows : str
        Column with the kinds.
    unit : str
        What one dot is.
    """
    kinds = list(dict.fromkeys(table[rows]))
    fig, axes = figures.subplots(1, len(panels), figsize=(10, 1.3 + 0.55 * len(kinds)), sharey=True)
    for ax, (column, (label, chance)) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for y, kind in enumerate(kinds):
            values = table.loc[table[rows] == kind, column].dropna()
            if not len(values):
                ax.text(0.5, y, "not asked", va="center", ha="center", color=GREY, transform=ax.get_yaxis_transform())
                continue
            colour = BLUE if "autoencoder" in kind else ORANGE
            ax.plot(values, y + np.linspace(-0.14, 0.14, len(values)), "o", color=colour, ms=5, alpha=0.75)
            ax.plot([values.mean()] * 2, [y - 0.3, y + 0.3], "-", color=colour, lw=3)
        if chance is not None:
            ax.axvline(chance, linestyle=":", color="black")
            ax.text(chance, -0.62, "chance", ha="center", va="bottom", fontsize=11)
        ax.margins(x=0.12)
        ax.locator_params(axis="x", nbins=5)
        ax.set(xlabel=label)
    np.atleast_1d(axes)[0].set_yticks(range(len(kinds)), kinds)
    np.atleast_1d(axes)[0].set_ylim(len(kinds) - 0.5, -0.7)
    fig.suptitle(f"a dot: one {unit}; a bar: their mean", fontsize=11, x=0.99, ha="right")
    return fig


@figures.style()
def dots(table, panels, *, rows):
    """Return a figure with a panel a column: one number a kind, written beside its dot."""
    kinds = table[rows].tolist()
    fig, axes = figures.subplots(1, len(panels), figsize=(10, 1.2 + 0.45 * len(kinds)), sharey=True)
    for ax, (column, label) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        known = table[column].dropna()
        room = max(np.ptp(known), 0.15)  # a narrower axis would make much of little
        for y, (kind, value) in enumerate(zip(kinds, table[column], strict=True)):
            if np.isnan(value):
                continue
            ours = "autoencoder" in kind
            ax.plot(value, y, "o" if ours else "D", color=BLUE if ours else ORANGE, ms=8)
            ax.text(value + 0.06 * room, y, f"{value:.2f}", va="center", fontsize=11)
        ax.set(xlabel=label, xlim=(known.min() - 0.12 * room, known.min() + 1.35 * room))
    np.atleast_1d(axes)[0].set_yticks(range(len(kinds)), kinds)
    np.atleast_1d(axes)[0].set_ylim(len(kinds) - 0.5, -0.5)
    return fig


@figures.style()
def one_sample(found, model, *, seed=0, place=0, sites=60):
    """Return a figure of one held-out sample along its sites: measured, copied from the neighbour, told by a model."""
    known, new = found.split(seed)
    mean = found.X[known].mean(axis=0)
    hidden = methylation.hide(found.X[new].shape, seed=seed)[place]
    truth = found.X[new][place]
    copied = methylation.copy_neighbour(truth, hidden)
    said = methylation._by_model(model, (truth - mean)[None], hidden[None])[0] + mean
    fig, ax = figures.subplots(figsize=(10, 3.6))
    x, gone = np.arange(sites), hidden[:sites]
    ax.plot(x[~gone], truth[:sites][~gone], ".", color=GREY, label="seen")
    ax.plot(x[gone], truth[:sites][gone], "o", mfc="none", color="black", ms=9, label="hidden: what was there")
    ax.plot(x[gone], copied[:sites][gone], "x", color=ORANGE, ms=7, label="copy the neighbour")
    ax.plot(x[gone], said[:sites][gone], "^", color=BLUE, ms=6, label="denoising autoencoder")
    ax.axhline(methylation.METHYLATED, color="0.7", lw=1)
    ax.set(xlabel="site, in genomic order", ylabel="beta", ylim=(-0.1, 1.1))
    fig.legend(loc="outside lower center", ncols=4)
    return fig


@figures.style()
def spread(found):
    """Return a figure of each gene's mean and variance, with what a Poisson distribution would have."""
    counts = found.counts / found.total[:, None] * found.total.mean()  # as if each cell had as many molecules
    mean, variance = counts.mean(axis=0), counts.var(axis=0)
    fig, ax = figures.subplots(figsize=(6.6, 4.2))
    ax.plot(mean, variance, ".", color=BLUE, ms=5, label="one gene")
    line = np.geomspace(max(mean.min(), 1e-3), mean.max(), 50)
    ax.plot(line, line, "--", color="black", label="Poisson: variance = mean")
    ax.set(xscale="log", yscale="log", xlabel="mean (molecules a cell)", ylabel="variance (molecules²)")
    ax.legend()
    return fig


@figures.style()
def batch_maps(found, *, strength=0.7, seed=0):
    """Return a figure of all cells without and with a batch effect, and with each batch's mean taken off.

    Drawn are the first component and, of the first ten, the one along which the batches differ most.
    """
    batch = np.random.default_rng([seed, 13]).permutation(len(found.counts)) % 2
    handled = cells.with_batch(found, batch, strength, seed=seed)
    fig, axes = figures.subplots(1, 3, figsize=(12, 4.1))
    spaces = [found.logs, handled.logs, cells.centred(handled.logs, batch)]
    titles = ["one batch", "two batches", "two batches, means taken off"]
    for ax, X, title in zip(axes, spaces, titles, strict=True):
        z = cells.pca(X, 10).encode(X)
        apart = np.abs(z[batch == 1].mean(axis=0) - z[batch == 0].mean(axis=0)) / z.std(axis=0)
        second = 1 + int(apart[1:].argmax())
        for name, (colour, marker) in {0: (BLUE, "o"), 1: (ORANGE, "x")}.items():
            ax.plot(*z[batch == name][:, [0, second]].T, marker, color=colour, ms=4, label=f"batch {name + 1}",
                    linestyle="none")  # fmt: skip
        ax.set(title=title, xlabel="component 1", ylabel=f"component {second + 1}")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


@figures.style()
def effects(table):
    """Return a figure of the share of raised genes that are found, by design, corrected and not."""
    fig, ax = figures.subplots(figsize=(7.2, 2.9))
    for y, row in enumerate(table.to_dict("records")):
        ax.barh(y, row["found"], color="white" if row["corrected"] else GREY, edgecolor="black", height=0.6,
                hatch="//" if row["corrected"] else "")  # fmt: skip
        ax.text(row["found"] + 0.015, y, f"{row['found']:.2f}", va="center", fontsize=11)
    names = [f"{row['design']}, {'corrected' if row['corrected'] else 'as it is'}" for row in table.to_dict("records")]
    ax.set_yticks(range(len(table)), names)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set(xlabel=f"of {cells.RAISED} genes that the treatment raises: share found", xlim=(0, 1.08))
    return fig


@figures.style()
def blooming(table):
    """Return a figure of amounts, shares and log-ratios of five kinds, with and without the bloom of one."""
    fig, axes = figures.subplots(1, 3, figsize=(12, 3.6))
    amounts = table.filter(like="amount").to_numpy()
    shares = table.filter(like="share").to_numpy()
    ratios = np.log(shares / shares[:, [1]])  # against B
    blooms = table["blooms"].to_numpy()
    titles = ["amounts (nobody sees them)", "shares (what is measured)", "log(share / share of B)"]
    for ax, values, title in zip(axes, (np.log10(amounts), shares, ratios), titles, strict=True):
        for shift, rows, colour, marker, label in ((-0.15, ~blooms, BLUE, "o", "no bloom"),
                                                   (0.15, blooms, ORANGE, "x", "A blooms")):  # fmt: skip
            for at in range(5):
                jitter = np.linspace(-0.07, 0.07, rows.sum())
                ax.plot(at + shift + jitter, values[rows, at], marker, color=colour, ms=3,
                        label=label if at == 0 else None, linestyle="none")  # fmt: skip
        ax.set_xticks(range(5), list("ABCDE"))
        ax.set(title=title)
    axes[0].set_ylabel("log10 cells")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig
