"""The paper scale for real, with a few steps on a few examples."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tests.workflow.repository_copy import RepositoryCopy
from workflow_scripts.learning.data.datasets import paths
from workflow_scripts.learning.data.formats.cifar10 import RECORD
from workflow_scripts.learning.data.manifest import write_manifest
from workflow_scripts.operation.configuration.settings import STUDIES

PAPER = "paper.yaml"


def in_little(root: Path) -> RepositoryCopy:
    """A copy whose runs are those of the paper scale, as small as each study says."""
    copy = RepositoryCopy.of_checkout(root, PAPER)
    parts = [root / f"tests/studies/{study}/paper.yaml" for study in STUDIES]
    whole: dict[str, Any] = {}
    for path in (root / "tests/workflow/paper.yaml", *parts):
        whole |= yaml.safe_load(path.read_text())
    (root / PAPER).write_text(yaml.safe_dump(whole))
    write_tiny_data(root / "tiny")
    return copy


def write_tiny_data(folder: Path) -> None:
    """A few examples in the very formats of Fashion-MNIST and CIFAR-10."""
    generator = np.random.Generator(np.random.PCG64(0))
    for path in paths("fashion-mnist", folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        count = 100 if path.name.startswith("train") else 40
        images = "images" in path.name
        shape = (count, 28, 28) if images else (count,)
        content = generator.integers(256, size=shape) if images else np.arange(count) % 10
        header = struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape)
        path.write_bytes(header + content.astype(np.uint8).tobytes())
    for path in paths("cifar-10", folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        records = generator.integers(256, size=(40, RECORD), dtype=np.uint8)
        records[:, 0] = np.arange(40) % 10
        path.write_bytes(records.tobytes())
    for name in ("fashion-mnist", "cifar-10"):
        write_manifest(name, folder)
