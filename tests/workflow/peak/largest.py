"""Of each rule of a run, the job that is predicted to hold most: a program that prints it as JSON.

Its arguments are those of Snakemake. It computes in the current folder.
"""

import json
import sys

from tests.workflow.peak.images import EVALUATED, PLACES, SOME
from workflow_scripts.learning import memory
from workflow_scripts.operation.arguments import understood
from workflow_scripts.operation.plan.jobs import planned
from workflow_scripts.operation.plan.work import memory_of_job
from workflow_scripts.operation.snakemake_api import is_local, jobs_of, planning


def main(arguments: list[str]) -> None:
    """Print, by rule, the bytes that its largest job will hold and the first output of that job.

    Data sets have the files that tests write. Rules that run beside Snakemake are left out.
    """
    memory.FILES.update(SOME.training)
    found: dict[str, tuple[float, str]] = {}
    with planning(understood(arguments)) as workflow:
        for job in jobs_of(workflow):
            if is_local(workflow, job.rule):
                continue
            memory.CHUNK = PLACES if job.rule.name.startswith("approximation") else EVALUATED
            shapes = planned(job, False).shapes
            peak = memory_of_job(job.rule.name, shapes, dict(job.wildcards_dict))
            mine = peak.on_cpu, job.output[0]
            found[job.rule.name] = max(found.get(job.rule.name, mine), mine)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
