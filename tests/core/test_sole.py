import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from workflow_scripts.core.code_key import PACKAGE, code_keys
from workflow_scripts.core.record import RECORD, read_record
from workflow_scripts.core.sole import SoleCopy

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from pathlib import Path
from workflow_scripts.core.sole import SoleCopy

sole = SoleCopy(Path(sys.argv[1]))
sole.acquire()
print("held", flush=True)
sys.stdin.readline()
sole.leave(sys.argv[2])
"""
STEP = f"""
import sys
from pathlib import Path
from types import SimpleNamespace
from workflow_scripts.core.step import run

class Params(dict):
    __getattr__ = dict.__getitem__

__file__ = {str(PACKAGE / "studies/lottery/tables.py")!r}
__real_file__ = "script-copy"
snakemake = SimpleNamespace(
    rule="lottery_dense", wildcards={{"chain": "lenet"}}, log=["logs/dense.log"], threads=1,
    params=Params(
        code={code_keys("studies/lottery/tables.py")!r},
        cfg={{"lottery.seeds": ["0-1"]}},
        arms=sys.argv[1:],
    ),
    input=["in.csv"], output=["out.csv"],
)

def main(snakemake):
    with open("ran", "a") as ran:
        ran.write("x")
    print("begun", file=sys.__stdout__, flush=True)
    Path("begun").touch()
    sys.stdin.readline()
    Path("out.csv").write_text(Path("in.csv").read_text().upper())

run(main)
"""


def start(code, *arguments, folder):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def holder(log, left=""):
    """Another process that holds the lock of a log."""
    process = start(HOLD, log, left, folder=log.parent)
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_first_copy_does_not_wait(tmp_path, capfd):
    assert SoleCopy(tmp_path / "deep" / "a.log").acquire() == ""
    assert capfd.readouterr().err == ""


def test_a_second_copy_waits_says_for_whom_and_gets_what_the_first_left(tmp_path):
    with holder(tmp_path / "a.log", "the record") as first:
        second = start(HOLD, tmp_path / "a.log", "", folder=tmp_path)
        said = second.stderr.readline()
        assert said.startswith(f"waiting for another copy (process {first.pid} on ")
        first.communicate("end\n")
        assert second.stdout.readline() == "held\n"
        second.communicate("end\n")


def test_the_lock_goes_with_a_process_that_is_killed(tmp_path):
    with holder(tmp_path / "a.log", "the record") as first:
        first.kill()
        first.wait()
    # Nobody holds it, so nobody is waited for: what the killed one was doing is not taken for done.
    assert SoleCopy(tmp_path / "a.log").acquire() == ""


def test_jobs_of_different_logs_run_beside_each_other(tmp_path):
    with holder(tmp_path / "a.log"):
        assert SoleCopy(tmp_path / "b.log").acquire() == ""


def test_a_file_system_without_locks_is_said_and_no_obstacle(tmp_path, capfd, monkeypatch):
    def refuse(descriptor, how):
        raise OSError(95, os.strerror(95))

    monkeypatch.setattr("fcntl.flock", refuse)
    SoleCopy(tmp_path / "a.log").acquire()
    assert "a.lock: the file system supports no locks" in capfd.readouterr().err


@pytest.fixture
def folder(tmp_path):
    """Where a step finds its input, and the copy of its script."""
    (tmp_path / "in.csv").write_text("a,b\n")
    (tmp_path / "script-copy").touch()
    return tmp_path


@contextmanager
def in_turn(folder, *arms):
    """A step in its middle, and a second copy of it, with these arms, that waits."""
    first = start(STEP, folder=folder)
    while not (folder / "begun").exists():
        assert first.poll() is None
    second = start(STEP, *arms, folder=folder)
    assert second.stderr.readline().startswith("waiting for another copy")
    yield first, second
    for process in (first, second):
        process.kill()
        process.communicate()


@pytest.fixture
def waiting(folder):
    with in_turn(folder) as both:
        yield both


def test_a_second_copy_of_a_step_leaves_what_the_first_made(waiting, tmp_path):
    first, second = waiting
    (tmp_path / "logs/dense.log").unlink()  # as Snakemake does before it starts the second
    first.communicate("go on\n")
    assert second.wait() == 0
    assert (tmp_path / "ran").read_text() == "x"
    assert (tmp_path / "out.csv").read_text() == "A,B\n"
    log = (tmp_path / "logs/dense.log").read_text()
    assert "another copy has already completed this job" in log
    assert read_record(tmp_path / "logs/dense.log") == json.loads(log.split(RECORD)[1])


def test_a_second_job_of_other_parameters_runs(folder):
    """Whatever the parameter: not only those in `cfg`."""
    with in_turn(folder, "ones") as (first, second):
        first.communicate("go on\n")
        second.communicate("go on\n")
        assert second.returncode == 0
    assert (folder / "ran").read_text() == "xx"
    assert "another copy" not in (folder / "logs/dense.log").read_text()
    assert read_record(folder / "logs/dense.log")["params"]["arms"] == ["ones"]


@pytest.mark.parametrize("left", ["", "{", '{"rule": "lottery_dense", "code": {}}', '{"x": 0}'])
def test_a_second_copy_runs_where_the_first_left_no_record_of_the_same(folder, tmp_path, left):
    (tmp_path / "out.csv").write_text("OLD\n")
    (tmp_path / "logs").mkdir()
    first = start(HOLD, "logs/dense.log", left, folder=tmp_path)
    assert first.stdout.readline() == "held\n"
    second = start(STEP, folder=tmp_path)
    assert second.stderr.readline().startswith("waiting for another copy")
    first.communicate("end\n")
    second.communicate("go on\n")
    assert second.returncode == 0
    assert (tmp_path / "out.csv").read_text() == "A,B\n"


def test_a_second_copy_does_the_work_of_one_that_was_killed(waiting, tmp_path):
    first, second = waiting
    first.kill()
    second.communicate("go on\n")
    assert second.returncode == 0
    assert (tmp_path / "ran").read_text() == "xx"
    assert (tmp_path / "out.csv").read_text() == "A,B\n"
