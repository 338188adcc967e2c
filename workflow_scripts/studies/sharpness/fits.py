"""What the settings of the study ask of each other."""

from collections.abc import Iterator

from workflow_scripts.studies.demand import larger_batch
from workflow_scripts.studies.sharpness.settings import Sharpness


def faults(settings: Sharpness) -> Iterator[str]:
    """Lines that begin with a key of the study."""
    for name, arm in settings.arms.items():
        examples = settings.tasks[arm.task].sample.train
        yield from larger_batch(f"arms.{name}.training", arm.training, examples)
    radii = {radius for arm in settings.arms.values() for radius in arm.radii if radius}
    if settings.compared not in radii:
        known = ", ".join(f"{radius:g}" for radius in sorted(radii))
        yield f"compared must be one of the radii of the arms ({known}), not {settings.compared:g}"
