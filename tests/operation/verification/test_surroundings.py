import os
import subprocess
import sys

import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.verification.surroundings import check_surroundings, keep_out


@pytest.fixture
def outside(monkeypatch, tmp_path):
    """The environment of somebody whose programs are set up otherwise; put back afterwards."""
    for name, value in os.environ.items():
        monkeypatch.setenv(name, value)
    style = tmp_path / "matplotlibrc"
    style.write_text("text.usetex: True\n")
    monkeypatch.setenv("MATPLOTLIBRC", str(style))
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("LC_ALL", "POSIX")
    return tmp_path


def said_by_a_job(program, **options):
    """What a process that inherits this environment prints."""
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, check=True, **options).stdout


def test_jobs_are_as_if_the_user_had_set_nothing(outside):
    keep_out()
    program = (
        "import matplotlib; usetex = matplotlib.rcParams['text.usetex']\n"
        "def f():\n    'A docstring.'\n"
        "print(usetex, f.__doc__, open(0).encoding.lower(), '− τ')"
    )
    said = said_by_a_job(program, cwd=outside.parent, stdin=subprocess.DEVNULL)
    assert said.decode("utf-8").strip() == "False A docstring. utf-8 − τ"


def test_the_style_of_the_user_would_reach_a_job_otherwise(outside):
    said = said_by_a_job("import matplotlib; print(matplotlib.rcParams['text.usetex'])")
    assert said.strip() == b"True"


def test_the_workflow_runs_in_its_own_folder(monkeypatch, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    check_surroundings(tmp_path)
    check_surroundings(link)
    monkeypatch.chdir(other)
    with pytest.raises(UserError, match=f"not in {other}: cd {tmp_path}"):
        check_surroundings(tmp_path)


def test_a_style_beside_the_snakefile_is_refused(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "matplotlibrc").touch()
    with pytest.raises(UserError, match="matplotlibrc would change the figures: move it away"):
        check_surroundings(tmp_path)
