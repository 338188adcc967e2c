"""Which files the rules of the study make of which: its DAG in one place."""

from pathlib import Path
from typing import Any

from workflow_scripts.learning.data.manifest import manifest
from workflow_scripts.studies.hopfield.settings import Hopfield

STEPS = {
    "recall": ("recall", "energy", "paths"),
    "images": ("correlated", "regimes", "completion", "pictures"),
    "spheres": ("spheres", "separation"),
    "dense": ("dense",),
    "identities": ("identities",),
}
"""Step: the tables that it writes for each batch of seeds; `capacity` writes one a size."""


class HopfieldFiles:
    """Paths under the study's results, and the input functions of its rules.

    Nothing is trained: where other studies leave weights in `checkpoints`, this one leaves what its
    dynamics ended in, one table a step and batch of seeds, from which all else is made.
    """

    def __init__(self, settings: Hopfield, folder: str, data_folder: str) -> None:
        self.settings = settings
        self.folder = folder
        self.data_folder = data_folder

    def data(self) -> str:
        """What stands for the data files of the images."""
        return str(manifest(self.settings.images, Path(self.data_folder)))

    def loads(self, wildcards: Any) -> list[float]:
        """The loads of a size: other sizes may come and go without running it again."""
        (found,) = [n for n in self.settings.capacity.networks if n.size == int(wildcards.size)]
        return list(found.loads)

    def written(self, step: str) -> dict[str, str]:
        """The outputs of the rule of a step, by the table that each is a part of."""
        batch = f"{self.folder}/checkpoints/seeds-{{seeds}}"
        return {table: f"{batch}/{table}.csv" for table in STEPS[step]}

    def batches(self, wildcards: Any) -> dict[str, list[str]]:
        """All parts of each table, as the tables are gathered from them."""
        batches = [f"{self.folder}/checkpoints/seeds-{s}" for s in self.settings.seeds]
        sizes = [network.size for network in self.settings.capacity.networks]
        parts = {"capacity": [f"{b}/capacity-{size}.csv" for b in batches for size in sizes]}
        for tables in STEPS.values():
            parts |= {table: [f"{batch}/{table}.csv" for batch in batches] for table in tables}
        return parts

    def checkpoints(self) -> list[str]:
        """All that the dynamics ended in: with the report, what a whole run leaves behind."""
        return [path for paths in self.batches(None).values() for path in paths]
