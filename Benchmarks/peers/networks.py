"""Training steps of PyTorch beside those of ccnn, on the networks and batches that `ccnn benchmark networks` reports.

    python3 networks.py --ccnn ../../.build/release/ccnn --threads 2 --output networks.json

A step is forward, loss, backward and Adam on one batch that stays the same. PyTorch runs it in its default layout and with channels last; the
faster one counts. The networks are built from the convolutions that ccnn's JSON lists, so that both sides compute the same.
ccnn runs once before and once after PyTorch, and its two medians are averaged. Needs torch.
"""

import peers

arguments = peers.parse(__doc__)

import torch  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(arguments.threads)


class SamePadding(nn.Module):
    """A convolution whose padding may differ between its sides."""

    def __init__(self, case):
        super().__init__()
        rows, columns = peers.same_padding(case)
        is_symmetric = rows[0] == rows[1] and columns[0] == columns[1]
        self.padding = None if is_symmetric else (*columns, *rows)
        self.convolution = nn.Conv2d(
            case["in"], case["out"], case["kernel"], stride=case["stride"], dilation=case["dilation"],
            groups=case["groups"], padding=(rows[0], columns[0]) if is_symmetric else 0,
        )

    def forward(self, x):
        return self.convolution(nn.functional.pad(x, self.padding) if self.padding else x)


def network(case):
    # The dense layer is a convolution of one tap after the mean over space.
    layers = []
    convolutions = [(peers.layer(c["layer"]), c["isNormalized"]) for c in case["convolutions"]]
    for layer, is_normalized in convolutions:
        if layer["size"] == [1, 1]:
            continue
        layers.append(SamePadding(layer))
        if is_normalized:
            layers += [nn.BatchNorm2d(layer["out"], eps=1e-3, momentum=0.01), nn.ReLU()]
        channels = layer["out"]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, case["classes"]))


def step(case, memory_format):
    torch.manual_seed(1)
    first = peers.layer(case["convolutions"][0]["layer"])
    model = network(case).to(memory_format=memory_format).train()
    pictures = torch.rand(case["batch"], first["in"], *first["size"]).contiguous(memory_format=memory_format)
    labels = torch.randint(case["classes"], (case["batch"],))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7)
    loss = nn.CrossEntropyLoss()

    def run():
        optimizer.zero_grad()
        loss(model(pictures), labels).backward()
        optimizer.step()

    return run


def main():
    before = peers.ccnn(arguments, "networks")
    rows = []
    for case in before["cases"]:
        peers.progress(f"PyTorch: {case['name']}, batch {case['batch']}")
        jobs = [step(case, torch.contiguous_format), step(case, torch.channels_last)]
        rows.append(peers.measure(jobs, arguments.repeats))
    after = peers.ccnn(arguments, "networks")
    peers.progress("")
    print(f"{'network':14} {'batch':>5} {'PyTorch, ms':>12} {'channels last':>14} {'ccnn, ms':>9} {'ratio':>6} {'in its loop, ms':>16}")
    for case, again, (default, last) in zip(before["cases"], after["cases"], rows):
        for word in ("trainStepMilliseconds", "trainLoopMilliseconds"):
            case[word] = (case[word] + again[word]) / 2
        for word in ("trainStepSpread", "trainLoopSpread"):
            case[word] = max(case[word], again[word])
        case["peers"] = {
            "PyTorch": {"milliseconds": default[0], "spread": default[1]},
            "PyTorch, channels last": {"milliseconds": last[0], "spread": last[1]},
        }
        case["ratio"] = min(default[0], last[0]) / case["trainStepMilliseconds"]
        print(
            f"{case['name']:14} {case['batch']:5} {default[0]:12.1f} {last[0]:14.1f} {case['trainStepMilliseconds']:9.2f}"
            f" {case['ratio']:6.2f} {case['trainLoopMilliseconds']:16.2f}"
        )
    peers.write(arguments, before, {"torch": torch.__version__})


main()
