"""Reading a protein family (companion 06b): a masked-residue model of an alignment, its contacts, its odds of a change.

Nobody labels anything: a column is hidden, the other columns say what stood there.  Queries and keys come from the
columns alone, so that there is one attention map for the whole family; values come from the residues.  Bhattacharya
and colleagues (2020, https://doi.org/10.1101/2020.12.21.423882) call this factored attention and compare it with Potts
models of families.  A feed-forward step follows, as in a transformer block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

from bioml_helpers import data, evaluation
from bioml_helpers.attention.layers import scaled_dot_product_attention
from bioml_helpers.data import splits, structures, validate
from bioml_helpers.data.encode import PROTEIN, integers
from bioml_helpers.data.families import ALIGNED
from bioml_helpers.training import train

GAP = len(PROTEIN)  # the number of "-"
KINDS = len(ALIGNED)  # 20 amino acids and the gap
HELD_OUT = 0.15
PSEUDOCOUNT = 0.5  # residues of each kind that a column is given besides those seen: nothing is impossible


# ---------------------------------------------------------------- the family


@dataclass(frozen=True)
class Family:
    """An alignment without its copies, split by similarity group, and the distances of one structure.

    Attributes
    ----------
    train, test : pandas.DataFrame
        Columns ``name``, ``sequence``, ``group``, ``weight``; no group is in both.
    distance_A : numpy.ndarray of shape (columns, columns)
        Between beta carbons, in Å; NaN where the structure says nothing.
    card : bioml_helpers.data.Card
    split : str
        "group", or "random" for the split that leaks.
    """

    train: pd.DataFrame
    test: pd.DataFrame
    distance_A: np.ndarray
    card: data.Card
    split: str

    @property
    def length(self) -> int:
        """Columns of the alignment."""
        return len(self.distance_A)

    @property
    def contacts(self) -> np.ndarray:
        """1.0 where two columns touch (nearer than 8 Å), 0.0 where not, NaN where that is not known."""
        touch = (self.distance_A < structures.CUTOFF).astype(float)
        return np.where(np.isnan(self.distance_A), np.nan, touch)


def family(split: str = "group", *, quiet: bool = False, seed: int = 0) -> Family:
    """Return the Kunitz family: each different sequence once, 15 % of them held out.

    Parameters
    ----------
    split : {"group", "random"}
        By similarity group (no held-out sequence shares 70 % of its columns with a training sequence), or at random.
    quiet : bool
    seed : int
        Same seed, same split.

    Returns
    -------
    Family

    Raises
    ------
    ValueError
        If the split is another one.

    Examples
    --------
    >>> kunitz = family(quiet=True)
    >>> kunitz.length, len(set(kunitz.train.group) & set(kunitz.test.group))
    (53, 0)
    """
    split = validate.one_of("split", split, ("group", "random"))
    table, card = data.load("kunitz", quiet=quiet)
    pairs, _ = data.load("kunitz_contacts", quiet=True)
    alone = table.groupby("sequence", sort=False).agg(
        name=("name", "first"), group=("group", "first"), weight=("weight", "sum")
    )
    alone = alone.reset_index()[["name", "sequence", "group", "weight"]]
    shares = (1 - HELD_OUT, HELD_OUT)
    if split == "group":
        train_rows, test_rows = splits.grouped_split(alone["group"], shares, seed=seed)
    else:
        train_rows, test_rows = splits.random_split(len(alone), shares, seed=seed)
    distance = structures.distance_matrix(pairs, len(table["sequence"].iloc[0]))
    parts = (alone.iloc[rows].reset_index(drop=True) for rows in (train_rows, test_rows))
    return Family(*parts, distance, card, split)


def numbers_of(sequences: Sequence[str]) -> np.ndarray:
    """Return aligned sequences as numbers, 0 to 19 for amino acids and 20 for a gap; an unknown letter is a gap.

    Returns
    -------
    numpy.ndarray of shape (rows, columns), int64

    Examples
    --------
    >>> numbers_of(["AC-", "DXA"])
    array([[ 0,  1, 20],
           [ 2, 20,  0]])
    """
    return np.minimum(integers(list(sequences), PROTEIN, unknown="extra"), GAP)


def profile(sequences: Sequence[str], weights: Sequence[float] | None = None) -> np.ndarray:
    """Return how often each amino acid stands in each column, gaps left out: the family's profile.

    Each amino acid is given half a (weighted) sequence more than was seen.

    Parameters
    ----------
    sequences : sequence of str
    weights : array_like of shape (rows,), optional
        By default all count alike.

    Returns
    -------
    numpy.ndarray of shape (columns, 20)
        Rows add up to 1.

    Raises
    ------
    ValueError
        If the weights are not as many as the sequences.

    Examples
    --------
    >>> profile(["AC", "AD", "A-"])[0].argmax()
    np.int64(0)
    """
    numbers = numbers_of(sequences)
    weights = np.ones(len(numbers)) if weights is None else weights
    weights = validate.array("weights", weights, ndim=1, length=len(numbers))
    counts = np.stack([np.bincount(column, weights, minlength=KINDS)[:GAP] for column in numbers.T]) + PSEUDOCOUNT
    return counts / counts.sum(axis=1, keepdims=True)


def bits(frequencies: np.ndarray) -> np.ndarray:
    """Return the letter heights of a sequence logo: frequency times information of the column, in bits.

    Parameters
    ----------
    frequencies : array_like of shape (columns, 20)

    Returns
    -------
    numpy.ndarray of shape (20, columns)
        0 to log₂ 20 = 4.32.

    References
    ----------
    Schneider & Stephens 1990, doi:10.1093/nar/18.20.6097 (without its correction for few sequences).

    Examples
    --------
    >>> bits([[1.0] + [0.0] * 19]).max().round(2)
    np.float64(4.32)
    """
    frequencies = validate.array("frequencies", frequencies, ndim=2)
    entropy = -(frequencies * np.log2(np.maximum(frequencies, 1e-12))).sum(axis=1)
    return (frequencies * (np.log2(frequencies.shape[1]) - entropy)[:, None]).T


# ---------------------------------------------------------------- the model


class FamilyReader(nn.Module):
    """One block of attention over the columns of an alignment; each column is told from all *others*.

    A column never looks at itself, so one pass hides each column in turn. Queries and keys come from the columns (who
    listens to whom is the same for the whole family), values from the residues.

    Shapes: residues (batch, columns), 0 to 20 → logits (batch, columns, 21).

    Parameters
    ----------
    columns, width, heads, hidden : int
        Columns of the alignment; numbers a column; attention heads (each has width / heads × 2 numbers); neurons of the
        feed-forward step.
    seed : int
        Fixes the starting weights.

    References
    ----------
    Bhattacharya and colleagues 2020, https://doi.org/10.1101/2020.12.21.423882

    Examples
    --------
    >>> model = FamilyReader(5, width=16, heads=2, hidden=8)
    >>> model(torch.zeros(3, 5, dtype=torch.long)).shape, model.attention().shape
    (torch.Size([3, 5, 21]), torch.Size([2, 5, 5]))
    """

    def __init__(self, columns: int, *, width: int = 64, heads: int = 16, hidden: int = 128, seed: int = 0):
        super().__init__()
        columns = validate.number("columns", columns, low=2, integer=True)
        self.heads = validate.number("heads", heads, low=1, integer=True)
        self.head_size = max(1, 2 * width // self.heads)
        inner = self.heads * self.head_size
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.columns = nn.Parameter(torch.randn(columns, width))
            self.letters = nn.Embedding(KINDS, width)
            self.query, self.key = nn.Linear(width, inner), nn.Linear(width, inner)
            self.value, self.mix = nn.Linear(width, inner, bias=False), nn.Linear(inner, width, bias=False)
            self.norm = nn.LayerNorm(width)
            self.think = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, width))
            self.last_norm, self.out = nn.LayerNorm(width), nn.Linear(width, KINDS)
            self.usual = nn.Parameter(torch.zeros(columns, KINDS))  # what stands in a column whatever the others say

    def attention(self) -> torch.Tensor:
        """Return the maps of all heads, (heads, columns, columns): row i says where column i looks, never at itself."""
        return self._collect(torch.zeros(self.heads, len(self.columns), 1))[1]

    def states(self, residues: torch.Tensor) -> torch.Tensor:
        """Return what the model holds of each column before it names a residue, (batch, columns, width)."""
        batch, length = residues.shape
        if length != len(self.columns):
            raise ValueError(f"residues: expected {len(self.columns)} columns, got {length}.")
        values = functional.embedding(residues, self.value(self.letters.weight))  # (batch, columns, heads × size)
        values = values.view(batch, length, self.heads, self.head_size).permute(2, 1, 0, 3)
        # One map serves all sequences: they are collected side by side, as one long value.
        said, _ = self._collect(values.reshape(self.heads, length, batch * self.head_size))
        said = said.view(self.heads, length, batch, self.head_size).permute(2, 1, 0, 3)
        X = self.mix(said.reshape(batch, length, -1)) + self.columns  # (batch, columns, width)
        return self.last_norm(X + self.think(self.norm(X)))

    def forward(self, residues: torch.Tensor) -> torch.Tensor:
        """Return logits of the residue of each column, told from the other columns."""
        return self.out(self.states(residues)) + self.usual

    def _collect(self, values):
        others = ~torch.eye(len(self.columns), dtype=torch.bool)
        q, k = (
            one(self.columns).view(len(self.columns), self.heads, self.head_size).transpose(0, 1)
            for one in (self.query, self.key)
        )
        return scaled_dot_product_attention(q, k, values, others)


def train_reader(
    known: pd.DataFrame,
    *,
    heads: int = 16,
    num_epochs: int = 4,
    learning_rate: float = 5e-3,
    batch_size: int = 64,
    seed: int = 0,
    progress: bool = True,
) -> FamilyReader:
    """Train a `FamilyReader` to tell each column from the others; near copies are drawn less often, by their weight.

    Parameters
    ----------
    known : pandas.DataFrame
        Columns ``sequence`` and ``weight``.
    heads, num_epochs, learning_rate, batch_size, seed, progress

    Returns
    -------
    FamilyReader
        In ``eval()`` mode; its ``history`` holds the losses.

    Examples
    --------
    >>> known = pd.DataFrame({"sequence": ["ACD", "CAD"] * 4, "weight": 1.0})
    >>> train_reader(known, num_epochs=1, progress=False)(torch.zeros(1, 3, dtype=torch.long)).shape
    torch.Size([1, 3, 21])
    """
    X = torch.tensor(numbers_of(known["sequence"]))
    model = FamilyReader(X.shape[1], heads=heads, seed=seed)
    weights = torch.tensor(known["weight"].tolist(), dtype=torch.double)
    drawn = WeightedRandomSampler(weights, len(X), generator=torch.Generator().manual_seed(seed))
    model.history = train(
        model, DataLoader(TensorDataset(X, X), batch_size=batch_size, sampler=drawn), loss_fn=masked_residue_loss,
        learning_rate=learning_rate, num_epochs=num_epochs, seed=seed, progress=progress,
    )  # fmt: skip
    return model


def masked_residue_loss(logits: torch.Tensor, residues: torch.Tensor) -> torch.Tensor:
    """Return the mean cross-entropy over all columns, each told from the others.

    Parameters
    ----------
    logits : torch.Tensor of shape (batch, columns, 21)
    residues : torch.Tensor of shape (batch, columns)

    Examples
    --------
    >>> masked_residue_loss(torch.zeros(2, 3, 21), torch.zeros(2, 3, dtype=torch.long)).exp().round()
    tensor(21.)
    """
    return functional.cross_entropy(logits.transpose(1, 2), residues)


def log_probabilities(model: FamilyReader, sequences: Sequence[str]) -> np.ndarray:
    """Return log p(amino acid) of each column, that column hidden, the others seen.

    Parameters
    ----------
    model : FamilyReader
    sequences : sequence of str

    Returns
    -------
    numpy.ndarray of shape (rows, columns, 20)
        Natural logarithms; given that no gap stands there, so each row's probabilities add up to 1.

    Examples
    --------
    >>> log_probabilities(FamilyReader(3), ["ACD"]).shape
    (1, 3, 20)
    """
    with torch.no_grad():
        logits = model(torch.tensor(numbers_of(sequences)))[..., :GAP]
    return torch.log_softmax(logits, dim=2).double().numpy()


# ---------------------------------------------------------------- held-out sequences


def told_by_relatives(known: Sequence[str], new: Sequence[str]) -> np.ndarray:
    """Return, for each hidden residue, the letter that the nearest known sequence has there.

    Nearest by the number of equal columns, the hidden one left out: nobody may peep.

    Parameters
    ----------
    known, new : sequence of str
        Aligned alike.

    Returns
    -------
    numpy.ndarray of shape (new, columns), int64

    Examples
    --------
    >>> told_by_relatives(["AAC", "DDE"], ["AAE"])
    array([[0, 0, 1]])
    """
    known, new = numbers_of(known), numbers_of(new)
    hot_known, hot_new = (np.eye(KINDS, dtype=np.float32)[one].reshape(len(one), -1) for one in (known, new))
    alike = hot_new @ hot_known.T  # (new, known) equal columns
    told = np.empty_like(new)
    for column in range(new.shape[1]):
        peeped = new[:, column, None] == known[None, :, column]
        told[:, column] = known[(alike - peeped).argmax(axis=1), column]
    return told


def held_out(found: Family, model: FamilyReader, *, draws: int = 300) -> pd.DataFrame:
    """Return how many hidden residues of held-out sequences are told rightly, and how sure each way of telling is.

    Parameters
    ----------
    found : Family
    model : FamilyReader
        Trained on ``found.train``.
    draws : int
        For the bootstrap by group.

    Returns
    -------
    pandas.DataFrame
        Rows commonest residue, nearest relative, attention. Columns ``told by``, ``recovered`` (share of residues),
        ``low``,
        ``high`` (95 %, by group), ``perplexity`` (among how many equally likely residues it is torn; NaN for a rule
        that gives no probabilities).
    """
    new = numbers_of(found.test["sequence"])
    there = new < GAP  # a gap is nothing to be told
    frequencies = profile(found.train["sequence"], found.train["weight"])
    said = log_probabilities(model, found.test["sequence"])
    answers = {
        "commonest residue": (np.broadcast_to(frequencies.argmax(axis=1), new.shape), np.log(frequencies)[None]),
        "nearest relative": (told_by_relatives(found.train["sequence"], found.test["sequence"]), None),
        "attention": (said.argmax(axis=2), said),
    }
    groups = np.repeat(found.test["group"].to_numpy(), there.sum(axis=1))
    rows = []
    for name, (told, logs) in answers.items():
        right = (told == new)[there].astype(float)
        interval = evaluation.mean_interval(right, groups=groups, n=draws)
        rows.append((name, *interval, np.nan if logs is None else _perplexity(logs, new)))
    return pd.DataFrame(rows, columns=["told by", "recovered", "low", "high", "perplexity"])


def _perplexity(logs, numbers):
    there = numbers < GAP
    logs = np.broadcast_to(logs, (*numbers.shape, GAP))
    came = np.take_along_axis(logs, np.minimum(numbers, GAP - 1)[..., None], axis=2)[..., 0]
    return float(np.exp(-came[there].mean()))


# ---------------------------------------------------------------- contacts


def map_of_heads(maps) -> np.ndarray:
    """Return one symmetric score a pair from the maps of all heads: summed, symmetrised, corrected (APC).

    Parameters
    ----------
    maps : array_like of shape (heads, columns, columns)
        As `FamilyReader.attention` returns them; one head is ``maps[3:4]``.

    Returns
    -------
    numpy.ndarray of shape (columns, columns)

    References
    ----------
    Rao and colleagues 2020, https://doi.org/10.1101/2020.12.15.422761 (they treat the maps of a transformer alike)

    Examples
    --------
    >>> map_of_heads(FamilyReader(5).attention()).shape
    (5, 5)
    """
    maps = np.asarray(maps.detach() if hasattr(maps, "detach") else maps, dtype=float)
    total = validate.array("maps", maps, ndim=3).sum(axis=0)
    return evaluation.apc(total + total.T)


def contact_table(found: Family, scores: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return precision at L/5, L/2 and L for each map of scores, and for guessing and "near along the chain".

    Parameters
    ----------
    found : Family
    scores : dict of str to numpy.ndarray of shape (columns, columns)

    Returns
    -------
    pandas.DataFrame
        Columns ``from``, ``L/5``, ``L/2``, ``L``; L is the number of columns that the structure shows.
    """
    contacts = found.contacts
    shown = int((~np.isnan(contacts)).any(axis=0).sum())
    places = np.arange(found.length)
    apart = np.abs(np.subtract.outer(places, places))
    far = (apart >= structures.SEPARATION) & ~np.isnan(contacts)
    rows = [("guessing", *[float(contacts[far].mean())] * 3)]
    for name, one in {"near along the chain": -apart, **scores}.items():
        rows.append((name, *(evaluation.precision_at(one, contacts, shown // part) for part in (5, 2, 1))))
    return pd.DataFrame(rows, columns=["from", "L/5", "L/2", "L"])


# ---------------------------------------------------------------- the odds of a change


def change_score(log_probability, wild: int, mutant: int) -> float:
    """Return log p(mutant) − log p(wild type): below 0 where the model finds the change for the worse.

    Parameters
    ----------
    log_probability : array_like of shape (20,)
        Of the position that changes, itself hidden.
    wild, mutant : int
        Numbers of the two amino acids.

    References
    ----------
    Meier and colleagues 2021, https://doi.org/10.1101/2021.07.09.450648 ("masked marginal").

    Examples
    --------
    >>> round(change_score(np.log([0.6, 0.3] + [0.1 / 18] * 18), wild=0, mutant=1), 3)
    -0.693
    """
    log_probability = validate.array("log_probability", log_probability, ndim=1, length=len(PROTEIN))
    return float(log_probability[mutant] - log_probability[wild])


def variant_scores(log_probability, mutants: Sequence[str]) -> np.ndarray:
    """Return `change_score` for mutants written as in papers: old residue, number counted from 1, new residue.

    Parameters
    ----------
    log_probability : array_like of shape (length, 20)
    mutants : sequence of str
        For example "A24C".

    Returns
    -------
    numpy.ndarray of shape (mutants,)

    Raises
    ------
    ValueError
        If a text is no mutant, or its number lies outside.

    Examples
    --------
    >>> table = np.log(np.full((2, 20), 0.05))
    >>> variant_scores(table, ["A1C", "D2A"]).tolist()
    [0.0, 0.0]
    """
    table = validate.array("log_probability", log_probability, ndim=2)
    scores = []
    for text in mutants:
        wild, number, new = text[0], text[1:-1], text[-1]
        if wild not in PROTEIN or new not in PROTEIN or not number.isdigit() or not 1 <= int(number) <= len(table):
            raise ValueError(f"mutants: expected texts such as 'A24C', numbers 1 to {len(table)}, got {text!r}.")
        scores.append(change_score(table[int(number) - 1], PROTEIN.index(wild), PROTEIN.index(new)))
    return np.array(scores)


@dataclass(frozen=True)
class Decoys:
    """Pairs of a natural residue and one put in its place, in held-out sequences.

    Attributes
    ----------
    row, column, natural, decoy : numpy.ndarray of shape (pairs,)
        Sequence, column, and the two amino acids as numbers.
    """

    row: np.ndarray
    column: np.ndarray
    natural: np.ndarray
    decoy: np.ndarray


def decoys(found: Family, kind: str = "any", *, pairs: int = 6000, seed: int = 0) -> Decoys:
    """Draw natural residues of held-out sequences, each with a decoy in its place.

    Parameters
    ----------
    found : Family
    kind : {"any", "family"}
        "any": each other amino acid is as likely. "family": the decoy is what another held-out sequence has in that
        column, and each pair comes twice, with either sequence as the home; so a score that looks at the column alone
        is right in exactly half of them, whatever it says.
    pairs, seed : int

    Returns
    -------
    Decoys

    Raises
    ------
    ValueError
        If the kind is another one.

    Examples
    --------
    >>> some = decoys(family(quiet=True), "family", pairs=10)
    >>> len(some.row), bool((some.natural == some.decoy).any())
    (10, False)
    """
    kind = validate.one_of("kind", kind, DECOYS)
    pairs = validate.number("pairs", pairs, low=2, integer=True)
    rng = np.random.default_rng(seed)
    new = numbers_of(found.test["sequence"])
    groups = found.test["group"].to_numpy()
    row, other = rng.integers(len(new), size=(2, 12 * pairs))
    column = rng.integers(found.length, size=12 * pairs)
    natural = new[row, column]
    decoy = new[other, column] if kind == "family" else rng.integers(GAP, size=12 * pairs)
    fit = (natural < GAP) & (decoy < GAP) & (natural != decoy) & ((groups[row] != groups[other]) | (kind == "any"))
    row, other, column, natural, decoy = (one[fit] for one in (row, other, column, natural, decoy))
    if kind == "any":
        return Decoys(*(one[:pairs] for one in (row, column, natural, decoy)))
    half = pairs // 2
    both = (np.concatenate([row, other]), np.concatenate([column] * 2), np.concatenate([natural, decoy]),
            np.concatenate([decoy, natural]))  # fmt: skip
    chosen = np.concatenate([np.arange(half), len(row) + np.arange(half)])
    return Decoys(*(one[chosen] for one in both))


DECOYS = ("any", "family")


def decoy_table(found: Family, model: FamilyReader, *, pairs: int = 6000, seed: int = 0) -> pd.DataFrame:
    """Return how often the family's profile and a model prefer the natural residue to a decoy; no label is needed.

    Parameters
    ----------
    found : Family
    model : FamilyReader
    pairs, seed : int

    Returns
    -------
    pandas.DataFrame
        Columns ``decoy``, ``score``, ``natural preferred`` (ties count half), ``low``, ``high`` (95 %, by group).
    """
    usual = np.log(profile(found.train["sequence"], found.train["weight"]))
    said = log_probabilities(model, found.test["sequence"])
    rows = []
    for kind, name in zip(DECOYS, ("any residue", "of a relative"), strict=True):
        some = decoys(found, kind, pairs=pairs, seed=seed)
        groups = found.test["group"].to_numpy()[some.row]
        for score, logs in (("profile", usual[some.column]), ("attention", said[some.row, some.column])):
            place = np.arange(len(some.row))
            odds = logs[place, some.decoy] - logs[place, some.natural]  # log p(mutant) − log p(wild type)
            preferred = (odds < 0) + 0.5 * (odds == 0)
            interval = evaluation.mean_interval(preferred, groups=groups, n=200)
            rows.append((name, score, *interval))
    return pd.DataFrame(rows, columns=["decoy", "score", "natural preferred", "low", "high"])
