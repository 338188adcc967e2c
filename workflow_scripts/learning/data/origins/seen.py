"""Whether the files of a data set of one's own have changed since it was prepared.

Content decides, not the time of a file: copying or touching it changes nothing. So that content is
not read each time Snakemake starts, the sizes and times that belong to a digest are remembered.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from workflow_scripts.core.artifacts.atomic import read_json, write_json
from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.datasets import load
from workflow_scripts.learning.data.origins.arrays_settings import Arrays
from workflow_scripts.learning.data.origins.own_arrays import Own, digest, look, sources

NOTE = ".prepared-from.json"
"""The file in the folder of a data set that names what it was prepared from."""


def remember(folder: Path, settings: Arrays, content: str) -> None:
    """Note in `folder` that the files of `settings` have this digest, as they are now."""
    write_json(folder / NOTE, {"digest": content, **_signs(settings)})


def current_digest(folder: Path, settings: Arrays) -> str:
    """The digest of the files of `settings`, read only if they have changed since they were noted.

    If they are gone, what was prepared in `folder` stays in use. UserError if nothing was.
    """
    noted: Mapping[str, Any] = {}
    with suppress(UserError):
        noted = read_json(folder / NOTE)
    try:
        signs = _signs(settings)
    except UserError:
        if noted.get("settings") == settings.model_dump_json():
            return str(noted["digest"])
        raise
    if signs == {key: value for key, value in noted.items() if key != "digest"}:
        return str(noted["digest"])
    return digest(settings)


def known(folder: Path, settings: Arrays) -> Own:
    """What is known of a data set: from its files, or if they are gone, as prepared in `folder`."""
    try:
        return look(settings)
    except UserError:
        if not _is_prepared(folder, settings):
            raise
    name, above = f"{folder.parent.name}/{folder.name}", folder.parent.parent
    train, test = (load(name, split, above) for split in ("train", "test"))
    return Own(len(train.labels), len(test.labels), train.shape, train.classes)


def _is_prepared(folder: Path, settings: Arrays) -> bool:
    with suppress(UserError):
        return bool(read_json(folder / NOTE)["settings"] == settings.model_dump_json())
    return False


def _signs(settings: Arrays) -> dict[str, Any]:
    files = {
        str(path): [path.stat().st_size, path.stat().st_mtime_ns] for path, _ in sources(settings)
    }
    return {"files": files, "settings": settings.model_dump_json()}
