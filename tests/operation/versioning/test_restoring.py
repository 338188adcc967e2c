"""A clone neither recomputes nor lies."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import History
from versioned_copy import (
    CHECKPOINTS,
    IMAGES,
    LEAF,
    NOTHING,
    OVERLAY,
    TABLE,
    TRAINED,
    VersionedCopy,
    error_lines,
)

from tests.studies.lottery.jobs_example import RESNET
from tests.workflow.edits import with_changed_definitions
from tests.workflow.jobs import LEDGER

pytestmark = pytest.mark.workflow

NEEDLE = f"{CHECKPOINTS}/lenet-eighth/seeds-0-1/needle/history.safetensors"


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def damage(path: Path, how: Callable[[bytes], bytes] = flipped) -> None:
    """Change a file so that neither its time nor, if bits are flipped, its size tells."""
    content, times = path.read_bytes(), path.stat()
    path.chmod(0o644)
    path.write_bytes(how(content))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_a_clone_has_everything_and_nothing_to_do(
    history: History, restored: VersionedCopy
) -> None:
    assert restored.big_files() == history.second_files
    assert restored.plan().jobs == {}
    assert "all match dvc.lock" in restored.succeed("check")


def test_a_parameter_reruns_its_stage_and_what_follows(restored: VersionedCopy) -> None:
    with restored.edited(OVERLAY, edit=lambda text: text.replace("late: resnet", "late: lenet")):
        jobs = restored.plan().jobs
    assert jobs == {"lottery_claims": 1, "lottery_figures": 1, **LEDGER}


def test_a_shared_module_reruns_the_stages_that_import_it(restored: VersionedCopy) -> None:
    """Only the chain on MNIST-1D has a residual network."""
    edited = "workflow_scripts/evidence/claims/ledger.py"
    with restored.edited(edited, edit=with_changed_definitions):
        assert restored.plan().jobs == LEDGER
    edited = "workflow_scripts/studies/lottery/instability.py"
    with restored.edited(edited, edit=with_changed_definitions):
        jobs = restored.plan().jobs
    after = {"lottery_dense", "lottery_level", "lottery_branch"}
    assert jobs == {rule: count for rule, count in RESNET.items() if rule not in after}


def test_data_come_with_it(mine: VersionedCopy, history: History) -> None:
    """A job trains again without a download: there is no source of the data in this clone."""
    assert not (mine.root / "raw").exists()
    (mine.root / NEEDLE).unlink()
    mine.run(NEEDLE, forked=True)
    assert mine.big_files()[NEEDLE] == history.second_files[NEEDLE]


def test_damaged_files_are_named_and_put_back(mine: VersionedCopy, history: History) -> None:
    """From the cache, without asking a remote; also where DVC would not notice."""
    damage(mine.root / TRAINED, truncated)
    damage(mine.root / LEAF)
    (mine.root / IMAGES).unlink()
    mine.set_remote({"url": "/nowhere"})
    status, output = mine.make("check")
    assert status == 1
    assert output.splitlines()[:3] == [
        f"{IMAGES}: is missing",
        *sorted([f"{LEAF}: is changed", f"{TRAINED}: is changed"]),
    ]
    output = mine.succeed("restore")
    for path in (TRAINED, LEAF):
        assert f"{path}: differed from dvc.lock; restored" in output.splitlines()
    assert NOTHING in output
    assert mine.big_files() == history.second_files


def test_a_corrupt_cache_object_is_pulled_again(mine: VersionedCopy, history: History) -> None:
    """DVC alone would put it in place and be content."""
    damage(mine.stored(LEAF))
    (mine.root / LEAF).unlink()
    output = mine.succeed("restore")
    assert f"{LEAF}: its copy in the cache was damaged; asking the remote" in output
    assert mine.big_files() == history.second_files
    assert NOTHING in output


def test_what_is_corrupt_everywhere_is_made_again(
    mine: VersionedCopy, history: History, tmp_path: Path
) -> None:
    """Named, removed, never used; a run makes the same bits."""
    remote = tmp_path / "remote"
    shutil.copytree(history.remote, remote)
    mine.set_remote({"url": str(remote)})
    damage(mine.stored(NEEDLE, remote))
    damage(mine.stored(NEEDLE))
    (mine.root / NEEDLE).unlink()
    status, output = mine.make("restore")
    assert status != 0
    (line,) = error_lines(output)
    assert f"neither the cache nor the remote has {NEEDLE} as in dvc.lock: removed" in line
    assert not (mine.root / NEEDLE).exists()
    mine.run(NEEDLE, forked=True)
    assert mine.big_files() == history.second_files
    assert "Pushed to the remote 'store'" in mine.succeed("snapshot")


def test_results_of_no_snapshot_are_kept(mine: VersionedCopy, history: History) -> None:
    """A checkpoint as its job wrote it, with other settings, is no damage."""
    with mine.edited(OVERLAY, edit=lambda text: text.replace("rounds: 1", "rounds: 3")):
        mine.run(NEEDLE, forked=True)
        made = mine.digests(NEEDLE)
        assert made[NEEDLE] != history.second_files[NEEDLE]
        status, output = mine.make("restore")
    assert status != 0
    (line,) = error_lines(output)
    assert line.startswith(f"error: {NEEDLE} is in no snapshot and would be lost: `make snapshot ")
    assert mine.digests(NEEDLE) == made
    assert NOTHING in mine.succeed("restore", "--force")
    assert mine.big_files() == history.second_files


def test_back_in_time_and_forward(mine: VersionedCopy, history: History) -> None:
    """Each commit with its own results and report, without training."""
    second = mine.digests(TABLE, "results/smoke/report.html")
    for commit, files in ((history.first, history.first_files), (history.second, None)):
        mine.git("checkout", "--quiet", commit)
        assert NOTHING in mine.succeed("restore")
        assert mine.big_files() == (files or history.second_files)
        same = mine.digests(*second) == second
        assert same == (commit == history.second)
    assert history.first_files != history.second_files


def test_a_commit_without_a_snapshot_says_so(restored: VersionedCopy) -> None:
    lock = (restored.root / "dvc.lock").read_text()

    with restored.edited("dvc.lock", edit=lambda text: text.replace("reproduce-smoke", "other")):
        status, output = restored.make("restore")
    assert status != 0
    (line,) = error_lines(output)
    assert line.startswith("error: dvc.lock: has no reproduce-smoke: this commit has no snapshot")
    assert (restored.root / "dvc.lock").read_text() == lock
