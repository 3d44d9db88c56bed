"""From scratch: autoencoders, plain, denoising and variational, and what they are measured by.

An autoencoder is two networks trained as one.  The *encoder* turns an example into a few numbers, its latent vector;
the *decoder* turns the latent vector back into an example.  Nobody labels anything: the target is the input.

    z = encode(x),   x̂ = decode(z),   loss = how far x̂ is from x

Chapter 8 builds all of this.  Shapes: n examples of `inputs` numbers each, d numbers in a latent vector.

References: Hinton & Salakhutdinov 2006, https://doi.org/10.1126/science.1127647 (deep autoencoders against PCA);
Kingma & Welling 2014, https://doi.org/10.48550/arXiv.1312.6114 (the variational one; appendix B has its KL term).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from bioml_helpers.data import validate
from bioml_helpers.data.families import GAP

LOSSES = ("squared", "residues")


def sequence_identity(a: str, b: str) -> float:
    """Return the share of places at which two aligned sequences hold the same residue.

    A gap against a residue is a difference. A place where both have a gap is left out: there is nothing to compare.

    Parameters
    ----------
    a, b : str
        Of one length; ``-`` is a gap.

    Returns
    -------
    float
        0 to 1.

    Raises
    ------
    TypeError
        If one of them is not a text.
    ValueError
        If the lengths differ (align them first), or nothing can be compared.

    Examples
    --------
    >>> sequence_identity("MKVLA", "MKALA")
    0.8
    >>> sequence_identity("MK-LA", "MK-L-")
    0.75
    """
    for name, text in (("a", a), ("b", b)):
        if not isinstance(text, str):
            raise TypeError(f"{name}: expected a sequence as text, got a {type(text).__name__}.")
    if len(a) != len(b):
        raise ValueError(f"b: expected {len(a)} places, as a has, got {len(b)}; align the sequences first.")
    pairs = [(one, other) for one, other in zip(a, b, strict=True) if not one == other == GAP]
    if not pairs:
        raise ValueError("a: expected at least one residue to compare, got none.")
    return sum(one == other for one, other in pairs) / len(pairs)


# ---------------------------------------------------------------- the plain autoencoder


class Autoencoder(nn.Module):
    """Squeeze each example through a few numbers, and build it again from them.

    Layers of the given sizes, with ReLU in between, make the encoder; the same sizes in reverse make the decoder. Two
    sizes alone give one linear layer each: the linear autoencoder.

    Parameters
    ----------
    sizes : sequence of int
        From the number of inputs down to the size d of the latent vector, for example ``(100, 64, 2)``.
    loss : {"squared", "residues"} or callable
        What ``loss`` measures: the mean squared difference, the mean cross-entropy a residue (the inputs are then
        one-hot, position after position, `letters` numbers each), or ``loss(output, X)`` of your own.
    letters : int
        Size of the alphabet, for "residues".
    seed : int, optional
        Fixes the starting weights.

    Raises
    ------
    ValueError
        If a size is below 1, there are fewer than two, or the inputs cannot be dealt out to positions.

    Examples
    --------
    >>> model = Autoencoder((100, 64, 2), loss="residues", seed=0)
    >>> X = torch.zeros(3, 100)
    >>> model.encode(X).shape, model(X).shape, sum(one.numel() for one in model.parameters())
    (torch.Size([3, 2]), torch.Size([3, 100]), 13286)
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        loss: str | Callable = "squared",
        letters: int = 20,
        seed: int | None = None,
    ):
        super().__init__()
        self.sizes = _check_sizes(sizes)
        self.letters = validate.number("letters", letters, low=1, integer=True)
        if not callable(loss):
            validate.one_of("loss", loss, LOSSES)
        if loss == "residues" and self.sizes[0] % self.letters:
            raise ValueError(f"sizes: expected a multiple of {self.letters} inputs, got {self.sizes[0]}.")
        self.kind = loss
        with _seeded(seed):
            self._build()

    def _build(self) -> None:
        self.encoder = _layers(self.sizes)
        self.decoder = _layers(self.sizes[::-1])

    def encode(self, X: Tensor) -> Tensor:
        """Return the latent vectors, (n, inputs) → (n, d)."""
        return self.encoder(_check_width("X", X, self.sizes[0]))

    def decode(self, z: Tensor) -> Tensor:
        """Return what the latent vectors stand for, (n, d) → (n, inputs); for "residues" these are logits."""
        return self.decoder(_check_width("z", z, self.sizes[-1]))

    def forward(self, X: Tensor) -> Tensor:
        """Return the examples as they come out again, (n, inputs) → (n, inputs)."""
        return self.decode(self.encode(X))

    def loss(self, output: Tensor, X: Tensor) -> Tensor:
        """Return how far the output is from the input, as one number: the mean over values or over residues."""
        if callable(self.kind):
            return self.kind(output, X)
        if self.kind == "squared":
            return functional.mse_loss(output, X)
        return residue_loss(output, X, self.letters)


