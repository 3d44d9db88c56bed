"""Health records with known truth: who came when, with which diagnosis (companion 05b)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import validate

DIAGNOSES = ("asthma", "back pain", "check-up", "cough", "diabetes", "headache", "hypertension", "rash")
_CHRONIC = ("asthma", "diabetes", "hypertension")


def clinic_visits(patients: int = 60, *, days: int = 2000, seed: int = 0) -> pd.DataFrame:
    """Simulate the visits of patients to one clinic; nobody in it exists.

    Each patient has one chronic condition, the diagnosis of six visits in ten; the others are drawn evenly from all
    diagnoses. Visits follow each other at random intervals of about 90 days, from a random first day on.

    Parameters
    ----------
    patients : int
    days : int
        Of the records, at least 400.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        One row a visit, sorted by patient and day: columns ``patient``, ``day`` (since the records began),
        ``diagnosis``, ``next_diagnosis`` (at the patient's next visit: what is to be predicted).

    Raises
    ------
    ValueError
        If a number is too small.

    Examples
    --------
    >>> visits = clinic_visits(2)
    >>> list(visits.columns), int(visits.patient.nunique())
    (['patient', 'day', 'diagnosis', 'next_diagnosis'], 2)
    """
    patients = validate.number("patients", patients, low=1, integer=True)
    days = validate.number("days", days, low=400, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    rows = []
    for patient in range(1, patients + 1):
        chronic = _CHRONIC[rng.integers(len(_CHRONIC))]
        dates, day = [], int(rng.integers(200))
        while day < days or len(dates) < 2:
            dates.append(day)
            day += 1 + int(rng.exponential(90))
        found = [chronic if rng.random() < 0.6 else DIAGNOSES[rng.integers(len(DIAGNOSES))] for _ in dates]
        names = [f"patient {patient:03d}"] * (len(dates) - 1)
        rows += zip(names, dates[:-1], found[:-1], found[1:], strict=True)
    return pd.DataFrame(rows, columns=["patient", "day", "diagnosis", "next_diagnosis"])
