"""The first test of a new network: can it learn one example by heart? If not, the diagnosis says what to look at."""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch

from bioml_helpers.data import validate
from bioml_helpers.training import inputs
from bioml_helpers.training.parameters import count_parameters
from bioml_helpers.training.plateaus import Plateau, known_plateaus
from bioml_helpers.training.seeds import scoped_seed

CLOSE = 0.05  # a loss within 5 % above a known plateau has settled on it
STILL_FALLING = 0.001  # fall over the last tenth of the steps, as a share of the loss
CERTAIN = 0.02  # a cross-entropy below this gives the right label 98 % and more; the rest of the way is long and dull
NAMES_SHOWN = 4


@dataclass
class Diagnosis:
    """What :func:`overfit_one` saw.

    Attributes
    ----------
    passed : bool
        Whether the loss came close to zero.
    cause : str
        Short name of what was found: ``"passed"``, ``"softmax before cross-entropy"``, ``"no gradient"`` …
    message : str
        The finding and what to try, in sentences.
    final_loss, first_loss : float or None
        Last and first loss; None if there was no loss at all.
    steps : int
        Optimizer steps taken.
    losses : list of float
        The loss at each step.
    notes : list of str
        Further things seen that may matter, for instance layers that get no gradient.
    """

    passed: bool
    cause: str
    message: str
    losses: list[float] = field(default_factory=list, repr=False)
    notes: list[str] = field(default_factory=list)

    @property
    def first_loss(self) -> float | None:
        return self.losses[0] if self.losses else None

    @property
    def final_loss(self) -> float | None:
        return self.losses[-1] if self.losses else None

    @property
    def steps(self) -> int:
        return max(0, len(self.losses) - 1)

    def __str__(self) -> str:
        return "\n".join([("Passed. " if self.passed else "Not passed. ") + self.message, *self.notes])

    def __bool__(self) -> bool:
        return self.passed


def overfit_one(
    model: torch.nn.Module,
    example: tuple[Any, Any],
    loss_fn: Callable,
    *,
    optimizer: torch.optim.Optimizer | None = None,
    learning_rate: float = 1e-2,
    max_steps: int = 300,
    target_loss: float = 1e-3,
    seed: int = 0,
) -> Diagnosis:
    """Train on one example only and say whether the loss reaches zero and, if not, why.

    A network with enough weights learns one example by heart within some dozen steps. One that does not has a mistake,
    or is too simple. The reverse does not hold: a model that ignores its input, or that mixes up the rows of a batch,
    passes with one example, so try :func:`overfit_batch` next. Afterwards the model and the optimizer are as they were
    before, and so are the random numbers. Dropout and batch normalisation rest during the test, since they need, or
    make, differences between examples.

    Parameters
    ----------
    model : torch.nn.Module
        The model to be tested.
    example : (X, y)
        One example *with* its batch axis: ``X[:1], y[:1]``.
    loss_fn : callable
        ``loss_fn(y_hat, y)`` gives one number that is zero for a perfect prediction.
    optimizer : torch.optim.Optimizer, optional
        The optimizer you mean to use, so that it is tested too; default Adam with `learning_rate`.
    max_steps : int
        Steps after which the test gives up (healthy models of the course need 5 to 50).
    target_loss : float
        A loss below this counts as zero, in the units of the loss. For labels, where the last of the way is slow, a
        cross-entropy below 0.02 (98 % for the right label) is enough once the steps are used up.
    seed : int
        For what is random in the model.

    Returns
    -------
    Diagnosis
        It is true where the test was passed; print it to read the finding.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit. A model that fails raises nothing: the diagnosis tells.

    Examples
    --------
    >>> _ = torch.manual_seed(0)
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
    >>> X, y = torch.tensor([[0.5, -1.0]]), torch.tensor([2])
    >>> overfit_one(model, (X, y), torch.nn.CrossEntropyLoss()).passed
    True
    >>> wrong = torch.nn.Sequential(model, torch.nn.Softmax(dim=1))
    >>> overfit_one(wrong, (X, y), torch.nn.CrossEntropyLoss()).cause
    'softmax before cross-entropy'
    """
    X, y = _example("example", example, model, loss_fn)
    if len(y) != 1:
        raise ValueError(
            f"example: expected one example with its batch axis (X[:1], y[:1]), got {len(y)}; "
            f"for several there is overfit_batch."
        )
    return _overfit(model, X, y, loss_fn, optimizer, learning_rate, max_steps, target_loss, seed)


