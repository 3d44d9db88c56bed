"""The results table: no model without its baseline, no figure without its spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from bioml_helpers.data import validate

_OURS = {"model", "values", "metric", "baseline", "deterministic", "interval"}


def results_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Put results side by side, and refuse a table that flatters.

    Each metric (and each split, where rows name one) needs a baseline. A trained model needs the values of at
    least two seeds; one that has no seed says ``deterministic=True``. Every row needs an interval: its own, or the
    range of its values. Used from chapter 2 on.

    Parameters
    ----------
    rows : sequence of mappings
        Each with ``model`` (its name), ``values`` (one number a seed or split, or a single number), and as they apply

        - ``baseline`` : True for a trivial or usual method that the model must beat;
        - ``deterministic`` : True where nothing is drawn at random, so one value is all there is;
        - ``interval`` : (low, high), or an `Interval`, whose last two count; by default the range of the values;
        - ``metric`` : its name, by default "score";
        - anything else, for example ``split`` or ``prevalence``: a column of its own.

    Returns
    -------
    pandas.DataFrame
        Columns ``model``, ``metric``, those of your own, ``mean``, ``low``, ``high``, ``seeds`` (0 where nothing is
        drawn), ``baseline``.

    Raises
    ------
    ValueError
        If a baseline, seeds or an interval is missing; the message names the row.

    Examples
    --------
    >>> results_table([
    ...     {"model": "majority", "values": 0.55, "interval": (0.53, 0.57), "baseline": True, "deterministic": True},
    ...     {"model": "network", "values": [0.62, 0.64]},
    ... ])[["model", "mean", "low", "high", "seeds"]]
          model  mean   low  high  seeds
    0  majority  0.55  0.53  0.57      0
    1   network  0.63  0.62  0.64      2
    """
    if not rows:
        raise ValueError("rows: expected at least one row, got none.")
    table = pd.DataFrame([_row(number, row) for number, row in enumerate(rows)])
    own = [
        name for name in table.columns if name not in ("model", "metric", "mean", "low", "high", "seeds", "baseline")
    ]
    keys = ["metric", *(["split"] if "split" in own else [])]
    for key, part in table.groupby(keys, sort=False, dropna=False):
        if not part["baseline"].any():
            where = ", ".join(map(str, key))
            raise ValueError(
                f"rows: expected a baseline (baseline=True) for {where}, got only {', '.join(part['model'])}: "
                "a score means nothing until a simple method stands beside it."
            )
    return table[["model", "metric", *own, "mean", "low", "high", "seeds", "baseline"]]


def _row(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(row, Mapping) or not {"model", "values"} <= set(row):
        raise ValueError(f"rows[{number}]: expected a dictionary with model and values, got {row!r}.")
    where = f"rows[{number}] ({row['model']})"
    values = np.atleast_1d(validate.array(f"{where} values", row["values"]))
    fixed = bool(row.get("deterministic", False))
    if not fixed and len(values) < 2:
        raise ValueError(
            f"{where}: expected the values of at least 2 seeds, got {len(values)} "
            "(or deterministic=True, where nothing is drawn at random)."
        )
    low, high = _ends(where, row, values)
    ours = {"model": str(row["model"]), "metric": str(row.get("metric", "score"))}
    own = {name: value for name, value in row.items() if name not in _OURS}
    # the split of a deterministic model may still vary, so its values are no seeds
    spread = {"mean": float(values.mean()), "low": low, "high": high, "seeds": 0 if fixed else len(values)}
    return ours | own | spread | {"baseline": bool(row.get("baseline", False))}


def _ends(where: str, row: Mapping[str, Any], values: np.ndarray) -> tuple[float, float]:
    if row.get("interval") is None:
        if len(values) < 2:
            raise ValueError(f"{where}: expected an interval for a single value, got none; see bootstrap_interval.")
        return float(values.min()), float(values.max())
    low, high = validate.array(f"{where} interval", row["interval"], ndim=1, at_least=2)[-2:]
    if not low <= values.mean() <= high:
        raise ValueError(
            f"{where}: expected an interval around the mean {values.mean():.4g}, got {low:.4g} to {high:.4g}."
        )
    return float(low), float(high)
