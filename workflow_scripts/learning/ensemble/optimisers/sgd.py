"""Stochastic gradient descent. Imports torch only when it is built."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    import torch


class Sgd(Settings):
    """Stochastic gradient descent; weight decay is added to the gradient (L2)."""

    kind: Literal["sgd"]
    """Gradient descent on mini-batches."""
    momentum: float = Field(default=0.0, ge=0, lt=1)
    """Share of the previous update that is added to the next one; 0 for none."""

    def build(self, groups: list[dict[str, Any]], rate: float) -> "torch.optim.Optimizer":
        """torch's optimiser of the parameter `groups`."""
        import torch

        return torch.optim.SGD(groups, lr=rate, momentum=self.momentum, fused=True)
