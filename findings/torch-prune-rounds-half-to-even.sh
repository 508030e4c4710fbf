#!/bin/sh
# torch.nn.utils.prune: half of the channels is more than half, or none, by the number of channels.
# Guess: amount=0.5 takes floor(n / 2), or ceil(n / 2), of n channels.
# Found: of 1, 3, 5, 7 channels it takes 0, 2, 2, 4: Python's round() goes to the even neighbour.
# Version: torch 2.15.0.
. "$(dirname "$0")/environment"
packages torch==2.15.0 numpy==2.4.6
observe <<'PY'
import torch
from torch import nn
from torch.nn.utils import prune
print("torch", torch.__version__.split("+")[0])
taken = []
for channels in (1, 2, 3, 4, 5, 6, 7):
    layer = nn.Conv2d(2, channels, 3)
    prune.ln_structured(layer, "weight", amount=0.5, n=2, dim=0)
    taken.append(int((layer.weight.abs().sum((1, 2, 3)) == 0).sum()))
print("of 1 to 7 channels, amount=0.5 takes", taken)
assert taken == [0, 1, 2, 2, 2, 3, 4]
PY
