"""The ledger and the provenance as the report reads them: typed, and refused by name when odd."""

from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.core.errors import UserError

Model = TypeVar("Model", bound=BaseModel)
Verdict = Literal["supported", "contradicted", "inconclusive", "not run"]


class _Record(BaseModel):
    # Other steps own these files: a column that they add is no fault of theirs.
    model_config = ConfigDict(extra="ignore", frozen=True)


class Part(_Record):
    """One measured number of a claim or of its control, beside the rule it must satisfy."""

    name: str = ""
    verdict: Verdict
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    n: int | None = None
    rule: str | None = None
    margin: tuple[float, ...] = ()


class Claim(_Record):
    """One row of the ledger; numbers are in `unit`, None where there is none.

    Estimate, interval, rule and margin are those of the part that the verdict hangs on.
    """

    study: str
    claim: str
    sentence: str
    verdict: Verdict
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    n: int | None = None
    p: float | None = None
    p_holm: float | None = None
    family: int | None = None
    rule: str | None = None
    margin: tuple[float, ...] = ()
    part: str = ""
    parts: tuple[Part, ...] = ()
    control: str | None = None
    control_rule: str | None = None
    control_unit: str | None = None
    control_estimate: float | None = None
    control_low: float | None = None
    control_high: float | None = None
    control_n: int | None = None
    control_holds: bool | None = None
    control_parts: tuple[Part, ...] = ()
    source: str | None = None
    reason: str | None = None
    seeds_needed: int | None = None

    @property
    def control_shares_axis(self) -> bool:
        """Whether the control is in the claim's own unit and can be drawn beside it."""
        return self.control_unit in (None, self.unit)


class Ledger(_Record):
    """All claims of a run; `decides` is false where the scale only proves the machinery."""

    scale: str
    decides: bool
    confidence: float | None = None
    claims: tuple[Claim, ...]


class Stage(_Record):
    """What one finished step left on record about itself, and what Snakemake measured of its job.

    `work_seconds` were spent inside the step, `seconds` in the whole job; memory is the peak in MB.
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
        """Return the one of `studies` that is a folder on the way to an output, if any."""
        for path in sorted(self.outputs):
            for part in Path(path).parts[:-1]:
                if part in studies:
                    return part
        return None


class Provenance(_Record):
    """All stages, the machine they ran on, and which of them no longer match code or settings.

    `settings` are all settings of each study, by its name; those at their default are among them.
    """

    machine: dict[str, Any] = {}
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
