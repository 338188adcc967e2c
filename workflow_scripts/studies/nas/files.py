"""The inputs and outputs of the rules of the study: its DAG in one place."""

from workflow_scripts.core.seeds import longer
from workflow_scripts.studies.files import StudyFiles
from workflow_scripts.studies.nas.settings import Nas

SEARCHED = ("searches", "reached", "variances")


class NasFiles(StudyFiles):
    """Paths under the results of the study; its signals are generated where they are needed."""

    settings: Nas

    def trained_table(self) -> str:
        """The table as this scale trains it."""
        return f"{self.folder}/checkpoints/table/cells.csv"

    def table(self) -> str:
        """The table that searches read: the committed one if the settings name it."""
        return self.settings.table.file or self.trained_table()

    def parts(self) -> list[str]:
        """The parts of the table, if it is trained."""
        parts = range(self.settings.cells.parts)
        return [f"{self.folder}/checkpoints/table/parts/{part}.csv" for part in parts]

    def searched(self) -> tuple[str, ...]:
        """The batches of seeds of the searches, which claims of both lists read."""
        return longer(self.settings.seeds, self.settings.growing_seeds)

    def of_supernet(self, name: str) -> tuple[str, ...]:
        """The batches of seeds of a supernet: the longest list of the claims that read it."""
        cfg = self.settings
        by_space = cfg.differentiable
        compared = {by_space[space] for space in (cfg.good, cfg.middle, cfg.bad)}
        growing = {cfg.second, *(by_space[space] for space in cfg.growing)}
        if name not in growing:
            return cfg.seeds
        if name not in {cfg.long, cfg.protected, *compared}:
            return cfg.growing_seeds
        return self.searched()

    def batches(self) -> list[str]:
        """The folders of each supernet and batch of seeds."""
        return [
            f"{self.folder}/checkpoints/{name}/seeds-{seeds}"
            for name in self.settings.supernets
            for seeds in self.of_supernet(name)
        ]

    def gathered(self) -> dict[str, str | list[str]]:
        """The table, the searches, the cells of supernets and the scaled networks."""
        searches = [f"{self.folder}/checkpoints/searches/seeds-{each}" for each in self.searched()]
        return {
            "table": self.table(),
            "retrained": f"{self.folder}/checkpoints/table/retrained.csv",
            **{name: [f"{each}/{name}.csv" for each in searches] for name in SEARCHED},
            "readings": [f"{batch}/readings.csv" for batch in self.batches()],
            "untrained": [f"{batch}/untrained.csv" for batch in self.batches()],
            "scaled": [
                f"{self.folder}/checkpoints/scaled/{name}/seeds-{seeds}.csv"
                for name in self.settings.compound.networks
                for seeds in self.settings.scaled_seeds
            ],
        }

    def checkpoints(self) -> list[str]:
        """All trained supernets."""
        return [f"{batch}/trained.safetensors" for batch in self.batches()]
