"""What may be done to gradients between the loss and the optimiser."""

from abc import ABC, abstractmethod

from torch import Tensor

from workflow_scripts.learning.networks.network import Parameters


class Treatment(ABC):
    """Changes the gradients of each step, for one ensemble; each member by itself."""

    @abstractmethod
    def treated(
        self,
        gradients: Parameters,
        parameters: Parameters,
        inputs: Tensor,
        targets: Tensor,
        step: int,
    ) -> Parameters:
        """The gradients `[M, …]` that the optimiser is given in the place of `gradients`.

        `gradients` are those of the batch `inputs` `[M, B, *example]` and `targets` at
        `parameters`, zero where weights are pruned; they may be overwritten.
        """
