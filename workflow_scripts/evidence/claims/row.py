"""A row of the ledger, declared once: files, the table and the report derive from it.

In files a row is flat: the numbers of its control are stored as `control_estimate` and so on.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, get_type_hints

CONTROL = "control_"
"""Prefix of the names of the control's numbers in files."""


class Verdict(StrEnum):
    """What the data say about a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"
    CONTROL_FAILED = "control failed"
    NOT_AT_SCALE = "not at this scale"
    NOT_RUN = "not run"


DECIDED = (Verdict.SUPPORTED, Verdict.CONTRADICTED)
"""The verdicts that say something about the claim."""


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """A measured number in `unit` with its interval, and the rule it must satisfy; None if unknown.

    The ends of intervals may be infinite here; in files these are None.
    """

    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    n: int = 0
    rule: str | None = None


@dataclass(frozen=True, kw_only=True)
class Part(Numbers):
    """One measured number of a claim or of its control; `sd` is that of one seed.

    `effect` is the distance from the nearest margin in standard deviations of one seed; from it
    follows the number of seeds needed at any level. Infinite if seeds do not vary, NaN if unknown.
    """

    name: str = ""
    verdict: Verdict
    margin: tuple[float, ...] = ()
    p: float
    sd: float | None
    effect: float | None
    seeds_needed: int | None


@dataclass(frozen=True, kw_only=True)
class Side(Numbers):
    """A claim or its control: the numbers of the part that decides its verdict, and all parts."""

    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Row(Side):
    """A claim with its verdict. The numbers are those of its weakest part, named by `part`.

    Intervals are those of the look that decided, or of the last one, with the confidence
    1 − `alpha`. `seeds_needed` is given for undecided claims only; `control_holds` is None if there
    is no control or if its interval spans the margin.
    """

    study: str
    claim: str
    sentence: str
    source: str
    verdict: Verdict = Verdict.NOT_RUN
    reason: str = ""
    part: str = ""
    margin: tuple[float, ...] = ()
    p: float | None = None
    seeds_needed: int | None = None
    control: str | None = None
    no_control: str | None = None
    control_holds: bool | None = None
    control_side: Side = Side()
    looks: tuple[int, ...] = ()
    """Numbers of seeds after which the claim is judged."""
    look: int | None = None
    """The number of seeds at the look whose numbers these are."""
    next_look: int | None = None
    """The number of seeds at the next look of a claim that is still open."""
    seeds_key: str = "seeds"
    """The key of its seeds among the settings of the study."""
    alpha: float | None = None
    """The two-sided level at each look."""
    power: float | None = None
    """The probability, planned from a pilot, that the last look decides."""
    tables: tuple[str, ...] = ()
    """The names of the tables that it was measured on."""

    def as_dict(self) -> dict[str, Any]:
        """The row for JSON: flat, builtins only, with None for infinite or unknown values."""
        flat = asdict(self)
        control = flat.pop("control_side")
        return _plain(flat | {CONTROL + name: value for name, value in control.items()})


@dataclass(frozen=True, kw_only=True)
class Entry(Row):
    """A row of the complete ledger."""

    q: float | None = None
    """Expected share of false verdicts among all at least as clear ones. It decides nothing."""


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a row from its flat form, which pydantic then checks."""
    names = [field.name for field in fields(Side)]
    side = {name: flat[CONTROL + name] for name in names if CONTROL + name in flat}
    return {**flat, "control_side": side}


def column_types() -> dict[str, Any]:
    """The type of each field of an entry, by its name in files."""
    types = get_type_hints(Entry)
    del types["control_side"]
    return types | {CONTROL + name: kind for name, kind in get_type_hints(Side).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Verdict):
        return value.value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
