"""The networks of the study: what they are, what they see, and reading them from checkpoints."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from workflow_scripts.core.artifacts.checkpoints import load_checkpoint, save_checkpoint
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.examples import Examples, examples
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.networks.network import Network, Parameters
from workflow_scripts.learning.networks.settings import network


@dataclass(frozen=True)
class Subject:
    """A chain's network, its examples, and the device to compute on."""

    network: Network
    examples: Examples
    device: torch.device

    @classmethod
    def of(cls, cfg: Mapping[str, Any], data: str) -> "Subject":
        """The network and sample of a chain in a rule's `cfg`, from the data sets below `data`."""
        built = network(section(cfg, "network"))
        sample = Sample.model_validate(section(cfg, "sample"))
        return cls(
            built,
            examples(sample, Path(data), built.input_shape),
            device(section(cfg, "device")),
        )

    def load(self, path: str | Path) -> Parameters:
        """The networks `[M, …]` of a checkpoint, on the device."""
        arrays, _ = load_checkpoint(path)
        return {name: torch.from_numpy(array).to(self.device) for name, array in arrays.items()}

    def splits(self, train: int) -> dict[str, tuple[Tensor, Tensor]]:
        """Inputs and labels of the first `train` training examples and of the whole test set."""
        data = self.examples
        return {
            "train": (data.train_inputs[:train], data.train_labels[:train]),
            "test": (data.test_inputs, data.test_labels),
        }


def save(path: str | Path, groups: Mapping[str, Parameters]) -> None:
    """Write named groups of networks into one checkpoint, as `group/name`."""
    arrays = {
        f"{group}/{name}": tensor.cpu().numpy()
        for group, parameters in groups.items()
        for name, tensor in parameters.items()
    }
    save_checkpoint(path, arrays)


def groups_of(parameters: Parameters) -> dict[str, Parameters]:
    """What `save` wrote, as read: the groups by name."""
    groups: dict[str, Parameters] = {}
    for key, tensor in parameters.items():
        group, _, name = key.partition("/")
        groups.setdefault(group, {})[name] = tensor
    return groups
