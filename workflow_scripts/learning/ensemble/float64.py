"""Losses in double precision."""

from torch import Tensor

from workflow_scripts.learning.networks.network import Loss


def in_float64(loss: Loss) -> Loss:
    """`loss` of the outputs in float64; the gradient of the outputs is rounded to their type.

    In float32 the softmax rounds 1 − p to zero from a margin of 17 on, and every gradient with it
    (Prieto et al. 2025, section 3).
    """

    def precise(outputs: Tensor, targets: Tensor) -> Tensor:
        return loss(outputs.double(), targets)

    return precise
