"""The course of a run: which jobs are running, which have ended, and how long the rest takes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workflow_scripts.operation.durations import spoken

STEP = re.compile(r"step (\d+) of (\d+), .*?(\d+) s left")
"""What the training loop writes into the log of its job."""
TAIL = 4096
"""Bytes at the end of a log that are looked at."""
ENOUGH = 20.0
"""Expected seconds of finished jobs from which on their real time corrects the estimate."""
INTERRUPTED = "interrupted:"
"""What a step writes into its log on Ctrl-C."""


@dataclass(frozen=True)
class StartedJob:
    """A job that was started, and when: seconds on any clock."""

    study: str
    """The study that it belongs to; "" if all share it."""
    what: str
    """What it does, with its seeds."""
    log: Path | None
    begun: float

    @property
    def name(self) -> str:
        """The study and what it does."""
        return f"{self.study}: {self.what}" if self.study else self.what


@dataclass
class Course:
    """The jobs of a run by their numbers. Fed by events; says what is running and what is left."""

    clock: Callable[[], float]
    """The seconds of a monotonic clock."""
    total: int = 0
    cores: int | None = None
    """How many jobs run at a time; None if that is unknown, as on a cluster."""
    expected: Mapping[int, float | None] = field(default_factory=dict)
    """The likely seconds of each job, from records of earlier ones; None where there is none."""
    running: dict[int, StartedJob] = field(default_factory=dict)
    done: int = 0
    failed: list[str] = field(default_factory=list)
    interrupted: bool = False

    def __post_init__(self) -> None:
        self.begun = self.clock()
        self._ended: set[int] = set()
        self._took = self._likely = 0.0

    def start(self, number: int, job: StartedJob) -> None:
        """A job has started, or is started again."""
        self.running[number] = job
        self._ended.discard(number)

    def finish(self, number: int) -> tuple[StartedJob, float] | None:
        """A job has ended well: itself and its seconds; None if it was never started."""
        self.done += 1
        self._ended.add(number)
        job = self.running.pop(number, None)
        if job is None:
            return None
        seconds = self.clock() - job.begun
        if (likely := self.expected.get(number)) is not None:
            self._took, self._likely = self._took + seconds, self._likely + likely
        return job, seconds

    def fail(self, number: int) -> tuple[StartedJob, str] | None:
        """A job has failed: itself and the reason in its log; None if it was only interrupted."""
        job = self.running.pop(number, None)
        reason = last_words(job.log) if job else ""
        if self.interrupted or reason.startswith(INTERRUPTED):
            self.interrupted = True
            return None
        if job is None:
            return None
        self.failed.append(job.name)
        return job, reason

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return self.clock() - self.begun

    def left(self) -> float | None:
        """Likely seconds until all is done; None if unknown or on a cluster."""
        if self.cores is None or not self.expected:
            return None
        waits = [
            max(0.0, self._pace * (seconds or 0.0) - self._since(number))
            for number, seconds in self.expected.items()
            if number not in self._ended
        ]
        return max(sum(waits) / self.cores, max(waits, default=0.0))

    def left_of(self, number: int) -> float | None:
        """Likely seconds until this running job is done; None if nothing is known of it."""
        likely, step = self.expected.get(number), step_of(self.running[number].log)
        since = self._since(number)
        known = [self._pace * likely - since] if likely is not None else []
        known += [step[2]] if step else []
        return max(known) if known and max(known) > 0 else None

    @property
    def _pace(self) -> float:
        """How much slower this machine is now than in the records."""
        if self._likely < ENOUGH:
            return 1.0
        return min(10.0, max(0.1, self._took / self._likely))

    def _since(self, number: int) -> float:
        job = self.running.get(number)
        return self.clock() - job.begun if job else 0.0


def step_of(log: Path | None) -> tuple[int, int, float] | None:
    """The training step at the end of a log, of how many, and the seconds that it says are left."""
    if not (said := STEP.findall(tail(log))):
        return None
    step, steps, left = said[-1]
    return int(step), int(steps), float(left)


def last_words(log: Path | None) -> str:
    """Why a job failed: the last line of its log that names an error, or else the last one."""
    lines = [line for line in tail(log).splitlines() if line.strip()]
    errors = [
        line for line in lines if re.match(r"(error: |interrupted: |\w*(Error|Exception)\b)", line)
    ]
    return (errors or lines or [""])[-1].strip()


def tail(log: Path | None) -> str:
    """The end of a log; "" if there is none yet."""
    if log is None:
        return ""
    try:
        with open(log, "rb") as opened:
            opened.seek(0, 2)
            opened.seek(max(0, opened.tell() - TAIL))
            return opened.read().decode("utf-8", errors="replace")
    except OSError:
        return ""


def time_left(seconds: float | None) -> str:
    """The words for it: "about 18 min left"; "" if unknown."""
    return f"about {spoken(seconds)} left" if seconds is not None and seconds >= 1 else ""
