#!/bin/sh
# Torch-Pruning: asking for more can prune nothing, without a word.
# Guess: a ratio of 0.9 with round_to=4 leaves the smallest multiple of 4, which is 4 of 16 channels; a ratio of 1 leaves at least one.
# Found: 0.5 with round_to=4 leaves 8 of 16; 0.9 with round_to=4 leaves all 16, and so does a ratio of 1.
# Version: torch-pruning 1.6.1 with torch 2.15.0.
. "$(dirname "$0")/environment"
packages torch-pruning==1.6.1 torch==2.15.0 numpy==2.4.6
observe <<'PY'
import torch, torch_pruning as tp
from importlib.metadata import version
from torch import nn
print("torch-pruning", version("torch-pruning"), "torch", torch.__version__.split("+")[0])
for ratio, multiple, seen in [(0.5, None, 8), (0.5, 4, 8), (0.9, None, 1), (0.9, 4, 16), (1.0, None, 16)]:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 16, 3), nn.Conv2d(16, 32, 3), nn.Conv2d(32, 10, 1))
    tp.pruner.MagnitudePruner(
        network, torch.ones(1, 3, 16, 16), importance=tp.importance.MagnitudeImportance(p=2), pruning_ratio=ratio,
        ignored_layers=[network[2]], round_to=multiple).step()
    left = network[0].weight.shape[0]
    print(f"ratio {ratio}, round_to {multiple}: {left} of 16 channels are left")
    assert left == seen
PY