def residue_loss(logits: Tensor, X: Tensor, letters: int = 20) -> Tensor:
    """Return the mean cross-entropy a residue of one-hot sequences; a position that is all zeros is not counted.

    Parameters
    ----------
    logits, X : torch.Tensor of shape (n, length · letters)
        Position after position, `letters` numbers each.
    letters : int

    Returns
    -------
    torch.Tensor
        One number, in nats.

    Examples
    --------
    >>> X = torch.eye(20)[[0, 3]].reshape(1, 40)
    >>> residue_loss(torch.zeros(1, 40), X).exp().round()
    tensor(20.)
    """
    told = torch.log_softmax(logits.unflatten(1, (-1, letters)), dim=2)  # (n, length, letters)
    return -(told.flatten(1) * X).sum() / X.sum().clamp(min=1)


class DenoisingAutoencoder(Autoencoder):
    """An autoencoder that gets a damaged example and has to give the whole one back.

    Damage is done in training only; the target is the example as it was.

    Parameters
    ----------
    sizes, loss, letters, seed
        As for `Autoencoder`.
    hide : float
        Probability that a value (for "residues": a whole position) is set to 0.
    noise : float
        Standard deviation of normal noise that is added to what is not hidden.

    References
    ----------
    Vincent and colleagues 2008, https://doi.org/10.1145/1390156.1390294

    Examples
    --------
    >>> model = DenoisingAutoencoder((40, 8), loss="residues", hide=0.5, seed=0).train()
    >>> model(torch.ones(2, 40)).shape
    torch.Size([2, 40])
    """

    def __init__(self, sizes: Sequence[int], *, hide: float = 0.2, noise: float = 0.0, **how):
        super().__init__(sizes, **how)
        self.hide = validate.number("hide", hide, low=0, high=1)
        self.noise = validate.number("noise", noise, low=0)

    def corrupt(self, X: Tensor) -> Tensor:
        """Return the examples damaged anew, (n, inputs)."""
        group = self.letters if self.kind == "residues" else 1
        kept = torch.rand(len(X), X.shape[1] // group, device=X.device) >= self.hide  # (n, positions)
        damaged = X + self.noise * torch.randn_like(X) if self.noise else X
        return damaged * kept.repeat_interleave(group, dim=1)

    def forward(self, X: Tensor) -> Tensor:
        """Return the examples mended, (n, inputs) → (n, inputs)."""
        return super().forward(self.corrupt(X) if self.training else X)


# ---------------------------------------------------------------- the variational one


def reparameterise(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Draw from normal distributions so that gradients reach their means and variances: z = mean + σ · ε.

    Parameters
    ----------
    mean, log_variance : torch.Tensor of one shape
        σ = exp(log_variance / 2).

    Returns
    -------
    torch.Tensor of that shape

    References
    ----------
    Kingma & Welling 2014, https://doi.org/10.48550/arXiv.1312.6114, section 2.4.

    Examples
    --------
    >>> reparameterise(torch.tensor([3.0]), torch.tensor([-200.0]))
    tensor([3.])
    """
    return mean + torch.exp(log_variance / 2) * torch.randn_like(mean)


def kl_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return how far normal distributions are from the standard normal one, in nats, summed over the latent numbers.

    KL = ½ Σ (σ² + mean² − 1 − log σ²)

    Parameters
    ----------
    mean, log_variance : torch.Tensor of shape (n, d)

    Returns
    -------
    torch.Tensor of shape (n,)
        Never below 0; 0 where the distribution is the standard normal one.

    References
    ----------
    Kingma & Welling 2014, https://doi.org/10.48550/arXiv.1312.6114, appendix B.

    Examples
    --------
    >>> kl_divergence(torch.tensor([[1.0, 0.0]]), torch.zeros(1, 2))
    tensor([0.5000])
    """
    return 0.5 * (log_variance.exp() + mean**2 - 1 - log_variance).sum(dim=-1)


class VAE(Autoencoder):
    """An autoencoder whose encoder gives a small cloud for each example instead of a point.

    The decoder has to build the example from *any* point of its cloud, and all clouds together are pulled towards one
    standard normal cloud around 0. So the space between examples is used, and one can draw from it.

    The loss of an example is the negative lower bound of its log-probability: what rebuilding costs, summed over its
    values (or residues), plus `beta` times the KL divergence of its cloud. In ``eval()`` mode nothing is drawn: the
    middle of the cloud is decoded.

    Parameters
    ----------
    sizes, loss, letters, seed
        As for `Autoencoder`.
    beta : float
        Weight of the KL term; 1 gives the bound, 0 leaves the clouds alone.

    Attributes
    ----------
    kl : torch.Tensor of shape (n,) or None
        KL divergence of each example in the last call.

    References
    ----------
    Kingma & Welling 2014, https://doi.org/10.48550/arXiv.1312.6114

    Examples
    --------
    >>> model = VAE((100, 64, 2), loss="residues", seed=0)
    >>> mean, log_variance = model.encode(torch.zeros(3, 100))
    >>> mean.shape, log_variance.shape, model.sample(4, seed=0).shape
    (torch.Size([3, 2]), torch.Size([3, 2]), torch.Size([4, 100]))
    """

    def __init__(self, sizes: Sequence[int], *, beta: float = 1.0, **how):
        super().__init__(sizes, **how)
        self.beta = validate.number("beta", beta, low=0)
        self.kl: Tensor | None = None

    def _build(self) -> None:
        self.encoder = _layers((*self.sizes[:-1], 2 * self.sizes[-1]))  # a mean and a log-variance a latent number
        self.decoder = _layers(self.sizes[::-1])

    def encode(self, X: Tensor) -> tuple[Tensor, Tensor]:
        """Return the middle and the log-variance of each example's cloud, both (n, d)."""
        mean, log_variance = self.encoder(_check_width("X", X, self.sizes[0])).chunk(2, dim=1)
        return mean, log_variance

    def forward(self, X: Tensor) -> Tensor:
        """Return the examples as they come out again: from a point drawn in training, else from the middle."""
        mean, log_variance = self.encode(X)
        self.kl = kl_divergence(mean, log_variance)
        return self.decode(reparameterise(mean, log_variance) if self.training else mean)

    def loss(self, output: Tensor, X: Tensor) -> Tensor:
        """Return the mean over examples of rebuilding plus `beta` · KL of the last call, in nats."""
        terms = self.sizes[0] // self.letters if self.kind == "residues" else self.sizes[0]
        return terms * super().loss(output, X) + self.beta * self.kl.mean()

    @torch.no_grad()
    def sample(self, n: int, *, seed: int | None = None) -> Tensor:
        """Return the decoder's answer to n points drawn from the standard normal distribution, (n, inputs)."""
        n = validate.number("n", n, low=1, integer=True)
        with _seeded(seed):
            z = torch.randn(n, self.sizes[-1])
        return self.decode(z)


# ---------------------------------------------------------------- the linear one, and PCA


@dataclass(frozen=True)
class PCA:
    """The d directions along which data vary most.

    Attributes
    ----------
    mean : numpy.ndarray of shape (inputs,)
    components : numpy.ndarray of shape (d, inputs)
        Of length 1 and at right angles to each other; the first takes most of the variance.
    """

    mean: np.ndarray
    components: np.ndarray

    def encode(self, X) -> np.ndarray:
        """Return the d coordinates of each row, (n, inputs) → (n, d)."""
        return (np.asarray(X, dtype=float) - self.mean) @ self.components.T

    def decode(self, z) -> np.ndarray:
        """Return the rows with these coordinates, (n, d) → (n, inputs)."""
        return np.asarray(z, dtype=float) @ self.components + self.mean

    def error(self, X) -> float:
        """Return the mean squared difference between rows and what is left of them after d numbers."""
        return float(((np.asarray(X, dtype=float) - self.decode(self.encode(X))) ** 2).mean())


def pca(X, components: int) -> PCA:
    """Return the principal components of a table: the eigenvectors of its covariance matrix, largest first.

    Parameters
    ----------
    X : array_like of shape (n, inputs)
    components : int
        d, at most the smaller of n and inputs.

    Returns
    -------
    PCA

    Raises
    ------
    ValueError
        If there are fewer directions than asked for.

    Examples
    --------
    >>> found = pca([[0.0, 0.0], [1.0, 2.0], [2.0, 4.0]], 1)
    >>> abs(found.components).round(3), round(found.error([[3.0, 6.0]]), 6)
    (array([[0.447, 0.894]]), 0.0)
    """
    X = validate.array("X", X, ndim=2)
    components = validate.number("components", components, low=1, high=min(X.shape), integer=True)
    mean = X.mean(axis=0)
    _, directions = np.linalg.eigh((X - mean).T @ (X - mean))  # columns, smallest eigenvalue first
    return PCA(mean, directions[:, ::-1][:, :components].T.copy())


def linear_autoencoder(X, components: int, *, steps: int = 100, seed: int = 0) -> Autoencoder:
    """Train an autoencoder of one linear layer each way by gradients until it no longer gets better.

    Parameters
    ----------
    X : array_like of shape (n, inputs)
    components : int
        Size d of the latent vector.
    steps : int
        Rounds of L-BFGS (a method that uses all data at once and finds its own step lengths), 20 evaluations each.
    seed : int

    Returns
    -------
    Autoencoder
        In double precision.

    Examples
    --------
    >>> X = np.outer(np.arange(5.0), [1.0, 2.0])
    >>> model = linear_autoencoder(X, 1, steps=20)
    >>> float(((model(torch.tensor(X)) - torch.tensor(X)) ** 2).mean()) < 1e-6
    True
    """
    X = torch.as_tensor(validate.array("X", X, ndim=2), dtype=torch.float64)
    components = validate.number("components", components, low=1, high=min(X.shape), integer=True)
    model = Autoencoder((X.shape[1], components), seed=seed).double()
    optimizer = torch.optim.LBFGS(
        model.parameters(), max_iter=20, line_search_fn="strong_wolfe", tolerance_grad=1e-9, tolerance_change=1e-12
    )

    def closure():
        optimizer.zero_grad()
        loss = model.loss(model(X), X)
        loss.backward()
        return loss

    before = float("inf")
    for _ in range(validate.number("steps", steps, low=1, integer=True)):
        loss = optimizer.step(closure).item()
        if before - loss < 1e-7 * loss:
            break
        before = loss
    return model.eval()


def angles(A, B) -> np.ndarray:
    """Return the cosines of the principal angles between two subspaces, the largest first; all 1: the same subspace.

    Parameters
    ----------
    A, B : array_like of shape (d, inputs)
        Rows that span the subspaces; they need not be at right angles.

    Returns
    -------
    numpy.ndarray of shape (d,)

    Raises
    ------
    ValueError
        If the rows have different lengths.

    References
    ----------
    Björck & Golub 1973, https://doi.org/10.1090/S0025-5718-1973-0348991-3

    Examples
    --------
    >>> angles([[1.0, 0.0, 0.0]], [[1.0, 1.0, 0.0]]).round(3)
    array([0.707])
    """
    A, B = validate.array("A", A, ndim=2), validate.array("B", B, ndim=2)
    if A.shape[1] != B.shape[1]:
        raise ValueError(f"B: expected rows of {A.shape[1]} numbers, as A has, got {B.shape[1]}.")
    (Q, _), (R, _) = np.linalg.qr(A.T), np.linalg.qr(B.T)
    return np.clip(np.linalg.svd(Q.T @ R, compute_uv=False), 0, 1)


# ---------------------------------------------------------------- what they share


def _layers(sizes: Sequence[int]) -> nn.Sequential:
    """Linear layers of these sizes, with ReLU between two of them."""
    parts: list[nn.Module] = []
    for size, following in pairwise(sizes):
        parts += [nn.Linear(size, following), nn.ReLU()]
    return nn.Sequential(*parts[:-1])


@contextmanager
def _seeded(seed):
    """Draw random numbers that `seed` fixes; random numbers elsewhere stay as they were."""
    with torch.random.fork_rng(devices=[], enabled=seed is not None):
        if seed is not None:
            torch.manual_seed(seed)
        yield


def _check_sizes(sizes) -> tuple[int, ...]:
    if isinstance(sizes, str) or not isinstance(sizes, Sequence) or len(sizes) < 2:
        raise ValueError(f"sizes: expected at least the number of inputs and the size of the latent, got {sizes!r}.")
    return tuple(int(validate.number("sizes", size, low=1, integer=True)) for size in sizes)


def _check_width(name, X, width) -> Tensor:
    if X.ndim != 2 or X.shape[1] != width:
        raise ValueError(f"{name}: expected shape (n, {width}), got {tuple(X.shape)}.")
    return X
