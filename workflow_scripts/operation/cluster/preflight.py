"""Ask the cluster, before the first job is submitted, whether it would refuse the jobs.

Otherwise each of a hundred jobs fails on its own, its reason hidden in a page of command line.
"""

import logging
import shlex
import subprocess
from collections.abc import Iterable
from typing import Any

from snakemake.exceptions import WorkflowError
from snakemake_executor_plugin_slurm.accounts import validate_account

from workflow_scripts.core.errors import UserError, nearest
from workflow_scripts.operation.cluster.requests import by_request
from workflow_scripts.operation.cluster.slurm import ask, missing_commands, partitions

PROFILE = "profiles/slurm/config.yaml"


def check_machine() -> None:
    """UserError if SLURM's commands are missing or do not get an answer."""
    missing = missing_commands()
    if missing:
        raise UserError(
            f"there is no SLURM on this machine ({', '.join(missing)} not found): run this on a "
            "login node of your cluster, or without --profile profiles/slurm to run here"
        )
    ask("sinfo", "--noheader")


def check_jobs(jobs: Iterable[Any], settings: Any) -> None:
    """UserError for the first kind of job that the cluster would refuse, with SLURM's reason."""
    jobs = list(jobs)
    _check_partitions(jobs)
    _check_accounts(jobs)
    for asked, group in by_request(jobs, settings).items():
        reason = _refusal(asked)
        if reason:
            rules = ", ".join(sorted({job.name for job in group}))
            raise UserError(
                f"the cluster refuses the jobs of {rules}: {reason} (asked for: {asked}): "
                f"change default-resources or set-resources in {PROFILE}"
            )


def _check_partitions(jobs: Iterable[Any]) -> None:
    """Check time limits too: SLURM accepts a job that exceeds them, but never starts it."""
    longest = partitions()
    there = sorted(name for name in longest if name)
    for job in jobs:
        wanted = str(job.resources.get("slurm_partition") or "")
        for name in wanted.split(",") if wanted else []:
            if name not in longest:
                raise UserError(
                    f"the cluster has no partition '{name}', only {', '.join(there)}"
                    f"{nearest(name, there)}: set slurm_partition in {PROFILE}"
                )
        limit = max(longest.get(name, float("inf")) for name in wanted.split(","))
        asked = job.resources.get("runtime")
        if isinstance(asked, int) and asked > limit:
            raise UserError(
                f"{job.name} asks for {asked} minutes and its partition allows {limit:.0f}: "
                f"lower runtime in {PROFILE}"
            )


def _check_accounts(jobs: Iterable[Any]) -> None:
    accounts = {job.resources.get("slurm_account") for job in jobs}
    for name in sorted(str(account) for account in accounts if account):
        try:
            validate_account(name, logging.getLogger(__name__))
        except WorkflowError as error:
            said = " ".join(str(error).split())
            raise UserError(
                f"SLURM refuses the account '{name}' ({said}): set slurm_account in {PROFILE}"
            ) from error
        except FileNotFoundError:
            return  # no accounting here, so SLURM does not check


def _refusal(asked: str) -> str | None:
    """Why sbatch would refuse such a job; None if it would accept it, even if only to wait."""
    words = ["sbatch", *shlex.split(asked), "--wrap=true", "--output=/dev/null"]
    tried = subprocess.run([*words, "--test-only"], capture_output=True, text=True, check=False)
    if tried.returncode == 0:
        return None
    # `--test-only` also fails if nodes are merely down at the moment, whereas a real submission
    # would wait for them; a held job is not checked at all. So an empty job is submitted.
    sent = subprocess.run([*words, "--parsable"], capture_output=True, text=True, check=False)
    if sent.returncode == 0:
        number = sent.stdout.split(";")[0].strip()
        subprocess.run(["scancel", number], capture_output=True, check=False)
        return None
    lines = [line for line in sent.stderr.splitlines() if line.strip()]
    return lines[-1].rpartition(": ")[2] if lines else "sbatch gave no reason"
