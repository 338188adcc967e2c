"""Definitions of the sharpness of a minimum from the literature, one number per member."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.curvature.ascent import worst_increase
from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.curvature.vectors import normal_rows
from workflow_scripts.learning.networks.network import Parameters


def box_sharpness(
    objective: Objective, parameters: Parameters, epsilon: float = 1e-3, steps: int = 10
) -> Tensor:
    """Keskar et al. 2017, metric 2.1 in the full space, `[M]` in percent.

    100 · (max L − L) / (1 + L) over the box |z| ≤ ε (|w| + 1). The paper maximises with ten
    iterations of L-BFGS-B; a test compares the two.
    """
    scale = objective.weights(parameters).abs() + 1
    before, increase = worst_increase(objective, parameters, epsilon, "box", scale, steps)
    return 100 * increase / (1 + before)


def sam_sharpness(
    objective: Objective, parameters: Parameters, radius: float = 0.05, steps: int = 1
) -> Tensor:
    """max L(w + δ) − L(w) over ‖δ‖ ≤ ρ, `[M]` in the unit of the loss (Foret et al. 2021, eq. 1).

    One step is the approximation used by SAM in training; more steps come closer to the maximum.
    """
    return worst_increase(objective, parameters, radius, "two", steps=steps)[1]


def adaptive_sharpness(
    objective: Objective, parameters: Parameters, radius: float = 0.05, steps: int = 10
) -> Tensor:
    """max L(w + |w| ⊙ u) − L(w) over ‖u‖ ≤ ρ, `[M]` in the loss' unit (Kwon et al. 2021, eq. 3).

    Invariant under rescaling of the layers of a ReLU network.
    """
    scale = objective.weights(parameters).abs()
    return worst_increase(objective, parameters, radius, "two", scale, steps)[1]


@torch.no_grad()
def noise_increase(
    objective: Objective,
    parameters: Parameters,
    deviation: float,
    seeds: Sequence[int],
    draws: int = 10,
    scale: Tensor | None = None,
) -> Tensor:
    """Mean increase of the loss `[M]` under normal noise of `deviation`·s on the weights.

    `scale` s `[M, P]` is |w| by default (average-case adaptive sharpness, Andriushchenko et al.
    2023, eq. 1): noise of the same size relative to each weight. Antithetic pairs: every draw is
    also used with the opposite sign, which removes the linear term from the mean.
    """
    weights = objective.weights(parameters)
    scale = weights.abs() if scale is None else scale
    total = torch.zeros(len(weights), dtype=torch.float64, device=weights.device)
    for draw in range(draws):
        noise = deviation * scale * normal_rows(seeds, weights, "weight noise", draw)
        for sign in (1, -1):
            total += objective.losses(objective.at(weights + sign * noise, parameters)).double()
    return total / (2 * draws) - objective.losses(parameters).double()
