"""What cannot be in settings that are valid one by one."""

from collections.abc import Iterator

from workflow_scripts.studies.demand import too_many, unfit_training
from workflow_scripts.studies.nas.settings import Nas


def faults(settings: Nas) -> Iterator[str]:
    """More signals than are generated, and batches that are larger than a training set."""
    train, kept = settings.sample.train, settings.sample.validation
    yield from too_many("sample.train", train, settings.signals.train - kept, "the rest of signals")
    yield from unfit_training("cells.training", settings.cells.training, train)
    yield from unfit_training("compound.training", settings.compound.training, train)
    for name, arm in settings.supernets.items():
        yield from unfit_training(f"supernets.{name}.training", arm.training, train // 2)
