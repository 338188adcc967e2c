"""Step: accuracy and the Hessian's largest eigenvalue at averaged and at single weights."""

import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.curvature.lanczos import top_eigenvalues
from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.studies.connectivity.networks import Subject, groups_of


def main(snakemake: Job) -> None:
    """Write one row a point and seed: test accuracy (%), losses (nats), eigenvalue."""
    cfg = snakemake.params.cfg
    subject = Subject.of(cfg, snakemake.params.data)
    seeds = seeds_of(snakemake.wildcards.seeds)
    data, examples = subject.examples, section(cfg, "curvature")
    objective = Objective(
        subject.network, data.train_inputs[:examples], data.train_labels[:examples]
    )
    rows = []
    for point, networks in groups_of(subject.load(snakemake.input.points)).items():
        networks = subject.network.calibrated(networks, data.calibration)
        test_loss, accuracy = evaluate(
            subject.network, networks, data.test_inputs, data.test_labels
        )
        train_loss, _ = evaluate(subject.network, networks, data.train_inputs, data.train_labels)
        starts = [stream_seed(seed, "curvature") for seed in seeds]
        top = top_eigenvalues(objective.hessian(networks), starts)
        rows.append(
            pd.DataFrame(
                {
                    "point": point,
                    "seed": seeds,
                    "accuracy": 100 * accuracy.numpy(),
                    "test_loss": test_loss.numpy(),
                    "train_loss": train_loss.numpy(),
                    "largest_eigenvalue": top.values.cpu().numpy(),
                }
            )
        )
    write_table(pd.concat(rows, ignore_index=True), snakemake.output.table)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
