"""The static pictures of chapter 4."""

from __future__ import annotations

import numpy as np

from bioml_helpers import figures
from bioml_helpers.cnn import layers, models
from bioml_helpers.data import encode

BLUE, ORANGE, GREY = figures.OKABE_ITO["blue"], figures.OKABE_ITO["vermillion"], "#767676"
GREEN = figures.OKABE_ITO["green"]


@figures.style()
def feature_maps(image, filters):
    """Return a figure of an image, and of what each filter of a dict writes when it has slid over it."""
    import torch

    fig, axes = figures.subplots(1, 1 + len(filters), figsize=(2.5 * (1 + len(filters)), 2.9))
    axes[0].imshow(image, cmap="Greys", vmin=0, vmax=99)
    axes[0].set_title("input", fontsize=12)
    for ax, (name, weights) in zip(axes[1:], filters.items(), strict=True):
        X = torch.tensor(np.asarray(image, dtype=float))[None, None]
        written = layers.conv2d(X, torch.tensor(np.array(weights, dtype=float))[None, None])[0, 0]
        ax.imshow(written, cmap="gray")
        ax.set_title(name, fontsize=12)
    for ax in axes:
        ax.axis("off")
    return fig


@figures.style()
def scan(sequence, scores, found):
    """Return a figure of a filter as a logo, and of its score at every offset of a sequence, both strands.

    Parameters
    ----------
    sequence : str
    scores : array_like of shape (4, width)
    found : array_like of shape (2, offsets)
        Score of each offset: on this strand, and on the other.
    """
    fig, (left, right) = figures.subplots(1, 2, figsize=(10.2, 3.6), width_ratios=(1, 2.4))
    figures.sequence_logo(left, scores, ylabel="weight (bits)")
    offsets = np.arange(1, len(found[0]) + 1)
    right.plot(offsets, found[0], "-o", color=BLUE, ms=4, label="this strand")
    right.plot(offsets, found[1], "--s", color=ORANGE, ms=4, label="other strand")
    right.axhline(0, color=GREY, lw=1)
    right.set(xlabel="offset", ylabel="sum (bits)", xlim=(0, len(sequence)))
    right.legend()
    return fig


@figures.style()
def motif_rivals(table):
    """Return a figure of training and test accuracy of each model on the planted motif."""
    fig, ax = figures.subplots(figsize=(7.6, 3.4))
    for y, row in enumerate(table.itertuples()):
        ax.plot([row.test, row.training], [y, y], "-", color="#c8c8c8", zorder=1)
        ax.plot(row.training, y, "D", mfc="white", color=ORANGE, zorder=3, label="training" if y == 0 else None)
        ax.plot(row.test, y, "o", color=BLUE, zorder=2, ms=8, label="test" if y == 0 else None)
    ax.set_yticks(range(len(table)), [f"{row.model} ({row.parameters:,})" for row in table.itertuples()])
    ax.axvline(0.5, linestyle=":", color=GREY)
    ax.set(xlabel="accuracy (in brackets: learned parameters)", xlim=(0.45, 1.03))
    ax.invert_yaxis()
    ax.legend(loc="lower left")
    return fig


@figures.style()
def one_filter(accuracies):
    """Return a figure of the test accuracy of networks that differ in their start alone."""
    fig, ax = figures.subplots(figsize=(7.2, 2.2))
    order = np.sort(accuracies)
    ax.plot(order, np.zeros(len(order)), "o", color=BLUE, ms=12, alpha=0.6)
    ax.axvline(0.5, linestyle=":", color=GREY)
    ax.set(xlim=(0.45, 1.02), ylim=(-1, 1), yticks=[], xlabel="test accuracy, one dot a start")
    return fig


@figures.style()
def learned_filters(model, motif: str, count: int = 3):
    """Return a figure of the filters that weigh most in the head, as logos: each column's mean is taken out."""
    weights = model.conv.weight.detach().numpy()  # (filters, 4, width)
    head = model.head.weight.detach().numpy()
    pull = head[1] - head[0]  # towards "motif"
    strength = pull * np.abs(weights - weights.mean(axis=1, keepdims=True)).max(axis=1).sum(axis=1)
    chosen = np.argsort(strength)[::-1][:count]
    fig, axes = figures.subplots(1, count, figsize=(3.5 * count, 2.8), sharey=True)
    for ax, number in zip(np.atleast_1d(axes), chosen, strict=True):
        centred = weights[number] - weights[number].mean(axis=0)
        figures.sequence_logo(ax, np.clip(centred, 0, None), ylabel="weight")
        ax.set_title(f"filter {number + 1}, head {pull[number]:+.1f}".replace("-", "−"), fontsize=12)
    fig.suptitle(f"planted: {motif}", x=0.01, ha="left", fontsize=12)
    return fig


