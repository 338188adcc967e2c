"""The end of a training in which all networks have solved their task."""

import numpy as np
import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.callbacks import Callback, Measurements
from workflow_scripts.learning.networks.network import Parameters


def first_kept(passes: np.ndarray) -> int | None:
    """The first of `passes` `[T]`, of bools, after which the next one is true too."""
    both = np.flatnonzero(passes[:-1] & passes[1:])
    return int(both[0]) if len(both) else None


def passing(values: np.ndarray, measured: str, level: float) -> np.ndarray:
    """Whether each value reaches its level: from above for the squared error, else from below."""
    return values <= level if measured == "squared_error" else values >= level


class Solved(Callback):
    """Keeps each network as it is when it has solved its task; training ends when all have.

    Reads the measurements of `curve`, and must therefore come after it. What is kept of a network
    does not depend on how long others in its ensemble take.
    """

    def __init__(self, curve: Measurements, measured: str, level: float) -> None:
        self.curve, self.measured, self.level = curve, measured, level
        self.kept: dict[int, Parameters] = {}
        self.members: int | None = None

    def __call__(self, step: int, parameters: Parameters) -> None:
        if not self.curve.steps or self.curve.steps[-1] != step:
            return
        values = torch.stack(self.curve.measured[self.measured]).numpy()
        self.members = values.shape[1]
        for member in set(range(self.members)) - set(self.kept):
            if first_kept(passing(values[:, member], self.measured, self.level)) is not None:
                own = {name: tensor[member].clone() for name, tensor in parameters.items()}
                self.kept[member] = own

    @property
    def finished(self) -> bool:
        return self.members is not None and len(self.kept) == self.members

    def state(self) -> dict[str, Tensor]:
        if self.members is None:
            return {}
        kept = {f"{m}.{name}": t for m, own in self.kept.items() for name, t in own.items()}
        return {"members": torch.tensor(self.members)} | kept

    def restore(self, state: dict[str, Tensor]) -> None:
        for key, tensor in state.items():
            if key == "members":
                self.members = int(tensor)
            else:
                member, name = key.split(".", 1)
                self.kept.setdefault(int(member), {})[name] = tensor

    def ends(self, last: Parameters) -> Parameters:
        """Each network at its own end: when it had solved its task, or else after all steps."""
        return {
            name: torch.stack(
                [
                    self.kept[member][name].cpu() if member in self.kept else tensor[member]
                    for member in range(len(tensor))
                ]
            )
            for name, tensor in last.items()
        }
