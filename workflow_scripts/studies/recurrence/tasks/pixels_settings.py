"""The settings of sequential images. Imports torch only where images are read."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field

from workflow_scripts.learning.data.formats.kinds import known_data_set
from workflow_scripts.learning.networks.sequence_shape import SequenceShape
from workflow_scripts.studies.recurrence.tasks.task import Task

if TYPE_CHECKING:
    from workflow_scripts.learning.data.split import Split
    from workflow_scripts.learning.networks.network import Loss

SIDE, CLASSES = 28, 10


class PixelsSettings(Task):
    """Classify an image that is read pixel by pixel (Le et al. 2015)."""

    kind: Literal["pixels"]
    """A pixel is a place; rows follow one another."""
    dataset: Annotated[str, AfterValidator(known_data_set)]
    """Name of the data set, of grey images of 28 × 28 pixels."""
    downsample: int = Field(default=1, gt=0)
    """Side, in pixels, of the squares over which images are averaged; 1 for no averaging."""

    @property
    def shape(self) -> SequenceShape:
        return SequenceShape((SIDE // self.downsample) ** 2, 1, CLASSES, tokens=False)

    @property
    def chance(self) -> float:
        return 1 / CLASSES

    def drawn(
        self, seeds: Sequence[int], count: int, held_out: int, folder: Path
    ) -> tuple["Split", "Split"]:
        from workflow_scripts.learning.data.examples import examples
        from workflow_scripts.learning.data.sample import Sample

        sample = Sample(
            dataset=self.dataset,
            train=count,
            validation=0,
            test=held_out,
            downsample=self.downsample,
        )
        drawn = examples(sample, folder, self.shape.example, seeds)
        return drawn.train, drawn.test

    def loss(self) -> "Loss":
        from workflow_scripts.learning.ensemble.losses import cross_entropy

        return cross_entropy
