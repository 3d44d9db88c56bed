"""What chapter 4 trains: one pattern (convolution, ReLU, pooling, head) on sequences, images and volumes."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional

from bioml_helpers import data, evaluation
from bioml_helpers.cnn import layers
from bioml_helpers.data import encode, splits, validate
from bioml_helpers.training import EarlyStopping, History, count_parameters, seed_everything, train

# ---------------------------------------------------------------- labelled examples and their parts


@dataclass(frozen=True, repr=False, eq=False)  # told apart by identity: arrays have no single truth
class Task:
    """Examples with a class each, and which rows train, choose and judge.

    Attributes
    ----------
    X : numpy.ndarray of shape (examples, channels, …)
    y : numpy.ndarray of shape (examples,), or (examples, …) for a class at every voxel
    classes : tuple of str
        Class 0, 1, ….
    table : pandas.DataFrame
        One row an example.
    train, validation, test : numpy.ndarray
        Row numbers.
    card : bioml_helpers.data.Card or None
        None for data that are simulated on purpose.
    """

    X: np.ndarray
    y: np.ndarray
    classes: tuple[str, ...]
    table: pd.DataFrame
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    card: data.Card | None = None

    def __repr__(self) -> str:
        parts = " / ".join(str(len(rows)) for rows in (self.train, self.validation, self.test))
        return f"<Task: {len(self.X)} examples of shape {self.X.shape[1:]}, {len(self.classes)} classes, {parts} rows>"

    def with_inputs(self, X) -> Task:
        """Return the same task with other inputs, row by row."""
        return replace(self, X=np.ascontiguousarray(X))

    def text(self, row: int) -> str:
        """Return the letters of a sequence."""
        return self.table["sequence"].iloc[row]


def motifs(seed: int = 0, **how) -> Task:
    """Simulate 2,000 sequences of 50 bases, half of them with a motif of 12 at a random place; 1,200 / 400 / 400 rows.

    Parameters
    ----------
    seed : int
    **how
        Passed on to `data.simulate.planted_motif`.

    Examples
    --------
    >>> task = motifs()
    >>> task.X.shape, int(task.y.sum()), len(task.train)
    ((2000, 4, 50), 1000, 1200)
    """
    table = data.simulate.planted_motif(seed=seed, **how)
    X = encode.one_hot(table["sequence"].tolist())  # (n, 4, length)
    parts = splits.random_split(len(table), (0.6, 0.2, 0.2), seed=seed)
    return Task(X, table["has_motif"].to_numpy(int), ("no motif", "motif"), table, *parts)


def promoters(name: str = "sigma70", *, seed: int = 0, quiet: bool = True) -> Task:
    """Load promoters and other DNA, split so that sequences that resemble each other stay together.

    Parameters
    ----------
    name : {"sigma70", "mouse_promoters"}
    seed : int
        Of the split: 70 % train, 10 % choose when to stop, 20 % judge.
    quiet : bool
        Say nothing when loading.

    Examples
    --------
    >>> task = promoters("sigma70")
    >>> task.classes, task.X.shape[1:]
    (('other DNA', 'promoter'), (4, 81))
    """
    validate.one_of("name", name, ["sigma70", "mouse_promoters"])
    table, card = data.load(name, quiet=quiet)
    X = encode.one_hot(table["sequence"].tolist())
    parts = splits.grouped_split(table["group"], (0.7, 0.1, 0.2), seed=seed)
    return Task(X, table["is_promoter"].to_numpy(int), ("other DNA", "promoter"), table, *parts, card)


# ---------------------------------------------------------------- one dimension


class SequenceCNN(nn.Module):
    """Filters along a sequence, the best match of each, and a fully connected head.

    Parameters
    ----------
    filters, width : int
    pool : int, optional
        Window of the max-pooling; by default the whole sequence, so that *where* the match was is forgotten.
    length : int, optional
        Of the sequences; needed with `pool`.
    dropout : float
        Share of the pooled numbers set to 0 in training.
    average : bool
        Pool by the mean instead of the maximum.

    Examples
    --------
    >>> model = SequenceCNN(16, 12)
    >>> model(torch.zeros(5, 4, 50)).shape, count_parameters(model)
    (torch.Size([5, 2]), 818)
    """

    def __init__(
        self,
        filters: int = 16,
        width: int = 12,
        *,
        pool: int | None = None,
        length: int | None = None,
        dropout: float = 0.0,
        average: bool = False,
    ):
        super().__init__()
        self.conv = nn.Conv1d(4, filters, width)
        self.pool, self.average = pool, average
        places = 1
        if pool is not None:
            if length is None:
                raise ValueError("length: expected the length of the sequences, since the pooling is local, got None.")
            places = layers.output_size(layers.output_size(length, width), pool, stride=pool)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(filters * places, 2)

    def features(self, X):
        """Return what the head sees: the best match of each filter (in each window), (batch, filters · windows)."""
        maps = torch.relu(self.conv(X))  # (batch, filters, places)
        window = self.pool or maps.shape[-1]
        pooled = (functional.avg_pool1d if self.average else functional.max_pool1d)(maps, window)
        return pooled.flatten(1)

    def forward(self, X):
        """Return the logits of the two classes, (batch, 2)."""
        return self.head(self.dropout(self.features(X)))


def sequence_mlp(length: int = 50, hidden_size: int = 64) -> nn.Module:
    """Return the network of chapter 3 for one-hot sequences: every position has weights of its own.

    Examples
    --------
    >>> count_parameters(sequence_mlp())
    12994
    """
    return nn.Sequential(nn.Flatten(), nn.Linear(4 * length, hidden_size), nn.ReLU(), nn.Linear(hidden_size, 2))


class LocalNet(nn.Module):
    """`SequenceCNN` with filters of its own at every place: nothing is shared.

    Examples
    --------
    >>> count_parameters(LocalNet())
    30610
    """

    def __init__(self, filters: int = 16, width: int = 12, *, length: int = 50):
        super().__init__()
        self.conv = layers.LocallyConnected1d(4, filters, width, length=length)
        self.head = nn.Linear(filters, 2)

    def forward(self, X):
        """Return the logits of the two classes, (batch, 2)."""
        return self.head(torch.relu(self.conv(X)).amax(2))


def fit(
    make: Callable[[], nn.Module],
    task: Task,
    *,
    seed: int = 0,
    num_epochs: int = 15,
    learning_rate: float = 1e-2,
    batch_size: int = 32,
    patience: int | None = None,
    progress: bool = False,
) -> tuple[nn.Module, History]:
    """Make a network and train it on a task's training rows.

    Parameters
    ----------
    make : callable
        Returns a new network; called after the seed is set.
    task : Task
    patience : int, optional
        Stop after so many epochs in which the validation rows got no better, and go back; by default train to the end.
    seed, num_epochs, learning_rate, batch_size, progress

    Returns
    -------
    model : torch.nn.Module
    history : bioml_helpers.training.History
    """
    seed_everything(seed)
    model = make()
    history = train(
        model,
        (task.X[task.train], task.y[task.train]),
        loss_fn=nn.CrossEntropyLoss(),
        validation_data=(task.X[task.validation], task.y[task.validation]),
        num_epochs=num_epochs,
        learning_rate=learning_rate,
        batch_size=batch_size,
        early_stopping=EarlyStopping(patience=patience) if patience else None,
        seed=seed,
        progress=progress,
    )
    return model, history


@torch.no_grad()
def logits(model: nn.Module, X) -> np.ndarray:
    """Return a network's logits as an array, (batch, classes, …)."""
    model.eval()
    X = torch.as_tensor(np.asarray(X), dtype=torch.float32)
    return torch.cat([model(batch) for batch in X.split(500)]).double().numpy()


