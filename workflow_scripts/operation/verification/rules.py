"""The parameters that the rules would give to the recorded jobs today."""

from collections.abc import Mapping
from contextlib import chdir
from typing import Any

from snakemake.iocontainers import Wildcards

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.run import Run
from workflow_scripts.operation.snakemake_api import reading
from workflow_scripts.operation.verification.today import Stage, Today, from_settings


def from_rules(run: Run) -> Today:
    """As `from_settings`, with all other parameters as the rules give them in this run."""
    alone = from_settings(run.settings)
    config = {"scale": run.scale} if run.scale else {}
    with chdir(run.root), reading(config, run.files) as workflow:
        rules = {rule.name: rule for rule in workflow.rules}

    def today(stage: Stage) -> dict[str, Any]:
        params = alone(stage)
        rule = rules.get(stage["rule"])
        for name, value in rule.params.items() if rule else ():
            if name not in params:
                params |= _computed(name, value, stage["wildcards"])
        return params

    return today


def _computed(name: str, value: Any, wildcards: Mapping[str, str]) -> dict[str, Any]:
    """One parameter of a job, or none if its wildcards are others now or refer to nothing."""
    try:
        return {name: value(Wildcards(fromdict=dict(wildcards))) if callable(value) else value}
    except (AttributeError, LookupError, UserError, ValueError):
        return {}
