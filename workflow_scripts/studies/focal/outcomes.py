"""What became of the detectors of each arm, as the claims of the study ask for it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.claim import Measured, paired, per_seed
from workflow_scripts.evidence.statistics.intervals import NotFinite, proportion_interval

Tables = Mapping[str, pd.DataFrame]


class Arms:
    """Numbers by seed of the arms that have a role in the configuration."""

    def __init__(self, tables: Tables, cfg: Mapping[str, Any]) -> None:
        self.tables, self.roles = tables, section(cfg, "roles")

    def precision(self, role: str) -> pd.Series:
        """Average precision (%) of the arm with a role; NaN where a detector diverged."""
        return self.named(self.roles[role])

    def named(self, arm: str) -> pd.Series:
        """Average precision (%) of an arm."""
        return per_seed(self.tables["precision"], "precision", arm=arm)

    def or_nothing(self, role: str) -> pd.Series:
        """The same, and 0 for a detector that diverged: it finds nothing."""
        values = self.precision(role)
        return values.where(np.isfinite(values), 0.0)

    def lost(self, role: str, without: str) -> pd.Series:
        """What an arm loses without its prior bias, in points of average precision."""
        return paired(self.precision(role), self.or_nothing(without))

    def seeds_below(self, role: str, other: str) -> Measured:
        """The share of seeds in which an arm is below another.

        A share, because a network may find nothing: such a seed is an outlier of either arm.
        """
        below = _finite(paired(self.precision(other), self.precision(role)))
        return Measured(proportion_interval((below > 0).astype(float)))

    def share(self, role: str, value: str, moment: str) -> pd.Series:
        """A share (%) of easy negatives at a moment of training."""
        return per_seed(self.tables["shares"], value, arm=self.roles[role], moment=moment)

    def above_each(self, roles: tuple[str, ...]) -> list[Measured]:
        """Focal loss minus each of the arms that have these roles, which are lists of arms."""
        ours = self.precision("focal")
        names = [name for role in roles for name in self.roles[role]]
        return [Measured.from_seeds(paired(ours, self.named(name)), name) for name in names]

    def error(self, role: str, value: str = "error") -> pd.Series:
        """A signed calibration error of the arm with a role."""
        return per_seed(self.tables["calibration"], value, arm=self.roles[role])

    def calibrated(self, role: str, most: float) -> Measured:
        """The share of seeds in which an arm's calibration error is smaller than `most`."""
        sizes = _finite(self.error(role)).abs()
        return Measured(proportion_interval((sizes < most).astype(float)))


def _finite(values: pd.Series) -> pd.Series:
    """The same values; NotFinite names the seeds that have none."""
    missing = values.index[~np.isfinite(values)].tolist()
    if missing:
        raise NotFinite(f"no finite value at seeds {missing}")
    return values
