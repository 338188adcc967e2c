"""Snakemake without its start-up: a process that has imported it forks for each run.

More than half of a dry run's processor time is imports that are the same every time, and the tests
make hundreds. Each run is still Snakemake's own `main` in a process of its own, which imports the
workflow's modules afresh, from the repository that it runs in.

Run as a script this is that process: for each run a line of JSON comes in, and its exit status goes
out.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

# What a run imports besides the workflow's own modules, to be there before the fork.
PRELOADED = (
    "snakemake.cli",
    "snakemake.profiles",
    "snakemake.report.html_reporter",
    "boto3",
    "nbformat",
    "smart_open",
)


def run_snakemake(
    arguments: list[str],
    root: Path,
    environment: dict[str, str],
    deadline_s: float,
    python: str = sys.executable,
) -> tuple[int, str]:
    """What `snakemake ARGUMENTS` ends with in `root`: exit status and everything printed.

    The status is -14 where it had not ended by the deadline. `python` is the command that runs the
    scripts of its jobs.
    """
    server = _server()
    with tempfile.NamedTemporaryFile("r", suffix=".txt") as printed:
        asked = {
            "arguments": arguments,
            "root": str(root),
            "environment": environment,
            "deadline_s": deadline_s,
            "python": python,
            "printed": printed.name,
        }
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        return int(server.stdout.readline()), printed.read()


@cache
def _server() -> subprocess.Popen[str]:
    """The process that forks, started at the first run; it ends when its input does."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SNAKEMAKE")}
    return subprocess.Popen(
        [sys.executable, __file__],
        env=kept | {"OMP_NUM_THREADS": "1"},  # a thread would not survive the fork
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _serve() -> None:
    sys.path.pop(0)  # this file's folder, where the workflow must find nothing
    for name in PRELOADED:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become_snakemake(**json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become_snakemake(
    arguments: list[str],
    root: str,
    environment: dict[str, str],
    deadline_s: float,
    python: str,
    printed: str,
) -> None:
    """Run it as `python -m snakemake` would; this process ends with it."""
    sys.executable = python
    signal.alarm(int(deadline_s))
    os.chdir(root)
    os.environ.clear()
    os.environ.update(environment)
    sys.path.insert(0, root)
    sys.dont_write_bytecode = "PYTHONDONTWRITEBYTECODE" in environment
    sys.argv = ["snakemake", *arguments]
    nothing, output = os.open(os.devnull, os.O_RDONLY), os.open(printed, os.O_WRONLY | os.O_APPEND)
    for here, there in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(here, there)
    sys.modules["snakemake.cli"].main(arguments)


if __name__ == "__main__":
    _serve()
