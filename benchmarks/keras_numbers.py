"""What Keras computes for one small network: the numbers that companion 09c holds PyTorch against.

``python -m benchmarks.keras_numbers`` makes a throw-away environment with Keras on top of this one (pinned in
benchmarks/frameworks.txt), lets Keras build, train and run the network, and writes bioml_helpers/practice/keras.json.
The course itself needs no Keras.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOUND = ROOT / "bioml_helpers" / "practice" / "keras.json"
SEED = 109


def measure() -> dict:
    """Return the network's inputs, weights (as Keras keeps them) and outputs; runs where Keras is installed."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(SEED)
    X = np.random.default_rng(SEED).normal(size=(64, 12)).astype("float32")
    y = (X[:, 0] + X[:, 1] * X[:, 2] > 0.3).astype(int) + (X[:, 3] > 0.8)
    model = keras.Sequential(
        [
            keras.layers.Input((12,)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy")
    model.fit(X, y, epochs=20, batch_size=16, verbose=0)
    shown = X[:5]
    first, norm, _, last = model.layers
    weights = {
        "kernel 1": first.kernel,
        "bias 1": first.bias,
        "gamma": norm.gamma,
        "beta": norm.beta,
        "moving mean": norm.moving_mean,
        "moving variance": norm.moving_variance,
        "kernel 2": last.kernel,
        "bias 2": last.bias,
    }
    return {
        "made by": "python -m benchmarks.keras_numbers",
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "epsilon": norm.epsilon,
        "momentum": norm.momentum,
        "X": shown.tolist(),
        "weights": {name: np.asarray(keras.ops.convert_to_numpy(value)).tolist() for name, value in weights.items()},
        "probabilities": np.asarray(model.predict(shown, verbose=0)).tolist(),
    }


def main() -> None:
    """Run `measure` in the throw-away environment and write what it found."""
    from benchmarks import frameworks

    python = frameworks.environment()
    command = [
        str(python),
        "-c",
        "import json; from benchmarks import keras_numbers as k; print(json.dumps(k.measure()))",
    ]
    variables = {**os.environ, "KERAS_BACKEND": "torch", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    FOUND.write_text(json.dumps(json.loads(done.stdout.splitlines()[-1]), indent=1) + "\n", encoding="utf-8")
    print(f"written: {FOUND.relative_to(ROOT).as_posix()}")


if __name__ == "__main__":
    main()
