"""What goes into training: data cut into batches, and checks that stop mistakes before they become silent.

Each failure is one sentence that names the argument, what came and what was expected.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode
from torch.utils.data import DataLoader

from bioml_helpers.data import validate
from bioml_helpers.training.together import ALONE, Team

# Losses that compare number with number: output and y must have the same shape and type.
ELEMENTWISE = (
    (torch.nn.MSELoss, F.mse_loss),
    (torch.nn.L1Loss, F.l1_loss),
    (torch.nn.SmoothL1Loss, F.smooth_l1_loss),
    (torch.nn.HuberLoss, F.huber_loss),
    (torch.nn.BCELoss, F.binary_cross_entropy),
    (torch.nn.BCEWithLogitsLoss, F.binary_cross_entropy_with_logits),
    (torch.nn.PoissonNLLLoss, F.poisson_nll_loss),
)
# Losses that compare a row of scores with the number of the right class.
CLASS_NUMBER = ((torch.nn.CrossEntropyLoss, F.cross_entropy), (torch.nn.NLLLoss, F.nll_loss))
SQUARED = ELEMENTWISE[:1]
LOGITS_BINARY = ((torch.nn.BCEWithLogitsLoss, F.binary_cross_entropy_with_logits),)
BINARY = (*LOGITS_BINARY, (torch.nn.BCELoss, F.binary_cross_entropy))


def takes_missing_labels(loss_fn: Callable) -> bool:
    """Return whether `loss_fn` says of itself that NaN in y is a label not observed (`evaluation.masked_loss` does)."""
    return getattr(loss_fn, "passes_over_missing", False) is True


def is_loss(loss_fn: Callable, kinds) -> bool:
    """Return whether `loss_fn` is one of torch's losses `kinds`, as an object or as a function."""
    return any(isinstance(loss_fn, cls) or loss_fn is function for cls, function in kinds)


class Batches:
    """Walk through (X, y), or through a DataLoader, in batches that lie on the right device.

    Decimal numbers take the model's type (NumPy's float64 becomes float32); whole numbers in X stay whole (token
    numbers); in y they become int64 (class numbers), or decimals where the loss compares number with number. In a team
    of processes each gets its share of every batch; `counted` is the number of its examples in the batch given last.
    """

    def __init__(
        self,
        name: str,
        data: Any,
        *,
        model: torch.nn.Module,
        loss_fn: Callable,
        device: torch.device,
        batch_size: int | None = None,
        shuffle: torch.Generator | None = None,
        team: Team = ALONE,
    ):
        self.name, self.device, self.shuffle, self.team = name, device, shuffle, team
        self.counted = 0
        self._decimals = next((p.dtype for p in model.parameters() if p.is_floating_point()), torch.float32)
        self._y_decimal, self._y_class = is_loss(loss_fn, ELEMENTWISE), is_loss(loss_fn, CLASS_NUMBER)
        self.loader = data if isinstance(data, DataLoader) else None
        if self.loader is not None:
            _check_loader(name, data, batch_size, team)
            return
        X, y = pair_of_tensors(name, data, missing_labels=takes_missing_labels(loss_fn))
        self.X, self.y = self._place(X), self._place_y(y)
        if batch_size is not None:
            batch_size = int(validate.number("batch_size", batch_size, low=1, integer=True))
        self.batch_size = min(batch_size or len(X), len(X))

    def __iter__(self) -> Iterator[tuple[Any, torch.Tensor]]:
        if self.loader is not None:
            yield from self._from_loader()
        elif self.batch_size == len(self.X) and self.team.size == 1:
            yield self.X, self.y  # full batch: the order does not matter
        else:
            for rows in self._order().split(self.batch_size):
                mine = self.team.share_of(rows)
                self.counted = len(mine)
                mine = mine if self.counted else rows[:1]  # none left for this one: it computes along, and counts for 0
                yield self.X[mine], self.y[mine]

    def for_each(self) -> Batches:
        """Return the same data with no share taken: what every process of a team measures as a whole."""
        if self.team.size == 1:
            return self
        if self.loader is not None:
            raise ValueError(
                f"metrics: expected validation_data to compute them on, since each of the {self.team.size} processes "
                f"sees a part of {self.name} only, got none."
            )
        whole = copy.copy(self)
        whole.team = ALONE
        return whole

    @property
    def generators(self) -> list[torch.Generator]:
        """The generators of random numbers that a checkpoint must hold."""
        found = [self.shuffle]
        if self.loader is not None:
            found += [self.loader.generator, getattr(self.loader.sampler, "generator", None)]
        return list({id(g): g for g in found if g is not None}.values())

    def _order(self) -> torch.Tensor:
        if self.shuffle is None:
            return torch.arange(len(self.X), device=self.device)
        return torch.randperm(len(self.X), generator=self.shuffle).to(self.device)

    def _from_loader(self):
        if hasattr(self.loader.sampler, "set_epoch"):  # a DistributedSampler draws the same order until it is told
            self.loader.sampler.set_epoch(int(torch.randint(2**31, (), generator=self.shuffle)))
        for batch in self.loader:
            if not isinstance(batch, tuple | list) or len(batch) != 2:
                raise ValueError(f"{self.name}: expected batches of two (X, y), got {_kind(batch)}.")
            X, y = batch
            self.counted = len(y)
            yield self._place(X), self._place_y(torch.as_tensor(y))

    def _place(self, X: Any) -> Any:
        if isinstance(X, torch.Tensor):
            return X.to(self.device, self._decimals) if X.is_floating_point() else X.to(self.device)
        if hasattr(X, "to"):  # packed sequences, batches of graphs
            return X.to(self.device)
        if isinstance(X, tuple | list):
            return type(X)(self._place(part) for part in X)
        return {key: self._place(part) for key, part in X.items()} if isinstance(X, Mapping) else X

    def _place_y(self, y: torch.Tensor) -> torch.Tensor:
        yes_no = y.dtype == torch.bool and not self._y_class
        if y.is_floating_point() or self._y_decimal or yes_no:
            return y.to(self.device, self._decimals)
        return y.to(self.device, torch.int64)


