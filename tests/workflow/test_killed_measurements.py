"""Measuring continues where it stopped: shown by one job of every step that is long anywhere."""

import re
import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
import yaml

from tests.workflow.long_training import OFTEN
from tests.workflow.repository_copy import CHECKOUT, Made, RepositoryCopy
from workflow_scripts.core.code_key import DOCUMENTED, JOIN, kinds_in, reached
from workflow_scripts.core.record import read_record
from workflow_scripts.operation.plan.jobs import planned_jobs

pytestmark = pytest.mark.workflow

MEASURING = "PartialResults.of("
"""What a step begins with that saves the parts of a measurement."""
PROFILE = CHECKOUT / "profiles/slurm/config.yaml"
LONG_S = 10
"""State is saved every ten seconds: a shorter job has nothing to go on from."""
SECONDS = {"s": 1, "min": 60, "h": 3600, "day": 86400, "days": 86400}


def code_of(root: Path, job: Made) -> str:
    """The code that the step of a job reaches."""
    params = read_record(root / job.log)["params"]
    ((name, _),) = params["code"].items()
    first = name.split(JOIN)[0]
    script = first.removesuffix(DOCUMENTED)
    kinds = kinds_in(params.get("cfg", {}))
    closure = reached(root / "workflow_scripts", script, kinds, script != first)
    return "\n".join(closure.sources.values())


def likely_seconds() -> dict[str, int]:
    """What the longest job of each rule likely takes at the paper scale, by the profile."""
    found = {}
    for rule, said in re.findall(r"^  (\w+): +# (.+)$", PROFILE.read_text(), flags=re.MULTILINE):
        times = re.findall(r"(\d+) (s|min|h|days?)\b", said)  # memory is in GB
        found[rule] = sum(int(number) * SECONDS[unit] for number, unit in times)
    assert {*found} <= {*yaml.safe_load(PROFILE.read_text())["set-resources"]}
    return found


@pytest.fixture(scope="module")
def measuring(everything: RepositoryCopy) -> list[Made]:
    """One job of every rule that keeps the parts of its measurement."""
    one_of_each = {job.rule: job for job in everything.made()}
    return [job for job in one_of_each.values() if MEASURING in code_of(everything.root, job)]


@pytest.fixture(scope="module")
def killed(
    everything: RepositoryCopy, measuring: list[Made], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RepositoryCopy]:
    """A copy in which these jobs were killed after their first part."""
    root = tmp_path_factory.mktemp("killed") / "repository"
    copy = everything.clone(root)
    lost = copy.lose(measuring)
    status, _ = copy.snakemake(
        *lost,
        "--keep-going",
        forked=True,
        PYTHONPATH=str(root / "tests/workflow/killed"),
        **OFTEN,
    )
    assert status != 0
    yield copy
    shutil.rmtree(root)


def test_what_is_long_at_the_paper_scale_goes_on_where_it_stopped() -> None:
    """By what a plan knows of a step, which gives such a job the time of all its attempts."""
    with chdir(CHECKOUT):
        planned = planned_jobs(["--config", "scale=smoke", "--forceall"])
    resumes = {job.rule: job.resumes for job in planned}
    long = {rule for rule, seconds in likely_seconds().items() if seconds > LONG_S} & {*resumes}
    assert len(long) > 30
    assert [rule for rule in sorted(long) if not resumes[rule]] == []
    assert not resumes["lottery_tables"]


def test_a_killed_measurement_keeps_its_parts_and_ends_with_the_same_bits(
    everything: RepositoryCopy, killed: RepositoryCopy, measuring: list[Made]
) -> None:
    outputs = [path for job in measuring for path in job.outputs]
    for job in measuring:
        assert not any((killed.root / path).exists() for path in job.outputs), job.rule
    assert len(killed.files(".resume-*-parts.safetensors")) == len(measuring) > 15
    killed.run(*outputs, forked=True)
    for job in measuring:
        assert "parts are done" in (killed.root / job.log).read_text(), job.rule
    assert killed.digests(*outputs) == everything.digests(*outputs)
    assert not killed.files(".resume-*")
