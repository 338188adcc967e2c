"""Version the finished results of a run: large files in DVC, small ones in Git.

    python -m workflow_scripts.operation.versioning.snapshot [--scale laptop] [--configfile FILE …]

Refuses while Snakemake has jobs to run, and if a result is not the file that its job wrote. Then
runs `dvc commit`, `git add` for what belongs in Git and, if a remote is set, `dvc push`.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.step import INTERRUPTED
from workflow_scripts.operation.configuration.run import Run, add_run
from workflow_scripts.operation.verification.verify import changed_files, recorded
from workflow_scripts.operation.versioning.dvc import NO_REMOTE, DvcError, cache_folder, dvc, remote
from workflow_scripts.operation.versioning.pipeline import FILE, stages_of, write_pipeline
from workflow_scripts.operation.versioning.remaining import remaining
from workflow_scripts.operation.versioning.tracked import (
    LOCK,
    Tracked,
    and_more,
    expected,
    ignored_names,
    is_ignored,
    lacking,
    locked,
)


def check_finished(run: Run) -> None:
    """UserError unless all results exist, match the present code and are as jobs wrote them.

    DVC and Git version no folder behind a link, and no configuration outside the repository.
    """
    for folder in (run.folder.parent, run.folder):
        if folder.is_symlink():
            raise UserError(
                f"{folder} is a link, behind which nothing can be versioned: clone the repository"
                " onto that disk, or move the results back"
            )
    run.own_files()
    if jobs := remaining(run):
        counts = " ".join(jobs.split())
        raise UserError(f"Snakemake still has jobs to run ({counts}): `make reproduce {run}` first")
    stages, _ = recorded(run.folder / "provenance.json")
    if lines := changed_files(stages, run.root):
        raise UserError(
            f"{lines[0]}{and_more(lines)}: delete it and "
            f"`make reproduce {run}`, or `make restore {run}`"
        )


def commit(run: Run) -> list[Tracked]:
    """Commit the results of a run to DVC; return the tracked folders.

    If that fails, `dvc.yaml` and `dvc.lock` are restored.
    """
    root = run.root
    with _unless_it_fails(root / FILE, root / LOCK):
        write_pipeline(run)
        dvc("commit", "--force", *stages_of(run.name), root=root)
        folders = locked(run)
        if lost := lacking(folders, cache_folder(root)):
            raise UserError(f"dvc commit left out {len(lost)} files: run the same command again")
    return folders


def stage_in_git(run: Run, folders: list[Tracked]) -> None:
    """`git add` the small results and configuration files of a run, and what DVC wrote.

    Even if Git ignores them.
    """
    root = run.root
    big = tuple(f"{folder.path}/" for folder in folders)
    ignored = ignored_names(root)
    files = [path for path in run.folder.rglob("*") if path.is_file()]
    kept = [str(path.relative_to(root)) for path in files if not is_ignored(path.name, ignored)]
    paths = [FILE, LOCK, *run.own_files(), *(path for path in kept if not path.startswith(big))]
    done = subprocess.run(
        ["git", "add", "--force", "--", *paths],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UserError(f"git add: {done.stderr.strip()}")


def push(run: Run) -> str:
    """Push the snapshot to the remote, if one is set; return a message about it.

    A failed push is a UserError whose message says that nothing is lost.
    """
    name = remote(run.root)
    if name is None:
        return f"The big files are in the cache of this machine only: {NO_REMOTE}"
    try:
        dvc("push", *stages_of(run.name), root=run.root)
    except DvcError as error:
        raise UserError(
            f"the snapshot is complete in the cache of this machine; only the push to the remote "
            f"'{name}' failed ({error})"
        ) from error
    return f"Pushed to the remote '{name}'"


def main(arguments: list[str] | None = None) -> int:
    """Make the snapshot; return 1 if it, or the push, fails."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    add_run(parser)
    given = parser.parse_args(arguments)
    try:
        run = Run.of(given)
        check_finished(run)
        folders = commit(run)
        files = expected(cache_folder(run.root), folders)
        size = sum((run.root / path).stat().st_size for path in files)
        stage_in_git(run, folders)
        print(
            f"Versioned {len(files)} files ({size / 1e6:.0f} MB) in DVC; the rest is staged in Git:"
            " `git commit` completes the version"
        )
        print(push(run))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: run the same command again", file=sys.stderr)
        return INTERRUPTED
    return 0


@contextmanager
def _unless_it_fails(*paths: Path) -> Iterator[None]:
    """Restore the files if the body of the context fails or is interrupted."""
    before = {path: path.read_bytes() if path.exists() else None for path in paths}
    try:
        yield
    except BaseException:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != content:
                path.write_bytes(content)
        raise


if __name__ == "__main__":
    sys.exit(main())
