"""The ensemble trainer compared with a plain PyTorch loop and the matmul peak of the machine.

    python -m benchmarks.trainer [--threads 1] [--seconds 2] [--csv FILE]

Both train the same networks on the same data with the same optimiser; rounds alternate between
them, so that other load on the machine slows both. Reported are examples × networks per second
(median over rounds), their ratio per round, and the share of the measured peak of a large float32
matrix product, counting only the products of the forward and backward pass.
"""

import argparse
import itertools
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import torch
import torch.nn.functional as F

from workflow_scripts.core.arithmetic import export_arithmetic, fix_arithmetic
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.ensemble.optimiser import Optimiser
from workflow_scripts.learning.ensemble.optimisers.adam import Adam
from workflow_scripts.learning.ensemble.optimisers.sgd import Sgd
from workflow_scripts.learning.ensemble.randomness import DataOrder
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Network
from workflow_scripts.learning.networks.residual import Residual

EXAMPLES = 10_000
ROUNDS = 5


@dataclass(frozen=True)
class Case:
    """One network, ensemble size, batch size and optimiser."""

    name: str
    network: Network
    members: int
    batch: int
    training: Training
    flops: float
    """FLOP of the matrix products per example and network, forward and backward."""


def mlp(sizes: list[int], members: int, batch: int, optimiser: str) -> Case:
    """A multilayer perceptron; no product is needed for the gradient of its inputs."""
    pairs = list(itertools.pairwise(sizes))
    products = [2 * fan_in * fan_out for fan_in, fan_out in pairs]
    name = "-".join(map(str, sizes))
    return Case(
        name,
        Mlp(sizes),
        members,
        batch,
        _training(optimiser, batch),
        3 * sum(products) - products[0],
    )


MOMENTUM = 0.9
"""Momentum of stochastic gradient descent."""


def _training(optimiser: str, batch: int) -> Training:
    kind, rate = {
        "adam": (Adam(kind="adam"), 1e-3),
        "sgd": (Sgd(kind="sgd", momentum=MOMENTUM), 0.05),
    }[optimiser]
    return Training(optimiser=kind, learning_rate=rate, batch_size=batch, steps=10**9)


CASES = [
    mlp([196, 32, 10], 50, 32, "adam"),
    mlp([196, 32, 10], 50, 128, "adam"),
    mlp([196, 32, 10], 5, 32, "adam"),
    mlp([196, 128, 10], 50, 32, "adam"),
    mlp([784, 300, 100, 10], 5, 128, "sgd"),
    mlp([784, 300, 100, 10], 5, 128, "adam"),
    mlp([784, 300, 100, 10], 5, 60, "adam"),
    mlp([784, 300, 100, 10], 20, 128, "adam"),
    Case(
        "residual 8-16-32 × 2, length 40",
        Residual((1, 40), [8, 16, 32], 2, 10),
        5,
        64,
        _training("sgd", 64),
        float("nan"),
    ),
]


def plain(case: Case, inputs: torch.Tensor, labels: torch.Tensor) -> Callable[[], None]:
    """One step of every network in turn, with modules, autograd and one optimiser each."""
    models = [_module(case.network) for _ in range(case.members)]
    training = case.training
    optimisers = [
        torch.optim.Adam(model.parameters(), training.learning_rate)
        if training.optimiser.kind == "adam"
        else torch.optim.SGD(model.parameters(), training.learning_rate, MOMENTUM)
        for model in models
    ]
    order = DataOrder(list(range(case.members)), len(inputs), case.batch)
    step = 0

    def run() -> None:
        nonlocal step
        batches = order.batch(step)
        step += 1
        for model, optimiser, batch in zip(models, optimisers, batches, strict=True):
            optimiser.zero_grad()
            F.cross_entropy(model(inputs[batch]), labels[batch]).backward()
            optimiser.step()

    return run


def ours(case: Case, inputs: torch.Tensor, labels: torch.Tensor) -> Callable[[], None]:
    """The same step of the ensemble trainer, without its callbacks."""
    seeds = list(range(case.members))
    rates = [case.training.learning_rate] * case.members
    optimiser = Optimiser(case.training, case.network.initialise(seeds), rates, [0.0] * len(rates))
    order = DataOrder(seeds, len(inputs), case.batch)
    step = 0

    @torch.no_grad()
    def run() -> None:
        nonlocal step
        batch = order.batch(step)
        rows = inputs.index_select(0, batch.reshape(-1)).view(*batch.shape, *inputs.shape[1:])
        _, gradients = case.network.losses_and_gradients(
            optimiser.parameters, rows, labels[batch], cross_entropy
        )
        optimiser.step(gradients, step)
        step += 1

    return run


