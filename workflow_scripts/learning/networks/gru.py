"""Gated recurrent units (Cho et al. 2014), with the reset after the product, as in torch."""

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.networks.recurrent import (
    Recurrent,
    State,
    Unrolled,
    chrono,
    gates,
    joined,
    tanh_,
)
from workflow_scripts.learning.networks.sequence_shape import SequenceShape


class Gru(Recurrent):
    """n = tanh(in + r·rec), h = (1 − z)·n + z·h; gates r, z, n in that order, as in torch.

    `bias_hidden` is that of rec, the part of n that the reset gate r multiplies.
    """

    def __init__(
        self, shape: SequenceShape, hidden: int, longest: int | None, window: int | None
    ) -> None:
        super().__init__(shape, hidden, window)
        self.longest = longest

    def cell_shapes(self) -> dict[str, tuple[int, ...]]:
        return {
            "weight_input": (self.shape.inputs, 3 * self.hidden),
            "bias": (3 * self.hidden,),
            "weight_hidden": (self.hidden, 3 * self.hidden),
            "bias_hidden": (self.hidden,),
        }

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        drawn = super().initial(name, shape, generator)
        if name == "bias" and self.longest is not None:
            gates(drawn, 3)[1].copy_(chrono(self.hidden, self.longest, generator))
        return drawn

    def arrange(self, parameters: Parameters) -> State:
        given, bias, again, inner = (
            parameters[n] for n in ("weight_input", "bias", "weight_hidden", "bias_hidden")
        )
        both = 2 * self.hidden
        return (
            joined(given[..., :both], bias[..., :both], again[..., :both]),
            joined(given[..., both:], bias[..., both:]),
            joined(inner, again[..., both:]),
        )

    def forwards(self, joint: Tensor, state: State, weights: State) -> tuple[State, State]:
        h, given, places = self.hidden, self.shape.inputs, len(joint) - 1
        _, members, batch, _ = joint.shape
        reset_keep = joint.new_empty(places, members, batch, 2 * h)
        new, again = (joint.new_empty(places, members, batch, h) for _ in range(2))
        for place in range(places):
            here = joint[place]
            torch.bmm(here, weights[0], out=reset_keep[place]).sigmoid_()
            r, z = gates(reset_keep[place], 2)
            torch.bmm(here[..., given:], weights[2], out=again[place])
            n = torch.bmm(here[..., : given + 1], weights[1], out=new[place])
            tanh_(n.addcmul_(r, again[place]))
            joint[place + 1, ..., -h:] = torch.lerp(n, here[..., -h:], z)
        return (joint[-1, ..., -h:].contiguous(),), (reset_keep, new, again)

    def backwards(
        self, unrolled: Unrolled, weights: State, at_places: Tensor | None, at_end: State
    ) -> tuple[Tensor, State, State]:
        joint, (reset_keep, new, again) = unrolled
        h, given = self.hidden, self.shape.inputs
        r, z = gates(reset_keep, 2)
        # What the gradients of h, or for r of n's argument, are multiplied with.
        slopes = torch.empty_like(reset_keep)
        to_r, to_z = gates(slopes, 2)
        torch.ops.aten.sigmoid_backward.grad_input(again, r, grad_input=to_r)
        torch.ops.aten.sigmoid_backward.grad_input(joint[:-1, ..., -h:] - new, z, grad_input=to_z)
        to_n = (1 - new.square()).mul_(1 - z)
        gate_below, new_below, again_below = (weight.transpose(1, 2) for weight in weights)
        gate_own, new_own, again_own = own = tuple(torch.zeros_like(weight) for weight in weights)
        inputs, (dh,) = torch.empty_like(joint[1:, ..., :given]), at_end
        for place in reversed(range(len(new))):
            if at_places is not None:
                dh = dh + at_places[place]
            here = joint[place]
            inner = to_n[place].mul_(dh)
            to_r[place].mul_(inner)
            to_z[place].mul_(dh)
            recurrent = inner * r[place]
            gate_own.baddbmm_(here.transpose(1, 2), slopes[place])
            new_own.baddbmm_(here[..., : given + 1].transpose(1, 2), inner)
            again_own.baddbmm_(here[..., given:].transpose(1, 2), recurrent)
            dx = torch.bmm(slopes[place], gate_below)
            dx[..., : given + 1] += torch.bmm(inner, new_below)
            dx[..., given:] += torch.bmm(recurrent, again_below)
            inputs[place] = dx[..., :given]
            dh = dx[..., given + 1 :].addcmul(dh, z[place])
        return inputs, (dh,), own
