"""What a network costs: its parameters, and the multiply-adds of one prediction. Counted."""

import torch
from torch.utils.flop_counter import FlopCounterMode

from workflow_scripts.learning.networks.network import Network


def parameters(network: Network) -> int:
    """The number of parameters."""
    return sum(torch.Size(shape).numel() for shape in network.shapes().values())


@torch.no_grad()
def multiply_adds(network: Network) -> int:
    """Multiplications with an addition that matrix products and convolutions take per example."""
    initial = network.initialise([0])

    def counted(examples: int) -> int:
        with FlopCounterMode(display=False) as counter:
            network.logits(initial, torch.zeros(1, examples, *network.input_shape))
        return counter.get_total_flops()

    # Two counts, because a network may compute something that does not depend on the examples.
    return (counted(4) - counted(2)) // 2 // 2
