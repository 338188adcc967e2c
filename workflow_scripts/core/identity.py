"""The identity of a job: a digest of everything that its outputs depend on.

Equal identities give equal outputs. The saved state of a training run, the note left by another
copy of a job and the record of a finished job all carry it; they are used only if it matches.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from workflow_scripts.core.artifacts.digest import sha256
from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import Given

FOLDER = "data"
"""The only parameter that is not part of an identity: the folder of the data sets.

Its files count by the digests of the job's inputs, under their paths inside the folder. Moving the
folder, or sharing it between clones, therefore changes nothing.
"""


def identity(
    rule: str, wildcards: Mapping[str, str], params: Mapping[str, Any], inputs: Mapping[str, str]
) -> str:
    """SHA-256 over the rule's name, the wildcards, all parameters by name and all inputs.

    `params` are builtins, the code key among them; `inputs` maps paths, in the rule's order, to
    the SHA-256 of their content.
    """
    folder = params.get(FOLDER)
    parts = {
        "rule": rule,
        "wildcards": dict(wildcards),
        "params": {name: value for name, value in params.items() if name != FOLDER},
        "inputs": [[_inside(path, folder), digest] for path, digest in inputs.items()],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def identity_of(job: Job) -> str:
    """The identity of the running job."""
    return identity(job.rule, wildcards_of(job), params_of(job), inputs_of(job))


def wildcards_of(job: Job) -> dict[str, str]:
    """The job's wildcards by name."""
    return {name: str(value) for name, value in job.wildcards.items()}


def params_of(job: Job) -> dict[str, Any]:
    """The job's parameters by name, as the rule gave them."""
    return {
        name: value.plain if isinstance(value, Given) else value
        for name, value in job.params.items()
    }


def inputs_of(job: Job) -> dict[str, str]:
    """SHA-256 of each input, by its path; an unchanged file is not read twice."""
    found = {}
    for path in map(str, job.input):
        stat = Path(path).stat()
        found[path] = _digest(path, stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found


@cache
def _digest(path: str, inode: int, size: int, time: int) -> str:
    return sha256(path)


def _inside(path: str, folder: str | None) -> str:
    """`path`, relative to the data `folder` if it lies inside."""
    if folder is None or not PurePath(path).is_relative_to(folder):
        return path
    return f"{FOLDER}:{PurePath(path).relative_to(folder).as_posix()}"
