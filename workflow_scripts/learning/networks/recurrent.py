"""Recurrent networks of any cell, unrolled in segments; truncation is a cut between segments."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from workflow_scripts.learning.networks.network import Network, Parameters, members_of
from workflow_scripts.learning.networks.sequence_shape import SequenceShape

SEGMENT = 25
"""Places that are unrolled at a time: the arrays of a segment stay in the cache."""

State = tuple[Tensor, ...]
"""Hidden state `[M, B, h]`, and what else the cell carries, of the same shape."""


class Unrolled(NamedTuple):
    """A segment of n places, as the backward pass needs it; the leading axis is the place."""

    joint: Tensor
    """`[n + 1, M, B, V + 1 + h]`: input, a one and the state before each place, and after all."""
    kept: State
    """Whatever else the cell keeps."""


class Recurrent(Network):
    """One recurrent layer read by a linear layer, at the last place or at every one.

    Inputs are `[T]` numbers of symbols or `[T, V]` floats, for any T. Each cell has its recursion
    forwards and backwards; a test compares the gradients with autograd's and with torch's modules.

    With a `window`, gradients do not pass the borders of windows, counted from the end of the
    sequence; the state does. What lies before the window of the only output is read without being
    recorded, which gives the same bits and holds nothing for the backward pass.
    """

    carried = 1
    """Number of tensors in the state."""

    def __init__(self, shape: SequenceShape, hidden: int, window: int | None) -> None:
        self.shape, self.hidden, self.window = shape, hidden, window

    @abstractmethod
    def arrange(self, parameters: Parameters) -> State:
        """The weights as the recursion uses them, made of `parameters` by differentiable means."""

    @abstractmethod
    def forwards(self, joint: Tensor, state: State, weights: State) -> tuple[State, State]:
        """Unroll a segment: fill in the states of `joint`; the state at its end, and what is kept.

        The inputs and ones of `joint` are there already, and so is the first hidden state.
        """

    @abstractmethod
    def backwards(
        self, unrolled: Unrolled, weights: State, at_places: Tensor | None, at_end: State
    ) -> tuple[Tensor, State, State]:
        """Gradients of the inputs `[n, M, B, V]`, of the first state and of the weights.

        `at_places` `[n, M, B, h]` are the gradients of the hidden state after each place, and
        `at_end` those of the state at the end.
        """

    @property
    def input_shape(self) -> tuple[int, ...]:
        return self.shape.example

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return self.cell_shapes() | {
            "weight_output": (self.hidden, self.shape.outputs),
            "bias_output": (self.shape.outputs,),
        }

    @abstractmethod
    def cell_shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each parameter of the recurrent layer."""

    def prunable(self) -> list[str]:
        return [name for name in self.shapes() if name.startswith("weight")]

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        """Uniform between ± 1/√h, as torch's layers of h units have it."""
        return (2 * torch.rand(shape, generator=generator) - 1) / self.hidden**0.5

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        bias, weight = parameters["bias_output"].unsqueeze(1), parameters["weight_output"]
        seen = self.features(parameters, inputs)
        if not self.shape.everywhere:
            return torch.baddbmm(bias, seen, weight)
        places, members, batch, hidden = seen.shape
        rows = seen.permute(1, 2, 0, 3).reshape(members, batch * places, hidden)
        return torch.baddbmm(bias, rows, weight).view(members, batch, places, -1)

    def features(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        """The hidden state `[M, B, h]` after the last place, or `[T, M, B, h]` after each one."""
        members, weights = members_of(parameters), self.arrange(parameters)
        axis = -2 if inputs.is_floating_point() else -1  # of places
        places, batch = inputs.shape[axis], inputs.shape[axis - 1]
        state = tuple(
            weights[0].new_zeros(members, batch, self.hidden) for _ in range(self.carried)
        )
        seen = []
        for start, stop, recorded, cut in self._segments(places):
            if cut:
                state = tuple(each.detach() for each in state)
            part = inputs.narrow(axis, start, stop - start)
            read = as_vectors(part, members, self.shape.inputs, weights[0])
            if recorded:
                after, *later = _Segment.apply(  # type: ignore[no-untyped-call]
                    self, read, *state, *weights
                )
                state = tuple(later)
            else:
                with torch.no_grad():
                    joint, state, _ = self.unroll(read, state, weights)
                after = joint[1:, ..., -self.hidden :]
            if self.shape.everywhere:
                seen.append(after)
        return torch.cat(seen) if self.shape.everywhere else state[0]

    def _segments(self, places: int) -> Iterator[tuple[int, int, bool, bool]]:
        """Start, stop, whether it is recorded, and whether gradients stop at its start."""
        window = self.window or places
        first = places - window * -(-places // window)  # of the first window; it may be cut short
        for begin in range(first, places, window):
            recorded = torch.is_grad_enabled() and (
                self.shape.everywhere or begin + window == places
            )
            for start in range(max(begin, 0), begin + window, SEGMENT):
                yield start, min(start + SEGMENT, begin + window), recorded, start == begin

    def unroll(self, inputs: Tensor, state: State, weights: State) -> tuple[Tensor, State, State]:
        """Unroll a segment of inputs `[n, M, B, V]`: its joint array, the state after, the rest."""
        places, members, batch, given = inputs.shape
        joint = inputs.new_empty(places + 1, members, batch, given + 1 + self.hidden)
        joint[:-1, ..., :given] = inputs
        joint[..., given] = 1
        joint[0, ..., given + 1 :] = state[0]
        after, kept = self.forwards(joint, state, weights)
        return joint, after, kept


class _Segment(torch.autograd.Function):
    """A segment with the cell's own backward pass; `at_places` is empty if nothing reads it."""

    @staticmethod
    def forward(ctx: Any, network: Recurrent, inputs: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        state, weights = rest[: network.carried], rest[network.carried :]
        joint, after, kept = network.unroll(inputs, state, weights)
        ctx.network, ctx.count = network, len(weights)
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(*weights, joint, *kept)
        everywhere = network.shape.everywhere
        at_places = joint[1:, ..., -network.hidden :].clone() if everywhere else joint.new_empty(0)
        return at_places, *after

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Any, ...]:
        network: Recurrent = ctx.network
        at_places, *at_end = gradients
        saved = ctx.saved_tensors
        weights, joint, kept = saved[: ctx.count], saved[ctx.count], saved[ctx.count + 1 :]
        zeros = joint.new_zeros(*joint.shape[1:3], network.hidden)
        ends = tuple(zeros if each is None else each for each in at_end)
        inputs, state, own = network.backwards(Unrolled(joint, kept), weights, at_places, ends)
        return None, inputs, *state, *own


def as_vectors(inputs: Tensor, members: int, vectors: int, like: Tensor) -> Tensor:
    """Sequences `[T, M, B, V]` of symbols, as one-hot vectors, or of vectors; place by place.

    `inputs` are `[B, T]` or `[M, B, T]` symbols, or the same with a last axis of `V` floats.
    """
    if not inputs.is_floating_point():
        inputs = F.one_hot(inputs.long(), vectors).to(like)
    own = inputs if inputs.dim() == 4 else inputs.expand(members, *inputs.shape)
    return own.permute(2, 0, 1, 3).to(like)


def joined(*rows: Tensor) -> Tensor:
    """Weights `[M, V + 1 + h, G]` of input, bias and state in the order of `Unrolled.joint`."""
    return torch.cat([row.unsqueeze(1) if row.dim() == 2 else row for row in rows], dim=1)


def orthogonal(size: int, generator: torch.Generator) -> Tensor:
    """A random orthogonal matrix `[size, size]`, uniform over the group (Mezzadri 2007)."""
    q, r = torch.linalg.qr(torch.randn(size, size, generator=generator, dtype=torch.float64))
    return (q * r.diagonal().sign()).float()


def chrono(size: int, longest: int, generator: torch.Generator) -> Tensor:
    """Biases `[size]` of gates that forget after 1 to `longest` steps (Tallec & Ollivier 2018)."""
    return torch.log(1 + torch.rand(size, generator=generator) * (longest - 2))


def tanh_(values: Tensor) -> Tensor:
    """The hyperbolic tangent, in place, as 2σ(2x) − 1: four times as fast as torch's on a CPU."""
    return values.mul_(2).sigmoid_().mul_(2).sub_(1)


def gates(rows: Tensor, count: int) -> Sequence[Tensor]:
    """Views of the parts of the last axis, one a gate."""
    return rows.chunk(count, dim=-1)
