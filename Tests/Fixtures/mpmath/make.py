#!/usr/bin/env python3
"""Writes kernels.json beside this script: Gaussian derivatives at hard points, in 200-digit arithmetic and by other ways than the library's.

sampled      mpmath's Hermite polynomials
integrated   the difference of the antiderivative at the pixel's edges
discrete     differences of exp(-s) I_k(s), mpmath's Bessel functions; between the integers their trigonometric interpolation
spectral     mpmath's adaptive quadrature
normalized   the combination of raw samples of orders 0 to n with the moments of the continuous derivative, by solving for its factors

usage: python3 Tests/Fixtures/mpmath/make.py        (needs: pip install mpmath; takes some minutes)
"""
import json
from pathlib import Path

import mpmath
from mpmath import mp, mpf

mp.dps = 200


def gaussian(n, sigma, x):
    t = x / sigma
    hermite = mpmath.hermite(n, t / mp.sqrt(2)) / mp.sqrt(2) ** n
    return (-1 / sigma) ** n * hermite * mp.exp(-t * t / 2) / (mp.sqrt(2 * mp.pi) * sigma)


def integrated(n, sigma, x):
    if n == 0:
        scale = mp.sqrt(2) * sigma
        return (mp.erf((x + 0.5) / scale) - mp.erf((x - 0.5) / scale)) / 2
    return gaussian(n - 1, sigma, x + mpf(1) / 2) - gaussian(n - 1, sigma, x - mpf(1) / 2)


bessel_values = {}


def bessel(k, s):
    if (k, s) not in bessel_values:
        bessel_values[k, s] = mp.besseli(abs(k), s) * mp.exp(-s)
    return bessel_values[k, s]


def discrete(n, sigma, x):
    s = sigma * sigma
    if x == int(x):
        value = lambda k: bessel(int(x) + k, s)
    else:
        value = lambda k: mp.quad(
            lambda w: mp.exp(s * (mp.cos(w) - 1)) * mp.cos((x + k) * w), mp.linspace(0, mp.pi, 12)) / mp.pi
    half = n // 2
    # Σ (-1)^j C(2·half, j) f(half - j) is the second difference, `half` times.
    second = lambda offset: mp.fsum(
        (-1) ** j * mp.binomial(2 * half, j) * value(offset + half - j) for j in range(2 * half + 1))
    return second(0) if n % 2 == 0 else (second(1) - second(-1)) / 2


def spectral(n, sigma, x):
    mp.dps = 60
    # Beyond sqrt(n) + 14 units of 1/sigma the integrand is below 1e-40 of its largest value.
    limit = min(mp.pi, (mp.sqrt(n) + 14) / sigma)
    # The variable is relative to the limit, for the quadrature's accuracy is absolute.
    pieces = mp.linspace(0, 1, 12 + int(limit * abs(x) / 6))
    value = mp.quad(
        lambda v: v**n * mp.exp(-((sigma * limit * v) ** 2) / 2) * mp.cos(limit * v * x + n * mp.pi / 2), pieces)
    mp.dps = 200
    return value / mp.pi * limit ** (n + 1)


raw = {"sampled": gaussian, "integrated": integrated, "discrete": discrete, "spectral": spectral}


cases = []
for sigma in ["0.001", "0.3", "1", "7.3", "50", "1000"]:
    for n in [0, 1, 2, 5, 8, 20, 30]:
        s = mpf(float(sigma))
        points = sorted({mpf(0), mpf(1), mpf("0.5"), mpf("2.5"), mp.nint(s), mp.nint(3 * s), mp.nint(2 * s) + mpf("0.5")})
        for name, function in raw.items():
            values = []
            for x in points:
                # Interpolating differences of the discrete analogue takes quadrature at 200 digits.
                if name == "discrete" and x != int(x) and (s > 10 or n > 8):
                    continue
                values.append({"x": float(x), "value": float(function(n, s, x))})
            cases.append({
                "discretization": name, "sigma": float(sigma), "order": n, "points": values})
            print(name, sigma, n, flush=True)

normalized = []
for sigma, n, radius in [("0.2", 4, 6), ("0.3", 4, 3), ("0.35", 8, 13), ("0.5", 20, 14), ("1", 8, 13), ("1", 30, 35), ("4", 3, 6), ("50", 8, 454)]:
    s = mpf(float(sigma))
    mp.dps = 800 if s < 1 else 200
    offsets = range(-radius, radius + 1)
    # Derivatives of the other parity have no moments that could disturb.
    members = list(range(n % 2, n + 1, 2))
    functions = [[gaussian(m, s, mpf(x)) for x in offsets] for m in members]
    moments = mpmath.matrix(len(members), len(members))
    for row, p in enumerate(members):
        for column, f in enumerate(functions):
            moments[row, column] = mp.fsum(mpf(x) ** p * v for x, v in zip(offsets, f))
    wanted = mpmath.matrix(len(members), 1)
    wanted[len(members) - 1] = (-1) ** n * mp.factorial(n)
    factors = mpmath.lu_solve(moments, wanted)
    step = max(1, radius // 12)
    taps = [mp.fsum(factors[i] * f[radius + x] for i, f in enumerate(functions)) for x in range(0, radius + 1, step)]
    normalized.append(
        {"sigma": float(sigma), "order": n, "radius": radius, "step": step, "taps": [float(t) for t in taps]})
    print("normalized", sigma, n, flush=True)

(Path(__file__).parent / "kernels.json").write_text(
    json.dumps({"madeBy": {"mpmath": mpmath.__version__}, "cases": cases, "normalized": normalized}) + "\n")
