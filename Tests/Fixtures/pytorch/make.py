#!/usr/bin/env python3
"""Ten losses of short training runs in double precision by PyTorch, with the weights and pictures they began with.

usage: make.py        (needs PyTorch and safetensors; made with torch 2.x on a CPU)

Each file holds the first weights under this library's names and axes (kernels: height, width, in, out), `pictures`
[steps, batch, height, width, channels], `labels` [steps, batch], `losses` [steps], each loss before its step, and
`final/…`, the weights after the last step. Losses are softmax cross-entropies without the penalty.
"""
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
STEPS, BATCH, SIDE, CHANNELS, CLASSES = 10, 4, 8, 2, 3


def same(x, kernel, stride, dilation):
    """Keras's "same" padding: the smaller half first."""
    total = max((-(-x.shape[-1] // stride) - 1) * stride + dilation * (kernel - 1) + 1 - x.shape[-1], 0)
    return F.pad(x, (total // 2, total - total // 2, total // 2, total - total // 2))


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

    def dense(self, inputs):
        self.new("dense1.kernel", 1, 1, inputs, CLASSES)
        self.new("dense1.bias", CLASSES)

    def convolve(self, x, number, stride=1, dilation=1):
        kernel = self.tensors[f"conv{number}.kernel"].permute(3, 2, 0, 1)
        x = same(x, kernel.shape[-1], stride, dilation)
        return F.conv2d(x, kernel, self.tensors[f"conv{number}.bias"], stride=stride, dilation=dilation)

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


def adam(tensors, state, step):
    """Keras's form, with epsilon beside the uncorrected root."""
    rate = 0.01 / (1 + 1e-2 * (step - 1)) * (1 - 0.999**step) ** 0.5 / (1 - 0.9**step)
    for name, tensor in tensors.items():
        m, v = state.setdefault(name, (torch.zeros_like(tensor), torch.zeros_like(tensor)))
        m, v = 0.9 * m + 0.1 * tensor.grad, 0.999 * v + 0.001 * tensor.grad**2
        state[name] = (m, v)
        tensor.data -= rate * m / (v.sqrt() + 1e-7)


def descent(tensors, state, step):
    for name, tensor in tensors.items():
        state[name] = 0.9 * state.get(name, 0) + tensor.grad
        tensor.data -= 0.05 * state[name]


def run(name, network, optimizer, penalty, seed):
    w, scores = network()
    out = {key: tensor.detach().clone().float() for key, tensor in w.tensors.items()}
    generator = torch.Generator().manual_seed(seed)
    pictures = torch.rand(STEPS, BATCH, SIDE, SIDE, CHANNELS, generator=generator).float()
    labels = torch.randint(CLASSES, (STEPS, BATCH), generator=generator)
    losses, state = [], {}
    for step in range(STEPS):
        loss = F.cross_entropy(scores(pictures[step].double().permute(0, 3, 1, 2)), labels[step])
        losses.append(loss.item())
        for key, tensor in w.tensors.items():
            if penalty and key.startswith("conv") and key.endswith("kernel"):
                loss = loss + penalty * (tensor**2).sum()
            tensor.grad = None
        loss.backward()
        optimizer(w.tensors, state, step + 1)
    out |= {f"final/{key}": tensor.detach().float() for key, tensor in w.tensors.items()}
    out |= {"pictures": pictures, "labels": labels.to(torch.uint8), "losses": torch.tensor(losses)}
    save_file({key: tensor.contiguous() for key, tensor in out.items()}, Path(__file__).parent / f"{name}.safetensors")


run("plain-adam", plain, adam, 0, seed=3)
run("residual-descent", residual, descent, 1e-2, seed=4)
