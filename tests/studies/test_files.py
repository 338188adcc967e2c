"""The files of every study: each once, in its own folder, and more seeds are more of them."""

import pytest
import yaml

from tests.workflow.jobs import example_of
from tests.workflow.repository_copy import CHECKOUT
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.configuration.settings import STUDIES


def left_behind(study: str, config: str = "") -> list[str]:
    """What a run at the smoke scale leaves behind, with other settings on its command line."""
    key, _, value = config.partition("=")
    more = {key: yaml.safe_load(value)} if key else {}
    settings = load_configuration(CHECKOUT / "config", {"scale": "smoke", **more})
    return example_of(study).files(settings, "results").checkpoints()


@pytest.mark.parametrize("study", STUDIES)
def test_a_run_leaves_its_files_behind_each_once(study: str) -> None:
    files = left_behind(study)
    assert files
    assert len(set(files)) == len(files)
    assert all(path.startswith(f"results/{study}/checkpoints/") for path in files)


@pytest.mark.parametrize("study", STUDIES)
def test_more_seeds_are_more_files_and_no_file_of_the_old_ones_changes(study: str) -> None:
    more = example_of(study).more_seeds
    old, new = set(left_behind(study)), set(left_behind(study, more.config))
    assert old < new
    assert all(any(f"seeds-{batch}" in path for batch in more.batches) for path in new - old)
