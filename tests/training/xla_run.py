"""One training run on the processor and one through torch_xla, for test_xla.py: python xla_run.py ARCHITECTURE."""

from __future__ import annotations

import json
import sys

import torch
from torch import nn

from bioml_helpers import attention, cnn, gcn
from bioml_helpers.training import seed_everything, train


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell, self.head = nn.GRU(4, 8, batch_first=True), nn.Linear(8, 1)

    def forward(self, X):
        return self.head(self.cell(X)[0][:, -1])


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.block, self.head = attention.EncoderBlock(4, 2), nn.Linear(4, 1)

    def forward(self, X):
        return self.head(self.block(X).mean(dim=1))


class Graph(nn.Module):
    """Each example is a ring of ten atoms; one edge list serves them all, as numbers of atoms in the batch."""

    def __init__(self):
        super().__init__()
        self.layer, self.head = gcn.GCNLayer(4, 8), nn.Linear(8, 1)

    def forward(self, X):
        ring = torch.arange(10, device=X.device)
        edges = torch.stack([ring, ring.roll(-1)])
        edges = torch.cat([edges, edges.flip(0)], dim=1)
        first = 10 * torch.arange(len(X), device=X.device)
        edges = (edges[:, None] + first[:, None]).flatten(1)
        atoms = torch.relu(self.layer(X.flatten(0, 1), edges))
        return self.head(atoms.view(len(X), 10, 8).sum(dim=1))


class Convolution(nn.Module):
    def __init__(self):
        super().__init__()
        self.filters, self.head = cnn.Conv1d(4, 6, 3), nn.Linear(6, 1)

    def forward(self, X):
        return self.head(torch.relu(self.filters(X.transpose(1, 2))).amax(dim=2))


ARCHITECTURES = {
    "multilayer perceptron": lambda: nn.Sequential(nn.Flatten(), nn.Linear(40, 8), nn.ReLU(), nn.Linear(8, 1)),
    "convolution": Convolution,
    "recurrence": Recurrent,
    "attention": Attention,
    "graph convolution": Graph,
    "autoencoder": lambda: nn.Sequential(nn.Flatten(), nn.Linear(40, 3), nn.Tanh(), nn.Linear(3, 40)),
}


def main(kind: str) -> None:
    X = torch.randn(40, 10, 4, generator=torch.Generator().manual_seed(2))
    y = X.flatten(1) if kind == "autoencoder" else X[:, :, 0].amax(dim=1, keepdim=True)
    found = {}
    for device in ("cpu", "xla"):  # the processor first: what trains there must not keep the other from training
        seed_everything(0)
        model = ARCHITECTURES[kind]()
        settings = {"loss_fn": nn.MSELoss(), "num_epochs": 4, "batch_size": 20, "learning_rate": 0.02, "seed": 0}
        history = train(model, (X, y), device=device, progress=False, **settings)
        assert next(model.parameters()).device.type == device
        found[device] = history.train_loss
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
