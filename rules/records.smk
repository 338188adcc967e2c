# What Snakemake does not check by itself, before it plans and after it has planned.
from workflow_scripts.operation.snakemake_api import list_only_changes
from workflow_scripts.operation.verification.lost import make_lost_again
from workflow_scripts.operation.verification.targets import refuse_unknown_targets

list_only_changes()
# Results without Snakemake metadata that come from other settings or code are made again.
make_lost_again(workflow)
# Files that no setting asks for are no targets.
refuse_unknown_targets(workflow, ["all", *REGISTERED])
