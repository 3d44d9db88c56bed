#!/bin/bash
# The tests of the TPU's path, with the real torch_xla on the processor: an environment of its own, several gigabytes.
# Linux on x86-64 only. `BIOML_XLA=1 .ci/run` calls this last; by itself: tests/launching/xla.sh [PYTHON]
set -euo pipefail
cd "$(dirname "$0")/../.."

python="${1:-python3}"
"$python" -m venv --clear .venv-xla
own=.venv-xla/bin/python
# The versions of Colab's TPU machines. The extra index holds torch without CUDA; torch_xla lies on the usual one.
"$own" -m pip install -q --extra-index-url https://download.pytorch.org/whl/cpu "torch==2.9.0+cpu" "torch_xla==2.9.0"
# All else as pinned: the packages that the tests of the training use.
wanted='^(numpy|scipy|pandas|scikit-learn|matplotlib|ipywidgets|anywidget|pooch|tqdm|pytest|psutil|nbformat)=='
grep -E "$wanted" requirements.txt >.venv-xla/requirements.txt
"$own" -m pip install -q -r .venv-xla/requirements.txt
"$own" -m pip install -q --no-deps .
PJRT_DEVICE=CPU BIOML_XLA=1 OMP_NUM_THREADS=1 "$own" -m pytest tests/training/test_xla.py \
    tests/training/test_seeds_and_devices.py tests/training/test_steps.py tests/training/test_loop.py
