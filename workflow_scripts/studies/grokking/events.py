"""The step at which a level is reached and kept. Imports no torch."""

import numpy as np

SPLIT = "table"
"""The name of the measurements of this study in a history."""


def first_kept(
    steps: np.ndarray, values: np.ndarray, level: float, hold: int
) -> tuple[int, int] | None:
    """The first step from which `values` stay at or above `level` for `hold` steps, and their end.

    `steps` and `values` are `[T]`; both results are among the steps. None if the level was not
    reached, or not observed for long enough. A value that is not a number reaches no level.
    """
    begun: int | None = None
    for step, value in zip(steps.tolist(), values.tolist(), strict=True):
        if not value >= level:
            begun = None
            continue
        begun = step if begun is None else begun
        if step - begun >= hold:
            return begun, step
    return None
