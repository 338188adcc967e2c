"""What every rule must have, or its results go stale unseen (or are made again for nothing)."""

import ast
import inspect
import re
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from snakemake.iocontainers import Wildcards

from tests.workflow.repository_copy import CHECKOUT, TARGETS
from workflow_scripts.core.code_key import PACKAGE, recomputed
from workflow_scripts.core.identity import FOLDER, identity
from workflow_scripts.operation.configuration.settings import STUDIES
from workflow_scripts.operation.snakemake_api import Rule, jobs_of, planning, reading

pytestmark = pytest.mark.workflow

# Compares the records of all stages with the whole configuration; it decides nothing by it.
READS_THE_CONFIGURATION = {"provenance"}
# What published files contain does not depend on how they were fetched: Snakemake does not compare
# parameters that are computed from the outputs.
UNTRACKED = {"data_fashion_mnist", "data_cifar_10"}

FILES = [CHECKOUT / "Snakefile", *sorted((CHECKOUT / "rules").glob("*.smk"))]
NAMED = [name for file in FILES for name in re.findall(r"(?m)^rule (\w+):", file.read_text())]
COMMON = [f"{study}{part}" for study in STUDIES for part in ("", "_tables", "_claims", "_figures")]
"""The rules that rules/studies.smk defines for each study."""
NAMES = [*NAMED, *COMMON]
STEPS = [name for name in NAMES if name not in TARGETS]


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    """The rules as Snakemake has them after reading the Snakefile."""
    with chdir(CHECKOUT), reading({"scale": "smoke"}) as workflow:
        return {rule.name: rule for rule in workflow.rules}


NOT_SMOKE = {"nas_part": {"part": "0"}}
"""Wildcards of a job of each rule that the smoke run has no job of: its table is committed."""


@pytest.fixture(scope="module")
def wildcards() -> dict[str, Any]:
    """The wildcards of one job of each rule: of the smoke run of everything, if it has one."""
    others = {rule: Wildcards(fromdict=values) for rule, values in NOT_SMOKE.items()}
    with chdir(CHECKOUT), planning(["--config", "scale=smoke", "--forceall"]) as workflow:
        return others | {job.rule.name: job.wildcards for job in jobs_of(workflow)}


@pytest.fixture(params=STEPS)
def rule(rules: dict[str, Rule], request: pytest.FixtureRequest) -> Rule:
    """Each rule that runs something."""
    return rules[request.param]


@pytest.fixture
def params(rule: Rule, wildcards: dict[str, Any]) -> dict[str, Any]:
    """The parameters of one of the rule's jobs."""
    return params_of(rule, wildcards)


def takes(function: Any) -> set[str]:
    """The parameters of a function, without those that have a default."""
    given = inspect.signature(function).parameters.values()
    return {each.name for each in given if each.default is inspect.Parameter.empty}


def params_of(rule: Rule, wildcards: dict[str, Any]) -> dict[str, Any]:
    """The parameters of one of a rule's jobs, by the wildcards of one job of each rule."""
    if rule.wildcard_names:
        assert rule.name in wildcards, "the smoke run has no job of this rule"
    one = wildcards.get(rule.name, {})
    with_output = rule.name in UNTRACKED
    return {
        name: (value(one, output=()) if with_output else value(one)) if callable(value) else value
        for name, value in rule.params.items()
    }


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


def test_a_rule_has_the_code_key_of_its_own_script(rule: Rule, params: dict[str, Any]) -> None:
    """For the kinds that the settings of the same job name, as a record of it can be checked."""
    (files,) = params["code"]
    script = files.split(" + ")[0].removesuffix(" with docstrings")
    assert script == script_of(rule).as_posix()
    assert recomputed(params["code"], params.get("cfg", {})) == params["code"]


def test_the_docstrings_of_claims_are_results(rule: Rule, params: dict[str, Any]) -> None:
    (files,) = params["code"]
    assert files.endswith(" with docstrings") == rule.name.endswith("_claims")


def test_a_rule_logs_each_of_its_jobs(rule: Rule) -> None:
    """And measures it: the record of a job is read with the benchmark of the same name."""
    assert len(rule.log) == 1
    assert rule.log[0].get_wildcard_names() == rule.wildcard_names
    if rule.output:
        expected = str(rule.log[0]).replace("/logs/", "/benchmarks/").replace(".log", ".jsonl")
        assert str(rule.benchmark) == expected


def test_parameters_are_what_snakemake_can_compare(rule: Rule, params: dict[str, Any]) -> None:
    """All have names; functions take wildcards alone; values are builtins."""
    assert len(list(rule.params)) == len(dict(rule.params.items()))
    for value in dict(rule.params.items()).values():
        if callable(value):
            assert ("output" in inspect.signature(value).parameters) == (rule.name in UNTRACKED)
            assert takes(value) <= {"wildcards", "output"}
    assert all(map(is_builtin, params.values()))


def test_settings_are_one_dict_without_the_seeds(rule: Rule, params: dict[str, Any]) -> None:
    cfg = params.get("cfg", {})
    assert isinstance(cfg, dict)
    if "seeds" in rule.wildcard_names:
        assert not [key for key in cfg if key in STUDIES or key.endswith((".seeds", ".chains"))]


def test_a_script_reads_what_its_rule_says(rule: Rule, params: dict[str, Any]) -> None:
    """Whatever it reads is a parameter, so a change of it is seen; no other parameter is there."""
    whole, read = read_by(script_of(rule))
    allowed = {"input", "output", "params", "wildcards", "log", "threads", "rule"}
    if rule.name in READS_THE_CONFIGURATION:
        allowed.add("config")
    assert whole <= allowed
    assert read == set(params) - {"code"}


def test_a_job_is_another_where_any_parameter_is(rule: Rule, params: dict[str, Any]) -> None:
    """Except the folder of the data: what is in it counts."""

    def changed(**others: Any) -> str:
        return identity(rule.name, {}, params | others, {})

    assert changed() == identity(rule.name, {}, dict(reversed(params.items())), {})
    for name, value in params.items():
        assert (changed(**{name: [value]}) != changed()) == (name != FOLDER)
    for key, value in params.get("cfg", {}).items():
        assert changed(cfg=params["cfg"] | {key: [value]}) != changed()
    assert identity(f"{rule.name}_other", {}, params, {}) != changed()


def test_no_parameter_names_the_folder_of_this_clone(params: dict[str, Any]) -> None:
    """Or the same results would be made again in every other clone."""
    for text in strings_in(params):
        assert str(CHECKOUT) not in text


def test_wildcards_are_constrained_where_they_are_written(rule: Rule) -> None:
    """A global constraint is that of whoever is included last, for all."""
    assert not [file for file in FILES if "wildcard_constraints" in file.read_text()]
    for output in rule.output:
        for name in output.get_wildcard_names():
            assert f"{{{name}," in str(output)


def test_a_rule_has_an_environment_and_says_what_it_does(rule: Rule) -> None:
    assert rule.conda_env == "../environment.yml"
    assert rule.message


def test_outputs_are_files(rule: Rule) -> None:
    """A folder has no checksum, so it would be made again in every clone."""
    for output in rule.output:
        assert not output.is_directory
        assert Path(output).suffix or Path(output).name.startswith(("train-", "t10k-", "SHA256"))
