"""The plain recurrent layer (Elman 1990)."""

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.networks.recurrent import (
    Recurrent,
    State,
    Unrolled,
    joined,
    orthogonal,
    tanh_,
)
from workflow_scripts.learning.networks.rnn_settings import Activation, Start
from workflow_scripts.learning.networks.sequence_shape import SequenceShape


class Rnn(Recurrent):
    """h = φ(x·weight_input + bias + h·weight_hidden), with φ tanh, ReLU or nothing."""

    def __init__(
        self,
        shape: SequenceShape,
        hidden: int,
        activation: Activation,
        start: Start,
        scale: float,
        window: int | None,
    ) -> None:
        super().__init__(shape, hidden, window)
        self.activation, self.start, self.scale = activation, start, scale

    def cell_shapes(self) -> dict[str, tuple[int, ...]]:
        return {
            "weight_input": (self.shape.inputs, self.hidden),
            "bias": (self.hidden,),
            "weight_hidden": (self.hidden, self.hidden),
        }

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        drawn = super().initial(name, shape, generator)
        if name == "bias" and self.start != "uniform":
            return torch.zeros(shape)
        if name != "weight_hidden":
            return drawn
        if self.start == "identity":
            return self.scale * torch.eye(self.hidden)
        if self.start == "orthogonal":
            return self.scale * orthogonal(self.hidden, generator)
        if self.start == "radius":
            radius = torch.linalg.eigvals(drawn.double()).abs().max()
            return (self.scale * drawn.double() / radius).float()
        return self.scale * drawn

    def arrange(self, parameters: Parameters) -> State:
        names = ("weight_input", "bias", "weight_hidden")
        return (joined(*(parameters[name] for name in names)),)

    def forwards(self, joint: Tensor, state: State, weights: State) -> tuple[State, State]:
        h = self.hidden
        for place in range(len(joint) - 1):
            z = torch.bmm(joint[place], weights[0])
            if self.activation == "tanh":
                tanh_(z)
            elif self.activation == "relu":
                z.relu_()
            joint[place + 1, ..., -h:] = z
        return (joint[-1, ..., -h:].contiguous(),), ()

    def backwards(
        self, unrolled: Unrolled, weights: State, at_places: Tensor | None, at_end: State
    ) -> tuple[Tensor, State, State]:
        joint, given = unrolled.joint, self.shape.inputs
        after = joint[1:, ..., given + 1 :]
        if self.activation == "tanh":
            slopes = 1 - after.square()
        else:
            slopes = (
                torch.ones_like(after) if self.activation == "linear" else (after > 0).to(joint)
            )
        below = weights[0].transpose(1, 2)
        inputs, own, (dh,) = (
            torch.empty_like(joint[1:, ..., :given]),
            torch.zeros_like(weights[0]),
            at_end,
        )
        for place in reversed(range(len(slopes))):
            if at_places is not None:
                dh = dh + at_places[place]
            delta = slopes[place].mul_(dh)
            own.baddbmm_(joint[place].transpose(1, 2), delta)
            dx = torch.bmm(delta, below)
            inputs[place] = dx[..., :given]
            dh = dx[..., given + 1 :]
        return inputs, (dh,), (own,)
