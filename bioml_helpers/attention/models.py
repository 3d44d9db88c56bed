"""What chapter 6 trains: networks that recall a flagged base, and a small transformer that reads signal peptides.

References: Bahdanau, Cho & Bengio 2015, https://doi.org/10.48550/arXiv.1409.0473 (attention on top of a recurrent
network); Vaswani and colleagues 2017, https://doi.org/10.48550/arXiv.1706.03762 (attention alone).
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn import functional

from bioml_helpers import data, evaluation, training
from bioml_helpers.attention.layers import EncoderBlock, scaled_dot_product_attention, sinusoidal_positions
from bioml_helpers.data import encode, simulate, validate

BASES = encode.DNA
N_IN = len(BASES) + 1  # one-hot base, and the flag


# ---------------------------------------------------------------- recall: which base was flagged?

RECURRENT = {"RNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}
RECALLERS = (*RECURRENT, "RNN + attention", "attention")


@dataclass(frozen=True)
class Flagged:
    """Random DNA with flags, as numbers.

    Attributes
    ----------
    X : torch.Tensor of shape (batch, length, 5)
        One-hot base, and 1 in the fifth place where a flag stands.
    y : torch.Tensor of int, shape (batch,)
        The base asked for, as its number in ACGT.
    flag : torch.Tensor of int, shape (batch,)
        Where it stands, counted from 0.
    """

    X: Tensor
    y: Tensor
    flag: Tensor

    def __len__(self) -> int:
        return len(self.X)


def flagged(n: int, distance: int, *, seed: int = 0) -> Flagged:
    """Draw random DNA in which one base, `distance` before the last one, carries a flag; it is asked for at the end.

    Parameters
    ----------
    n : int
        Sequences.
    distance : int
        Steps from the flagged base to the last one; the sequence is 4 longer.
    seed : int

    Examples
    --------
    >>> drawn = flagged(3, 10)
    >>> drawn.X.shape, drawn.flag.tolist()
    (torch.Size([3, 14, 5]), [3, 3, 3])
    """
    table = simulate.flagged_bases(n, length=distance + 4, gap=(distance, distance), seed=seed)
    return _as_numbers(table["sequence"], [table["flag"]])


def two_flags(n: int, *, length: int = 24, seed: int = 0) -> Flagged:
    """Draw random DNA with two flags; asked for is the base under the *first* of them, so order matters.

    Parameters
    ----------
    n, length, seed : int

    Examples
    --------
    >>> drawn = two_flags(3)
    >>> drawn.X[:, :, 4].sum(dim=1)
    tensor([2., 2., 2.])
    """
    table = simulate.flagged_bases(n, length=length, gap=(length // 2, length - 1), seed=seed)
    second = np.random.default_rng(seed).integers(length - length // 2, length, size=n)
    return _as_numbers(table["sequence"], [table["flag"], second])


def _as_numbers(sequences, flags) -> Flagged:
    X = torch.tensor(encode.flagged(sequences, *flags))  # (batch, length, 5)
    asked = torch.tensor(np.asarray(flags[0]))
    return Flagged(X, X[torch.arange(len(X)), asked, :4].argmax(dim=1), asked)


class Recaller(nn.Module):
    """Read a sequence to its end, then report the flagged base: recurrent, with attention on top, or attention alone.

    With attention, the last token asks (its query) and every token may answer (key and value).

    Parameters
    ----------
    kind : {"RNN", "GRU", "LSTM", "RNN + attention", "attention"}
    hidden_size : int
    positions : bool
        Add the sinusoidal position codes to the tokens.
    seed : int
        Fixes the starting weights.

    Attributes
    ----------
    weights : torch.Tensor of shape (batch, length) or None
        Where the last token looked in the last call; None without attention.
    budget : dict
        Steps, batch size, learning rate and seed it was trained with (see `train_recaller`).

    Examples
    --------
    >>> network = Recaller("attention")
    >>> network(torch.zeros(2, 24, 5)).shape, network.weights.shape
    (torch.Size([2, 4]), torch.Size([2, 24]))
    """

    def __init__(self, kind: str, hidden_size: int = 32, *, positions: bool = False, seed: int = 0):
        super().__init__()
        self.kind, self.hidden_size, self.positions = validate.one_of("kind", kind, RECALLERS), hidden_size, positions
        self.weights: Tensor | None = None
        self.budget: dict = {}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            recurrent = RECURRENT.get(kind.removesuffix(" + attention"))
            if recurrent is None:
                self.read = nn.Linear(N_IN, hidden_size)
            else:
                self.read = recurrent(N_IN, hidden_size, batch_first=True)
            if "attention" in kind:
                self.query, self.key, self.value = (nn.Linear(hidden_size, hidden_size) for _ in range(3))
            self.out = nn.Linear(hidden_size, len(BASES))

    def forward(self, X: Tensor) -> Tensor:
        """Return the logits of the four bases, shape (batch, 4)."""
        tokens = self.read(X) if isinstance(self.read, nn.Linear) else self.read(X)[0]  # (batch, length, hidden_size)
        if self.positions:
            tokens = tokens + sinusoidal_positions(X.shape[1], self.hidden_size)
        last = tokens[:, -1:]
        if "attention" not in self.kind:
            return self.out(last[:, 0])
        collected, weights = scaled_dot_product_attention(self.query(last), self.key(tokens), self.value(tokens))
        self.weights = weights[:, 0].detach()
        return self.out(collected[:, 0])


def train_recaller(
    kind: str,
    distance: int | None = 50,
    *,
    steps: int = 400,
    batch_size: int = 64,
    learning_rate: float = 5e-3,
    hidden_size: int = 32,
    positions: bool = False,
    seed: int = 0,
) -> Recaller:
    """Train a network to report the flagged base; each step draws new sequences.

    Parameters
    ----------
    kind : str
        Of `Recaller`.
    distance : int or None
        Steps from the flag to the end; None gives the task with two flags (`two_flags`).
    steps, batch_size, learning_rate, hidden_size, positions, seed
        The budget; it is kept in the network's ``budget``. Adam, gradients clipped to length 1.

    Returns
    -------
    Recaller
    """
    steps = validate.number("steps", steps, low=1, integer=True)
    network = Recaller(kind, hidden_size, positions=positions, seed=seed)
    optimizer = torch.optim.Adam(network.parameters(), lr=learning_rate)
    drawn = _draw(steps * batch_size, distance, seed)
    started = time.process_time()
    for rows in torch.arange(len(drawn)).split(batch_size):
        optimizer.zero_grad()
        functional.cross_entropy(network(drawn.X[rows]), drawn.y[rows]).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1)
        optimizer.step()
    network.budget = {
        "distance": distance,
        "steps": steps,
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "hidden_size": hidden_size,
        "seed": seed,
        "seconds": time.process_time() - started,
    }
    return network.eval()


def _draw(n, distance, seed) -> Flagged:
    return two_flags(n, seed=seed) if distance is None else flagged(n, distance, seed=seed)


@torch.no_grad()
def recall_score(network: Recaller, distance: int | None = 50, *, n: int = 2000, seed: int = 1000):
    """Return how often the right base is reported on new sequences, and the mean weight on the flagged base.

    Parameters
    ----------
    network : Recaller
    distance : int or None
        As in `train_recaller`.
    n, seed : int

    Returns
    -------
    accuracy : float
        A guess scores 0.25.
    weight : float
        NaN without attention.

    Examples
    --------
    >>> accuracy, weight = recall_score(Recaller("RNN"), 5, n=40)
    >>> 0 <= accuracy <= 1, math.isnan(weight)
    (True, True)
    """
    drawn = _draw(n, distance, seed)
    accuracy = (network(drawn.X).argmax(dim=1) == drawn.y).float().mean().item()
    if network.weights is None:
        return accuracy, math.nan
    return accuracy, network.weights[torch.arange(n), drawn.flag].mean().item()


def recall_table(trained: dict[tuple[str, int], Recaller]) -> pd.DataFrame:
    """Return the scores of trained networks on new sequences.

    Parameters
    ----------
    trained : dict of (kind, distance) to Recaller

    Returns
    -------
    pandas.DataFrame
        Columns ``model``, ``distance``, ``accuracy``, ``weight`` (NaN without attention).

    Examples
    --------
    >>> recall_table({("RNN", 5): Recaller("RNN")})[["model", "distance"]].values.tolist()
    [['RNN', 5]]
    """
    rows = [(kind, distance, *recall_score(network, distance)) for (kind, distance), network in trained.items()]
    return pd.DataFrame(rows, columns=["model", "distance", "accuracy", "weight"])


# ---------------------------------------------------------------- what attention costs


def attention_cost(lengths: Sequence[int], *, width: int = 32, heads: int = 4, repeats: int = 3) -> pd.DataFrame:
    """Measure one self-attention layer forward on sequences of growing length.

    Parameters
    ----------
    lengths : sequence of int
    width, heads : int
    repeats : int
        The fastest counts.

    Returns
    -------
    pandas.DataFrame
        Columns ``length``, ``weights`` (numbers in the attention maps), ``seconds``.

    Examples
    --------
    >>> attention_cost([10, 20])["weights"].tolist()
    [400, 1600]
    """
    from bioml_helpers.attention.layers import MultiHeadAttention

    attend, rows = MultiHeadAttention(width, heads, seed=0), []
    with torch.no_grad():
        for length in lengths:
            X = torch.zeros(1, validate.number("lengths", length, low=1, integer=True), width)
            seconds = []
            for _ in range(repeats):
                started = time.process_time()
                _, weights = attend(X)
                seconds.append(time.process_time() - started)
            rows.append((length, weights.numel(), min(seconds)))
    return pd.DataFrame(rows, columns=["length", "weights", "seconds"])


# ---------------------------------------------------------------- signal peptides

LENGTH = 60  # residues that are read
PADDING, UNKNOWN = 0, len(encode.PROTEIN) + 1  # an amino acid is 1 to 20


def tokens(sequences: Sequence[str], length: int = LENGTH) -> Tensor:
    """Return proteins as numbers: 1 to 20 for ACDEFGHIKLMNPQRSTVWY, 21 for any other letter, 0 where nothing is left.

    Parameters
    ----------
    sequences : sequence of str
    length : int
        Residues that are read, from the first one on.

    Returns
    -------
    torch.Tensor of int, shape (batch, length)

    Examples
    --------
    >>> tokens(["MKX", "A"], length=4)
    tensor([[11,  9, 21,  0],
            [ 1,  0,  0,  0]])
    """
    numbers = {letter: number for number, letter in enumerate(encode.PROTEIN, start=1)}
    rows = [[numbers.get(letter, UNKNOWN) for letter in one[:length]] for one in sequences]
    return torch.tensor([row + [PADDING] * (length - len(row)) for row in rows])


@dataclass(frozen=True)
class SignalTask:
    """Proteins, and whether they begin with a signal peptide.

    Attributes
    ----------
    X : torch.Tensor of int, shape (proteins, 60)
    y : numpy.ndarray of int, shape (proteins,)
        1: has a signal peptide.
    fold : numpy.ndarray of int, shape (proteins,)
        1 to 5, as given with the data.
    helix : numpy.ndarray of bool, shape (proteins,)
        No signal peptide, but a membrane helix among the first 90 residues.
    table : pandas.DataFrame
    card : bioml_helpers.data.Card
    """

    X: Tensor
    y: np.ndarray
    fold: np.ndarray
    helix: np.ndarray
    table: pd.DataFrame
    card: data.Card

    def rows(self, test_fold: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the row numbers to train on and to test on, when one fold is held out."""
        validate.one_of("test_fold", test_fold, sorted(set(self.fold.tolist())))
        return np.flatnonzero(self.fold != test_fold), np.flatnonzero(self.fold == test_fold)


