"""A training step of the papers' networks: ensembles, plain torch one by one, and what is planned.

    python -m benchmarks.paper_scale [--device cpu] [--threads 1] [--rounds 3] [--csv FILE]

The ensemble is that of the training loop, with the optimiser and on the examples of the paper
scale, without callbacks. The loop trains the same networks one after the other, written with the
modules of torch. Rounds alternate between both. Reported are milliseconds of a step of all networks
(median over rounds, with the device waited for), loop over ensemble, and the milliseconds that
`make plan` expects of a step as long as no job of its rule is recorded.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks.trainer import MOMENTUM
from workflow_scripts.core.arithmetic import export_arithmetic, fix_arithmetic
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.ensemble.optimiser import Optimiser
from workflow_scripts.learning.ensemble.optimisers.adamw import AdamW
from workflow_scripts.learning.ensemble.optimisers.sgd import Sgd
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.network import moved
from workflow_scripts.learning.networks.pair_settings import pair_network
from workflow_scripts.learning.networks.settings import network
from workflow_scripts.learning.work import step_of
from workflow_scripts.operation.plan.estimate import expected_seconds

SYMBOLS, PAIRS = 113, 3830
"""Of the table of Nanda et al. 2023, of which 30 % is for training."""
WARM_UP, STEPS = 2, {"cpu": 2, "cuda": 30}
"""Steps before the first round, and those of a round."""
Steps = Callable[[int], None]


@dataclass(frozen=True)
class Case:
    """An ensemble of the paper scale, and the plain module of one of its networks."""

    name: str
    settings: dict[str, Any]
    members: int
    batch: int
    plain: Callable[[], nn.Module]
    adam: bool = False
    symbols: int | None = None

    @property
    def training(self) -> Training:
        """The optimiser of the paper."""
        kind = AdamW(kind="adamw") if self.adam else Sgd(kind="sgd", momentum=MOMENTUM)
        return Training(optimiser=kind, learning_rate=1e-3, batch_size=self.batch, steps=10**9)

    def examples(self, where: torch.device) -> tuple[Tensor, Tensor]:
        """Inputs `[M, B, …]` and class numbers `[M, B]` of a batch of each network."""
        draw, shape = torch.Generator().manual_seed(0), (self.members, self.batch)
        if self.symbols:
            inputs = torch.randint(self.symbols, (*shape, 2), generator=draw)
        else:
            built = network(self.settings)
            inputs = torch.randn(*shape, *built.input_shape, generator=draw)
        labels = torch.randint(self.symbols or 10, shape, generator=draw)
        return inputs.to(where), labels.to(where)


def unit(before: int, channels: int, kernel: int, stride: int) -> nn.Module:
    """A convolution and its normalisation."""
    convolution = nn.Conv2d(before, channels, kernel, stride, padding=kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(channels))


class PlainBlock(nn.Module):
    """A residual block (He et al. 2016)."""

    def __init__(self, before: int, channels: int, stride: int) -> None:
        super().__init__()
        self.first, self.second = unit(before, channels, 3, stride), unit(channels, channels, 3, 1)
        same = before == channels
        self.shortcut = nn.Identity() if same else unit(before, channels, 1, stride)

    def forward(self, inputs: Tensor) -> Tensor:
        return (self.second(self.first(inputs).relu()) + self.shortcut(inputs)).relu()


def plain_residual(channels: list[int], blocks: int) -> nn.Module:
    """A residual network on images of three colours."""
    layers: list[nn.Module] = [unit(3, channels[0], 3, 1), nn.ReLU()]
    before = channels[0]
    for stage, width in enumerate(channels):
        for block in range(blocks):
            layers.append(PlainBlock(before, width, 2 if stage and not block else 1))
            before = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 10))


class PlainTransformer(nn.Module):
    """One layer on the three symbols of `a b =`, all positions computed, read at the last."""

    def __init__(self, symbols: int, width: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.heads, self.equals = heads, symbols
        self.embedding, self.positions = nn.Embedding(symbols + 1, width), nn.Embedding(3, width)
        self.attention = nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(4))
        self.inner, self.outer = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.unembedding = nn.Linear(width, symbols, bias=False)

    def forward(self, pairs: Tensor) -> Tensor:
        three = F.pad(pairs, (0, 1), value=self.equals)
        stream = self.embedding(three) + self.positions.weight
        *read, mixed = self.attention
        query, key, value = (
            part(stream).unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in read
        )
        seen = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        stream = stream + mixed(seen.transpose(1, 2).flatten(2))
        return self.unembedding(stream + self.outer(self.inner(stream).relu()))[:, -1]


def plain_perceptron() -> nn.Module:
    """LeNet-300-100."""
    layers = [nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10)]
    return nn.Sequential(*layers)


def residual(channels: list[int], blocks: int) -> dict[str, Any]:
    """The settings of a residual network for CIFAR-10."""
    shape = {"input": [3, 32, 32], "channels": channels, "blocks": blocks, "classes": 10}
    return {"kind": "residual", **shape}


TWENTY, EIGHTEEN = ([16, 32, 64], 3), ([64, 128, 256, 512], 2)
TRANSFORMER = {"kind": "pair-transformer", "embedding": 128, "heads": 4, "hidden": 512}
CASES = [
    Case("LeNet-300-100", {"kind": "mlp", "sizes": [784, 300, 100, 10]}, 5, 60, plain_perceptron),
    Case("ResNet-20", residual(*TWENTY), 5, 128, lambda: plain_residual(*TWENTY)),
    Case("ResNet-20, alone", residual(*TWENTY), 1, 128, lambda: plain_residual(*TWENTY)),
    Case("ResNet-18, alone", residual(*EIGHTEEN), 1, 128, lambda: plain_residual(*EIGHTEEN)),
    Case(
        "pair transformer",
        TRANSFORMER,
        5,
        PAIRS,
        lambda: PlainTransformer(SYMBOLS, 128, 4, 512),
        adam=True,
        symbols=SYMBOLS,
    ),
]


def ours(case: Case, where: torch.device) -> Steps:
    """Steps of the ensemble, as the training loop does them."""
    built = pair_network(case.settings, case.symbols) if case.symbols else network(case.settings)
    start = moved(built.initialise(range(case.members)), where)
    rates = [case.training.learning_rate] * case.members
    optimiser = Optimiser(case.training, start, rates, [0.0] * case.members)
    batch = case.examples(where)

    @torch.no_grad()
    def run(steps: int) -> None:
        for step in range(steps):
            _, gradients = built.losses_and_gradients(optimiser.parameters, *batch, cross_entropy)
            optimiser.step(gradients, step)

    return run


def loop(case: Case, where: torch.device) -> Steps:
    """The same steps of one plain network after the other."""
    models = [case.plain().to(where) for _ in range(case.members)]
    optimisers = [
        torch.optim.AdamW(model.parameters(), 1e-3)
        if case.adam
        else torch.optim.SGD(model.parameters(), 1e-3, MOMENTUM)
        for model in models
    ]
    batch = case.examples(where)

    def run(steps: int) -> None:
        for _ in range(steps):
            for model, optimiser, inputs, labels in zip(models, optimisers, *batch, strict=True):
                optimiser.zero_grad()
                F.cross_entropy(model(inputs), labels).backward()
                optimiser.step()

    return run


def milliseconds(run: Steps, steps: int, where: torch.device) -> float:
    """Wall time per step, until the device has done the last one."""
    started = time.perf_counter()
    run(steps)
    if where.type == "cuda":
        torch.cuda.synchronize()
    return 1e3 * (time.perf_counter() - started) / steps


def measured(case: Case, where: torch.device, rounds: int) -> dict[str, str | float]:
    """Medians over alternating rounds."""
    runs, spent = (ours(case, where), loop(case, where)), []
    for run in runs:
        milliseconds(run, WARM_UP, where)
    for _ in range(rounds):
        spent.append([milliseconds(run, STEPS[where.type], where) for run in runs])
    planned = step_of(case.settings, case.members, case.batch, case.symbols)
    return {
        "case": case.name,
        "networks": case.members,
        "batch": case.batch,
        "ensemble_ms": statistics.median(own for own, _ in spent),
        "loop_ms": statistics.median(other for _, other in spent),
        "ratio": statistics.median(other / own for own, other in spent),
        "planned_ms": 1e3 * expected_seconds(planned, where.type == "cuda"),
        "gflop": planned.flop / 1e9,
        "kernels": planned.kernels,
    }


def every(where: torch.device, rounds: int) -> Iterator[dict[str, str | float]]:
    """Measure all cases and print each."""
    for case in CASES:
        row = measured(case, where, rounds)
        print(
            f"{row['case']:18} {row['networks']} × {row['batch']:5}: ensemble"
            f" {row['ensemble_ms']:8.2f} ms, loop {row['loop_ms']:8.2f} ms, ratio"
            f" {row['ratio']:5.2f}, planned {row['planned_ms']:8.2f} ms",
            flush=True,
        )
        yield row


def main() -> None:
    """Measure and print one line per network."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--threads", type=int, default=1, help="torch's threads (default 1)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--csv", help="also write the table to this file")
    given = parser.parse_args()
    fix_arithmetic(given.threads)
    where = device(given.device)
    if where.type == "cuda":
        print(torch.cuda.get_device_name(), "torch", torch.__version__)
    table = pd.DataFrame(every(where, given.rounds))
    if given.csv:
        write_table(table, given.csv)


if __name__ == "__main__":
    export_arithmetic()
    main()
