"""What the settings of the study ask of each other."""

from collections.abc import Iterator

from workflow_scripts.studies.demand import unfit_training
from workflow_scripts.studies.grokking.settings import Grokking


def faults(settings: Grokking) -> Iterator[str]:
    """Lines that begin with a key of the study."""
    for name, condition in settings.conditions.items():
        key, table = f"conditions.{name}", condition.table
        entries = table.symbols**2
        learned = round(table.fraction * entries)
        if not 0 < learned < entries:
            yield f"{key}.table.fraction leaves {learned} of {entries} entries for training"
        yield from unfit_training(f"{key}.training", condition.training, learned)