def accuracy(model: nn.Module, task: Task, rows) -> float:
    """Return the share of rows whose class is right."""
    return float((logits(model, task.X[rows]).argmax(1) == task.y[rows]).mean())


def promoter_score(model: nn.Module, X) -> np.ndarray:
    """Return logit of class 1 minus logit of class 0: above 0 where class 1 is likelier, (batch,)."""
    both = logits(model, X)
    return both[:, 1] - both[:, 0]


# ---------------------------------------------------------------- the planted motif and its rivals


def string_search(task: Task, rows, motif: str = data.simulate.motifs.MOTIF) -> np.ndarray:
    """Return 1 for each sequence that holds the motif's letters: no learning, if one knows what to look for.

    Examples
    --------
    >>> task = motifs()
    >>> bool((string_search(task, task.test) == task.y[task.test]).all())
    True
    """
    return np.array([motif in task.text(row) for row in rows]).astype(int)


def gc_content(task: Task) -> np.ndarray:
    """Return the number of G and C in each sequence, (examples,)."""
    return task.X[:, 1:3].sum(axis=(1, 2))


def _logistic(inputs: np.ndarray, task: Task, C: float = 0.1) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    scaled = evaluation.Standardiser().fit(inputs, rows=task.train).transform(inputs)
    model = LogisticRegression(C=C, max_iter=2000).fit(scaled[task.train], task.y[task.train])
    return model.decision_function(scaled)  # above 0: class 1


def compare_on_motif(task: Task, *, seeds: Sequence[int] = (0,)) -> pd.DataFrame:
    """Judge text search, GC content, logistic regression, MLP and CNN on the planted motif.

    Returns
    -------
    pandas.DataFrame
        One row a model: learned parameters, accuracy on training and on test rows (mean over seeds, and the range).
    """
    rows = [_row("text search (told the motif)", 0, [_accuracies(string_search(task, range(len(task.y))), task)])]
    for name, inputs in {"GC content": gc_content(task)[:, None], "logistic": task.X.reshape(len(task.X), -1)}.items():
        found = _accuracies(_logistic(inputs, task) > 0, task)
        rows.append(_row(name, inputs.shape[1] + 1, [found]))
    for name, make in {"MLP": sequence_mlp, "CNN": SequenceCNN}.items():
        runs = []
        for seed in seeds:
            model, _ = fit(make, task, seed=seed, **MOTIF_TRAINING[name])
            runs.append(tuple(accuracy(model, task, part) for part in (task.train, task.test)))
        rows.append(_row(name, count_parameters(model), runs))
    return pd.DataFrame(rows)


