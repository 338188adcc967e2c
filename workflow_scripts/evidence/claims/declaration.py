"""What is declared about a claim before any data exist."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workflow_scripts.core.quantity import with_unit
from workflow_scripts.evidence.claims.evidence import Evidence, Measured
from workflow_scripts.evidence.claims.row import Row, Side
from workflow_scripts.evidence.claims.rule import Rule
from workflow_scripts.evidence.statistics.looks import LOOKS, level
from workflow_scripts.evidence.statistics.power import Effect, Share

Measure = Callable[[Mapping[str, pd.DataFrame], dict[str, Any]], Evidence]


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What is declared about a claim before any data exist.

    ValueError if the claim could not fail: a rule without a finite margin (refused by `Rule`
    itself), a control without a rule, or a control whose rule is implied by the claim's rule, so
    that a control that behaves just like the claim would pass. The last can be checked only if both
    numbers have the same unit: give `control_unit` for a control that measures another quantity.
    """

    id: str
    unit: str
    rule: Rule
    source: str
    control: str | None = None
    control_rule: Rule | None = None
    control_unit: str | None = None
    no_control: str | None = None
    """The reason why there is none."""
    seeds: str = "seeds"
    """The key, among the settings of the study, of the batches of seeds that it is judged by."""
    looks: tuple[int, ...] = LOOKS
    """Numbers of seeds after which it is judged; the first look that decides counts."""
    pilot: Effect | Share | None = None
    """What the pilot found, from which the power of the last look follows."""
    scales: tuple[str, ...] | None = None
    """The scales that can decide it; all but smoke if None."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.id):
            raise ValueError(f"a claim's id is lower-case words joined by hyphens, not {self.id!r}")
        if not self.source:
            raise ValueError(f"{self.id}: name the source, such as the paper and its figure")
        if (self.control is None) != (self.control_rule is None):
            raise ValueError(f"{self.id}: give a control and its control_rule together")
        if (self.control is None) == (self.no_control is None):
            raise ValueError(f"{self.id}: give a control, or in no_control why there is none")
        if self.control_rule is not None and self._implied(self.control_rule, self.control_in):
            raise ValueError(
                f"{self.id}: the control rule {self.control_rule.text(self.unit)} can never fail"
                f" where the claim's rule {self.rule.text(self.unit)} holds: require the opposite"
            )
        level(self.looks)

    @property
    def control_in(self) -> str:
        """The unit of the control; by default that of the claim."""
        return self.unit if self.control_unit is None else self.control_unit

    @property
    def alpha(self) -> float:
        """The nominal two-sided level at each look."""
        return level(self.looks)

    @property
    def power(self) -> float | None:
        """The planned probability that the last look decides; None without a pilot."""
        return None if self.pilot is None else self.pilot.power(self.looks[-1], self.alpha)

    def refuse_same_way(self, control: Sequence[Measured]) -> None:
        """ValueError if a part of the control has a rule that it could not violate."""
        for part in control:
            unit = part.unit or self.control_in
            if part.rule is not None and self._implied(part.rule, unit):
                raise ValueError(
                    f"{self.id}: the control {part.name!r} never fails where the claim's rule holds"
                )

    def _implied(self, rule: Rule, unit: str) -> bool:
        return unit == self.unit and self.rule.implies(rule)


@dataclass(frozen=True, kw_only=True)
class Claim(Declaration):
    """A claim as it was declared, with the function that measures it."""

    sentence: str
    measure: Measure

    def axis(self, words: str) -> str:
        """The label of an axis that shows `words` in the claim's unit."""
        return with_unit(words, self.unit)

    def row(self, study: str) -> Row:
        """Its row of the ledger before anything is measured."""
        control = Side()
        if self.control_rule is not None:
            text = self.control_rule.text(self.control_in)
            control = Side(rule=text, unit=self.control_in)
        return Row(
            study=study,
            claim=self.id,
            sentence=self.sentence,
            source=self.source,
            unit=self.unit,
            rule=self.rule.text(self.unit),
            margin=self.rule.margins,
            control=self.control,
            no_control=self.no_control,
            control_side=control,
            looks=self.looks,
            seeds_key=self.seeds,
            alpha=self.alpha,
            power=self.power,
        )
