"""Nice to Know: twelve things everyone knows about deep learning, measured.

A table of contents. Settings are in config/, the rules of a study in rules/<study>.smk; the studies
are listed in workflow_scripts/studies/registry.py.
"""

from snakemake.utils import min_version

min_version("9.17")


report: "workflow_scripts/evidence/report/captions/workflow.rst"


include: "rules/common.smk"
include: "rules/data.smk"


for study in REGISTERED:

    include: f"rules/{study}.smk"


include: "rules/studies.smk"
include: "rules/claims.smk"
include: "rules/report.smk"
include: "rules/paper.smk"
include: "rules/cluster.smk"
include: "rules/records.smk"
include: "rules/defaults.smk"


rule all:
    """Everything: train, measure, decide the claims, draw, write the report."""
    default_target: True
    input:
        f"{SUMMARY}/report.html",
        f"{SUMMARY}/paper.pdf",
        collect_checkpoints(),
