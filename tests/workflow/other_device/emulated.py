"""A second device without one: tensors that say they are elsewhere, and compute on the processor.

As with a GPU, an operation on tensors of two devices is refused, numbers are read by copying them,
and NumPy cannot see a tensor. As the kernels are the processor's, so are the bits.
"""

import importlib.abc
import importlib.machinery
import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_leaves, tree_map

# Of the processor's type, since torch has no code for others here; the number tells it apart.
OTHER = torch.device("cpu", 1)
COUNTS = "OTHER_DEVICE_COUNTS"
"""The variable with the folder where each job says what it did on the device."""
CHOOSES = "workflow_scripts.learning.ensemble.device"
"""The module by which steps choose their device."""

aten = torch.ops.aten
INDEXED = {
    aten.index.Tensor,
    aten.index_put.default,
    aten.index_put_.default,
    aten._index_put_impl_.default,
}
"""These take indices from the main memory, for a tensor on any device."""
WAITING = {
    aten._local_scalar_dense.default,
    aten.equal.default,
    aten.is_nonzero.default,
    aten.masked_select.default,
    aten.nonzero.default,
    aten._unique2.default,
}
"""The processor waits for what these find: a number, or how large a result is."""


class MixedDevices(AssertionError):
    """An operation that a GPU would refuse."""


class Elsewhere(Tensor):
    """A tensor on the other device; its numbers are in `inner`."""

    inner: Tensor
    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls: type["Elsewhere"], inner: Tensor) -> "Elsewhere":
        return torch.Tensor._make_wrapper_subclass(
            cls,
            inner.size(),
            strides=inner.stride(),
            storage_offset=inner.storage_offset(),
            dtype=inner.dtype,
            device=OTHER,
        )

    def __init__(self, inner: Tensor) -> None:
        self.inner = inner

    def __repr__(self, *, tensor_contents: object = None) -> str:
        return f"Elsewhere({self.inner!r})"

    def tolist(self) -> Any:
        """As of a tensor on a GPU, which torch copies; it does not for this class."""
        return self.cpu().tolist()

    @classmethod
    def __torch_dispatch__(
        cls, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        return OtherDevice.current().executed(func, args, kwargs or {})


class _FromNumbers(TorchFunctionMode):
    """`torch.tensor` of Python's numbers on the other device, which torch itself leaves here."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        given = kwargs or {}
        if func is torch.tensor and torch.device(given.get("device") or "cpu") == OTHER:
            return func(*args, **{**given, "device": None}).to(OTHER)
        return func(*args, **given)


class OtherDevice(TorchDispatchMode):
    """While it is active, the other device is there; counts what happens on it."""

    active: ClassVar[list["OtherDevice"]] = []

    def __init__(self) -> None:
        super().__init__()
        self.operations, self.uploads = 0, 0
        self.waits: Counter[str] = Counter()
        self._from_numbers = _FromNumbers()

    @classmethod
    def current(cls) -> "OtherDevice":
        """The one that is active."""
        return cls.active[-1]

    def __enter__(self) -> "OtherDevice":
        self.active.append(self)
        super().__enter__()
        self._from_numbers.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._from_numbers.__exit__(*error)
        super().__exit__(*error)
        self.active.pop()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        return self.executed(func, args, kwargs or {})

    def executed(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What an operation gives; on the other device if its tensors are, or if it says so."""
        given = [each for each in tree_leaves((args, kwargs)) if isinstance(each, Tensor)]
        there = [each for each in given if isinstance(each, Elsewhere)]
        asked = kwargs.get("device")
        target = None if asked is None else torch.device(asked)
        if not there and target != OTHER:
            return func(*args, **kwargs)
        self.operations += 1
        if func is aten._to_copy.default:
            self._copied(func, bool(there), target == OTHER if target else bool(there))
        elif func is aten.copy_.default:
            self._copied(func, isinstance(args[1], Elsewhere), isinstance(args[0], Elsewhere))
        else:
            self._checked(func, given, there, kwargs)
        if func in WAITING or (func in INDEXED and _chosen_by_marks(args[1])):
            self.waits[str(func)] += 1
        inner_args, inner_kwargs = tree_map(_inner, (args, kwargs))
        if target is not None:
            inner_kwargs["device"] = torch.device("cpu")
        found = func(*inner_args, **inner_kwargs)
        stays = isinstance(args[0], Elsewhere) if func is aten.copy_.default else target in OURS
        if stays:
            found = tree_map(_outer, found)
        return return_and_correct_aliasing(func, args, kwargs, found)

    def _copied(self, func: Any, source: bool, target: bool) -> None:
        """Count a copy; `source` and `target` say whether each is on the other device."""
        if source and not target:
            self.waits[str(func)] += 1
        elif target and not source:
            self.uploads += 1

    def _checked(
        self, func: Any, given: list[Tensor], there: list[Tensor], kwargs: dict[str, Any]
    ) -> None:
        """Refuse what a GPU refuses; a number by itself, without axes, may be anywhere."""
        here = [each for each in given if each.dim() and not isinstance(each, Elsewhere)]
        allowed = func in INDEXED and given[0] is there[0]
        if there and here and not allowed:
            raise MixedDevices(f"{func} of tensors on two devices")
        if isinstance(kwargs.get("generator"), torch.Generator):
            raise MixedDevices(f"{func} draws on the device from a generator of the processor")


OURS = (None, OTHER)
"""What an operation on tensors of the device says of the device of its result, if it stays."""


def _chosen_by_marks(indices: Any) -> bool:
    """Whether an index says of each place if it is meant, so that somebody has to count."""
    return any(each is not None and each.dtype in (torch.bool, torch.uint8) for each in indices)


def _inner(value: Any) -> Any:
    return value.inner if isinstance(value, Elsewhere) else value


def _outer(value: Any) -> Any:
    ours = isinstance(value, Tensor) and not isinstance(value, Elsewhere)
    return Elsewhere(value) if ours else value


class _Chosen(importlib.abc.MetaPathFinder):
    """Makes the workflow's choice of a device the other one, whenever that module is imported."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname != CHOOSES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        assert spec is not None
        assert spec.loader is not None
        execute = spec.loader.exec_module

        def executed(module: Any) -> None:
            execute(module)
            module.device = lambda name: OTHER

        spec.loader.exec_module = executed  # type: ignore[method-assign]
        return spec


def take_over() -> None:
    """Let the step of this process compute on the other device, and write down what it did.

    Once: what a process has taken over is so in its forks.
    """
    if OtherDevice.active:
        return
    sys.meta_path.insert(0, _Chosen())
    mode = OtherDevice()
    mode.__enter__()
    os._exit = _counted(mode, os._exit)  # type: ignore[assignment]


def _counted(mode: OtherDevice, leave: Callable[[int], Any]) -> Callable[[int], Any]:
    """`os._exit`, by which a step ends, and before that its counts, by the name of its rule."""

    def left(status: int) -> None:
        job = getattr(sys.modules["__main__"], "snakemake", None)
        if job is not None:
            found = {"operations": mode.operations, "uploads": mode.uploads, "waits": mode.waits}
            Path(os.environ[COUNTS], f"{job.rule}.json").write_text(json.dumps(found))
        leave(status)

    return left