def overfit_batch(
    model: torch.nn.Module,
    batch: tuple[Any, Any],
    loss_fn: Callable,
    *,
    optimizer: torch.optim.Optimizer | None = None,
    learning_rate: float = 1e-2,
    max_steps: int = 300,
    target_loss: float = 1e-3,
    seed: int = 0,
) -> Diagnosis:
    """Train on a small batch with different labels: finds what one example cannot show. See :func:`overfit_one`.

    Examples
    --------
    >>> _ = torch.manual_seed(0)
    >>> model = torch.nn.Sequential(torch.nn.Linear(1, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
    >>> X, y = torch.tensor([[0.0], [0.5], [1.0]]), torch.tensor([0.0, 1.0, 4.0])
    >>> overfit_batch(model, (X, y), torch.nn.MSELoss()).cause
    'shapes of output and y differ'
    """
    X, y = _example("batch", batch, model, loss_fn)
    if len(y) < 2:
        raise ValueError(f"batch: expected at least two examples, got {len(y)}; for one there is overfit_one.")
    return _overfit(model, X, y, loss_fn, optimizer, learning_rate, max_steps, target_loss, seed)


def _example(name: str, pair: Any, model: torch.nn.Module, loss_fn: Callable):
    inputs.check_model(model, loss_fn)
    first = next(model.parameters(), None)
    device = first.device if first is not None else torch.device("cpu")
    return next(iter(inputs.Batches(name, pair, model=model, loss_fn=loss_fn, device=device)))


def _overfit(model, X, y, loss_fn, optimizer, learning_rate, max_steps, target_loss, seed) -> Diagnosis:
    max_steps = int(validate.number("max_steps", max_steps, low=1, integer=True))
    target_loss = validate.number("target_loss", target_loss, low=0)
    if optimizer is not None:
        inputs.check_optimizer(optimizer)
    rate = validate.number("learning_rate", learning_rate, low=0)
    trainable = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if not trainable:
        return Diagnosis(False, "nothing to train", _NOTHING_TO_TRAIN)
    with _untouched_afterwards(model, optimizer), scoped_seed(seed):
        optimizer = optimizer or torch.optim.Adam(trainable.values(), lr=rate)
        trial = _Trial(model, X, y, loss_fn, optimizer, trainable, target_loss)
        try:
            trial.go(max_steps)
        except Exception as error:  # whatever a learner's model raises is a finding
            said = str(error).strip().splitlines()[0] if str(error).strip() else "no message"
            where = "computing the prediction, the loss or its gradient"
            message = f"The model stopped with {type(error).__name__} while {where}: {said}"
            return Diagnosis(False, "the model raised an error", message, trial.losses)
        return trial.diagnose()


_NOTHING_TO_TRAIN = (
    "The model has no parameter that can change: either it has no layers with weights (layers kept in a plain Python "
    "list are not seen; use torch.nn.ModuleList), or all are frozen with requires_grad=False."
)


