"""Step: sparse parity from the lazy to the rich regime, and labels without sparse structure."""

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
from workflow_scripts.learning.kernels.empirical import empirical_kernel
from workflow_scripts.learning.kernels.regression import KernelRegression
from workflow_scripts.learning.networks.network import Parameters, moved
from workflow_scripts.learning.networks.ntk_mlp import NtkMlp
from workflow_scripts.learning.partial_results import Found, PartialResults
from workflow_scripts.studies.ntk.descent import Problem, descend, weight_change
from workflow_scripts.studies.ntk.marks import DENSE, KERNEL, NETWORK, SPARSE, TARGETS
from workflow_scripts.studies.ntk.settings import Parity
from workflow_scripts.studies.ntk.widths import distance

SIGNS = 2
"""Number of inputs whose product is the parity."""


def drawn(seed: int, target: str, task: Parity) -> tuple[Tensor, Tensor, Tensor]:
    """Signs `[n + n', d]`, labels ±1, and the numbers of the inputs that the parity depends on.

    The dense target is the sign of a quadratic form in all pairs of inputs: of the same degree, so
    that a kernel finds neither easier by its degree, but without few inputs to be found.
    """
    draw, count = generator(seed, "parity"), task.examples + task.unseen
    inputs = torch.randint(0, 2, (count, task.inputs), generator=draw).double() * 2 - 1
    relevant = torch.randperm(task.inputs, generator=draw)[:SIGNS]
    if target == SPARSE:
        return inputs, inputs[:, relevant].prod(1), relevant
    if target == DENSE:
        form = torch.randn(task.inputs, task.inputs, generator=draw, dtype=torch.float64).triu(1)
        labels = torch.where(((inputs @ form) * inputs).sum(1) > 0, 1.0, -1.0).double()
        return inputs, labels, relevant
    labels = torch.randint(0, 2, (count,), generator=draw).double() * 2 - 1
    return inputs, labels, relevant


def alignment(kernels: Tensor, labels: Tensor) -> Tensor:
    """Centred alignment `[M]` of kernels `[M, N, N]` with the labels `[M, N]`.

    The cosine between both matrices HKH and Hyyᵀ H, where H subtracts means (Cortes et al. 2012).
    """
    centred = kernels - kernels.mean(1, keepdim=True)
    centred = centred - centred.mean(2, keepdim=True)
    own = labels - labels.mean(1, keepdim=True)
    along = (own * (centred @ own.unsqueeze(2)).squeeze(2)).sum(1)
    return along / (centred.flatten(1).norm(dim=1) * own.square().sum(1))


def correct(outputs: Tensor, labels: Tensor) -> Tensor:
    """The share `[M]` of outputs with the sign of their label, in %; NaN where one is not finite.

    An output of zero has no sign, and is wrong.
    """
    share = 100 * (outputs.sign() == labels).double().mean(1)
    return share.masked_fill(~outputs.isfinite().all(1), torch.nan)


