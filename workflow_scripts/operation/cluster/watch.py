"""While Snakemake waits: cancel jobs that can never start, requeue jobs that were preempted.

Snakemake would wait forever for a job that SLURM will never start, and for one that was preempted
by being cancelled.
"""

import re
import sys
import threading
from pathlib import Path

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.cluster.slurm import Job, ask, cancel, jobs_of

EVERY_S = 10.0
NEVER = re.compile(
    r"PartitionTimeLimit|PartitionNodeLimit|BadConstraints|DependencyNeverSatisfied"
    r"|Invalid(Account|QOS)|(Account|QOS)NotAllowed"
    r"|(Assoc|QOS)Max\w+Per(Job|Node)(Limit)?|(Assoc|QOS)MaxWallDurationPerJobLimit|QOSMin\w+"
)
"""Reasons that do not go away with time or when other jobs end (squeue(1), JOB REASON CODES)."""
REMEDIES = {
    "PartitionTimeLimit": "it asks for more time than its partition allows: lower runtime",
    "PartitionNodeLimit": "its partition has too few nodes for it: ask for fewer",
    "BadConstraints": "no node satisfies its constraint: change constraint",
}


class Watch:
    """Checks periodically the jobs that Snakemake submitted from `folder`."""

    def __init__(self, folder: Path, every: float = EVERY_S) -> None:
        self.folder, self.every = folder, every
        self._stop = threading.Event()

    def start(self) -> None:
        """Start checking, in a thread that ends with the process."""
        threading.Thread(target=self._run, name="slurm-watch", daemon=True).start()

    def stop(self) -> None:
        """Stop checking."""
        self._stop.set()

    def look(self) -> list[str]:
        """Act on each job that needs it; return one line for each."""
        return [
            *map(self._end, filter(is_hopeless, jobs_of(self.folder, ["PENDING"]))),
            *map(self._requeue, jobs_of(self.folder, ["PREEMPTED"])),
        ]

    def _run(self) -> None:
        while not self._stop.wait(self.every):
            try:
                lines = self.look()
            except UserError:
                continue  # the controller may be restarting: try again next time
            for line in lines:
                print(line, file=sys.stderr, flush=True)

    def _end(self, job: Job) -> str:
        cancel([job])
        remedy = REMEDIES.get(job.reason, "change what it requests")
        return (
            f"error: SLURM job {job.id} ({job.comment}) would wait forever ({job.reason}): "
            f"{remedy} in profiles/slurm/config.yaml. It was cancelled."
        )

    def _requeue(self, job: Job) -> str:
        try:
            ask("scontrol", "requeue", job.id)
        except UserError as error:
            cancel([job])
            return f"error: SLURM job {job.id} ({job.comment}) was preempted: {error}"
        return f"SLURM job {job.id} ({job.comment}) was preempted and is back in the queue."


def is_hopeless(job: Job) -> bool:
    """Whether the reason why a job is waiting is permanent."""
    return NEVER.fullmatch(job.reason) is not None
