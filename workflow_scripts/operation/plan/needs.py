"""What a job will need of a cluster, and whether what it requests is enough."""

from collections.abc import Iterable
from dataclasses import dataclass

from workflow_scripts.operation.plan.estimate import Estimate
from workflow_scripts.operation.plan.jobs import PlannedJob
from workflow_scripts.operation.plan.work import memory_of_job

GB, HOUR = 1e9, 3600.0
SNAKEMAKE = 3.5e8
"""Bytes of the Snakemake that runs a job on its node."""
ATTEMPTS = 4
"""Times that a job is submitted: once, and as often again as `retries` of the profile says."""


@dataclass(frozen=True)
class Need:
    """The peak of a job, and its likely time."""

    main: float
    """Bytes of main memory, those of Snakemake included."""
    gpu: float
    """Bytes of a GPU; zero for a job that uses none."""
    seconds: float | None


def need_of(job: PlannedJob, estimate: Estimate) -> Need:
    """What a job needs if it is sent as it is planned."""
    memory = memory_of_job(job.rule, job.shapes, job.wildcards)
    if job.on_gpu:
        return Need(memory.beside_gpu + SNAKEMAKE, memory.on_gpu, estimate.seconds)
    return Need(memory.on_cpu + SNAKEMAKE, 0.0, estimate.seconds)


def complaint(job: PlannedJob, need: Need) -> str | None:
    """How far a job that is sent will probably exceed what it requests; None if it will not.

    A job that saves the state of its training has the time of all its attempts.
    """
    if job.local:
        return None
    if job.memory_mb is not None and need.main > job.memory_mb * 1e6:
        return f"a job likely needs {need.main / GB:.3g} GB of {job.memory_mb / 1000:g}"
    times = ATTEMPTS if job.resumes else 1
    if job.minutes and need.seconds and need.seconds > 60 * job.minutes * times:
        most = f"{times} × {job.minutes / 60:g}" if times > 1 else f"{job.minutes / 60:g}"
        return f"a job likely takes {need.seconds / HOUR:.3g} h of at most {most}"
    return None


def largest(needs: Iterable[Need]) -> Need:
    """The most of each that one of several jobs needs; None for times of which none is known."""
    some = list(needs)
    known = [need.seconds for need in some if need.seconds is not None]
    most = max(known) if known else None
    return Need(max(need.main for need in some), max(need.gpu for need in some), most)


def complaints(jobs: Iterable[tuple[PlannedJob, Need]]) -> dict[str, str]:
    """For each rule with a job that will exceed what it requests, a line about the last one."""
    found = {}
    for job, need in jobs:
        if line := complaint(job, need):
            found[job.rule] = line
    return found
