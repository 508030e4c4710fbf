"""Convolution of one picture by SciPy, PyTorch and fft-conv-pytorch, on the cases of `ccnn benchmark pictures`.

    python3 pictures.py --threads 2 > peers.json
    python3 pictures.py --threads 2 --ccnn ../../.build/release/ccnn    # ratios, measured in one run

Prints the JSON of `ccnn benchmark pictures --format json`. With --ccnn it also runs that program, half of its repeats before and half
after the peers' so that what disturbs the machine for a while disturbs both, and prints a table of ratios on standard error. SciPy's transforms take
--threads workers where they take any; scipy.ndimage has one thread. Peers that are not installed are left out. Needs numpy and scipy;
torch and fft-conv-pytorch where they are wanted.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--precision", choices=["float", "double"], default="float")
    parser.add_argument("--ccnn", help="the program to compare with")
    parser.add_argument("--slow", action="store_true", help="also run what takes seconds: PyTorch's conv2d on 4096²")
    return parser.parse_args()


arguments = parse()
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(arguments.threads)

import numpy  # noqa: E402
import scipy.fft  # noqa: E402
import scipy.ndimage  # noqa: E402
import scipy.signal  # noqa: E402

try:
    import torch

    torch.set_num_threads(arguments.threads)
except ImportError:
    torch = None
try:
    from fft_conv_pytorch import fft_conv
except ImportError:
    fft_conv = None

scalar = numpy.float32 if arguments.precision == "float" else numpy.float64
generator = numpy.random.default_rng(1)


def convolutions(size, taps):
    picture = generator.random((size, size)).astype(scalar)
    kernel = generator.standard_normal((taps, taps)).astype(scalar)
    yield "scipy.signal.fftconvolve", lambda: scipy.signal.fftconvolve(picture, kernel, "same")
    yield "scipy.signal.oaconvolve", lambda: scipy.signal.oaconvolve(picture, kernel, "same")
    if torch is None:
        return
    # Networks correlate, so the kernel is mirrored; that costs nothing here.
    x = torch.from_numpy(picture)[None, None]
    w = torch.from_numpy(kernel[::-1, ::-1].copy())[None, None]
    if size <= 1024 or arguments.slow:
        yield "torch.nn.functional.conv2d", lambda: torch.nn.functional.conv2d(x, w, padding=taps // 2)
    if fft_conv is not None:
        yield "fft_conv_pytorch", lambda: fft_conv(x, w, padding=taps // 2)


def derivatives(size, sigma):
    picture = generator.random((size, size)).astype(scalar)
    # Five and a half σ, as far as ccnn's own taps reach for a first derivative; SciPy's default of four is quicker and less accurate.
    for name, truncate in (("truncate 4", 4.0), ("truncate 5.5", 5.5)):
        yield f"scipy.ndimage.gaussian_filter, {name}", lambda truncate=truncate: scipy.ndimage.gaussian_filter(
            picture, sigma, order=(0, 1), mode="reflect", truncate=truncate
        )


def cases():
    yield "1024² with 31×31", list(convolutions(1024, 31))
    yield "4096² with 63×63", list(convolutions(4096, 63))
    for sigma in (2, 20):
        yield f"2048² ∂x at σ = {sigma}", list(derivatives(2048, sigma))


def measure(jobs, repeats):
    times = [[] for _ in jobs]
    with scipy.fft.set_workers(arguments.threads):
        for _, job in jobs:
            job()
        for _ in range(repeats):
            for index, (_, job) in enumerate(jobs):
                start = time.perf_counter()
                job()
                times[index].append((time.perf_counter() - start) * 1e3)
    return times


def entry(name, algorithm, times):
    quartiles = statistics.quantiles(times, n=4, method="inclusive") if len(times) > 1 else [times[0]] * 3
    return {
        "name": name,
        "algorithm": algorithm,
        "direction": "forward",
        "milliseconds": statistics.median(times),
        "spread": quartiles[2] - quartiles[0],
        "planned": False,
    }


def run_ccnn():
    command = [arguments.ccnn, "benchmark", "pictures", "--threads", str(arguments.threads)]
    command += ["--repeats", str(max(arguments.repeats // 2, 1)), "--precision", arguments.precision, "--format", "json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["cases"]


def chosen(found, name):
    return statistics.mean(
        case["milliseconds"] for case in found if case["name"] == name and case["planned"] and case["direction"] == "forward"
    )


def main():
    before = run_ccnn() if arguments.ccnn else []
    found = []
    for name, jobs in cases():
        for (algorithm, _), times in zip(jobs, measure(jobs, arguments.repeats)):
            found.append(entry(name, algorithm, times))
    if arguments.ccnn:
        own = before + run_ccnn()
        print(f"{'case':22} {'peer':42} {'peer, ms':>9} {'ccnn, ms':>9} {'ratio':>7}", file=sys.stderr)
        for case in found:
            mine = chosen(own, case["name"])
            line = f"{case['name']:22} {case['algorithm']:42} {case['milliseconds']:9.1f} {mine:9.1f}"
            print(f"{line} {case['milliseconds'] / mine:7.2f}", file=sys.stderr)
    machine = {"processor": platform.processor() or platform.machine(), "processors": os.cpu_count(), "system": platform.platform()}
    json.dump({"machine": machine, "threads": arguments.threads, "cases": found}, sys.stdout, ensure_ascii=False, indent=2)
    print()


main()
