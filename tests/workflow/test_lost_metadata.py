"""Without Snakemake's metadata a result is taken for what its own record says it is."""

import shutil

import pytest

from tests.studies.lottery.jobs_example import GATHERING, LEDGER
from tests.workflow.edits import with_changed_definitions
from tests.workflow.jobs import REPORT
from tests.workflow.repository_copy import RepositoryCopy

pytestmark = pytest.mark.workflow

OTHER = "lottery={needles: {survivors: 1400}}"


@pytest.fixture
def forgetful(clone: RepositoryCopy) -> RepositoryCopy:
    """A finished copy whose Snakemake remembers nothing."""
    shutil.rmtree(clone.root / ".snakemake")
    return clone


def test_nothing_runs_where_nothing_changed(forgetful: RepositoryCopy) -> None:
    assert forgetful.plan().jobs == {}


def test_other_settings_or_code_run_the_jobs_that_they_concern(forgetful: RepositoryCopy) -> None:
    needles = {"lottery_needle": 4, **GATHERING}
    assert forgetful.plan("--config", OTHER).jobs == needles
    module = "workflow_scripts/evidence/statistics/trend.py"
    with forgetful.edited(module, edit=with_changed_definitions):
        assert forgetful.plan().jobs == {"lottery_claims": 1, "lottery_figures": 1, **LEDGER}
    output = forgetful.run("--config", OTHER, forked=True)
    # The needles, and the record of all settings.
    said = "needle/history.safetensors (and 4 more): without metadata, made with other settings"
    assert said in output
    assert forgetful.plan("--config", OTHER).jobs == {}


def test_a_parameter_that_is_no_setting_counts(forgetful: RepositoryCopy) -> None:
    jobs = forgetful.plan("--config", "lottery={controls: {shuffled: []}}").jobs
    assert jobs == {"lottery_control": 1, **GATHERING}


def test_results_of_which_nothing_is_known_are_named(forgetful: RepositoryCopy) -> None:
    shutil.rmtree(forgetful.root / "results/smoke/lottery/logs/needle")
    output = forgetful.run("--dry-run", "--config", OTHER)
    assert "needle/history.safetensors (and 3 more): without record or metadata" in output
    assert forgetful.plan("--config", OTHER).jobs == REPORT
