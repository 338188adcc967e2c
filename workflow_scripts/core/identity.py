"""The identity of a job: one value over all that its outputs depend on.

Equal identities give equal outputs. A saved state of a training, what another copy of a job has
left and the record of a finished job carry it, and none is taken for this job's without it.
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
"""The one parameter that is no part of an identity: the folder in which the data sets lie.

What is in it counts by the digests of the job's inputs, under their paths inside the folder, so
that a folder that was moved, or that another clone shares, changes nothing.
"""


def identity(
    rule: str, wildcards: Mapping[str, str], params: Mapping[str, Any], inputs: Mapping[str, str]
) -> str:
    """SHA-256 over the rule's name, the wildcards, all parameters by name and all inputs.

    `params` are builtins, the code key among them; `inputs` maps paths, in the rule's order, to
    the SHA-256 of what they hold.
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
    """The identity of a job whose script runs."""
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
    """SHA-256 of each input, by its path; a file that has not changed since is not read twice."""
    found = {}
    for path in map(str, job.input):
        stat = Path(path).stat()
        found[path] = _digest(path, stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found


@cache
def _digest(path: str, inode: int, size: int, time: int) -> str:
    return sha256(path)


def _inside(path: str, folder: str | None) -> str:
    """`path`, told by where it lies in the data `folder` if it does."""
    if folder is None or not PurePath(path).is_relative_to(folder):
        return path
    return f"{FOLDER}:{PurePath(path).relative_to(folder).as_posix()}"
