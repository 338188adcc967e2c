"""AdamW (Loshchilov & Hutter 2019). Imports torch only when it is built."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    import torch

ROUGH = 1e-16
"""The smallest ε for which second moments that are flushed to zero make no difference."""
SCALE = 2.0**40
"""By what gradients and ε are multiplied if ε is smaller, which changes no step."""

Share = Annotated[float, Field(ge=0, lt=1)]


class AdamW(Settings):
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019)."""

    kind: Literal["adamw"]
    """As Adam, but weight decay shrinks the weights directly."""
    betas: tuple[Share, Share] = (0.9, 0.999)
    """Decay rates, per step, of the first and the second moment."""
    epsilon: float = Field(default=1e-8, gt=0)
    """Added to the square root of the second moment, by which the first moment is divided."""

    def build(self, groups: list[dict[str, Any]], rate: float) -> "torch.optim.Optimizer":
        """torch's optimiser of the parameter `groups`.

        The square of a gradient below 1e-18 is flushed to zero, so that only ε would divide the
        first moment, and a tiny ε would make the step enormous. Larger gradients have no such
        squares, and the ratio is the same.
        """
        import torch

        scale = SCALE if self.epsilon < ROUGH else 1.0
        optimiser = torch.optim.AdamW(
            groups, lr=rate, betas=self.betas, eps=self.epsilon * scale, fused=True
        )
        if scale != 1:
            device = groups[0]["params"][0].device
            # It divides the gradients; torch reads it only if it is there.
            optimiser.grad_scale = torch.tensor(1 / scale, device=device)  # type: ignore[attr-defined]
        return optimiser
