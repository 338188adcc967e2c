"""The settings of Fashion-MNIST. What fetches it is imported only when it is obtained."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from workflow_scripts.core.settings import Settings


class FashionMnist(Settings):
    """Fashion-MNIST: 60,000 and 10,000 grey images of 28 × 28 pixels (Xiao et al. 2017)."""

    kind: Literal["fashion-mnist"] = "fashion-mnist"
    """The name under which it lies in the data folder."""
    sources: list[Literal["folder", "official", "debian"]] = Field(
        default=["folder", "official", "debian"], min_length=1
    )
    """Where to look for the four files, in this order; every source must give the same bytes."""
    local_folder: str | None = None
    """Folder with the four files, as they are or with .gz, for the source "folder"."""

    def obtain(self, folder: Path) -> str:
        """Put the four files below `folder`; the source that they came from."""
        from workflow_scripts.learning.data.origins.fashion_mnist import obtain_fashion_mnist

        local = None if self.local_folder is None else Path(self.local_folder)
        return obtain_fashion_mnist(folder, self.sources, local)
