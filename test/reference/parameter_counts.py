"""Writes how many parameters PyTorch counts in each preset: test/fixtures/parameter-counts.json.

    python test/reference/parameter_counts.py

The networks are written here once more, from their papers and torchvision, in plain PyTorch.
"""

import json
from pathlib import Path

from torch import nn

from seed_resnet import SeedResNet

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def conv_bn(inputs, outputs, kernel=3, stride=1, padding=1):
    conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU())


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, shortcuts):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        if shortcuts and stride != 1:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )


def resnet(widths, blocks, shortcuts=True):
    layers = [conv_bn(3, widths[0])]
    before = widths[0]
    for stage, width in enumerate(widths):
        for index in range(blocks):
            layers.append(Block(before, width, 2 if stage > 0 and index == 0 else 1, shortcuts))
            before = width
    return nn.Sequential(*layers, nn.Linear(before, 10))


def lenet5():
    return nn.ModuleList(
        [nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5), nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)]
    )


def alexnet():
    """torchvision's features; the classifier reads 256 x 2 x 2."""
    convolutions = [(3, 64, 11), (64, 192, 5), (192, 384, 3), (384, 256, 3), (256, 256, 3)]
    linears = [(1024, 4096), (4096, 4096), (4096, 10)]
    return nn.ModuleList([nn.Conv2d(*c) for c in convolutions] + [nn.Linear(*size) for size in linears])


def vgg11():
    widths = [3, 64, 128, 256, 256, 512, 512, 512, 512]
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs)]
    return nn.ModuleList([*layers, nn.Linear(512, 10)])


def inception(inputs, one, three_reduce, three, five_reduce, five, pool):
    return nn.ModuleList(
        [
            conv_bn(inputs, one, 1),
            conv_bn(inputs, three_reduce, 1),
            conv_bn(three_reduce, three),
            conv_bn(inputs, five_reduce, 1),
            conv_bn(five_reduce, five),
            conv_bn(inputs, pool, 1),
        ]
    )


def googlenet_small():
    return nn.ModuleList(
        [
            conv_bn(3, 64, 7),
            conv_bn(64, 64, 1),
            conv_bn(64, 192),
            inception(192, 64, 96, 128, 16, 32, 32),
            inception(256, 128, 128, 192, 32, 96, 64),
            inception(480, 192, 96, 208, 16, 48, 64),
            inception(512, 256, 160, 320, 32, 128, 128),
            inception(832, 384, 192, 384, 48, 128, 128),
            nn.Linear(1024, 10),
        ]
    )


def resnet9():
    units = [(3, 64), (64, 128), (128, 128), (128, 128), (128, 256), (256, 512), (512, 512), (512, 512)]
    return nn.ModuleList([conv_bn(*unit) for unit in units] + [nn.Linear(512, 10, bias=False)])


def main():
    models = {"seed-resnet": SeedResNet(), "lenet-5": lenet5()}
    for depth in (20, 32, 44, 56):
        for name, shortcuts in (("resnet", True), ("plain", False)):
            models[f"{name}-{depth}"] = resnet([16, 32, 64], (depth - 2) // 6, shortcuts)
    models |= {
        "resnet-9": resnet9(),
        "resnet-18": resnet([64, 128, 256, 512], 2),
        "vgg-11": vgg11(),
        "alexnet": alexnet(),
        "googlenet-small": googlenet_small(),
    }
    counts = {name: sum(p.numel() for p in model.parameters()) for name, model in models.items()}
    (FIXTURES / "parameter-counts.json").write_text(json.dumps(counts, indent=2) + "\n")


if __name__ == "__main__":
    main()
