"""Signal peptides over the five given folds: the figures that chapter 6 quotes and does not compute.

``python -m benchmarks.signal_peptides`` prints a row a model and fold, then mean and spread over the folds, and
writes benchmarks/out/signal_peptides.csv. About three minutes.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bioml_helpers import attention, evaluation

OUT = Path(__file__).resolve().parent / "out" / "signal_peptides.csv"
FIGURES = ["AUROC", "MCC", "false alarms, helix", "false alarms, others"]


def measure() -> pd.DataFrame:
    """Return AUROC, MCC and false alarms of each model on each fold, trained on the other four."""
    task, rows = attention.signal_task(quiet=True), []
    if task.card.is_stand_in:
        raise SystemExit("signal_peptides: the real data are needed here.")
    for fold in range(1, 6):
        train, test = task.rows(fold)
        said = attention.signal_baselines(task, train, test)
        for name, positions in (("transformer", True), ("transformer, no positions", False)):
            network, _ = attention.train_signal_reader(task, train, seed=fold, positions=positions)
            said[name] = attention.logits_of(network, task.X[test])
        y, helix = task.y[test], task.helix[test]
        for name, logits in said.items():
            alarms = [float((logits[(y == 0) & (helix == which)] > 0).mean()) for which in (True, False)]
            rows.append((name, fold, evaluation.auroc(y, logits), attention.mcc(y, logits), *alarms))
        print(pd.DataFrame(rows[-4:]).round(3).to_string(index=False, header=False), flush=True)
    return pd.DataFrame(rows, columns=["model", "fold", *FIGURES])


if __name__ == "__main__":
    found = measure()
    OUT.parent.mkdir(parents=True, exist_ok=True)
    found.to_csv(OUT, index=False)
    print(found.groupby("model", sort=False)[FIGURES].agg(["mean", "std"]).round(3).to_string())