def pair_of_tensors(name: str, data: Any, *, missing_labels: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (X, y) as two finite tensors of the same length, or say in one sentence what is wrong with `data`.

    With `missing_labels`, NaN in y may stay.
    """
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(f"{name}: expected a pair (X, y) or a torch DataLoader, got {_kind(data)}.")
    X, y = as_tensor(f"{name}: X", data[0]), as_tensor(f"{name}: y", data[1], missing=missing_labels)
    if len(X) != len(y):
        raise ValueError(
            f"{name}: X and y must have the same length, got {len(X)} examples in X (shape {tuple(X.shape)}) "
            f"and {len(y)} in y (shape {tuple(y.shape)})."
        )
    return X, y


def as_tensor(name: str, values: Any, *, missing: bool = False) -> torch.Tensor:
    """Return `values` as a finite, non-empty tensor with at least one dimension; with `missing`, NaN may stay."""
    if not isinstance(values, torch.Tensor):
        array = np.asarray(values)
        if array.dtype.kind not in "biuf":
            raise TypeError(f"{name} must be numbers, got {_kind(values)} with values of type {array.dtype}.")
        values = torch.tensor(np.ascontiguousarray(array))
    if values.dim() == 0 or len(values) == 0:
        raise ValueError(f"{name} must hold at least one example, got shape {tuple(values.shape)}.")
    check_finite(name, values, missing=missing)
    return values.detach()


def check_finite(name: str, values: Any, *, missing: bool = False) -> None:
    """Refuse NaN (unless `missing` ones may stay) and infinity in a tensor of decimals; other things pass."""
    if not isinstance(values, torch.Tensor) or not values.is_floating_point():
        return
    bad = torch.isinf(values) if missing else ~torch.isfinite(values)
    if bad.any():
        where = bad.nonzero()[0].tolist()
        raise ValueError(
            f"{name} must hold finite numbers, got {values[tuple(where)].item()} at position {where} "
            f"({int(bad.sum())} such values in all)."
        )


def check_module(model: Any) -> None:
    """Refuse what is no PyTorch model."""
    if isinstance(model, type) or not isinstance(model, torch.nn.Module):
        raise TypeError(f"model: expected a torch.nn.Module, got {_kind(model)}.")


def check_sizes(model: torch.nn.Module, before: str) -> None:
    """Refuse a model whose sizes nobody knows before it has seen an input."""
    if any(torch.nn.parameter.is_lazy(p) for p in model.parameters()):
        raise ValueError(
            f"model: expected weights of known shape, got lazy layers; call model(X) once before {before}."
        )


def check_model(model: Any, loss_fn: Any) -> None:
    """Refuse what cannot be trained."""
    check_module(model)
    if isinstance(loss_fn, type) or not callable(loss_fn):
        given = f"the class {loss_fn.__name__}; add brackets" if isinstance(loss_fn, type) else _kind(loss_fn)
        raise TypeError(f"loss_fn: expected a function of (y_hat, y), such as torch.nn.MSELoss(), got {given}.")
    check_sizes(model, before="training")


def optimizer_for(model: torch.nn.Module, optimizer: Any, learning_rate: float) -> torch.optim.Optimizer:
    """Return `optimizer`, or Adam over the model's trainable parameters, after looking that they belong together."""
    trainable = [p for p in model.parameters() if p.requires_grad]
    if not trainable:
        raise ValueError(
            "model: expected at least one trainable parameter, got none "
            "(no layers with weights, or all of them frozen with requires_grad=False)."
        )
    if optimizer is None:
        rate = validate.number("learning_rate", learning_rate, low=0)
        return torch.optim.Adam(trainable, lr=rate)
    check_optimizer(optimizer)
    own = {id(p) for p in model.parameters()}
    held = [p for group in optimizer.param_groups for p in group["params"]]
    if not any(id(p) in own for p in held):
        raise ValueError(
            "optimizer: expected the parameters of this model, got an optimizer of another model (or of an older copy "
            "of it); make a new one with model.parameters()."
        )
    return optimizer


def check_optimizer(optimizer: Any) -> None:
    """Refuse what is no optimizer object, and the one kind that needs another loop."""
    if not isinstance(optimizer, torch.optim.Optimizer):
        kind = f"the class {optimizer.__name__}" if isinstance(optimizer, type) else _kind(optimizer)
        raise TypeError(
            f"optimizer: expected an optimizer such as torch.optim.Adam(model.parameters(), lr=1e-3), got {kind}."
        )
    if isinstance(optimizer, torch.optim.LBFGS):
        raise TypeError("optimizer: expected one that takes one gradient a step, got LBFGS, which needs a closure.")


def check_not_empty(name: str, num_examples: int) -> None:
    """Refuse a loader that gave nothing."""
    if num_examples == 0:
        raise ValueError(f"{name}: expected at least one example in each epoch, got none.")


def check_metrics(metrics: Any) -> dict[str, Callable]:
    """Return `metrics` as a dict of name to function."""
    if metrics is None:
        return {}
    if not isinstance(metrics, Mapping) or not all(callable(function) for function in metrics.values()):
        raise TypeError(f"metrics: expected a dict of name to function(y_hat, y), got {_kind(metrics)}.")
    return dict(metrics)


def weighted_loss(loss_fn: Callable, class_weights: Any, data: Any) -> Callable:
    """Return torch's loss `loss_fn` with a weight for each class; None changes nothing, ``"balanced"`` computes them.

    Examples
    --------
    >>> weighted_loss(torch.nn.CrossEntropyLoss(), "balanced", ([[1.0]] * 4, [0, 0, 0, 1])).weight
    tensor([0.6667, 2.0000])
    """
    if class_weights is None:
        return loss_fn
    yes_no = is_loss(loss_fn, LOGITS_BINARY)
    if not yes_no and not is_loss(loss_fn, CLASS_NUMBER[:1]):
        raise ValueError(
            f"class_weights: expected torch's CrossEntropyLoss or BCEWithLogitsLoss as loss_fn, got {_kind(loss_fn)}."
        )
    if any(getattr(loss_fn, name, None) is not None for name in ("weight", "pos_weight")):
        raise ValueError("class_weights: expected a loss_fn without weights of its own, got one that has them already.")
    if isinstance(class_weights, str):
        validate.one_of("class_weights", class_weights, ("balanced",))
        if isinstance(data, DataLoader):
            raise ValueError(
                "class_weights: expected numbers with a DataLoader, got 'balanced'; "
                "training.balanced_weights(y) computes them."
            )
        weights = balanced_weights(pair_of_tensors("train_data", data)[1])
    else:
        weights = as_tensor("class_weights", class_weights).float()
        if weights.dim() != 1 or (weights < 0).any():
            raise ValueError(f"class_weights: expected one number of at least 0 for each class, got {class_weights!r}.")
    reduction = getattr(loss_fn, "reduction", "mean")
    if yes_no:
        if len(weights) != 2 or weights[0] == 0:
            raise ValueError(
                f"class_weights: expected two numbers above 0 (for no and for yes), got {weights.tolist()}."
            )
        return torch.nn.BCEWithLogitsLoss(pos_weight=weights[1] / weights[0], reduction=reduction)
    settings = {name: getattr(loss_fn, name) for name in ("ignore_index", "label_smoothing") if hasattr(loss_fn, name)}
    return torch.nn.CrossEntropyLoss(weight=weights, reduction=reduction, **settings)


def balanced_weights(y: Any) -> torch.Tensor:
    """Return a weight for each class so that all classes together count alike: n / (classes × examples of the class).

    Over all examples the weights have the mean 1, as ``sklearn``'s "balanced" has.

    Parameters
    ----------
    y : whole numbers
        Class numbers 0, 1, …, each of which occurs (negative ones, such as −100, mean "no label" and are left out).

    Returns
    -------
    torch.Tensor
        One weight a class, for ``torch.nn.CrossEntropyLoss(weight=…)``.

    Raises
    ------
    TypeError, ValueError
        If y is not numbers, or no class number, or a class has no example.

    Examples
    --------
    >>> balanced_weights([0, 0, 0, 1])
    tensor([0.6667, 2.0000])
    """
    y = as_tensor("y", y).flatten()
    whole = y.long()
    if not torch.equal(whole.to(y.dtype), y):
        raise ValueError(f"y: expected whole class numbers 0, 1, …, got {y[whole.to(y.dtype) != y][0].item():g}.")
    counts = whole[whole >= 0].bincount()
    if not (counts > 0).all() or len(counts) < 2:
        missing = (counts == 0).nonzero().flatten().tolist() or [len(counts)]
        raise ValueError(f"y: expected examples of at least two classes and of each, got none of class {missing[0]}.")
    return counts.sum() / (len(counts) * counts.float())


def check_hook(after_epoch: Any) -> Callable | None:
    """Refuse what cannot be called after an epoch."""
    if after_epoch is not None and not callable(after_epoch):
        raise TypeError(f"after_epoch: expected a function of (model, history), got {_kind(after_epoch)}.")
    return after_epoch


def score(name: str, metric: Callable, y_hat: torch.Tensor, y: torch.Tensor) -> float:
    """Return what the function `metric` says, as one number.

    Examples
    --------
    >>> score("largest", lambda y_hat, y: (y_hat - y).max(), torch.tensor([1.0, 4.0]), torch.tensor([1.0, 2.0]))
    2.0
    """
    found = metric(y_hat, y)
    try:
        return float(found)
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"metrics: expected {name!r} to return one number, got {_kind(found)}.") from None


