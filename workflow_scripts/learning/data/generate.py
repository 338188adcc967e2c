"""Step: make a data set that needs no download."""

from pathlib import Path

from workflow_scripts.core.job import Job
from workflow_scripts.learning.data.arrays import write_arrays
from workflow_scripts.learning.data.digits import split_digits
from workflow_scripts.learning.data.manifest import write_manifest
from workflow_scripts.learning.data.mnist1d import generate
from workflow_scripts.learning.data.settings import Digits, Mnist1d, parse


def make(name: str, settings: Mnist1d | Digits, folder: Path) -> None:
    """Write the arrays of data set `name` below `folder`."""
    build = generate if isinstance(settings, Mnist1d) else split_digits
    write_arrays(folder / name, build(**settings.model_dump()))


def main(snakemake: Job) -> None:
    """Make the one data set in `params.cfg` where the rule's outputs lie."""
    name, settings = parse(snakemake.params.cfg)
    folder = Path(snakemake.output[0]).parent.parent
    make(name, settings, folder)
    write_manifest(name, folder)
    print(f"{name}: generated")


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
