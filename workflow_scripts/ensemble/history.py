"""What was measured during a training, as one file: small arrays, and who the members are.

Written without pandas, whose import would be a tenth of a short job; read as a tidy table.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workflow_scripts.artifacts.checkpoints import load_checkpoint, save_checkpoint

if TYPE_CHECKING:
    import pandas as pd

    from workflow_scripts.ensemble.callbacks import Curve

MEMBERS = "members"


def save_history(
    path: str | Path, curves: Sequence["Curve"], members: Sequence[Mapping[str, Any]]
) -> None:
    """Write the curves of one training; `members` says what each network is, in order."""
    arrays: dict[str, np.ndarray] = {}
    for curve in curves:
        for name, array in curve.arrays().items():
            arrays[f"{curve.split}/{name}"] = array
    save_checkpoint(path, arrays, {MEMBERS: json.dumps([dict(each) for each in members])})


def read_history(path: str | Path) -> "pd.DataFrame":
    """One row a member, split and step; after what the member is: loss in nats, accuracy in %."""
    import pandas as pd

    arrays, facts = load_checkpoint(path)
    members = pd.DataFrame(json.loads(facts[MEMBERS]))
    rows = []
    for split in sorted({name.split("/")[0] for name in arrays}):
        losses, accuracies = arrays[f"{split}/loss"], arrays[f"{split}/accuracy"]
        for step, loss, accuracy in zip(arrays[f"{split}/step"], losses, accuracies, strict=True):
            measured = {"step": step, "split": split, "loss": loss, "accuracy": 100 * accuracy}
            rows.append(members.assign(**measured))
    return pd.concat(rows, ignore_index=True)
