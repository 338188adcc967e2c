"""What a study derives from tables or curves: once of equal ones, as most worlds have."""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd


def once(find: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which remembers what it found for equal tables, arrays and numbers."""
    known: dict[tuple[Any, ...], Any] = {}

    def remembered(*arguments: Any) -> Any:
        key = tuple(map(_content, arguments))
        if key not in known:
            known[key] = find(*arguments)
        return known[key].copy()

    return remembered


def _content(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        rows = pd.util.hash_pandas_object(value, index=False).to_numpy().tobytes()
        return tuple(value.columns), hashlib.sha256(rows).digest()
    return np.shape(value), np.asarray(value).tobytes()
