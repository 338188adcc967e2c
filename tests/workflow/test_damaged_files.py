"""Damaged checkpoints and data, folders that cannot be written: one clear line, then recovery."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.workflow.repository_copy import RepositoryCopy

pytestmark = pytest.mark.workflow

CHECKPOINTS = "results/smoke/lottery/checkpoints"
TRAINED, OTHER_TRAINED = (
    f"{CHECKPOINTS}/{chain}/seeds-0-1/dense/trained.safetensors"
    for chain in ("lenet-eighth", "lenet-quarter")
)
NEEDLE, OTHER_NEEDLE = (
    f"{CHECKPOINTS}/{chain}/seeds-0-1/needle/history.safetensors"
    for chain in ("lenet-eighth", "lenet-quarter")
)
IMAGES = "data/fashion-mnist/train-images-idx3-ubyte"
MANIFEST = "data/fashion-mnist/SHA256SUMS"


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    """One bit in the last tensor."""
    return content[:-1] + bytes([content[-1] ^ 1])


def damage(path: Path, how: Callable[[bytes], bytes]) -> None:
    """Replace a file, which other copies may share, by a damaged one."""
    content = how(path.read_bytes())
    path.unlink()
    path.write_bytes(content)


def errors(output: str) -> set[str]:
    """The lines by which jobs said what is wrong."""
    return {line for line in output.splitlines() if line.startswith("error: ")}


def test_damaged_checkpoints(clone: RepositoryCopy, undamaged: dict[str, str]) -> None:
    """The jobs that read them say so and set them aside; the next run makes them afresh."""
    needles = [NEEDLE, OTHER_NEEDLE]
    damage(clone.root / TRAINED, truncated)
    damage(clone.root / OTHER_TRAINED, flipped)
    status, output = clone.snakemake(*needles)
    assert status != 0
    assert "Traceback" not in output
    remedy = "run the same command again to create it anew"
    for trained, reason in (
        (TRAINED, "is truncated or not a checkpoint"),
        (OTHER_TRAINED, "is changed since it was written"),
    ):
        (line,) = [each for each in errors(output) if trained in each]
        assert line.startswith(f"error: {trained} {reason}")
        assert line.endswith(remedy)
        assert (clone.root / f"{trained}.corrupt").exists()
    for needle in needles:
        assert not (clone.root / needle).exists()
    clone.run(*needles, forked=True)
    assert clone.digests(*undamaged) == undamaged
    assert clone.plan().jobs == {}


def test_a_corrupt_data_file(clone: RepositoryCopy, undamaged: dict[str, str]) -> None:
    """No job trains on it; the line says what to do, and doing it makes all as it was."""
    damage(clone.root / IMAGES, flipped)
    (clone.root / TRAINED).unlink()
    status, output = clone.snakemake(TRAINED)
    assert status != 0
    assert "Traceback" not in output
    assert errors(output) == {
        f"error: {IMAGES} has changed since it was made: delete {MANIFEST}, "
        f"run `snakemake {MANIFEST}`, then the same command again"
    }
    assert not (clone.root / TRAINED).exists()
    (clone.root / MANIFEST).unlink()
    clone.run(MANIFEST, forked=True)
    clone.run(TRAINED, forked=True)
    assert clone.digests(*undamaged) == undamaged
    assert clone.plan().jobs == {}


def test_a_read_only_results_folder(
    clone: RepositoryCopy, unprivileged: tuple[str, ...], undamaged: dict[str, str]
) -> None:
    """Refused before anything runs."""
    (clone.root / NEEDLE).unlink()
    before = clone.files("*")
    with read_only(clone.root / "results/smoke"):
        status, output = clone.snakemake(NEEDLE, before=unprivileged)
    assert status != 0
    assert "Traceback" not in output
    message = f"error: {clone.root}/results/smoke cannot be written: make it writable and run again"
    assert message in output.splitlines()
    assert clone.files("*") == before


def test_a_read_only_folder_in_the_middle(
    clone: RepositoryCopy, unprivileged: tuple[str, ...], undamaged: dict[str, str]
) -> None:
    """It is named too, before anything runs."""
    batch = (clone.root / NEEDLE).parent.parent
    shutil.rmtree(batch / "needle")
    before = clone.files("*.safetensors*")
    with read_only(batch):
        status, output = clone.snakemake(NEEDLE, before=unprivileged)
    assert status != 0
    assert "Traceback" not in output
    message = f"error: {batch} cannot be written: make it writable and run again"
    assert message in output.splitlines()
    assert clone.files("*.safetensors*") == before
    clone.run(NEEDLE, forked=True)
    assert clone.digests(*undamaged) == undamaged


@pytest.fixture(scope="module")
def undamaged(finished: RepositoryCopy) -> dict[str, str]:
    """What was there before, and must be there again."""
    return finished.digests(TRAINED, OTHER_TRAINED, NEEDLE, OTHER_NEEDLE)


@pytest.fixture
def unprivileged(tmp_path: Path) -> tuple[str, ...]:
    """What to put before a command so that permissions hold for it, also if we are root."""
    if os.geteuid() != 0:
        return ()
    # Root without these two capabilities is refused like anybody else, but can still read all.
    command = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if shutil.which("setpriv") is None:
        pytest.skip("we are root, and there is no setpriv by which to be less")
    with read_only(tmp_path):
        tried = subprocess.run([*command, "touch", tmp_path / "file"], capture_output=True)
    if tried.returncode == 0 or (tmp_path / "file").exists():
        pytest.skip("we are root, and permissions hold for nobody here")
    return command


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Take everybody's permission to write into `folder`, and give it back."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    folder.chmod(mode & ~0o222)
    try:
        yield
    finally:
        folder.chmod(mode)
