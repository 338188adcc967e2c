"""Who the members of an ensemble are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Member:
    """One network to train: the facts that tell it from the others, and what it starts with."""

    facts: Mapping[str, Any]
    """Its seed and what else it is, in the order of the columns of a history."""
    weights: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Its initial arrays, where it has any of its own."""
    masks: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Zeros and ones for the arrays that are pruned."""

    @property
    def seed(self) -> int:
        """The seed that all its random numbers come from."""
        return self.facts["seed"]
