"""The paper scale for real, with a few steps on a few examples."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from snakemake.utils import update_config

from tests.workflow.repository_copy import RepositoryCopy
from workflow_scripts.learning.data.datasets import paths
from workflow_scripts.learning.data.formats.cifar10 import RECORD
from workflow_scripts.learning.data.manifest import write_manifest
from workflow_scripts.operation.configuration.settings import STUDIES

PAPER = "paper.yaml"
BATCHES = 5
"""Files of training images of CIFAR-10."""


class Images(NamedTuple):
    """How many images are made up."""

    clothes: int
    """Training images of Fashion-MNIST; there are two fifths as many for tests."""
    photographs: int
    """Images in each file of CIFAR-10."""

    @property
    def training(self) -> dict[str, int]:
        """Training images of each data set."""
        return {"fashion-mnist": self.clothes, "cifar-10": BATCHES * self.photographs}


FEW = Images(clothes=100, photographs=40)


def in_little(root: Path, changes: str | None = None, images: Images = FEW) -> RepositoryCopy:
    """A copy whose runs are those of the paper scale, as small as each study says.

    `changes` is the file of each study with what differs from its `paper.yaml`; null there: nothing
    differs from the paper scale.
    """
    copy = RepositoryCopy.of_checkout(root, PAPER)
    files = [root / "tests/workflow" / PAPER]
    for name in filter(None, (PAPER, changes)):
        files += [root / "tests/studies" / study / name for study in STUDIES]
    whole: dict[str, Any] = {}
    for path in files:
        update_config(whole, yaml.safe_load(path.read_text()))
    (root / PAPER).write_text(yaml.safe_dump(said(whole)))
    write_tiny_data(root / "tiny", images)
    return copy


def said(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings without those that are null."""
    return {
        key: said(value) if isinstance(value, Mapping) else value
        for key, value in settings.items()
        if value is not None
    }


def write_tiny_data(folder: Path, images: Images = FEW) -> None:
    """A few examples in the very formats of Fashion-MNIST and CIFAR-10."""
    generator = np.random.Generator(np.random.PCG64(0))
    for path in paths("fashion-mnist", folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        count = images.clothes if path.name.startswith("train") else 2 * images.clothes // 5
        shown = "images" in path.name
        shape = (count, 28, 28) if shown else (count,)
        content = generator.integers(256, size=shape) if shown else np.arange(count) % 10
        header = struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape)
        path.write_bytes(header + content.astype(np.uint8).tobytes())
    for path in paths("cifar-10", folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        records = generator.integers(256, size=(images.photographs, RECORD), dtype=np.uint8)
        records[:, 0] = np.arange(images.photographs) % 10
        path.write_bytes(records.tobytes())
    for name in ("fashion-mnist", "cifar-10"):
        write_manifest(name, folder)
