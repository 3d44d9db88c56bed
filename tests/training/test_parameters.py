"""How many numbers a model learns."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from bioml_helpers.training import count_parameters


def test_shared_weights_count_once_and_frozen_ones_not():
    layer = nn.Linear(3, 3)
    assert count_parameters(nn.Sequential(layer, layer)) == 12
    layer.bias.requires_grad_(False)
    assert count_parameters(layer) == 9
    assert count_parameters(nn.BatchNorm1d(5)) == 10  # what it has seen so far is kept, and not learned


@pytest.mark.parametrize("model", [nn.Linear, [torch.zeros(3)], None])
def test_what_is_no_model_is_said_so(model):
    with pytest.raises(TypeError, match=r"model: expected a torch.nn.Module, got"):
        count_parameters(model)


def test_a_layer_without_a_size_is_said_so():
    with pytest.raises(ValueError, match="lazy layers; call model"):
        count_parameters(nn.LazyLinear(2))
