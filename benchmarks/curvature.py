"""The largest Hessian eigenvalue of several networks at once against curvlinops one by one.

    python -m benchmarks.curvature [--threads 1] [--csv FILE]

Both compute λ_max of the same networks over the same examples in float32, to the same tolerance by
the same criterion (ARPACK's: residual ≤ tolerance · |λ|). curvlinops provides the Hessian-vector
products and scipy's ARPACK the search, with its default and with a smaller basis; the faster of the
two counts. Rounds alternate, so that other load on the machine slows both. Reported are CPU seconds
(median over rounds), the median of the ratios per round, Hessian-vector products per network, and
the largest relative difference of an eigenvalue.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import pandas as pd
import torch
from curvlinops import HessianLinearOperator
from scipy.sparse.linalg import LinearOperator, eigsh
from torch import Tensor

from workflow_scripts.core.arithmetic import export_arithmetic, fix_arithmetic
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.learning.curvature.lanczos import top_eigenvalues
from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.optimisers.sgd import Sgd
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import Parameters

MEMBERS = 5
EXAMPLES = 2000
TOLERANCE = 1e-3
ROUNDS = 5
STEPS = 300
SIZES = [[196, 128, 128, 10], [784, 300, 100, 10]]
BASES = (None, 10)
"""Numbers of basis vectors for ARPACK: its default of 20, and one that checks earlier."""


def problem(network: Mlp) -> tuple[Objective, Parameters]:
    """Networks after a few steps on made-up classes: their spectra have outliers, as real ones."""
    generator = torch.Generator().manual_seed(0)
    pixels, classes = network.sizes[0], network.sizes[-1]
    centres = torch.randn(classes, pixels, generator=generator)
    labels = torch.arange(EXAMPLES) % classes
    inputs = 0.3 * centres[labels] + torch.randn(EXAMPLES, pixels, generator=generator)
    seeds = list(range(MEMBERS))
    recipe = Training(optimiser=Sgd(kind="sgd"), learning_rate=0.02, batch_size=64, steps=STEPS)
    shown = Split(inputs, ClassNumbers(labels))
    start = Ensemble(network, network.initialise(seeds), shown, seeds)
    return Objective(network, shown), train(start, recipe)


def at_once(objective: Objective, parameters: Parameters) -> tuple[Tensor, float]:
    """Eigenvalues `[M]` and mean number of products, computed by this project."""
    top = top_eigenvalues(objective.hessian(parameters), list(range(MEMBERS)), TOLERANCE)
    return top.values, top.iterations.double().mean().item()


def one_by_one(
    modules: Sequence[torch.nn.Module], objective: Objective, basis: int | None
) -> tuple[Tensor, float]:
    """Eigenvalues `[M]` and mean number of products, computed by curvlinops and ARPACK."""
    values, products = [], 0
    for module in modules:
        operator = HessianLinearOperator(
            module,
            torch.nn.CrossEntropyLoss(),
            list(module.parameters()),
            [(objective.examples.inputs, objective.examples.targets.values)],
            check_deterministic=False,
        ).to_scipy()
        counted = Counted(operator)
        found = eigsh(counted, k=1, which="LA", tol=TOLERANCE, ncv=basis, return_eigenvectors=False)
        values.append(float(found[0]))
        products += counted.products
    return torch.tensor(values, dtype=torch.float64), products / len(modules)


class Counted(LinearOperator):
    """A linear operator that counts its products."""

    def __init__(self, operator: LinearOperator) -> None:
        super().__init__(operator.dtype, operator.shape)
        self.operator, self.products = operator, 0

    def _matvec(self, x: object) -> object:
        self.products += 1
        return self.operator.matvec(x)


def modules(network: Mlp, parameters: Parameters) -> Iterator[torch.nn.Module]:
    """Each member as torch modules."""
    for member in range(MEMBERS):
        layers: list[torch.nn.Module] = []
        for layer in range(network.layers):
            linear = torch.nn.Linear(*network.sizes[layer : layer + 2])
            linear.weight.data = parameters[f"weight{layer}"][member].T.clone()
            linear.bias.data = parameters[f"bias{layer}"][member].clone()
            layers += [linear, torch.nn.ReLU()]
        yield torch.nn.Sequential(*layers[:-1])


def measure(sizes: list[int]) -> dict[str, object]:
    """One row of the table."""
    network = Mlp(sizes)
    objective, parameters = problem(network)
    theirs = list(modules(network, parameters))
    ways: list[Callable[[], tuple[Tensor, float]]] = [lambda: at_once(objective, parameters)]
    ways += [lambda basis=basis: one_by_one(theirs, objective, basis) for basis in BASES]
    found = [way() for way in ways]  # also warms up
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for number, way in enumerate(ways):
            begun = time.process_time()
            way()
            seconds[number].append(time.process_time() - begun)
    medians = [statistics.median(each) for each in seconds]
    best = min(range(1, len(ways)), key=medians.__getitem__)
    reference = found[best][0]
    return {
        "network": "-".join(map(str, sizes)),
        "networks": MEMBERS,
        "ours_s": medians[0],
        "curvlinops_s": medians[best],
        "ratio": statistics.median(t / o for o, t in zip(seconds[0], seconds[best], strict=True)),
        "our_products": found[0][1],
        "their_products": found[best][1],
        "ratio_per_product": medians[best] / found[best][1] / (medians[0] / found[0][1]),
        "largest_difference": ((found[0][0] - reference) / reference).abs().max().item(),
    }


def main(arguments: Sequence[str]) -> None:
    """Measure all networks and print the table."""
    parser = argparse.ArgumentParser(description="λ_max of several networks, two ways")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--csv", default=None)
    options = parser.parse_args(arguments)
    export_arithmetic()
    fix_arithmetic(options.threads)
    table = pd.DataFrame([measure(sizes) for sizes in SIZES])
    print(table.round(4).to_string(index=False))
    if options.csv:
        write_table(table, options.csv)


if __name__ == "__main__":
    main(sys.argv[1:])
