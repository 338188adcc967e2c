"""What the settings of the study ask of the images."""

from collections.abc import Iterator

from workflow_scripts.studies.demand import Demand
from workflow_scripts.studies.ntk.settings import Ntk


def demands(settings: Ntk) -> Iterator[Demand]:
    """Two classes, and enough images of each."""
    images = settings.images
    sample = images.sample
    yield Demand("images.pair", sample.dataset, labels=images.pair)
    yield Demand("images.sizes", sample.dataset, each=images.sizes[-1] // 2, among=sample.train)
