"""What is written into the profile of a cluster and into the document about it."""

from dataclasses import replace

import pytest
import yaml

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.plan import document, profile
from workflow_scripts.operation.plan.document import documented, rows_of
from workflow_scripts.operation.plan.jobs import PlannedJob
from workflow_scripts.operation.plan.needs import Need
from workflow_scripts.operation.plan.profile import (
    Planned,
    limit_of,
    lines_of,
    requests,
    rewritten,
)

HOUR = 3600.0
JOB = PlannedJob("hopfield_recall", {"seeds": "0-4"}, {}, memory_mb=8000, minutes=240)
HERE = replace(JOB, rule="hopfield_tables", local=True)
SMALL = Need(0.5e9, 0.0, 10.0)
PROFILE = f"""default-resources:
  runtime: min(240 * attempt, 1440) # minutes
set-resources:
{profile.BEGIN}
  old_rule:
    mem_mb: 1
{profile.END}
jobs: 3
"""
DOCUMENT = f"# Title\n\n{document.BEGIN}\nold\n{document.END}\nend\n"


def asked(*needs, limit=1440):
    return requests([JOB] * len(needs), needs, limit)["hopfield_recall"]


def test_requests_are_what_is_likely_times_a_factor_rounded_up():
    request = asked(SMALL, Need(5e9, 0.0, 3 * HOUR))
    assert (request.gigabytes, request.minutes) == (8, 360)
    assert (asked(SMALL).gigabytes, asked(SMALL).minutes) == (2, 30)


def test_no_time_is_above_the_limit_and_none_is_made_up():
    assert asked(Need(1e9, 0.0, 20 * HOUR)).minutes == 1440
    assert asked(Need(1e9, 0.0, None)).minutes is None


def test_what_runs_beside_snakemake_requests_nothing():
    assert requests([HERE], [SMALL], 1440) == {}


def test_only_what_does_not_fit_even_what_is_requested_now_is_told(monkeypatch, capsys):
    needs = [Need(20e9, 0.0, 10 * HOUR), Need(1e9, 0.0, 30 * HOUR), SMALL]
    jobs = [JOB, replace(JOB, rule="ntk_widths"), HERE]
    found = Planned(jobs, needs, requests(jobs, needs, 1440), limit=1440, records=0)
    assert found.exceeding() == {"ntk_widths": "a job likely takes 30 h of at most 24"}
    longer = replace(found, requested=requests(jobs, needs, 7200), limit=7200)
    assert longer.exceeding() == {}
    resuming = replace(found, jobs=[replace(job, resumes=True) for job in jobs])
    assert resuming.exceeding() == {}
    monkeypatch.setattr(profile, "planned", lambda: found)
    monkeypatch.setattr(profile, "written", lambda _: {})
    assert profile.main() == 0
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith("warning: ntk_widths: a job likely takes 30 h of at most 24: write")


def test_lines_are_those_of_a_profile():
    lines = lines_of("hopfield_recall", asked(Need(5e9, 2e9, 3 * HOUR)), 1440)
    assert lines[0].endswith("# 5 GB, 2 GB on the GPU, 3 h 00 min")
    read = yaml.safe_load("\n".join(lines))
    expected = {"mem_mb": "8000 * attempt", "runtime": "min(360 * attempt, 1440)"}
    assert read == {"hopfield_recall": expected}
    without = lines_of("hopfield_recall", asked(Need(1e9, 0.0, None)), 1440)
    assert not any("runtime" in line for line in without)


def test_only_what_is_between_the_marks_is_written():
    text = rewritten(PROFILE, "  new_rule:\n    mem_mb: 2")
    assert "old_rule" not in text
    assert yaml.safe_load(text)["set-resources"] == {"new_rule": {"mem_mb": 2}}
    assert yaml.safe_load(text)["jobs"] == 3
    assert rewritten(text, "  new_rule:\n    mem_mb: 2") == text


def test_a_profile_without_marks_or_limit_is_refused():
    with pytest.raises(UserError, match="mark"):
        rewritten("jobs: 3\n", "")
    with pytest.raises(UserError, match="LIMIT"):
        limit_of("default-resources:\n  runtime: 60\n")
    assert limit_of(PROFILE) == 1440


def test_the_document_tells_each_study_and_the_assumptions():
    jobs = [JOB, replace(JOB, rule="hopfield_spheres", gpus=1), HERE]
    needs = [Need(5e9, 0.0, HOUR), Need(20e9, 9e9, 2 * HOUR), SMALL]
    rows = rows_of(jobs, needs, {"hopfield_recall": 120, "hopfield_spheres": None})
    text = documented(DOCUMENT, rows, records=7)
    (row,) = (line for line in text.splitlines() if line.startswith("| [hopfield]"))
    assert row == (
        "| [hopfield](paper-scale/hopfield.md) | 2 | 2.0 GPU-hours and 1.0 core-hours"
        " | 4.0 GPU-hours and 2.0 core-hours | 2 h 00 min | 20 GB | 9 GB |"
    )
    said = " ".join(text.split())
    assert "In all 2 jobs are sent" in said
    assert "scaled from 7 recorded jobs" in said
    assert "old" not in text
    assert text.startswith("# Title\n")
    assert text.endswith(f"{document.END}\nend\n")
    assert documented(text, rows, records=7) == text
    with pytest.raises(UserError, match=r"docs/slurm\.md"):
        documented("# Title\n", rows, records=7)
