"""Step: fetch one data set from the first source that works, checked by SHA-256."""

from pathlib import Path

from workflow_scripts.core.job import Job
from workflow_scripts.learning.data.manifest import write_manifest
from workflow_scripts.learning.data.settings import FetchedKind, parse


def main(snakemake: Job) -> None:
    """Fetch the data set in `params.cfg` to the folder of the outputs of the rule."""
    name, settings = parse(snakemake.params.cfg, FetchedKind)
    folder = Path(snakemake.output[0]).parent.parent
    source = settings.obtain(folder)
    write_manifest(name, folder)
    print(f"{name}: from {source}")


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
