"""Fetch Fashion-MNIST from the first source that works, each file checked against one SHA-256.

The decompressed content is checked, because the sources compress it differently: the .gz files in
the Debian package differ from the official ones, but the images in them are the same.
"""

from collections.abc import Sequence
from pathlib import Path

from workflow_scripts.learning.data.debian import unpack_package
from workflow_scripts.learning.data.download import Content, download, unpack_verified, verify
from workflow_scripts.learning.data.origins.sources import IN_PLACE, first_that_works, local_file

FASHION_MNIST_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"
GZIP_OVERHEAD = 4096  # more bytes than gzip adds to incompressible data of this size
FASHION_MNIST_PACKAGE = "dataset-fashion-mnist"
FASHION_MNIST = {
    "train-images-idx3-ubyte": Content(
        47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
    ),
    "train-labels-idx1-ubyte": Content(
        60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
    ),
    "t10k-images-idx3-ubyte": Content(
        7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
    ),
    "t10k-labels-idx1-ubyte": Content(
        10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
    ),
}


def obtain_fashion_mnist(folder: Path, sources: Sequence[str], local_folder: Path | None) -> str:
    """Write the four decompressed idx files to `folder`/fashion-mnist/; return the source used.

    `sources` ("folder", "official", "debian") are tried in order; a source is accepted only if
    all four files have the published content. Files that are in place and have it are kept, and
    unpacked if need be. If none works, UserError gives the reason for each source and the remedy,
    and existing files are kept.
    """

    def check(place: Path) -> None:
        for name, content in FASHION_MNIST.items():
            verify(place / name, content)

    def unpack(source: Path | None, staging: Path) -> None:
        for name, content in FASHION_MNIST.items():
            packed = local_file(source, (name, f"{name}.gz"))
            unpack_verified(packed, staging / name, content)

    def from_place(staging: Path) -> None:
        unpack(folder / "fashion-mnist", staging)

    def from_folder(staging: Path) -> None:
        unpack(local_folder, staging)

    def from_official(staging: Path) -> None:
        for name, content in FASHION_MNIST.items():
            packed = staging / f"{name}.gz"
            download(
                f"{FASHION_MNIST_URL}/{packed.name}", packed, limit=content.size + GZIP_OVERHEAD
            )
            unpack_verified(packed, staging / name, content)

    def from_debian(staging: Path) -> None:
        unpacked = unpack_package(FASHION_MNIST_PACKAGE, staging / "package")
        for name, content in FASHION_MNIST.items():
            packed = unpacked / "usr/share/datasets/fashion-mnist" / f"{name}.gz"
            unpack_verified(packed, staging / name, content)

    return first_that_works(
        "fashion-mnist",
        folder,
        sources,
        {
            IN_PLACE: from_place,
            "folder": from_folder,
            "official": from_official,
            "debian": from_debian,
        },
        "put " + ", ".join(FASHION_MNIST) + " (plain or .gz) into a folder",
        check,
    )
