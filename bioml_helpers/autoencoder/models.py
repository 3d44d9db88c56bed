"""What chapter 8 trains: small autoencoders of five residues, and a variational one of a protein family.

References: Hawkins-Hooker and colleagues 2021, https://doi.org/10.1371/journal.pcbi.1008736 (a variational autoencoder
of an alignment whose samples were made and worked); Kingma & Welling 2014, https://doi.org/10.48550/arXiv.1312.6114.
"""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import BatchSampler, DataLoader, TensorDataset, WeightedRandomSampler

from bioml_helpers import data, evaluation, training
from bioml_helpers.autoencoder.layers import VAE, Autoencoder
from bioml_helpers.data import encode, simulate, splits, validate
from bioml_helpers.data.encode import PROTEIN
from bioml_helpers.data.families import ALIGNED, GAP
from bioml_helpers.evaluation import intervals

# ---------------------------------------------------------------- sequences in and out


def flat_one_hot(sequences: Sequence[str], alphabet: str = PROTEIN) -> Tensor:
    """Return sequences of one length as one row each: position after position, one number a letter.

    Parameters
    ----------
    sequences : sequence of str
    alphabet : str

    Returns
    -------
    torch.Tensor of shape (n, length · letters)

    Examples
    --------
    >>> flat_one_hot(["AC"], "ACD")
    tensor([[1., 0., 0., 0., 1., 0.]])
    """
    return torch.tensor(encode.one_hot(list(sequences), alphabet, channels_first=False)).flatten(1)


def spell(logits: Tensor, alphabet: str = PROTEIN) -> list[str]:
    """Return the most probable letter of each position as text, (n, length · letters) → n sequences.

    Examples
    --------
    >>> spell(flat_one_hot(["ACDA"], "ACD"), "ACD")
    ['ACDA']
    """
    best = logits.detach().unflatten(1, (-1, len(alphabet))).argmax(dim=2)  # (n, length)
    return ["".join(alphabet[letter] for letter in row) for row in best.tolist()]


def rebuild(model: Autoencoder, sequences: Sequence[str], alphabet: str = PROTEIN) -> list[str]:
    """Send sequences through a model and return what comes out.

    Examples
    --------
    >>> rebuild(Autoencoder((100, 2), loss="residues", seed=0), ["MKVLA"])[0] != "MKVLA"
    True
    """
    model.eval()
    with torch.no_grad():
        return spell(model(flat_one_hot(sequences, alphabet)), alphabet)


def right_residues(sequences: Sequence[str], others: Sequence[str]) -> np.ndarray:
    """Return where two lists of sequences agree, as bool of shape (n, length).

    Examples
    --------
    >>> right_residues(["MKV"], ["MAV"]).tolist()
    [[True, False, True]]
    """
    first, second = (np.array([list(one) for one in texts]) for texts in (sequences, others))
    return first == second


# ---------------------------------------------------------------- five residues


@dataclass(frozen=True)
class Pentamers:
    """Sequences of five residues, split into training and held-out ones.

    Attributes
    ----------
    train, test : pandas.DataFrame
        Columns ``sequence`` and ``family``.
    split : str
        "row" or "sequence".
    """

    train: pd.DataFrame
    test: pd.DataFrame
    split: str

    @property
    def copies(self) -> float:
        """Share of held-out rows whose very sequence is among the training rows too."""
        return float(self.test["sequence"].isin(set(self.train["sequence"])).mean())

    @property
    def X(self) -> Tensor:
        """Training sequences, (n, 100)."""
        return flat_one_hot(self.train["sequence"])


def pentamers(*, families: int = 12, split: str = "row", seed: int = 0) -> Pentamers:
    """Draw 4,000 sequences of five residues and hold out one in eight.

    Parameters
    ----------
    families : int
        12, or 0 for residues drawn at random.
    split : {"row", "sequence"}
        Hold out rows, or all rows of one in eight different *sequences*.
    seed : int

    Examples
    --------
    >>> task = pentamers()
    >>> len(task.train), len(task.test), round(task.copies, 2)
    (3500, 500, 0.94)
    >>> pentamers(split="sequence").copies
    0.0
    """
    table = simulate.pentamers(families=families, seed=seed)
    if validate.one_of("split", split, ("row", "sequence")) == "row":
        parts = np.arange(3500), np.arange(3500, len(table))
    else:
        parts = splits.grouped_split(table["sequence"], (0.875, 0.125), seed=seed)
    return Pentamers(*(table.iloc[rows].reset_index(drop=True) for rows in parts), split)


