import io
from dataclasses import replace

from rich.console import Console

from workflow_scripts.operation.plan.estimate import Record
from workflow_scripts.operation.plan.jobs import PlannedJob
from workflow_scripts.operation.plan.show import WIDTH, asked, show, study_of

SENT = PlannedJob("s_train", {"seeds": "0-4"}, {}, 2, gpus=1, memory_mb=8000, minutes=120)
HERE = PlannedJob("s_tables", {}, local=True, minutes=120)


def shown(*jobs, records=()):
    out = io.StringIO()
    show(list(jobs), records, Console(file=out, width=WIDTH, highlight=False), cores=2)
    assert max(map(len, out.getvalue().splitlines())) <= 80
    return out.getvalue()


def row(text, name):
    (line,) = (line for line in text.splitlines() if line.startswith(f"{name} "))
    return " ".join(line.split())


def record(rule, seconds):
    return Record(rule, {}, {}, start_up=1.0, seconds=seconds - 1.0, on_gpu=False)


def test_hours_asked_for_are_those_of_jobs_that_are_sent():
    assert asked([SENT, SENT, HERE]) == (8.0, 4.0)


def test_the_table_tells_each_rule_and_the_sum():
    text = shown(SENT, SENT, HERE)
    assert row(text, "s_train") == "s_train 2 1 GPU 0.66 of 8 GB 2 h 4.0 ?"
    assert row(text, "1 that run here") == "1 that run here 1 0.0"
    assert "3 jobs, of which the profile sends 2 to SLURM." in text
    assert "Requested at most: 8.0 core-hours and 4.0 GPU-hours." in text
    assert "Not included, because none has run yet: s_tables, s_train." in text


def test_the_minutes_on_this_machine_come_first():
    rules = ("lottery_dense", "lottery_dense", "lottery_tables", "page")
    jobs = [PlannedJob(rule, {}) for rule in rules]
    known = [record("lottery_dense", 600.0), record("lottery_tables", 2.0), record("page", 2.0)]
    text = shown(*jobs, records=known)
    assert text.splitlines()[0] == "About 10 min on this machine (2 cores): 4 jobs."
    assert row(text, "lottery") == "lottery 3 10 min 10 min"
    assert row(text, "lottery_dense") == "lottery_dense 2 10 min 10 min"
    assert row(text, "2 others") == "2 others 2 2 s 2 s"
    assert "core" not in text.splitlines()[-1]


def test_one_long_job_takes_as_long_on_two_cores():
    text = shown(PlannedJob("page", {}), records=[record("page", 3600.0)])
    assert text.startswith("About 60 min on this machine")


def test_studies_are_summed():
    ours = [replace(SENT, rule=rule) for rule in ("lottery_first", "lottery_second", "page")]
    lines = [" ".join(line.split()) for line in shown(*ours).splitlines()]
    assert "lottery 2 8.0 4.0 0.0 0.0" in lines
    assert "shared 1 4.0 2.0 0.0 0.0" in lines
    assert study_of("double_descent_sizes") == "double_descent"


def test_a_job_that_will_not_end_in_its_time_is_named():
    text = shown(SENT, SENT, records=[record("s_train", 3 * 3600.0)])
    assert "s_train: a job likely takes 3 h of at most 2: request more" in " ".join(text.split())
    assert "request more" not in shown(SENT, records=[record("s_train", 3600.0)])


def test_nothing_to_do_is_said():
    assert shown() == "Nothing to do: all results are up to date.\n"


def test_which_hours_of_a_gpu_are_extrapolated_is_said():
    """Those of rules of which no job on a GPU is recorded."""
    first, second = (
        replace(SENT, rule=rule, cfg={"device": "auto"}) for rule in ("s_train", "t_train")
    )
    known = [record(job.rule, 600.0) for job in (first, second)]
    seen = replace(known[0], on_gpu=True)

    def said(*records):
        return " ".join(shown(first, second, records=records).split())

    assert "GPU-hours are extrapolated" in said(*known)
    assert "GPU-hours of some rules are extrapolated" in said(*known, seen)
    assert "extrapolated" not in said(*known, seen, replace(known[1], on_gpu=True))
