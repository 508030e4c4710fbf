#!/usr/bin/env python3
"""Writes exponents.json beside this script: the exponents of the recursive Gaussian derivatives, and how close they come.

A sum of damped oscillations, Re Σ c_k exp(-mu_k x) on x >= 0, is to follow the derivatives He_n(x) exp(-x²/2) of orders 0 to 4 (five
exponents) and 5 to 8 (six), each divided by its largest value. For given exponents the coefficients c are found by linear least squares,
under the condition that the moments of degrees 0 to n are those of the derivative; the exponents, which the orders share, are then found
by nonlinear least squares over all of them. It starts from the poles of the best rational approximation of exp(t) on the negative
half line, by Carathéodory and Fejér's method (Trefethen, Weideman and Schmelzer 2006, doi:10.1007/s10543-006-0077-9): with
t = -omega²/2 these are the exponents that approximate the transform of the Gaussian itself best.

usage: python3 Tests/Fixtures/recursive/make.py        (needs: pip install scipy; takes a minute)
"""
import json
from math import factorial, pi, sqrt
from pathlib import Path

import numpy as np
import scipy
from numpy.polynomial.hermite_e import hermeval
from scipy.linalg import hankel, svd
from scipy.optimize import least_squares

x = np.arange(0, 16, 0.02)
orders = range(9)
functions = [hermeval(x, [0] * n + [1]) * np.exp(-x * x / 2) for n in orders]
largest = [np.abs(f).max() for f in functions]
functions = [f / m for f, m in zip(functions, largest)]


def caratheodory_fejer(degree):
    """The exponents of the best rational approximation of exp(t), t <= 0, of this degree: one of each conjugate pair."""
    terms, points, scale = 75, 1024, 9.0
    w = np.exp(2j * pi * np.arange(points) / points)
    with np.errstate(divide="ignore", over="ignore"):
        f = np.where(np.isclose(w.real, -1), 0, np.exp(scale * (w.real - 1) / (w.real + 1 + 1e-16)))
    chebyshev = np.real(np.fft.fft(f)) / points
    _, _, v = svd(hankel(chebyshev[1 : terms + 1]))
    roots = np.roots(v[degree])
    roots = roots[np.abs(roots) > 1]
    poles = scale * (roots - 1) ** 2 / (roots + 1) ** 2
    exponents = np.sqrt(2 * poles)
    exponents = np.where(exponents.real < 0, -exponents, exponents)
    exponents = exponents[exponents.imag > 0]
    return exponents[np.argsort(exponents.imag)]


def real_columns(values):
    """Re(c v) for each v as two columns, for the real and imaginary part of c."""
    return np.stack([part for v in values for part in (np.real(v), np.imag(v))], axis=-1)


def residual(exponents, n):
    """What is left of the derivative of order n."""
    oscillations = real_columns([np.exp(-mu * x) for mu in exponents])
    # The moment of degree p over the half line is p! / mu^(p+1), and of He_n(x) exp(-x²/2) 0 below n and sqrt(2 pi) n! / 2 at n.
    degrees = range(n % 2, n + 1, 2)
    moments = np.array([real_columns([factorial(p) / mu ** (p + 1) for mu in exponents]) for p in degrees])
    wanted = np.array([sqrt(2 * pi) * factorial(n) / 2 / largest[n] if p == n else 0.0 for p in degrees])
    norms = np.abs(moments).max(axis=1)
    u, s, v = np.linalg.svd(moments / norms[:, None])
    particular = v[: len(s)].T @ (u.T @ (wanted / norms) / s)
    free, _ = np.linalg.qr(oscillations @ v[len(s) :].T)
    left = functions[n] - oscillations @ particular
    return left - free @ (free.T @ left)


def best(start, orders):
    count = len(start)
    unpack = lambda p: p[:count] + 1j * p[count:]
    first = np.concatenate([start.real, start.imag])
    found = least_squares(
        lambda p: np.concatenate([residual(unpack(p), n) for n in orders]), first, x_scale=np.abs(first),
        ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=1000)
    exponents = unpack(found.x)
    return exponents[np.argsort(exponents.imag)]


sets = []
for count, orders in [(5, range(0, 5)), (6, range(5, 9))]:
    exponents = best(caratheodory_fejer(2 * count), orders)
    errors = [float(np.abs(residual(exponents, n)).max()) for n in orders]
    print(count, list(orders), ["%.1e" % e for e in errors])
    sets.append({
        "orders": list(orders), "real": exponents.real.tolist(), "imaginary": exponents.imag.tolist(), "largestErrors": errors})
(Path(__file__).parent / "exponents.json").write_text(
    json.dumps({"madeBy": {"scipy": scipy.__version__, "numpy": np.__version__}, "sets": sets}, indent=1) + "\n")
