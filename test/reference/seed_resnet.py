"""The tutorial's CIFAR-10 ResNet in PyTorch, with the names that the preset `seed-resnet` gives its parameters."""

import torch
from torch import nn


class Residual(nn.Module):
    """conv - BN - ReLU - conv - BN - ReLU, plus the shortcut, then ReLU."""

    def __init__(self, channel_in, channel_out, add_conv1_1=False, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(channel_in, channel_out, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channel_out)
        self.conv2 = nn.Conv2d(channel_out, channel_out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channel_out)
        self.shortcut = nn.Conv2d(channel_in, channel_out, 1, stride=stride) if add_conv1_1 else None

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        return torch.relu(y + (x if self.shortcut is None else self.shortcut(x)))


class SeedResNet(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, stride=2)
        self.bn1 = nn.BatchNorm2d(width, eps=1e-3)
        self.pool1 = nn.MaxPool2d(3, stride=2, padding=1)
        self.block2 = nn.Sequential(Residual(width, width), Residual(width, width))
        self.block3 = nn.Sequential(Residual(width, width * 2, True, 2), Residual(width * 2, width * 2))
        self.block4 = nn.Sequential(Residual(width * 2, width * 4, True, 2), Residual(width * 4, width * 4))
        self.block5 = nn.Sequential(Residual(width * 4, width * 8, True, 2), Residual(width * 8, width * 8))
        self.pool5 = nn.AvgPool2d(3)
        self.classifier = nn.Linear(width * 8, 10)

    def forward(self, x):
        x = self.pool1(torch.relu(self.bn1(self.conv1(x))))
        x = self.block5(self.block4(self.block3(self.block2(x))))
        return self.classifier(torch.flatten(self.pool5(x), 1))
