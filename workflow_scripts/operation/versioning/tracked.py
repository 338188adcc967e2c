"""The files listed in `dvc.lock`, and whether they are in place: every file is hashed.

DVC trusts its own cache, and files whose size and time it has seen before; this module does not.
Formats: https://dvc.org/doc/user-guide/project-structure (dvc.lock, structure of the cache).
"""

import fnmatch
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.read import read_settings
from workflow_scripts.operation.configuration.run import Run
from workflow_scripts.operation.versioning.pipeline import stages_of

LOCK = "dvc.lock"
FOLDER = ".dir"


@dataclass(frozen=True)
class Tracked:
    """A folder under DVC: `path` in the repository, `digest` of its listing."""

    path: str
    digest: str


@dataclass
class Differences:
    """Paths in the repository whose content differs from `dvc.lock`."""

    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """One line for each path."""
        words = {"is missing": self.missing, "is changed": self.changed, "is new": self.extra}
        return [f"{path}: {word}" for word, paths in words.items() for path in sorted(paths)]


def locked(run: Run) -> list[Tracked]:
    """The folders of the snapshot of a run; UserError if the present commit has none."""
    path = run.root / LOCK
    stages = read_settings(path, LOCK).get("stages", {}) if path.exists() else {}
    if missing := [stage for stage in stages_of(run.name) if stage not in stages]:
        raise UserError(
            f"{LOCK}: has no {missing[0]}: this commit has no snapshot of the run {run.name}; "
            f"check out one that has, or `make reproduce snapshot {run}`"
        )
    outs = [out for stage in stages_of(run.name) for out in stages[stage].get("outs", [])]
    if wrong := [out["path"] for out in outs if not str(out.get("md5")).endswith(FOLDER)]:
        raise UserError(f"{LOCK}: {wrong[0]} is not a folder: restore {LOCK} from Git")
    return [Tracked(out["path"], out["md5"]) for out in outs]


def md5(path: Path) -> str:
    """The digest by which DVC names the content of a file."""
    with open(path, "rb") as opened:
        return file_digest(opened, "md5").hexdigest()


def stored(cache: Path, digest: str) -> Path:
    """Where the cache keeps the content with that digest."""
    return cache / "files" / "md5" / digest[:2] / digest[2:]


def is_sound(cache: Path, digest: str) -> bool:
    """Whether the cache has the content with that digest, to the bit."""
    path = stored(cache, digest)
    return path.exists() and md5(path) == digest.removesuffix(FOLDER)


def evict(cache: Path, digest: str) -> bool:
    """Delete the cache entry of that digest if its content is wrong; return whether it was."""
    path = stored(cache, digest)
    if not path.exists() or is_sound(cache, digest):
        return False
    path.unlink()
    return True


def listing(cache: Path, tracked: Tracked) -> dict[str, str]:
    """Path in the repository and digest of every file in a tracked folder.

    UserError if the cache does not have the listing, or has other content in its place.
    """
    if not is_sound(cache, tracked.digest):
        raise UserError(f"{tracked.path}: its listing is missing here: run `make restore`")
    entries = json.loads(stored(cache, tracked.digest).read_text(encoding="utf-8"))
    files = {f"{tracked.path}/{entry['relpath']}": entry["md5"] for entry in entries}
    if outside := [path for path in files if not is_inside(path)]:
        raise UserError(f"{LOCK}: {outside[0]} is outside the repository: do not use this snapshot")
    return files


def is_inside(path: str) -> bool:
    """Whether a path from a snapshot, which others may have made, stays in the repository."""
    return not Path(path).is_absolute() and ".." not in Path(path).parts


def expected(cache: Path, folders: Iterable[Tracked]) -> dict[str, str]:
    """Path and digest of every file in all tracked folders."""
    return {path: digest for each in folders for path, digest in listing(cache, each).items()}


def lacking(folders: list[Tracked], cache: Path) -> list[str]:
    """Digests missing from the cache: of listings or, if all of these are present, of files."""
    lists = [each.digest for each in folders if not is_sound(cache, each.digest)]
    if lists:
        return lists
    digests = set(expected(cache, folders).values())
    return sorted(digest for digest in digests if not stored(cache, digest).exists())


def differences(files: dict[str, str], folders: Iterable[Tracked], root: Path) -> Differences:
    """Compare the files in `folders` with the digests in `files`, except those DVC ignores."""
    found = Differences()
    for path, digest in files.items():
        if not (root / path).is_file():
            found.missing.append(path)
        elif md5(root / path) != digest:
            found.changed.append(path)
    ignored = ignored_names(root)
    for folder in folders:
        found.extra += [path for path in _present(folder.path, root, ignored) if path not in files]
    return found


def and_more(found: list[str]) -> str:
    """The number of further items, as words to append to the first."""
    return f" (and {len(found) - 1} more)" if len(found) > 1 else ""


def is_ignored(name: str, patterns: list[str]) -> bool:
    """Whether DVC ignores files or folders of that name."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def ignored_names(root: Path) -> list[str]:
    """The patterns of names in .dvcignore."""
    lines = (root / ".dvcignore").read_text(encoding="utf-8").splitlines()
    return [line.rstrip("/") for line in lines if line and not line.startswith("#")]


def _present(folder: str, root: Path, ignored: list[str]) -> Iterator[str]:
    for place, folders, names in os.walk(root / folder):
        folders[:] = [name for name in folders if not is_ignored(name, ignored)]
        kept = [name for name in names if not is_ignored(name, ignored)]
        yield from (str((Path(place) / name).relative_to(root)) for name in kept)
