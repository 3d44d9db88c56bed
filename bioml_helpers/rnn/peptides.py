"""Peptides out of a recurrent network: train on helices of real proteins, draw, filter, compare with the training set.

The pattern is that of Müller, Hiss & Schneider 2018, https://doi.org/10.1021/acs.jcim.7b00414. The hydrophobic moment
is that of Eisenberg, Weiss & Terwilliger 1984, https://doi.org/10.1073/pnas.81.1.140; the scale that of Eisenberg,
Schwarz, Komaromy & Wall 1984, https://doi.org/10.1016/0022-2836(84)90309-7.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch

from bioml_helpers import data
from bioml_helpers.data import validate
from bioml_helpers.data.encode import PROTEIN
from bioml_helpers.rnn import language

# How much a side chain prefers oil to water, the normalised consensus scale; no unit.
HYDROPHOBICITY = {
    "A": 0.62, "C": 0.29, "D": -0.90, "E": -0.74, "F": 1.19, "G": 0.48, "H": -0.40, "I": 1.38, "K": -1.50, "L": 1.06,
    "M": 0.64, "N": -0.78, "P": 0.12, "Q": -0.85, "R": -2.53, "S": -0.18, "T": -0.05, "V": 1.08, "W": 0.81, "Y": 0.26,
}  # fmt: skip
CHARGE = {"D": -1, "E": -1, "K": 1, "R": 1}  # near pH 7, ends of the peptide and histidine left out
SHORTEST, LONGEST = 12, 24  # residues
TURN = 100  # degrees from one residue of a helix to the next


def net_charge(peptide: str) -> int:
    """Return the charge near pH 7: +1 for each K and R, −1 for each D and E; ends and histidine are left out.

    Examples
    --------
    >>> net_charge("KLAKLAED")
    0
    """
    return sum(CHARGE.get(letter, 0) for letter in _letters(peptide))


def hydrophobic_moment(peptide: str, *, turn: float = TURN) -> float:
    """Return how one-sided the oil-loving residues of a helix lie: 0 if they lie all around it.

    Each residue points away from the axis, `turn` degrees further than the one before, and is as long as its
    hydrophobicity; the moment is the length of the sum of these arrows, divided by their number.

    Parameters
    ----------
    peptide : str
    turn : float
        Degrees a residue: 100 in an α-helix.

    Examples
    --------
    >>> round(hydrophobic_moment("LKKLLKLLKKLLKL"), 2), round(hydrophobic_moment("LLLLLLLKKKKKKK"), 2)
    (0.89, 0.18)
    """
    letters = _letters(peptide)
    angles = np.deg2rad(turn) * np.arange(len(letters))
    arrows = np.array([HYDROPHOBICITY[letter] for letter in letters]) * np.exp(1j * angles)
    return float(np.abs(arrows.sum()) / len(letters))


def _letters(peptide) -> str:
    if not isinstance(peptide, str) or not peptide:
        raise ValueError(f"peptide: expected a text of amino acids, got {peptide!r}.")
    strange = sorted(set(peptide) - set(PROTEIN))
    if strange:
        raise ValueError(f"peptide: expected the 20 amino acids {PROTEIN}, got {strange[0]!r}.")
    return peptide


def properties(peptides: Sequence[str]) -> pd.DataFrame:
    """Return length (residues), net charge (e) and hydrophobic moment of each peptide.

    Examples
    --------
    >>> properties(["KLAKLAED"]).columns.tolist()
    ['peptide', 'length', 'charge', 'moment']
    """
    rows = [(one, len(one), net_charge(one), hydrophobic_moment(one)) for one in peptides]
    return pd.DataFrame(rows, columns=["peptide", "length", "charge", "moment"])


def helices(n: int = 6000, *, quiet: bool = False, seed: int = 0) -> tuple[list[str], data.Card]:
    """Return helices of 12 to 24 residues, cut out of the training chains of the data set "netsurfp"; each once.

    Parameters
    ----------
    n : int
        At most so many, drawn at random.
    quiet : bool
    seed : int

    Returns
    -------
    helices : list of str
    card : bioml_helpers.data.Card
    """
    table, card = data.load("netsurfp", quiet=quiet)
    table = table[table["part"] == "train"]
    found = {
        sequence[run.start() : run.end()]
        for sequence, states in zip(table["sequence"], table["states"], strict=True)
        for run in re.finditer("H+", states)
        if SHORTEST <= run.end() - run.start() <= LONGEST
    }
    known = sorted(one for one in found if set(one) <= set(PROTEIN))
    return [known[i] for i in np.random.default_rng(seed).permutation(len(known))[:n]], card


def shuffled(peptides: Sequence[str], *, seed: int = 0) -> list[str]:
    """Return each peptide with its residues in random order: same length, same charge, no helix in mind.

    Examples
    --------
    >>> sorted(shuffled(["KLAE"])[0])
    ['A', 'E', 'K', 'L']
    """
    rng = np.random.default_rng(seed)
    return ["".join(rng.permutation(list(one))) for one in peptides]


# ---------------------------------------------------------------- drawing from a model


def train_generator(peptides: Sequence[str], *, num_epochs: int = 6, seed: int = 0) -> language.NextResidue:
    """Train a GRU to write peptides like these, their end included."""
    return language.train_language(peptides, num_epochs=num_epochs, batch_size=128, length=LONGEST, end=True, seed=seed)


def tempered(logits, temperature: float) -> np.ndarray:
    """Return softmax(logits / temperature): probabilities that are sharper below 1 and flatter above.

    Parameters
    ----------
    logits : array_like of shape (..., outcomes)
    temperature : float
        Above 0.

    Raises
    ------
    ValueError
        If the temperature is not above 0.

    Examples
    --------
    >>> tempered([0.0, np.log(3)], 1.0).round(2).tolist(), tempered([0.0, np.log(3)], 0.5).round(2).tolist()
    ([0.25, 0.75], [0.1, 0.9])
    """
    temperature = validate.number("temperature", temperature, low=0)
    if temperature == 0:
        raise ValueError("temperature: expected a number above 0, got 0.")
    scaled = np.asarray(logits, dtype=float) / temperature
    scaled = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return scaled / scaled.sum(axis=-1, keepdims=True)


def draw(
    model: language.NextResidue, n: int = 1000, *, temperature: float = 1.0, longest: int = LONGEST, seed: int = 0
) -> list[str]:
    """Draw peptides from a model, one residue after the other, each from `tempered` probabilities.

    Parameters
    ----------
    model : NextResidue
        Trained with ends.
    n : int
        Drawn; those that are shorter than 12 residues, or have not ended after `longest`, are left out.
    temperature : float
    longest : int
    seed : int
        Same seed, same peptides.

    Returns
    -------
    list of str
    """
    n = validate.number("n", n, low=1, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    letters, state = torch.full((n, 1), language.BEGIN), None
    columns = []
    with torch.no_grad():
        for _ in range(longest + 1):
            outputs, state = model.gru(model.letters(letters), state)
            chances = tempered(model.out(outputs[:, 0]).double().numpy(), temperature)  # (n, 21)
            chosen = (chances.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1).clip(max=language.END)
            columns.append(chosen)
            letters = torch.tensor(chosen)[:, None]
    drawn = np.stack(columns, axis=1)  # (n, longest + 1)
    ends = (drawn == language.END).argmax(axis=1)
    ended = (drawn == language.END).any(axis=1) & (ends >= SHORTEST)
    symbols = np.array(list(PROTEIN))
    return ["".join(symbols[row[:end]]) for row, end in zip(drawn[ended], ends[ended], strict=True)]


def select(
    drawn: Sequence[str],
    known: Sequence[str],
    *,
    charge: tuple[int, int] = (0, 4),
    moment: float = 0.5,
) -> pd.DataFrame:
    """Keep peptides that are wanted and new: charge and hydrophobic moment in range, each once, none of the known.

    Parameters
    ----------
    drawn : sequence of str
    known : sequence of str
        The training set.
    charge : (int, int)
        Smallest and largest net charge.
    moment : float
        Smallest hydrophobic moment.

    Returns
    -------
    pandas.DataFrame
        As from `properties`, the largest moment first.

    Examples
    --------
    >>> select(["LKKLLKLLKELLEL", "LKKLLKLLKELLEL", "GGGGGGGG"], ["AAAA"])["peptide"].tolist()
    ['LKKLLKLLKELLEL']
    """
    table = properties(sorted(set(drawn) - set(known)))
    good = table["charge"].between(*charge) & (table["moment"] >= moment)
    return table[good].sort_values("moment", ascending=False).reset_index(drop=True)


def by_temperature(
    model: language.NextResidue, known: Sequence[str], temperatures: Sequence[float], *, n: int = 600, seed: int = 0
) -> pd.DataFrame:
    """Return what is drawn at each temperature: how much of it is distinct, new, and how one-sided its helices are.

    Returns
    -------
    pandas.DataFrame
        Columns ``temperature``, ``ended`` (share of the draws that ended at 12 to 24 residues), ``distinct``, ``new``
        (shares of these), ``moment`` (mean), ``shuffled`` (mean of the same peptides with their residues shuffled).
    """
    rows, known = [], set(known)
    for temperature in temperatures:
        drawn = draw(model, n, temperature=temperature, seed=seed)
        if not drawn:
            rows.append((temperature, 0.0, np.nan, np.nan, np.nan, np.nan))
            continue
        shares = len(drawn) / n, len(set(drawn)) / len(drawn), np.mean([one not in known for one in drawn])
        rows.append((temperature, *shares, _mean_moment(drawn), _mean_moment(shuffled(drawn, seed=seed))))
    return pd.DataFrame(rows, columns=["temperature", "ended", "distinct", "new", "moment", "shuffled"])


def _mean_moment(peptides) -> float:
    return float(np.mean([hydrophobic_moment(one) for one in peptides]))
