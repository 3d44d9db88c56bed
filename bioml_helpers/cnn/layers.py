"""From scratch: convolution in one, two and three dimensions, pooling, residual blocks, and what a layer can see.

A convolutional layer slides a small window over its input and, at every place p, multiplies and adds:

    out[f, p] = b[f] + Σ_c Σ_k  W[f, c, k] · x[c, p · stride + k · dilation]

The same W and b are used at every p.  Strictly this is a *cross-correlation* (the mathematician's convolution turns the
filter around first); like every deep-learning library we call it convolution.  The number of dimensions is the number
of directions in which the window moves: one along DNA, two over an image, three through a volume.  Chapter 4 builds
all of this, first with a loop over the places, then as matrix products over all windows ("unfold").

References: LeCun and colleagues 1998, https://doi.org/10.1109/5.726791 (shared weights);
He and colleagues 2016, https://doi.org/10.1109/CVPR.2016.90 (residual blocks).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import torch
from torch import nn

from bioml_helpers.data import encode, validate

BASES = encode.DNA  # the order of the four channels: A, C, G, T

# ---------------------------------------------------------------- what a window leaves, and what it sees


def output_size(length: int, kernel_size: int, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Return how many places a window has along one direction: the length of the output.

    The window spans ``dilation · (kernel_size − 1) + 1`` inputs; padding adds zeros at *both* ends.

    Parameters
    ----------
    length : int
        Of the input.
    kernel_size, stride, padding, dilation : int
        Window, step from one place to the next, zeros added at each end, distance between neighbours in the window.

    Raises
    ------
    ValueError
        If the window is longer than the padded input.

    Examples
    --------
    >>> output_size(50, 12), output_size(20, 5, stride=2, padding=1)
    (39, 9)
    """
    length = validate.number("length", length, low=1, integer=True)
    kernel_size, stride, dilation = (
        validate.number(name, value, low=1, integer=True)
        for name, value in (("kernel_size", kernel_size), ("stride", stride), ("dilation", dilation))
    )
    padded = length + 2 * validate.number("padding", padding, low=0, integer=True)
    span = dilation * (kernel_size - 1) + 1
    if span > padded:
        raise ValueError(
            f"kernel_size: expected a window within the {padded} padded inputs, got one that spans {span}."
        )
    return (padded - span) // stride + 1


def receptive_field(layers: Sequence) -> int:
    """Return how many neighbouring inputs can change one output of a stack of layers, along one direction.

    Each layer widens the view by (kernel_size − 1) · dilation steps, and one of its steps is as long as the strides of
    all layers before it together.  A pooling layer counts like a convolution of its window and stride.

    Parameters
    ----------
    layers : sequence
        From the input upwards: each a kernel size, or (kernel_size, stride), or (kernel_size, stride, dilation).

    Raises
    ------
    ValueError
        If a layer has more than three numbers or one below 1.

    References
    ----------
    Araujo, Norris & Sim 2019, https://doi.org/10.23915/distill.00021, equation 2.

    Examples
    --------
    >>> receptive_field([3, 3]), receptive_field([(3, 1, 1), (3, 1, 2), (3, 1, 4), (3, 1, 8)])
    (5, 31)
    >>> receptive_field([5, (2, 2), 5])  # convolution, pooling by 2, convolution
    14
    """
    seen, step = 1, 1
    for number, layer in enumerate(layers, start=1):
        given = validate.array(f"layers[{number - 1}]", layer, integer=True).ravel()
        if len(given) > 3 or (given < 1).any():
            raise ValueError(
                f"layers[{number - 1}]: expected (kernel_size, stride, dilation), each at least 1, got {layer}."
            )
        kernel_size, stride, dilation = [*given.tolist(), 1, 1][:3] if len(given) < 3 else given.tolist()
        seen += (kernel_size - 1) * dilation * step
        step *= stride
    return seen


# ---------------------------------------------------------------- convolution


