"""The living figure of chapter 9: how long to wait before training is stopped."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import traitlets

from bioml_helpers.data import validate
from bioml_helpers.figures import living
from bioml_helpers.figures.house import COLOURS, OKABE_ITO
from bioml_helpers.practice import curves

MOST_PATIENCE = 10


class PatienceFigure(living.LivingFigure):
    """Early stopping on recorded loss curves: a slider for the patience.

    Chapter 9, sections *See* and *Use*.

    Parameters
    ----------
    curve : str, optional
        Name of the run shown first; by default the first.
    patience : int
        Epochs without a new best that are borne, 1 to 10.
    histories : mapping of str to History, optional
        Runs of your own with validation losses, by name; by default four recorded ones.

    Raises
    ------
    ValueError
        If a value is outside its range, or a run holds no validation losses.

    Examples
    --------
    >>> print(PatienceFigure(patience=1).alt())
    Run "smooth", 200 hidden neurons, 21 chains choose. Patience 1: training stops after epoch 6 of 20; the weights of \
epoch 5 are kept, validation loss 0.798, the lowest of the whole run.
    """

    _esm = living.module(__file__, "..", "patience.js")
    figsize = (9.6, 4.0)

    curve = traitlets.Unicode().tag(sync=True, state=True)
    patience = traitlets.Int(2).tag(sync=True, state=True)
    runs = traitlets.Dict().tag(sync=True, state=True)  # name -> {"train", "validation", "how"}

    def __init__(self, curve: str | None = None, patience: int = 2, *, histories: Mapping | None = None):
        runs = _recorded() if histories is None else _own(histories)
        curve = next(iter(runs)) if curve is None else validate.one_of("curve", curve, list(runs))
        patience = validate.number("patience", patience, low=1, high=MOST_PATIENCE, integer=True)
        super().__init__(curve=curve, patience=int(patience), runs=runs)

    @traitlets.validate("patience")
    def _check_patience(self, proposal):
        return validate.number("patience", proposal["value"], low=1, high=MOST_PATIENCE, integer=True)

    @traitlets.validate("curve")
    def _check_curve(self, proposal):
        return validate.one_of("curve", proposal["value"], list(self.runs)) if self.runs else proposal["value"]

    @staticmethod
    def compute(state: dict) -> dict:
        """Return where it stops and what is kept, for the chosen patience and for each one.

        Examples
        --------
        >>> runs = {"a": {"train": [3, 2, 1], "validation": [2, 1, 3], "how": ""}}
        >>> PatienceFigure.compute({"curve": "a", "patience": 1, "runs": runs})["kept"]
        2
        """
        losses = state["runs"][state["curve"]]["validation"]
        all_of_them = [curves.stop(losses, patience) for patience in range(1, MOST_PATIENCE + 1)]
        here = all_of_them[state["patience"] - 1]
        return {
            "stop": here.stop,
            "kept": here.kept,
            "loss": here.loss,
            "stopped": int(here.stopped),
            "missed": here.loss - min(losses),
            "epochs": len(losses),
            "stops": [one.stop for one in all_of_them],
            "losses": [one.loss for one in all_of_them],
        }

    @classmethod
    def golden_cases(cls) -> list[dict]:
        """Return every recorded run with several patiences, and a run with ties that ends while it waits."""
        runs = _recorded()
        cases = [{"curve": name, "patience": patience, "runs": runs} for name in runs for patience in (1, 2, 4, 10)]
        own = {"ties": {"train": [4.0, 3.0, 2.0, 1.0], "validation": [1.0, 0.5, 0.5, 0.75], "how": ""}}
        return cases + [{"curve": "ties", "patience": patience, "runs": own} for patience in (1, 2, 3)]

    def alt(self) -> str:
        """Return the run, where it stops and what is kept, in words."""
        how = self.runs[self.curve]["how"]
        return f'Run "{self.curve}"{f", {how}" if how else ""}. {sentence(self.state())}'

    def draw(self, fig) -> None:
        """Draw both losses with the stop, and the loss kept against the patience."""
        left, right = fig.subplots(1, 2, width_ratios=[3, 2])
        self._draw_run(left)
        self._draw_patiences(right)

    def _draw_run(self, axes):
        from matplotlib.ticker import MaxNLocator

        run, numbers = self.runs[self.curve], self.compute(self.state())
        epochs = np.arange(1, numbers["epochs"] + 1)
        axes.plot(epochs, run["train"], label="training", **COLOURS["train"])
        axes.plot(epochs, run["validation"], label="validation", **{**COLOURS["validation"], "marker": "o"})
        low, high = limits(run)
        if numbers["stopped"]:
            axes.axvspan(numbers["stop"] + 0.5, epochs[-1] + 0.5, color="#E5E5E5", zorder=0)
            middle = (run["train"][-1] + run["validation"][-1]) / 2  # between the two curves
            axes.text(epochs[-1] + 0.3, middle, "never trained", ha="right", va="center", fontsize=11)
        axes.plot(
            numbers["kept"],
            numbers["loss"],
            "s",
            mfc="none",
            mec=OKABE_ITO["vermillion"],
            ms=14,
            mew=2.5,
            label=f"weights kept: epoch {numbers['kept']}",
        )
        axes.axvline(numbers["stop"] + 0.5, color="black", lw=1.2)
        axes.set(title=f"Run “{self.curve}”", xlabel="epoch", ylabel="loss")
        axes.set(xlim=(0.5, epochs[-1] + 0.5), ylim=(low - 0.03 * (high - low), high + 0.06 * (high - low)))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="lower left")

    def _draw_patiences(self, axes):
        numbers = self.compute(self.state())
        patiences = np.arange(1, MOST_PATIENCE + 1)
        axes.plot(patiences, numbers["losses"], **{**COLOURS["validation"], "marker": "o"})
        axes.plot(self.patience, numbers["loss"], "s", mfc="none", mec=OKABE_ITO["vermillion"], ms=14, mew=2.5)
        low, high = min(numbers["losses"]), max(numbers["losses"])
        room = max(0.25 * (high - low), 0.02)
        axes.set(title="Validation loss kept", xlabel="patience (epochs)", ylim=(low - room, high + room))
        axes.set_xticks(patiences)
        axes.annotate(
            f"{numbers['loss']:.3f}",
            (self.patience, numbers["loss"]),
            (0, 13),
            textcoords="offset points",
            ha="center",
            fontweight="bold",
        )


def limits(run: Mapping) -> tuple[float, float]:
    """Return the lowest and the highest loss of a run.

    Examples
    --------
    >>> limits({"train": [3, 1], "validation": [2, 4]})
    (1, 4)
    """
    both = [*run["train"], *run["validation"]]
    return min(both), max(both)


def sentence(state: dict) -> str:
    """Return where early stopping stops and what it keeps, as the figure says it.

    Examples
    --------
    >>> runs = {"a": {"train": [3, 2], "validation": [2, 1], "how": ""}}
    >>> sentence({"curve": "a", "patience": 1, "runs": runs})
    'Patience 1: training is never stopped; the weights of epoch 2 of 2 are kept, validation loss 1.000, the lowest \
of the whole run.'
    """
    numbers = PatienceFigure.compute(state)
    kept, last = numbers["kept"], numbers["epochs"]
    if numbers["missed"] > 0:
        worth = f"{numbers['missed']:.3f} above the lowest of the whole run"
    else:
        worth = "the lowest of the whole run"
    if numbers["stopped"]:
        where = f"training stops after epoch {numbers['stop']} of {last}; the weights of epoch {kept} are kept"
    else:
        where = f"training is never stopped; the weights of epoch {kept} of {last} are kept"
    return f"Patience {state['patience']}: {where}, validation loss {numbers['loss']:.3f}, {worth}."


def _recorded() -> dict:
    return {
        name: {"train": run.train, "validation": run.validation, "how": run.how}
        for name, run in curves.recorded("stopping").items()
    }


def _own(histories: Mapping) -> dict:
    runs = {}
    for name, history in histories.items():
        train, seen = list(history.train_loss), list(history.validation_loss)
        if not seen or not np.isfinite([*train, *seen]).all():
            raise ValueError(f"histories: expected finite validation losses in {name!r}, got {seen[:3]}.")
        runs[name] = {"train": train, "validation": seen, "how": ""}
    if not runs:
        raise ValueError("histories: expected at least one run, got none.")
    return runs
