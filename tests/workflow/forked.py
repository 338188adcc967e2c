"""Snakemake and its jobs without their start-up: a process that has imported all libraries forks.

Two of the three seconds of a small job are imports, and more than half of a dry run's processor
time; a run of everything has two hundred jobs, and the tests make hundreds of dry runs. Each is
still the script that Snakemake wrote, or Snakemake's own `main`, in a process of its own, and
imports the workflow's modules afresh, but for what loaded_modules.py says. Jobs are forked only
where a test says so, in runs that are made once and that others start from, or are compared with:
tests of processes, signals, arithmetic and costs have jobs as users have them.

Run as a script this is a process that forks. It listens on the socket that is its first argument.
With a folder as the second it is itself forked, and imports the modules of the workflow there.
"""

import array
import atexit
import gc
import importlib
import json
import os
import runpy
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

CLIENT = Path(__file__).with_name("fork_client.py")
PYTHON = "NICE_TO_KNOW_FORKED_PYTHON"
"""The variable with the command that runs scripts for a Snakemake, as `python` does."""
# What many import besides the workflow's own modules. matplotlib reads a user's settings.
PRELOADED = (
    "torch",
    "torch._dynamo",  # by the first optimiser
    "torch.func",
    "pandas",
    "pydantic",
    "safetensors.numpy",
    "scipy.optimize",
    "scipy.stats",
    "snakemake.cli",
    "snakemake.profiles",
    "snakemake.report.html_reporter",
    "snakemake.script",
    "boto3",
    "nbformat",
    "smart_open",
    "yaml",
)
WARM = 2
"""Folders whose modules are kept by a process of their own, those of the last runs."""
_warm: dict[tuple[str, bool, tuple[tuple[str, str], ...]], "_Server"] = {}


def run_snakemake(
    arguments: list[str],
    root: Path,
    environment: dict[str, str],
    deadline_s: float,
    forked_jobs: bool,
) -> tuple[int, str]:
    """What `snakemake ARGUMENTS` ends with in `root`: exit status and everything printed.

    The status is negative where it had not ended by the deadline. With `forked_jobs` its jobs do
    without their start-up, too, those of a cluster on this machine included.
    """
    python = _client(_address_for(root, environment, forked_jobs))
    process = subprocess.Popen(
        [*python.split(), "-m", "snakemake", *arguments],
        cwd=root,
        env=environment | ({PYTHON: python} if forked_jobs else {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed, _ = process.communicate(timeout=deadline_s)
    except subprocess.TimeoutExpired:
        process.terminate()
        printed, _ = process.communicate()
    return process.returncode, printed


@dataclass(frozen=True)
class _Server:
    """A process that forks, for as long as it can read from us, and the socket it listens on."""

    process: subprocess.Popen[str]
    address: str

    @classmethod
    def start(
        cls, python: list[str], folder: Path, environment: dict[str, str], *more: str
    ) -> "_Server | None":
        """Run this file as a script; None if it ends before it listens."""
        # The path of a socket has at most 107 characters, wherever temporary files are.
        address = str(Path(tempfile.mkdtemp(prefix="jobs-", dir="/tmp")) / "socket")
        process = subprocess.Popen(
            [*python, __file__, address, *more],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        return cls(process, address) if process.stdout.readline() == "ready\n" else None

    def end(self) -> None:
        """Let it end."""
        self.process.communicate()


@cache
def _server() -> _Server:
    """The process that has imported all libraries, started at the first run."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SNAKEMAKE")}
    kept |= {"OMP_NUM_THREADS": "1"}  # a thread would not survive the fork
    server = _Server.start([sys.executable], Path(__file__).parents[2], kept)
    assert server is not None
    return server


def _client(address: str) -> str:
    """A command that runs a script, or Snakemake as a module, as `python` does."""
    return f"{sys.executable} -SEs {CLIENT} {address}"


def _address_for(folder: Path, environment: dict[str, str], jobs: bool) -> str:
    """The socket of a process that has imported the modules of the workflow in a folder, too."""
    asked = str(folder), jobs, tuple(sorted(environment.items()))
    if asked not in _warm:
        if len(_warm) == WARM:
            _warm.pop(next(iter(_warm))).end()
        python = _client(_server().address).split()
        more = (str(folder), "jobs") if jobs else (str(folder),)
        started = _Server.start(python, folder, environment, *more)
        if started is None:  # they cannot be imported: who is forked without them says why
            return _server().address
        _warm[asked] = started
    return _warm[asked].address


def _serve(address: str, folder: str = "", jobs: str = "") -> None:
    import loaded_modules  # beside this script

    own = sys.path.pop(0)
    loaded = loaded_modules.Loaded(PRELOADED, folder and Path(folder), bool(jobs))
    assert own not in sys.path
    gc.freeze()  # or each process would copy all of it
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(16)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that wait for jobs
    if os.fork() == 0:  # ends with the process that writes to our input
        listening.close()
        sys.stdin.read()
        shutil.rmtree(Path(address).parent, ignore_errors=True)
        os.kill(os.getppid(), signal.SIGKILL)
        os._exit(0)
    print("ready", flush=True)
    while True:
        connection, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return _attend(connection, loaded.forget)
        connection.close()


def _attend(connection: socket.socket, forget: Callable[[bool], None]) -> None:
    """Run one job and say how it ended. Returns only in the process of the job."""
    passed = array.array("i")
    head, ancillary, *_ = connection.recvmsg(4, socket.CMSG_SPACE(3 * passed.itemsize))
    for _, _, data in ancillary:
        passed.frombytes(data)
    (length,) = struct.unpack("I", head)
    text = b""
    while len(text) < length:
        text += connection.recv(length - len(text))
    job = os.fork()
    if job == 0:
        connection.close()
        for there, here in enumerate(passed):
            os.dup2(here, there)
            os.close(here)
        become = json.loads(text)
        forget(become["arguments"][0] != "-m")
        _become(**become)
        return
    connection.sendall(struct.pack("i", job))
    _, status = os.waitpid(job, 0)
    connection.sendall(struct.pack("i", os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _become(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Be what `python ARGUMENTS` would be in that folder, as far as one can tell."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.orig_argv = [sys.executable, *arguments]
    sys.executable = environment.get(PYTHON, sys.executable)
    sys.dont_write_bytecode = "PYTHONDONTWRITEBYTECODE" in environment
    further = [each for each in environment.get("PYTHONPATH", "").split(os.pathsep) if each]
    if arguments[0] == "-m":
        sys.argv, first = arguments[1:], folder
    else:
        sys.argv, first = arguments, str(Path(arguments[0]).parent)
    sys.path[:0] = [first, *further]
    sys.modules.pop("sitecustomize", None)
    for each in further:
        if Path(each, "sitecustomize.py").is_file():
            importlib.import_module("sitecustomize")
            break


def _run() -> None:
    """What the process of a job or of Snakemake does: see `_become`."""
    if sys.argv[0] == "snakemake":
        sys.modules["snakemake.cli"].main(sys.argv[1:])
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")


def _end(run: Callable[[], None]) -> NoReturn:
    """End as Python does after `run`, but leave all modules as they are.

    To take them apart would copy what is shared with the process that forked.
    """
    try:
        run()
        status = 0
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
    _end(_run)
