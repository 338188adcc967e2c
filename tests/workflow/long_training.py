"""A training of one small network that is long enough to be disturbed in its middle."""

import re
from collections.abc import Callable

from safetensors import safe_open

from tests.workflow.repository_copy import RepositoryCopy

DENSE = "results/smoke/lottery/checkpoints/lenet-eighth/seeds-0-1/dense"
OUTPUTS = [f"{DENSE}/{name}.safetensors" for name in ("start", "trained", "history")]
STATE = f"{DENSE}/.resume-start.safetensors"
LOG = "results/smoke/lottery/logs/dense/lenet-eighth.seeds-0-1.log"
LONG = "long.yaml"
MIDDLE = 110
OFTEN = {"NICE_TO_KNOW_SAVE_SECONDS": "0"}
"""Variables by which every step is saved."""


def lengthen(copy: RepositoryCopy, steps: int) -> RepositoryCopy:
    """Settings by which the training takes so many steps."""
    chain = (
        f"{{training: {{steps: {steps}}}, snapshots: [0, 100], "
        "evaluation: {early_step: 50, every: 20}}"
    )
    (copy.root / LONG).write_text(f"lottery: {{chains: {{lenet-eighth: {chain}}}}}\n")
    return copy


def undisturbed_digests(copy: RepositoryCopy, steps: int) -> dict[str, str]:
    """What the training ends with here when nothing disturbs it."""
    lengthen(copy, steps)
    copy.run(OUTPUTS[0], configfiles=(LONG,), forked=True)
    assert not copy.files(".resume-*")
    return copy.digests(*OUTPUTS)


def in_the_middle(
    copy: RepositoryCopy, state: str = STATE, middle: int = MIDDLE
) -> Callable[[], bool]:
    """Whether the state that is saved by now is of the step `middle` or a later one.

    By default snapshots and measurements are in it.
    """
    saved = copy.root / state

    def is_in_its_middle() -> bool:
        if not saved.exists():
            return False
        with safe_open(saved, framework="numpy") as opened:
            return opened.get_tensor("step") >= middle

    return is_in_its_middle


def assert_resumed(copy: RepositoryCopy) -> None:
    """The last run of the training went on from its middle."""
    resumed = re.search(r"resuming at step (\d+)", (copy.root / LOG).read_text())
    assert resumed is not None
    assert int(resumed[1]) >= MIDDLE
