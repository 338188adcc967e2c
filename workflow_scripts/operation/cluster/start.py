"""What happens when a run through SLURM starts, after Snakemake took its lock."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.cluster.leftovers import end_leftovers
from workflow_scripts.operation.cluster.preflight import check_jobs, check_machine
from workflow_scripts.operation.cluster.watch import Watch


def start(workflow: Any) -> None:
    """End an earlier run's jobs, check this run's requests, watch its jobs.

    Ends Snakemake with one line and status 1 where the cluster cannot take the run.
    """
    folder = Path(workflow.workdir_init)
    try:
        check_machine()
        end_leftovers(folder)
        sent = [job for job in workflow.dag.needrun_jobs() if not workflow.is_local(job.rule)]
        check_jobs(sent, workflow.executor_settings)
    except UserError as error:
        sys.exit(f"error: {error}")
    look_evenly(workflow.scheduler._executor, workflow.executor_settings)
    Watch(folder).start()


def look_evenly(executor: Any, settings: Any) -> None:
    """Have the executor look at its jobs at the interval that the profile sets.

    By itself it looks 10 s later each time that nothing has finished, up to 3 minutes: a level of
    pruning that takes a minute would wait half as long again to be noticed, and so at every level.
    """
    seconds = settings.init_seconds_before_status_checks

    async def sleep() -> None:
        await asyncio.sleep(seconds)

    executor.sleep = sleep
