"""The pictures of companion 06b."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bioml_helpers import evaluation, figures
from bioml_helpers.attention import families
from bioml_helpers.data import structures
from bioml_helpers.data.encode import PROTEIN
from bioml_helpers.figures.house import OKABE_ITO
from bioml_helpers.figures.kernel import KernelFigure

BLUE, ORANGE, GREY, GREEN = OKABE_ITO["blue"], OKABE_ITO["vermillion"], "#767676", OKABE_ITO["green"]
LETTER_COLOURS = {  # by chemistry; the letter itself is always drawn
    **dict.fromkeys("KRH", OKABE_ITO["blue"]),
    **dict.fromkeys("DE", OKABE_ITO["vermillion"]),
    **dict.fromkeys("STNQ", OKABE_ITO["green"]),
    **dict.fromkeys("C", "#8A5A00"),
    **dict.fromkeys("GP", "#8B3F77"),
}


@figures.style()
def logo(frequencies):
    """Return a figure of a family's profile as a sequence logo, in bits."""
    fig, ax = figures.subplots(figsize=(10, 2.8))
    figures.sequence_logo(ax, families.bits(frequencies), alphabet=PROTEIN, colours=LETTER_COLOURS, ylabel="bits")
    ax.set_xticks(np.arange(0, len(frequencies), 5), [str(column) for column in range(0, len(frequencies), 5)])
    ax.set(xlabel="column of the alignment (counted from 0)", ylim=(0, 4.4))
    return fig


@figures.style()
def contact_maps(found, scores):
    """Return a figure with a panel a method: true contacts below the diagonal, its L best pairs above."""
    fig, axes = figures.subplots(1, len(scores), figsize=(3.7 * len(scores), 4.1), sharey=True)
    contacts = found.contacts
    shown = int((~np.isnan(contacts)).any(axis=0).sum())
    places = np.arange(found.length)
    far = np.abs(np.subtract.outer(places, places)) >= structures.SEPARATION
    i, j = np.nonzero(np.tril((contacts == 1) & far))
    for ax, (name, one) in zip(np.atleast_1d(axes), scores.items(), strict=True):
        ax.plot(j, i, "s", color="#9a9a9a", ms=3)
        pairs = [pair for pair in evaluation.pairs_in_order(one) if not np.isnan(contacts[tuple(pair)])][:shown]
        right = np.array([contacts[tuple(pair)] == 1 for pair in pairs])
        first, second = np.array(pairs).T
        ax.plot(second[right], first[right], "o", color=BLUE, ms=4)
        ax.plot(second[~right], first[~right], "x", color=ORANGE, ms=5)
        ax.plot([0, found.length], [0, found.length], "-", color="0.7", lw=1)
        ax.set(
            title=f"{name}\n{right.sum()} of {shown} touch",
            xlim=(-1, found.length),
            ylim=(found.length, -1),
            aspect="equal",
        )
        ax.set_xlabel("column")
    np.atleast_1d(axes)[0].set_ylabel("column")
    handles = [
        axes_line([], [], "s", color="#9a9a9a", label="contact in the structure"),
        axes_line([], [], "o", color=BLUE, label="named, and touches"),
        axes_line([], [], "x", color=ORANGE, label="named, does not touch"),
    ]
    fig.legend(handles=handles, loc="outside lower center", ncols=3)
    return fig


def axes_line(x, y, marker, **look):
    """Return a marker for a legend."""
    from matplotlib.lines import Line2D

    return Line2D(x, y, marker=marker, linestyle="none", **look)


@figures.style()
def precisions(table, per_head, per_head_untrained):
    """Return a figure of precision at L/5, L/2 and L for each method, and at L/2 for single heads."""
    fig, (left, right) = figures.subplots(1, 2, figsize=(9.4, 3.8), width_ratios=[2, 1])
    looks = {"MI + APC": (GREEN, "-", "s"), "attention": (BLUE, "-", "o"), "untrained attention": (ORANGE, "--", "^"),
             "near along the chain": (GREY, ":", "v"), "guessing": ("black", ":", "")}  # fmt: skip
    for row in table.to_dict("records"):
        colour, dash, marker = looks.get(row["from"], (GREY, "-", "D"))
        left.plot(
            range(3),
            [row[top] for top in ("L/5", "L/2", "L")],
            linestyle=dash,
            marker=marker,
            color=colour,
            label=row["from"],
        )
    left.set_xticks(range(3), ["L/5", "L/2", "L"])
    left.set(xlabel="best pairs looked at", ylabel="share that touches", ylim=(-0.03, 1.05))
    left.legend(loc="upper right", bbox_to_anchor=(1.0, 0.62))
    for place, values, colour, marker in ((0, per_head, BLUE, "o"), (1, per_head_untrained, ORANGE, "^")):
        right.plot(place + np.linspace(-0.2, 0.2, len(values)), values, marker, color=colour, ms=5)
    right.set_xticks([0, 1], ["trained", "untrained"])
    right.set(title="each head alone, L/2", ylim=(-0.03, 1.05), xlim=(-0.5, 1.5))
    return fig


