"""What all tasks have in common. Imports no torch."""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.networks.sequence_shape import SequenceShape

if TYPE_CHECKING:
    from workflow_scripts.learning.data.split import Split
    from workflow_scripts.learning.networks.network import Loss


class Task(Settings):
    """A task on sequences, which a seed draws anew."""

    measured: ClassVar[str] = "accuracy"
    """The measure by which it is solved; the squared error must fall, an accuracy rise."""
    dataset_name: ClassVar[str | None] = None

    @property
    @abstractmethod
    def shape(self) -> SequenceShape:
        """What a network reads and answers."""

    @property
    def asked_lag(self) -> int | None:
        """Places between what must be remembered and the end, in the held-out sequences."""
        return None

    @property
    def chance(self) -> float | None:
        """The accuracy of a guess as a share, if accuracy is measured."""
        return None

    @abstractmethod
    def drawn(
        self, seeds: Sequence[int], count: int, held_out: int, folder: Path
    ) -> tuple["Split", "Split"]:
        """`count` training sequences for each of `seeds`, and `held_out` others for all of them."""

    @abstractmethod
    def loss(self) -> "Loss":
        """The loss that is minimised."""
