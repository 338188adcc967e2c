"""What the settings of the study ask of each other."""

from collections.abc import Iterator

from workflow_scripts.studies.demand import unfit_training
from workflow_scripts.studies.sharpness.settings import Sharpness


def faults(settings: Sharpness) -> Iterator[str]:
    """Lines that begin with a key of the study."""
    for name, arm in settings.arms.items():
        task, key = settings.tasks[arm.task], f"arms.{name}.training"
        yield from unfit_training(key, arm.training, task.sample.train, task.network)
    radii = {radius for arm in settings.arms.values() for radius in arm.radii if radius}
    if settings.compared not in radii:
        known = ", ".join(f"{radius:g}" for radius in sorted(radii))
        yield f"compared must be one of the radii of the arms ({known}), not {settings.compared:g}"
