"""Checkpoints: trained ensembles on disk, written and read in one format."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from workflow_scripts.core.artifacts.checkpoints import load_checkpoint, save_checkpoint
from workflow_scripts.learning.networks.network import Parameters

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Stored:
    """Arrays `[M, …]` of M networks by name, or groups of them as `group/name`, and facts."""

    arrays: Arrays
    facts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, parameters: Parameters, facts: Mapping[str, str] | None = None) -> "Stored":
        """Parameters `[M, …]` in the form in which they are saved."""
        arrays = {name: tensor.detach().cpu().numpy() for name, tensor in parameters.items()}
        return cls(arrays, facts or {})

    @classmethod
    def grouped(
        cls,
        groups: Mapping[str, Parameters],
        facts: Mapping[str, str] | None = None,
        **alone: torch.Tensor,
    ) -> "Stored":
        """Several ensembles in one file, without "/" in names; tensors `alone` are in no group."""
        named = {f"{group}/{name}": t for group, ts in groups.items() for name, t in ts.items()}
        return cls.of(named | alone, facts)

    @classmethod
    def load(cls, path: str | Path) -> "Stored":
        """Read a checkpoint; UserError names a damaged file."""
        return cls(*load_checkpoint(path))

    def save(self, path: str | Path) -> None:
        """Write the checkpoint."""
        save_checkpoint(path, self.arrays, self.facts)

    def group(self, name: str | int) -> "Stored":
        """One group without the others."""
        mark = f"{name}/"
        own = {n.removeprefix(mark): a for n, a in self.arrays.items() if n.startswith(mark)}
        return Stored(own, self.facts)

    def groups(self) -> dict[str, "Stored"]:
        """All groups by name, in the order of their first arrays in the file."""
        names = dict.fromkeys(name.partition("/")[0] for name in self.arrays if "/" in name)
        return {name: self.group(name) for name in names}

    def tensor(self, name: str) -> torch.Tensor:
        """One array as a tensor on the CPU."""
        return torch.from_numpy(self.arrays[name])

    def parameters(self, device: torch.device | str = "cpu") -> Parameters:
        """The arrays as tensors on `device`."""
        return {name: torch.from_numpy(array).to(device) for name, array in self.arrays.items()}

    def members(self, names: Sequence[str] | None = None) -> Iterator[dict[str, np.ndarray]]:
        """The arrays of each network in turn: all of them, or `names` in that order."""
        chosen = list(self.arrays) if names is None else names
        for member in range(len(self.arrays[chosen[0]])):
            yield {name: self.arrays[name][member] for name in chosen}


def stacked(members: Iterable[Arrays]) -> Parameters:
    """Arrays of single networks as tensors `[M, …]`; empty if the members have no arrays."""
    rows = list(members)
    return {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}
