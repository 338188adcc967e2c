"""Bring back the results of the commit that is checked out, without running anything.

    python -m workflow_scripts.operation.versioning.restore [--scale laptop] [--force]

Pulls what this machine lacks, puts it in place, holds every file to `dvc.lock`, mends what is not
as it should be, and shows what Snakemake says. Results that are in no snapshot are never
overwritten without `--force`.
"""

import argparse
import base64
import binascii
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from workflow_scripts.core.artifacts.atomic import replacing
from workflow_scripts.core.artifacts.digest import sha256
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.step import INTERRUPTED
from workflow_scripts.operation.verification.stages import read_stages
from workflow_scripts.operation.versioning.dvc import NO_REMOTE, DvcError, cache_folder, dvc, remote
from workflow_scripts.operation.versioning.pipeline import RECORDS, stages_of
from workflow_scripts.operation.versioning.remaining import NOTHING, remaining
from workflow_scripts.operation.versioning.tracked import (
    LOCK,
    Tracked,
    and_more,
    differences,
    evict,
    expected,
    is_inside,
    is_sound,
    lacking,
    locked,
    md5,
    stored,
)

ROOT = Path(__file__).resolve().parents[3]
# What jobs leave behind beside their results; it is no loss without those.
BESIDE = {"logs", "benchmarks", Path(RECORDS).name}


def fetch(scale: str, folders: list[Tracked], cache: Path, root: Path) -> list[str]:
    """Get what this machine's cache lacks; the digests of what could not be had anywhere.

    Where the cache has everything no remote is asked. DvcError where the remote fails.
    """
    for folder in folders:
        evict(cache, folder.digest)
    if not lacking(folders, cache):
        return []
    if remote(root) is None:  # DVC would be content with having nothing to ask
        raise UserError(f"files of this snapshot are not on this machine, and {NO_REMOTE}")
    try:
        dvc("fetch", *stages_of(scale), root=root)
    except DvcError as error:
        if not error.missing:
            raise
        print(error)
    left = lacking(folders, cache)
    if lost := [folder.path for folder in folders if folder.digest in left]:
        raise UserError(
            f"neither the cache nor the remote knows what belongs in {lost[0]}: "
            "check the remote's address (`dvc remote list`), or `dvc push` on the machine that "
            "made the snapshot, then run the same command again"
        )
    return left


def unsaved(files: dict[str, str], folders: list[Tracked], cache: Path, root: Path) -> list[str]:
    """Results that lie here and are in no snapshot: what restoring would lose.

    A file that is not the one its job recorded is no result but damage.
    """
    found = differences(files, folders, root)
    logs = (root / "results").rglob("logs/**/*.log")
    made = {path: d for stage in read_stages(logs) for path, d in stage["outputs"].items()}
    candidates = _in_no_version(found.changed + found.extra, cache, root)
    return [path for path in candidates if made.get(path) in (None, sha256(root / path))]


def mend(wrong: Iterable[str], files: dict[str, str], cache: Path, root: Path) -> list[str]:
    """Put sound content from the cache in the place of each wrong file; the rest is removed.

    Returns what was removed. With a record of Snakemake's goes the result that it is about: it
    could not be told any more what that was made of.
    """
    removed = []
    for path in wrong:
        if is_sound(cache, files[path]):
            with replacing(root / path) as part:
                shutil.copyfile(stored(cache, files[path]), part)
            continue
        gone = [path]
        if path.startswith(f"{RECORDS}/"):
            gone += _described(path)
        for each in gone:
            (root / each).unlink(missing_ok=True)
        removed += gone
    return removed


def restore(scale: str, force: bool, root: Path) -> int:
    """Bring back the snapshot of a scale; the number of its files.

    UserError names what cannot be had, and what would be lost.
    """
    folders = locked(scale, root)
    cache = cache_folder(root)
    nowhere = fetch(scale, folders, cache, root)
    files = expected(cache, folders)
    if not force and (lost := unsaved(files, folders, cache, root)):
        raise UserError(
            f"{lost[0]}{and_more(lost)} is in no snapshot and would be lost: "
            f"`make snapshot SCALE={scale}` keeps it, `make restore SCALE={scale} FORCE=1` drops it"
        )
    found = differences(files, folders, root).changed
    damaged = _in_no_version(found, cache, root)
    for path in found:
        (root / path).unlink()  # DVC knows a file by size and time, and might leave it as it is
    try:
        dvc("checkout", "--force", *stages_of(scale), root=root)
    except DvcError as error:
        if not (error.missing and nowhere):
            raise
    after = differences(files, folders, root)
    wrong = after.missing + after.changed
    _get_again(wrong, files, folders, scale, cache, root)
    removed = mend(wrong, files, cache, root)
    for path in sorted({*damaged, *wrong} - set(removed)):
        print(f"{path}: differed from {LOCK}; restored")
    if removed:
        raise UserError(
            f"neither the cache nor the remote has {', '.join(removed)} as in {LOCK}: removed; "
            f"`make reproduce SCALE={scale}` makes it again"
        )
    if lines := differences(files, folders, root).lines():
        raise UserError(f"{lines[0]}{and_more(lines)} even so: run the same command again")
    return len(files)


def main(arguments: list[str] | None = None) -> int:
    """Restore, and print what Snakemake would do; return 1 where something is not to be had."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--scale", default="laptop", help="scale of the results (default: laptop)")
    parser.add_argument("--force", action="store_true", help="drop results in no snapshot")
    given = parser.parse_args(arguments)
    try:
        count = restore(given.scale, given.force, ROOT)
        print(f"{count} files match {LOCK}")
        if edited := _not_as_committed(given.scale, ROOT):
            print(f"{edited[0]}{and_more(edited)} differs from the commit: see `git status`")
        jobs = remaining(given.scale, ROOT)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: run the same command again to continue", file=sys.stderr)
        return INTERRUPTED
    print(f"Snakemake would now run\n{jobs}" if jobs else f"snakemake --dry-run: {NOTHING}")
    return 0


def _not_as_committed(scale: str, root: Path) -> list[str]:
    """The results of a scale that Git has, and has otherwise than they lie here."""
    command = ["git", "diff", "--name-only", "HEAD", "--", f"results/{scale}"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def _get_again(
    wrong: list[str],
    files: dict[str, str],
    folders: list[Tracked],
    scale: str,
    cache: Path,
    root: Path,
) -> None:
    """Ask the remote for what the cache has under the right name with the wrong content."""
    dropped = [path for path in wrong if evict(cache, files[path])]
    if not dropped:
        return
    for path in dropped:
        print(f"{path}: its copy in the cache was damaged; asking the remote")
    try:
        fetch(scale, folders, cache, root)
    except UserError as error:
        print(error)
    for path in dropped:
        evict(cache, files[path])  # the remote's may be no better


def _in_no_version(paths: list[str], cache: Path, root: Path) -> list[str]:
    """Those of the results at `paths` whose content the cache does not have."""
    results = [path for path in paths if not BESIDE & set(Path(path).parts)]
    return [path for path in results if not is_sound(cache, md5(root / path))]


def _described(record: str) -> list[str]:
    """The result that one of Snakemake's records is about, from the record's name."""
    parts = Path(record).relative_to(RECORDS).parts
    encoded = "".join(part.removeprefix("@") for part in parts)
    try:
        path = base64.urlsafe_b64decode(encoded).decode()
    except (binascii.Error, UnicodeDecodeError):
        return []
    return [path] if is_inside(path) else []


if __name__ == "__main__":
    sys.exit(main())
