"""Bytes of tensors: those saved for a backward pass, and the most that are alive at once."""

import weakref
from collections import Counter
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakIdKeyDictionary


def saved_bytes(compute: Callable[[], Tensor], apart: list[Tensor]) -> int:
    """Bytes that autograd keeps until the backward pass of what `compute` returns.

    Each storage counts once; those of the tensors `apart`, such as weights, do not count.
    """
    known = {tensor.untyped_storage().data_ptr() for tensor in apart}
    seen: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:
            seen[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        held = compute()  # kept, so that no storage is freed and its place given to another
    assert held.requires_grad
    return sum(seen.values())


class Alive(TorchDispatchMode):
    """Counts the bytes of all tensors that are made and not yet freed, and the most of them."""

    def __init__(self) -> None:
        TorchDispatchMode.__init__(self)
        self.now = self.most = 0
        self._tensors: Counter[int] = Counter()
        self._known = WeakIdKeyDictionary()
        self._given: set[int] = set()

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        for given in tree_leaves((args, kwargs or {})):
            if isinstance(given, Tensor):
                where = given.untyped_storage().data_ptr()
                if not self._tensors[where]:
                    self._given.add(where)
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor) and tensor not in self._known:
                self._add(tensor)
        return made

    def _add(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        where, size = storage.data_ptr(), storage.nbytes()
        if where in self._given or not size:
            return
        self._known[tensor] = True
        if not self._tensors[where]:
            self.now += size
            self.most = max(self.most, self.now)
        self._tensors[where] += 1
        weakref.finalize(tensor, self._freed, where, size)

    def _freed(self, where: int, size: int) -> None:
        self._tensors[where] -= 1
        if not self._tensors[where]:
            self.now -= size


def most_alive(compute: Callable[[], Tensor]) -> int:
    """The most bytes that are alive at once while `compute` runs, besides what was there before."""
    with torch.no_grad(), Alive() as alive:
        compute()
    return alive.most
