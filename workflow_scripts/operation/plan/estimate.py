"""Estimated times of planned jobs, from the records of jobs that ran."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.learning.work import Step, Work, members_of
from workflow_scripts.operation.plan.jobs import PlannedJob
from workflow_scripts.operation.plan.work import work_of_job
from workflow_scripts.operation.verification.stages import read_stages

# Used to estimate a GPU's time while no GPU job is recorded; see docs/slurm.md for the accuracy.
# Those of a GPU are fitted to benchmarks/paper_scale.py on an H100, in float32 without TF32.
CORE_FLOP_A_SECOND, CORE_SECONDS_A_KERNEL = 3e10, 5e-6
GPU_FLOP_A_SECOND, GPU_SECONDS_A_KERNEL = 3e13, 40e-6


@dataclass(frozen=True)
class Record:
    """One job that ran, and the seconds of one core or one GPU that it took."""

    rule: str
    wildcards: Mapping[str, str]
    cfg: Mapping[str, Any]
    start_up: float
    """Seconds before and after the work of the step."""
    seconds: float
    """Seconds of the work of the step."""
    on_gpu: bool

    @cached_property
    def work(self) -> Work | None:
        """Its amount of work; None if the record is of other code with other settings."""
        try:
            return work_of_job(self.rule, self.cfg, self.wildcards)
        except (KeyError, ValueError):
            return None


@dataclass(frozen=True)
class Estimate:
    """Estimated seconds of one planned job; None if no similar job has run."""

    seconds: float | None
    on_gpu: bool = False
    guessed: bool = False
    """Whether GPU time was extrapolated from CPU time."""


def read_records(results: Path) -> list[Record]:
    """All recorded jobs below `results`: from finished runs, and from logs and benchmarks."""
    stages = [stage for path in sorted(results.glob("*/provenance.json")) for stage in _of(path)]
    stages += read_stages(results.rglob("logs/**/*.log"))
    return _records(stages)


def read_finished(results: Path, scales: Iterable[str]) -> list[Record]:
    """The recorded jobs of finished runs at some scales, in this order."""
    paths = [results / scale / "provenance.json" for scale in scales]
    return _records([stage for path in paths if path.exists() for stage in _of(path)])


def _of(path: Path) -> list[Mapping[str, Any]]:
    return list(read_json(path).get("stages", []))


def _records(stages: Iterable[Mapping[str, Any]]) -> list[Record]:
    return [record for record in map(_record, stages) if record is not None]


def estimate(job: PlannedJob, records: Sequence[Record]) -> Estimate:
    """Scale the records of the same rule that share most wildcards; prefer those on a GPU.

    The time of the work is proportional to its FLOP, that of start-up is not. If a job has several
    records, the newest counts.
    """
    alike = [record for record in records if record.rule == job.rule]
    on_gpu = [record for record in alike if record.on_gpu]
    if job.on_gpu and on_gpu:
        alike = on_gpu
    elif on_gpu and len(on_gpu) < len(alike):
        alike = [record for record in alike if not record.on_gpu]
    each = _grown(job, alike)
    if not each:
        return Estimate(None)
    seconds = sum(start_up + worked for start_up, worked in each) / len(each)
    if not job.on_gpu:
        return Estimate(seconds)
    if on_gpu:
        return Estimate(seconds, on_gpu=True)
    start_up = sum(start_up for start_up, _ in each) / len(each)
    faster = speed_up(work_of_job(job.rule, job.cfg, job.wildcards))
    return Estimate(start_up + (seconds - start_up) / faster, on_gpu=True, guessed=True)


def _grown(job: PlannedJob, alike: Sequence[Record]) -> list[tuple[float, float]]:
    """Seconds of start-up and of work by each of the closest records that can be compared."""
    for closest in sorted({_shared(job, record) for record in alike}, reverse=True):
        newest = {}
        for record in alike:
            if _shared(job, record) == closest and (growth := _growth(job, record)) is not None:
                seconds = (record.start_up, record.seconds * growth)
                newest[tuple(sorted(record.wildcards.items()))] = seconds
        if newest:
            return list(newest.values())
    return []


def _growth(job: PlannedJob, record: Record) -> float | None:
    """How many times the work of the record that of the job is; None if that is unknown."""
    if dict(job.cfg) == dict(record.cfg) and _sizes(job.wildcards) == _sizes(record.wildcards):
        return 1.0  # without counting either, for which networks are built
    if record.work is None:
        return None
    return work_of_job(job.rule, job.cfg, job.wildcards).amount / record.work.amount


def _sizes(wildcards: Mapping[str, str]) -> dict[str, Any]:
    """Wildcards with the number of seeds instead of the seeds."""
    return {
        name: members_of(wildcards) if name == "seeds" else value
        for name, value in wildcards.items()
    }


def speed_up(work: Work) -> float:
    """Estimated speed of a GPU relative to one core, for the steps of `work`.

    Arithmetic time plus launch time of the kernels, on both: small networks gain little, because
    the GPU waits for the next kernel.
    """
    if work.step is None:
        return 1.0
    return expected_seconds(work.step, False) / expected_seconds(work.step, True)


def expected_seconds(step: Step, on_gpu: bool) -> float:
    """Seconds of a step on a core or a GPU, from its FLOP and kernels alone."""
    if on_gpu:
        return step.flop / GPU_FLOP_A_SECOND + step.kernels * GPU_SECONDS_A_KERNEL
    return step.flop / CORE_FLOP_A_SECOND + step.kernels * CORE_SECONDS_A_KERNEL


def _record(stage: Mapping[str, Any]) -> Record | None:
    seconds, worked = stage.get("seconds"), stage.get("work_seconds")
    if worked is None:
        return None
    total = seconds if seconds is not None else worked
    on_gpu = stage.get("device", "cpu") != "cpu"
    # On a shared machine wall time is inflated; prefer CPU time.
    cpu = stage.get("cpu_seconds")
    if cpu and not on_gpu and stage.get("threads", 1) == 1:
        worked, total = worked * min(1.0, cpu / total), min(total, cpu)
    return Record(
        stage["rule"],
        stage.get("wildcards", {}),
        stage.get("params", {}).get("cfg", {}),
        max(0.0, total - worked),
        worked * stage.get("threads", 1) if not on_gpu else worked,
        on_gpu,
    )


def _shared(job: PlannedJob, record: Record) -> int:
    return len(set(job.wildcards.items()) & set(record.wildcards.items()))


def hours(estimates: Iterable[Estimate], on_gpu: bool) -> float:
    """Total core-hours, or GPU-hours, of the jobs with an estimate."""
    return sum(e.seconds or 0.0 for e in estimates if e.on_gpu == on_gpu) / 3600
