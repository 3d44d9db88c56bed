"""Dropout, weight decay and the range test of chapter 9, beside torch's own."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from bioml_helpers import practice


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_dropout_is_torchs_in_distribution(p):
    torch.manual_seed(3)
    X = torch.rand(4000, 60) + 0.5
    ours, theirs = practice.Dropout(p)(X), nn.Dropout(p)(X)
    for out in (ours, theirs):
        assert (out == 0).float().mean().item() == pytest.approx(p, abs=0.005)
        stays = out != 0
        assert torch.allclose(out[stays], X[stays] / (1 - p))
    # of each column, over 4000 draws: five standard errors for the mean, a wide margin for the variance
    error = (ours.var(dim=0) / 4000).sqrt()
    assert ((ours.mean(dim=0) - theirs.mean(dim=0)).abs() < 5 * (2**0.5) * error).all()
    assert ((ours.var(dim=0) / theirs.var(dim=0)).log().abs() < 0.35).all()
    assert ours.var().item() == pytest.approx(theirs.var().item(), rel=0.03)


def test_dropout_draws_for_each_number_of_each_example():
    torch.manual_seed(0)
    off = practice.Dropout(0.5)(torch.ones(200, 200)) == 0
    assert len({tuple(row.tolist()) for row in off}) == 200
    assert off.float().mean(dim=0).std() < 0.06 and off.float().mean(dim=1).std() < 0.06


def test_dropout_is_off_when_predicting():
    X = torch.randn(5, 7)
    assert torch.equal(practice.Dropout(0.9).eval()(X), X)


def test_the_gradient_passes_where_the_number_passed():
    torch.manual_seed(1)
    X = torch.rand(50, 50, requires_grad=True)
    out = practice.Dropout(0.25)(X)
    out.sum().backward()
    assert torch.allclose(X.grad, (out != 0) / 0.75)


@pytest.mark.parametrize("p", [-0.1, 1, 2])
def test_a_share_that_makes_no_sense_is_refused(p):
    with pytest.raises(ValueError, match="p: expected"):
        practice.Dropout(p)


@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
def test_a_step_with_weight_decay_is_torchs(weight_decay):
    torch.manual_seed(2)
    model = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 2))
    model(torch.randn(6, 4)).square().sum().backward()
    mine = [weight.detach().clone() for weight in model.parameters()]
    gradients = [weight.grad.clone() for weight in model.parameters()]
    torch.optim.SGD(model.parameters(), lr=0.05, weight_decay=weight_decay).step()
    practice.sgd_step(mine, gradients, 0.05, weight_decay)
    for ours, theirs in zip(mine, model.parameters(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-7)


def test_a_step_needs_a_gradient_for_each_weight():
    with pytest.raises(ValueError, match="gradients: expected one for each"):
        practice.sgd_step([torch.ones(1)], [], 0.1)


def test_the_range_test_leaves_the_model_alone_and_stops_once_the_loss_explodes():
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    before = model.weight.detach().clone()
    X = torch.randn(200, 3)
    table = practice.range_test(model, (X, X.sum(dim=1, keepdim=True)), nn.MSELoss(), high=100.0)
    assert torch.equal(model.weight, before)
    valley = table["smooth"].idxmin()
    assert 1e-4 < table["learning_rate"][valley] < 10
    assert table["smooth"].iloc[-1] > 3 * table["smooth"][valley]
    assert table["learning_rate"].is_monotonic_increasing


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.1), (0.0, 1.0)])
def test_the_range_test_refuses_an_empty_range(low, high):
    with pytest.raises(ValueError, match="high: expected a rate above low"):
        practice.range_test(nn.Linear(1, 1), (torch.ones(2, 1), torch.ones(2, 1)), nn.MSELoss(), low=low, high=high)
