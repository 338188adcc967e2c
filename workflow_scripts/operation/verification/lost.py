"""Results without Snakemake metadata are checked against their own records.

Without metadata (`.snakemake` was deleted, or not copied with the results) Snakemake accepts a
result whatever its parameters and code. The record in the last line of its log tells the truth.
"""

import sys
from collections.abc import Iterable
from typing import Any

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.identity import identity
from workflow_scripts.core.record import read_record
from workflow_scripts.operation.snakemake_api import (
    after_planning,
    jobs_without_metadata,
    run_too,
)
from workflow_scripts.operation.verification.stages import RESULTS
from workflow_scripts.operation.verification.today import is_published


def make_lost_again(workflow: Any) -> None:
    """Make Snakemake rerun the jobs whose recorded identity differs from today's.

    `workflow` is the object of that name in a Snakefile. Results with neither metadata nor record
    are named and kept: they may come with a clone, while their records are in the DVC snapshot.
    Data that already exist, in a folder that several clones may share, are checked by the jobs
    that read them.
    """

    def compare() -> None:
        unsure = jobs_without_metadata(workflow)
        known = {job: current for job in unsure if (current := is_current(job)) is not None}
        if others := [job for job, current in known.items() if not current]:
            _say(others, "without metadata, made with other settings or code: run again")
            run_too(workflow, others)
        unknown = [job for job in unsure if job not in known and job.output[0].startswith(RESULTS)]
        if unknown:
            _say(unknown, "without record or metadata: kept as is (`make restore` brings them)")

    after_planning(workflow, compare)


def is_current(job: Any) -> bool | None:
    """Whether the record of a Snakemake job has the identity that the job has today.

    The digests of its inputs are taken from the record. None if there is no record, or if the
    result does not depend on the identity.
    """
    if is_published(dict(job.params.items())):
        return None
    try:
        record = read_record(job.log[0])
    except (IndexError, UserError):
        return None
    inputs = record.get("inputs", {})
    if set(inputs) != set(map(str, job.input)) or "identity" not in record:
        return False
    params = dict(job.params.items())
    today = identity(job.rule.name, dict(job.wildcards_dict), params, inputs)
    return today == record["identity"]


def _say(jobs: Iterable[Any], what: str) -> None:
    paths = sorted(str(job.output[0]) for job in jobs)
    more = f" (and {len(paths) - 1} more)" if len(paths) > 1 else ""
    print(f"{paths[0]}{more}: {what}", file=sys.stderr)