MOTIF_TRAINING = {
    "MLP": {"num_epochs": 40, "learning_rate": 3e-3},
    "CNN": {"num_epochs": 15, "learning_rate": 1e-2},
}


def _accuracies(predicted, task):
    right = np.asarray(predicted).astype(int) == task.y
    return right[task.train].mean(), right[task.test].mean()


def _row(name, parameters, runs):
    on_training, on_test = zip(*runs, strict=True)
    return {
        "model": name,
        "parameters": parameters,
        "training": float(np.mean(on_training)),
        "test": float(np.mean(on_test)),
        "lowest": float(min(on_test)),
        "highest": float(max(on_test)),
    }


class SideBySide(nn.Module):
    """Several one-filter networks trained as one batch: each has its own filter and its own head.

    Their losses add up, and no parameter of one appears in the loss of another, so each learns as if alone.

    Examples
    --------
    >>> SideBySide(8)(torch.zeros(5, 4, 50)).shape
    torch.Size([5, 2, 8])
    """

    def __init__(self, networks: int, width: int = 12):
        super().__init__()
        self.conv = nn.Conv1d(4, networks, width)
        self.weight = nn.Parameter(torch.empty(2, networks).uniform_(-1, 1))
        self.bias = nn.Parameter(torch.zeros(2, networks))

    def forward(self, X):
        """Return the two logits of every network, (batch, 2, networks)."""
        best = torch.relu(self.conv(X)).amax(2)  # (batch, networks)
        return best[:, None] * self.weight + self.bias


def one_filter_networks(task: Task, networks: int = 8, *, seed: int = 0, num_epochs: int = 20) -> np.ndarray:
    """Train networks with a single filter from different starts; return the test accuracy of each, (networks,)."""
    wide = replace(task, y=np.repeat(task.y[:, None], networks, axis=1))
    model, _ = fit(lambda: SideBySide(networks), wide, seed=seed, num_epochs=num_epochs)
    right = logits(model, task.X[task.test]).argmax(1) == task.y[task.test, None]
    return right.mean(axis=0)


def shuffle_positions(task: Task, seed: int = 0) -> Task:
    """Return the task with the positions of every sequence in one and the same random order: neighbours are torn apart.

    Examples
    --------
    >>> task = motifs(n=10)
    >>> shuffle_positions(task).X.sum() == task.X.sum()
    np.True_
    """
    order = np.random.default_rng(seed).permutation(task.X.shape[-1])
    return task.with_inputs(task.X[..., order])


def half_trained(task: Task, *, seed: int = 0) -> pd.DataFrame:
    """Train with motifs in the left half only, test on the right half: with shared filters, and without.

    Returns
    -------
    pandas.DataFrame
        One row a network: parameters of its first layer, accuracy on test sequences with the motif left, and right.
    """
    start, middle = task.table["start"].to_numpy(), (task.X.shape[-1] - 12) // 2
    has = task.y == 1
    kept = task.train[~has[task.train] | (start[task.train] <= middle)]
    learned = replace(task, train=kept)
    rows = []
    for name, make in {"shared filters": SequenceCNN, "own filters at every place": LocalNet}.items():
        model, _ = fit(make, learned, seed=seed, **MOTIF_TRAINING["CNN"])
        found = logits(model, task.X).argmax(1) == 1
        sides = {"motif left": start <= middle, "motif right": start > middle}
        judged = {side: float(found[task.test][(has & where)[task.test]].mean()) for side, where in sides.items()}
        rows.append({"network": name, "parameters": count_parameters(model.conv), **judged})
    return pd.DataFrame(rows)


# ---------------------------------------------------------------- promoters

SITE_CHANCES = np.array(  # rows A, C, G, T: made up, after TATAAT
    [
        [0.05, 0.90, 0.10, 0.70, 0.60, 0.05],
        [0.05, 0.03, 0.10, 0.10, 0.10, 0.05],
        [0.10, 0.03, 0.10, 0.10, 0.20, 0.00],
        [0.80, 0.04, 0.70, 0.10, 0.10, 0.90],
    ]
)


def site_counts(sites: int = 20, seed: int = 4) -> np.ndarray:
    """Simulate binding sites that resemble TATAAT and count the bases at each position: (4, 6).

    Examples
    --------
    >>> site_counts().sum(axis=0)
    array([20., 20., 20., 20., 20., 20.])
    """
    known = data.simulate.planted_motif(sites, 6, "TATAAT", matrix=SITE_CHANCES, fraction=1.0, seed=seed)
    return encode.one_hot(known["sequence"].tolist()).sum(axis=0).astype(float)


