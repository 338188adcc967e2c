"""What decides a claim is today what it was in the commit that registered it."""

import ast
import subprocess
from typing import Any

import pytest
import yaml

from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.studies.registry import REGISTERED

ROOT = PACKAGE.parent
DECIDES = ("unit", "rule", "control_unit", "control_rule", "looks", "seeds", "scales")
NAMED_SINCE = {
    "ntk": {"optimiser": {"kind": "sgd"}},
    "recurrence": {"cells": ["rnn", "lstm", "gru"]},
    "nas": {
        "file": "config/tables/nas.csv",
        "sha256": "cfbf69e2cb6742e31023fce8317405c70582ec4b4b4d8f7b87af123da88e8711",
    },
}
"""Settings that name what was in the code at registration, or what was trained as registered."""
REPLACED_SINCE = {
    "double_descent": ({"layers": 2}, {"network": {"kind": "mlp", "sizes": [40, 1, 1, 10]}}),
}
"""Registered settings, and others that have since said the same in their place."""
LISTED_SINCE = {
    "approximation": {
        "any-precision": "other_seeds",
        "depth-beats-width": "other_seeds",
        "deep-not-found": "other_seeds",
        "polynomials-too": "other_seeds",
    },
    "grokking": {"many-tasks": "task_seeds"},
    "nas": {
        "rl-is-expensive": "growing_seeds",
        "darts-works": "growing_seeds",
        "compound": "scaled_seeds",
    },
}
"""Lists of seeds that are the beginning of the registered one: the same seeds at every look."""


def git(*arguments: str) -> str:
    """What git prints; skips where there is no history (an archive, a shallow clone)."""
    command = ["git", "-c", "safe.directory=*", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no such commit here: {done.stderr.strip()}")
    return done.stdout


def declared(sources: list[str]) -> dict[str, dict[str, str]]:
    """What the decorators of claims say, by claim."""
    claims = {}
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("claims.claim"):
                given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                claims[given["id"]] = {key: given[key] for key in DECIDES if key in given}
    return claims


def listed_as_before(
    now: dict[str, dict[str, str]], then: dict[str, dict[str, str]], since: dict[str, str]
) -> dict[str, dict[str, str]]:
    """What claims say now, with the registered list where they have a list of seeds since."""
    own = {repr(claim): repr(key) for claim, key in since.items()}
    listed = {claim: {"seeds": said["seeds"]} for claim, said in then.items() if "seeds" in said}
    return {
        claim: {k: v for k, v in said.items() if k != "seeds"} | listed.get(claim, {})
        if said.get("seeds") == own.get(claim, "")
        else said
        for claim, said in now.items()
    }


def without_seeds(settings: Any) -> Any:
    """The settings without lists of seeds, to which `make extend` adds."""
    if not isinstance(settings, dict):
        return settings
    return {k: without_seeds(v) for k, v in settings.items() if not str(k).endswith("seeds")}


def without(settings: Any, named: dict[str, Any]) -> Any:
    """The settings without those that are `named`, where they have that value."""
    if not isinstance(settings, dict):
        return settings
    return {k: without(v, named) for k, v in settings.items() if k not in named or v != named[k]}


def replaced(settings: Any, before: dict[str, Any], after: dict[str, Any]) -> Any:
    """The settings, with `after` in the place of `before` in every group that has all of those."""
    if not isinstance(settings, dict):
        return settings
    inside = {key: replaced(value, before, after) for key, value in settings.items()}
    if not before or not before.items() <= inside.items():
        return inside
    return {key: value for key, value in inside.items() if key not in before} | after


@pytest.mark.parametrize("study", REGISTERED)
def test_rules_and_settings_are_those_that_were_registered(study: str) -> None:
    words = yaml.safe_load((PACKAGE / "studies" / study / "page.yaml").read_text())
    commit = words["registered"]["commit"]
    folder = f"workflow_scripts/studies/{study}"
    listed = git("ls-tree", "-r", "--name-only", commit, folder).split()
    then = [git("show", f"{commit}:{path}") for path in listed if "claims" in path]
    now = [path.read_text() for path in (ROOT / folder).rglob("*claims*.py")]
    before = declared(then)
    assert before == listed_as_before(declared(now), before, LISTED_SINCE.get(study, {})) != {}
    config = f"config/{study}.yaml"
    registered = yaml.safe_load(git("show", f"{commit}:{config}"))
    settings = replaced(registered, *REPLACED_SINCE.get(study, ({}, {})))
    present = without(yaml.safe_load((ROOT / config).read_text()), NAMED_SINCE.get(study, {}))
    assert without_seeds(settings) == without_seeds(present)


def test_what_decides_is_read_from_the_decorators() -> None:
    source = '@claims.claim(id="it", unit="pp", rule=above(0), source="s")\ndef it(): ...'
    assert declared([source]) == {"'it'": {"unit": "'pp'", "rule": "above(0)"}}
    listed = {"'it'": {"unit": "'pp'", "seeds": "'few_seeds'"}}
    plain, many = {"'it'": {"unit": "'pp'"}}, {"'it'": {"unit": "'pp'", "seeds": "'many_seeds'"}}
    assert listed_as_before(listed, plain, {"it": "few_seeds"}) == plain
    assert listed_as_before(listed, many, {"it": "few_seeds"}) == many
    for since in ({"it": "seeds"}, {}):
        assert listed_as_before(listed, plain, since) == listed
    given = {"a": {"b": 1, "c": [2]}, "b": 2}
    assert replaced(given, {"b": 1}, {"d": 3}) == {"a": {"c": [2], "d": 3}, "b": 2}
    assert replaced(given, {"b": 3}, {"d": 3}) == replaced(given, {}, {}) == given
    assert without_seeds({"seeds": [1], "a": {"few_seeds": [2], "b": 3}}) == {"a": {"b": 3}}
