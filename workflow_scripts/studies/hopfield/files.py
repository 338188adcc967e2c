"""The inputs and outputs of the rules of the study: its DAG in one place."""

from typing import Any

from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.hopfield.settings import Hopfield, Network

STEPS = {
    "recall": ("recall", "energy", "paths"),
    "images": ("correlated", "regimes", "completion", "pictures"),
    "spheres": ("spheres", "separation"),
    "dense": ("dense",),
    "identities": ("identities",),
}
"""Step: the tables it writes for each batch of seeds; `capacity` writes one per size."""


class HopfieldFiles(StudyFiles):
    """Paths under the results of the study, and the input functions of its rules.

    Nothing is trained: instead of weights, `checkpoints` contains the final states of the dynamics,
    one table per step and batch of seeds, from which everything else is made.
    """

    settings: Hopfield

    def data(self, wildcards: Any) -> str:
        """The manifest of the data files of the images."""
        return self.manifest(self.settings.images)

    def loads(self, wildcards: Any) -> list[float]:
        """The loads of a size; changes to other sizes do not run it again."""
        return list(self._network(wildcards).loads)

    def networks(self, wildcards: Any) -> int:
        """How many networks of a size a seed has."""
        return self._network(wildcards).count

    def _network(self, wildcards: Any) -> Network:
        (found,) = [n for n in self.settings.capacity.networks if n.size == int(wildcards.size)]
        return found

    def written(self, step: str) -> dict[str, str]:
        """The outputs of the rule of a step, by the table to which each belongs."""
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
        """All final results of the dynamics."""
        return [path for paths in self.gathered().values() for path in paths]
