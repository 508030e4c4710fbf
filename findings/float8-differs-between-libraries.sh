#!/bin/sh
# One number, three libraries, three float8s: what is too large, negative or halfway becomes something else in each.
# Guess: conversion to a standard type rounds to the nearest value, and the writers of one file agree on what is beyond the range.
# Found, for E4M3 (largest 448): 500 becomes 448 in torch and onnx, NaN in ml_dtypes. For E5M2: 10⁹ becomes infinity in torch and ml_dtypes,
# 57,344 in onnx. For the scale type E8M0: 5 becomes 4 in torch and ml_dtypes, 8 in onnx; −3 becomes 4 in torch and onnx, NaN in ml_dtypes.
# Version: torch 2.15.0, onnx 1.23.2, ml_dtypes 0.7.0.
. "$(dirname "$0")/environment"
packages torch==2.15.0 onnx==1.23.2 ml_dtypes==0.7.0 numpy==2.4.6
observe <<'PY'
import math, ml_dtypes, numpy as np, onnx, torch
from onnx import TensorProto, helper, numpy_helper
print("torch", torch.__version__.split("+")[0], "onnx", onnx.__version__, "ml_dtypes", ml_dtypes.__version__)
def torchs(value, name):
    return float(torch.tensor([value]).to(getattr(torch, name)).float())
def mls(value, name):
    return float(np.array([value], np.float32).astype(getattr(ml_dtypes, name)).astype(np.float32)[0])
def onnxs(value, name):
    tensor = helper.make_tensor("x", getattr(TensorProto, name), [1], [value])
    return float(numpy_helper.to_array(tensor).astype(np.float32)[0])
nan = math.nan
for value, names, seen in [
    (500.0, ("float8_e4m3fn", "FLOAT8E4M3FN"), (448, nan, 448)),
    (1e9, ("float8_e5m2", "FLOAT8E5M2"), (math.inf, math.inf, 57344)),
    (5.0, ("float8_e8m0fnu", "FLOAT8E8M0"), (4, 4, 8)),
    (-3.0, ("float8_e8m0fnu", "FLOAT8E8M0"), (4, nan, 4)),
]:
    found = (torchs(value, names[0]), mls(value, names[0]), onnxs(value, names[1]))
    print(f"{value} as {names[1]}: torch {found[0]}, ml_dtypes {found[1]}, onnx {found[2]}")
    assert all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(found, seen))
PY
