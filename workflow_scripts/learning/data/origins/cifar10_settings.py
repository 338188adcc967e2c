"""The settings of CIFAR-10. The code that fetches it is imported only when needed."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings


class Cifar10(Settings):
    """CIFAR-10: 50,000 training and 10,000 test images, 32 × 32 in colour (Krizhevsky 2009)."""

    kind: Literal["cifar-10"] = "cifar-10"
    """The name of the data set and of its folder below the data folder."""
    sources: list[Literal["folder", "official"]] = Field(
        default=["folder", "official"], min_length=1
    )
    """Sources of cifar-10-binary.tar.gz, tried in this order."""
    local_folder: str | None = None
    """Folder that contains cifar-10-binary.tar.gz, for the source "folder"."""

    def obtain(self, folder: Path) -> str:
        """Write the six files below `folder` and return their source."""
        from workflow_scripts.learning.data.origins.cifar10 import obtain_cifar10

        local = None if self.local_folder is None else Path(self.local_folder).expanduser()
        return obtain_cifar10(folder, self.sources, local)
