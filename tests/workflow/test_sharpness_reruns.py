"""What of the sharpness study reruns after which edit: exactly the jobs it concerns."""

import shutil
from collections.abc import Iterator

import pytest

from tests.workflow.edits import with_changed_definitions
from tests.workflow.repository_copy import RepositoryCopy

pytestmark = pytest.mark.workflow

CONFIGFILE = "tests/workflow/sharpness.yaml"
REPORT = {"provenance": 1, "page": 1}
LEDGER = {"ledger": 1, **REPORT}
GATHERING = {"sharpness_tables": 1, "sharpness_claims": 1, "sharpness_figures": 1, **LEDGER}
MEASURED = {"sharpness_measure": 1, **GATHERING}
PICTURED = {"sharpness_panels": 1, **GATHERING}
# Ten arms, of which seven learn images and three signals.
STUDY = {"sharpness_train": 10, "sharpness_panels": 1, **MEASURED}
ONE_UNPICTURED = {"sharpness_train": 1, **MEASURED}
ONE_PICTURED = ONE_UNPICTURED | PICTURED


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RepositoryCopy]:
    """A copy in which the study alone has run. Tests put back what they edit, and run nothing."""
    root = tmp_path_factory.mktemp("sharpness") / "finished"
    copy = RepositoryCopy.of_checkout(root, CONFIGFILE)
    everything = {"data_fashion_mnist": 1, "data_mnist_1d": 1, **STUDY}
    assert copy.plan("--forceall").jobs == everything
    copy.run()
    yield copy
    shutil.rmtree(root)


def test_nothing_changed(flat: RepositoryCopy) -> None:
    assert flat.plan().jobs == {}


def test_every_job_asked_for_all_settings_it_was_given(flat: RepositoryCopy) -> None:
    assert flat.unread() == {}


@pytest.mark.parametrize(
    ("module", "jobs"),
    [
        ("learning/ensemble/gradients/sharpness_aware.py", STUDY),
        ("learning/ensemble/target.py", STUDY),
        ("learning/curvature/lanczos.py", MEASURED | PICTURED),
        ("learning/curvature/trace.py", MEASURED),
        ("learning/curvature/slices.py", PICTURED),
        ("studies/sharpness/minima.py", {"sharpness_claims": 1, "sharpness_figures": 1, **LEDGER}),
        ("studies/sharpness/tables.py", GATHERING),
    ],
)
def test_code_in_a_module(flat: RepositoryCopy, module: str, jobs: dict[str, int]) -> None:
    with flat.edited(f"workflow_scripts/{module}", edit=with_changed_definitions):
        assert flat.plan().jobs == jobs


@pytest.mark.parametrize(
    ("setting", "jobs"),
    [
        ("arms: {random: {radii: [0.3]}}", ONE_UNPICTURED),
        ("arms: {large: {training: {batch_size: 100}}}", ONE_PICTURED),
        ("measures: {noise: 0.3}", MEASURED | PICTURED),
        ("slices: {extent: 0.5}", PICTURED),
        ("tasks: {signals: {sample: {train: 200}}}", {"sharpness_train": 3, **MEASURED}),
    ],
)
def test_a_setting(flat: RepositoryCopy, setting: str, jobs: dict[str, int]) -> None:
    assert flat.plan("--config", f"sharpness={{{setting}}}").jobs == jobs


def test_more_seeds(flat: RepositoryCopy) -> None:
    """A second batch runs as the first did, and only what gathers runs again."""
    (flat.root / "more-seeds.yaml").write_text('sharpness: {seeds: ["0-1", "2-3"]}\n')
    plan = flat.plan(configfiles=("more-seeds.yaml",))
    assert plan.jobs == STUDY
    trained = [message for message in plan.messages if "seeds" in message]
    assert len(trained) == 12
    assert all("seeds 2-3: " in message for message in trained)
