"""What the scripts of this folder share: arguments, timing in turns, running ccnn, tables of ratios.

Import it before numpy and torch: it sets the number of threads, which they read when they start.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time


def parse(description):
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--ccnn", required=True, help="the program to compare with, which also says what the cases are")
    parser.add_argument("--output", help="the file for both sides' figures, as JSON")
    parser.add_argument("--options", default=[], nargs=argparse.REMAINDER, help="everything after it goes to ccnn, such as --batch 32")
    arguments = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(arguments.threads)
    return arguments


def ccnn(arguments, benchmark):
    """The JSON of `ccnn benchmark`, with half of the repeats: it runs before and after the peers."""
    command = [arguments.ccnn, "benchmark", benchmark, "--threads", str(arguments.threads), "--format", "json"]
    command += ["--repeats", str(max((arguments.repeats + 1) // 2, 1))] + arguments.options
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "MKL_"))}
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def measure(jobs, repeats, least=0.005):
    """Median and quartile distance in milliseconds of each job; they run in turns, short ones many times in a turn."""
    counts, longest, slow, times = [], 0.0, set(), [[] for _ in jobs]
    for index, job in enumerate(jobs):
        elapsed = once(job)
        if elapsed > 2:
            # Nobody waits for the median of what takes seconds.
            times[index].append(elapsed * 1e3)
            slow.add(index)
        elif elapsed < 0.3:
            elapsed = once(job)
        longest = max(longest, elapsed)
        counts.append(max(1, min(1000, int(least / max(elapsed, 1e-7)))))
    # What takes a good part of a second is not disturbed by what takes milliseconds.
    for _ in range(repeats if longest < 0.3 else min(repeats, 2)):
        for index, job in enumerate(jobs):
            if index in slow:
                continue
            start = time.perf_counter()
            for _ in range(counts[index]):
                job()
            times[index].append((time.perf_counter() - start) * 1e3 / counts[index])
    return [(statistics.median(t), spread(t)) for t in times]


def once(job):
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def spread(times):
    if len(times) < 2:
        return 0.0
    quartiles = statistics.quantiles(times, n=4, method="inclusive")
    return quartiles[2] - quartiles[0]


def layer(text):
    """The numbers of a layer such as batch=32,size=32x32,in=3,out=16,kernel=3x3,dilation=1,stride=1,groups=1."""
    words = dict(part.split("=") for part in text.split(","))

    def pair(word):
        numbers = [int(n) for n in words[word].split("x")]
        return (numbers * 2)[:2]

    numbers = {word: int(words[word]) for word in ("batch", "in", "out", "groups")}
    return numbers | {word: pair(word) for word in ("size", "kernel", "dilation", "stride")}


def same_padding(case):
    """Keras's "same": the rows above and below, the columns left and right."""
    result = []
    for n, k, d, s in zip(case["size"], case["kernel"], case["dilation"], case["stride"]):
        total = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
        result.append((total // 2, total - total // 2))
    return result


def write(arguments, document, versions):
    document["peers"] = versions | {"python": platform.python_version()}
    if arguments.output:
        with open(arguments.output, "w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False, indent=2, sort_keys=True)
            file.write("\n")
        print(f"written: {arguments.output}", file=sys.stderr)


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
