"""Step: what is exact, without a seed: Telgarsky's tents, his bound, and Yarotsky's square."""

from fractions import Fraction

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.studies.approximation.best_fit import least_errors, misclassified
from workflow_scripts.studies.approximation.composed import parameters_of, units_of
from workflow_scripts.studies.approximation.constructions import square, tents
from workflow_scripts.studies.approximation.measures import outputs
from workflow_scripts.studies.approximation.pieces import count
from workflow_scripts.studies.approximation.settings import Tents

FACTOR = 2
"""Pieces of one ReLU: t of Telgarsky 2015."""


def exact_tents(depth: int, numerator: int, denominator: int) -> Fraction:
    """The symmetric tents composed, at a fraction, in exact arithmetic."""
    x = Fraction(numerator, denominator)
    for _ in range(depth):
        x = 2 * min(x, 1 - x)
    return x


def tents_exactly(depth: int) -> dict[str, float]:
    """Pieces of the network of Telgarsky's tents, and its largest difference from fractions.

    At all knots and halfway between them, where a float64 holds every number.
    """
    network, parameters = tents([0.5] * depth)
    steps = 2 ** (depth + 1)
    found = outputs(network, parameters, np.arange(steps + 1) / steps)
    wanted = [float(exact_tents(depth, at, steps)) for at in range(steps + 1)]
    return {
        "pieces": count(network, parameters, 0.0, 1.0),
        "difference": float(np.max(np.abs(found - wanted))),
    }


def counting(depth: int) -> dict[str, float]:
    """The points that a shallow network with as many parameters has wrong, and the bound.

    Of the n = 2^k points i 2^−k, which the tents sort into two classes in turn, a function of p
    pieces has at least the share of the best labelling with p + 1 runs wrong (by dynamic
    programming); a network with m units in one layer at least (n − 4 t m) / 3n (Telgarsky 2015,
    Theorem 1.1).
    """
    points = 2**depth
    units = units_of(parameters_of(depth))
    wrong = least_errors(misclassified(np.arange(points) % 2), units + 2)[-1] / points
    bound = (points - 4 * FACTOR * units) / (3 * points)
    return {"wrong": float(wrong), "bound": float(bound)}


def squared(layers: int) -> dict[str, float]:
    """The largest error of the network of x², and 2^(−2m − 2), where it is reached.

    Halfway between the knots; a float64 holds every number.
    """
    steps = 2 ** (layers + 1)
    x = np.arange(steps + 1) / steps
    error = float(np.max(np.abs(outputs(*square(layers), x) - x * x)))
    return {"error": error, "theory": 2.0 ** (-2 * layers - 2)}


def row(name: str, layers: int) -> pd.DataFrame:
    """The row of an identity and a number of layers."""
    found = {"tents": tents_exactly, "counting": counting, "square": squared}[name](layers)
    return pd.DataFrame([{"identity": name, "layers": layers, **found}])


def main(snakemake: Job) -> None:
    """Write one row per identity and number of layers."""
    settings = Tents.model_validate(section(snakemake.params.cfg, "tents"))
    wanted = {"tents": settings.counted, "counting": settings.fitted, "square": settings.square}
    done = PartialResults.of(snakemake)
    rows = [
        done.table(f"{name}, {layers} layers", row, name, layers)
        for name, depths in wanted.items()
        for layers in depths
    ]
    write_table(pd.concat(rows, ignore_index=True), snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
