"""The settings of the task of recall. Imports torch only where sequences are drawn."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from workflow_scripts.learning.networks.sequence_shape import SequenceShape
from workflow_scripts.studies.recurrence.tasks.task import Task

if TYPE_CHECKING:
    from workflow_scripts.learning.data.split import Split
    from workflow_scripts.learning.networks.network import Loss


class RecallSettings(Task):
    """Name, at the end, the one symbol of many that was marked some places ago."""

    kind: Literal["recall"]
    """All other symbols are distractors from the same alphabet."""
    length: int = Field(ge=2)
    """Places T of a sequence."""
    symbols: int = Field(ge=2)
    """Number of symbols, each as frequent as the others."""
    lags: tuple[int, int]
    """The least and the most places from the marked one to the last; equal for a fixed lag."""
    asked: int | None = None
    """The lag in held-out sequences; null for the same as in training."""
    marked: bool = True
    """Whether the symbol is marked; if not, only its place says which it is."""

    @model_validator(mode="after")
    def _consistent(self) -> "RecallSettings":
        least, most = self.lags
        if not 0 <= least <= most < self.length:
            raise ValueError(f"lags must ascend from 0 to at most {self.length - 1}")
        if self.asked is not None and not 0 <= self.asked < self.length:
            raise ValueError(f"asked must be a lag from 0 to {self.length - 1}")
        if not self.marked and least != most:
            raise ValueError("marked must be true where lags vary: nothing else says which symbol")
        return self

    @property
    def shape(self) -> SequenceShape:
        return SequenceShape(self.length, 2 * self.symbols, self.symbols)

    @property
    def asked_lag(self) -> int | None:
        if self.asked is not None:
            return self.asked
        return self.lags[0] if self.lags[0] == self.lags[1] else None

    @property
    def chance(self) -> float:
        return 1 / self.symbols

    def drawn(
        self, seeds: Sequence[int], count: int, held_out: int, folder: Path
    ) -> tuple["Split", "Split"]:
        from workflow_scripts.studies.recurrence.tasks.recall import recall

        return recall(self, seeds, count, held_out)

    def loss(self) -> "Loss":
        from workflow_scripts.learning.ensemble.losses import cross_entropy

        return cross_entropy
