"""Missing labels: the mean over those observed, and no gradient from the others."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from bioml_helpers.evaluation import masked_loss

NAN = float("nan")


def a_batch(seed: int = 0, missing: float = NAN) -> tuple[torch.Tensor, torch.Tensor]:
    maker = torch.Generator().manual_seed(seed)
    y = torch.randint(2, (8, 12), generator=maker).float()
    y[torch.rand(8, 12, generator=maker) < 0.4] = missing
    return torch.randn(8, 12, generator=maker, requires_grad=True), y


@pytest.mark.parametrize("loss_fn", [torch.nn.BCEWithLogitsLoss(), F.mse_loss, torch.nn.L1Loss()])
@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_mean_over_observed_labels(loss_fn, seed):
    output, y = a_batch(seed)
    cells = [(i, j) for i in range(8) for j in range(12) if not np.isnan(y[i, j].item())]
    by_hand = sum(loss_fn(output[i, j], y[i, j]).item() for i, j in cells) / len(cells)
    assert masked_loss(loss_fn)(output, y).item() == pytest.approx(by_hand, rel=1e-5)


def test_missing_labels_get_a_gradient_of_exactly_zero_and_observed_ones_do_not():
    output, y = a_batch()
    masked_loss(torch.nn.BCEWithLogitsLoss())(output, y).backward()
    assert (output.grad[y.isnan()] == 0).all() and (output.grad[~y.isnan()] != 0).all()


def test_nothing_missing_is_the_plain_loss():
    output, y = a_batch()
    y = y.nan_to_num(1.0)
    assert masked_loss(F.binary_cross_entropy_with_logits)(output, y) == F.binary_cross_entropy_with_logits(output, y)


def test_all_missing_is_zero_with_gradient_zero():
    output = torch.tensor([[1.0, float("inf")]], requires_grad=True)
    loss = masked_loss(torch.nn.BCEWithLogitsLoss())(output, torch.full((1, 2), NAN))
    loss.backward()
    assert loss.item() == 0 and (output.grad == 0).all()


def test_a_number_may_stand_for_missing():
    (output, y), (_, coded) = a_batch(), a_batch(missing=-1.0)
    loss_fn = torch.nn.BCEWithLogitsLoss()
    assert masked_loss(loss_fn, missing=-1)(output, coded) == masked_loss(loss_fn)(output, y)


def test_the_labels_are_left_as_they_are():
    output, y = a_batch()
    before = y.clone()
    masked_loss(F.mse_loss)(output, y)
    assert torch.equal(y.nan_to_num(9), before.nan_to_num(9))


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match=r"y: expected the shape of the output, \(2, 1\), got \(2,\)"):
        masked_loss(F.mse_loss)(torch.zeros(2, 1), torch.zeros(2))


def test_a_loss_that_does_not_average_is_refused():
    with pytest.raises(ValueError, match=r"loss_fn: expected one number \(reduction='mean'\), got shape \(2,\)"):
        masked_loss(torch.nn.MSELoss(reduction="none"))(torch.zeros(2), torch.zeros(2))


def test_what_is_no_loss_is_refused():
    with pytest.raises(TypeError, match="loss_fn: expected a loss such as"):
        masked_loss("bce")


def test_the_training_loop_takes_it():
    from bioml_helpers.training import train

    torch.manual_seed(0)
    X = torch.randn(64, 3)
    y = (X[:, :2] > 0).float()
    y[::3, 0] = -1.0
    model = torch.nn.Linear(3, 2)
    loss_fn = masked_loss(torch.nn.BCEWithLogitsLoss(), missing=-1)
    before = loss_fn(model(X), y).item()
    train(model, (X, y), loss_fn=loss_fn, num_epochs=20, learning_rate=0.1, progress=False)
    assert loss_fn(model(X), y).item() < before / 2


@pytest.mark.parametrize("bad", ["train", "validation"])
def test_training_takes_it_with_the_gaps_as_they_are(bad):
    from bioml_helpers.training import train

    output, y = a_batch()
    X = output.detach()
    full = y.nan_to_num(1.0)
    model = torch.nn.Linear(12, 12)
    data = (X, y if bad == "train" else full), (X, y if bad == "validation" else full)
    history = train(
        model,
        data[0],
        loss_fn=masked_loss(torch.nn.BCEWithLogitsLoss()),
        validation_data=data[1],
        num_epochs=30,
        learning_rate=0.1,
        progress=False,
    )
    assert history.train_loss[-1] < history.train_loss[0] / 2 and np.isfinite(history.validation_loss).all()


def test_one_with_a_number_for_missing_does_not_let_nan_through():
    assert masked_loss(F.mse_loss, missing=-1).passes_over_missing is False
