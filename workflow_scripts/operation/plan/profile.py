"""Write what jobs request of a cluster into its profile, and docs/slurm.md, from the plan.

    python -m workflow_scripts.operation.plan.profile

The limit of the partition and the GPUs are those in the first part of the profile, which a user
edits; the part between two marks is written.
"""

import math
import re
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from workflow_scripts.core.artifacts.atomic import write_text
from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.arguments import understood
from workflow_scripts.operation.durations import spoken
from workflow_scripts.operation.marked import with_part
from workflow_scripts.operation.plan.document import FILE as DOCUMENT
from workflow_scripts.operation.plan.document import documented, rows_of
from workflow_scripts.operation.plan.estimate import estimate, read_finished
from workflow_scripts.operation.plan.jobs import PlannedJob, planned_jobs
from workflow_scripts.operation.plan.kept import kept
from workflow_scripts.operation.plan.needs import GB, Need, complaints, largest, need_of

PROFILE = Path("profiles/slurm/config.yaml")
SCALE, RECORDED = "paper", ("laptop", "paper")
"""The scale that is planned, and those from whose records: jobs of the smoke scale only start."""
MEMORY_FACTOR, TIME_FACTOR = 1.5, 2.0
"""Factors of safety: a request divided by what is likely, before it is rounded up."""
GIGABYTES = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
MINUTES = (30, 60, 120, 240, 360, 480, 720, 960, 1440, 2880, 4320, 7200, 10080)
BEGIN = "  # ---- Written by `make profile` from the plan: edit what is above"
END = "  # ---- End of what is written"
REMEDY = "write smaller batches of seeds, or raise the longest time in the profile's first part"
LIMIT = re.compile(r"(?m)^  runtime: min\(\d+ \* attempt, (\d+)\)")
PLAN = ("--profile", "profiles/slurm", "--config", f"scale={SCALE}", "--forceall")


def plan() -> list[PlannedJob]:
    """All jobs of the paper scale, as the profile sends them. UserError if Snakemake fails."""
    return planned_jobs(understood(list(PLAN)))


@dataclass(frozen=True)
class Request:
    """What the jobs of a rule request at their first attempt."""

    need: Need
    """The most that one of them needs."""
    gigabytes: int
    minutes: int | None
    """None if no such job has run: the default of the profile."""


def requests(jobs: Sequence[PlannedJob], needs: Sequence[Need], limit: int) -> dict[str, Request]:
    """The request of each rule whose jobs are sent, sorted by rule."""
    of_rule: dict[str, list[Need]] = defaultdict(list)
    for job, need in zip(jobs, needs, strict=True):
        if not job.local:
            of_rule[job.rule].append(need)
    return {rule: _request(largest(each), limit) for rule, each in sorted(of_rule.items())}


def _request(need: Need, limit: int) -> Request:
    gigabytes = _at_least(GIGABYTES, MEMORY_FACTOR * need.main / GB)
    minutes = None
    if need.seconds is not None:
        minutes = min(limit, _at_least(MINUTES, TIME_FACTOR * need.seconds / 60))
    return Request(need, gigabytes, minutes)


def lines_of(rule: str, request: Request, limit: int) -> list[str]:
    """The lines of a rule in `set-resources`."""
    need = request.need
    likely = [f"{need.main / GB:.2g} GB"]
    if need.gpu:
        likely.append(f"{need.gpu / GB:.2g} GB on the GPU")
    if need.seconds is not None:
        likely.append(spoken(need.seconds))
    lines = [f"  {rule}:{' ' * max(1, 33 - len(rule))}# {', '.join(likely)}"]
    lines.append(f"    mem_mb: {1000 * request.gigabytes} * attempt")
    if request.minutes is not None:
        lines.append(f"    runtime: min({request.minutes} * attempt, {limit})")
    return lines


def _at_least(steps: Sequence[int], value: float) -> int:
    """The first of the steps that is not below the value."""
    return next((step for step in steps if step >= value), math.ceil(value))


def limit_of(profile: str) -> int:
    """Minutes that the partition allows, as the first part of the profile says."""
    found = LIMIT.search(profile)
    if not found:
        raise UserError(f"{PROFILE}, default-resources.runtime: write min(240 * attempt, LIMIT)")
    return int(found[1])


def rewritten(profile: str, lines: str) -> str:
    """The profile with other requests between the marks. UserError if it would be no profile."""
    missing = f"{PROFILE}: the lines that mark what `make profile` writes are missing"
    text = with_part(profile, BEGIN, END, f"\n{lines}\n", missing)
    if not isinstance(yaml.safe_load(text), Mapping):
        raise UserError(f"{PROFILE} is not YAML")
    return text


@dataclass(frozen=True)
class Planned:
    """All jobs of the scale, what each needs, and what each rule requests for them."""

    jobs: list[PlannedJob]
    needs: list[Need]
    requested: dict[str, Request]
    limit: int
    """Minutes that the partition allows."""
    records: int
    """Recorded jobs from which times are scaled."""

    def exceeding(self) -> dict[str, str]:
        """A line for each rule with a job that likely exceeds even what is now requested."""
        pairs = zip(self.jobs, self.needs, strict=True)
        return complaints((self._as_requested(job), need) for job, need in pairs)

    def _as_requested(self, job: PlannedJob) -> PlannedJob:
        request = self.requested.get(job.rule)
        if request is None:
            return job
        memory_mb = 1000 * request.gigabytes
        return replace(job, memory_mb=memory_mb, minutes=request.minutes or job.minutes)


def planned(root: Path = Path()) -> Planned:
    """Plan the scale by the records below `root`, within the limit of the profile there."""
    limit = limit_of((root / PROFILE).read_text(encoding="utf-8"))
    known = read_finished(root / "results", RECORDED)
    with kept():
        jobs = plan()
        needs = [need_of(job, estimate(job, known)) for job in jobs]
    return Planned(jobs, needs, requests(jobs, needs, limit), limit, len(known))


def written(found: Planned, root: Path = Path()) -> dict[Path, str]:
    """The content that the profile and docs/slurm.md should have, by path."""
    profile = (root / PROFILE).read_text(encoding="utf-8")
    document = (root / DOCUMENT).read_text(encoding="utf-8")
    requested = found.requested.items()
    lines = [line for rule, each in requested for line in lines_of(rule, each, found.limit)]
    minutes = {rule: each.minutes for rule, each in requested}
    rows = rows_of(found.jobs, found.needs, minutes)
    return {
        PROFILE: rewritten(profile, "\n".join(lines)),
        DOCUMENT: documented(document, rows, found.records),
    }


def main() -> int:
    """Write both files, and say which jobs will not fit; return 1, with a line why, on failure."""
    try:
        found = planned()
        for path, text in written(found).items():
            write_text(path, text)
            print(f"{path} is written.")
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for rule, line in found.exceeding().items():
        print(f"warning: {rule}: {line}: {REMEDY}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
