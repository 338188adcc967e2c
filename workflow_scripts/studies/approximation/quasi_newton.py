"""L-BFGS in float64 (SciPy's), one network after the other: the rival of the training loop."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import minimize
from torch import Tensor

from workflow_scripts.learning.ensemble.target_losses import squared_error
from workflow_scripts.learning.networks.network import Network, Parameters


@dataclass(frozen=True)
class Minimum:
    """Where L-BFGS ended: parameters `[1, …]` in float64."""

    parameters: Parameters
    loss: float
    iterations: int
    converged: bool
    """Whether it ended by itself, not at the limit of iterations."""


def minimise(
    network: Network,
    start: Parameters,
    inputs: Tensor,
    targets: Tensor,
    iterations: int,
    memory: int,
) -> Minimum:
    """Minimise the mean squared error of one network on all examples, from `start` `[1, …]`.

    Inputs `[N, *example]` and targets `[N, *target]` are float64. It ends when SciPy finds neither
    a descent nor a gradient in float64, or after `iterations`.
    """
    shapes = {name: tensor.shape for name, tensor in start.items()}
    sizes = [tensor.numel() for tensor in start.values()]

    def parameters(flat: np.ndarray) -> Parameters:
        parts = torch.from_numpy(np.array(flat, dtype=np.float64)).split(sizes)
        named = zip(shapes.items(), parts, strict=True)
        return {name: part.view(shape) for (name, shape), part in named}

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        losses, gradients = network.losses_and_gradients(
            parameters(flat), inputs.unsqueeze(0), targets.unsqueeze(0), squared_error
        )
        return losses.item(), np.concatenate([gradients[n].reshape(-1).numpy() for n in shapes])

    found = minimize(
        loss,
        np.concatenate([tensor.double().reshape(-1).numpy() for tensor in start.values()]),
        jac=True,
        method="L-BFGS-B",
        options={
            "maxiter": iterations,
            "maxfun": 10 * iterations,
            "maxcor": memory,
            "ftol": 0.0,
            "gtol": 0.0,
        },
    )
    return Minimum(parameters(found.x), float(found.fun), int(found.nit), found.nit < iterations)
