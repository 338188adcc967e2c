"""What the study's steps share: a task's network and examples, an arm's members, its networks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from workflow_scripts.core.artifacts.checkpoints import load_checkpoint, save_checkpoint
from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.data.examples import Examples, examples
from workflow_scripts.learning.networks.network import Network, Parameters
from workflow_scripts.learning.networks.settings import network
from workflow_scripts.studies.sharpness.settings import Arm, Task


@dataclass(frozen=True)
class Learning:
    """A task in memory."""

    network: Network
    examples: Examples

    @classmethod
    def of(cls, cfg: Mapping[str, Any], data: str) -> "Learning":
        """From a task's settings and the folder of the data sets."""
        task = Task.model_validate(cfg)
        built = network(task.network.model_dump())
        return cls(built, examples(task.sample, Path(data), built.input_shape))

    def objective(self, count: int, dtype: torch.dtype = torch.float32) -> Objective:
        """The loss over the first `count` training examples, whose curvature is measured."""
        inputs, labels = self.examples.train_inputs[:count], self.examples.train_labels[:count]
        return Objective(self.network, inputs.to(dtype), labels)

    def calibrated(self, parameters: Parameters) -> Parameters:
        """Parameters as they are evaluated."""
        return self.network.calibrated(parameters, self.examples.calibration)


def members(arm: Arm, seeds: Sequence[int]) -> list[dict[str, Any]]:
    """What each network of an arm's ensemble is: rate by rate, radius by radius, seed by seed."""
    return [
        {"rate": rate, "radius": radius, "seed": seed}
        for rate in arm.rates
        for radius in arm.radii
        for seed in seeds
    ]


def save_networks(path: str | Path, parameters: Parameters, **more: torch.Tensor) -> None:
    """Write an ensemble; `more` are arrays beside the parameters."""
    arrays = {f"parameters/{name}": tensor.cpu().numpy() for name, tensor in parameters.items()}
    save_checkpoint(path, arrays | {name: tensor.numpy() for name, tensor in more.items()})


def load_networks(path: str | Path) -> tuple[Parameters, dict[str, torch.Tensor]]:
    """Read an ensemble, and what lies beside its parameters."""
    arrays, _ = load_checkpoint(path)
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
    mark = "parameters/"
    parameters = {n.removeprefix(mark): t for n, t in tensors.items() if n.startswith(mark)}
    return parameters, {n: t for n, t in tensors.items() if not n.startswith(mark)}
