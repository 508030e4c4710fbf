#!/bin/sh
# torchscan: receptive fields are those of the first axis alone, and negative for transposed convolutions.
# Guess: a 1×7 convolution sees 7 columns, and a transposed one with 4×4 taps at stride 2 sees 2×2 samples.
# Found: 1 for the first (7 for 7×1), −4 for the second.
# Version: torchscan 0.2.0 with torch 2.15.0.
. "$(dirname "$0")/environment"
packages torchscan==0.2.0 torch==2.15.0 numpy==2.4.6
observe <<'PY'
import torch
from importlib.metadata import version
from torch import nn
from torchscan.modules import module_rf
print("torchscan", version("torchscan"), "torch", torch.__version__.split("+")[0])
x = torch.ones(1, 3, 64, 64)
for module, seen in [(nn.Conv2d(3, 4, (1, 7)), 1), (nn.Conv2d(3, 4, (7, 1)), 7), (nn.ConvTranspose2d(3, 4, 4, stride=2, padding=1), -4)]:
    field = module_rf(module, x, module(x))[0]
    print(module, "→", field)
    assert field == seen
PY
