#!/usr/bin/env python3
"""Ten losses of short training runs in double precision by PyTorch, with the weights and pictures they began with.

usage: make.py        (needs PyTorch and safetensors; made with torch 2.x on a CPU)

Each file holds the first weights under this library's names and axes (kernels: height, width, in, out), `pictures`
[steps, batch, height, width, channels], `labels` [steps, batch] or, of pixels, [steps, batch, height, width], `losses`
[steps], each loss before its step, and `final/…`, the weights after the last step. Losses are softmax cross-entropies
without the penalty.
"""
import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
STEPS, BATCH, SIDE, CHANNELS, CLASSES = 10, 4, 8, 2, 3


def same(x, kernel, stride, dilation=1, value=0.0):
    """Keras's "same" padding: the smaller half first."""
    totals = [max((-(-n // stride) - 1) * stride + dilation * (kernel - 1) + 1 - n, 0) for n in x.shape[:1:-1]]
    return F.pad(x, [part for total in totals for part in (total // 2, total - total // 2)], value=value)


def maximum(x, size, stride):
    return F.max_pool2d(same(x, size, stride, value=-math.inf), size, stride)


def average(x, size, stride):
    """The mean of the samples inside the picture, which PyTorch's own has only for sides padded alike."""
    sums, shares = (F.avg_pool2d(same(values, size, stride), size, stride) for values in (x, torch.ones_like(x)))
    return sums / shares


def discrete_derivatives(order, sigma, radius):
    """(−σ)ⁿ times the n-th central difference of exp(−s) I_k(s), s = σ², n = 0, …, order, a row for each σ.

    Bessel's integral (1/π) ∫₀^π exp(s(cos ω − 1)) cos(ωk) dω is that of a periodic function: with 64 steps the
    trapezoid rule errs by the (128 − k)-th value, far below rounding. Unlike a library's Bessel function it has a
    gradient in σ.
    """
    omega = torch.linspace(0, math.pi, 65)
    weights = torch.full_like(omega, 1 / 64)
    weights[0] = weights[-1] = 1 / 128
    reach = radius + order // 2 + 1
    sigma = sigma[:, None]
    even = weights * torch.exp(sigma**2 * (torch.cos(omega) - 1))
    even = even @ torch.cos(omega[:, None] * torch.arange(-reach, reach + 1))
    derivatives = []
    for n in range(order + 1):
        values = (even[:, 2:] - even[:, :-2]) / 2 if n % 2 else even
        cut = values.shape[1] // 2 - radius
        derivatives.append((-sigma) ** n * values[:, cut : cut + 2 * radius + 1])
        if n % 2:
            even = even[:, 2:] - 2 * even[:, 1:-1] + even[:, :-2]
    return derivatives


class Weights:
    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)
        self.tensors = {}

    def new(self, name, *shape, at=0.0, spread=0.3):
        # Single precision can hold what both sides begin with.
        drawn = torch.randn(*shape, generator=self.generator).float().double() * spread + at
        self.tensors[name] = drawn.float().double().requires_grad_()

    def convolution(self, number, kernel, inputs, outputs):
        self.new(f"conv{number}.kernel", kernel, kernel, inputs, outputs)
        self.new(f"conv{number}.bias", outputs)

    def normalization(self, number, channels):
        self.new(f"norm{number}.scale", channels, at=1.0)
        self.new(f"norm{number}.shift", channels)

    def transposed(self, number, kernel, inputs, outputs):
        self.new(f"transposed{number}.kernel", kernel, kernel, outputs, inputs)
        self.new(f"transposed{number}.bias", outputs)

    def jet(self, number, order, inputs, outputs, scales):
        self.new(f"jet{number}.coefficients", (order + 1) * (order + 2) // 2, inputs, outputs)
        self.new(f"jet{number}.sigma", scales, at=0.9, spread=0.1)
        self.new(f"jet{number}.bias", outputs)

    def dense(self, inputs):
        self.new("dense1.kernel", 1, 1, inputs, CLASSES)
        self.new("dense1.bias", CLASSES)

    def convolve(self, x, number, stride=1, dilation=1):
        kernel = self.tensors[f"conv{number}.kernel"].permute(3, 2, 0, 1)
        groups = x.shape[1] // kernel.shape[1]
        x = same(x, kernel.shape[-1], stride, dilation)
        return F.conv2d(x, kernel, self.tensors[f"conv{number}.bias"], stride=stride, dilation=dilation, groups=groups)

    def enlarge(self, x, number, stride):
        """Keras's "same" again, of a kernel with one tap more than the stride: what is too much lies at the end."""
        kernel, bias = (self.tensors[f"transposed{number}.{w}"] for w in ("kernel", "bias"))
        height, width = (n * stride for n in x.shape[2:])
        return F.conv_transpose2d(x, kernel.permute(3, 2, 0, 1), bias, stride=stride)[:, :, :height, :width]

    def convolve_jet(self, x, number, order, radius):
        coefficients, sigma, bias = (self.tensors[f"jet{number}.{w}"] for w in ("coefficients", "sigma", "bias"))
        lines = discrete_derivatives(order, sigma, radius)
        terms = [(n - dy, dy) for n in range(order + 1) for dy in range(n + 1)]
        basis = torch.stack([lines[dy][:, :, None] * lines[dx][:, None, :] for dx, dy in terms])
        kernel = torch.einsum("tio,toyx->oiyx", coefficients, basis.expand(-1, len(bias), -1, -1))
        return F.conv2d(same(x, 2 * radius + 1, 1), kernel, bias)

    def normalize(self, x, number):
        mean = x.mean((0, 2, 3), keepdim=True)
        variance = ((x - mean) ** 2).mean((0, 2, 3), keepdim=True)
        scale, shift = (self.tensors[f"norm{number}.{w}"].view(1, -1, 1, 1) for w in ("scale", "shift"))
        return (x - mean) / torch.sqrt(variance + 1e-3) * scale + shift

    def classify(self, x):
        return x.mean((2, 3)) @ self.tensors["dense1.kernel"][0, 0] + self.tensors["dense1.bias"]


def plain():
    w = Weights(1)
    w.convolution(1, 3, CHANNELS, 4), w.normalization(1, 4)
    w.convolution(2, 3, 4, 6), w.normalization(2, 6), w.dense(6)

    def scores(x):
        x = torch.relu(w.normalize(w.convolve(x, 1), 1))
        return w.classify(torch.relu(w.normalize(w.convolve(x, 2, dilation=2), 2)))

    return w, scores


def residual():
    w = Weights(2)
    w.convolution(1, 3, CHANNELS, 4), w.normalization(1, 4)
    w.convolution(2, 3, 4, 6), w.normalization(2, 6)
    w.convolution(3, 3, 6, 6), w.normalization(3, 6)
    w.convolution(4, 3, 4, 6), w.dense(6)

    def scores(x):
        x = F.softplus(w.normalize(w.convolve(x, 1), 1))
        body = torch.relu(w.normalize(w.convolve(x, 2, stride=2), 2))
        body = w.normalize(w.convolve(body, 3), 3)
        return w.classify(F.gelu(body + w.convolve(x, 4, stride=2)))

    return w, scores


def pooled():
    w = Weights(5)
    w.convolution(1, 3, CHANNELS, 4), w.normalization(1, 4)
    w.convolution(2, 3, 1, 8), w.normalization(2, 8)
    w.convolution(3, 3, 1, 8), w.convolution(4, 1, 8, 3), w.dense(19)

    def scores(x):
        x = torch.relu(w.normalize(w.convolve(x, 1), 1))
        x = maximum(F.softplus(w.normalize(w.convolve(x, 2), 2)), 3, 2)
        ends = F.gelu(w.convolve(x, 3, dilation=2)), average(x, 3, 1), w.convolve(maximum(x, 2, 1), 4)
        return w.classify(F.gelu(average(torch.cat(ends, 1), 3, 2)))

    return w, scores


def pixels():
    w = Weights(6)
    w.jet(1, 2, CHANNELS, 4, scales=1)
    w.convolution(1, 3, 4, 6), w.normalization(1, 6)
    w.transposed(1, 3, 6, 4), w.normalization(2, 4)
    w.jet(2, 3, 4, 3, scales=3), w.convolution(2, 1, 7, CLASSES)

    def scores(x):
        x = F.softplus(w.convolve_jet(x, 1, order=2, radius=3))
        body = torch.relu(w.normalize(w.convolve(x, 1, stride=2), 1))
        body = torch.relu(w.normalize(w.enlarge(body, 1, stride=2), 2))
        return w.convolve(torch.cat((body, F.gelu(w.convolve_jet(x, 2, order=3, radius=3))), 1), 2)

    return w, scores


def falling(step):
    return 0.01 / (1 + 1e-2 * (step - 1))


def adam(tensors, state, step):
    """Keras's form, with epsilon beside the uncorrected root."""
    rate = falling(step) * (1 - 0.999**step) ** 0.5 / (1 - 0.9**step)
    for name, tensor in tensors.items():
        m, v = state.setdefault(name, (torch.zeros_like(tensor), torch.zeros_like(tensor)))
        m, v = 0.9 * m + 0.1 * tensor.grad, 0.999 * v + 0.001 * tensor.grad**2
        state[name] = (m, v)
        tensor.data -= rate * m / (v.sqrt() + 1e-7)


def adam_w(tensors, state, step):
    """PyTorch's own, its epsilon made Keras's: √v + ε, uncorrected, is √v̂ + ε/√(1 − β₂ᵗ) after the correction."""
    if not state:
        matrices = [tensor for name, tensor in tensors.items() if name.endswith((".kernel", ".coefficients"))]
        others = [tensor for name, tensor in tensors.items() if not name.endswith((".kernel", ".coefficients"))]
        groups = [{"params": matrices, "weight_decay": 0.2}, {"params": others, "weight_decay": 0.0}]
        state["optimizer"] = torch.optim.AdamW(groups)
    for group in state["optimizer"].param_groups:
        group["lr"], group["eps"] = falling(step), 1e-7 / (1 - 0.999**step) ** 0.5
    state["optimizer"].step()


def descent(tensors, state, step):
    for name, tensor in tensors.items():
        state[name] = 0.9 * state.get(name, 0) + tensor.grad
        tensor.data -= 0.05 * state[name]


def run(name, network, optimizer, penalty, seed, width=SIDE, per_pixel=False):
    w, scores = network()
    out = {key: tensor.detach().clone().float() for key, tensor in w.tensors.items()}
    generator = torch.Generator().manual_seed(seed)
    pictures = torch.rand(STEPS, BATCH, SIDE, width, CHANNELS, generator=generator).float()
    labels = torch.randint(CLASSES, (STEPS, BATCH) + (SIDE, width) * per_pixel, generator=generator)
    losses, state = [], {}
    for step in range(STEPS):
        loss = F.cross_entropy(scores(pictures[step].double().permute(0, 3, 1, 2)), labels[step])
        losses.append(loss.item())
        for key, tensor in w.tensors.items():
            if penalty and key.endswith(("kernel", "coefficients")) and not key.startswith("dense"):
                loss = loss + penalty * (tensor**2).sum()
            tensor.grad = None
        loss.backward()
        optimizer(w.tensors, state, step + 1)
    out |= {f"final/{key}": tensor.detach().float() for key, tensor in w.tensors.items()}
    out |= {"pictures": pictures, "labels": labels.to(torch.uint8), "losses": torch.tensor(losses)}
    save_file({key: tensor.contiguous() for key, tensor in out.items()}, Path(__file__).parent / f"{name}.safetensors")


run("plain-adam", plain, adam, 0, seed=3)
run("residual-descent", residual, descent, 1e-2, seed=4)
run("pooled-adamw", pooled, adam_w, 0, seed=7, width=6)
run("pixels-adamw", pixels, adam_w, 1e-2, seed=8, width=6, per_pixel=True)
