"""Early stopping without stopping: the weights at the smallest validation loss are kept."""

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.callbacks import Measurements
from workflow_scripts.learning.ensemble.evaluate import Measure
from workflow_scripts.learning.networks.network import Parameters


class Stopping(Measurements):
    """Measurements on validation examples, and each member's weights at the smallest loss.

    The smallest is sought among the steps `kept_at`; of equal losses the first counts. A member
    without a finite loss keeps the weights of the first of these steps.
    """

    def __init__(self, measure: Measure, at: set[int], kept_at: set[int]) -> None:
        super().__init__("validation", measure, at | kept_at)
        self.kept_at = kept_at
        self.smallest: Tensor | None = None
        self.kept: Parameters = {}

    def __call__(self, step: int, parameters: Parameters) -> None:
        measured_before = len(self.steps)
        super().__call__(step, parameters)
        if len(self.steps) == measured_before or step not in self.kept_at:
            return
        loss = self.measured["loss"][-1].nan_to_num(nan=torch.inf)
        if self.smallest is None:
            self.smallest = torch.full_like(loss, torch.inf)
            self.kept = {name: tensor.clone() for name, tensor in parameters.items()}
        better = loss < self.smallest
        self.smallest = torch.where(better, loss, self.smallest)
        for name, tensor in parameters.items():
            self.kept[name][better.to(tensor.device)] = tensor[better.to(tensor.device)]

    def state(self) -> dict[str, Tensor]:
        if self.smallest is None:
            return super().state()
        kept = {f"kept.{name}": tensor for name, tensor in self.kept.items()}
        return super().state() | kept | {"smallest": self.smallest}

    def restore(self, state: dict[str, Tensor]) -> None:
        kept = {n.removeprefix("kept."): t for n, t in state.items() if n.startswith("kept.")}
        own = {"smallest", *(f"kept.{name}" for name in kept)}
        super().restore({name: tensor for name, tensor in state.items() if name not in own})
        if kept:
            self.kept, self.smallest = kept, state["smallest"].cpu()


class Stopped(Measurements):
    """The measurements on the test examples of the weights that `stopping` has kept, at `step`."""

    def __init__(self, measure: Measure, stopping: Stopping, step: int) -> None:
        super().__init__("stopped", lambda _: measure(stopping.kept), {step})
