"""The pictures of companion 07c."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bioml_helpers import figures
from bioml_helpers.figures.house import OKABE_ITO
from bioml_helpers.figures.kernel import KernelFigure
from bioml_helpers.gcn import relations

BLUE, ORANGE, GREY, GREEN = OKABE_ITO["blue"], OKABE_ITO["vermillion"], "#767676", OKABE_ITO["green"]
SHAPES = {"drug": "s", "food": "^", "gene": "o"}
FILLINGS = {"drug": OKABE_ITO["sky blue"], "food": OKABE_ITO["orange"], "gene": "#EEEEEE"}
DASHES = {"drug-gene": "-", "food-gene": "--", "gene-gene": ":"}
RULERS = {"similarity": "walk", "no_graph": "lists, no graph", "n_targets": "number of genes"}

# A small example with names: two drugs, two food molecules, six genes in two neighbourhoods
_SMALL = {
    "drug-gene": [("drug A", "g1"), ("drug A", "g2"), ("drug B", "g5"), ("drug B", "g6")],
    "food-gene": [("food X", "g3"), ("food Y", "g4"), ("food Y", "g6")],
    "gene-gene": [("g1", "g2"), ("g1", "g3"), ("g2", "g3"), ("g4", "g5"), ("g5", "g6"), ("g3", "g4")],
}
_PLACES = {
    "drug A": (0.0, 2.0), "drug B": (3.6, 2.0), "food X": (0.8, 0.0), "food Y": (3.0, 0.0), "g1": (-0.1, 1.1),
    "g2": (0.8, 1.5), "g3": (1.1, 0.8), "g4": (2.4, 0.8), "g5": (2.8, 1.5), "g6": (3.8, 1.0),
}  # fmt: skip
_KIND_OF = {
    name: "drug" if name.startswith("drug") else "food" if name.startswith("food") else "gene" for name in _PLACES
}


def small_walk(on, start: str = "food X", restart: float = relations.RESTART) -> pd.Series:
    """Return how much time the walker spends at each node of the small example, in percent.

    Parameters
    ----------
    on : iterable of str
        Relations that are switched on.
    start : str
        Where he starts and restarts.
    restart : float

    Returns
    -------
    pandas.Series
        Indexed by node.

    Examples
    --------
    >>> float(small_walk(["drug-gene"]).loc["food X"])  # no edge to leave by
    100.0
    """
    nodes = {kind: [name for name in _PLACES if _KIND_OF[name] == kind] for kind in SHAPES}
    graph = relations.merge_graphs({relations.KINDS[name]: _SMALL[name] for name in on}, nodes)
    names = [name for kind in graph.kinds for name in graph.labels[kind]]
    begin = np.array([name == start for name in names], dtype=float)
    return pd.Series(100 * relations.propagate(graph.edge_index, begin, restart), index=names)


def graph_merger(seed: int = 0) -> KernelFigure:
    """Return the figure in which relations are switched on and off: a small walk, and the rulers on 60 simulated foods.

    Parameters
    ----------
    seed : int
        Of the simulation.

    Returns
    -------
    KernelFigure
        Its ``controls`` are named ``drug_gene``, ``food_gene``, ``gene_gene``, ``restart``.

    Examples
    --------
    >>> figure = graph_merger()
    >>> figure.controls["gene_gene"].value = False
    >>> figure.text.startswith("Without gene-gene")
    True
    """
    import ipywidgets

    some, molecules = relations.simulated(seed)
    style = {"description_width": "initial"}
    controls = {
        name.replace("-", "_"): ipywidgets.Checkbox(True, description=name.replace("-", "–"), indent=False, style=style)
        for name in relations.KINDS
    }
    controls["restart"] = ipywidgets.Dropdown(
        options=[0.1, 0.3, 0.5, 0.9], value=0.5, description="restart", style=style
    )

    known: dict = {}  # a picture and its alt text ask for the same ranking

    def scores_with(on, restart):
        key = (*on, restart)
        if key not in known:
            known[key] = relations.scores_of(relations.switch_relations(some, molecules, on, restart))
        return known[key]

    def state(restart, **switches):
        on = [name for name in relations.KINDS if switches[name.replace("-", "_")]]
        return on, restart

    def draw(fig, **values):
        fig.clear()
        on, restart = state(**values)
        time = small_walk(on, restart=restart)
        scores = scores_with(on, restart)
        left, right = fig.subplots(1, 2, width_ratios=[3, 2])
        _draw_small(left, on, time)
        _draw_rulers(right, scores)
        return _sentence(on, time, scores)

    def alt(**values):
        on, restart = state(**values)
        scores = scores_with(on, restart)
        return (
            f"Relations on: {', '.join(on) or 'none'}; restart {restart}. Left, a small graph of two drugs (squares), "
            "two food molecules (triangles) and six genes (circles), with the percentage of time that a walker from "
            "food X spends at each. Right, AUROC on simulated food molecules: "
            f"walk {scores.iloc[0]:.2f}, lists {scores.iloc[1]:.2f}, number of genes {scores.iloc[2]:.2f}."
        )

    return KernelFigure(draw, controls, alt=alt, figsize=(10, 4.2))


def _draw_small(ax, on, time) -> None:
    from matplotlib.lines import Line2D

    for name in on:
        for one, other in _SMALL[name]:
            (x0, y0), (x1, y1) = _PLACES[one], _PLACES[other]
            ax.plot([x0, x1], [y0, y1], DASHES[name], color=GREY, lw=1.8, zorder=1)
    for name, (x, y) in _PLACES.items():
        kind = _KIND_OF[name]
        size = 320 + 60 * time[name]
        ax.scatter([x], [y], s=size, marker=SHAPES[kind], color=FILLINGS[kind], edgecolor="black", zorder=2)
        ax.text(x, y, f"{time[name]:.0f}", ha="center", va="center", fontsize=11, zorder=3)
        ax.text(x + 0.28, y + 0.2, name, fontsize=11, color="#333333", zorder=3)
    handles = [Line2D([], [], color=GREY, linestyle=DASHES[name], label=name.replace("-", "–")) for name in DASHES]
    ax.legend(handles=handles, loc="lower center", ncols=3, bbox_to_anchor=(0.5, -0.18))
    ax.set(title="% of a walker's time; he starts at food X", xlim=(-0.8, 4.9), ylim=(-0.6, 2.7))
    ax.axis("off")


def _draw_rulers(ax, scores) -> None:
    for y, score in enumerate(scores):
        ax.plot([0.5, score], [y, y], "-", color=BLUE if y == 0 else GREY, lw=3)
        ax.plot(score, y, "os^"[y], color=BLUE if y == 0 else GREY, ms=9)
        ax.text(score + (0.03 if score >= 0.5 else -0.03), y + 0.25, f"{score:.2f}", ha="center", fontsize=11)
    ax.axvline(0.5, color="black", linestyle=":")
    ax.set_yticks(range(len(scores)), [RULERS[name] for name in scores.index])
    ax.set(
        xlim=(0, 1.05),
        ylim=(2.6, -0.6),
        xlabel="AUROC, active among 60 food molecules",
        title="who finds the active ones?",
    )


def _sentence(on, time, scores) -> str:
    off = [name for name in relations.KINDS if name not in on]
    head = f"Without {' and '.join(off)}" if off else "All three relations"
    return (
        f"{head}: the walker from food X spends {time['drug A']:.0f} % of his time at drug A. Simulated molecules: "
        f"walk {scores['similarity']:.2f}, lists {scores['no_graph']:.2f}, number of genes {scores['n_targets']:.2f}."
    )


@figures.style()
def rulers(tables):
    """Return a figure with a point a simulation for each of the three rulers; ``tables`` has a row a seed."""
    fig, ax = figures.subplots(figsize=(7.2, 2.6))
    for y, name in enumerate(RULERS):
        ax.plot(
            tables[name],
            np.full(len(tables), y) + np.linspace(-0.15, 0.15, len(tables)),
            "os^"[y],
            color=(BLUE, ORANGE, GREY)[y],
        )
    ax.axvline(0.5, color="black", linestyle=":")
    ax.set_yticks(range(3), list(RULERS.values()))
    ax.set(ylim=(2.5, -0.5), xlim=(0, 1.02), xlabel="AUROC of active food molecules, a point a simulation")
    return fig


@figures.style()
def links(table):
    """Return a figure of the AUROC of each way to guess links: mean, and range over the seeds."""
    fig, ax = figures.subplots(figsize=(8, 3))
    for y, row in enumerate(table.to_dict("records")):
        colour = ORANGE if "classes" in row["model"] else GREY if row["baseline"] else BLUE
        ax.plot([row["low"], row["high"]], [y, y], "-", color=colour, lw=2.5)
        ax.plot(row["mean"], y, "^" if "classes" in row["model"] else "o", color=colour, ms=8)
        ax.text(row["high"] + 0.012, y, f"{row['mean']:.2f}", va="center", fontsize=11)
    ax.set_yticks(range(len(table)), [f"{row.model}\n({row.knows})" for row in table.itertuples()])
    ax.set(
        xlabel="AUROC, held-out links against re-joined pairs (range of the seeds)",
        ylim=(len(table) - 0.4, -0.6),
        xlim=(0.45, 1.05),
    )
    return fig


@figures.style()
def folds(table):
    """Return a figure of F1 and AUPR on the published folds: mean and standard deviation over the five."""
    fig, axes = figures.subplots(1, 2, figsize=(9.6, 2.9), sharey=True)
    for ax, metric in zip(axes, ("F1", "AUPR"), strict=True):
        for y, row in enumerate(table.to_dict("records")):
            colour = GREEN if "published" in row["model"] else BLUE if row["graph"] == "yes" else ORANGE
            spread = row[f"{metric} sd"]
            ax.plot([row[metric] - spread, row[metric] + spread], [y, y], "-", color=colour, lw=2.5)
            ax.plot(
                row[metric],
                y,
                "D" if "published" in row["model"] else "o" if row["graph"] == "yes" else "s",
                color=colour,
                ms=8,
            )
            ax.text(row[metric], y - 0.22, f"{row[metric]:.2f}", ha="center", fontsize=11)
        ax.set(xlabel=f"{metric} (bar: ± one standard deviation)", xlim=(0, 1), ylim=(len(table) - 0.5, -0.7))
    axes[0].set_yticks(range(len(table)), table["model"])
    return fig


@figures.style()
def candidates(table):
    """Return a figure of similarity against the number of listed genes, a point a food molecule."""
    fig, ax = figures.subplots(figsize=(8, 3.8))
    ax.plot(table["n_targets"], table["similarity"], "^", color=BLUE, ms=8, label="walk on the merged graph")
    ax.plot(
        table["n_targets"], table["no_graph"], "o", color=ORANGE, mfc="none", ms=7, label="lists of genes, no graph"
    )
    for place in (0, 1, 2, 4, 5, -1):
        dx, side = (8, "left") if place in (1, 4, -1) else (-8, "right")
        row = table.iloc[place]
        where = (row["n_targets"], row["similarity"])
        ax.annotate(row["molecule"], where, (dx, 0), textcoords="offset points", fontsize=11, ha=side, va="center")
    ax.set_xscale("log")
    ax.set(xlabel="number of listed genes", ylabel="likeness to anticancer drugs (cosine)")
    ax.margins(x=0.14)
    ax.legend(loc="lower right")
    return fig
