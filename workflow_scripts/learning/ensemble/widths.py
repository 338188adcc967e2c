"""Networks of several widths as members of one ensemble: narrow ones in the corner of wide ones."""

from collections.abc import Sequence

import torch

from workflow_scripts.learning.networks.network import Network, Parameters


def embedded(
    narrow: Sequence[Network], seeds: Sequence[int], wide: Network
) -> tuple[Parameters, Parameters]:
    """Initial parameters `[M, …]` of `wide`, and masks, such that each member is a narrow network.

    Member i is initialised as `narrow[i]` alone would be from `seeds[i]`, and lies in the leading
    block of each of the wide network's arrays. All else is zero and masked: units that feed
    nothing, are fed nothing and stay so, in any network whose units are numbered along axes.
    ValueError for a network that is not of the wide one's parameters or does not fit into it.
    """
    shapes = wide.shapes()
    parameters = {name: torch.zeros(len(narrow), *shape) for name, shape in shapes.items()}
    masks = {name: torch.zeros_like(tensor) for name, tensor in parameters.items()}
    for member, (network, seed) in enumerate(zip(narrow, seeds, strict=True)):
        initial = network.initialise([seed])
        if set(initial) != set(shapes):
            raise ValueError("the narrow and the wide network have different parameters")
        for name, tensor in initial.items():
            block = corner(tuple(tensor.shape[1:]), shapes[name], name)
            parameters[name][member][block] = tensor[0]
            masks[name][member][block] = 1
    return parameters, masks


def corner(shape: Sequence[int], within: Sequence[int], name: str) -> tuple[slice, ...]:
    """Where an array of `shape` lies in one of the shape `within`; ValueError if it does not."""
    if len(shape) != len(within) or any(n > w for n, w in zip(shape, within, strict=True)):
        raise ValueError(f"{name} of shape {tuple(shape)} does not fit into {tuple(within)}")
    return tuple(slice(size) for size in shape)
