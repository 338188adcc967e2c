"""Step: from the records of all jobs to a small file with the provenance of each result."""

from pathlib import Path

from workflow_scripts.core.artifacts.atomic import write_json
from workflow_scripts.core.job import Job
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.verification.commit import code_commit
from workflow_scripts.operation.verification.machine import machine
from workflow_scripts.operation.verification.stages import inconsistent, lineage, read_stages
from workflow_scripts.operation.verification.today import from_settings, stale


def main(snakemake: Job) -> None:
    """Write the stages behind the inputs, and which of them do not match the present tree.

    Records are the last lines of the logs below `params.logs`; only those that the inputs depend on
    are kept. For each study in `params.cfg` all settings are written, including those at their
    default, because the report shows and quotes them.
    """
    logs = [log for folder in snakemake.params.logs for log in Path(folder).rglob("logs/**/*.log")]
    stages = lineage(map(str, snakemake.input), read_stages(logs))
    settings = load_configuration(Path("config"), snakemake.config)
    values = settings.model_dump(mode="json")
    content = {
        "machine": machine(),
        "code": code_commit(),
        "settings": {study: values[study] for study, _ in snakemake.params.cfg.items()},
        "stages": stages,
        "stale": stale(stages, from_settings(settings)) + inconsistent(stages),
    }
    write_json(snakemake.output[0], content)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
