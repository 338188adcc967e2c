"""The ledger and the provenance as the report reads them: typed and validated."""

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.row import Entry, nested

Model = TypeVar("Model", bound=BaseModel)


class _Record(BaseModel):
    # Other steps own these files and may add columns.
    model_config = ConfigDict(extra="ignore", frozen=True)


class ExhibitPart(_Record):
    """A number of an identity, with its bound and whether it keeps to it; or of a count."""

    name: str
    value: float | None
    unit: str
    at_most: float | None = None
    above: float | None = None
    holds: bool | None = None


class Exhibit(_Record):
    """An identity or a count of a study: shown, with no verdict."""

    study: str
    claim: str
    kind: Literal["identity", "count"]
    sentence: str
    source: str
    unit: str
    reason: str = ""
    holds: bool | None = None
    parts: tuple[ExhibitPart, ...] = ()


class Ledger(_Record):
    """All claims of a run; `decides` is false if the scale only tests the machinery.

    `expected_false` is the largest expected number of false verdicts.
    """

    scale: str
    decides: bool
    expected_false: float = 0.0
    claims: tuple[Annotated[Entry, BeforeValidator(nested)], ...]
    exhibits: tuple[Exhibit, ...] = ()


class Stage(_Record):
    """The record of one finished step, and what Snakemake measured of its job.

    `work_seconds` were spent in the step, `seconds` in the whole job; memory is the peak in MB.
    """

    rule: str
    wildcards: dict[str, Any] = {}
    params: dict[str, Any] = {}
    seeds: list[int] | None = None
    inputs: dict[str, str] = {}
    outputs: dict[str, str] = {}
    versions: dict[str, str] = {}
    python: str | None = None
    device: str | None = None
    threads: int | None = None
    work_seconds: float | None = None
    seconds: float | None = None
    cpu_seconds: float | None = None
    memory_mb: float | None = None

    def study(self, studies: frozenset[str]) -> str | None:
        """Return the one of `studies` in whose folder all outputs are; None for what is shared."""
        found = {
            next((part for part in Path(path).parts[:-1] if part in studies), None)
            for path in self.outputs
        }
        return found.pop() if len(found) == 1 else None


class Code(_Record):
    """The commit of code and settings, its date, and whether files were edited since."""

    commit: str = ""
    date: str = ""
    edited: bool = False


class Provenance(_Record):
    """All stages, the machine they ran on, and which of them no longer match code or settings.

    `settings` are all settings of each study by its name, including those at their default.
    """

    machine: dict[str, Any] = {}
    code: Code = Code()
    settings: dict[str, dict[str, Any]] = {}
    stages: tuple[Stage, ...] = ()
    stale: tuple[str, ...] = ()


def read_ledger(path: str | Path) -> Ledger:
    """Read the ledger's JSON; UserError names the file and the field that is wrong."""
    return _validated(Ledger, path)


def read_provenance(path: str | Path) -> Provenance:
    """Read the collected step records; UserError names the file and the field that is wrong."""
    return _validated(Provenance, path)


def _validated(model: type[Model], path: str | Path) -> Model:
    try:
        return model.model_validate(read_json(path))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the whole file"
        raise UserError(f"{path}, {key}: {first['msg']}; run snakemake again") from error
