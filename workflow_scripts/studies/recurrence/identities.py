"""Step: backpropagation through time is that through the unrolled network, in float64."""

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, one_hot

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.losses import cross_entropy as of_members
from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.networks.sequence_settings import sequence_network
from workflow_scripts.learning.networks.sequence_shape import SequenceShape
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.parts_by_seed import by_seed
from workflow_scripts.studies.recurrence.settings import Identities
from workflow_scripts.studies.recurrence.unrolled import answers

HEAD = ("weight_output", "bias_output")
TIED, LOOP = "unrolled network with tied weights", "autograd through the loop"


def gaps(kind: str, settings: Identities, seed: int, draw: int) -> dict[str, tuple[float, float]]:
    """For each way to compute it: how far the gradient is from the recursion's, and untied.

    Both relative to the largest entry of the gradient. Untied: the gradient of the last layer's own
    weights, which is what descent would follow if each place had its own.
    """
    random = generator(seed, f"identity of {kind}", draw)
    size, classes = settings.hidden, settings.symbols
    shape = SequenceShape(settings.length, classes, classes)
    network = sequence_network({"kind": kind, "hidden": size}, shape)
    drawn = {n: t.double() for n, t in network.initialise([random.initial_seed()]).items()}
    symbols = torch.randint(classes, (1, 5, settings.length), generator=random)
    targets = torch.randint(classes, (1, 5), generator=random)
    _, recursion = network.losses_and_gradients(drawn, symbols, targets, of_members)
    inputs = one_hot(symbols[0], classes).double()
    alone = {name: tensor[0] for name, tensor in drawn.items()}
    looped = _gradients(kind, alone, inputs, targets[0], copies=1)
    copied = _gradients(kind, alone, inputs, targets[0], copies=settings.length)
    tied = {n: g if n in HEAD else g.sum(0, keepdim=True) for n, g in copied.items()}
    last = {n: g if n in HEAD else g[-1:] for n, g in copied.items()}
    untied = _gap(recursion, last)
    return {LOOP: (_gap(recursion, looped), untied), TIED: (_gap(recursion, tied), untied)}


def _gradients(
    kind: str, weights: dict[str, Tensor], inputs: Tensor, targets: Tensor, copies: int
) -> Parameters:
    """Gradients `[copies, …]` of the weights, which are given to the places in turn."""
    own = {
        name: (tensor if name in HEAD else tensor.expand(copies, *tensor.shape))
        .clone()
        .requires_grad_(True)
        for name, tensor in weights.items()
    }
    layers = [
        {name: tensor[place % copies] for name, tensor in own.items() if name not in HEAD}
        for place in range(inputs.shape[1])
    ]
    with torch.enable_grad():
        loss = cross_entropy(answers(kind, layers, own, inputs), targets)
        found = torch.autograd.grad(loss, list(own.values()))
    return {
        name: gradient.unsqueeze(0) if name in HEAD else gradient
        for name, gradient in zip(own, found, strict=True)
    }


def _gap(ours: Parameters, theirs: Parameters) -> float:
    largest = max(float(tensor.abs().max()) for tensor in ours.values())
    return max(float((ours[name] - theirs[name]).abs().max()) for name in ours) / largest


def checked(settings: Identities, seed: int) -> pd.DataFrame:
    """One row per cell and way: the worst difference of all draws, and the least if untied."""
    rows = []
    for kind in settings.cells:
        drawn = [gaps(kind, settings, seed, draw) for draw in range(settings.draws)]
        for way in (LOOP, TIED):
            # NumPy's extremes, unlike Python's, are NaN where one of the values is.
            differences, untied = zip(*(each[way] for each in drawn), strict=True)
            rows.append([seed, kind, way, np.max(differences), np.min(untied)])
    return pd.DataFrame(rows, columns=["seed", "cell", "way", "difference", "untied"])


def main(snakemake: Job) -> None:
    """Write the identities of a batch of seeds."""
    settings = Identities.model_validate(section(snakemake.params.cfg, "identities"))
    done = PartialResults.of(snakemake)

    def of_seed(seed: int) -> dict[str, pd.DataFrame]:
        return {"identities": checked(settings, seed)}

    tables = by_seed(done, seeds_of(snakemake.wildcards.seeds), of_seed)
    write_table(tables["identities"], snakemake.output.identities)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
