"""What the operations of a cell bring from one node to later ones, with gradients by hand.

The numbers are those of the same operations by autograd, to the last bit: each sum has its order.
Autograd would copy a node for each path that leaves it, and write a tensor of zeros for each slice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

TAPS = 3
"""Points that a convolution or the pooling of a cell reads."""


@dataclass(frozen=True, eq=False)
class Run:
    """Paths of one operation from one node to another: consecutive places among all its paths."""

    target: int
    start: int
    stop: int
    members: Tensor | None
    """`[P]`: the member of each path; None if these are all members in their order."""

    @classmethod
    def of(cls, target: int, start: int, members: Sequence[int], every: int) -> "Run":
        """The paths of some of `every` members, from the place `start` on."""
        own = None if list(members) == list(range(every)) else torch.tensor(members)
        return cls(target, start, start + len(members), own)

    def to(self, device: torch.device) -> "Run":
        """The same on `device`."""
        return self if self.members is None else replace(self, members=self.members.to(device))

    def own(self, paths: Tensor) -> Tensor:
        """Its part of what there is for each path."""
        return paths[self.start : self.stop]

    def read(self, node: Tensor) -> Tensor:
        """Of what there is for each member, that of each of its paths."""
        return node if self.members is None else node.index_select(0, self.members)

    def add(self, total: Tensor, values: Tensor) -> None:
        """Add what each of its paths has to the total of its member."""
        if self.members is None:
            total.add_(values)
        else:
            total.index_add_(0, self.members, values)


def filtered(node: Tensor, weight: Tensor, reach: int, spans: Sequence[tuple[int, int]]) -> Tensor:
    """ReLU, and convolutions `[P, C, L × B]` of the points `[N, C, L, B]` of a node.

    `spans` are first and last places of paths among all: each span has a path of each of the N.
    """
    found: Tensor = _Filtered.apply(node, weight, reach, spans)  # type: ignore[no-untyped-call]
    return found


def brought(
    source: Tensor,
    shares: Tensor | None,
    kept: Tensor | None,
    how: tuple[bool, bool],
    runs: Sequence[Run],
    totals: Sequence[Tensor],
) -> tuple[Tensor, ...]:
    """The totals of the targets `[M, C, L, B]`, to which what paths bring is added, in place.

    `source` has the values of each path `[P, C, L, B]`, or those of each member, which all its
    paths bring (`how[0]`); their means with their neighbours are brought with `how[1]`. `shares`
    `[P]` and `kept` `[P, 1, 1, B]` are factors.
    """
    given = (source, shares, kept, how, runs, *totals)
    found: tuple[Tensor, ...] = _Brought.apply(*given)  # type: ignore[no-untyped-call]
    return found


def averaged(node: Tensor) -> Tensor:
    """The mean over all places of the ReLU of a node: from `[M, C, L, B]` to `[M, C, B]`."""
    found: Tensor = _Averaged.apply(node)  # type: ignore[no-untyped-call]
    return found


class _Filtered(Function):
    @staticmethod
    def forward(
        ctx: Any, node: Tensor, weight: Tensor, reach: int, spans: Sequence[tuple[int, int]]
    ) -> Tensor:
        number, channels, length, batch = node.shape
        windows = _windows(node, reach)
        flat = windows.view(number, TAPS * channels, length * batch)
        found = node.new_empty(len(weight), channels, length * batch)
        for first, last in spans:
            torch.bmm(weight[first:last], flat, out=found[first:last])
        ctx.save_for_backward(windows, weight)
        ctx.reach, ctx.spans = reach, spans
        return found

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        windows, weight = ctx.saved_tensors
        flat = windows.view(len(windows), weight.shape[2], -1)
        to_node, to_weight = ctx.needs_input_grad[:2]
        slopes = torch.empty_like(weight) if to_weight else None
        total = None
        for first, last in ctx.spans:
            own = grad[first:last]
            if slopes is not None:
                torch.bmm(own, flat.transpose(1, 2), out=slopes[first:last])
            if to_node:
                taps = torch.bmm(weight[first:last].transpose(1, 2), own)
                each = _joined(taps.view_as(windows), ctx.reach)
                total = each if total is None else total.add_(each)
        return None if total is None else _where_positive(total, windows[:, 1]), slopes, None, None


class _Brought(Function):
    @staticmethod
    def forward(
        ctx: Any,
        source: Tensor,
        shares: Tensor | None,
        kept: Tensor | None,
        how: tuple[bool, bool],
        runs: Sequence[Run],
        *totals: Tensor,
    ) -> tuple[Tensor, ...]:
        shared, pool = how
        values = pooled(source) if pool else source
        factors = None if shares is None else shares.view(-1, 1, 1, 1)
        for run, total in zip(runs, totals, strict=True):
            each = values if shared else run.own(values)
            for factor in (kept, factors):
                each = each if factor is None else each * run.own(factor)
            run.add(total, each)
        ctx.mark_dirty(*totals)
        ctx.save_for_backward(values if ctx.needs_input_grad[1] else None, factors, kept)
        ctx.how, ctx.runs = how, runs
        return totals

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        values, factors, kept = ctx.saved_tensors
        shared, pool = ctx.how
        to_source, to_shares = ctx.needs_input_grad[:2]
        slopes = factors.new_empty(len(factors)) if to_shares else None
        backs: list[Tensor] = []
        for run, grad in zip(ctx.runs, grads, strict=True):
            given = run.read(grad)
            if slopes is not None:
                each = values if shared else run.own(values)
                each = each if kept is None else each * run.own(kept)
                torch.sum(given * each, (1, 2, 3), out=run.own(slopes))
            if to_source:
                for factor in (factors, kept):
                    given = given if factor is None else given * run.own(factor)
                backs.append(_spread(given) if pool else given)
        back = None
        if to_source:
            back = _in_order(backs) if shared else torch.cat(backs)
        return back, slopes, None, None, None, *grads


class _Averaged(Function):
    @staticmethod
    def forward(ctx: Any, node: Tensor) -> Tensor:
        ctx.save_for_backward(node)
        return node.relu().mean(2)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        (node,) = ctx.saved_tensors
        each = (grad.contiguous() / node.shape[2]).unsqueeze(2)
        return _where_positive(each.expand_as(node), node)


def _in_order(parts: Sequence[Tensor]) -> Tensor:
    """The sum of the parts, one after the other, as a tensor of its own."""
    total = parts[0] + parts[1] if len(parts) > 1 else parts[0].clone()
    for part in parts[2:]:
        total += part
    return total


def _where_positive(grad: Tensor, values: Tensor) -> Tensor:
    """The gradient of a ReLU, given that of its output: a tensor of its own, in order of axes."""
    found: Tensor = torch.ops.aten.threshold_backward(grad, values, 0)
    return found.contiguous()


def pooled(node: Tensor) -> Tensor:
    """The mean of each point `[M, C, L, B]` and its neighbours, fewer of them at the ends."""
    return _divided(_with_neighbours(node))


def _spread(grad: Tensor) -> Tensor:
    """The gradient of the node, given that of its means."""
    return _with_neighbours(_divided(grad.clone()))


def _with_neighbours(node: Tensor) -> Tensor:
    """The sum of each point, the one before it, and the one after it."""
    total = node.clone()
    total[:, :, 1:] += node[:, :, :-1]
    total[:, :, :-1] += node[:, :, 1:]
    return total


def _divided(total: Tensor) -> Tensor:
    """The totals, in place, over the number of points in each: fewer at the ends."""
    total[:, :, 1:-1].div_(TAPS)
    total[:, :, :: max(total.shape[2] - 1, 1)].div_(TAPS - 1)
    return total


def _windows(node: Tensor, reach: int) -> Tensor:
    """What the taps of a convolution see of the ReLU of a node, `[N, TAPS, C, L, B]`."""
    number, channels, length, batch = node.shape
    inner = max(length - reach, 0)
    windows = node.new_empty(number, TAPS, channels, length, batch)
    before, here, after = windows.unbind(1)
    torch.clamp_min(node, 0, out=here)
    before[:, :, : length - inner] = 0
    before[:, :, length - inner :] = here[:, :, :inner]
    after[:, :, :inner] = here[:, :, length - inner :]
    after[:, :, inner:] = 0
    return windows


def _joined(taps: Tensor, reach: int) -> Tensor:
    """The gradient of the points, given that of all taps; overwrites the middle one."""
    before, here, after = taps.unbind(1)
    inner = max(here.shape[2] - reach, 0)
    start = here.shape[2] - inner
    here[:, :, start:] += after[:, :, :inner]
    here[:, :, :inner] += before[:, :, start:]
    return here
