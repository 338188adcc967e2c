"""More seeds are more files of a study, and no file of the old ones changes."""

from typing import Any

import pytest
import yaml

from tests.workflow.jobs import example_of
from tests.workflow.repository_copy import CHECKOUT
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.registry import REGISTERED


def measured(study: str, more: dict[str, Any]) -> set[str]:
    """What a study's tables are gathered from, and what a run leaves behind."""
    settings = load_configuration(CHECKOUT / "config", {"scale": "smoke", **more})
    files = REGISTERED[study].files_in(settings.by_study(), "results", "data")
    parts = files.gathered().values()
    listed = [path for paths in parts for path in ([paths] if isinstance(paths, str) else paths)]
    return {*listed, *files.checkpoints()}


@pytest.mark.parametrize("study", REGISTERED)
def test_more_seeds_are_more_files(study: str) -> None:
    more = example_of(study).more_seeds
    key, _, value = more.config.partition("=")
    old, new = measured(study, {}), measured(study, {key: yaml.safe_load(value)})
    assert old < new
    assert all(any(f"seeds-{batch}" in path for batch in more.batches) for path in new - old)
