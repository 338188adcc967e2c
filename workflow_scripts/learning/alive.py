"""The most bytes of tensors that are alive at once, from shapes: nothing is computed or held."""

import weakref
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.networks.network import Network, Parameters


class Alive(TorchDispatchMode):
    """Counts the bytes of tensors that are made and not yet freed, and the most of them.

    What autograd keeps for a backward pass counts until it is freed. Works on the meta device,
    where tensors have shapes and no numbers.
    """

    def __init__(self) -> None:
        TorchDispatchMode.__init__(self)
        self.now = self.most = 0
        self._known: set[int] = set()

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        for given in tree_leaves((args, kwargs or {})):
            if isinstance(given, Tensor):
                self._add(given, 0)  # there before, unless it is known
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor):
                self._add(tensor, tensor.untyped_storage().nbytes())
        return made

    def _add(self, tensor: Tensor, size: int) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata  # noqa: SLF001  # the storage itself, which views share
        if key in self._known:
            return
        self._known.add(key)
        self.now += size
        self.most = max(self.most, self.now)
        weakref.finalize(storage, self._freed, key, size)

    def _freed(self, key: int, size: int) -> None:
        self._known.discard(key)
        self.now -= size


def most_alive(compute: Callable[[], object]) -> int:
    """The most bytes alive at once while `compute` runs, beside those that were there before."""
    with Alive() as alive:
        compute()
    return alive.most


def weights(network: Network, members: int, dtype: torch.dtype = torch.float32) -> Parameters:
    """Parameters `[members, …]` of a network on the meta device."""
    return {
        name: torch.empty(members, *shape, dtype=dtype, device="meta")
        for name, shape in network.shapes().items()
    }


def inputs(network: Network, members: int, batch: int, tokens: bool) -> Tensor:
    """Examples `[members, batch, …]` on the meta device: numbers of symbols, or floats."""
    kind = torch.int64 if tokens else torch.float32
    return torch.empty(members, batch, *network.input_shape, dtype=kind, device="meta")


_COUNTED: dict[str, int] = {}


def _once(what: str, network: Network, count: Callable[[], int]) -> int:
    """`count()`, or what it was for an equal network before."""
    key = f"{what} {type(network).__name__} {sorted(vars(network).items())}"
    if key not in _COUNTED:
        _COUNTED[key] = count()
    return _COUNTED[key]


def step(network: Network, members: int, batch: int, tokens: bool) -> int:
    """Bytes of the losses and gradients of a step, gradients included, examples excluded.

    Networks read numbers of symbols if `tokens`, and floats otherwise.
    """
    return members * _once(f"step {batch} {tokens}", network, lambda: _step(network, batch, tokens))


def _step(network: Network, batch: int, tokens: bool) -> int:
    given, shown = weights(network, 1), inputs(network, 1, batch, tokens)
    with torch.no_grad():
        outputs = network.logits(given, shown)
    targets = torch.empty(outputs.shape[:-1], dtype=torch.int64, device="meta")
    return most_alive(lambda: network.losses_and_gradients(given, shown, targets, cross_entropy))


def logits(network: Network, members: int, batch: int, tokens: bool) -> int:
    """Bytes of the outputs of networks that are evaluated, and on the way to them."""
    given, shown = weights(network, 1), inputs(network, 1, batch, tokens)

    def count() -> int:
        with torch.no_grad():
            return most_alive(lambda: network.logits(given, shown))

    return members * _once(f"logits {batch} {tokens}", network, count)


def curvature(
    network: Network, members: int, examples: int, dtype: torch.dtype = torch.float32
) -> int:
    """Bytes of a Hessian, and of a product or a gradient while it is there."""
    shown = torch.empty(examples, *network.input_shape, dtype=dtype, device="meta")
    classes = torch.empty(examples, dtype=torch.int64, device="meta")
    objective = Objective(network, Split(shown, ClassNumbers(classes)))
    given = weights(network, 1, dtype)

    def compute() -> None:
        hessian = objective.hessian(given)
        hessian @ torch.empty_like(hessian.like)
        objective.gradients(given)

    what = f"curvature {examples} {dtype}"
    return members * _once(what, network, lambda: most_alive(compute))


def normalised(network: Network) -> bool:
    """Whether networks are evaluated with statistics of normalisation; those read floats."""
    given = weights(network, 1)
    return len(network.calibrated(given, inputs(network, 1, 2, tokens=False))) > len(given)
