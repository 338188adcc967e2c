"""The settings of the adding problem. Imports torch only where sequences are drawn."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from workflow_scripts.learning.networks.sequence_shape import SequenceShape
from workflow_scripts.studies.recurrence.tasks.task import Task

if TYPE_CHECKING:
    from workflow_scripts.learning.data.split import Split
    from workflow_scripts.learning.networks.network import Loss


class AddingSettings(Task):
    """Add the two numbers of a long sequence that are marked (Hochreiter & Schmidhuber 1997)."""

    kind: Literal["adding"]
    """A guess of 1 has the squared error 1/6."""
    length: int = Field(ge=4)
    """Places T of a sequence; one mark is in each half."""
    measured: ClassVar[str] = "squared_error"

    @property
    def shape(self) -> SequenceShape:
        return SequenceShape(self.length, 2, 1, tokens=False)

    def drawn(
        self, seeds: Sequence[int], count: int, held_out: int, folder: Path
    ) -> tuple["Split", "Split"]:
        from workflow_scripts.studies.recurrence.tasks.adding import adding

        return adding(self, seeds, count, held_out)

    def loss(self) -> "Loss":
        from workflow_scripts.learning.ensemble.target_losses import squared_error

        return squared_error
