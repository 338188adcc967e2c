"""The figures of the toy study, from its tables alone."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.draw import Tables, draw
from workflow_scripts.evidence.figures.style import figure


def dice(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """The mean of each seed's throws, by die."""
    drawn, ax = figure()
    ax.plot(tables["means"]["die"], tables["means"]["mean"], "o")
    ax.set_ylabel(f"mean of {section(cfg, 'throws')} throws")
    return drawn


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw({"dice": dice}, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
