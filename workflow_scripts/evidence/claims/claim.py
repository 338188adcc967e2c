"""Claims: pure functions of tidy tables, registered with their decision rules.

    claims = Claims("lottery")

    @claims.claim(
        id="not-reinitialised",
        unit="pp",
        rule=above(0),
        source="Frankle & Carbin 2019, Fig. 4",
        control="one reinitialisation against another",
        control_rule=within(-1, 1),
        pilot=Effect(2.4),
    )
    def not_reinitialised(tables, cfg):
        '''The same mask with new random weights is worse.'''
        ticket = per_seed(tables["levels"], "accuracy", arm="ticket")
        ...
        return Evidence([Measured.from_seeds(paired(ticket, fresh))], control=[...])

How the verdict follows from the tables:

- The claim is judged at its looks: on the first 5 configured seeds, then on 10, then on 20. The
  first look that decides counts, so a run of 20 seeds at once says what an extended one says. All
  looks together have the level of 1 % (`statistics/looks.py`).
- All parts must satisfy their rule (an intersection-union test): supported if every interval
  does, with the largest p. Contradicted if the interval of some part lies wholly outside its rule,
  with the smallest p times the number of parts (Bonferroni), because any part can contradict.
- Fewer than three seeds decide nothing, and nor do seeds that all have exactly the same value;
  exact numbers need no seeds.
- A verdict either way requires a control that was *shown* to come out the other way. If it came
  out wrong at the last look, the verdict is "control failed"; if its interval spans its margin, the
  claim is undecided. The control's p-value is not part of the claim's.
- A seed without a finite value (its network diverged, or an event never happened) leaves the claim
  undecided, unless the claim counts that as an outcome. Nothing is dropped.
- NoData (a table or arm that is missing or empty) gives "not run". Tables that cannot be what the
  configured seeds gave (missing, doubled or copied seeds) are an error of the user's run. Any other
  exception is a bug and propagates.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.claims.declaration import Claim, Declaration, Measure
from workflow_scripts.evidence.claims.evidence import (
    BadTables,
    Evidence,
    Measured,
    Tables,
    paired,
    per_seed,
)
from workflow_scripts.evidence.claims.integrity import check_tables
from workflow_scripts.evidence.claims.judgement import SMOKE, judged, not_run, undecided, withheld
from workflow_scripts.evidence.claims.row import DECIDED, Row, Verdict
from workflow_scripts.evidence.claims.rule import (
    Rule,
    above,
    at_least,
    at_most,
    below,
    within,
)
from workflow_scripts.evidence.claims.shown import Exhibit, Kind, Shown
from workflow_scripts.evidence.statistics.intervals import NoData, NotFinite

# The public interface: a study's claims.py imports everything except statistics from here.
__all__ = [
    "Claim",
    "Claims",
    "Evidence",
    "Measured",
    "NoData",
    "Rule",
    "Shown",
    "Verdict",
    "above",
    "at_least",
    "at_most",
    "below",
    "paired",
    "per_seed",
    "within",
]

# A full stop before a capital ends a sentence, unless it belongs to an abbreviation.
SENTENCE_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!al\.)\s+(?=[A-Z])")

Exhibited = Callable[[Mapping[str, pd.DataFrame], dict[str, Any]], Sequence[Shown]]


class Claims:
    """The claims of one study, in the order in which they were declared."""

    def __init__(self, study: str) -> None:
        self.study = study
        self._claims: dict[str, Claim] = {}
        self._exhibits: dict[str, Exhibit] = {}

    def __getitem__(self, id: str) -> Claim:
        """A claim by its id; figures take its margin and unit from here."""
        return self._claims[id]

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._claims.values())

    @property
    def exhibits(self) -> list[Exhibit]:
        """Identities and counts, which have no verdict, in the order of declaration."""
        return list(self._exhibits.values())

    def claim(self, **declared: Any) -> Callable[[Measure], Measure]:
        """Register a function `(tables, cfg) -> Evidence` whose docstring opens with the sentence.

        The arguments are the fields of `Declaration`.
        """
        declaration = Declaration(**declared)
        self._refuse_twice(declaration.id)

        def register(measure: Measure) -> Measure:
            sentence = _sentence(declaration.id, measure)
            claim = Claim(**declared, sentence=sentence, measure=measure)
            self._claims[claim.id] = claim
            return measure

        return register

    def identity(
        self, *, id: str, unit: str, source: str, at_most: float | None = None
    ) -> Callable[[Exhibited], Exhibited]:
        """Register `(tables, cfg) -> [Shown]`: largest differences of what must be equal."""
        return self._exhibit(id, "identity", unit, source, at_most)

    def count(self, *, id: str, unit: str, source: str) -> Callable[[Exhibited], Exhibited]:
        """Register `(tables, cfg) -> [Shown]`: numbers that are counted, not estimated."""
        return self._exhibit(id, "count", unit, source, None)

    def evaluate(
        self, tables: Mapping[str, pd.DataFrame], cfg: dict[str, Any], decides: bool = True
    ) -> list[Row]:
        """Measure every claim; one row per claim, in the order of declaration.

        `cfg` has the scale and each claim's list of seeds. With `decides` false (the smoke scale)
        estimates and intervals are kept and every verdict is "not run". UserError for tables that
        the configured seeds cannot have given.
        """
        try:
            check_tables(tables, self.seeds(cfg))
        except BadTables as error:
            raise UserError(f"{self.study}: {error}; {_again(self.study)}") from error
        return [self._row(claim, tables, cfg, decides) for claim in self]

    def exhibited(
        self, tables: Mapping[str, pd.DataFrame], cfg: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Measure identities and counts on all seeds; one row for JSON each."""
        rows = []
        for exhibit in self.exhibits:
            try:
                rows.append(exhibit.row(exhibit.measure(Tables(tables), cfg)))
            except NoData as reason:
                rows.append(exhibit.row([], str(reason)))
        return rows

    def seeds(self, cfg: Mapping[str, Any], key: str | None = None) -> list[int]:
        """The configured seeds in their order: of the list `key`, or of all lists of the claims."""
        keys = [key] if key else list(dict.fromkeys(claim.seeds for claim in self)) or ["seeds"]
        lists = [section(cfg, f"{self.study}.{each}") for each in keys]
        batches = dict.fromkeys(batch for each in lists for batch in each)
        return list(dict.fromkeys(seed for batch in batches for seed in seeds_of(batch)))

    def _exhibit(
        self, id: str, kind: Kind, unit: str, source: str, at_most: float | None
    ) -> Callable[[Exhibited], Exhibited]:
        self._refuse_twice(id)

        def register(measure: Exhibited) -> Exhibited:
            self._exhibits[id] = Exhibit(
                id=id,
                kind=kind,
                unit=unit,
                source=source,
                sentence=_sentence(id, measure),
                at_most=at_most,
                measure=measure,
            )
            return measure

        return register

    def _refuse_twice(self, id: str) -> None:
        if id in self._claims or id in self._exhibits:
            raise ValueError(f"{self.study} already has a claim {id}")

    def _row(
        self, claim: Claim, tables: Mapping[str, pd.DataFrame], cfg: dict[str, Any], decides: bool
    ) -> Row:
        """The row at the first look that decides, or at the last."""
        seeds = self.seeds(cfg, claim.seeds)
        looks = [look for look in claim.looks if look <= len(seeds)]
        row = claim.row(self.study)
        for look in looks or [len(seeds)]:
            row = self._at_look(claim, Tables(tables, seeds[:look]), cfg, look)
            if row.verdict in (*DECIDED, Verdict.NOT_RUN):
                break
        if row.verdict is Verdict.NOT_RUN:
            return row
        if not decides:
            return withheld(row, Verdict.NOT_RUN, SMOKE)
        scale = section(cfg, "scale")
        if claim.scales is not None and scale not in claim.scales:
            can = " or ".join(claim.scales)
            why = f"the scale {scale} is too small for what is claimed: {can} can decide it"
            return withheld(row, Verdict.NOT_AT_SCALE, why)
        if not looks:
            few = f"{len(seeds)} seeds decide nothing: the first look has {claim.looks[0]}"
            return withheld(row, Verdict.UNDECIDED, few)
        return self._with_next(claim, row)

    def _with_next(self, claim: Claim, row: Row) -> Row:
        """An open row names its next look; after the last one it says so."""
        if row.verdict in DECIDED or row.look is None:
            return row
        following = dict(pairwise(claim.looks)).get(row.look)
        if following is None:
            return replace(row, reason=f"after the last look, at {row.look} seeds: {row.reason}")
        return replace(row, next_look=following)

    def _at_look(self, claim: Claim, tables: Tables, cfg: dict[str, Any], look: int) -> Row:
        declared = claim.row(self.study)
        try:
            evidence = claim.measure(tables, cfg)
            declared = replace(declared, tables=tuple(sorted(tables.read)))
            return self._judged(claim, declared, evidence, look)
        except NoData as reason:
            return not_run(declared, str(reason))
        except NotFinite as reason:
            return undecided(
                declared, look, f"{reason}: a network diverged, or what is measured did not happen"
            )
        except BadTables as error:
            raise UserError(f"{self.study}/{claim.id}: {error}; {_again(self.study)}") from error

    def _judged(self, claim: Claim, declared: Row, evidence: Evidence, look: int) -> Row:
        if not evidence.parts:
            raise ValueError(f"{self.study}/{claim.id} returned no measured part")
        if bool(evidence.control) != (claim.control is not None):
            raise ValueError(
                f"{self.study}/{claim.id} declares a control or measures one, not both"
            )
        claim.refuse_same_way(evidence.control)
        return judged(
            declared,
            look,
            [(part, part.rule or claim.rule, part.unit or claim.unit) for part in evidence.parts],
            [
                (part, rule, part.unit or claim.control_in)
                for part in evidence.control
                if (rule := part.rule or claim.control_rule)  # given where there is a control
            ],
        )


def _again(study: str) -> str:
    return f"delete the tables of {study} and run snakemake again"


def _sentence(id: str, measure: Callable[..., Any]) -> str:
    paragraph = (measure.__doc__ or "").strip().split("\n\n")[0]
    sentence = SENTENCE_END.split(" ".join(paragraph.split()))[0]
    if not sentence:
        raise ValueError(f"{id}: the docstring must open with the claim as one sentence")
    return sentence
