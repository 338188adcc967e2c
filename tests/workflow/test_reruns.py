"""What of each study reruns after which edit: exactly the jobs it concerns.

The rows are those of the study's own example, tests/studies/STUDY/jobs_example.py.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.workflow.edits import with_another_docstring
from tests.workflow.jobs import LEDGER, PAGES, Edit, JobsExample, Setting, example_of
from tests.workflow.repository_copy import SMALLEST, RepositoryCopy
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.configuration.settings import STUDIES
from workflow_scripts.studies.registry import REGISTERED

pytestmark = pytest.mark.workflow

EXAMPLES = {study: example_of(study) for study in STUDIES}
EDITS = [
    pytest.param(study, edit, id=f"{study}-{edit.path}")
    for study, example in EXAMPLES.items()
    for edit in example.edits
]
SETTINGS = [
    pytest.param(study, setting, id=f"{study}-{setting.config}")
    for study, example in EXAMPLES.items()
    for setting in example.settings
]


@pytest.fixture(scope="module", params=STUDIES)
def study(request: pytest.FixtureRequest) -> str:
    """Each study."""
    return request.param


@pytest.fixture(scope="module")
def example(study: str) -> JobsExample:
    """What is said of its jobs."""
    return EXAMPLES[study]


@pytest.fixture(scope="module")
def alone(
    study: str,
    example: JobsExample,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RepositoryCopy]:
    """A finished run of the study alone. Tests put back what they edit, and run nothing in it.

    After a run of all studies nothing of this one is missing but what tells of the whole run.
    """
    if example.configfile == SMALLEST:
        yield request.getfixturevalue("finished")
        return
    everything: RepositoryCopy = request.getfixturevalue("everything")
    root = tmp_path_factory.mktemp(study) / "repository"
    copy = everything.clone(root).of_studies(study)
    assert copy.plan().jobs == LEDGER
    copy.run(forked=True)
    yield copy
    shutil.rmtree(root)


def own_settings(copy: RepositoryCopy) -> dict[str, Any]:
    """The settings of the runs of a copy."""
    return yaml.safe_load((copy.root / copy.configfile).read_text())


def test_nothing_changed(alone: RepositoryCopy, study: str) -> None:
    """All that the study leaves behind is there, and no saved state of a training."""
    assert alone.plan().jobs == {}
    settings = load_configuration(alone.root / "config", own_settings(alone))
    files = REGISTERED[study].files_in(settings.by_study(), "results/smoke", settings.data.folder)
    left = files.checkpoints()
    assert left
    assert not [path for path in left if not (alone.root / path).is_file()]
    assert (alone.root / "results/smoke/report.html").is_file()
    assert not alone.files(".resume*")


def test_every_job_asked_for_all_settings_it_was_given(alone: RepositoryCopy) -> None:
    assert alone.unread() == {}


def test_all_jobs(alone: RepositoryCopy, example: JobsExample) -> None:
    assert alone.plan("--forceall").jobs == example.everything


def test_a_study_is_a_target(alone: RepositoryCopy, study: str, example: JobsExample) -> None:
    expected = {rule: count for rule, count in example.everything.items() if rule not in LEDGER}
    assert alone.plan(study, "--forceall").jobs == expected


@pytest.mark.parametrize(("study", "edit"), EDITS, indirect=["study"])
def test_an_edit(alone: RepositoryCopy, edit: Edit) -> None:
    with alone.edited(edit.path, edit=edit.edit):
        assert alone.plan().jobs == edit.jobs


@pytest.mark.parametrize(("study", "setting"), SETTINGS, indirect=["study"])
def test_a_setting(alone: RepositoryCopy, setting: Setting) -> None:
    plan = alone.plan("--config", setting.config)
    assert plan.jobs == setting.jobs
    assert not setting.jobs or any(setting.says in message for message in plan.messages)


def test_a_claims_sentence_is_its_docstring(alone: RepositoryCopy, study: str) -> None:
    claims = f"workflow_scripts/studies/{study}/claims.py"
    with alone.edited(claims, edit=with_another_docstring):
        assert alone.plan().jobs == {f"{study}_claims": 1, **LEDGER}


def test_words_of_the_page(alone: RepositoryCopy, study: str) -> None:
    page = f"workflow_scripts/studies/{study}/page.yaml"
    with alone.edited(page, edit=lambda text: text + "\n"):
        assert alone.plan().jobs == PAGES


def test_more_seeds(alone: RepositoryCopy, example: JobsExample) -> None:
    more = example.more_seeds
    plan = alone.plan("--config", more.config)
    assert plan.jobs == more.jobs
    batches = re.findall(r"(?:eeds|airs) (\d+-\d+)", "\n".join(plan.messages))
    assert set(batches) == more.batches
    assert len(batches) == more.about_seeds


@pytest.mark.parametrize("study", ["hopfield"], indirect=True)
def test_a_study_without_networks(alone: RepositoryCopy, tmp_path: Path) -> None:
    """Nothing was trained, and a lost table of the dynamics is made again with the same bytes."""
    assert not [path for path in alone.files("*.safetensors") if "/hopfield/" in path]
    clone = alone.clone(tmp_path / "repository")
    lost = "results/smoke/hopfield/checkpoints/seeds-0-1/capacity-50.csv"
    before = clone.digests(lost)
    (clone.root / lost).unlink()
    assert clone.plan().jobs["hopfield_capacity"] == 1
    clone.run(forked=True)
    assert clone.digests(lost) == before
    assert clone.plan().jobs == {}
    shutil.rmtree(clone.root)
