"""The inputs and outputs of the rules of the study: its DAG in one place."""

from typing import Any

from workflow_scripts.studies.connectivity.settings import Connectivity
from workflow_scripts.studies.files import StudyFiles


def minimum_keys(name: str, *parts: str) -> list[str]:
    """The keys of the network and sample of a recipe, of its `parts`, and of the device."""
    keys = [f"connectivity.minima.{name}.{part}" for part in ("network", "sample", *parts)]
    return [*keys, "device"]


class ConnectivityFiles(StudyFiles):
    """Paths under the study's results, and the input functions of its rules.

    An input function takes the wildcards of a job, as Snakemake requires.
    """

    settings: Connectivity

    def batch(self, seeds: str) -> str:
        """The folder of the results of a batch of pairs."""
        return f"{self.folder}/checkpoints/seeds-{seeds}"

    def ends(self, wildcards: Any) -> str:
        """The two networks of each pair, of the main recipe."""
        return self._ends(self.settings.main, wildcards.seeds)

    def data(self, wildcards: Any) -> str:
        """The manifest of the data files of the main recipe."""
        return self._data(self.settings.main)

    def data_of_minimum(self, wildcards: Any) -> str:
        """The manifest of the data files of the recipe of the wildcard."""
        return self._data(wildcards.minimum)

    def gathered(self) -> dict[str, str | list[str]]:
        """All measurements of all batches."""
        settings = self.settings
        batches = [self.batch(seeds) for seeds in settings.seeds]
        return {
            "paths": [f"{batch}/paths.csv" for batch in batches],
            "plane": f"{batches[0]}/plane.csv",
            "matching": [
                f"{batch}/matching/{name}.csv" for batch in batches for name in settings.widths
            ],
            "branches": [
                f"{batch}/branches/{name}.csv" for batch in batches for name in self._parted()
            ],
            "averages": [f"{batch}/averages.csv" for batch in batches],
            "soups": [f"{batch}/soups.csv" for batch in batches],
        }

    def checkpoints(self) -> list[str]:
        """All weights that the study trains."""
        found = []
        for seeds in self.settings.seeds:
            batch = self.batch(seeds)
            paired = dict.fromkeys([self.settings.main, *self.settings.widths])
            found += [self._ends(name, seeds) for name in paired]
            found += [f"{batch}/parted/{name}.safetensors" for name in self._parted()]
            kinds = ("bezier", "chain", "band", "averages", "copies")
            found += [f"{batch}/{kind}.safetensors" for kind in kinds]
        return found

    def _parted(self) -> list[str]:
        return [self.settings.main, self.settings.unstable]

    def _ends(self, name: str, seeds: str) -> str:
        return f"{self.batch(seeds)}/ends/{name}.safetensors"

    def _data(self, name: str) -> str:
        return self.manifest(self.settings.minima[name].sample.dataset)
