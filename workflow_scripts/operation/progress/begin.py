"""The beginning of a run: its display learns how long the jobs are likely to take."""

from pathlib import Path
from typing import Any

from workflow_scripts.operation.plan.estimate import estimate, read_records
from workflow_scripts.operation.plan.jobs import planned
from workflow_scripts.operation.snakemake_api import (
    cores_of,
    is_local,
    jobs_of,
    log_handlers_of,
    numbers_of,
)


def expect_times(workflow: Any) -> None:
    """Tell each log handler that has a method `expect` the likely seconds of the jobs by number.

    `workflow` is the object of that name in a Snakefile, at the start of a run.
    """
    told = [handler for handler in log_handlers_of(workflow) if hasattr(handler, "expect")]
    if not told:
        return
    records = read_records(Path("results"))
    jobs = jobs_of(workflow)
    seconds = {
        number: estimate(planned(job, is_local(workflow, job.rule)), records).seconds
        for number, job in zip(numbers_of(workflow, jobs), jobs, strict=True)
    }
    for handler in told:
        handler.expect(seconds, cores_of(workflow))