def measured(
    seeds: list[int],
    target: str,
    task: Parity,
    done: PartialResults,
    where: torch.device | str = "cpu",
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Parameters]]:
    """One row per seed and output scale; first-layer weights of the first seed; trained weights."""
    parts = [drawn(seed, target, task) for seed in seeds]
    inputs, labels, relevant = (torch.stack(part).to(where) for part in zip(*parts, strict=True))
    seen, new = inputs[:, : task.examples].contiguous(), inputs[:, task.examples :].contiguous()
    known, wanted = labels[:, : task.examples].contiguous(), labels[:, task.examples :]
    near, named = new[:, : task.aligned].contiguous(), wanted[:, : task.aligned]
    network = NtkMlp([task.inputs, task.width, 1])
    initial = moved(network.initialise([stream_seed(seed, "weights") for seed in seeds]), where)
    before = empirical_kernel(network, initial, near, near)
    rows, features = [], [_features(initial, relevant, seeds[0], 0.0, "before")]
    kept: dict[str, Parameters] = {"initial": initial}
    scales = task.alphas if target == SPARSE else (task.rich, task.lazy)

    def at(alpha: float) -> Found:
        alphas = torch.full((len(seeds),), alpha, dtype=torch.float64, device=where)
        problem = Problem(network, initial, seen, known, alphas)
        trained = descend(problem, task.descent)
        after = empirical_kernel(network, trained.parameters, near, near)
        ends = {
            "accuracy": correct(problem.outputs(trained.parameters, new), wanted),
            "alignment": alignment(after, named),
            "rise": alignment(after, named) - alignment(before, named),
            "weight_change": weight_change(initial, trained.parameters),
            "kernel_change": distance(before, after),
        }
        lost = trained.steps < 0
        numbers = {name: value.masked_fill(lost, torch.nan) for name, value in ends.items()}
        numbers |= {"loss": trained.losses, "steps": trained.steps}
        facts = {"seed": seeds, "target": target, "learner": NETWORK, "alpha": alpha}
        print(f"{target}, α = {alpha:g}: {trained.steps.tolist()} steps", flush=True)
        table = pd.DataFrame(facts | {n: v.cpu().numpy() for n, v in numbers.items()})
        return Found.of(table, trained.parameters)

    for alpha in scales:
        part = done.part(f"{target}, α = {alpha:g}", at, alpha)
        rows.append(part.table)
        trained = kept[f"alpha-{alpha:g}"] = dict(part.tensors)
        if alpha in (task.rich, task.lazy):
            features.append(_features(trained, relevant, seeds[0], alpha, "after"))
    rows.append(_kernel_row(seeds, target, network, initial, (seen, known), (new, wanted), task))
    return pd.concat(rows, ignore_index=True), pd.concat(features, ignore_index=True), kept


def _kernel_row(
    seeds: list[int],
    target: str,
    network: NtkMlp,
    initial: Parameters,
    training: tuple[Tensor, Tensor],
    unseen: tuple[Tensor, Tensor],
    task: Parity,
) -> pd.DataFrame:
    """The same for descent with the kernel before training: the linearised network at that loss."""
    (seen, known), (new, wanted) = training, unseen
    regression = KernelRegression.of(empirical_kernel(network, initial, seen, seen), known)
    rates = 1 / regression.values[:, -1]
    times = regression.times_of(torch.full_like(rates, task.descent.loss), rates)
    coefficients = regression.descended(rates, times)
    outputs = empirical_kernel(network, initial, new, seen) @ coefficients.unsqueeze(2)
    near, named = new[:, : task.aligned].contiguous(), wanted[:, : task.aligned]
    still = alignment(empirical_kernel(network, initial, near, near), named)
    facts = {"seed": seeds, "target": target, "learner": KERNEL, "alpha": float("inf")}
    numbers = {
        "accuracy": correct(outputs.squeeze(2), wanted),
        "alignment": still,
        "rise": torch.zeros_like(still),
        "weight_change": torch.zeros_like(still),
        "kernel_change": torch.zeros_like(still),
        "loss": torch.full_like(still, task.descent.loss),
        "steps": times.ceil(),
    }
    return pd.DataFrame(facts | {name: value.cpu().numpy() for name, value in numbers.items()})


def _features(
    parameters: Parameters, relevant: Tensor, seed: int, alpha: float, moment: str
) -> pd.DataFrame:
    """The weights of each unit of the first network: to both relevant inputs, the largest other."""
    weights, relevant = parameters["weight0"][0].cpu(), relevant.cpu()
    others = weights.clone()
    others[relevant[0]] = 0
    first, second = weights[relevant[0]]
    table = {"first": first.numpy(), "second": second.numpy()}
    largest = others.abs().max(0).values.numpy()
    facts = {"seed": seed, "alpha": alpha, "moment": moment, "unit": range(len(largest))}
    return pd.DataFrame(facts | table | {"other": largest})


def main(snakemake: Job) -> None:
    """Train all targets and scales of a batch of seeds."""
    cfg = snakemake.params.cfg
    task, where = Parity.model_validate(section(cfg, "parity")), device(section(cfg, "device"))
    seeds, rows = list(seeds_of(snakemake.wildcards.seeds)), []
    done = PartialResults.of(snakemake)
    for target in TARGETS:
        table, features, kept = measured(seeds, target, task, done, where)
        rows.append(table)
        if target == SPARSE:
            write_table(features, snakemake.output.features)
            groups = {name: dict(arrays) for name, arrays in kept.items()}
            Stored.grouped(groups).save(snakemake.output.trained)
    write_table(pd.concat(rows, ignore_index=True), snakemake.output.parity)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
