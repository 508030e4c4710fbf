#!/usr/bin/env python3
"""Writes kernels.json beside this script: Lindeberg's own kernels, from his package pyscsp.

usage: python3 Tests/Fixtures/pyscsp/make.py        (needs: pip install pyscsp==1.0.3)
"""
import json
from importlib.metadata import version
from pathlib import Path

from pyscsp.discscsp import make1Ddiscgaussfilter, make1Dintgaussfilter, make1Dsamplgaussfilter
from pyscsp.gaussders import make1Dgaussderfilter

smoothing = {"sampled": make1Dsamplgaussfilter, "integrated": make1Dintgaussfilter, "discrete": make1Ddiscgaussfilter}
derivatives = {"sampled": "samplgaussder", "integrated": "intgaussder", "discrete": "discgaussder"}
cases = []
for sigma in [0.4, 0.7, 1.0, 2.5]:
    for name, make in smoothing.items():
        # The method that makes Gaussians chooses the radius from a tolerance.
        taps = make(sigma, 1e-15, 1)
        cases.append({"discretization": name, "sigma": sigma, "order": 0, "taps": [float(t) for t in taps]})
    for name, method in derivatives.items():
        for order in range(1, 5):
            # Far enough out that the differences at the ends of its truncated Gaussian vanish.
            taps = make1Dgaussderfilter(order, sigma, 32, method)
            cases.append({"discretization": name, "sigma": sigma, "order": order, "taps": [float(t) for t in taps]})
(Path(__file__).parent / "kernels.json").write_text(
    json.dumps({"madeBy": {"pyscsp": version("pyscsp")}, "cases": cases}, indent=1) + "\n")
