"""A copy of the repository whose profile is edited for the tests' cluster, as a user would."""

from tests.slurm.cluster import edit_profile
from tests.workflow.repository_copy import RepositoryCopy

PROFILE = ("--profile", "profiles/slurm")
FOR_THE_TESTS = {
    "mem_mb": "900 * attempt",
    "runtime": "min(10 * attempt, 60)",
    "slurm-init-seconds-before-status-checks": "1",
}


def on_profile(copy: RepositoryCopy, **lines: str) -> None:
    """Write values into the profile of a copy."""
    edit_profile(copy.root / "profiles/slurm/config.yaml", lines)