def words(task: Task, k: int = 3) -> np.ndarray:
    """Count every word of k bases in each sequence, wherever it stands: (examples, 4ᵏ).

    Examples
    --------
    >>> task = motifs(n=10)
    >>> words(task).shape, words(task).sum(axis=1)[0]
    ((10, 64), np.float64(48.0))
    """
    letters = task.X.argmax(axis=1)  # (examples, length)
    places = letters.shape[1] - k + 1
    number = sum(letters[:, i : i + places] * 4 ** (k - 1 - i) for i in range(k))  # (examples, places)
    return np.stack([np.bincount(row, minlength=4**k) for row in number]).astype(float)


def auroc_at_equal(y, scores, strata) -> float:
    """Return how often a positive scores above a negative *of the same stratum*: AUROC with that property held equal.

    Parameters
    ----------
    y : array_like of shape (n,)
        0 or 1.
    scores, strata : array_like of shape (n,)
        For example the number of G and C, so that composition cannot help.

    Raises
    ------
    ValueError
        If no stratum holds both a positive and a negative.

    Examples
    --------
    >>> auroc_at_equal([1, 0, 1, 0], [0.9, 0.1, 0.2, 0.8], [20, 20, 31, 31])
    0.5
    """
    y = validate.array("y", y, ndim=1)
    scores = validate.array("scores", scores, ndim=1, length=len(y))
    strata = validate.array("strata", strata, ndim=1, length=len(y))
    won = pairs = 0.0
    for stratum in np.unique(strata):
        here = strata == stratum
        gaps = scores[here & (y == 1)][:, None] - scores[here & (y == 0)]  # every positive against every negative
        won += (gaps > 0).sum() + 0.5 * (gaps == 0).sum()
        pairs += gaps.size
    if not pairs:
        raise ValueError(f"strata: expected one with a positive and a negative, got {len(np.unique(strata))} without.")
    return float(won / pairs)


def promoter_cnn(task: Task, *, keeps_place: bool = True) -> nn.Module:
    """Return the network for promoters: 16 filters of 15 bases; the best match in windows of 9, or in the whole.

    Examples
    --------
    >>> task = promoters("sigma70")
    >>> count_parameters(promoter_cnn(task)), count_parameters(promoter_cnn(task, keeps_place=False))
    (1202, 1010)
    """
    where = {"pool": 9, "length": task.X.shape[-1]} if keeps_place else {}
    return SequenceCNN(16, 15, dropout=0.3, **where)


def compare_on_promoters(
    name: str = "sigma70", *, splits_seeds: Sequence[int] = (0,), seeds: Sequence[int] = (0,), num_epochs: int = 12
) -> pd.DataFrame:
    """Judge composition, words, a linear model and two CNNs on the same grouped splits.

    Returns
    -------
    pandas.DataFrame
        One row a model: AUROC on the test rows, and AUROC among pairs of equal GC content; mean over splits and seeds,
        with the range.
    """
    found: dict[str, list] = {}
    for split in splits_seeds:
        task = promoters(name, seed=split)
        gc = gc_content(task)
        scores = {
            "GC content": [_logistic(gc[:, None], task)],
            "words of three": [_logistic(words(task), task)],
            "logistic": [_logistic(task.X.reshape(len(task.X), -1), task, C=0.003)],
            "CNN, best match anywhere": [_promoter_run(task, False, seed, num_epochs) for seed in seeds],
            "CNN, best match by region": [_promoter_run(task, True, seed, num_epochs) for seed in seeds],
        }
        for model, runs in scores.items():
            for one in runs:
                y, score = task.y[task.test], one[task.test]
                judged = evaluation.auroc(y, score), auroc_at_equal(y, score, gc[task.test])
                found.setdefault(model, []).append(judged)
    rows = []
    for model, runs in found.items():
        plain, equal = np.array(runs).T
        rows.append(
            {
                "model": model,
                "AUROC": plain.mean(),
                "low": plain.min(),
                "high": plain.max(),
                "at equal GC": equal.mean(),
                "runs": len(runs),
            }
        )
    return pd.DataFrame(rows)


def _promoter_run(task, keeps_place, seed, num_epochs):
    model, _ = fit_promoters(task, keeps_place=keeps_place, seed=seed, num_epochs=num_epochs)
    return promoter_score(model, task.X)


def fit_promoters(task: Task, *, keeps_place: bool = True, seed: int = 0, num_epochs: int = 12, progress=False):
    """Train `promoter_cnn`; return the network and its history."""
    how = {"num_epochs": num_epochs, "learning_rate": 5e-3, "batch_size": 64, "patience": 4}
    return fit(lambda: promoter_cnn(task, keeps_place=keeps_place), task, seed=seed, progress=progress, **how)


