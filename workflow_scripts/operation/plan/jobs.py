"""The jobs that a run would start, with the resources that each requests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from workflow_scripts.operation.snakemake_api import is_local, jobs_of, planning

DEVICE = "device"
"""The setting that every step which can use a GPU reads."""
RESUMES = ("ResumeState.of(", "PartialResults.of(")
"""What stands in the script of a step that saves the state of a training, or finished parts."""
IDENTIFYING = ("cfg", "code")


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
    others: dict[str, Any] = field(default_factory=dict)
    """Its parameters that are neither settings nor code keys."""
    resumes: bool = False
    """Whether it continues where it was stopped."""

    @property
    def on_gpu(self) -> bool:
        """Whether it computes on a GPU: it has one, and reads on which device to compute."""
        return bool(self.gpus) and not self.local and DEVICE in self.cfg

    @property
    def shapes(self) -> dict[str, Any]:
        """All that tells how much it computes and holds: its settings and other parameters."""
        return {**self.others, **self.cfg}


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
        others={k: v for k, v in job.params.items() if k not in IDENTIFYING and _plain(v)},
        resumes=resumes(job.rule),
    )


def _plain(value: Any) -> bool:
    """Whether a parameter is a builtin, unlike those that are computed from the outputs."""
    return isinstance(value, str | int | float | list | dict | None)


@cache
def resumes(rule: Any) -> bool:
    """Whether the step of a rule of Snakemake's saves how far it has come."""
    if not rule.script:
        return False
    script = Path(rule.basedir, rule.script).read_text(encoding="utf-8")
    return any(begins in script for begins in RESUMES)


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
