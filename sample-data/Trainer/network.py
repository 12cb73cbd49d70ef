"""The network: a small U-Net (Ronneberger, Fischer and Brox 2015) with batch norm."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from classes import CLASSES

WIDTHS = (16, 32, 48, 64, 96)


def block(inputs, outputs):
    """Two 3x3 convolutions, each with batch norm and ReLU."""
    layers = []
    for i in (inputs, outputs):
        layers += [nn.Conv2d(i, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs)]
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


class UNet(nn.Module):
    """[N, 3, H, W] to logits [N, 6, H, W]; H and W are multiples of 16.

    Each decoder block narrows to the next level's width already, so that what is upsampled to
    full resolution has no more than the first width.
    """

    def __init__(self, widths=WIDTHS, classes=len(CLASSES)):
        super().__init__()
        self.down = nn.ModuleList(block(i, o) for i, o in zip((3,) + widths[:-1], widths))
        ups, width = [], widths[-1]
        for level in range(len(widths) - 2, -1, -1):
            narrower = widths[max(level - 1, 0)]
            ups.append(block(width + widths[level], narrower))
            width = narrower
        self.up = nn.ModuleList(ups)
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        skips = []
        for level, down in enumerate(self.down):
            x = down(x if level == 0 else F.max_pool2d(x, 2))
            skips.append(x)
        for up, skip in zip(self.up, skips[-2::-1]):
            x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
            x = up(torch.cat([x, skip], 1))
        return self.head(x)
