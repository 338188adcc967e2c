# Results that Snakemake has no metadata of, and that are of other settings or code, are made again.
from workflow_scripts.operation.verification.lost import make_again

if workflow.is_main_process:
    make_again(workflow)
