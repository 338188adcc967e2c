"""Step: gradient descent on a linear model whose features have two scales."""

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.regression.gradient_descent import exact_path, simulated_path
from workflow_scripts.studies.double_descent.linear_settings import TwoScales, measured_steps


def descent(settings: TwoScales, seed: int) -> pd.DataFrame:
    """Excess risk, exact and simulated, and training error over the steps, with noise and without.

    The excess risk is the mean squared distance of the prediction from the noiseless target over
    new examples; it is exact, because their covariance is known.
    """
    generator = np.random.Generator(np.random.PCG64(stream_seed(seed, "two scales")))
    scales = (settings.fast, settings.slow)
    deviations = np.concatenate([np.full(s.features, s.deviation) for s in scales])
    truth = np.concatenate([_signal(generator, s.features, s.signal, s.deviation) for s in scales])
    examples = generator.standard_normal((settings.examples, len(truth))) * deviations
    noise = generator.standard_normal(settings.examples)
    steps = measured_steps(settings.steps, settings.measurements)
    frames = []
    for deviation in (0.0, settings.noise):
        targets = examples @ truth + deviation * noise
        paths = {
            "risk": exact_path(examples, targets, settings.learning_rate, steps),
            "simulated": simulated_path(examples, targets, settings.learning_rate, steps),
        }
        risks = {
            name: np.sum(((path - truth) * deviations) ** 2, axis=1) for name, path in paths.items()
        }
        train = np.mean((paths["risk"] @ examples.T - targets) ** 2, axis=1)
        facts = {"seed": seed, "noise": deviation, "step": steps}
        frames.append(pd.DataFrame({**facts, **risks, "train_risk": train}))
    return pd.concat(frames, ignore_index=True)


def _signal(
    generator: np.random.Generator, features: int, signal: float, deviation: float
) -> np.ndarray:
    """Weights [features] of a random direction that explain the variance `signal`."""
    direction = generator.standard_normal(features)
    return direction / np.linalg.norm(direction) * np.sqrt(signal) / deviation


def main(snakemake: Job) -> None:
    """Write the descent of a batch of seeds."""
    settings = TwoScales.model_validate(section(snakemake.params.cfg, "two_scales"))
    frames = [descent(settings, seed) for seed in seeds_of(snakemake.wildcards.seeds)]
    write_table(pd.concat(frames, ignore_index=True), snakemake.output.table)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
