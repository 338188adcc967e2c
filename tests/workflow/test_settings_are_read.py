"""A step of a study is given the settings that it reads, and no others.

A key that is given and not read retrains for nothing when it changes; one that is read and not
given fails in the job. Steps read their settings through `section` alone, by the end of a key.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from test_rule_contracts import NAMES, rules, script_of, wildcards  # noqa: F401  fixtures

from tests.workflow.repository_copy import CHECKOUT, TARGETS
from workflow_scripts.core.code_key import PACKAGE

pytestmark = pytest.mark.workflow


def files_of(script: Path) -> set[Path]:
    """The script, and the modules of studies and of what they train with that it imports."""
    found, ahead = set(), {PACKAGE / script}
    while ahead:
        file = ahead.pop()
        found.add(file)
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE.name):
                module = (CHECKOUT / node.module.replace(".", "/")).with_suffix(".py")
                ahead |= {module} - found if module.is_file() else set()
    return found


@cache
def read_in(file: Path) -> frozenset[str]:
    """Patterns of the ends of keys that a module asks `section` for."""
    calls = (
        node.args[1]
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "section"
    )
    return frozenset(map(pattern, calls))


def pattern(key: ast.expr) -> str:
    """What a key's end looks like: its text, with anything where the script puts a value in."""
    match key:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(pattern(part) for part in parts)
    return ".+"


def matches(end: str, key: str) -> bool:
    return re.fullmatch(rf"(.+\.)?{end}", key) is not None


@pytest.fixture(scope="module")
def given(rules, wildcards):  # noqa: F811
    """Rule: its script, and the settings of one of its jobs; of the steps of studies."""
    steps = {name: rules[name] for name in NAMES if name not in TARGETS}
    found = {}
    for name, rule in steps.items():
        cfg = dict(rule.params.items()).get("cfg", {})
        if script_of(rule).parts[0] == "studies":
            settings = cfg(wildcards.get(name, {})) if callable(cfg) else cfg
            found[name] = script_of(rule), settings
    return found


def test_every_setting_that_a_step_is_given_is_read(given):
    for name, (script, cfg) in given.items():
        ends = {end for file in files_of(script) for end in read_in(file)}
        unread = [key for key in cfg if not any(matches(end, key) for end in ends)]
        assert not unread, f"{name} is given {unread}, which {script} does not read"


def test_every_setting_that_a_step_reads_is_given(given):
    for name, (script, cfg) in given.items():
        missing = [
            end for end in read_in(PACKAGE / script) if not any(matches(end, key) for key in cfg)
        ]
        assert not missing, f"{script} reads {missing}, which {name} does not give"


def test_a_branch_hangs_on_no_evaluation_since_it_makes_none(given):
    _, cfg = given["lottery_branch"]
    assert sorted(key.split(".")[-1] for key in cfg) == ["device", "network", "sample", "training"]
