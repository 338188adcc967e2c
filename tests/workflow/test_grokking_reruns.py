"""What reruns of the grokking study after which edit: exactly the jobs it concerns."""

import shutil
from collections.abc import Iterator

import pytest
from test_exact_reruns import LEDGER, REPORT, replaced, with_another_docstring

from tests.workflow.edits import with_changed_definitions
from tests.workflow.repository_copy import RepositoryCopy

pytestmark = pytest.mark.workflow

CLAIMS = {"grokking_claims": 1, **LEDGER}
GATHERING = {"grokking_tables": 1, "grokking_figures": 1, **CLAIMS}
ONE = {"grokking_train": 1, **GATHERING}
EVERYTHING = {"grokking_train": 14, **GATHERING}


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RepositoryCopy]:
    """A copy in which this study has run. Tests put back what they edit, and run nothing in it."""
    root = tmp_path_factory.mktemp("grokking") / "finished"
    copy = RepositoryCopy.of_checkout(root, "tests/workflow/grokking.yaml")
    assert copy.plan().jobs == EVERYTHING
    copy.run()
    yield copy
    shutil.rmtree(root)


def test_nothing_changed(grown: RepositoryCopy) -> None:
    assert grown.plan().jobs == {}


def test_every_job_asked_for_all_settings_it_was_given(grown: RepositoryCopy) -> None:
    assert grown.unread() == {}
    assert len(grown.files("trained.safetensors")) == 14
    assert not grown.files(".resume*")


@pytest.mark.parametrize(
    ("module", "jobs"),
    [
        ("learning/networks/pair_mlp.py", {"grokking_train": 13, **GATHERING}),
        ("learning/networks/pair_transformer.py", ONE),  # of one condition at this scale
        ("learning/ensemble/gradients/orthogonal.py", ONE),
        ("studies/grokking/operations.py", EVERYTHING),
        ("studies/grokking/progress.py", EVERYTHING),
        ("studies/grokking/tables.py", GATHERING),
        ("evidence/statistics/survival.py", GATHERING),
        ("studies/grokking/claims.py", CLAIMS),
        ("evidence/statistics/trend.py", CLAIMS),
        ("studies/grokking/figures.py", {"grokking_figures": 1, **REPORT}),
        ("learning/networks/mlp.py", {}),  # this study has no use for it, nor for the following
        ("learning/data/examples.py", {}),
        ("studies/lottery/masks.py", {}),
    ],
)
def test_code_in_a_module(grown: RepositoryCopy, module: str, jobs: dict[str, int]) -> None:
    with grown.edited(f"workflow_scripts/{module}", edit=with_changed_definitions):
        assert grown.plan().jobs == jobs


def test_a_claims_sentence_is_its_docstring(grown: RepositoryCopy) -> None:
    with grown.edited("workflow_scripts/studies/grokking/claims.py", edit=with_another_docstring):
        assert grown.plan().jobs == CLAIMS


def test_words_of_the_page(grown: RepositoryCopy) -> None:
    with grown.edited("workflow_scripts/studies/grokking/page.yaml", edit=lambda text: text + "\n"):
        assert grown.plan().jobs == {"page": 1}


@pytest.mark.parametrize(
    ("setting", "jobs"),
    [
        ("conditions: {orthogonal: {training: {learning_rate: 0.02}}}", ONE),
        ("conditions: {division: {table: {size: 13}}}", ONE),
        ("conditions: {stable: {measured: [[0, 4]]}}", ONE),
        ("generalisation: {hold: 20}", EVERYTHING),
        ("converged: 0.02", GATHERING),
        ("tasks: [subtraction, division]", {"grokking_figures": 1, **CLAIMS}),
    ],
)
def test_a_setting(grown: RepositoryCopy, setting: str, jobs: dict[str, int]) -> None:
    assert grown.plan("--config", f"grokking={{{setting}}}").jobs == jobs


def test_a_setting_in_its_file(grown: RepositoryCopy) -> None:
    slower = replaced("learning_rate: 0.01", "learning_rate: 0.02")
    with grown.edited("config/grokking.yaml", edit=slower):
        assert grown.plan().jobs == EVERYTHING


def test_more_seeds_of_a_condition(grown: RepositoryCopy) -> None:
    setting = 'grokking={conditions: {orthogonal: {seeds: ["0-1", "2-4"]}}}'
    plan = grown.plan("--config", setting)
    assert plan.jobs == ONE
    (message,) = [message for message in plan.messages if "seeds" in message]
    assert message.startswith("orthogonal, seeds 2-4: ")


def test_the_study_is_a_target(grown: RepositoryCopy) -> None:
    jobs = grown.plan("grokking", "--forceall").jobs
    shared = {"ledger", "provenance", "page"}
    assert jobs == {rule: count for rule, count in EVERYTHING.items() if rule not in shared}
