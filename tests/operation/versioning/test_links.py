"""Results behind a link are refused with what to do, before anything is versioned."""

from pathlib import Path

import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.run import Run
from workflow_scripts.operation.versioning.snapshot import check_finished


@pytest.mark.parametrize("linked", ["results", "results/smoke"])
def test_results_behind_a_link_have_no_snapshot(tmp_path: Path, linked: str) -> None:
    disk, root = tmp_path / "disk", tmp_path / "repository"
    (disk / "smoke").mkdir(parents=True)
    (root / linked).parent.mkdir(parents=True)
    (root / linked).symlink_to(disk, target_is_directory=True)
    run = Run("smoke", (), root)
    vars(run)["settings"] = Run("smoke").settings
    with pytest.raises(UserError, match=f"{root / linked} is a link, .*clone the repository"):
        check_finished(run)
