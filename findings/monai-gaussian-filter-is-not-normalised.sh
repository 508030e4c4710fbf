#!/bin/sh
# MONAI: GaussianFilter's taps do not sum to 1, so that a constant picture changes.
# Guess: truncated taps are divided by their sum, as everywhere else.
# Found: of ones, 0.99996 is left with the default truncation of 4 σ, 0.952 with 2 σ, 0.622 with 1 σ; "sampled" taps of σ = 0.3 sum to 1.34.
# Version: monai 1.6.1 with torch 2.15.0.
. "$(dirname "$0")/environment"
packages monai==1.6.1 torch==2.15.0 numpy==2.4.6
observe <<'PY'
import monai, torch
from monai.networks.layers import GaussianFilter, gaussian_1d
print("monai", monai.__version__, "torch", torch.__version__.split("+")[0])
ones = torch.ones(1, 1, 129, 129)
for truncated, seen in [(4.0, 0.99996), (2.0, 0.95170), (1.0, 0.62205)]:
    left = float(GaussianFilter(2, 2.0, truncated=truncated)(ones)[0, 0, 64, 64])
    print(f"σ = 2, truncated at {truncated} σ: 1 becomes {left:.5f}")
    assert abs(left - seen) < 2e-5
total = float(gaussian_1d(torch.tensor(0.3), approx="sampled").sum())
print(f"sampled taps of σ = 0.3 sum to {total:.4f}")
assert abs(total - 1.3401) < 1e-3
PY
