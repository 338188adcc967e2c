"""`make extend` adds one batch to the configuration and runs only that."""

import json
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.workflow.repository_copy import RepositoryCopy, environment

pytestmark = pytest.mark.workflow

SETTINGS = "config/scales/smoke/lottery.yaml"


def overlay(settings: dict[str, Any], over: dict[str, Any]) -> None:
    """Put the values of `over` into `settings`, group by group."""
    for name, value in over.items():
        if isinstance(value, dict) and isinstance(settings.get(name), dict):
            overlay(settings[name], value)
        else:
            settings[name] = value


def test_only_the_new_batch_runs(clone: RepositoryCopy) -> None:
    # The settings of all runs of this copy become those of its configuration.
    settings = yaml.safe_load((clone.root / clone.configfile).read_text())
    lottery = yaml.safe_load((clone.root / SETTINGS).read_text())
    overlay(lottery, settings.pop("lottery"))
    (clone.root / SETTINGS).write_text(yaml.safe_dump(lottery))
    config = yaml.safe_load((clone.root / "config/config.yaml").read_text())
    for name, changed in settings.pop("data").items():
        config["data"][name] |= changed
    config |= settings
    (clone.root / "config/config.yaml").write_text(yaml.safe_dump(config))
    ledger = clone.root / "results/smoke/claims.json"
    written = json.loads(ledger.read_text())
    written["claims"][0]["next_look"] = 3
    ledger.write_text(json.dumps(written))

    command = [sys.executable, "-m", "workflow_scripts.operation.extend", "--scale", "smoke"]
    where = {"cwd": clone.root, "env": environment(), "text": True, "capture_output": True}
    asked = subprocess.run(command, **where, stdin=subprocess.DEVNULL, check=False)
    assert asked.returncode == 0, asked.stderr
    assert "seeds 2-2 (seeds) for the look at 3; open: matching-ticket" in asked.stdout
    assert yaml.safe_load((clone.root / SETTINGS).read_text())["seeds"] == ["0-1"]

    before = clone.files("trained.safetensors")
    ran = subprocess.run([*command, "--yes"], **where, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert yaml.safe_load((clone.root / SETTINGS).read_text())["seeds"] == ["0-1", "2-2"]
    new = clone.files("trained.safetensors") - before
    assert len(new) == len(before)
    assert all("/seeds-2-2/" in path for path in new)
    messages = [line for line in ran.stderr.splitlines() if "training" in line or "seeds" in line]
    assert not [line for line in messages if "seeds 0-1" in line]
