"""Everything on one device: a mode that fails where an operation mixes tensors of two."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from tests.workflow.other_device.emulated import INDEXED, MixedDevices

aten = torch.ops.aten
COPIES = {aten._to_copy.default, aten.copy_.default}


class OneDevice(TorchDispatchMode):
    """Fails if an operation mixes devices, and counts what makes the processor wait for the device.

    Of a tensor on the meta device the numbers are not known: what reads one fails by itself. A
    number by itself, without axes, may be anywhere, as with a GPU.
    """

    def __init__(self) -> None:
        TorchDispatchMode.__init__(self)
        self.to_host: list[str] = []
        self.to_device: list[str] = []

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        given = [each for each in tree_leaves((args, kwargs or {})) if isinstance(each, Tensor)]
        devices = {each.device.type for each in given if each.dim()}
        made = func(*args, **(kwargs or {}))
        if func in COPIES:
            self._copied(func, given, made)
        elif len(devices) > 1 and func not in INDEXED:
            raise MixedDevices(f"{func} of tensors on {' and '.join(sorted(devices))}")
        return made

    def _copied(self, func: Any, given: list[Tensor], made: Tensor) -> None:
        source, target = given[-1].device.type, made.device.type
        if source != target:
            (self.to_host if target == "cpu" else self.to_device).append(str(func))