def careful(model: torch.nn.Module, loss_fn: Callable, batches: Batches) -> tuple[Callable, Callable]:
    """Return `model` and `loss_fn` with every check around them: for the first epoch only."""
    name, arrays, seen = batches.name, batches.loader is None, set()

    def checked_model(X: Any) -> Any:
        if not arrays:  # those were looked at as a whole
            check_finite(f"{name}: X", X)
        try:
            return model(X)
        except (RuntimeError, IndexError) as error:
            shape = f"X of shape {tuple(X.shape)} and type {X.dtype}" if isinstance(X, torch.Tensor) else "this X"
            raise ValueError(f"{name}: the model cannot compute with {shape}: {error}") from error

    def checked_loss(y_hat: Any, y: torch.Tensor) -> torch.Tensor:
        shapes = (getattr(y_hat, "shape", None), y.shape)
        if arrays and shapes in seen:  # only the last batch has another shape than the first
            return loss_fn(y_hat, y)
        seen.add(shapes)
        if not arrays:
            check_finite(f"{name}: y", y, missing=takes_missing_labels(loss_fn))
        check_target(loss_fn, y_hat, y, name)
        if arrays and not y.is_floating_point():
            check_target(loss_fn, y_hat, batches.y, name)  # the class numbers of all batches
        with _NoSilentBroadcast(name):
            loss = loss_fn(y_hat, y)
        check_loss(loss)
        return loss

    return checked_model, checked_loss