# ---------------------------------------------------------------- two dimensions: a piece of tissue


def tissue(size: int = 14, block: int = 8, corner=(310, 240)) -> np.ndarray:
    """Return a small piece of a real micrograph: how dark the stain is, whole numbers from 0 (white) to 99 (black).

    Glands of a human colon, the protein FHL2 stained brown, acquired at the Center for Microscopy and Molecular
    Imaging. It comes with scikit-image (`skimage.data.immunohistochemistry`, no known copyright restrictions), so no
    network is needed.

    Parameters
    ----------
    size : int
        Pixels in each direction.
    block : int
        Pixels of the original that are averaged into one, in each direction.
    corner : (int, int)
        Row and column of the original at which the piece begins.

    Examples
    --------
    >>> tissue().shape
    (14, 14)
    """
    from skimage import data as pictures

    original = pictures.immunohistochemistry()[:, :, :3].astype(float)  # (512, 512, 3), 0 to 255
    row, column = corner
    dark = 255 - original[row : row + size * block, column : column + size * block].mean(axis=2)
    averaged = dark.reshape(size, block, size, block).mean(axis=(1, 3))  # (size, size)
    return np.round(averaged / 255 * 99).astype(int)


# ---------------------------------------------------------------- two dimensions: blood cells

CELL_TYPES = ("red cell", "white cell", "platelet")


def cells(*, quiet: bool = True, seed: int = 0) -> Task:
    """Load the crops of blood cells; the set's own test images judge, a fifth of the other fields of view choose.

    Some places on the slide were photographed twice, and stand in the set's training and in its test list. Their
    training photographs are used for nothing, so that no cell is learned from and judged.

    Examples
    --------
    >>> task = cells()
    >>> task.X.shape[1:], task.classes
    ((3, 28, 28), ('red cell', 'white cell', 'platelet'))
    """
    return _cells(seed, *(os.environ.get(name) for name in _PLACES)) if quiet else _cells_anew(seed, False)


_PLACES = ("BIOML_DATA_DIR", "BIOML_CACHE_DIR", "BIOML_OFFLINE")  # where data are looked for


@lru_cache(maxsize=2)  # 364 photographs are opened once a session
def _cells(seed, *places) -> Task:
    return _cells_anew(seed, True)


def _cells_anew(seed: int, quiet: bool) -> Task:
    table, card = data.load("blood_cells", quiet=quiet)
    X = np.stack(table["crop"].tolist()).transpose(0, 3, 1, 2).astype(np.float32) / 255  # (n, 3, 28, 28)
    y = table["cell_type"].map(CELL_TYPES.index).to_numpy()
    test = np.flatnonzero(table["part"] == "test")
    judged = table["field"].isin(table["field"].iloc[test])
    others = np.flatnonzero((table["part"] == "train") & ~judged)
    fitted, validation = splits.grouped_split(table["field"].iloc[others], (0.8, 0.2), seed=seed)
    return Task(X, y, CELL_TYPES, table, others[fitted], others[validation], test, card)


class CellCNN(nn.Module):
    """Two layers of filters over an image, and a fully connected head.

    Examples
    --------
    >>> model = CellCNN()
    >>> model(torch.zeros(5, 3, 28, 28)).shape, count_parameters(model)
    (torch.Size([5, 3]), 6723)
    """

    def __init__(self, classes: int = 3):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 5, stride=2, padding=2)  # (16, 14, 14)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.dropout = nn.Dropout(0.3)
        self.head = nn.Linear(32 * 3 * 3, classes)

    def forward(self, X):
        """Return the logits of the classes, (batch, classes)."""
        maps = functional.max_pool2d(torch.relu(self.conv(X - 0.5)), 2)  # (batch, 16, 7, 7)
        maps = functional.max_pool2d(torch.relu(self.conv2(maps)), 2)  # (batch, 32, 3, 3)
        return self.head(self.dropout(maps.flatten(1)))


def turned(X: torch.Tensor) -> torch.Tensor:
    """Turn and mirror each image at random: a cell has no up and no left.

    Parameters
    ----------
    X : torch.Tensor of shape (channels, height, width)
        Square.

    Examples
    --------
    >>> image = torch.arange(12.0).reshape(3, 2, 2)
    >>> bool(turned(image).sum() == image.sum())
    True
    """
    quarter, mirrored = torch.randint(4, ()).item(), torch.rand(()).item() < 0.5
    X = torch.rot90(X, quarter, (1, 2))
    return X.flip(2) if mirrored else X


