"""What cannot be in settings that are valid one by one, and what they ask of the images."""

from collections.abc import Iterator

from workflow_scripts.learning.data.formats.kinds import format_of
from workflow_scripts.studies.demand import Demand, larger_batch
from workflow_scripts.studies.focal.settings import Focal


def faults(settings: Focal) -> Iterator[str]:
    """Batches larger than all scenes of a seed, and objects of another size than the images."""
    yield from larger_batch("training", settings.training, settings.train)
    scenes = settings.scenes
    side = format_of(scenes.dataset).shape[-1]
    if scenes.size * scenes.downsample != side:
        yield (
            f"scenes.size is {scenes.size}, but images of {side} pixels averaged over"
            f" {scenes.downsample} have {side / scenes.downsample:g}"
        )


def demands(settings: Focal) -> Iterator[Demand]:
    """The classes from whose images scenes are made."""
    scenes = settings.scenes
    yield Demand("scenes.target", scenes.dataset, labels=(scenes.target,))
    yield Demand("scenes.lookalikes", scenes.dataset, labels=scenes.lookalikes)
