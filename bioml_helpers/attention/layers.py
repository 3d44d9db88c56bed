"""From scratch: attention, several heads of it, positions, and the block that a transformer stacks.

Each token asks a question (its query q), offers a label (its key k) and has something to say (its value v):

    weights = softmax(q kᵀ / √d),   output = weights v

A score is high where a query and a key point the same way; the softmax turns a row of scores into shares that add up
to 1; the output is the mean of the values with those shares.  Chapter 6 builds all of this.

Shapes: B sequences, H heads, L tokens, E numbers a token (the width), d = E / H numbers a head.

References: Bahdanau, Cho & Bengio 2015, https://doi.org/10.48550/arXiv.1409.0473 (attention on top of a recurrent
network); Vaswani and colleagues 2017, https://doi.org/10.48550/arXiv.1706.03762 (attention alone; equations 1, and
section 3.5 for the positions).
"""

from __future__ import annotations

import math
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional

from bioml_helpers.data import validate


def scaled_dot_product_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None, *, scale=None):
    """Let each query collect values from wherever its key fits.

    Parameters
    ----------
    q : torch.Tensor of shape (..., queries, d)
    k : torch.Tensor of shape (..., keys, d)
    v : torch.Tensor of shape (..., keys, d_v)
    mask : torch.Tensor of bool, optional
        True where a query may look, in a shape that broadcasts to (..., queries, keys).
    scale : float, optional
        What the scores are multiplied by; 1/√d by default.

    Returns
    -------
    output : torch.Tensor of shape (..., queries, d_v)
    weights : torch.Tensor of shape (..., queries, keys)
        Each row adds up to 1.

    Raises
    ------
    TypeError
        If the mask is not bool.
    ValueError
        If queries and keys differ in d, keys and values in number, or a query may look nowhere.

    References
    ----------
    Vaswani and colleagues 2017, https://doi.org/10.48550/arXiv.1706.03762, equation 1.

    Examples
    --------
    >>> v = torch.tensor([[10.0], [20.0]])
    >>> output, weights = scaled_dot_product_attention(torch.zeros(1, 4), torch.ones(2, 4), v)
    >>> output, weights
    (tensor([[15.]]), tensor([[0.5000, 0.5000]]))
    """
    _check_qkv(q, k, v)
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    scores = (q * scale) @ k.transpose(-2, -1)  # (..., queries, keys)
    if mask is not None:
        # exp(−∞) is 0: where nobody may look, exactly nothing is collected
        scores = scores.masked_fill(~_check_mask(mask, scores), -math.inf)
    weights = torch.softmax(scores, dim=-1)
    return weights @ v, weights


def causal_mask(length: int) -> Tensor:
    """Return who may look at whom when nobody may look ahead: True on and below the diagonal.

    Parameters
    ----------
    length : int

    Returns
    -------
    torch.Tensor of bool, shape (length, length)

    Examples
    --------
    >>> causal_mask(3).int()
    tensor([[1, 0, 0],
            [1, 1, 0],
            [1, 1, 1]], dtype=torch.int32)
    """
    return torch.ones(length, length, dtype=torch.bool).tril()


def padding_mask(present: Tensor) -> Tensor:
    """Return a mask under which no query of any head looks at padding.

    Parameters
    ----------
    present : torch.Tensor of bool, shape (B, L)
        True where a sequence has a token, False in its padding.

    Returns
    -------
    torch.Tensor of bool, shape (B, 1, 1, L)

    Examples
    --------
    >>> padding_mask(torch.tensor([[True, True, False]])).shape
    torch.Size([1, 1, 1, 3])
    """
    return present[:, None, None, :]


def sinusoidal_positions(length: int, width: int) -> Tensor:
    """Return a code for each position out of waves of many lengths: sin in the even columns, cos in the odd ones.

    Column pair i has the wavelength 2π · 10000^(2i / width): the first pair tells neighbours apart, the last pair says
    roughly where one is.

    Parameters
    ----------
    length : int
        Positions.
    width : int
        Numbers a position, even.

    Returns
    -------
    torch.Tensor of shape (length, width)

    Raises
    ------
    ValueError
        If the width is odd.

    References
    ----------
    Vaswani and colleagues 2017, https://doi.org/10.48550/arXiv.1706.03762, section 3.5.

    Examples
    --------
    >>> sinusoidal_positions(50, 8)[0]
    tensor([0., 1., 0., 1., 0., 1., 0., 1.])
    """
    validate.number("length", length, low=1, integer=True)
    if validate.number("width", width, low=2, integer=True) % 2:
        raise ValueError(f"width: expected an even number (a sine and a cosine each), got {width}.")
    position = torch.arange(length)[:, None]  # (length, 1)
    frequency = 10000.0 ** (-torch.arange(0, width, 2) / width)  # (width / 2,)
    code = torch.zeros(length, width)
    code[:, 0::2] = torch.sin(position * frequency)
    code[:, 1::2] = torch.cos(position * frequency)
    return code


