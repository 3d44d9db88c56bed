"""The single-example test passes healthy models, names what is wrong with sick ones, and leaves all as it was."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from bioml_helpers.training import overfit_batch, overfit_one

X = torch.tensor([[0.5, -1.0], [1.0, 0.3], [-0.7, 0.2], [0.1, 0.9], [-0.3, -0.8], [0.8, 0.8]])
CLASSES = torch.tensor([0, 1, 2, 0, 1, 2])
VALUES = torch.tensor([[0.0], [1.0], [4.0], [9.0], [2.0], [5.0]])
CE, MSE, BCE = nn.CrossEntropyLoss(), nn.MSELoss(), nn.BCEWithLogitsLoss()


def mlp(num_outputs: int, *last: nn.Module) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, num_outputs), *last)


class Blind(nn.Module):
    """Ignores its input."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, X):
        return self.model(X * 0)


class Noisy(Blind):
    def forward(self, X):
        return nn.functional.dropout(self.model(X), 0.5, training=True)


def one(y):
    return X[:1], y[:1]


@pytest.mark.parametrize(
    ("model", "y", "loss_fn"),
    [
        (mlp(3), CLASSES, CE),
        (mlp(1), VALUES + 3, MSE),
        (mlp(1), torch.ones(6, 1), BCE),
        (nn.Linear(2, 3), CLASSES, CE),
        (
            nn.Sequential(nn.Linear(2, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 3)),
            CLASSES,
            CE,
        ),
    ],
    ids=["classes", "a value", "yes or no", "a linear model", "dropout and batch norm"],
)
def test_a_healthy_model_passes(model, y, loss_fn):
    diagnosis = overfit_one(model, one(y), loss_fn)
    assert diagnosis.passed and diagnosis.cause == "passed" and bool(diagnosis)
    assert diagnosis.final_loss < 0.02


def test_it_is_quick_for_a_healthy_model():
    assert overfit_one(mlp(3), one(CLASSES), CE).steps < 60


@pytest.mark.parametrize("num_classes", [2, 3, 8])
def test_softmax_before_cross_entropy_settles_on_its_plateau_and_is_named(num_classes):
    diagnosis = overfit_one(mlp(num_classes, nn.Softmax(dim=1)), one(CLASSES), CE)
    assert diagnosis.cause == "softmax before cross-entropy" and not diagnosis
    plateau = torch.log(1 + (num_classes - 1) / torch.tensor(1.0).exp()).item()
    assert diagnosis.final_loss == pytest.approx(plateau, rel=0.02)
    assert f"{plateau:.4f}" in diagnosis.message


@pytest.mark.parametrize(("label", "plateau"), [(1.0, 0.3133), (0.0, 0.6931)])
def test_sigmoid_before_bce_with_logits_is_named(label, plateau):
    diagnosis = overfit_one(mlp(1, nn.Sigmoid()), (X[:1], torch.tensor([[label]])), BCE)
    assert diagnosis.cause == "sigmoid before BCE-with-logits"
    assert diagnosis.final_loss == pytest.approx(plateau, abs=0.01)


SICK = {
    "no gradient": lambda: (nn.Sequential(nn.Linear(2, 3), Kill()), CE),
    "nothing to train": lambda: (mlp(3).requires_grad_(False), CE),
    "loss is cut off from the model": lambda: (mlp(3), lambda y_hat, y: CE(y_hat.detach(), y)),
    "loss is not one number": lambda: (mlp(3), nn.CrossEntropyLoss(reduction="none")),
    "loss is not finite": lambda: (mlp(3), lambda y_hat, y: CE(y_hat, y) / 0),
    "loss below zero": lambda: (mlp(3), lambda y_hat, y: -CE(y_hat, y)),
    "the model raised an error": lambda: (nn.Linear(5, 3), CE),
}


class Kill(nn.Module):
    """All units off: a ReLU far below zero."""

    def forward(self, X):
        return torch.relu(X - 100)


@pytest.mark.parametrize("cause", SICK)
def test_a_failing_model_raises_nothing_and_is_diagnosed(cause):
    model, loss_fn = SICK[cause]()
    diagnosis = overfit_one(model, one(CLASSES), loss_fn)
    assert diagnosis.cause == cause and not diagnosis.passed
    assert diagnosis.message.endswith((".", ")")) or cause == "the model raised an error"


def test_a_model_that_never_answers_twice_the_same_is_called_random():
    diagnosis = overfit_one(Noisy(mlp(64)), (X[:1], torch.full((1, 64), 5.0)), MSE)
    assert diagnosis.cause == "the model is random"


def test_a_loss_stuck_at_ln_k_is_called_nothing_learned():
    class Zeroed(nn.Linear):
        def forward(self, X):
            return super().forward(X) * 1e-9

    diagnosis = overfit_one(Zeroed(2, 3), one(CLASSES), CE)
    assert diagnosis.cause == "outputs all alike"
    assert "1.0986" in diagnosis.message and "ln 3" in diagnosis.message


