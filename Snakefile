"""Nice to Know: twelve things everyone knows about deep learning, measured.

A table of contents. Settings are in config/, one file of rules a study in rules/.
"""

from snakemake.utils import min_version

min_version("9.17")


report: "workflow_scripts/evidence/report/captions/workflow.rst"


include: "rules/common.smk"
include: "rules/data.smk"
include: "rules/lottery.smk"
include: "rules/double_descent.smk"
include: "rules/grokking.smk"
include: "rules/sharpness.smk"
include: "rules/connectivity.smk"
include: "rules/hopfield.smk"
include: "rules/claims.smk"
include: "rules/report.smk"
include: "rules/cluster.smk"
include: "rules/records.smk"


rule all:
    default_target: True
    input:
        f"{RESULTS}/report.html",
        collect_checkpoints(),
