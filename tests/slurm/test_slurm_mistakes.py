"""A profile that does not fit the cluster: one clear line, before anything is sent."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.slurm.cluster import Cluster, obstacle
from tests.slurm.slurm_copy import PROFILE, on_profile
from tests.workflow.repository_copy import CHECKOUT, RepositoryCopy

pytestmark = pytest.mark.slurm

TARGET = "results/smoke/lottery/checkpoints/lenet-eighth/seeds-0-1/dense/start.safetensors"


def refused(copy: RepositoryCopy) -> str:
    """The one line of a run that ended before it sent a job."""
    status, output = copy.snakemake(*PROFILE, TARGET)
    assert status != 0
    assert "Traceback" not in output
    assert "has been submitted" not in output
    (line,) = (line for line in output.splitlines() if line.startswith("error: "))
    return line


def jobs(cluster: Cluster, folder: Path) -> list[str]:
    """The rules of all jobs that Snakemake ever sent from a folder, not those of trying it out."""
    shown = cluster.run("squeue", "-h", "--states=all", "-o", "%Z %k").splitlines()
    return [line.split()[1] for line in shown if line.startswith(f"{folder} rule_")]


def test_no_slurm_on_this_machine(
    copy: RepositoryCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tool in ("which", "sh", "bash", "git"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    monkeypatch.setenv("PATH", str(tmp_path))
    line = refused(copy)
    assert "there is no SLURM on this machine (sbatch, squeue" in line
    assert "login node" in line


def test_nobody_answers(copy: RepositoryCopy, cluster: Cluster) -> None:
    configuration = cluster.folder / "slurm.conf"
    patient = configuration.read_text()
    cluster.stop("slurmctld")
    configuration.write_text(f"{patient}MessageTimeout=1\n")  # s, not 10 for each question
    try:
        line = refused(copy)
    finally:
        configuration.write_text(patient)
        cluster.start_controller()
        cluster.wait_idle()
    assert "sinfo failed: " in line
    assert "Unable to contact slurm controller" in line


def test_a_partition_that_does_not_exist(copy: RepositoryCopy, cluster: Cluster) -> None:
    on_profile(copy, slurm_partition="mian")
    line = refused(copy)
    assert "no partition 'mian', only low, lowest, main; did you mean 'main'?" in line
    assert "set slurm_partition in profiles/slurm/config.yaml" in line


@pytest.mark.parametrize(
    ("key", "value"), [("gpu", "4"), ("mem_mb", "999999 * attempt"), ("constraint", "a100")]
)
def test_what_no_node_has(copy: RepositoryCopy, cluster: Cluster, key: str, value: str) -> None:
    on_profile(copy, **{key: value})
    line = refused(copy)
    reason = "Invalid feature" if key == "constraint" else "Requested node configuration is not"
    assert f"the cluster refuses the jobs of lottery_dense: {reason}" in line
    assert not jobs(cluster, copy.root)


def test_nodes_that_are_down_for_now_are_waited_for(copy: RepositoryCopy, cluster: Cluster) -> None:
    down = ["scontrol", "update", f"nodename={','.join(cluster.names)}"]
    cluster.run(*down, "state=drain", "reason=test")
    try:
        with copy.running(*PROFILE, TARGET) as running:
            running.wait_for(lambda: "has been submitted" in running.output.read_text())
            cluster.run(*down, "state=resume")
            status, output = running.end()
    finally:
        cluster.run(*down, "state=resume", check=False)
        cluster.wait_idle()
    assert status == 0, output


def test_more_time_than_the_partition_allows(copy: RepositoryCopy, cluster: Cluster) -> None:
    on_profile(copy, runtime="61")
    line = refused(copy)
    assert "lottery_dense asks for 61 minutes and its partition allows 60: lower runtime" in line


def test_a_job_that_would_wait_for_ever(copy: RepositoryCopy, cluster: Cluster) -> None:
    """SLURM has taken it, and then what it asks for is no longer to be had."""
    on_profile(copy, retries="0")
    nodes = ["scontrol", "update", f"nodename={','.join(cluster.names)}"]
    partition = ["scontrol", "update", "partitionname=main"]
    cluster.run(*nodes, "state=drain", "reason=test")
    try:
        with copy.running(*PROFILE, TARGET) as running:
            running.wait_for(lambda: "has been submitted" in running.output.read_text())
            cluster.run(*partition, "MaxTime=5")
            status, output = running.end()
    finally:
        cluster.run(*partition, "MaxTime=60")
        cluster.run(*nodes, "state=resume")
        cluster.wait_idle()
    assert status != 0
    (line,) = (line for line in output.splitlines() if line.startswith("error: "))
    assert re.match(r"error: SLURM job \d+ \(rule_lottery_dense\S*\) would wait for ever", line)
    assert "(PartitionTimeLimit): it asks for more time than its partition allows: lower" in line
    assert not cluster.run("squeue", "-h")


def test_an_account_that_is_refused(copy: RepositoryCopy, accounting_cluster: Cluster) -> None:
    on_profile(copy, slurm_account="theirs")
    line = refused(copy)
    assert line.startswith("error: SLURM refuses the account 'theirs'")
    # SLURM may list its own account "root" beside.
    offered = line.partition("Available accounts: ")[2].partition(")")[0].split(", ")
    assert "ours" in offered
    assert line.endswith("set slurm_account in profiles/slurm/config.yaml")


def test_an_account_that_is_right(copy: RepositoryCopy, accounting_cluster: Cluster) -> None:
    on_profile(copy, slurm_account="ours")
    copy.run(*PROFILE, TARGET)
    shown = accounting_cluster.run("scontrol", "show", "job")
    assert "Account=ours" in shown


def test_a_cluster_that_cannot_be_started_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert obstacle() == "a SLURM cluster is only started as root"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    assert "apt-get install munge slurmctld slurmd slurm-client" in obstacle()


def test_the_script_starts_and_stops_a_cluster(tmp_path_factory: pytest.TempPathFactory) -> None:
    reason = obstacle()
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("sc")
    script = [sys.executable, str(CHECKOUT / "tests/slurm/cluster.py")]
    subprocess.run([*script, "up", str(folder), "--nodes", "1"], check=True)
    pids = [int(file.read_text()) for file in (folder / "pid").iterdir()]
    assert len(pids) == 3
    exports = subprocess.run([*script, "env", str(folder)], check=True, capture_output=True)
    shown = subprocess.run(
        ["bash", "-c", f"{exports.stdout.decode()}\nsinfo -h -o %D"],
        capture_output=True,
        text=True,
    )
    assert set(shown.stdout.split()) == {"1"}
    subprocess.run([*script, "down", str(folder)], check=True)
    assert not [pid for pid in pids if Path(f"/proc/{pid}/exe").exists()]
