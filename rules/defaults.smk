# Defaults of all rules; included after all other rules.
from workflow_scripts.operation.snakemake_api import complete

complete(workflow.rules)
