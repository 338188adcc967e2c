"""What DVC is told follows from the configuration."""

import base64
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.workflow.repository_copy import CHECKOUT
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.kinds import kinds_of
from workflow_scripts.learning.data.formats.kinds import FormatKind
from workflow_scripts.learning.data.origins.cifar10 import CIFAR10_URL
from workflow_scripts.learning.data.origins.fashion_mnist import FASHION_MNIST, FASHION_MNIST_URL
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.configuration.run import Run
from workflow_scripts.operation.versioning.dvc import DvcError, dvc, explain
from workflow_scripts.operation.versioning.pipeline import SOURCES, pipeline, write_pipeline
from workflow_scripts.operation.versioning.restore import mend
from workflow_scripts.operation.versioning.tracked import (
    Tracked,
    differences,
    ignored_names,
    is_ignored,
    listing,
    locked,
    md5,
    stored,
)


def settings(scale):
    return load_configuration(CHECKOUT / "config", {"scale": scale})


def run_of(settings, root):
    """A run with these settings in the repository at `root`, which has no configuration."""
    run = Run(settings.scale, (), root)
    vars(run)["settings"] = settings
    return run


def outs(content, stage):
    return [next(iter(out)) for out in content["stages"][stage]["outs"]]


def test_every_study_and_scale_is_versioned_without_being_named(tmp_path):
    """A study of another name, at another scale, beside what was there."""
    (tmp_path / "data/digits").mkdir(parents=True)
    write_pipeline(run_of(settings("laptop"), tmp_path))
    more = settings("paper").model_copy(update={"studies": ("lottery", "hopfield")})
    content = write_pipeline(run_of(more, tmp_path))
    assert content == yaml.safe_load((tmp_path / "dvc.yaml").read_text())
    assert list(content["stages"]) == ["reproduce-laptop", "shared", "reproduce-paper"]
    kinds = ("checkpoints", "logs", "benchmarks")
    expected = ["logs", "benchmarks", *(f"{s}/{k}" for s in more.studies for k in kinds)]
    assert outs(content, "reproduce-paper") == [f"results/paper/{name}" for name in expected]
    assert "results/laptop/lottery/checkpoints" in outs(content, "reproduce-laptop")
    assert outs(content, "shared") == [".snakemake/metadata", "results/data", "data/digits"]
    assert {path.split("/")[1] for path in content["metrics"]} == {"laptop", "paper"}
    assert "results/laptop/metrics/lottery/matching-ticket.json" in content["metrics"]
    shown = [next(iter(plot)) for plot in content["plots"]]
    assert shown[0] == "results/laptop/claims.csv"
    assert "results/paper/lottery/figures/accuracy.svg" in shown
    for listed in (content["metrics"], shown):
        assert len(set(listed)) == len(listed)
        assert not any("results/paper/grokking" in path for path in listed)
    assert all((tmp_path / folder).is_dir() for folder in outs(content, "reproduce-paper"))
    assert pipeline(run_of(more, tmp_path)) == content


def test_a_named_run_is_versioned_beside_the_scales_with_its_configuration_and_data(tmp_path):
    shutil.copytree(CHECKOUT / "config", tmp_path / "config")
    for name in ("train-inputs", "train-labels", "test-inputs", "test-labels"):
        shape = (20, 8, 8) if "inputs" in name else 20
        np.save(tmp_path / f"{name}.npy", np.arange(np.prod(shape), dtype=np.uint8).reshape(shape))
    files = {
        split: {part: str(tmp_path / f"{split}-{part}.npy") for part in ("inputs", "labels")}
        for split in ("train", "test")
    }
    data = {"mine": {"kind": "arrays", **files}}
    mine = {"name": "mine", "scale": "smoke", "studies": ["grokking"], "data": data}
    (tmp_path / "mine.yaml").write_text(json.dumps(mine))
    (tmp_path / "data/arrays/mine").mkdir(parents=True)
    write_pipeline(run_of(settings("laptop"), tmp_path))
    run = Run(None, (tmp_path / "mine.yaml",), tmp_path)
    content = write_pipeline(run)
    assert list(content["stages"]) == ["reproduce-laptop", "shared", "reproduce-mine"]
    stage = content["stages"]["reproduce-mine"]
    assert stage["cmd"] == f"snakemake --configfile {tmp_path}/mine.yaml"
    assert {"mine.yaml": None} in stage["params"]
    assert "results/mine/grokking/checkpoints" in outs(content, "reproduce-mine")
    assert "data/arrays/mine" in outs(content, "shared")
    # A snapshot of another run keeps the data of this one.
    again = write_pipeline(run_of(settings("laptop"), tmp_path))
    assert "data/arrays/mine" in outs(again, "shared")
    assert str(run) == f"CONFIGFILE={tmp_path}/mine.yaml"


