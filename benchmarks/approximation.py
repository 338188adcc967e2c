"""A width sweep as one ensemble compared with scikit-learn's MLPRegressor, one fit at a time.

    python -m benchmarks.approximation [--seeds 10] [--rounds 3]

Both train networks of one hidden layer on the same functions of one variable with Adam, the same
widths, seeds, batch size and number of epochs. Rounds alternate between them, so that other load on
the machine slows both; reported are the seconds per network and their ratio per round.
"""

import argparse
import statistics
import time
import warnings

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from workflow_scripts.core.arithmetic import export_arithmetic, fix_arithmetic
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import RealVectors
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.target_losses import squared_error
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.studies.approximation.members import start

WIDTHS = (4, 16, 64)
POINTS, BATCH, EPOCHS, RATE = 256, 64, 100, 0.01


def functions(seeds: int) -> tuple[np.ndarray, np.ndarray]:
    """Places `[N]`, and the values `[seeds, N]` of waves with random phases."""
    x = np.linspace(-1, 1, POINTS)
    phases = np.random.default_rng(0).uniform(0, 2 * np.pi, (seeds, 1))
    return x, np.sin(2 * np.pi * x + phases)


def ours(x: np.ndarray, values: np.ndarray) -> None:
    """Every width and seed as a masked member of one ensemble."""
    members = [
        Member({"seed": seed, "width": width}) for width in WIDTHS for seed in range(len(values))
    ]
    network, initial, masks = start(members)
    targets = torch.from_numpy(np.tile(values, (len(WIDTHS), 1))).float().unsqueeze(2)
    inputs = torch.from_numpy(x).float().unsqueeze(1)
    ensemble = Ensemble(
        network,
        initial,
        Split(inputs, RealVectors(targets, per_member=True)),
        [member.seed for member in members],
        masks=masks,
        loss=squared_error,
    )
    settings = {
        "optimiser": {"kind": "adam"},
        "learning_rate": RATE,
        "batch_size": BATCH,
        "steps": EPOCHS * POINTS // BATCH,
    }
    train(ensemble, Training.model_validate(settings))


def theirs(x: np.ndarray, values: np.ndarray) -> None:
    """Every width and seed as a fit of its own."""
    for width in WIDTHS:
        for seed, wanted in enumerate(values):
            MLPRegressor(
                hidden_layer_sizes=(width,),
                solver="adam",
                alpha=0.0,
                batch_size=BATCH,
                learning_rate_init=RATE,
                max_iter=EPOCHS,
                tol=0.0,
                n_iter_no_change=EPOCHS,
                random_state=seed,
            ).fit(x[:, None], wanted)


def main() -> None:
    """Print the seconds per network of both, and the median ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    x, values = functions(asked.seeds)
    fits = asked.seeds * len(WIDTHS)
    ratios = []
    for _ in range(asked.rounds):
        seconds = []
        for way in (ours, theirs):
            begun = time.perf_counter()
            way(x, values)
            seconds.append((time.perf_counter() - begun) / fits)
        ratios.append(seconds[1] / seconds[0])
        print(f"{1e3 * seconds[0]:.1f} ms a network, MLPRegressor {1e3 * seconds[1]:.1f} ms")
    print(f"ratio {statistics.median(ratios):.1f} (from {min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    export_arithmetic()
    fix_arithmetic(1)
    main()
