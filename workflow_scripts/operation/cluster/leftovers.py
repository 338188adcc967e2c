"""Jobs that a Snakemake which was killed left running: ended before the same work is sent again.

Snakemake's executor forgets its jobs when it is killed, and the next run would send a second copy
of each beside the first. The first could not be taken over: only the Snakemake that submitted a
job records that it is done. So it is ended, and the new job goes on from the training's saved
state.
"""

import time
from pathlib import Path

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.cluster.slurm import RUNS, WAITS, cancel, jobs_of

PATIENCE_S = 300.0
POLL_S = 1.0


def end_leftovers(folder: Path) -> None:
    """Cancel what an earlier Snakemake left in `folder`, and return when nothing of it runs.

    To be called by the Snakemake that holds the lock of `folder`: no other is alive there, so no
    job is anybody's. UserError names jobs that SLURM does not manage to end.
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
