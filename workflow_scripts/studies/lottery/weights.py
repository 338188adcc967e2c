"""The study's checkpoints: arrays `[seeds, …]` of the networks of one batch of seeds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workflow_scripts.core.artifacts.checkpoints import load_checkpoint, save_checkpoint

PRUNABLE = "prunable"
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Weights:
    """Arrays by name, and the names of the weights that pruning may remove, input to output."""

    arrays: Arrays
    prunable: tuple[str, ...]

    @classmethod
    def load(cls, path: str | Path) -> "Weights":
        """Read a checkpoint of the study; a broken one is refused by name."""
        arrays, facts = load_checkpoint(path)
        return cls(arrays, tuple(facts[PRUNABLE].split()))

    def save(self, path: str | Path) -> None:
        """Write the checkpoint."""
        save_checkpoint(path, self.arrays, {PRUNABLE: " ".join(self.prunable)})

    def at(self, step: int) -> "Weights":
        """Of a file of snapshots the arrays after `step` steps."""
        mark = f"{step}/"
        found = {n.removeprefix(mark): a for n, a in self.arrays.items() if n.startswith(mark)}
        return Weights(found, self.prunable)

    def members(self) -> Iterator[dict[str, np.ndarray]]:
        """All arrays of one network after the other."""
        for member in range(len(next(iter(self.arrays.values())))):
            yield {name: array[member] for name, array in self.arrays.items()}

    def prunable_members(self) -> Iterator[dict[str, np.ndarray]]:
        """The prunable arrays of one network after the other, input to output."""
        for arrays in self.members():
            yield {name: arrays[name] for name in self.prunable}


def snapshots(kept: Mapping[int, Arrays], prunable: tuple[str, ...]) -> Weights:
    """Copies of the arrays after several steps, in one file."""
    arrays = {f"{step}/{name}": a for step, group in kept.items() for name, a in group.items()}
    return Weights(arrays, prunable)
