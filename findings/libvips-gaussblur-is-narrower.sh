#!/bin/sh
# libvips: gaussblur(σ) smooths by less than σ.
# Guess: the standard deviation of the blur is the argument, as in SciPy, up to a fraction of a per cent.
# Found: 0.739 for σ = 1, 4.069 for σ = 5, 8.237 for σ = 10. The mask ends where the Gaussian falls below 0.2 (min_ampl), and integer weights.
# Version: pyvips 3.2.0 with libvips 8.18.7.
. "$(dirname "$0")/environment"
packages pyvips==3.2.0 pyvips-binary==8.18.7 numpy==2.4.6
observe <<'PY'
import numpy as np, pyvips
print("libvips", ".".join(str(pyvips.version(n)) for n in range(3)))
impulse = np.zeros((129, 129), np.float32)
impulse[64, 64] = 1
x = np.arange(129) - 64
for sigma, seen in [(1, 0.739), (2, 1.615), (5, 4.069), (10, 8.237)]:
    blurred = pyvips.Image.new_from_array(impulse.tolist()).cast("float").gaussblur(sigma).numpy().astype(float)
    profile = blurred.sum(0) / blurred.sum()
    width = np.sqrt((profile * x * x).sum())
    print(f"gaussblur({sigma}): standard deviation {width:.3f}")
    assert abs(width - seen) < 0.002
    narrow = pyvips.Image.new_from_array(impulse.tolist()).cast("float").gaussblur(sigma, min_ampl=0.001, precision="float").numpy()
    profile = narrow.astype(float).sum(0) / narrow.sum()
    width = np.sqrt((profile * x * x).sum())
    print(f"  with min_ampl=0.001, precision=float: {width:.3f}")
    assert abs(width / sigma - 1) < 0.01
PY
