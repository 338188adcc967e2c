"""The settings of Fashion-MNIST. The code that fetches it is imported only when needed."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings


class FashionMnist(Settings):
    """Fashion-MNIST: 60,000 training and 10,000 test images, 28 × 28, grey (Xiao et al. 2017)."""

    kind: Literal["fashion-mnist"] = "fashion-mnist"
    """The name of the data set and of its folder below the data folder."""
    sources: list[Literal["folder", "official", "debian"]] = Field(
        default=["folder", "official", "debian"], min_length=1
    )
    """Sources of the four files, tried in this order; all must provide the same bytes."""
    local_folder: str | None = None
    """Folder that contains the four files, plain or as .gz, for the source "folder"."""

    def obtain(self, folder: Path) -> str:
        """Write the four files below `folder` and return their source."""
        from workflow_scripts.learning.data.origins.fashion_mnist import obtain_fashion_mnist

        local = None if self.local_folder is None else Path(self.local_folder).expanduser()
        return obtain_fashion_mnist(folder, self.sources, local)
