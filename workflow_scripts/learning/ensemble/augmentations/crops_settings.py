"""Random crops of padded images. Imports torch only when it is built."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings

if TYPE_CHECKING:
    from workflow_scripts.learning.ensemble.augmentations.augmentation import Augmentation


class CropsSettings(Settings):
    """Pad each image and crop it at random to its size (He et al. 2016, §4.2)."""

    kind: Literal["crops"]
    """Every image is shifted anew in each epoch, differently for each network."""
    padding: int = Field(gt=0)
    """Pixels added on each side, the largest shift."""

    def build(self) -> "Augmentation":
        """The augmentation."""
        from workflow_scripts.learning.ensemble.augmentations.crops import Crops

        return Crops(self.padding)