def check_target(loss_fn: Callable, y_hat: Any, y: torch.Tensor, name: str) -> None:
    """Refuse a y that does not fit the model's output for torch's own losses."""
    if not isinstance(y_hat, torch.Tensor):
        return
    if is_loss(loss_fn, ELEMENTWISE) and y_hat.shape != y.shape:
        raise ValueError(_shapes_differ(name, tuple(y_hat.shape), tuple(y.shape)))
    if not is_loss(loss_fn, CLASS_NUMBER) or y_hat.dim() < 2:
        return
    if y.is_floating_point():
        if y.shape != y_hat.shape:
            raise ValueError(
                f"{name}: y must hold whole class numbers (int64) or one probability a class (shape "
                f"{tuple(y_hat.shape)}), got {y.dtype} of shape {tuple(y.shape)}."
            )
    else:
        num_classes, allowed = y_hat.shape[1], getattr(loss_fn, "ignore_index", -100)
        weights = getattr(loss_fn, "weight", None)
        if weights is not None and len(weights) != num_classes:
            raise ValueError(
                f"class_weights: expected one weight for each of the model's {num_classes} outputs, got {len(weights)}."
            )
        wrong = y[((y < 0) | (y >= num_classes)) & (y != allowed)]
        if wrong.numel():
            raise ValueError(
                f"{name}: y must hold class numbers from 0 to {num_classes - 1}, since the model has "
                f"{num_classes} outputs, got {wrong[0].item()}."
            )


