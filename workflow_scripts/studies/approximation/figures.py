"""The figures of the approximation study, drawn from its tables only."""

from workflow_scripts.core.job import Job
from workflow_scripts.evidence.figures.draw import Figures, draw
from workflow_scripts.studies.approximation.composed_figures import learned, pieces, square
from workflow_scripts.studies.approximation.function_figures import (
    functions,
    outside,
    polynomials,
    widths,
)

FIGURES: Figures = {
    "widths": widths,
    "functions": functions,
    "outside": outside,
    "pieces": pieces,
    "learned": learned,
    "square": square,
    "polynomials": polynomials,
}


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
