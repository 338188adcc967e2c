"""Networks at a common training loss, each saved when it first reached that loss."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.callbacks import Callback
from workflow_scripts.learning.ensemble.evaluate import Measure
from workflow_scripts.learning.networks.network import Parameters


class AtTarget(Callback):
    """Keeps each member's parameters at the first measurement of a loss of `target` or less.

    `measure` returns the "loss" `[M]`, for example an `evaluation` on the training examples.
    `kept` are parameters `[M, …]`, zero for members that have not reached the target; `steps` `[M]`
    are the steps at which it was reached, −1 for those members.
    """

    def __init__(self, measure: Measure, target: float, at: Sequence[int]) -> None:
        self.measure, self.target, self.at = measure, target, set(at)
        self.kept: Parameters = {}
        self.steps: Tensor | None = None

    def __call__(self, step: int, parameters: Parameters) -> None:
        if self.steps is None:
            self.steps = torch.full((len(next(iter(parameters.values()))),), -1)
            self.kept = {name: torch.zeros_like(p) for name, p in parameters.items()}
        if step not in self.at or (self.steps >= 0).all():
            return
        loss = self.measure(parameters)["loss"]
        for member in ((loss <= self.target) & (self.steps < 0)).nonzero().flatten().tolist():
            self.steps[member] = step
            for name, kept in self.kept.items():
                kept[member] = parameters[name][member]

    def state(self) -> dict[str, Tensor]:
        if self.steps is None:
            return {}
        return {"steps": self.steps} | {f"kept.{name}": p for name, p in self.kept.items()}

    def restore(self, state: dict[str, Tensor]) -> None:
        if state:
            self.steps = state["steps"]
            self.kept = {
                name.removeprefix("kept."): tensor
                for name, tensor in state.items()
                if name.startswith("kept.")
            }
