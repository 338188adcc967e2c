"""Sources of a published data set, tried in order until one works."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from workflow_scripts.core.artifacts.atomic import replacing
from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.datasets import paths


def first_that_works(
    name: str,
    folder: Path,
    sources: Sequence[str],
    obtain: dict[str, Callable[[Path], None]],
    remedy: str,
) -> str:
    """Obtain data set `name` from the first of `sources` that works; return that source.

    Each function of `obtain` writes the files into the empty folder it is given, or raises. If none
    works, UserError gives the reason for each source and the `remedy`, and old files are kept.
    """
    reasons = []
    for source in sources:
        if source not in obtain:
            raise UserError(f"{name} has no source {source!r}: choose from {', '.join(obtain)}")
        print(f"{name}: trying {source}", flush=True)
        with _staging(folder, name) as staging:
            try:
                obtain[source](staging)
            except (UserError, OSError) as error:
                reasons.append(f"{source}: {error}")
                print(f"  not from {reasons[-1]}", flush=True)
                continue
            for target in paths(name, folder):
                with replacing(target) as part:
                    (staging / target.name).rename(part)
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
    """Yield an empty folder on the file system of the target; delete leftovers of a killed job.

    Snakemake's lock on the outputs excludes a second writer.
    """
    staging = folder / f".{name}.obtaining"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
