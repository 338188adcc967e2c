"""Small networks of each kind in float64, and their whole Hessians by brute force."""

from functools import cache

import torch

from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.curvature.vectors import unflat
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.networks.convolutional import Convolutional
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.residual import Residual

torch.set_num_threads(1)
SEEDS = [3, 4, 5]
NETWORKS = {
    "mlp": Mlp([6, 5, 4, 3]),
    "one layer": Mlp([6, 3]),
    "convolutional": Convolutional((1, 4, 4), [2, 2], 3),
    "residual": Residual((1, 8), [2, 3], 1, 3),
}


def example(name="mlp", dtype=torch.float64, examples=40, own=False):
    """An objective and the parameters of three members; `own`: each has its own examples."""
    network = NETWORKS[name]
    generator = torch.Generator().manual_seed(0)
    lead = (len(SEEDS), examples) if own else (examples,)
    inputs = torch.randn(*lead, *network.input_shape, generator=generator, dtype=dtype)
    labels = torch.randint(0, 3, lead, generator=generator)
    parameters = {n: p.to(dtype) for n, p in network.initialise(SEEDS).items()}
    # Biases of zero would be a special place.
    parameters = {
        n: p + 0.1 * torch.randn(p.shape, generator=generator, dtype=dtype)
        for n, p in parameters.items()
    }
    if name == "residual":
        parameters = network.calibrated(parameters, inputs)
    if not own:
        return Objective(network, Split(inputs, ClassNumbers(labels))), parameters
    rows = torch.arange(labels.numel()).view(lead)
    pool = Split(inputs.flatten(0, 1), ClassNumbers(labels.flatten()), rows)
    return Objective(network, pool), parameters


@cache
def whole_hessians(name="mlp", own=False):
    """The Hessian of each member `[M, P, P]` by torch.func, with nothing of ours but the logits."""
    objective, parameters = example(name, own=own)
    weights, shapes = objective.weights(parameters), objective.network.shapes()

    def loss(row, member):
        alone = {n: p[member : member + 1] for n, p in parameters.items()}
        shown = objective.examples
        which = shown.rows[member] if own else slice(None)
        there = alone | unflat(row.unsqueeze(0), shapes)
        logits = objective.network.logits(there, shown.inputs[which])
        return cross_entropy(logits, shown.targets.values[which].unsqueeze(0))[0]

    hessians = [torch.func.hessian(loss)(row, m) for m, row in enumerate(weights)]
    return torch.stack(hessians)
