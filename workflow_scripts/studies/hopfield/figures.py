"""The figures of the study of Hopfield networks, drawn from its tables only."""

from workflow_scripts.core.job import Job
from workflow_scripts.evidence.figures.draw import Figures, draw
from workflow_scripts.studies.hopfield.classical_figures import capacity, correlated, dense, recall
from workflow_scripts.studies.hopfield.modern_figures import (
    exponential,
    identities,
    one_step,
    temperature,
)
from workflow_scripts.studies.hopfield.picture_figures import completion, retrieved

FIGURES: Figures = {
    "recall": recall,
    "capacity": capacity,
    "correlated": correlated,
    "completion": completion,
    "exponential": exponential,
    "dense": dense,
    "one_step": one_step,
    "temperature": temperature,
    "retrieved": retrieved,
    "identities": identities,
}


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
