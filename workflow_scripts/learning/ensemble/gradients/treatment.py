"""Changes to the gradients between the loss and the optimiser."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Protocol

from torch import Tensor

from workflow_scripts.learning.networks.network import Loss, Network, Parameters


class Trainees(Protocol):
    """What a treatment may know about the ensemble that is trained."""

    @property
    def network(self) -> Network:
        """The architecture of all members."""

    @property
    def loss(self) -> Loss:
        """The function that is minimised."""

    @property
    def order_seeds(self) -> Sequence[int]:
        """A seed for each member."""

    @property
    def radii(self) -> Sequence[float] | None:
        """A radius for each member, where members have radii of their own."""


class Treatment(ABC):
    """Changes the gradients of every step of one ensemble, separately for each member."""

    @abstractmethod
    def treated(
        self,
        gradients: Parameters,
        parameters: Parameters,
        inputs: Tensor,
        targets: Tensor,
        step: int,
    ) -> Parameters:
        """The gradients `[M, …]` passed to the optimiser instead of `gradients`.

        `gradients` are those of the batch `inputs` `[M, B, *example]` and `targets` at
        `parameters`, zero where weights are pruned; they may be overwritten.
        """
