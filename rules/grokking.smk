# Grokking: train until the table is understood (or the budget is spent), measuring all the while.
from workflow_scripts.studies.grokking.files import GrokkingFiles

GROKKING = f"{RESULTS}/grokking"
GROKKING_BATCH = f"{GROKKING}/checkpoints/{{condition}}/seeds-{{seeds}}"
GROKKING_FILES = GrokkingFiles(SETTINGS.grokking, GROKKING)
CHECKPOINTS["grokking"] = GROKKING_FILES.checkpoints


wildcard_constraints:
    condition="[^/]+",
    seeds=r"\d+-\d+",


rule grokking:
    input:
        f"{GROKKING}/claims.json",
        collect_figures("grokking"),
        GROKKING_FILES.checkpoints(),


rule grokking_train:
    output:
        trained=f"{GROKKING_BATCH}/trained.safetensors",
        history=f"{GROKKING_BATCH}/history.safetensors",
    log:
        f"{GROKKING}/logs/train/{{condition}}.seeds-{{seeds}}.log",
    benchmark:
        f"{GROKKING}/benchmarks/train/{{condition}}.seeds-{{seeds}}.jsonl"
    conda:
        "../environment.yml"
    threads: 1
    params:
        cfg=cfg(
            "grokking.conditions.{condition}.table",
            "grokking.conditions.{condition}.network",
            "grokking.conditions.{condition}.training",
            "grokking.conditions.{condition}.loss",
            "grokking.conditions.{condition}.measured",
            "grokking.generalisation",
            "device",
        ),
        code=code("studies/grokking/train.py"),
    message:
        "{wildcards.condition}, seeds {wildcards.seeds}: training until the table is understood"
    script:
        "../workflow_scripts/studies/grokking/train.py"


rule grokking_tables:
    input:
        GROKKING_FILES.histories(),
    output:
        curves=f"{GROKKING}/tables/curves.csv",
        outcomes=f"{GROKKING}/tables/outcomes.csv",
        waits=f"{GROKKING}/tables/waits.csv",
        spectra=f"{GROKKING}/tables/spectra.csv",
    log:
        f"{GROKKING}/logs/tables/all.log",
    benchmark:
        f"{GROKKING}/benchmarks/tables/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg(
            "grokking.generalisation", "grokking.converged", "grokking.plateau", "grokking.decays"
        ),
        code=code("studies/grokking/tables.py"),
    message:
        "Grokking: gathering tables"
    script:
        "../workflow_scripts/studies/grokking/tables.py"


rule grokking_claims:
    input:
        outcomes=f"{GROKKING}/tables/outcomes.csv",
    output:
        claims=f"{GROKKING}/claims.json",
    log:
        f"{GROKKING}/logs/claims/all.log",
    benchmark:
        f"{GROKKING}/benchmarks/claims/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg(
            "scale",
            "grokking.main",
            "grokking.random",
            "grokking.undecayed",
            "grokking.decays",
            "grokking.fractions",
            "grokking.tasks",
            "grokking.orthogonal",
            "grokking.stable",
        ),
        code=code("studies/grokking/claims.py", documented=True),
    message:
        "Grokking: deciding the claims"
    script:
        "../workflow_scripts/studies/grokking/claims.py"


rule grokking_figures:
    input:
        curves=f"{GROKKING}/tables/curves.csv",
        outcomes=f"{GROKKING}/tables/outcomes.csv",
        waits=f"{GROKKING}/tables/waits.csv",
        spectra=f"{GROKKING}/tables/spectra.csv",
    output:
        report(
            collect_figures("grokking"),
            caption="../workflow_scripts/evidence/report/captions/figure.rst",
            category="Grokking",
        ),
    log:
        f"{GROKKING}/logs/figures/all.log",
    benchmark:
        f"{GROKKING}/benchmarks/figures/all.jsonl"
    conda:
        "../environment.yml"
    params:
        cfg=cfg(
            "grokking.main",
            "grokking.random",
            "grokking.undecayed",
            "grokking.fractions",
            "grokking.tasks",
            "grokking.orthogonal",
            "grokking.stable",
        ),
        code=code("studies/grokking/figures.py"),
    message:
        "Grokking: drawing"
    script:
        "../workflow_scripts/studies/grokking/figures.py"
