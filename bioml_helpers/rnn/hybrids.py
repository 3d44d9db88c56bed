"""Convolution, recurrence, and both: motif pairs at a distance, introns of yeast, and sequences that are disturbed.

"Both" is the pattern of DanQ (Quang & Xie 2016, https://doi.org/10.1093/nar/gkw226): filters find motifs, pooling
shortens the sequence, and a recurrent layer that reads both ways sees how the motifs stand to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from bioml_helpers import data, evaluation
from bioml_helpers.data import simulate, validate
from bioml_helpers.data.encode import DNA
from bioml_helpers.training import count_parameters


def bases(sequences: Sequence[str]) -> torch.Tensor:
    """Return sequences of one length as one-hot, channels last: (batch, length, 4).

    Examples
    --------
    >>> bases(["ACG", "TTT"]).shape
    torch.Size([2, 3, 4])
    """
    return torch.tensor(data.encode.one_hot(list(sequences), channels_first=False))


# ---------------------------------------------------------------- one answer a sequence


class OneConvolution(torch.nn.Module):
    """Filters, and the strongest answer of each over the whole sequence: which motifs, not where."""

    def __init__(self):
        super().__init__()
        self.filters = torch.nn.Conv1d(4, 56, 9, padding=4)
        self.out = torch.nn.Sequential(torch.nn.Linear(56, 40), torch.nn.ReLU(), torch.nn.Linear(40, 1))

    def forward(self, X):
        """Return logits, shape (batch,)."""
        found = functional.relu(self.filters(X.transpose(1, 2)))  # (batch, 56, length)
        return self.out(found.amax(dim=2))[:, 0]


class TwoConvolutions(torch.nn.Module):
    """Filters, pooling by 4, and filters over nine of the pooled places: 44 bases in view."""

    def __init__(self):
        super().__init__()
        self.filters = torch.nn.Conv1d(4, 16, 9, padding=4)
        self.pairs = torch.nn.Conv1d(16, 26, 9, padding=4)
        self.out = torch.nn.Linear(26, 1)

    def forward(self, X):
        """Return logits, shape (batch,)."""
        found = functional.max_pool1d(functional.relu(self.filters(X.transpose(1, 2))), 4)  # (batch, 16, length / 4)
        return self.out(functional.relu(self.pairs(found)).amax(dim=2))[:, 0]


class Recurrent(torch.nn.Module):
    """A bidirectional LSTM over the bases, and the strongest answer of each unit."""

    def __init__(self, hidden_size: int = 20):
        super().__init__()
        self.lstm = torch.nn.LSTM(4, hidden_size, batch_first=True, bidirectional=True)
        self.out = torch.nn.Linear(2 * hidden_size, 1)

    def forward(self, X):
        """Return logits, shape (batch,)."""
        return self.out(self.lstm(X)[0].amax(dim=1))[:, 0]


class ConvolutionThenRecurrent(torch.nn.Module):
    """Filters, pooling by 4, a bidirectional LSTM over the pooled places, and the strongest answer of each unit."""

    def __init__(self):
        super().__init__()
        self.filters = torch.nn.Conv1d(4, 16, 9, padding=4)
        self.lstm = torch.nn.LSTM(16, 15, batch_first=True, bidirectional=True)
        self.out = torch.nn.Linear(30, 1)

    def forward(self, X):
        """Return logits, shape (batch,)."""
        found = functional.max_pool1d(functional.relu(self.filters(X.transpose(1, 2))), 4)  # (batch, 16, length / 4)
        return self.out(self.lstm(found.transpose(1, 2))[0].amax(dim=1))[:, 0]


PAIR_READERS: dict[str, Callable[[], torch.nn.Module]] = {
    "one convolution": OneConvolution,
    "LSTM alone": Recurrent,
    "convolution + LSTM": ConvolutionThenRecurrent,
    "two convolutions": TwoConvolutions,
}


def fit(
    network: torch.nn.Module,
    X: torch.Tensor,
    y,
    *,
    num_epochs: int,
    batch_size: int = 64,
    learning_rate: float = 5e-3,
    seed: int = 0,
) -> torch.nn.Module:
    """Train a network with one logit a sequence on yes-or-no labels; return it."""
    y = torch.tensor(np.asarray(y), dtype=torch.float32)
    optimizer = torch.optim.Adam(network.parameters(), lr=learning_rate)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(num_epochs):
        for rows in torch.randperm(len(X), generator=generator).split(batch_size):
            optimizer.zero_grad()
            functional.binary_cross_entropy_with_logits(network(X[rows]), y[rows]).backward()
            optimizer.step()
    return network.eval()


def seeded(make: Callable[[], torch.nn.Module], seed: int) -> torch.nn.Module:
    """Return ``make()`` with starting weights that `seed` fixes; other random numbers stay as they were."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


