"""Step: make sure that a published data set is in its folder, checked by SHA-256.

Right files that are there already are kept; others come from the first source that works.
"""

from pathlib import Path

from workflow_scripts.core.job import Job
from workflow_scripts.core.sole import SoleCopy
from workflow_scripts.learning.data.manifest import write_manifest
from workflow_scripts.learning.data.settings import FetchedKind, parse


def main(snakemake: Job) -> None:
    """Fetch the data set in `params.cfg` to the folder of the manifest, the output of the rule.

    Clones with one data folder do so one after the other, and all but the first find the files.
    """
    name, settings = parse(snakemake.params.cfg, FetchedKind)
    folder = Path(snakemake.output[0]).parent.parent
    SoleCopy(folder / f".{name}.log").acquire()
    source = settings.obtain(folder)
    write_manifest(name, folder)
    print(f"{name}: from {source}")


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
