"""Restore the results of the checked-out commit, without running anything.

    python -m workflow_scripts.operation.versioning.restore [--configfile FILE …] [--force]

Pulls what this machine lacks, puts it in place, checks every file against `dvc.lock`, repairs what
differs, and shows what Snakemake would run. Results that are in no snapshot are never overwritten
without `--force`.
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
from workflow_scripts.operation.configuration.run import Run, add_run
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

# By-products of jobs; losing them does no harm if the results are lost too.
BESIDE = {"logs", "benchmarks", Path(RECORDS).name}


def fetch(run: Run, folders: list[Tracked], cache: Path) -> list[str]:
    """Fetch what this machine's cache lacks; return the digests of what is not available.

    If the cache is complete, no remote is needed. DvcError if the remote fails.
    """
    for folder in folders:
        evict(cache, folder.digest)
    if not lacking(folders, cache):
        return []
    if remote(run.root) is None:  # DVC would report success without a remote
        raise UserError(f"files of this snapshot are not on this machine, and {NO_REMOTE}")
    try:
        dvc("fetch", *stages_of(run.name), root=run.root)
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
    """Present results that are in no snapshot and that restoring would therefore lose.

    A file that differs from the record of its job counts as damaged, not as a result.
    """
    found = differences(files, folders, root)
    logs = (root / "results").rglob("logs/**/*.log")
    made = {path: d for stage in read_stages(logs) for path, d in stage["outputs"].items()}
    candidates = _in_no_version(found.changed + found.extra, cache, root)
    return [path for path in candidates if made.get(path) in (None, sha256(root / path))]


def mend(wrong: Iterable[str], files: dict[str, str], cache: Path, root: Path) -> list[str]:
    """Replace each wrong file by sound content from the cache; remove the rest.

    Returns what was removed. If one of Snakemake's records is removed, so is the result that it
    describes, because its origin would be unknown.
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


def restore(run: Run, force: bool) -> int:
    """Restore the snapshot of a run; return the number of its files.

    UserError names what is not available, and what would be lost.
    """
    root, folders = run.root, locked(run)
    cache = cache_folder(root)
    nowhere = fetch(run, folders, cache)
    files = expected(cache, folders)
    if not force and (lost := unsaved(files, folders, cache, root)):
        raise UserError(
            f"{lost[0]}{and_more(lost)} is in no snapshot and would be lost: "
            f"`make snapshot {run}` keeps it, `make restore {run} FORCE=1` drops it"
        )
    found = differences(files, folders, root).changed
    damaged = _in_no_version(found, cache, root)
    for path in found:
        (root / path).unlink()  # DVC identifies a file by size and time, and might not restore it
    try:
        dvc("checkout", "--force", *stages_of(run.name), root=root)
    except DvcError as error:
        if not (error.missing and nowhere):
            raise
    after = differences(files, folders, root)
    wrong = after.missing + after.changed
    _get_again(wrong, files, folders, run, cache)
    removed = mend(wrong, files, cache, root)
    for path in sorted({*damaged, *wrong} - set(removed)):
        print(f"{path}: differed from {LOCK}; restored")
    if removed:
        raise UserError(
            f"neither the cache nor the remote has {', '.join(removed)} as in {LOCK}: removed; "
            f"`make reproduce {run}` makes it again"
        )
    if lines := differences(files, folders, root).lines():
        raise UserError(f"{lines[0]}{and_more(lines)} even so: run the same command again")
    return len(files)


def main(arguments: list[str] | None = None) -> int:
    """Restore, and print what Snakemake would do; return 1 if something is not available."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    add_run(parser)
    parser.add_argument("--force", action="store_true", help="drop results in no snapshot")
    given = parser.parse_args(arguments)
    try:
        run = Run.of(given)
        count = restore(run, given.force)
        print(f"{count} files match {LOCK}")
        if edited := _not_as_committed(run):
            print(f"{edited[0]}{and_more(edited)} differs from the commit: see `git status`")
        jobs = remaining(run)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: run the same command again to continue", file=sys.stderr)
        return INTERRUPTED
    print(f"Snakemake would now run\n{jobs}" if jobs else f"snakemake --dry-run: {NOTHING}")
    return 0


def _not_as_committed(run: Run) -> list[str]:
    """Committed results of a run that differ from the working tree."""
    command = ["git", "diff", "--name-only", "HEAD", "--", f"results/{run.name}"]
    done = subprocess.run(command, cwd=run.root, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def _get_again(
    wrong: list[str],
    files: dict[str, str],
    folders: list[Tracked],
    run: Run,
    cache: Path,
) -> None:
    """Fetch again from the remote what the cache holds with wrong content."""
    dropped = [path for path in wrong if evict(cache, files[path])]
    if not dropped:
        return
    for path in dropped:
        print(f"{path}: its copy in the cache was damaged; asking the remote")
    try:
        fetch(run, folders, cache)
    except UserError as error:
        print(error)
    for path in dropped:
        evict(cache, files[path])  # the remote's copy may be damaged too


def _in_no_version(paths: list[str], cache: Path, root: Path) -> list[str]:
    """Those of the results at `paths` whose content the cache does not have."""
    results = [path for path in paths if not BESIDE & set(Path(path).parts)]
    return [path for path in results if not is_sound(cache, md5(root / path))]


def _described(record: str) -> list[str]:
    """The result that one of Snakemake's records describes, decoded from the record's name."""
    parts = Path(record).relative_to(RECORDS).parts
    encoded = "".join(part.removeprefix("@") for part in parts)
    try:
        path = base64.urlsafe_b64decode(encoded).decode()
    except (binascii.Error, UnicodeDecodeError):
        return []
    return [path] if is_inside(path) else []


if __name__ == "__main__":
    sys.exit(main())
