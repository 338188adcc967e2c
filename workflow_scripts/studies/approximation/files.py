"""The inputs and outputs of the rules of the study: its DAG in one place."""

from workflow_scripts.core.seeds import longer
from workflow_scripts.learning.width_groups import group_of
from workflow_scripts.studies.approximation.marks import FUNCTIONS, OTHERS, SMOOTH
from workflow_scripts.studies.approximation.settings import Approximation
from workflow_scripts.studies.files import StudyFiles


class ApproximationFiles(StudyFiles):
    """Paths under the results of the study, and the outputs of its rules."""

    settings: Approximation
    functions = tuple(FUNCTIONS)
    """The names of the functions that networks are built for: smooth ones, and others."""

    def gathered(self) -> dict[str, str | list[str]]:
        """All parts of each table."""
        built, others = self._built(), self._others()
        return {
            "constructed": [f"{folder}/constructed.csv" for folder in built],
            "polynomials": [f"{batch}/polynomials.csv" for batch in others],
            "tents": [f"{batch}/tents.csv" for batch in others],
            "drawings": [f"{folder}/drawings.csv" for folder in (*built, *others)],
            "trained": [f"{folder}/table.csv" for folder in self._trained()],
            "deep": [f"{batch}/deep/table.csv" for batch in others],
            "learned": [f"{batch}/deep/drawings.csv" for batch in others],
            "rates": [
                f"{self.folder}/checkpoints/tuning/widths-{group}.csv" for group in self._names()
            ],
            "identities": f"{self.folder}/checkpoints/identities.csv",
        }

    def checkpoints(self) -> list[str]:
        """All trained weights, and the tables of what is not trained."""
        trained = [*self._trained(), *(f"{batch}/deep" for batch in self._others())]
        parts = self.gathered()
        tables = [parts[n] for n in ("constructed", "polynomials", "tents", "drawings", "rates")]
        return [
            *(f"{folder}/trained.safetensors" for folder in trained),
            *(path for each in tables for path in each),
            f"{self.folder}/checkpoints/identities.csv",
        ]

    def _batches(self, seeds: tuple[str, ...]) -> list[str]:
        return [f"{self.folder}/checkpoints/seeds-{batch}" for batch in seeds]

    def _others(self) -> list[str]:
        """The batches of seeds of all that is not about smooth functions alone."""
        return self._batches(self.settings.other_seeds)

    def _built(self) -> list[str]:
        """The folders of constructed networks; claims of both lists of seeds read smooth ones."""
        smooth = self._batches(longer(self.settings.seeds, self.settings.other_seeds))
        return [
            *(f"{batch}/{SMOOTH}" for batch in smooth),
            *(f"{batch}/{OTHERS}" for batch in self._others()),
        ]

    def _names(self) -> list[str]:
        return [group_of(group) for group in self.settings.trained.groups]

    def _trained(self) -> list[str]:
        """The folders of trained networks; L-BFGS learns smooth functions alone."""
        smooth = [f"{batch}/{SMOOTH}" for batch in self._batches(self.settings.seeds)]
        others = [f"{batch}/{OTHERS}" for batch in self._others()]
        return [
            f"{folder}/{optimiser}-{group}"
            for folder in (*smooth, *others)
            for optimiser in ("adam", "lbfgs")
            for group in self._names()
            if optimiser == "adam" or folder in smooth
        ]
