"""Large arrays are given back to the system as soon as they are freed."""

import os
import subprocess
import sys

import pytest

from workflow_scripts.core.allocation import GIVEN_BACK, export_allocation

EACH, TIMES = 33e6, 40
BETWEEN = f"""
import torch
from pathlib import Path
numbers = int({EACH} / 4)
kept = []
for _ in range({TIMES}):
    large = torch.ones(numbers)
    kept.append((large + 1)[:1].clone())
    del large
rows = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
print(1024 * int(rows["VmHWM"].split()[0]))
"""
"""Small arrays that stay between large ones that do not; what the process held at most."""


def held(**variables: str) -> int:
    environment = {name: value for name, value in os.environ.items() if name not in GIVEN_BACK}
    done = subprocess.run(
        [sys.executable, "-c", BETWEEN],
        env=environment | variables,
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="variables of the C library of Linux")
def test_a_process_holds_what_it_needs() -> None:
    process_and_four = 4.5e8 + 4 * EACH
    assert held(**GIVEN_BACK) < process_and_four
    assert held() > process_and_four  # without them it holds what it has freed


def test_what_a_user_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = GIVEN_BACK
    variables = {first: "4096"}
    monkeypatch.setattr(os, "environ", variables)
    export_allocation()
    assert variables == {first: "4096", second: GIVEN_BACK[second]}
