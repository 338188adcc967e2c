"""Which files the rules of the study make of which: its DAG in one place."""

from workflow_scripts.studies.toy.settings import Toy

from workflow_scripts.studies.files import StudyFiles


class ToyFiles(StudyFiles):
    """Paths under the study's results."""

    settings: Toy

    def gathered(self) -> dict[str, list[str]]:
        """The throws of all batches."""
        return {"means": self.checkpoints()}

    def checkpoints(self) -> list[str]:
        """The means of all throws: nothing is trained."""
        return [f"{self.folder}/checkpoints/seeds-{s}/means.csv" for s in self.settings.seeds]
