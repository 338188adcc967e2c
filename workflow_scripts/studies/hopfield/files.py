"""Which files the rules of the study make of which: its DAG in one place."""

from typing import Any

from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.hopfield.settings import Hopfield

STEPS = {
    "recall": ("recall", "energy", "paths"),
    "images": ("correlated", "regimes", "completion", "pictures"),
    "spheres": ("spheres", "separation"),
    "dense": ("dense",),
    "identities": ("identities",),
}
"""Step: the tables that it writes for each batch of seeds; `capacity` writes one a size."""


class HopfieldFiles(StudyFiles):
    """Paths under the study's results, and the input functions of its rules.

    Nothing is trained: where other studies leave weights in `checkpoints`, this one leaves what its
    dynamics ended in, one table a step and batch of seeds, from which all else is made.
    """

    settings: Hopfield

    def data(self, wildcards: Any) -> str:
        """What stands for the data files of the images."""
        return self.manifest(self.settings.images)

    def loads(self, wildcards: Any) -> list[float]:
        """The loads of a size: other sizes may come and go without running it again."""
        (found,) = [n for n in self.settings.capacity.networks if n.size == int(wildcards.size)]
        return list(found.loads)

    def written(self, step: str) -> dict[str, str]:
        """The outputs of the rule of a step, by the table that each is a part of."""
        return {table: f"{self.folder}/checkpoints/<batch>/{table}.csv" for table in STEPS[step]}

    def gathered(self) -> dict[str, list[str]]:
        """All parts of each table."""
        batches = [f"{self.folder}/checkpoints/seeds-{s}" for s in self.settings.seeds]
        sizes = [network.size for network in self.settings.capacity.networks]
        parts = {"capacity": [f"{b}/capacity-{size}.csv" for b in batches for size in sizes]}
        for tables in STEPS.values():
            parts |= {table: [f"{batch}/{table}.csv" for batch in batches] for table in tables}
        return parts

    def checkpoints(self) -> list[str]:
        """All that the dynamics ended in."""
        return [path for paths in self.gathered().values() for path in paths]
