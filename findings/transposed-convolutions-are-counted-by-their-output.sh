#!/bin/sh
# Counters of operations: thop and torchinfo count a transposed convolution of stride 2 four times, and functional ones not at all.
# Guess: kernel × inputs × outputs × positions of the input, which is what is computed; PyTorch's own counter says so.
# Found: thop and torchinfo multiply by the positions of the output, stride² too many. F.conv2d counts 0 in both.
# Version: thop 0.1.1.post2209072238, torchinfo 1.8.0, torch 2.15.0.
. "$(dirname "$0")/environment"
packages thop==0.1.1.post2209072238 torchinfo==1.8.0 torch==2.15.0 numpy==2.4.6
observe <<'PY'
import thop, torch, torchinfo
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
print("thop 0.1.1.post2209072238, torchinfo", torchinfo.__version__, "torch", torch.__version__.split("+")[0])
class Functional(nn.Module):
    def forward(self, x):
        return torch.nn.functional.conv2d(x, torch.ones(4, 4, 3, 3))
cases = [
    ("transposed, stride 2", nn.ConvTranspose2d(4, 8, 4, stride=2, padding=1, bias=False), 4 * 8 * 16 * 256, 4),
    ("functional", Functional(), 4 * 4 * 9 * 14 * 14, 0),
    ("depthwise", nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False), 4 * 9 * 256, 1),
]
for name, module, true, factor in cases:
    x = torch.ones(1, 4, 16, 16)
    with FlopCounterMode(display=False) as counter:
        module(x)
    own = counter.get_total_flops() // 2
    theirs = int(thop.profile(module, (x,), verbose=False)[0]), int(torchinfo.summary(module, input_data=x, verbose=0).total_mult_adds)
    print(f"{name}: {true} multiplications, torch {own}, thop {theirs[0]}, torchinfo {theirs[1]}")
    assert own == true and theirs == (factor * true, factor * true)
PY
