"""Adapter for the private parts of Snakemake, which are used in this module only.

Tested with the version pinned in requirements.lock; if an upgrade breaks something, look here.
"""

import asyncio
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from snakemake.api import SnakemakeApi
from snakemake.cli import parse_args, parse_config
from snakemake.dag import DAG
from snakemake.exceptions import MissingRuleException
from snakemake.persistence import ParamsChange
from snakemake.rules import Rule
from snakemake.settings.types import (
    ConfigSettings,
    DAGSettings,
    OutputSettings,
    Quietness,
    ResourceSettings,
)

from workflow_scripts.core.errors import UserError, nearest

ENVIRONMENT = "../environment.yml"
"""The conda environment of every job, as seen from rules/."""


def complete(rules: Iterable[Rule], sentences: Mapping[str, str]) -> None:
    """Give each rule a sentence and, if it writes something, the environment and a benchmark.

    The benchmark has the name of the log. The sentence, for `snakemake --list`, is the rule's own,
    or of `sentences` by its name, or its message if that is the same for all its jobs, or else the
    first line of its script. A target's message stands where Snakemake would list all its inputs.
    """
    for rule in rules:
        rule.docstring = rule.docstring or sentences.get(rule.name) or _sentence(rule)
        if rule.norun:
            rule.message = rule.message or f"Target {rule.name}: complete"
        if rule.log:
            rule.conda_env = ENVIRONMENT
        if rule.log and rule.output:
            folder, logs, name = str(rule.log[0]).rpartition("/logs/")
            if not logs:
                raise ValueError(f"the log of {rule.name} must lie in a folder 'logs'")
            rule.benchmark_modifier = rule.log_modifier
            rule.benchmark = f"{folder}/benchmarks/{name.removesuffix('.log')}.jsonl"


def _sentence(rule: Rule) -> str | None:
    if rule.message and "{" not in rule.message:
        text = rule.message
    elif rule.script:
        with open(Path(rule.basedir, rule.script), encoding="utf-8") as script:
            text = script.readline().strip().strip('"').removeprefix("Step: ")
    else:
        return None
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


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


def explain_missing_targets(workflow: Any, scale: str) -> None:
    """Make Snakemake end in one line if it is asked for a target that no rule produces.

    The line names the target that was probably meant, for a file that it is not of this `scale`.
    """
    build = workflow._build_dag

    def build_or_explain() -> None:
        try:
            build()
        except MissingRuleException as error:
            wanted = re.search(r"No rule to produce (.*?) \(if you use", str(error))
            if not wanted:
                raise
            sys.exit(f"error: {_no_rule(wanted[1], [r.name for r in workflow.rules], scale)}")

    workflow._build_dag = build_or_explain


def _no_rule(target: str, names: Sequence[str], scale: str) -> str:
    if "/" in target:
        return (
            f"No rule to produce {target} with the settings of the scale {scale}:"
            " check the path, or give --config scale=…"
        )
    meant = nearest(target, names) or "; `snakemake --list` names all"
    return f"No rule to produce {target}{meant}"


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


def log_handlers_of(workflow: Any) -> list[Any]:
    """The handlers of the loggers that were asked for with `--logger`."""
    return list(workflow.logger_manager.get_log_handlers())


def numbers_of(workflow: Any, jobs: Iterable[Any]) -> list[int]:
    """The numbers by which log records name these jobs."""
    return [workflow.dag.jobid(job) for job in jobs]


def cores_of(workflow: Any) -> int | None:
    """The number of cores that jobs share on this machine; None if they are submitted."""
    if workflow.executor_plugin is None or not workflow.executor_plugin.common_settings.local_exec:
        return None
    return workflow.resource_settings.cores


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


def start_at_any_rate(workflow: Any) -> None:
    """Let a run that has started its scheduler begin any number of jobs per second.

    Snakemake allows 100 and, to keep to that, plans all ready jobs anew a second after each look at
    them. Every job that ends adds a look, and so one more per second until no job is left: with
    hundreds of ready jobs that takes the core of a job. Here the number of cores is the limit.
    """
    workflow.scheduler.job_rate_limiter = None


def executor_of(workflow: Any) -> Any:
    """The executor of a run that has started."""
    return workflow.scheduler._executor
