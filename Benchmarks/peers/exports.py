"""Shows that PyTorch computes the scores that ccnn does, for every network that `ccnn models` lists.

    python3 exports.py --ccnn ../../.build/release/ccnn --output exports.json

`ccnn export` draws weights from a seed, biases and statistics of normalisations included, and writes them with pictures and their scores. Here the
network is built from the file's metadata and nothing else, takes the file's tensors as its state, and scores the same pictures, in single and in
double precision. Distances are 2-norms over all scores of all pictures: ‖a − b‖/‖b‖, and the same divided by ‖b − b̄‖, b̄ the mean over the
pictures, so that what pictures have in common does not count. Both must be small. Needs torch, SciPy and
safetensors.
"""

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import tempfile

import numpy as np
import torch
from safetensors import safe_open
from scipy import special
from torch import nn
from torch.nn import functional as F


def read(path):
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    return metadata, tensors


class Convolution(nn.Module):
    """A convolution whose padding may differ between its sides."""

    def __init__(self, layer, weight):
        super().__init__()
        top, bottom, left, right = layer["padding"]
        self.padding = (left, right, top, bottom)
        self.arguments = {"stride": layer["stride"], "dilation": layer["dilation"], "groups": layer["groups"]}
        self.weight = nn.Parameter(torch.empty_like(weight))
        self.bias = nn.Parameter(torch.empty(weight.shape[0]))

    def forward(self, x):
        return F.conv2d(F.pad(x, self.padding), self.weight, self.bias, **self.arguments)


class TransposedConvolution(nn.Module):
    def __init__(self, layer, weight):
        super().__init__()
        self.layer = layer
        self.weight = nn.Parameter(torch.empty_like(weight))
        self.bias = nn.Parameter(torch.empty(weight.shape[1]))

    def forward(self, x):
        height, width, _ = self.layer["output"]
        top, _, left, _ = self.layer["padding"]
        y = F.conv_transpose2d(x, self.weight, stride=self.layer["stride"], dilation=self.layer["dilation"])
        # The last rows and columns that no kernel reaches are zero, or cut off.
        y = F.pad(y, (0, max(left + width - y.shape[3], 0), 0, max(top + height - y.shape[2], 0)))
        return y[:, :, top : top + height, left : left + width] + self.bias[:, None, None]


def sampled_derivatives(order, sigma, count):
    """(−σ)ⁿ g⁽ⁿ⁾ = Heₙ(x/σ) g at every tap, n = 0, …, order."""
    x = (torch.arange(count, dtype=torch.float64) - (count - 1) / 2) / sigma
    hermite = [torch.ones_like(x), x]
    for n in range(1, order):
        hermite.append(x * hermite[n] - n * hermite[n - 1])
    gaussian = torch.exp(-x * x / 2) / (math.sqrt(2 * math.pi) * sigma)
    return [h * gaussian for h in hermite[: order + 1]]


def discrete_derivatives(order, sigma, count):
    """(−σ)ⁿ times the n-th central difference of the discrete analogue T(k) = exp(−σ²) I_k(σ²) (Lindeberg, doi:10.1109/34.49051)."""
    if count % 2 == 0:
        raise SystemExit(f"exports.py: {count} taps of the discrete analogue, wanted an odd number")
    reach = count // 2 + order // 2 + 1
    even = torch.from_numpy(special.ive(np.abs(np.arange(-reach, reach + 1)), sigma**2))
    derivatives = []
    for n in range(order + 1):
        # Two differences shorten a line by one number at each end, for the first derivative as for the second.
        values = even if n % 2 == 0 else (even[2:] - even[:-2]) / 2
        cut = (len(values) - count) // 2
        derivatives.append((-sigma) ** n * values[cut : cut + count])
        if n % 2 == 1:
            even = even[2:] - 2 * even[1:-1] + even[:-2]
    return derivatives


class GaussianJet(nn.Module):
    """A convolution with kernels Σ a (−σ)^(i + j) g⁽ⁱ⁾(x; σ) g⁽ʲ⁾(y; σ), the derivatives discretised as the file says."""

    DERIVATIVES = {"sampled": sampled_derivatives, "discrete": discrete_derivatives}

    def __init__(self, layer, coefficients):
        super().__init__()
        if layer["discretization"] not in self.DERIVATIVES:
            raise SystemExit(
                f"exports.py: {layer['name']} is discretised as {layer['discretization']}, wanted {' or '.join(self.DERIVATIVES)}"
            )
        self.derivatives = self.DERIVATIVES[layer["discretization"]]
        top, bottom, left, right = layer["padding"]
        self.padding = (left, right, top, bottom)
        self.arguments = {"stride": layer["stride"], "dilation": layer["dilation"]}
        self.size, self.order = layer["kernel"], layer["order"]
        self.coefficients = nn.Parameter(torch.empty_like(coefficients))
        self.sigma = nn.Parameter(torch.empty(1))
        self.bias = nn.Parameter(torch.empty(coefficients.shape[2]))

    def forward(self, x):
        rows, columns = (self.derivatives(self.order, self.sigma.item(), count) for count in self.size)
        terms = [(n - dy, dy) for n in range(self.order + 1) for dy in range(n + 1)]
        basis = torch.stack([rows[dy][:, None] * columns[dx][None, :] for dx, dy in terms])
        kernel = torch.einsum("tio,tyx->oiyx", self.coefficients.double(), basis).to(x.dtype)
        return F.conv2d(F.pad(x, self.padding), kernel, self.bias, **self.arguments)


