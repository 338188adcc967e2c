"""Long short-term memory (Hochreiter & Schmidhuber 1997; forget gates of Gers et al. 2000)."""

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


class Lstm(Recurrent):
    """c = f·c + i·g, h = o·tanh(c); gates i, f, g, o in that order, as in torch, with one bias."""

    carried = 2

    def __init__(
        self,
        shape: SequenceShape,
        hidden: int,
        forget_bias: float | None,
        longest: int | None,
        window: int | None,
    ) -> None:
        super().__init__(shape, hidden, window)
        self.forget_bias, self.longest = forget_bias, longest

    def cell_shapes(self) -> dict[str, tuple[int, ...]]:
        wide = 4 * self.hidden
        return {
            "weight_input": (self.shape.inputs, wide),
            "bias": (wide,),
            "weight_hidden": (self.hidden, wide),
        }

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        drawn = super().initial(name, shape, generator)
        if name != "bias":
            return drawn
        entering, kept, *_ = gates(drawn, 4)
        if self.longest is not None:
            kept.copy_(chrono(self.hidden, self.longest, generator))
            entering.copy_(-kept)
        elif self.forget_bias is not None:
            kept.fill_(self.forget_bias)
        return drawn

    def arrange(self, parameters: Parameters) -> State:
        names = ("weight_input", "bias", "weight_hidden")
        return (joined(*(parameters[name] for name in names)),)

    def forwards(self, joint: Tensor, state: State, weights: State) -> tuple[State, State]:
        h, places = self.hidden, len(joint) - 1
        _, members, batch, _ = joint.shape
        acts = joint.new_empty(places, members, batch, 4 * h)
        cells = joint.new_empty(places + 1, members, batch, h)
        squashed = joint.new_empty(places, members, batch, h)
        cells[0] = state[1]
        for place in range(places):
            z = acts[place]
            torch.bmm(joint[place], weights[0], out=z)
            i, f, g, o = gates(z, 4)
            z[..., : 2 * h].sigmoid_()
            o.sigmoid_()
            tanh_(g)
            cell = torch.mul(f, cells[place], out=cells[place + 1]).addcmul_(i, g)
            tanh = tanh_(squashed[place].copy_(cell))
            torch.mul(o, tanh, out=joint[place + 1, ..., -h:])
        return (joint[-1, ..., -h:].contiguous(), cells[-1].clone()), (acts, cells, squashed)

    def backwards(
        self, unrolled: Unrolled, weights: State, at_places: Tensor | None, at_end: State
    ) -> tuple[Tensor, State, State]:
        joint, (acts, cells, squashed) = unrolled
        h, given = self.hidden, self.shape.inputs
        places, members, batch, _ = acts.shape
        i, f, g, o = gates(acts, 4)
        # What the gradients of h and c are multiplied with, for all places at once.
        of_cell = (1 - squashed.square()).mul_(o)
        slopes = torch.empty_like(acts)
        to_i, to_f, to_g, to_o = gates(slopes, 4)
        torch.ops.aten.sigmoid_backward.grad_input(g, i, grad_input=to_i)
        torch.ops.aten.sigmoid_backward.grad_input(cells[:-1], f, grad_input=to_f)
        torch.ops.aten.tanh_backward.grad_input(i, g, grad_input=to_g)
        torch.ops.aten.sigmoid_backward.grad_input(squashed, o, grad_input=to_o)
        below = weights[0].transpose(1, 2)
        dh, dc = at_end[0], at_end[1].clone()
        inputs = joint.new_empty(places, members, batch, given)
        own = torch.zeros_like(weights[0])
        by_gate = slopes.view(places, members, batch, 4, h)
        for place in reversed(range(places)):
            if at_places is not None:
                dh = dh + at_places[place]
            dc.addcmul_(dh, of_cell[place])
            delta = slopes[place]
            by_gate[place, ..., :3, :].mul_(dc.unsqueeze(2))
            to_o[place].mul_(dh)
            own.baddbmm_(joint[place].transpose(1, 2), delta)
            dx = torch.bmm(delta, below)
            inputs[place] = dx[..., :given]
            dh = dx[..., given + 1 :]
            dc.mul_(f[place])
        return inputs, (dh, dc), (own,)
