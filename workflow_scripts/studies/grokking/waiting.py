"""The end of a training in which all networks have generalised."""

import numpy as np
import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.callbacks import Callback, Measurements
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.studies.grokking.events import first_kept
from workflow_scripts.studies.grokking.settings import Generalisation


class Generalised(Callback):
    """Saves each network when it has generalised, and ends training when all have.

    Reads the measurements of `progress`, and must therefore come after it. The saved weights of a
    network do not depend on how long others in its ensemble take.
    """

    def __init__(self, progress: Measurements, criterion: Generalisation) -> None:
        self.progress, self.criterion = progress, criterion
        self.kept: dict[int, Parameters] = {}
        self.members: int | None = None

    def __call__(self, step: int, parameters: Parameters) -> None:
        if not self.progress.steps or self.progress.steps[-1] != step:
            return
        accuracies = torch.stack(self.progress.measured["test_accuracy"]).numpy()
        self.members = accuracies.shape[1]
        steps = np.array(self.progress.steps)
        for member in set(range(self.members)) - set(self.kept):
            level, hold = self.criterion.level, self.criterion.hold
            if first_kept(steps, accuracies[:, member], level, hold):
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
        """Each network at its own end: when it had generalised, or else the end of the budget."""
        return {
            name: torch.stack(
                [
                    self.kept[member][name].cpu() if member in self.kept else tensor[member]
                    for member in range(len(tensor))
                ]
            )
            for name, tensor in last.items()
        }