class Crops(torch.utils.data.Dataset):
    """Images with their class; in training each is changed a little whenever it is asked for.

    Examples
    --------
    >>> crops = Crops(np.zeros((4, 3, 28, 28), dtype=np.float32), [0, 1, 2, 0], change=turned)
    >>> len(crops), crops[1][0].shape
    (4, torch.Size([3, 28, 28]))
    """

    def __init__(self, X, y, change: Callable | None = None):
        self.X, self.y, self.change = torch.as_tensor(np.asarray(X)), torch.as_tensor(np.asarray(y)), change

    def __len__(self):
        return len(self.y)

    def __getitem__(self, row):
        """Return one image and its class."""
        image = self.X[row] if self.change is None else self.change(self.X[row])
        return image, self.y[row]


def fit_cells(
    task: Task, *, seed: int = 0, num_epochs: int = 15, balanced: bool = True, augment: bool = True, progress=False
) -> tuple[nn.Module, History]:
    """Train `CellCNN` on the training crops, those only turned and mirrored, each class drawn equally often.

    Parameters
    ----------
    task : Task
    balanced : bool
        Draw crops so that each class comes equally often, 1,000 an epoch; otherwise each crop once.
    augment : bool
    seed, num_epochs, progress
    """
    seed_everything(seed)
    y = task.y[task.train]
    crops = Crops(task.X[task.train], y, change=turned if augment else None)
    counts = np.bincount(y, minlength=len(task.classes))
    shares = 1 / np.maximum(counts, 1)[y] if balanced else np.ones(len(y))
    generator = torch.Generator().manual_seed(seed)
    size = min(1000, len(y)) if balanced else len(y)
    sampler = torch.utils.data.WeightedRandomSampler(shares, size, replacement=balanced, generator=generator)
    model = CellCNN(len(task.classes))
    history = train(
        model,
        torch.utils.data.DataLoader(crops, batch_size=32, sampler=sampler),
        loss_fn=nn.CrossEntropyLoss(),
        validation_data=(task.X[task.validation], task.y[task.validation]),
        num_epochs=num_epochs,
        learning_rate=3e-3,
        early_stopping=EarlyStopping(patience=6),
        seed=seed,
        progress=progress,
    )
    return model, history


def colour_histogram(X, bins: int = 8) -> np.ndarray:
    """Return how often each brightness occurs in each colour of each image: (n, 3 · bins), no places in it.

    Parameters
    ----------
    X : array_like of shape (n, 3, height, width)
        0 to 1.

    Examples
    --------
    >>> colour_histogram(np.zeros((1, 3, 2, 2)), bins=2)
    array([[1., 0., 1., 0., 1., 0.]])
    """
    X = validate.array("X", X, ndim=4)
    level = np.minimum((X * bins).astype(int), bins - 1).reshape(*X.shape[:2], -1)  # (n, 3, pixels)
    return np.stack([(level == b).mean(axis=2) for b in range(bins)], axis=2).reshape(len(X), -1)


@lru_cache(maxsize=4)
def histogram_classifier(task: Task, *, balanced: bool = False) -> np.ndarray:
    """Return the class that logistic regression on colour histograms gives each image, (n,)."""
    from sklearn.linear_model import LogisticRegression

    inputs = evaluation.Standardiser().fit_transform(colour_histogram(task.X), rows=task.train)
    weights = "balanced" if balanced else None
    model = LogisticRegression(C=10, max_iter=1000, class_weight=weights).fit(inputs[task.train], task.y[task.train])
    return model.predict(inputs)


def compare_on_cells(task: Task, network: nn.Module) -> pd.DataFrame:
    """Judge always-red, two histogram classifiers and the network on the test images.

    Returns
    -------
    pandas.DataFrame
        One row a model: accuracy, balanced accuracy, and recall of each class.
    """
    predictions = {
        f"always {task.classes[np.bincount(task.y).argmax()]}": np.full(len(task.y), np.bincount(task.y).argmax()),
        "colours, logistic": histogram_classifier(task),
        "colours, logistic, classes weighted": histogram_classifier(task, balanced=True),
        "CNN": logits(network, task.X).argmax(1),
    }
    y = task.y[task.test]
    rows = []
    for name, predicted in predictions.items():
        here = predicted[task.test]
        recalls = {f"recall {one}": float((here[y == c] == c).mean()) for c, one in enumerate(task.classes)}
        balanced = float(np.mean(list(recalls.values())))
        rows.append({"model": name, "accuracy": float((here == y).mean()), "balanced": balanced, **recalls})
    return pd.DataFrame(rows)


def best_patches(model: CellCNN, task: Task, filter_number: int, count: int = 9) -> np.ndarray:
    """Return the patches of the test images that excite one first-layer filter most, one a crop: (count, 3, 5, 5).

    Parameters
    ----------
    model : CellCNN
    task : Task
    filter_number : int
        Counted from 0.
    count : int
    """
    X = torch.as_tensor(task.X[task.test])
    with torch.no_grad():
        maps = model.conv(X - 0.5)[:, filter_number]  # (n, 14, 14)
    best, place = maps.flatten(1).max(1)
    padded = functional.pad(X, [2, 2, 2, 2], value=0.5).numpy()
    chosen = best.argsort(descending=True)[:count]
    corners = [(int(place[i]) // maps.shape[2] * 2, int(place[i]) % maps.shape[2] * 2) for i in chosen]
    return np.stack([padded[i, :, r : r + 5, c : c + 5] for i, (r, c) in zip(chosen.tolist(), corners, strict=True)])


CORNER_COLOURS = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0]])