def check_loss(loss: Any) -> None:
    """Refuse a loss that is not one number connected to the model's weights."""
    if not isinstance(loss, torch.Tensor):
        raise TypeError(f"loss_fn: expected to return a tensor, got {_kind(loss)}.")
    if loss.dim() != 0:
        raise ValueError(
            f"loss_fn: expected to return one number for the batch, got shape {tuple(loss.shape)}; "
            f"take the mean (reduction='mean')."
        )
    if torch.is_grad_enabled() and not loss.requires_grad:
        raise ValueError(
            "loss_fn: expected a loss computed from the model's output, got one that is cut off from the weights "
            "(.detach(), .item(), NumPy or torch.no_grad() on the way), so nothing could be learned."
        )


class _NoSilentBroadcast(TorchFunctionMode):
    """Refuse (n, 1) against (n,) inside any loss: torch would compare each output with every y, n × n pairs."""

    def __init__(self, name: str):
        super().__init__()
        self._name = name

    def __torch_function__(self, function, types, args=(), kwargs=None):
        tensors = [a for a in (*args, *(kwargs or {}).values()) if isinstance(a, torch.Tensor)][:2]
        if len(tensors) == 2 and _broadcasts(*tensors):
            column, flat = sorted((tuple(t.shape) for t in tensors), key=len, reverse=True)
            raise ValueError(_shapes_differ(self._name, column, flat))
        return function(*args, **(kwargs or {}))


def _broadcasts(a: torch.Tensor, b: torch.Tensor) -> bool:
    if not (a.is_floating_point() and b.is_floating_point()):
        return False  # class numbers beside scores are meant to differ in shape
    shapes = {tuple(a.shape), tuple(b.shape)}
    n = max(a.numel(), b.numel())
    return n > 1 and shapes == {(n, 1), (n,)}


def _shapes_differ(name: str, output: tuple, y: tuple) -> str:
    return (
        f"{name}: the model's output has shape {output} and y has shape {y}; they must be equal, since otherwise each "
        f"output would be compared with every y (for a single column: y.reshape(-1, 1), or squeeze the output)."
    )


def _check_loader(name: str, loader: DataLoader, batch_size: int | None, team: Team) -> None:
    if team.size > 1 and not hasattr(loader.sampler, "set_epoch"):
        raise ValueError(
            f"{name}: expected (X, y), or a DataLoader whose sampler is a DistributedSampler, since {team.size} "
            f"processes share the work, got a DataLoader with a {type(loader.sampler).__name__}."
        )
    if batch_size is not None and name == "train_data":
        raise ValueError(f"batch_size: expected None, since the DataLoader cuts its own batches, got {batch_size}.")
    try:
        length = len(loader)
    except TypeError:  # a stream knows no length
        return
    if length == 0:
        raise ValueError(f"{name}: expected at least one batch, got an empty DataLoader.")


def _kind(value: Any) -> str:
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, torch.Tensor):
        return f"one tensor of shape {tuple(value.shape)}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a {type(value).__name__}"
