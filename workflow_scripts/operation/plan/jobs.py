"""The jobs that a run would start, with the resources that each requests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from workflow_scripts.operation.snakemake_api import is_local, jobs_of, planning


@dataclass(frozen=True)
class PlannedJob:
    """One job: rule, wildcards and settings, and the resources of its first attempt."""

    rule: str
    wildcards: dict[str, str]
    cfg: dict[str, Any] = field(default_factory=dict)
    threads: int = 1
    gpus: int = 0
    memory_mb: int | None = None
    minutes: int | None = None
    """The time limit."""
    local: bool = False
    """Whether it runs next to Snakemake and is not submitted."""


def planned_jobs(arguments: Sequence[str]) -> list[PlannedJob]:
    """What `snakemake` with these arguments would run, in no particular order.

    UserError if Snakemake fails; it has printed the reason.
    """
    with planning(arguments) as workflow:
        return [planned(job, is_local(workflow, job.rule)) for job in jobs_of(workflow)]


def planned(job: Any, local: bool) -> PlannedJob:
    """A job of Snakemake's as it is planned; `local` if it runs next to Snakemake."""
    resources = job.resources
    return PlannedJob(
        rule=job.rule.name,
        wildcards=dict(job.wildcards_dict),
        cfg=dict(job.params.get("cfg", {})),
        threads=job.threads,
        gpus=gpus_of(resources.get("gpu"), resources.get("gres")),
        memory_mb=_whole(resources.get("mem_mb")),
        minutes=_whole(resources.get("runtime")),
        local=local,
    )


def gpus_of(gpu: Any, gres: Any) -> int:
    """The number of GPUs in `gpu` or, written as "gpu:2" or "gpu:a100:2", in `gres`."""
    if gpu:
        return int(gpu)
    name, *rest = str(gres or "").split(":")
    if name != "gpu":
        return 0
    return int(rest[-1]) if rest and rest[-1].isdigit() else 1


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) else None
