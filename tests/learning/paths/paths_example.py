"""Small networks to join, and examples to train on."""

import itertools

import torch

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.networks.mlp import Mlp

torch.set_num_threads(1)
PAIRS = 3
NET = Mlp([6, 7, 5, 4])
_GENERATOR = torch.Generator().manual_seed(0)
INPUTS = torch.randn(80, 6, generator=_GENERATOR)
LABELS = (INPUTS[:, 0] > 0).long() + 2 * (INPUTS[:, 1] > 0).long()
SPLIT = Split(INPUTS, ClassNumbers(LABELS))


def ends(scale=1.0, dtype=torch.float32):
    """Two networks of each pair, with biases that are not zero."""
    found = []
    for seeds in (range(PAIRS), range(10, 10 + PAIRS)):
        start = NET.initialise(list(seeds))
        noise = torch.Generator().manual_seed(seeds[0])
        found.append(
            {
                n: (scale * (t + 0.1 * torch.randn(t.shape, generator=noise))).to(dtype)
                for n, t in start.items()
            }
        )
    return found


def equal(one, other):
    """Whether two networks are the same to the bit."""
    return one.keys() == other.keys() and all(torch.equal(one[n], other[n]) for n in one)


def distances(path):
    """The distances `[M, P - 1]` between neighbours of a list of networks `[M, …]`."""
    rows = [torch.cat([t.flatten(1) for t in each.values()], 1).double() for each in path]
    return torch.stack([(b - a).norm(dim=1) for a, b in itertools.pairwise(rows)], 1)
