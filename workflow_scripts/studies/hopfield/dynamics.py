"""Asynchronous dynamics, one neuron at a time, of many states in many networks at once."""

from dataclasses import dataclass

import torch
from torch import Tensor

BLOCK = 64
"""Number of neurons whose updates are collected before all other fields are updated at once."""


@dataclass(frozen=True)
class Relaxed:
    """States `[M, T, N]` after the last sweep, sweeps that changed them `[M, T]`, `settled`."""

    states: Tensor
    sweeps: Tensor
    settled: Tensor


def relax(couplings: Tensor, states: Tensor, order: Tensor, sweeps: int) -> Relaxed:
    """Visit neurons one by one in `order` `[N]`, each taking the sign of its field at that moment.

    `couplings` `[M, N, N]` are symmetric with no self-coupling, `states` `[M, T, N]` of ±1. A field
    of zero leaves a neuron unchanged. Trials are independent: within a block of neurons each trial
    jumps from one flipping neuron to the next, all trials at once. A flip updates the fields of the
    block before the next visit, and those of all other neurons after the block, in one product,
    before any of them is visited. With integer couplings every field is exact, and the result
    equals bit for bit that of a plain loop over trials and neurons. Stops when a whole sweep
    changes nothing, or after `sweeps` sweeps.
    """
    couplings = couplings[:, order][:, :, order].contiguous()
    spins = states[..., order].contiguous()
    fields = spins @ couplings
    used = torch.zeros(states.shape[:2], dtype=torch.int64, device=states.device)
    running = torch.ones_like(used, dtype=torch.bool)
    for _ in range(sweeps):
        # Settled trials are skipped; networks with fewer running trials repeat some, harmlessly.
        most = int(running.sum(dim=1).max())
        chosen = running.int().argsort(dim=1, descending=True, stable=True)[:, :most]
        rows = chosen[..., None].expand(-1, -1, spins.shape[2])
        before, now = spins.gather(1, rows), fields.gather(1, rows)
        after = before.clone()
        _sweep(couplings, after, now)
        moved = (after != before).any(dim=2)
        spins.scatter_(1, rows, after)
        fields.scatter_(1, rows, now)
        used.scatter_add_(1, chosen, moved.long())
        running.scatter_(1, chosen, moved)
        if not moved.any():
            break
    settled = torch.empty_like(states)
    settled[..., order] = spins
    return Relaxed(settled, used, ~running)


def _sweep(couplings: Tensor, spins: Tensor, fields: Tensor) -> None:
    """Visit each neuron of `spins` `[M, T, N]` once; change spins and fields in place."""
    for start in range(0, spins.shape[2], BLOCK):
        block = slice(start, start + BLOCK)
        change = _block(couplings[:, block, block], fields[..., block], spins[..., block])
        if change is not None:
            spins[..., block] += change
            fields.baddbmm_(change, couplings[:, block])


def _block(couplings: Tensor, fields: Tensor, spins: Tensor) -> Tensor | None:
    """The changes `[M, T, B]` from visiting the neurons of a block; None if there are none."""
    # Before the first flip the fields are valid: a trial that agrees with all of them is done.
    network, trial = (fields * spins < 0).any(dim=2).nonzero(as_tuple=True)
    if not len(network):
        return None
    start = spins[network, trial]
    spin, field = start.clone(), fields[network, trial]
    place = torch.arange(spins.shape[2], device=spins.device)
    visited = torch.full_like(network, -1)
    going = torch.arange(len(network), device=spins.device)
    while True:
        against = (field[going] * spin[going] < 0) & (place > visited[going, None])
        flips = against.any(dim=1)
        going = going[flips]
        if not len(going):
            break
        neuron = against[flips].int().argmax(dim=1)  # the first of them
        delta = -2 * spin[going, neuron]
        spin[going, neuron] += delta
        visited[going] = neuron
        field[going] += delta[:, None] * couplings[network[going], neuron]
    change = torch.zeros_like(spins)
    change[network, trial] = spin - start
    return change


def energies(couplings: Tensor, states: Tensor, order: Tensor, sweeps: int) -> Tensor:
    """The energy −½ sᵀWs `[1 + updates, T]`, computed anew after every single update.

    `couplings` `[N, N]` need not be symmetric; `states` `[T, N]`. In float64, where sums of
    integers are exact. Visits neurons as `relax` does, but without shortcuts.
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
