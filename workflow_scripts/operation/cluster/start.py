"""The start of a run through SLURM, after Snakemake has taken its lock."""

import sys
from typing import Any

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.cluster.leftovers import end_leftovers
from workflow_scripts.operation.cluster.preflight import check_jobs, check_machine
from workflow_scripts.operation.cluster.watch import Watch
from workflow_scripts.operation.snakemake_api import executor_of, folder_of, look_evenly, sent_jobs


def start(workflow: Any) -> None:
    """End an earlier run's jobs, check this run's requests, watch its jobs.

    Ends Snakemake with one line and status 1 if the cluster cannot accept the run.
    """
    folder, settings = folder_of(workflow), workflow.executor_settings
    try:
        check_machine()
        end_leftovers(folder)
        check_jobs(sent_jobs(workflow), settings)
    except UserError as error:
        sys.exit(f"error: {error}")
    look_evenly(executor_of(workflow), settings.init_seconds_before_status_checks)
    Watch(folder).start()