class MultiHeadAttention(nn.Module):
    """Several attentions side by side, each on its own share of the numbers, and a linear layer that mixes them.

    Parameters
    ----------
    width : int
        E, numbers a token.
    heads : int
        H; must divide the width.
    seed : int, optional
        Fixes the starting weights.

    Raises
    ------
    ValueError
        If the width cannot be shared out evenly.

    Examples
    --------
    >>> attend = MultiHeadAttention(32, 4, seed=0)
    >>> output, weights = attend(torch.zeros(2, 10, 32))
    >>> output.shape, weights.shape
    (torch.Size([2, 10, 32]), torch.Size([2, 4, 10, 10]))
    """

    def __init__(self, width: int, heads: int = 1, *, seed: int | None = None):
        super().__init__()
        _check_heads(width, heads)
        self.width, self.heads = width, heads
        with _seeded(seed):
            self.query = nn.Linear(width, width)
            self.key = nn.Linear(width, width)
            self.value = nn.Linear(width, width)
            self.out = nn.Linear(width, width)

    def split(self, X: Tensor) -> Tensor:
        """Deal the numbers of each token out to the heads: (B, L, E) → (B, H, L, d)."""
        batch, length, width = X.shape
        X = X.view(batch, length, self.heads, width // self.heads)  # (B, L, H, d): cut each token's numbers
        return X.transpose(1, 2)  # (B, H, L, d)

    def merge(self, X: Tensor) -> Tensor:
        """Put the heads' numbers side by side again: (B, H, L, d) → (B, L, E)."""
        batch, heads, length, d = X.shape
        return X.transpose(1, 2).reshape(batch, length, heads * d)

    def forward(self, X: Tensor, present: Tensor | None = None, *, causal: bool = False):
        """Return what each token collected, and where each head looked.

        Parameters
        ----------
        X : torch.Tensor of shape (B, L, E)
        present : torch.Tensor of bool, shape (B, L), optional
            False in the padding, where nobody may look.
        causal : bool
            Nobody may look ahead.

        Returns
        -------
        output : torch.Tensor of shape (B, L, E)
        weights : torch.Tensor of shape (B, H, L, L)
            Row i: where token i looked.

        Raises
        ------
        ValueError
            If `X` or `present` has another shape.
        """
        mask = _check_tokens(X, present, causal, self.width)
        q, k, v = (self.split(project(X)) for project in (self.query, self.key, self.value))
        output, weights = scaled_dot_product_attention(q, k, v, mask)
        return self.out(self.merge(output)), weights

    def copy_from(self, library: nn.MultiheadAttention) -> MultiHeadAttention:
        """Take over the weights of ``torch.nn.MultiheadAttention`` (q, k and v in one matrix); return self."""
        parts = zip(library.in_proj_weight.chunk(3), library.in_proj_bias.chunk(3), strict=True)
        with torch.no_grad():
            for layer, (weight, bias) in zip((self.query, self.key, self.value), parts, strict=True):
                layer.weight.copy_(weight)
                layer.bias.copy_(bias)
            self.out.load_state_dict(library.out_proj.state_dict())
        return self


class EncoderBlock(nn.Module):
    """What a transformer stacks: the tokens look at each other, then each one thinks for itself.

    Both steps are added to what was there before (a residual connection), and each token's numbers are brought to
    mean 0 and spread 1 (layer normalisation).

    Parameters
    ----------
    width, heads : int
        Of the attention.
    hidden_size : int, optional
        Of the two-layer perceptron each token goes through; 4 · width by default.
    dropout : float
        Share of numbers set to 0 in training, after each of the two steps and inside the perceptron.
    norm_first : bool
        Normalise before each step (most of today's models) instead of after it (the model of 2017).
    seed : int, optional
        Fixes the starting weights.

    Attributes
    ----------
    weights : torch.Tensor of shape (B, H, L, L) or None
        Where the heads looked in the last call.

    Examples
    --------
    >>> block = EncoderBlock(32, 4, seed=0)
    >>> block(torch.zeros(2, 10, 32)).shape, block.weights.shape
    (torch.Size([2, 10, 32]), torch.Size([2, 4, 10, 10]))
    """

    def __init__(
        self,
        width: int,
        heads: int = 1,
        hidden_size: int | None = None,
        *,
        dropout: float = 0.0,
        norm_first: bool = False,
        seed: int | None = None,
    ):
        super().__init__()
        hidden_size = 4 * width if hidden_size is None else hidden_size
        with _seeded(seed):
            self.attention = MultiHeadAttention(width, heads)
            self.first, self.second = nn.Linear(width, hidden_size), nn.Linear(hidden_size, width)
        self.norm_attention, self.norm_perceptron = nn.LayerNorm(width), nn.LayerNorm(width)
        self.dropout = nn.Dropout(validate.number("dropout", dropout, low=0, high=1))
        self.norm_first = norm_first
        self.weights: Tensor | None = None

    def forward(self, X: Tensor, present: Tensor | None = None, *, causal: bool = False) -> Tensor:
        """Return the tokens after a round of looking and thinking, (B, L, E); arguments as for the attention."""
        if self.norm_first:
            X = X + self._look(self.norm_attention(X), present, causal)
            return X + self._think(self.norm_perceptron(X))
        X = self.norm_attention(X + self._look(X, present, causal))
        return self.norm_perceptron(X + self._think(X))

    def _look(self, X, present, causal):
        collected, weights = self.attention(X, present, causal=causal)
        self.weights = weights.detach()
        return self.dropout(collected)

    def _think(self, X):
        return self.dropout(self.second(self.dropout(functional.relu(self.first(X)))))

    def copy_from(self, library: nn.TransformerEncoderLayer) -> EncoderBlock:
        """Take over the weights of ``torch.nn.TransformerEncoderLayer``; return self."""
        self.attention.copy_from(library.self_attn)
        pairs = {
            self.first: library.linear1,
            self.second: library.linear2,
            self.norm_attention: library.norm1,
            self.norm_perceptron: library.norm2,
        }
        for ours, theirs in pairs.items():
            ours.load_state_dict(theirs.state_dict())
        return self


# ---------------------------------------------------------------- what comes in


@contextmanager
def _seeded(seed):
    """Draw starting weights that `seed` fixes; random numbers elsewhere stay as they were."""
    with torch.random.fork_rng(devices=[], enabled=seed is not None):
        if seed is not None:
            torch.manual_seed(seed)
        yield


def _check_heads(width, heads) -> None:
    validate.number("heads", heads, low=1, integer=True)
    if validate.number("width", width, low=1, integer=True) % heads:
        raise ValueError(f"heads: expected a number that divides the width {width}, got {heads}.")


def _check_qkv(q, k, v) -> None:
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(f"k: expected {q.shape[-1]} numbers a key, as a query has, got {k.shape[-1]}.")
    if k.shape[-2] != v.shape[-2]:
        raise ValueError(f"v: expected {k.shape[-2]} values, one a key, got {v.shape[-2]}.")


def _check_mask(mask, scores) -> Tensor:
    if mask.dtype != torch.bool:
        raise TypeError(f"mask: expected True where a query may look, False elsewhere, got {mask.dtype}.")
    if not mask.any(dim=-1).all():
        raise ValueError("mask: expected at least one key to look at for each query, some query has none.")
    if not _fits(mask.shape, scores.shape):
        raise ValueError(f"mask: expected a shape that fits {tuple(scores.shape)}, got {tuple(mask.shape)}.")
    return mask


def _fits(shape, wanted) -> bool:
    """Whether the axes, counted from the last, are the wanted ones or 1."""
    pairs = zip(reversed(shape), reversed(wanted), strict=False)
    return len(shape) <= len(wanted) and all(one in (1, other) for one, other in pairs)


def _check_tokens(X, present, causal, width) -> Tensor | None:
    if X.ndim != 3 or X.shape[2] != width:
        raise ValueError(f"X: expected shape (sequences, tokens, {width}), got {tuple(X.shape)}.")
    mask = causal_mask(X.shape[1]).to(X.device) if causal else None
    if present is None:
        return mask
    if present.shape != X.shape[:2]:
        raise ValueError(f"present: expected shape {tuple(X.shape[:2])}, one mark a token, got {tuple(present.shape)}.")
    padding = padding_mask(present)
    return padding if mask is None else mask & padding