def with_corner_mark(task: Task, *, exchanged: bool = False, size: int = 5) -> Task:
    """Return the task with a coloured mark in the corner of every image that gives the class away.

    Parameters
    ----------
    task : Task
        Of images (n, 3, height, width) and up to three classes.
    exchanged : bool
        Give each image the mark of the next class instead: what looks at the mark is now wrong.
    size : int
        Of the mark, in pixels.

    Examples
    --------
    >>> task = cells()
    >>> bool((with_corner_mark(task).X != task.X).any(axis=(1, 2, 3)).all())
    True
    """
    X = task.X.copy()
    marks = (task.y + exchanged) % len(task.classes)
    X[:, :, :size, :size] = CORNER_COLOURS[marks][:, :, None, None]
    return task.with_inputs(X)


def without_corner(task: Task, size: int = 5) -> Task:
    """Return the task with the corner of every image painted grey, so that nothing can be read from it.

    Examples
    --------
    >>> task = cells()
    >>> bool((without_corner(with_corner_mark(task)).X == without_corner(task).X).all())
    True
    """
    X = task.X.copy()
    X[:, :, :size, :size] = 0.5
    return task.with_inputs(X)


def balanced_accuracy(model: nn.Module, task: Task, rows) -> float:
    """Return the mean recall over the classes."""
    return evaluation.balanced_accuracy(task.y[rows], logits(model, task.X[rows]).argmax(1))


# ---------------------------------------------------------------- three dimensions: hippocampus


def scans(*, shape=(32, 48, 32), quiet: bool = True) -> Task:
    """Load the magnetic-resonance volumes, cut or padded around the middle to one shape, brightness standardised.

    Examples
    --------
    >>> task = scans()
    >>> task.X.shape[1:], task.y.shape[1:]
    ((1, 32, 48, 32), (32, 48, 32))
    """
    table, card = data.load("hippocampus", quiet=quiet)
    images = [(image - image.mean()) / image.std() for image in table["image"]]  # each by its own mean and spread
    X = np.stack([encode.centre_crop(image, shape) for image in images])[:, None].astype(np.float32)
    y = np.stack([encode.centre_crop(label, shape) for label in table["label"]]).astype(int)
    fitted, test = (np.flatnonzero(table["part"] == part) for part in ("train", "test"))
    classes = ("background", "anterior", "posterior")
    return Task(X, y, classes, table.drop(columns=["image", "label"]), fitted, fitted[:0], test, card)


class SmallUNet(nn.Module):
    """A three-dimensional U-Net: down twice to see wide, up twice to say where, with bridges at equal resolution.

    Parameters
    ----------
    channels, classes : int

    References
    ----------
    Çiçek and colleagues 2016, https://doi.org/10.1007/978-3-319-46723-8_49

    Examples
    --------
    >>> model = SmallUNet()
    >>> model(torch.zeros(1, 1, 32, 48, 32)).shape, count_parameters(model)
    (torch.Size([1, 3, 32, 48, 32]), 42183)
    """

    def __init__(self, channels: int = 12, classes: int = 3):
        super().__init__()
        c = channels
        self.down = nn.Sequential(nn.Conv3d(1, c, 4, stride=2, padding=1), nn.ReLU())
        self.fine = _step(c, c)
        self.coarse = nn.Sequential(_step(c, 2 * c), _step(2 * c, 2 * c))
        self.join = _step(3 * c, c)
        self.up = nn.ConvTranspose3d(c, classes, 4, stride=2, padding=1)

    def forward(self, X):
        """Return the logits at every voxel, (batch, classes, depth, height, width)."""
        fine = self.fine(self.down(X))  # half the resolution
        coarse = self.coarse(functional.max_pool3d(fine, 2))  # a quarter
        bridged = torch.cat([fine, functional.interpolate(coarse, scale_factor=2)], dim=1)
        return self.up(self.join(bridged))


def _step(channels, filters):
    norm = nn.InstanceNorm3d(filters, affine=True)
    return nn.Sequential(nn.Conv3d(channels, filters, 3, padding=1), norm, nn.ReLU())