def commonest(task: Pentamers) -> float:
    """Return the share of held-out residues named by always saying the commonest residue of each position.

    Examples
    --------
    >>> 0.1 < commonest(pentamers()) < 0.2
    True
    """
    columns = np.array([list(one) for one in task.train["sequence"]]).T
    said = "".join(max(sorted(set(column)), key=list(column).count) for column in columns.tolist())
    return float(right_residues(task.test["sequence"], [said] * len(task.test)).mean())


def train_side_by_side(
    X: Tensor,
    latents: Sequence[int],
    *,
    seeds: Sequence[int] = (0,),
    hidden_size: int = 64,
    num_epochs: int = 30,
    batch_size: int = 128,
    learning_rate: float = 6e-3,
) -> dict[tuple[int, int], Autoencoder]:
    """Train one autoencoder of residues for each latent size and seed, all at once.

    The small matrices of all models lie on top of each other, so that one product serves them all; each model gets the
    result that it would get alone. Smaller latent vectors are filled up with zeros, which stay zero: what they are
    multiplied by gets no gradient.

    Parameters
    ----------
    X : torch.Tensor of shape (n, length · 20)
        One-hot.
    latents : sequence of int
        Sizes of the latent vector.
    seeds : sequence of int
        Of the starting weights.
    hidden_size, num_epochs, batch_size, learning_rate

    Returns
    -------
    dict of (latent, seed) to Autoencoder
        In ``eval()`` mode.

    Examples
    --------
    >>> X = flat_one_hot(["MKVLA", "GGWLA"])
    >>> models = train_side_by_side(X, [1, 3], num_epochs=1)
    >>> models[3, 0].encode(X).shape
    torch.Size([2, 3])
    """
    made = {
        (d, seed): Autoencoder((X.shape[1], hidden_size, d), loss="residues", seed=seed)
        for d in latents
        for seed in seeds
    }
    widest = max(latents)
    stacked = [torch.stack([_filled(one, at, widest) for one in made.values()]) for at in range(8)]
    for part in stacked:
        part.requires_grad_()
    optimizer = torch.optim.Adam(stacked, lr=learning_rate)
    target = X.unflatten(1, (-1, len(PROTEIN))).argmax(dim=2)  # (n, length)
    shuffle = torch.Generator().manual_seed(0)
    for _ in range(num_epochs):
        for rows in torch.randperm(len(X), generator=shuffle).split(batch_size):
            logits = _all_forward(stacked, X[rows])  # (models, batch, length · 20)
            told = target[rows].flatten().repeat(len(made))
            loss = functional.cross_entropy(logits.reshape(-1, len(PROTEIN)), told) * len(made)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        for number, model in enumerate(made.values()):
            for parameter, part in zip(model.parameters(), stacked, strict=True):
                parameter.copy_(part[number][tuple(slice(size) for size in parameter.shape)])
    return {key: model.eval() for key, model in made.items()}


def _filled(model, at, widest) -> Tensor:
    """Parameter number `at`, with zeros where a wider latent vector would have more."""
    part = list(model.parameters())[at].detach()
    latent_axis = {2: 0, 3: 0, 4: 1}.get(at)  # the encoder's last layer gives the latent, the decoder's first takes it
    if latent_axis is None:
        return part
    pad = [0, 0] * (part.ndim - 1 - latent_axis) + [0, widest - part.shape[latent_axis]]
    return functional.pad(part, pad)


def _all_forward(stacked, X) -> Tensor:
    W1, b1, W2, b2, W3, b3, W4, b4 = (part if part.ndim == 3 else part[:, None] for part in stacked)
    h = torch.relu(torch.einsum("bi,mhi->mbh", X, W1) + b1)
    z = torch.baddbmm(b2, h, W2.mT)  # (models, batch, latent)
    h = torch.relu(torch.baddbmm(b3, z, W3.mT))
    return torch.baddbmm(b4, h, W4.mT)


