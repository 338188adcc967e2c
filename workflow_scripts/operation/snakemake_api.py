"""Adapter for the private parts of Snakemake, which are used in this module only.

Tested with the version pinned in requirements.lock; if an upgrade breaks something, look here.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from snakemake.api import SnakemakeApi
from snakemake.cli import parse_args, parse_config
from snakemake.dag import DAG
from snakemake.persistence import ParamsChange
from snakemake.rules import Rule
from snakemake.settings.types import (
    ConfigSettings,
    DAGSettings,
    OutputSettings,
    Quietness,
    ResourceSettings,
)

from workflow_scripts.core.errors import UserError

ENVIRONMENT = "../environment.yml"
"""The conda environment of every job, as seen from rules/."""


def complete(rules: Iterable[Rule]) -> None:
    """Give each rule that writes something the environment, and a benchmark with its log's name."""
    for rule in rules:
        if rule.log:
            rule.conda_env = ENVIRONMENT
        if rule.log and rule.output:
            folder, logs, name = str(rule.log[0]).rpartition("/logs/")
            if not logs:
                raise ValueError(f"the log of {rule.name} must lie in a folder 'logs'")
            rule.benchmark_modifier = rule.log_modifier
            rule.benchmark = f"{folder}/benchmarks/{name.removesuffix('.log')}.jsonl"


@contextmanager
def reading(config: Mapping[str, Any], configfiles: Sequence[Path] = ()) -> Iterator[Any]:
    """The workflow as Snakemake holds it after reading the Snakefile in the working directory.

    `config` and `configfiles` are what `--config` and `--configfile` would give.
    """
    with SnakemakeApi() as api:
        workflow = api.workflow(
            resource_settings=ResourceSettings(),
            config_settings=ConfigSettings(config=config, configfiles=list(configfiles)),
            snakefile=Path("Snakefile"),
        )
        yield workflow._workflow


@contextmanager
def planning(arguments: Sequence[str]) -> Iterator[Any]:
    """The workflow of `snakemake` with these arguments, once it knows which jobs it would run.

    UserError if Snakemake fails; it has printed the reason.
    """
    _, args = parse_args([*arguments, "--dry-run"])
    logging.disable(logging.WARNING)  # the list of jobs that a dry run prints
    # With these two, Snakemake stops once it knows its jobs, before it lists them.
    quiet = {Quietness.RULES, Quietness.PROGRESS}
    with SnakemakeApi(OutputSettings(quiet=quiet, dryrun=True)) as api:
        try:
            workflow = api.workflow(
                snakefile=args.snakefile or Path("Snakefile"),
                resource_settings=ResourceSettings(
                    cores=1,
                    nodes=args.jobs,
                    overwrite_threads=args.set_threads,
                    overwrite_resources=args.set_resources,
                    default_resources=args.default_resources,
                ),
                config_settings=ConfigSettings(
                    config=parse_config(args.config), configfiles=args.configfile or []
                ),
            )
            dag = workflow.dag(
                DAGSettings(
                    targets=args.targets,
                    forceall=args.forceall,
                    forcetargets=args.force,
                    forcerun=args.forcerun,
                    until=args.until,
                    omit_from=args.omit_from,
                    rerun_triggers=args.rerun_triggers,
                    max_checksum_file_size=args.max_checksum_file_size,
                    force_incomplete=True,
                )
            )
            dag.execute_workflow(executor="dryrun")
        except Exception as error:
            api.print_exception(error)
            raise UserError("snakemake cannot say what it would run") from error
        yield workflow._workflow


def jobs_of(workflow: Any) -> list[Any]:
    """The jobs that a workflow would run; targets, which run nothing, are left out."""
    return [job for job in workflow.dag.needrun_jobs(exclude_finished=False) if not job.is_norun]


def after_planning(workflow: Any, act: Callable[[], None]) -> None:
    """Call `act` once Snakemake has built its graph of jobs, before it reports what it will do.

    `workflow` is the object of that name in a Snakefile. Nothing happens in the processes that
    Snakemake starts for single jobs.
    """
    if not workflow.is_main_process:
        return
    build = workflow._build_dag

    def build_and_act() -> None:
        build()
        act()

    workflow._build_dag = build_and_act


def before_planning(workflow: Any, act: Callable[[], None]) -> None:
    """Call `act` when Snakemake knows its targets, before it builds its graph of jobs.

    As `after_planning` otherwise.
    """
    if not workflow.is_main_process:
        return
    build = workflow._build_dag

    def act_and_build() -> None:
        act()
        build()

    workflow._build_dag = act_and_build


def target_files(workflow: Any) -> set[str]:
    """What the command line names to be made or made again, and is no rule."""
    return set(map(str, workflow.dag.targetfiles))


def omitted_files(workflow: Any) -> set[str]:
    """What the command line names to be left out, and is no rule."""
    return set(map(str, workflow.dag.omitfiles))


def all_outputs(workflow: Any, targets: Iterable[str]) -> set[str]:
    """The files that the rules `targets` need or make, and those of rules without wildcards."""
    dag = DAG(workflow, list(workflow.rules), targetrules={workflow.get_rule(n) for n in targets})

    async def build() -> None:
        for rule in dag.targetrules:
            await dag.update([await dag.rule2job(rule)])

    workflow.async_run(build())
    fixed = [rule for rule in workflow.rules if not rule.has_wildcards()]
    return {str(file) for each in (*dag.jobs, *fixed) for file in each.output}


def list_only_changes() -> None:
    """Make `--list-changes params` name the files whose parameters changed, and no others.

    Snakemake 9.27 lists the last output of every job, because a change that is none has files too.
    """

    def files(change: ParamsChange) -> Iterator[str]:
        return iter(change.files if change else ())

    ParamsChange.__iter__ = files


def jobs_without_metadata(workflow: Any) -> list[Any]:
    """The jobs that would not run, although Snakemake has no metadata for some of their outputs."""
    dag, metadata = workflow.dag, workflow.persistence
    made = [job for job in dag.jobs if job.output and not dag.needrun(job)]
    return [job for job in made if not metadata.has_metadata(job)]


def run_too(workflow: Any, jobs: Iterable[Any]) -> None:
    """Make Snakemake run these jobs of its graph, and those that depend on them."""
    workflow.dag.forcefiles.update(path for job in jobs for path in job.output)
    workflow.async_run(workflow.dag.postprocess())


def is_local(workflow: Any, rule: Rule) -> bool:
    """Whether the jobs of a rule run next to Snakemake and are not submitted to a cluster."""
    return rule.name in workflow._localrules


def sent_jobs(workflow: Any) -> list[Any]:
    """The jobs that a run which has just started will submit."""
    return [job for job in workflow.dag.needrun_jobs() if not workflow.is_local(job.rule)]


def folder_of(workflow: Any) -> Path:
    """The folder in which Snakemake was started."""
    return Path(workflow.workdir_init)


def look_evenly(executor: Any, seconds: float) -> None:
    """Make an executor check its jobs at a constant interval.

    By default the interval grows by 10 s whenever nothing has finished, up to 3 minutes. A level of
    pruning that takes a minute would then be noticed half a minute late, at every level.
    """

    async def sleep() -> None:
        await asyncio.sleep(seconds)

    executor.sleep = sleep


def executor_of(workflow: Any) -> Any:
    """The executor of a run that has started."""
    return workflow.scheduler._executor
