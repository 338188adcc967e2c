"""What cannot be in settings that are valid one by one, and what they ask of the images."""

from collections.abc import Iterator

from workflow_scripts.studies.demand import Demand, unfit_training
from workflow_scripts.studies.recurrence.settings import Recurrence


def faults(settings: Recurrence) -> Iterator[str]:
    """Batches that are larger than all sequences of a seed."""
    for name, condition in settings.conditions.items():
        yield from unfit_training(
            f"conditions.{name}.training", condition.training, condition.sequences
        )


def demands(settings: Recurrence) -> Iterator[Demand]:
    """The images that are read pixel by pixel."""
    for name, condition in settings.conditions.items():
        dataset = getattr(condition.task, "dataset", None)
        if dataset is not None:
            yield Demand(f"conditions.{name}.sequences", dataset, condition.sequences)
