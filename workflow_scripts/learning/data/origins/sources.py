"""Sources of a published data set, tried in order until one works."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.datasets import paths

IN_PLACE = "the folder of the data set"
"""The source whose files are there already, because a user or another clone put them there."""
ABANDONED_S = 24 * 3600.0
"""Age at which what a killed job left may be deleted."""


def first_that_works(
    name: str,
    folder: Path,
    sources: Sequence[str],
    obtain: dict[str, Callable[[Path], None]],
    remedy: str,
    check: Callable[[Path], None],
) -> str:
    """Obtain data set `name` from the first of `sources` that works; return that source.

    If `check` accepts the files in its folder below `folder`, they stay as they are. The folder is
    also the first source: it may contain the files in the form in which they were published. Each
    function of `obtain` writes the files into the empty folder it is given, or raises. If none
    works, UserError gives the reason for each source and the `remedy`, and old files are kept.
    """
    with suppress(UserError, OSError):
        check(folder / name)
        print(f"{name}: already in place, content verified", flush=True)
        return IN_PLACE
    reasons = []
    present = [IN_PLACE] if IN_PLACE in obtain and (folder / name).is_dir() else []
    for source in (*present, *sources):
        if source not in obtain:
            known = ", ".join(each for each in obtain if each != IN_PLACE)
            raise UserError(f"{name} has no source {source!r}: choose from {known}")
        print(f"{name}: trying {source}", flush=True)
        with _staging(folder, name) as staging:
            try:
                obtain[source](staging)
                for target in paths(name, folder):
                    target.parent.mkdir(exist_ok=True)
                    (staging / target.name).replace(target)
            except (UserError, OSError) as error:
                reasons.append(f"{source}: {error}")
                print(f"  not from {reasons[-1]}", flush=True)
                continue
        print(f"{name}: obtained from {source}, content verified", flush=True)
        return source
    raise UserError(
        f"no source provided {name} ({'; '.join(reasons) or 'none is configured'}): "
        f"{remedy} and set data.{name}.local_folder to it"
    )


def local_file(local_folder: Path | None, names: Sequence[str]) -> Path:
    """The first of `names` that exists in the folder; UserError if none does."""
    if local_folder is None:
        raise UserError("local_folder is not set")
    for name in names:
        if (local_folder / name).is_file():
            return local_folder / name
    raise UserError(f"{local_folder} has no {' or '.join(names)}")


@contextmanager
def _staging(folder: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder on the file system of the target; delete leftovers of killed jobs.

    It is this process's own: another clone with the same data folder may fetch the same files.
    """
    beginning, end = f".{name}.", ".obtaining"
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{beginning}*{end}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED_S:
                shutil.rmtree(left, ignore_errors=True)
    staging = Path(tempfile.mkdtemp(prefix=beginning, suffix=end, dir=folder))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
