"""Molecules as graphs over several seeds and splits: the figures that chapter 7 quotes and does not compute.

``python -m benchmarks.molecular_graphs`` prints solubility (every model of the chapter's table, five seeds, random and
scaffold split) and toxicity (SR-MMP: graph networks beside chapter 3's perceptron and its rivals, on the same splits),
and writes benchmarks/out/solubility.csv and benchmarks/out/toxicity_graphs.csv. About six minutes.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bioml_helpers import evaluation, gcn, mlp
from bioml_helpers.gcn import molecules

OUT = Path(__file__).resolve().parent / "out"
SEEDS = range(5)
SPLITS = (("random", 0), ("random", 1), ("random", 2), ("scaffold", 0), ("scaffold", 1), ("scaffold", 2))
# Of toxicity: twelve epochs are enough for 4,700 molecules.
SETTINGS = {"num_epochs": 12, "batch_size": 128}


def solubility() -> pd.DataFrame:
    """Return a row a model and split: RMSE, its range over the seeds."""
    task = gcn.solubility(quiet=True)
    if task.card.is_stand_in:
        raise SystemExit("esol: the real data are needed here.")
    return pd.concat([gcn.compare(task, how, seeds=SEEDS) for how in molecules.HOW], ignore_index=True)


def toxicity() -> pd.DataFrame:
    """Return a row a model, split and seed: AUROC of mitochondrial toxicity."""
    graphs, table = gcn.toxicity(quiet=True), mlp.toxicity(quiet=True)
    rows = []
    for how, seed in SPLITS:
        parts = table.split(how, seed)
        said = {
            "12 properties, perceptron (chapter 3)": mlp.train_classifier(table.X, table.y, parts, seed=seed).logits(
                table.X
            )[parts.test]
        }
        for name, settings in (
            ("GCN, sum", {}),
            ("GCN, sum, edges removed", {"edges": "removed"}),
            ("GIN, sum", {"kind": "GIN"}),
        ):
            trained = gcn.train_graph_net(graphs, how, split_seed=seed, seed=seed, **SETTINGS, **settings)
            assert (trained.parts.test == parts.test).all()  # the same molecules judge
            said[name] = trained.tested()[1]
        for name, logits in said.items():
            rows.append((name, how, seed, evaluation.auroc(table.y[parts.test], logits)))
        print(pd.DataFrame(rows[-4:]).round(3).to_string(index=False, header=False), flush=True)
    return pd.DataFrame(rows, columns=["model", "split", "seed", "AUROC"])


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    dissolved = solubility()
    dissolved.round(4).to_csv(OUT / "solubility.csv", index=False)
    print(dissolved.round(3).to_string(), flush=True)
    toxic = toxicity()
    toxic.round(4).to_csv(OUT / "toxicity_graphs.csv", index=False)
    print(toxic.groupby(["split", "model"])["AUROC"].agg(["mean", "min", "max"]).round(3).to_string())
