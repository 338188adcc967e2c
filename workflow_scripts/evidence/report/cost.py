"""What a run cost: Snakemake's measurements of each job, summed by study and by rule."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pandas as pd

from workflow_scripts.evidence.report.records import Stage

COLUMNS = ["study", "rule", "seconds", "cpu_seconds", "memory_mb"]


@dataclass(frozen=True)
class Cost:
    """The cost of some jobs: how many, wall and CPU seconds summed, the highest memory in MB.

    None stands for "not measured": Snakemake samples a job about once a second and has no CPU
    time or memory for one that ended sooner.
    """

    jobs: int
    seconds: float | None
    cpu_seconds: float | None
    memory_mb: float | None


def costs_of(stages: Iterable[Stage], studies: Collection[str]) -> pd.DataFrame:
    """Return one row per job with the columns study, rule, seconds, cpu_seconds and memory_mb.

    A step outside all `studies` belongs to the group that its rule's name begins with, such as
    `data`. What was not measured is NaN, and so is a memory peak of zero, which Snakemake writes
    for a job that ended before its first sample.
    """
    names = frozenset(studies)
    rows = [
        [
            stage.study(names) or stage.rule.split("_")[0],
            stage.rule,
            stage.seconds,
            stage.cpu_seconds,
            stage.memory_mb or None,
        ]
        for stage in stages
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype(dict.fromkeys(COLUMNS[2:], float))


def by_study(frame: pd.DataFrame) -> dict[str, Cost]:
    """Aggregate the jobs of each study."""
    return {str(study): total(jobs) for study, jobs in frame.groupby("study")}


def by_rule(frame: pd.DataFrame, study: str) -> dict[str, Cost]:
    """Aggregate the jobs of each rule of one study, the most expensive rule first."""
    jobs = frame[frame["study"] == study]
    costs = {str(rule): total(group) for rule, group in jobs.groupby("rule")}
    return dict(sorted(costs.items(), key=lambda item: (-(item[1].seconds or 0.0), item[0])))


def total(frame: pd.DataFrame) -> Cost:
    """Aggregate all jobs of `frame`: sums of time, the highest peak of memory."""
    return Cost(
        jobs=len(frame),
        seconds=_or_none(frame["seconds"].sum(min_count=1)),
        cpu_seconds=_or_none(frame["cpu_seconds"].sum(min_count=1)),
        memory_mb=_or_none(frame["memory_mb"].max()),
    )


def overhead_share(stages: Iterable[Stage]) -> float | None:
    """Return the share of wall time spent on start-up and bookkeeping: 1 − work / wall.

    Over the stages for which both times are known; None if there are none.
    """
    timed = [
        (stage.work_seconds, stage.seconds)
        for stage in stages
        if stage.work_seconds is not None and stage.seconds is not None
    ]
    wall = math.fsum(seconds for _, seconds in timed)
    return max(0.0, 1.0 - math.fsum(work for work, _ in timed) / wall) if wall else None


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
