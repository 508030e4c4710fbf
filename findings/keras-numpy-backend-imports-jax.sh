#!/bin/sh
# Keras 3's NumPy backend needs JAX.
# Guess: KERAS_BACKEND=numpy needs NumPy and SciPy; it is what one would take to read weights without a framework.
# Found: import keras raises ModuleNotFoundError: No module named 'jax'; with jax installed it works.
# Version: keras 3.15.1.
. "$(dirname "$0")/environment"
packages keras==3.15.1 scipy==1.17.1 numpy==2.4.6
export KERAS_BACKEND=numpy
observe <<'PY'
from importlib.metadata import version
print("keras", version("keras"))
try:
    import keras
    raise SystemExit("it is imported without JAX now")
except ModuleNotFoundError as error:
    print("import keras with KERAS_BACKEND=numpy:", error)
    assert error.name == "jax"
PY
packages jax==0.10.2
observe <<'PY'
import keras
assert keras.backend.backend() == "numpy"
print("with jax beside it, the backend is", keras.backend.backend())
PY
