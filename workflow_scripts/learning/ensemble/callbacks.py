"""Callbacks between training steps: measurements, snapshots and progress messages."""

import time

import numpy as np
import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.evaluate import Measure
from workflow_scripts.learning.networks.network import Parameters


class Callback:
    """Called with the number of completed steps, before the first step and after every step."""

    @property
    def name(self) -> str:
        """The key of its saved state; two callbacks of one class in a training need two names."""
        return type(self).__name__

    def __call__(self, step: int, parameters: Parameters) -> None:
        """Look at `parameters` after `step` steps; do not change them."""

    def ended(self, diverged: Tensor) -> None:
        """Called after the last step with the step `[M]` at which each member diverged.

        −1 for members whose training losses were all finite.
        """

    @property
    def finished(self) -> bool:
        """Whether this callback lets the training stop early."""
        return False

    def state(self) -> dict[str, Tensor]:
        """The tensors that must survive a killed job."""
        return {}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Restore what `state()` returned."""


class Measurements(Callback):
    """The values `[M, …]`, by name, of a function of the parameters at chosen steps.

    `split` names the measurements in a history. With `evaluation` they are a learning curve.
    """

    def __init__(self, split: str, measure: Measure, at: set[int]) -> None:
        self.split, self.measure, self.at = split, measure, at
        self.steps: list[int] = []
        self.measured: dict[str, list[Tensor]] = {}
        self.diverged: list[int] = []

    @property
    def name(self) -> str:
        return f"measurements of {self.split}"

    def __call__(self, step: int, parameters: Parameters) -> None:
        if step not in self.at or step in self.steps:
            return
        self.steps.append(step)
        for name, values in self.measure(parameters).items():
            self.measured.setdefault(name, []).append(values.cpu())

    def ended(self, diverged: Tensor) -> None:
        self.diverged = diverged.tolist()

    def state(self) -> dict[str, Tensor]:
        if not self.steps:
            return {}
        measured = {f"measured.{name}": torch.stack(each) for name, each in self.measured.items()}
        return {"steps": torch.tensor(self.steps)} | measured

    def restore(self, state: dict[str, Tensor]) -> None:
        if state:
            self.steps = state["steps"].tolist()
            named = ((n.removeprefix("measured."), t) for n, t in state.items() if n != "steps")
            self.measured = {name: list(tensor) for name, tensor in named}

    def arrays(self) -> dict[str, np.ndarray]:
        """Steps `[T]`, and each measurement `[T, M, …]`."""
        measured = {name: torch.stack(each).numpy() for name, each in self.measured.items()}
        return {"step": np.array(self.steps, dtype=np.int64)} | measured


class Snapshots(Callback):
    """Copies of the parameters after chosen numbers of steps."""

    def __init__(self, at: set[int]) -> None:
        self.at = at
        self.kept: dict[int, Parameters] = {}

    def __call__(self, step: int, parameters: Parameters) -> None:
        if step in self.at:
            self.kept[step] = {name: tensor.clone() for name, tensor in parameters.items()}

    def state(self) -> dict[str, Tensor]:
        return {f"{s}.{n}": t for s, kept in self.kept.items() for n, t in kept.items()}

    def restore(self, state: dict[str, Tensor]) -> None:
        for key, tensor in state.items():
            step, name = key.split(".", 1)
            self.kept.setdefault(int(step), {})[name] = tensor


class Progress(Callback):
    """Log a line every few seconds: steps done, steps per second and remaining seconds."""

    def __init__(self, steps: int, every: float = 5.0) -> None:
        self.steps, self.every = steps, every
        self._begun = self._said = time.monotonic()
        self._first: int | None = None

    def __call__(self, step: int, parameters: Parameters) -> None:
        self._first = step if self._first is None else self._first
        now = time.monotonic()
        if now - self._said < self.every or step == self._first:
            return
        rate = (step - self._first) / (now - self._begun)
        left = (self.steps - step) / rate
        print(f"step {step} of {self.steps}, {rate:.0f} steps/s, {left:.0f} s left", flush=True)
        self._said = now
