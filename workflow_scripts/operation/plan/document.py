"""The part of docs/slurm.md that is written from the plan: what each study needs and costs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

from workflow_scripts.learning.memory import CUDA
from workflow_scripts.operation.configuration.settings import STUDIES
from workflow_scripts.operation.durations import spoken
from workflow_scripts.operation.marked import with_part
from workflow_scripts.operation.plan.estimate import (
    CORE_FLOP_A_SECOND,
    CORE_SECONDS_A_KERNEL,
    GPU_FLOP_A_SECOND,
    GPU_SECONDS_A_KERNEL,
)
from workflow_scripts.operation.plan.jobs import PlannedJob
from workflow_scripts.operation.plan.needs import GB, HOUR, Need, largest

FILE = Path("docs/slurm.md")
BEGIN, END = "<!-- written by `make profile` -->", "<!-- end of what is written -->"
RECIPES = "paper-scale"
"""The folder, beside the document, of what each study has of its papers' recipes."""
WIDTH = 100
HEADINGS = (
    "study",
    "jobs",
    "likely",
    "requested at most",
    "longest job",
    "most memory of a job",
    "of a GPU",
)


@dataclass(frozen=True)
class Row:
    """The jobs of one study that are sent."""

    study: str
    jobs: int
    cores: float
    """Likely core-hours of jobs without a GPU."""
    gpus: float
    """Likely GPU-hours of the others."""
    asked_cores: float
    asked_gpus: float
    most: Need


def rows_of(
    jobs: Sequence[PlannedJob], needs: Sequence[Need], minutes: Mapping[str, int | None]
) -> list[Row]:
    """One row for each study with jobs; `minutes` is the time that those of a rule request."""
    rows = []
    for study in STUDIES:
        ours = [
            (job, need)
            for job, need in zip(jobs, needs, strict=True)
            if not job.local and job.rule.startswith(f"{study}_")
        ]
        if not ours:
            continue
        gpus, cores = (
            [(job, need) for job, need in ours if bool(need.gpu) == on_gpu]
            for on_gpu in (True, False)
        )
        rows.append(
            Row(
                study,
                len(ours),
                _likely(cores),
                _likely(gpus),
                _asked(cores, minutes),
                _asked(gpus, minutes),
                largest(need for _, need in ours),
            )
        )
    return rows


def _likely(jobs: Iterable[tuple[PlannedJob, Need]]) -> float:
    """Hours that they take."""
    return sum((need.seconds or 0.0) / HOUR for _, need in jobs)


def _asked(jobs: Iterable[tuple[PlannedJob, Need]], minutes: Mapping[str, int | None]) -> float:
    """Hours that they request at their first attempt; by default those of the profile."""
    return sum((minutes.get(job.rule) or job.minutes or 0) / 60 for job, _ in jobs)


def documented(document: str, rows: Sequence[Row], records: int) -> str:
    """The document with another table between its marks."""
    part = f"\n\n{table(rows)}\n\n{assumptions(rows, records)}\n\n"
    missing = f"{FILE}: the lines that mark what `make profile` writes are missing"
    return with_part(document, BEGIN, END, part, missing)


def table(rows: Sequence[Row]) -> str:
    """A table in Markdown, with a row for each study and their sum."""
    lines = [f"| {' | '.join(HEADINGS)} |", f"|{'---|' * len(HEADINGS)}"]
    for row in rows:
        most = row.most
        cells = (
            f"[{row.study}]({RECIPES}/{row.study}.md)",
            str(row.jobs),
            _both(row.gpus, row.cores),
            _both(row.asked_gpus, row.asked_cores),
            spoken(most.seconds) if most.seconds else "?",
            f"{most.main / GB:.2g} GB",
            f"{most.gpu / GB:.2g} GB" if most.gpu else "–",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def assumptions(rows: Sequence[Row], records: int) -> str:
    """What the numbers of the table rest on."""
    gpus, cores = sum(row.gpus for row in rows), sum(row.cores for row in rows)
    text = (
        f"In all {sum(row.jobs for row in rows)} jobs are sent, which likely take"
        f" {_both(gpus, cores)}. Times are scaled from {records} recorded jobs, by the operations"
        f" of each; those on a GPU, as long as none is recorded, from"
        f" {CORE_FLOP_A_SECOND:.0e} operations per second and {CORE_SECONDS_A_KERNEL * 1e6:g} µs"
        f" per kernel on a core, and {GPU_FLOP_A_SECOND:.0e} and"
        f" {GPU_SECONDS_A_KERNEL * 1e6:g} µs on a GPU. Memory is the most that is alive at once"
        " according to the shapes in the settings, and what every process takes;"
        f" {CUDA / GB:g} GB of it are assumed for the libraries of a GPU."
    )
    return fill(text, WIDTH)


def _both(gpus: float, cores: float) -> str:
    """GPU-hours and core-hours, of which those are left out that are none."""
    parts = [(gpus, "GPU-hours"), (cores, "core-hours")]
    said = [f"{_two(value)} {unit}" for value, unit in parts if value >= 0.05]
    return " and ".join(said) or "minutes"


def _two(value: float) -> str:
    return f"{value:,.0f}" if value >= 9.5 else f"{value:.1f}"
