"""A snapshot takes in finished results only, loses nothing, and leaves Git small."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import History
from versioned_copy import LEAF, OVERLAY, VersionedCopy, error_lines

from tests.workflow.repository_copy import CHECKOUT

pytestmark = pytest.mark.workflow

LOCK, PIPELINE = "dvc.lock", "dvc.yaml"


def tracked_by_git(copy: VersionedCopy) -> dict[str, int]:
    """Every file of the commit, and its size."""
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "--long", "HEAD"],
        cwd=copy.root,
        check=True,
        capture_output=True,
        text=True,
    )
    rows = [line.split(maxsplit=4) for line in listed.stdout.splitlines()]
    return {row[4]: int(row[3]) for row in rows}


def test_git_holds_what_is_small_and_dvc_the_rest(history: History) -> None:
    files = tracked_by_git(history.copy)
    names = {name for name in files if name.startswith("results/smoke/")}
    studys = {
        str(Path(name).relative_to("results/smoke/lottery"))
        for name in names
        if name.startswith("results/smoke/lottery/")
    }
    assert {name for name in names if "lott" not in name} == {
        f"results/smoke/{name}"
        for name in (
            "claims.csv",
            "claims.json",
            "paper.pdf",
            "provenance.json",
            "report.html",
        )
    }
    assert {name.split("/")[0] for name in studys} == {"claims.json", "figures", "tables"}
    claims = {Path(name).stem for name in files if name.startswith("results/smoke/metrics/lottery")}
    assert {"matching-ticket", "late-rewinding"} <= claims
    assert {LOCK, PIPELINE} <= files.keys()
    assert not any(name.startswith(("data/", ".snakemake/")) for name in files)
    assert max(files[name] for name in names) < 1_000_000
    outs = yaml.safe_load((history.copy.root / LOCK).read_text())["stages"]
    assert {out["path"] for stage in outs.values() for out in stage["outs"]} == {
        "results/smoke/logs",
        "results/smoke/benchmarks",
        "results/smoke/lottery/checkpoints",
        "results/smoke/lottery/logs",
        "results/smoke/lottery/benchmarks",
        ".snakemake/metadata",
        "results/data",
        "data/fashion-mnist",
        "data/mnist-1d",
    }


def test_it_refuses_while_there_is_something_to_do(restored: VersionedCopy) -> None:
    before = restored.digests(LOCK, PIPELINE)
    with restored.edited(OVERLAY, edit=lambda text: text.replace("line: 5", "line: 7")):
        status, output = restored.make("snapshot")
    assert status != 0
    (line,) = error_lines(output)
    assert line.startswith("error: Snakemake still has jobs to run (")
    assert "lottery_instability 1" in line
    assert line.endswith("`make reproduce SCALE=smoke` first")
    assert restored.digests(LOCK, PIPELINE) == before


def test_it_refuses_a_result_that_is_not_as_its_job_wrote_it(restored: VersionedCopy) -> None:
    """Snakemake sees nothing: no job reads this file after it was made."""
    path = restored.root / LEAF
    content, times = path.read_bytes(), path.stat()
    before = restored.digests(LOCK, PIPELINE)
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    try:
        status, output = restored.make("snapshot")
    finally:
        path.write_bytes(content)
    assert status != 0
    (line,) = error_lines(output)
    assert line.startswith(f"error: {LEAF}: is not the file that lottery_level wrote: delete it")
    assert restored.digests(LOCK, PIPELINE) == before


def test_a_failed_push_loses_nothing(mine: VersionedCopy, tmp_path: Path) -> None:
    """The snapshot is made, what failed is named, and the second try sends all of it."""
    (tmp_path / "disk").write_text("a file where the folder of the remote would be")
    mine.set_remote({"url": str(tmp_path / "disk" / "remote")})
    status, output = mine.make("snapshot")
    assert status != 0
    (line,) = error_lines(output)
    assert "the snapshot is complete in the cache of this machine; only the push to" in line
    assert "'store' failed (dvc push: " in line
    assert "all match dvc.lock" in mine.succeed("check")
    (tmp_path / "disk").unlink()
    assert "Pushed to the remote 'store'" in mine.succeed("snapshot")
    assert mine.stored(LEAF, tmp_path / "disk" / "remote").is_file()


def test_no_job_calls_dvc() -> None:
    """Neither a rule nor any module that a rule's script could import."""
    ours = CHECKOUT / "workflow_scripts"
    own = ours / "operation" / "versioning"
    code = [CHECKOUT / "Snakefile", *(CHECKOUT / "rules").glob("*.smk")]
    code += [path for path in ours.rglob("*.py") if own not in path.parents]
    assert len(code) > 50
    for path in code:
        text = re.sub(r"`dvc [a-z ]+`", "", path.read_text())  # words about it
        found = re.search(r"import dvc|from dvc|[\"']dvc[\"']|versioning|dvc\.", text)
        assert found is None, f"{path}: {found}"
