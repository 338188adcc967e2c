"""Asynchronous dynamics of many states in many networks at once, one neuron after the other."""

from dataclasses import dataclass

import torch
from torch import Tensor

BLOCK = 64
"""Neurons whose updates are gathered before the fields of all others follow in one product."""


@dataclass(frozen=True)
class Relaxed:
    """States `[M, T, N]` after the last sweep, sweeps that changed each `[M, T]`, `settled`."""

    states: Tensor
    sweeps: Tensor
    settled: Tensor


def relax(couplings: Tensor, states: Tensor, order: Tensor, sweeps: int) -> Relaxed:
    """Visit neurons one by one in `order` `[N]`, each taking the sign of its field at that moment.

    `couplings` `[M, N, N]` are symmetric with no self-coupling, `states` `[M, T, N]` of ±1. A field
    of zero leaves a neuron as it is. Every trial of every network sees the same order, so a visit
    is one operation for all; the updates of a block of neurons reach the block's own fields at
    once, as they must, and those of all others after the block, before anybody looks. With
    couplings that are integers every field is exact and the result has the bits of a plain loop
    over trials and neurons. Stops when a whole sweep changes nothing, or after `sweeps`.
    """
    couplings = couplings[:, order][:, :, order].contiguous()
    spins = states[..., order].mT.contiguous()  # a neuron's spins of all trials lie together
    fields = couplings @ spins
    used = torch.zeros(states.shape[:2], dtype=torch.int64, device=states.device)
    running = torch.ones_like(used, dtype=torch.bool)
    for _ in range(sweeps):
        # Settled trials are left out; networks with fewer left repeat some, which does no harm.
        most = int(running.sum(dim=1).max())
        chosen = running.int().argsort(dim=1, descending=True, stable=True)[:, :most]
        rows = chosen[:, None].expand(-1, spins.shape[1], -1)
        before, now = spins.gather(2, rows), fields.gather(2, rows)
        after = before.clone()
        _sweep(couplings, after, now)
        moved = (after != before).any(dim=1)
        spins.scatter_(2, rows, after)
        fields.scatter_(2, rows, now)
        used.scatter_add_(1, chosen, moved.long())
        running.scatter_(1, chosen, moved)
        if not moved.any():
            break
    settled = torch.empty_like(states)
    settled[..., order] = spins.mT
    return Relaxed(settled, used, ~running)


def _sweep(couplings: Tensor, spins: Tensor, fields: Tensor) -> None:
    """Visit each neuron of `spins` `[M, N, T]` once; spins and their fields change in place."""
    size = spins.shape[1]
    for start in range(0, size, BLOCK):
        block = slice(start, min(start + BLOCK, size))
        change = _block(couplings[:, block, block], fields[:, block].clone(), spins[:, block])
        if change is not None:
            # Symmetric couplings: the rows of the block are its columns, and lie together.
            fields.baddbmm_(couplings[:, block].mT, change)


def _block(couplings: Tensor, fields: Tensor, spins: Tensor) -> Tensor | None:
    """Visit the neurons of a block; `spins` changes in place. What changed, or None."""
    change = None
    for neuron in range(spins.shape[1]):
        field, spin = fields[:, neuron], spins[:, neuron]
        against = field * spin < 0
        if not against.any():
            continue
        if change is None:
            change = torch.zeros_like(spins)
        delta = spin * against * -2
        spin += delta
        change[:, neuron] = delta
        later = slice(neuron + 1, None)
        fields[:, later].addcmul_(couplings[:, later, neuron, None], delta[:, None])
    return change


def energies(couplings: Tensor, states: Tensor, order: Tensor, sweeps: int) -> Tensor:
    """The energy −½ sᵀWs `[1 + updates, T]`, computed anew after every single update.

    `couplings` `[N, N]` need not be symmetric; `states` `[T, N]`. In float64, where sums of
    integers are exact. One neuron after the other, as in `relax`, without any shortcut.
    """
    couplings, spins = couplings.double(), states.double().clone()
    found = [_energy(couplings, spins)]
    for _ in range(sweeps):
        for neuron in order.tolist():
            field = spins @ couplings[neuron]
            spins[:, neuron] = torch.where(field == 0, spins[:, neuron], field.sign())
            found.append(_energy(couplings, spins))
    return torch.stack(found)


def _energy(couplings: Tensor, spins: Tensor) -> Tensor:
    return -0.5 * ((spins @ couplings) * spins).sum(dim=1)