def bottleneck_curve(task: Pentamers, models: dict[tuple[int, int], Autoencoder]) -> pd.DataFrame:
    """Return how many held-out residues each model gives back.

    Parameters
    ----------
    task : Pentamers
    models : dict of (latent, seed) to Autoencoder

    Returns
    -------
    pandas.DataFrame
        Columns ``d``, ``seed``, ``accuracy`` (share of residues), ``p1`` to ``p5`` (by position), ``four`` (share of
        sequences with exactly four right).
    """
    sequences, rows = task.test["sequence"].tolist(), []
    for (d, seed), model in models.items():
        right = right_residues(sequences, rebuild(model, sequences))
        four = float((right.sum(axis=1) == 4).mean())
        rows.append((d, seed, right.mean(), *right.mean(axis=0), four))
    return pd.DataFrame(rows, columns=["d", "seed", "accuracy", *(f"p{i}" for i in range(1, 6)), "four"])


def numbers_needed(curve: pd.DataFrame, accuracy: float = 0.95) -> int | None:
    """Return the smallest latent size in a table that reaches an accuracy; None if none does.

    Examples
    --------
    >>> numbers_needed(pd.DataFrame({"d": [2, 4, 8], "accuracy": [0.5, 0.96, 0.99]}))
    4
    """
    mean = curve.groupby("d")["accuracy"].mean()
    enough = mean.index[mean >= accuracy]
    return int(enough.min()) if len(enough) else None


def train_autoencoder(
    X: Tensor,
    model: nn.Module,
    *,
    num_epochs: int = 30,
    batch_size: int = 128,
    learning_rate: float = 6e-3,
    seed: int = 0,
    progress: bool = False,
) -> training.History:
    """Train a model to give back what it gets, with the course's own loop; parameters that are frozen stay.

    Parameters
    ----------
    X : torch.Tensor of shape (n, inputs)
    model : Autoencoder
        Or one of its kinds; trained in place.
    num_epochs, batch_size, learning_rate, seed, progress

    Returns
    -------
    bioml_helpers.training.History

    Examples
    --------
    >>> X = flat_one_hot(["MKVLA", "GGWLA"] * 4)
    >>> history = train_autoencoder(X, Autoencoder((100, 2), loss="residues", seed=0), num_epochs=2)
    >>> history.train_loss[1] < history.train_loss[0]
    True
    """
    free = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return training.train(
        model,
        (X, X),
        loss_fn=model.loss,
        optimizer=torch.optim.Adam(free, lr=learning_rate),
        num_epochs=num_epochs,
        batch_size=batch_size,
        seed=seed,
        progress=progress,
    )


HALVES = ("both halves", "decoder only", "encoder only")


def train_halves(task: Pentamers, latent: int = 2, *, num_epochs: int = 15, seed: int = 0) -> pd.DataFrame:
    """Train encoder and decoder together, and each alone while the other keeps its random starting weights.

    Parameters
    ----------
    task : Pentamers
    latent, num_epochs, seed : int

    Returns
    -------
    pandas.DataFrame
        Columns ``trained``, ``accuracy`` (held-out residues), ``encoder moved`` and ``decoder moved`` (whether its
        weights changed).
    """
    rows = []
    for trained in HALVES:
        model = Autoencoder((100, 64, latent), loss="residues", seed=seed)
        frozen = {"both halves": [], "decoder only": [model.encoder], "encoder only": [model.decoder]}[trained]
        for half in frozen:
            half.requires_grad_(False)
        before = [half[0].weight.detach().clone() for half in (model.encoder, model.decoder)]
        train_autoencoder(task.X, model, num_epochs=num_epochs, seed=seed)
        moved = [
            not torch.equal(was, half[0].weight)
            for was, half in zip(before, (model.encoder, model.decoder), strict=True)
        ]
        sequences = task.test["sequence"].tolist()
        rows.append((trained, right_residues(sequences, rebuild(model, sequences)).mean(), *moved))
    return pd.DataFrame(rows, columns=["trained", "accuracy", "encoder moved", "decoder moved"])


# ---------------------------------------------------------------- compressors


def bytes_a_sequence(sequences: Sequence[str]) -> dict[str, float]:
    """Return what sequences cost, in bytes each: as letters, with every residue equally likely, and compressed.

    Parameters
    ----------
    sequences : sequence of str
        Of one length.

    Returns
    -------
    dict of str to float
        ``"letters"``, ``"5 of 20 letters"`` (length · log₂ 20 bits), ``"gzip"`` and ``"xz"`` (of all sequences
        together, divided by their number).

    Examples
    --------
    >>> cost = bytes_a_sequence(["MKVLA"] * 1000)
    >>> cost["letters"], round(float(cost["5 of 20 letters"]), 2), cost["gzip"] < 0.1
    (5.0, 2.7, True)
    """
    text = "".join(sequences).encode()
    n = len(sequences)
    return {
        "letters": len(text) / n,
        f"{len(sequences[0])} of 20 letters": len(text) * np.log2(len(PROTEIN)) / 8 / n,
        "gzip": len(gzip.compress(text, 9, mtime=0)) / n,
        "xz": len(lzma.compress(text, preset=9)) / n,
    }


