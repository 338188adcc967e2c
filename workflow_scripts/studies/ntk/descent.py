"""Gradient descent on α (f − f₀) to a common loss, at a step size from the current kernel."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import RealVectors
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.target_losses import squared_error
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.kernels.empirical import TINY, empirical_kernel, largest_eigenvalue
from workflow_scripts.learning.networks.linearised import Linearised
from workflow_scripts.learning.networks.network import Network, Parameters, moved
from workflow_scripts.learning.networks.ntk_mlp import NtkMlp
from workflow_scripts.studies.ntk.settings import Descent

GROWTH = 1.1
"""Growth of the largest eigenvalue within a segment after which the next one is shorter."""
Watch = Callable[[int, Parameters, Tensor], None]
"""Called with the number of steps, the parameters and the losses `[M]` between segments."""


@dataclass(frozen=True)
class Problem:
    """What M networks learn: α (f − f₀) = y, where f₀ is the network before training."""

    network: NtkMlp
    initial: Parameters
    inputs: Tensor
    """`[M, N, d]` float64."""
    targets: Tensor
    """`[M, N]` float64."""
    alphas: Tensor
    """`[M]`: the output scales α (Chizat et al. 2019)."""
    linear: bool = False
    """Whether the linearised network learns in place of the network."""

    @property
    def learner(self) -> Network:
        """What is trained."""
        return Linearised(self.network, self.initial) if self.linear else self.network

    def outputs(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        """α (f − f₀) `[M, N']` at `inputs` `[M, N', d]`."""
        start = self.network.logits(self.initial, inputs)
        change = self.learner.logits(parameters, inputs) - start
        return self.alphas.unsqueeze(1) * change[..., 0]

    def largest_eigenvalues(self, parameters: Parameters) -> Tensor:
        """The largest eigenvalue `[M]` of the kernel on the training examples."""
        at = self.initial if self.linear else parameters
        kernels = empirical_kernel(self.network, at, self.inputs, self.inputs)
        return largest_eigenvalue(kernels)

    def losses(self, parameters: Parameters) -> Tensor:
        """The mean squared errors `[M]` on the training examples."""
        return (self.outputs(parameters, self.inputs) - self.targets).square().mean(1)


@dataclass(frozen=True)
class Descended:
    """Networks at the end of a descent."""

    parameters: Parameters
    losses: Tensor
    """`[M]`: mean squared errors."""
    steps: Tensor
    """`[M]`: the steps after which the loss was at or below the target; −1 where it was not."""


@torch.no_grad()
def descend(problem: Problem, settings: Descent, watch: Watch | None = None) -> Descended:
    """Train every member until its loss is `settings.loss` or less; those that are there rest.

    All is computed on the device of the problem's inputs.

    The one training loop runs in segments. In each, the step size of a member is `settings.rate`
    over the largest eigenvalue of its kernel at the start: descent is stable below 2. Segments
    begin with one step, grow to `settings.refresh` and shrink where that eigenvalue grows, which it
    does by orders of magnitude before a network with a small α has learned anything. Learning
    α (f − f₀) is learning f with the targets f₀ + y / α, whose squared error is smaller by α².
    """
    network, members, examples = problem.network, *problem.targets.shape
    where = problem.inputs.device
    start = network.logits(problem.initial, problem.inputs)[..., 0]
    wanted = start + problem.targets / problem.alphas.unsqueeze(1)
    split = Split(
        problem.inputs.flatten(0, 1),
        RealVectors(torch.zeros(members * examples, 1, dtype=wanted.dtype)),
        torch.arange(members * examples).view(members, examples),
    ).relabelled(wanted.cpu().unsqueeze(2))
    parameters, steps = problem.initial, torch.full((members,), -1, device=where)
    losses, done, length, before = problem.losses(parameters), 0, 1, None
    while True:
        if watch is not None:
            watch(done, parameters, losses)
        steps[(losses <= settings.loss) & (steps < 0)] = done
        going = (steps < 0) & losses.isfinite()
        if done >= settings.steps or not going.any():
            break
        largest = problem.largest_eigenvalues(parameters)
        grown = math.inf if before is None else float((largest / before)[going].max())
        length = max(1, length // 2) if grown > GROWTH else min(2 * length, settings.refresh)
        before = largest
        # The gradient of the mean of squares is 2 / n times that of half their sum.
        rates = settings.rate * examples / (2 * largest.clamp_min(TINY))
        rates = rates.masked_fill(~going, 0.0)
        until = min(done + length, settings.steps)
        ensemble = Ensemble(
            problem.learner,
            parameters,
            split,
            range(members),
            learning_rates=rates.tolist(),
            first_step=done,
            loss=squared_error,
        )
        training = Training(
            optimiser=settings.optimiser, learning_rate=1.0, batch_size=None, steps=until
        )
        parameters = moved(train(ensemble, training, device=where), where)
        losses, done = problem.losses(parameters), until
    return Descended(parameters, losses, steps)


def weight_change(before: Parameters, after: Parameters) -> Tensor:
    """Norms `[M]` of the change of all weights, relative to their norms after it."""

    def squares(each: Parameters) -> Tensor:
        return sum((t.square().flatten(1).sum(1) for t in each.values()), torch.tensor(0.0))

    moved = {name: after[name] - tensor for name, tensor in before.items()}
    return (squares(moved) / squares(after)).sqrt()