def conv_loops(X, weight, bias=None, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> torch.Tensor:
    """Slide filters over an input, one place after the other: slow, and exactly what convolution means.

    Parameters
    ----------
    X : torch.Tensor of shape (batch, channels, …)
        One, two or three directions after the channels.
    weight : torch.Tensor of shape (filters, channels, …)
        One filter a row, with a window in each direction.
    bias : torch.Tensor of shape (filters,), optional
    stride, padding, dilation : int
        The same in every direction.

    Returns
    -------
    torch.Tensor of shape (batch, filters, …)

    Raises
    ------
    ValueError
        If the shapes do not fit each other, or the window is larger than the input.

    Examples
    --------
    >>> conv_loops(torch.tensor([[[1.0, 2, 3, 4]]]), torch.tensor([[[1.0, -1]]]))
    tensor([[[-1., -1., -1.]]])
    """
    X, weight, bias, sizes = _checked(X, weight, bias, stride, padding, dilation)
    X = nn.functional.pad(X, [padding] * 2 * len(sizes))
    out = X.new_empty(len(X), len(weight), *sizes)
    for place in product(*map(range, sizes)):
        window = tuple(
            slice(p * stride, p * stride + dilation * (k - 1) + 1, dilation)
            for p, k in zip(place, weight.shape[2:], strict=True)
        )
        patch = X[(..., *window)]  # (batch, channels, *kernel)
        products = patch[:, None] * weight  # (batch, filters, channels, *kernel)
        out[(..., *place)] = products.flatten(2).sum(2)  # (batch, filters)
    return out if bias is None else out + bias.view(-1, *[1] * len(sizes))


def unfold(X, kernel_size: Sequence[int], *, stride: int = 1, padding: int = 0, dilation: int = 1) -> torch.Tensor:
    """Return every window of an input, laid out as rows of numbers.

    Parameters
    ----------
    X : torch.Tensor of shape (batch, channels, …)
    kernel_size : sequence of int
        One a direction.
    stride, padding, dilation : int
        The same in every direction.

    Returns
    -------
    torch.Tensor of shape (batch, places, channels · window)
        Places in reading order.

    Examples
    --------
    >>> unfold(torch.tensor([[[1.0, 2, 3, 4]]]), [3])
    tensor([[[1., 2., 3.],
             [2., 3., 4.]]])
    """
    dims = len(kernel_size)
    for length, window in zip(X.shape[2:], kernel_size, strict=True):
        output_size(length, window, stride=stride, padding=padding, dilation=dilation)  # says so if it is too large
    X = nn.functional.pad(X, [padding] * 2 * dims)
    for axis, window in enumerate(kernel_size, start=2):
        X = X.unfold(axis, dilation * (window - 1) + 1, stride)[..., ::dilation]
    return X.movedim(1, dims + 1).flatten(dims + 1).flatten(1, dims)  # from (batch, channels, *places, *window)


def conv_unfold(X, weight, bias=None, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> torch.Tensor:
    """Do what `conv_loops` does with one matrix product: a fully connected layer on all windows at once.

    Parameters and result are those of `conv_loops`; gradients flow through it.

    Examples
    --------
    >>> conv_unfold(torch.tensor([[[1.0, 2, 3, 4]]]), torch.tensor([[[1.0, -1]]]))
    tensor([[[-1., -1., -1.]]])
    """
    X, weight, bias, sizes = _checked(X, weight, bias, stride, padding, dilation)
    windows = unfold(X, weight.shape[2:], stride=stride, padding=padding, dilation=dilation)
    out = nn.functional.linear(windows, weight.flatten(1), bias)  # (batch, places, filters)
    return out.transpose(1, 2).unflatten(2, sizes)


def conv(X, weight, bias=None, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> torch.Tensor:
    """Do what `conv_unfold` does with a smaller table: what neighbouring windows share is written down once.

    Parameters and result are those of `conv_loops`; gradients flow through it.

    Examples
    --------
    >>> conv(torch.ones(1, 3, 28, 28), torch.ones(8, 3, 5, 5), stride=2).shape
    torch.Size([1, 8, 12, 12])
    """
    X, weight, bias, sizes = _checked(X, weight, bias, stride, padding, dilation)
    return _Slide.apply(X, weight, bias, sizes, stride, padding, dilation)


class _Slide(torch.autograd.Function):
    """Multiply filters with all windows of an input, and copy only what windows do not share.

    The table that is multiplied goes line by line along the first direction, (length, window · channels, places ·
    batch), where window and places are those of the other directions: a column is what a window sees of one line.
    Lines lie one after the other in memory: so a whole window is no copy of its lines, but a place where to begin.
    (Only with a dilation, when the lines of a window are no neighbours, are they copied.)  Backward, each line gets the
    slopes of all windows that saw it, and each input those of all its places in the table.
    """

    @staticmethod
    def forward(ctx, X, weight, bias, places, *how):
        stride, padding, dilation = ctx.how = how
        ctx.places, window = places, weight.shape[2:]
        lines = _empty_lines(X, stride, padding)
        for inputs, inside in _same_numbers(X, lines, stride, padding):
            inside.copy_(inputs)
        seen = _seen(lines, window[1:], places[1:], stride, dilation)
        table = torch.stack(seen, dim=1).flatten(1, 2).flatten(2)
        ctx.save_for_backward(X, weight, bias, table)
        windows = _windows(table, window[0], stride, dilation)
        filters = weight.movedim(1, -1).flatten(1).expand(places[0], -1, -1)  # the table's order
        out = filters.bmm(windows) if bias is None else torch.baddbmm(bias[:, None], filters, windows)
        return out.unflatten(2, (*places[1:], len(X))).movedim((0, -1), (2, 0))

    @staticmethod
    def backward(ctx, slopes):
        X, weight, bias, table = ctx.saved_tensors
        if torch.is_grad_enabled():  # somebody wants slopes of slopes: they flow through the plain table of windows
            stride, padding, dilation = ctx.how
            out = conv_unfold(X, weight, bias, stride=stride, padding=padding, dilation=dilation)
            asked = [t for t, needed in zip((X, weight, bias), ctx.needs_input_grad, strict=False) if needed]
            found = iter(torch.autograd.grad(out, asked, slopes, create_graph=True))
            return *(next(found) if needed else None for needed in ctx.needs_input_grad[:3]), None, None, None, None
        return *_slopes(X, weight, table, slopes, ctx.needs_input_grad, ctx.places, *ctx.how), None, None, None, None


def _slopes(X, weight, table, slopes, needed, places, stride, padding, dilation):
    """Return the slopes of input, filters and biases where they are needed, from those of `_Slide`'s result."""
    size, *window = weight.shape[2:]
    slopes = slopes.movedim((2, 0), (0, -1)).flatten(2).contiguous()  # (places, filters, other places · batch)
    of_X = of_weight = of_bias = None
    if needed[0]:
        of_table = torch.zeros_like(table)
        filters = weight.movedim(1, -1).flatten(1).unflatten(1, (size, -1))
        for number, part in enumerate(filters.unbind(1)):
            begin = dilation * number  # of the first window, this line
            rows = of_table[begin : begin + stride * (places[0] - 1) + 1 : stride]
            rows.baddbmm_(part.T.expand(places[0], -1, -1), slopes)
        of_X = torch.empty_like(X)
        of_lines = _empty_lines(X, stride, padding)
        seen = _seen(of_lines, window, places[1:], stride, dilation)
        for place, part in zip(seen, of_table.unflatten(1, (len(seen), -1)).unbind(1), strict=True):
            place.add_(part.view(place.shape))
        for inputs, inside in _same_numbers(of_X, of_lines, stride, padding):
            inputs.copy_(inside)
    if needed[1]:
        of_filters = _windows(table, size, stride, dilation).bmm(slopes.mT).sum(0).T
        of_weight = of_filters.unflatten(1, (size, *window, -1)).movedim(-1, 1)
    if needed[2]:
        of_bias = slopes.sum((0, 2))
    return of_X, of_weight, of_bias


# A computer copies fastest what lies side by side.  So in the lines the batch comes last, and those places of the last
# direction lie together that are a stride apart: (length, channels, …, stride, last direction / stride, batch).


def _empty_lines(X, stride, padding):
    """Return zeros for the lines of X and its padding."""
    length, *others = [n + 2 * padding for n in X.shape[2:]]
    if others:
        others[-1:] = stride, -(-others[-1] // stride)
    return X.new_zeros(length, X.shape[1], *others, len(X))


def _same_numbers(X, lines, stride, padding):
    """Yield pairs of views, of an input and of its lines, that hold the same numbers."""
    inputs = X.movedim((2, 0), (0, -1))
    length, *others = [slice(padding, padding + n) for n in X.shape[2:]]
    if not others:
        yield inputs, lines[length]
        return
    for first in range(min(stride, X.shape[-1])):
        own = inputs[..., first::stride, :]
        begin, of_stride = divmod(first + padding, stride)
        yield own, lines[(length, slice(None), *others[:-1], of_stride, slice(begin, begin + own.shape[-2]))]


def _seen(lines, window, places, stride, dilation):
    """Return for each number of a window the view of the lines that all places see there, in reading order."""
    if not window:
        return [lines]
    seen = []
    for corner in product(*map(range, window)):
        *starts, last = [dilation * k for k in corner]
        slices = [slice(s, s + stride * (n - 1) + 1, stride) for s, n in zip(starts, places[:-1], strict=True)]
        begin, of_stride = divmod(last, stride)
        seen.append(lines[(slice(None), slice(None), *slices, of_stride, slice(begin, begin + places[-1]))])
    return seen


def _windows(table, size, stride, dilation):
    """Return the windows of a table of lines as a view, (places, numbers of a filter, columns)."""
    windows = table.unfold(0, dilation * (size - 1) + 1, stride)[..., ::dilation]
    return windows.permute(0, 3, 1, 2).flatten(1, 2)


def conv1d(X, weight, bias=None, **how) -> torch.Tensor:
    """Slide filters along one direction: X (batch, channels, length), weight (filters, channels, window).

    Examples
    --------
    >>> conv1d(torch.ones(2, 4, 50), torch.ones(16, 4, 12)).shape
    torch.Size([2, 16, 39])
    """
    return conv(_with_dims(X, 1), weight, bias, **how)


def conv2d(X, weight, bias=None, **how) -> torch.Tensor:
    """Slide filters over an image: X (batch, channels, height, width), weight (filters, channels, window, window).

    Examples
    --------
    >>> conv2d(torch.ones(2, 3, 28, 28), torch.ones(8, 3, 5, 5)).shape
    torch.Size([2, 8, 24, 24])
    """
    return conv(_with_dims(X, 2), weight, bias, **how)


def conv3d(X, weight, bias=None, **how) -> torch.Tensor:
    """Slide filters through a volume: X (batch, channels, depth, height, width), weight with three windows.

    Examples
    --------
    >>> conv3d(torch.ones(2, 1, 8, 16, 16), torch.ones(4, 1, 3, 3, 3), padding=1).shape
    torch.Size([2, 4, 8, 16, 16])
    """
    return conv(_with_dims(X, 3), weight, bias, **how)


class _Conv(nn.Module):
    """What the three layers share: filters and biases that are learned, drawn as PyTorch draws them."""

    dims = 0

    def __init__(
        self, channels: int, filters: int, kernel_size: int, *, stride: int = 1, padding: int = 0, dilation: int = 1
    ):
        super().__init__()
        channels, filters, kernel_size = (
            validate.number(name, value, low=1, integer=True)
            for name, value in (("channels", channels), ("filters", filters), ("kernel_size", kernel_size))
        )
        self.how = {"stride": stride, "padding": padding, "dilation": dilation}
        most = (channels * kernel_size**self.dims) ** -0.5  # 1/√(inputs of one filter)
        self.weight = nn.Parameter(torch.empty(filters, channels, *[kernel_size] * self.dims).uniform_(-most, most))
        self.bias = nn.Parameter(torch.empty(filters).uniform_(-most, most))

    def forward(self, X):
        """Return the feature maps, (batch, filters, …)."""
        return conv(_with_dims(X, self.dims), self.weight, self.bias, **self.how)


class Conv1d(_Conv):
    """A convolutional layer along one direction: sequences, signals over time.

    Parameters
    ----------
    channels, filters, kernel_size : int
        Numbers at each place that come in, and that go out; the window.
    stride, padding, dilation : int

    Examples
    --------
    >>> layer = Conv1d(4, 16, 12)
    >>> layer(torch.zeros(2, 4, 50)).shape, sum(p.numel() for p in layer.parameters())
    (torch.Size([2, 16, 39]), 784)
    """

    dims = 1


class Conv2d(_Conv):
    """A convolutional layer over two directions: images, whatever number of colours they have.

    Parameters are those of `Conv1d`.

    Examples
    --------
    >>> Conv2d(3, 8, 5)(torch.zeros(2, 3, 28, 28)).shape
    torch.Size([2, 8, 24, 24])
    """

    dims = 2


class Conv3d(_Conv):
    """A convolutional layer through three directions: volumes such as MRI.

    Parameters are those of `Conv1d`.

    Examples
    --------
    >>> Conv3d(1, 4, 3, padding=1)(torch.zeros(2, 1, 8, 16, 16)).shape
    torch.Size([2, 4, 8, 16, 16])
    """

    dims = 3


class LocallyConnected1d(nn.Module):
    """Like `Conv1d`, but with filters of its own at every place: what convolution would be if it did not share.

    Parameters
    ----------
    channels, filters, kernel_size : int
    length : int
        Of the input; it is fixed, because every place has its own weights.

    Examples
    --------
    >>> layer = LocallyConnected1d(4, 16, 12, length=50)
    >>> layer(torch.zeros(2, 4, 50)).shape, sum(p.numel() for p in layer.parameters())
    (torch.Size([2, 16, 39]), 30576)
    """

    def __init__(self, channels: int, filters: int, kernel_size: int, *, length: int):
        super().__init__()
        self.kernel_size, self.length = kernel_size, length
        places = output_size(length, kernel_size)
        most = (channels * kernel_size) ** -0.5
        self.weight = nn.Parameter(torch.empty(places, channels * kernel_size, filters).uniform_(-most, most))
        self.bias = nn.Parameter(torch.empty(places, filters).uniform_(-most, most))

    def forward(self, X):
        """Return (batch, filters, places)."""
        if X.shape[-1] != self.length:
            raise ValueError(f"X: expected length {self.length}, for which there are weights, got {X.shape[-1]}.")
        windows = unfold(X, [self.kernel_size])  # (batch, places, channels · window)
        return (torch.einsum("bpk,pkf->bpf", windows, self.weight) + self.bias).transpose(1, 2)


# ---------------------------------------------------------------- pooling


def max_pool(X, kernel_size: int, *, stride: int | None = None) -> torch.Tensor:
    """Keep the largest number of each window, channel by channel, in one, two or three directions.

    Parameters
    ----------
    X : torch.Tensor of shape (batch, channels, …)
    kernel_size : int
        The window, the same in every direction.
    stride : int, optional
        By default the window, so that windows do not overlap.

    Examples
    --------
    >>> max_pool(torch.tensor([[[1.0, 5, 2, 0, 3, 4]]]), 2)
    tensor([[[5., 2., 4.]]])
    """
    X = _tensor("X", X)
    dims = X.ndim - 2
    if dims not in (1, 2, 3):
        raise ValueError(f"X: expected (batch, channels, …) with 1 to 3 directions, got shape {tuple(X.shape)}.")
    stride = kernel_size if stride is None else stride
    for length in X.shape[2:]:
        output_size(length, kernel_size, stride=stride)  # says so if the window is too large
    for axis in range(2, X.ndim):
        X = X.unfold(axis, kernel_size, stride)
    return X.flatten(2 + dims).amax(-1)


def global_max_pool(X) -> torch.Tensor:
    """Return the largest number of each channel, wherever it is: (batch, channels).

    Examples
    --------
    >>> global_max_pool(torch.tensor([[[1.0, 5, 2], [0, -1, -2]]]))
    tensor([[5., 0.]])
    """
    return _tensor("X", X).flatten(2).amax(2)


# ---------------------------------------------------------------- residual blocks

TORCH_CONV = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}


class ResidualBlock(nn.Module):
    """Convolutions whose result is *added* to what came in, so that the signal can also pass them by.

        out = x + scale · branch(x),   branch: (convolution → ReLU) × depth

    The input and the output have the same shape.  With ``skip=False`` the same layers stand alone, for comparison.
    It uses PyTorch's convolution, equal to the one above and faster.

    Parameters
    ----------
    channels : int
    kernel_size : int
        Odd, so that the window has a middle.
    dims : {1, 2, 3}
    dilation : int
    depth : int
        Convolutions in the branch.
    scale : float
        Of the branch; 1/√(number of blocks) keeps a deep stack's numbers from growing.
    skip : bool
    groups : int
        Networks side by side that do not see each other; the channels are shared out among them.

    Raises
    ------
    ValueError
        If the kernel size is even or `dims` is not 1, 2 or 3.

    References
    ----------
    He and colleagues 2016, https://doi.org/10.1109/CVPR.2016.90

    Examples
    --------
    >>> ResidualBlock(16, dims=2, dilation=2)(torch.zeros(2, 16, 30, 30)).shape
    torch.Size([2, 16, 30, 30])
    >>> block = ResidualBlock(4, scale=0.0)
    >>> bool((block(torch.ones(1, 4, 9)) == 1).all())
    True
    """

    def __init__(
        self,
        channels: int,
        kernel_size: int = 3,
        *,
        dims: int = 1,
        dilation: int = 1,
        depth: int = 1,
        scale: float = 1.0,
        skip: bool = True,
        groups: int = 1,
    ):
        super().__init__()
        make = TORCH_CONV[validate.one_of("dims", dims, TORCH_CONV)]
        if kernel_size % 2 == 0:
            raise ValueError(f"kernel_size: expected an odd number, so that the shape stays, got {kernel_size}.")
        padding = dilation * (kernel_size - 1) // 2
        steps = [
            (make(channels, channels, kernel_size, padding=padding, dilation=dilation, groups=groups), nn.ReLU())
            for _ in range(validate.number("depth", depth, low=1, integer=True))
        ]
        self.branch = nn.Sequential(*(module for step in steps for module in step))
        self.scale, self.skip = scale, skip

    def forward(self, x):
        """Return x plus what the branch makes of it (or that alone, without the skip)."""
        change = self.scale * self.branch(x) if self.skip else self.branch(x)
        return x + change if self.skip else change


# ---------------------------------------------------------------- a filter and a position weight matrix


def pwm_to_filter(counts, *, background=None, pseudocount: float = 1.0) -> np.ndarray:
    """Turn a table of counted bases into a filter: the log-odds of each base at each position, in bits.

    Parameters
    ----------
    counts : array_like of shape (4, width)
        How often A, C, G, T stood at each position of the known sites.
    background : array_like of shape (4,), optional
        Share of each base in the genome; by default a quarter each.
    pseudocount : float
        Added to each position in the shares of the background, so that a base never seen is not impossible.

    Returns
    -------
    numpy.ndarray of shape (4, width)
        log₂(share at the position / share in the background).

    Raises
    ------
    ValueError
        If there are not four rows, a count is negative, or a base has no chance at all (its logarithm is −∞).

    References
    ----------
    Stormo 2000, https://doi.org/10.1093/bioinformatics/16.1.16

    Examples
    --------
    >>> pwm_to_filter([[7, 0], [0, 0], [0, 3], [0, 4]]).round(2)
    array([[ 1.86, -3.  ],
           [-3.  , -3.  ],
           [-3.  ,  0.7 ],
           [-3.  ,  1.09]])
    """
    counts = validate.array("counts", counts, ndim=2, length=4)
    background = np.full(4, 0.25) if background is None else validate.array("background", background, ndim=1, length=4)
    pseudocount = validate.number("pseudocount", pseudocount, low=0)
    if (counts < 0).any():
        raise ValueError(f"counts: expected numbers from 0, got {counts.min():g}.")
    if (background <= 0).any() or abs(background.sum() - 1) > 1e-6:
        raise ValueError(f"background: expected four shares above 0 that add up to 1, got {background.tolist()}.")
    raised = counts + pseudocount * background[:, None]
    if (raised == 0).any():
        raise ValueError("pseudocount: expected a number above 0, since some bases were never counted, got 0.")
    shares = raised / raised.sum(axis=0)  # (4, width), each column adds up to 1
    return np.log2(shares / background[:, None])


def pwm_scan(sequence: str, scores) -> np.ndarray:
    """Score every offset of a sequence as it was done long before neural networks: look up each letter, add up.

    Parameters
    ----------
    sequence : str
        Of A, C, G, T.
    scores : array_like of shape (4, width)

    Returns
    -------
    numpy.ndarray of shape (length − width + 1,)

    Examples
    --------
    >>> pwm_scan("ACA", [[1.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 0.0]])
    array([3., 0.])
    """
    scores = validate.array("scores", scores, ndim=2, length=4)
    letters = encode.integers(sequence)
    width = scores.shape[1]
    places = output_size(len(letters), width)
    return np.array([sum(scores[letters[p + k], k] for k in range(width)) for p in range(places)])


def reverse_complement_filter(scores) -> np.ndarray:
    """Return the filter that finds the same site on the other strand: read backwards, A and T, C and G exchanged.

    Parameters
    ----------
    scores : array_like of shape (4, width)
        Rows in the order A, C, G, T, so that exchanging partners turns the rows around.

    Examples
    --------
    >>> reverse_complement_filter([[1, 0], [0, 2], [0, 0], [0, 0]])
    array([[0., 0.],
           [0., 0.],
           [2., 0.],
           [0., 1.]])
    """
    return validate.array("scores", scores, ndim=2, length=4)[::-1, ::-1].copy()


# ---------------------------------------------------------------- checks


def _tensor(name, value, dtype=None) -> torch.Tensor:
    if isinstance(value, torch.Tensor):
        return value
    return torch.as_tensor(validate.array(name, value), dtype=dtype or torch.get_default_dtype())


def _with_dims(X, dims: int) -> torch.Tensor:
    X = _tensor("X", X)
    if X.ndim != dims + 2:
        raise ValueError(
            f"X: expected (batch, channels, {dims} direction{'s' * (dims > 1)}), got shape {tuple(X.shape)}."
        )
    return X


def _checked(X, weight, bias, stride, padding, dilation):
    """Return input, filters, biases, and the output's size in each direction."""
    X = _tensor("X", X)
    weight = _tensor("weight", weight, X.dtype)
    if X.ndim not in (3, 4, 5):
        raise ValueError(f"X: expected (batch, channels, …) with 1 to 3 directions, got shape {tuple(X.shape)}.")
    if weight.ndim != X.ndim or weight.shape[1] != X.shape[1]:
        raise ValueError(
            f"weight: expected (filters, {X.shape[1]}, …) with {X.ndim - 2} window(s), as X has shape "
            f"{tuple(X.shape)}, got shape {tuple(weight.shape)}."
        )
    if bias is not None:
        bias = _tensor("bias", bias, X.dtype)
        if bias.shape != (len(weight),):
            got = tuple(bias.shape)
            raise ValueError(f"bias: expected one number for each of {len(weight)} filters, got shape {got}.")
    sizes = [
        output_size(length, k, stride=stride, padding=padding, dilation=dilation)
        for length, k in zip(X.shape[2:], weight.shape[2:], strict=True)
    ]
    return X, weight, bias, sizes
