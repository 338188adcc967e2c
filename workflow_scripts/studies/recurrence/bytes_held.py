"""Bytes of the tensors that are saved for a backward pass."""

from collections.abc import Callable

import torch
from torch import Tensor


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
