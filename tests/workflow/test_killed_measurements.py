"""Every step that trains or measures continues where it stopped: shown by one job of each."""

import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest

from tests.workflow.long_training import OFTEN
from tests.workflow.repository_copy import CHECKOUT, Made, RepositoryCopy
from workflow_scripts.core.code_key import DOCUMENTED, JOIN, kinds_in, reached
from workflow_scripts.core.record import read_record
from workflow_scripts.operation.plan.jobs import resumes
from workflow_scripts.operation.snakemake_api import reading
from workflow_scripts.studies.registry import REGISTERED

pytestmark = pytest.mark.workflow

MEASURING = "PartialResults.of("
"""What a step begins with that saves the parts of a measurement."""
GATHERS = ("tables", "claims", "figures")
"""The last word of rules that gather, decide and draw what others measured."""
JOINS = {"nas_table"}
"""Rules that put together what others measured, beside those."""


def code_of(root: Path, job: Made) -> str:
    """The code that the step of a job reaches."""
    params = read_record(root / job.log)["params"]
    ((name, _),) = params["code"].items()
    first = name.split(JOIN)[0]
    script = first.removesuffix(DOCUMENTED)
    kinds = kinds_in(params.get("cfg", {}))
    closure = reached(root / "workflow_scripts", script, kinds, script != first)
    return "\n".join(closure.sources.values())


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


@pytest.fixture(scope="module")
def resuming() -> dict[str, bool]:
    """Whether the script of each rule that has one resumes, also of rules that no run needs."""
    with chdir(CHECKOUT), reading({"scale": "smoke"}) as workflow:
        return {rule.name: resumes(rule) for rule in workflow.rules if rule.script}


@pytest.mark.parametrize("study", REGISTERED)
def test_every_step_that_trains_or_measures_goes_on_where_it_stopped(
    study: str, resuming: dict[str, bool]
) -> None:
    """As a plan knows it, which gives such a job the time of all its attempts."""
    own = {rule for rule in resuming if rule.startswith(f"{study}_")}
    measure = {rule for rule in own if rule.rsplit("_", 1)[1] not in GATHERS} - JOINS
    assert len(measure) > 1
    assert [rule for rule in sorted(own) if resuming[rule] != (rule in measure)] == []


def test_a_killed_measurement_keeps_its_parts_and_ends_with_the_same_bits(
    everything: RepositoryCopy, killed: RepositoryCopy, measuring: list[Made]
) -> None:
    outputs = [path for job in measuring for path in job.outputs]
    for job in measuring:
        assert not any((killed.root / path).exists() for path in job.outputs), job.rule
    assert len(killed.files(".resume-*-parts.safetensors")) == len(measuring) > 30
    killed.run(*outputs, forked=True)
    for job in measuring:
        assert "parts are done" in (killed.root / job.log).read_text(), job.rule
    assert killed.digests(*outputs) == everything.digests(*outputs)
    assert not killed.files(".resume-*")