@figures.style()
def told(table):
    """Return a figure of the share of hidden residues told rightly, one row a way of telling, with intervals."""
    fig, ax = figures.subplots(figsize=(7.2, 2.6))
    for y, row in enumerate(table.to_dict("records")):
        ax.plot([row["low"], row["high"]], [y, y], "-", color=GREY)
        ax.plot(row["recovered"], y, "o", color=BLUE if row["told by"] == "attention" else ORANGE)
        ax.text(row["high"] + 0.004, y, f"{row['recovered']:.3f}", va="center", fontsize=11)
    ax.set_yticks(range(len(table)), table["told by"])
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set(xlabel="hidden residues told rightly (95 % interval by group)", xlim=(None, table["high"].max() + 0.03))
    return fig


def mask_explorer(found, model, frequencies) -> KernelFigure:
    """Return a figure that hides one column of a held-out sequence: what the model expects there, beside the profile.

    Parameters
    ----------
    found : Family
    model : FamilyReader
    frequencies : array_like of shape (columns, 20)
        The family's profile.

    Returns
    -------
    KernelFigure
        Its ``controls`` are named ``sequence`` and ``column``.

    Examples
    --------
    >>> found = families.family(quiet=True)
    >>> figure = mask_explorer(found, families.FamilyReader(found.length), families.profile(found.train["sequence"]))
    >>> figure.controls["column"].value = 4
    >>> figure.text.startswith("Column 4 of ")
    True
    """
    import ipywidgets

    some = found.test.sort_values("weight", ascending=False, kind="stable").head(8)
    said = np.exp(families.log_probabilities(model, some["sequence"]))
    label = {"description_width": "70px"}
    controls = {
        "sequence": ipywidgets.Dropdown(
            options=[(name.split("/")[0], row) for row, name in enumerate(some["name"])],
            description="sequence",
            style=label,
        ),
        "column": ipywidgets.IntSlider(
            10,
            min=0,
            max=found.length - 1,
            description="column",
            continuous_update=False,
            style=label,
            layout={"width": "420px"},
        ),
    }

    def draw(fig, sequence, column):
        fig.clear()
        return draw_masked(fig, some["name"].iloc[sequence], some["sequence"].iloc[sequence], column,
                           said[sequence, column], np.asarray(frequencies)[column])  # fmt: skip

    def alt(sequence, column):
        best = PROTEIN[int(said[sequence, column].argmax())]
        return (
            f"Bars of 20 amino acids for column {column} of one sequence, hidden: what the model expects beside the "
            f"family's profile. The model's tallest bar is {best}."
        )

    return KernelFigure(draw, controls, alt=alt, figsize=(8.4, 3.6))


def draw_masked(fig, name, sequence, column, expected, usual):
    """Draw the two sets of bars and return the sentence below them."""
    ax = fig.subplots()
    places = np.arange(len(PROTEIN))
    ax.bar(places - 0.2, expected, 0.4, color=BLUE, label="model: the other columns seen")
    ax.bar(places + 0.2, usual, 0.4, color="white", edgecolor=ORANGE, hatch="///", label="profile: the column alone")
    ax.set_xticks(places, list(PROTEIN))
    here = sequence[column]
    ax.set(xlabel="amino acid", ylabel="probability", ylim=(0, 1.22))
    shown = sequence[:column] + "?" + sequence[column + 1 :]
    ax.set_title(shown, fontsize=11, family="monospace")
    ax.legend(loc="upper right")
    if here not in PROTEIN:
        return f"Column {column} of {name} is a gap: nothing stood there."
    at = PROTEIN.index(here)
    ax.annotate("stood here", (at, max(expected[at], usual[at])), (at, max(expected[at], usual[at]) + 0.1),
                ha="center", arrowprops={"arrowstyle": "->"}, fontsize=11)  # fmt: skip
    return f"Column {column} of {name}: {here} stood there. Model {expected[at]:.2f}, profile {usual[at]:.2f}."


@figures.style()
def fitness_map(found):
    """Return a figure of measured fitness: a column a position, a row a new residue; what was not measured is white."""
    fig, ax = figures.subplots(figsize=(10, 3.4))
    order = "GPAVLIMCFYWHKRQNEDST"
    table = np.full((len(order), len(found.wild_type)), np.nan)
    for row in found.table.itertuples():
        table[order.index(row.mutant_residue), row.position] = row.fitness
    image = ax.imshow(table, aspect="auto", vmin=0, vmax=1.1, interpolation="none")
    ax.set_yticks(range(len(order)), list(order), fontsize=11)
    ax.tick_params(axis="y", length=0)
    ax.set(xlabel="position (counted from 0)", ylabel="new residue")
    ax.grid(False)
    fig.set_figheight(4.6)
    fig.colorbar(image, ax=ax, label="fitness (1: as the wild type)", extend="both")
    return fig


