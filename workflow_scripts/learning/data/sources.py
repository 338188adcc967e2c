"""Fetch the image data sets from the first source that works, each checked against one SHA-256.

What is checked is the decompressed content, because the sources compress it differently: the
Debian package's .gz files are not the official ones, the images in them are.
"""

import shutil
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from workflow_scripts.core.artifacts.atomic import replacing
from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.datasets import paths
from workflow_scripts.learning.data.debian import unpack_package
from workflow_scripts.learning.data.download import Content, download, unpack_verified, verify

FASHION_MNIST_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"
GZIP_OVERHEAD = 4096  # a .gz of incompressible bytes is longer than they are, by less than this
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

# The archive is checked as it is: its publisher gives digests of the .tar.gz alone.
CIFAR10_URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
CIFAR10_ARCHIVE = Content(
    170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
)
CIFAR10_MEMBERS = "cifar-10-batches-bin"
CIFAR10_BATCH_SIZE = 30_730_000  # 10,000 records of 3073 bytes


def obtain_fashion_mnist(folder: Path, sources: Sequence[str], local_folder: Path | None) -> str:
    """Write the four decompressed idx files to `folder`/fashion-mnist/; return the source used.

    `sources` ("folder", "official", "debian") are tried in order; a source counts only when all
    four files have the published content. Raises UserError that gives each source's reason and
    the remedy when none works; files that were there before then stay.
    """

    def from_folder(staging: Path) -> None:
        for name, content in FASHION_MNIST.items():
            packed = _local_file(local_folder, (name, f"{name}.gz"))
            unpack_verified(packed, staging / name, content)

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

    return _first_that_works(
        "fashion-mnist",
        folder,
        sources,
        {"folder": from_folder, "official": from_official, "debian": from_debian},
        "put " + ", ".join(FASHION_MNIST) + " (plain or .gz) into a folder",
    )


def obtain_cifar10(folder: Path, sources: Sequence[str], local_folder: Path | None) -> str:
    """Write the six binary batches to `folder`/cifar-10/; return the source used.

    `sources` ("folder", "official") are tried in order, each for the official archive. Raises
    UserError as `obtain_fashion_mnist` does.
    """
    archive_name = CIFAR10_URL.rpartition("/")[2]

    def from_folder(staging: Path) -> None:
        archive = _local_file(local_folder, (archive_name,))
        verify(archive, CIFAR10_ARCHIVE)
        extract_batches(archive, staging)

    def from_official(staging: Path) -> None:
        archive = staging / archive_name
        download(CIFAR10_URL, archive, limit=CIFAR10_ARCHIVE.size)
        verify(archive, CIFAR10_ARCHIVE)
        extract_batches(archive, staging)

    return _first_that_works(
        "cifar-10",
        folder,
        sources,
        {"folder": from_folder, "official": from_official},
        f"put {archive_name} into a folder",
    )


def extract_batches(archive: Path, target: Path) -> None:
    """Extract the six batches of the CIFAR-10 archive into `target`, and nothing else.

    Raises UserError for an archive with a member that points outside it, and for a batch that is
    missing, no regular file or not of its size.
    """
    wanted = {f"{CIFAR10_MEMBERS}/{path.name}" for path in paths("cifar-10", target)}
    try:
        with tarfile.open(archive, "r:gz") as opened:
            for member in opened:
                tarfile.data_filter(member, str(target))  # raises for ../, links outside, devices
                if member.name not in wanted:
                    continue
                if not member.isreg() or member.size != CIFAR10_BATCH_SIZE:
                    raise UserError(f"{archive.name} holds no whole batch as {member.name}")
                opened.extract(member, target, filter="data")
                (target / member.name).rename(target / Path(member.name).name)
                wanted.remove(member.name)
    except (tarfile.TarError, EOFError) as error:
        raise UserError(f"{archive.name} is refused ({error})") from error
    if wanted:
        raise UserError(f"{archive.name} lacks {', '.join(sorted(wanted))}")


def _first_that_works(
    name: str,
    folder: Path,
    sources: Sequence[str],
    obtain: dict[str, Callable[[Path], None]],
    remedy: str,
) -> str:
    reasons = []
    for source in sources:
        if source not in obtain:
            raise UserError(f"{name} has no source {source!r}: choose from {', '.join(obtain)}")
        print(f"{name}: trying {source}", flush=True)
        with _staging(folder, name) as staging:
            try:
                obtain[source](staging)
            except (UserError, OSError) as error:
                reasons.append(f"{source}: {error}")
                print(f"  not from {reasons[-1]}", flush=True)
                continue
            for target in paths(name, folder):
                with replacing(target) as part:
                    (staging / target.name).rename(part)
        print(f"{name}: obtained from {source}, content verified", flush=True)
        return source
    raise UserError(
        f"no source gave {name} ({'; '.join(reasons) or 'none is configured'}): "
        f"{remedy} and set data.{name}.local_folder to it"
    )


def _local_file(local_folder: Path | None, names: Sequence[str]) -> Path:
    if local_folder is None:
        raise UserError("local_folder is not set")
    for name in names:
        if (local_folder / name).is_file():
            return local_folder / name
    raise UserError(f"{local_folder} has no {' or '.join(names)}")


@contextmanager
def _staging(folder: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder on the target's file system; what a killed job left there goes first.

    Snakemake's lock on the outputs keeps a second writer away.
    """
    staging = folder / f".{name}.obtaining"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
