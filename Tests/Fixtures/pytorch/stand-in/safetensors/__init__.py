"""A stand-in for the package safetensors where that is not installed."""
