"""Writes the files beside this script with PyTorch, and what PyTorch reads from each to expected.json, for the tests of TensorFiles.

Run with numpy 2.4.6, torch 2.15.0:  python make.py
What no PyTorch of today writes (storages that are views, the tar archive of 2017, earlier archives of torch.export) is put together
here by the rules of the PyTorch that wrote it; today's torch.load reads all but the tar archive.
"""

import argparse
import collections
import dataclasses
import datetime
import enum
import functools
import io
import json
import logging
import pathlib
import pickle
import random
import struct
import tarfile
import warnings
import zipfile

import numpy as np
import torch
from torch import nn

warnings.simplefilter("ignore")
here = pathlib.Path(__file__).parent
generator = torch.Generator().manual_seed(1)
expected = {}


def numbers(*shape, dtype=torch.float32):
    """Small numbers that every type holds exactly."""
    return torch.randint(0, 9, shape, generator=generator).to(dtype)


# What is expected: every tensor under the keys that lead to it, joined by dots.

def unreadable(tensor):
    if tensor.is_quantized or tensor.layout is not torch.strided or tensor.is_meta or tensor.is_nested:
        return True
    return tensor.is_complex() or tensor.is_neg() or tensor.dtype is torch.float4_e2m1fn_x2


def walk(value, path, found):
    if isinstance(value, torch.Tensor):
        found["skipped" if unreadable(value) else "tensors"].append((path, value))
    elif isinstance(value, np.ndarray):
        found["tensors" if value.dtype.kind in "fiub" else "skipped"].append((path, value))
    elif isinstance(value, nn.Module):
        for key, tensor in value.state_dict(keep_vars=True).items():
            walk(tensor, [*path, key], found)
    elif isinstance(value, dict):
        for key, element in value.items():
            walk(element, [*path, str(key)], found)
        walk_attributes(value, path, found)
    elif isinstance(value, (list, tuple, collections.deque)):
        for index, element in enumerate(value):
            walk(element, [*path, str(index)], found)
    elif isinstance(value, functools.partial):
        walk([value.func, value.args, value.keywords], path, found)
    elif not isinstance(value, (type, str, bytes, logging.Logger)):
        walk_attributes(value, path, found)


def walk_attributes(value, path, found):
    for key, element in getattr(value, "__dict__", {}).items():
        if key != "_metadata":
            walk(element, [*path, key], found)
    for key in getattr(type(value), "__slots__", ()):
        walk(getattr(value, key), [*path, key], found)


def describe(value):
    if isinstance(value, np.ndarray):
        value = torch.from_numpy(value.astype(value.dtype.newbyteorder("=")))
    name = str(value.dtype).removeprefix("torch.")
    return {"type": name, "shape": list(value.shape), "values": value.detach().double().flatten().tolist()}


def expect(name, value, stem=None):
    found = {"tensors": [], "skipped": []}
    walk(value, [], found)
    expected[name] = {
        "tensors": {".".join(path) or stem: describe(tensor) for path, tensor in found["tensors"]},
        "skipped": [".".join(path) for path, _ in found["skipped"]],
    }


def save(name, value, **options):
    torch.save(value, here / name, **options)
    expect(name, torch.load(here / name, weights_only=False), pathlib.Path(name).stem)


# Checkpoints as people have them.

class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Record:
    name: str
    weight: torch.Tensor


class Slots:
    __slots__ = ("left", "right")


Pair = collections.namedtuple("Pair", "first second")


class AttributeDict(dict):
    pass


network = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Conv2d(3, 2, 1))
optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
network(numbers(1, 2, 4, 4)).sum().backward()
optimizer.step()
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
arguments = argparse.Namespace(
    lr=0.1, device=torch.device("cpu"), dtype=torch.bfloat16, size=torch.Size([3, 4]), path=pathlib.PurePosixPath("a/b"),
    layers={1, 2}, frozen=frozenset("ab"), counts=collections.Counter("aab"), colour=Colour.RED,
    logger=logging.getLogger("train"), seed=np.int64(3), loss=np.float32(0.5), when=datetime.datetime(2020, 1, 2),
    z=1 + 2j, data=b"abc\xff", array=bytearray(b"12"), big=1 << 80, layout=torch.strided)

