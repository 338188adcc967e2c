"""The empirical kernels of an ensemble at once, compared with Jacobians one network at a time.

    python -m benchmarks.kernels [--threads 1] [--networks 10] [--examples 256] [--width 1024]

The second way is the usual recipe with torch.func: per-example gradients by vmap over a functional
call, and their inner products, for one network after the other. Kernels must agree to nine digits.
Reported are CPU seconds of the process (median over rounds) and their ratio per round, for networks
of two and of three layers in float64. The Jacobian of the deepest network takes 2 GB. If nngeometry
can be imported (`pip install --target FOLDER --no-deps nngeometry==0.4` and PYTHONPATH=FOLDER), its
kernels, which do without Jacobians where they can, are compared as well.
"""

import argparse
import importlib
import importlib.util
import itertools
import statistics
import time
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.learning.kernels.empirical import empirical_kernel
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.networks.ntk_mlp import NtkMlp

INPUTS = 10
ROUNDS = 3
SAME = 1e-9


def by_jacobians(network: NtkMlp, parameters: Parameters, inputs: Tensor) -> Tensor:
    """Kernels `[M, N, N]`, each from the Jacobian of one network."""
    kernels = []
    for member in range(len(parameters["weight0"])):
        own = {name: tensor[member] for name, tensor in parameters.items()}

        def output(at: Parameters, example: Tensor) -> Tensor:
            stacked = {name: tensor.unsqueeze(0) for name, tensor in at.items()}
            return network.logits(stacked, example.view(1, 1, -1)).squeeze()

        rows = torch.func.vmap(torch.func.grad(output), (None, 0))(own, inputs)
        parts = [gradients.flatten(1) for gradients in rows.values()]
        kernels.append(sum((part @ part.T for part in parts), torch.zeros(())))
    return torch.stack(kernels)


class Alone(torch.nn.Module):
    """One member as ordinary layers of torch."""

    def __init__(self, network: NtkMlp, parameters: Parameters, member: int) -> None:
        super().__init__()
        self.scales = network.scales
        self.layers = torch.nn.ModuleList(
            torch.nn.Linear(fan_in, fan_out, bias=False, dtype=torch.float64)
            for fan_in, fan_out in itertools.pairwise(network.sizes)
        )
        with torch.no_grad():
            for number, layer in enumerate(self.layers):
                layer.weight.copy_(parameters[f"weight{number}"][member].T)

    def forward(self, inputs: Tensor) -> Tensor:
        for number, (layer, scale) in enumerate(zip(self.layers, self.scales, strict=True)):
            inputs = layer(inputs if not number else inputs.relu()) * scale
        return inputs


def by_nngeometry(network: NtkMlp, parameters: Parameters, inputs: Tensor) -> Tensor:
    """Kernels `[M, N, N]` by that library, one network after the other."""
    gram: Any = importlib.import_module("nngeometry.gram")
    examples = torch.utils.data.TensorDataset(inputs)
    kernels = []
    for member in range(len(parameters["weight0"])):
        loader = torch.utils.data.DataLoader(examples, batch_size=len(inputs))
        model = Alone(network, parameters, member)
        kernels.append(gram.GramMatrix(model, loader).to_torch().view(len(inputs), len(inputs)))
    return torch.stack(kernels).detach()


def compared(layers: int, networks: int, examples: int, width: int) -> dict[str, float]:
    """Seconds of both ways and their ratio; AssertionError if the kernels differ."""
    network = NtkMlp([INPUTS, *[width] * (layers - 1), 1])
    parameters = network.initialise(range(networks))
    draw = torch.Generator().manual_seed(0)
    inputs = torch.randn(examples, INPUTS, generator=draw, dtype=torch.float64)
    ways = {"together": empirical, "one_by_one": by_jacobians}
    if importlib.util.find_spec("nngeometry"):
        ways["nngeometry"] = by_nngeometry
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        found = {}
        for name, way in ways.items():
            started = time.process_time()
            found[name] = way(network, parameters, inputs)
            seconds[name].append(time.process_time() - started)
        for theirs in found.values():
            assert (found["together"] - theirs).norm() < SAME * theirs.norm()
    row: dict[str, float] = {"layers": layers, "networks": networks, "width": width}
    row |= {f"{name}_s": statistics.median(each) for name, each in seconds.items()}
    for name in list(ways)[1:]:
        ratios = [b / a for a, b in zip(seconds["together"], seconds[name], strict=True)]
        row[f"{name}_ratio"] = statistics.median(ratios)
    return row


def empirical(network: NtkMlp, parameters: Parameters, inputs: Tensor) -> Tensor:
    """Kernels `[M, N, N]` as the study computes them."""
    return empirical_kernel(network, parameters, inputs, inputs)


def main(arguments: list[str] | None = None) -> None:
    """Print the table, and write it with --csv."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--networks", type=int, default=10)
    parser.add_argument("--examples", type=int, default=256)
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--csv", help="also write the table to this file")
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    rows = [compared(n, given.networks, given.examples, given.width) for n in (2, 3)]
    table = pd.DataFrame(rows)
    print(table.to_string(index=False, float_format=lambda value: f"{value:,.4g}"))
    if given.csv:
        write_table(table, given.csv)


if __name__ == "__main__":
    main()
