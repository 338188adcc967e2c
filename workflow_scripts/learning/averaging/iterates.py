"""Averages of the parameters along one training run, accumulated while it runs."""

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.callbacks import Callback
from workflow_scripts.learning.networks.network import Parameters


class IterateAverage(Callback):
    """The mean of the parameters after chosen numbers of steps: stochastic weight averaging.

    Izmailov et al. 2018. Sums are float64, so the average of one iterate is that iterate.
    """

    def __init__(self, at: set[int]) -> None:
        self.at = at
        self.steps: list[int] = []
        self.sums: Parameters = {}

    def __call__(self, step: int, parameters: Parameters) -> None:
        if step not in self.at or step in self.steps:
            return
        self.steps.append(step)
        if not self.sums:
            self.sums = {
                name: torch.zeros_like(p, dtype=torch.float64) for name, p in parameters.items()
            }
        for name, tensor in parameters.items():
            # A restored sum lies on the CPU.
            self.sums[name] = self.sums[name].to(tensor.device) + tensor

    def average(self) -> Parameters:
        """The mean `[M, …]`; ValueError if none of the chosen steps was reached."""
        if not self.steps:
            raise ValueError("none of the iterates to average was reached")
        return {name: (total / len(self.steps)).float() for name, total in self.sums.items()}

    def state(self) -> dict[str, Tensor]:
        if not self.steps:
            return {}
        return {"steps": torch.tensor(self.steps)} | {f"sum/{n}": t for n, t in self.sums.items()}

    def restore(self, state: dict[str, Tensor]) -> None:
        if state:
            self.steps = state["steps"].tolist()
            self.sums = {n.removeprefix("sum/"): t for n, t in state.items() if n != "steps"}


class MovingAverage(Callback):
    """The exponential moving average of the parameters over all steps; `decay` is per step."""

    def __init__(self, decay: float) -> None:
        self.decay = decay
        self.step = -1
        self.mean: Parameters = {}

    def __call__(self, step: int, parameters: Parameters) -> None:
        if step <= self.step:
            return
        self.step = step
        if not self.mean:
            self.mean = {name: tensor.clone() for name, tensor in parameters.items()}
            return
        for name, tensor in parameters.items():
            self.mean[name] = self.mean[name].to(tensor.device).lerp_(tensor, 1 - self.decay)

    def state(self) -> dict[str, Tensor]:
        return {"step": torch.tensor(self.step)} | {f"mean/{n}": t for n, t in self.mean.items()}

    def restore(self, state: dict[str, Tensor]) -> None:
        self.step = int(state["step"])
        self.mean = {n.removeprefix("mean/"): t for n, t in state.items() if n != "step"}
