"""What the settings of the study ask of each other."""

from collections.abc import Iterator

from workflow_scripts.studies.double_descent.settings import DoubleDescent


def faults(settings: DoubleDescent) -> Iterator[str]:
    """Lines that begin with a key of the study."""
    for key, noise, train in (
        ("features", settings.features.noise, settings.features.sample.train),
        ("networks", settings.networks.noise, settings.networks.sample.train),
        ("epochs", settings.epochs.noise, settings.epochs.sample.train),
    ):
        if round(noise[1] * train) < 1:
            yield f"{key}.noise of {noise[1]:g} changes none of the {train} training labels"
