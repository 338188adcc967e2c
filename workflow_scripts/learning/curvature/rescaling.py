"""The same function with other weights: layers of ReLUs rescaled against one another."""

from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Parameters


def rescaled(network: Mlp, parameters: Parameters, factor: float, layer: int = 0) -> Parameters:
    """The parameters with `layer` times `factor` > 0 and the next layer's weights divided by it.

    ReLU is positively homogeneous, so every output stays; curvature with respect to the first of
    the two layers is divided by factor², to the second multiplied (Dinh et al. 2017, section 3).
    """
    if factor <= 0:
        raise ValueError(f"ReLU commutes with positive factors only, not {factor}")
    if not 0 <= layer < network.layers - 1:
        raise ValueError(f"layer {layer} is not followed by a ReLU and another layer")
    changed = {name: factor * parameters[name] for name in (f"weight{layer}", f"bias{layer}")}
    return parameters | changed | {f"weight{layer + 1}": parameters[f"weight{layer + 1}"] / factor}
