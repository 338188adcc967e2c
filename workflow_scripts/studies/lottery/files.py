"""The inputs and outputs of the rules of the study: its DAG in one place."""

from typing import Any

from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.lottery.settings import LONG, Lottery


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

    def control_inputs(self, wildcards: Any) -> dict[str, str]:
        """What else controls of a level start from.

        The masks of the ticket, none at level 0, and dense networks trained for long, if an arm of
        the level is pruned from them.
        """
        level = self.level(wildcards.chain, wildcards.seeds, 0, int(wildcards.level))
        found = {name: path for name, path in level.items() if name == "mask"}
        if LONG in self.arms(wildcards):
            found["long"] = self._long(wildcards.chain, wildcards.seeds, int(wildcards.level))
        return found

    def arms(self, wildcards: Any) -> list[str]:
        """The arms at the level of a control; arms of other levels do not matter for it."""
        level, long = int(wildcards.level), self.settings.long
        arms = [arm for arm, levels in self.settings.controls.items() if level in levels]
        if long is not None and wildcards.seeds not in long:
            arms = [arm for arm in arms if arm != LONG]
        return sorted(arms)

    def validated_every(self, wildcards: Any) -> int:
        """Steps between measurements of the validation loss in a job that trains tickets or arms.

        Of the main chain, the dense network (its job has no level) and one level are timed finely.
        """
        settings, level = self.settings, wildcards.get("level")
        timed = level is None or int(level) == settings.timing.level
        if wildcards.chain == settings.main and timed:
            return settings.timing.every
        return settings.chains[wildcards.chain].evaluation.every

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

    def _long(self, chain: str, seeds: str, trainings: int) -> str:
        return f"{self.batch(chain, seeds)}/long/trainings-{trainings}/trained.safetensors"

    def _copies(self, batch: str) -> list[str]:
        points = self.settings.instability.points
        return [f"{batch}/branch-{point}/trained.safetensors" for point in points]
