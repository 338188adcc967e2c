"""Scenes made of real images, with the places of their objects: a detection task drawn by seeds."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.data.datasets import Dataset, load
from workflow_scripts.learning.data.manifest import verify
from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.studies.focal.scene_settings import LARGEST, SceneSettings

NOWHERE = -1
"""Row and column of the object of a scene that has none."""


@dataclass(frozen=True)
class Scenes:
    """Pictures `[N, C, S, S]` (uint8), and the upper left corner `[N, 2]` of each one's object.

    Corners are in pixels, `NOWHERE` in a scene without an object.
    """

    pictures: Tensor
    corners: Tensor

    def __len__(self) -> int:
        return len(self.pictures)


@dataclass(frozen=True)
class Stock:
    """The images from which scenes are put together, `[n, C, k, k]` in [0, 1]."""

    objects: Tensor
    """Those of the class that is to be found."""
    others: Tensor
    """Those of the classes that look like it."""


def stock(settings: SceneSettings, split: str, folder: Path) -> Stock:
    """The images of one split of the data set below `folder`, reduced to the size of objects."""
    verify(settings.dataset, folder)
    data = load(settings.dataset, split, folder)
    return Stock(
        _reduced(settings, data, (settings.target,)), _reduced(settings, data, settings.lookalikes)
    )


def _reduced(settings: SceneSettings, data: Dataset, classes: tuple[int, ...]) -> Tensor:
    images = torch.from_numpy(np.array(data.inputs[np.isin(data.labels, classes)]))
    images = images.float() / data.format.constants.largest
    images = images.unsqueeze(1) if images.dim() == 3 else images
    return F.avg_pool2d(images, settings.downsample)


def drawn(settings: SceneSettings, images: Stock, seed: int, purpose: str, count: int) -> Scenes:
    """`count` scenes of a seed; what stands in the first ones does not depend on `count`.

    Only with the same `BLOCK`, in which scenes are drawn. A scene has a texture of smooth noise,
    whole look-alikes, fragments of look-alikes and of objects, and in a share of the scenes an
    object. Where images overlap the brighter pixel is seen.
    """
    blocks = [
        _block(settings, images, generator(seed, purpose, block))
        for block in range(-(-count // BLOCK))
    ]
    pictures = torch.cat([pictures for pictures, _ in blocks])[:count]
    return Scenes(pictures, torch.cat([corners for _, corners in blocks])[:count])


BLOCK = 200
"""Scenes that are drawn together."""


def _block(
    settings: SceneSettings, images: Stock, random: torch.Generator
) -> tuple[Tensor, Tensor]:
    side, size = settings.side, images.objects.shape[-1]
    channels = images.objects.shape[1]
    pictures = _texture(settings, channels, random)
    for _ in range(settings.whole):
        _paste(pictures, _picked(images.others, random), _corners(side, size, random))
    for number in range(settings.fragments):
        whose = images.objects if number % 2 else images.others
        cut = _picked(whose, random) * _cut(size, random)
        _paste(pictures, cut, _corners(side, size, random))
    corners = _corners(side, size, random)
    shown = torch.rand(BLOCK, generator=random) < settings.with_object
    objects = _picked(images.objects, random) * shown[:, None, None, None]
    _paste(pictures, objects, corners)
    corners[~shown] = NOWHERE
    noise = torch.randn(pictures.shape, generator=random) * settings.noise
    noisy = (pictures + noise).clamp_(0, 1)
    return (noisy * LARGEST).round_().to(torch.uint8), corners


def _texture(settings: SceneSettings, channels: int, random: torch.Generator) -> Tensor:
    coarse = -(-settings.side // settings.grain) + 1
    noise = torch.rand(BLOCK, channels, coarse, coarse, generator=random)
    smooth = F.interpolate(noise, size=(settings.side,) * 2, mode="bilinear", align_corners=False)
    return smooth * settings.texture


def _picked(images: Tensor, random: torch.Generator) -> Tensor:
    return images[torch.randint(len(images), (BLOCK,), generator=random)]


def _corners(side: int, size: int, random: torch.Generator) -> Tensor:
    return torch.randint(side - size + 1, (BLOCK, 2), generator=random)


def _cut(size: int, random: torch.Generator) -> Tensor:
    """Masks `[N, 1, k, k]` that keep one half of an image: left, right, upper or lower."""
    rows = torch.arange(size)
    half = size // 2
    upper = (rows < half).float()[:, None].expand(size, size)
    halves = torch.stack([upper, 1 - upper, upper.T, 1 - upper.T])
    return halves[torch.randint(4, (BLOCK,), generator=random)].unsqueeze(1)


def _at(pictures: Tensor, size: int, corners: Tensor) -> tuple[Tensor, ...]:
    """The index of the `size` × `size` pixels from `corners` on: gives `[N, k, k, C]`."""
    steps = torch.arange(size)
    rows = (corners[:, 0, None] + steps)[:, :, None]
    columns = (corners[:, 1, None] + steps)[:, None, :]
    every = torch.arange(len(pictures))[:, None, None]
    return every, rows, columns


def _paste(pictures: Tensor, images: Tensor, corners: Tensor) -> None:
    every, rows, columns = _at(pictures, images.shape[-1], corners)
    there = pictures[every, :, rows, columns]
    pictures[every, :, rows, columns] = torch.maximum(there, images.permute(0, 2, 3, 1))
