"""The settings of scenes. Imports no torch."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from workflow_scripts.core.settings import Settings
from workflow_scripts.learning.data.formats.kinds import known_data_set

LARGEST = 255
"""The value of the brightest pixel of a picture of integers."""
Count = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class SceneSettings(Settings):
    """How scenes are put together from the images of a data set."""

    dataset: Annotated[str, AfterValidator(known_data_set)]
    """Name of the data set, of square images."""
    downsample: Count
    """Side, in pixels, of the squares over which images are averaged; 1 for no averaging."""
    channels: Count = 1
    """Channels of images: 1 if they are grey, 3 if they have colours."""
    size: Count
    """Side of an object in pixels, after averaging."""
    side: Count
    """Side of a scene in pixels."""
    target: int = Field(ge=0)
    """Number of the class that is to be found."""
    lookalikes: tuple[int, ...] = Field(min_length=1)
    """Numbers of the classes that look like it."""
    whole: int = Field(ge=0)
    """Whole look-alikes in a scene."""
    fragments: int = Field(ge=0)
    """Halves of images in a scene, of look-alikes and of objects in turn."""
    with_object: float = Field(gt=0, le=1)
    """Share of the scenes that have an object; a scene has one at most."""
    texture: Share
    """Brightest value of the texture behind all images."""
    grain: Count
    """Pixels between two independent values of the texture."""
    noise: float = Field(ge=0)
    """Standard deviation of the noise of each pixel, whose values are from 0 to 1."""

    @property
    def places(self) -> int:
        """Places of an object in a row or column of a scene."""
        return self.side - self.size + 1

    @model_validator(mode="after")
    def _consistent(self) -> "SceneSettings":
        if self.side < self.size:
            raise ValueError("side must be at least the size of an object")
        if self.target in self.lookalikes:
            raise ValueError("lookalikes must not contain the target")
        return self