save("lightning.ckpt", {
    "epoch": 3, "global_step": 12, "pytorch-lightning_version": "2.5.0", "state_dict": network.state_dict(),
    "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 4}}}},
    "callbacks": {"ModelCheckpoint{'monitor': 'loss'}": {
        "best_model_score": numbers(1)[0], "best_model_path": "a.ckpt", "dirpath": pathlib.PurePosixPath("run")}},
    "optimizer_states": [optimizer.state_dict()], "lr_schedulers": [scheduler.state_dict()],
    "hparams_name": "kwargs", "hyper_parameters": AttributeDict(args=arguments, width=64),
})
average = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9))
save("ema.pth", {"model": network.state_dict(), "ema": average.state_dict(), "args": arguments,
                 "random": random.Random(1).getstate()[0], "numpy_random": np.random.RandomState(1).get_state()[:1]})

slots = Slots()
slots.left, slots.right = numbers(2), [numbers(1)]
cycle = {"tensor": numbers(2)}
cycle["list"] = [cycle]
everything = {
    "args": arguments, "record": Record("a", numbers(2, 2)), "slots": slots, "pair": Pair(numbers(2), {"inner": numbers(1)}),
    "default": collections.defaultdict(list, {"tensors": [numbers(1), numbers(1)]}),
    "deque": collections.deque([numbers(1), None]), "ordered": collections.OrderedDict([("first", numbers(1))]),
    "partial": functools.partial(print, numbers(2), file=numbers(1)), "attributes": AttributeDict(tensor=numbers(3)),
    "parameter": nn.Parameter(numbers(2)), "buffer": nn.Buffer(numbers(2)), 7: numbers(1), "none": None,
}
for protocol in [1, 2, 3, 4, 5]:
    # Protocol 1 has no slots.
    value = {key: value for key, value in everything.items() if protocol > 1 or key != "slots"}
    save(f"everything-{protocol}.pt", value, pickle_protocol=protocol)

arrays = {
    "float32": np.arange(6, dtype=np.float32).reshape(2, 3), "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "big": np.arange(4, dtype=">i2"), "bool": np.array([True, False]), "bytes": np.arange(250, 256, dtype=np.uint8),
    "scalar": np.array(2.5), "empty": np.zeros((0, 3), dtype=np.float16), "number": np.float64(1.5),
    "objects": np.array([{"a": 1}, None], dtype=object), "text": np.array(["a", "bc"]),
    "complex": np.zeros(2, dtype=np.complex64), "times": np.array(["2020-01-02"], dtype="datetime64[D]"),
    "generator": np.random.RandomState(1).get_state()[1][:5],
}
for protocol in [2, 4, 5]:
    save(f"arrays-{protocol}.pt", arrays, pickle_protocol=protocol)

