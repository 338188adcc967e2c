"""What cannot be in settings that are valid one by one, and what they ask of the images."""

from collections.abc import Iterator

from workflow_scripts.studies.demand import Demand, unfit_training
from workflow_scripts.studies.focal.settings import Focal


def faults(settings: Focal) -> Iterator[str]:
    """Batches that are larger than all scenes of a seed."""
    yield from unfit_training("training", settings.training, settings.train)


def demands(settings: Focal) -> Iterator[Demand]:
    """The classes from whose images scenes are made, and the shape of these images."""
    scenes = settings.scenes
    side = scenes.size * scenes.downsample
    shape = (side, side) if scenes.channels == 1 else (scenes.channels, side, side)
    yield Demand("scenes.size", scenes.dataset, shape=shape)
    yield Demand("scenes.target", scenes.dataset, labels=(scenes.target,))
    yield Demand("scenes.lookalikes", scenes.dataset, labels=scenes.lookalikes)
