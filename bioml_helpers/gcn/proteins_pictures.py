"""The pictures of companion 07b. Shapes and labels tell apart what colours do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bioml_helpers import figures
from bioml_helpers.figures.house import OKABE_ITO

BLUE, ORANGE, GREY, GREEN = OKABE_ITO["blue"], OKABE_ITO["vermillion"], "#767676", OKABE_ITO["green"]


def neighbours(graph) -> pd.DataFrame:
    """Return a drawn neighbourhood as a table: protein, essential or not, and whom of the others it binds.

    Parameters
    ----------
    graph : torch_geometric.data.Data
        From `networks.around`.

    Returns
    -------
    pandas.DataFrame
    """
    start, end = graph.edge_index.numpy()
    return pd.DataFrame(
        {
            "protein": graph.names,
            "essential": ["yes" if one else "no" for one in graph.y.tolist()],
            "binds": [", ".join(graph.names[k] for k in sorted(end[start == node])) for node in range(graph.num_nodes)],
        }
    )


@figures.style()
def neighbourhood(graph):
    """Return a figure of a protein and its partners; essential ones are squares with a thick edge."""
    fig, ax = figures.subplots(figsize=(7.2, 4.6))
    places = _round_the_first(graph)
    for a, b in graph.edge_index.T[graph.edge_index[0] < graph.edge_index[1]].tolist():
        ax.plot(*places[[a, b]].T, "-", color=GREY, lw=1.2, zorder=1)
    essential = graph.y.numpy()
    for kind, marker, colour, label in (
        (essential, "s", ORANGE, "essential"),
        (~essential, "o", "#B9D7EA", "not essential"),
    ):
        ax.plot(*places[kind].T, marker, color=colour, ms=17, mec="black", mew=1.2, label=label, zorder=2)
    ax.plot(*places[:1].T, "o", color="none", mec="black", ms=27, mew=1.5, zorder=2)
    for name, (x, y) in zip(graph.names, places, strict=True):
        ax.text(x, y - 0.19, name, ha="center", va="top", fontsize=11, bbox=_PAPER)
    ax.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.25))
    ax.axis("off")
    fig.legend(loc="outside upper left", ncols=2)
    return fig


_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85}


def _round_the_first(graph) -> np.ndarray:
    """Node 0 in the middle, the others on a circle, ordered so that those who bind each other stand near."""
    from scipy.sparse.csgraph import reverse_cuthill_mckee
    from torch_geometric.utils import to_scipy_sparse_matrix

    A = to_scipy_sparse_matrix(graph.edge_index, num_nodes=graph.num_nodes).tocsr()[1:, 1:]
    order = reverse_cuthill_mckee(A, symmetric_mode=True)
    angle = np.empty(len(order))
    angle[order] = np.pi / 2 + 2 * np.pi * np.arange(len(order)) / len(order)
    return np.concatenate([[[0.0, 0.0]], np.stack([1.2 * np.cos(angle), np.sin(angle)], axis=1)])


@figures.style()
def intervals(table, value, labels, *, xlabel, coin=None, baseline=()):
    """Return a figure of a score with its interval, one row a model.

    Parameters
    ----------
    table : pandas.DataFrame
        With columns ``low`` and ``high`` besides `value`.
    value : str
    labels : sequence of str
        One for each row.
    xlabel : str
    coin : float, optional
        What guessing reaches: a dotted line.
    baseline : sequence of int
        Rows that are baselines: drawn as diamonds.
    """
    fig, ax = figures.subplots(figsize=(8.2, 0.42 * len(table) + 1.1))
    for y, row in enumerate(table.to_dict("records")):
        colour, marker = (ORANGE, "D") if y in baseline else (BLUE, "o")
        ax.plot([row["low"], row["high"]], [y, y], "-", color=colour)
        ax.plot(row[value], y, marker, color=colour)
        ax.text(row["high"] + 0.006, y, f"{row[value]:.2f}", va="center", fontsize=11)
    if coin is not None:
        ax.axvline(coin, linestyle=":", color="black")
        ax.text(coin, -0.62, " guessing", va="bottom", fontsize=11)
    ax.plot([], [], "D", color=ORANGE, label="baseline")
    ax.plot([], [], "o", color=BLUE, label="network")
    ax.set_yticks(range(len(table)), labels)
    ax.set_ylim(len(table) - 0.5, -0.7)
    ax.set(xlabel=xlabel, xlim=(None, table["high"].max() + 0.05))
    fig.legend(loc="outside upper right", ncols=2)
    return fig


@figures.style()
def degree_groups(table):
    """Return a figure of average precision among proteins with about as many partners, one line a model."""
    fig, ax = figures.subplots(figsize=(7.6, 3.6))
    looks = [(GREY, ":", "s"), (ORANGE, "--", "D"), (BLUE, "-", "o")]
    models = [name for name in table if name not in ("partners", "proteins", "essential")]
    ax.plot(table["partners"], table["essential"], color="black", linestyle="-.", marker="", label="guessing")
    for name, (colour, dash, marker) in zip(models, looks, strict=True):
        ax.plot(table["partners"], table[name], color=colour, linestyle=dash, marker=marker, label=name.split(" | ")[0])
    ax.set(xlabel="known partners of the protein", ylabel="average precision", ylim=(0, None))
    fig.legend(loc="outside right upper")
    return fig


@figures.style()
def study(table):
    """Return a figure of what partners seem to tell, against how much more essential proteins are studied."""
    fig, ax = figures.subplots(figsize=(7.2, 3.3))
    x = table["studied more"]
    ax.plot(x, table["found partners"], "o-", color=BLUE, label="partners that were found")
    ax.plot(x, table["true partners"], "D--", color=ORANGE, label="partners that there are")
    ax.plot(x, table["essential"], color="black", linestyle=":", marker="", label="guessing")
    ax.set_xticks(x, [f"{one:g}×" for one in x])
    ax.set(xlabel="how much more an essential protein is studied", ylabel="average precision", ylim=(0, None))
    fig.legend(loc="outside right upper")
    return fig


@figures.style()
def residue_graph(found, name):
    """Return a figure of one chain as a graph, laid flat: contacts, the chain itself, and which residues are mobile."""
    row = found.table["name"].tolist().index(name)
    graph = found.graph(name)
    ca = found.table["ca"].iloc[row]
    centred = ca - ca.mean(axis=0)
    flat = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
    fig, ax = figures.subplots(figsize=(7.6, 4.6))
    for a, b in graph.edge_index.T[graph.edge_index[0] < graph.edge_index[1]].tolist():
        ax.plot(*flat[[a, b]].T, "-", color="#C4C4C4", lw=0.7, zorder=1)
    ax.plot(*flat.T, "-", color="black", lw=1.4, zorder=2, label="along the chain")
    mobile = graph.y.numpy()
    ax.plot(*flat[~mobile].T, "o", color=BLUE, ms=6, zorder=3, label="residue")
    ax.plot(*flat[mobile].T, "^", color=ORANGE, mec="black", ms=9, zorder=4, label="mobile residue")
    ax.plot([], [], "-", color="#C4C4C4", label="contact")
    for place, text in ((0, "first"), (len(flat) - 1, "last")):
        ax.annotate(text, flat[place], flat[place] + [0, 2.5], ha="center", bbox=_PAPER)
    ax.set(aspect="equal", xlabel="Å", ylabel="Å", title=f"{name}: {len(flat)} residues")
    fig.legend(loc="outside right upper")
    return fig


def residue_table(found, name) -> pd.DataFrame:
    """Return the drawn chain as a table: residue, letter, contacts, neighbours within 10 Å, B factor, mobile."""
    row = found.table["name"].tolist().index(name)
    here = found.chain == row
    graph = found.graph(name)
    return pd.DataFrame(
        {
            "residue": np.arange(1, here.sum() + 1),
            "amino acid": list(found.table["sequence"].iloc[row]),
            "contacts": np.bincount(graph.edge_index[1].numpy(), minlength=here.sum()),
            "within 10 Å": found.depth[here],
            "B factor": found.table["b_factor"].iloc[row],
            "mobile": np.where(found.mobile[here], "yes", "no"),
        }
    )


@figures.style()
def links(table):
    """Return a figure of link prediction: a group of points for each split and kind of negatives."""
    fig, ax = figures.subplots(figsize=(8.6, 3.6))
    looks = {"degree alone": (GREY, "s", -0.2), "no graph": (ORANGE, "D", 0.0), "GCN": (BLUE, "o", 0.2)}
    names = {"random": "pairs held out", "proteins": "proteins held out"}
    drawn = {"any": "any negatives", "same degree": "negatives of\nthe same degree"}
    for name, (colour, marker, shift) in looks.items():
        x = np.arange(len(table)) + shift
        ax.plot(x, table[name], marker, color=colour, ms=8, label=name)
        for one, score in zip(x, table[name], strict=True):
            ax.text(one, score + 0.02, f"{score:.2f}", ha="center", fontsize=11)
    ax.axhline(0.5, linestyle=":", color="black")
    labels = [f"{names[row['split']]},\n{drawn[row['negatives']]}" for row in table.to_dict("records")]
    ax.set_xticks(range(len(table)), labels)
    ax.set(ylabel="AUROC (guessing: 0.5)", ylim=(0.4, 1.0))
    fig.legend(loc="outside upper right", ncols=3)
    return fig
