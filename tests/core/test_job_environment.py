"""A command runs in the environment of a job."""

import os
import platform
import subprocess
import sys
from collections.abc import Sequence

import pytest

from workflow_scripts.core.allocation import GIVEN_BACK
from workflow_scripts.core.arithmetic import OTHERS_CHOICES, PINNED
from workflow_scripts.core.vendor import PRELOAD

PRINTED = "import os; print(*(f'{name}={value}' for name, value in os.environ.items()), sep='\\n')"


def started(*command: str) -> "subprocess.CompletedProcess[str]":
    """The module as a user starts it, who has chosen other kernels."""
    given = {n: v for n, v in os.environ.items() if n not in (*PINNED, *GIVEN_BACK, PRELOAD)}
    return subprocess.run(
        [sys.executable, "-m", "workflow_scripts.core.environment", *command],
        env=given | {OTHERS_CHOICES[0]: "SSE41", "MKL_CBWR": "COMPATIBLE"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_command_has_all_that_a_job_has() -> None:
    done = started(sys.executable, "-c", PRINTED)
    assert done.returncode == 0
    seen = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert (PINNED | GIVEN_BACK).items() <= seen.items()
    assert OTHERS_CHOICES[0] not in seen
    if sys.platform == "linux" and platform.machine() == "x86_64":
        assert "mkl-vendor" in seen[PRELOAD]


def test_it_ends_as_the_command_does() -> None:
    assert started(sys.executable, "-c", "raise SystemExit(3)").returncode == 3


@pytest.mark.parametrize(
    ("command", "status", "told"),
    [
        ([], 2, "COMMAND [ARGUMENT ...]"),
        (["--help"], 0, "COMMAND [ARGUMENT ...]"),
        (["no-such-command"], 127, "error: no-such-command: No such file"),
    ],
)
def test_without_a_command_it_says_what_to_write(
    command: Sequence[str], status: int, told: str
) -> None:
    done = started(*command)
    assert done.returncode == status
    assert told in done.stdout + done.stderr
    assert bool(done.stdout) == (status == 0)
