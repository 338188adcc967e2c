"""The manifest of a data set: a list of digests on which jobs depend and by which they check files.

Snakemake would hash tens of megabytes for every output of every job, and any rewritten file would
be a reason to train again; jobs therefore depend on this small file and refuse files that differ
from it.
"""

from pathlib import Path

from workflow_scripts.core.artifacts.atomic import write_text
from workflow_scripts.core.artifacts.digest import sha256
from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.datasets import paths

MANIFEST = "SHA256SUMS"


def manifest(name: str, folder: Path) -> Path:
    """The manifest of data set `name` below `folder`."""
    return Path(folder) / name / MANIFEST


def write_manifest(name: str, folder: Path) -> None:
    """Write the SHA-256 of the present files, in the format of `sha256sum --check`."""
    lines = [f"{sha256(path)}  {path.name}\n" for path in paths(name, folder)]
    write_text(manifest(name, folder), "".join(lines))


def verify(name: str, folder: Path) -> None:
    """Check a data set against its manifest; UserError names a missing or wrong file."""
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
    # Two runs, because Snakemake also reruns all jobs after one that runs, even if its output is
    # unchanged.
    return f"delete {listed}, run `snakemake {listed}`, then the same command again"