def _module(network: Network) -> torch.nn.Module:
    if isinstance(network, Mlp):
        layers: list[torch.nn.Module] = []
        for fan_in, fan_out in itertools.pairwise(network.sizes):
            layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
        return torch.nn.Sequential(*layers[:-1])
    if isinstance(network, Residual):
        return PlainResidual(network)
    raise TypeError(f"no plain module for {type(network).__name__}")


class PlainResidual(torch.nn.Module):
    """The residual network, built from modules of torch."""

    def __init__(self, network: Residual) -> None:
        super().__init__()
        self.blocks = torch.nn.ModuleList()
        before = network.channels[0]
        self.stem = self._unit(network.shape[0], before, 3, 1)
        for stage, channels in enumerate(network.channels):
            for block in range(network.blocks):
                stride = 2 if stage and not block else 1
                parts = {
                    "first": self._unit(before, channels, 3, stride),
                    "second": self._unit(channels, channels, 3, 1),
                }
                if before != channels:
                    parts["shortcut"] = self._unit(before, channels, 1, stride)
                self.blocks.append(torch.nn.ModuleDict(parts))
                before = channels
        self.output = torch.nn.Linear(before, network.classes)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        hidden = self.stem(inputs).relu()
        for block in self.blocks:
            inner = block["second"](block["first"](hidden).relu())
            hidden = (inner + (block["shortcut"](hidden) if "shortcut" in block else hidden)).relu()
        return self.output(hidden.mean(2))

    @staticmethod
    def _unit(before: int, channels: int, kernel: int, stride: int) -> torch.nn.Module:
        convolution = torch.nn.Conv1d(
            before, channels, kernel, stride, padding=kernel // 2, bias=False
        )
        return torch.nn.Sequential(convolution, torch.nn.BatchNorm1d(channels))


def seconds_a_step(run: Callable[[], None], budget: float) -> float:
    """Mean seconds of a call over about `budget` seconds."""
    started, calls = time.perf_counter(), 0
    while time.perf_counter() - started < budget:
        run()
        calls += 1
    return (time.perf_counter() - started) / calls


def peak(budget: float) -> float:
    """FLOP per second of a float32 product of 1024 × 1024 matrices."""
    one, other = torch.randn(1024, 1024), torch.randn(1024, 1024)
    return 2 * 1024**3 / seconds_a_step(lambda: one @ other, budget)


def measure(case: Case, budget: float) -> dict[str, str | int | float]:
    """Median rates and ratio over alternating rounds."""
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(EXAMPLES, *case.network.input_shape, generator=generator)
    labels = torch.randint(0, 10, (EXAMPLES,), generator=generator)
    runs = {"loop": plain(case, inputs, labels), "ours": ours(case, inputs, labels)}
    for run in runs.values():
        for _ in range(3):
            run()
    share = budget / (2 * ROUNDS + 1)
    times = [
        {name: seconds_a_step(run, share) for name, run in runs.items()} for _ in range(ROUNDS)
    ]
    top = peak(share)
    work = case.members * case.batch
    own = statistics.median(work / each["ours"] for each in times)
    return {
        "network": case.name,
        "networks": case.members,
        "batch": case.batch,
        "optimiser": case.training.optimiser.kind,
        "loop_per_second": statistics.median(work / each["loop"] for each in times),
        "ours_per_second": own,
        "ratio": statistics.median(each["loop"] / each["ours"] for each in times),
        "ratio_low": min(each["loop"] / each["ours"] for each in times),
        "ratio_high": max(each["loop"] / each["ours"] for each in times),
        "share_of_peak": own * case.flops / top,
        "peak_gflops": top / 1e9,
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure all cases and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--threads", type=int, default=1, help="torch's threads (default 1)")
    parser.add_argument("--seconds", type=float, default=10, help="for each case (default 10)")
    parser.add_argument("--csv", help="also write the table to this file")
    given = parser.parse_args(arguments)
    export_arithmetic()
    fix_arithmetic(given.threads)
    rows = []
    print(
        f"{'network':34}{'M':>4}{'batch':>6} {'optim':6}{'loop/s':>10}{'ours/s':>10}  ratio (range)"
    )
    for case in CASES:
        row = measure(case, given.seconds)
        rows.append(row)
        print(
            f"{row['network']:34}{row['networks']:>4}{row['batch']:>6} {row['optimiser']:6}"
            f"{row['loop_per_second']:>10,.0f}{row['ours_per_second']:>10,.0f}"
            f"  {row['ratio']:.2f} ({row['ratio_low']:.2f}–{row['ratio_high']:.2f})"
            + (
                f", {row['share_of_peak']:.0%} of peak"
                if row["share_of_peak"] == row["share_of_peak"]
                else ""
            ),
            flush=True,
        )
    print(f"peak: {rows[-1]['peak_gflops']:.0f} GFLOP/s with {given.threads} thread(s)")
    if given.csv:
        write_table(pd.DataFrame(rows), given.csv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
