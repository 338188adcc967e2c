"""Step: polynomials through a smooth function and through a Runge function of each seed."""

from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.parts_by_seed import by_seed
from workflow_scripts.learning.streams import stream_seed
from workflow_scripts.studies.approximation.drawing import DRAWN_PLACES, drawing
from workflow_scripts.studies.approximation.interpolation import (
    CHEBYSHEV,
    EQUISPACED,
    interpolated,
    nodes,
    runge,
)
from workflow_scripts.studies.approximation.marks import SMOOTH
from workflow_scripts.studies.approximation.measures import Grid, largest_error
from workflow_scripts.studies.approximation.settings import Functions, Places, Polynomials
from workflow_scripts.studies.approximation.targets import HIGH, LOW, Function, target

RUNGE = "Runge"


def steepness_of(settings: Polynomials, seed: int) -> float:
    """The c of the Runge function 1 / (1 + (c x)²) of a seed."""
    generator = np.random.Generator(np.random.PCG64(stream_seed(seed, RUNGE)))
    return float(generator.uniform(*settings.steepness))


def polynomials_of_seed(
    functions: Functions, settings: Polynomials, grid: Grid, seed: int
) -> pd.DataFrame:
    """Errors of polynomials through the smooth function and through the Runge function."""
    steepness = steepness_of(settings, seed)
    wanted = {SMOOTH: target(SMOOTH, functions, seed), RUNGE: lambda x: runge(steepness, x)}
    rows: list[dict[str, Any]] = [
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
    return pd.DataFrame(rows)


def polynomial_error(function: Function, kind: str, degree: int, places: np.ndarray) -> float:
    """The largest error of the polynomial through a function at the nodes of a kind."""
    at, weights = nodes(kind, degree)
    return largest_error(interpolated(at, weights, function(at), places), function(places))


def drawings_of_seed(settings: Polynomials, seed: int) -> pd.DataFrame:
    """Curves to draw: the Runge function and two polynomials of a degree that is not high."""
    steepness, degree = steepness_of(settings, seed), settings.degrees[len(settings.degrees) // 3]
    x = np.linspace(LOW, HIGH, DRAWN_PLACES)
    parts = [drawing(seed, RUNGE, "function", x, runge(steepness, x))]
    for kind in (CHEBYSHEV, EQUISPACED):
        at, weights = nodes(kind, degree)
        polynomial = interpolated(at, weights, runge(steepness, at), x)
        parts.append(drawing(seed, RUNGE, kind, x, polynomial))
    return pd.concat(parts, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write the errors of all polynomials of a batch, and curves of its first seed."""
    cfg, done = snakemake.params.cfg, PartialResults.of(snakemake)
    functions = Functions.model_validate(section(cfg, "functions"))
    polynomials = Polynomials.model_validate(section(cfg, "polynomials"))
    grid = Grid.of(Places.model_validate(section(cfg, "places")))
    seeds = seeds_of(snakemake.wildcards.seeds)

    def of_seed(seed: int) -> dict[str, pd.DataFrame]:
        tables = {"table": polynomials_of_seed(functions, polynomials, grid, seed)}
        if seed == seeds[0]:
            tables["drawings"] = drawings_of_seed(polynomials, seed)
        return tables

    for name, table in by_seed(done, seeds, of_seed).items():
        write_table(table, snakemake.output[name])
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
