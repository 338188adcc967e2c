"""Networks of any width, from the settings of the network of width one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflow_scripts.learning.networks.settings import Architecture


def widened(network: Mapping[str, Any], width: int) -> dict[str, Any]:
    """The settings of `network`, which has width one, with `width` times its units or channels.

    They multiply the sizes of the hidden layers of an `mlp`, and the channels of every stage of a
    `residual` network.
    """
    if network["kind"] == "mlp":
        inputs, *hidden, outputs = network["sizes"]
        return {**network, "sizes": [inputs, *(width * units for units in hidden), outputs]}
    return {**network, "channels": [width * channels for channels in network["channels"]]}


def of_width_one(network: "Architecture") -> "Architecture":
    """The `network`, if it is one of width one that `widened` knows; ValueError if it is not."""
    # By what they have: code that names a kind depends on it, also where no setting chooses it.
    if hasattr(network, "sizes"):
        if set(network.sizes[1:-1]) != {1}:
            raise ValueError("must be of width 1, with hidden layers, each of the size 1")
    elif hasattr(network, "blocks"):
        if network.channels[0] != 1:
            raise ValueError("must be of width 1, with channels that begin with 1")
    else:
        raise ValueError("must be of the kind mlp or residual: others are not made wider")
    return network
