"""Loss and accuracy of every member on one shared set of examples."""

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Network, Parameters, device_of, members_of

CHUNK = 1000


@torch.no_grad()
def evaluate(
    network: Network, parameters: Parameters, inputs: Tensor, labels: Tensor
) -> tuple[Tensor, Tensor]:
    """Mean cross-entropy `[M]` in nats and accuracy `[M]` in [0, 1], both float64.

    `inputs` is `[N, *example]`, `labels` `[N]`, or `[M, N]` where members have labels of their own.
    Examples are taken in chunks of a fixed size, so that the bits do not depend on memory, and are
    brought to where the parameters are.
    """
    members, device = members_of(parameters), device_of(parameters)
    loss = torch.zeros(members, dtype=torch.float64)
    correct = torch.zeros(members, dtype=torch.float64)
    for start in range(0, len(inputs), CHUNK):
        part = slice(start, start + CHUNK)
        logits = network.logits(parameters, inputs[part].to(device))
        log_probabilities = logits.log_softmax(-1)
        target = labels[..., part].to(device).expand(members, -1)
        chosen = log_probabilities.gather(2, target.unsqueeze(2)).squeeze(2)
        loss -= chosen.sum(1, dtype=torch.float64).cpu()
        correct += (log_probabilities.argmax(2) == target).sum(1).cpu()
    return loss / len(inputs), correct / len(inputs)
