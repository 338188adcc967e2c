"""A run on the terminal: a line for each running job; in a file a line for each finished one."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text
from snakemake_interface_logger_plugins.common import LogEvent

from workflow_scripts.operation.configuration.settings import STUDIES
from workflow_scripts.operation.durations import spoken
from workflow_scripts.operation.progress.course import Course, StartedJob, step_of, time_left
from workflow_scripts.studies.registry import REGISTERED

NOTHING = "Nothing to be done"
STOPPING = "Terminating processes on user request"
# Said in our words, or in none.
UNSAID = (
    "At least one job did not complete successfully",
    "Exiting because a job execution failed",
)
AGAIN = "the same command continues where it stopped"


class Display:
    """Shows Snakemake's log records on `console`; `plain` is how Snakemake would write one."""

    def __init__(
        self,
        console: Console,
        plain: Callable[[logging.LogRecord], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.console, self._plain, self._clock = console, plain, clock
        self.course = Course(clock)
        self._lock = threading.RLock()
        self._live: Live | None = None
        self._closed = False
        self._handlers: dict[Any, Callable[[Any], None]] = {
            LogEvent.RUN_INFO: self._begin,
            LogEvent.JOB_INFO: self._start,
            LogEvent.JOB_FINISHED: self._finish,
            LogEvent.JOB_ERROR: self._fail,
            LogEvent.PROGRESS: self._count,
            LogEvent.ERROR: self._say,
            None: self._message,
        }

    def show(self, record: logging.LogRecord) -> None:
        """Take notice of a record, and print it if it is something to know."""
        with self._lock:
            self._handlers.get(getattr(record, "event", None), lambda _: None)(record)

    def expect(self, seconds: dict[int, float | None], cores: int | None) -> None:
        """The likely seconds of each job by its number, and how many run at a time if known."""
        with self._lock:
            self.course.expected, self.course.cores = seconds, cores
            if left := time_left(self.course.left()):
                self._print(f"{self.course.total} jobs, {left.removesuffix(' left')}")

    def close(self) -> None:
        """Remove the lines of running jobs, and say how the run ended."""
        with self._lock:
            if self._live:
                self._live.stop()
            course = self.course
            if self._closed or not course.total:
                return
            self._closed = True
            jobs = f"{course.done} of {course.total} jobs"
            if course.interrupted:
                self._print(f"Stopped after {jobs}: {AGAIN}.")
            elif course.failed:
                missing = len(course.failed)
                self._print(f"{missing} failed, {jobs} done: {AGAIN}.", "red")
            elif course.done == course.total:
                self._print(f"All {course.total} jobs done in {spoken(course.elapsed)}.")

    def view(self) -> Table:
        """The lines of running jobs, and the whole."""
        with self._lock:
            table = Table.grid(padding=(0, 2, 0, 0), expand=True)
            table.add_column(no_wrap=True, style="bold")
            table.add_column(no_wrap=True, ratio=1, overflow="ellipsis")
            table.add_column(no_wrap=True, justify="right")
            table.add_column(no_wrap=True, justify="right")
            for number, job in self.course.running.items():
                since = self._clock() - job.begun
                left = time_left(self.course.left_of(number)).removeprefix("about ")
                step = step_of(job.log)
                table.add_row(
                    job.study or "all",
                    Text(job.what),
                    f"step {step[0]} of {step[1]}" if step else "",
                    left or f"{spoken(since)} so far",
                )
            whole = Table.grid(expand=True)
            whole.add_row(table)
            whole.add_row(Text(self._whole(), style="green", overflow="ellipsis", no_wrap=True))
            return whole

    def _whole(self) -> str:
        course = self.course
        parts = [
            f"{course.done} of {course.total} jobs",
            *([f"{len(course.failed)} failed"] if course.failed else []),
            f"{spoken(course.elapsed)} so far",
            time_left(course.left()),
        ]
        return ", ".join(filter(None, parts))

    def _begin(self, record: Any) -> None:
        self.course.total = record.stats.get("total", 0)
        if self.console.is_terminal and self._live is None:
            self._live = Live(
                get_renderable=self.view,
                console=self.console,
                refresh_per_second=2,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()

    def _start(self, record: Any) -> None:
        log = Path(record.log[0]) if record.log else None
        study = next((name for name in STUDIES if record.rule_name.startswith(f"{name}_")), "")
        what = " ".join((record.rule_msg or record.rule_name).split())
        if study:
            what = what.removeprefix(f"{REGISTERED[study].title}: ")
        self.course.start(record.jobid, StartedJob(study, what, log, self._clock()))

    def _finish(self, record: Any) -> None:
        ended = self.course.finish(record.job_id)
        if ended and ended[0].log and not self.console.is_terminal:  # targets have no log
            job, seconds = ended
            times = ", ".join(filter(None, [spoken(seconds), time_left(self.course.left())]))
            count = f"{self.course.done}/{self.course.total}"
            self._print(f"[{count:>9}] {job.name} ({times})")

    def _fail(self, record: Any) -> None:
        if failed := self.course.fail(record.jobid):
            job, reason = failed
            self._print(f"failed: {job.name}: {reason}", "red")
            if job.log:
                self._print(f"        the whole log: {job.log}", "red")

    def _count(self, record: Any) -> None:
        self.course.done, self.course.total = record.done, record.total

    def _message(self, record: Any) -> None:
        text = record.getMessage()
        if text.startswith(STOPPING):
            self.course.interrupted = True
        elif text.startswith(NOTHING):
            self._print("Nothing to do: all results are up to date.")
        elif record.levelno >= logging.WARNING:
            self._say(record)

    def _say(self, record: Any) -> None:
        """Print an error of Snakemake's, unless it only repeats that a job has failed."""
        text = self._plain(record).strip()
        of_a_job = "RuleException" in text or "CalledProcessError" in text
        if self.course.interrupted or of_a_job or text.startswith(UNSAID):
            return
        self._print(text, "red" if record.levelno >= logging.ERROR else "yellow")

    def _print(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style=style), soft_wrap=True)
