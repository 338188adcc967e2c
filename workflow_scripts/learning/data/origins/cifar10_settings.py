"""The settings of CIFAR-10. What fetches it is imported only when it is obtained."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings


class Cifar10(Settings):
    """CIFAR-10: 50,000 and 10,000 colour images of 32 × 32 pixels (Krizhevsky 2009)."""

    kind: Literal["cifar-10"] = "cifar-10"
    """The name under which it lies in the data folder."""
    sources: list[Literal["folder", "official"]] = Field(
        default=["folder", "official"], min_length=1
    )
    """Where to look for cifar-10-binary.tar.gz, in this order."""
    local_folder: str | None = None
    """Folder with cifar-10-binary.tar.gz, for the source "folder"."""

    def obtain(self, folder: Path) -> str:
        """Put the six files below `folder`; the source that they came from."""
        from workflow_scripts.learning.data.origins.cifar10 import obtain_cifar10

        local = None if self.local_folder is None else Path(self.local_folder)
        return obtain_cifar10(folder, self.sources, local)