def test_an_optimizer_of_another_model_is_named():
    diagnosis = overfit_one(mlp(3), one(CLASSES), CE, optimizer=torch.optim.Adam(mlp(3).parameters()))
    assert diagnosis.cause == "parameters not in the optimizer"


def test_a_slow_learning_rate_is_called_still_falling():
    diagnosis = overfit_one(mlp(1), (X[:1], torch.tensor([[30.0]])), MSE, learning_rate=1e-4)
    assert diagnosis.cause == "still falling" and "0.0001" in diagnosis.message


def test_a_huge_learning_rate_is_named():
    model = mlp(1)
    diagnosis = overfit_one(model, one(VALUES + 3), MSE, optimizer=torch.optim.SGD(model.parameters(), lr=10))
    assert diagnosis.cause == "loss is not finite" and "(10)" in diagnosis.message


def test_an_output_that_cannot_reach_y_is_called_stuck():
    diagnosis = overfit_one(mlp(1, nn.Sigmoid()), (X[:1], torch.tensor([[5.0]])), MSE)
    assert diagnosis.cause == "stuck" and "limits its range" in diagnosis.message


def test_unused_and_forgotten_layers_are_noted():
    model = mlp(3)
    model.unused = nn.Linear(2, 2)

    class Skips(nn.Sequential):
        def forward(self, X):
            return self[2](self[1](self[0](X)))

    skips = Skips(*model[:3], nn.Linear(3, 3))
    diagnosis = overfit_one(skips, one(CLASSES), CE, optimizer=torch.optim.Adam(skips[2].parameters(), lr=0.1))
    assert any("No gradient reaches 3.weight, 3.bias" in note for note in diagnosis.notes)
    assert any("does not hold 0.weight" in note for note in diagnosis.notes)


class TestWhatOneExampleCannotShow:
    def test_a_model_that_ignores_its_input_passes_alone_and_fails_in_a_batch(self):
        assert overfit_one(Blind(mlp(3)), one(CLASSES), CE).passed
        diagnosis = overfit_batch(Blind(mlp(3)), (X, CLASSES), CE)
        assert diagnosis.cause == "input ignored"
        assert diagnosis.final_loss == pytest.approx(1.0986, abs=0.005)

    def test_it_settles_on_the_variance_of_the_values(self):
        diagnosis = overfit_batch(Blind(mlp(1)), (X, VALUES), MSE)
        assert diagnosis.cause == "input ignored"
        assert diagnosis.final_loss == pytest.approx(VALUES.var(correction=0).item(), rel=0.01)

    @pytest.mark.filterwarnings("error")
    def test_mixed_up_shapes_pass_alone_with_a_note_and_fail_in_a_batch(self):
        flat = VALUES[:, 0] + 3
        alone = overfit_one(mlp(1), one(flat), MSE)
        assert alone.passed and any("wrong for more" in note for note in alone.notes)
        assert overfit_batch(mlp(1), (X, flat), MSE).cause == "shapes of output and y differ"

    def test_a_healthy_model_learns_the_batch(self):
        assert overfit_batch(mlp(3), (X, CLASSES), CE, max_steps=600).passed


def test_model_optimizer_gradients_and_random_numbers_are_untouched():
    model = mlp(3)
    model[1].eval()
    optimizer = torch.optim.Adam(model.parameters())
    CE(model(X), CLASSES).backward()
    optimizer.step()
    before = [p.tolist() for p in model.parameters()], [p.grad.tolist() for p in model.parameters()]
    moments, random = optimizer.state_dict()["state"][0]["exp_avg"].tolist(), torch.get_rng_state()
    overfit_one(model, one(CLASSES), CE, optimizer=optimizer)
    assert ([p.tolist() for p in model.parameters()], [p.grad.tolist() for p in model.parameters()]) == before
    assert optimizer.state_dict()["state"][0]["exp_avg"].tolist() == moments
    assert torch.equal(torch.get_rng_state(), random)
    assert model.training and not model[1].training


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"example": (X, CLASSES)}, "expected one example with its batch axis .* got 6"),
        ({"example": (X[0], CLASSES[0])}, "at least one example, got shape"),
        ({"example": X[:1]}, r"expected a pair \(X, y\)"),
        ({"example": (X[:1] * float("nan"), CLASSES[:1])}, "finite numbers, got nan"),
        ({"example": (X[:1], CLASSES[:2])}, "same length"),
        ({"model": nn.Linear}, "got the class Linear"),
        ({"loss_fn": nn.CrossEntropyLoss}, "add brackets"),
        ({"optimizer": torch.optim.Adam}, "got the class Adam"),
        ({"max_steps": 0}, "max_steps: expected a number at least 1"),
        ({"target_loss": float("nan")}, "target_loss: expected finite"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(arguments, message):
    call = {"model": mlp(3), "example": one(CLASSES), "loss_fn": CE, **arguments}
    with pytest.raises((ValueError, TypeError), match=message):
        overfit_one(call.pop("model"), call.pop("example"), call.pop("loss_fn"), **call)
