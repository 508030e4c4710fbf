import array
import json
import struct

from torch import Tensor


def load_file(path):
    """The tensors of a file, which is of numbers in single and double precision."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            tensors[name] = Tensor(entry["shape"], array.array({"F32": "f", "F64": "d"}[entry["dtype"]], data[begin:end]))
    return tensors
