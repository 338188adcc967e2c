"""The inputs and outputs of the rules of the study: its DAG in one place."""

from workflow_scripts.learning.width_groups import group_of
from workflow_scripts.studies.approximation.settings import Approximation
from workflow_scripts.studies.files import StudyFiles

CONSTRUCTED = ("constructed", "polynomials", "tents", "drawings")
"""The tables that the construction writes for each batch of seeds."""


class ApproximationFiles(StudyFiles):
    """Paths under the results of the study, and the outputs of its rules."""

    settings: Approximation

    def written(self) -> dict[str, str]:
        """The outputs of the rule that constructs, by the table to which each belongs."""
        return {table: f"{self.folder}/checkpoints/<batch>/{table}.csv" for table in CONSTRUCTED}

    def gathered(self) -> dict[str, str | list[str]]:
        """All parts of each table."""
        batches = self._batches()
        parts: dict[str, str | list[str]] = {
            table: [f"{batch}/{table}.csv" for batch in batches] for table in CONSTRUCTED
        }
        deep = [f"{batch}/deep" for batch in batches]
        return parts | {
            "trained": [f"{folder}/table.csv" for folder in self._groups()],
            "deep": [f"{folder}/table.csv" for folder in deep],
            "learned": [f"{folder}/drawings.csv" for folder in deep],
            "rates": [
                f"{self.folder}/checkpoints/tuning/widths-{group}.csv" for group in self._names()
            ],
            "identities": f"{self.folder}/checkpoints/identities.csv",
        }

    def checkpoints(self) -> list[str]:
        """All trained weights, and the tables of what is constructed."""
        trained = [*self._groups(), *(f"{batch}/deep" for batch in self._batches())]
        parts = self.gathered()
        tables = [parts[name] for name in (*CONSTRUCTED, "rates")]
        return [
            *(f"{folder}/trained.safetensors" for folder in trained),
            *(path for each in tables for path in each),
            f"{self.folder}/checkpoints/identities.csv",
        ]

    def _batches(self) -> list[str]:
        return [f"{self.folder}/checkpoints/seeds-{seeds}" for seeds in self.settings.seeds]

    def _names(self) -> list[str]:
        return [group_of(group) for group in self.settings.trained.groups]

    def _groups(self) -> list[str]:
        return [
            f"{batch}/{optimiser}-{group}"
            for batch in self._batches()
            for optimiser in ("adam", "lbfgs")
            for group in self._names()
        ]
