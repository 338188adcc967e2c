# Defaults of all rules; included after all other rules.
from workflow_scripts.operation.snakemake_api import complete, explain_missing_targets

explain_missing_targets(workflow, SCALE)
complete(
    workflow.rules,
    {name: f"{title}: train, measure, decide the claims, draw." for name, title in TITLES.items()},
)
