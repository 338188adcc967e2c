"""A plan is that of the run which the same arguments start."""

from contextlib import chdir

import pytest

from tests.workflow.repository_copy import CHECKOUT
from workflow_scripts.operation.plan.jobs import planned_jobs

pytestmark = pytest.mark.workflow


def rules(*arguments: str) -> set[str]:
    """The rules of the jobs in the plan of a smoke run of one study."""
    given = ["--config", "scale=smoke", "studies=[lottery]", *arguments]
    with chdir(CHECKOUT):
        return {job.rule for job in planned_jobs(given)}


def test_a_plan_ends_and_begins_where_it_is_told_to() -> None:
    everything = rules("--forceall")
    data = {"data_fashion_mnist", "data_mnist_1d"}
    assert {"lottery_dense", "lottery_level", "page", *data} <= everything
    assert rules("--forceall", "--until", "lottery_dense") == {"lottery_dense", *data}
    without = rules("--forceall", "--omit-from", "lottery_tables")
    assert "lottery_level" in without
    assert not {"lottery_tables", "lottery_claims", "page"} & without
