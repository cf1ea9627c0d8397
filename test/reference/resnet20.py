"""ResNet-20 for 32x32 pictures (He et al. 2015), with projection shortcuts, under the names of Residuum's preset."""

import torch
from torch import nn
from torch.nn import functional as F


class BasicBlock(nn.Module):
    """He et al. 2015, with a projection of convolution and batch norm."""

    def __init__(self, channel_in, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channel_in, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.projects = stride != 1
        if self.projects:
            self.downsample_conv = nn.Conv2d(channel_in, channels, 1, stride, bias=False)
            self.downsample_bn = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (self.downsample_bn(self.downsample_conv(x)) if self.projects else x))


class ResNet20(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        widths = [width, width, 2 * width, 4 * width]
        for stage in (1, 2, 3):
            blocks = [
                BasicBlock(widths[stage - (index == 0)], widths[stage], 2 if index == 0 and stage > 1 else 1)
                for index in range(3)
            ]
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))
        self.fc = nn.Linear(4 * width, 10)

    def forward(self, x):
        y = self.layer3(self.layer2(self.layer1(torch.relu(self.bn1(self.conv1(x))))))
        return self.fc(torch.flatten(F.avg_pool2d(y, 8), 1))
