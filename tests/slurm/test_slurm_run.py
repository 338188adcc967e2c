"""Runs through a real cluster: the same bytes as on one machine, whatever the rule.

Of the lottery study all jobs are sent, of all other studies one job of each rule that is sent.
"""

import itertools
import re
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir

import pytest

from tests.slurm.cluster import Cluster
from tests.slurm.slurm_copy import FOR_THE_TESTS, PROFILE, on_profile
from tests.workflow.jobs import example_of
from tests.workflow.repository_copy import CHECKOUT, RepositoryCopy
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.configuration.settings import STUDIES
from workflow_scripts.operation.plan.show import study_of
from workflow_scripts.operation.snakemake_api import reading
from workflow_scripts.studies.registry import REGISTERED

pytestmark = pytest.mark.slurm

RESULTS = ("*.safetensors", "*.csv", "claims.json", "*.svg", "*.npy", "SHA256SUMS")
COMMON = f"({'|'.join(STUDIES)})_(tables|claims|figures)"
STAYS = re.compile(rf"data_\w+|ledger|page|paper|provenance|{COMMON}")
"""Rules that run beside Snakemake."""


@pytest.fixture(scope="module")
def cores_alone() -> set[str]:
    """Rules that say that they have nothing to do for a GPU."""
    with chdir(CHECKOUT), reading({"scale": "smoke"}) as workflow:
        return {rule.name for rule in workflow.rules if rule.resources.get("gpu") == 0}


@pytest.fixture(scope="module")
def planned(pristine: RepositoryCopy) -> dict[str, int]:
    """How many jobs of each rule there are to run."""
    return pristine.plan().jobs


@pytest.fixture(scope="module")
def through_slurm(
    pristine: RepositoryCopy, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RepositoryCopy]:
    """A copy in which a whole study has run through SLURM, from its data to the report."""
    root = tmp_path_factory.mktemp("through") / "repository"
    copy = pristine.clone(root)
    copy.run(*PROFILE, forked=True)
    yield copy
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def one_of_each(
    everything: RepositoryCopy, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RepositoryCopy, dict[str, int]]]:
    """A run of all studies, of which one job of each other rule was lost and made through SLURM.

    And how many jobs of each rule that was.
    """
    root = tmp_path_factory.mktemp("one") / "repository"
    copy = everything.clone(root)
    on_profile(copy, **FOR_THE_TESTS)
    others = [job for job in copy.made() if not STAYS.fullmatch(job.rule)]
    by_rule = {job.rule: job for job in others if not job.rule.startswith("lottery_")}
    lost = copy.lose(by_rule.values())
    planned = copy.plan(*lost).jobs
    assert planned.keys() == by_rule.keys()
    copy.run(*PROFILE, *lost, forked=True)
    yield copy, planned
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def jobs(
    through_slurm: RepositoryCopy,
    one_of_each: tuple[RepositoryCopy, dict[str, int]],
    cluster: Cluster,
) -> list[dict[str, str]]:
    """What SLURM knows of each job of these runs."""
    shown = cluster.run("scontrol", "--oneliner", "show", "job").splitlines()
    fields = [dict(part.split("=", 1) for part in line.split() if "=" in part) for line in shown]
    ours = {str(copy.root) for copy in (through_slurm, one_of_each[0])}
    return [each for each in fields if each["WorkDir"] in ours]


def rule_of(job: dict[str, str]) -> str:
    """The rule of a job, from the comment that Snakemake puts on it."""
    return job["Comment"].removeprefix("rule_").partition("_wildcards_")[0]


def results(copy: RepositoryCopy) -> set[str]:
    """Checkpoints, tables, claims and figures."""
    return {path for pattern in RESULTS for path in copy.files(pattern)}


def checkpoints(copy: RepositoryCopy) -> list[str]:
    """What all studies leave behind, each at least one file."""
    settings = load_configuration(copy.root / "config", {"scale": "smoke"})
    found = [
        study.files_in(settings.by_study(), "results/smoke", settings.data.folder).checkpoints()
        for study in REGISTERED.values()
    ]
    assert all(found)
    return [path for paths in found for path in paths]


