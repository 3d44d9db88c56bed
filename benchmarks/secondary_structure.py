"""Secondary structure from all short chains: the figures that chapter 5 quotes and does not compute.

``python -m benchmarks.secondary_structure`` trains the window network and two recurrent ones on every training chain of
NetSurfP-2.0 of at most 200 residues, from three starts each, prints Q3 on its test chains and on CB513, and writes
benchmarks/out/secondary_structure.csv. About ten minutes.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bioml_helpers import rnn

OUT = Path(__file__).resolve().parent / "out" / "secondary_structure.csv"
MODELS = {
    "window of 17": {"recurrent": False, "num_epochs": 10},
    "bi-LSTM": {"recurrent": True, "num_epochs": 6},
    "bi-GRU": {"recurrent": True, "kind": "gru", "num_epochs": 6, "learning_rate": 0.01},
}


def measure() -> pd.DataFrame:
    """Return Q3 of each model and start on both test sets, with its 95 % interval by chain."""
    task, rows = rnn.chain_task(1_000_000, quiet=True), []
    if task.card.is_stand_in:
        raise SystemExit("secondary_structure: the real data are needed here.")
    print(f"{len(task.fitted.X):,} training chains, {len(task.netsurfp.X)} and {len(task.cb513.X)} test rows")
    for seed in range(3):
        for name, how in MODELS.items():
            network = rnn.train_on_chains(task.fitted, seed=seed, **how).network
            for part, chains in {"NetSurfP test": task.netsurfp, "CB513": task.cb513}.items():
                q3 = rnn.q3_by_chain(chains, rnn.states_of(network, chains))
                rows.append((name, part, seed, q3.estimate, q3.low, q3.high))
                print(f"{name}, {part}, start {seed}: Q3 {q3.estimate:.3f} ({q3.low:.3f} to {q3.high:.3f})", flush=True)
    return pd.DataFrame(rows, columns=["model", "test set", "start", "Q3", "low", "high"])


if __name__ == "__main__":
    found = measure()
    OUT.parent.mkdir(parents=True, exist_ok=True)
    found.to_csv(OUT, index=False)
    print(found.groupby(["test set", "model"], sort=False)["Q3"].agg(["mean", "min", "max"]).round(3).to_string())
