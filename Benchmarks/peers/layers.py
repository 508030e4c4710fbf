"""Convolution layers by PyTorch, fft-conv-pytorch and SciPy beside ccnn, on the cases that `ccnn benchmark layers` reports.

    python3 layers.py --ccnn ../../.build/release/ccnn --threads 2 --output layers.json
    python3 layers.py --ccnn ../../.build/release/ccnn --options --layer size=32,in=64,out=64,kernel=13

PyTorch runs in its default layout and with channels last; the faster one counts. Its gradients are computed one at a time and, where a pair is
cheaper, both at once: "both gradients" compares that with the sum of ccnn's. fft-conv-pytorch and SciPy run the forward direction where they can,
SciPy only where its intermediate arrays stay small. ccnn runs once before and once after its peers, and its medians are averaged; its
figure is that of the algorithm it chooses by itself. Needs torch; scipy and fft-conv-pytorch where they are wanted.
"""

import peers

arguments = peers.parse(__doc__)

import torch  # noqa: E402

torch.set_num_threads(arguments.threads)
try:
    import scipy.fft
    import scipy.signal
except ImportError:
    scipy = None
try:
    from fft_conv_pytorch import fft_conv
except ImportError:
    fft_conv = None

DIRECTIONS = {"input-gradient": (True, False), "kernel-gradient": (False, True), "both gradients": (True, True)}


def tensors(case, layout):
    rows, columns = peers.same_padding(case)
    is_symmetric = rows[0] == rows[1] and columns[0] == columns[1]
    extra = (0, 0) if is_symmetric else (sum(rows), sum(columns))
    size = [n + more for n, more in zip(case["size"], extra)]
    x = torch.randn(case["batch"], case["in"], *size).contiguous(memory_format=layout)
    w = torch.randn(case["out"], case["in"] // case["groups"], *case["kernel"]).contiguous(memory_format=layout)
    # Padding that differs between the sides is counted as done already.
    return x, w, (rows[0], columns[0]) if is_symmetric else (0, 0)


def torch_jobs(case, layout):
    x, w, padding = tensors(case, layout)

    def forward():
        with torch.no_grad():
            return torch.nn.functional.conv2d(x, w, None, case["stride"], padding, case["dilation"], case["groups"])

    gradient = torch.randn_like(forward())

    def backward(mask):
        return lambda: torch.ops.aten.convolution_backward(
            gradient, x, w, None, case["stride"], padding, case["dilation"], False, [0, 0], case["groups"], (*mask, False)
        )

    return [forward] + [backward(mask) for mask in DIRECTIONS.values()]


def fft_conv_job(case):
    if fft_conv is None or case["stride"] != [1, 1] or any(k % 2 == 0 for k in case["kernel"]):
        return None
    x, w, padding = tensors(case, torch.contiguous_format)
    return lambda: fft_conv(x, w, padding=padding, dilation=case["dilation"][0], groups=case["groups"])


def scipy_job(case):
    if scipy is None or case["stride"] != [1, 1] or case["dilation"] != [1, 1]:
        return None
    pairs = case["out"] * case["in"] // case["groups"]
    if case["batch"] * pairs * case["size"][0] * case["size"][1] > 1 << 25:
        return None
    x, w, _ = tensors(case, torch.contiguous_format)
    groups, size, kernel = case["groups"], case["size"], case["kernel"]
    pictures = x.numpy().reshape(case["batch"], groups, 1, -1, *size)
    # Networks correlate, so the kernel is mirrored.
    taps = w.numpy()[:, :, ::-1, ::-1].reshape(1, groups, case["out"] // groups, -1, *kernel).copy()
    return lambda: scipy.signal.oaconvolve(pictures, taps, "same", axes=(-2, -1)).sum(3)


def measure(case):
    """{direction: {peer: (median, spread)}}."""
    found = {direction: {} for direction in ["forward", *DIRECTIONS]}
    names = {"PyTorch": torch.contiguous_format, "PyTorch, channels last": torch.channels_last}
    jobs, places = [], []
    for name, layout in names.items():
        for direction, job in zip(found, torch_jobs(case, layout)):
            jobs.append(job)
            places.append((direction, name))
    for name, job in (("fft-conv-pytorch", fft_conv_job(case)), ("SciPy oaconvolve", scipy_job(case))):
        if job is not None:
            jobs.append(job)
            places.append(("forward", name))
    for job, (direction, name) in zip(jobs, places):
        found[direction][name] = peers.measure([job], arguments.repeats)[0]
    return found


def main():
    before, peer_figures = peers.ccnn(arguments, "layers"), {}
    names = list(dict.fromkeys(case["name"] for case in before["cases"]))
    with scipy.fft.set_workers(arguments.threads) if scipy else torch.no_grad():
        for name in names:
            peers.progress(f"peers: {name}")
            peer_figures[name] = measure(peers.layer(name))
    after = peers.ccnn(arguments, "layers")
    peers.progress("")
    for case, again in zip(before["cases"], after["cases"]):
        case["milliseconds"] = (case["milliseconds"] + again["milliseconds"]) / 2
        case["spread"] = max(case["spread"], again["spread"])
    chosen = {(c["name"], c["direction"]): c for c in before["cases"] if c["planned"]}
    before["comparisons"] = []
    print(f"{'direction':16} {'ccnn, ms':>9} {'PyTorch':>9} {'ratio':>7}  others")
    for name in names:
        print(name)
        for direction, found in peer_figures[name].items():
            parts = ["input-gradient", "kernel-gradient"] if direction == "both gradients" else [direction]
            mine = sum(chosen[name, part]["milliseconds"] for part in parts)
            theirs = min(time for peer, (time, _) in found.items() if peer.startswith("PyTorch"))
            others = ", ".join(
                f"{peer} {time:.4g} ms ({time / mine:.1f})" for peer, (time, _) in found.items() if not peer.startswith("PyTorch")
            )
            print(f"  {direction:14} {mine:9.3f} {theirs:9.3f} {theirs / mine:7.2f}  {others}")
            before["comparisons"].append(
                {
                    "name": name, "direction": direction, "milliseconds": mine, "ratio": theirs / mine,
                    "peers": {peer: {"milliseconds": time, "spread": width} for peer, (time, width) in found.items()},
                }
            )
    versions = {"torch": torch.__version__} | ({"scipy": scipy.__version__} if scipy else {})
    peers.write(arguments, before, versions)


main()
