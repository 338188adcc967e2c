"""Jobs without their start-up: a process that has imported torch forks for each.

Two of the three seconds of a small job are imports of libraries, and a run of everything has two
hundred jobs. Each is still the script that Snakemake wrote, in a process of its own, which imports
the workflow's modules afresh. For runs that are made once and that others start from, or are
compared with; tests of processes, signals, arithmetic and costs have jobs as users have them.

Run as a script this is the process that forks. It listens on the socket that is its argument.
"""

import array
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
from functools import cache
from pathlib import Path

CLIENT = Path(__file__).with_name("forked_job.py")
# What many jobs import besides the workflow's own modules. matplotlib reads a user's settings.
PRELOADED = (
    "torch",
    "torch._dynamo",  # by the first optimiser
    "torch.func",
    "pandas",
    "pydantic",
    "safetensors.numpy",
    "scipy.optimize",
    "scipy.stats",
    "snakemake.script",
    "yaml",
)


def interpreter() -> str:
    """A command that runs a script as `python` does, for `sys.executable` of Snakemake."""
    _, address = _server()
    return f"{sys.executable} -SEs {CLIENT} {address}"


@cache
def _server() -> tuple[subprocess.Popen[str], str]:
    """The process that forks, started at the first run, and its socket; our end is its end."""
    # The path of a socket has at most 107 characters, wherever temporary files are.
    address = str(Path(tempfile.mkdtemp(prefix="jobs-", dir="/tmp")) / "socket")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SNAKEMAKE")}
    server = subprocess.Popen(
        [sys.executable, __file__, address],
        cwd=Path(__file__).parents[2],
        env=kept | {"OMP_NUM_THREADS": "1"},  # a thread would not survive the fork
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    assert server.stdout.readline() == "ready\n"
    return server, address


def _serve(address: str) -> None:
    root, own = os.getcwd(), sys.path.pop(0)
    sys.path.insert(0, root)
    importlib.import_module("workflow_scripts.core.arithmetic").export_arithmetic()
    for name in PRELOADED:
        importlib.import_module(name)
    sys.path.remove(root)
    for name in [name for name in sys.modules if name.partition(".")[0] == "workflow_scripts"]:
        del sys.modules[name]
    assert own not in sys.path
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
            return _attend(connection)
        connection.close()


def _attend(connection: socket.socket) -> None:
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
        _become(**json.loads(text))
        return
    connection.sendall(struct.pack("i", job))
    _, status = os.waitpid(job, 0)
    connection.sendall(struct.pack("i", os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _become(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Be what `python ARGUMENTS` would be in that folder, as far as a job can tell."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv, sys.orig_argv = arguments, [sys.executable, *arguments]
    sys.dont_write_bytecode = "PYTHONDONTWRITEBYTECODE" in environment
    further = [each for each in environment.get("PYTHONPATH", "").split(os.pathsep) if each]
    sys.path[:0] = [str(Path(arguments[0]).parent), *further]
    sys.modules.pop("sitecustomize", None)
    for each in further:
        if Path(each, "sitecustomize.py").is_file():
            importlib.import_module("sitecustomize")
            break


if __name__ == "__main__":
    _serve(sys.argv[1])
    runpy.run_path(sys.argv[0], run_name="__main__")
