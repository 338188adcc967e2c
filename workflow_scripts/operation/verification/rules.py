"""The parameters that the rules would give to the recorded jobs today."""

from collections.abc import Mapping, Sequence
from contextlib import chdir
from pathlib import Path
from typing import Any

from snakemake.iocontainers import Wildcards

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.settings import Settings
from workflow_scripts.operation.snakemake_api import reading
from workflow_scripts.operation.verification.today import Stage, Today, from_settings


def from_rules(
    root: Path, scale: str, settings: Settings, configfiles: Sequence[Path] = ()
) -> Today:
    """As `from_settings`, with all other parameters as the rules in `root` give them.

    `settings` are those of `scale` and of the user's own `configfiles`.
    """
    alone = from_settings(settings)
    with chdir(root), reading({"scale": scale}, configfiles) as workflow:
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
