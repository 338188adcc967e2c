"""What a job requests from the cluster: exactly what Snakemake's executor will submit."""

from collections.abc import Iterable
from typing import Any

from snakemake_executor_plugin_slurm.submit_string import get_submit_command
from snakemake_executor_plugin_slurm.utils import set_gres_string

NOT_ASKED = ("--parsable", "--job-name", "--output", "--export", "--comment")


def request(job: Any, settings: Any) -> str:
    """The options of sbatch by which `job` requests resources, without those that name it.

    `settings` are the executor's.
    """
    account, partition = (job.resources.get(f"slurm_{name}") for name in ("account", "partition"))
    params = {
        "run_uuid": "name",
        "slurm_logfile": "/dev/null",
        "comment_str": "comment",
        "account": f"-A {account}" if account else "",
        "partition": f"-p {partition}" if partition else "",
        "workdir": "",
    }
    words = (get_submit_command(job, params, settings) + set_gres_string(job)).split()
    asked = words[1:]
    for option in NOT_ASKED:
        place = next(i for i, word in enumerate(asked) if word.split("=")[0] == option)
        takes_next = option not in ("--parsable", "--export")
        del asked[place : place + 1 + takes_next]
    return " ".join(asked)


def by_request(jobs: Iterable[Any], settings: Any) -> dict[str, list[Any]]:
    """Jobs grouped by their request."""
    groups: dict[str, list[Any]] = {}
    for job in jobs:
        groups.setdefault(request(job, settings), []).append(job)
    return groups