def accuracy_at(model: Autoencoder, sequences: Sequence[str], bits: int) -> float:
    """Return the share of right residues when each latent number is kept with a few bits only.

    Each number is rounded to one of 2^bits steps between the smallest and the largest value seen.

    Parameters
    ----------
    model : Autoencoder
    sequences : sequence of str
    bits : int
        1 to 16, a latent number.

    Examples
    --------
    >>> 0 <= accuracy_at(Autoencoder((100, 2), loss="residues", seed=0), ["MKVLA", "GGGGG"], 8) <= 1
    True
    """
    steps = 2 ** validate.number("bits", bits, low=1, high=16, integer=True) - 1
    with torch.no_grad():
        z = model.encode(flat_one_hot(sequences))
        low, high = z.min(dim=0).values, z.max(dim=0).values
        step = (high - low).clamp(min=1e-9) / steps
        rounded = ((z - low) / step).round() * step + low
        return float(right_residues(sequences, spell(model.decode(rounded))).mean())


# ---------------------------------------------------------------- mending


def hide_one(sequences: Sequence[str], position: int, alphabet: str = PROTEIN) -> Tensor:
    """Return sequences as one-hot with all zeros at one position (counted from 1).

    Examples
    --------
    >>> hide_one(["AC"], 2, "AC")
    tensor([[1., 0., 0., 0.]])
    """
    X = flat_one_hot(sequences, alphabet).unflatten(1, (-1, len(alphabet)))
    X[:, validate.number("position", position, low=1, high=X.shape[1], integer=True) - 1] = 0
    return X.flatten(1)


def mended(model: Autoencoder, sequences: Sequence[str], alphabet: str = PROTEIN) -> np.ndarray:
    """Return, for each position, how often a model names the residue that was hidden there.

    Parameters
    ----------
    model : Autoencoder
    sequences : sequence of str
    alphabet : str

    Returns
    -------
    numpy.ndarray of shape (length,)

    Examples
    --------
    >>> mended(Autoencoder((100, 2), loss="residues", seed=0), ["MKVLA"]).shape
    (5,)
    """
    model.eval()
    found = []
    for position in range(1, len(sequences[0]) + 1):
        with torch.no_grad():
            said = spell(model(hide_one(sequences, position, alphabet)), alphabet)
        found.append(right_residues(sequences, said)[:, position - 1].mean())
    return np.array(found)


# ---------------------------------------------------------------- the latent space: structure and its price


def belongs(sequences: Sequence[str], task: Pentamers) -> np.ndarray:
    """Return for each sequence whether all its conserved positions are those of one family, as bool.

    Examples
    --------
    >>> task = pentamers()
    >>> bool(belongs([task.train["sequence"].mode()[0]], task)[0])
    True
    """
    conserved = task.train["sequence"].str[:2] + task.train["sequence"].str[3:]
    own = {rows.mode()[0] for _, rows in conserved.groupby(task.train["family"])}
    return np.array([one[:2] + one[3:] in own for one in sequences])


def latent_of(model: Autoencoder, sequences: Sequence[str], alphabet: str = PROTEIN) -> np.ndarray:
    """Return the latent vectors (of a variational one: the middles of the clouds), (n, d).

    Examples
    --------
    >>> latent_of(VAE((100, 2), loss="residues", seed=0), ["MKVLA"]).shape
    (1, 2)
    """
    model.eval()
    with torch.no_grad():
        z = model.encode(flat_one_hot(sequences, alphabet))
    return (z[0] if isinstance(model, VAE) else z).numpy()


