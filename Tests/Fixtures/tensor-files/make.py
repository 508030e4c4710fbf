"""Writes the files beside this script with NumPy, safetensors and PyTorch, for the tests of TensorFiles.

Run with numpy 2.4.6, safetensors 0.8.0, torch 2.15.0:  python make.py
Every array holds numbers that the tests compute again, so no expected values are stored.
"""

import collections
import os
import pathlib
import pickle
import warnings
import zipfile

import numpy as np
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch_file

here = pathlib.Path(__file__).parent
counting = np.arange(24, dtype=np.float64).reshape(2, 3, 4) - 11.5  # element i is i − 11.5
kernels = np.arange(2 * 3 * 5 * 4, dtype=np.float32).reshape(2, 3, 5, 4)  # [out, in, height, width]

# safetensors: every scalar type that both sides have, and metadata.
save_torch_file(
    {
        "f64": torch.tensor(counting),
        "f32": torch.tensor(counting).float(),
        "f16": torch.tensor(counting).half(),
        "bf16": torch.tensor(counting).bfloat16(),
        **{
            name: torch.tensor([0, 1, 100], dtype=getattr(torch, kind))
            for name, kind in [("i64", "int64"), ("i32", "int32"), ("i16", "int16"), ("i8", "int8"), ("u64", "uint64"),
                               ("u32", "uint32"), ("u16", "uint16"), ("u8", "uint8")]
        },
        "bool": torch.tensor([False, True, True]),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
        "größe \"x\"\\\n": torch.tensor([1.0]),
    },
    here / "types.safetensors",
    metadata={"order": "4 \"taps\"\n∂"},
)
save_file({"layer.weight": kernels, "layer.bias": counting[0, 0].copy()}, here / "kernels.safetensors",
          metadata={"framework": "numpy"})

# npy: versions, axis orders, byte orders, every scalar type, a scalar, nothing.
np.save(here / "counting.npy", counting)
np.save(here / "fortran.npy", np.asfortranarray(counting))
np.save(here / "bigendian.npy", counting.astype(">f8"))
np.save(here / "bigendian-fortran.npy", np.asfortranarray(counting.astype(">f4")))
np.save(here / "scalar.npy", np.float32(2.5))
np.save(here / "empty.npy", np.zeros((0, 3), dtype=np.float16))
np.save(here / "bool.npy", np.array([[False, True], [True, False]]))
for version in [(2, 0), (3, 0)]:
    with open(here / f"version{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, counting, version=version)
for kind in ["i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "f2", "f4"]:
    np.save(here / f"{kind}.npy", np.array([0, 1, 100], dtype=kind))
np.save(here / "structured.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
np.save(here / "object.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
np.save(here / "complex.npy", np.zeros(2, dtype=np.complex64))
np.save(here / "text.npy", np.array(["a", "bc"]))

# npz: stored, deflated, with an object array inside, and with a method that is not read.
arrays = {"kernels": kernels, "block/counting": np.asfortranarray(counting), "zeros": np.zeros(20_000, dtype=np.float32)}
np.savez(here / "stored.npz", **{**arrays, "zeros": arrays["zeros"][:10]})
np.savez_compressed(here / "deflated.npz", **arrays)
np.savez(here / "object.npz", fine=counting, object=np.array([{"a": 1}], dtype=object), allow_pickle=True)
with zipfile.ZipFile(here / "bzip2.npz", "w", zipfile.ZIP_BZIP2) as archive:
    archive.write(here / "counting.npy", "counting.npy")

# PyTorch: a module's state, a nested checkpoint, views into shared storages, all storages, newer protocols.
torch.manual_seed(1)
network = torch.nn.Sequential(torch.nn.Conv2d(2, 3, (2, 3)), torch.nn.BatchNorm2d(3))
state = network.state_dict()
state["0.weight"] = torch.arange(36, dtype=torch.float32).reshape(3, 2, 2, 3)
torch.save(state, here / "state.pt")
base = torch.arange(24, dtype=torch.float64).reshape(4, 6)
torch.save(
    {
        "state_dict": collections.OrderedDict(
            [("base", base), ("transposed", base.t()), ("part", base[1:3, 2:5]), ("every-second", base[:, ::2]),
             ("channels-last", torch.arange(16.0).reshape(1, 4, 2, 2).to(memory_format=torch.channels_last)),
             ("parameter", torch.nn.Parameter(torch.ones(2)))]
        ),
        "list": [torch.tensor([1, 2]), {"inner": torch.tensor([True, False])}],
        "epoch": 3, "loss": 0.5, "name": "α", "none": None, "big": 1 << 80, "negative": -(1 << 40), "flag": True,
        7: torch.tensor([7.0]), ("a", 1): "no tensor",
    },
    here / "checkpoint.pth",
)
torch.save(
    {kind: torch.tensor([0, 1, 100]).to(getattr(torch, kind))
     for kind in ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"]},
    here / "types.pt", pickle_protocol=4,
)
torch.save(torch.tensor([1.5, 2.5]), here / "single.pt")
torch.serialization.set_crc32_options(False)
torch.save({"a": torch.arange(3.0)}, here / "no-checksums.pt")
torch.serialization.set_crc32_options(True)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    torch.save({"a": torch.zeros(2)}, here / "legacy.pt", _use_new_zipfile_serialization=False)
torch.save({"a": torch.zeros(1).expand(1000, 1000)}, here / "expanded.pt")
torch.save({"a": torch.zeros(2, dtype=torch.complex64)}, here / "complex.pt")
torch.save({"a": torch.zeros(2), "shape": torch.Size([2])}, here / "size.pt")
torch.save(network, here / "module.pt")


# Pickles that would do something when loaded: none of it may happen, and each is refused by name.
class Runs:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def write_pickle(name, value):
    with zipfile.ZipFile(here / name, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(value, protocol=2))
        archive.writestr("archive/version", "3\n")


write_pickle("system.pt", {"weight": Runs(os.system, "touch executed")})
write_pickle("eval.pt", {"weight": Runs(eval, "open('executed', 'w')")})
write_pickle("nested.pt", {"weight": Runs(pickle.loads, pickle.dumps(Runs(os.system, "touch executed"), protocol=2))})
cycle = {}
cycle["itself"] = cycle
write_pickle("cycle.pt", cycle)
pair = []
pair.append((pair, 1))
write_pickle("cycle-in-tuple.pt", pair)

# What this library wrote, TorchWriterTests.forPyTorch, which is checked here and not written: PyTorch loads it as what it is.
written = torch.load(here / "written.pt", weights_only=True)
assert type(written) is collections.OrderedDict and written.pop("größe") == 2.5 and written.pop("empty").shape == (0, 3)
assert len(written) == 10
for name, tensor in written.items():
    type_name = name.removeprefix("type.")
    assert tensor.dtype is getattr(torch, type_name)
    expected = torch.arange(24).reshape(2, 3, 4)
    assert torch.equal(tensor.double(), (expected % 2 if type_name == "bool" else expected).double())
