"""The smoke run with SLURM compared with the same run without: the overhead of a job.

    python -m benchmarks.slurm [--studies hopfield double_descent] [--csv FILE]

Starts a temporary cluster of two nodes with one core each on this machine (as root, with Debian's
SLURM) and runs everything twice on two cores. SLURM reports times in whole seconds. What the jobs
took is compared with what the plan had expected of them, from the records of the laptop scale.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import chdir
from datetime import datetime
from pathlib import Path

import pandas as pd

from tests.slurm.cluster import Cluster, edit_profile, obstacle
from tests.workflow.repository_copy import CHECKOUT, RepositoryCopy
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.record import read_record
from workflow_scripts.operation.configuration.settings import STUDIES
from workflow_scripts.operation.plan.estimate import read_records
from workflow_scripts.operation.plan.jobs import planned_jobs
from workflow_scripts.operation.plan.show import estimates_of

PARTS = {
    "waiting": "in the queue",
    "start-up": "until the step works, and after it",
    "work": "of the step itself",
    "unnoticed": "until Snakemake looks",
}
SENT = re.compile(r"Job (\d+) has been submitted with SLURM jobid (\d+)")
FINISHED = re.compile(r"\[(.+)\]\nFinished jobid: (\d+) ")


def timed_run(copy: RepositoryCopy, studies: Sequence[str], *arguments: str) -> tuple[float, str]:
    """Seconds of a complete run of Snakemake, and its output."""
    started = time.perf_counter()
    smoke = ("--config", "scale=smoke", f"studies=[{','.join(studies)}]")
    output = copy.run(*arguments, *smoke)
    return time.perf_counter() - started, output


def job_times(cluster: Cluster, copy: RepositoryCopy, output: str) -> pd.DataFrame:
    """One row per submitted job: its rule, and seconds in each of `PARTS`."""
    known = {}
    for line in cluster.run("scontrol", "--oneliner", "show", "job").splitlines():
        fields = dict(part.split("=", 1) for part in line.split() if "=" in part)
        known[fields["JobId"]] = fields
    finished = {
        # Both times come from the clock of this machine.
        number: datetime.strptime(moment, "%a %b %d %H:%M:%S %Y")  # noqa: DTZ007
        for moment, number in FINISHED.findall(output)
    }
    records = list(map(read_record, (copy.root / "results").rglob("logs/**/*.log")))
    works = {
        _name(each["rule"], each["wildcards"].values()): each["work_seconds"] for each in records
    }
    rows = []
    for number, job in SENT.findall(output):
        fields = known[job]
        submitted, started, ended = (
            datetime.fromisoformat(fields[f"{name}Time"]) for name in ("Submit", "Start", "End")
        )
        rule, _, wildcards = fields["Comment"].removeprefix("rule_").partition("_wildcards_")
        work = works[_name(rule, [wildcards])]
        ran = (ended - started).total_seconds()
        rows.append(
            {
                "rule": rule,
                "waiting": (started - submitted).total_seconds(),
                "start-up": max(0.0, ran - work),
                "work": work,
                "unnoticed": max(0.0, (finished[number] - ended).total_seconds()),
            }
        )
    return pd.DataFrame(rows)


def _name(rule: str, values: Iterable[str]) -> tuple[str, ...]:
    """The name of a job in its record, with sorted wildcards, and in its comment in SLURM."""
    return (rule, *sorted("_".join(values).replace("/", "_").split("_")))


def expected(copy: RepositoryCopy, studies: Sequence[str]) -> float:
    """Seconds that the plan of the smoke scale expects of all jobs that are sent."""
    smoke = ["--config", "scale=smoke", f"studies=[{','.join(studies)}]"]
    with chdir(copy.root):
        sent = [
            job for job in planned_jobs(["--profile", "profiles/slurm", *smoke]) if not job.local
        ]
        estimates = estimates_of(sent, read_records(Path("results")))
    return sum(each.seconds or 0.0 for group in estimates.values() for each in group)


def measure(folder: Path, studies: Sequence[str]) -> tuple[float, float, float, pd.DataFrame]:
    """Seconds without and with SLURM, those that the plan expects of its jobs, and their times."""
    local = RepositoryCopy.of_checkout(folder / "local", "config/config.yaml")
    for name in ("fashion-mnist", "mnist-1d"):
        if (CHECKOUT / "data" / name).is_dir():
            shutil.copytree(CHECKOUT / "data" / name, local.root / "data" / name)
    local.run("data/fashion-mnist/SHA256SUMS", "data/mnist-1d/SHA256SUMS")
    sent = local.clone(folder / "sent")
    small = {"mem_mb": "900 * attempt", "runtime": "min(10 * attempt, 60)"}
    edit_profile(sent.root / "profiles/slurm/config.yaml", small)
    planned = expected(sent, studies)
    seconds, _ = timed_run(local, studies, "--cores", "2")
    cluster = Cluster(folder / "c", cpus=1)
    cluster.up()
    os.environ.update(cluster.environment)
    try:
        through, output = timed_run(sent, studies, "--profile", "profiles/slurm")
        jobs = job_times(cluster, sent, output)
    finally:
        cluster.down()
    return seconds, through, planned, jobs


def main(arguments: list[str] | None = None) -> int:
    """Print both times and the shares; do nothing if no cluster can be started."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--studies", nargs="+", choices=STUDIES, default=STUDIES)
    parser.add_argument("--csv", help="also write the times of the jobs to this file")
    given = parser.parse_args(arguments)
    reason = obstacle()
    if reason:
        print(f"SLURM against local: not measured, {reason}")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))
    try:
        seconds, through, planned, jobs = measure(folder, given.studies)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"the smoke run on two cores: {seconds:.0f} s here, {through:.0f} s through SLURM")
    print(f"{len(jobs)} jobs were sent; a job's mean, and its share of a job's time:")
    total = jobs[list(PARTS)].to_numpy().sum()
    for part, words in PARTS.items():
        mean, share = jobs[part].mean(), jobs[part].sum() / total
        print(f"  {part:10} {mean:6.1f} s {share:6.0%}  {words}")
    used = jobs[["start-up", "work"]].to_numpy().sum()
    print(f"the plan had expected {planned:.0f} s of them, and they took {used:.0f} s", end=": ")
    print(f"{used / planned:.2f} times as long")
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")
    if given.csv:
        write_table(jobs, given.csv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
