#!/bin/sh
# Kernels in MATLAB 7.3 files: one reader drops every axis of extent 1, the other keeps them.
# Guess: an array of 3×3×1×8 (eight kernels of one channel) has four axes whoever reads it.
# Found: mat73 gives (3, 3, 1, 8), pymatreader (3, 3, 8): outputs take the place of inputs where code counts axes.
# Version: hdf5storage 0.2.2 (writer), mat73 0.65, pymatreader 1.3.2.
. "$(dirname "$0")/environment"
packages hdf5storage==0.2.2 mat73==0.65 pymatreader==1.3.2 h5py==3.16.0 scipy==1.17.1 numpy==2.4.6
observe <<'PY'
import h5py, hdf5storage, mat73, numpy as np, pymatreader
from importlib.metadata import version
print(*(f"{name} {version(name)}" for name in ("hdf5storage", "mat73", "pymatreader")))
kernels = np.arange(72, dtype=np.float32).reshape(3, 3, 1, 8)
hdf5storage.savemat("kernels.mat", {"w": kernels}, format="7.3")
stored = h5py.File("kernels.mat")["w"].shape
one, other = mat73.loadmat("kernels.mat")["w"], pymatreader.read_mat("kernels.mat")["w"]
print(f"written {kernels.shape}, in the file {stored}; mat73 {one.shape}, pymatreader {other.shape}")
assert stored == (8, 1, 3, 3) and one.shape == (3, 3, 1, 8) and other.shape == (3, 3, 8)
assert np.array_equal(one, kernels) and np.array_equal(other, kernels[:, :, 0])
PY
