# Results without Snakemake metadata that come from other settings or code are made again.
from workflow_scripts.operation.verification.lost import make_lost_again

make_lost_again(workflow)
