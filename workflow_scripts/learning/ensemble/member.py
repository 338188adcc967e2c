"""The members of an ensemble."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Member:
    """One network to train: the facts that identify it, and its initial arrays."""

    facts: Mapping[str, Any]
    """Its seed and its other facts, in the order of the columns of a history."""
    weights: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Initial arrays by name; empty to draw them from the seed."""
    masks: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Zeros (pruned) and ones (kept) for the arrays that are pruned, by name."""

    @property
    def seed(self) -> int:
        """The seed from which all its random numbers are derived."""
        return self.facts["seed"]
