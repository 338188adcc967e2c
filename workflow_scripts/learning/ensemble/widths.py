"""Networks of several widths in one ensemble: narrow ones are blocks of wide, masked ones."""

from collections.abc import Sequence

import torch

from workflow_scripts.learning.networks.network import Network, Parameters


def embedded(
    narrow: Sequence[Network], seeds: Sequence[int], wide: Network
) -> tuple[Parameters, Parameters]:
    """Initial parameters `[M, …]` of `wide`, and masks, such that each member is a narrow network.

    Member i is initialised as `narrow[i]` alone would be from `seeds[i]`, and lies in the leading
    block of each array of the wide network. All other entries are zero and masked, so the other
    units have no inputs and no outputs. This works for any network whose units are indexed along
    axes. ValueError for a network with other parameters than the wide one or too large for it.
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
    """The slices of an array `within` that hold one of `shape`; ValueError if it does not fit."""
    if len(shape) != len(within) or any(n > w for n, w in zip(shape, within, strict=True)):
        raise ValueError(f"{name} of shape {tuple(shape)} does not fit into {tuple(within)}")
    return tuple(slice(size) for size in shape)