def probe(known: np.ndarray, labels: Sequence, asked: np.ndarray, truth: Sequence, *, neighbours: int = 0) -> float:
    """Return how often a simple reader names the right label from latent vectors.

    Parameters
    ----------
    known : numpy.ndarray of shape (n, d)
        Vectors whose labels the reader sees.
    labels : sequence
        n of them.
    asked : numpy.ndarray of shape (m, d)
    truth : sequence
        m labels.
    neighbours : int
        0: a linear reader (logistic regression on standardised numbers); else that many nearest neighbours.

    Examples
    --------
    >>> z = np.array([[0.0], [0.1], [1.0], [1.1]])
    >>> probe(z, [0, 0, 1, 1], z, [0, 0, 1, 1])
    1.0
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    reader = (
        KNeighborsClassifier(neighbours)
        if neighbours
        else make_pipeline(StandardScaler(), LogisticRegression(C=10, max_iter=2000))
    )
    return float(reader.fit(known, labels).score(asked, truth))


def weigh(
    task: Pentamers, betas: Sequence[float], *, latent: int = 2, num_epochs: int = 15, seed: int = 0
) -> tuple[pd.DataFrame, dict[float, VAE]]:
    """Train variational autoencoders with growing weight of the KL term and measure what it buys and costs.

    Parameters
    ----------
    task : Pentamers
    betas : sequence of float
    latent, num_epochs, seed : int

    Returns
    -------
    table : pandas.DataFrame
        Columns ``beta``, ``accuracy`` (held-out residues), ``kl`` (nats a sequence), ``probe`` (families named by a
        linear reader of the latent vector), ``sampled`` (share of 1,000 sequences decoded from standard normal points
        that belong to a family).
    models : dict of float to VAE
    """
    rows, models = [], {}
    sequences = task.test["sequence"].tolist()
    for beta in betas:
        model = VAE((100, 64, latent), loss="residues", beta=beta, seed=seed)
        train_autoencoder(task.X, model, num_epochs=num_epochs, seed=seed)
        said = rebuild(model, sequences)
        kl = float(model.kl.mean())
        z, z_test = latent_of(model, task.train["sequence"]), latent_of(model, sequences)
        named = probe(z, task.train["family"], z_test, task.test["family"])
        sampled = belongs(spell(model.sample(1000, seed=1)), task).mean()
        rows.append((beta, right_residues(sequences, said).mean(), kl, named, sampled))
        models[beta] = model
    return pd.DataFrame(rows, columns=["beta", "accuracy", "kl", "probe", "sampled"]), models


# ---------------------------------------------------------------- a protein family


@dataclass(frozen=True)
class Family:
    """An aligned protein family without its copies, split by similarity group.

    Attributes
    ----------
    train, test : pandas.DataFrame
        Columns ``name``, ``sequence`` (aligned; ``-`` is a gap), ``group``, ``weight``; no group is in both.
    card : bioml_helpers.data.Card
    """

    train: pd.DataFrame
    test: pd.DataFrame
    card: data.Card

    alphabet = ALIGNED  # 20 amino acids and the gap

    def encode(self, sequences: Sequence[str]) -> np.ndarray:
        """Return aligned sequences as one-hot, (n, columns · 21)."""
        return flat_one_hot(sequences, self.alphabet).numpy()

    @property
    def length(self) -> int:
        """Columns of the alignment."""
        return len(self.train["sequence"].iloc[0])

    @cached_property
    def natural(self) -> frozenset[str]:
        """All sequences of the family, held-out ones too, without gaps."""
        return frozenset(one.replace(GAP, "") for part in (self.train, self.test) for one in part["sequence"])

    @cached_property
    def _letters(self) -> np.ndarray:
        return np.array([list(one) for one in self.train["sequence"]])

    @property
    def consensus(self) -> str:
        """The commonest residue of each column of the training sequences, near copies counted by weight."""
        return consensus(self.train)

    def conserved(self, letter: str = "C", share: float = 0.8) -> list[int]:
        """Columns, counted from 0, in which at least that share of training sequences has the letter."""
        has = self._letters == letter
        frequency = np.average(has, axis=0, weights=self.train["weight"])
        return np.flatnonzero(frequency >= share).tolist()


def consensus(table: pd.DataFrame) -> str:
    """Return the commonest residue of each column, weighted; gaps do not count.

    Examples
    --------
    >>> consensus(pd.DataFrame({"sequence": ["AC", "AD", "-D"], "weight": [1.0, 0.2, 0.5]}))
    'AC'
    """
    numbers = encode.integers(table["sequence"].tolist(), ALIGNED)
    counts = [np.bincount(column, table["weight"], minlength=len(ALIGNED))[: len(PROTEIN)] for column in numbers.T]
    return "".join(PROTEIN[int(column.argmax())] for column in counts)


def family(name: str = "kunitz", *, held_out: float = 0.15, seed: int = 0, quiet: bool = False) -> Family:
    """Return an aligned family: each different sequence once, whole similarity groups held out.

    Parameters
    ----------
    name : str
        A data set with the columns ``name``, ``sequence``, ``group`` and ``weight``.
    held_out : float
        Share of sequences.
    seed : int
    quiet : bool

    Examples
    --------
    >>> kunitz = family(quiet=True)
    >>> len(set(kunitz.train["group"]) & set(kunitz.test["group"]))
    0
    """
    table, card = data.load(name, quiet=quiet)
    columns = {"name": ("name", "first"), "group": ("group", "first"), "weight": ("weight", "sum")}
    alone = table.groupby("sequence", sort=False).agg(**columns).reset_index()
    alone = alone[["name", "sequence", "group", "weight"]]
    parts = splits.grouped_split(alone["group"], (1 - held_out, held_out), seed=seed)
    return Family(*(alone.iloc[rows].reset_index(drop=True) for rows in parts), card)


def family_vae(
    known: pd.DataFrame,
    *,
    latent: int = 8,
    hidden_size: int = 64,
    beta: float = 1.0,
    stages: Sequence[tuple[float, int]] = ((3e-3, 10), (6e-4, 3)),
    batch_size: int = 64,
    seed: int = 0,
    progress: bool = False,
) -> VAE:
    """Train a variational autoencoder of an alignment; near copies are drawn less often, by their weight.

    Parameters
    ----------
    known : pandas.DataFrame
        Columns ``sequence`` and ``weight``.
    latent, hidden_size, beta
    stages : sequence of (learning rate, epochs)
        One after the other.
    batch_size, seed, progress

    Returns
    -------
    VAE
        In ``eval()`` mode; its ``history`` holds the losses, in nats a sequence.

    Examples
    --------
    >>> known = pd.DataFrame({"sequence": ["AC-", "ACD"] * 8, "weight": 1.0})
    >>> model = family_vae(known, latent=2, hidden_size=4, stages=[(1e-3, 1)])
    >>> model.sizes
    (63, 4, 2)
    """
    X = flat_one_hot(known["sequence"], ALIGNED)
    model = VAE((X.shape[1], hidden_size, latent), loss="residues", letters=len(ALIGNED), beta=beta, seed=seed)
    weights = torch.tensor(known["weight"].to_numpy(), dtype=torch.double)
    drawn = WeightedRandomSampler(weights, len(X), generator=torch.Generator().manual_seed(seed))
    loader = DataLoader(TensorDataset(X, X), sampler=BatchSampler(drawn, batch_size, drop_last=False), batch_size=None)
    losses: list[float] = []
    for learning_rate, num_epochs in stages:
        history = training.train(
            model, loader, loss_fn=model.loss, learning_rate=learning_rate, num_epochs=num_epochs, seed=seed,
            progress=progress,
        )  # fmt: skip
        losses += history.train_loss
    model.history = losses
    return model


def recovery(said: Sequence[str], sequences: Sequence[str]) -> float:
    """Return the share of residues that were given back; columns where the sequence has a gap are not asked.

    Examples
    --------
    >>> recovery(["ACD"], ["AD-"])
    0.5
    """
    right = right_residues(said, sequences)
    asked = np.array([list(one) for one in sequences]) != GAP
    return float(right[asked].mean())


def rebuilt(model: Autoencoder, sequences: Sequence[str]) -> list[str]:
    """Send aligned sequences through a model; each column gives its most probable amino acid (never a gap).

    Examples
    --------
    >>> rebuilt(VAE((63, 2), loss="residues", letters=21, seed=0), ["AC-"])[0].count("-")
    0
    """
    model.eval()
    with torch.no_grad():
        logits = model(flat_one_hot(sequences, ALIGNED)).unflatten(1, (-1, len(ALIGNED)))
    return spell(logits[:, :, : len(PROTEIN)].flatten(1))


# ---------------------------------------------------------------- how related two sequences are


def identities(sequences: Sequence[str], others: Sequence[str]) -> np.ndarray:
    """Return the sequence identity of each of n aligned sequences with each of m others, (n, m).

    As `sequence_identity` counts it: a gap against a residue differs, a gap against a gap is left out.

    Examples
    --------
    >>> identities(["MK-LA"], ["MK-L-", "MKVLA"])
    array([[0.75, 0.8 ]])
    """
    first, second = (encode.integers(list(texts), ALIGNED).astype(np.int8) for texts in (sequences, others))
    gap = ALIGNED.index(GAP)
    found = np.empty((len(first), len(second)))
    for row, one in enumerate(first):
        same, empty = second == one, (second == gap) & (one == gap)
        found[row] = (same & ~empty).sum(axis=1) / np.maximum((~empty).sum(axis=1), 1)
    return found


def relatedness(
    places: dict[str, np.ndarray], sequences: Sequence[str], *, n: int = 120, draws: int = 200, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare distances between vectors with the identity of the sequences they stand for.

    All pairs among n sequences drawn at random are used. Pairs share sequences, so the bootstrap draws sequences, and
    takes the pairs among those drawn.

    Parameters
    ----------
    places : dict of str to numpy.ndarray of shape (rows, d)
        Vectors of the sequences, by kind.
    sequences : sequence of str
        Aligned.
    n, draws, seed : int

    Returns
    -------
    table : pandas.DataFrame
        Columns ``kind``, ``spearman`` (of distance and identity), ``low``, ``high`` (95 %).
    pairs : pandas.DataFrame
        Columns ``identity`` and one of distances a kind.
    """
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(sequences), min(n, len(sequences)), replace=False)
    chosen = [list(sequences)[row] for row in rows]
    alike = identities(chosen, chosen)
    upper = np.triu_indices(len(rows), 1)
    pairs, table = {"identity": alike[upper]}, []
    again = [np.sort(rng.integers(len(rows), size=len(rows))) for _ in range(draws)]
    for kind, vectors in places.items():
        here = np.asarray(vectors, dtype=float)[rows]
        apart = np.linalg.norm(here[:, None] - here[None], axis=2)
        pairs[kind] = apart[upper]
        drawn = [evaluation.spearman(*_pairs_of(one, alike, apart)) for one in again]
        low, high = np.quantile(drawn, [0.025, 0.975])
        table.append((kind, evaluation.spearman(alike[upper], apart[upper]), low, high))
    return pd.DataFrame(table, columns=["kind", "spearman", "low", "high"]), pd.DataFrame(pairs)


