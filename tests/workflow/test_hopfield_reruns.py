"""What reruns after which edit in the study of Hopfield networks, where nothing is trained."""

import pytest

from tests.workflow.edits import with_changed_definitions
from tests.workflow.repository_copy import RepositoryCopy

pytestmark = pytest.mark.workflow

REPORT = {"provenance": 1, "page": 1}
LEDGER = {"ledger": 1, **REPORT}
# A new table decides the claims anew and is drawn anew.
GATHERING = {"hopfield_tables": 1, "hopfield_claims": 1, "hopfield_figures": 1, **LEDGER}
# Two batches of seeds, three sizes.
STUDY = {
    "hopfield_capacity": 6,
    "hopfield_recall": 2,
    "hopfield_images": 2,
    "hopfield_spheres": 2,
    "hopfield_dense": 2,
    "hopfield_identities": 2,
    **GATHERING,
}
EVERYTHING = {"data_fashion_mnist": 1, **STUDY}
DYNAMICS = {"hopfield_capacity": 6, "hopfield_recall": 2, "hopfield_images": 2, **GATHERING}


@pytest.fixture(scope="module")
def hopfield(tmp_path_factory: pytest.TempPathFactory) -> RepositoryCopy:
    """A copy in which the study has run. Tests put back what they edit, and run nothing in it."""
    root = tmp_path_factory.mktemp("hopfield") / "finished"
    copy = RepositoryCopy.of_checkout(root, "tests/workflow/smallest_hopfield.yaml")
    copy.run()
    return copy


def test_every_job_asked_for_all_settings_it_was_given(hopfield: RepositoryCopy) -> None:
    assert hopfield.unread() == {}


def test_nothing_changed_and_no_network_was_trained(hopfield: RepositoryCopy) -> None:
    assert hopfield.plan().jobs == {}
    assert not hopfield.files("*.safetensors")
    assert (hopfield.root / "results/smoke/report.html").is_file()


@pytest.mark.parametrize(
    ("module", "jobs"),
    [
        ("core/step.py", EVERYTHING),
        ("learning/ensemble/trainer.py", {}),
        ("learning/ensemble/randomness.py", STUDY),
        ("studies/hopfield/dynamics.py", DYNAMICS),
        (
            "studies/hopfield/modern.py",
            {
                "hopfield_images": 2,
                "hopfield_spheres": 2,
                "hopfield_identities": 2,
                **GATHERING,
            },
        ),
        ("studies/hopfield/boltzmann.py", {"hopfield_identities": 2, **GATHERING}),
        ("studies/hopfield/completion.py", {"hopfield_images": 2, **GATHERING}),
        ("studies/hopfield/tables.py", GATHERING),
        ("studies/hopfield/claims.py", {"hopfield_claims": 1, "hopfield_figures": 1, **LEDGER}),
        ("studies/hopfield/figures.py", {"hopfield_figures": 1, **REPORT}),
        ("learning/data/datasets.py", {"data_fashion_mnist": 1, "hopfield_images": 2, **GATHERING}),
    ],
)
def test_code_in_a_module(hopfield: RepositoryCopy, module: str, jobs: dict[str, int]) -> None:
    with hopfield.edited(f"workflow_scripts/{module}", edit=with_changed_definitions):
        assert hopfield.plan().jobs == jobs


@pytest.mark.parametrize(
    ("setting", "jobs"),
    [
        ("hopfield={identities: {draws: 3}}", {"hopfield_identities": 2, **GATHERING}),
        ("hopfield={recall: {load: 0.06}}", {"hopfield_recall": 2, **GATHERING}),
        ("hopfield={capacity: {sweeps: 6}}", {"hopfield_capacity": 6, **GATHERING}),
        ("hopfield={dense: {trials: 51}}", {"hopfield_dense": 2, **GATHERING}),
    ],
)
def test_a_parameter_of_one_stage(
    hopfield: RepositoryCopy, setting: str, jobs: dict[str, int]
) -> None:
    assert hopfield.plan("--config", setting).jobs == jobs


def test_more_seeds_run_the_new_batch_alone(hopfield: RepositoryCopy) -> None:
    plan = hopfield.plan("--config", 'hopfield={seeds: ["0-0", "1-2", "3-4"]}')
    once = {rule: 1 for rule in STUDY if rule not in GATHERING}
    assert plan.jobs == {**once, "hopfield_capacity": 3, **GATHERING}
    assert not [message for message in plan.messages if "seeds 0-0" in message]


def test_a_load_of_one_size_runs_that_size_alone(hopfield: RepositoryCopy) -> None:
    def more(text: str) -> str:
        return text.replace("{size: 30, loads: [0.1, 0.5]}", "{size: 30, loads: [0.1, 0.3, 0.5]}")

    with hopfield.edited("tests/workflow/smallest_hopfield.yaml", edit=more):
        plan = hopfield.plan()
    assert plan.jobs == {"hopfield_capacity": 2, **GATHERING}


def test_a_lost_table_of_the_dynamics_is_made_again_with_the_same_bytes(
    hopfield: RepositoryCopy, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clone = hopfield.clone(tmp_path_factory.mktemp("clone") / "repository")
    lost = "results/smoke/hopfield/checkpoints/seeds-1-2/capacity-30.csv"
    before = clone.digests(lost)
    (clone.root / lost).unlink()
    assert clone.plan().jobs["hopfield_capacity"] == 1
    clone.run()
    assert clone.digests(lost) == before
    assert clone.plan().jobs == {}
