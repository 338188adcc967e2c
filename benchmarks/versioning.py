"""Snapshot and restore compared with `cp -r` and plain `dvc add` / `dvc pull`.

    python -m benchmarks.versioning [--files 500] [--megabytes 500] [--rounds 3] [--csv FILE]

All move the same files, of random bytes, between folders of one disk. Rounds alternate between
them, so that other load on the machine slows all. Seconds are medians over rounds; CPU seconds
include child processes. The Snakemake dry run with which a snapshot begins and a restore ends is
excluded, because its time depends on the number of jobs.
"""

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.operation.configuration.run import Run
from workflow_scripts.operation.versioning.dvc import dvc
from workflow_scripts.operation.versioning.restore import restore
from workflow_scripts.operation.versioning.snapshot import commit, push

ROOT = Path(__file__).resolve().parents[1]
SCALE = "laptop"
NEEDED = ["Snakefile", "rules", "workflow_scripts", "profiles", "config", ".dvc/config"]
NEEDED += [".dvc/.gitignore", ".dvcignore", ".gitignore"]
WHO = ["-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org"]


def git(root: Path, *arguments: str) -> None:
    """Run git in `root`."""
    subprocess.run(["git", *WHO, *arguments], cwd=root, check=True, capture_output=True)


def repository(folder: Path) -> Path:
    """A repository with the code and configuration of this project, and its own remote."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in NEEDED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    dvc("remote", "add", "--default", "store", f"{folder}-remote", root=folder)
    return folder


def fill(folder: Path, files: int, megabytes: int) -> None:
    """Write `files` files of random bytes, `megabytes` MB in all."""
    generator = np.random.default_rng(0)
    for number in range(files):
        path = folder / f"seeds-{number // 10}" / f"{number % 10}.safetensors"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(generator.bytes(megabytes * 1_000_000 // files))


def measured(run: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds, child processes included."""

    def cpu() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(each.ru_utime + each.ru_stime for each in used)

    before, started = cpu(), time.perf_counter()
    run()
    return time.perf_counter() - started, cpu() - before


def size(*folders: Path) -> float:
    """MB on the disk below `folders`."""
    paths = [path for folder in folders for path in folder.rglob("*")]
    return sum(path.lstat().st_blocks * 512 for path in paths if path.is_file()) / 1e6


def round_of(folder: Path, source: Path) -> dict[str, tuple[float, float, float]]:
    """Wall seconds, CPU seconds and MB on disk afterwards, for one run of each command."""
    rows: dict[str, tuple[float, float, float]] = {}

    def row(name: str, run: Callable[[], object], *places: Path) -> None:
        seconds = measured(run)
        rows[name] = (*seconds, size(*places))

    copied = folder / "copied"
    row("cp -r", lambda: subprocess.run(["cp", "-r", source, copied], check=True), copied)

    plain = repository(folder / "plain")
    shutil.copytree(source, plain / "checkpoints")

    def add_and_push() -> None:
        dvc("add", "--quiet", "checkpoints", root=plain)
        dvc("push", "--quiet", root=plain)

    places = (plain, folder / "plain-remote")
    row("dvc add + push", add_and_push, *places)

    ours = repository(folder / "ours")
    tracked = ours / "results" / SCALE / "lottery/checkpoints"
    shutil.copytree(source, tracked)

    def snapshot() -> None:
        commit(Run(SCALE, (), ours))
        push(Run(SCALE, (), ours))

    places = (ours, folder / "ours-remote")
    row("snapshot", snapshot, *places)
    row("snapshot, nothing changed", snapshot, *places)
    (tracked / "seeds-0/0.safetensors").write_bytes(b"another")
    row("snapshot, one file changed", snapshot, *places)

    for repo in (plain, ours):
        git(repo, "add", "--all")
        git(repo, "commit", "--quiet", "--message", "A version")
        git(folder, "clone", "--quiet", str(repo), f"{repo.name}-clone")
    clone = folder / "plain-clone"
    row("dvc pull", lambda: dvc("pull", "--quiet", root=clone), clone)
    clone = folder / "ours-clone"
    row("restore", lambda: restore(Run(SCALE, (), clone), False), clone)
    row("restore, all there", lambda: restore(Run(SCALE, (), clone), False), clone)
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--csv", help="also write the table to this file")
    given = parser.parse_args(arguments)
    rows = defaultdict(list)
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary, "source")
        fill(source, given.files, given.megabytes)
        for number in range(given.rounds):
            folder = Path(temporary, f"round-{number}")
            folder.mkdir()
            for name, values in round_of(folder, source).items():
                rows[name].append(values)
            shutil.rmtree(folder)
    table = pd.DataFrame(
        [
            [name, *map(statistics.median, zip(*values, strict=True))]
            for name, values in rows.items()
        ],
        columns=["command", "seconds", "cpu_seconds", "megabytes"],
    )
    print(f"{given.files} files, {given.megabytes} MB, median of {given.rounds} rounds")
    print(table.to_string(index=False, float_format="%.1f"))
    if given.csv:
        write_table(table, given.csv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
