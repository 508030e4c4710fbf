#!/bin/sh
# mahotas: first derivatives of Gaussians have the opposite sign of SciPy's, whose interface they share.
# Guess: gaussian_filter1d(ramp, 2, order=1) is the slope, 1, as SciPy's function of the same name and arguments gives.
# Found: −0.99965; SciPy gives +0.99965. Order 2 agrees in both.
# Version: mahotas 1.4.19, scipy 1.17.1.
. "$(dirname "$0")/environment"
packages mahotas==1.4.19 scipy==1.17.1 numpy==2.4.6
observe <<'PY'
import numpy as np, mahotas, scipy, scipy.ndimage
print("mahotas", mahotas.__version__, "scipy", scipy.__version__)
ramp = np.arange(65.0)
theirs, sciPys = (f(ramp, 2.0, order=1)[32] for f in (mahotas.gaussian_filter1d, scipy.ndimage.gaussian_filter1d))
print(f"slope of a ramp: mahotas {theirs:.5f}, SciPy {sciPys:.5f}")
assert abs(theirs + sciPys) < 1e-9 and sciPys > 0.99
bowl = (ramp - 32) ** 2
theirs, sciPys = (f(bowl, 2.0, order=2)[32] for f in (mahotas.gaussian_filter1d, scipy.ndimage.gaussian_filter1d))
print(f"second derivative of a parabola: mahotas {theirs:.5f}, SciPy {sciPys:.5f}")
assert abs(theirs - sciPys) < 1e-9
PY
