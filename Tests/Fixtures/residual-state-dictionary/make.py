"""A small residual network for CIFAR-10 with shortcuts without weights, as a state dictionary, and its scores for two pictures.

The pictures' values are (7 * place) % 256 / 255, the place counted over pictures, rows, columns and channels. Made with PyTorch:

    python make.py
"""

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.grows = inputs != outputs
        self.margin = (outputs - inputs) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.grows:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.margin, self.margin))
        return F.relu(x + y)


class Network(nn.Module):
    def __init__(self, channels=(4, 8, 12), classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, channels[0], 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels[0])
        self.layer1 = nn.Sequential(Block(channels[0], channels[0], 1))
        self.layer2 = nn.Sequential(Block(channels[0], channels[1], 2), Block(channels[1], channels[1], 1))
        self.layer3 = nn.Sequential(Block(channels[1], channels[2], 2))
        self.linear = nn.Linear(channels[2], classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


torch.manual_seed(1)
network = Network().eval()
for name, buffer in network.named_buffers():
    if name.endswith("running_mean"):
        buffer.copy_(0.3 * torch.randn_like(buffer))
    if name.endswith("running_var"):
        # Small ones too, where the constant that is added matters.
        buffer.copy_(0.002 + torch.rand_like(buffer))
with torch.no_grad():
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.weight.copy_(0.5 + torch.rand_like(module.weight))
            module.bias.copy_(0.2 * torch.randn_like(module.bias))
    pixels = (7 * torch.arange(2 * 32 * 32 * 3) % 256).float() / 255
    pictures = pixels.reshape(2, 32, 32, 3).permute(0, 3, 1, 2)
    shape = (1, 3, 1, 1)
    scores = network((pictures - torch.tensor(MEAN).reshape(shape)) / torch.tensor(DEVIATION).reshape(shape))

tensors = {k: v.contiguous() for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
save_file(tensors, "network.safetensors")
save_file({"scores": scores}, "scores.safetensors")
