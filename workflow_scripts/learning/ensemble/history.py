"""The measurements of one training in one file: small arrays and the facts of the members.

Written without pandas, whose import would take a tenth of a short job; read as a tidy table.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workflow_scripts.core.artifacts.checkpoints import load_checkpoint, save_checkpoint
from workflow_scripts.core.quantity import Quantity
from workflow_scripts.learning.quantities import CURVE

if TYPE_CHECKING:
    import pandas as pd

    from workflow_scripts.learning.ensemble.callbacks import Measurements

MEMBERS = "members"
DIVERGED = "diverged"


def save_history(
    path: str | Path, curves: Sequence["Measurements"], members: Sequence[Mapping[str, Any]]
) -> None:
    """Write the curves of one training; `members` holds the facts of each network, in order.

    The steps at which members diverged are those that the first curve was told.
    """
    arrays: dict[str, np.ndarray] = {}
    for curve in curves:
        for name, array in curve.arrays().items():
            arrays[f"{curve.split}/{name}"] = array
    facts = {MEMBERS: json.dumps([dict(each) for each in members])}
    diverged = json.dumps(curves[0].diverged if curves else [])
    save_checkpoint(path, arrays, facts | {DIVERGED: diverged})


def read_history(path: str | Path, quantities: Sequence[Quantity] = CURVE) -> "pd.DataFrame":
    """One row per member, split and step: the facts of the member, then its measurements.

    Each measurement is in the unit that `quantities` declare; KeyError for one they do not name.
    Measurements of more than one number per member, and arrays of other splits, are read by
    `read_measured`.
    """
    import pandas as pd

    declared = {quantity.column: quantity for quantity in quantities}
    arrays, facts = load_checkpoint(path)
    members = pd.DataFrame(json.loads(facts[MEMBERS]))
    rows = []
    for split in sorted({name.split("/")[0] for name in arrays}):
        measured = {
            name.split("/")[1]: array
            for name, array in arrays.items()
            if name.startswith(f"{split}/") and array.ndim == 2
        }
        for at, step in enumerate(arrays[f"{split}/step"]):
            values = {name: declared[name].written(array[at]) for name, array in measured.items()}
            rows.append(members.assign(step=step, split=split, **values))
    return pd.concat(rows, ignore_index=True)


def read_diverged(path: str | Path) -> "pd.DataFrame":
    """The facts of each member that diverged, and the step at which its loss was not finite."""
    import pandas as pd

    _, facts = load_checkpoint(path)
    members = pd.DataFrame(json.loads(facts[MEMBERS]))
    table = members.assign(diverged=pd.Series(json.loads(facts[DIVERGED]), dtype="int64"))
    return table[table.diverged >= 0].reset_index(drop=True)


def read_measured(path: str | Path, split: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Steps `[T]` and a measurement `[T, M, …]` of one split, in the units of the file."""
    arrays, _ = load_checkpoint(path)
    return arrays[f"{split}/step"], arrays[f"{split}/{name}"]
