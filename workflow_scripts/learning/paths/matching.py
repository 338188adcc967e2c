"""Weight matching: permute the hidden units of one network to bring it closest to another."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from workflow_scripts.learning.networks.mlp import Mlp

Arrays = Mapping[str, np.ndarray]
Group = Sequence[tuple[str, int]]
"""Arrays that share hidden units, each with the axis that indexes the units."""


def hidden_units(network: Mlp) -> list[Group]:
    """For each hidden layer the arrays that its units index: its own and the next layer's."""
    return [
        ((f"weight{layer}", 1), (f"bias{layer}", 0), (f"weight{layer + 1}", 0))
        for layer in range(network.layers - 1)
    ]


def permuted(arrays: Arrays, groups: Sequence[Group], orders: Sequence[np.ndarray]) -> Arrays:
    """One network with the units of each group in another order: the same function.

    Unit i of the result is unit `order[i]` of `arrays`.
    """
    found = dict(arrays)
    for group, order in zip(groups, orders, strict=True):
        for name, axis in group:
            found[name] = np.take(found[name], order, axis=axis)
    return found


def random_orders(
    arrays: Arrays, groups: Sequence[Group], generator: np.random.Generator
) -> list[np.ndarray]:
    """A random order of the units of each group."""
    return [generator.permutation(_size(arrays, group)) for group in groups]


def match(
    first: Arrays, second: Arrays, groups: Sequence[Group], generator: np.random.Generator
) -> list[np.ndarray]:
    """Orders of the units of `second` that bring its weights near those of `first`.

    Coordinate descent over the groups in random order: each is a linear assignment, solved
    exactly, that maximises the inner product of the weights of the two networks given the other
    orders; it ends when a round changes nothing. Ainsworth, Hayase & Srinivasa 2023, algorithm 1.
    """
    first = {name: array.astype(np.float64) for name, array in first.items()}
    second = {name: array.astype(np.float64) for name, array in second.items()}
    orders = [np.arange(_size(first, group)) for group in groups]
    changed = True
    while changed:
        changed = False
        for chosen in generator.permutation(len(groups)):
            # Apply the orders of all other groups, but not that of this one.
            others = [
                np.arange(len(order)) if at == chosen else order for at, order in enumerate(orders)
            ]
            moved = permuted(second, groups, others)
            gain = sum(
                _flat(first[name], axis) @ _flat(moved[name], axis).T
                for name, axis in groups[chosen]
            )
            _, order = linear_sum_assignment(gain, maximize=True)
            now = gain[np.arange(len(order)), orders[chosen]].sum()
            then = gain[np.arange(len(order)), order].sum()
            if then > now + 1e-12 * abs(now):
                orders[chosen], changed = order, True
    return orders


def _flat(array: np.ndarray, axis: int) -> np.ndarray:
    return np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1)


def _size(arrays: Arrays, group: Group) -> int:
    name, axis = group[0]
    return arrays[name].shape[axis]
