"""Plans of the paper scale, for which half a minute of networks is built to be counted."""

from pathlib import Path

from tests.workflow.repository_copy import CHECKOUT
from workflow_scripts.operation.plan.kept import PATH


def share_counts(root: Path) -> None:
    """What plans in a copy count is kept with the checkout, and what was counted there is known.

    It is kept under a digest of the code that counts.
    """
    here, shared = (root / PATH).parent, (CHECKOUT / PATH).parent
    if not here.exists():
        shared.mkdir(parents=True, exist_ok=True)
        here.parent.mkdir(exist_ok=True)
        here.symlink_to(shared, target_is_directory=True)