@torch.no_grad()
def accuracy(network: torch.nn.Module, sequences: Sequence[str], labels) -> float:
    """Return how often a network with one logit a sequence is right."""
    return float(((network(bases(sequences)) > 0).numpy() == np.asarray(labels, dtype=bool)).mean())


def read_pairs(
    names: Sequence[str] = tuple(PAIR_READERS),
    *,
    n: int = 3000,
    length: int = 60,
    num_epochs: int = 12,
    seeds: Sequence[int] = (0,),
) -> pd.DataFrame:
    """Train readers of about 4,500 parameters to tell the right distance of two motifs, on the same sequences.

    Parameters
    ----------
    names : sequence of str
        Out of `PAIR_READERS`.
    n : int
        Training sequences; 1,000 others are the test.
    length : int
    num_epochs : int
        The same for all.
    seeds : sequence of int
        Of the starting weights.

    Returns
    -------
    pandas.DataFrame
        One row a reader and seed: columns ``model``, ``seed``, ``parameters``, ``accuracy``.
    """
    known, new = simulate.motif_pairs(n, length, seed=0), simulate.motif_pairs(1000, length, seed=1)
    X, rows = bases(known["sequence"]), []
    for name in names:
        make = PAIR_READERS[validate.one_of("names", name, PAIR_READERS)]
        for seed in seeds:
            network = fit(seeded(make, seed), X, known["label"], num_epochs=num_epochs, learning_rate=1e-2, seed=seed)
            score = accuracy(network, new["sequence"], new["label"])
            rows.append((name, seed, count_parameters(network), score))
    return pd.DataFrame(rows, columns=["model", "seed", "parameters", "accuracy"])


# ---------------------------------------------------------------- one answer a base: introns

GENE_LENGTH = 600  # bases from the start codon on; 8 of 10 introns end within 500
STEP = 10  # bases that one recurrent step covers


