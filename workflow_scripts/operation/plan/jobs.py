"""The jobs that a run would send, with what each asks for."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snakemake.api import SnakemakeApi
from snakemake.cli import parse_args, parse_config
from snakemake.settings.types import (
    ConfigSettings,
    DAGSettings,
    OutputSettings,
    Quietness,
    ResourceSettings,
)

from workflow_scripts.core.errors import UserError


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
    """Whether it runs beside Snakemake and is not sent."""


def planned_jobs(arguments: Sequence[str]) -> list[PlannedJob]:
    """What `snakemake` with these arguments would run, in no particular order.

    UserError where Snakemake cannot say; it has printed why.
    """
    _, args = parse_args([*arguments, "--dry-run"])
    logging.disable(logging.WARNING)  # the list of jobs that a dry run prints
    # With these two Snakemake stops where it knows its jobs, before it lists them.
    quiet = {Quietness.RULES, Quietness.PROGRESS}
    with SnakemakeApi(OutputSettings(quiet=quiet, dryrun=True)) as api:
        try:
            workflow = api.workflow(
                snakefile=args.snakefile or Path("Snakefile"),
                resource_settings=ResourceSettings(
                    cores=1,
                    nodes=args.jobs,
                    overwrite_threads=args.set_threads,
                    overwrite_resources=args.set_resources,
                    default_resources=args.default_resources,
                ),
                config_settings=ConfigSettings(
                    config=parse_config(args.config), configfiles=args.configfile or []
                ),
            )
            dag = workflow.dag(
                DAGSettings(
                    targets=args.targets,
                    forceall=args.forceall,
                    rerun_triggers=args.rerun_triggers,
                    max_checksum_file_size=args.max_checksum_file_size,
                    force_incomplete=True,
                )
            )
            dag.execute_workflow(executor="dryrun")
        except Exception as error:
            api.print_exception(error)
            raise UserError("snakemake cannot say what it would run") from error
        ran = workflow._workflow
        return [
            _planned(job, job.rule.name in ran._localrules)
            for job in ran.dag.needrun_jobs(exclude_finished=False)
            if not job.is_norun
        ]


def _planned(job: Any, local: bool) -> PlannedJob:
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
