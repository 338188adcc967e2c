"""Step: the plane through the two ends of the first pair and the bend of its Bézier curve."""

import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.curvature.slices import landscape
from workflow_scripts.learning.networks.network import member_slice
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.paths.plane import Plane
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.connectivity.pairs import load

MARGIN = 0.25
"""Margin of the picture around the three networks, as a share of their extent."""


def main(snakemake: Job) -> None:
    """Write the loss and error on a grid, and the positions of the three networks on it.

    Coordinates are distances in weight space. Rows of the grid have the mark ""; those of the
    networks have "first", "second" and "bend".
    """
    cfg = snakemake.params.cfg
    subject = Subject.of(cfg, snakemake.params.data, seeds_of(snakemake.wildcards.seeds)[:1])
    given = snakemake.input
    first, second = (member_slice(side, 0, 1) for side in load(given.ends, subject.device))
    bends = member_slice(subject.load(given.bezier), 0, 1)
    bend = {name: tensor[:, 0] for name, tensor in bends.items()}
    plane = Plane.through(first, second, bend)
    marks = {"first": first, "second": second, "bend": bend}
    places = torch.tensor([plane.coordinates(each) for each in marks.values()], dtype=torch.float64)
    low, high = places.min(0).values, places.max(0).values
    margin, count = MARGIN * (high - low), section(cfg, "plane_positions")
    axes = [
        torch.linspace(float(start), float(stop), count, dtype=torch.float64)
        for start, stop in zip(low - margin, high + margin, strict=True)
    ]
    train = subject.examples.train.first(section(cfg, "measurement.train"))

    def measured(names: list[str], at: torch.Tensor) -> pd.DataFrame:
        found = landscape(
            subject.network,
            plane.origin,
            [plane.across, plane.up],
            at,
            train,
            subject.examples.calibration,
        )
        losses, accuracies = (each.squeeze(1).numpy() for each in found)
        return pd.DataFrame(
            {
                "mark": names,
                "across": at[:, 0].numpy(),
                "up": at[:, 1].numpy(),
                "loss": losses,
                "error": 100 * (1 - accuracies),
            }
        )

    done = PartialResults.of(snakemake)
    columns = torch.cartesian_prod(*axes).split(count)
    parts = [
        *(done.table(f"column {n}", measured, [""] * count, at) for n, at in enumerate(columns)),
        done.table("networks", measured, list(marks), places),
    ]
    write_table(pd.concat(parts, ignore_index=True), snakemake.output.table)
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
