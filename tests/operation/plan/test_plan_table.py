import io
from dataclasses import replace

from rich.console import Console

from workflow_scripts.operation.plan.estimate import Estimate
from workflow_scripts.operation.plan.jobs import PlannedJob
from workflow_scripts.operation.plan.show import asked, over_their_limit, show, study_of

SENT = PlannedJob("s_train", {"seeds": "0-4"}, {}, 2, gpus=1, memory_mb=8000, minutes=120)
HERE = PlannedJob("s_tables", {}, local=True, minutes=120)


def shown(*jobs):
    out = io.StringIO()
    show(list(jobs), [], Console(file=out, width=140, highlight=False))
    return out.getvalue()


def test_hours_asked_for_are_those_of_jobs_that_are_sent():
    assert asked([SENT, SENT, HERE]) == (8.0, 4.0)


def test_the_table_tells_each_rule_and_the_sum():
    text = shown(SENT, SENT, HERE)
    (line,) = (line for line in text.splitlines() if line.startswith("  s_train "))
    assert " ".join(line.split()) == "s_train 2 2 1 8,000 MB 120 min 8.0 4.0 ? ?"
    assert "3 jobs, of which a cluster profile sends 2 to SLURM." in text
    assert "Requested at most: 8.0 core-hours and 4.0 GPU-hours." in text
    assert "Not included, because none has run yet: s_tables, s_train." in text


def test_studies_are_summed():
    ours = [replace(SENT, rule=rule) for rule in ("lottery_dense", "lottery_level", "page")]
    lines = [" ".join(line.split()) for line in shown(*ours).splitlines()]
    assert "lottery 2 8.0 4.0 0.0 0.0" in lines
    assert "shared 1 4.0 2.0 0.0 0.0" in lines
    assert study_of("double_descent_sizes") == "double_descent"


def test_a_job_that_will_not_end_in_its_time_is_named():
    estimates = {"s_train": [Estimate(3600.0), Estimate(9000.0), Estimate(None)]}
    estimates["s_tables"] = [Estimate(1e6)]
    assert over_their_limit([SENT, SENT, SENT, HERE], estimates) == [("s_train", 9000.0, 120)]


def test_nothing_to_do_is_said():
    assert shown() == "Nothing to do: all results are up to date.\n"
