"""Every step that may use a GPU computes on a device that is not the processor, all of it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.other_device.emulated import COUNTS
from tests.workflow.repository_copy import Made, RepositoryCopy
from workflow_scripts.core.record import read_record
from workflow_scripts.operation.plan.jobs import DEVICE

pytestmark = pytest.mark.workflow


def record_of(root: Path, job: Made) -> dict[str, Any]:
    """The record of a job that has run."""
    return read_record(root / job.log)


@pytest.fixture(scope="module")
def computing(everything: RepositoryCopy) -> list[Made]:
    """The longest job of every rule that reads on which device it computes."""
    longest: dict[str, tuple[float, Made]] = {}
    for job in everything.made():
        record = record_of(everything.root, job)
        taken = float(record["work_seconds"])
        reads = DEVICE in record["params"].get("cfg", {})
        if reads and taken > longest.get(job.rule, (-1.0, job))[0]:
            longest[job.rule] = taken, job
    return [job for _, job in longest.values()]


@pytest.fixture(scope="module")
def elsewhere(
    everything: RepositoryCopy, computing: list[Made], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RepositoryCopy, Path, str]]:
    """A copy in which these jobs ran again on the other device; their counts; what was printed."""
    root, counts = (tmp_path_factory.mktemp("other") / name for name in ("repository", "counts"))
    counts.mkdir()
    copy = everything.clone(root)
    lost = copy.lose(computing)
    _, printed = copy.snakemake(
        *lost,
        "--keep-going",
        "--rerun-triggers=mtime",
        forked=True,
        PYTHONPATH=str(root / "tests/workflow/other_device"),
        **{COUNTS: str(counts)},
    )
    yield copy, counts, printed
    shutil.rmtree(root)


def test_every_step_ends_with_the_bits_of_the_processor(
    everything: RepositoryCopy,
    elsewhere: tuple[RepositoryCopy, Path, str],
    computing: list[Made],
) -> None:
    copy, _, printed = elsewhere
    assert len(computing) > 30
    failed = {
        job.rule: (copy.root / job.log).read_text()[-2000:]
        for job in computing
        if not all((copy.root / path).exists() for path in job.outputs)
    }
    assert failed == {}, printed
    outputs = [path for job in computing for path in job.outputs]
    assert copy.digests(*outputs) == everything.digests(*outputs)


def test_every_step_computes_there(
    elsewhere: tuple[RepositoryCopy, Path, str], computing: list[Made]
) -> None:
    _, counts, _ = elsewhere
    found = {job.rule: json.loads((counts / f"{job.rule}.json").read_text()) for job in computing}
    assert [rule for rule, each in found.items() if each["operations"] < 100] == []