def _pairs_of(rows, alike, apart):
    """Values of all pairs of different sequences among rows drawn with replacement."""
    i, j = np.triu_indices(len(rows), 1)
    i, j = rows[i], rows[j]
    return alike[i[i != j], j[i != j]], apart[i[i != j], j[i != j]]


def neighbours_agree(places: dict[str, np.ndarray], groups: Sequence) -> pd.DataFrame:
    """Return how often the nearest neighbour of a vector is of its own group, where the group has another member.

    Parameters
    ----------
    places : dict of str to numpy.ndarray of shape (rows, d)
    groups : sequence

    Returns
    -------
    pandas.DataFrame
        Columns ``kind``, ``agree``, ``low``, ``high`` (95 %, groups drawn anew) and ``chance``.

    Examples
    --------
    >>> found = neighbours_agree({"line": np.array([[0.0], [0.1], [5.0], [5.1]])}, ["a", "a", "b", "b"])
    >>> found["agree"].item(), round(found["chance"].item(), 2)
    (1.0, 0.33)
    """
    groups = np.asarray(groups)
    sizes = pd.Series(groups).map(pd.Series(groups).value_counts()).to_numpy()
    asked = sizes > 1
    chance = ((sizes - 1) / (len(groups) - 1))[asked].mean()
    rows = []
    for kind, vectors in places.items():
        squares = (np.asarray(vectors, dtype=float) ** 2).sum(axis=1)
        apart = squares[:, None] + squares[None] - 2 * np.asarray(vectors) @ np.asarray(vectors).T
        np.fill_diagonal(apart, np.inf)
        agree = (groups[apart.argmin(axis=1)] == groups)[asked]
        found = intervals.mean_interval(agree, groups=groups[asked], n=300)
        rows.append((kind, *found, chance))
    return pd.DataFrame(rows, columns=["kind", "agree", "low", "high", "chance"])


