"""The settings of the copying task. Imports torch only where sequences are drawn."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from workflow_scripts.learning.networks.sequence_shape import SequenceShape
from workflow_scripts.studies.recurrence.tasks.task import Task

if TYPE_CHECKING:
    from workflow_scripts.learning.data.split import Split
    from workflow_scripts.learning.networks.network import Loss

MEMORISED = 10
"""Symbols that are to be copied."""
ALPHABET = 8
"""Symbols that occur in them; 0 is a blank and the last one asks for the copy."""


class CopyingSettings(Task):
    """Repeat ten symbols after a long pause (Hochreiter & Schmidhuber 1997)."""

    kind: Literal["copying"]
    """An answer is given at every place: blanks, and at the end the symbols."""
    pause: int = Field(ge=1)
    """Blanks T between the symbols and their copy."""

    @property
    def shape(self) -> SequenceShape:
        length = self.pause + 2 * MEMORISED
        return SequenceShape(length, ALPHABET + 2, ALPHABET + 1, everywhere=True)

    @property
    def asked_lag(self) -> int:
        return self.pause + MEMORISED

    @property
    def chance(self) -> float:
        """Of naming blanks and guessing the symbols, over all places."""
        length = self.shape.length
        return (length - MEMORISED + MEMORISED / ALPHABET) / length

    def drawn(
        self, seeds: Sequence[int], count: int, held_out: int, folder: Path
    ) -> tuple["Split", "Split"]:
        from workflow_scripts.studies.recurrence.tasks.copying import copying

        return copying(self, seeds, count, held_out)

    def loss(self) -> "Loss":
        from workflow_scripts.learning.ensemble.losses import cross_entropy

        return cross_entropy
