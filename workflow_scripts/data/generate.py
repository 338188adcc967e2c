"""Step: make a data set that needs no download."""

from pathlib import Path
from typing import Any

from workflow_scripts.data.arrays import write_arrays
from workflow_scripts.data.digits import split_digits
from workflow_scripts.data.manifest import write_manifest
from workflow_scripts.data.mnist1d import generate
from workflow_scripts.data.settings import Digits, Mnist1d, parse


def make(name: str, settings: Mnist1d | Digits, folder: Path) -> None:
    """Write the arrays of data set `name` below `folder`."""
    build = generate if isinstance(settings, Mnist1d) else split_digits
    write_arrays(folder / name, build(**settings.model_dump()))


def main(snakemake: Any) -> None:
    """Make the one data set in `params.cfg` where the rule's outputs lie."""
    name, settings = parse(snakemake.params.cfg)
    folder = Path(snakemake.output[0]).parent.parent
    make(name, settings, folder)
    write_manifest(name, folder)
    print(f"{name}: generated")


if __name__ == "__main__":
    from workflow_scripts.provenance.step import run

    run(main, snakemake)
