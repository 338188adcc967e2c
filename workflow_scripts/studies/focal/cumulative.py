"""How the loss of a detector is spread over places, from the easiest to the hardest."""

import torch
from torch import Tensor


def cumulative(losses: Tensor, points: int) -> Tensor:
    """The share `[points]` of the total that the smallest of ascending losses `[D]` make up.

    At `points` evenly spaced shares of the places, from 0 to 1: the curves of Lin et al. 2017,
    Fig. 4. NaN if there is no loss at all.
    """
    summed = torch.cat([losses.new_zeros(1).double(), losses.double().cumsum(0)])
    at = torch.linspace(0, len(losses), points, dtype=torch.float64).round().long()
    return summed[at] / summed[-1]
