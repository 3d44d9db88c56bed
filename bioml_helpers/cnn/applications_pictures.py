"""The pictures of chapter 4's gallery, two of them with a slider."""

from __future__ import annotations

import numpy as np

from bioml_helpers import figures
from bioml_helpers.cnn import applications
from bioml_helpers.data import simulate
from bioml_helpers.data.simulate import alignments, reads
from bioml_helpers.figures import KernelFigure

BLUE, ORANGE, GREEN, GREY = (figures.OKABE_ITO[name] for name in ("blue", "vermillion", "green", "black"))
LOOKS = {  # colour, dash and marker of every method in the gallery
    "correlation": ("#767676", ":", "v"),
    "inverse covariance": (GREEN, "-.", "s"),
    "formula": ("#767676", ":", "v"),
    "formula + filters": (GREEN, "-.", "s"),
    "matched filter": ("#767676", ":", "v"),
    "CNN": (BLUE, "-", "o"),
}


@figures.style()
def chain(correlation, direct):
    """Return a figure of two matrices side by side: correlation, and direct coupling, of the ten columns of the toy."""
    fig, axes = figures.subplots(1, 2, figsize=(9.2, 4.4))
    names = alignments.CHAIN_NAMES
    true = {frozenset(pair[:2]) for pair in alignments.CHAIN_PAIRS}
    for ax, matrix, title in zip(axes, (correlation, direct), ("|correlation|", "|direct coupling|"), strict=True):
        image = ax.imshow(matrix, vmin=0, vmax=0.9)
        for i, j in zip(*np.nonzero(np.triu(matrix > 0.2, 1)), strict=True):
            mark = "●" if frozenset((names[i], names[j])) in true else "×"
            ax.text(j, i, mark, ha="center", va="center", color="white" if matrix[i, j] < 0.5 else "black", fontsize=13)
        ax.set_xticks(range(10), names)
        ax.set_yticks(range(10), names)
        ax.set_title(title)
        ax.grid(False)
    fig.colorbar(image, ax=axes, shrink=0.8)
    return fig


def _draw_contacts(fig, study, family, depth):
    """Draw three maps; below the diagonal the truth, above it the L best pairs of one method. Return the precisions."""
    fig.clear()
    axes = fig.subplots(1, 3, sharey=True)
    truth = study.families.contacts[family]
    length = len(truth)
    precisions = {}
    for ax, (method, maps) in zip(axes, study.scores[depth].items(), strict=True):
        ax.imshow(np.where(np.tril(truth), 0.35, 0.0), cmap="Greys", vmin=0, vmax=1)
        best = applications.pairs_in_order(maps[family])[:length]
        right = truth[tuple(best.T)]
        ax.plot(*best[right][:, ::-1].T, "o", color=BLUE, ms=4)
        ax.plot(*best[~right][:, ::-1].T, "x", color=ORANGE, ms=6, mew=1.6)
        ax.plot([-0.5, length - 0.5], [-0.5, length - 0.5], "-", color="0.7", lw=1)
        precisions[method] = float(right.mean())
        ax.set(title=f"{method}: {precisions[method]:.2f}", xlabel="residue")
        ax.grid(False)
    axes[0].set_ylabel("residue")
    return precisions


@figures.style()
def contact_maps(study, family: int = 0, depth: int = 300):
    """Return a figure of one test family: the true map, and the L best pairs of each method."""
    fig, _ = figures.subplots(figsize=(10.2, 3.9))
    _draw_contacts(fig, study, family, depth)
    return fig


def depth_explorer(study, family: int = 0) -> KernelFigure:
    """Return a figure with a slider for the number of related sequences; its ``controls`` are ``depth`` and ``family``.

    Parameters
    ----------
    study : applications.ContactStudy
    family : int
        The test family shown first.

    Returns
    -------
    KernelFigure

    Examples
    --------
    >>> study = applications.contact_study(families=2, test=1, depths=(10, 30), num_epochs=1)
    >>> depth_explorer(study).text.partition(",")[0]
    'Among the 32 best pairs of family 1 with 30 sequences'
    """
    import ipywidgets

    table = study.precision()

    def draw(fig, depth, family):
        precisions = _draw_contacts(fig, study, family - 1, depth)
        said = ", ".join(f"{method} {value:.2f}" for method, value in precisions.items())
        mean = table.loc[depth]
        return (
            f"Among the {study.families.contacts.shape[1]} best pairs of family {family} with {depth} sequences, true: "
            f"{said}. Mean of all test families: {', '.join(f'{name} {mean[name]:.2f}' for name in mean.index)}."
        )

    def alt(depth, family):
        return (
            f"Three contact maps of test family {family}, from {depth} sequences. Below the diagonal the true contacts, above it "
            "the best pairs of correlation, inverse covariance and the CNN: dots where right, crosses where wrong."
        )

    wide = ipywidgets.Layout(width="340px")
    style = {"description_width": "90px"}
    controls = {
        "depth": ipywidgets.SelectionSlider(
            options=study.depths,
            value=study.depths[min(3, len(study.depths) - 1)],
            description="sequences",
            layout=wide,
            style=style,
        ),
        "family": ipywidgets.IntSlider(
            family + 1, min=1, max=len(study.families.contacts), description="family", layout=wide, style=style
        ),
    }
    return KernelFigure(draw, controls, alt=alt, figsize=(10.2, 3.9))


