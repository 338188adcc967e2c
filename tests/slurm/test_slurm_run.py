"""Everything through a real cluster: the same bytes as on one machine, on all nodes, with GPUs."""

import itertools

import pytest

from tests.slurm.cluster import Cluster
from tests.slurm.slurm_copy import PROFILE, on_profile
from tests.workflow.repository_copy import RepositoryCopy

pytestmark = pytest.mark.slurm

RESULTS = ("*.safetensors", "*.csv", "claims.json", "*.svg", "*.npy", "SHA256SUMS")
SENT = {"dense": 5, "level": 4, "control": 2, "needle": 4, "branch": 2, "instability": 1}


@pytest.fixture(scope="module")
def through_slurm(
    pristine: RepositoryCopy, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> RepositoryCopy:
    """A copy in which everything has run through SLURM."""
    copy = pristine.clone(tmp_path_factory.mktemp("through") / "repository")
    copy.run(*PROFILE)
    return copy


@pytest.fixture(scope="module")
def jobs(through_slurm: RepositoryCopy, cluster: Cluster) -> list[dict[str, str]]:
    """What SLURM knows of each job of that run."""
    shown = cluster.run("scontrol", "--oneliner", "show", "job").splitlines()
    fields = [dict(part.split("=", 1) for part in line.split() if "=" in part) for line in shown]
    return [each for each in fields if each["WorkDir"] == str(through_slurm.root)]


def results(copy: RepositoryCopy) -> set[str]:
    """Checkpoints, tables, claims and figures."""
    return {path for pattern in RESULTS for path in copy.files(pattern)}


def test_the_results_are_byte_for_byte_those_of_a_local_run(
    through_slurm: RepositoryCopy, copy: RepositoryCopy
) -> None:
    copy.run()
    names = results(copy)
    assert {"results/smoke/claims.csv", "results/smoke/lottery/tables/curves.csv"} < names
    assert len([name for name in names if name.endswith("trained.safetensors")]) == 5 + 4 + 2
    assert results(through_slurm) == names
    assert through_slurm.digests(*names) == copy.digests(*names)


def test_a_second_run_has_nothing_to_do(through_slurm: RepositoryCopy) -> None:
    assert through_slurm.plan().jobs == {}
    assert through_slurm.plan(*PROFILE).jobs == {}


def test_what_trains_or_measures_is_sent_and_nothing_else(jobs: list[dict[str, str]]) -> None:
    rules = [job["Comment"].removeprefix("rule_lottery_").split("_")[0] for job in jobs]
    assert {rule: rules.count(rule) for rule in rules} == SENT
    assert {job["JobState"] for job in jobs} == {"COMPLETED"}


def test_both_nodes_have_run_jobs(jobs: list[dict[str, str]], cluster: Cluster) -> None:
    assert {job["NodeList"] for job in jobs} == set(cluster.names)


def test_each_job_had_a_gpu_of_its_own(jobs: list[dict[str, str]]) -> None:
    """Each node has one: no two jobs were on a node at a time."""
    assert {job["TresPerJob"] for job in jobs} == {"gres:gpu:1"}
    for node in {job["NodeList"] for job in jobs}:
        spans = sorted(
            (job["StartTime"], job["EndTime"]) for job in jobs if job["NodeList"] == node
        )
        for (_, end), (start, _) in itertools.pairwise(spans):
            assert end <= start


def test_gpus_that_are_counted_as_gres(copy: RepositoryCopy, cluster: Cluster) -> None:
    on_profile(copy, gpu="0", gres='"gpu:1"')
    before = set(cluster.run("squeue", "-h", "--states=all", "-o", "%i").split())
    target = "results/smoke/lottery/checkpoints/lenet-eighth/seeds-0-1/dense/start.safetensors"
    copy.run(*PROFILE, target)
    (job,) = set(cluster.run("squeue", "-h", "--states=all", "-o", "%i").split()) - before
    assert "TresPerNode=gres:gpu:1" in cluster.run("scontrol", "show", "job", job)
