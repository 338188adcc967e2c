"""What a run would do and what it would cost, before it starts.

    python -m workflow_scripts.operation.plan.show [arguments of snakemake]

For each rule, and each study: jobs, what they ask SLURM for at most (time limits times cores, and
times GPUs), and what they will probably take, by the records of earlier runs.
"""

import sys
from collections import defaultdict
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.settings import STUDIES
from workflow_scripts.operation.plan.estimate import Estimate, Record, estimate, hours, read_records
from workflow_scripts.operation.plan.jobs import PlannedJob, planned_jobs

COLUMNS = (
    "jobs",
    "cores",
    "GPUs",
    "memory",
    "time limit",
    "core-h asked",
    "GPU-h asked",
    "core-h likely",
    "GPU-h likely",
)
SHARED = "shared"


def rows(
    jobs: list[PlannedJob], records: list[Record]
) -> dict[str, tuple[list[str], list[Estimate]]]:
    """For each rule the cells of its line, and the estimates of its jobs; dearest rule first."""
    by_rule: dict[str, list[PlannedJob]] = defaultdict(list)
    for job in jobs:
        by_rule[job.rule].append(job)
    made = {}
    for rule, group in by_rule.items():
        estimates = [estimate(job, records) for job in group]
        made[rule] = (_cells(group, estimates), estimates)
    cost = {rule: sum(e.seconds or 0.0 for e in each) for rule, (_, each) in made.items()}
    return {rule: made[rule] for rule in sorted(made, key=lambda rule: (-cost[rule], rule))}


def over_their_limit(
    jobs: list[PlannedJob], estimates: dict[str, list[Estimate]]
) -> list[tuple[str, float, int]]:
    """Rules with a job that will probably not end in its time: its seconds, and its limit."""
    found = []
    for rule, each_job in estimates.items():
        ours = [job for job in jobs if job.rule == rule]
        late = [
            (each.seconds, job.minutes)
            for job, each in zip(ours, each_job, strict=True)
            if not job.local and job.minutes and each.seconds and each.seconds > 60 * job.minutes
        ]
        if late:
            found.append((rule, *max(late)))
    return found


def by_study(jobs: list[PlannedJob], estimates: dict[str, list[Estimate]]) -> Table:
    """The same, summed over each study's rules; rules of no study are what all share."""
    table = Table(box=SIMPLE)
    table.add_column("study", no_wrap=True)
    for name in ("jobs", *COLUMNS[-4:]):
        table.add_column(name, justify="right")
    owners = {job.rule: study_of(job.rule) for job in jobs}
    for study in filter(set(owners.values()).__contains__, (*STUDIES, SHARED)):
        ours = [job for job in jobs if owners[job.rule] == study]
        known = [e for rule, each in estimates.items() if owners[rule] == study for e in each]
        sums = (*asked(ours), hours(known, False), hours(known, True))
        table.add_row(study, str(len(ours)), *map(_hours, sums))
    return table


def study_of(rule: str) -> str:
    """The study that a rule belongs to, by its name."""
    return next((study for study in STUDIES if rule.startswith(f"{study}_")), SHARED)


def asked(jobs: list[PlannedJob]) -> tuple[float, float]:
    """Core-hours and GPU-hours that jobs which are sent may use, if each ran to its limit."""
    sent = [(job, job.minutes) for job in jobs if not job.local and job.minutes]
    return (
        sum(job.threads * minutes for job, minutes in sent) / 60,
        sum(job.gpus * minutes for job, minutes in sent) / 60,
    )


def show(jobs: list[PlannedJob], records: list[Record], console: Console) -> None:
    """Print the table, its sums, and what is not known."""
    if not jobs:
        console.print("Nothing to be done: all results are there.")
        return
    table = Table(box=SIMPLE)
    table.add_column("rule", no_wrap=True)
    for name in COLUMNS:
        table.add_column(name, justify="right")
    made = rows(jobs, records)
    for rule, (cells, _) in made.items():
        table.add_row(rule, *cells)
    console.print(table)
    estimates = {rule: each for rule, (_, each) in made.items()}
    console.print(by_study(jobs, estimates))
    everything = [each for known in estimates.values() for each in known]
    cores, gpus = asked(jobs)
    sent = sum(not job.local for job in jobs)
    console.print(f"{len(jobs)} jobs, of which a cluster profile sends {sent} to SLURM.")
    if cores:
        console.print(f"Asked for at most: {cores:,.1f} core-hours and {gpus:,.1f} GPU-hours.")
    console.print(
        f"Likely: {_hours(hours(everything, False))} core-hours and "
        f"{_hours(hours(everything, True))} GPU-hours, by {len(records)} jobs on record."
    )
    if any(each.guessed for each in everything):
        console.print("GPU-hours are guessed from cores' (docs/slurm.md): no GPU is on record yet.")
    for rule, seconds, minutes in over_their_limit(jobs, estimates):
        console.print(
            f"{rule}: a job likely takes {_hours(seconds / 3600)} h and asks for {minutes / 60:g}: "
            "a longer runtime saves it from being sent again to go on."
        )
    unknown = [r for r, each in estimates.items() if any(e.seconds is None for e in each)]
    if unknown:
        console.print(f"Not in it, because none ever ran: {', '.join(unknown)}.")


def _cells(jobs: list[PlannedJob], estimates: list[Estimate]) -> list[str]:
    sent = [job for job in jobs if not job.local]
    cores, gpus = asked(jobs)
    known = [each for each in estimates if each.seconds is not None]
    return [
        str(len(jobs)),
        str(max(job.threads for job in jobs)),
        str(max((job.gpus for job in sent), default=0)),
        _largest([job.memory_mb for job in sent], " MB"),
        _largest([job.minutes for job in sent], " min") if sent else "here",
        f"{cores:,.1f}",
        f"{gpus:,.1f}",
        _hours(hours(known, False)) if known else "?",
        _hours(hours(known, True)) if known else "?",
    ]


def _largest(values: list[int | None], unit: str) -> str:
    known = [value for value in values if value is not None]
    return f"{max(known):,}{unit}" if known else "–"


def _hours(value: float) -> str:
    return f"{value:,.1f}" if value >= 0.95 or not value else f"{value:.2g}"


def main(arguments: list[str] | None = None) -> int:
    """Print the plan; 1 where there is none, with one line that says why."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        jobs = planned_jobs(given)
        records = read_records(Path("results"))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    console = Console(width=140 if not sys.stdout.isatty() else None, highlight=False)
    show(jobs, records, console)
    return 0


if __name__ == "__main__":
    sys.exit(main())
