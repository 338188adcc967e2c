"""A copy of the repository in which Snakemake really runs."""

import compileall
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from py_compile import PycInvalidationMode

import psutil

from tests.workflow.forked import run_snakemake
from workflow_scripts.operation.configuration.settings import STUDIES
from workflow_scripts.operation.verification.stages import read_stages

CHECKOUT = Path(__file__).resolve().parents[2]
SMALLEST = "tests/workflow/smallest.yaml"
EVERYTHING = "tests/workflow/everything.yaml"
SHARED = ("raw",)  # big, and never written in place: clones have hard links to it
DEADLINE_S = 180.0
POLL_S = 0.005
TARGETS = {"all", "report", *STUDIES}  # rules that only have inputs

_ROW = re.compile(r"(\w+) +(\d+)")
_MESSAGE = re.compile(r"Job \d+: (.+)")


@dataclass(frozen=True)
class Plan:
    """What a dry run says would run."""

    jobs: dict[str, int]
    """Rule: number of jobs; targets, which run nothing themselves, are left out."""
    messages: tuple[str, ...]
    """What each job says of itself, such as "lenet, seeds 0-1: training dense"."""


@dataclass(frozen=True)
class Made:
    """A job that has run."""

    rule: str
    log: str
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Running:
    """A Snakemake that was started and not waited for, the leader of its own process group."""

    process: subprocess.Popen[bytes]
    output: Path

    def wait_for(self, happened: Callable[[], object]) -> None:
        """Return as soon as `happened()`; fail when Snakemake ends before that, or never does."""
        deadline = time.monotonic() + DEADLINE_S
        while not happened():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"it never happened:\n{self.output.read_text()}")
            time.sleep(POLL_S)

    def job(self, script: str) -> psutil.Process:
        """The Python process that runs a rule's script."""
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.Error):
                command = child.cmdline()
                if "python" in Path(command[0]).name and command[-1].endswith(f".{script}"):
                    return child
        raise AssertionError(f"no process runs {script}")

    def tree(self) -> list[psutil.Process]:
        """Snakemake and all that it started."""
        leader = psutil.Process(self.process.pid)
        return [leader, *leader.children(recursive=True)]

    def end(self) -> tuple[int, str]:
        """Wait; exit status and everything printed."""
        status = self.process.wait(timeout=DEADLINE_S)
        return status, self.output.read_text()


