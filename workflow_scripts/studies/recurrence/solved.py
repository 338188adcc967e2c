"""When a network has solved its task. Imports no torch."""

import numpy as np


def first_kept(passes: np.ndarray) -> int | None:
    """The first of `passes` `[T]`, of bools, after which the next one is true too."""
    both = np.flatnonzero(passes[:-1] & passes[1:])
    return int(both[0]) if len(both) else None


def passing(values: np.ndarray, measured: str, level: float) -> np.ndarray:
    """Whether each value reaches its level: from above for the squared error, else from below."""
    return values <= level if measured == "squared_error" else values >= level