def segmentation_loss(logits, y):
    """Return cross-entropy plus 1 − Dice: the second does not drown a small structure in background.

    Parameters
    ----------
    logits : torch.Tensor of shape (batch, classes, …)
    y : torch.Tensor of shape (batch, …)
        A class at every voxel; 0 is background.

    References
    ----------
    Milletari, Navab & Ahmadi 2016, https://doi.org/10.1109/3DV.2016.79

    Examples
    --------
    >>> y = torch.tensor([[0, 1]])
    >>> right = 20 * functional.one_hot(y, 2).movedim(-1, 1).float()
    >>> round(segmentation_loss(right, y).item(), 3)
    0.0
    """
    shares = logits.softmax(dim=1)
    truth = functional.one_hot(y, logits.shape[1]).movedim(-1, 1).to(shares.dtype)
    over = tuple(range(2, logits.ndim))
    overlap = (2 * (shares * truth).sum(over) + 1) / ((shares + truth).sum(over) + 1)  # (batch, classes)
    return functional.cross_entropy(logits, y) + 1 - overlap[:, 1:].mean()


def fit_scans(task: Task, *, seed: int = 0, num_epochs: int = 6, progress=False) -> tuple[nn.Module, History]:
    """Train `SmallUNet` on the training volumes; the number of epochs is fixed beforehand."""
    seed_everything(seed)
    model = SmallUNet(classes=len(task.classes))
    history = train(
        model,
        (task.X[task.train], task.y[task.train]),
        loss_fn=segmentation_loss,
        num_epochs=num_epochs,
        learning_rate=1e-2,
        batch_size=2,
        seed=seed,
        progress=progress,
    )
    return model, history


def mean_atlas(task: Task) -> np.ndarray:
    """Return at every voxel the class that is commonest there in the training volumes: no image is looked at."""
    shares = [(task.y[task.train] == c).mean(axis=0) for c in range(len(task.classes))]
    return np.argmax(shares, axis=0)


def dice_of(task: Task, predicted) -> pd.DataFrame:
    """Return Dice for each test volume and structure.

    Parameters
    ----------
    task : Task
    predicted : array_like of shape (test volumes, …)
        A class at every voxel.

    Returns
    -------
    pandas.DataFrame
        One row a test volume, one column a structure.
    """
    truth = task.y[task.test]
    return pd.DataFrame(
        {
            name: [evaluation.dice(t == c, p == c) for t, p in zip(truth, predicted, strict=True)]
            for c, name in enumerate(task.classes)
            if c
        }
    )


# ---------------------------------------------------------------- depth and skips


class Towers(nn.Module):
    """Deep networks side by side, all of one depth, each with its own weights: a stem, blocks, best match, head.

    Parameters
    ----------
    depth : int
        Blocks after the stem.
    skip : bool
        Whether each block adds to what came in (`ResidualBlock`) or replaces it.
    networks : int
        How many are trained as one batch.
    channels : int
        Of each network.

    Examples
    --------
    >>> Towers(2, skip=True, networks=3)(torch.zeros(5, 4, 50)).shape
    torch.Size([5, 2, 3])
    """

    def __init__(self, depth: int, *, skip: bool, networks: int = 1, channels: int = 16):
        super().__init__()
        self.networks = networks
        self.stem = nn.Conv1d(4, networks * channels, 3, padding=1)
        how = {"groups": networks, "scale": 1 / math.sqrt(depth), "skip": skip}
        self.blocks = nn.Sequential(*(layers.ResidualBlock(networks * channels, **how) for _ in range(depth)))
        self.head = nn.Conv1d(networks * channels, 2 * networks, 1, groups=networks)  # a dense layer for each network

    def forward(self, X):
        """Return the logits of every network, (batch, 2, networks)."""
        maps = self.blocks(torch.relu(self.stem(X)))  # (batch, networks · channels, length)
        best = maps.amax(2, keepdim=True)
        return self.head(best).reshape(len(X), self.networks, 2).transpose(1, 2)


@dataclass(frozen=True)
class DepthRun:
    """Training losses of several networks of one depth.

    Attributes
    ----------
    depth : int
    skip : bool
    losses : numpy.ndarray of shape (epochs, networks)
    seconds : float
    """

    depth: int
    skip: bool
    losses: np.ndarray
    seconds: float


def train_towers(
    task: Task, depth: int, *, skip: bool, networks: int = 3, num_epochs: int = 8, seed: int = 0
) -> DepthRun:
    """Train networks of one depth from different starts, and keep each one's training loss after every epoch."""
    seed_everything(seed)
    begin = time.perf_counter()
    model = Towers(depth, skip=skip, networks=networks)
    y = np.repeat(task.y[:, None], networks, axis=1)

    def loss_of(number):
        return lambda y_hat, y: functional.cross_entropy(y_hat[:, :, number], y[:, number])

    def together(y_hat, y):
        return functional.cross_entropy(y_hat, y) * networks  # the mean times their number: each learns as if alone

    history = train(
        model,
        (task.X[task.train], y[task.train]),
        loss_fn=together,
        num_epochs=num_epochs,
        learning_rate=4e-3,
        batch_size=100,
        seed=seed,
        metrics={f"network {n + 1}": loss_of(n) for n in range(networks)},
        progress=False,
    )
    losses = np.array([history.metrics[f"network {n + 1}"] for n in range(networks)]).T
    return DepthRun(depth, skip, losses, time.perf_counter() - begin)
