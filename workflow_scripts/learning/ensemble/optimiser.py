"""The optimiser of an ensemble: an optimiser of torch over stacked parameters."""

import inspect
import itertools
from collections.abc import Sequence

import torch
from torch.optim import Optimizer

from workflow_scripts.learning.ensemble.settings import Training, rate_factor
from workflow_scripts.learning.networks.network import Parameters

VECTOR = 16
"""Floats in the widest SIMD register of any processor (AVX-512); those in use have 8 or 4."""


class Optimiser:
    """A fused optimiser of torch over stacked parameters, with each member's rate and decay.

    Adjacent members with equal settings share a parameter group, so that an ensemble of seeds
    costs one fused call per step. The parameters live in `self.parameters`, views `[M, *shape]` of
    rows padded to whole SIMD vectors: a vector's last, scalar elements round differently, and a
    member's bits must not depend on its position in the ensemble.
    """

    def __init__(
        self,
        training: Training,
        initial: Parameters,
        learning_rates: Sequence[float],
        weight_decays: Sequence[float],
    ) -> None:
        self.training = training
        self._rows = {name: _padded(tensor) for name, tensor in initial.items()}
        self.parameters: Parameters = {
            name: row[:, : initial[name][0].numel()].view(initial[name].shape)
            for name, row in self._rows.items()
        }
        self._gradients = {
            name: torch.zeros_like(row)
            for name, row in self._rows.items()
            if row.numel() != initial[name].numel()
        }
        groups = []
        self._rates: list[float] = []
        self._slices: list[tuple[int, int]] = []
        for start, stop in _runs(list(zip(learning_rates, weight_decays, strict=True))):
            rows = [row[start:stop] for row in self._rows.values()]
            groups.append({"params": rows, "weight_decay": weight_decays[start]})
            self._rates.append(learning_rates[start])
            self._slices.append((start, stop))
        _never_compiled()
        self._torch = training.optimiser.build(groups, training.learning_rate)
        self._step = inspect.unwrap(type(self._torch).step)

    def step(self, gradients: Parameters, step: int) -> None:
        """Update `self.parameters` in place with the rate of `step`."""
        rows = {name: self._gradient_row(name, gradients[name]) for name in self._rows}
        factor = rate_factor(self.training, step)
        for group, rate, (start, stop) in zip(
            self._torch.param_groups, self._rates, self._slices, strict=True
        ):
            group["lr"] = rate * factor
            for row, name in zip(group["params"], rows, strict=True):
                row.grad = rows[name][start:stop]
        with torch.no_grad():
            self._step(self._torch)

    def _gradient_row(self, name: str, gradient: torch.Tensor) -> torch.Tensor:
        flat = gradient.reshape(len(gradient), -1)
        if name not in self._gradients:
            return flat
        self._gradients[name][:, : flat.shape[1]] = flat
        return self._gradients[name]

    def state(self) -> dict[str, torch.Tensor]:
        """The moments and counters, named by parameter number."""
        return {
            f"{number}.{key}": value
            for number, entries in self._torch.state_dict()["state"].items()
            for key, value in entries.items()
            if value is not None
        }

    def restore(self, state: dict[str, torch.Tensor]) -> None:
        """Restore what `state()` returned."""
        entries: dict[int, dict[str, torch.Tensor]] = {}
        for name, value in state.items():
            number, key = name.split(".", 1)
            entries.setdefault(int(number), {})[key] = value
        groups = self._torch.state_dict()["param_groups"]
        self._torch.load_state_dict({"state": entries, "param_groups": groups})


def _never_compiled() -> None:
    """Let torch's optimisers do without torch._dynamo, whose import takes a second of each job.

    They import it only to keep themselves out of compiled programs, of which we have none: `step`
    in a wrapper that we unwrap, the other methods unless they are marked as done, as here.
    """
    for method in (Optimizer.add_param_group, Optimizer.state_dict, Optimizer.load_state_dict):
        plain = inspect.unwrap(method)
        plain.__dict__.setdefault("__dynamo_disable", plain)


def _padded(tensor: torch.Tensor) -> torch.Tensor:
    """A copy `[M, width]` of `[M, *shape]`, each row padded with zeros to whole vectors."""
    flat = tensor.reshape(len(tensor), -1)
    width = -(-flat.shape[1] // VECTOR) * VECTOR
    return torch.cat([flat, flat.new_zeros(len(flat), width - flat.shape[1])], dim=1)


def _runs(keys: list[tuple[float, float]]) -> list[tuple[int, int]]:
    """Start and stop of each run of equal consecutive keys."""
    edges = [0, *(i for i in range(1, len(keys)) if keys[i] != keys[i - 1]), len(keys)]
    return list(itertools.pairwise(edges))
