"""The static pictures of chapter 7."""

from __future__ import annotations

import numpy as np

from bioml_helpers import figures
from bioml_helpers.gcn import molecules

BLUE, ORANGE, GREEN, GREY = (
    figures.OKABE_ITO["blue"],
    figures.OKABE_ITO["vermillion"],
    figures.OKABE_ITO["green"],
    "#767676",
)
LETTERS = {  # colours of chemists, dark enough for white letters or light enough for black ones
    "C": ("#4d4d4d", "white"),
    "N": (figures.OKABE_ITO["blue"], "white"),
    "O": (figures.OKABE_ITO["vermillion"], "white"),
    "S": (figures.OKABE_ITO["yellow"], "black"),
    "Cl": (figures.OKABE_ITO["green"], "white"),
}
OTHER = ("white", "black")


def _bonds(ax, smiles, places, *, colour="#4d4d4d"):
    """Draw bonds: one line, two, three, or one and a dashed one for an aromatic bond."""
    graph = molecules.molecule_graph(smiles)
    half = graph.num_edges // 2
    for (i, j), kind in zip(graph.edge_index[:, :half].T.tolist(), graph.edge_attr[:half].argmax(dim=1), strict=True):
        start, end = places[i], places[j]
        across = np.array([end[1] - start[1], start[0] - end[0]]) / np.linalg.norm(end - start)
        shifts, dashes = {0: ([0], ["-"]), 1: ([-0.1, 0.1], ["-"] * 2), 2: ([-0.17, 0, 0.17], ["-"] * 3)}.get(
            int(kind), ([-0.1, 0.1], ["-", (0, (2, 1.5))])
        )
        for shift, dash in zip(shifts, dashes, strict=True):
            (x1, y1), (x2, y2) = start + shift * across, end + shift * across
            ax.plot([x1, x2], [y1, y2], color=colour, lw=1.8, ls=dash, zorder=1)


def _molecule(ax, smiles, texts, colours, inks):
    places = molecules.layout(smiles)
    _bonds(ax, smiles, places)
    ax.scatter(*places.T, s=620, c=colours, edgecolors="black", linewidths=1, zorder=2)
    for place, text, ink in zip(places, texts, inks, strict=True):
        ax.text(*place, text, ha="center", va="center", fontsize=12, color=ink, zorder=3)
    ax.set_aspect("equal")
    ax.margins(0.12)
    ax.axis("off")


@figures.style()
def molecule(smiles):
    """Return a figure of a molecule as a graph: atoms with their letters, counted from 0, and kinds of bonds."""
    fig, ax = figures.subplots(figsize=(6.4, 4.4))
    elements = molecules.atom_table(smiles)["element"]
    looks = [LETTERS.get(one, OTHER) for one in elements]
    texts = [f"{one}{at}" for at, one in enumerate(elements)]
    _molecule(ax, smiles, texts, [face for face, _ in looks], [ink for _, ink in looks])
    return fig


@figures.style()
def influence(smiles, node, tables):
    """Return a figure of which atoms one atom's output depends on, a panel a number of layers.

    `tables` maps the number of layers to the sensitivities of that atom.
    """
    from matplotlib import colormaps

    fig, axes = figures.subplots(1, len(tables), figsize=(9.6, 3.9))
    for ax, (layers, sizes) in zip(np.atleast_1d(axes), tables.items(), strict=True):
        sizes = np.asarray(sizes)
        share = sizes / sizes.max()
        faces = [colormaps["cividis"](0.3 + 0.7 * one) if one > 0 else "white" for one in share]
        texts = ["★" if at == node else "0" if one == 0 else "" for at, one in enumerate(sizes)]
        _molecule(ax, smiles, texts, faces, ["black"] * len(sizes))
        ax.set_title(f"{layers} layer{'s' * (layers > 1)}: {int((sizes > 0).sum())} of {len(sizes)} atoms")
    return fig


@figures.style()
def comparison(tables, published=None):
    """Return a figure of RMSE with intervals, a panel a split; `published` maps a split to (value, spread).

    The rows are those of the longest table.
    """
    names = list(max((table["model"] for table in tables), key=len))
    fig, axes = figures.subplots(1, len(tables), figsize=(9.6, 0.36 * len(names) + 1.6), sharex=True)
    for panel, (ax, table) in enumerate(zip(np.atleast_1d(axes), tables, strict=True)):
        y, split = np.array([names.index(name) for name in table["model"]]), table["split"].iloc[0]
        network = table["model"].str.startswith(("GCN", "GIN")).to_numpy()
        for rows, colour, marker in ((~network, GREY, "s"), (network, BLUE, "o")):
            ax.hlines(y[rows], table["low"][rows], table["high"][rows], color=colour, lw=2, ls="-")
            ax.plot(table["RMSE"][rows], y[rows], marker, color=colour, ms=7, ls="none")
        for at, value in zip(y, table["RMSE"], strict=True):
            ax.text(value, at - 0.15, f"{value:.2f}", ha="center", va="bottom", fontsize=11)
        if published and split in published:
            value, spread = published[split]
            ax.axvspan(value - spread, value + spread, color=ORANGE, alpha=0.25, lw=0)
            ax.text(value, -1.05, "published GCN", color="#A84700", ha="left", fontsize=11)
        ax.set(title=f"{split} split", xlabel="RMSE on the test part (log units)", ylim=(len(names) - 0.5, -1.35))
        ax.set_yticks(range(len(names)), names if panel == 0 else [""] * len(names))
    return fig


@figures.style()
def depths(table):
    """Return a figure of accuracy against the number of layers, plain and reminded of the start."""
    fig, ax = figures.subplots(figsize=(7.2, 3.8))
    for (kind, rows), (colour, dash, marker) in zip(
        table.groupby("kind", sort=False), ((ORANGE, "--", "s"), (BLUE, "-", "o")), strict=True
    ):
        grouped = rows.groupby("depth")["accuracy"]
        mean = grouped.mean()
        ax.fill_between(mean.index, grouped.min(), grouped.max(), color=colour, alpha=0.15, lw=0)
        ax.plot(mean.index, mean, color=colour, ls=dash, marker=marker, ms=8, label=kind)
    ax.set_xscale("log", base=2)
    ticks = sorted(table["depth"].unique())
    ax.set_xticks(ticks, [str(one) for one in ticks])
    ax.minorticks_off()
    ax.set(xlabel="layers", ylabel="right module (share of unseen proteins)", ylim=(0, 1.02))
    ax.legend(loc="lower left")
    return fig


@figures.style()
def predictions(y, y_hat, *, unit="log mol/l"):
    """Return a figure of predicted against measured solubility of the test molecules, with the line of equality."""
    fig, ax = figures.subplots(figsize=(5.2, 4.4))
    ax.plot(y, y_hat, "o", color=BLUE, mec="white", ms=7, ls="none", alpha=0.85)
    low, high = min(np.min(y), np.min(y_hat)) - 0.3, max(np.max(y), np.max(y_hat)) + 0.3
    ax.plot([low, high], [low, high], color="black", lw=1, ls="--")
    ax.set(xlabel=f"measured ({unit})", ylabel=f"predicted ({unit})", xlim=(low, high), ylim=(low, high))
    return fig
