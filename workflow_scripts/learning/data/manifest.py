"""The list of digests that stands for a data set: what jobs depend on, and hold the files to.

Snakemake would hash tens of megabytes for every output of every job, and a changed byte would be
one more reason to train again; so jobs depend on this small file, and refuse what differs from it.
"""

from pathlib import Path

from workflow_scripts.core.artifacts.atomic import write_text
from workflow_scripts.core.artifacts.digest import sha256
from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.datasets import paths

MANIFEST = "SHA256SUMS"


def manifest(name: str, folder: Path) -> Path:
    """The manifest of data set `name` below `folder`."""
    return paths(name, folder)[0].with_name(MANIFEST)


def write_manifest(name: str, folder: Path) -> None:
    """Write the SHA-256 of the files that are there now, as `sha256sum --check` reads it."""
    lines = [f"{sha256(path)}  {path.name}\n" for path in paths(name, folder)]
    write_text(manifest(name, folder), "".join(lines))


def verify(name: str, folder: Path) -> None:
    """Hold the files of a data set to its manifest: UserError names a missing or wrong one."""
    listed = manifest(name, folder)
    try:
        lines = [line.split("  ", 1) for line in listed.read_text(encoding="utf-8").splitlines()]
        expected = {file: digest for digest, file in lines}
    except FileNotFoundError as error:
        raise UserError(f"{listed} is missing: run snakemake again to make it") from error
    except ValueError as error:
        raise UserError(f"{listed} is not a list of digests: {_remedy(listed)}") from error
    for path in paths(name, folder):
        if not path.exists():
            raise UserError(f"{path} is missing: {_remedy(listed)}")
        if sha256(path) != expected.get(path.name):
            raise UserError(f"{path} has changed since it was made: {_remedy(listed)}")


def _remedy(listed: Path) -> str:
    # In two runs, because what follows a job that runs is run too, whatever bytes it wrote.
    return f"delete {listed}, run `snakemake {listed}`, then the same command again"
