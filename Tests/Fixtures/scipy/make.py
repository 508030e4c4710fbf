#!/usr/bin/env python3
"""Writes gaussian.json and bessel.json beside this script, with the versions of SciPy and NumPy that computed them.

usage: python3 Tests/Fixtures/scipy/make.py        (needs: pip install scipy)
"""
import json
from pathlib import Path

import numpy
import scipy
from scipy import ndimage, special

here = Path(__file__).parent
made_by = {"scipy": scipy.__version__, "numpy": numpy.__version__}


def impulse_responses():
    """The response of ndimage.gaussian_filter to an impulse: its kernel, as a convolution."""
    cases = []
    for sigma, radius in [(0.5, 4), (1.0, 6), (2.3, 14)]:
        for order in range(5):
            line = numpy.zeros(2 * radius + 1)
            line[radius] = 1
            taps = ndimage.gaussian_filter1d(line, sigma, order=order, mode="constant", radius=radius)
            cases.append({"sigma": sigma, "order": [order], "radius": radius, "taps": taps.tolist()})
    for sigma, radius, order in [(1.0, 5, (0, 0)), (1.4, 6, (0, 1)), (1.4, 6, (2, 1))]:
        picture = numpy.zeros((2 * radius + 1, 2 * radius + 1))
        picture[radius, radius] = 1
        taps = ndimage.gaussian_filter(picture, sigma, order=order, mode="constant", radius=radius)
        cases.append({"sigma": sigma, "order": list(order), "radius": radius, "taps": taps.ravel().tolist()})
    return cases


def bessel():
    """exp(-s) I_k(s), the discrete analogue of the Gaussian of variance s."""
    return [
        {"s": s, "values": [float(special.ive(k, s)) for k in range(0, 41, 1 if s < 100 else 4)], "step": 1 if s < 100 else 4}
        for s in [0.01, 0.09, 0.25, 1.0, 4.0, 25.0, 400.0, 2500.0]
    ]


for name, cases in [("gaussian", impulse_responses()), ("bessel", bessel())]:
    (here / f"{name}.json").write_text(json.dumps({"madeBy": made_by, "cases": cases}, indent=1) + "\n")
