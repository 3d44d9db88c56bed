"""Proteins of chapter 6: signal peptides, the Kunitz family with one structure, single mutants of a beta-lactamase."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from . import encode, structures, validate
from .genes import read_fasta

Paths = dict[str, Path]

GAP = "-"
ALIGNED = encode.PROTEIN + GAP  # the alphabet of an alignment: 20 amino acids, then the gap

# Columns that two aligned sequences have in common, as a share: above the first they count as one in the weights,
# above the second they belong to one group.
IDENTITY = {"weight": 0.8, "group": 0.7}
KUNITZ_OF_THE_STRUCTURE = "A4_HUMAN/290-342"  # the row whose protein PDB 1AAP shows

_MUTANT = re.compile(r"\d+\|beta-lactamase_(?P<wild>[A-Z])(?P<number>\d+)(?P<new>[A-Z])\|(?P<fitness>-?[\d.e-]+)")


def read_signal_peptides(paths: Paths) -> pd.DataFrame:
    """Return the 8,021 proteins: first 90 residues, label, fold, early membrane helix, signal length, organism."""
    known = pd.read_csv(paths["training_df.tsv"], sep="\t", keep_default_na=False)
    facts = pd.read_csv(paths["data.tsv"], sep="\t", keep_default_na=False, dtype=str).set_index("UniProt_ID")
    facts = facts.loc[known["UniProt_ID"]]
    lengths = {text: int(text) for text in facts["Cleavage"] if text.isdigit() and text != "0"}
    return pd.DataFrame(
        {
            "name": known["UniProt_ID"].to_numpy(),
            "sequence": known["Frag_90"].to_numpy(),
            "has_signal": known["Class"].to_numpy() == 1,
            "fold": known["Label"].to_numpy(dtype=np.int64),
            "early_membrane_helix": _or_missing(
                facts["TransM_Helix_90"], {"True": True, "False": False}, "NIL", "boolean"
            ),
            "signal_length": _or_missing(facts["Cleavage"], lengths, "0", "Int64"),
            "kingdom": facts["Kingdom"].to_numpy(),
            "organism": facts["Species"].to_numpy(),
        }
    )


def read_kunitz(paths: Paths) -> pd.DataFrame:
    """Return the 13,600 aligned sequences: name, sequence (53 columns, - for a gap), group, weight."""
    names, sequences = zip(*read_fasta(paths["PF00014.fasta"]), strict=True)
    weight, group = relatives(sequences)
    return pd.DataFrame({"name": names, "sequence": sequences, "group": group, "weight": weight})


def read_kunitz_contacts(paths: Paths) -> pd.DataFrame:
    """Return the 1,326 pairs of columns that 1AAP shows: i, j (counted from 0), distance of their beta carbons in Å."""
    chain = structures.read_pdb(paths["1aap.pdb"])
    aligned = dict(read_fasta(paths["PF00014.fasta"]))[KUNITZ_OF_THE_STRUCTURE]
    columns, residues = residues_of_columns(aligned, chain.sequence)
    i, j = np.triu_indices(len(columns), 1)
    apart = structures.distances(chain.cb[residues])
    return pd.DataFrame({"i": columns[i], "j": columns[j], "distance_A": apart[i, j]})


def read_beta_lactamase(paths: Paths) -> pd.DataFrame:
    """Return the 5,397 mutants, sorted by position and new residue, with fitness, Ambler's number and sequence."""
    rows = []
    for header, sequence in read_fasta(paths["P62593.fasta"]):
        found = _MUTANT.fullmatch(header)
        if found is None:
            raise ValueError(f"beta_lactamase: expected a header such as '0|beta-lactamase_P20P|1.58', got {header!r}.")
        position = int(found["number"]) - 1
        if sequence[position] != found["new"]:
            raise ValueError(f"beta_lactamase: {header}: expected {found['new']} there, got {sequence[position]!r}.")
        mutant = f"{found['wild']}{found['number']}{found['new']}"
        same = found["wild"] == found["new"]
        rows.append(
            (mutant, position, found["wild"], found["new"], float(found["fitness"]), same, ambler(position), sequence)
        )
    table = pd.DataFrame(rows, columns=MUTANT_COLUMNS)
    return table.sort_values(["position", "mutant_residue"], kind="stable", ignore_index=True)


MUTANT_COLUMNS = [
    "mutant", "position", "wild_type", "mutant_residue", "fitness", "is_synonymous", "ambler", "sequence",
]  # fmt: skip


def ambler(position: int) -> int:
    """Return the number that a residue of TEM-1 has in Ambler's scheme for class A beta-lactamases.

    The scheme numbers all enzymes of the class alike. TEM-1 begins two residues late and lacks 239 and 253.

    Parameters
    ----------
    position : int
        Counted from 0 in the whole sequence, signal peptide included.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If there is no such position among the 286.

    References
    ----------
    Jelsch C et al. (1993) Crystal structure of Escherichia coli TEM1 beta-lactamase at 1.8 Å resolution. Proteins 16,
    364. doi:10.1002/prot.340160406 (its residues, 26 to 290, are numbered so)

    Examples
    --------
    >>> ambler(67), ambler(285)  # the serine of the active site, the last residue
    (70, 290)
    """
    number = validate.number("position", position, low=0, high=285, integer=True) + 3
    number += number >= 239
    return number + (number >= 253)


def wild_type(table: pd.DataFrame) -> str:
    """Return the sequence that the mutants of a table differ from.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``position`` and ``wild_type``, as data set ``beta_lactamase`` has them.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a position is missing or has two wild types.

    Examples
    --------
    >>> wild_type(pd.DataFrame({"position": [1, 0, 1], "wild_type": ["S", "M", "S"]}))
    'MS'
    """
    letters = table[["position", "wild_type"]].drop_duplicates().sort_values("position")
    if letters["position"].tolist() != list(range(len(letters))):
        raise ValueError(
            f"table: expected one wild type for each position from 0 on, got {len(letters)} for positions "
            f"{letters['position'].min()} to {letters['position'].max()}."
        )
    return "".join(letters["wild_type"])