def module(layer, tensors):
    """What computes a layer that has weights."""
    operation, name = layer["operation"], layer["name"]
    if operation == "convolution":
        return Convolution(layer, tensors[f"{name}.weight"])
    if operation == "transposed-convolution":
        return TransposedConvolution(layer, tensors[f"{name}.weight"])
    if operation == "gaussian-jet":
        return GaussianJet(layer, tensors[f"{name}.coefficients"])
    if operation == "dense":
        outputs, inputs = tensors[f"{name}.weight"].shape
        return nn.Linear(inputs, outputs)
    if operation == "normalization":
        return nn.BatchNorm2d(layer["output"][2], eps=layer["epsilon"])
    return None


FUNCTIONS = {"relu": F.relu, "softplus": F.softplus, "gelu": F.gelu}


class Network(nn.Module):
    """The layers of a file's metadata, in their order; each reads what layers before it wrote."""

    def __init__(self, layers, tensors):
        super().__init__()
        self.layers = layers
        for layer in layers:
            built = module(layer, tensors)
            if built is not None:
                self.add_module(layer["name"], built)

    def forward(self, pictures):
        values = {"input": pictures}
        for layer in self.layers:
            inputs = [values[name] for name in layer["inputs"]]
            values[layer["name"]] = self.apply_layer(layer, inputs)
        return values[self.layers[-1]["name"]]

    def apply_layer(self, layer, inputs):
        operation = layer["operation"]
        if operation == "dense":
            return getattr(self, layer["name"])(inputs[0].flatten(1))[:, :, None, None]
        if operation == "activation":
            return FUNCTIONS[layer["function"]](inputs[0])
        if operation == "mean-over-space":
            return inputs[0].mean((2, 3), keepdim=True)
        if operation == "sum":
            return inputs[0] + inputs[1]
        if operation == "concatenation":
            return torch.cat(inputs, 1)
        if operation == "window":
            raise SystemExit(f"exports.py: {layer['name']} is a window, which no listed network has")
        result = getattr(self, layer["name"])(inputs[0])
        return FUNCTIONS[layer["function"]](result) if layer.get("function") else result


def distance(a, b):
    a, b = a.double(), b.double()
    return float((a - b).norm() / b.norm())


def distance_of_differences(a, b):
    a, b = a.double(), b.double()
    return float((a - b).norm() / (b - b.mean(0, keepdim=True)).norm())


def compare(path):
    metadata, tensors = read(path)
    pictures, scores = tensors.pop("sample.pictures"), tensors.pop("sample.scores")
    network = Network(json.loads(metadata["layers"]), tensors)
    # PyTorch counts the batches of a normalisation too; with statistics that are there it makes no use of it.
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
        raise SystemExit(f"exports.py: {path}: tensors missing {missing}, unexpected {unexpected}")
    network.eval()
    with torch.no_grad():
        single = network(pictures)
        double = network.double()(pictures.double())
    return {
        "layers": len(network.layers), "numbers": sum(t.numel() for t in tensors.values()), "scores": scores.numel(),
        "ccnnFromPyTorch": distance(scores, single), "ccnnFromPyTorchOfDifferences": distance_of_differences(scores, single),
        "ccnnFromDouble": distance(scores, double),
        "pyTorchFromDouble": distance(single, double),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--ccnn", required=True, help="the program whose exports are read")
    parser.add_argument("--samples", type=int, default=4, help="the number of pictures")
    parser.add_argument("--seed", type=int, default=1, help="the seed of weights and pictures")
    parser.add_argument("--limit", type=float, default=1e-5, help="the largest distance from PyTorch that passes")
    parser.add_argument("--output", help="the file for the distances, as JSON")
    arguments = parser.parse_args()

    def ccnn(*words):
        return subprocess.run([arguments.ccnn, *words], check=True, capture_output=True, text=True).stdout

    models = json.loads(ccnn("models", "--format", "json"))
    cases = [(m["name"], ["--random", str(arguments.seed)], "drawn") for m in models]
    cases += [(m["name"], [], "trained") for m in models if m.get("trainedAccuracy") is not None]
    rows = []
    print(f"{'network':22} {'weights':8} {'layers':>6} {'numbers':>11} {'ccnn from PyTorch':>18} {'of differences':>15} {'ccnn from double':>17} {'PyTorch from double':>20}")
    with tempfile.TemporaryDirectory() as folder:
        for name, words, weights in cases:
            path = os.path.join(folder, "network.safetensors")
            ccnn("export", name, *words, "--samples", str(arguments.samples), "--output", path)
            row = {"network": name, "weights": weights} | compare(path)
            rows.append(row)
            print(
                f"{name:22} {weights:8} {row['layers']:6} {row['numbers']:11,} {row['ccnnFromPyTorch']:18.1e}"
                f" {row['ccnnFromPyTorchOfDifferences']:15.1e}"
                f" {row['ccnnFromDouble']:17.1e} {row['pyTorchFromDouble']:20.1e}",
                flush=True,
            )
    worst = {key: max(row[key] for row in rows) for key in ("ccnnFromPyTorch", "ccnnFromPyTorchOfDifferences")}
    largest, of_differences = worst.values()
    print(f"The largest distance from PyTorch is {largest:.1e}, of differences {of_differences:.1e}; {arguments.limit:.0e} passes.")
    if arguments.output:
        document = {
            "limit": arguments.limit, "networks": rows, "pictures": arguments.samples, "seed": arguments.seed,
            "versions": {"torch": torch.__version__, "python": platform.python_version()},
        }
        with open(arguments.output, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=2, sort_keys=True)
            file.write("\n")
        print(f"written: {arguments.output}", file=sys.stderr)
    sys.exit(0 if max(worst.values()) <= arguments.limit else 1)


main()