@dataclass(frozen=True)
class RepositoryCopy:
    """The repository's files at `root`, and what Snakemake made of them there."""

    root: Path
    configfile: str = SMALLEST
    """The settings of all its runs, by their path in the repository."""

    @classmethod
    def of_checkout(cls, root: Path, configfile: str = SMALLEST) -> "RepositoryCopy":
        """The files that Git has or would take, committed; and the raw data, if it is here."""
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=CHECKOUT,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (CHECKOUT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(CHECKOUT / name, root / name)
        if (CHECKOUT / "data/fashion-mnist").is_dir():
            shutil.copytree(CHECKOUT / "data/fashion-mnist", root / "raw")
        # Its processes write no compiled code, and edits may take less than the second that times
        # of files tell apart: what is compiled here holds for the bytes that it was made from.
        compileall.compile_dir(
            root / "workflow_scripts", quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH
        )
        copy = cls(root, configfile)
        copy.commit_all()
        return copy

    def clone(self, root: Path) -> "RepositoryCopy":
        """A copy of this copy with all results and Snakemake's records of them."""

        def put(source: str, target: str) -> str:
            # Not for outputs such as `data`: Snakemake sets the time of a job's, in place.
            shared = Path(source).relative_to(self.root).parts[0] in SHARED
            return os.link(source, target) or target if shared else shutil.copy2(source, target)

        ignored = shutil.ignore_patterns(".git")
        shutil.copytree(self.root, root, copy_function=put, ignore=ignored)
        return RepositoryCopy(root, self.configfile)

    def commit_all(self) -> None:
        """Make it a repository, with everything committed that Git takes."""
        self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "The checkout")

    def of_studies(self, *studies: str) -> "RepositoryCopy":
        """The same copy and settings, of which all runs are those of some studies alone."""
        settings = (self.root / self.configfile).read_text()
        alone = "-".join(["only", *studies]) + ".yaml"
        (self.root / alone).write_text(f"{settings}studies: [{', '.join(studies)}]\n")
        return replace(self, configfile=alone)

    def git(self, *arguments: str) -> None:
        """Run git here, as nobody in particular."""
        settings = ["user.name=Test", "user.email=test@example.org", "commit.gpgsign=false"]
        who = [part for setting in settings for part in ("-c", setting)]
        subprocess.run(["git", *who, *arguments], cwd=self.root, check=True, capture_output=True)

    def command(self, *arguments: str, configfiles: tuple[str, ...] = ()) -> list[str]:
        """The command line of a Snakemake with the settings of this copy."""
        files = ["--configfile", self.configfile, *configfiles]
        return [sys.executable, "-m", "snakemake", *arguments, *files]

    def snakemake(
        self,
        *arguments: str,
        configfiles: tuple[str, ...] = (),
        before: tuple[str, ...] = (),
        forked: bool = False,
        **variables: str,
    ) -> tuple[int, str]:
        """Run Snakemake to its end: exit status and everything printed.

        `before` is a wrapper. With `forked` its jobs do without their start-up (forked.py).
        """
        command = self.command(*arguments, configfiles=configfiles)
        deadline_s = DEADLINE_S * 8  # the smoke run of everything, on a slow machine
        if not before:
            _, _, _, *own = command
            return run_snakemake(own, self.root, environment() | variables, deadline_s, forked)
        finished = subprocess.run(
            [*before, *command],
            cwd=self.root,
            env=environment() | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=deadline_s,
        )
        return finished.returncode, finished.stdout

    def run(
        self,
        *arguments: str,
        configfiles: tuple[str, ...] = (),
        forked: bool = False,
        **variables: str,
    ) -> str:
        """Run Snakemake, which must succeed; what it printed."""
        status, output = self.snakemake(
            *arguments, configfiles=configfiles, forked=forked, **variables
        )
        assert status == 0, output
        return output

    def plan(self, *arguments: str, configfiles: tuple[str, ...] = ()) -> Plan:
        """What would run."""
        output = self.run("--dry-run", *arguments, configfiles=configfiles)
        if "Nothing to be done" in output:
            return Plan({}, ())
        table = output.partition("Job stats:")[2].partition("\ntotal ")[0]
        jobs = {rule: int(count) for rule, count in _ROW.findall(table) if rule not in TARGETS}
        return Plan(jobs, tuple(_MESSAGE.findall(output)))

    def made(self) -> list[Made]:
        """All jobs of the run whose outputs lie here."""
        rows = [line.split("\t") for line in self.run("--summary").splitlines() if "\t" in line]
        jobs: dict[tuple[str, str], list[str]] = {}
        for output, _, rule, log, *_ in rows[1:]:  # a job has a log of its own
            jobs.setdefault((rule, log), []).append(output)
        return [Made(rule, log, tuple(outputs)) for (rule, log), outputs in jobs.items()]

    def lose(self, jobs: Iterable[Made]) -> list[str]:
        """Delete the outputs of jobs; which files that were."""
        lost = [path for job in jobs for path in job.outputs]
        for path in lost:
            (self.root / path).unlink()
        return lost

    @contextmanager
    def running(
        self, *arguments: str, configfiles: tuple[str, ...] = (), **variables: str
    ) -> Iterator[Running]:
        """Start Snakemake; whatever is left of it afterwards is killed."""
        output = self.root / "output.txt"
        with open(output, "wb") as written:
            process = subprocess.Popen(
                self.command(*arguments, configfiles=configfiles),
                cwd=self.root,
                env=environment() | variables,
                stdout=written,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield Running(process, output)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    @contextmanager
    def edited(self, *paths: str, edit: Callable[[str], str]) -> Iterator[None]:
        """Change files by a function of their text, and put them back afterwards."""
        originals = {self.root / path: (self.root / path).read_text() for path in paths}
        try:
            for path, text in originals.items():
                changed = edit(text)
                assert changed != text, f"{path} is as before"
                path.write_text(changed)
            yield
        finally:
            for path, text in originals.items():
                path.write_text(text)

    def digests(self, *paths: str) -> dict[str, str]:
        """SHA-256 of files."""
        return {p: hashlib.sha256((self.root / p).read_bytes()).hexdigest() for p in paths}

    def unread(self) -> dict[str, list[str]]:
        """Log: settings that its job was given and did not ask for."""
        stages = {log: read_stages([self.root / log]) for log in self.files("*.log")}
        return {log: s["unread"] for log, each in stages.items() for s in each if s["unread"]}

    def files(self, pattern: str) -> set[str]:
        """Files below `results`, by the pattern of their name."""
        return {str(p.relative_to(self.root)) for p in (self.root / "results").rglob(pattern)}


def environment() -> dict[str, str]:
    """This process's, without what Snakemake, our own settings or the test at hand left in it."""
    others = ("SNAKEMAKE", "NICE_TO", "PYTEST_CURRENT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
