"""What a run shows, from the log records that Snakemake writes."""

import io
import logging

import pytest
from rich.console import Console
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.registry import LoggerPluginRegistry

from workflow_scripts.operation.progress.display import Display


class Screen:
    """A display, its clock, and what it has written."""

    def __init__(self, terminal=False):
        self.out, self.now = io.StringIO(), 0.0
        console = Console(
            file=self.out, width=80, force_terminal=terminal, highlight=False, color_system=None
        )
        self.display = Display(console, lambda record: record.getMessage(), lambda: self.now)

    def event(self, event=None, message="", level=logging.INFO, **more):
        record = logging.makeLogRecord({"msg": message, "levelno": level, "event": event, **more})
        self.display.show(record)

    def start(self, number, rule="lottery_dense", message="lenet, seeds 0-1: training", log=()):
        self.event(LogEvent.JOB_INFO, jobid=number, rule_name=rule, rule_msg=message, log=list(log))

    def finish(self, number, seconds=30.0):
        self.now += seconds
        self.event(LogEvent.JOB_FINISHED, job_id=number)

    @property
    def lines(self):
        return self.out.getvalue().splitlines()


@pytest.fixture
def screen():
    made = Screen()
    made.event(LogEvent.RUN_INFO, "Job stats:", stats={"lottery_dense": 3, "total": 3})
    made.display.expect({1: 30.0, 2: 30.0, 3: 30.0}, cores=1)
    return made


def test_in_a_file_each_finished_job_is_a_line(screen, tmp_path):
    log = [str(tmp_path / "a.log")]
    for number in (1, 2, 3):
        screen.start(number, log=log)
        screen.finish(number)
    screen.display.close()
    assert screen.lines == [
        "3 jobs, about 90 s",
        "[      1/3] lottery: lenet, seeds 0-1: training (30 s, about 60 s left)",
        "[      2/3] lottery: lenet, seeds 0-1: training (30 s, about 30 s left)",
        "[      3/3] lottery: lenet, seeds 0-1: training (30 s)",
        "All 3 jobs done in 90 s.",
    ]


def test_the_title_of_a_study_is_not_said_twice(screen, tmp_path):
    screen.start(1, "lottery_figures", "Winning tickets: drawing", [str(tmp_path / "a.log")])
    screen.finish(1)
    assert "] lottery: drawing (" in screen.lines[-1]


def test_on_a_terminal_each_running_job_is_a_line_with_its_step(tmp_path):
    screen = Screen(terminal=True)
    log = tmp_path / "a.log"
    log.write_text("step 12 of 50, 3 steps/s, 12 s left\n")
    screen.display.course.total = 3
    screen.display.expect({1: 30.0, 2: 30.0, 3: 30.0}, cores=2)
    screen.start(1, log=[str(log)])
    screen.start(2, "page", "Writing the report")
    screen.now += 5
    with screen.display.console.capture() as captured:
        screen.display.console.print(screen.display.view())
    first, second, last = (line.rstrip() for line in captured.get().splitlines())
    words = " ".join(first.split())
    assert words == "lottery lenet, seeds 0-1: training step 12 of 50 25 s left"
    assert second.startswith("all      Writing the report")
    assert last == "0 of 3 jobs, 5 s so far, about 40 s left"


def test_ctrl_c_is_one_line(screen, tmp_path):
    log = tmp_path / "a.log"
    log.write_text("interrupted: run the same command again to continue\n")
    screen.start(1, log=[str(log)])
    before = len(screen.lines)
    screen.event(LogEvent.JOB_ERROR, jobid=1, level=logging.ERROR)
    screen.event(LogEvent.ERROR, "RuleException:\nCalledProcessError …", logging.ERROR)
    screen.event(None, "Terminating processes on user request, this might take some time.")
    screen.event(LogEvent.ERROR, "Something else", logging.ERROR)
    screen.display.close()
    screen.display.close()  # as Snakemake does
    (line,) = screen.lines[before:]
    assert line == "Stopped after 0 of 3 jobs: the same command continues where it stopped."


def test_a_failure_says_what_failed_why_and_where_to_look(screen, tmp_path):
    log = tmp_path / "a.log"
    log.write_text("error: out of memory: request more mem_mb\n")
    screen.start(1, log=[str(log)])
    screen.event(LogEvent.ERROR, "RuleException:\nCalledProcessError …", logging.ERROR)
    screen.event(LogEvent.JOB_ERROR, jobid=1, level=logging.ERROR)
    screen.display.close()
    assert screen.lines[1] == (
        "failed: lottery: lenet, seeds 0-1: training: error: out of memory: request more mem_mb"
    )
    assert str(log) in screen.out.getvalue()
    assert screen.lines[-1].startswith("1 failed, 0 of 3 jobs done")


def test_faults_of_snakemakes_are_said_and_its_chatter_is_not(screen):
    before = len(screen.lines)
    screen.event(None, "Select jobs to execute...")
    screen.event(LogEvent.SHELLCMD, "python x")
    screen.event(LogEvent.ERROR, "LockException: the folder is locked", logging.ERROR)
    screen.event(None, "Nothing to be done (all requested files are present).")
    assert screen.lines[before:] == [
        "LockException: the folder is locked",
        "Nothing to do: all results are up to date.",
    ]


def test_snakemake_finds_the_logger_by_the_name_of_its_folder():
    assert "nice" in LoggerPluginRegistry().get_registered_plugins()
