"""The end of a training in which every network has reached what it is trained for."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.callbacks import Callback, Measurements
from workflow_scripts.learning.networks.network import Parameters

Reached = Callable[[np.ndarray, np.ndarray], bool]
"""From the steps `[T]` and a network's values `[T]` so far: whether it has reached its end."""


class Kept(Callback):
    """Keeps each network as it is when it has reached its end; training ends when all have.

    Reads the values named `measured` of `curve`, and must therefore come after it. What is kept of
    a network does not depend on how long others in its ensemble take.
    """

    def __init__(self, curve: Measurements, measured: str, reached: Reached) -> None:
        self.curve, self.measured, self.reached = curve, measured, reached
        self.kept: dict[int, Parameters] = {}
        self.members: int | None = None

    def __call__(self, step: int, parameters: Parameters) -> None:
        if not self.curve.steps or self.curve.steps[-1] != step:
            return
        values = torch.stack(self.curve.measured[self.measured]).numpy()
        self.members = values.shape[1]
        steps = np.array(self.curve.steps)
        for member in set(range(self.members)) - set(self.kept):
            if self.reached(steps, values[:, member]):
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
        """Each network at its own end: as it was kept, or else as it is after all steps."""
        return {
            name: torch.stack(
                [
                    self.kept[member][name].cpu() if member in self.kept else tensor[member]
                    for member in range(len(tensor))
                ]
            )
            for name, tensor in last.items()
        }
