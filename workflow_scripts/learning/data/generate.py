"""Step: generate a data set that needs no download."""

from pathlib import Path

from workflow_scripts.core.job import Job
from workflow_scripts.learning.data.arrays import write_arrays
from workflow_scripts.learning.data.manifest import write_manifest
from workflow_scripts.learning.data.settings import GeneratedKind, parse


def main(snakemake: Job) -> None:
    """Generate the data set in `params.cfg` in the folder of the outputs of the rule."""
    name, settings = parse(snakemake.params.cfg, GeneratedKind)
    folder = Path(snakemake.output[0]).parent.parent
    write_arrays(folder / name, settings.arrays())
    write_manifest(name, folder)
    print(f"{name}: generated")


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
