"""What Snakemake passes to the script of a rule, as far as steps use it."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast


class Job(Protocol):
    """The object that Snakemake injects into a script as `snakemake`; tests provide their own.

    `input`, `output`, `params` and `wildcards` are Snakemake's own types, read by the name that the
    rule gives or by position.
    """

    @property
    def rule(self) -> str:
        """The rule's name."""

    @property
    def input(self) -> Any:
        """Paths that the job reads."""

    @property
    def output(self) -> Any:
        """Paths that the job must write."""

    @property
    def params(self) -> Any:
        """The rule's parameters: builtins."""

    @property
    def wildcards(self) -> Any:
        """The values of the wildcards in the rule's outputs: strings."""

    @property
    def log(self) -> Sequence[str]:
        """The job's log, if it has one."""

    @property
    def threads(self) -> int:
        """CPU threads that the job may use."""

    @property
    def config(self) -> dict[str, Any]:
        """What Snakemake collected from `--config` and `--configfile`."""


def injected() -> Job:
    """The job whose script runs as `__main__`; RuntimeError if Snakemake did not start it."""
    given = getattr(sys.modules["__main__"], "snakemake", None)
    if given is None:
        raise RuntimeError("a step is started by Snakemake: name its output as a target")
    return cast(Job, given)


class WithSettings:
    """A job with another `params.cfg`.

    Snakemake creates `params` anew at every access, so they cannot be set in place.
    """

    def __init__(self, job: Job, cfg: Mapping[str, Any]) -> None:
        self._job = job
        self.params = job.params
        self.params.cfg = cfg

    def __getattr__(self, name: str) -> Any:
        return getattr(self._job, name)


def started_with() -> tuple[Path, Path]:
    """The script of the rule, and the copy of it that Snakemake wrote to start this process."""
    main: Any = sys.modules["__main__"]
    return Path(main.__file__), Path(main.__real_file__)
