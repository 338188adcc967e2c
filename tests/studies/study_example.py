"""What each study brings to the tests that all studies share: made-up tables, and what follows."""

import importlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.evidence.claims.claim import Claim, Claims
from workflow_scripts.evidence.claims.row import Row, Verdict
from workflow_scripts.evidence.figures.draw import Figures
from workflow_scripts.operation.configuration.settings import STUDIES
from workflow_scripts.studies.registry import REGISTERED

Tables = dict[str, pd.DataFrame]
World = dict[str, Any]
"""In what the made-up tables differ from those in which every claim is true."""
Worlds = Mapping[str, Sequence[World]]
"""By claim."""


@dataclass(frozen=True)
class StudyExample:
    """A study's example; `<study>_example.py` has one as EXAMPLE."""

    study: str
    cfg: Mapping[str, Any]
    """What claims and figures read of the configuration, and the scale laptop."""
    tables: Callable[..., Tables]
    """All tables of a world: of one in which every claim is true and every control holds."""
    reversed: Worlds
    """Worlds in which a claim, or a part of it, is false while its control holds. All claims."""
    control_fails: Worlds
    """Worlds in which its control fails. All claims that have one."""
    noisy: Callable[[], Tables]
    """Tables in which seeds differ by more than any effect."""
    unsettled: Mapping[str, Verdict]
    """What then becomes of claims."""
    reads: Mapping[str, Collection[str]]
    """By table: the claims that cannot be judged without it."""
    other: Callable[[], Tables]
    """Tables of which every figure looks different."""
    null: Mapping[str, Mapping[str, World]] = field(default_factory=dict)
    """By claim and kind: worlds in which there is nothing, of which it must never be supported.

    Kinds: "absent" (no effect, and seeds differ), "identical" (arms equal to the last bit), both of
    all claims; "never" (what is waited for does not happen), "random" (random labels).
    """
    on_the_margin: Worlds = field(default_factory=dict)
    """Worlds in which a claim's estimate is on its margin."""
    pictures: Collection[str] = ()
    """Figures that are rows of pictures: without axes, and the same in all made-up tables."""
    titled: Collection[str] = ()
    """Figures in which titles say what is on the vertical axes."""
    known: dict[str, dict[str, Row]] = field(default_factory=dict, repr=False)
    """The rows of all claims by world, where all were judged already."""
    known_alone: dict[tuple[str, str], Row] = field(default_factory=dict, repr=False)
    """Those of one claim in a world."""

    @property
    def claims(self) -> Claims:
        """The claims of the study."""
        return self.module("claims").claims

    @property
    def ids(self) -> list[str]:
        """Their names, in order."""
        return [claim.id for claim in self.claims]

    @property
    def claims_read(self) -> Collection[str]:
        """The tables that the claims read."""
        return REGISTERED[self.study].claims.names

    @property
    def figures(self) -> Figures:
        """The study's figures by name."""
        return self.module("figures").FIGURES

    def module(self, name: str) -> ModuleType:
        """A module of the study."""
        return importlib.import_module(f"workflow_scripts.studies.{self.study}.{name}")

    def judged(self, world: World) -> dict[str, Row]:
        """The rows of all claims, by name, in a world; each world is judged once."""
        key = repr(world)
        if key not in self.known:
            self.known[key] = self.judge(self.tables(**world))
        return self.known[key]

    def judged_alone(self, claim: str, world: World) -> Row:
        """The row of one claim in a world, without those of all others."""
        key = claim, repr(world)
        if key not in self.known_alone:
            self.known_alone[key] = self.judge_alone(claim, self.tables(**world))
        return self.known_alone[key]

    def judge_alone(self, claim: str, tables: Tables) -> Row:
        """The row of one claim of these tables."""
        (row,) = One(self.claims, claim).evaluate(tables, self.cfg)
        return row

    def judge(self, tables: Tables, decides: bool = True) -> dict[str, Row]:
        """The rows of all claims, by name, of these tables."""
        return {row.claim: row for row in self.claims.evaluate(tables, self.cfg, decides)}

    def written(self, folder: Path) -> dict[str, str]:
        """The tables as files in `folder`: the inputs of a rule."""
        paths = {}
        for name, table in self.tables().items():
            paths[name] = str(folder / f"{name}.csv")
            write_table(table, paths[name])
        return paths


class One(Claims):
    """One of the claims of a study, of tables that have the seeds of all."""

    def __init__(self, every: Claims, claim: str) -> None:
        super().__init__(every.study)
        self.every, self.one = every, every[claim]

    def __iter__(self) -> Iterator[Claim]:
        yield self.one

    def seeds(self, cfg: Mapping[str, Any], key: str | None = None) -> list[int]:
        """Of the list `key`, or of all lists of the study's claims."""
        return self.every.seeds(cfg, key)


def examples() -> dict[str, StudyExample]:
    """The example that each registered study brings, by study."""
    return {
        study: importlib.import_module(f"tests.studies.{study}.{study}_example").EXAMPLE
        for study in STUDIES
    }
