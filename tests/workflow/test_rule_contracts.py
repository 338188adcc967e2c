"""What every rule must have, or its results go stale unseen (or are made again for nothing)."""

import ast
import inspect
import re
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from snakemake.api import SnakemakeApi
from snakemake.iocontainers import Wildcards
from snakemake.rules import Rule
from snakemake.settings.types import ConfigSettings, ResourceSettings

from tests.workflow.repository_copy import CHECKOUT, TARGETS
from workflow_scripts.core.code_key import PACKAGE, code_key
from workflow_scripts.core.identity import FOLDER, identity
from workflow_scripts.operation.configuration.settings import STUDIES

pytestmark = pytest.mark.workflow

WILDCARDS = Wildcards(
    fromdict={
        "chain": "lenet",
        "seeds": "0-1",
        "rewind": "0",
        "level": "1",
        "point": "0",
        "group": "2-3",
        "noise": "0.0",
        "kind": "bezier",
        "size": "50",
        "arm": "medium",
        "condition": "main",
    }
)
# Compares the records of all stages with the whole configuration; it decides nothing by it.
READS_THE_CONFIGURATION = {"provenance"}


FILES = [CHECKOUT / "Snakefile", *sorted((CHECKOUT / "rules").glob("*.smk"))]
NAMES = [name for file in FILES for name in re.findall(r"(?m)^rule (\w+):", file.read_text())]
STEPS = [name for name in NAMES if name not in TARGETS]


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    """The rules as Snakemake has them after reading the Snakefile."""
    with chdir(CHECKOUT), SnakemakeApi() as api:
        workflow = api.workflow(
            resource_settings=ResourceSettings(),
            config_settings=ConfigSettings(config={"scale": "smoke"}),
            snakefile=Path("Snakefile"),
        )
        return {rule.name: rule for rule in workflow._workflow.rules}


@pytest.fixture(params=STEPS)
def rule(rules: dict[str, Rule], request: pytest.FixtureRequest) -> Rule:
    """Each rule that runs something."""
    return rules[request.param]


def script_of(rule: Rule) -> Path:
    """The rule's script, as a path inside the package."""
    path = (CHECKOUT / "rules" / str(rule.script)).resolve()
    return path.relative_to(PACKAGE)


HANDED_ON = {
    "decide": Path("evidence/claims/evaluate.py"),
    "draw": Path("evidence/figures/draw.py"),
}
"""Functions that take the object `snakemake` itself, and where they are."""


def read_by(script: Path) -> tuple[set[str], set[str]]:
    """What a script reads of the object `snakemake`, and of `snakemake.params`.

    Also what is read by a function that it hands the whole object to.
    """
    whole, params = set(), set()
    for node in ast.walk(ast.parse((PACKAGE / script).read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            further = HANDED_ON.get(node.func.id)
            if further and any(isinstance(a, ast.Name) and a.id == "snakemake" for a in node.args):
                more_whole, more_params = read_by(further)
                whole, params = whole | more_whole, params | more_params
        if isinstance(node, ast.Attribute):
            match node.value:
                case ast.Name(id="snakemake"):
                    whole.add(node.attr)
                case ast.Attribute(value=ast.Name(id="snakemake"), attr="params"):
                    params.add(node.attr)
    return whole, params


def is_builtin(value: Any) -> bool:
    """Whether Snakemake can compare `value` with what it was at the last run."""
    if isinstance(value, dict):
        return all(isinstance(k, str) and is_builtin(v) for k, v in value.items())
    if isinstance(value, list):
        return all(is_builtin(v) for v in value)
    return value is None or type(value) in (str, int, float, bool)


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for each in value:
            yield from strings_in(each)
    if isinstance(value, str):
        yield value


def params_of(rule: Rule) -> dict[str, Any]:
    """The parameters of one of the rule's jobs."""
    return {
        name: value(WILDCARDS) if callable(value) else value for name, value in rule.params.items()
    }


def test_only_targets_run_nothing(rules: dict[str, Rule]) -> None:
    assert sorted(rules) == sorted(NAMES)
    assert {name for name, rule in rules.items() if rule.norun} == TARGETS
    for name in TARGETS:
        assert not rules[name].output


def test_a_rule_runs_a_script(rule: Rule) -> None:
    """A changed shell text or run block is not seen: the trigger `code` is off."""
    assert rule.script
    assert not rule.shellcmd
    assert not rule.is_run
    assert (PACKAGE / script_of(rule)).is_file()


def test_a_rule_has_the_code_key_of_its_own_script(rule: Rule) -> None:
    ((files, key),) = rule.params.code.items()
    script, *texts = files.split(" + ")
    assert script == script_of(rule).as_posix()
    assert key == code_key(script, *texts)


def test_a_rule_logs_each_of_its_jobs(rule: Rule) -> None:
    assert len(rule.log) == 1
    assert rule.log[0].get_wildcard_names() == rule.wildcard_names


def test_parameters_are_what_snakemake_can_compare(rule: Rule) -> None:
    """All have names; functions take wildcards alone; values are builtins."""
    assert len(list(rule.params)) == len(dict(rule.params.items()))
    for value in dict(rule.params.items()).values():
        if callable(value):
            assert list(inspect.signature(value).parameters) == ["wildcards"]
    assert all(map(is_builtin, params_of(rule).values()))


def test_settings_are_one_dict_without_the_seeds(rule: Rule) -> None:
    cfg = params_of(rule).get("cfg", {})
    assert isinstance(cfg, dict)
    if "seeds" in rule.wildcard_names:
        assert not [key for key in cfg if key in STUDIES or key.endswith((".seeds", ".chains"))]


def test_a_script_reads_what_its_rule_says(rule: Rule) -> None:
    """Whatever it reads is a parameter, so a change of it is seen; no other parameter is there."""
    whole, params = read_by(script_of(rule))
    allowed = {"input", "output", "params", "wildcards", "log", "threads", "rule"}
    if rule.name in READS_THE_CONFIGURATION:
        allowed.add("config")
    assert whole <= allowed
    assert params == set(dict(rule.params.items())) - {"code"}


def test_a_job_is_another_where_any_parameter_is(rule: Rule) -> None:
    """Except the folder of the data: what is in it counts."""
    params = params_of(rule)

    def changed(**others: Any) -> str:
        return identity(rule.name, {}, params | others, {})

    assert changed() == identity(rule.name, {}, dict(reversed(params.items())), {})
    for name, value in params.items():
        assert (changed(**{name: [value]}) != changed()) == (name != FOLDER)
    for key, value in params.get("cfg", {}).items():
        assert changed(cfg=params["cfg"] | {key: [value]}) != changed()
    assert identity(f"{rule.name}_other", {}, params, {}) != changed()


def test_no_parameter_names_the_folder_of_this_clone(rule: Rule) -> None:
    """Or the same results would be made again in every other clone."""
    for text in strings_in(params_of(rule)):
        assert str(CHECKOUT) not in text


def test_a_rule_has_an_environment_and_says_what_it_does(rule: Rule) -> None:
    assert rule.conda_env == "../environment.yml"
    assert rule.message


def test_outputs_are_files(rule: Rule) -> None:
    """A folder has no checksum, so it would be made again in every clone."""
    for output in rule.output:
        assert not output.is_directory
        assert Path(output).suffix or Path(output).name.startswith(("train-", "t10k-", "SHA256"))