def test_the_results_are_byte_for_byte_those_of_a_local_run(
    through_slurm: RepositoryCopy, finished: RepositoryCopy
) -> None:
    names = results(finished)
    assert {"results/smoke/claims.csv", "results/smoke/lottery/claims.json"} < names
    assert len([name for name in names if name.endswith("trained.safetensors")]) == 12
    assert results(through_slurm) == names
    assert through_slurm.digests(*names) == finished.digests(*names)


def test_a_job_of_any_rule_leaves_the_bytes_of_a_local_run(
    one_of_each: tuple[RepositoryCopy, dict[str, int]], everything: RepositoryCopy
) -> None:
    copy, _ = one_of_each
    names = results(everything)
    assert {f"results/smoke/{study}/claims.json" for study in STUDIES} < names
    trained = [name for name in names if name.endswith(".safetensors")]
    assert trained
    assert set(checkpoints(everything)) < names
    assert results(copy) == names
    assert copy.digests(*names) == everything.digests(*names)


def test_a_second_run_has_nothing_to_do(
    through_slurm: RepositoryCopy, one_of_each: tuple[RepositoryCopy, dict[str, int]]
) -> None:
    assert through_slurm.plan().jobs == {}
    assert through_slurm.plan(*PROFILE).jobs == {}
    assert one_of_each[0].plan(*PROFILE).jobs == {}


def test_what_trains_or_measures_is_sent_and_nothing_else(
    jobs: list[dict[str, str]],
    planned: dict[str, int],
    one_of_each: tuple[RepositoryCopy, dict[str, int]],
) -> None:
    sent = {rule: count for rule, count in planned.items() if not STAYS.fullmatch(rule)}
    study = example_of("lottery").everything
    assert sent == {rule: count for rule, count in study.items() if not STAYS.fullmatch(rule)}
    copy, others = one_of_each
    rules = {rule for rule in copy.plan("--forceall").jobs if not STAYS.fullmatch(rule)}
    assert rules == sent.keys() | others.keys()
    assert {study_of(rule) for rule in rules} == {*STUDIES}
    assert Counter(map(rule_of, jobs)) == others | sent
    assert {job["JobState"] for job in jobs} == {"COMPLETED"}


def test_both_nodes_have_run_jobs(jobs: list[dict[str, str]], cluster: Cluster) -> None:
    assert {job["NodeList"] for job in jobs} == set(cluster.names)


def test_each_job_that_can_use_one_had_a_gpu_of_its_own(
    jobs: list[dict[str, str]], cores_alone: set[str]
) -> None:
    """Each node has one: no two of these jobs were on a node at a time."""
    alone = [job for job in jobs if rule_of(job) in cores_alone]
    others = [job for job in jobs if rule_of(job) not in cores_alone]
    assert alone
    assert not any("gpu" in job.get("TresPerJob", "") for job in alone)
    assert {job["TresPerJob"] for job in others} == {"gres:gpu:1"}
    for node in {job["NodeList"] for job in others}:
        spans = sorted(
            (job["StartTime"], job["EndTime"]) for job in others if job["NodeList"] == node
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


def test_work_of_seconds_is_sent_as_one_job(copy: RepositoryCopy, cluster: Cluster) -> None:
    """The line of docs/slurm.md: levels of pruning follow each other within it."""
    level = "results/smoke/lottery/checkpoints/lenet/seeds-0-1/rewind-0/level-2/trained.safetensors"
    printed = copy.root / "one-job.txt"
    asked = ["--wait", "-c", "2", "--mem", "1500M", "-t", "10", "-D", str(copy.root)]
    command = shlex.join(copy.command("--cores", "2", level))
    cluster.run("sbatch", *asked, "-o", str(printed), "--wrap", command)
    assert "lottery_level" in printed.read_text()
    assert copy.plan(level).jobs == {}
