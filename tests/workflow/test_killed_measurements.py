"""Every step that trains or measures continues where it stopped: shown by one job of each."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflow.long_training import OFTEN
from tests.workflow.repository_copy import CHECKOUT, Made, RepositoryCopy
from workflow_scripts.core.code_key import DOCUMENTED, JOIN, kinds_in, reached
from workflow_scripts.core.record import read_record
from workflow_scripts.operation.plan.jobs import RESUMES
from workflow_scripts.studies.registry import REGISTERED

pytestmark = pytest.mark.workflow

MEASURING = "PartialResults.of("
"""What a step begins with that saves the parts of a measurement."""
GATHERS = ("tables", "claims", "figures")
"""The last word of rules that gather, decide and draw what others measured."""
JOINS = {"nas_table"}
"""Rules that put together what others measured, beside those."""
RULE = re.compile(
    r"^rule (\w+):\n(?:(?:    .*)?\n)*?    script:\n        \"\.\./(.+)\"", re.MULTILINE
)


def scripts_of(study: str) -> dict[str, str]:
    """The text of the script of each rule of a study, whether or not a run needs the rule."""
    rules = (CHECKOUT / f"rules/{study}.smk").read_text()
    assert len(RULE.findall(rules)) == rules.count("    script:") > 0
    return {rule: (CHECKOUT / path).read_text() for rule, path in RULE.findall(rules)}


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


@pytest.mark.parametrize("study", REGISTERED)
def test_every_step_that_trains_or_measures_goes_on_where_it_stopped(study: str) -> None:
    """A plan, which knows it from the same words, gives such a job the time of all its attempts."""
    resumes = {rule: any(r in text for r in RESUMES) for rule, text in scripts_of(study).items()}
    measure = {rule for rule in resumes if rule.rsplit("_", 1)[1] not in GATHERS} - JOINS
    assert len(measure) > 1
    assert [rule for rule in sorted(resumes) if resumes[rule] != (rule in measure)] == []


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
