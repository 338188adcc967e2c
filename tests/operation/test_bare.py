"""Dotted settings of `snakemake` itself are written out before it reads them."""

import os
import sys

import pytest

from workflow_scripts.operation import arguments, bare
from workflow_scripts.operation.bare import write_out_settings

BARE = "/somewhere/.venv/bin/snakemake"
MODULE = "/somewhere/site-packages/snakemake/__main__.py"


@pytest.fixture
def started(monkeypatch):
    """What was started in this process's place."""
    commands = []
    monkeypatch.setattr(os, "execv", lambda python, command: commands.append((python, command)))
    return commands


@pytest.mark.parametrize("command", [BARE, MODULE])
@pytest.mark.parametrize(
    "given",
    [
        ["lottery", "--config", "scale=smoke", "lottery.main=lenet"],
        ["lottery", "--config=lottery.main=lenet", "-C", "scale=smoke"],
        ["lottery", "-C", "lottery.main=lenet", "--config", "scale=smoke"],
    ],
)
def test_they_are_written_out(started, command, given):
    write_out_settings([command, *given])
    ((python, (same, module, name, *written)),) = started
    assert (python, same, module, name) == (sys.executable, python, "-m", "snakemake")
    assert written[:2] == ["lottery", "--config"]
    assert set(written[2:]) == {"scale=smoke", 'lottery={"main": "lenet"}'}


def test_both_know_the_same_options():
    assert bare.CONFIG == arguments.CONFIG


def test_a_slip_ends_in_one_line(started):
    with pytest.raises(SystemExit, match="error: hopfield stands after --config") as ended:
        write_out_settings([BARE, "--config", "scale=smoke", "hopfield"])
    assert "\n" not in ended.value.code
    assert not started


@pytest.mark.parametrize(
    "argv",
    [
        [BARE, "-n", "lottery.main=lenet"],  # a target
        [BARE, "--config", "scale=smoke", "seeds=[0.5]", "--set-threads", "lottery.main=lenet"],
        [BARE, "--config", "scale=smoke", "-n", "--configfile=my.own=file.yaml"],
        [
            "/somewhere/operation/plan/show.py",
            "--config",
            "lottery.main=lenet",
        ],  # reads them itself
        ["-c"],
    ],
)
def test_all_else_goes_on(started, argv):
    write_out_settings(argv)
    assert not started
