"""A ridge path of random-feature regressions, compared with the eigendecompositions it needs.

    python -m benchmarks.ridge_path [--csv FILE]

Sixteen widths, three seeds, five penalties, a thousand images. Timed in one run, for each seed and
width in turn: (a) only the eigendecomposition of the smaller Gram matrix; (b) all solutions from
it: eigendecomposition, five penalties, training and test predictions, norms, degrees of freedom;
(c) the same with one solve per penalty, as in a plain loop; and once per family of widths, (d) the
random features and Gram matrices. CPU seconds of this process are reported, because other load
affects them least; one thread is used, because a second one counts while it waits; the order of the
ways rotates from design to design, because the first way has cold caches.
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is imported

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.linalg import eigh, solve

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.learning.regression.design import Design, designs_by_width
from workflow_scripts.learning.regression.random_features import directions, relu_features
from workflow_scripts.learning.regression.ridge import RidgePath

IMAGES, TEST, PIXELS, CLASSES = 1000, 1000, 784, 10
WIDTHS = [25, 50, 100, 150, 250, 400, 600, 800, 1000, 1250, 1600, 2000, 2800, 4000, 5600, 8000]
PENALTIES = [0.0, 1e-6, 1e-4, 1e-2, 1.0]
SEEDS = 3
BOUND = 1.5
"""Largest allowed ratio of the time of the path to that of its eigendecompositions."""


def eigendecomposition(design: Design, targets: np.ndarray) -> None:
    """The eigendecomposition alone, a lower bound for the path."""
    eigh(design.gram, driver="evd", check_finite=False)


def path(design: Design, targets: np.ndarray) -> np.ndarray:
    """Everything, from one eigendecomposition; test predictions [penalties, t, classes]."""
    solved = RidgePath.solve(design, targets, PENALTIES)
    solved.predictions(solved.design.train)
    solved.norms()
    solved.degrees_of_freedom()
    return solved.predictions(solved.design.new)


def one_by_one(design: Design, targets: np.ndarray) -> np.ndarray:
    """The same predictions with one Cholesky solve per penalty; without penalty, least squares."""
    found = []
    for penalty in PENALTIES:
        if design.dual:
            shifted = design.gram + IMAGES * penalty * np.eye(IMAGES)
            weights = solve(shifted, targets, assume_a="pos")
        elif penalty == 0:
            weights = np.linalg.lstsq(design.train, targets, rcond=None)[0]
        else:
            shifted = design.gram + IMAGES * penalty * np.eye(design.features)
            weights = solve(shifted, design.train.T @ targets, assume_a="pos")
        found.append(design.new @ weights)
    return np.stack(found)


WAYS: dict[str, Callable[[Design, np.ndarray], np.ndarray | None]] = {
    "eigendecompositions alone": eigendecomposition,
    "whole path": path,
    "one solve a penalty": one_by_one,
}


def measure() -> pd.DataFrame:
    """CPU seconds by seed, width and task; width 0 denotes the features of all widths."""
    rows = []
    for seed in range(SEEDS):
        generator = np.random.default_rng(seed)
        train, new = (generator.standard_normal((n, PIXELS)) for n in (IMAGES, TEST))
        targets = np.eye(CLASSES)[generator.integers(0, CLASSES, IMAGES)]
        drawn = directions(WIDTHS[-1], PIXELS, seed)
        started = time.process_time()
        designs = list(
            designs_by_width(
                WIDTHS,
                lambda columns, x=train, w=drawn: relu_features(x, w[columns]),
                lambda columns, x=new, w=drawn: relu_features(x, w[columns]),
            )
        )
        rows.append((seed, 0, "features and Gram matrices", time.process_time() - started))
        for at, design in enumerate(designs):
            found = {}
            for name, way in sorted(WAYS.items(), reverse=bool((seed + at) % 2)):
                started = time.process_time()
                found[name] = way(design, targets)
                rows.append((seed, design.features, name, time.process_time() - started))
            ours, others = found["whole path"][1:], found["one solve a penalty"][1:]
            assert np.allclose(ours, others, rtol=1e-5, atol=1e-5), f"width {design.features}"
    return pd.DataFrame(rows, columns=["seed", "width", "what", "cpu_seconds"])


def main() -> None:
    """Print the totals and fail if the path takes longer than its bound."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--csv", help="write the measurements to this file")
    arguments = parser.parse_args()
    table = measure()
    totals = table.groupby("what").cpu_seconds.sum()[["features and Gram matrices", *WAYS]]
    ratios = totals / totals["eigendecompositions alone"]
    for what, seconds in totals.items():
        print(f"{what:28} {seconds:7.2f} s  {ratios[what]:5.2f}×")
    if arguments.csv:
        write_table(table, arguments.csv)
    if ratios["whole path"] > BOUND:
        sys.exit(f"the path takes more than {BOUND}× the time of its eigendecompositions")


if __name__ == "__main__":
    main()