# ---------------------------------------------------------------- new sequences


@torch.no_grad()
def generate(model: VAE, n: int, *, seed: int = 0, draw: bool = True) -> list[str]:
    """Decode n points of the standard normal distribution into aligned sequences.

    Parameters
    ----------
    model : VAE
        Of an alignment.
    n, seed : int
    draw : bool
        Draw each column from the probabilities that the decoder gives it; False takes the most probable letter.

    Examples
    --------
    >>> model = VAE((63, 2), loss="residues", letters=21, seed=0)
    >>> [len(one) for one in generate(model, 2)]
    [3, 3]
    """
    logits = model.sample(n, seed=seed).unflatten(1, (-1, len(ALIGNED)))  # (n, columns, 21)
    if draw:
        chances = torch.softmax(logits, dim=2).flatten(0, 1)
        letters = torch.multinomial(chances, 1, generator=torch.Generator().manual_seed(seed)).view(n, -1)
    else:
        letters = logits.argmax(dim=2)
    return ["".join(ALIGNED[letter] for letter in row) for row in letters.tolist()]


def from_profile(known: pd.DataFrame, n: int, *, seed: int = 0) -> list[str]:
    """Draw n sequences whose columns do not know of each other: each letter as often as the family has it there.

    Examples
    --------
    >>> from_profile(pd.DataFrame({"sequence": ["AC", "AC"], "weight": 1.0}), 2)
    ['AC', 'AC']
    """
    rng = np.random.default_rng(seed)
    numbers = encode.integers(known["sequence"].tolist(), ALIGNED)
    columns = []
    for column in numbers.T:
        counts = np.bincount(column, known["weight"], minlength=len(ALIGNED))
        columns.append(rng.choice(len(ALIGNED), size=n, p=counts / counts.sum()))
    return ["".join(ALIGNED[letter] for letter in row) for row in np.stack(columns, axis=1)]


