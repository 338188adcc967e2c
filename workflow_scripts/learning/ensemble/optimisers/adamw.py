"""AdamW (Loshchilov & Hutter 2019). Imports torch only when it is built."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    import torch

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
        """torch's optimiser of the parameter `groups`."""
        import torch

        return torch.optim.AdamW(groups, lr=rate, betas=self.betas, eps=self.epsilon, fused=True)