@figures.style()
def precision_by_depth(table):
    """Return a figure of precision at L against the number of sequences, a line a method."""
    fig, ax = figures.subplots(figsize=(7, 4))
    for method in table:
        colour, dash, marker = LOOKS[method]
        ax.plot(table.index, table[method], dash, color=colour, marker=marker, label=method)
    ax.set(xscale="log", ylim=(0, 1), xlabel="sequences in the alignment", ylabel="true among the L best pairs")
    ax.set_xticks(table.index, [f"{depth:,}" for depth in table.index])
    ax.minorticks_off()
    ax.legend(loc="lower right")
    return fig


@figures.style()
def pileups(some, rows, titles=None):
    """Return a figure with a row of panels for each of the sites `rows`: what the reads show, and the qualities."""
    fig, axes = figures.subplots(len(rows), 4, figsize=(10.2, 2.5 * len(rows)), sharex=True, squeeze=False)
    panels = (("differs from the reference", 1), ("base quality", 2), ("mapping quality", 3), ("reverse strand", 4))
    for line, (row, ax_row) in enumerate(zip(rows, axes, strict=True)):
        picture = some.pictures[row]
        depth = int(picture[0, :, 0].sum())
        for ax, (name, channel) in zip(ax_row, panels, strict=True):
            order = np.argsort(-picture[0, :, 0], kind="stable")[:depth]  # the reads without the empty rows
            limit = 1 if channel in (1, 4) else 60
            ax.imshow(picture[channel, order] * limit, aspect="auto", vmin=0, vmax=limit, interpolation="nearest")
            ax.axvline(reads.WIDTH // 2, color="white", lw=1, linestyle=":")
            ax.grid(False)
            ax.set_yticks([])
            if line == 0:
                ax.set_title(name, fontsize=11)
        kind = reads.GENOTYPES[some.genotype[row]]
        ax_row[0].set_ylabel(titles[line] if titles else kind)
        for ax in ax_row:
            ax.set_xticks([0, 5, 10], [-5, 0, 5])
    fig.supxlabel("position beside the candidate", fontsize=11)
    return fig


@figures.style()
def calls(table):
    """Return a figure of right genotypes against depth, clean sites and sites with artefacts side by side."""
    fig, axes = figures.subplots(1, 2, figsize=(9.6, 3.9), sharey=True)
    for ax, (sites, part) in zip(axes, table.groupby("sites"), strict=True):
        for method, rows in part.groupby("method", sort=False):
            colour, dash, marker = LOOKS[method]
            ax.plot(rows["depth"], rows["right"], dash, color=colour, marker=marker, label=method)
        ax.set(title=f"sites: {sites}", xlabel="reads over the site", xticks=sorted(part["depth"].unique()))
    axes[0].set_ylabel("genotypes called rightly")
    axes[1].legend(loc="lower right")
    return fig


def _draw_micrograph(fig, study, noise, hard, seed):
    """Draw image and both score maps with as many picks as there are particles; return how many of them are right."""
    fig.clear()
    axes = fig.subplots(1, 3)
    some = simulate.micrographs(1, noise=noise, turned=hard, contaminants=hard, seed=seed)
    angles = applications.ALL_ANGLES if hard else (0.0,)
    maps = {
        "matched filter": applications.matched_filter(some.images, angles=angles, normalised=hard)[0],
        "CNN": applications.particle_map(study.network, some.images)[0],
    }
    axes[0].imshow(some.images[0], cmap="gray", vmin=-1.5 * noise - 0.5, vmax=1.5 * noise + 1.5)
    axes[0].set_title(f"micrograph, noise {noise:g}")
    truth, right = some.particles[0], {}
    for ax, (method, score) in zip(axes[1:], maps.items(), strict=True):
        low, high = np.quantile(score, [0.02, 1])
        ax.imshow(score, vmin=low, vmax=high)
        picks = applications.pick(score)[0][: len(truth)]
        free = np.ones(len(truth), bool)
        hits = np.zeros(len(picks), bool)
        for number, place in enumerate(picks):
            far = np.where(free, np.hypot(*(truth - place).T), np.inf)
            hits[number] = far.min() <= applications.PICK_RADIUS
            free[far.argmin()] &= not hits[number]
        ax.plot(*picks[hits][:, ::-1].T, "o", mfc="none", mec="white", ms=13, mew=2)
        ax.plot(*picks[~hits][:, ::-1].T, "x", color="white", ms=9, mew=2)
        right[method] = int(hits.sum())
        ax.set_title(f"{method}: {right[method]} of {len(truth)}")
    for ax in axes:
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    return right, len(truth)


def noise_explorer(study, *, seed: int = 900) -> KernelFigure:
    """Return a figure with a noise slider: a new micrograph, the matched filter's map and the network's, and their picks.

    Its ``controls`` are ``noise``, ``world`` and ``image``.

    Parameters
    ----------
    study : applications.PickingStudy
    seed : int
        Of the first micrograph; none of these was trained on.

    Returns
    -------
    KernelFigure

    Examples
    --------
    >>> study = applications.picking_study(images=1, test=1, noises=(0.5,), num_epochs=1)
    >>> noise_explorer(study).text.partition(":")[0]
    'Noise 1, any angle, ice'
    """
    import ipywidgets

    def draw(fig, noise, world, image):
        right, count = _draw_micrograph(fig, study, noise, applications.WORLDS[world], seed + image)
        return (
            f"Noise {noise:g}, {world}: of the {count} best picks are particles "
            f"{', '.join(f'{number} ({method})' for method, number in right.items())}."
        )

    def alt(noise, world, image):
        return (
            f"A simulated micrograph with noise {noise:g} ({world}), the matched filter's map and the network's map. Circles mark "
            "picks that are particles, crosses picks that are not."
        )

    wide = ipywidgets.Layout(width="300px")
    controls = {
        "noise": ipywidgets.FloatSlider(1.0, min=0.25, max=2.0, step=0.25, description="noise", layout=wide),
        "world": ipywidgets.Dropdown(
            options=list(applications.WORLDS), value="any angle, ice", description="world", layout=wide
        ),
        "image": ipywidgets.IntSlider(1, min=1, max=9, description="image", layout=wide),
    }
    return KernelFigure(draw, controls, alt=alt, figsize=(10.2, 3.9))


@figures.style()
def precision_recall(study):
    """Return a figure of precision against recall: a column a noise level, a row a world, both methods in each panel."""
    noises = sorted({noise for _, noise, _ in study.curves})
    fig, axes = figures.subplots(2, len(noises), figsize=(10.2, 6.4), sharex=True, sharey=True, squeeze=False)
    for row, world in zip(axes, applications.WORLDS, strict=True):
        for ax, noise in zip(row, noises, strict=True):
            for method in ("matched filter", "CNN"):
                precision, recall, average = study.curves[world, noise, method]
                colour, dash, _ = LOOKS[method]
                ax.plot(recall, precision, dash, color=colour, label=f"{method} {average:.2f}")
            ax.set_title(f"{world}, noise {noise:g}", fontsize=11)
            ax.set(xlim=(0, 1.02), ylim=(0, 1.05))
            ax.legend(loc="lower left")
    fig.supxlabel("recall: found of the particles", fontsize=12)
    fig.supylabel("precision: particles among the picks", fontsize=12)
    return fig


@figures.style()
def sites(cells, *, each: int = 5, seed: int = 0):
    """Return a figure of the same cells as three laboratories would have stained them; platelets above, red cells below."""
    fig, axes = figures.subplots(2, 3, figsize=(10.2, 4.4))
    for row, (label, kind) in enumerate(((1, applications.CASE), (0, applications.CONTROL))):
        crops = cells.crops[np.flatnonzero(cells.label == label)[:each]]
        for ax, site in zip(axes[row], simulate.stains.SITES, strict=True):
            ax.imshow(np.concatenate(list(simulate.site_stain(crops, site, seed=seed)), axis=1))
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
            if row == 0:
                ax.set_title(site)
        axes[row][0].set_ylabel(f"{kind}s")
    return fig


@figures.style()
def site_bars(table):
    """Return a figure of accuracy by part, a group of bars a training; chance is the dotted line."""
    fig, ax = figures.subplots(figsize=(8, 4))
    trained = table[table["training"] != "site alone"]
    parts = ("validation", "link broken", "abroad")
    hatches = dict(zip(parts, ("", "//", ".."), strict=True))
    colours = dict(zip(parts, (ORANGE, figures.OKABE_ITO["purple"], figures.OKABE_ITO["sky blue"]), strict=True))
    trainings = list(dict.fromkeys(trained["training"]))
    for number, part in enumerate(parts):
        rows = trained[trained["part"] == part].set_index("training").loc[trainings]
        places = np.arange(len(trainings)) + (number - 1) * 0.27
        bars = ax.bar(
            places, rows["accuracy"], 0.25, color=colours[part], hatch=hatches[part], edgecolor="white", label=part
        )
        ax.bar_label(bars, fmt="%.2f", fontsize=11)
    ax.axhline(0.5, linestyle=":", color="#767676")
    ax.set_xticks(range(len(trainings)), trainings)
    ax.set(ylabel="accuracy", ylim=(0, 1.1))
    fig.legend(loc="outside upper center", ncols=3)
    return fig