@figures.style()
def mutagenesis(sequence, change, start, width: int = 12):
    """Return a figure of how every change of a base changes the score, the planted site in a frame.

    Parameters
    ----------
    sequence : str
    change : array_like of shape (length, 4)
        As `evaluation.in_silico_mutagenesis` gives it.
    start, width : int
        Of the planted site.
    """
    from matplotlib.patches import Rectangle

    fig, ax = figures.subplots(figsize=(10.2, 2.9))
    most = np.abs(change).max()
    image = ax.imshow(change.T, cmap="PuOr", vmin=-most, vmax=most, aspect="auto")
    ax.set_xticks(range(len(sequence)), list(sequence))
    ax.set_yticks(range(4), list(encode.DNA))
    for at, letter in enumerate(sequence):
        ax.text(at, encode.DNA.index(letter), "·", ha="center", va="center", fontsize=14)
    ax.add_patch(Rectangle((start - 0.5, -0.5), width, 4, fill=False, edgecolor="black", lw=2.5))
    ax.set(xlabel="sequence (frame: planted site)", ylabel="changed to")
    ax.grid(False)
    fig.colorbar(image, ax=ax, label="change of score")
    return fig


@figures.style()
def promoter_rivals(tables):
    """Return a figure with one panel a data set: AUROC of each model, and AUROC at equal GC content."""
    fig, axes = figures.subplots(1, len(tables), figsize=(5.3 * len(tables), 3.6), sharey=True)
    for ax, (name, table) in zip(np.atleast_1d(axes), tables.items(), strict=True):
        for y, row in enumerate(table.itertuples()):
            equal = table["at equal GC"].iloc[y]
            ax.plot([row.low, row.high], [y, y], "-", color=BLUE)
            ax.plot(row.AUROC, y, "o", color=BLUE, ms=8, label="all pairs" if y == 0 else None)
            ax.plot(equal, y, "D", mfc="white", color=ORANGE, ms=7, label="equal GC" if y == 0 else None)
        ax.set(title=name, xlabel="AUROC on the test rows", xlim=(0.45, 1.02))
        ax.axvline(0.5, linestyle=":", color=GREY)
    first = np.atleast_1d(axes)[0]
    first.set_yticks(range(len(table)), table["model"])
    first.invert_yaxis()
    np.atleast_1d(axes)[-1].legend(loc="lower left")
    return fig


@figures.style()
def crops(task, rows_a_class: int = 9, seed: int = 0):
    """Return a figure of some training images of each class, one row a class."""
    rng = np.random.default_rng(seed)
    fig, axes = figures.subplots(len(task.classes), rows_a_class, figsize=(rows_a_class * 0.95, len(task.classes)))
    for line, (number, name) in zip(axes, enumerate(task.classes), strict=True):
        rows = task.train[task.y[task.train] == number]
        for ax, row in zip(line, rng.choice(rows, rows_a_class, replace=False), strict=True):
            ax.imshow(task.X[row].transpose(1, 2, 0))
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center")
    return fig


@figures.style()
def confusion(matrix):
    """Return a figure of a confusion matrix: numbers, and shares of each row as shade."""
    fig, ax = figures.subplots(figsize=(5.4, 3.6))
    counts = matrix.to_numpy()
    shares = counts / counts.sum(axis=1, keepdims=True)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for i, j in np.ndindex(*counts.shape):
        ax.text(j, i, f"{counts[i, j]:,}", ha="center", va="center", color="white" if shares[i, j] > 0.5 else "black")
    names = [str(name) for name in matrix.columns]
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="predicted", ylabel="true")
    ax.grid(False)
    return fig