class _Trial:
    """One run on the example, and what it saw on the way."""

    def __init__(self, model, X, y, loss_fn, optimizer, trainable, target_loss):
        self.model, self.X, self.y, self.loss_fn = model, X, y, loss_fn
        self.optimizer, self.trainable, self.target_loss = optimizer, trainable, target_loss
        self.losses: list[float] = []
        self.trouble: tuple[str, str] | None = None
        self.without_gradient: list[str] = []
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        self.not_in_optimizer = [name for name, p in trainable.items() if id(p) not in held]

    def go(self, max_steps: int) -> None:
        """Step until the loss is about zero, the steps are used up, or something makes going on senseless."""
        for step in range(max_steps + 1):
            self.optimizer.zero_grad()
            self.y_hat = self.model(self.X)
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Using a target size")  # the diagnosis says it
                loss = self.loss_fn(self.y_hat, self.y)
            self.trouble = _trouble_with(loss)
            if self.trouble:
                return
            self.losses.append(loss.item())
            if not math.isfinite(self.losses[-1]) or self.losses[-1] < self.target_loss or step == max_steps:
                return
            loss.backward()
            if step == 0:
                self.without_gradient = [n for n, p in self.trainable.items() if p.grad is None or not p.grad.any()]
            self.optimizer.step()

    def diagnose(self) -> Diagnosis:
        """Put what was seen into words: the first finding that fits."""
        findings = (
            self._trouble,
            self._not_finite,
            self._below_zero,
            self._passed,
            self._shapes_differ,
            self._squashed_twice,
            self._optimizer_elsewhere,
            self._no_gradient,
            self._random_forward,
            self._plateau,
            self._still_falling,
            self._jumps,
        )
        cause, message = next((found for find in findings if (found := find())), None) or self._stuck()
        return Diagnosis(cause == "passed", cause, message, self.losses, self._notes(cause))

    # Each of these returns (cause, message) or None.

    def _trouble(self):
        return self.trouble

    def _not_finite(self):
        if math.isfinite(self.losses[-1]):
            return None
        if len(self.losses) == 1:
            return "loss is not finite", (
                f"The very first loss is {self.losses[0]}: look for a logarithm or quotient of zero on the way."
            )
        return "loss is not finite", (
            f"The loss became {self.losses[-1]} after {len(self.losses) - 1} steps: the learning rate "
            f"({self._rate:g}) is probably too large; try a tenth of it."
        )

    def _below_zero(self):
        if self.losses[-1] >= -1e-6 or isinstance(self.loss_fn, torch.nn.GaussianNLLLoss | torch.nn.PoissonNLLLoss):
            return None
        return "loss below zero", (
            f"The loss fell below zero ({self.losses[-1]:.3g}), but an error cannot be negative: look for a wrong sign "
            f"in the loss, probabilities where raw scores are expected (or the reverse), or labels outside their range."
        )

    def _passed(self):
        labelled = inputs.is_loss(self.loss_fn, (*inputs.CLASS_NUMBER, *inputs.BINARY))
        if self.losses[-1] >= (max(CERTAIN, self.target_loss) if labelled else self.target_loss):
            return None
        steps, n = len(self.losses) - 1, len(self.y)
        what = "the one example" if n == 1 else f"the {n} examples"
        return "passed", (
            f"The loss on {what} fell from {self.losses[0]:.3g} to {self.losses[-1]:.2g} in {steps} "
            f"step{'s' * (steps != 1)}: the model can learn {'it' if n == 1 else 'them'} by heart."
        )

    def _shapes_differ(self):
        if not self._shapes_broadcast() or len(self.y) == 1:
            return None
        return "shapes of output and y differ", (
            f"The output has shape {tuple(self.y_hat.shape)} and y has shape {tuple(self.y.shape)}: each output is "
            f"compared with every y, so the best the model can do is to predict the mean, and the loss stays near the "
            f"variance of y ({self.y.var(correction=0).item():.4g}). Use y.reshape(-1, 1) or squeeze the output."
        )

    def _squashed_twice(self):
        y_hat = self.y_hat.detach()
        inside = bool(((y_hat >= 0) & (y_hat <= 1)).all())
        if inputs.is_loss(self.loss_fn, inputs.CLASS_NUMBER[:1]) and y_hat.dim() > 1 and y_hat.shape[1] > 1:
            sums = y_hat.sum(dim=1)
            if inside and torch.allclose(sums, torch.ones_like(sums), atol=1e-4):
                K = y_hat.shape[1]
                return "softmax before cross-entropy", (
                    f"The outputs are already probabilities, and cross-entropy applies softmax a second time: with "
                    f"{K} classes the loss cannot fall below {Plateau.softmax_twice(K):.4f} (it is "
                    f"{self.losses[-1]:.4f}). Take the softmax out of the model and give raw scores (logits)."
                )
        if inputs.is_loss(self.loss_fn, inputs.LOGITS_BINARY) and inside:
            return "sigmoid before BCE-with-logits", (
                f"All outputs lie between 0 and 1, and this loss applies the sigmoid a second time: it cannot fall "
                f"below 0.3133 where y is 1 and 0.6931 where y is 0 (it is {self.losses[-1]:.4f}). Take the sigmoid "
                f"out of the model and give raw scores (logits)."
            )
        return None

    def _optimizer_elsewhere(self):
        if len(self.not_in_optimizer) < len(self.trainable):
            return None
        return "parameters not in the optimizer", (
            "The optimizer holds none of the model's parameters, so no step changes the model: make the optimizer "
            "after the model, with model.parameters()."
        )

    def _no_gradient(self):
        if len(self.without_gradient) < len(self.trainable):
            return None
        return "no gradient", (
            "No weight gets a gradient: the loss would be the same whichever way the weights moved. Usual reasons: all "
            "ReLUs are off (dead) for this input, a rounding or argmax in the model, or outputs that are saturated."
        )

    def _plateau(self):
        final = self.losses[-1]
        for plateau in known_plateaus(self.loss_fn, self.y_hat, self.y):
            if abs(final - plateau.loss) <= CLOSE * plateau.loss and not self._falls():
                return plateau.cause, f"The loss settled at {final:.4f}, which is {plateau.meaning}"
        return None

    def _still_falling(self):
        if not self._falls():
            return None
        return "still falling", (
            f"The loss still falls ({self.losses[0]:.3g} to {self.losses[-1]:.3g} in {len(self.losses) - 1} steps) but "
            f"slowly: raise the learning rate ({self._rate:g}), allow more steps, bring the inputs or y to a scale "
            f"near 1, or look whether part of the model is frozen."
        )

    def _random_forward(self):
        with torch.no_grad():
            first, second = self.model(self.X), self.model(self.X)
        if torch.equal(first, second):
            return None
        return "the model is random", (
            "Two predictions for the same input differ: something random (dropout written as a function, added noise) "
            "is switched on, so the example cannot be learned exactly. Switch it off for this test."
        )

    def _jumps(self):
        tail = self.losses[len(self.losses) // 2 :]
        if len(tail) < 4 or max(tail) < 1.5 * min(tail):
            return None
        return "the loss jumps", (
            f"The loss jumps up and down (between {min(tail):.3g} and {max(tail):.3g} in the second half): the "
            f"learning rate ({self._rate:g}) is probably too large; try a tenth of it."
        )

    def _stuck(self):
        weights = count_parameters(self.model)
        return "stuck", (
            f"The loss stays at {self.losses[-1]:.4g} after {len(self.losses) - 1} steps. Either the output cannot "
            f"reach y (a sigmoid, tanh or ReLU at the end limits its range), the model is too simple ({weights} "
            f"trainable numbers), or a part that matters is frozen or cut off from the loss."
        )

    def _notes(self, cause: str) -> list[str]:
        notes = []
        frozen = [name for name, p in self.model.named_parameters() if not p.requires_grad]
        if frozen:
            notes.append(f"Frozen and never changed: {_listed(frozen)}.")
        if self.without_gradient and cause != "no gradient":
            notes.append(f"No gradient reaches {_listed(self.without_gradient)}: unused, or a dead ReLU.")
        if self.not_in_optimizer and cause != "parameters not in the optimizer":
            notes.append(f"The optimizer does not hold {_listed(self.not_in_optimizer)}, which therefore never change.")
        if self.trouble is None and len(self.y) == 1 and self._shapes_broadcast():
            notes.append(
                f"The output has shape {tuple(self.y_hat.shape)} and y has shape {tuple(self.y.shape)}: harmless for "
                f"one example, wrong for more. Make them equal."
            )
        return notes

    def _falls(self) -> bool:
        tenth = max(1, len(self.losses) // 10)
        before = self.losses[-1 - tenth] if len(self.losses) > tenth else self.losses[0]
        return before - self.losses[-1] > STILL_FALLING * abs(before)

    def _shapes_broadcast(self) -> bool:
        return self.y.is_floating_point() and {self.y_hat.dim(), self.y.dim()} == {1, 2} and self._one_column()

    def _one_column(self) -> bool:
        return self.y_hat.numel() == self.y.numel() == len(self.y)

    @property
    def _rate(self) -> float:
        return self.optimizer.param_groups[0]["lr"]


def _trouble_with(loss: Any) -> tuple[str, str] | None:
    if not isinstance(loss, torch.Tensor) or loss.dim() != 0:
        came = (
            f"a tensor of shape {tuple(loss.shape)}" if isinstance(loss, torch.Tensor) else f"a {type(loss).__name__}"
        )
        return "loss is not one number", (
            f"The loss is {came}, but training needs one number in a tensor: take the mean (reduction='mean'), and "
            f"compute it with torch."
        )
    if not loss.requires_grad:
        return "loss is cut off from the model", (
            "The loss does not depend on the weights as far as torch can tell: look for .detach(), .item(), NumPy or "
            "torch.no_grad() between the model and the loss."
        )
    return None


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


@contextmanager
def _untouched_afterwards(model, optimizer) -> Iterator[None]:
    """Train inside, with dropout and batch normalisation at rest; put weights, gradients, modes and optimizer back."""
    weights = copy.deepcopy(model.state_dict())
    memory = copy.deepcopy(optimizer.state_dict()) if optimizer is not None else None
    gradients = [p.grad for p in model.parameters()]
    modes = {module: module.training for module in model.modules()}
    noisy = (torch.nn.modules.dropout._DropoutNd, torch.nn.modules.batchnorm._BatchNorm)
    for p in model.parameters():
        p.grad = None
    model.train()
    for module in model.modules():
        if isinstance(module, noisy):
            module.eval()
    try:
        yield
    finally:
        model.load_state_dict(weights)
        if optimizer is not None:
            optimizer.load_state_dict(memory)
        for p, gradient in zip(model.parameters(), gradients, strict=True):
            p.grad = gradient
        for module, training in modes.items():
            module.training = training
