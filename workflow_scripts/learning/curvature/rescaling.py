"""The same function with other weights: rescaling adjacent layers of a ReLU network."""

from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Parameters


def rescaled(network: Mlp, parameters: Parameters, factor: float, layer: int = 0) -> Parameters:
    """The parameters with `layer` times `factor` > 0 and the next layer's weights divided by it.

    ReLU is positively homogeneous, so the outputs do not change; the curvature with respect to the
    first of the two layers is divided by factor², that with respect to the second is multiplied
    by it (Dinh et al. 2017, section 3).
    """
    if factor <= 0:
        raise ValueError(f"ReLU commutes with positive factors only, not {factor}")
    if not 0 <= layer < network.layers - 1:
        raise ValueError(f"layer {layer} is not followed by a ReLU and another layer")
    changed = {name: factor * parameters[name] for name in (f"weight{layer}", f"bias{layer}")}
    return parameters | changed | {f"weight{layer + 1}": parameters[f"weight{layer + 1}"] / factor}