# Every kind of tensor.
kinds = {
    **{name: numbers(2, 3, dtype=getattr(torch, name)) for name in [
        "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "uint16", "uint32", "uint64", "bfloat16"]},
    "float8_e8m0fnu": torch.tensor([1.0, 2.0, 0.5]).to(torch.float8_e8m0fnu),
    "before": numbers(2), "complex": torch.zeros(2, dtype=torch.complex64), "half-complex": torch.zeros(2, dtype=torch.complex32),
    "conjugate": torch.ones(2, dtype=torch.complex64).conj(), "negated": torch.ones(2, dtype=torch.complex64).conj().imag,
    "imaginary": torch.ones(2, dtype=torch.complex64).imag,
    "quantised": torch.quantize_per_tensor(torch.ones(2), 0.5, 0, torch.qint8),
    "channels": torch.quantize_per_channel(torch.ones(2, 2), torch.ones(2), torch.zeros(2), 0, torch.quint8),
    "sparse": torch.eye(2).to_sparse(), "rows": torch.eye(2).to_sparse_csr(), "meta": torch.zeros(2, 2, device="meta"),
    "four": torch.zeros(2, dtype=torch.uint8).view(torch.float4_e2m1fn_x2),
    "nested": torch.nested.nested_tensor([torch.zeros(1), torch.zeros(2)]), "after": numbers(2),
}
torch.save(kinds, here / "kinds.pt")
expect("kinds.pt", kinds)
base = numbers(4, 6)
shared = {"base": base, "again": base, "row": base[1], "column": base[:, 2], "transposed": base.t(),
          "tail": base.flatten()[20:], "expanded": base[:1, :1].expand(2, 3), "channels-last":
          numbers(1, 2, 2, 2).to(memory_format=torch.channels_last), "scalar": base[2, 3], "empty": base[:0]}
save("shared.pt", shared)
save("shared-legacy.pt", shared, _use_new_zipfile_serialization=False)


# Whole modules. Old files hold the source of each class, which is of no use here.
torch.serialization.get_source_lines_and_file = lambda value: (["source"], 1, "file.py")


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.grouped = nn.Conv2d(4, 4, (3, 5), groups=2, dilation=(1, 2), stride=(2, 1))
        self.up = nn.ConvTranspose2d(4, 2, 3, stride=2)
        self.line = nn.Conv1d(2, 3, 5, dilation=2)
        self.solid = nn.Conv3d(1, 1, 2)
        self.normalised = nn.utils.weight_norm(nn.Conv2d(1, 2, 3))
        self.norm = nn.BatchNorm2d(2)
        self.table = nn.Embedding(3, 2)
        self.matrix = nn.Linear(2, 2)
        self.tied = self.matrix
        self.register_buffer("kept", numbers(2))
        self.register_buffer("fleeting", numbers(2), persistent=False)
        self.register_parameter("missing", None)
        self.scale = nn.Parameter(numbers(1))
        self.plain = numbers(2)  # no parameter, no buffer: not in the state dictionary

    def forward(self, x):
        return x


block = Block()
save("module.pt", block)
save("parallel.pth", {"net": nn.DataParallel(block), "epoch": 1})
save("module-legacy.pth", block, _use_new_zipfile_serialization=False)
save("legacy.pth", {"state_dict": network.state_dict(), "args": arguments, "complex": torch.zeros(2, dtype=torch.complex64),
                    "types": [numbers(2, dtype=dtype) for dtype in [torch.float64, torch.float16, torch.bfloat16, torch.int64,
                                                                   torch.uint8, torch.bool]]},
     _use_new_zipfile_serialization=False)
save("legacy-4.pth", {"a": numbers(2), "b": arrays["float32"]}, _use_new_zipfile_serialization=False, pickle_protocol=4)


# Storages that are views of others, as PyTorch 0.1 to 0.4 wrote them: a persistent identifier with six parts.
class Storage:
    def __init__(self, *parts):
        self.parts = parts


class ViewPickler(pickle.Pickler):
    def persistent_id(self, value):
        return value.parts if isinstance(value, Storage) else None


class Call:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def tensor_of(storage, offset, extents, strides):
    return Call(torch._utils._rebuild_tensor_v2, storage, offset, extents, strides, False, collections.OrderedDict())


with open(here / "views-legacy.pth", "wb") as file:
    for value in [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}]:
        pickle.dump(value, file, protocol=2)
    whole = Storage("storage", torch.FloatStorage, "10", "cpu", 8, None)
    view = Storage("storage", torch.FloatStorage, "10", "cuda:0", 8, ("11", 3, 4))
    ViewPickler(file, protocol=2).dump({
        "whole": tensor_of(whole, 0, (2, 4), (4, 1)), "view": tensor_of(view, 1, (3,), (1,)),
        "old": Call(torch._utils._rebuild_tensor, view, 0, (2, 2), (1, 2))})
    pickle.dump(["10"], file, protocol=2)
    file.write(struct.pack("<q8f", 8, *range(8)))
expect("views-legacy.pth", torch.load(here / "views-legacy.pth", weights_only=False, map_location="cpu"))

with tarfile.open(here / "model.pth.tar", "w", format=tarfile.PAX_FORMAT) as archive:
    for name in ["sys_info", "pickle", "tensors", "storages"]:
        contents = pickle.dumps({}, protocol=2)
        member = tarfile.TarInfo(name)
        member.size, member.mtime = len(contents), 1486000000.25
        archive.addfile(member, io.BytesIO(contents))


# TorchScript: scripted, traced, frozen, for phones, deflated.

class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.up = nn.ConvTranspose2d(2, 3, 2)
        self.norm = nn.BatchNorm2d(3)
        self.head = nn.Linear(3, 2)
        self.register_buffer("kept", numbers(2))

    def forward(self, x):
        x = self.norm(self.up(self.conv(x)))
        return self.head(x.mean((2, 3))) + self.kept


small = Small().eval()
picture = numbers(1, 1, 6, 6)
scripted = torch.jit.script(small)
scripted.save(str(here / "scripted.pt"))
expect("scripted.pt", small)
torch.jit.trace(small, picture).save(str(here / "traced.pt"))
expect("traced.pt", small)
frozen = torch.jit.freeze(scripted)
frozen.save(str(here / "frozen.pt"))
scripted._save_for_lite_interpreter(str(here / "phone.ptl"))
expect("phone.ptl", small)
with zipfile.ZipFile(here / "scripted.pt") as source, zipfile.ZipFile(
        here / "deflated.pt", "w", zipfile.ZIP_DEFLATED) as target:
    for member in source.infolist():
        target.writestr(member.filename, source.read(member))
expect("deflated.pt", torch.jit.load(here / "deflated.pt"))
# The constants of a frozen module are all of its weights; torch.load reads them under the names of what it wrote itself.
with zipfile.ZipFile(here / "frozen.pt") as source:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            if "/constants" in name:
                target.writestr(name.replace("/constants.pkl", "/data.pkl").replace("/constants/", "/data/"), source.read(name))
        target.writestr("frozen/version", "3\n")
buffer.seek(0)
constants = torch.load(buffer, weights_only=False)
expect("frozen.pt", {f"CONSTANTS.c{index}": value for index, value in enumerate(constants)})

# Exported programs: of today, of PyTorch 2.7 and 2.8, and of 2.1 to 2.6.
tied = Small().eval()
tied.register_buffer("view", tied.conv.weight.detach()[1:], persistent=True)
program = torch.export.export(tied, (picture,))
torch.export.save(program, here / "program.pt2")
expect("program.pt2", program.state_dict)


def saved(value):
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


state = dict(program.state_dict)
lifted = numbers(2)
with zipfile.ZipFile(here / "program.pt2") as source, zipfile.ZipFile(here / "program-2.8.pt2", "w") as target:
    root = source.namelist()[0].split("/")[0]
    for name in source.namelist():
        if "/data/" not in name:
            target.writestr(name, source.read(name))
    target.writestr(f"{root}/data/weights/model.pt", saved(state))
    target.writestr(f"{root}/data/constants/model.pt", saved({"lifted": lifted}))
expect("program-2.8.pt2", {**state, "lifted": lifted})
with zipfile.ZipFile(here / "program-2.6.pt2", "w") as target:
    target.writestr("serialized_exported_program.json", "{}")
    target.writestr("serialized_state_dict.pt", saved(state))
    target.writestr("serialized_constants.pt", saved({}))
    target.writestr("version", "8.8")
expect("program-2.6.pt2", state)

(here / "expected.json").write_text(json.dumps(expected, sort_keys=True) + "\n")
