"""Jobs left running by a killed Snakemake: cancelled before the same work is submitted again.

Snakemake's executor forgets its jobs when it is killed, and the next run would submit a second copy
of each. The first copy cannot be adopted: only the Snakemake that submitted a job records that it
is done. So it is cancelled, and the new job continues from the saved state of the training.
"""

import time
from pathlib import Path

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.cluster.slurm import RUNS, WAITS, cancel, jobs_of

PATIENCE_S = 300.0
POLL_S = 1.0


def end_leftovers(folder: Path) -> None:
    """Cancel what an earlier Snakemake left in `folder`, and return when none of it runs.

    To be called by the Snakemake that holds the lock of `folder`: no other is alive there, so these
    jobs belong to nobody. UserError names jobs that SLURM cannot end.
    """
    left = jobs_of(folder, WAITS + RUNS)
    if not left:
        return
    names = ", ".join(job.id for job in left)
    print(
        f"An earlier Snakemake left {len(left)} of its jobs in SLURM ({names}): cancelling them; "
        "training continues from the last saved state.",
        flush=True,
    )
    deadline = time.monotonic() + PATIENCE_S
    cancel(left)
    while left := jobs_of(folder, WAITS + RUNS):
        if time.monotonic() > deadline:
            names = " ".join(job.id for job in left)
            raise UserError(f"jobs of an earlier run do not end: scancel {names}, then run again")
        time.sleep(POLL_S)