class IntronReader(torch.nn.Module):
    """Say for each base whether it lies in an intron: filters, then a wider view of pooled places, side by side.

    Parameters
    ----------
    recurrent : bool
        The wider view is a bidirectional GRU over all pooled places; else a second convolution over nine of them.
    seed : int

    Examples
    --------
    >>> IntronReader()(torch.zeros(2, 600, 4)).shape
    torch.Size([2, 600])
    """

    def __init__(self, recurrent: bool = True, *, seed: int = 0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.filters = torch.nn.Conv1d(4, 16, 11, padding=5)
            if recurrent:
                self.wide = torch.nn.GRU(16, 16, batch_first=True, bidirectional=True)
            else:
                self.wide = torch.nn.Conv1d(16, 32, 9, padding=4)
            self.out = torch.nn.Linear(32 + 16, 1)

    def forward(self, X):
        """Return a logit for each base, (batch, length); the length is a multiple of 10."""
        near = functional.relu(self.filters(X.transpose(1, 2)))  # (batch, 16, length)
        pooled = functional.max_pool1d(near, STEP)  # (batch, 16, length / 10)
        if isinstance(self.wide, torch.nn.GRU):
            wide = self.wide(pooled.transpose(1, 2))[0].transpose(1, 2)
        else:
            wide = functional.relu(self.wide(pooled))
        wide = wide.repeat_interleave(STEP, dim=2)  # (batch, 32, length)
        return self.out(torch.cat([wide, near], dim=1).transpose(1, 2))[..., 0]


@dataclass(frozen=True)
class Genes:
    """Genes with introns, cut or padded to one length.

    Attributes
    ----------
    X : torch.Tensor of shape (genes, 600, 4)
    y : numpy.ndarray of bool, shape (genes, 600)
        True in an intron.
    mask : numpy.ndarray of bool, shape (genes, 600)
        True where the gene has a base.
    table : pandas.DataFrame
    card : bioml_helpers.data.Card
    """

    X: torch.Tensor
    y: np.ndarray
    mask: np.ndarray
    table: pd.DataFrame
    card: data.Card

    def split(self, how: str = "grouped", seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return the row numbers of 78 % of the genes to train and 22 % to test.

        Parameters
        ----------
        how : {"random", "grouped"}
            Genes at random; or whole groups of duplicated genes.
        seed : int
        """
        if validate.one_of("how", how, ("random", "grouped")) == "random":
            return data.splits.random_split(len(self.table), (0.78, 0.22), seed=seed)
        groups = self.table["group"].to_numpy()
        train, test = data.splits.grouped_split(groups, (0.78, 0.22), seed=seed)
        data.splits.assert_no_group_overlap(groups[train], groups[test])
        return train, test


def genes(*, quiet: bool = False, length: int = GENE_LENGTH) -> Genes:
    """Return the data set "introns" as numbers: the first 600 bases of each gene."""
    table, card = data.load("introns", quiet=quiet)
    X = np.zeros((len(table), length, 4), dtype=np.float32)
    y, mask = np.zeros((2, len(table), length), dtype=bool)
    for row, (sequence, introns) in enumerate(zip(table["sequence"], table["introns"], strict=True)):
        one = data.encode.one_hot(sequence[:length], DNA, unknown="zeros", channels_first=False)
        X[row, : len(one)], mask[row, : len(one)] = one, True
        for start, end in introns:
            y[row, start : min(end, length)] = True
    return Genes(torch.tensor(X), y, mask, table, card)


def train_intron_reader(
    found: Genes, rows, *, recurrent: bool = True, num_epochs: int = 12, batch_size: int = 32, seed: int = 0
) -> IntronReader:
    """Train on some genes; padding counts for nothing."""
    network = IntronReader(recurrent, seed=seed)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    y, mask = torch.tensor(found.y, dtype=torch.float32), torch.tensor(found.mask)
    rows, generator = torch.tensor(np.asarray(rows)), torch.Generator().manual_seed(seed)
    for _ in range(num_epochs):
        for batch in rows[torch.randperm(len(rows), generator=generator)].split(batch_size):
            optimizer.zero_grad()
            logits, here = network(found.X[batch]), mask[batch]
            functional.binary_cross_entropy_with_logits(logits[here], y[batch][here]).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
    return network.eval()


@torch.no_grad()
def intron_probabilities(network: IntronReader, found: Genes, rows) -> np.ndarray:
    """Return the probability of lying in an intron for each base of some genes, (rows, 600)."""
    return torch.sigmoid(network(found.X[np.asarray(rows)])).double().numpy()


def by_position(found: Genes, train, test) -> np.ndarray:
    """Return for each base of the test genes how often its position lies in a training intron: no letter is read."""
    counted = found.mask[train].sum(axis=0)
    share = (found.y & found.mask)[train].sum(axis=0) / np.maximum(counted, 1)
    return np.tile(share, (len(test), 1))


def label_introns(
    found: Genes, *, hows: Sequence[str] = ("random", "grouped"), seed: int = 0, num_epochs: int = 12
) -> pd.DataFrame:
    """Return the AUROC per base on test genes: position alone, convolution, convolution + GRU, for each kind of split.

    Returns
    -------
    pandas.DataFrame
        Columns ``split``, ``model``, ``AUROC``, ``prevalence``, ``seen`` (share of test genes with a duplicate in
        training), and ``probabilities`` and ``test`` of the run.
    """
    rows = []
    for how in hows:
        train, test = found.split(how, seed)
        here, groups = found.mask[test], found.table["group"].to_numpy()
        seen = float(np.isin(groups[test], groups[train]).mean())
        models = {"position alone": by_position(found, train, test)}
        for name, recurrent in (("convolution", False), ("convolution + GRU", True)):
            network = train_intron_reader(found, train, recurrent=recurrent, num_epochs=num_epochs, seed=seed)
            models[name] = intron_probabilities(network, found, test)
        truth = found.y[test][here].astype(int)
        for name, p in models.items():
            rows.append((how, name, evaluation.auroc(truth, p[here]), truth.mean(), seen, p, test))
    return pd.DataFrame(rows, columns=["split", "model", "AUROC", "prevalence", "seen", "probabilities", "test"])


def halves(found: Genes, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return row numbers to ask what relatives in training are worth: test genes, and two training sets of one size.

    Returns
    -------
    test : numpy.ndarray
        One gene of each pair of duplicates.
    without : numpy.ndarray
        All genes that belong to no pair.
    with_relatives : numpy.ndarray
        The other gene of each pair, and as many of those as make both training sets equally large.
    """
    rng = np.random.default_rng(seed)
    groups = found.table["group"].to_numpy()
    pairs = [np.flatnonzero(groups == group) for group, size in enumerate(np.bincount(groups)) if size == 2]
    pairs = np.array([rng.permutation(pair) for pair in pairs])
    without = np.setdiff1d(np.arange(len(groups)), pairs)
    kept = rng.permutation(without)[: len(without) - len(pairs)]
    return pairs[:, 0], without, np.concatenate([pairs[:, 1], kept])


def worth_of_relatives(found: Genes, *, seed: int = 0, num_epochs: int = 12) -> pd.DataFrame:
    """Return the AUROC of convolution + GRU on the same test genes, trained without and with their duplicates.

    Returns
    -------
    pandas.DataFrame
        Columns ``training``, ``genes``, ``AUROC``.
    """
    test, *trainings = halves(found, seed)
    here = found.mask[test]
    truth, rows = found.y[test][here].astype(int), []
    for name, train in zip(("without relatives", "with relatives"), trainings, strict=True):
        network = train_intron_reader(found, train, num_epochs=num_epochs, seed=seed)
        rows.append((name, len(train), evaluation.auroc(truth, intron_probabilities(network, found, test)[here])))
    return pd.DataFrame(rows, columns=["training", "genes", "AUROC"])


# ---------------------------------------------------------------- robust? a site, and what is done to its sequence

LENGTH = 50


class MLPReader(torch.nn.Module):
    """One weight for each base at each place; of a longer sequence it sees the 50 bases in the middle."""

    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Flatten(), torch.nn.Linear(4 * LENGTH, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1)
        )

    def forward(self, X):
        """Return logits, shape (batch,)."""
        start = (X.shape[1] - LENGTH) // 2
        return self.layers(X[:, start : start + LENGTH])[:, 0]


class CNNReader(torch.nn.Module):
    """Sixteen filters, and the strongest answer of each."""

    def __init__(self):
        super().__init__()
        self.filters = torch.nn.Conv1d(4, 16, 9, padding=4)
        self.out = torch.nn.Linear(16, 1)

    def forward(self, X):
        """Return logits, shape (batch,)."""
        return self.out(functional.relu(self.filters(X.transpose(1, 2))).amax(dim=2))[:, 0]


class RNNReader(torch.nn.Module):
    """A GRU from left to right, and the strongest answer of each unit."""

    def __init__(self, hidden_size: int = 24):
        super().__init__()
        self.gru = torch.nn.GRU(4, hidden_size, batch_first=True)
        self.out = torch.nn.Linear(hidden_size, 1)

    def forward(self, X):
        """Return logits, shape (batch,)."""
        return self.out(self.gru(X)[0].amax(dim=1))[:, 0]


SITE_READERS: dict[str, Callable[[], torch.nn.Module]] = {"MLP": MLPReader, "CNN": CNNReader, "RNN": RNNReader}


def train_site_readers(
    *, n: int = 2000, num_epochs: int = 8, seed: int = 0, names: Sequence[str] = tuple(SITE_READERS)
) -> dict[str, torch.nn.Module]:
    """Train readers on sequences that are aligned on a site, as tables of promoters are."""
    table = simulate.aligned_sites(n, length=LENGTH, seed=0)
    X = bases(table["sequence"])
    return {
        name: fit(
            seeded(SITE_READERS[name], seed), X, table["has_site"], num_epochs=num_epochs, learning_rate=1e-2, seed=seed
        )
        for name in names
    }


def substituted(sequence: str, count: int, rng) -> str:
    """Replace `count` bases at random places by other bases.

    Examples
    --------
    >>> changed = substituted("AAAAAA", 2, np.random.default_rng(0))
    >>> len(changed), changed.count("A")
    (6, 4)
    """
    letters = list(sequence)
    for place in rng.choice(len(letters), count, replace=False):
        letters[place] = DNA[(DNA.index(letters[place]) + rng.integers(1, 4)) % 4]
    return "".join(letters)


def inserted(sequence: str, count: int, rng) -> str:
    """Insert `count` random bases before the middle, and cut the end off: what follows has moved to the right.

    Examples
    --------
    >>> len(inserted("ACGTACGT", 3, np.random.default_rng(0)))
    8
    """
    letters = list(sequence)
    for _ in range(count):
        letters.insert(int(rng.integers(len(sequence) // 3)), DNA[rng.integers(4)])
    return "".join(letters)[: len(sequence)]


def deleted(sequence: str, count: int, rng) -> str:
    """Delete `count` bases before the middle, and fill the end up: what follows has moved to the left.

    Examples
    --------
    >>> len(deleted("ACGTACGTACGT", 3, np.random.default_rng(0)))
    12
    """
    places = set(rng.choice(len(sequence) // 3, count, replace=False).tolist())
    kept = "".join(letter for place, letter in enumerate(sequence) if place not in places)
    return kept + "".join(np.array(list(DNA))[rng.integers(4, size=count)])


def lengthened(sequence: str, count: int, rng) -> str:
    """Add `count` random bases before and behind.

    Examples
    --------
    >>> longer = lengthened("ACGT", 3, np.random.default_rng(0))
    >>> len(longer), longer[3:7]
    (10, 'ACGT')
    """
    left, right = ("".join(np.array(list(DNA))[rng.integers(4, size=count)]) for _ in range(2))
    return left + sequence + right


def turned(sequence: str, count: int, rng) -> str:
    """Return the other strand, if `count` is not 0: the same double helix, read from the other end.

    Examples
    --------
    >>> turned("AACG", 1, None)
    'CGTT'
    """
    return sequence.translate(str.maketrans("ACGT", "TGCA"))[::-1] if count else sequence


DISTURBANCES: dict[str, tuple[Callable, tuple[int, ...], str]] = {
    "substitutions": (substituted, (0, 1, 2, 4, 8, 16), "bases replaced"),
    "insertions": (inserted, (0, 1, 2, 4, 8), "bases inserted"),
    "deletions": (deleted, (0, 1, 2, 4, 8), "bases deleted"),
    "longer input": (lengthened, (0, 10, 25, 50, 100), "bases added on each side"),
    "other strand": (turned, (0, 1), "reverse complement (1)"),
}


def stress(networks: dict[str, torch.nn.Module], *, n: int = 600, seed: int = 7) -> pd.DataFrame:
    """Return the accuracy of trained readers on new sequences, disturbed more and more; the label is that of before.

    Returns
    -------
    pandas.DataFrame
        Columns ``model``, ``disturbance``, ``amount``, ``accuracy``.
    """
    table = simulate.aligned_sites(n, length=LENGTH, seed=1)
    rows = []
    for kind, (change, amounts, _) in DISTURBANCES.items():
        for amount in amounts:
            rng = np.random.default_rng(seed)
            changed = [change(one, amount, rng) for one in table["sequence"]]
            rows += [(name, kind, amount, accuracy(one, changed, table["has_site"])) for name, one in networks.items()]
    return pd.DataFrame(rows, columns=["model", "disturbance", "amount", "accuracy"])


def stress_over_seeds(seeds: Sequence[int] = (0, 1), *, n: int = 2000, num_epochs: int = 8) -> pd.DataFrame:
    """Train the three readers from several starts, and return `stress` of each, with a column ``seed``."""
    tables = [stress(train_site_readers(n=n, num_epochs=num_epochs, seed=seed)).assign(seed=seed) for seed in seeds]
    return pd.concat(tables, ignore_index=True)