def signal_task(*, quiet: bool = False) -> SignalTask:
    """Return the data set "signal_peptides" as numbers."""
    table, card = data.load("signal_peptides", quiet=quiet)
    return SignalTask(
        tokens(table["sequence"]),
        table["has_signal"].to_numpy(int),
        table["fold"].to_numpy(int),
        table["early_membrane_helix"].fillna(False).to_numpy(bool),
        table,
        card,
    )


class SignalReader(nn.Module):
    """A transformer that reads the first residues of a protein and returns one logit: does a signal peptide begin here?

    Residues become vectors, positions are added, encoder blocks let the residues look at each other. At the end every
    residue has a vote, and a last attention says how much each vote counts: logit = Σ weight · vote.

    Parameters
    ----------
    width, heads, hidden_size, blocks : int
    dropout : float
    positions : bool
        Without them a protein is a bag of residues.
    length : int
        Most residues that are read.
    seed : int

    Examples
    --------
    >>> network = SignalReader()
    >>> network(tokens(["MKLLA", "MA"])).shape, training.count_parameters(network)
    (torch.Size([2]), 9314)
    """

    def __init__(
        self,
        width: int = 32,
        heads: int = 4,
        hidden_size: int = 64,
        blocks: int = 1,
        *,
        dropout: float = 0.1,
        positions: bool = True,
        length: int = LENGTH,
        seed: int = 0,
    ):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.embed = nn.Embedding(UNKNOWN + 1, width, padding_idx=PADDING)
            self.blocks = nn.ModuleList(
                EncoderBlock(width, heads, hidden_size, dropout=dropout, norm_first=True) for _ in range(blocks)
            )
            self.look, self.vote = nn.Linear(width, 1), nn.Linear(width, 1)
        code = sinusoidal_positions(length, width) * (0.3 if positions else 0.0)  # quieter than the residues
        self.register_buffer("positions", code, persistent=False)

    def votes(self, X: Tensor) -> tuple[Tensor, Tensor]:
        """Return how much each residue counts, and what it votes: two tensors of shape (batch, length)."""
        present = X != PADDING
        tokens = self.embed(X) + self.positions[: X.shape[1]]  # (batch, length, width)
        for block in self.blocks:
            tokens = block(tokens, present)
        looks = self.look(tokens)[..., 0].masked_fill(~present, -math.inf)
        return torch.softmax(looks, dim=1), self.vote(tokens)[..., 0]

    def forward(self, X: Tensor) -> Tensor:
        """Return the logits, shape (batch,)."""
        weights, votes = self.votes(X)
        return (weights * votes).sum(dim=1)


