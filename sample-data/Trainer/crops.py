"""Endless training batches, cut from the towns and varied on the device that trains."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from classes import MEAN, STD, UNKNOWN

RARE = {5: 0.2, 2: 0.1}  # class: the share of crops that are centred near a pixel of it


def load(path):
    """Images uint8 [towns, rows, columns, 3] and labels uint8 [towns, rows, columns]."""
    with np.load(path) as file:
        images = np.cumsum(file["images"], axis=2, dtype=np.uint8)
        images[..., ::2] += images[..., 1:2]
        return torch.from_numpy(images), torch.from_numpy(file["labels"])


def normalised(images):
    """[N, 3, H, W] of 0 ... 1, as the network wants it."""
    mean = torch.tensor(MEAN, device=images.device).view(1, 3, 1, 1)
    std = torch.tensor(STD, device=images.device).view(1, 3, 1, 1)
    return (images - mean) / std


class Crops:
    """Crops of `size` px of square towns, `batch` at a time."""

    def __init__(self, images, labels, size, batch, seed, device):
        self.towns, self.side = labels.shape[:2]
        self.images = images.to(device).reshape(-1, 3)
        self.labels = labels.to(device).reshape(-1)
        self.rare = {}
        for value in RARE:
            places = torch.nonzero(self.labels == value)[:, 0]
            if len(places):
                self.rare[value] = places
        self.size, self.batch, self.device = size, batch, device
        self.chance = torch.Generator().manual_seed(seed)
        self.noise = torch.Generator(device).manual_seed(seed)

    def rand(self, low=0.0, high=1.0):
        """A number for each crop of the batch, [N, 1, 1, 1]."""
        share = torch.rand(self.batch, 1, 1, 1, generator=self.chance)
        return (low + (high - low) * share).to(self.device, non_blocking=True)

    def happens(self, probability):
        return torch.rand((), generator=self.chance).item() < probability

    def between(self, low, high):
        return low + (high - low) * torch.rand((), generator=self.chance).item()

    def next(self):
        """Normalised images float32 [N, 3, size, size] and labels int64 [N, size, size]."""
        images, labels = self.cut(*self.places())
        images = self.developed(images)
        return self.partly_blank(normalised(images), labels)

    def places(self):
        """Where in the towns each pixel of each crop lies: town [N, 1, 1], row and column [N, H, W].

        One batch in two lies on the towns' own pixels, turned by quarters and mirrored; the other is
        turned by any angle and sampled at 0.24 to 0.38 m.
        """
        steps = torch.arange(self.size, device=self.device) + 0.5 - self.size / 2
        down, right = torch.meshgrid(steps, steps, indexing="ij")
        is_exact = self.happens(0.5)
        scale = torch.ones(self.batch, 1, 1, 1, device=self.device)
        turn = (self.rand() * 4).floor() * (math.pi / 2)
        if not is_exact:
            scale = torch.exp(self.rand(math.log(0.8), math.log(1.27)))
            turn = self.rand(0, 2 * math.pi)
        scale, turn = scale[:, 0], turn[:, 0]
        mirror = torch.where(self.rand()[:, 0] < 0.5, -1.0, 1.0)
        cos, sin = torch.cos(turn) * scale, torch.sin(turn) * scale
        town, row, column = self.centres()
        reach = (cos.abs() + sin.abs()) * self.size / 2 + 1
        row = torch.minimum(torch.maximum(row, reach), self.side - reach)
        column = torch.minimum(torch.maximum(column, reach), self.side - reach)
        if is_exact:
            row, column = row.round(), column.round()
        return (
            town,
            row + sin * right * mirror + cos * down - 0.5,
            column + cos * right * mirror - sin * down - 0.5,
        )

    def centres(self):
        """Town, row and column of each crop's centre, [N, 1, 1]; some near what is rare."""
        town = (self.rand()[:, 0] * self.towns).long()
        row, column = self.rand()[:, 0] * self.side, self.rand()[:, 0] * self.side
        draw = self.rand()[:, 0]
        for value, places in self.rare.items():
            place = places[(self.rand()[:, 0] * len(places)).long()]
            is_near = (draw >= 0) & (draw < RARE[value])
            near = self.size / 3
            town = torch.where(is_near, place // self.side**2, town)
            row_near = place // self.side % self.side + self.rand(-near, near)[:, 0]
            row = torch.where(is_near, row_near, row)
            column = torch.where(is_near, place % self.side + self.rand(-near, near)[:, 0], column)
            draw = draw - RARE[value]
        return town, row, column

    def cut(self, town, row, column):
        """Images by bilinear, labels by nearest sampling; 0 ... 1, [N, 3, H, W] and [N, H, W]."""
        start, last = town * self.side**2, self.side - 1
        top, left = row.floor(), column.floor()
        below, beyond = (row - top)[..., None], (column - left)[..., None]

        def pixels(row, column):
            index = start + row.long().clamp(0, last) * self.side + column.long().clamp(0, last)
            return self.images[index].float()

        upper = torch.lerp(pixels(top, left), pixels(top, left + 1), beyond)
        lower = torch.lerp(pixels(top + 1, left), pixels(top + 1, left + 1), beyond)
        images = torch.lerp(upper, lower, below).permute(0, 3, 1, 2) / 255
        nearest_row = (row + 0.5).floor().long().clamp(0, last)
        nearest_column = (column + 0.5).floor().long().clamp(0, last)
        labels = self.labels[start + nearest_row * self.side + nearest_column]
        return images, labels.long()

    def developed(self, images):
        """What other cameras and other hours would have made of it."""
        if self.happens(0.25):
            small = max(16, int(self.size * self.between(0.5, 0.85)))
            images = F.interpolate(images, (small, small), mode="bilinear", antialias=True)
            images = F.interpolate(images, (self.size,) * 2, mode="bilinear", align_corners=False)
        elif self.happens(0.4):
            images = blurred(images, self.between(0.4, 1.2))
        images = images.clamp(1e-4, 1) ** torch.exp(self.rand(-0.3, 0.3))
        images = images * torch.exp(torch.cat([self.rand(-0.1, 0.1) for _ in range(3)], 1))
        mean = images.mean((1, 2, 3), keepdim=True)
        images = (images - mean) * torch.exp(self.rand(-0.3, 0.25)) + mean + self.rand(-0.1, 0.1)
        grey = images.mean(1, keepdim=True)
        images = grey + (images - grey) * torch.exp(self.rand(-0.5, 0.3))
        grain = torch.randn(images.shape, generator=self.noise, device=self.device)
        return (images + grain * self.rand(0, 0.025)).clamp(0, 1)

    def partly_blank(self, images, labels):
        """One crop in ten has a half-plane of nodata, which the network sees as zeros."""
        steps = torch.linspace(-1, 1, self.size, device=self.device)
        turn = self.rand(0, 2 * math.pi)[:, 0]
        side = torch.cos(turn) * steps[None, :, None] + torch.sin(turn) * steps[None, None, :]
        is_blank = (side > self.rand(0.2, 1)[:, 0]) & (self.rand()[:, 0] < 0.1)
        images = images.masked_fill(is_blank[:, None], 0)
        return images, labels.masked_fill(is_blank, UNKNOWN)


def blurred(images, sigma):
    """A Gaussian of `sigma` pixels over each band."""
    way = torch.arange(-4, 5, device=images.device, dtype=images.dtype)
    weights = torch.exp(-(way**2) / (2 * sigma**2))
    weights = (weights / weights.sum()).expand(3, 1, 1, 9)
    padded = F.pad(images, (4, 4, 4, 4), mode="reflect")
    return F.conv2d(F.conv2d(padded, weights, groups=3), weights.transpose(2, 3), groups=3)
