"""The pictures of companions 09b and 09d: the switchboard, costs, reliability, two intervals, a hospital's name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bioml_helpers import evaluation, figures
from bioml_helpers.figures.house import OKABE_ITO
from bioml_helpers.figures.kernel import KernelFigure
from bioml_helpers.practice import honest
from bioml_helpers.practice.leaks import NORTH_CASES, SOUTH_CASES, Lab

BLUE, RED, GREY, GREEN = OKABE_ITO["blue"], OKABE_ITO["vermillion"], "#767676", OKABE_ITO["green"]
CELL_SITES = ("north", "south", "abroad")


def switchboard(labs: Sequence[Lab]) -> KernelFigure:
    """Return the switchboard: a switch a leak; off, the honest score of the same study; on, the tempting one.

    Parameters
    ----------
    labs : sequence of Lab

    Returns
    -------
    KernelFigure
        Its ``controls`` are named as the labs are, and hold true for "leak on".

    Examples
    --------
    >>> lab = Lab("L9", "a leak", "AUROC", "wrong way", "right way", (0.9, 1.0), (0.5, 0.5), truth=0.5)
    >>> board = switchboard([lab])
    >>> board.text
    'No leak is on. L9 0.50.'
    >>> board.controls["L9"].value = True
    >>> board.text
    'On: L9 (a leak). L9 0.95 instead of 0.50.'
    """
    import ipywidgets

    labs = list(labs)
    controls = {
        lab.name: ipywidgets.Checkbox(
            value=False, description=f"{lab.name}: {lab.leak}", indent=False, layout=ipywidgets.Layout(width="320px")
        )
        for lab in labs
    }

    def draw(fig, **on):
        if not fig.axes:
            _draw_board(fig, labs)
        marks = fig.axes[0].marks
        for lab, (line, dots, mean, words) in zip(labs, marks, strict=True):
            leaking = on[lab.name]
            scores = lab.tempting_scores if leaking else lab.honest_scores
            colour, marker = (RED, "X") if leaking else (BLUE, "o")
            line.set_xdata([min(scores), max(scores)])
            dots.set_xdata(scores)
            mean.set_xdata([np.mean(scores)])
            for one in (line, dots, mean):
                one.set_color(colour)
            mean.set_marker(marker)
            words.set_text(f"{np.mean(scores):.2f}  {lab.tempting if leaking else lab.honest}")
            words.set_color(colour)
        return _spoken(labs, on)

    def alt(**on):
        return "Scores of five studies, one row each, with a dashed line at 0.5. " + _spoken(labs, on)

    return KernelFigure(draw, controls, alt=alt, figsize=(9.6, 0.62 * len(labs) + 1.1))


def _draw_board(fig, labs) -> None:
    axes = fig.subplots()
    axes.set(xlim=(0.3, 1.62), ylim=(len(labs) - 0.4, -0.6), xlabel="score on the test part (mean and range)")
    axes.set_yticks(range(len(labs)), [f"{lab.name}, {lab.metric}" for lab in labs])
    axes.set_xticks(np.arange(0.3, 1.01, 0.1).round(1))
    axes.axvline(0.5, color=GREY, linestyle="--", linewidth=1.2)
    axes.axvline(1.0, color=GREY, linewidth=0.8)
    axes.marks = []
    for row, lab in enumerate(labs):
        seeds = len(lab.honest_scores)
        (line,) = axes.plot([0.5, 0.5], [row, row], "-", linewidth=5, alpha=0.35, solid_capstyle="round", animated=True)
        (dots,) = axes.plot([0.5] * seeds, [row] * seeds, "|", markersize=9, animated=True)
        (mean,) = axes.plot([0.5], [row], "o", markersize=11, animated=True)
        words = axes.text(1.04, row, "", va="center", fontsize=11, animated=True)
        axes.marks.append((line, dots, mean, words))


def _spoken(labs, on) -> str:
    leaking = [lab for lab in labs if on[lab.name]]
    start = f"On: {'; '.join(f'{lab.name} ({lab.leak})' for lab in leaking)}." if leaking else "No leak is on."
    scores = [
        f"{lab.name} {np.mean(lab.tempting_scores):.2f} instead of {np.mean(lab.honest_scores):.2f}"
        if on[lab.name]
        else f"{lab.name} {np.mean(lab.honest_scores):.2f}"
        for lab in labs
    ]
    return f"{start} {', '.join(scores)}."


@figures.style()
def stained_cells(crops, seed: int = 0):
    """Return a figure of the same cells as three sites would show them.

    Parameters
    ----------
    crops : array_like of shape (n, height, width, 3), uint8
    """
    from bioml_helpers.data.simulate import site_stain

    fig, axes = figures.subplots(1, 3, figsize=(9.0, 1.9))
    shares = {"north": f"{NORTH_CASES:.1%} cases", "south": f"{SOUTH_CASES:.1%} cases", "abroad": "test only"}
    for ax, site in zip(axes, CELL_SITES, strict=True):
        ax.imshow(np.concatenate(list(site_stain(crops, site, seed=seed)), axis=1))
        ax.set(title=f"{site}: {shares[site]}", xticks=[], yticks=[])
    return fig


def cost_explorer(y, probabilities, start: int = 20) -> KernelFigure:
    """Return a figure of what each threshold costs; the slider says how many false alarms a miss is worth.

    Parameters
    ----------
    y : array_like of shape (n,)
        0 and 1.
    probabilities : array_like of shape (n,)
    start : int
        Where the slider stands first.

    Returns
    -------
    KernelFigure
        Its control is named ``miss``.

    Examples
    --------
    >>> figure = cost_explorer([0, 0, 0, 1], [0.1, 0.2, 0.3, 0.4], start=5)
    >>> figure.text.startswith("A miss costs 5 alarms.")
    True
    """
    import ipywidgets

    miss = ipywidgets.IntSlider(
        value=start, min=1, max=100, description="a miss costs … alarms", style={"description_width": "11em"},
        layout=ipywidgets.Layout(width="460px"),
    )  # fmt: skip
    share = evaluation.prevalence(y)

    def found(miss):
        curve = honest.cost_curve(y, probabilities, cost_of_miss=miss)
        best = curve.loc[curve["cost"].idxmin()]
        return curve, best, honest.best_threshold(miss)

    def draw(fig, miss):
        fig.clear()
        axes = fig.subplots()
        curve, best, asked = found(miss)
        axes.plot(curve["threshold"], curve["cost"], color=BLUE, label="the model")
        axes.axhline(miss * share, color=GREY, linestyle=":", label="call nothing")
        axes.axhline(1 - share, color=GREY, linestyle="--", label="call everything")
        axes.plot(best["threshold"], best["cost"], "o", color=RED, markersize=9, label="lowest on these rows")
        axes.axvline(asked, color=GREEN, linestyle="-.", label="alarm / (alarm + miss)")
        top = 1.6 * max(1 - share, best["cost"], min(miss * share, 2.0))
        axes.set(xlim=(0, 1), ylim=(0, top), xlabel="threshold", ylabel="cost a molecule, in alarms")
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
        return _told(miss, best, asked)

    def alt(miss):
        _, best, asked = found(miss)
        return "Cost a molecule against the threshold, beside calling nothing and calling everything. " + _told(
            miss, best, asked
        )

    return KernelFigure(draw, {"miss": miss}, alt=alt, figsize=(8.4, 3.4))


def _told(miss, best, asked) -> str:
    return (
        f"A miss costs {miss} alarms. Lowest cost {best['cost']:.2f} at threshold {best['threshold']:.2f}: "
        f"{best['misses']:.0f} missed, {best['alarms']:.0f} false alarms. The formula asks for {asked:.2f}."
    )


@figures.style()
def precision_and_recall(y, probabilities):
    """Return a figure of precision against recall, beside the prevalence that a coin reaches."""
    from sklearn.metrics import precision_recall_curve

    fig, ax = figures.subplots(figsize=(6.4, 3.4))
    precision, recall, _ = precision_recall_curve(y, probabilities)
    share = evaluation.prevalence(y)
    ax.step(
        recall, precision, where="post", color=BLUE, label=f"forest: AUPRC {evaluation.auprc(y, probabilities):.2f}"
    )
    ax.axhline(share, color=GREY, linestyle="--", label=f"a coin: prevalence {share:.3f}")
    ax.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="recall: share of the actives that are called")
    ax.set_ylabel("precision")
    ax.legend(loc="upper right")
    return fig


@figures.style()
def reliability(found: honest.Calibration):
    """Return a figure with a panel each way of telling probabilities: said against observed, and how often."""
    fig, axes = figures.subplots(
        1, len(found.probabilities), figsize=(3.3 * len(found.probabilities), 3.7), sharey=True
    )
    for ax, (name, said) in zip(np.atleast_1d(axes), found.probabilities.items(), strict=True):
        curve = evaluation.reliability_curve(found.y, said)
        error = evaluation.expected_calibration_error(found.y, said)
        ax.bar(
            (curve["low"] + curve["high"]) / 2,
            curve["rows"] / curve["rows"].sum(),
            width=0.09,
            color="#D9D9D9",
            label="share of the residues",
        )
        ax.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1.2, label="said = observed")
        ax.plot(curve["said"], curve["observed"], "o-", color=BLUE, label="observed")
        ax.set(title=f"{name}\nECE {error:.3f}", xlim=(0, 1), ylim=(0, 1), xlabel="said")
    np.atleast_1d(axes)[0].set_ylabel("observed share right")
    handles, names = np.atleast_1d(axes)[0].get_legend_handles_labels()
    fig.legend(handles, names, loc="outside lower center", ncols=3)
    return fig


@figures.style()
def two_intervals(intervals: dict):
    """Return a figure of one difference with its intervals, by residue and by chain."""
    fig, ax = figures.subplots(figsize=(7.6, 1.9))
    for row, (unit, one) in enumerate(intervals.items()):
        colour, marker = (RED, "X") if unit == "by residue" else (BLUE, "o")
        ax.plot([one.low, one.high], [row, row], "-", color=colour, linewidth=3)
        ax.plot(one.estimate, row, marker, color=colour, markersize=10)
        ax.text(one.high + 0.001, row, f"{one.low:+.3f} to {one.high:+.3f}", va="center", fontsize=11)
    ax.axvline(0, color=GREY, linestyle="--", linewidth=1.2)
    ax.set_yticks(range(len(intervals)), list(intervals))
    ends = [end for one in intervals.values() for end in one[1:]]
    ax.set(ylim=(len(intervals) - 0.5, -0.5), xlim=(min(*ends, -0.005) - 0.004, max(ends) + 0.016))
    ax.set_xlabel("how much more often the network is right than the linear model")
    return fig


@figures.style()
def chain_gains(difference, chain):
    """Return a figure of the difference in each test chain, the long chains to the right."""
    numbers, names = np.unique(chain, return_inverse=True)
    sizes = np.bincount(names)
    gains = np.bincount(names, difference) / sizes
    fig, ax = figures.subplots(figsize=(7.6, 2.8))
    ax.axhline(0, color=GREY, linestyle="--", linewidth=1.2)
    ax.plot(sizes, gains, "o", color=BLUE, alpha=0.8)
    ax.set(xlabel=f"residues in the chain ({len(numbers)} test chains)", ylabel="network − linear")
    return fig


@figures.style()
def name_alone(y, named):
    """Return a figure of the ROC curve of a score that holds two values, and the area under it.

    Parameters
    ----------
    y : array of int, shape (n,)
        1 where the disease is.
    named : array of int, shape (n,)
        The score: 1 for what comes from the one site, 0 for what comes from the other.

    Examples
    --------
    >>> len(name_alone(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])).axes)
    1
    """
    y, named = np.asarray(y), np.asarray(named)
    rates = [named[y == label].mean() for label in (0, 1)]
    across, up = [0, rates[0], 1], [0, rates[1], 1]
    fig, ax = figures.subplots(figsize=(5.6, 4.6))
    ax.fill_between(across, up, color=BLUE, alpha=0.15)
    ax.plot(across, up, "-", color=BLUE, linewidth=2.5, label="the name of the hospital")
    ax.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1.2, label="a coin: 0.50")
    ax.plot(*rates, "o", color=BLUE, markersize=9)
    ax.annotate(
        f"all of Mount Sinai:\n{rates[1]:.0%} of the pneumonias,\n{rates[0]:.0%} of the other images",
        rates,
        xytext=(0.24, 0.7),
        fontsize=11,
    )
    ax.text(0.62, 0.3, f"area {evaluation.auroc(y, named):.2f}", fontsize=13, color=BLUE)
    ax.set(
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
        xlabel="share of the other images called",
        ylabel="share of the pneumonias called",
    )
    ax.legend(loc="lower right")
    return fig