LEARNING_RATES = {5e-3: 3, 1e-3: 1}  # epochs with each: large steps first, a last epoch with small ones


def train_signal_reader(
    task: SignalTask, rows, *, seed: int = 0, progress: bool = False, **sizes
) -> tuple[SignalReader, list[float]]:
    """Train a `SignalReader` on some proteins of the task: Adam, batches of 64, four epochs.

    Parameters
    ----------
    task : SignalTask
    rows : array_like of int
        Of the proteins to train on.
    seed : int
    progress : bool
    **sizes
        Of the `SignalReader`.

    Returns
    -------
    network : SignalReader
    losses : list of float
        Mean training loss of each epoch.
    """
    network, losses = SignalReader(seed=seed, **sizes), []
    rows = np.asarray(rows)
    for part, (learning_rate, num_epochs) in enumerate(LEARNING_RATES.items()):
        history = training.train(
            network,
            (task.X[rows], torch.tensor(task.y[rows], dtype=torch.float32)),
            loss_fn=nn.BCEWithLogitsLoss(),
            learning_rate=learning_rate,
            num_epochs=num_epochs,
            batch_size=64,
            seed=seed + 100 * part,
            progress=progress,
        )
        losses += list(history.train_loss)
    return network, losses


@torch.no_grad()
def logits_of(network: SignalReader, X: Tensor) -> np.ndarray:
    """Return the logits of many proteins, in parts that fit into memory: shape (proteins,)."""
    return torch.cat([network(part) for part in X.split(512)]).double().numpy()


