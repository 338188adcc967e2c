"""What cannot be in settings that are valid one by one, and what they ask of the images."""

from collections.abc import Iterator
from itertools import pairwise

from workflow_scripts.studies.demand import Demand
from workflow_scripts.studies.hopfield.settings import Hopfield

PIXELS = 28**2
"""Neurons of the networks that store images; `pictures.SIDE` is imported with torch."""


def faults(settings: Hopfield) -> Iterator[str]:
    """Lines that begin with a key of the study."""
    loads = [
        *(
            (f"capacity.networks.{at}.loads", load, each.size)
            for at, each in enumerate(settings.capacity.networks)
            for load in each.loads
        ),
        ("recall.load", settings.recall.load, settings.recall.size),
        ("recall.overload", settings.recall.overload, settings.recall.size),
        *(("correlated.loads", load, PIXELS) for load in settings.correlated.loads),
    ]
    for key, load, size in loads:
        if not round(load * size):
            yield f"{key} of {load:g} stores no pattern in {size} neurons"
    if settings.recall.load >= settings.recall.overload:
        yield "recall.overload must be larger than recall.load: it is the control"
    for key, numbers in {
        "correlated.loads": settings.correlated.loads,
        "spheres.dimensions": settings.spheres.dimensions,
        "separation.products": settings.separation.products,
        "regimes.betas": settings.regimes.betas,
    }.items():
        if any(after <= before for before, after in pairwise(numbers)):
            yield f"{key} must be increasing"
    if not settings.regimes.average < settings.regimes.blur < settings.regimes.retrieval:
        yield "regimes.average, blur and retrieval must be increasing"


def demands(settings: Hopfield) -> Iterator[Demand]:
    """The images that are stored."""
    data = settings.images
    yield Demand("regimes.stored", data, settings.regimes.stored)
    yield Demand("completion.stored", data, settings.completion.stored)
    yield Demand("correlated.loads", data, round(max(settings.correlated.loads) * PIXELS))
