"""Step: gradient descent on a linear model whose features have two scales."""

from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.parts_by_seed import by_seed
from workflow_scripts.learning.regression.gradient_descent import exact_path, simulated_path
from workflow_scripts.studies.double_descent.linear_settings import (
    ONE,
    TWO,
    Scale,
    TwoScales,
    measured_steps,
)


def descent(settings: TwoScales, seed: int) -> pd.DataFrame:
    """Excess risk, exact and simulated, and training error over the steps, with noise and without.

    The excess risk is the mean squared distance of the prediction from the noiseless target over
    new examples; it is exact, because their covariance is known. Both models of a seed have the
    same standardised features and the same noise.
    """
    generator = np.random.Generator(np.random.PCG64(stream_seed(seed, "two scales")))
    fast, slow = settings.fast, settings.slow
    both = Scale(
        features=fast.features + slow.features,
        deviation=fast.deviation,
        signal=fast.signal + slow.signal,
    )
    models = {TWO: (fast, slow), ONE: (both,)}
    truths = {
        model: np.concatenate([_signal(generator, scale) for scale in scales])
        for model, scales in models.items()
    }
    standard = generator.standard_normal((settings.examples, both.features))
    noise = generator.standard_normal(settings.examples)
    frames = []
    for model, scales in models.items():
        deviations = np.concatenate([np.full(s.features, s.deviation) for s in scales])
        for deviation in (0.0, settings.noise):
            facts: dict[str, Any] = {"seed": seed, "model": model, "noise": deviation}
            path = _path(settings, standard, deviations, truths[model], deviation * noise)
            frames.append(path.assign(**facts)[[*facts, *path.columns]])
    return pd.concat(frames, ignore_index=True)


def _path(
    settings: TwoScales,
    standard: np.ndarray,
    deviations: np.ndarray,
    truth: np.ndarray,
    noise: np.ndarray,
) -> pd.DataFrame:
    """The descent of one model: features `standard` [n, p] times `deviations` [p]."""
    examples = standard * deviations
    targets = examples @ truth + noise
    steps = measured_steps(settings.steps, settings.measurements)
    paths = {
        "risk": exact_path(examples, targets, settings.learning_rate, steps),
        "simulated": simulated_path(examples, targets, settings.learning_rate, steps),
    }
    risks = {
        name: np.sum(((path - truth) * deviations) ** 2, axis=1) for name, path in paths.items()
    }
    train = np.mean((paths["risk"] @ examples.T - targets) ** 2, axis=1)
    return pd.DataFrame({"step": steps, **risks, "train_risk": train})


def _signal(generator: np.random.Generator, scale: Scale) -> np.ndarray:
    """Weights [features] of a random direction that explain the variance of the scale's signal."""
    direction = generator.standard_normal(scale.features)
    return direction / np.linalg.norm(direction) * np.sqrt(scale.signal) / scale.deviation


def main(snakemake: Job) -> None:
    """Write the descent of a batch of seeds."""
    settings = TwoScales.model_validate(section(snakemake.params.cfg, "two_scales"))
    done = PartialResults.of(snakemake)

    def of_seed(seed: int) -> dict[str, pd.DataFrame]:
        return {"table": descent(settings, seed)}

    tables = by_seed(done, seeds_of(snakemake.wildcards.seeds), of_seed)
    write_table(tables["table"], snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
