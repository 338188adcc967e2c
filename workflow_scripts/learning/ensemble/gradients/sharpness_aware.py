"""Gradients taken a step away from the weights: sharpness-aware minimisation, and its control."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.gradients.treatment import Treatment
from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.learning.networks.network import Loss, Network, Parameters


class SharpnessAware(Treatment):
    """SAM's second gradient (Foret et al. 2021, algorithm 1), for the members with a radius.

    A member of radius zero trains bit for bit as without SAM. With `random` the weights move the
    same distance, but in a normally distributed direction drawn from the member's own seed.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        radii: Sequence[float],
        seeds: Sequence[int],
        random: bool = False,
    ) -> None:
        self.network, self.loss, self.random = network, loss, random
        self.moved = [member for member, radius in enumerate(radii) if radius > 0]
        self.radii = torch.tensor([radii[member] for member in self.moved])
        self.seeds = [seeds[member] for member in self.moved]

    def treated(
        self,
        gradients: Parameters,
        parameters: Parameters,
        inputs: Tensor,
        targets: Tensor,
        step: int,
    ) -> Parameters:
        if not self.moved:
            return gradients
        along = {name: gradient[self.moved] for name, gradient in gradients.items()}
        if self.random:
            along = self._random(along, step)
        squares = [g.flatten(1).square().sum(1, dtype=torch.float64) for g in along.values()]
        length = torch.stack(squares).sum(0).sqrt().clamp_min(1e-30)
        stride = (self.radii.to(length) / length).to(next(iter(along.values())))
        there = {
            name: parameters[name][self.moved] + stride.view(-1, *[1] * (g.dim() - 1)) * g
            for name, g in along.items()
        }
        _, found = self.network.losses_and_gradients(
            there, inputs[self.moved], targets[self.moved], self.loss
        )
        for name, gradient in found.items():
            gradients[name][self.moved] = gradient
        return gradients

    def _random(self, like: Parameters, step: int) -> Parameters:
        streams = [generator(seed, "perturbation", step) for seed in self.seeds]
        return {
            # Weights that stay pruned have no gradient and do not move.
            name: torch.stack([torch.randn(g.shape[1:], generator=s) for s in streams]).to(g)
            * (g != 0)
            for name, g in like.items()
        }