def residues_of_columns(aligned: str, chain: str) -> tuple[np.ndarray, np.ndarray]:
    """Find the residues of a chain that stand in the columns of an aligned sequence.

    Parameters
    ----------
    aligned : str
        A row of an alignment; gaps are ``-``.
    chain : str
        The sequence that a structure shows; it must hold the row's residues without a break.

    Returns
    -------
    columns, residues : numpy.ndarray
        Counted from 0: ``aligned[columns[k]] == chain[residues[k]]``.

    Raises
    ------
    ValueError
        If the row's residues do not stand in the chain.

    Examples
    --------
    >>> columns, residues = residues_of_columns("C-DE-", "MKCDEG")
    >>> columns.tolist(), residues.tolist()
    ([0, 2, 3], [2, 3, 4])
    """
    letters = aligned.replace(GAP, "")
    start = chain.find(letters)
    if not letters or start < 0:
        raise ValueError(f"aligned: expected residues that stand in the chain {chain!r} in a row, got {letters!r}.")
    columns = np.array([column for column, letter in enumerate(aligned) if letter != GAP])
    return columns, start + np.arange(len(columns))


def relatives(
    sequences: Sequence[str], *, weight_at: float = IDENTITY["weight"], group_at: float = IDENTITY["group"]
) -> tuple[np.ndarray, np.ndarray]:
    """Weigh and group aligned sequences by the share of columns that they have in common (gaps count as a letter).

    A weight is 1 over the number of different sequences that are at least `weight_at` identical, itself among them; the
    copies of a sequence share its weight. The weights add up to the effective number of sequences. Groups are chains of
    pairs that are at least `group_at` identical: no sequence has such a relative in another group. Used by chapter 6.

    Parameters
    ----------
    sequences : sequence of str
        Aligned, so all of one length.
    weight_at, group_at : float
        Identity, above 0 and up to 1.

    Returns
    -------
    weight : numpy.ndarray of shape (rows,)
        Above 0 and up to 1.
    group : numpy.ndarray of shape (rows,), int64
        Numbered from 0 in the order of their first row.

    Raises
    ------
    ValueError
        If the lengths differ, or a number is out of range.

    Examples
    --------
    >>> weight, group = relatives(["ACDEF", "ACDEG", "ACDEG", "KLMNP"])
    >>> weight.tolist(), group.tolist()
    ([0.5, 0.25, 0.25, 1.0], [0, 0, 0, 1])
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    weight_at = validate.number("weight_at", weight_at, low=1e-6, high=1)
    group_at = validate.number("group_at", group_at, low=1e-6, high=1)
    texts = list(sequences)
    for row, text in enumerate(texts):
        if len(text) != len(texts[0]):
            raise ValueError(f"sequences[{row}]: expected length {len(texts[0])} as the first has, got {len(text)}.")
    different, which, copies = np.unique(np.asarray(texts), return_inverse=True, return_counts=True)
    numbers = encode.integers(different.tolist(), "".join(sorted(set("".join(different)))))
    weigh_from, group_from = (math.ceil(share * numbers.shape[1] - 1e-9) for share in (weight_at, group_at))  # columns
    near = np.ones(len(different), np.int64)
    first, second = [], []
    for start, alike in _columns_alike(numbers):
        rows, others = np.nonzero(alike >= min(weigh_from, group_from))
        rows, others = rows[others > rows], others[others > rows]  # each pair once
        equal = alike[rows, others]
        for end in (rows, others):
            near += np.bincount(end[equal >= weigh_from] + start, minlength=len(near))
        first.append(rows[equal >= group_from] + start)
        second.append(others[equal >= group_from] + start)
    first, second = np.concatenate(first), np.concatenate(second)
    links = coo_matrix((np.ones(len(first), bool), (first, second)), shape=(len(near), len(near)))
    _, labels = connected_components(links, directed=False)
    return (1 / near / copies)[which], pd.factorize(labels[which])[0].astype(np.int64)


def _columns_alike(numbers: np.ndarray, rows: int = 256):
    """Yield, for a block of rows from `start` on, in how many columns they equal each row from `start` on.

    The letters' bits are packed into words of 64 columns, so that a few operations compare 64 columns at once.
    """
    length = numbers.shape[1]
    bits = max(1, int(numbers.max()).bit_length())
    words = []
    for left in range(0, length, 64):
        part = numbers[:, left : left + 64].astype(np.uint64)
        places = np.uint64(1) << np.arange(part.shape[1], dtype=np.uint64)
        words.append([((part >> np.uint64(bit) & np.uint64(1)) * places).sum(axis=1) for bit in range(bits)])
    for start in range(0, len(numbers), rows):
        alike = np.full((min(rows, len(numbers) - start), len(numbers) - start), length, np.int16)
        for planes in words:
            differ = np.zeros(alike.shape, np.uint64)
            for plane in planes:
                differ |= plane[start : start + rows, None] ^ plane[None, start:]
            alike -= np.bitwise_count(differ)
        yield start, alike


def _or_missing(texts: pd.Series, values: dict, missing: str, dtype: str) -> pd.array:
    """The values of texts, one of which stands for a missing value; anything else is an error."""
    strange = sorted(set(texts) - set(values) - {missing})
    if strange:
        raise ValueError(f"signal_peptides: column {texts.name}: expected a value or {missing}, got {strange[0]!r}.")
    return pd.array([values.get(text) for text in texts], dtype=dtype)
