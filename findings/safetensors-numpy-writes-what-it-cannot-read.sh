#!/bin/sh
# safetensors' interface for NumPy writes bfloat16 and float8 arrays of ml_dtypes, and cannot read its own file.
# Guess: what save accepts load gives back.
# Found: save takes them; load raises KeyError: 'BF16' and 'F8_E4M3', for the whole file, whatever else is in it.
# Version: safetensors 0.8.0, ml_dtypes 0.7.0.
. "$(dirname "$0")/environment"
packages safetensors==0.8.0 ml_dtypes==0.7.0 numpy==2.4.6
observe <<'PY'
import ml_dtypes, numpy as np, safetensors
from safetensors.numpy import load, save
print("safetensors", safetensors.__version__, "ml_dtypes", ml_dtypes.__version__)
for kind, code in [(ml_dtypes.bfloat16, "BF16"), (ml_dtypes.float8_e4m3fn, "F8_E4M3")]:
    written = save({"fine": np.ones(2, np.float32), "small": np.ones(3, kind)})
    try:
        load(written)
        raise SystemExit(f"{kind.__name__} is read now")
    except KeyError as error:
        print(f"{kind.__name__}: save wrote {len(written)} bytes, load raises KeyError: {error}")
        assert error.args == (code,)
PY
