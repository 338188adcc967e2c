"""What a number measures, declared once: its column in tables, its label and unit in figures."""

from dataclasses import dataclass
from typing import Any

PERCENT, POINTS = "%", "pp"


@dataclass(frozen=True)
class Quantity:
    """A quantity as tables, figures and claims write it: in `unit`, under the name `column`.

    Written values are the measured ones times `scale`: 100 for a share written in per cent.
    """

    column: str
    words: str
    unit: str = ""
    scale: float = 1

    def written(self, measured: Any) -> Any:
        """The measured value (a number or an array), converted to `unit`."""
        return measured if self.scale == 1 else self.scale * measured

    def axis(self, words: str = "") -> str:
        """The label of an axis that shows it; `words` say which of several it is."""
        return with_unit(words or self.words, self.unit)

    @property
    def difference(self) -> str:
        """The unit of differences: percentage points for quantities in per cent."""
        return POINTS if self.unit == PERCENT else self.unit


def with_unit(words: str, unit: str) -> str:
    """`words`, followed by the unit in brackets if there is one."""
    return f"{words} ({unit})" if unit else words
