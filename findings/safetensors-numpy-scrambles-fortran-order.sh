#!/bin/sh
# safetensors' interface for NumPy writes arrays that are not in C order as if they were: shape and values no longer belong together.
# Guess: it copies to C order, or refuses, as its interface for PyTorch does with tensors that are not contiguous.
# Found: [[0 1 2] [3 4 5]] in Fortran order comes back as [[0 3 1] [4 2 5]], without a warning; a transposed view likewise. Kernels that were
# taken to another order of axes by transpose() are such views.
# Version: safetensors 0.8.0, numpy 2.4.6.
. "$(dirname "$0")/environment"
packages safetensors==0.8.0 numpy==2.4.6
observe <<'PY'
import numpy as np, safetensors
from safetensors.numpy import load, save
print("safetensors", safetensors.__version__, "numpy", np.__version__)
matrix = np.arange(6, dtype=np.float32).reshape(2, 3)
again = load(save({"w": np.asfortranarray(matrix)}))["w"]
print("written:", matrix.tolist(), "read:", again.tolist())
assert again.tolist() == [[0, 3, 1], [4, 2, 5]]
kernels = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
view = kernels.transpose(2, 0, 1)
assert not np.array_equal(load(save({"w": view}))["w"], view)
assert np.array_equal(load(save({"w": np.ascontiguousarray(view)}))["w"], view)
print("a transposed view is scrambled too; np.ascontiguousarray keeps it whole")
PY
