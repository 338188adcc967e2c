"""The inputs and outputs of the rules of the study: its DAG in one place."""

from typing import Any

from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.lottery.settings import Lottery


def chain_keys(chain: str, *parts: str) -> list[str]:
    """The keys of the network and sample of a chain, of its `parts`, and of the device."""
    return [f"lottery.chains.{chain}.{part}" for part in ("network", "sample", *parts)] + ["device"]


class LotteryFiles(StudyFiles):
    """Paths under the study's results, and the input functions of its rules.

    An input function takes the wildcards of a job, as Snakemake requires; others take values.
    """

    settings: Lottery

    def batch(self, chain: str, seeds: str) -> str:
        """The folder of the networks of a batch of seeds of a chain."""
        return f"{self.folder}/checkpoints/{chain}/seeds-{seeds}"

    def level(self, chain: str, seeds: str, rewind: int | str, level: int) -> dict[str, str]:
        """The outputs of a level: trained weights and their masks (none for the dense network)."""
        if level == 0:
            return {"trained": f"{self.batch(chain, seeds)}/dense/trained.safetensors"}
        folder = f"{self.batch(chain, seeds)}/rewind-{rewind}/level-{level}"
        return {"trained": f"{folder}/trained.safetensors", "mask": f"{folder}/mask.safetensors"}

    def levels(self) -> list[tuple[str, int, int]]:
        """Chain, rewinding step and level of every level to train."""
        return [
            (name, rewind, level)
            for name, chain in self.settings.chains.items()
            for rewind in chain.rewind
            for level in range(1, chain.levels + 1)
        ]

    def data(self, wildcards: Any) -> str:
        """The manifest of the data files of the chain of a job."""
        return self.data_of(wildcards.chain)

    def data_of(self, chain: str) -> str:
        """The manifest of the data files of a chain, by name."""
        return self.manifest(self.settings.chains[chain].sample.dataset)

    def level_before(self, wildcards: Any) -> dict[str, str]:
        """Trained weights and masks of the previous level."""
        before = int(wildcards.level) - 1
        return self.level(wildcards.chain, wildcards.seeds, wildcards.rewind, before)

    def control_mask(self, wildcards: Any) -> dict[str, str]:
        """The masks of the ticket at the level of a control; none at level 0."""
        level = self.level(wildcards.chain, wildcards.seeds, 0, int(wildcards.level))
        return {name: path for name, path in level.items() if name == "mask"}

    def arms(self, wildcards: Any) -> list[str]:
        """The arms at the level of a control; arms of other levels do not matter for it."""
        level = int(wildcards.level)
        return sorted(arm for arm, levels in self.settings.controls.items() if level in levels)

    def copies(self, wildcards: Any) -> list[str]:
        """The trained copies of all branching points of one batch of seeds."""
        return self._copies(self.batch(wildcards.chain, wildcards.seeds))

    def gathered(self) -> dict[str, list[str]]:
        """The histories of all trainings and needles, and the lines between copies."""
        return {"histories": self.histories(), "needles": self.needles(), "lines": self.lines()}

    def histories(self) -> list[str]:
        """The histories of all trainings: dense, tickets of every level, controls."""
        settings = self.settings
        controlled = sorted({level for levels in settings.controls.values() for level in levels})
        folders = []
        for seeds in settings.seeds:
            folders += [f"{self.batch(chain, seeds)}/dense" for chain in settings.chains]
            folders += [
                f"{self.batch(chain, seeds)}/rewind-{rewind}/level-{level}"
                for chain, rewind, level in self.levels()
            ]
            main = self.batch(settings.main, seeds)
            folders += [f"{main}/controls/level-{level}" for level in controlled]
        return [f"{folder}/history.safetensors" for folder in folders]

    def needles(self) -> list[str]:
        """The histories of the needles of all parents."""
        return [
            f"{self.batch(chain, seeds)}/needle/history.safetensors"
            for seeds in self.settings.seeds
            for chain in self.settings.needles.chains
        ]

    def lines(self) -> list[str]:
        """The lines between copies, of all seeds."""
        chain = self.settings.instability.chain
        return [f"{self.batch(chain, seeds)}/lines.csv" for seeds in self.settings.seeds]

    def checkpoints(self) -> list[str]:
        """All trained weights."""
        settings = self.settings
        needed = [(chain, 0, 0) for chain in settings.chains] + self.levels()
        trained = [
            self.level(chain, seeds, rewind, level)["trained"]
            for seeds in settings.seeds
            for chain, rewind, level in needed
        ]
        chain = settings.instability.chain
        copies = [self._copies(self.batch(chain, seeds)) for seeds in settings.seeds]
        return trained + [path for group in copies for path in group]

    def _copies(self, batch: str) -> list[str]:
        points = self.settings.instability.points
        return [f"{batch}/branch-{point}/trained.safetensors" for point in points]