@figures.style()
def filters_and_patches(model, task, count: int = 5):
    """Return a figure of first-layer filters and, below each, the nine test patches that excite it most."""
    weights = model.conv.weight.detach().numpy()  # (filters, 3, 5, 5)
    chosen = np.argsort(np.abs(weights).sum(axis=(1, 2, 3)))[::-1][:count]
    fig, axes = figures.subplots(2, count, figsize=(2.0 * count, 4.3))
    for (top, below), number in zip(axes.T, chosen, strict=True):
        one = weights[number].transpose(1, 2, 0)
        top.imshow(0.5 + 0.5 * one / np.abs(one).max())
        top.set_title(f"filter {number + 1}", fontsize=12)
        patches = models.best_patches(model, task, int(number)).transpose(0, 2, 3, 1)  # (9, 5, 5, 3)
        framed = np.ones((9, 6, 6, 3))
        framed[:, :5, :5] = np.clip(patches, 0, 1)
        below.imshow(framed.reshape(3, 3, 6, 6, 3).transpose(0, 2, 1, 3, 4).reshape(18, 18, 3)[:-1, :-1])
        for ax in (top, below):
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
    axes[0, 0].set_ylabel("weights")
    axes[1, 0].set_ylabel("top 9 patches")
    return fig


@figures.style()
def segmentation(task, predicted, atlas, number: int = 0):
    """Return a figure of one test volume, cut where the structure is largest: truth, network, atlas.

    Parameters
    ----------
    task : Task
    predicted : array_like of shape (test volumes, depth, height, width)
    atlas : array_like of shape (depth, height, width)
    number : int
        Of the test volume.
    """
    row = task.test[number]
    cut = int((task.y[row] > 0).sum(axis=(0, 1)).argmax())
    fig, axes = figures.subplots(1, 4, figsize=(10.2, 4.1))
    panels = {"image": None, "experts": task.y[row], "network": predicted[number], "mean atlas": atlas}
    for ax, (name, label) in zip(axes, panels.items(), strict=True):
        ax.imshow(task.X[row, 0, :, :, cut].T, cmap="gray", origin="lower")
        ax.set(title=name, xticks=[], yticks=[])
        ax.grid(False)
        if label is None:
            continue
        for part, colour, dash in ((1, figures.OKABE_ITO["orange"], "-"), (2, figures.OKABE_ITO["sky blue"], "--")):
            inside = label[:, :, cut].T == part
            if inside.any():
                ax.contour(inside, levels=[0.5], colors=colour, linewidths=2, linestyles=dash)
    for colour, dash, name in (
        (figures.OKABE_ITO["orange"], "-", "anterior"),
        (figures.OKABE_ITO["sky blue"], "--", "posterior"),
    ):
        axes[0].plot([], [], dash, color=colour, label=name)
    fig.legend(loc="outside lower center", ncols=2)
    return fig


@figures.style()
def depths(runs):
    """Return a figure with one panel a stack: the training loss of each of its networks, against the epoch."""
    fig, axes = figures.subplots(1, len(runs), figsize=(2.65 * len(runs), 3.1), sharey=True)
    for ax, run in zip(axes, runs, strict=True):
        epochs = np.arange(1, len(run.losses) + 1)
        for losses, dash in zip(run.losses.T, ("-", "--", "-.", ":", "-"), strict=False):
            ax.plot(epochs, losses, dash, color=BLUE if run.skip else ORANGE)
        ax.axhline(np.log(2), linestyle=":", color=GREY)
        ax.set_title(f"{run.depth} layers{', with skips' if run.skip else ''}", fontsize=12)
        ax.set(xlabel="epoch", ylim=(-0.02, 0.8))
    axes[0].set_ylabel("training loss")
    axes[0].text(1, np.log(2) + 0.02, "ln 2: nothing learned", fontsize=11)
    return fig


@figures.style()
def marked_crops(task, each: int = 4):
    """Return a figure of images with the coloured mark in their corner, and what the mark gives away."""
    fig, axes = figures.subplots(1, 3 * each, figsize=(3 * each * 0.95, 1.5))
    for number, name in enumerate(task.classes):
        rows = task.train[task.y[task.train] == number][:each]
        for ax, row in zip(axes[number * each :], rows, strict=False):
            ax.imshow(task.X[row].transpose(1, 2, 0))
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
        axes[number * each].set_title(name, fontsize=12, loc="left")
    return fig
