"""What the Makefile does with the environment's folder, and in which order it makes things."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def folder(tmp_path):
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(folder, *arguments):
    """Run make with no flags of a make around it, as in `make test`."""
    outside = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=outside)


def stand_in(folder):
    """A program in the place of Python that writes down when it starts and ends, and with what."""
    program = folder / "python"
    program.write_text(
        '#!/bin/sh\necho "start $*" >>log\nsleep 0.2\necho "end $*" >>log\n'
        '[ "$2" != venv ] || { mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; }\n'
    )
    program.chmod(0o755)
    return f"PYTHON={program}"


def test_clean_removes_the_environment_and_nothing_with_the_beginning_of_its_name(folder):
    (folder / "my").mkdir()
    environment = folder / "my env"
    environment.mkdir()
    (environment / "pyvenv.cfg").touch()
    result = make(folder, "clean", f"VENV={environment}")
    assert result.returncode == 0, result.stderr
    assert not environment.exists()
    assert (folder / "my").exists()


def test_clean_refuses_what_is_no_environment(folder):
    (folder / "results").mkdir()
    result = make(folder, "clean", "VENV=results")
    assert result.returncode == 2
    assert "error: results is not a virtual environment: nothing was removed" in result.stdout
    assert (folder / "results").exists()


def test_clean_has_nothing_against_a_missing_environment(folder):
    assert make(folder, "clean").returncode == 0


@pytest.mark.thorough
def test_an_environment_may_have_a_space_in_its_name_and_is_set_up_once(folder):
    python = stand_in(folder)
    for _ in range(2):
        result = make(folder, "record", python, "VENV=my env")
        assert result.returncode == 0, result.stderr
    log = (folder / "log").read_text().splitlines()
    assert [line for line in log if line.startswith("start -m venv")] == ["start -m venv my env"]
    installed = [line for line in log if line.startswith("start -m pip")]
    assert len(installed) == 1
    assert installed[0].endswith("-r requirements.lock")
    assert len([line for line in log if line.startswith("start -m workflow_scripts")]) == 2


@pytest.mark.thorough
def test_a_run_installs_no_tools_of_tests_and_tests_do(folder):
    python = stand_in(folder)
    assert make(folder, "reproduce", python).returncode == 0
    assert "requirements-dev.lock" not in (folder / "log").read_text()
    assert make(folder, "test", python).returncode == 0
    assert "requirements-dev.lock" in (folder / "log").read_text()


@pytest.mark.thorough
def test_a_newer_lock_is_installed(folder):
    python = stand_in(folder)
    make(folder, "setup-dev", python)
    (folder / "log").unlink()
    now = time.time() + 1
    os.utime(folder / "requirements.lock", (now, now))
    make(folder, "setup-dev", python)
    log = (folder / "log").read_text()
    assert "-r requirements.lock" in log
    assert "-r requirements-dev.lock" in log


@pytest.mark.thorough
def test_two_targets_at_once_are_one_after_the_other(folder):
    result = make(folder, "-j4", "reproduce", "snapshot", stand_in(folder))
    assert result.returncode == 0, result.stderr
    log = (folder / "log").read_text().splitlines()
    # Nothing starts before what was started before it has ended.
    assert [line.removeprefix("end ") for line in log[1::2]] == [
        line.removeprefix("start ") for line in log[::2]
    ]
    assert "versioning.snapshot" in log[-1]
    assert "claims" in log[-3]


def test_the_answers_are_those_of_the_run_that_was_named(folder):
    result = make(folder, "-n", "reproduce", "TARGET=lottery", "SET=lottery.seeds=[0-1] name=mine")
    *_, answers = result.stdout.splitlines()
    assert "--name mine --study lottery" in " ".join(answers.split())
    assert "name" not in make(folder, "-n", "reproduce").stdout.splitlines()[-1]
