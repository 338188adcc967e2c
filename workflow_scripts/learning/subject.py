"""The subject of a step: a network, its examples and a device, from the settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.examples import Examples, examples
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.network import Network, Parameters, device_of
from workflow_scripts.learning.networks.settings import network


@dataclass(frozen=True)
class Subject:
    """A network, its examples and the device to compute on."""

    network: Network
    examples: Examples
    device: torch.device

    @classmethod
    def of(cls, cfg: Mapping[str, Any], data: str, seeds: Sequence[int]) -> "Subject":
        """The subject of a rule's `cfg`, with examples from the data sets below the folder `data`.

        Each of `seeds` draws its own examples; they are those of an ensemble with one member per
        seed. Reads the keys that end in `network`, `sample` and `device`, and nothing else.
        """
        built = network(section(cfg, "network"))
        sample = Sample.model_validate(section(cfg, "sample"))
        drawn = examples(sample, Path(data), built.input_shape, seeds)
        return cls(built, drawn, device(section(cfg, "device")))

    def members(self, seeds: Sequence[int]) -> "Subject":
        """The same subject for an ensemble whose members have these seeds, in this order."""
        return replace(self, examples=self.examples.of(seeds))

    def load(self, path: str | Path) -> Parameters:
        """The networks `[M, …]` of a checkpoint without groups, on the device."""
        return Stored.load(path).parameters(self.device)

    def calibrated(self, parameters: Parameters) -> Parameters:
        """Parameters `[M, …]` with normalisation statistics, ready to be evaluated."""
        calibration = self.examples.calibration.to(device_of(parameters))
        return self.network.calibrated(parameters, calibration)
