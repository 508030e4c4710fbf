"""A stand-in for PyTorch where that is not installed: no more of it than the Python of the guides needs, in plain Python.

Tensors of single precision with a shape, state dictionaries as modules have them, and files as torch.save writes them
(a zip archive, a pickle of protocol 2, and storages beside it). It computes nothing.
"""
import array
import pickle
import zipfile
from collections import OrderedDict
from math import prod

from torch import _utils


class FloatStorage:
    """The name of a storage's type in a pickle."""


class Tensor:
    def __init__(self, shape, values):
        self.shape, self.values = tuple(shape), array.array("f", values)
        assert len(self.values) == prod(self.shape)

    def __reduce__(self):
        strides = tuple(prod(self.shape[axis + 1 :]) for axis in range(len(self.shape)))
        return _utils._rebuild_tensor_v2, (_Stored(self), 0, self.shape, strides, False, OrderedDict())


class _Stored:
    def __init__(self, tensor):
        self.tensor = tensor


class _Pickler(pickle.Pickler):
    def __init__(self, file):
        super().__init__(file, protocol=2)
        self.storages = []

    def persistent_id(self, value):
        if not isinstance(value, _Stored):
            return None
        self.storages.append(value.tensor.values)
        return "storage", FloatStorage, str(len(self.storages) - 1), "cpu", len(value.tensor.values)


def save(value, path):
    with zipfile.ZipFile(path, "w") as archive:
        with archive.open("archive/data.pkl", "w") as file:
            pickler = _Pickler(file)
            pickler.dump(value)
        archive.writestr("archive/byteorder", "little")
        for key, values in enumerate(pickler.storages):
            archive.writestr(f"archive/data/{key}", values.tobytes())
        archive.writestr("archive/version", "3\n")


class nn:
    class Module:
        """A module that has these tensors."""

        def __init__(self, tensors):
            self._tensors = OrderedDict(tensors)

        def state_dict(self):
            return OrderedDict(self._tensors)

        def load_state_dict(self, state):
            """As PyTorch with strict=True: every name once, every shape as it was."""
            missing, unexpected = self._tensors.keys() - state.keys(), state.keys() - self._tensors.keys()
            if missing or unexpected:
                raise RuntimeError(f"missing keys {sorted(missing)}, unexpected keys {sorted(unexpected)}")
            for name, tensor in state.items():
                if tensor.shape != self._tensors[name].shape:
                    raise RuntimeError(f"size mismatch for {name}")
            self._tensors = OrderedDict((name, state[name]) for name in self._tensors)
