"""When something is reached for good. Imports no torch."""

import numpy as np

SPLIT = "table"
"""The name of our measurements in a history."""


def first_kept(
    steps: np.ndarray, values: np.ndarray, level: float, hold: int
) -> tuple[int, int] | None:
    """The first step from which `values` stay at or above `level` for `hold` steps, and that end.

    `steps` and `values` `[T]`; both results are among the steps. None where it was not reached, or
    not seen for long enough.
    """
    begun: int | None = None
    for step, value in zip(steps.tolist(), values.tolist(), strict=True):
        if value < level:
            begun = None
            continue
        begun = step if begun is None else begun
        if step - begun >= hold:
            return begun, step
    return None
