"""Claims: pure functions of tidy tables, registered with the rule that decides them.

    claims = Claims("lottery")

    @claims.claim(
        id="not-reinitialised",
        unit="pp",
        rule=above(0),
        source="Frankle & Carbin 2019, Fig. 4",
        control="random mask of the same density",
        control_rule=below(0),
    )
    def not_reinitialised(tables, cfg):
        '''The same mask with new random weights is worse.'''
        ticket = per_seed(tables["levels"], "accuracy", arm="ticket")
        ...
        return Evidence([Measured.from_seeds(paired(ticket, fresh))], control=[...])

How the verdict follows from the evidence:

- All parts must satisfy their rule (an intersection-union test): supported where every interval
  does, with the largest p. Contradicted where a part's interval lies wholly outside its rule,
  with the smallest p times the number of parts, because any one of them would have done.
- Fewer than three seeds decide nothing; numbers that are exact need no seeds.
- A verdict either way needs a control that was *shown* to come out the other way. Where it came
  out wrong, or its interval spans its margin, the test has not proved that it can tell and the
  claim is inconclusive. The control's p-value is not part of the claim's.
- NoData (a table or arm that is missing or empty) gives "not run". Any other exception is a bug
  and propagates.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workflow_scripts.core.quantity import with_unit
from workflow_scripts.evidence.claims.evidence import Evidence, Measured, Tables, paired, per_seed
from workflow_scripts.evidence.claims.judgement import judged, not_run
from workflow_scripts.evidence.claims.row import Row, Side, Verdict
from workflow_scripts.evidence.claims.rule import (
    Rule,
    above,
    at_least,
    at_most,
    below,
    within,
)
from workflow_scripts.evidence.statistics.intervals import NoData

# The front door: a study's claims.py imports everything but statistics from here.
__all__ = [
    "Claim",
    "Claims",
    "Evidence",
    "Measured",
    "NoData",
    "Rule",
    "Verdict",
    "above",
    "at_least",
    "at_most",
    "below",
    "paired",
    "per_seed",
    "within",
]

# A full stop before a capital ends a sentence, but not the one of an abbreviation.
SENTENCE_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!al\.)\s+(?=[A-Z])")

Measure = Callable[[Mapping[str, pd.DataFrame], dict[str, Any]], Evidence]


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What is said of a claim before any data.

    ValueError where the claim could not fail: a rule without a finite margin (refused by `Rule`
    itself), a control without a rule, or a control whose rule the claim's own rule implies, so that
    a control that behaves just like the claim would pass. The last is decidable, and checked, only
    where both are numbers of the same unit: name another `control_unit` for a control that
    measures another quantity.
    """

    id: str
    unit: str
    rule: Rule
    source: str
    control: str | None = None
    control_rule: Rule | None = None
    control_unit: str | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.id):
            raise ValueError(f"a claim's id is lower-case words joined by hyphens, not {self.id!r}")
        if not self.source:
            raise ValueError(f"{self.id}: name the source, such as the paper and its figure")
        if (self.control is None) != (self.control_rule is None):
            raise ValueError(f"{self.id}: a control and its control_rule are given together")
        if self.control_rule is not None and self._implied(self.control_rule, self.control_in):
            raise ValueError(
                f"{self.id}: a control that must be {self.control_rule.text(self.unit)} cannot fail"
                f" where the claim is {self.rule.text(self.unit)}: it must come out the other way"
            )

    @property
    def control_in(self) -> str:
        """The unit of the control: that of the claim where no other is given."""
        return self.unit if self.control_unit is None else self.control_unit

    def refuse_same_way(self, control: Sequence[Measured]) -> None:
        """ValueError where a part of the control brings a rule that it could not break."""
        for part in control:
            unit = part.unit or self.control_in
            if part.rule is not None and self._implied(part.rule, unit):
                raise ValueError(
                    f"{self.id}: the control {part.name!r} need not come out otherwise"
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
            control_side=control,
        )


class Claims:
    """The claims of one study, in the order in which they were declared."""

    def __init__(self, study: str) -> None:
        self.study = study
        self._claims: dict[str, Claim] = {}

    def __getitem__(self, id: str) -> Claim:
        """A claim by its id: where figures take its margin and its unit from."""
        return self._claims[id]

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._claims.values())

    def claim(self, **declared: Any) -> Callable[[Measure], Measure]:
        """Register a function `(tables, cfg) -> Evidence` whose docstring opens with the sentence.

        What is declared are the fields of `Declaration`.
        """
        declaration = Declaration(**declared)
        if declaration.id in self._claims:
            raise ValueError(f"{self.study} already has a claim {declaration.id}")

        def register(measure: Measure) -> Measure:
            sentence = _sentence(declaration.id, measure)
            claim = Claim(**declared, sentence=sentence, measure=measure)
            self._claims[claim.id] = claim
            return measure

        return register

    def evaluate(
        self, tables: Mapping[str, pd.DataFrame], cfg: dict[str, Any], decides: bool = True
    ) -> list[Row]:
        """Measure every claim; one row each, in the order of declaration.

        With `decides` false (the smoke scale) estimates and intervals are kept and every verdict
        is "not run".
        """
        return [self._row(claim, Tables(tables), cfg, decides) for claim in self]

    def _row(self, claim: Claim, tables: Tables, cfg: dict[str, Any], decides: bool) -> Row:
        declared = claim.row(self.study)
        try:
            evidence = claim.measure(tables, cfg)
        except NoData as reason:
            return not_run(declared, str(reason))
        if not evidence.parts:
            raise ValueError(f"{self.study}/{claim.id} returned no measured part")
        if bool(evidence.control) != (claim.control is not None):
            raise ValueError(
                f"{self.study}/{claim.id} declares a control or measures one, not both"
            )
        claim.refuse_same_way(evidence.control)
        return judged(
            declared,
            [(part, part.rule or claim.rule, part.unit or claim.unit) for part in evidence.parts],
            [
                (part, rule, part.unit or claim.control_in)
                for part in evidence.control
                if (rule := part.rule or claim.control_rule)  # given where there is a control
            ],
            decides,
        )


def _sentence(id: str, measure: Measure) -> str:
    paragraph = (measure.__doc__ or "").strip().split("\n\n")[0]
    sentence = SENTENCE_END.split(" ".join(paragraph.split()))[0]
    if not sentence:
        raise ValueError(f"{id}: the docstring must open with the claim as one sentence")
    return sentence
