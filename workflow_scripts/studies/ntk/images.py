"""Step: a pair of classes of images, by a network, its own kernel, and its linearisation."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.examples import examples
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.kernels.arc_cosine import analytic_kernel
from workflow_scripts.learning.kernels.empirical import empirical_kernel
from workflow_scripts.learning.kernels.regression import KernelRegression
from workflow_scripts.learning.networks.network import Parameters, moved
from workflow_scripts.learning.networks.ntk_mlp import NtkMlp
from workflow_scripts.learning.partial_results import Found, PartialResults
from workflow_scripts.studies.ntk.descent import Problem, descend
from workflow_scripts.studies.ntk.marks import ANALYTIC, KERNEL, LINEARISED, NETWORK
from workflow_scripts.studies.ntk.parity import correct
from workflow_scripts.studies.ntk.settings import Images

TIMES = 24
"""The linearised network is looked at after 1, 2, 4 … steps, to this power of two."""


@dataclass(frozen=True)
class Part:
    """Images of the pair `[1, n, d]`, and labels `[1, n]`: ±1."""

    inputs: Tensor
    labels: Tensor

    def to(self, device: torch.device | str) -> "Part":
        """The same on `device`."""
        return Part(self.inputs.to(device), self.labels.to(device))

    def first(self, count: int) -> "Part":
        """The first `count` of them."""
        return Part(self.inputs[:, :count].contiguous(), self.labels[:, :count].contiguous())


def of_pair(split: Split, pair: tuple[int, int]) -> Part:
    """The images of two classes in float64, with an input that is always 1 in place of biases."""
    kept = torch.isin(split.targets.values, torch.tensor(pair))
    inputs = split.inputs[kept].double()
    inputs = torch.cat([inputs, torch.ones(len(inputs), 1, dtype=torch.float64)], dim=1)
    labels = torch.where(split.targets.values[kept] == pair[1], 1.0, -1.0).double()
    return Part(inputs.unsqueeze(0), labels.unsqueeze(0))


def parts_of(seed: int, data: str, settings: Images) -> tuple[Part, Part, Part]:
    """The training, validation and test images that a seed draws."""
    drawn = examples(settings.sample, Path(data), (-1,), [seed])
    train, validation, test = (
        of_pair(split.alone(0), settings.pair)
        for split in (drawn.train, drawn.validation, drawn.test)
    )
    if train.labels.shape[1] < settings.sizes[-1]:
        raise UserError(
            f"images.sizes: {settings.sizes[-1]} images of the pair are asked for, but"
            f" sample.train holds {train.labels.shape[1]}"
        )
    return train, validation, test


def by_kernels(
    network: NtkMlp, initial: Parameters, parts: list[Part], settings: Images
) -> dict[str, dict[str, Any]]:
    """Ridge regression with the kernel before training and with the analytic one, and descent.

    Gradient descent with the former is that of the linearised network, in closed form. Penalty and
    number of steps are chosen by the loss on validation.
    """
    train, validation, test = parts

    def own(left: Tensor, right: Tensor) -> Tensor:
        return empirical_kernel(network, initial, left, right)

    def infinite(left: Tensor, right: Tensor) -> Tensor:
        return analytic_kernel(left, right, network.layers)

    found = {}
    for learner, kernel in ((KERNEL, own), (ANALYTIC, infinite)):
        regression = KernelRegression.of(kernel(train.inputs, train.inputs), train.labels)
        largest = regression.values[:, -1]
        unit = float(largest) / train.labels.shape[1]
        rows = kernel(validation.inputs, train.inputs), kernel(test.inputs, train.inputs)
        ridges = {ridge: regression.ridge(ridge * unit) for ridge in settings.ridges}
        found[learner] = _chosen(ridges, *rows, validation, test)
        if learner == KERNEL:
            times = {2.0**power: torch.full_like(largest, 2.0**power) for power in range(TIMES)}
            ends = {step: regression.descended(1 / largest, time) for step, time in times.items()}
            found[LINEARISED] = _chosen(ends, *rows, validation, test)
    return found


def _chosen(
    fits: Mapping[float, Tensor], seen: Tensor, new: Tensor, validation: Part, test: Part
) -> dict[str, Any]:
    """The fit with the smallest loss on validation: coefficients `[1, n]` by what is chosen."""
    losses = {
        choice: float(((seen @ fit.unsqueeze(2)).squeeze(2) - validation.labels).square().mean())
        for choice, fit in fits.items()
    }
    best = min(losses, key=losses.__getitem__)
    accuracy = float(correct((new @ fits[best].unsqueeze(2)).squeeze(2), test.labels))
    return {"accuracy": accuracy, "validation_loss": losses[best], "chosen": best}


def by_descent(
    network: NtkMlp, initial: Parameters, parts: list[Part], settings: Images
) -> tuple[dict[str, Any], Parameters]:
    """Gradient descent on the network, ended where the loss on validation is smallest."""
    train, validation, test = parts
    scale = torch.tensor([settings.alpha], dtype=torch.float64, device=train.inputs.device)
    problem = Problem(network, initial, train.inputs, train.labels, scale)
    best: dict[str, Any] = {"accuracy": math.nan, "validation_loss": math.inf, "chosen": 0.0}
    kept = initial

    def watch(step: int, parameters: Parameters, losses: Tensor) -> None:
        nonlocal best, kept
        outputs = problem.outputs(parameters, validation.inputs)
        loss = float((outputs - validation.labels).square().mean())
        if loss < best["validation_loss"]:
            accuracy = float(correct(problem.outputs(parameters, test.inputs), test.labels))
            best = {"accuracy": accuracy, "validation_loss": loss, "chosen": float(step)}
            kept = parameters

    descend(problem, settings.descent, watch)
    return best, kept


def measured(
    seed: int,
    data: str,
    settings: Images,
    done: PartialResults,
    where: torch.device | str = "cpu",
) -> tuple[pd.DataFrame, dict[str, Parameters]]:
    """One row per number of images and way to learn; and the trained weights."""
    train, validation, test = (part.to(where) for part in parts_of(seed, data, settings))
    network = NtkMlp([train.inputs.shape[2], settings.width, 1])
    initial = moved(network.initialise([stream_seed(seed, "weights")]), where)

    def of_size(size: int) -> Found:
        parts = [train.first(size), validation, test]
        found = by_kernels(network, initial, parts, settings)
        found[NETWORK], weights = by_descent(network, initial, parts, settings)
        print(f"seed {seed}, {size} images: {found}", flush=True)
        rows = [{"seed": seed, "size": size, "learner": n, **row} for n, row in found.items()]
        return Found.of(pd.DataFrame(rows), weights)

    parts = {
        f"images-{size}": done.part(f"seed {seed}, {size} images", of_size, size)
        for size in settings.sizes
    }
    rows = pd.concat([part.table for part in parts.values()], ignore_index=True)
    return rows, {name: dict(part.tensors) for name, part in parts.items()}


def main(snakemake: Job) -> None:
    """Write the results of a batch of seeds, one after the other."""
    cfg = snakemake.params.cfg
    settings, where = Images.model_validate(section(cfg, "images")), device(section(cfg, "device"))
    done = PartialResults.of(snakemake)
    found = [
        measured(seed, snakemake.params.data, settings, done, where)
        for seed in seeds_of(snakemake.wildcards.seeds)
    ]
    write_table(pd.concat([table for table, _ in found], ignore_index=True), snakemake.output.table)
    groups = {
        name: {key: torch.cat([each[name][key] for _, each in found]) for key in arrays}
        for name, arrays in found[0][1].items()
    }
    Stored.grouped(groups).save(snakemake.output.trained)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