def test_a_configuration_outside_the_repository_is_not_versioned(tmp_path):
    (tmp_path / "mine.yaml").touch()
    with pytest.raises(UserError, match=r"mine\.yaml lies outside the repository: put it there"):
        Run(None, (tmp_path / "mine.yaml",), tmp_path / "repository").own_files()


def test_data_that_lie_outside_the_repository_stay_there(tmp_path):
    data = settings("laptop").data.model_copy(update={"folder": str(tmp_path / "elsewhere")})
    (tmp_path / "elsewhere/digits").mkdir(parents=True)
    elsewhere = settings("laptop").model_copy(update={"data": data})
    content = pipeline(run_of(elsewhere, tmp_path))
    assert outs(content, "shared") == [".snakemake/metadata", "results/data"]


def test_every_data_set_has_its_official_source():
    published = {name for name, kind in kinds_of(FormatKind).items() if not kind.several}
    assert SOURCES.keys() == published
    fashion = SOURCES["fashion-mnist"]
    assert all(url.startswith(FASHION_MNIST_URL) for url in fashion["source"])
    assert fashion["sha256"] == {name: each.sha256 for name, each in FASHION_MNIST.items()}
    assert SOURCES["cifar-10"]["source"] == CIFAR10_URL


@pytest.mark.parametrize(
    ("printed", "said", "remedy"),
    [
        (
            "ERROR: failed to transfer 'f4' - [Errno 28] No space left on device: 'a' -> 'b'\n",
            "[Errno 28] No space left on device: 'a' -> 'b'",
            "the disk is full",
        ),
        (
            "ERROR: Unable to acquire lock. Most likely another DVC process is running\n",
            "Unable to acquire lock. Most likely another DVC process is running",
            "another DVC command is running here",
        ),
        (
            "ERROR: unexpected error - Permission denied for user me on host h\n",
            "Permission denied for user me on host h",
            "access is refused",
        ),
        ("something\nelse\n", "else", ""),
    ],
)
def test_what_dvc_prints_becomes_one_line_with_a_remedy(printed, said, remedy):
    line = explain(printed)
    assert line.startswith(said)
    assert remedy in line
    assert "\n" not in line


def test_a_dvc_command_that_fails_is_named(tmp_path):
    with pytest.raises(DvcError, match="dvc status: you are not inside of a DVC repository"):
        dvc("status", root=tmp_path)


def test_differences_are_by_content_and_leave_out_what_dvc_ignores(tmp_path):
    (tmp_path / ".dvcignore").write_text((CHECKOUT / ".dvcignore").read_text())
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    names = ("same", "changed", "extra", "a.corrupt", ".a.1.part", ".resume-a.safetensors")
    for name in names:
        (folder / name).write_text(name)
    files = {f"checkpoints/{name}": md5(folder / "same") for name in ("same", "changed", "missing")}
    found = differences(files, [Tracked("checkpoints", "0.dir")], tmp_path)
    assert found.lines() == [
        "checkpoints/missing: is missing",
        "checkpoints/changed: is changed",
        "checkpoints/extra: is new",
    ]


def test_a_listing_that_points_outside_is_refused(tmp_path):
    """The content of a remote is somebody else's."""
    entries = json.dumps([{"md5": "0" * 32, "relpath": "../../outside"}])
    (tmp_path / "listing").write_text(entries)
    digest = md5(tmp_path / "listing")
    path = stored(tmp_path, f"{digest}.dir")
    path.parent.mkdir(parents=True)
    path.write_text(entries)
    with pytest.raises(UserError, match=r"checkpoints/\.\./\.\./outside is outside the repository"):
        listing(tmp_path, Tracked("checkpoints", f"{digest}.dir"))


def test_a_result_without_its_record_goes_with_it(tmp_path):
    """What it was made of could not be told any more. A record of what lies outside is left."""
    result = tmp_path / "results/smoke/claims.csv"
    result.parent.mkdir(parents=True)
    result.write_text("claims")
    outside = tmp_path / "outside"
    outside.write_text("not ours")
    names = ["results/smoke/claims.csv", str(outside), "../outside"]
    encoded = [base64.urlsafe_b64encode(name.encode()).decode() for name in names]
    records = [f".snakemake/metadata/{name}" for name in encoded]
    removed = mend(records, dict.fromkeys(records, "0" * 32), tmp_path / "cache", tmp_path)
    assert removed == [records[0], names[0], *records[1:]]
    assert not result.exists()
    assert outside.exists()


def test_what_jobs_leave_unfinished_is_not_taken_in():
    patterns = ignored_names(CHECKOUT)
    for name in (".x.safetensors.12.part", "x.safetensors.corrupt", ".resume-dense.safetensors"):
        assert is_ignored(name, patterns)
    assert not is_ignored("trained.safetensors", patterns)


def test_a_commit_without_a_snapshot_is_said_to_be_one(tmp_path: Path):
    with pytest.raises(UserError, match=r"dvc\.lock: has no reproduce-laptop: this commit"):
        locked(run_of(settings("laptop"), tmp_path))
