"""Writes convolutions.json: small convolutions and their gradients as PyTorch computes them in double precision.

Run with a Python that has torch: python make.py. Tensors are channels-last, kernels [height, width, in / groups, out], as base64 of
little-endian 32-bit floats.
"""
import base64
import json
import pathlib

import torch
from torch.nn.functional import conv2d, pad

MODES = {"zero": "constant", "periodic": "circular", "mirrorWholeSample": "reflect", "replicate": "replicate"}


def encoded(tensor):
    return base64.b64encode(tensor.detach().float().contiguous().numpy().astype("<f4").tobytes()).decode()


def case(generator, *, batch, height, width, inputs, outputs, kernel, dilation, stride, groups, padding, mode):
    def random(*shape):
        # Rounded to single precision first, so that both sides compute with the same numbers.
        return torch.randn(*shape, generator=generator).double().requires_grad_()

    x = random(batch, inputs, height, width)
    k = random(outputs, inputs // groups, *kernel)
    b = random(outputs)
    top, bottom, left, right = padding
    extended = pad(x, (left, right, top, bottom), mode=MODES[mode])
    y = conv2d(extended, k, b, stride=stride, dilation=dilation, groups=groups)
    g = torch.randn(y.shape, generator=generator).double()
    dx, dk = torch.autograd.grad(y, (x, k), g)
    last = (0, 2, 3, 1)
    taps = (2, 3, 1, 0)
    return {
        "batch": batch, "height": height, "width": width, "inputs": inputs, "outputs": outputs, "kernel": list(kernel),
        "dilation": list(dilation), "stride": list(stride), "groups": groups, "padding": list(padding), "boundary": mode,
        "input": encoded(x.permute(last)), "kernelValues": encoded(k.permute(taps)), "bias": encoded(b),
        "outputGradient": encoded(g.permute(last)), "output": encoded(y.permute(last)),
        "inputGradient": encoded(dx.permute(last)), "kernelGradient": encoded(dk.permute(taps)),
    }


def main():
    generator = torch.Generator().manual_seed(1)
    cases = []
    for kernel, dilation, padding in [
        ((3, 3), (1, 1), (1, 1, 1, 1)), ((3, 3), (2, 2), (2, 2, 2, 2)), ((3, 3), (1, 3), (0, 2, 3, 1)),
        ((5, 5), (1, 1), (2, 2, 2, 2)), ((1, 1), (1, 1), (0, 0, 0, 0)), ((2, 7), (2, 1), (1, 1, 3, 3)),
    ]:
        for stride in [(1, 1), (2, 2), (3, 1)]:
            for groups in [1, 4]:
                cases.append(
                    case(generator, batch=2, height=7, width=8, inputs=4, outputs=4 if groups == 1 else 8, kernel=kernel,
                         dilation=dilation, stride=stride, groups=groups, padding=padding, mode="zero"))
    for mode in ["periodic", "mirrorWholeSample", "replicate"]:
        for stride in [(1, 1), (2, 1)]:
            cases.append(
                case(generator, batch=1, height=6, width=7, inputs=3, outputs=2, kernel=(3, 3), dilation=(2, 1),
                     stride=stride, groups=1, padding=(2, 1, 3, 2), mode=mode))
    target = pathlib.Path(__file__).with_name("convolutions.json")
    target.write_text(json.dumps({"torch": torch.__version__.split("+")[0], "cases": cases}, indent=0) + "\n")


if __name__ == "__main__":
    main()
