"""The static pictures of chapter 9."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bioml_helpers import figures
from bioml_helpers.practice import curves

BLUE, ORANGE, VERMILLION, GREY = (
    figures.OKABE_ITO["blue"],
    figures.OKABE_ITO["orange"],
    figures.OKABE_ITO["vermillion"],
    "#767676",
)


@figures.style()
def plateaus(losses: Mapping[str, list[float]], levels: Mapping[str, float]):
    """Return a figure of the loss on one example, step by step, with the levels of known mistakes."""
    fig, ax = figures.subplots(figsize=(9.6, 3.8))
    looks = [(BLUE, "-"), (VERMILLION, "--"), (figures.OKABE_ITO["green"], "-."), (figures.OKABE_ITO["purple"], ":")]
    for (name, values), (colour, dash) in zip(losses.items(), looks, strict=False):
        ax.plot(range(len(values)), values, color=colour, linestyle=dash, lw=2.5, label=name)
    for name, level in levels.items():
        ax.axhline(level, color=GREY, lw=1, linestyle=(0, (1, 2)))
        ax.text(1.0, level, f" {level:.4f}  {name}", transform=ax.get_yaxis_transform(), va="center", fontsize=11)
    ax.set(xlabel="step", ylabel="loss", ylim=(-0.03, None))
    ax.legend(loc="upper right")
    return fig


def fingerprints(table):
    """Return the table of the bug zoo as a reader sees it: ✓ or ✗ beside each number.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``practice.examine`` returns it.
    """
    import pandas as pd

    def mark(row, name, ok):
        value = row.get(name, float("nan"))
        return "stopped" if pd.isna(value) else f"{'✓' if row[ok] is True or row[ok] == 1 else '✗'} {value:.4f}"

    rows = []
    for _, row in table.iterrows():
        passed = not pd.isna(row.get("validation")) and row["validation"] >= row["needed"]
        score = "" if pd.isna(row.get("validation")) else f"{'✓' if passed else '✗'} {row['validation']:.2f}"
        rows.append(
            {
                "one example": mark(row, "one example", "one ok"),
                "small batch": mark(row, "batch", "batch ok"),
                "validation": score,
                "also seen": row["also seen"],
            }
        )
    return pd.DataFrame(rows, index=table.index)


@figures.style()
def eight_curves():
    """Return the figure of the curve reader: eight recorded runs, A to H."""
    fig, axes = figures.subplots(2, 4, figsize=(11.4, 5.6), sharex=True)
    for ax, (letter, run) in zip(axes.flat, curves.recorded("reading").items(), strict=True):
        epochs = np.arange(1, len(run.train) + 1)
        ax.axhline(curves.guess(), color=GREY, linestyle=":", lw=1.5, label="a guess")
        ax.plot(epochs, run.train, label="training", **figures.COLOURS["train"])
        ax.plot(epochs, run.validation, label="validation", **{**figures.COLOURS["validation"], "marker": "o", "ms": 4})
        ax.set_title(letter, fontweight="bold")
        ax.set_xticks([1, 5, 10, 15])
        both = [*run.train, *run.validation, curves.guess()]
        room = 0.08 * (max(both) - min(both))
        ax.set_ylim(min(*both, 0.75) - room, max(*both, 1.05) + room)
    for ax in axes[1]:
        ax.set_xlabel("epoch")
    for ax in axes[:, 0]:
        ax.set_ylabel("loss")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return fig


@figures.style()
def range_and_sweep(ranged, runs: Mapping[float, object]):
    """Return three panels: the range test, three runs epoch by epoch, and the losses of whole runs by learning rate."""
    fig, (left, middle, right) = figures.subplots(1, 3, figsize=(11.4, 3.9))
    left.plot(ranged["learning_rate"], ranged["loss"], color=GREY, linestyle="-", lw=0.8, label="each batch")
    left.plot(ranged["learning_rate"], ranged["smooth"], color=BLUE, linestyle="-", lw=2.5, label="running mean")
    left.set(title="Range test", xlabel="learning rate", ylabel="training loss")
    left.set_ylim(0.5, 2.2 * ranged["smooth"].iloc[0])

    rates = sorted(runs)
    last, best = ([one(runs[rate]) for rate in rates] for one in (_last_training_loss, lambda run: run.best_loss))
    chosen = rates[int(np.argmin(best))]
    looks = [(GREY, ":", "v"), (BLUE, "-", "o"), (VERMILLION, "--", "D")]
    for rate, (colour, dash, marker) in zip((rates[0], chosen, rates[-1]), looks, strict=True):
        losses = runs[rate].history.train_loss
        middle.plot(
            range(1, len(losses) + 1), losses, color=colour, linestyle=dash, marker=marker, label=f"rate {rate:g}"
        )
    middle.set(title="Three regimes", xlabel="epoch", ylabel="training loss (log axis)", yscale="log")
    ticks = [0.7, 0.8, 0.9, 1, 2, 4, 8]
    middle.set_yticks(ticks, [f"{tick:g}" for tick in ticks])

    right.plot(rates, last, label="training, last epoch", **{**figures.COLOURS["train"], "marker": "s"})
    right.plot(rates, best, label="validation, best epoch", **{**figures.COLOURS["validation"], "marker": "o"})
    right.plot(chosen, min(best), "s", mfc="none", mec=VERMILLION, ms=15, mew=2.5, label="chosen")
    right.set(
        title="Sweep", xlabel="learning rate", ylabel="loss", ylim=(0.95 * min(*last, *best), max(*last, *best) + 0.2)
    )
    for ax in (left, right):
        ax.set_xscale("log")
        ax.set_xticks([1e-5, 1e-3, 1e-1, 10] if ax is left else [1e-5, 1e-3, 1e-1])
    for ax in (left, middle, right):
        ax.minorticks_off()
        ax.legend(loc="upper center" if ax is not middle else "upper right")
    return fig


def _last_training_loss(run) -> float:
    return run.history.train_loss[-1] if run.history.train_loss else float("inf")


@figures.style()
def overfitting(run, baseline: float, training_accuracy: float):
    """Return losses and validation accuracy of one run, epoch by epoch, with the best epoch marked."""
    from matplotlib.ticker import MaxNLocator

    history = run.history
    fig, (left, right) = figures.subplots(1, 2, figsize=(9.6, 3.8))
    epochs = history.epochs
    left.plot(epochs, history.train_loss, label="training", **figures.COLOURS["train"])
    left.plot(epochs, history.validation_loss, label="validation", **{**figures.COLOURS["validation"], "marker": "o"})
    left.plot(
        run.best_epoch, run.best_loss, "s", mfc="none", mec=VERMILLION, ms=14, mew=2.5, label=f"epoch {run.best_epoch}"
    )
    left.set(title="Loss", xlabel="epoch", ylabel="loss")
    for ax in (left, right):
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    left.legend()
    seen = history.metrics["accuracy"]
    right.plot(epochs, seen, label="validation", **{**figures.COLOURS["validation"], "marker": "o"})
    right.plot(epochs[-1], training_accuracy, "*", color=BLUE, ms=15, label="training, at the end")
    right.axhline(baseline, label="always coil", **figures.COLOURS["baseline"])
    right.set(title="Accuracy", xlabel="epoch", ylabel="share of residues right", ylim=(0.5, 1.03))
    right.legend(loc="center right")
    return fig


@figures.style()
def decay(runs: Mapping[float, object]):
    """Return the losses of the last and of the best epoch against the weight decay, one run each."""
    fig, ax = figures.subplots(figsize=(7.2, 3.8))
    at = np.arange(len(runs))
    train, last, best = (
        [one(run) for run in runs.values()]
        for one in (
            lambda run: run.history.train_loss[-1],
            lambda run: run.history.validation_loss[-1],
            lambda run: run.best_loss,
        )
    )
    ax.plot(at, train, label="training, last epoch", **{**figures.COLOURS["train"], "marker": "s"})
    ax.plot(at, last, label="validation, last epoch", **{**figures.COLOURS["validation"], "marker": "o"})
    ax.plot(at, best, color=VERMILLION, linestyle=":", marker="D", label="validation, best epoch")
    ax.set_xticks(at, [f"{decay:g}" for decay in runs])
    ax.set(xlabel="weight decay", ylabel="loss")
    ax.legend()
    return fig


@figures.style()
def knocked_out(tables: Mapping[str, object], what: str = "moved"):
    """Return a figure of what each knocked-out neuron changes, one panel row a network, neurons in order of damage."""
    fig, ax = figures.subplots(figsize=(8.4, 3.8))
    looks = [(BLUE, "-"), (GREY, ":"), (VERMILLION, "--")]
    for (name, table), (colour, dash) in zip(tables.items(), looks, strict=False):
        ordered = np.sort(table[what].to_numpy())[::-1]
        ax.plot(np.arange(1, len(ordered) + 1), 100 * ordered, color=colour, linestyle=dash, lw=2.5, label=name)
    ax.set(xlabel="neurons, the most missed first", ylabel="probability moved (%)", ylim=(0, None))
    ax.legend()
    return fig
