#!/bin/sh
# The HDF5 library does not open a file that has no name any more, though /dev/fd/N leads to it and every other program reads it there.
# Guess: /dev/fd/N is as good as a path; a process can be given one open file, and nothing else.
# Found: Python reads the bytes through /dev/fd/N; h5py.File of the same path raises OSError once the name is removed. The library
# follows the link by itself and opens the name that it had. A driver of its own (h5py's for file objects) does without.
# Version: h5py 3.16.0 with HDF5 of its wheel, Linux.
. "$(dirname "$0")/environment"
packages h5py==3.16.0 numpy==2.4.6
observe <<'PY'
import h5py, numpy as np, os, tempfile
print("h5py", h5py.__version__, "HDF5", h5py.version.hdf5_version)
descriptor, path = tempfile.mkstemp()
with h5py.File(path, "w") as file:
    file["w"] = np.arange(3)
link = f"/dev/fd/{descriptor}"
with h5py.File(link, "r") as file:
    print("with a name:", file["w"][:].tolist())
os.unlink(path)
assert open(link, "rb").read(8) == b"\x89HDF\r\n\x1a\n"
print("without a name, as bytes: readable")
try:
    h5py.File(link, "r")
    raise SystemExit("it is opened now")
except OSError as error:
    print("without a name, by the library:", type(error).__name__)
with h5py.File(open(link, "rb"), "r") as file:
    assert file["w"][:].tolist() == [0, 1, 2]
    print("without a name, through a file object:", file["w"][:].tolist())
PY
