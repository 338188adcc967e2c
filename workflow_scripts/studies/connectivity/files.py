"""The inputs and outputs of the rules of the study: its DAG in one place."""

from typing import Any

from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.studies.connectivity.settings import Connectivity
from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.lottery.files import LotteryFiles


class ConnectivityFiles(StudyFiles):
    """Paths under the study's results, and the input functions of its rules.

    An input function takes the wildcards of a job, as Snakemake requires. The networks are files of
    the lottery study, made by its rules.
    """

    settings: Connectivity

    def __init__(
        self, settings: Connectivity, folder: str, data_folder: str, lottery: LotteryFiles
    ) -> None:
        super().__init__(settings, folder, data_folder)
        self.lottery = lottery

    def batch(self, seeds: str) -> str:
        """The folder of the results of a batch of pairs."""
        return f"{self.folder}/checkpoints/seeds-{seeds}"

    def partners(self, seeds: str) -> str:
        """The batch of the other networks of the pairs."""
        numbers = [seed + self.settings.apart for seed in seeds_of(seeds)]
        return f"{numbers[0]}-{numbers[-1]}"

    def ends(self, wildcards: Any) -> dict[str, str]:
        """The two networks of each pair, from the main chain."""
        return self._ends(self.settings.main, wildcards.seeds)

    def ends_of_chain(self, wildcards: Any) -> dict[str, str]:
        """The two networks of each pair, from the chain of the wildcard."""
        return self._ends(wildcards.chain, wildcards.seeds)

    def start(self, wildcards: Any) -> str:
        """The trained networks of a batch, from either side of the pairs."""
        return self._dense(self.settings.main, wildcards.seeds)

    def copies(self, wildcards: Any) -> dict[str, str]:
        """The fine-tuned copies of both networks of each pair."""
        sides = {"first": wildcards.seeds, "second": self.partners(wildcards.seeds)}
        return {f"{side}_copies": self._copies(seeds) for side, seeds in sides.items()}

    def branches(self, wildcards: Any) -> list[str]:
        """The trained copies of a chain that diverged, one file per step."""
        batch = self.lottery.batch(wildcards.chain, wildcards.seeds)
        points = self.settings.branches[wildcards.chain]
        return [f"{batch}/branch-{point}/trained.safetensors" for point in points]

    def data(self, wildcards: Any) -> str:
        """The manifest of the data files of the main chain."""
        return self.lottery.data_of(self.settings.main)

    def data_of_chain(self, wildcards: Any) -> str:
        """The manifest of the data files of the chain of the wildcard."""
        return self.lottery.data_of(wildcards.chain)

    def gathered(self) -> dict[str, str | list[str]]:
        """All measurements of all batches."""
        settings = self.settings
        batches = [self.batch(seeds) for seeds in settings.seeds]
        return {
            "paths": [f"{batch}/paths.csv" for batch in batches],
            "plane": f"{batches[0]}/plane.csv",
            "matching": [
                f"{batch}/matching/{chain}.csv" for batch in batches for chain in settings.widths
            ],
            "branches": [
                f"{batch}/branches/{chain}.csv" for batch in batches for chain in settings.branches
            ],
            "averages": [f"{batch}/averages.csv" for batch in batches],
            "soups": [f"{batch}/soups.csv" for batch in batches],
        }

    def checkpoints(self) -> list[str]:
        """All weights that the study trains itself."""
        found = []
        for seeds in self.settings.seeds:
            batch = self.batch(seeds)
            found += [f"{batch}/{kind}.safetensors" for kind in ("bezier", "chain", "band")]
            found += [f"{batch}/averages.safetensors"]
            found += [self._copies(side) for side in (seeds, self.partners(seeds))]
        return found

    def _ends(self, chain: str, seeds: str) -> dict[str, str]:
        return {
            "first": self._dense(chain, seeds),
            "second": self._dense(chain, self.partners(seeds)),
        }

    def _dense(self, chain: str, seeds: str) -> str:
        return self.lottery.level(chain, seeds, 0, 0)["trained"]

    def _copies(self, seeds: str) -> str:
        return f"{self.batch(seeds)}/copies.safetensors"
