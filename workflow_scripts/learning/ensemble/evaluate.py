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
    [0, 1] is added. All measures of a member whose loss is not finite are NaN: it has no accuracy.
    Examples are processed in chunks of a fixed size, so that the bits do not depend on the
    available memory, on the device of the parameters.
    """
    members, examples = members_of(parameters), examples.to(device_of(parameters))
    totals: dict[str, Tensor] = {}
    for start in range(0, len(examples), CHUNK):
        inputs, targets = examples.part(start, start + CHUNK, members)
        outputs = network.logits(parameters, inputs)
        for name, values in examples.targets.measures(outputs, targets).items():
            total = values.sum(1, dtype=torch.float64)
            totals[name] = totals[name] + total if name in totals else total
    means = {name: total.cpu() / len(examples) for name, total in totals.items()}
    diverged = ~means["loss"].isfinite()
    return {name: mean.masked_fill(diverged, torch.nan) for name, mean in means.items()}


def evaluation(network: Network, examples: Split, calibration: Tensor) -> Measure:
    """`evaluate` on `examples` as a function of the parameters alone.

    `calibration`, `[N, *example]` or `[M, N, *example]`, are the inputs from which normalisation
    statistics are computed. It and `examples` are moved once to the device of the parameters.
    """
    shown, normalised = examples, calibration

    def measure(parameters: Parameters) -> dict[str, Tensor]:
        nonlocal shown, normalised
        device = device_of(parameters)
        shown, normalised = shown.to(device), normalised.to(device)
        return evaluate(network, network.calibrated(parameters, normalised), shown)

    return measure
