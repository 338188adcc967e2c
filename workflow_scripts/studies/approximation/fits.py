"""What the settings of the study ask of each other."""

from collections.abc import Iterator

from workflow_scripts.studies.approximation.marks import LATE
from workflow_scripts.studies.approximation.settings import Approximation
from workflow_scripts.studies.demand import unfit_training

LARGEST_DEGREE = 1000
"""The barycentric weights of more equidistant nodes are larger than a float64."""
MOST_TENTS = 20
"""Of more composed tents the 2ⁿ pieces, found one by one, would take hours."""


def faults(settings: Approximation) -> Iterator[str]:
    """Lines that begin with a key of the study."""
    if settings.places.inside <= settings.widths[-1]:
        yield f"places.inside must exceed the largest of the widths, {settings.widths[-1]}"
    if settings.polynomials.degrees[-1] > LARGEST_DEGREE:
        yield f"polynomials.degrees must be at most {LARGEST_DEGREE}"
    if settings.tents.counted[-1] > MOST_TENTS:
        yield f"tents.counted must be at most {MOST_TENTS}"
    steps = settings.trained.training.steps
    if round(LATE * steps) == steps:
        yield (
            f"trained.training.steps must be larger: of {steps}, the loss after"
            f" {100 * LATE:g} % of them is that at the end"
        )
    for key, part in (("trained", settings.trained), ("deep", settings.deep)):
        yield from unfit_training(f"{key}.training", part.training, part.points)
