"""What of the connectivity study reruns after which edit, and how much of lottery it runs."""

import shutil
from collections.abc import Iterator

import pytest

from tests.workflow.edits import with_changed_definitions
from tests.workflow.repository_copy import RepositoryCopy

pytestmark = pytest.mark.workflow

CONFIGFILE = "tests/workflow/connectivity.yaml"
REPORT = {"provenance": 1, "page": 1}
LEDGER = {"ledger": 1, **REPORT}
# Figures take their margins from the claims.
JUDGED = {"connectivity_claims": 1, "connectivity_figures": 1, **LEDGER}
GATHERING = {"connectivity_tables": 1, **JUDGED}
# Curves of two kinds; three widths; copies that part in two chains.
CURVES = {"connectivity_curve": 2, "connectivity_paths": 1, "connectivity_plane": 1, **GATHERING}
BAND = {"connectivity_band": 1, "connectivity_paths": 1, **GATHERING}
AVERAGES = {"connectivity_averages": 1, "connectivity_flatness": 1, **GATHERING}
COPIES = {"connectivity_copies": 2, "connectivity_soups": 1, **GATHERING}
MATCHING = {"connectivity_matching": 3, **GATHERING}
BRANCHES = {"connectivity_branches": 2, **GATHERING}
STUDY = CURVES | BAND | AVERAGES | COPIES | MATCHING | BRANCHES
# Both networks of each pair in three chains, the dense residual network once, and four branches.
NEEDED = {"lottery_dense": 7, "lottery_branch": 4}


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RepositoryCopy]:
    """A copy in which the study alone has run. Tests put back what they edit, and run nothing."""
    root = tmp_path_factory.mktemp("connectivity") / "finished"
    copy = RepositoryCopy.of_checkout(root, CONFIGFILE)
    assert copy.plan("--forceall").jobs == {
        "data_fashion_mnist": 1,
        "data_mnist_1d": 1,
        **NEEDED,
        **STUDY,
    }
    copy.run()
    yield copy
    shutil.rmtree(root)


def test_nothing_changed(joined: RepositoryCopy) -> None:
    assert joined.plan().jobs == {}


def test_every_job_asked_for_all_settings_it_was_given(joined: RepositoryCopy) -> None:
    assert joined.unread() == {}


@pytest.mark.parametrize(
    ("module", "jobs"),
    [
        ("learning/paths/curve_network.py", CURVES),
        ("learning/paths/band.py", BAND),
        ("learning/paths/curve.py", CURVES | BAND),
        ("learning/paths/matching.py", MATCHING),
        ("learning/paths/plane.py", {"connectivity_plane": 1, **GATHERING}),
        ("learning/paths/barrier.py", GATHERING),
        (
            "learning/paths/measure.py",
            {"connectivity_paths": 1, "connectivity_soups": 1, **MATCHING, **BRANCHES},
        ),
        ("learning/averaging/iterates.py", AVERAGES),
        ("learning/averaging/soups.py", {"connectivity_soups": 1, **GATHERING}),
        ("learning/curvature/lanczos.py", {"connectivity_flatness": 1, **GATHERING}),
        ("studies/connectivity/tables.py", GATHERING),
        ("evidence/statistics/trend.py", JUDGED),
        ("studies/lottery/branch.py", {"lottery_branch": 4, **BRANCHES}),
        ("studies/lottery/level.py", {}),  # nothing of the study hangs on pruning
        ("studies/lottery/claims.py", {}),
    ],
)
def test_code_in_a_module(joined: RepositoryCopy, module: str, jobs: dict[str, int]) -> None:
    with joined.edited(f"workflow_scripts/{module}", edit=with_changed_definitions):
        assert joined.plan().jobs == jobs


@pytest.mark.parametrize(
    ("setting", "jobs"),
    [
        ("{curves: {chain: {training: {steps: 11}}}}", CURVES | {"connectivity_curve": 1}),
        ("{band: {spring: 0.5}}", BAND),
        ("{averaging: {decay: 0.5}}", AVERAGES),
        ("{soups: {weight_decays: [0.1]}}", COPIES),
        ("{measurement: {curvature: 99}}", {"connectivity_flatness": 1, **GATHERING}),
        ("{measurement: {branch_positions: 4}}", BRANCHES),
        ("{measurement: {plane_positions: 5}}", {"connectivity_plane": 1, **GATHERING}),
    ],
)
def test_a_parameter_of_one_stage(
    joined: RepositoryCopy, setting: str, jobs: dict[str, int]
) -> None:
    plan = joined.plan("--config", f"connectivity={setting}")
    if setting.startswith("{curves: {chain"):  # the plane is of the other curve
        jobs = {rule: count for rule, count in jobs.items() if rule != "connectivity_plane"}
    assert plan.jobs == jobs


def test_another_chain_of_lottery_trains_its_networks_alone(joined: RepositoryCopy) -> None:
    setting = "lottery={chains: {lenet-eighth: {training: {steps: 21}}}}"
    jobs = joined.plan("--config", setting).jobs
    assert jobs == {"lottery_dense": 2, "connectivity_matching": 1, **GATHERING}


def test_another_batch_of_pairs_reruns_nothing_of_the_first(joined: RepositoryCopy) -> None:
    (joined.root / "more.yaml").write_text('connectivity: {seeds: ["0-1", "4-5"]}\n')
    plan = joined.plan(configfiles=("more.yaml",))
    expected = {**NEEDED, **STUDY}
    del expected["connectivity_plane"]  # a picture of the first pair
    assert plan.jobs == expected
    batches = {message.split("eeds ")[-1][:3] for message in plan.messages if "eeds" in message}
    assert batches == {"4-5", "6-7"}


def test_with_lottery_nothing_is_trained_twice(joined: RepositoryCopy) -> None:
    """Asking for both studies adds lottery's own stages; the networks that are there stay."""
    plan = joined.plan("--config", "studies=[lottery, connectivity]")
    trained = [message for message in plan.messages if "training dense" in message]
    assert trained == ["lenet-half, seeds 0-1: training dense"]
    assert "lottery_branch" not in plan.jobs
    assert not {rule for rule in plan.jobs if rule.startswith("connectivity_")}
