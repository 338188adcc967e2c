"""What the settings of the study ask of each other."""

from collections.abc import Iterator

from workflow_scripts.studies.connectivity.settings import Connectivity
from workflow_scripts.studies.demand import too_many, unfit_training


def faults(settings: Connectivity) -> Iterator[str]:
    """Lines that begin with a key of the study."""
    main, network = settings.minima[settings.main].sample, settings.minima[settings.main].network
    measured = settings.measurement
    yield from too_many(
        "soups.examples",
        settings.soups.examples,
        main.train,
        f"minima.{settings.main}.sample.train",
    )
    for name in (settings.main, settings.unstable):
        sample, key = settings.minima[name].sample, f"minima.{name}.sample"
        yield from too_many("measurement.train", measured.train, sample.train, f"{key}.train")
    yield from too_many(
        "measurement.curvature",
        measured.curvature,
        main.train,
        f"minima.{settings.main}.sample.train",
    )
    for name in settings.widths:
        test = settings.minima[name].sample.test
        yield from too_many(
            "measurement.matching", measured.matching, test, f"minima.{name}.sample.test"
        )
    trainings = {f"curves.{kind}": curve.training for kind, curve in settings.curves.items()}
    trainings |= {"band": settings.band.training, "averaging": settings.averaging.training}
    for key, training in trainings.items():
        yield from unfit_training(f"{key}.training", training, main.train, network)
    soups = settings.soups
    yield from unfit_training("soups.training", soups.training, soups.examples, network)
