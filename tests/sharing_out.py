"""In which order tests run, and which of them must run in the same process."""

from collections.abc import Sequence

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

LONG = (
    "tests/slurm/test_slurm_faults.py",
    "tests/slurm",
    "tests/workflow/test_closures.py",
    "tests/workflow/test_reruns.py",
    "tests/workflow/test_paper_scale.py",
    "tests/operation/versioning",
    "tests/workflow",
    "tests/studies/test_every",
)
"""Beginnings of names of tests, the longest first; all others are short."""
TOGETHER = ("tests/slurm", "tests/operation/versioning")
"""Folders whose tests run one after the other: there is one cluster, and one history."""
BY_STUDY = {
    "tests/workflow/test_reruns.py": "tests/workflow/test_reruns.py",
    "tests/studies/test_every_claim.py": "tests/studies",
    "tests/studies/test_every_figure.py": "tests/studies",
    "tests/studies/test_every_page.py": "tests/studies",
    "tests/studies/test_every_verdict_again.py": "tests/studies",
}
"""Files whose tests are shared out by the first parameter, the study, and with which others."""


def in_order(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Long tests first, so that no process is left with one of them at the end.

    Tests of a scope stay together, also where one process runs them all.
    """
    first_seen: dict[str, int] = {}

    def place(item: pytest.Item) -> tuple[int, int]:
        rank = next((i for i, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG))
        return rank, first_seen.setdefault(scope_of(item.nodeid), len(first_seen))

    return sorted(items, key=place)


def scope_of(nodeid: str) -> str:
    """What a test shares with those that run in the same process: its file, unless said above."""
    file, _, test = nodeid.partition("::")
    for folder in TOGETHER:
        if file.startswith(f"{folder}/"):
            return folder
    if file in BY_STUDY:
        return f"{BY_STUDY[file]}[{test.partition('[')[2].partition('-')[0].rstrip(']')}]"
    return file


class SharingOut(LoadScopeScheduling):
    """Gives each process the next scope, in the order of the tests."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharingOut:
    """Called by pytest-xdist."""
    return SharingOut(config, log)