def composition(X: Tensor) -> np.ndarray:
    """Return the share of each amino acid among the residues that are read: (proteins, 20); no order is left."""
    counts = functional.one_hot(X, UNKNOWN + 1)[..., 1:UNKNOWN].sum(dim=1).numpy()
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def residues(X: Tensor) -> np.ndarray:
    """Return residues as one-hot, every position by itself: (proteins, length · 20)."""
    return functional.one_hot(X, UNKNOWN + 1)[..., 1:UNKNOWN].flatten(1).numpy().astype(np.float32)


def signal_baselines(task: SignalTask, train, test) -> dict[str, np.ndarray]:
    """Return the logits on the test proteins of two logistic regressions: on composition, and on one-hot residues."""
    from sklearn.linear_model import LogisticRegression

    scores = {}
    for name, features, strength in (("composition", composition, 100.0), ("one-hot", residues, 0.1)):
        model = LogisticRegression(C=strength, max_iter=300).fit(features(task.X[train]), task.y[train])
        scores[name] = model.decision_function(features(task.X[test]))
    return scores


def mcc(y, logits) -> float:
    """Return Matthews' correlation coefficient at a logit of 0: 1 all right, 0 no better than chance.

    Examples
    --------
    >>> mcc([0, 0, 1, 1], [-1.0, -2.0, 3.0, 1.0])
    1.0
    """
    positive, alarm = np.asarray(y) == 1, np.asarray(logits) > 0
    if positive.all() or alarm.all() or not positive.any() or not alarm.any():
        return 0.0  # by convention: who always says the same says nothing
    return float(np.corrcoef(positive, alarm)[0, 1])


