"""Step: networks whose weights are written down, for functions of some kinds of each seed."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.parts_by_seed import by_seed
from workflow_scripts.studies.approximation.constructions import Built, interpolant
from workflow_scripts.studies.approximation.drawing import DRAWN_PLACES, drawing
from workflow_scripts.studies.approximation.interpolation import CHEBYSHEV, nodes
from workflow_scripts.studies.approximation.marks import FUNCTIONS, POLYNOMIAL, RELU
from workflow_scripts.studies.approximation.measures import Grid, outputs
from workflow_scripts.studies.approximation.networks import Cubic
from workflow_scripts.studies.approximation.settings import Functions, Places
from workflow_scripts.studies.approximation.targets import HIGH, LOW, Function, target


def interpolating(function: Function, width: int) -> Built:
    """The network of one hidden layer through equidistant points of a function."""
    places = np.linspace(LOW, HIGH, width + 1)
    return interpolant(places, function(places))


def cubic_fit(function: Function, width: int, seed: int) -> Built:
    """A network with random hidden units of the third power; its last layer is the best one.

    Least squares at Chebyshev points, where it is near the best polynomial in the largest error.
    """
    network = Cubic([1, width, 1])
    drawn = network.initialise([stream_seed(seed, "cubic", width)])
    parameters = {name: tensor.double() for name, tensor in drawn.items()}
    places, _ = nodes(CHEBYSHEV, DRAWN_PLACES)
    hidden = network.hidden(parameters, torch.from_numpy(places).unsqueeze(1))[0].numpy()
    columns = np.concatenate([hidden, np.ones((len(places), 1))], axis=1)
    found = np.linalg.lstsq(columns, function(places), rcond=None)[0]
    parameters["weight1"] = torch.from_numpy(found[None, :-1, None])
    parameters["bias1"] = torch.from_numpy(found[None, -1:])
    return network, parameters


def widths_of_seed(
    functions: Functions, kinds: Iterable[str], widths: Iterable[int], grid: Grid, seed: int
) -> pd.DataFrame:
    """Errors of the networks of each kind of function and each width."""
    rows: list[dict[str, Any]] = []
    for kind in kinds:
        function = target(kind, functions, seed)
        for width in widths:
            built = {
                RELU: interpolating(function, width),
                POLYNOMIAL: cubic_fit(function, width, seed),
            }
            for activation, network in built.items():
                errors = grid.errors(*network, function)
                facts = {"seed": seed, "kind": kind, "activation": activation, "width": width}
                rows.append(facts | {"inside": errors.inside, "outside": errors.outside})
    return pd.DataFrame(rows)


def drawings_of_seed(
    functions: Functions, kinds: Sequence[str], width: int, grid: Grid, seed: int
) -> pd.DataFrame:
    """Curves to draw: a function of each kind, and the network of a width through its points."""
    reach = float(np.max(grid.outside))
    x = np.linspace(-reach, reach, DRAWN_PLACES)
    parts = []
    for kind in kinds:
        function = target(kind, functions, seed)
        parts.append(drawing(seed, kind, "function", x, function(x)))
        network = interpolating(function, width)
        parts.append(drawing(seed, kind, f"{width} units", x, outputs(*network, x)))
    return pd.concat(parts, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write the errors of all networks of a batch, and curves of its first seed."""
    cfg, done = snakemake.params.cfg, PartialResults.of(snakemake)
    kinds = FUNCTIONS[snakemake.wildcards.functions]
    functions = Functions.model_validate(section(cfg, "functions"))
    grid = Grid.of(Places.model_validate(section(cfg, "places")))
    widths, seeds = section(cfg, "widths"), seeds_of(snakemake.wildcards.seeds)

    def of_seed(seed: int) -> dict[str, pd.DataFrame]:
        tables = {"table": widths_of_seed(functions, kinds, widths, grid, seed)}
        if seed == seeds[0]:
            tables["drawings"] = drawings_of_seed(functions, kinds, widths[1], grid, seed)
        print(f"seed {seed}", flush=True)
        return tables

    for name, table in by_seed(done, seeds, of_seed).items():
        write_table(table, snakemake.output[name])
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
