"""What reruns of the double-descent study after which edit: exactly the jobs it concerns."""

import shutil
from collections.abc import Iterator

import pytest

from tests.workflow.edits import with_changed_definitions
from tests.workflow.repository_copy import RepositoryCopy

pytestmark = pytest.mark.workflow

LEDGER = {"ledger": 1, "provenance": 1, "page": 1}
CLAIMS = {"double_descent_claims": 1, **LEDGER}
FIGURES = {"double_descent_figures": 1, "provenance": 1, "page": 1}
GATHERING = {"double_descent_tables": 1, **CLAIMS, **FIGURES}
REGRESSION = {"double_descent_features": 1, "double_descent_sizes": 1, **GATHERING}
# Two groups of widths, and the long training with label noise and without.
NETWORKS = {"double_descent_networks": 2, **GATHERING}
EPOCHS = {"double_descent_epochs": 2, **GATHERING}
TRAINED = {**NETWORKS, **EPOCHS}
STUDY = {**REGRESSION, **TRAINED, "double_descent_two_scales": 1}


@pytest.fixture(scope="module")
def descended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RepositoryCopy]:
    """A copy in which the whole study has run. Tests put back what they edit."""
    root = tmp_path_factory.mktemp("descent") / "finished"
    copy = RepositoryCopy.of_checkout(root, "tests/workflow/double-descent.yaml")
    copy.run()
    yield copy
    shutil.rmtree(root)


def test_nothing_changed(descended: RepositoryCopy) -> None:
    assert descended.plan().jobs == {}


def test_every_job_asked_for_all_settings_it_was_given(descended: RepositoryCopy) -> None:
    assert descended.unread() == {}


@pytest.mark.parametrize(
    ("module", "jobs"),
    [
        ("learning/ensemble/trainer.py", TRAINED),
        ("learning/ensemble/widths.py", NETWORKS),
        ("learning/networks/residual.py", EPOCHS),
        ("learning/networks/mlp.py", NETWORKS),  # the other networks are residual
        ("learning/regression/ridge.py", REGRESSION),
        ("learning/regression/random_features.py", REGRESSION),
        ("learning/regression/gradient_descent.py", {"double_descent_two_scales": 1, **GATHERING}),
        ("learning/data/label_noise.py", {**REGRESSION, **TRAINED}),
        ("studies/double_descent/regression.py", REGRESSION),
        ("studies/double_descent/features.py", {"double_descent_features": 1, **GATHERING}),
        ("studies/double_descent/sizes.py", {"double_descent_sizes": 1, **GATHERING}),
        ("studies/double_descent/two_scales.py", {"double_descent_two_scales": 1, **GATHERING}),
        ("studies/double_descent/members.py", TRAINED),
        ("studies/double_descent/networks.py", NETWORKS),
        ("studies/double_descent/epochs.py", EPOCHS),
        ("studies/double_descent/tables.py", GATHERING),
        ("studies/double_descent/outcomes.py", {**CLAIMS, **FIGURES}),
        ("studies/double_descent/marks.py", FIGURES),
        ("evidence/statistics/trend.py", CLAIMS),
        ("evidence/statistics/extrapolation.py", {**CLAIMS, **FIGURES}),
        ("studies/lottery/claims.py", {}),  # a study that does not run here
    ],
)
def test_code_in_a_module(descended: RepositoryCopy, module: str, jobs: dict[str, int]) -> None:
    with descended.edited(f"workflow_scripts/{module}", edit=with_changed_definitions):
        assert descended.plan().jobs == jobs


@pytest.mark.parametrize(
    ("setting", "jobs"),
    [
        ("features: {unseen: 40}", REGRESSION),
        ("features: {ridges: [0.1, 0.2]}", REGRESSION),
        ("sizes: {sizes: [8, 15, 30, 46, 60, 120, 240]}", {"double_descent_sizes": 1, **GATHERING}),
        ("two_scales: {steps: 1999}", {"double_descent_two_scales": 1, **GATHERING}),
        ("networks: {training: {learning_rate: 0.02}}", NETWORKS),
        ("epochs: {measurements: 5}", EPOCHS),
    ],
)
def test_a_parameter(descended: RepositoryCopy, setting: str, jobs: dict[str, int]) -> None:
    assert descended.plan("--config", f"double_descent={{{setting}}}").jobs == jobs


def test_another_group_of_widths_trains_itself_alone(descended: RepositoryCopy) -> None:
    plan = descended.plan(
        "--config", "double_descent={networks: {groups: [[2, 3, 4, 5], [20], [24]]}}"
    )
    assert plan.jobs == {"double_descent_networks": 1, **GATHERING}
    assert any("widths 24" in message for message in plan.messages)


def test_another_label_noise_of_the_long_training_trains_itself_alone(
    descended: RepositoryCopy,
) -> None:
    plan = descended.plan("--config", "double_descent={epochs: {noise: [0, 0.3]}}")
    assert plan.jobs == {"double_descent_epochs": 1, **GATHERING}


def test_more_seeds_are_another_batch(descended: RepositoryCopy) -> None:
    (descended.root / "more.yaml").write_text('double_descent: {seeds: ["0-1", "2-3"]}\n')
    plan = descended.plan(configfiles=("more.yaml",))
    assert plan.jobs == STUDY
    of_seeds = [message for message in plan.messages if message.startswith("Seeds")]
    assert len(of_seeds) == 7
    assert all(message.startswith("Seeds 2-3: ") for message in of_seeds)
