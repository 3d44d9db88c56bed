"""Curves with known truth: dose and response, ELISA, enzyme kinetics (chapter 1).

Every generator takes a seed and gives the same table for the same seed; its defaults are the documented truth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from .. import validate

DOSES_MM = (0.0, 0.94, 1.88, 3.75, 7.5, 15.0, 30.0)
ELISA_NG_PER_ML = (0.04882812, 0.1953125, 0.390625, 0.78125, 1.5625, 3.125, 6.25, 12.5)
SUBSTRATE_PPM = (0.02, 0.06, 0.11, 0.22, 0.56, 1.1)
VMAX = {"treated": 212.0, "untreated": 160.0}
KM_PPM = {"treated": 0.064, "untreated": 0.048}


def dose_response(
    doses: Sequence[float] = DOSES_MM,
    *,
    replicates: int = 3,
    b: float = 3.0,
    c: float = 0.5,
    d: float = 7.8,
    e: float = 3.0,
    noise: float = 0.5,
    seed: int = 0,
) -> pd.DataFrame:
    """Simulate root lengths under a toxin: the four-parameter log-logistic curve with noise.

    The mean is ``c + (d - c) / (1 + (dose / e) ** b)`` (Ritz et al. 2015, doi:10.1371/journal.pone.0146021, eq. 2); the
    standard deviation is ``noise * sqrt(mean / d)``, so that it grows with the mean and is `noise` without toxin.
    Lengths cannot be negative: a value below 0 becomes 0. Used by chapter 1.

    Parameters
    ----------
    doses : sequence of float
        Doses in mM, 0 or more.
    replicates : int
        Observations at each dose; dose 0, the control, gets twice as many.
    b, c, d, e : float
        Slope, lower limit in cm, upper limit in cm, ED50 in mM. Defaults: 3, 0.5, 7.8, 3.
    noise : float
        Standard deviation in cm at the upper limit.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``dose_mM`` and ``root_length_cm``; 24 rows by default.

    Raises
    ------
    ValueError
        If a dose is negative, or a parameter is out of its range.

    Examples
    --------
    >>> dose_response(noise=0).groupby("dose_mM").root_length_cm.mean().round(2).tolist()
    [7.8, 7.58, 6.36, 2.97, 0.94, 0.56, 0.51]
    """
    doses = validate.array("doses", doses, ndim=1)
    if doses.min() < 0:
        raise ValueError(f"doses: expected 0 or more, got {doses.min()}.")
    replicates = validate.number("replicates", replicates, low=1, integer=True)
    b, e = _positive("b", b), _positive("e", e)
    c = validate.number("c", c, low=0)
    d = validate.number("d", d, low=c)
    noise = validate.number("noise", noise, low=0)
    rng = np.random.default_rng(_seed(seed))
    dose = np.concatenate([np.repeat(dose, replicates * (2 if dose == 0 else 1)) for dose in doses])  # (rows,)
    mean = c + (d - c) / (1 + (dose / e) ** b)
    spread = noise * np.sqrt(mean / d) if d > 0 else np.zeros_like(mean)
    length = np.maximum(rng.normal(mean, spread), 0)
    return pd.DataFrame({"dose_mM": dose, "root_length_cm": length})


def elisa(
    concentrations: Sequence[float] = ELISA_NG_PER_ML,
    *,
    runs: int = 11,
    wells: int = 2,
    asymptote: float = 2.5,
    midpoint: float = 4.6,
    scale: float = 1.1,
    run_sd: float = 0.05,
    noise: float = 0.013,
    seed: int = 0,
) -> pd.DataFrame:
    """Simulate ELISA calibration curves: a logistic curve in ln(concentration), its height varying from run to run.

    The mean optical density is ``A_run / (1 + exp(-(ln(concentration) - ln(midpoint)) / scale))`` with
    ``A_run`` = `asymptote` times ``1 + run_sd * z``, z standard normal; each well adds normal noise, and no optical
    density is below 0. Used by chapter 1.

    Parameters
    ----------
    concentrations : sequence of float
        In ng/ml, above 0.
    runs, wells : int
        Assay runs; wells a run and concentration.
    asymptote : float
        Optical density at saturation, mean of the runs (default 2.5).
    midpoint : float
        Concentration in ng/ml of half that height (default 4.6).
    scale : float
        Width of the curve in units of ln(concentration) (default 1.1).
    run_sd : float
        Relative standard deviation of the runs' asymptotes (default 0.05).
    noise : float
        Standard deviation between wells (default 0.013).
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``run`` (1, 2, …), ``concentration_ng_per_ml``, ``optical_density``; 176 rows by default.

    Raises
    ------
    ValueError
        If a concentration is not above 0, or a parameter is out of its range.

    Examples
    --------
    >>> table = elisa([4.6], runs=1, run_sd=0, noise=0)
    >>> table.optical_density.tolist()
    [1.25, 1.25]
    """
    concentrations = _above_zero("concentrations", concentrations)
    runs = validate.number("runs", runs, low=1, integer=True)
    wells = validate.number("wells", wells, low=1, integer=True)
    asymptote, midpoint, scale = (
        _positive("asymptote", asymptote),
        _positive("midpoint", midpoint),
        _positive("scale", scale),
    )
    run_sd, noise = validate.number("run_sd", run_sd, low=0), validate.number("noise", noise, low=0)
    rng = np.random.default_rng(_seed(seed))
    heights = asymptote * (1 + run_sd * rng.standard_normal(runs))  # (runs,)
    run = np.repeat(np.arange(runs), len(concentrations) * wells)  # (rows,)
    concentration = np.tile(np.repeat(concentrations, wells), runs)  # (rows,)
    mean = heights[run] / (1 + np.exp(-np.log(concentration / midpoint) / scale))
    density = np.maximum(rng.normal(mean, noise), 0)
    return pd.DataFrame({"run": run + 1, "concentration_ng_per_ml": concentration, "optical_density": density})


def michaelis_menten(
    concentrations: Sequence[float] = SUBSTRATE_PPM,
    *,
    replicates: int = 2,
    vmax: Mapping[str, float] | None = None,
    km: Mapping[str, float] | None = None,
    noise: float = 10.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Simulate enzyme kinetics: Michaelis-Menten curves, one a state of the enzyme.

    The mean rate is ``vmax * concentration / (km + concentration)``; normal noise is added. Used by chapter 1.

    Parameters
    ----------
    concentrations : sequence of float
        Substrate in ppm, above 0.
    replicates : int
        Assays a state and concentration.
    vmax, km : mapping of str to float, optional
        State -> greatest rate in counts/min/min, state -> Michaelis constant in ppm. Defaults: `VMAX`
        (treated 212, untreated 160) and `KM_PPM` (treated 0.064, untreated 0.048).
    noise : float
        Standard deviation of the rate in counts/min/min.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``concentration_ppm``, ``rate_counts_per_min2``, ``state``; 24 rows by default.

    Raises
    ------
    ValueError
        If a concentration is not above 0, or `vmax` and `km` do not name the same states.

    Examples
    --------
    >>> michaelis_menten([0.05], replicates=1, vmax={"wild type": 100}, km={"wild type": 0.05}, noise=0)
       concentration_ppm  rate_counts_per_min2      state
    0               0.05                  50.0  wild type
    """
    concentrations = _above_zero("concentrations", concentrations)
    replicates = validate.number("replicates", replicates, low=1, integer=True)
    noise = validate.number("noise", noise, low=0)
    vmax, km = VMAX if vmax is None else vmax, KM_PPM if km is None else km
    if not vmax or set(vmax) != set(km):
        raise ValueError(f"vmax, km: expected the same states in both, got {sorted(vmax)} and {sorted(km)}.")
    rng = np.random.default_rng(_seed(seed))
    concentration = np.repeat(concentrations, replicates)
    parts = []
    for state in vmax:
        top, half = _positive(f"vmax[{state!r}]", vmax[state]), _positive(f"km[{state!r}]", km[state])
        rate = rng.normal(top * concentration / (half + concentration), noise)
        parts.append(pd.DataFrame({"concentration_ppm": concentration, "rate_counts_per_min2": rate, "state": state}))
    return pd.concat(parts, ignore_index=True)


def _above_zero(name: str, values: Sequence[float]) -> np.ndarray:
    checked = validate.array(name, values, ndim=1)
    if checked.min() <= 0:
        raise ValueError(f"{name}: expected numbers above 0 (they are taken to the logarithm), got {checked.min()}.")
    return checked


def _positive(name: str, value: float) -> float:
    number = validate.number(name, value)
    if number <= 0:
        raise ValueError(f"{name}: expected a number above 0, got {number}.")
    return number


def _seed(seed: int) -> int:
    return validate.number("seed", seed, low=0, integer=True)
