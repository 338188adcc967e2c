"""How much of the loss, and of its gradient, comes from easy negatives."""

import torch
from torch import Tensor

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.evaluate import Measure
from workflow_scripts.learning.networks.network import Parameters, member_slice, members_of
from workflow_scripts.studies.focal.loss import focal, hardest, scattered
from workflow_scripts.studies.focal.objects import labels, numbers
from workflow_scripts.studies.focal.windows import Windows

AT_ONCE = 8
"""Scenes whose windows are cut out and judged together: they stay in the cache."""


def easy_sums(
    logits: Tensor, positive: Tensor, counted: Tensor, values: Tensor, easy: float
) -> Tensor:
    """Sums `[2, M]` of absolute values `[M, B, P]`: over easy negatives, and over all that count.

    Easy negatives are the places without an object whose probability of one is below `easy`. In
    double precision.
    """
    own = ~positive & (logits < torch.logit(torch.tensor(easy)))
    values = values.double().abs() * counted
    return torch.stack([(values * own).flatten(1).sum(1), values.flatten(1).sum(1)])


def balanced(positive: Tensor, counted: Tensor, scenes: Tensor) -> Tensor:
    """Booleans `[M, B, P]`: all objects, and as many other places at random for each member."""
    chosen = []
    for member in range(len(positive)):
        chance = scattered(scenes[member], positive.shape[2])
        negative = counted[member] & ~positive[member]
        objects = int(positive[member].sum())
        chosen.append(positive[member] | hardest(chance, negative, objects))
    return torch.stack(chosen)


def losses_of_arms(logits: Tensor, positive: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Losses and slopes `[M, B, P]` of each place by the γ and α of each member."""
    gamma, alpha = (numbers(targets, name)[:, :, None] for name in ("gamma", "alpha"))
    leaf = logits.detach().requires_grad_(True)
    with torch.enable_grad():
        losses = focal(leaf, positive, gamma, alpha)
        (slopes,) = torch.autograd.grad(losses.sum(), leaf)
    return losses.detach(), slopes


def shares(network: Windows, shown: Split, places: int, ignored: int, easy: float) -> Measure:
    """The measure of all members on the scenes `shown`, whose targets hold their arms.

    `loss` and `gradient` are the shares of easy negatives among all places that count, as in the
    arm's own loss if it counts all negatives; `balanced_loss` and `balanced_gradient` those among
    as many other places as there are objects. `total` is the sum of the arm's losses over all
    places divided by the number of objects.
    """
    rows = torch.arange(len(shown))

    def of_some(parameters: Parameters, targets: Tensor) -> dict[str, Tensor]:
        positive, counted = labels(targets, places, ignored)
        # The same for all members, who are shown the same scenes.
        even = balanced(positive[:1], counted[:1], targets[:1, :, 0]).expand_as(positive)
        sums = torch.zeros(4, 2, len(targets), dtype=torch.float64, device=targets.device)
        for start in range(0, len(shown), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            logits = network.logits(parameters, shown.inputs[some]).squeeze(-1)
            there = positive[:, some]
            losses = losses_of_arms(logits, there, targets[:, some])
            sums += torch.stack(
                [
                    easy_sums(logits, there, where[:, some], values, easy)
                    for where in (counted, even)
                    for values in losses
                ]
            )
        names = ("loss", "gradient", "balanced_loss", "balanced_gradient")
        found = dict(zip(names, sums[:, 0] / sums[:, 1], strict=True))
        return found | {"total": sums[0, 1] / positive.flatten(1).sum(1).clamp(min=1)}

    def measure(parameters: Parameters) -> dict[str, Tensor]:
        members = members_of(parameters)
        targets = shown.targets.batch(rows.expand(members, -1))
        # As many at a time as share scenes in training: less memory.
        starts = range(0, members, network.sharing)
        parts = [
            of_some(
                member_slice(parameters, start, start + network.sharing),
                targets[start : start + network.sharing],
            )
            for start in starts
        ]
        return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}

    return measure
