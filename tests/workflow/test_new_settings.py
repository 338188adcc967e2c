"""A new setting at its default changes the settings of no job."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflow.repository_copy import CHECKOUT, environment

pytestmark = pytest.mark.workflow

PRINT = """
import inspect, json, sys
from snakemake.iocontainers import Wildcards
from workflow_scripts.operation.snakemake_api import reading

with reading({"scale": "smoke"}) as workflow:
    rules = workflow.rules
wildcards, of_rules = json.loads(sys.argv[1])
given = {rule.name: dict(rule.params.items()).get("cfg") for rule in rules}
for name, cfg in given.items():
    if callable(cfg):  # that of data has the outputs as an argument, so that no job depends on it
        known = {"output": None} if "output" in inspect.signature(cfg).parameters else {}
        filled = wildcards | of_rules.get(name, {})
        given[name] = cfg(Wildcards(fromdict=filled), **known)
print(json.dumps(given))
"""
WILDCARDS = {
    "chain": "lenet",
    "minimum": "mlp",
    "kind": "bezier",
    "arm": "medium",
    "condition": "main",
    "layers": "2",
    "lesson": "few",
    "supernet": "first",
    "network": "base",
    "part": "0",
}
OF_RULES = {"recurrence_train": {"condition": "lstm"}}
"""Wildcards of a rule that have other values in it."""


def settings_of_all_rules(root: Path) -> dict[str, dict]:
    """Rule: the settings of one of its jobs, in the repository at `root`."""
    command = [sys.executable, "-c", PRINT, json.dumps([WILDCARDS, OF_RULES])]
    run = subprocess.run(
        command, cwd=root, env=environment(), check=True, capture_output=True, text=True
    )
    return json.loads(run.stdout)


def test_a_new_setting_at_its_default_is_in_no_jobs_settings(tmp_path: Path) -> None:
    """In a study, and in what all trainings share. With another value it is where it belongs."""
    for folder in ("config", "rules", "workflow_scripts"):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder)
    shutil.copy(CHECKOUT / "Snakefile", tmp_path)
    before = settings_of_all_rules(tmp_path)
    assert before["lottery_dense"]["lottery.chains.lenet.training"]["steps"] > 0
    for path, after in (
        ("learning/ensemble/settings.py", "    steps: int = Field(gt=0)\n"),
        ("studies/grokking/settings.py", "    plateau: float = Field(gt=1)\n"),
        ("studies/sharpness/settings.py", "    trace_vectors: int = Field(ge=6, multiple_of=3)\n"),
    ):
        module = tmp_path / "workflow_scripts" / path
        source = module.read_text()
        assert after in source
        module.write_text(source.replace(after, f'{after}    """x."""\n    another: int = 3\n', 1))
    assert settings_of_all_rules(tmp_path) == before
    study = tmp_path / "config" / "sharpness.yaml"
    study.write_text(study.read_text().replace("measures:\n", "measures:\n  another: 4\n", 1))
    now = settings_of_all_rules(tmp_path)
    changed = {rule for rule, cfg in now.items() if cfg != before[rule]}
    assert changed == {"sharpness_measure", "provenance"}
