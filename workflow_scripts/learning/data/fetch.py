"""Step: fetch one data set from the first source that works, checked by SHA-256."""

from pathlib import Path

from workflow_scripts.core.job import Job
from workflow_scripts.learning.data.manifest import write_manifest
from workflow_scripts.learning.data.settings import Cifar10, FashionMnist, parse
from workflow_scripts.learning.data.sources import obtain_cifar10, obtain_fashion_mnist


def fetch(settings: FashionMnist | Cifar10, folder: Path) -> str:
    """Put the files of a data set below `folder`; return the source that they came from."""
    local = None if settings.local_folder is None else Path(settings.local_folder)
    obtain = obtain_fashion_mnist if isinstance(settings, FashionMnist) else obtain_cifar10
    return obtain(folder, settings.sources, local)


def main(snakemake: Job) -> None:
    """Fetch the one data set in `params.cfg` to where the rule's outputs lie."""
    name, settings = parse(snakemake.params.cfg)
    folder = Path(snakemake.output[0]).parent.parent
    source = fetch(settings, folder)
    write_manifest(name, folder)
    print(f"{name}: from {source}")


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
