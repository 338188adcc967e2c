"""Step: accuracy and largest Hessian eigenvalue of averaged and of single weights."""

import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.curvature.lanczos import top_eigenvalues
from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.subject import Subject


def main(snakemake: Job) -> None:
    """Write one row per point and seed: test accuracy (%), losses (nats), eigenvalue."""
    cfg = snakemake.params.cfg
    seeds = seeds_of(snakemake.wildcards.seeds)
    subject = Subject.of(cfg, snakemake.params.data, seeds)
    data, examples = subject.examples, section(cfg, "curvature")
    objective = Objective(subject.network, data.train.first(examples))

    def at(point: str, stored: Stored) -> pd.DataFrame:
        networks = subject.calibrated(stored.parameters(subject.device))
        test = evaluate(subject.network, networks, data.test)
        train = evaluate(subject.network, networks, data.train)
        starts = [stream_seed(seed, "curvature") for seed in seeds]
        top = top_eigenvalues(objective.hessian(networks), starts)
        return pd.DataFrame(
            {
                "point": point,
                "seed": seeds,
                "accuracy": 100 * test["accuracy"].numpy(),
                "test_loss": test["loss"].numpy(),
                "train_loss": train["loss"].numpy(),
                "largest_eigenvalue": top.values.cpu().numpy(),
            }
        )

    done, points = PartialResults.of(snakemake), Stored.load(snakemake.input.points).groups()
    rows = [done.table(point, at, point, stored) for point, stored in points.items()]
    write_table(pd.concat(rows, ignore_index=True), snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