def signal_scores(task: SignalTask, test, logits: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return AUROC and MCC with 95 % intervals, and false alarms with and without an early membrane helix.

    Parameters
    ----------
    task : SignalTask
    test : array_like of int
        Row numbers.
    logits : dict of str to numpy.ndarray
        Of the test proteins, by model.

    Returns
    -------
    pandas.DataFrame
        One row a model: ``model``, ``AUROC``, ``AUROC low``, ``AUROC high``, ``MCC``, ``MCC low``, ``MCC high``,
        ``false alarms, helix``, ``false alarms, others``.
    """
    y, helix, rows = task.y[test], task.helix[test], []
    for name, said in logits.items():
        auroc = evaluation.bootstrap_interval(evaluation.auroc, y, said, n=200)
        agreement = evaluation.bootstrap_interval(mcc, y, said, n=200)
        alarms = [(said[(y == 0) & (helix == which)] > 0).mean() for which in (True, False)]
        rows.append((name, *auroc, *agreement, *alarms))
    names = ["model", "AUROC", "AUROC low", "AUROC high", "MCC", "MCC low", "MCC high"]
    return pd.DataFrame(rows, columns=[*names, "false alarms, helix", "false alarms, others"])


# ---------------------------------------------------------------- the task of 1988 once more

HALF_WINDOW = 6  # residues to either side, as in 1988


class WindowReader(nn.Module):
    """Name the state of the residue in the middle of 13: a transformer with one block on the inputs of 1988.

    Parameters
    ----------
    width, heads, seed : int

    Examples
    --------
    >>> WindowReader()(tokens(["MKLLALALAAVVG"], 13)).shape
    torch.Size([1, 3])
    """

    def __init__(self, width: int = 32, heads: int = 4, *, seed: int = 0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.embed = nn.Embedding(UNKNOWN + 1, width)  # beyond the end stands 0, a letter like the others
            self.positions = nn.Parameter(0.3 * torch.randn(2 * HALF_WINDOW + 1, width))
            self.block = EncoderBlock(width, heads, 2 * width, dropout=0.1, norm_first=True)
            self.out = nn.Linear(width, 3)

    def forward(self, X: Tensor) -> Tensor:
        """Return the logits of helix, strand and coil, shape (batch, 3)."""
        return self.out(self.block(self.embed(X) + self.positions)[:, HALF_WINDOW])


def windows_1988(chains: pd.DataFrame) -> tuple[Tensor, Tensor]:
    """Return a window of 13 residues around each residue of the chains, and its state: 0 helix, 1 strand, 2 coil.

    Examples
    --------
    >>> X, y = windows_1988(pd.DataFrame({"residues": ["MKL"], "states": ["CHE"]}))
    >>> X[0], y
    (tensor([ 0,  0,  0,  0,  0,  0, 11,  9, 10,  0,  0,  0,  0]), tensor([2, 0, 1]))
    """
    X = [
        functional.pad(tokens([one], len(one))[0], (HALF_WINDOW, HALF_WINDOW)).unfold(0, 2 * HALF_WINDOW + 1, 1)
        for one in chains["residues"]
    ]
    return torch.cat(X), torch.tensor(["HEC".index(state) for one in chains["states"] for state in one])


def experiment_1988(*, seed: int = 0, num_epochs: int = 3, quiet: bool = True) -> float:
    """Train a `WindowReader` on the training chains of 1988, and return the share of test residues it names right (Q3).

    Compare with the networks without and with hidden neurons of chapter 3, on the same inputs.
    """
    chains, _ = data.load("secondary_structure", quiet=quiet)
    fitted, (X, y) = (windows_1988(chains[chains["split"] == split]) for split in ("train", "test"))
    network = WindowReader(seed=seed)
    training.train(
        network,
        fitted,
        loss_fn=nn.CrossEntropyLoss(),
        learning_rate=3e-3,
        num_epochs=num_epochs,
        batch_size=256,
        seed=seed,
        progress=False,
    )
    with torch.no_grad():
        said = torch.cat([network(part) for part in X.split(1024)]).argmax(dim=1)
    return evaluation.q3(y.numpy(), said.numpy())


# ---------------------------------------------------------------- what a trained reader looks at


@dataclass(frozen=True)
class Reading:
    """What a `SignalReader` did with one protein.

    Attributes
    ----------
    letters : str
    probability : float
    maps : numpy.ndarray of shape (blocks, heads, length, length)
        Row i: where residue i looked.
    weights, votes : numpy.ndarray of shape (length,)
        Of the last attention: how much each residue counts, and what it votes.
    without : numpy.ndarray of shape (length,)
        The logit when that residue is hidden (replaced by X), minus the logit.
    """

    letters: str
    probability: float
    maps: np.ndarray
    weights: np.ndarray
    votes: np.ndarray
    without: np.ndarray = field(repr=False)


@torch.no_grad()
def read(network: SignalReader, sequence: str, hidden: Sequence[int] = ()) -> Reading:
    """Let a trained network read one protein, and keep where it looked.

    Parameters
    ----------
    network : SignalReader
    sequence : str
    hidden : sequence of int
        Positions, counted from 0, that are replaced by X before reading.

    Returns
    -------
    Reading

    Examples
    --------
    >>> seen = read(SignalReader(), "MKLLALALAA")
    >>> seen.maps.shape, bool(np.isclose(seen.weights.sum(), 1))
    ((1, 4, 10, 10), True)
    """
    length = min(len(sequence), len(network.positions))
    X = tokens([sequence], length)
    for position in hidden:
        X[0, validate.number("hidden", position, low=0, high=length - 1, integer=True)] = UNKNOWN
    weights, votes = network.votes(X)
    maps = torch.stack([block.weights[0] for block in network.blocks])
    logit = (weights * votes).sum()
    each = X.repeat(length, 1)
    each[torch.arange(length), torch.arange(length)] = UNKNOWN
    letters = "".join((encode.PROTEIN + "X")[number - 1] for number in X[0].tolist())
    return Reading(
        letters,
        torch.sigmoid(logit).item(),
        maps.numpy(),
        weights[0].numpy(),
        votes[0].numpy(),
        (network(each) - logit).numpy(),
    )


def alternative_weights(weights, votes) -> np.ndarray:
    """Return attention weights as different as possible that give the same weighted mean of the votes.

    All weight moves to two residues, one that votes above the mean and one below, chosen so that as little as possible
    lies where it lay before.

    Parameters
    ----------
    weights : array_like of shape (length,)
        They add up to 1.
    votes : array_like of shape (length,)

    Returns
    -------
    numpy.ndarray of shape (length,)

    Examples
    --------
    >>> alternative_weights([0.8, 0.1, 0.1], [1.0, 0.0, 2.0])
    array([0. , 0.5, 0.5])
    """
    weights = validate.array("weights", weights, ndim=1)
    votes = validate.array("votes", votes, ndim=1, length=len(weights))
    mean = weights @ votes
    best, overlap = weights, math.inf
    for high in np.flatnonzero(votes > mean):
        for low in np.flatnonzero(votes < mean):
            share = (mean - votes[low]) / (votes[high] - votes[low])
            kept = min(share, weights[high]) + min(1 - share, weights[low])
            if kept < overlap:
                best, overlap = np.zeros(len(weights)), kept
                best[high], best[low] = share, 1 - share
    return best


def deletion_test(network: SignalReader, sequences: Sequence[str], *, hide: int = 5, seed: int = 0) -> pd.DataFrame:
    """Hide some residues of each protein and see how far the logit falls: chosen by attention, by effect, at random.

    Parameters
    ----------
    network : SignalReader
    sequences : sequence of str
    hide : int
        Residues replaced by X in each protein.
    seed : int
        Of the random choice.

    Returns
    -------
    pandas.DataFrame
        One row a protein: by how much the logit fell when the residues with the most ``attention``, with the largest
        ``effect`` when hidden one by one, or ``random`` ones were hidden.
    """
    rng, rows = np.random.default_rng(seed), []
    for sequence in sequences:
        seen = read(network, sequence)
        count = min(hide, len(seen.letters))
        choices = {
            "attention": np.argsort(-seen.weights)[:count],
            "effect": np.argsort(seen.without)[:count],
            "random": rng.choice(len(seen.letters), count, replace=False),
        }
        X = tokens([sequence], len(seen.letters)).repeat(1 + len(choices), 1)  # whole, and once a choice
        for row, chosen in enumerate(choices.values(), start=1):
            X[row, torch.as_tensor(chosen)] = UNKNOWN
        with torch.no_grad():
            logits = network(X)
        rows.append(dict(zip(choices, (logits[0] - logits[1:]).tolist(), strict=True)))
    return pd.DataFrame(rows)
