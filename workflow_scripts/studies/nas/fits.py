"""What cannot be in settings that are valid one by one."""

from collections.abc import Iterator

from workflow_scripts.studies.demand import larger_batch, too_many
from workflow_scripts.studies.nas.settings import Nas


def faults(settings: Nas) -> Iterator[str]:
    """More signals than are generated, and batches that are larger than a training set."""
    train, kept = settings.sample.train, settings.sample.validation
    yield from too_many("sample.train", train, settings.signals.train - kept, "the rest of signals")
    yield from larger_batch("cells.training", settings.cells.training, train)
    yield from larger_batch("compound.training", settings.compound.training, train)
    for name, arm in settings.supernets.items():
        yield from larger_batch(f"supernets.{name}.training", arm.training, train // 2)
