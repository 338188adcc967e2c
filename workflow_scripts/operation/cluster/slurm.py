"""SLURM's commands, and what they report about jobs."""

import getpass
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from workflow_scripts.core.errors import UserError

COMMANDS = ("sbatch", "squeue", "scancel", "scontrol", "sinfo")
SUBMITTED_BY_SNAKEMAKE = ("rule_", "group_")
"""The beginning of the comment of jobs submitted by Snakemake's executor for SLURM."""
WAITS, RUNS = ("PENDING", "REQUEUED"), ("RUNNING", "COMPLETING", "CONFIGURING", "SUSPENDED")
SECONDS = 60


@dataclass(frozen=True)
class Job:
    """One job, as squeue shows it."""

    id: str
    state: str
    reason: str
    """Why it is not running: a SLURM reason code or a sentence."""
    comment: str
    """Rule and wildcards."""


def missing_commands() -> list[str]:
    """SLURM commands that this machine does not have."""
    return [command for command in COMMANDS if shutil.which(command) is None]


def ask(*command: str) -> str:
    """The output of a command; UserError with its message if it fails or does not answer."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise UserError(f"{command[0]} did not answer for {SECONDS} s: is SLURM up?") from error
    if done.returncode:
        said = done.stderr.strip() or f"it exited with status {done.returncode}"
        raise UserError(f"{command[0]} failed: {said}")
    return done.stdout.strip()


def jobs_of(folder: Path, states: Iterable[str]) -> list[Job]:
    """This user's jobs in some states that Snakemake submitted from `folder`."""
    layout = "%i\t%Z\t%T\t%r\t%k"
    user = getpass.getuser()
    lines = ask("squeue", "--user", user, "--noheader", "--states", ",".join(states), "-o", layout)
    jobs = []
    for line in lines.splitlines():
        number, place, state, reason, comment = line.split("\t", 4)
        if Path(place).resolve() == folder.resolve() and comment.startswith(SUBMITTED_BY_SNAKEMAKE):
            jobs.append(Job(number, state, reason, comment))
    return jobs


def cancel(jobs: Iterable[Job]) -> None:
    """Cancel jobs; one that has already ended is not an error."""
    command = ["scancel", *(job.id for job in jobs)]
    subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)


def partitions() -> dict[str, float]:
    """The cluster's partitions, each with its time limit in minutes.

    The key "" stands for the default partition.
    """
    found = {}
    for line in ask("sinfo", "--noheader", "-o", "%P\t%l").splitlines():
        name, limit = line.split("\t")
        found[name.rstrip("*")] = minutes(limit)
        if name.endswith("*"):
            found[""] = found[name.rstrip("*")]
    return found


def minutes(limit: str) -> float:
    """A time limit as SLURM writes it, such as 30:00, 1:00:00 or 2-00:00:00, in minutes."""
    days, _, clock = limit.rpartition("-")
    parts = clock.split(":")
    if not all(part.isdigit() for part in parts):
        return float("inf")
    hours, mins, seconds = ([0, 0, 0] + [int(part) for part in parts])[-3:]
    return int(days or 0) * 1440 + hours * 60 + mins + seconds / 60
