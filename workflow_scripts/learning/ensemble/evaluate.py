"""Evaluation of every member on a set of examples; the measures depend on the type of targets."""

from collections.abc import Callable

import torch
from torch import Tensor

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.networks.network import Network, Parameters, device_of, members_of

CHUNK = 1000

Measure = Callable[[Parameters], dict[str, Tensor]]
"""From the parameters of M members to measurements `[M, …]` by name."""


@torch.no_grad()
def evaluate(network: Network, parameters: Parameters, examples: Split) -> dict[str, Tensor]:
    """The mean over `examples` of each measure of their targets, `[M]` float64, by name.

    "loss" is always included: for class numbers it is the cross-entropy in nats, and "accuracy" in
    [0, 1] is added. Examples are processed in chunks of a fixed size, so that the bits do not
    depend on the available memory, and are moved to the device of the parameters.
    """
    members, device = members_of(parameters), device_of(parameters)
    totals: dict[str, Tensor] = {}
    for start in range(0, len(examples), CHUNK):
        inputs, targets = examples.part(start, start + CHUNK, members)
        outputs = network.logits(parameters, inputs.to(device))
        for name, values in examples.targets.measures(outputs, targets.to(device)).items():
            total = totals.get(name, torch.zeros(members, dtype=torch.float64))
            totals[name] = total + values.sum(1, dtype=torch.float64).cpu()
    return {name: total / len(examples) for name, total in totals.items()}


def evaluation(network: Network, examples: Split, calibration: Tensor) -> Measure:
    """`evaluate` on `examples` as a function of the parameters alone.

    `calibration` `[N, *example]` are the inputs from which normalisation statistics are computed.
    """

    def measure(parameters: Parameters) -> dict[str, Tensor]:
        calibrated = network.calibrated(parameters, calibration.to(device_of(parameters)))
        return evaluate(network, calibrated, examples)

    return measure