@figures.style()
def tem1(table):
    """Return a figure of Spearman's correlation: held-out mutants beside held-out positions."""
    fig, ax = figures.subplots(figsize=(7.6, 3.4))
    names = list(dict.fromkeys(table["scored by"]))
    looks = {"mutants": (BLUE, "o", -0.14), "positions": (ORANGE, "D", 0.14)}
    for held, (colour, marker, shift) in looks.items():
        for row in table[table["held out"] == held].to_dict("records"):
            y = names.index(row["scored by"]) + shift
            ax.plot([row["low"], row["high"]], [y, y], "-", color=colour)
            ax.plot(row["spearman"], y, marker, color=colour, ms=8)
        ax.plot([], [], marker, color=colour, label=f"held out: {held}")
    ax.axvline(0, color="0.6", lw=1)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set(xlabel="Spearman with measured fitness (mean and range of five splits)", xlim=(-0.15, 1))
    fig.legend(loc="outside upper center", ncols=2)
    return fig


@figures.style()
def sizes(variants, contacts):
    """Return a figure of two published tables against the number of weights, alignment methods as lines."""
    fig, (left, right) = figures.subplots(1, 2, figsize=(10.4, 4.2))
    grown = variants.dropna(subset="parameters")
    left.plot(grown["parameters"], grown["mean Spearman"], "o-", color=BLUE, label="ESM-2")
    dashes = {"site-independent": ":", "EVmutation": "-.", "GEMME": "--"}
    for row in variants.to_dict("records"):
        if row["model"] in dashes:
            left.axhline(row["mean Spearman"], linestyle=dashes[row["model"]], color=ORANGE)
            left.text(6e6, row["mean Spearman"] + 0.004, row["model"], ha="left", fontsize=11, color="#A84700")
    left.set(ylabel="mean Spearman", title="effects of changes (ProteinGym)", ylim=(0.2, 0.49))
    sizes_known = contacts.dropna(subset="parameters")
    right.plot(sizes_known["parameters"], sizes_known["precision at L"], "o-", color=BLUE, label="ESM-2")
    alignment = contacts[contacts["parameters"].isna()].iloc[0]
    right.axhline(alignment["precision at L"], linestyle="--", color=ORANGE)
    right.text(6e6, alignment["precision at L"] + 0.007, "Gremlin", ha="left", fontsize=11, color="#A84700")
    right.set(ylabel="precision of the L best pairs", title="long-range contacts", ylim=(0.1, 0.6))
    for ax in (left, right):
        ax.set(xscale="log", xlabel="weights in the model", xlim=(5e6, 2.2e10))
        ax.text(1.1e7, ax.get_ylim()[0] + 0.09 * np.ptp(ax.get_ylim()), "ESM-2", color=BLUE, fontsize=11)
    return fig


@figures.style()
def probes(table):
    """Return a figure of Q3 with its interval by chain, one row a kind of feature."""
    fig, ax = figures.subplots(figsize=(7.2, 3.2))
    for y, row in enumerate(table.to_dict("records")):
        ax.plot([row["low"], row["high"]], [y, y], "-", color=GREY)
        ax.plot(row["Q3"], y, "o" if not row["features"].startswith("one-hot") else "D", color=BLUE)
        ax.text(row["high"] + 0.003, y, f"{row['Q3']:.3f}", va="center", fontsize=11)
    ax.set_yticks(range(len(table)), table["features"])
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set(xlabel="Q3 on new chains (95 % interval by chain)", xlim=(None, table["high"].max() + 0.025))
    return fig


@figures.style()
def decoy_shares(table):
    """Return a figure of how often each score prefers the natural residue, one row a kind of decoy and score."""
    fig, ax = figures.subplots(figsize=(7.4, 2.9))
    for y, row in enumerate(table.to_dict("records")):
        colour, marker = (BLUE, "o") if row["score"] == "attention" else (ORANGE, "D")
        ax.plot([row["low"], row["high"]], [y, y], "-", color=colour)
        ax.plot(row["natural preferred"], y, marker, color=colour)
        ax.text(row["high"] + 0.008, y, f"{row['natural preferred']:.2f}", va="center", fontsize=11)
    ax.axvline(0.5, linestyle=":", color="black")
    ax.set_yticks(range(len(table)), [f"{row['score']}, {row['decoy']}" for row in table.to_dict("records")])
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set(xlabel="how often the natural residue is preferred (coin: 0.5)", xlim=(0.35, 1.02))
    return fig


def heads_alone(found, maps, part: int = 2) -> pd.DataFrame:
    """Return the precision at L/`part` of each head's map alone."""
    shown = int((~np.isnan(found.contacts)).any(axis=0).sum())
    values = [
        evaluation.precision_at(families.map_of_heads(maps[head : head + 1]), found.contacts, shown // part)
        for head in range(len(maps))
    ]
    return pd.DataFrame({"head": range(1, len(values) + 1), "precision": values})