NEAR, FAR = 0.9, 0.6  # identity with the nearest known sequence that is wanted at most, and at least


def order_list(sequences: Sequence[str], known: Family, *, length: tuple[int, int] | None = None):
    """Filter new sequences of a family until a list is left that a laboratory could order.

    Filters, one after the other: a usual length; the letter that the family keeps at its conserved cysteine columns; no
    known sequence, held-out ones included; no copy; neither a near copy of a training sequence (more than 90 %
    identical) nor far from all of them (less than 60 %).

    Parameters
    ----------
    sequences : sequence of str
        Aligned as the family is.
    known : Family
    length : (int, int), optional
        Fewest and most residues; by default what 95 % of the training sequences have.

    Returns
    -------
    counts : pandas.DataFrame
        Columns ``filter`` and ``left``.
    orders : pandas.DataFrame
        Columns ``sequence`` (without gaps), ``residues``, ``identity`` (with the nearest training sequence),
        ``nearest`` (its name), ``differences``; the nearest first.
    """
    columns = known.conserved("C")
    lengths = [len(one.replace(GAP, "")) for one in known.train["sequence"]]
    least, most = length or (int(np.quantile(lengths, 0.025)), int(np.quantile(lengths, 0.975)))
    left = list(sequences)
    counts = [("decoded", len(left))]

    def keep(name, wanted):
        nonlocal left
        left = [one for one in left if wanted(one)]
        counts.append((name, len(left)))

    keep(f"{least} to {most} residues", lambda one: least <= len(one.replace(GAP, "")) <= most)
    keep(f"all {len(columns)} cysteines", lambda one: all(one[column] == "C" for column in columns))
    keep("not known in nature", lambda one: one.replace(GAP, "") not in known.natural)
    left = list(dict.fromkeys(left))
    counts.append(("each once", len(left)))
    trained = known.train["sequence"].tolist()
    alike = identities(left, trained) if left else np.zeros((0, len(trained)))
    orders = pd.DataFrame(
        {
            "sequence": [one.replace(GAP, "") for one in left],
            "residues": [len(one.replace(GAP, "")) for one in left],
            "identity": alike.max(axis=1),
            "nearest": known.train["name"].to_numpy()[alike.argmax(axis=1)],
            "differences": [
                sum(a != b for a, b in zip(one, trained[row], strict=True))
                for one, row in zip(left, alike.argmax(axis=1), strict=True)
            ],
        }
    )
    orders = orders[orders["identity"].between(FAR, NEAR)].sort_values("identity", ascending=False, ignore_index=True)
    counts.append((f"{FAR:.0%} to {NEAR:.0%} identical to a known one", len(orders)))
    return pd.DataFrame(counts, columns=["filter", "left"]), orders
