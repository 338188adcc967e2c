"""Published data sets are taken as they are found, and nothing retrains because of their origin."""

import shutil
from pathlib import Path

import pytest

from tests.workflow.jobs import REPORT
from tests.workflow.repository_copy import RepositoryCopy

pytestmark = pytest.mark.workflow

FOLDER = "data/fashion-mnist"
MANIFEST = f"{FOLDER}/SHA256SUMS"
NOWHERE = "data={fashion-mnist: {sources: [folder], local_folder: null}}"


def test_files_put_there_by_hand_need_no_source(clone: RepositoryCopy) -> None:
    (clone.root / MANIFEST).unlink()
    names = [f"{FOLDER}/{path.name}" for path in (clone.root / FOLDER).iterdir()]
    before = clone.digests(*names)
    clone.run(MANIFEST, "--config", NOWHERE)
    assert clone.digests(*names) == before


def test_a_fetch_that_fails_leaves_what_is_there(clone: RepositoryCopy) -> None:
    lost, *others = sorted(path.name for path in (clone.root / FOLDER).glob("t*"))
    (clone.root / FOLDER / lost).unlink()
    kept = [f"{FOLDER}/{name}" for name in (*others, "SHA256SUMS")]
    before = clone.digests(*kept)
    status, output = clone.snakemake(MANIFEST, "--force", "--config", NOWHERE)
    assert status != 0
    assert "error: no source provided fashion-mnist" in output
    assert clone.digests(*kept) == before


def test_other_code_or_sources_fetch_nothing(clone: RepositoryCopy) -> None:
    """Also without Snakemake's metadata, and by the records that are compared with today's.

    The record of all settings is written again where code that describes a data set is edited.
    """
    module = "workflow_scripts/learning/data/origins/sources.py"
    for _ in range(2):
        assert clone.plan("--config", NOWHERE).jobs == {}
        with clone.edited(module, edit=lambda text: text.replace("print(", "print('now:', ", 1)):
            assert clone.plan("--config", NOWHERE).jobs == REPORT
        shutil.rmtree(clone.root / ".snakemake", ignore_errors=True)


def test_clones_with_one_data_folder_obtain_the_data_at_once(
    clone: RepositoryCopy, tmp_path: Path
) -> None:
    """Each ends well, with files of the same content, and nothing else is left in the folder."""
    data = tmp_path / "shared data"
    other = clone.clone(tmp_path / "other")
    manifests = [f"{data}/{name}/SHA256SUMS" for name in ("fashion-mnist", "mnist-1d")]
    given = (*manifests, "--config", f"data={{folder: '{data}'}}")
    with clone.running(*given) as one, other.running(*given) as two:
        for status, output in (one.end(), two.end()):
            assert status == 0, output
    names = sorted(path.name for path in (clone.root / FOLDER).iterdir())
    assert sorted(path.name for path in (data / "fashion-mnist").iterdir()) == names
    for name in names:
        assert (data / "fashion-mnist" / name).read_bytes() == (
            (clone.root / FOLDER / name).read_bytes()
        )
    left = {path.name for path in data.iterdir() if not path.name.endswith(".lock")}
    assert left == {"fashion-mnist", "mnist-1d"}


def test_two_clones_with_one_folder_fetch_at_once(clone: RepositoryCopy, tmp_path: Path) -> None:
    other, folder = clone.clone(tmp_path / "other"), tmp_path / "shared"
    asked = (f"{folder}/fashion-mnist/SHA256SUMS", "--config", f"data={{folder: {folder}}}")
    with clone.running("--cores", "1", *asked) as one, other.running("--cores", "1", *asked) as two:
        ends = [one.end(), two.end()]
    assert [status for status, _ in ends] == [0, 0], ends
    assert len([file for file in (folder / "fashion-mnist").iterdir() if file.is_file()]) == 5
