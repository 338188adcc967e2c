"""What a run would do and what it would cost, computed before it starts.

    python -m workflow_scripts.operation.plan.show [arguments of snakemake]

First the minutes on this machine, then the jobs of each study and of the rules that take longest.
With a profile that sends jobs to SLURM, for each rule what its largest job likely needs of the
memory it requests, what its jobs request at most (time limits times cores or GPUs) and what they
are likely to take. Times are estimated from records of earlier runs, memory from shapes.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.arguments import understood
from workflow_scripts.operation.configuration.settings import STUDIES
from workflow_scripts.operation.durations import spoken
from workflow_scripts.operation.plan.estimate import Estimate, Record, estimate, hours, read_records
from workflow_scripts.operation.plan.jobs import PlannedJob, planned_jobs
from workflow_scripts.operation.plan.kept import kept
from workflow_scripts.operation.plan.needs import GB, Need, complaints, largest, need_of

SHARED = "shared"
WIDTH = 80
LONG = 0.01
"""The share of the whole time from which on a rule has a row of its own."""
Estimates = Mapping[str, Sequence[Estimate]]
"""For each rule those of its jobs; the most expensive rule first."""


def estimates_of(jobs: Sequence[PlannedJob], records: Sequence[Record]) -> Estimates:
    """The estimates of `jobs` by rule, in the order of `jobs` within a rule."""
    made = defaultdict(list)
    for job in jobs:
        made[job.rule].append(estimate(job, records))
    return {rule: made[rule] for rule in sorted(made, key=lambda rule: (-_sum(made[rule]), rule))}


def minutes_here(estimates: Estimates, cores: int) -> float:
    """Minutes on this machine with `cores` jobs at a time, if no job waits for another."""
    known = [each.seconds or 0.0 for group in estimates.values() for each in group]
    return max(sum(known) / cores, max(known, default=0.0)) / 60


def study_of(rule: str) -> str:
    """The study that a rule belongs to, by its name."""
    return next((study for study in STUDIES if rule.startswith(f"{study}_")), SHARED)


def asked(jobs: Sequence[PlannedJob]) -> tuple[float, float]:
    """Core-hours and GPU-hours of the submitted jobs if each ran to its limit."""
    sent = [(job, job.minutes) for job in jobs if not job.local and job.minutes]
    return (
        sum(job.threads * minutes for job, minutes in sent) / 60,
        sum(job.gpus * minutes for job, minutes in sent) / 60,
    )


def show(
    jobs: Sequence[PlannedJob], records: Sequence[Record], console: Console, cores: int
) -> None:
    """Print the minutes on this machine, the tables, and what is unknown."""
    if not jobs:
        console.print("Nothing to do: all results are up to date.")
        return
    estimates = estimates_of(jobs, records)
    on_cluster = any(asked(jobs))
    gpu = any(each.on_gpu for group in estimates.values() for each in group)
    where = "in all, one job at a time" if gpu else f"on this machine ({cores} cores)"
    time = spoken(60 * minutes_here(estimates, 1 if gpu else cores))
    console.print(f"About {time} {where}: {len(jobs)} jobs.")
    if on_cluster:
        console.print(_requests_by_study(jobs, estimates))
        console.print(_requests_by_rule(jobs, estimates))
        _say_requests(jobs, estimates, console)
    else:
        console.print(_times("study", _by_study(jobs, estimates), cores))
        console.print(_times("rule", _long_ones(jobs, estimates), cores))
    console.print(f"Estimated from {len(records)} recorded jobs.")
    unknown = [r for r, each in estimates.items() if any(e.seconds is None for e in each)]
    if unknown:
        console.print(f"Not included, because none has run yet: {', '.join(unknown)}.")


Rows = Mapping[str, tuple[Sequence[PlannedJob], Sequence[Estimate]]]
"""Names of rows, and what they sum over."""


def _by_study(jobs: Sequence[PlannedJob], estimates: Estimates) -> Rows:
    rules = {study: {r for r in estimates if study_of(r) == study} for study in (*STUDIES, SHARED)}
    return {study: _of(jobs, estimates, chosen) for study, chosen in rules.items() if chosen}


def _long_ones(jobs: Sequence[PlannedJob], estimates: Estimates) -> Rows:
    """The rules that take long, and all others in one row."""
    limit = LONG * sum(map(_sum, estimates.values()))
    short = {rule for rule, group in estimates.items() if _sum(group) <= limit}
    rows = {rule: _of(jobs, estimates, {rule}) for rule in estimates if rule not in short}
    if short:
        rows[f"{len(short)} others"] = _of(jobs, estimates, short)
    return rows


def _of(
    jobs: Sequence[PlannedJob], estimates: Estimates, rules: Collection[str]
) -> tuple[list[PlannedJob], list[Estimate]]:
    """The jobs of these rules, and their estimates."""
    return (
        [job for job in jobs if job.rule in rules],
        [each for rule, group in estimates.items() if rule in rules for each in group],
    )


def _times(heading: str, rows: Rows, cores: int) -> Table:
    table = _table(heading, "jobs", "likely", "longest job")
    for name, (jobs, estimates) in rows.items():
        known = [each.seconds for each in estimates if each.seconds is not None]
        times = (spoken(sum(known) / cores), spoken(max(known))) if known else ("?", "?")
        table.add_row(name, str(len(jobs)), *times)
    return table


def _requests_by_study(jobs: Sequence[PlannedJob], estimates: Estimates) -> Table:
    table = _table(
        "study", "jobs", "core-h requested", "GPU-h requested", "core-h likely", "GPU-h likely"
    )
    for study, (ours, known) in _by_study(jobs, estimates).items():
        sums = (*asked(ours), hours(known, False), hours(known, True))
        table.add_row(study, str(len(ours)), *map(_hours, sums))
    return table


def _requests_by_rule(jobs: Sequence[PlannedJob], estimates: Estimates) -> Table:
    table = _table("rule", "jobs", "each on", "memory", "limit", "hours", "likely")
    here = {job.rule for job in jobs if job.local}
    for rule in estimates:
        if rule not in here:
            ours, known = _of(jobs, estimates, {rule})
            table.add_row(rule, *_cells(ours, known))
    if here:
        ours, known = _of(jobs, estimates, here)
        likely = _hours(hours(known, False))
        table.add_row(f"{len(here)} that run here", str(len(ours)), "", "", "", "", likely)
    return table


def _say_requests(jobs: Sequence[PlannedJob], estimates: Estimates, console: Console) -> None:
    everything = [each for group in estimates.values() for each in group]
    cores, gpus = asked(jobs)
    sent = sum(not job.local for job in jobs)
    console.print(f"{len(jobs)} jobs, of which the profile sends {sent} to SLURM.")
    console.print(f"Requested at most: {cores:,.1f} core-hours and {gpus:,.1f} GPU-hours.")
    console.print(
        f"Likely: {_hours(hours(everything, False))} core-hours and "
        f"{_hours(hours(everything, True))} GPU-hours."
    )
    on_gpu = {rule for rule, group in estimates.items() if any(each.on_gpu for each in group)}
    guessed = {rule for rule, group in estimates.items() if any(each.guessed for each in group)}
    if guessed:
        whose, which = ("", "") if guessed == on_gpu else (" of some rules", " of theirs")
        console.print(
            f"GPU-hours{whose} are extrapolated from CPU times (docs/slurm.md): no GPU job{which}"
            " is recorded yet."
        )
    for rule, line in complaints(_in_order(jobs, estimates)).items():
        console.print(f"{rule}: {line}: request more (make profile), or write smaller batches.")


def _in_order(jobs: Sequence[PlannedJob], estimates: Estimates) -> list[tuple[PlannedJob, Need]]:
    """Each job and what it needs."""
    left = {rule: iter(group) for rule, group in estimates.items()}
    return [(job, need_of(job, next(left[job.rule]))) for job in jobs]


def _cells(jobs: Sequence[PlannedJob], estimates: Sequence[Estimate]) -> list[str]:
    """Of a rule whose jobs are sent: jobs, requests, hours at the limit, likely hours."""
    gpus, cores = max(job.gpus for job in jobs), max(job.threads for job in jobs)
    known = [each for each in estimates if each.seconds is not None]
    need = largest(need_of(job, each) for job, each in zip(jobs, estimates, strict=True))
    number, unit = (gpus, "GPU") if gpus else (cores, "core")
    asked_for = _largest([job.memory_mb for job in jobs], 1000, " GB")
    return [
        str(len(jobs)),
        f"{number} {unit}{'s' * (number > 1)}",
        f"{need.main / GB:.2g} of {asked_for}",
        _largest([job.minutes for job in jobs], 60, " h"),
        _hours(asked(jobs)[bool(gpus)]),
        _hours(hours(known, any(each.on_gpu for each in known))) if known else "?",
    ]


def _table(first: str, *others: str) -> Table:
    table = Table(box=SIMPLE, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _largest(values: Sequence[int | None], a_unit: int, unit: str) -> str:
    known = [value for value in values if value is not None]
    return f"{max(known) / a_unit:,.3g}{unit}" if known else "–"


def _hours(value: float) -> str:
    if value >= 99.95:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if value >= 0.95 or not value else f"{value:.1g}"


def _sum(estimates: Sequence[Estimate]) -> float:
    return sum(each.seconds or 0.0 for each in estimates)


def main(arguments: list[str] | None = None) -> int:
    """Print the plan; return 1, with a line that says why, if there is none."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        jobs = planned_jobs(understood(given))
        records = read_records(Path("results"))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    console = Console(width=WIDTH if not sys.stdout.isatty() else None, highlight=False)
    with kept():
        show(jobs, records, console, os.cpu_count() or 1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
