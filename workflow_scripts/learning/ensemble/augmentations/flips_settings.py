"""Random reflections of images. Imports torch only when it is built."""

from typing import TYPE_CHECKING, Literal

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.ensemble.augmentations.augmentation import Augmentation


class FlipsSettings(Settings):
    """Reflect each image with probability 1/2 (He et al. 2016, §4.2)."""

    kind: Literal["flips"]
    """Left and right are exchanged, anew in each epoch, differently for each network."""

    def build(self) -> "Augmentation":
        """The augmentation."""
        from workflow_scripts.learning.ensemble.augmentations.flips import Flips

        return Flips()
