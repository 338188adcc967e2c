import inspect
from types import SimpleNamespace

from snakemake.scheduling.job_scheduler import JobScheduler

from workflow_scripts.operation.snakemake_api import start_at_any_rate


def test_a_run_without_a_cluster_does_not_look_again_every_second_at_what_is_ready():
    workflow = SimpleNamespace(scheduler=SimpleNamespace(job_rate_limiter=object()))
    start_at_any_rate(workflow)
    assert workflow.scheduler.job_rate_limiter is None


def test_the_scheduler_still_asks_whether_there_is_a_rate():
    asked = "if self.job_rate_limiter is not None:\n"
    again = "self._schedule_reevalutation(self.job_rate_limiter.timespan)"
    source = inspect.getsource(JobScheduler.schedule)
    assert again in source.partition(asked)[2].split("except")[0]
    assert "if self.job_rate_limiter is None:" in inspect.getsource(JobScheduler)
