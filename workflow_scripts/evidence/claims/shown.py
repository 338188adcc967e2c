"""What is shown without a verdict: identities with their largest difference, and counts."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

Kind = Literal["identity", "count"]


@dataclass(frozen=True)
class Shown:
    """A number by its name. An identity's part must be at most its bound, or its rival above it.

    Without bounds of its own the part has the bound of its identity, and so with the unit.
    """

    name: str
    value: float
    at_most: float | None = None
    above: float | None = None
    unit: str | None = None


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """An identity or a count as declared, with the function that measures it."""

    id: str
    kind: Kind
    unit: str
    source: str
    sentence: str
    at_most: float | None
    measure: Callable[[Mapping[str, pd.DataFrame], dict[str, Any]], Sequence[Shown]]

    def row(self, parts: Sequence[Shown], reason: str = "") -> dict[str, Any]:
        """Its row for JSON: `holds` is None for counts and where nothing was measured."""
        written = [self._part(part) for part in parts]
        bounded = [part["holds"] for part in written if part["holds"] is not None]
        return {
            "claim": self.id,
            "kind": self.kind,
            "sentence": self.sentence,
            "source": self.source,
            "unit": self.unit,
            "reason": reason,
            "holds": all(bounded) if bounded else None,
            "parts": written,
        }

    def _part(self, part: Shown) -> dict[str, Any]:
        at_most = self.at_most if part.at_most is part.above is None else part.at_most
        holds = None
        if at_most is not None:
            holds = part.value <= at_most  # not where it is NaN
        elif part.above is not None:
            holds = part.value > part.above
        return {
            "name": part.name,
            "value": part.value if math.isfinite(part.value) else None,
            "unit": self.unit if part.unit is None else part.unit,
            "at_most": at_most,
            "above": part.above,
            "holds": holds,
        }
