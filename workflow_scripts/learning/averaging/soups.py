"""Model soups: averages of the weights of copies that were fine-tuned from one network.

Wortsman et al. 2022. The soups of A ancestors are made at once; copies are `[A · C, …]`, where
the C copies of one ancestor are adjacent.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Parameters


def uniform(copies: Parameters, number: int) -> Parameters:
    """The mean `[A, …]` of each ancestor's `number` copies."""
    return mean_of(copies, torch.ones(_ancestors(copies, number), number, dtype=torch.bool))


def greedy(
    copies: Parameters, scores: Tensor, score: Callable[[Parameters], Tensor]
) -> tuple[Parameters, Tensor]:
    """The greedy soups `[A, …]`, and which copies `[A, C]` are in each (recipe 1 of the paper).

    `scores` `[A, C]` are those of the copies on held-out data, higher being better; `score` returns
    the scores `[A]` of given networks. Copies are tried from best to worst; a copy is kept if the
    soup does not get worse. A copy without a score (NaN, because it diverged) is tried last.
    """
    order = scores.nan_to_num(nan=-torch.inf).argsort(dim=1, descending=True, stable=True)
    chosen = torch.zeros(scores.shape, dtype=torch.bool)
    chosen.scatter_(1, order[:, :1], True)
    best = scores.gather(1, order[:, :1]).squeeze(1)
    for rank in range(1, scores.shape[1]):
        tried = chosen.scatter(1, order[:, rank : rank + 1], True)
        found = score(mean_of(copies, tried))
        kept = found >= best
        chosen = torch.where(kept.unsqueeze(1), tried, chosen)
        best = torch.where(kept, found, best)
    return mean_of(copies, chosen), chosen


def mean_of(copies: Parameters, chosen: Tensor) -> Parameters:
    """The mean `[A, …]` of the copies `chosen` `[A, C]`; a single copy is returned bit for bit."""
    shares = chosen.double() / chosen.sum(1, keepdim=True)
    found = {}
    for name, tensor in copies.items():
        stacked = tensor.view(*chosen.shape, *tensor.shape[1:]).double()
        left_out = ~chosen.to(tensor.device).view(*chosen.shape, *[1] * (tensor.dim() - 1))
        stacked = stacked.masked_fill(left_out, 0)  # it may not be finite
        total = torch.einsum("ac,ac...->a...", shares.to(tensor.device), stacked)
        found[name] = total.to(tensor.dtype)
    return found


def _ancestors(copies: Parameters, number: int) -> int:
    return next(iter(copies.values())).shape[0] // number
