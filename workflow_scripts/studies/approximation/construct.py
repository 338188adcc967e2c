"""Step: everything that is written down instead of trained, for each seed of a batch.

The networks that interpolate its functions, those with a polynomial as activation, polynomials,
and composed tents with the pieces that they have and need.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.partial_results import Found, PartialResults
from workflow_scripts.studies.approximation.composed import tent_rows
from workflow_scripts.studies.approximation.constructions import Built, interpolant
from workflow_scripts.studies.approximation.interpolation import (
    CHEBYSHEV,
    EQUISPACED,
    interpolated,
    nodes,
    runge,
)
from workflow_scripts.studies.approximation.measures import Grid, largest_error, outputs
from workflow_scripts.studies.approximation.networks import Cubic
from workflow_scripts.studies.approximation.settings import (
    Functions,
    Places,
    Polynomials,
    Tents,
)
from workflow_scripts.studies.approximation.targets import (
    HIGH,
    KINDS,
    LOW,
    SMOOTH,
    Function,
    target,
)

RELU, POLYNOMIAL = "ReLU", "polynomial"
DRAWN_PLACES = 401
"""Places at which curves are drawn."""


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
    functions: Functions, widths: Iterable[int], grid: Grid, seed: int
) -> list[dict[str, Any]]:
    """Errors of the networks of every kind of function and width."""
    rows = []
    for kind in KINDS:
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
    return rows


def polynomials_of_seed(
    functions: Functions, settings: Polynomials, grid: Grid, seed: int
) -> tuple[list[dict[str, Any]], float]:
    """Errors of polynomials through the smooth function and through a Runge function, and its c."""
    generator = np.random.Generator(np.random.PCG64(stream_seed(seed, "Runge")))
    steepness = float(generator.uniform(*settings.steepness))
    wanted = {SMOOTH: target(SMOOTH, functions, seed), "Runge": lambda x: runge(steepness, x)}
    rows = [
        {
            "seed": seed,
            "function": name,
            "nodes": kind,
            "degree": degree,
            "error": polynomial_error(function, kind, degree, grid.inside),
        }
        for name, function in wanted.items()
        for kind in (CHEBYSHEV, EQUISPACED)
        for degree in settings.degrees
    ]
    return rows, steepness


def polynomial_error(function: Function, kind: str, degree: int, places: np.ndarray) -> float:
    """The largest error of the polynomial through a function at the nodes of a kind."""
    at, weights = nodes(kind, degree)
    return largest_error(interpolated(at, weights, function(at), places), function(places))


def drawings_of_seed(
    functions: Functions,
    widths: tuple[int, ...],
    grid: Grid,
    steepness: float,
    degree: int,
    seed: int,
) -> pd.DataFrame:
    """Curves to draw: each function with its narrowest network but one, and Runge's polynomials."""
    reach = float(np.max(grid.outside))
    wide, inner = np.linspace(-reach, reach, DRAWN_PLACES), np.linspace(LOW, HIGH, DRAWN_PLACES)
    curves: list[tuple[str, str, np.ndarray, np.ndarray]] = []
    for kind in KINDS:
        function = target(kind, functions, seed)
        network = interpolating(function, widths[1])
        curves.append((kind, "function", wide, function(wide)))
        curves.append((kind, f"{widths[1]} units", wide, outputs(*network, wide)))
    values = runge(steepness, inner)
    curves.append(("Runge", "function", inner, values))
    for kind in (CHEBYSHEV, EQUISPACED):
        at, weights = nodes(kind, degree)
        polynomial = interpolated(at, weights, runge(steepness, at), inner)
        curves.append(("Runge", kind, inner, polynomial))
    frames = [
        pd.DataFrame({"seed": seed, "panel": panel, "curve": curve, "x": x, "y": y})
        for panel, curve, x, y in curves
    ]
    return pd.concat(frames, ignore_index=True)


def tables_of(
    cfg: Mapping[str, Any], seeds: list[int], done: PartialResults
) -> dict[str, pd.DataFrame]:
    """The tables of a batch of seeds; curves are drawn of the first."""
    functions = Functions.model_validate(section(cfg, "functions"))
    polynomials = Polynomials.model_validate(section(cfg, "polynomials"))
    tents = Tents.model_validate(section(cfg, "tents"))
    widths = tuple(section(cfg, "widths"))
    grid = Grid.of(Places.model_validate(section(cfg, "places")))

    def of_seed(seed: int) -> Found:
        through, steepness = polynomials_of_seed(functions, polynomials, grid, seed)
        rows = {
            "constructed": widths_of_seed(functions, widths, grid, seed),
            "polynomials": through,
            "tents": tent_rows(tents, seed),
        }
        tables = {name: pd.DataFrame(each) for name, each in rows.items()}
        if seed == seeds[0]:
            degree = polynomials.degrees[len(polynomials.degrees) // 3]
            drawn = drawings_of_seed(functions, widths, grid, steepness, degree, seed)
            tables["drawings"] = drawn
        print(f"seed {seed}", flush=True)
        return Found(tables)

    parts = [done.part(f"seed {seed}", of_seed, seed).tables for seed in seeds]
    return {
        name: pd.concat([part[name] for part in parts if name in part], ignore_index=True)
        for name in parts[0]
    }


def main(snakemake: Job) -> None:
    """Write the tables of a batch."""
    done = PartialResults.of(snakemake)
    tables = tables_of(snakemake.params.cfg, seeds_of(snakemake.wildcards.seeds), done)
    for name, table in tables.items():
        write_table(table, snakemake.output[name])
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
