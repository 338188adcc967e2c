"""Step: what training changes in networks of one depth, by their width and output scale."""

from collections.abc import Iterator, Sequence

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.randomness import generator, stream_seed
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.kernels.arc_cosine import analytic_kernel
from workflow_scripts.learning.kernels.empirical import empirical_kernel, feature_kernel
from workflow_scripts.learning.kernels.regression import KernelRegression
from workflow_scripts.learning.networks.network import Parameters, moved
from workflow_scripts.learning.networks.ntk_mlp import NtkMlp
from workflow_scripts.learning.partial_results import Found, PartialResults
from workflow_scripts.studies.ntk.descent import Descended, Problem, descend, weight_change
from workflow_scripts.studies.ntk.settings import Descent, SingleIndex

OTHER = {2: 3, 3: 2}
"""Of each number of layers, the one of the recursion that is not its own."""


def single_index(seed: int, task: SingleIndex) -> tuple[Tensor, Tensor]:
    """Inputs `[n + n', d]` on the sphere of radius √d, and targets; the first n are for training.

    The mean square of the training targets is 1.
    """
    draw = generator(seed, "single index")
    count = task.examples + task.unseen
    inputs = torch.randn(count, task.inputs, generator=draw, dtype=torch.float64)
    inputs = inputs * task.inputs**0.5 / inputs.norm(dim=1, keepdim=True)
    direction = torch.randn(task.inputs, generator=draw, dtype=torch.float64)
    targets = torch.sin(task.frequency * inputs @ direction / direction.norm())
    return inputs, targets / targets[: task.examples].square().mean().sqrt()


def measured(
    seeds: Sequence[int],
    layers: int,
    width: int,
    alpha: float,
    task: SingleIndex,
    descent: Descent,
    where: torch.device | str = "cpu",
) -> Found:
    """A table with one row a seed, and the kernels `[M, n, n]` before and after training.

    A network that has not reached the loss has no numbers that tell of its end.
    """
    drawn = [single_index(seed, task) for seed in seeds]
    inputs, targets = (torch.stack(part).to(where) for part in zip(*drawn, strict=True))
    seen, new = inputs[:, : task.examples].contiguous(), inputs[:, task.examples :].contiguous()
    network = NtkMlp([task.inputs, *[width] * (layers - 1), 1])
    own = [stream_seed(seed, "weights", layers, width) for seed in seeds]
    initial = moved(network.initialise(own), where)
    alphas = torch.full((len(seeds),), alpha, dtype=torch.float64, device=where)
    problem = Problem(network, initial, seen, targets[:, : task.examples].contiguous(), alphas)
    trained = descend(problem, descent)
    before = empirical_kernel(network, initial, seen, seen)
    after = empirical_kernel(network, trained.parameters, seen, seen)
    ends = {
        "kernel_change": distance(before, after),
        "weight_change": weight_change(initial, trained.parameters),
        "flipped": flipped(network, initial, trained.parameters, seen),
        **_predictions(problem, trained, new),
    }
    lost = trained.steps < 0
    row = {name: values.masked_fill(lost, torch.nan) for name, values in ends.items()}
    for name, depth in (("to_limit", layers), ("to_other", OTHER[layers])):
        row[name] = distance(before, analytic_kernel(seen, seen, depth))
    facts = {"seed": list(seeds), "layers": layers, "alpha": alpha, "width": width}
    told = {"loss": trained.losses, "steps": trained.steps}
    numbers = {name: values.cpu().numpy() for name, values in {**row, **told}.items()}
    return Found.of(pd.DataFrame(facts | numbers), {"before": before, "after": after})


def distance(kernels: Tensor, others: Tensor) -> Tensor:
    """Frobenius norms `[M]` of the differences, relative to those of `others`."""
    size = others.flatten(1).norm(dim=1)
    return (kernels - others).flatten(1).norm(dim=1) / size


def flipped(network: NtkMlp, before: Parameters, after: Parameters, inputs: Tensor) -> Tensor:
    """The share `[M]` of hidden units and examples at which the ReLU is on or off as it was not."""
    active = [[h > 0 for h in network.forward(at, inputs)[0][1:]] for at in (before, after)]
    changed = [(a != b).flatten(1) for a, b in zip(*active, strict=True)]
    return torch.cat(changed, dim=1).double().mean(1)


def _predictions(problem: Problem, trained: Descended, new: Tensor) -> dict[str, Tensor]:
    """Distances `[M]` of the network's predictions at `new` from those of kernel descent.

    With the kernel before training, and with that of its last layer alone; each at the time at
    which its training loss is that of the network, exactly.
    """
    outputs = problem.outputs(trained.parameters, new)
    # Where training failed there is no such time; the numbers are not used.
    losses = torch.where(trained.steps < 0, torch.ones_like(trained.losses), trained.losses)
    found = {}
    for name, kernel in (("predictions", empirical_kernel), ("last_layer", feature_kernel)):
        seen = kernel(problem.network, problem.initial, problem.inputs, problem.inputs)
        regression = KernelRegression.of(seen, problem.targets)
        rates = 1 / regression.values[:, -1]
        coefficients = regression.descended(rates, regression.times_of(losses, rates))
        rows = kernel(problem.network, problem.initial, new, problem.inputs)
        predicted = (rows @ coefficients.unsqueeze(2)).squeeze(2)
        found[name] = distance(outputs, predicted)
    return found


def groups(seeds: Sequence[int], network: NtkMlp, weights: int) -> Iterator[Sequence[int]]:
    """The seeds, as many at a time as have together at most `weights` weights, and one at least."""
    each = sum(fan_in * fan_out for fan_in, fan_out in network.shapes().values())
    count = max(1, weights // each)
    for start in range(0, len(seeds), count):
        yield seeds[start : start + count]


def main(snakemake: Job) -> None:
    """Train all widths and scales of one depth and batch of seeds."""
    cfg, layers = snakemake.params.cfg, int(snakemake.wildcards.layers)
    task = SingleIndex.model_validate(section(cfg, "task"))
    descent = Descent.model_validate(section(cfg, "descent"))
    seeds, rows = seeds_of(snakemake.wildcards.seeds), []
    where = device(section(cfg, "device"))
    kernels: dict[str, Parameters] = {}
    done = PartialResults.of(snakemake)
    for width in section(cfg, f"depths.{layers}"):
        network = NtkMlp([task.inputs, *[width] * (layers - 1), 1])
        for alpha in section(cfg, "alphas"):
            condition = f"width-{width}.alpha-{alpha:g}"
            how = layers, width, alpha, task, descent, where
            parts = [
                done.part(f"{condition}.seeds-{group[0]}-{group[-1]}", measured, group, *how)
                for group in groups(seeds, network, section(cfg, "weights"))
            ]
            rows += [part.table for part in parts]
            kernels[condition] = {
                name: torch.cat([part.tensors[name] for part in parts]) for name in parts[0].tensors
            }
            print(f"width {width}, α = {alpha:g}: {rows[-1].steps.max()} steps", flush=True)
    Stored.grouped(kernels).save(snakemake.output.kernels)
    write_table(pd.concat(rows, ignore_index=True), snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
