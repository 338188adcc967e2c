"""Fetch CIFAR-10 from the first source that works."""

import tarfile
from collections.abc import Sequence
from pathlib import Path

from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.datasets import paths
from workflow_scripts.learning.data.download import Content, download, verify
from workflow_scripts.learning.data.manifest import verify as verify_manifest
from workflow_scripts.learning.data.origins.sources import IN_PLACE, first_that_works, local_file

# The archive itself is checked: its publisher only gives a digest of the .tar.gz.
CIFAR10_URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
CIFAR10_ARCHIVE = Content(
    170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
)
CIFAR10_MEMBERS = "cifar-10-batches-bin"
CIFAR10_BATCH_SIZE = 30_730_000  # 10,000 records of 3073 bytes


def obtain_cifar10(folder: Path, sources: Sequence[str], local_folder: Path | None) -> str:
    """Write the six binary batches to `folder`/cifar-10/; return the source used.

    `sources` ("folder", "official") are tried in order, each for the official archive. Batches that
    an earlier run extracted are kept if they match their manifest, and an archive in place is
    extracted. If none works, UserError gives the reason for each source.
    """
    archive_name = CIFAR10_URL.rpartition("/")[2]

    def extract(source: Path | None, staging: Path) -> None:
        archive = local_file(source, (archive_name,))
        verify(archive, CIFAR10_ARCHIVE)
        extract_batches(archive, staging)

    def from_place(staging: Path) -> None:
        extract(folder / "cifar-10", staging)

    def from_folder(staging: Path) -> None:
        extract(local_folder, staging)

    def from_official(staging: Path) -> None:
        archive = staging / archive_name
        download(CIFAR10_URL, archive, limit=CIFAR10_ARCHIVE.size)
        verify(archive, CIFAR10_ARCHIVE)
        extract_batches(archive, staging)

    return first_that_works(
        "cifar-10",
        folder,
        sources,
        {IN_PLACE: from_place, "folder": from_folder, "official": from_official},
        f"put {archive_name} into a folder",
        lambda _: verify_manifest("cifar-10", folder),
    )


def extract_batches(archive: Path, target: Path) -> None:
    """Extract the six batches of the CIFAR-10 archive into `target`, and nothing else.

    UserError for an archive with a member that points outside it, and for a batch that is missing,
    is not a regular file or has a wrong size.
    """
    wanted = {f"{CIFAR10_MEMBERS}/{path.name}" for path in paths("cifar-10", target)}
    try:
        with tarfile.open(archive, "r:gz") as opened:
            for member in opened:
                tarfile.data_filter(member, str(target))  # raises for ../, links outside, devices
                if member.name not in wanted:
                    continue
                if not member.isreg() or member.size != CIFAR10_BATCH_SIZE:
                    raise UserError(f"{archive.name} holds no complete batch {member.name}")
                opened.extract(member, target, filter="data")
                (target / member.name).rename(target / Path(member.name).name)
                wanted.remove(member.name)
    except (tarfile.TarError, EOFError) as error:
        raise UserError(f"{archive.name} is refused ({error})") from error
    if wanted:
        raise UserError(f"{archive.name} lacks {', '.join(sorted(wanted))}")
